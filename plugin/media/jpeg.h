/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* Turns a video frame into the JPEG that a model is sent: scaled to fit
 * max_size (long side, never up), pixel aspect ratio and orientation applied,
 * YCbCr 4:2:0 with JPEG's own matrix and range whatever came in. A JPEG that is
 * small enough, upright and of square pixels passes as it is, from SOI to EOI.
 * The only file of the plugin that knows libjpeg-turbo. One encoder an element;
 * not thread-safe. */
typedef struct _ScoreJpeg ScoreJpeg;

ScoreJpeg *score_jpeg_new (guint max_size, guint quality);
void score_jpeg_free (ScoreJpeg * jpeg);
/* What the short side needs no more of, in pixels: pictures are made so small
 * where max_size has not made them so already. 0 (the default): no matter. */
void score_jpeg_set_short_side (ScoreJpeg * jpeg, guint size);

/* Raw video (any format of the template, media/jpegcaps.h) or image/jpeg; fixed
 * caps. */
gboolean score_jpeg_set_caps (ScoreJpeg * jpeg, GstCaps * caps, GError ** error);
/* The stream's image-orientation tag; IDENTITY undoes it. */
void score_jpeg_set_orientation (ScoreJpeg * jpeg, GstVideoOrientationMethod orientation);

/* Gives a JPEG and its size. The buffer is only read, and not kept. */
GBytes *score_jpeg_encode (ScoreJpeg * jpeg, GstBuffer * buffer, guint * width,
    guint * height, GError ** error);

/* The other way, for what was encoded or passed here: RGB, row after row, 3 bytes
 * a pixel without padding, into @pixels, which has room for the size that
 * score_jpeg_header_parse() tells. Needs no caps. */
gboolean score_jpeg_decode (ScoreJpeg * jpeg, GBytes * bytes, guint8 * pixels, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreJpeg, score_jpeg_free)

G_END_DECLS
