/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scorehost.h"

#include "elements/scoreerrors.h"

/* What a class has told of itself. */
typedef struct
{
  gsize offset;
  const GstScoreHostFuncs *funcs;
  guint episode_scored, episode_progress;
} Class;

static GQuark
get_class_quark (void)
{
  return g_quark_from_static_string ("gst-score-host-class");
}

static const Class *
get_class (gpointer element)
{
  return g_type_get_qdata (G_OBJECT_TYPE (element), get_class_quark ());
}

static GstScoreHost *
get_host (GstElement * element)
{
  return G_STRUCT_MEMBER_P (element, get_class (element)->offset);
}

void
gst_score_host_init (GstScoreHost * self, GstElement * element)
{
  self->element = element;
  self->settings = score_settings_new ();
}

void
gst_score_host_clear (GstScoreHost * self)
{
  score_settings_free (self->settings);
  g_clear_pointer (&self->last_stats, gst_structure_free);
}

GstScoreRecorder *
gst_score_host_ref_recorder (GstScoreHost * self)
{
  GstScoreRecorder *recorder = NULL;

  GST_OBJECT_LOCK (self->element);
  if (self->recorder != NULL)
    recorder = gst_score_recorder_ref (self->recorder);
  GST_OBJECT_UNLOCK (self->element);
  return recorder;
}

gboolean
gst_score_host_set_property (GstScoreHost * self, guint id,
    const GValue * value)
{
  g_autoptr (GstScoreRecorder) recorder = gst_score_host_ref_recorder (self);
  gboolean known;

  GST_OBJECT_LOCK (self->element);
  known = gst_score_properties_set (self->settings, id, value);
  GST_OBJECT_UNLOCK (self->element);
  if (id == SCORE_PROP_TASK && recorder != NULL)
    gst_score_recorder_set_task (recorder, g_value_get_string (value));
  return known;
}

static void
add_stats (GstScoreHost * self, GstStructure * stats)
{
  const GstScoreHostFuncs *funcs = get_class (self->element)->funcs;

  if (funcs->add_stats != NULL)
    funcs->add_stats (self->element, stats);
}

static GstStructure *
get_stats (GstScoreHost * self)
{
  g_autoptr (GstScoreRecorder) recorder = gst_score_host_ref_recorder (self);
  GstStructure *stats =
      recorder ? gst_score_recorder_get_stats (recorder) : NULL;

  if (stats == NULL) {
    GST_OBJECT_LOCK (self->element);
    if (self->last_stats != NULL)
      stats = gst_structure_copy (self->last_stats);
    GST_OBJECT_UNLOCK (self->element);
  }
  if (stats == NULL)
    stats = gst_structure_new_empty ("application/x-score-stats");
  add_stats (self, stats);
  return stats;
}

gboolean
gst_score_host_get_property (GstScoreHost * self, guint id, GValue * value)
{
  gboolean known;

  if (id == SCORE_PROP_STATS) {
    g_value_take_boxed (value, get_stats (self));
    return TRUE;
  }
  GST_OBJECT_LOCK (self->element);
  known = gst_score_properties_get (self->settings, id, value);
  GST_OBJECT_UNLOCK (self->element);
  return known;
}

/* On the engine's thread, no lock held. */
static void
scored_cb (guint64 episode, GstScoreResult * result, gpointer user_data)
{
  GstScoreHost *self = user_data;
  const Class *klass = get_class (self->element);
  gboolean provisional = gst_score_result_is_provisional (result);

  gst_element_post_message (self->element, gst_score_message_new_result
      (GST_OBJECT (self->element), provisional ? GST_SCORE_MESSAGE_PROGRESS
          : GST_SCORE_MESSAGE_EPISODE, result));
  gst_score_post_failure (self->element, result, self->fail_on_error);
  if (klass->funcs->scored != NULL)
    klass->funcs->scored (self->element, episode, result);
  g_signal_emit (self->element, provisional ? klass->episode_progress
      : klass->episode_scored, 0, result);
}

