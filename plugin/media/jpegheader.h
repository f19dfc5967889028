/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is to be known of a JPEG before it is passed on or decoded. */
typedef struct
{
  guint width, height;
  guint n_components;
  gsize size;                   /* from SOI to EOI; cameras pad what follows */
  gboolean has_tables;          /* FALSE: leaves out Huffman tables, as MJPEG may */
  gboolean is_common;           /* Huffman-coded, 8 bits, sequential or progressive */
  gboolean is_adobe;            /* stores CMYK inverted */
} ScoreJpegHeader;

/* Walks the segments from SOI to EOI. */
gboolean score_jpeg_header_parse (ScoreJpegHeader * header, const guint8 * data,
    gsize size, GError ** error);

G_END_DECLS
