/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-npy.h"

#include <string.h>

#define MAGIC "\x93NUMPY"
#define MAGIC_SIZE 6
#define MAX_HEADER 10000
#define MAX_SIDE 16384

/* The dictionary that says what follows it, and where that begins. */
static gchar *
read_header (const guint8 * data, gsize size, gsize * body)
{
  gsize length, head;

  if (size < MAGIC_SIZE + 6 || memcmp (data, MAGIC, MAGIC_SIZE) != 0)
    return NULL;
  if (data[MAGIC_SIZE] == 1) {
    head = MAGIC_SIZE + 4;
    length = data[8] | data[9] << 8;
  } else if (data[MAGIC_SIZE] == 2 || data[MAGIC_SIZE] == 3) {
    head = MAGIC_SIZE + 6;
    length = data[8] | data[9] << 8 | (gsize) data[10] << 16
        | (gsize) data[11] << 24;
  } else {
    return NULL;
  }
  if (length > MAX_HEADER || length > size - head
      || memchr (data + head, '\0', length))
    return NULL;
  *body = head + length;
  return g_strndup ((const gchar *) data + head, length);
}

/* What stands behind @key and its colon, NULL without it. */
static const gchar *
find_value (const gchar * header, const gchar * key)
{
  g_autofree gchar *single = g_strdup_printf ("'%s'", key);
  g_autofree gchar *twice = g_strdup_printf ("\"%s\"", key);
  const gchar *at = strstr (header, single);

  if (at == NULL)
    at = strstr (header, twice);
  if (at == NULL)
    return NULL;
  at += strlen (single);
  at += strspn (at, " ");
  if (*at != ':')
    return NULL;
  at++;
  return at + strspn (at, " ");
}

static gboolean
is_bytes (const gchar * value)
{
  static const gchar *const names[] = { "|u1", "<u1", ">u1", "=u1", "u1" };

  for (gsize i = 0; value && i < G_N_ELEMENTS (names); i++) {
    gsize length = strlen (names[i]);

    if ((*value == '\'' || *value == '"')
        && strncmp (value + 1, names[i], length) == 0
        && value[length + 1] == *value)
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_shape (const gchar * value, guint64 * shape)
{
  if (value == NULL || *value++ != '(')
    return FALSE;
  for (guint i = 0; i < 4; i++) {
    gchar *end;

    value += strspn (value, " ");
    if (!g_ascii_isdigit (*value))
      return FALSE;
    shape[i] = g_ascii_strtoull (value, &end, 10);
    end += strspn (end, " ");
    if (*end == ',')
      end++;
    else if (i < 3)
      return FALSE;
    value = end + strspn (end, " ");
  }
  return *value == ')';
}

static gboolean
check (const gchar * header, const guint64 * shape, gsize size,
    gchar ** problem)
{
  const gchar *order = find_value (header, "fortran_order");

  if (!is_bytes (find_value (header, "descr")))
    *problem = g_strdup ("the array is not of uint8 (|u1)");
  else if (order == NULL || !g_str_has_prefix (order, "False"))
    *problem = g_strdup ("the array is not in C order");
  else if (shape[3] != 3 || shape[0] < 1 || shape[1] < 1 || shape[2] < 1)
    *problem = g_strdup ("the shape is not (T, H, W, 3)");
  else if (shape[1] > MAX_SIDE || shape[2] > MAX_SIDE || shape[0] > G_MAXUINT32)
    *problem = g_strdup ("the frames are too big");
  /* Sides of 2^14 and 2^32 frames are far from 2^64. */
  else if (shape[0] * shape[1] * shape[2] * 3 != size)
    *problem = g_strdup_printf ("the shape asks for %" G_GUINT64_FORMAT
        " bytes, and %" G_GSIZE_FORMAT " are there",
        shape[0] * shape[1] * shape[2] * 3, size);
  return *problem == NULL;
}

gboolean
sim_npy_read (GBytes * bytes, SimNpy * npy, gchar ** problem)
{
  gsize size, body = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autofree gchar *header = data ? read_header (data, size, &body) : NULL;
  guint64 shape[4] = { 0 };

  *problem = NULL;
  if (header == NULL) {
    *problem = g_strdup ("this is no .npy file");
    return FALSE;
  }
  if (!read_shape (find_value (header, "shape"), shape)) {
    *problem = g_strdup ("the shape is not (T, H, W, 3)");
    return FALSE;
  }
  if (!check (header, shape, size - body, problem))
    return FALSE;
  npy->n_frames = shape[0];
  npy->height = shape[1];
  npy->width = shape[2];
  npy->rgb = data + body;
  return TRUE;
}
