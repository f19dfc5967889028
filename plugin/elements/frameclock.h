/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Counts frames into times without drift, over changes of the framerate. */
typedef struct {
  gint fps_n, fps_d;
  GstClockTime origin;          /* of frame 0 at this framerate */
  guint64 n_frames;             /* since the origin */
  GstClockTime seek_position;   /* where to go on, else NONE */
} ScoreFrameClock;

void score_frame_clock_init (ScoreFrameClock * self);
void score_frame_clock_set_framerate (ScoreFrameClock * self, gint fps_n, gint fps_d);
/* The next frame is the one that is seen at position. May come before there is
 * a framerate. */
void score_frame_clock_seek (ScoreFrameClock * self, GstClockTime position);
/* When the next frame begins, and the one after it. */
GstClockTime score_frame_clock_get_time (ScoreFrameClock * self, GstClockTime * end);
void score_frame_clock_advance (ScoreFrameClock * self);

G_END_DECLS
