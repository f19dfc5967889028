/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* What an orientation does: the axes of the source are reversed, then swapped. */
typedef struct
{
  gboolean flip_x, flip_y;
  gboolean transpose;
} ScoreTurn;

/* AUTO, CUSTOM and unknown values turn nothing. */
ScoreTurn score_turn_from_orientation (GstVideoOrientationMethod orientation);

/* width and height are the source's. */
void score_turn_plane (ScoreTurn turn, const guint8 * source, gsize source_stride,
    guint width, guint height, guint8 * dest, gsize dest_stride);

G_END_DECLS
