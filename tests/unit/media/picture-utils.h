/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media/jpeg.h"

G_BEGIN_DECLS

/* A decoded JPEG, its planes as they were stored. */
typedef struct
{
  guint width, height;
  guint n_planes;
  guint h_sub, v_sub;           /* of the chroma */
  gboolean is_ycbcr, is_progressive;
  guint8 *planes[3];
  guint strides[3];
} DecodedJpeg;

/* Fails the test when the JPEG is not whole. */
void decode_jpeg (GBytes * jpeg, DecodedJpeg * decoded);
void decoded_jpeg_clear (DecodedJpeg * decoded);
/* At a pixel; 0 Y, 1 Cb, 2 Cr. */
guint decoded_jpeg_get (const DecodedJpeg * decoded, guint plane, guint x,
    guint y);

/* subsampling and flags are TurboJPEG's; pixels are RGB. */
GBytes *make_jpeg (const guint8 * rgb, guint width, guint height,
    int subsampling, int quality, int flags);
GBytes *make_cmyk_jpeg (const guint8 * cmyk, guint width, guint height);

GstCaps *make_raw_caps (const gchar * format, guint width, guint height,
    const gchar * colorimetry, guint par_n, guint par_d);

/* A frame of seeded noise, smooth enough to survive a JPEG. */
GstBuffer *make_noise (const GstVideoInfo * info, guint32 seed);
/* The same frame in padded planes, the padding filled with other bytes. */
GstBuffer *pad_frame (const GstVideoInfo * info, GstBuffer * buffer,
    guint32 seed);

GBytes *encode_or_fail (ScoreJpeg * jpeg, GstBuffer * buffer, guint * width,
    guint * height);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DecodedJpeg, decoded_jpeg_clear)

G_END_DECLS
