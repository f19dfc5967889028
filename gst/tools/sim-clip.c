/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Of ISO 14496-12 and QuickTime files no more than is needed to find the samples
 * of the first video track, without fragments and edit lists. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-clip.h"
#include "sim-dialect.h"

#include <string.h>

/* Bytes inside the file; nothing is read past the end, and what is not there is
 * 0. */
typedef struct
{
  const guint8 *data;
  gsize size;
} Span;

/* The sample table. */
typedef struct
{
  Span stsd, stsz, stsc, stco, co64;
} Table;

static guint32
read_32 (const Span * span, guint64 at)
{
  guint32 value;

  if (span->size < 4 || at > span->size - 4)
    return 0;
  memcpy (&value, span->data + at, 4);
  return GUINT32_FROM_BE (value);
}

static guint64
read_64 (const Span * span, guint64 at)
{
  return (guint64) read_32 (span, at) << 32 | read_32 (span, at + 4);
}

static gboolean
is_kind (const Span * span, guint64 at, const gchar * kind)
{
  return span->size >= 4 && at <= span->size - 4
      && memcmp (span->data + at, kind, 4) == 0;
}

/* Takes the first box off the front of @span; FALSE when there is none. */
static gboolean
next_box (Span * span, gchar * kind, Span * body)
{
  guint64 size = read_32 (span, 0);
  gsize head = 8;

  if (span->size < 8)
    return FALSE;
  memcpy (kind, span->data + 4, 4);
  kind[4] = '\0';
  if (size == 1) {
    head = 16;
    size = read_64 (span, 8);
  } else if (size == 0) {
    size = span->size;
  }
  if (size < head || size > span->size)
    return FALSE;
  *body = (Span) {
  span->data + head, size - head};
  span->data += size;
  span->size -= size;
  return TRUE;
}

/* The first box of @kind inside @span; empty without one. */
static Span
find_box (Span span, const gchar * kind)
{
  gchar found[5];
  Span body;

  while (next_box (&span, found, &body)) {
    if (strcmp (found, kind) == 0)
      return body;
  }
  return (Span) {
  NULL, 0};
}

static gboolean
find_table (const Span * file, Table * table)
{
  Span movie = find_box (*file, "moov");
  gchar kind[5];
  Span track;

  while (next_box (&movie, kind, &track)) {
    Span media = find_box (track, "mdia"), handler = find_box (media, "hdlr");
    Span list;

    if (strcmp (kind, "trak") != 0 || !is_kind (&handler, 8, "vide"))
      continue;
    list = find_box (find_box (media, "minf"), "stbl");
    table->stsd = find_box (list, "stsd");
    table->stsz = find_box (list, "stsz");
    table->stsc = find_box (list, "stsc");
    table->stco = find_box (list, "stco");
    table->co64 = find_box (list, "co64");
    return TRUE;
  }
  return FALSE;
}

static guint64
read_chunk_offset (const Table * table, guint chunk)
{
  return table->stco.size > 0 ? read_32 (&table->stco, 8 + 4 * (guint64) chunk)
      : read_64 (&table->co64, 8 + 8 * (guint64) chunk);
}

static guint
count_chunks (const Table * table)
{
  return table->stco.size > 0 ? read_32 (&table->stco, 4)
      : read_32 (&table->co64, 4);
}

static guint
read_sample_size (const Table * table, guint sample)
{
  guint all = read_32 (&table->stsz, 4);

  return all > 0 ? all : read_32 (&table->stsz, 12 + 4 * (guint64) sample);
}

/* A JPEG, begun as every one is; what is in it is found out when it is looked
 * at. */
static gboolean
add_sample (GPtrArray * samples, GBytes * file, guint64 offset, guint size)
{
  const guint8 *data = g_bytes_get_data (file, NULL);

  if (size < 4 || offset > g_bytes_get_size (file)
      || size > g_bytes_get_size (file) - offset
      || data[offset] != 0xff || data[offset + 1] != 0xd8)
    return FALSE;
  g_ptr_array_add (samples, g_bytes_new_from_bytes (file, offset, size));
  return TRUE;
}

