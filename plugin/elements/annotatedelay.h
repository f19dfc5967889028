/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/annotateflow.h"

G_BEGIN_DECLS

/* The latency of live frames: which frames it holds, and until when. A frame
 * arrives at a running time of the element's clock; where there is none, because
 * nothing plays or nobody gave a clock, nothing waits. Upstream must be live:
 * frames that come faster than time would fill the memory, and be late. */

/* Whether frames that come now are held, and so the events between them; asked
 * with every frame by the streaming thread, and answered for the others by
 * GstScoreAnnotate::delaying. */
gboolean gst_score_annotate_delays (GstScoreAnnotate * self);
/* Whether frames are going to be held. The streaming thread's as well. */
gboolean gst_score_annotate_may_delay (GstScoreAnnotate * self);

/* When a frame arrives that comes now. */
GstClockTimeDiff gst_score_annotate_get_arrival (GstScoreAnnotate * self);
/* Waits until downstream has taken what was due long ago, so that no more is held
 * than has come within the latency. */
void gst_score_annotate_wait_room (GstScoreAnnotate * self);
/* gst_score_hold_next_due() with what is due now. */
GstScoreHeld gst_score_annotate_next_due (GstScoreAnnotate * self, GstScoreHeldItem * item, GError ** error);
/* Waits until the frame is due that it told of, or until it may leave for another
 * reason. */
void gst_score_annotate_wait_due (GstScoreAnnotate * self, const GstScoreHeldItem * item);

/* The property has changed: from any thread. */
void gst_score_annotate_latency_changed (GstScoreAnnotate * self);
/* Before the state changes. */
void gst_score_annotate_set_playing (GstScoreAnnotate * self, gboolean playing);
/* LATENCY where frames are not held for their episode. */
gboolean gst_score_annotate_query_live_latency (GstScoreAnnotate * self, GstQuery * query);

G_END_DECLS
