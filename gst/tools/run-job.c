/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-job.h"
#include "run-record.h"
#include "run-samples.h"
#include "run-stall.h"
#include "video-source.h"

#include <gst/score/score.h>

/* A demuxer that waits for what never comes would be waited for without end. */
#define PATIENCE_SECONDS 60
#define STALLED_SECONDS 2

struct _ScoreRunJob
{
  const ScoreRunItem *item;
  const ScoreRunOptions *options;
  const ScoreRunSettings *settings;
  ScoreRunJobFunc done;
  gpointer user_data;
  gchar *location, *folder;     /* of samples, to keep and to take, or NULL */

  GstElement *pipeline, *sink;
  GstElement *source;           /* in the pipeline; or NULL */
  GstPad *sinkpad;
  guint watch, patience, idle;  /* sources, 0: none */
  gint64 began, elapsed;

  /* of the streaming thread, read by others */
  gint n_seen;                  /* atomic: buffers and events at the sink */
  gint at_end;                  /* atomic: EOS has come there */
  gint has_frames;              /* atomic: at least one has come there */
  gint is_broken;               /* atomic: the source has posted an error */

  /* of the look that is taken every second */
  gint n_seen_before;
  guint n_still;                /* seconds without anything to see */
  guint n_stalled;              /* seconds without anybody at work */

  GError *unbuilt;              /* why there is no pipeline, or NULL */
  gboolean is_over;
  GstScoreResult *result;
  gchar *loss;                  /* why it is in no file, or NULL */
  gchar *missing;               /* what GStreamer has no plug-in for, or NULL */
  GPtrArray *warnings;
};

ScoreRunJob *
score_run_job_new (const ScoreRunItem * item, const ScoreRunOptions * options,
    const ScoreRunSettings * settings, ScoreRunJobFunc done, gpointer user_data)
{
  ScoreRunJob *self = g_new0 (ScoreRunJob, 1);

  self->item = item;
  self->options = options;
  self->settings = settings;
  self->done = done;
  self->user_data = user_data;
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
clear_source (guint * source)
{
  if (*source != 0)
    g_source_remove (*source);
  *source = 0;
}

void
score_run_job_free (ScoreRunJob * self)
{
  clear_source (&self->watch);
  clear_source (&self->patience);
  clear_source (&self->idle);
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->sinkpad);
  gst_clear_object (&self->pipeline);
  g_clear_pointer (&self->result, gst_score_result_unref);
  g_clear_error (&self->unbuilt);
  g_ptr_array_unref (self->warnings);
  g_free (self->location);
  g_free (self->folder);
  g_free (self->loss);
  g_free (self->missing);
  g_free (self);
}

void
score_run_job_keep_samples (ScoreRunJob * self, const gchar * location)
{
  self->location = g_strdup (location);
}

void
score_run_job_take_samples (ScoreRunJob * self, const gchar * folder)
{
  self->folder = g_strdup (folder);
}

const ScoreRunItem *
score_run_job_get_item (const ScoreRunJob * self)
{
  return self->item;
}

GstScoreResult *
score_run_job_get_result (const ScoreRunJob * self)
{
  return self->result;
}

gboolean
score_run_job_was_read (const ScoreRunJob * self)
{
  return g_atomic_int_get (&self->at_end);
}

const gchar *
score_run_job_get_loss (const ScoreRunJob * self)
{
  return self->loss;
}

const GPtrArray *
score_run_job_get_warnings (const ScoreRunJob * self)
{
  return self->warnings;
}

gint64
score_run_job_get_elapsed (const ScoreRunJob * self)
{
  return self->elapsed;
}

/* --- the end --- */

static void
finish (ScoreRunJob * self)
{
  clear_source (&self->patience);
  self->is_over = TRUE;
  self->elapsed = g_get_monotonic_time () - self->began;
  self->done (self, self->user_data);
}

