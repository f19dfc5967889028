/* GStreamer
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-scoreannotate
 * @title: scoreannotate
 * @see_also: scoresink
 *
 * Passes video on, every frame with the progress of its episode in a
 * #GstCustomMeta (see gst_score_meta_get()). Pictures are not touched.
 *
 * With `mode=live` a frame leaves at once, with the newest value that is known, or
 * waits for a better one for up to #GstScoreAnnotate:latency.
 * With `mode=hold` the frames of an episode wait until it is scored, and leave
 * with exact values: sampled ones with their own, the others with interpolated
 * ones. With #GstScoreAnnotate:scores-location values come from a record that
 * was written earlier, matched by stream time: no model is asked, nothing waits,
 * and any stream is taken, encoded ones too.
 *
 * The request pads `text_src` and `json_src` say the same beside the video, for
 * subtitle tracks, files and brokers. As behind a demuxer, each branch needs a
 * queue.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 filesrc location=episode.mp4 ! decodebin ! scoreannotate mode=hold task="put the banana in the bowl" base-url=http://127.0.0.1:8000/v1 name=a ! videoconvert ! queue ! textoverlay name=t ! autovideosink a.text_src ! queue ! t.text_sink
 * ]| Shows a recording with its progress in percent.
 *
 * Since: 0.1
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/score.h>

#include "elements/annotatedelay.h"
#include "elements/annotateflow.h"
#include "elements/annotatequeries.h"
#include "elements/gstscoreelements.h"
#include "elements/scoreerrors.h"
#include "elements/textpad.h"

GST_DEBUG_CATEGORY (score_annotate_debug);
#define GST_CAT_DEFAULT score_annotate_debug

static void init_child_proxy (gpointer iface, gpointer data);

/* *INDENT-OFF* */
G_DEFINE_TYPE_WITH_CODE (GstScoreAnnotate, gst_score_annotate,
    GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY, init_child_proxy))
/* *INDENT-ON* */
GST_ELEMENT_REGISTER_DEFINE (scoreannotate, "scoreannotate", GST_RANK_NONE,
    GST_TYPE_SCORE_ANNOTATE);

/* With a record, frames are not looked at. */
gboolean
gst_score_annotate_takes_any (GstScoreAnnotate * self)
{
  gboolean any;

  GST_OBJECT_LOCK (self);
  any = self->settings.scores_location != NULL;
  GST_OBJECT_UNLOCK (self);
  return any;
}