/* Chunk by chunk; the run that holds for a chunk is the last that does not begin
 * after it. */
static gboolean
collect_samples (const Table * table, GBytes * file, guint n,
    GPtrArray * samples)
{
  guint chunks = count_chunks (table), runs = read_32 (&table->stsc, 4);
  guint64 run = 0, total = 0;

  for (guint chunk = 0; chunk < chunks && samples->len < n; chunk++) {
    guint64 offset = read_chunk_offset (table, chunk);
    guint in_chunk;

    while (run + 1 < runs && 8 + 12 * (run + 1) < table->stsc.size
        && read_32 (&table->stsc, 8 + 12 * (run + 1)) <= chunk + 1)
      run++;
    in_chunk = read_32 (&table->stsc, 8 + 12 * run + 4);
    if (in_chunk == 0)
      return FALSE;
    for (guint i = 0; i < in_chunk && samples->len < n; i++) {
      guint size = read_sample_size (table, samples->len);

      /* Samples that lie over one another make a lot of a small file. */
      total += size;
      if (total > g_bytes_get_size (file)
          || !add_sample (samples, file, offset, size))
        return FALSE;
      offset += size;
    }
  }
  return samples->len == n;
}

/* A name of four printable characters. */
static gchar *
name_codec (const Table * table)
{
  gchar *name = g_strdup ("none");

  if (table->stsd.size < 16)
    return name;
  memcpy (name, table->stsd.data + 12, 4);
  return g_strcanon (name, "abcdefghijklmnopqrstuvwxyz"
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", '?');
}

static gchar *
say_too_many (guint most)
{
  return g_strdup_printf ("The video has more than %u frames.", most);
}

GPtrArray *
sim_clip_read_file (GBytes * file, guint most, gchar ** problem)
{
  g_autoptr (GPtrArray) samples =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree gchar *codec = NULL;
  Table table = { 0 };
  Span span;
  guint n;

  span.data = g_bytes_get_data (file, &span.size);
  if (!find_table (&span, &table)) {
    *problem = g_strdup ("The video is not an MP4 or QuickTime file with a"
        " video track.");
    return NULL;
  }
  codec = name_codec (&table);
  n = read_32 (&table.stsz, 8);
  if (n > most) {
    *problem = say_too_many (most);
    return NULL;
  }
  if (n == 0 || !collect_samples (&table, file, n, samples)) {
    *problem = g_strdup_printf ("The video has %u frames of codec \"%s\". This"
        " server decodes moving JPEG only, in whole files that are not"
        " fragmented.", n, codec);
    return NULL;
  }
  return g_steal_pointer (&samples);
}

static GPtrArray *
read_sequence (const gchar * data, guint most, gchar ** problem)
{
  g_auto (GStrv) parts = g_strsplit (data, ",", most + 1);
  g_autoptr (GPtrArray) samples =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  if (g_strv_length (parts) > most) {
    *problem = say_too_many (most);
    return NULL;
  }
  for (guint i = 0; parts[i]; i++) {
    GBytes *bytes = sim_base64_decode (parts[i]);

    if (bytes == NULL) {
      *problem = g_strdup_printf ("Frame %u of the video is not clean base64.",
          i + 1);
      return NULL;
    }
    g_ptr_array_add (samples, bytes);
  }
  return g_steal_pointer (&samples);
}

GPtrArray *
sim_clip_read (const gchar * type, const gchar * data, guint most,
    gchar ** problem)
{
  g_autoptr (GBytes) file = NULL;

  if (g_str_equal (type, "video/jpeg"))
    return read_sequence (data, most, problem);
  if (!g_str_equal (type, "video/mp4")
      && !g_str_equal (type, "video/quicktime")) {
    *problem = g_strdup_printf ("This server knows video/mp4,"
        " video/quicktime and video/jpeg, not %.40s.", type);
    return NULL;
  }
  file = sim_base64_decode (data);
  if (file == NULL) {
    *problem = g_strdup ("The video is not clean base64.");
    return NULL;
  }
  return sim_clip_read_file (file, most, problem);
}
