/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/annotateflow.h"

#include "elements/annotatedelay.h"
#include "elements/scorestall.h"
#include "elements/scorewaits.h"

GST_DEBUG_CATEGORY_EXTERN (score_annotate_debug);
#define GST_CAT_DEFAULT score_annotate_debug

/* How often the source task looks whether the pipeline stands still. */
#define STALL_INTERVAL G_USEC_PER_SEC

Way
gst_score_annotate_get_way (GstScoreAnnotate * self)
{
  return (Way) g_atomic_int_get (&self->way);
}

/* On the engine's thread, while the hold is there. */
void
gst_score_annotate_scored (GstElement * element, guint64 episode,
    GstScoreResult * result)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (element);
  gboolean left;

  if (!gst_score_hold_resolve (self->hold, episode, result, &left))
    return;
  /* Held frames wait for the final one. */
  if (gst_score_result_is_provisional (result)) {
    if (gst_score_annotate_get_way (self) == WAY_LIVE)
      gst_score_out_add_late (&self->out, result);
    return;
  }
  if (!left)
    return;
  /* Live, and frames of the episode have left without it. */
  GST_OBJECT_LOCK (self);
  self->n_late++;
  GST_OBJECT_UNLOCK (self);
  gst_score_out_add_late (&self->out, result);
  gst_element_post_message (element, gst_score_message_new_result
      (GST_OBJECT (self), GST_SCORE_MESSAGE_LATE, result));
}

void
gst_score_annotate_marked (GstElement * element, GstEvent * event)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (element);

  GST_OBJECT_LOCK (self);
  g_queue_push_tail (&self->marks, event);
  GST_OBJECT_UNLOCK (self);
  g_atomic_int_set (&self->marked, TRUE);
}

static GstEvent *
pop_mark (GstScoreAnnotate * self)
{
  GstEvent *event;

  GST_OBJECT_LOCK (self);
  event = g_queue_pop_head (&self->marks);
  GST_OBJECT_UNLOCK (self);
  return event;
}

static gboolean
pass_event (GstScoreAnnotate * self, GstEvent * event)
{
  if (gst_score_annotate_get_way (self) != WAY_HOLD && !self->delaying)
    return gst_score_out_push_event (&self->out, event);
  gst_score_hold_add_event (self->hold, event);
  return TRUE;
}

static void
pass_marks (GstScoreAnnotate * self)
{
  GstEvent *event;

  /* Mostly there are none, and then there is nothing to write. */
  if (!g_atomic_int_get (&self->marked) ||
      !g_atomic_int_compare_and_exchange (&self->marked, TRUE, FALSE))
    return;
  while ((event = pop_mark (self)) != NULL)
    pass_event (self, event);
}

/* --- the source task --- */

/* Pauses the task until the next flush or start. */
static void
end_task (GstScoreAnnotate * self, GstFlowReturn flow)
{
  GST_DEBUG_OBJECT (self, "source task ends: %s", gst_flow_get_name (flow));
  GST_OBJECT_LOCK (self);
  if (self->flow == GST_FLOW_OK)
    self->flow = flow;
  GST_OBJECT_UNLOCK (self);
  gst_score_hold_set_flushing (self->hold, TRUE);
  gst_pad_pause_task (self->srcpad);
}

static void
fail_task (GstScoreAnnotate * self, GstFlowReturn flow)
{
  end_task (self, flow);
  if (flow == GST_FLOW_EOS)
    gst_score_out_push_event (&self->out, gst_event_new_eos ());
  else if (flow == GST_FLOW_NOT_LINKED || flow < GST_FLOW_EOS)
    GST_ELEMENT_FLOW_ERROR (self, flow);
}

static GstFlowReturn
push_exact (GstScoreAnnotate * self, GstBuffer * buffer,
    GstScoreResult * result, GstClockTime stream_time)
{
  GstScoreOutFrame frame = { stream_time, GST_CLOCK_TIME_NONE, };
  GstScoreValue value;

  if (result != NULL) {
    gst_score_value_exact (&value, result, stream_time);
    frame.value = &value;
    frame.episode_id = gst_score_result_get_episode_id (result);
    frame.task = gst_score_result_get_task (result);
    frame.result = result;
    frame.exact = frame.attach = TRUE;
  }
  return gst_score_out_push (&self->out, buffer, &frame);
}

/* With what can be known at the frame's time, however late it leaves. */
static GstFlowReturn
push_newest (GstScoreAnnotate * self, GstScoreHeldItem * item)
{
  GstScoreOutFrame frame = { item->stream_time, GST_CLOCK_TIME_NONE, };
  GstScoreValue value;

  if (item->episode != NULL) {
    gst_score_value_newest (&value, item->result, item->stream_time);
    frame.value = &value;
    frame.episode_id = gst_score_held_episode_get_id (item->episode);
    frame.task = item->task;
    frame.result = item->result;
    frame.attach = TRUE;
  }
  return gst_score_out_push (&self->out, g_steal_pointer (&item->buffer),
      &frame);
}

