/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scoreutc.h"

/* How often the clocks are compared: an audio clock drifts, and the system's is
 * set right now and then. */
#define COMPARE_AFTER (1 * GST_SECOND)
#define COMPARISONS 3

void
gst_score_utc_init (GstScoreUtc * self)
{
  *self = (GstScoreUtc) {
  .base_time = -1,.stale = TRUE,.compared = GST_CLOCK_TIME_NONE};
}

void
gst_score_utc_clear (GstScoreUtc * self)
{
  gst_clear_object (&self->clock);
}

void
gst_score_utc_renew (GstScoreUtc * self)
{
  self->stale = TRUE;
}

/* Whether the clock or the base time, which a pause changes, is another one. */
static gboolean
notice_change (GstScoreUtc * self, GstElement * element)
{
  gboolean changed;

  GST_OBJECT_LOCK (element);
  changed = element->base_time != self->base_time
      || GST_ELEMENT_CLOCK (element) != self->seen_clock;
  self->base_time = element->base_time;
  self->seen_clock = GST_ELEMENT_CLOCK (element);
  GST_OBJECT_UNLOCK (element);
  return changed;
}

static gboolean
is_live (GstElement * element)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (gst_pad_peer_query (pad, query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  return live;
}

void
gst_score_utc_look (GstScoreUtc * self, GstElement * element)
{
  if (!notice_change (self, element) && !self->stale)
    return;
  self->stale = FALSE;
  self->compared = GST_CLOCK_TIME_NONE;
  gst_clear_object (&self->clock);
  if (self->seen_clock != NULL && is_live (element))
    self->clock = gst_element_get_clock (element);
}

/* Both clocks are read at one time, or as near to it as the scheduler lets us:
 * of a few readings the shortest counts. */
static void
compare (GstScoreUtc * self)
{
  gint64 shortest = G_MAXINT64;

  for (guint i = 0; i < COMPARISONS; i++) {
    gint64 before = g_get_real_time ();
    GstClockTime now = gst_clock_get_time (self->clock);
    gint64 took = ABS (g_get_real_time () - before);

    if (took >= shortest)
      continue;
    shortest = took;
    self->offset = (before + took / 2) * GST_USECOND - now + self->base_time;
  }
}

static gboolean
is_due (const GstScoreUtc * self, GstClockTime running_time)
{
  return !GST_CLOCK_TIME_IS_VALID (self->compared)
      || running_time >= self->compared + COMPARE_AFTER;
}

void
gst_score_utc_fill (GstScoreUtc * self, GstScoreTimes * times)
{
  if (self->clock == NULL || GST_CLOCK_TIME_IS_VALID (times->utc_time))
    return;
  if (is_due (self, times->running_time)) {
    compare (self);
    self->compared = times->running_time;
  }
  times->utc_time = self->offset + times->running_time;
}
