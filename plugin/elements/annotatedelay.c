/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/annotatedelay.h"

GST_DEBUG_CATEGORY_EXTERN (score_annotate_debug);
#define GST_CAT_DEFAULT score_annotate_debug

/* How late the oldest frame may be before the next has to wait. */
#define SLACK (100 * GST_MSECOND)
/* Longer than any pipeline runs, and short enough to count with. */
#define FOREVER (G_MAXINT64 / 4)

/* FALSE where upstream is not live, or does not say so yet. */
static gboolean
is_upstream_live (GstScoreAnnotate * self)
{
  gboolean live = FALSE;

  if (self->upstream_asked)
    return self->upstream_live;
  self->upstream_asked = gst_score_annotate_ask_upstream (self, &live);
  self->upstream_live = live;
  if (self->upstream_asked && !live)
    GST_INFO_OBJECT (self, "latency has no effect: upstream is not live");
  return live;
}

gboolean
gst_score_annotate_may_delay (GstScoreAnnotate * self)
{
  return g_atomic_int_get (&self->has_latency) && is_upstream_live (self);
}

/* From one way to the other when nothing is left on the first. */
gboolean
gst_score_annotate_delays (GstScoreAnnotate * self)
{
  gboolean delays = gst_score_annotate_may_delay (self);

  if (delays == self->delaying)
    return delays;
  if (!delays && !gst_score_hold_is_empty (self->hold))
    return TRUE;
  GST_DEBUG_OBJECT (self, "frames are %s", delays ? "held for latency" :
      "passed on at once again");
  self->delaying = delays;
  if (delays)
    gst_score_annotate_run_task (self);
  return delays;
}

/* The clock to wait for, or NULL: nothing waits. */
static GstClock *
ref_clock (GstScoreAnnotate * self, GstClockTime * base_time,
    GstClockTimeDiff * latency)
{
  GstClock *clock = NULL;

  GST_OBJECT_LOCK (self);
  if (self->playing && GST_ELEMENT_CLOCK (self) != NULL)
    clock = gst_object_ref (GST_ELEMENT_CLOCK (self));
  *base_time = GST_ELEMENT (self)->base_time;
  *latency = (GstClockTimeDiff) MIN (self->settings.latency, FOREVER);
  GST_OBJECT_UNLOCK (self);
  return clock;
}

GstClockTimeDiff
gst_score_annotate_get_arrival (GstScoreAnnotate * self)
{
  GstClockTime base_time;
  GstClockTimeDiff latency;
  g_autoptr (GstClock) clock = ref_clock (self, &base_time, &latency);

  return clock ? GST_CLOCK_DIFF (base_time, gst_clock_get_time (clock)) :
      G_MININT64;
}

/* Up to which arrival frames are due. */
static GstClockTimeDiff
get_due (GstScoreAnnotate * self)
{
  GstClockTime base_time;
  GstClockTimeDiff latency;
  g_autoptr (GstClock) clock = ref_clock (self, &base_time, &latency);

  if (clock == NULL)
    return G_MAXINT64;
  return GST_CLOCK_DIFF (base_time, gst_clock_get_time (clock)) - latency;
}

void
gst_score_annotate_wait_room (GstScoreAnnotate * self)
{
  GstClockTimeDiff due;
  guint64 stamp;

  do {
    stamp = gst_score_hold_get_stamp (self->hold);
    due = get_due (self);
  } while (!gst_score_hold_wait_room (self->hold,
          due < G_MAXINT64 ? due - SLACK : due, stamp));
}

GstScoreHeld
gst_score_annotate_next_due (GstScoreAnnotate * self, GstScoreHeldItem * item,
    GError ** error)
{
  GstScoreHeld held =
      gst_score_hold_next_due (self->hold, item, get_due (self), error);

  /* The running time has begun anew, as it does after a flush. */
  if (held == GST_SCORE_HELD_EARLY &&
      item->arrival > gst_score_annotate_get_arrival (self))
    held = gst_score_hold_next_due (self->hold, item, G_MAXINT64, error);
  return held;
}

void
gst_score_annotate_wait_due (GstScoreAnnotate * self,
    const GstScoreHeldItem * item)
{
  GstClockTime base_time, time;
  GstClockTimeDiff latency;
  g_autoptr (GstClock) clock = ref_clock (self, &base_time, &latency);
  GstClockID id;

  if (clock == NULL)
    return;
  time = base_time + (GstClockTime) (item->arrival + latency);
  /* A test clock waits for what has passed, too. */
  if (time <= gst_clock_get_time (clock))
    return;
  id = gst_clock_new_single_shot_id (clock, time);
  gst_score_hold_wait (self->hold, item->stamp, id);
  gst_clock_id_unref (id);
}

/* The hold is there from start to stop. */
static gboolean
wake (GstScoreAnnotate * self)
{
  gboolean runs;

  GST_OBJECT_LOCK (self);
  runs = self->hold != NULL;
  if (runs)
    gst_score_hold_wake (self->hold);
  GST_OBJECT_UNLOCK (self);
  return runs;
}

void
gst_score_annotate_latency_changed (GstScoreAnnotate * self)
{
  Way way = gst_score_annotate_get_way (self);

  /* Of two who change it at once the later one counts. */
  GST_OBJECT_LOCK (self);
  g_atomic_int_set (&self->has_latency, self->settings.latency > 0);
  GST_OBJECT_UNLOCK (self);
  if (wake (self) && (way == WAY_LIVE || way == WAY_OPEN))
    gst_element_post_message (GST_ELEMENT (self),
        gst_message_new_latency (GST_OBJECT (self)));
}

void
gst_score_annotate_set_playing (GstScoreAnnotate * self, gboolean playing)
{
  GST_OBJECT_LOCK (self);
  self->playing = playing;
  GST_OBJECT_UNLOCK (self);
  wake (self);
}

gboolean
gst_score_annotate_query_live_latency (GstScoreAnnotate * self,
    GstQuery * query)
{
  GstClockTime min, max, latency;
  gboolean live;

  if (!gst_pad_query_default (self->srcpad, GST_OBJECT (self), query))
    return FALSE;
  gst_query_parse_latency (query, &live, &min, &max);
  if (!live)
    return TRUE;
  GST_OBJECT_LOCK (self);
  latency = self->settings.latency;
  GST_OBJECT_UNLOCK (self);
  if (GST_CLOCK_TIME_IS_VALID (max))
    max += latency;
  gst_query_set_latency (query, live, min + latency, max);
  return TRUE;
}
