/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-multipart.h"

#include <string.h>

#define MAX_BOUNDARY 200
#define MAX_HEAD 8192           /* bytes of a part's headers */

typedef struct
{
  GBytes *bytes;
  const gchar *data, *end, *at;
  gchar *mark;                  /* "--" and the boundary */
  gsize mark_size;
} Reader;

static void
free_part (gpointer data)
{
  SimPart *self = data;

  g_free (self->name);
  g_free (self->filename);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

static const gchar *
find (const gchar * from, const gchar * end, const gchar * what, gsize size)
{
  return memmem (from, end - from, what, size);
}

/* The value of a parameter of a header line, without its quotes: a copy. */
static gchar *
take_value (const gchar ** at)
{
  GString *value = g_string_new (NULL);
  const gchar *p = *at;

  if (*p != '"') {
    while (*p && !strchr ("; \t", *p))
      g_string_append_c (value, *p++);
    *at = p;
    return g_string_free (value, FALSE);
  }
  for (p++; *p && *p != '"'; p++) {
    if (*p == '\\' && p[1])
      p++;
    g_string_append_c (value, *p);
  }
  *at = *p ? p + 1 : p;
  return g_string_free (value, FALSE);
}

static void
read_disposition (const gchar * line, SimPart * part)
{
  const gchar *p = strchr (line, ';');

  while (p && *p) {
    g_autofree gchar *key = NULL, *value = NULL;
    gsize length;

    p += strspn (p, "; \t");
    length = strcspn (p, "=;");
    if (p[length] != '=') {
      p += length;
      continue;
    }
    key = g_strstrip (g_strndup (p, length));
    p += length + 1;
    value = take_value (&p);
    if (g_ascii_strcasecmp (key, "name") == 0 && part->name == NULL)
      part->name = g_steal_pointer (&value);
    else if (g_ascii_strcasecmp (key, "filename") == 0
        && part->filename == NULL)
      part->filename = g_steal_pointer (&value);
  }
}

static gboolean
read_head (const gchar * data, gsize size, SimPart * part)
{
  g_autofree gchar *head = g_strndup (data, size);
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  const gchar *key = "content-disposition:";

  for (guint i = 0; lines[i]; i++) {
    if (g_ascii_strncasecmp (lines[i], key, strlen (key)) == 0)
      read_disposition (lines[i] + strlen (key), part);
  }
  return part->name && g_utf8_validate (part->name, -1, NULL)
      && (part->filename == NULL || g_utf8_validate (part->filename, -1, NULL));
}

/* From behind a mark and its line end to the next mark. */
static SimPart *
read_part (Reader * self)
{
  gsize near = MIN (self->end - self->at, MAX_HEAD);
  const gchar *body = find (self->at, self->at + near, "\r\n\r\n", 4);
  const gchar *next;
  SimPart *part;

  if (body == NULL)
    return NULL;
  next = find (body + 2, self->end, self->mark, self->mark_size);
  if (next == NULL || next < body + 4)
    return NULL;
  part = g_new0 (SimPart, 1);
  if (!read_head (self->at, body - self->at, part)) {
    free_part (part);
    return NULL;
  }
  part->body = g_bytes_new_from_bytes (self->bytes, body + 4 - self->data,
      next - body - 4);
  self->at = next + self->mark_size;
  return part;
}

/* The first mark may stand at the very beginning, without a line end. */
static gboolean
find_first (Reader * self)
{
  const gchar *bare = self->mark + 2;
  gsize size = self->mark_size - 2;
  const gchar *at;

  if ((gsize) (self->end - self->data) >= size
      && memcmp (self->data, bare, size) == 0) {
    self->at = self->data + size;
    return TRUE;
  }
  at = find (self->data, self->end, self->mark, self->mark_size);
  self->at = at ? at + self->mark_size : NULL;
  return at != NULL;
}

static gboolean
read_parts (Reader * self, GPtrArray * parts, gchar ** problem)
{
  gboolean good = find_first (self);

  while (good && self->end - self->at >= 2 && memcmp (self->at, "--", 2) != 0) {
    SimPart *part;

    good = memcmp (self->at, "\r\n", 2) == 0;
    /* The line end can be that of headers that are not there. */
    self->at += 2;
    part = good ? read_part (self) : NULL;
    good = part != NULL;
    if (part)
      g_ptr_array_add (parts, part);
    if (parts->len > SIM_MULTIPART_MOST) {
      *problem = g_strdup_printf ("Too many parts. The maximum number is %d.",
          SIM_MULTIPART_MOST);
      return FALSE;
    }
  }
  if (good && self->end - self->at >= 2)
    return TRUE;
  *problem = g_strdup ("The multipart form is malformed or cut short.");
  return FALSE;
}

GPtrArray *
sim_multipart_read (GBytes * bytes, const gchar * boundary, gchar ** problem)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (free_part);
  g_autofree gchar *mark = NULL;
  Reader self = { bytes };
  gsize size;

  if (boundary == NULL || *boundary == '\0' || strlen (boundary) > MAX_BOUNDARY) {
    *problem = g_strdup ("The request is not multipart/form-data with a"
        " boundary.");
    return NULL;
  }
  self.mark = mark = g_strconcat ("\r\n--", boundary, NULL);
  self.mark_size = strlen (mark);
  self.data = g_bytes_get_data (bytes, &size);
  if (self.data == NULL)
    self.data = "";
  self.at = self.data;
  self.end = self.data + size;
  return read_parts (&self, parts, problem) ? g_steal_pointer (&parts) : NULL;
}