static gchar *
dup_property_nick (ScoreRunJob * self, const gchar * name)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GEnumValue *entry;

  g_object_get_property (G_OBJECT (self->sink), name, &value);
  entry = g_enum_get_value (g_type_class_peek (G_VALUE_TYPE (&value)),
      g_value_get_enum (&value));
  return g_strdup (entry->value_nick);
}

/* What the element would have written of an episode that never came to it. */
static GstScoreResult *
make_failed (ScoreRunJob * self, const GError * reason)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new (self->item->id, self->item->task);

  if (self->sink != NULL) {
    g_autofree gchar *method = dup_property_nick (self, "method");
    g_autofree gchar *provider = dup_property_nick (self, "provider");
    g_autofree gchar *model = NULL;

    g_object_get (self->sink, "model", &model, NULL);
    /* which of them it would have been is not known */
    if (g_str_equal (provider, "auto"))
      g_clear_pointer (&provider, g_free);
    gst_score_result_builder_set_source (builder, method, provider, model);
  }
  gst_score_result_builder_set_error (builder, reason);
  return gst_score_result_builder_end (builder);
}

static void
take_element_message (ScoreRunJob * self, GstMessage * message)
{
  const GstStructure *structure = gst_message_get_structure (message);
  GstScoreMessageType type;

  if (gst_structure_has_name (structure, "missing-plugin") && !self->missing)
    self->missing = g_strdup (gst_structure_get_string (structure, "name"));
  if (!gst_score_message_parse_type (message, &type)
      || type != GST_SCORE_MESSAGE_EPISODE || self->result != NULL)
    return;
  self->result = gst_score_message_parse_result (message, NULL);
}

/* The episode that was open ends with the element, which writes its record. */
static gboolean
stop_and_take_result (ScoreRunJob * self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  GstMessage *message;

  gst_element_set_state (self->pipeline, GST_STATE_READY);
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))) {
    take_element_message (self, message);
    gst_message_unref (message);
  }
  return self->result != NULL;
}

/* The one record of an episode that failed before, or beside, the element. */
static void
fail (ScoreRunJob * self, GstScoreError code, const gchar * why)
{
  g_autoptr (GError) reason = g_error_new_literal (GST_SCORE_ERROR, code, why);
  g_autoptr (GError) error = NULL;
  gboolean recorded = self->pipeline != NULL && stop_and_take_result (self);

  g_clear_pointer (&self->result, gst_score_result_unref);
  self->result = make_failed (self, reason);
  if (!recorded && !score_run_record_append (self->options->output,
          self->result, &error))
    self->loss = g_strdup (error->message);
  finish (self);
}

static void
fail_video (ScoreRunJob * self, const gchar * why)
{
  g_autofree gchar *text =
      g_strdup_printf ("The video cannot be read: %s", why);

  fail (self, GST_SCORE_ERROR_ENCODE, text);
}

/* Decoders are missing for what is no video, too. */
static void
fail_undecodable (ScoreRunJob * self)
{
  g_autofree gchar *text = NULL;

  if (self->missing != NULL)
    text = g_strdup_printf ("GStreamer has no plug-in for it (%s).",
        self->missing);
  fail_video (self, text ? text : "There is no video in it.");
}

/* --- what the pipeline says --- */

static void
take_error (ScoreRunJob * self, GstMessage * message)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  if (self->result != NULL)     /* said by on-error=fail, after the record */
    finish (self);
  else if (GST_MESSAGE_SRC (message) == GST_OBJECT (self->sink))
    fail (self, GST_SCORE_ERROR_CONFIG, error->message);
  else if (g_error_matches (error, GST_CORE_ERROR,
          GST_CORE_ERROR_MISSING_PLUGIN))
    fail_undecodable (self);
  else
    fail_video (self, error->message);
}