static GstFlowReturn
push_held (GstScoreAnnotate * self, GstScoreHeldItem * item)
{
  if (gst_score_annotate_get_way (self) == WAY_LIVE)
    return push_newest (self, item);
  return push_exact (self, g_steal_pointer (&item->buffer), item->result,
      item->stream_time);
}

/* Frames wait and nothing comes. That may be their result, or that upstream is
 * kept by another branch. */
static void
check_stall (GstScoreAnnotate * self)
{
  if (score_engine_wait_drained (self->host.engine, 0) != SCORE_WAIT_DONE)
    self->n_seconds_still = 0;
  else if (gst_score_check_stall (GST_ELEMENT (self), &self->n_seconds_still))
    end_task (self, GST_FLOW_ERROR);
}

static void
fail_hold (GstScoreAnnotate * self, const GError * error)
{
  gst_element_message_full (GST_ELEMENT (self), GST_MESSAGE_ERROR,
      error->domain, error->code, g_strdup (error->message), NULL, __FILE__,
      G_STRFUNC, __LINE__);
}

static void
pass_item (GstScoreAnnotate * self, GstScoreHeldItem * item)
{
  GstFlowReturn ret = GST_FLOW_OK;

  if (item->buffer != NULL)
    ret = push_held (self, item);
  else if (item->event != NULL)
    gst_score_out_push_event (&self->out, g_steal_pointer (&item->event));
  else
    gst_score_hold_answer (self->hold, gst_pad_peer_query (self->srcpad,
            item->query));
  if (ret != GST_FLOW_OK)
    fail_task (self, ret);
}

static GstScoreHeld
get_next (GstScoreAnnotate * self, GstScoreHeldItem * item, GError ** error)
{
  if (gst_score_annotate_get_way (self) == WAY_LIVE)
    return gst_score_annotate_next_due (self, item, error);
  return gst_score_hold_next (self->hold, item, STALL_INTERVAL, error);
}

static void
run_task (gpointer user_data)
{
  GstScoreAnnotate *self = user_data;
  g_autoptr (GError) error = NULL;
  GstScoreHeldItem item;

  switch (get_next (self, &item, &error)) {
    case GST_SCORE_HELD_EARLY:
      gst_score_annotate_wait_due (self, &item);
      break;
    case GST_SCORE_HELD_ITEM:
      self->n_seconds_still = 0;
      pass_item (self, &item);
      break;
    case GST_SCORE_HELD_TIMEOUT:
      check_stall (self);
      break;
    case GST_SCORE_HELD_ERROR:
      end_task (self, GST_FLOW_ERROR);
      fail_hold (self, error);
      break;
    case GST_SCORE_HELD_FLUSHING:
    default:
      end_task (self, GST_FLOW_FLUSHING);
      break;
  }
  gst_score_held_item_clear (&item);
}

void
gst_score_annotate_run_task (GstScoreAnnotate * self)
{
  gst_pad_start_task (self->srcpad, run_task, self, NULL);
}

/* While the pad stops, a flush must not let the task wait again: who stops it
 * waits for the task. */
static void
start_task (GstScoreAnnotate * self)
{
  GST_OBJECT_LOCK (self);
  self->flow = GST_FLOW_OK;
  if (self->src_active)
    gst_score_hold_set_flushing (self->hold, FALSE);
  GST_OBJECT_UNLOCK (self);
  if (gst_score_annotate_get_way (self) == WAY_HOLD || self->delaying)
    gst_score_annotate_run_task (self);
}

gboolean
gst_score_annotate_activate_src (GstPad * pad, GstObject * parent,
    GstPadMode mode, gboolean active)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (parent);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  GST_OBJECT_LOCK (self);
  self->src_active = active;
  if (!active)
    gst_score_hold_set_flushing (self->hold, TRUE);
  GST_OBJECT_UNLOCK (self);
  if (!active)
    return gst_pad_stop_task (pad);
  start_task (self);
  return TRUE;
}

/* --- the way of the frames --- */

gboolean
gst_score_annotate_ask_upstream (GstScoreAnnotate * self, gboolean * live)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();

  if (!gst_pad_peer_query (self->sinkpad, query))
    return FALSE;
  gst_query_parse_latency (query, live, NULL, NULL);
  return TRUE;
}

static void
choose_way (GstScoreAnnotate * self, Way way)
{
  GST_INFO_OBJECT (self, "frames are %s", way == WAY_LIVE ?
      "passed on at once" : "held until their episode is scored");
  g_atomic_int_set (&self->way, way);
  gst_score_annotate_settle_provisional (self);
  if (way == WAY_HOLD)
    start_task (self);
}