static void
gst_score_annotate_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (object);
  guint64 latency;
  gboolean known, changed;

  GST_OBJECT_LOCK (self);
  latency = self->settings.latency;
  known = gst_score_annotate_settings_set (&self->settings, id, value);
  changed = self->settings.latency != latency;
  GST_OBJECT_UNLOCK (self);
  if (changed)
    gst_score_annotate_latency_changed (self);
  if (!known && !gst_score_host_set_property (&self->host, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_score_annotate_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_score_annotate_settings_get (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known && !gst_score_host_get_property (&self->host, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
add_stats (GstElement * element, GstStructure * stats)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (element);
  guint64 in_memory = 0, in_file = 0;
  guint held = 0;

  GST_OBJECT_LOCK (self);
  if (self->hold != NULL)
    gst_score_hold_get_counts (self->hold, &held, &in_memory, &in_file);
  gst_structure_set (stats,
      "results-late", G_TYPE_UINT64, self->n_late,
      "frames-held", G_TYPE_UINT, held,
      "bytes-held-in-memory", G_TYPE_UINT64, in_memory,
      "bytes-held-in-file", G_TYPE_UINT64, in_file, NULL);
  GST_OBJECT_UNLOCK (self);
}

/* --- queries --- */

/* Waits for the frames before it, but not for an episode whose end is still to
 * come through the same pad. */
static gboolean
ask_in_place (GstScoreAnnotate * self, GstPad * pad, GstQuery * query)
{
  if (!gst_score_hold_is_empty (self->hold)) {
    if (gst_score_recorder_is_open (self->host.recorder))
      return FALSE;
    return gst_score_hold_ask (self->hold, query);
  }
  return gst_pad_query_default (pad, GST_OBJECT (self), query);
}

static gboolean
gst_score_annotate_sink_query (GstPad * pad, GstObject * parent,
    GstQuery * query)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (parent);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_CAPS:
      return gst_score_annotate_query_caps (pad, query,
          gst_score_annotate_takes_any (self));
    case GST_QUERY_ACCEPT_CAPS:
      return gst_score_annotate_accept_caps (pad, query,
          gst_score_annotate_takes_any (self));
    case GST_QUERY_ALLOCATION:
      switch (gst_score_annotate_decide (self, FALSE)) {
        case WAY_OPEN:
        case WAY_HOLD:
          return gst_score_annotate_propose_allocation (query);
        case WAY_LIVE:
          if (gst_score_annotate_may_delay (self))
            return gst_score_annotate_propose_allocation (query);
          return gst_pad_query_default (pad, parent, query);
        case WAY_RECORD:
        default:
          return gst_pad_query_default (pad, parent, query);
      }
    default:
      if (GST_QUERY_IS_SERIALIZED (query) && self->delaying)
        return gst_score_hold_ask (self->hold, query);
      if (GST_QUERY_IS_SERIALIZED (query)
          && gst_score_annotate_get_way (self) == WAY_HOLD)
        return ask_in_place (self, pad, query);
      return gst_pad_query_default (pad, parent, query);
  }
}

static gboolean
gst_score_annotate_src_query (GstPad * pad, GstObject * parent,
    GstQuery * query)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (parent);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_CAPS:
      return gst_score_annotate_query_caps (pad, query,
          gst_score_annotate_takes_any (self));
    case GST_QUERY_ACCEPT_CAPS:
      return gst_score_annotate_accept_caps (pad, query,
          gst_score_annotate_takes_any (self));
    case GST_QUERY_LATENCY:
      if (gst_score_annotate_get_way (self) == WAY_HOLD)
        return gst_score_annotate_query_hold_latency (self->sinkpad, query);
      if (gst_score_annotate_get_way (self) != WAY_RECORD)
        return gst_score_annotate_query_live_latency (self, query);
      return gst_pad_query_default (pad, parent, query);
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}

/* --- states --- */

static Way
first_way (const GstScoreAnnotateSettings * settings)
{
  if (settings->scores_location != NULL)
    return WAY_RECORD;
  if (settings->mode == GST_SCORE_MODE_AUTO)
    return WAY_OPEN;
  return settings->mode == GST_SCORE_MODE_LIVE ? WAY_LIVE : WAY_HOLD;
}

void
gst_score_annotate_settle_provisional (GstScoreAnnotate * self)
{
  gint wanted;

  GST_OBJECT_LOCK (self);
  wanted = self->settings.provisional;
  GST_OBJECT_UNLOCK (self);
  if (wanted == GST_SCORE_PROVISIONAL_AUTO)
    gst_score_host_set_provisional (&self->host,
        gst_score_annotate_get_way (self) == WAY_LIVE, FALSE);
}

static gboolean
start_host (GstScoreAnnotate * self)
{
  gint wanted;

  if (!gst_score_host_start (&self->host))
    return FALSE;
  GST_OBJECT_LOCK (self);
  wanted = self->settings.provisional;
  GST_OBJECT_UNLOCK (self);
  if (wanted == GST_SCORE_PROVISIONAL_TRUE)
    gst_score_host_set_provisional (&self->host, TRUE, TRUE);
  gst_score_annotate_settle_provisional (self);
  return TRUE;
}

static gboolean
start (GstScoreAnnotate * self)
{
  g_autofree gchar *location = NULL;
  g_autoptr (GError) error = NULL;

  GST_OBJECT_LOCK (self);
  location = g_strdup (self->settings.scores_location);
  g_atomic_int_set (&self->way, first_way (&self->settings));
  self->delaying = self->upstream_asked = FALSE;
  self->hold = gst_score_hold_new (self->settings.temp_directory,
      self->settings.hold_memory, self->settings.max_hold_bytes);
  self->n_late = 0;
  GST_OBJECT_UNLOCK (self);
  gst_score_out_reset (&self->out);
  if (location == NULL)
    return start_host (self);
  self->record = gst_score_applied_record_new (location, GST_ELEMENT (self),
      self->sinkpad, &error);
  if (self->record == NULL)
    gst_score_post_start_error (GST_ELEMENT (self), error);
  return self->record != NULL;
}