/* A failed episode is told by its result. */
static void
take_warning (ScoreRunJob * self, GstMessage * message)
{
  g_autoptr (GError) error = NULL;
  const GstStructure *details = NULL;

  gst_message_parse_warning (message, &error, NULL);
  gst_message_parse_warning_details (message, &details);
  if (details != NULL && gst_structure_has_field (details, "episode-id"))
    return;
  if (GST_MESSAGE_SRC (message) == GST_OBJECT (self->sink)
      && g_str_has_prefix (error->message, "results-location:")) {
    g_free (self->loss);
    self->loss = g_strdup (error->message);
    return;
  }
  /* Of a decoder one says as much as a hundred. */
  if (GST_MESSAGE_SRC (message) == GST_OBJECT (self->sink)
      || self->warnings->len == 0)
    g_ptr_array_add (self->warnings, g_strdup (error->message));
}

static void
take_end (ScoreRunJob * self)
{
  if (self->result != NULL)
    finish (self);
  else
    fail_video (self, g_atomic_int_get (&self->has_frames) ?
        "Its frames have no time stamps." : "There is no frame in it.");
}

static gboolean
message_cb (GstBus * bus, GstMessage * message, gpointer user_data)
{
  ScoreRunJob *self = user_data;

  if (self->is_over)
    return G_SOURCE_CONTINUE;
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      take_element_message (self, message);
      break;
    case GST_MESSAGE_WARNING:
      take_warning (self, message);
      break;
    case GST_MESSAGE_ERROR:
      take_error (self, message);
      break;
    case GST_MESSAGE_EOS:
      take_end (self);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* On the thread that has the error, which pushes EOS next. */
static GstBusSyncReply
sync_cb (GstBus * bus, GstMessage * message, gpointer user_data)
{
  ScoreRunJob *self = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR
      && GST_MESSAGE_SRC (message) != GST_OBJECT (self->sink))
    g_atomic_int_set (&self->is_broken, TRUE);
  return GST_BUS_PASS;
}

/* At the end of the stream it is the element that waits, and that has time-outs. */
static gboolean
patience_cb (gpointer user_data)
{
  ScoreRunJob *self = user_data;
  gint n_seen = g_atomic_int_get (&self->n_seen) +
      (gint) score_video_source_get_n_seen (self->source);

  if (n_seen != self->n_seen_before || g_atomic_int_get (&self->at_end)) {
    self->n_seen_before = n_seen;
    self->n_still = self->n_stalled = 0;
    return G_SOURCE_CONTINUE;
  }
  self->n_stalled = score_run_is_stalled (self->pipeline) ?
      self->n_stalled + 1 : 0;
  if (++self->n_still < PATIENCE_SECONDS && self->n_stalled < STALLED_SECONDS)
    return G_SOURCE_CONTINUE;
  self->patience = 0;
  fail_video (self, self->n_stalled > 0 ?
      "GStreamer stopped reading it and does not say why." :
      "GStreamer does not get on with it.");
  return G_SOURCE_REMOVE;
}

/* --- the beginning --- */

/* Before the first frame, and after the start of the stream, which would end an
 * episode. */
static GstPadProbeReturn
start_episode_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  ScoreRunJob *self = user_data;

  g_atomic_int_set (&self->has_frames, TRUE);
  g_signal_emit_by_name (self->sink, "start-episode", self->item->task,
      self->item->id);
  return GST_PAD_PROBE_REMOVE;
}

static gboolean
is_event (GstPadProbeInfo * info, GstEventType type)
{
  return (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM)
      && GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == type;
}

/* The end of what broke off is not the end of the episode: the part would be
 * scored as if it were the whole. */
static GstPadProbeReturn
look_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  ScoreRunJob *self = user_data;

  g_atomic_int_inc (&self->n_seen);
  if (!is_event (info, GST_EVENT_EOS))
    return GST_PAD_PROBE_OK;
  if (g_atomic_int_get (&self->is_broken))
    return GST_PAD_PROBE_DROP;
  g_atomic_int_set (&self->at_end, TRUE);
  return GST_PAD_PROBE_OK;
}