Way
gst_score_annotate_decide (GstScoreAnnotate * self, gboolean must)
{
  Way way = gst_score_annotate_get_way (self);
  gboolean live = FALSE;

  if (way != WAY_OPEN)
    return way;
  if (!gst_score_annotate_ask_upstream (self, &live) && !must)
    return WAY_OPEN;
  choose_way (self, live ? WAY_LIVE : WAY_HOLD);
  return live ? WAY_LIVE : WAY_HOLD;
}

/* Live input never waits for a server, and neither do frames that are not held. */
static GstFlowReturn
wait_room (GstScoreAnnotate * self, Way way)
{
  ScoreEngine *engine = self->host.engine;
  gboolean live = FALSE;

  if (score_engine_has_room (engine))
    return GST_FLOW_OK;
  if (way == WAY_LIVE || (gst_score_annotate_ask_upstream (self, &live)
          && live))
    score_engine_make_room (engine);
  else if (score_engine_wait_room (engine) != SCORE_WAIT_DONE)
    return GST_FLOW_FLUSHING;
  return GST_FLOW_OK;
}

/* A frame on its way through the recorder. */
typedef struct
{
  GstScoreAnnotate *self;
  gboolean held;                /* in whichever way */
  gboolean outside;             /* of every episode */
  GstScoreResult *result;       /* live: the newest, or NULL */
  GstScoreValue value;
  GstScoreOutFrame frame;
} Passing;

static void
follow_episode (GstScoreAnnotate * self, const GstScorePlace * place)
{
  if (place->disowned != 0)
    gst_score_hold_disown (self->hold, place->disowned);
  /* An episode goes on after a frame without a time. */
  if (place->episode == 0 || (self->episode != NULL &&
          gst_score_held_episode_get_number (self->episode) == place->episode))
    return;
  g_clear_pointer (&self->episode, gst_score_held_episode_unref);
  self->episode = gst_score_hold_begin (self->hold, place->episode, place->id);
  self->has_task = FALSE;
}

/* Which a tag may bring after the first frames. */
static void
note_task (GstScoreAnnotate * self, const gchar * task)
{
  if (self->has_task || task == NULL)
    return;
  gst_score_hold_set_task (self->hold, self->episode, task);
  self->has_task = TRUE;
}

static GstBuffer *
placed_cb (GstBuffer * buffer, const GstScorePlace * place, gpointer user_data)
{
  Passing *passing = user_data;
  GstScoreAnnotate *self = passing->self;

  follow_episode (self, place);
  passing->frame.stream_time = place->times.stream_time;
  passing->frame.duration = place->times.duration;
  passing->outside = place->episode == 0;
  if (passing->outside)
    return buffer;
  if (passing->held) {
    note_task (self, place->task);
    return buffer;
  }
  gst_score_held_episode_set_left (self->episode);
  passing->result = gst_score_hold_get_result (self->hold, self->episode);
  gst_score_value_newest (&passing->value, passing->result,
      place->times.stream_time);
  passing->frame.value = &passing->value;
  passing->frame.episode_id = gst_score_held_episode_get_id (self->episode);
  buffer = gst_buffer_make_writable (buffer);
  gst_score_stamp_attach (self->stamp, buffer, &passing->value, place->id,
      place->task, passing->result);
  return buffer;
}

static GstFlowReturn
hold_frame (GstScoreAnnotate * self, GstBuffer * buffer,
    const Passing * passing, GstClockTimeDiff arrival)
{
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow;

  if (self->delaying)
    gst_score_annotate_wait_room (self);
  GST_OBJECT_LOCK (self);
  flow = self->flow;
  GST_OBJECT_UNLOCK (self);
  if (flow != GST_FLOW_OK) {
    gst_buffer_unref (buffer);
    return flow;
  }
  if (gst_score_hold_add_buffer (self->hold, buffer,
          passing->outside ? NULL : self->episode, passing->frame.stream_time,
          arrival, &error))
    return GST_FLOW_OK;
  fail_hold (self, error);
  return GST_FLOW_ERROR;
}

static GstFlowReturn
pass_frame (GstScoreAnnotate * self, GstBuffer * buffer)
{
  Passing passing = { self, FALSE, FALSE, NULL, GST_SCORE_NO_VALUE, };
  Way way = gst_score_annotate_decide (self, TRUE);
  gboolean delayed = way == WAY_LIVE && gst_score_annotate_delays (self);
  GstClockTimeDiff arrival = delayed ? gst_score_annotate_get_arrival (self) :
      G_MININT64;
  GstFlowReturn ret = wait_room (self, way);
  gboolean due;

  if (ret != GST_FLOW_OK) {
    gst_buffer_unref (buffer);
    return ret;
  }
  passing.held = way == WAY_HOLD || delayed;
  buffer = gst_score_recorder_pass (self->host.recorder, buffer, placed_cb,
      &passing, &due);
  pass_marks (self);
  if (passing.held)
    ret = hold_frame (self, buffer, &passing, arrival);
  else
    ret = gst_score_out_push (&self->out, buffer, &passing.frame);
  /* Nobody waits for a picture to be encoded. */
  if (due)
    gst_score_recorder_sample (self->host.recorder);
  g_clear_pointer (&passing.result, gst_score_result_unref);
  return ret;
}

