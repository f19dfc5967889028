/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/orient.h"

ScoreTurn
score_turn_from_orientation (GstVideoOrientationMethod orientation)
{
  static const ScoreTurn turns[] = {
    [GST_VIDEO_ORIENTATION_IDENTITY] = {FALSE, FALSE, FALSE},
    [GST_VIDEO_ORIENTATION_90R] = {FALSE, TRUE, TRUE},
    [GST_VIDEO_ORIENTATION_180] = {TRUE, TRUE, FALSE},
    [GST_VIDEO_ORIENTATION_90L] = {TRUE, FALSE, TRUE},
    [GST_VIDEO_ORIENTATION_HORIZ] = {TRUE, FALSE, FALSE},
    [GST_VIDEO_ORIENTATION_VERT] = {FALSE, TRUE, FALSE},
    [GST_VIDEO_ORIENTATION_UL_LR] = {FALSE, FALSE, TRUE},
    [GST_VIDEO_ORIENTATION_UR_LL] = {TRUE, TRUE, TRUE},
  };

  if ((guint) orientation >= G_N_ELEMENTS (turns))
    return turns[GST_VIDEO_ORIENTATION_IDENTITY];
  return turns[orientation];
}

void
score_turn_plane (ScoreTurn turn, const guint8 * source, gsize source_stride,
    guint width, guint height, guint8 * dest, gsize dest_stride)
{
  guint out_width = turn.transpose ? height : width;
  guint out_height = turn.transpose ? width : height;
  gssize step_x = turn.flip_x ? -1 : 1;
  gssize step_y = turn.flip_y ? -(gssize) source_stride
      : (gssize) source_stride;
  gssize start = (turn.flip_x ? (gssize) width - 1 : 0)
      + (turn.flip_y ? (gssize) ((height - 1) * source_stride) : 0);
  gssize along = turn.transpose ? step_y : step_x;
  gssize down = turn.transpose ? step_x : step_y;

  for (guint y = 0; y < out_height; y++)
    for (guint x = 0; x < out_width; x++)
      dest[y * dest_stride + x] =
          source[start + (gssize) y * down + (gssize) x * along];
}