static void
warning_cb (const GError * error, gpointer user_data)
{
  GstScoreHost *self = user_data;

  gst_score_post_warning (self->element, error);
}

static ScoreSettings *
copy_settings (GstScoreHost * self)
{
  ScoreSettings *settings;

  GST_OBJECT_LOCK (self->element);
  settings = score_settings_copy (self->settings);
  GST_OBJECT_UNLOCK (self->element);
  self->fail_on_error = settings->on_error == SCORE_ON_ERROR_FAIL;
  self->drain_timeout = settings->drain_timeout == 0 ? -1 :
      (gint64) settings->drain_timeout * G_USEC_PER_SEC;
  return settings;
}

gboolean
gst_score_host_start (GstScoreHost * self)
{
  static const ScoreEngineCallbacks callbacks = { scored_cb, warning_cb };
  g_autoptr (ScoreSettings) settings = copy_settings (self);
  g_autoptr (GError) error = NULL;
  ScoreEngine *engine = score_engine_new (settings, &callbacks, self, &error);
  GstScoreRecorder *recorder;

  if (engine == NULL) {
    gst_score_post_start_error (self->element, error);
    return FALSE;
  }
  recorder = gst_score_recorder_new (self->element, settings, engine);
  GST_OBJECT_LOCK (self->element);
  self->engine = engine;
  self->recorder = recorder;
  GST_OBJECT_UNLOCK (self->element);
  return TRUE;
}

void
gst_score_host_stop (GstScoreHost * self)
{
  g_autoptr (GstScoreRecorder) recorder = NULL;
  g_autoptr (ScoreEngine) engine = NULL;
  GstStructure *stats;

  GST_OBJECT_LOCK (self->element);
  recorder = g_steal_pointer (&self->recorder);
  GST_OBJECT_UNLOCK (self->element);
  if (recorder == NULL)
    return;
  gst_score_recorder_stop (recorder);
  score_engine_stop (self->engine);
  stats = score_engine_get_stats (self->engine);
  gst_structure_set (stats, "frames", G_TYPE_UINT64,
      gst_score_recorder_get_n_frames (recorder), NULL);

  GST_OBJECT_LOCK (self->element);
  engine = g_steal_pointer (&self->engine);
  g_clear_pointer (&self->last_stats, gst_structure_free);
  self->last_stats = stats;
  GST_OBJECT_UNLOCK (self->element);
}

void
gst_score_host_set_provisional (GstScoreHost * self, gboolean wanted,
    gboolean complain)
{
  gboolean known = TRUE;

  GST_OBJECT_LOCK (self->element);
  if (self->engine != NULL)
    known = score_engine_set_provisional (self->engine, wanted);
  GST_OBJECT_UNLOCK (self->element);
  if (!known && wanted && complain)
    gst_score_post_no_provisional (self->element);
}

static void
tell_mark (GstScoreHost * self, GstEvent * event)
{
  const GstScoreHostFuncs *funcs = get_class (self->element)->funcs;

  if (funcs->marked != NULL)
    funcs->marked (self->element, event);
  else
    gst_event_unref (event);
}

gboolean
gst_score_host_send_event (GstScoreHost * self, GstEvent * event)
{
  g_autoptr (GstScoreRecorder) recorder = gst_score_host_ref_recorder (self);

  if (recorder == NULL || !gst_score_recorder_handle_custom (recorder, event))
    return FALSE;
  tell_mark (self, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_copy (gst_event_get_structure (event))));
  return TRUE;
}

gboolean
gst_score_host_may_set_state (GstScoreHost * self)
{
  gboolean own;

  GST_OBJECT_LOCK (self->element);
  own = score_engine_is_current (self->engine);
  GST_OBJECT_UNLOCK (self->element);
  if (own)
    g_warning ("The state of %s cannot be changed from its own thread, such "
        "as a synchronous bus handler or \"episode-scored\"; use "
        "gst_element_call_async()", GST_OBJECT_NAME (self->element));
  return !own;
}

