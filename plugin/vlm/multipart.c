/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/multipart.h"

#include <string.h>

#define BOUNDARY_PREFIX "gst-score-"

typedef struct
{
  gchar *head;                  /* header lines with the empty one behind */
  GPtrArray *segments;          /* of GBytes: one, or head and data of a file */
} Part;

struct _ScoreMultipart
{
  GPtrArray *parts;
};

static void
free_part (gpointer data)
{
  Part *part = data;

  g_free (part->head);
  g_ptr_array_unref (part->segments);
  g_free (part);
}

ScoreMultipart *
score_multipart_new (void)
{
  ScoreMultipart *self = g_new0 (ScoreMultipart, 1);

  self->parts = g_ptr_array_new_with_free_func (free_part);
  return self;
}

void
score_multipart_free (ScoreMultipart * multipart)
{
  g_ptr_array_unref (multipart->parts);
  g_free (multipart);
}

static Part *
add_part (ScoreMultipart * self, gchar * head)
{
  Part *part = g_new (Part, 1);

  part->head = head;
  part->segments = g_ptr_array_new_with_free_func (
      (GDestroyNotify) g_bytes_unref);
  g_ptr_array_add (self->parts, part);
  return part;
}

void
score_multipart_add_field (ScoreMultipart * multipart, const gchar * name,
    const gchar * value)
{
  Part *part = add_part (multipart,
      g_strdup_printf ("Content-Disposition: form-data; name=\"%s\"\r\n\r\n",
          name));

  g_ptr_array_add (part->segments, g_bytes_new (value, strlen (value)));
}

void
score_multipart_add_file (ScoreMultipart * multipart, const gchar * name,
    const gchar * filename, GBytes * head, GBytes * data)
{
  Part *part = add_part (multipart,
      g_strdup_printf ("Content-Disposition: form-data; name=\"%s\"; "
          "filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n",
          name, filename));

  g_ptr_array_add (part->segments, g_bytes_ref (head));
  g_ptr_array_add (part->segments, g_bytes_ref (data));
}

/* Whether a boundary lies across the seam of two segments. */
static gboolean
holds_seam (GBytes * left, GBytes * right, const gchar * boundary)
{
  gsize most = strlen (boundary) - 1, n_left, n_right;
  const guint8 *before = g_bytes_get_data (left, &n_left);
  const guint8 *after = g_bytes_get_data (right, &n_right);
  g_autoptr (GByteArray) seam = g_byte_array_new ();

  if (n_left == 0 || n_right == 0)
    return FALSE;
  g_byte_array_append (seam, before + n_left - MIN (n_left, most),
      MIN (n_left, most));
  g_byte_array_append (seam, after, MIN (n_right, most));
  return memmem (seam->data, seam->len, boundary, strlen (boundary)) != NULL;
}

static gboolean
part_holds (const Part * part, const gchar * boundary)
{
  for (guint i = 0; i < part->segments->len; i++) {
    GBytes *segment = g_ptr_array_index (part->segments, i);
    gsize size;
    gconstpointer data = g_bytes_get_data (segment, &size);

    if (size > 0 && memmem (data, size, boundary, strlen (boundary)) != NULL)
      return TRUE;
    if (i > 0 && holds_seam (g_ptr_array_index (part->segments, i - 1),
            segment, boundary))
      return TRUE;
  }
  return FALSE;
}

static gchar *
find_boundary (const ScoreMultipart * self)
{
  for (guint number = 0;; number++) {
    g_autofree gchar *boundary =
        g_strdup_printf (BOUNDARY_PREFIX "%08x", number);
    gboolean taken = FALSE;

    for (guint i = 0; i < self->parts->len && !taken; i++)
      taken = part_holds (g_ptr_array_index (self->parts, i), boundary);
    if (!taken)
      return g_steal_pointer (&boundary);
  }
}

static void
add_text (ScoreWire * wire, gchar * text)
{
  g_ptr_array_add (wire->body, g_bytes_new_take (text, strlen (text)));
}

void
score_multipart_fill (ScoreMultipart * multipart, ScoreWire * wire)
{
  g_autofree gchar *boundary = find_boundary (multipart);
  g_autofree gchar *type =
      g_strdup_printf ("multipart/form-data; boundary=%s", boundary);

  for (guint i = 0; i < multipart->parts->len; i++) {
    const Part *part = g_ptr_array_index (multipart->parts, i);

    add_text (wire, g_strdup_printf ("%s--%s\r\n%s", i > 0 ? "\r\n" : "",
            boundary, part->head));
    for (guint j = 0; j < part->segments->len; j++)
      g_ptr_array_add (wire->body,
          g_bytes_ref (g_ptr_array_index (part->segments, j)));
  }
  add_text (wire, g_strdup_printf ("\r\n--%s--\r\n", boundary));
  wire->content_type = g_intern_string (type);
}
