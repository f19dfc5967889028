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
 * #GstScoreSink::start-episode and #GstScoreSink::end-episode, or
 * #GstScoreSink:episode-duration. Its one result is posted as the element
 * message `score/episode` (see gst_score_message_parse_result()), emitted as
 * #GstScoreSink::episode-scored and, with #GstScoreSink:results-location,
 * written to a file first. EOS is posted after the last of them.
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
#include "elements/scoreerrors.h"
#include "elements/scoreproperties.h"
#include "elements/scorerecorder.h"
#include "elements/scorethrottle.h"
#include "elements/scorewaits.h"
#include "media/jpeg.h"

GST_DEBUG_CATEGORY_STATIC (score_sink_debug);
#define GST_CAT_DEFAULT score_sink_debug

#define DEFAULT_DECODER_THROTTLE FALSE

enum
{
  PROP_DECODER_THROTTLE = SCORE_PROP_LAST,
  PROP_STATS,
};

enum
{
  SIGNAL_EPISODE_SCORED,
  SIGNAL_START_EPISODE,
  SIGNAL_END_EPISODE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

#define GST_TYPE_SCORE_SINK (gst_score_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstScoreSink, gst_score_sink, GST, SCORE_SINK,
    GstBaseSink);

struct _GstScoreSink
{
  GstBaseSink parent;

  /* Protected by the object lock. */
  ScoreSettings *settings;      /* what the user set */
  gboolean decoder_throttle;
  GstStructure *last_stats;     /* of the last run, once it is over; or NULL */
  GstScoreRecorder *recorder;   /* NULL while stopped; set in start and stop */
  /* As well; while streaming it does not change and needs no lock. */
  ScoreEngine *engine;

  /* Set in start, when nothing streams. */
  gboolean throttling;
  gboolean fail_on_error;
  gint64 drain_timeout;         /* microseconds, -1: none */
};

G_DEFINE_TYPE (GstScoreSink, gst_score_sink, GST_TYPE_BASE_SINK);
GST_ELEMENT_REGISTER_DEFINE (scoresink, "scoresink", GST_RANK_NONE,
    GST_TYPE_SCORE_SINK);

/* For the application's threads; NULL while stopped. */
static GstScoreRecorder *
ref_recorder (GstScoreSink * self)
{
  GstScoreRecorder *recorder = NULL;

  GST_OBJECT_LOCK (self);
  if (self->recorder != NULL)
    recorder = gst_score_recorder_ref (self->recorder);
  GST_OBJECT_UNLOCK (self);
  return recorder;
}

static void
gst_score_sink_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstScoreSink *self = GST_SCORE_SINK (object);
  g_autoptr (GstScoreRecorder) recorder = NULL;
  gboolean known = TRUE;

  GST_OBJECT_LOCK (self);
  if (id == PROP_DECODER_THROTTLE)
    self->decoder_throttle = g_value_get_boolean (value);
  else
    known = gst_score_properties_set (self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  recorder = ref_recorder (self);
  if (id == SCORE_PROP_TASK && recorder != NULL)
    gst_score_recorder_set_task (recorder, g_value_get_string (value));
}

static GstStructure *
get_stats (GstScoreSink * self)
{
  g_autoptr (GstScoreRecorder) recorder = ref_recorder (self);
  GstStructure *stats =
      recorder ? gst_score_recorder_get_stats (recorder) : NULL;

  if (stats != NULL)
    return stats;
  GST_OBJECT_LOCK (self);
  stats = self->last_stats ? gst_structure_copy (self->last_stats) :
      gst_structure_new_empty ("application/x-score-stats");
  GST_OBJECT_UNLOCK (self);
  return stats;
}