static GstEvent *
make_mark (const gchar * name, const gchar * const *fields)
{
  GstStructure *structure = gst_structure_new_empty (name);

  for (; fields[0] != NULL; fields += 2) {
    if (fields[1] != NULL && g_utf8_validate (fields[1], -1, NULL))
      gst_structure_set (structure, fields[0], G_TYPE_STRING, fields[1], NULL);
  }
  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, structure);
}

static void
start_episode (GstElement * element, const gchar * task,
    const gchar * episode_id)
{
  const gchar *fields[] = { "task", task, "episode-id", episode_id, NULL };
  GstScoreHost *self = get_host (element);
  g_autoptr (GstScoreRecorder) recorder = gst_score_host_ref_recorder (self);

  if (recorder == NULL)
    return;
  gst_score_recorder_start_episode (recorder, task, episode_id);
  tell_mark (self, make_mark (GST_SCORE_EVENT_EPISODE_START, fields));
}

static void
end_episode (GstElement * element, const gchar * outcome)
{
  const gchar *fields[] = { "outcome", outcome, NULL };
  GstScoreHost *self = get_host (element);
  g_autoptr (GstScoreRecorder) recorder = gst_score_host_ref_recorder (self);

  if (recorder == NULL)
    return;
  gst_score_recorder_end_episode (recorder, outcome);
  tell_mark (self, make_mark (GST_SCORE_EVENT_EPISODE_END, fields));
}

static void
install_signals (GType type, Class * klass)
{
  /* episode-scored (result): an episode has its one result, a GstScoreResult,
   * final; scored or failed. Emitted on the element's own thread, after the
   * record was written and the message posted; as with a streaming thread, the
   * state of the pipeline must not be changed from there. Since: 0.1 */
  klass->episode_scored = g_signal_new ("episode-scored", type,
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, GST_TYPE_SCORE_RESULT | G_SIGNAL_TYPE_STATIC_SCOPE);
  /* episode-progress (result): what is known of an episode that is still open, a
   * GstScoreResult that is provisional. As episode-scored, but without a record,
   * and never after it. Since: 0.1 */
  klass->episode_progress = g_signal_new ("episode-progress", type,
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, GST_TYPE_SCORE_RESULT | G_SIGNAL_TYPE_STATIC_SCOPE);
  /* start-episode (task, episode-id), action: an episode begins with the next
   * frame; one that is open and was started explicitly ends. Both may be NULL:
   * a task wins over the property, the id is else a random one. From then on
   * frames between the end of an episode and the next start belong to none.
   * Since: 0.1 */
  g_signal_new_class_handler ("start-episode", type,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (start_episode), NULL,
      NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  /* end-episode (outcome), action: the open episode ends with the newest frame.
   * The outcome (may be NULL) is what the robot or the operator says of it; it
   * goes into the record, never to the model. Since: 0.1 */
  g_signal_new_class_handler ("end-episode", type,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (end_episode), NULL,
      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

void
gst_score_host_install (GstElementClass * element_class, gsize offset,
    const GstScoreHostFuncs * funcs)
{
  GObjectClass *object_class = G_OBJECT_CLASS (element_class);
  GType type = G_TYPE_FROM_CLASS (element_class);
  Class *klass = g_new0 (Class, 1);

  klass->offset = offset;
  klass->funcs = funcs;
  g_type_set_qdata (type, get_class_quark (), klass);
  gst_score_properties_install (object_class);
  /* stats: counters of this run, or of the last one once it is over, as a
   * structure "application/x-score-stats". Since: 0.1 */
  g_object_class_install_property (object_class, SCORE_PROP_STATS,
      g_param_spec_boxed ("stats", "stats", "Counters of frames, episodes, "
          "requests, tokens, bytes and latencies", GST_TYPE_STRUCTURE,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  install_signals (type, klass);
}
