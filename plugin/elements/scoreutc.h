/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/scoretimes.h"

G_BEGIN_DECLS

/* What time of day a frame of a live source was taken, by the pipeline's clock:
 * its running time counts from the base time, and the system says how far that
 * clock is from UTC. A file was not taken when it is read, so its frames have no
 * such time. Used by the streaming thread only. */
typedef struct
{
  GstClock *clock;              /* NULL: none, or upstream is not live */
  GstClock *seen_clock;         /* what was last looked at, to see a change; not used */
  GstClockTimeDiff base_time;
  gboolean stale;               /* upstream has to be asked (again) */
  GstClockTime offset;          /* UTC at the running time 0 */
  GstClockTime compared;        /* running time at which the clocks were; NONE: not yet */
} GstScoreUtc;

void gst_score_utc_init (GstScoreUtc * self);
void gst_score_utc_clear (GstScoreUtc * self);

/* Another stream or segment: upstream may no longer be live. */
void gst_score_utc_renew (GstScoreUtc * self);
/* Before every frame, and with no lock held: asks upstream where something has
 * changed. */
void gst_score_utc_look (GstScoreUtc * self, GstElement * element);
/* Fills in the UTC of a frame that brought none. */
void gst_score_utc_fill (GstScoreUtc * self, GstScoreTimes * times);

G_END_DECLS