static void
gst_score_sink_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstScoreSink *self = GST_SCORE_SINK (object);
  gboolean known = TRUE;

  if (id == PROP_STATS) {
    g_value_take_boxed (value, get_stats (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  if (id == PROP_DECODER_THROTTLE)
    g_value_set_boolean (value, self->decoder_throttle);
  else
    known = gst_score_properties_get (self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_score_sink_finalize (GObject * object)
{
  GstScoreSink *self = GST_SCORE_SINK (object);

  score_settings_free (self->settings);
  g_clear_pointer (&self->last_stats, gst_structure_free);
  G_OBJECT_CLASS (gst_score_sink_parent_class)->finalize (object);
}

/* On the engine's thread, no lock held. */
static void
scored_cb (GstScoreResult * result, gpointer user_data)
{
  GstScoreSink *self = user_data;
  GstElement *element = GST_ELEMENT (self);

  gst_element_post_message (element, gst_score_message_new_result
      (GST_OBJECT (self), GST_SCORE_MESSAGE_EPISODE, result));
  gst_score_post_failure (element, result, self->fail_on_error);
  g_signal_emit (self, signals[SIGNAL_EPISODE_SCORED], 0, result);
}

static void
warning_cb (const GError * error, gpointer user_data)
{
  gst_score_post_warning (user_data, error);
}

static ScoreSettings *
copy_settings (GstScoreSink * self)
{
  ScoreSettings *settings;

  GST_OBJECT_LOCK (self);
  settings = score_settings_copy (self->settings);
  self->throttling = self->decoder_throttle;
  GST_OBJECT_UNLOCK (self);
  self->fail_on_error = settings->on_error == SCORE_ON_ERROR_FAIL;
  self->drain_timeout = settings->drain_timeout == 0 ? -1 :
      (gint64) settings->drain_timeout * G_USEC_PER_SEC;
  return settings;
}

static gboolean
start (GstScoreSink * self)
{
  static const ScoreEngineCallbacks callbacks = { scored_cb, warning_cb };
  g_autoptr (ScoreSettings) settings = copy_settings (self);
  g_autoptr (GError) error = NULL;
  ScoreEngine *engine = score_engine_new (settings, &callbacks, self, &error);
  GstScoreRecorder *recorder;

  if (engine == NULL) {
    gst_score_post_start_error (GST_ELEMENT (self), error);
    return FALSE;
  }
  recorder = gst_score_recorder_new (GST_ELEMENT (self), settings, engine);
  gst_score_recorder_set_throttled (recorder, self->throttling);
  GST_OBJECT_LOCK (self);
  self->engine = engine;
  self->recorder = recorder;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static void
stop (GstScoreSink * self)
{
  g_autoptr (GstScoreRecorder) recorder = NULL;
  g_autoptr (ScoreEngine) engine = NULL;
  GstStructure *stats;

  GST_OBJECT_LOCK (self);
  recorder = g_steal_pointer (&self->recorder);
  GST_OBJECT_UNLOCK (self);
  if (recorder == NULL)
    return;
  gst_score_recorder_stop (recorder);
  score_engine_stop (self->engine);
  stats = score_engine_get_stats (self->engine);
  gst_structure_set (stats, "frames", G_TYPE_UINT64,
      gst_score_recorder_get_n_frames (recorder), NULL);

  GST_OBJECT_LOCK (self);
  engine = g_steal_pointer (&self->engine);
  g_clear_pointer (&self->last_stats, gst_structure_free);
  self->last_stats = stats;
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_score_sink_set_caps (GstBaseSink * sink, GstCaps * caps)
{
  GstScoreSink *self = GST_SCORE_SINK (sink);
  g_autoptr (GError) error = NULL;

  if (gst_score_recorder_set_caps (self->recorder, caps, &error))
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
  if (self->engine != NULL)
    score_engine_set_flushing (self->engine, flushing);
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
  next = gst_score_recorder_get_next (self->recorder, &frame_duration);
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
  GstFlowReturn ret = gst_score_wait_room (sink, buffer, self->engine);
  GstScoreRecorded recorded;

  if (ret != GST_FLOW_OK)
    return ret;
  recorded = gst_score_recorder_add (self->recorder, buffer);
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

/* Flushes come from any thread, even while the element stops. */
static gboolean
gst_score_sink_event (GstBaseSink * sink, GstEvent * event)
{
  GstScoreSink *self = GST_SCORE_SINK (sink);
  g_autoptr (GstScoreRecorder) recorder = ref_recorder (self);

  if (recorder != NULL)
    gst_score_recorder_event (recorder, event);
  if (is_boundary (event))
    unthrottle (self);
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS &&
      gst_score_wait_drained (sink, event, self->engine,
          self->drain_timeout) != GST_FLOW_OK) {
    gst_event_unref (event);
    return FALSE;
  }
  return GST_BASE_SINK_CLASS (gst_score_sink_parent_class)->event (sink, event);
}

/* Episode boundaries may also be sent to the element by the application. */
static gboolean
gst_score_sink_send_event (GstElement * element, GstEvent * event)
{
  GstScoreSink *self = GST_SCORE_SINK (element);
  g_autoptr (GstScoreRecorder) recorder = ref_recorder (self);

  if (recorder != NULL && gst_score_recorder_handle_custom (recorder, event)) {
    unthrottle (self);
    gst_event_unref (event);
    return TRUE;
  }
  return GST_ELEMENT_CLASS (gst_score_sink_parent_class)->send_event (element,
      event);
}

/* As with a streaming thread, the engine's cannot wait for its own end. Asked
 * before the state lock is taken, which the thread that waits may hold. */
static GstStateChangeReturn
gst_score_sink_set_state (GstElement * element, GstState state)
{
  GstScoreSink *self = GST_SCORE_SINK (element);
  gboolean own;

  GST_OBJECT_LOCK (self);
  own = score_engine_is_current (self->engine);
  GST_OBJECT_UNLOCK (self);
  if (own) {
    g_warning ("The state of %s cannot be changed from its own thread, such "
        "as a synchronous bus handler or \"episode-scored\"; use "
        "gst_element_call_async()", GST_OBJECT_NAME (element));
    return GST_STATE_CHANGE_FAILURE;
  }
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
    stop (self);
  return ret;
}

static void
gst_score_sink_start_episode (GstScoreSink * self, const gchar * task,
    const gchar * episode_id)
{
  g_autoptr (GstScoreRecorder) recorder = ref_recorder (self);

  if (recorder == NULL)
    return;
  gst_score_recorder_start_episode (recorder, task, episode_id);
  unthrottle (self);
}

static void
gst_score_sink_end_episode (GstScoreSink * self, const gchar * outcome)
{
  g_autoptr (GstScoreRecorder) recorder = ref_recorder (self);

  if (recorder != NULL)
    gst_score_recorder_end_episode (recorder, outcome);
}

static void
install_signals (GstScoreSinkClass * klass)
{
  /**
   * GstScoreSink::episode-scored:
   * @sink: the #GstScoreSink
   * @result: a #GstScoreResult, final; scored or failed
   *
   * An episode has its one result. Emitted on the element's own thread, after
   * the record was written and the message posted; as with a streaming thread,
   * the state of the pipeline must not be changed from there.
   *
   * Since: 0.1
   */
  signals[SIGNAL_EPISODE_SCORED] = g_signal_new ("episode-scored",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, GST_TYPE_SCORE_RESULT | G_SIGNAL_TYPE_STATIC_SCOPE);
  /**
   * GstScoreSink::start-episode:
   * @sink: the #GstScoreSink
   * @task: (nullable): the task, which then wins over the property
   * @episode_id: (nullable): its id, else a random one
   *
   * Action: an episode begins with the next frame; one that is open and was
   * started explicitly ends. From then on frames between the end of an episode
   * and the next start belong to none.
   *
   * Since: 0.1
   */
  signals[SIGNAL_START_EPISODE] = g_signal_new_class_handler ("start-episode",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (gst_score_sink_start_episode), NULL, NULL, NULL,
      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * GstScoreSink::end-episode:
   * @sink: the #GstScoreSink
   * @outcome: (nullable): what the robot or the operator says of it; goes into
   *     the record, never to the model
   *
   * Action: the open episode ends with the newest frame.
   *
   * Since: 0.1
   */
  signals[SIGNAL_END_EPISODE] = g_signal_new_class_handler ("end-episode",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (gst_score_sink_end_episode), NULL, NULL, NULL,
      G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
install_properties (GObjectClass * object_class)
{
  gst_score_properties_install (object_class);
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
   * GstScoreSink:stats:
   *
   * Counters of this run, or of the last one once it is over, as a structure
   * "application/x-score-stats".
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, PROP_STATS,
      g_param_spec_boxed ("stats", "stats", "Counters of frames, episodes, "
          "requests, tokens, bytes and latencies", GST_TYPE_STRUCTURE,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
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
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (score_sink_debug, "scoresink", 0, "score sink");
  object_class->set_property = gst_score_sink_set_property;
  object_class->get_property = gst_score_sink_get_property;
  object_class->finalize = gst_score_sink_finalize;
  install_properties (object_class);
  install_signals (klass);

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
  self->settings = score_settings_new ();
  self->decoder_throttle = DEFAULT_DECODER_THROTTLE;
  gst_base_sink_set_sync (GST_BASE_SINK (self), FALSE);
  /* No buffer of upstream's pool is kept longer than the next one. */
  gst_base_sink_set_last_sample_enabled (GST_BASE_SINK (self), FALSE);
}