static GstFlowReturn
pass_recorded (GstScoreAnnotate * self, GstBuffer * buffer)
{
  GstClockTime stream_time;
  GstScoreResult *result = gst_score_applied_record_find (self->record, buffer,
      &stream_time);

  if (result != NULL)
    buffer = gst_buffer_make_writable (buffer);
  return push_exact (self, buffer, result, stream_time);
}

GstFlowReturn
gst_score_annotate_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  GstScoreAnnotate *self = (GstScoreAnnotate *) parent;

  return self->record ? pass_recorded (self, buffer) :
      pass_frame (self, buffer);
}

/* --- events --- */

static gboolean
set_caps (GstScoreAnnotate * self, GstEvent * event)
{
  g_autoptr (GError) error = NULL;
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  if (gst_score_recorder_set_caps (self->host.recorder, caps, &error))
    return TRUE;
  GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("%s", error->message),
      ("caps %" GST_PTR_FORMAT, caps));
  return FALSE;
}

/* At any time, also when the element has stopped. */
static gboolean
start_flush (GstScoreAnnotate * self, GstEvent * event)
{
  gboolean passed = gst_score_out_push_event (&self->out, event);

  GST_OBJECT_LOCK (self);
  if (self->hold != NULL)
    gst_score_hold_set_flushing (self->hold, TRUE);
  if (self->host.engine != NULL)
    score_engine_set_flushing (self->host.engine, TRUE);
  GST_OBJECT_UNLOCK (self);
  gst_pad_pause_task (self->srcpad);
  return passed;
}

static gboolean
stop_flush (GstScoreAnnotate * self, GstEvent * event)
{
  gboolean passed;

  gst_score_hold_clear (self->hold, self->srcpad);
  g_clear_pointer (&self->episode, gst_score_held_episode_unref);
  if (self->host.engine != NULL)
    score_engine_set_flushing (self->host.engine, FALSE);
  passed = gst_score_out_push_event (&self->out, event);
  start_task (self);
  return passed;
}

/* Until the last episode has its result; its frames leave meanwhile. */
static gboolean
drain (GstScoreAnnotate * self)
{
  gint64 timeout = self->host.drain_timeout;

  return gst_score_drain (self->host.engine, &timeout) == SCORE_WAIT_DONE;
}

/* FALSE where the event is to go no further. */
static gboolean
look_at_event (GstScoreAnnotate * self, GstEvent * event)
{
  if (self->record != NULL) {
    gst_score_applied_record_event (self->record, event);
    return TRUE;
  }
  gst_score_recorder_event (self->host.recorder, event);
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
    return set_caps (self, event);
  if (GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START)
    self->upstream_asked = FALSE;
  if (GST_EVENT_TYPE (event) != GST_EVENT_EOS
      && GST_EVENT_TYPE (event) != GST_EVENT_SEGMENT_DONE)
    return TRUE;
  gst_score_hold_disown (self->hold,
      gst_score_recorder_take_disowned (self->host.recorder));
  pass_marks (self);
  return drain (self);
}

gboolean
gst_score_annotate_sink_event (GstPad * pad, GstObject * parent,
    GstEvent * event)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (parent);

  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START)
    return start_flush (self, event);
  /* A flush may have waited for the stream lock until all had stopped. */
  if (self->hold == NULL) {
    gst_event_unref (event);
    return FALSE;
  }
  if (!look_at_event (self, event)) {
    gst_event_unref (event);
    return FALSE;
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    return stop_flush (self, event);
  if (!GST_EVENT_IS_SERIALIZED (event))
    return gst_score_out_push_event (&self->out, event);
  return pass_event (self, event);
}

/* Frames that were held are late for downstream, and that is nobody's fault. */
gboolean
gst_score_annotate_src_event (GstPad * pad, GstObject * parent,
    GstEvent * event)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (parent);

  if (gst_score_host_send_event (&self->host, event) ||
      (GST_EVENT_TYPE (event) == GST_EVENT_QOS
          && gst_score_annotate_get_way (self) == WAY_HOLD)) {
    gst_event_unref (event);
    return TRUE;
  }
  return gst_pad_event_default (pad, parent, event);
}


void
gst_score_annotate_drop_marks (GstScoreAnnotate * self)
{
  GstEvent *event;

  while ((event = pop_mark (self)) != NULL)
    gst_event_unref (event);
}
