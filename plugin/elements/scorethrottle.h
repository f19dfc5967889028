/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/scoretimeline.h"

G_BEGIN_DECLS

/* Tells the decoder upstream what nobody will look at: a THROTTLE QoS event for
 * the time until the next sample. @next: running time at which it is due (NONE:
 * with the next frame); @now: running time of the frame at hand; @frame_duration
 * at a rate of 1; @rate: of the segment. NULL where there is nothing to gain. */
GstEvent *gst_score_throttle_event (GstClockTime next, GstClockTime now,
    GstClockTime frame_duration, gdouble rate);
/* Takes it back: every frame is wanted. */
GstEvent *gst_score_throttle_reset_event (void);
/* Of an episode whose newest frame ends at that stream time: what a throttled
 * decoder left out after it cannot be known, but where the container says how long
 * the stream is. NULL: nothing. */
const gchar *gst_score_throttle_note (const GstScoreTimeline * timeline, GstClockTime last_end);

G_END_DECLS
