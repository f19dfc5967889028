/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scorewaits.h"

#include <gst/score/gstscoreerror.h>

static gboolean
is_live (GstBaseSink * sink)
{
  gboolean live = FALSE, upstream_live = FALSE;

  gst_base_sink_query_latency (sink, &live, &upstream_live, NULL, NULL);
  return upstream_live;
}

/* To a pause that comes before the streaming thread has woken from the last one
 * the base class takes it for prerolled still, and lets it go on. The target is
 * set before the preroll lock is taken for the change, so none is missed. */
static GstFlowReturn
wait_playing (GstBaseSink * sink, GstMiniObject * object)
{
  GstFlowReturn ret = gst_base_sink_do_preroll (sink, object);

  while (ret == GST_FLOW_OK && GST_STATE_TARGET (sink) == GST_STATE_PAUSED) {
    ret = gst_base_sink_wait_preroll (sink);
    /* The latter is how the base class speaks of a step, which wakes, too. */
    if (ret == GST_FLOW_OK || ret == GST_FLOW_CUSTOM_ERROR)
      ret = gst_base_sink_do_preroll (sink, object);
  }
  return ret;
}

/* As after waiting for the clock, with the preroll lock taken again: the sink
 * may have been flushed, or paused, meanwhile. */
static GstFlowReturn
resume (GstBaseSink * sink, GstMiniObject * object)
{
  if (sink->flushing)
    return GST_FLOW_FLUSHING;
  return wait_playing (sink, object);
}

GstFlowReturn
gst_score_wait_room (GstBaseSink * sink, GstBuffer * buffer,
    ScoreEngine * engine)
{
  GstFlowReturn ret = GST_FLOW_OK;
  ScoreWait wait = SCORE_WAIT_INTERRUPTED;

  if (score_engine_has_room (engine))
    return GST_FLOW_OK;
  if (is_live (sink)) {
    score_engine_make_room (engine);
    return GST_FLOW_OK;
  }
  while (ret == GST_FLOW_OK && wait != SCORE_WAIT_DONE) {
    score_engine_prepare_wait (engine);
    GST_BASE_SINK_PREROLL_UNLOCK (sink);
    wait = score_engine_wait_room (engine);
    GST_BASE_SINK_PREROLL_LOCK (sink);
    ret = resume (sink, GST_MINI_OBJECT_CAST (buffer));
  }
  return ret;
}

static void
give_up (ScoreEngine * engine)
{
  g_autoptr (GError) reason = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_TIMEOUT, "the stream ended and drain-timeout has passed");

  score_engine_give_up (engine, reason);
}

ScoreWait
gst_score_drain (ScoreEngine * engine, gint64 * timeout)
{
  ScoreWait wait = score_engine_wait_drained (engine, *timeout);

  if (wait != SCORE_WAIT_TIMEOUT)
    return wait;
  give_up (engine);
  *timeout = -1;
  return score_engine_wait_drained (engine, -1);
}

GstFlowReturn
gst_score_wait_drained (GstBaseSink * sink, GstEvent * eos,
    ScoreEngine * engine, gint64 timeout)
{
  GstFlowReturn ret = wait_playing (sink, GST_MINI_OBJECT_CAST (eos));
  ScoreWait wait = SCORE_WAIT_INTERRUPTED;

  while (ret == GST_FLOW_OK && wait != SCORE_WAIT_DONE) {
    score_engine_prepare_wait (engine);
    GST_BASE_SINK_PREROLL_UNLOCK (sink);
    wait = score_engine_wait_drained (engine, timeout);
    GST_BASE_SINK_PREROLL_LOCK (sink);
    if (wait == SCORE_WAIT_TIMEOUT) {
      give_up (engine);
      timeout = -1;
    }
    ret = resume (sink, GST_MINI_OBJECT_CAST (eos));
  }
  return ret;
}
