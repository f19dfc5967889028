/* GStreamer
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-scoresink
 * @title: scoresink
 * @see_also: level, appsink
 *
 * Scores video episodes: samples frames by time, asks a vision-language model
 * about them and posts how much of the task is done, from 0 to 1, sample by
 * sample. Raw video and `image/jpeg` are taken as they come.
 *
 * An episode is what lies between two boundaries: the stream itself, the custom
 * events `score/episode-start` and `score/episode-end`, the action signals
 * start-episode and end-episode, or the property episode-duration. Its one result is posted as the element
 * message `score/episode` (see gst_score_message_parse_result()), emitted as
 * #GstScoreSink::episode-scored and, with #GstScoreSink:results-location,
 * written to a file first. EOS is posted after the last of them, and so is
 * SEGMENT_DONE, which ends an episode as EOS does.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m filesrc location=episode.mp4 ! decodebin ! scoresink task="put the banana in the bowl" base-url=http://127.0.0.1:8000/v1
 * ]| Scores a recording with a local model server.
 *
 * Since: 0.1
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/base/gstbasesink.h>
#include <gst/score/score.h>
#include <gst/video/video.h>

#include "elements/gstscoreelements.h"
#include "elements/scorehost.h"
#include "elements/scoreplan.h"
#include "elements/scorethrottle.h"
#include "elements/scorewaits.h"
#include "media/jpegcaps.h"

GST_DEBUG_CATEGORY_STATIC (score_sink_debug);
#define GST_CAT_DEFAULT score_sink_debug

#define DEFAULT_DECODER_THROTTLE FALSE
#define DEFAULT_PROVISIONAL FALSE

enum
{
  PROP_DECODER_THROTTLE = SCORE_PROP_LAST,
  PROP_PROVISIONAL,
};

#define GST_TYPE_SCORE_SINK (gst_score_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstScoreSink, gst_score_sink, GST, SCORE_SINK,
    GstBaseSink);

struct _GstScoreSink
{
  GstBaseSink parent;

  GstScoreHost host;
  gboolean decoder_throttle, provisional;       /* protected by the object lock */
  gboolean throttling;          /* set in start, when nothing streams */
};

G_DEFINE_TYPE (GstScoreSink, gst_score_sink, GST_TYPE_BASE_SINK);
GST_ELEMENT_REGISTER_DEFINE (scoresink, "scoresink", GST_RANK_NONE,
    GST_TYPE_SCORE_SINK);

