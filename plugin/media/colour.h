/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* The planes of a JPEG: full range, BT.601 matrix, 4:2:0. Strides are
 * multiples of 16 and rows writable up to them. The luma plane has an even
 * number of rows and columns, the last repeated where needed. */
typedef struct
{
  guint width, height;
  gsize luma_stride, chroma_stride;
  guint8 *y, *u, *v;
} ScorePlanes;

/* The linear map from a video's components to a JPEG's, without the offsets.
 * Rows are Y, U, V of the JPEG; columns Y, U, V or R, G, B of the video. */
typedef struct
{
  gboolean identity;            /* nothing to do */
  gint luma_offset;             /* black of the video, also of its RGB */
  gint16 factors[3][3];         /* in 1/32768; those of YUV on the diagonal less 1 */
} ScoreColour;

void score_colour_init (ScoreColour * colour, const GstVideoInfo * info);
/* For what was decoded from a JPEG, or from one that holds RGB. */
void score_colour_init_jpeg (ScoreColour * colour, gboolean rgb);

/* In place. */
void score_colour_fix_yuv (const ScoreColour * colour, ScorePlanes * planes);
/* From planes of the size and the stride of the luma plane, which are padded. */
void score_colour_fix_rgb (const ScoreColour * colour, guint8 * const rgb[3],
    ScorePlanes * planes);
/* No colour at all. */
void score_colour_clear_chroma (ScorePlanes * planes);
/* Repeats the last column and row of luma where their number is odd. */
void score_colour_pad (ScorePlanes * planes);

G_END_DECLS
