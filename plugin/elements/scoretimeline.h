/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/scoretimes.h"

G_BEGIN_DECLS

/* What a pad's segment and caps say of the times of its frames. Plain value; the
 * recorder's lock guards it. */
typedef struct
{
  GstSegment segment;
  GstClockTime frame_duration;  /* from the caps; NONE where unknown */
  GstClockTime end;             /* stream time at which the stream should end; NONE */
  GstScoreStandstill standstill;
} GstScoreTimeline;

void gst_score_timeline_init (GstScoreTimeline * self);
void gst_score_timeline_set_caps (GstScoreTimeline * self, GstCaps * caps);
void gst_score_timeline_set_segment (GstScoreTimeline * self, GstEvent * event);

/* As gst_score_times_read(), with frames spaced whose times stand still. */
gboolean gst_score_timeline_read (GstScoreTimeline * self, GstBuffer * buffer, GstScoreTimes * times);
/* Whether a frame that ends at this stream time is known to be the last. */
gboolean gst_score_timeline_is_end (const GstScoreTimeline * self, GstClockTime stream_time);

G_END_DECLS
