/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/jpegheader.h"

#include <gst/score/gstscoreerror.h>
#include <string.h>

/* Markers of ITU-T T.81, table B.1. */
enum
{
  TEM = 0x01,
  SOF0 = 0xc0,
  SOF2 = 0xc2,
  DHT = 0xc4,
  JPG = 0xc8,
  DAC = 0xcc,
  SOF15 = 0xcf,
  RST0 = 0xd0,
  RST7 = 0xd7,
  SOI = 0xd8,
  EOI = 0xd9,
  SOS = 0xda,
  DQT = 0xdb,
  APP14 = 0xee,
};

/* A coded picture needs at least a bit for every few blocks of 64 pixels.
 * Less data than that is a header that lies, and not worth the memory. */
#define MAX_PIXELS_PER_BYTE 2048
#define MAX_PIXELS (64 * 1024 * 1024)

typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;
  ScoreJpegHeader *header;
  guint quantisers;             /* bit per table that was defined */
  guint huffman[2];             /* the same of the DC and the AC tables */
  guint needed_quantisers;
  gboolean has_scan;
} Parser;

typedef struct
{
  const guint8 *data;
  gsize size;
} Segment;

static gboolean
fail (GError ** error, const gchar * what)
{
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
      "The JPEG cannot be read: %s.", what);
  return FALSE;
}

static guint
read_16 (const guint8 * data)
{
  return (guint) data[0] << 8 | data[1];
}

/* Leaves the parser behind the marker. */
static gboolean
find_marker (Parser * self, guint * marker)
{
  while (self->at < self->size) {
    const guint8 *found =
        memchr (self->data + self->at, 0xff, self->size - self->at);

    if (found == NULL)
      return FALSE;
    self->at = (gsize) (found - self->data) + 1;
    while (self->at < self->size && self->data[self->at] == 0xff)
      self->at++;
    if (self->at == self->size)
      return FALSE;
    *marker = self->data[self->at++];
    if (*marker != 0 && (*marker < RST0 || *marker > RST7))
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_segment (Parser * self, Segment * segment)
{
  guint length;

  if (self->size - self->at < 2)
    return FALSE;
  length = read_16 (self->data + self->at);
  if (length < 2 || length > self->size - self->at)
    return FALSE;
  segment->data = self->data + self->at + 2;
  segment->size = length - 2;
  self->at += length;
  return TRUE;
}

static gboolean
parse_frame (Parser * self, const Segment * segment, guint marker,
    GError ** error)
{
  ScoreJpegHeader *header = self->header;
  const guint8 *data = segment->data;

  if (segment->size < 6 || segment->size < 6 + 3 * (gsize) data[5])
    return fail (error, "its frame header is cut off");
  if (header->width != 0)
    return fail (error, "it has two frame headers");
  header->height = read_16 (data + 1);
  header->width = read_16 (data + 3);
  header->n_components = data[5];
  header->is_common = marker <= SOF2 && data[0] == 8;
  if (header->width == 0 || header->height == 0 || header->n_components == 0)
    return fail (error, "its frame header gives no size");
  if ((guint64) header->width * header->height > MAX_PIXELS
      || (guint64) header->width * header->height / MAX_PIXELS_PER_BYTE >
      self->size)
    return fail (error, "its size does not go with its amount of data");
  for (guint i = 0; i < header->n_components; i++)
    self->needed_quantisers |= 1u << (data[6 + 3 * i + 2] & 3);
  return TRUE;
}

static void
parse_quantisers (Parser * self, const Segment * segment)
{
  gsize at = 0;

  while (at < segment->size) {
    self->quantisers |= 1u << (segment->data[at] & 3);
    at += 1 + (segment->data[at] >> 4 ? 128 : 64);
  }
}

static void
parse_huffman (Parser * self, const Segment * segment)
{
  gsize at = 0;

  while (segment->size - MIN (at, segment->size) >= 17) {
    guint id = segment->data[at];
    gsize count = 0;

    for (guint i = 1; i <= 16; i++)
      count += segment->data[at + i];
    self->huffman[id >> 4 & 1] |= 1u << (id & 3);
    at += 17 + count;
  }
}

static gboolean
parse_scan (Parser * self, const Segment * segment, GError ** error)
{
  guint n = segment->size > 0 ? segment->data[0] : 0;
  const guint8 *spectrum;

  if (self->header->width == 0)
    return fail (error, "a scan comes before its frame header");
  if (n == 0 || segment->size < 4 + 2 * (gsize) n)
    return fail (error, "a scan header is cut off");
  if (self->needed_quantisers & ~self->quantisers)
    return fail (error, "a quantisation table is missing");
  spectrum = segment->data + 1 + 2 * n;
  for (guint i = 0; i < n; i++) {
    guint tables = segment->data[2 + 2 * i];

    /* refining a DC coefficient takes no table */
    if (spectrum[0] == 0 && spectrum[2] >> 4 == 0
        && !(self->huffman[0] & 1u << (tables >> 4 & 3)))
      self->header->has_tables = FALSE;
    if (spectrum[1] > 0 && !(self->huffman[1] & 1u << (tables & 3)))
      self->header->has_tables = FALSE;
  }
  self->has_scan = TRUE;
  return TRUE;
}

static gboolean
parse_segment (Parser * self, guint marker, GError ** error)
{
  Segment segment;

  if (!read_segment (self, &segment))
    return fail (error, "a segment is cut off");
  if (marker == DHT)
    parse_huffman (self, &segment);
  else if (marker == DQT)
    parse_quantisers (self, &segment);
  else if (marker == SOS)
    return parse_scan (self, &segment, error);
  else if (marker == APP14)
    self->header->is_adobe |= segment.size >= 5
        && memcmp (segment.data, "Adobe", 5) == 0;
  else if (marker >= SOF0 && marker <= SOF15 && marker != JPG && marker != DAC)
    return parse_frame (self, &segment, marker, error);
  return TRUE;
}

gboolean
score_jpeg_header_parse (ScoreJpegHeader * header, const guint8 * data,
    gsize size, GError ** error)
{
  Parser parser = {.data = data,.size = size,.at = 2,.header = header };
  guint marker;

  *header = (ScoreJpegHeader) {
  .has_tables = TRUE};
  if (size < 4 || data[0] != 0xff || data[1] != SOI)
    return fail (error, "it does not begin as a JPEG does");
  while (find_marker (&parser, &marker)) {
    if (marker == EOI) {
      header->size = parser.at;
      return parser.has_scan || fail (error, "it has no picture");
    }
    if (marker == SOI)
      return fail (error, "another one begins before its end");
    if (marker != TEM && !parse_segment (&parser, marker, error))
      return FALSE;
  }
  return fail (error, "it is cut off");
}
