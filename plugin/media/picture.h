/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* Where one component of a picture lies in memory. Deeper than eight bits
 * means words in the machine's byte order. */
typedef struct
{
  const guint8 *plane;
  gssize stride;
  guint offset;                 /* of the first sample, in bytes */
  guint step;                   /* from sample to sample, in bytes */
  guint depth, shift;           /* significant bits, and insignificant ones below */
  guint h_sub, v_sub;           /* pixels to a sample */
  guint width, height;          /* in samples */
} ScoreComponent;

/* A picture in any layout whose components are whole bytes or words: Y, U, V,
 * or R, G, B, or Y alone. */
typedef struct
{
  gboolean rgb;
  guint n_components;
  ScoreComponent components[3];
  gdouble x, y, width, height;  /* the part that is shown, in pixels */
} ScorePicture;

/* TRUE for the formats that score_picture_from_frame() takes. */
gboolean score_picture_knows_format (const GstVideoFormatInfo * format);

/* Borrows the frame's memory. width and height are those of the caps, for the
 * frame itself may be larger; crop may be NULL. */
gboolean score_picture_from_frame (ScorePicture * picture,
    const GstVideoFrame * frame, guint width, guint height,
    const GstVideoCropMeta * crop, GError ** error);

/* TRUE when every plane of the frame has the memory that its format needs. */
gboolean score_frame_is_complete (const GstVideoFrame * frame);

G_END_DECLS