static void
stop (GstScoreAnnotate * self)
{
  g_autoptr (GstScoreHold) hold = NULL;

  /* A flush that is late finds nothing, and not the half of it. */
  GST_PAD_STREAM_LOCK (self->sinkpad);
  /* The first frame, or a flush, may have started it while the pad stopped. */
  if (self->hold != NULL)
    gst_score_hold_set_flushing (self->hold, TRUE);
  gst_pad_stop_task (self->srcpad);
  gst_score_host_stop (&self->host);
  gst_score_annotate_drop_marks (self);
  g_clear_pointer (&self->record, gst_score_applied_record_free);
  g_clear_pointer (&self->episode, gst_score_held_episode_unref);
  GST_OBJECT_LOCK (self);
  hold = g_steal_pointer (&self->hold);
  GST_OBJECT_UNLOCK (self);
  GST_PAD_STREAM_UNLOCK (self->sinkpad);
}

static GstStateChangeReturn
gst_score_annotate_set_state (GstElement * element, GstState state)
{
  if (!gst_score_host_may_set_state (&GST_SCORE_ANNOTATE (element)->host))
    return GST_STATE_CHANGE_FAILURE;
  return GST_ELEMENT_CLASS (gst_score_annotate_parent_class)->set_state
      (element, state);
}

static GstStateChangeReturn
gst_score_annotate_change_state (GstElement * element,
    GstStateChange transition)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self)) {
    stop (self);
    return GST_STATE_CHANGE_FAILURE;
  }
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    gst_score_annotate_set_playing (self, TRUE);
  else if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    gst_score_annotate_set_playing (self, FALSE);
  ret = GST_ELEMENT_CLASS (gst_score_annotate_parent_class)->change_state
      (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED &&
          ret == GST_STATE_CHANGE_FAILURE))
    stop (self);
  return ret;
}

/* --- the element --- */

static gboolean
gst_score_annotate_activate_sink (GstPad * pad, GstObject * parent,
    GstPadMode mode, gboolean active)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (parent);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  if (self->host.engine != NULL)
    score_engine_set_flushing (self->host.engine, !active);
  if (!active && self->hold != NULL)
    gst_score_hold_set_flushing (self->hold, TRUE);
  return TRUE;
}

static gboolean
gst_score_annotate_send_event (GstElement * element, GstEvent * event)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (element);

  if (gst_score_host_send_event (&self->host, event)) {
    gst_event_unref (event);
    return TRUE;
  }
  return GST_ELEMENT_CLASS (gst_score_annotate_parent_class)->send_event
      (element, event);
}

static GstPad *
gst_score_annotate_request_new_pad (GstElement * element,
    GstPadTemplate * templ, const gchar * name, const GstCaps * caps)
{
  GstPad *pad =
      gst_score_out_add_pad (&GST_SCORE_ANNOTATE (element)->out, templ);

  if (pad != NULL)
    gst_child_proxy_child_added (GST_CHILD_PROXY (element), G_OBJECT (pad),
        GST_OBJECT_NAME (pad));
  return pad;
}

static void
gst_score_annotate_release_pad (GstElement * element, GstPad * pad)
{
  gst_child_proxy_child_removed (GST_CHILD_PROXY (element), G_OBJECT (pad),
      GST_OBJECT_NAME (pad));
  gst_score_out_remove_pad (&GST_SCORE_ANNOTATE (element)->out, pad);
}

/* So that a launch line can say text_src::format=description. */
static GObject *
get_child (GstChildProxy * proxy, guint index)
{
  GObject *pad;

  GST_OBJECT_LOCK (proxy);
  pad = g_list_nth_data (GST_ELEMENT (proxy)->pads, index);
  if (pad != NULL)
    g_object_ref (pad);
  GST_OBJECT_UNLOCK (proxy);
  return pad;
}

static guint
count_children (GstChildProxy * proxy)
{
  guint n;

  GST_OBJECT_LOCK (proxy);
  n = GST_ELEMENT (proxy)->numpads;
  GST_OBJECT_UNLOCK (proxy);
  return n;
}