static void
link_video (ScoreRunJob * self, GstElement * source, GstPad * pad)
{
  if (!gst_pad_is_linked (self->sinkpad)
      && GST_PAD_LINK_FAILED (gst_pad_link (pad, self->sinkpad)))
    GST_ELEMENT_ERROR (source, STREAM, FORMAT,
        ("Its video has a form that scoresink does not take."), (NULL));
}

static void
pad_added_cb (GstElement * source, GstPad * pad, gpointer user_data)
{
  if (GST_PAD_IS_SRC (pad))
    link_video (user_data, source, pad);
}

/* Of several videos at a time each has a thread; more would cost, and gain
 * nothing. */
static void
element_added_cb (GstBin * bin, GstBin * parent, GstElement * element,
    gpointer user_data)
{
  ScoreRunJob *self = user_data;

  if (self->options->jobs > 1 && g_object_class_find_property
      (G_OBJECT_GET_CLASS (element), "max-threads"))
    gst_util_set_object_arg (G_OBJECT (element), "max-threads", "1");
}

static void
add_probes (ScoreRunJob * self)
{
  self->sinkpad = gst_element_get_static_pad (self->sink, "sink");
  gst_pad_add_probe (self->sinkpad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST, start_episode_cb, self, NULL);
  gst_pad_add_probe (self->sinkpad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      look_cb, self, NULL);
}

static void
add_sink (ScoreRunJob * self)
{
  self->sink = score_run_settings_make_sink (self->settings,
      self->options->output);
  if (self->location != NULL)
    g_object_set (self->sink, "samples-location", self->location, NULL);
  gst_bin_add (GST_BIN (self->pipeline), self->sink);
  add_probes (self);
}

/* Of pictures there is nothing to leave out. */
static GstElement *
make_source (ScoreRunJob * self, GError ** error)
{
  GstElement *source = NULL;

  if (self->folder != NULL)
    source = score_run_samples_source_new (self->folder, self->sink, NULL);
  if (source == NULL)
    return score_video_source_new (self->item->uri, self->sink,
        self->options->decode_all, error);
  g_object_set (self->sink, "decoder-throttle", FALSE, NULL);
  return source;
}

static gboolean
add_source (ScoreRunJob * self, GError ** error)
{
  GstElement *source = make_source (self, error);
  g_autoptr (GstPad) pad = NULL;

  if (source == NULL)
    return FALSE;
  gst_bin_add (GST_BIN (self->pipeline), source);
  self->source = source;
  g_signal_connect (source, "pad-added", G_CALLBACK (pad_added_cb), self);
  pad = gst_element_get_static_pad (source, "src");
  if (pad != NULL)
    link_video (self, source, pad);
  return TRUE;
}

static gboolean
build (ScoreRunJob * self, GError ** error)
{
  g_autoptr (GstBus) bus = NULL;

  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  g_signal_connect (self->pipeline, "deep-element-added",
      G_CALLBACK (element_added_cb), self);
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, sync_cb, self, NULL);
  self->watch = gst_bus_add_watch (bus, message_cb, self);
  add_sink (self);
  return add_source (self, error);
}

static gboolean
fail_to_build_cb (gpointer user_data)
{
  ScoreRunJob *self = user_data;

  self->idle = 0;
  if (g_error_matches (self->unbuilt, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE))
    fail_video (self, self->unbuilt->message);
  else
    fail (self, GST_SCORE_ERROR_CONFIG, self->unbuilt->message);
  return G_SOURCE_REMOVE;
}

/* A state change that fails has said why on the bus. */
void
score_run_job_start (ScoreRunJob * self)
{
  self->began = g_get_monotonic_time ();
  if (!build (self, &self->unbuilt)) {
    self->idle = g_idle_add (fail_to_build_cb, self);
    return;
  }
  self->patience = g_timeout_add_seconds (1, patience_cb, self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}
