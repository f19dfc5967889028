/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* When a frame was: all in nanoseconds, GST_CLOCK_TIME_NONE where unknown. */
typedef struct
{
  GstClockTime timestamp;       /* the buffer's PTS, else its DTS */
  GstClockTime stream_time;
  GstClockTime running_time;
  GstClockTime duration;
  GstClockTime utc_time;        /* since the Unix epoch, where the frame says it */
} GstScoreTimes;

#define GST_SCORE_NO_TIMES { GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, \
    GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE }

/* Whether there is any time to be read. */
gboolean gst_score_times_has_time (GstBuffer * buffer,
    const GstSegment * segment);
/* FALSE for a frame outside the segment or without any time stamp.
 * @frame_duration (of the caps, or NONE) serves where the buffer has none. */
gboolean gst_score_times_read (GstScoreTimes * times, GstBuffer * buffer,
    const GstSegment * segment, GstClockTime frame_duration);

/* For decoders that give every frame the time of the first, as libav's of GIF
 * does: such frames follow one another, each for as long as it lasts. Reset with
 * every segment. */
typedef struct
{
  GstClockTime time;            /* stamp of the newest frame; NONE before it */
  GstClockTime elapsed;         /* since that stamp, at the frame's end */
  gboolean advancing;           /* frames have time stamps of their own */
} GstScoreStandstill;

void gst_score_standstill_reset (GstScoreStandstill * self);
void gst_score_standstill_mend (GstScoreStandstill * self, GstScoreTimes * times);

G_END_DECLS
