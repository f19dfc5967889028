/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/frameclock.h"

void
score_frame_clock_init (ScoreFrameClock * self)
{
  *self = (ScoreFrameClock) {
  .fps_n = 0,.fps_d = 1,.seek_position = GST_CLOCK_TIME_NONE};
}

static GstClockTime
time_of (const ScoreFrameClock * self, guint64 frame)
{
  return self->origin + gst_util_uint64_scale (frame,
      (guint64) self->fps_d * GST_SECOND, (guint64) self->fps_n);
}

void
score_frame_clock_set_framerate (ScoreFrameClock * self, gint fps_n, gint fps_d)
{
  /* A new framerate counts from where the old one has come to. */
  if (self->n_frames > 0) {
    self->origin = time_of (self, self->n_frames);
    self->n_frames = 0;
  }
  self->fps_n = fps_n;
  self->fps_d = fps_d;
}

void
score_frame_clock_seek (ScoreFrameClock * self, GstClockTime position)
{
  self->seek_position = position;
}

static void
finish_seek (ScoreFrameClock * self)
{
  GstClockTime position = self->seek_position;

  if (!GST_CLOCK_TIME_IS_VALID (position))
    return;
  self->seek_position = GST_CLOCK_TIME_NONE;
  self->origin = 0;
  self->n_frames = gst_util_uint64_scale (position, (guint64) self->fps_n,
      (guint64) self->fps_d * GST_SECOND);
  /* Times of frames are rounded down, so the next one may begin just here. */
  if (time_of (self, self->n_frames + 1) <= position)
    self->n_frames++;
}

GstClockTime
score_frame_clock_get_time (ScoreFrameClock * self, GstClockTime * end)
{
  finish_seek (self);
  *end = time_of (self, self->n_frames + 1);
  return time_of (self, self->n_frames);
}

void
score_frame_clock_advance (ScoreFrameClock * self)
{
  self->n_frames++;
}