static void
gst_score_sink_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstScoreSink *self = GST_SCORE_SINK (object);

  if (id == PROP_DECODER_THROTTLE) {
    GST_OBJECT_LOCK (self);
    self->decoder_throttle = g_value_get_boolean (value);
    GST_OBJECT_UNLOCK (self);
  } else if (id == PROP_PROVISIONAL) {
    GST_OBJECT_LOCK (self);
    self->provisional = g_value_get_boolean (value);
    GST_OBJECT_UNLOCK (self);
  } else if (!gst_score_host_set_property (&self->host, id, value)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_score_sink_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstScoreSink *self = GST_SCORE_SINK (object);

  if (id == PROP_DECODER_THROTTLE) {
    GST_OBJECT_LOCK (self);
    g_value_set_boolean (value, self->decoder_throttle);
    GST_OBJECT_UNLOCK (self);
  } else if (id == PROP_PROVISIONAL) {
    GST_OBJECT_LOCK (self);
    g_value_set_boolean (value, self->provisional);
    GST_OBJECT_UNLOCK (self);
  } else if (!gst_score_host_get_property (&self->host, id, value)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_score_sink_finalize (GObject * object)
{
  gst_score_host_clear (&GST_SCORE_SINK (object)->host);
  G_OBJECT_CLASS (gst_score_sink_parent_class)->finalize (object);
}

static gboolean
start (GstScoreSink * self)
{
  gboolean provisional;

  GST_OBJECT_LOCK (self);
  self->throttling = self->decoder_throttle;
  provisional = self->provisional;
  GST_OBJECT_UNLOCK (self);
  if (!gst_score_host_start (&self->host))
    return FALSE;
  gst_score_recorder_set_throttled (self->host.recorder, self->throttling);
  gst_score_host_set_provisional (&self->host, provisional, TRUE);
  return TRUE;
}

static gboolean
gst_score_sink_set_caps (GstBaseSink * sink, GstCaps * caps)
{
  GstScoreSink *self = GST_SCORE_SINK (sink);
  g_autoptr (GError) error = NULL;

  if (gst_score_recorder_set_caps (self->host.recorder, caps, &error))
    return TRUE;
  GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("%s", error->message),
      ("caps %" GST_PTR_FORMAT, caps));
  return FALSE;
}

static gboolean
gst_score_sink_propose_allocation (GstBaseSink * sink, GstQuery * query)
{
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return TRUE;
}

/* A seek of another thread may flush while the element stops. */
static void
set_flushing (GstScoreSink * self, gboolean flushing)
{
  GST_OBJECT_LOCK (self);
  if (self->host.engine != NULL)
    score_engine_set_flushing (self->host.engine, flushing);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_score_sink_unlock (GstBaseSink * sink)
{
  GstScoreSink *self = GST_SCORE_SINK (sink);

  set_flushing (self, TRUE);
  return TRUE;
}

static gboolean
gst_score_sink_unlock_stop (GstBaseSink * sink)
{
  GstScoreSink *self = GST_SCORE_SINK (sink);

  set_flushing (self, FALSE);
  return TRUE;
}

static void
push_upstream (GstScoreSink * self, GstEvent * event)
{
  if (event != NULL)
    gst_pad_push_event (GST_BASE_SINK_PAD (self), event);
}

static void
throttle (GstScoreSink * self, GstScoreRecorded recorded, GstBuffer * buffer)
{
  GstClockTime now, next, frame_duration;

  if (!self->throttling || recorded == GST_SCORE_RECORD_NOTHING)
    return;
  now = gst_segment_to_running_time (&GST_BASE_SINK (self)->segment,
      GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  next = gst_score_recorder_get_next (self->host.recorder, &frame_duration);
  push_upstream (self, gst_score_throttle_event (next, now, frame_duration,
          GST_BASE_SINK (self)->segment.rate));
}

/* The next frame may be the first of an episode. */
static void
unthrottle (GstScoreSink * self)
{
  if (self->throttling)
    push_upstream (self, gst_score_throttle_reset_event ());
}

static GstFlowReturn
gst_score_sink_render (GstBaseSink * sink, GstBuffer * buffer)
{
  GstScoreSink *self = GST_SCORE_SINK (sink);
  GstFlowReturn ret = gst_score_wait_room (sink, buffer, self->host.engine);
  GstScoreRecorded recorded;

  if (ret != GST_FLOW_OK)
    return ret;
  recorded = gst_score_recorder_add (self->host.recorder, buffer);
  throttle (self, recorded, buffer);
  return GST_FLOW_OK;
}

/* What may begin an episode, or make running times begin anew. */
static gboolean
is_boundary (GstEvent * event)
{
  return GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM
      || GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START
      || GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT;
}

/* A bin says SEGMENT_DONE once everybody has who said SEGMENT_START. Only so can
 * it be held back, for it is the source that says it, and that may be before the
 * segment has come here: then the seek has told of it. */
static void
tell_segment_start (GstScoreSink * self, GstEvent * event, GstFormat format,
    gint64 position)
{
  GstMessage *message = gst_message_new_segment_start (GST_OBJECT (self),
      format, position);

  gst_message_set_seqnum (message, gst_event_get_seqnum (event));
  gst_element_post_message (GST_ELEMENT (self), message);
}

static void
look_at_segment (GstScoreSink * self, GstEvent * event)
{
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  if (segment->flags & GST_SEGMENT_FLAG_SEGMENT)
    tell_segment_start (self, event, segment->format,
        (gint64) segment->position);
}

static void
look_at_seek (GstScoreSink * self, GstEvent * event)
{
  GstSeekFlags flags;
  GstFormat format;
  gint64 start;

  gst_event_parse_seek (event, NULL, &format, &flags, NULL, &start, NULL, NULL);
  if (flags & GST_SEEK_FLAG_SEGMENT)
    tell_segment_start (self, event, format, start);
}

static void
tell_segment_done (GstScoreSink * self, GstEvent * event)
{
  GstMessage *message;
  GstFormat format;
  gint64 position;

  gst_event_parse_segment_done (event, &format, &position);
  message = gst_message_new_segment_done (GST_OBJECT (self), format, position);
  gst_message_set_seqnum (message, gst_event_get_seqnum (event));
  gst_element_post_message (GST_ELEMENT (self), message);
}

static gboolean
is_end (GstEvent * event)
{
  return GST_EVENT_TYPE (event) == GST_EVENT_EOS
      || GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT_DONE;
}

/* Flushes come from any thread, even while the element stops. */
static gboolean
gst_score_sink_event (GstBaseSink * sink, GstEvent * event)
{
  GstScoreSink *self = GST_SCORE_SINK (sink);
  g_autoptr (GstScoreRecorder) recorder =
      gst_score_host_ref_recorder (&self->host);

  if (recorder != NULL)
    gst_score_recorder_event (recorder, event);
  if (is_boundary (event))
    unthrottle (self);
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
    look_at_segment (self, event);
  if (is_end (event) && gst_score_wait_drained (sink, event, self->host.engine,
          self->host.drain_timeout) != GST_FLOW_OK) {
    gst_event_unref (event);
    return FALSE;
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT_DONE)
    tell_segment_done (self, event);
  return GST_BASE_SINK_CLASS (gst_score_sink_parent_class)->event (sink, event);
}

static gboolean
gst_score_sink_send_event (GstElement * element, GstEvent * event)
{
  GstScoreSink *self = GST_SCORE_SINK (element);

  if (gst_score_host_send_event (&self->host, event)) {
    gst_event_unref (event);
    return TRUE;
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEEK)
    look_at_seek (self, event);
  return GST_ELEMENT_CLASS (gst_score_sink_parent_class)->send_event (element,
      event);
}

static GstStateChangeReturn
gst_score_sink_set_state (GstElement * element, GstState state)
{
  if (!gst_score_host_may_set_state (&GST_SCORE_SINK (element)->host))
    return GST_STATE_CHANGE_FAILURE;
  return GST_ELEMENT_CLASS (gst_score_sink_parent_class)->set_state (element,
      state);
}

/* Not by the base class's start and stop, which are those of READY: what is
 * set in READY counts, and an episode does not outlive its stream. */
static GstStateChangeReturn
gst_score_sink_change_state (GstElement * element, GstStateChange transition)
{
  GstScoreSink *self = GST_SCORE_SINK (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  ret = GST_ELEMENT_CLASS (gst_score_sink_parent_class)->change_state (element,
      transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED &&
          ret == GST_STATE_CHANGE_FAILURE))
    gst_score_host_stop (&self->host);
  return ret;
}

static void
marked (GstElement * element, GstEvent * event)
{
  unthrottle (GST_SCORE_SINK (element));
  gst_event_unref (event);
}

static void
install_properties (GObjectClass * object_class)
{
  /**
   * GstScoreSink:decoder-throttle:
   *
   * Tells the decoder upstream, by THROTTLE QoS events, when the next sample is
   * wanted, so that it leaves out what nobody will look at. The samples stay
   * the same, but for the last frame of the episode where the decoder left it
   * out. Behind a tee it starves the other branches.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, PROP_DECODER_THROTTLE,
      g_param_spec_boolean ("decoder-throttle", "decoder-throttle",
          "Tell the decoder which frames nobody will look at (not behind a tee)",
          DEFAULT_DECODER_THROTTLE, G_PARAM_READWRITE |
          GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS));
  /**
   * GstScoreSink:provisional:
   *
   * Posts `score/progress` and emits #GstScoreSink::episode-progress for the
   * episode that is open, whenever there is more known of it and
   * update-interval has passed. Of method=score; others judge whole episodes.
   * The final results are the same with and without.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, PROP_PROVISIONAL,
      g_param_spec_boolean ("provisional", "provisional",
          "Judge the open episode as well, by what is known so far",
          DEFAULT_PROVISIONAL, G_PARAM_READWRITE |
          GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS));
}

static GArray *
plan_samples (GstScoreSink * self, GArray * times, gint fps_n, gint fps_d)
{
  g_autoptr (ScoreSettings) settings = NULL;

  g_return_val_if_fail (times != NULL, NULL);

  GST_OBJECT_LOCK (self);
  settings = score_settings_copy (self->host.settings);
  GST_OBJECT_UNLOCK (self);
  return gst_score_plan_samples (settings, times, fps_n, fps_d);
}

static void
install_signals (GType type)
{
  /**
   * GstScoreSink::plan-samples:
   * @sink: the sink
   * @times: (element-type guint64): running times of all frames of an episode, ascending
   * @fps_n: numerator of the frame rate in their caps
   * @fps_d: denominator
   *
   * Tells, with the properties as they are, which of the frames will be samples,
   * for who can leave out the others before they are decoded. Changes nothing.
   * Those frames alone, in the same order, become the same samples.
   *
   * Returns: (element-type guint64) (transfer full) (nullable): their running
   *     times; %NULL where @times do not ascend, or episode-duration is set
   *
   * Since: 0.1
   */
  g_signal_new_class_handler ("plan-samples", type,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (plan_samples), NULL,
      NULL, NULL, G_TYPE_ARRAY, 3, G_TYPE_ARRAY, G_TYPE_INT, G_TYPE_INT);
}

static void
add_pad_template (GstElementClass * klass)
{
  g_autoptr (GstCaps) caps = score_jpeg_get_caps ();

  gst_element_class_add_pad_template (klass, gst_pad_template_new ("sink",
          GST_PAD_SINK, GST_PAD_ALWAYS, caps));
}

static void
gst_score_sink_class_init (GstScoreSinkClass * klass)
{
  static const GstScoreHostFuncs funcs = { NULL, marked, NULL };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (score_sink_debug, "scoresink", 0, "score sink");
  object_class->set_property = gst_score_sink_set_property;
  object_class->get_property = gst_score_sink_get_property;
  object_class->finalize = gst_score_sink_finalize;
  gst_score_host_install (element_class, G_STRUCT_OFFSET (GstScoreSink, host),
      &funcs);
  install_properties (object_class);
  install_signals (G_TYPE_FROM_CLASS (klass));

  add_pad_template (element_class);
  gst_element_class_set_static_metadata (element_class, "Score sink",
      "Sink/Analyzer/Video",
      "Scores the progress of robot episodes with a vision-language model",
      "The gst-score developers");
  element_class->send_event = gst_score_sink_send_event;
  element_class->set_state = gst_score_sink_set_state;
  element_class->change_state = gst_score_sink_change_state;

  sink_class->set_caps = gst_score_sink_set_caps;
  sink_class->propose_allocation = gst_score_sink_propose_allocation;
  sink_class->unlock = gst_score_sink_unlock;
  sink_class->unlock_stop = gst_score_sink_unlock_stop;
  sink_class->render = gst_score_sink_render;
  sink_class->event = gst_score_sink_event;
}

static void
gst_score_sink_init (GstScoreSink * self)
{
  gst_score_host_init (&self->host, GST_ELEMENT (self));
  self->decoder_throttle = DEFAULT_DECODER_THROTTLE;
  self->provisional = DEFAULT_PROVISIONAL;
  gst_base_sink_set_sync (GST_BASE_SINK (self), FALSE);
  /* No buffer of upstream's pool is kept longer than the next one. */
  gst_base_sink_set_last_sample_enabled (GST_BASE_SINK (self), FALSE);
}
