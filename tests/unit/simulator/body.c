/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "body.h"
#include "paint.h"

#include <json-glib/json-glib.h>
#include <string.h>

void
body_begin (Body * self, gboolean gemini)
{
  self->gemini = gemini;
  self->n_parts = 0;
  self->text = g_string_new (gemini ? "{\"contents\":[{\"parts\":["
      : "{\"model\":\"toy-simulator\",\"messages\":[{\"role\":\"user\","
      "\"content\":[");
}

static void
add_part (Body * self, const gchar * part)
{
  if (self->n_parts++ > 0)
    g_string_append_c (self->text, ',');
  g_string_append (self->text, part);
}

void
body_text (Body * self, const gchar * text)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_VALUE);
  g_autofree gchar *quoted = NULL, *part = NULL;

  json_node_set_string (node, text);
  quoted = json_to_string (node, FALSE);
  part = g_strdup_printf (self->gemini ? "{\"text\":%s}"
      : "{\"type\":\"text\",\"text\":%s}", quoted);
  add_part (self, part);
}

static void
add_data (Body * self, const gchar * kind, const gchar * type,
    const gchar * data)
{
  g_autofree gchar *part = self->gemini ?
      g_strdup_printf
      ("{\"inline_data\":{\"mime_type\":\"%s\",\"data\":\"%s\"}}",
      type,
      data) : g_strdup_printf ("{\"type\":\"%s\",\"%s\":{\"url\":"
      "\"data:%s;base64,%s\"}}", kind, kind, type, data);

  add_part (self, part);
}

void
body_picture (Body * self, GBytes * jpeg)
{
  g_autofree gchar *data = encode_bytes (jpeg);

  add_data (self, "image_url", "image/jpeg", data);
}

void
body_video (Body * self, const gchar * type, const gchar * data)
{
  add_data (self, "video_url", type, data);
}

gchar *
body_end (Body * self, const gchar * members)
{
  g_string_append (self->text, "]}]");
  if (members)
    g_string_append_printf (self->text, self->gemini ?
        ",\"generationConfig\":{%s}" : ",%s", members);
  g_string_append_c (self->text, '}');
  return g_string_free (self->text, FALSE);
}

gchar *
encode_bytes (GBytes * bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  return g_base64_encode (data, size);
}

gchar *
encode_frames (GBytes * const *jpegs, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *data = encode_bytes (jpegs[i]);

    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", data);
  }
  return g_string_free (text, FALSE);
}

static void
put_32 (GByteArray * out, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (out, (const guint8 *) &big, 4);
}

/* Takes @body. */
static void
put_box (GByteArray * out, const gchar * kind, GByteArray * body)
{
  put_32 (out, body->len + 8);
  g_byte_array_append (out, (const guint8 *) kind, 4);
  g_byte_array_append (out, body->data, body->len);
  g_byte_array_unref (body);
}

/* Takes @body. */
static GByteArray *
wrap (const gchar * kind, GByteArray * body)
{
  GByteArray *out = g_byte_array_new ();

  put_box (out, kind, body);
  return out;
}

static GByteArray *
make_numbers (guint n, const guint32 * numbers)
{
  GByteArray *out = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    put_32 (out, numbers[i]);
  return out;
}

static GByteArray *
make_handler (const gchar * kind)
{
  guint32 numbers[6] = { 0 };

  memcpy (&numbers[2], kind, 4);
  numbers[2] = GUINT32_FROM_BE (numbers[2]);
  return make_numbers (6, numbers);
}

static GByteArray *
make_description (const gchar * codec)
{
  guint32 numbers[23] = { 0, 1, 84 };

  memcpy (&numbers[3], codec, 4);
  numbers[3] = GUINT32_FROM_BE (numbers[3]);
  return make_numbers (23, numbers);
}

static GByteArray *
make_offsets (GBytes * const *jpegs, guint n, guint in_chunk, gboolean wide)
{
  GByteArray *out = g_byte_array_new ();
  guint32 at = 16;

  put_32 (out, 0);
  put_32 (out, (n + in_chunk - 1) / in_chunk);
  for (guint i = 0; i < n; i++) {
    if (i % in_chunk == 0 && wide)
      put_32 (out, 0);
    if (i % in_chunk == 0)
      put_32 (out, at);
    at += g_bytes_get_size (jpegs[i]);
  }
  return out;
}

static GByteArray *
make_table (GBytes * const *jpegs, guint n, guint in_chunk,
    const gchar * codec, gboolean wide)
{
  GByteArray *out = g_byte_array_new (), *sizes = g_byte_array_new ();
  guint last = n % in_chunk, chunks = (n + in_chunk - 1) / in_chunk;
  guint32 runs[] = { 0, last ? 2 : 1, 1, in_chunk, 1, chunks, last, 1 };

  /* Only the last chunk is not full; if it is the only one, that is all. */
  if (last && chunks == 1) {
    runs[1] = 1;
    runs[3] = last;
  }
  put_32 (sizes, 0);
  put_32 (sizes, 0);
  put_32 (sizes, n);
  for (guint i = 0; i < n; i++)
    put_32 (sizes, g_bytes_get_size (jpegs[i]));
  put_box (out, "stsd", make_description (codec));
  put_box (out, "stsc", make_numbers (runs[1] == 2 ? 8 : 5, runs));
  put_box (out, "stsz", sizes);
  put_box (out, wide ? "co64" : "stco", make_offsets (jpegs, n, in_chunk,
          wide));
  return out;
}

GBytes *
make_movie (GBytes * const *jpegs, guint n, guint in_chunk,
    const gchar * codec, gboolean wide)
{
  GByteArray *file = g_byte_array_new (), *data = g_byte_array_new ();
  GByteArray *media = g_byte_array_new (), *movie = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    g_byte_array_append (data, g_bytes_get_data (jpegs[i], NULL),
        g_bytes_get_size (jpegs[i]));
  put_box (file, "wide", g_byte_array_new ());
  put_box (file, "mdat", data);
  /* A track of sound comes first. */
  put_box (movie, "trak", wrap ("mdia", wrap ("hdlr", make_handler ("soun"))));
  put_box (media, "hdlr", make_handler ("vide"));
  put_box (media, "minf", wrap ("stbl", make_table (jpegs, n, in_chunk, codec,
              wide)));
  put_box (movie, "trak", wrap ("mdia", media));
  put_box (file, "moov", movie);
  return g_byte_array_free_to_bytes (file);
}

GBytes *
paint_moment (gdouble moment)
{
  gdouble part = moment * 3 - (gint) (moment * 3);

  if (moment >= 1)
    return paint_frame (512, 288, 80, 4.5, 62, 36, 11);
  if (moment * 3 < 1)
    return paint_frame (512, 288, 20, 0, 62 - 42 * part, 36 - 35 * part, 11);
  if (moment * 3 < 2)
    return paint_frame (512, 288, 20, 15 * part, 20, 1 + 15 * part, 9);
  return paint_frame (512, 288, 20 + 55 * part, 15, 20 + 55 * part, 16, 9);
}