static void
init_child_proxy (gpointer iface, gpointer data)
{
  GstChildProxyInterface *proxy = iface;

  proxy->get_child_by_index = get_child;
  proxy->get_children_count = count_children;
}

static void
gst_score_annotate_finalize (GObject * object)
{
  GstScoreAnnotate *self = GST_SCORE_ANNOTATE (object);

  gst_score_host_clear (&self->host);
  gst_score_out_clear (&self->out);
  gst_score_annotate_settings_clear (&self->settings);
  gst_score_stamp_free (self->stamp);
  G_OBJECT_CLASS (gst_score_annotate_parent_class)->finalize (object);
}

static void
add_any_template (GstElementClass * klass, const gchar * name,
    GstPadDirection direction)
{
  gst_element_class_add_pad_template (klass, gst_pad_template_new (name,
          direction, GST_PAD_ALWAYS, GST_CAPS_ANY));
}

static void
gst_score_annotate_class_init (GstScoreAnnotateClass * klass)
{
  static const GstScoreHostFuncs funcs = {
    gst_score_annotate_scored, gst_score_annotate_marked, add_stats
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (score_annotate_debug, "scoreannotate", 0,
      "score annotate");
  object_class->set_property = gst_score_annotate_set_property;
  object_class->get_property = gst_score_annotate_get_property;
  object_class->finalize = gst_score_annotate_finalize;
  gst_score_host_install (element_class, G_STRUCT_OFFSET (GstScoreAnnotate,
          host), &funcs);
  gst_score_annotate_settings_install (object_class);

  add_any_template (element_class, "sink", GST_PAD_SINK);
  add_any_template (element_class, "src", GST_PAD_SRC);
  gst_element_class_add_pad_template (element_class,
      gst_score_text_pad_template ());
  gst_element_class_add_pad_template (element_class,
      gst_score_json_pad_template ());
  gst_element_class_set_static_metadata (element_class, "Score annotate",
      "Filter/Analyzer/Video",
      "Gives every frame the progress of its robot episode",
      "The gst-score developers");
  element_class->request_new_pad = gst_score_annotate_request_new_pad;
  element_class->release_pad = gst_score_annotate_release_pad;
  element_class->send_event = gst_score_annotate_send_event;
  element_class->set_state = gst_score_annotate_set_state;
  element_class->change_state = gst_score_annotate_change_state;
}

/* The pads beside the video have caps of their own. */
static GstIterator *
iterate_video (GstPad * pad, GstObject * parent)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, GST_TYPE_PAD);
  g_value_set_object (&value, GST_SCORE_ANNOTATE (parent)->srcpad);
  return gst_iterator_new_single (GST_TYPE_PAD, &value);
}

static void
add_pads (GstScoreAnnotate * self)
{
  self->sinkpad = gst_pad_new_from_template (gst_element_get_pad_template
      (GST_ELEMENT (self), "sink"), "sink");
  gst_pad_set_chain_function (self->sinkpad, gst_score_annotate_chain);
  gst_pad_set_event_function (self->sinkpad, gst_score_annotate_sink_event);
  gst_pad_set_query_function (self->sinkpad, gst_score_annotate_sink_query);
  gst_pad_set_iterate_internal_links_function (self->sinkpad, iterate_video);
  gst_pad_set_activatemode_function (self->sinkpad,
      gst_score_annotate_activate_sink);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);

  self->srcpad = gst_pad_new_from_template (gst_element_get_pad_template
      (GST_ELEMENT (self), "src"), "src");
  gst_pad_set_event_function (self->srcpad, gst_score_annotate_src_event);
  gst_pad_set_query_function (self->srcpad, gst_score_annotate_src_query);
  gst_pad_set_activatemode_function (self->srcpad,
      gst_score_annotate_activate_src);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}

static void
gst_score_annotate_init (GstScoreAnnotate * self)
{
  gst_score_host_init (&self->host, GST_ELEMENT (self));
  gst_score_annotate_settings_init (&self->settings);
  g_queue_init (&self->marks);
  self->stamp = gst_score_stamp_new ();
  add_pads (self);
  gst_score_out_init (&self->out, GST_ELEMENT (self), self->srcpad);
}
