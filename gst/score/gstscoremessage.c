/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoremessage.h>
#include <gst/score/gstscoremessage-private.h>
#include <gst/score/gstscoreenums-private.h>
#include <gst/score/gstscoreerror.h>
#include <gst/score/gstscoreresult-private.h>

/* *INDENT-OFF* */
static const GEnumValue message_types[] = {
  { GST_SCORE_MESSAGE_EPISODE_STARTED, "GST_SCORE_MESSAGE_EPISODE_STARTED", "episode-started" },
  { GST_SCORE_MESSAGE_PROGRESS, "GST_SCORE_MESSAGE_PROGRESS", "progress" },
  { GST_SCORE_MESSAGE_EPISODE, "GST_SCORE_MESSAGE_EPISODE", "episode" },
  { GST_SCORE_MESSAGE_LATE, "GST_SCORE_MESSAGE_LATE", "late" },
  { 0, NULL, NULL },
};
/* *INDENT-ON* */

static const gchar *const message_names[] = {
  [GST_SCORE_MESSAGE_EPISODE_STARTED] = SCORE_MESSAGE_EPISODE_STARTED,
  [GST_SCORE_MESSAGE_PROGRESS] = SCORE_MESSAGE_PROGRESS,
  [GST_SCORE_MESSAGE_EPISODE] = SCORE_MESSAGE_EPISODE,
  [GST_SCORE_MESSAGE_LATE] = SCORE_MESSAGE_LATE,
};

GType
gst_score_message_type_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreMessageType", message_types));
  return type;
}

static gboolean
find_type (GstMessage * message, GstScoreMessageType * type)
{
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (message_names); i++) {
    if (gst_message_has_name (message, message_names[i])) {
      *type = i;
      return TRUE;
    }
  }
  return FALSE;
}

/**
 * gst_score_message_is_score_message:
 * @message: any #GstMessage
 *
 * Tells whether a message is one of those in #GstScoreMessageType.
 *
 * Returns: %TRUE for a message of the scoring elements
 *
 * Since: 0.1
 */
gboolean
gst_score_message_is_score_message (GstMessage * message)
{
  GstScoreMessageType type;

  g_return_val_if_fail (GST_IS_MESSAGE (message), FALSE);

  return find_type (message, &type);
}

/**
 * gst_score_message_parse_type:
 * @message: any #GstMessage
 * @type: (out) (optional): where to put what the message says; left alone when it
 *     is not one of the scoring elements'
 *
 * Finds out what a message says.
 *
 * Returns: %TRUE for a message of the scoring elements
 *
 * Since: 0.1
 */
gboolean
gst_score_message_parse_type (GstMessage * message, GstScoreMessageType * type)
{
  GstScoreMessageType found;

  g_return_val_if_fail (GST_IS_MESSAGE (message), FALSE);

  if (!find_type (message, &found))
    return FALSE;
  if (type != NULL)
    *type = found;
  return TRUE;
}

static void
set_text (GstStructure * structure, const gchar * field, const gchar * text)
{
  if (text != NULL)
    gst_structure_set (structure, field, G_TYPE_STRING, text, NULL);
}

static void
set_number (GstStructure * structure, const gchar * field, gdouble number)
{
  if (!isnan (number))
    gst_structure_set (structure, field, G_TYPE_DOUBLE, number, NULL);
}

static void
set_structure (GstStructure * structure, const gchar * field,
    const GstStructure * value)
{
  if (value != NULL)
    gst_structure_set (structure, field, GST_TYPE_STRUCTURE, value, NULL);
}

static void
append_string (GValue * array, const gchar * text)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  gst_value_array_append_and_take_value (array, &value);
}

static void
set_strings (GstStructure * structure, const gchar * field,
    const gchar * const *strings)
{
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (; *strings != NULL; strings++)
    append_string (&array, *strings);
  gst_structure_take_value (structure, field, &array);
}

static void
set_flags (GstStructure * structure, GstScoreSampleFlags flags)
{
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (const GFlagsValue * flag = score_sample_flags; flag->value_nick; flag++) {
    if (flags & flag->value)
      append_string (&array, flag->value_nick);
  }
  gst_structure_take_value (structure, SCORE_FIELD_FLAGS, &array);
}

static GstStructure *
new_sample_structure (const GstScoreSample * sample)
{
  GstStructure *structure = gst_structure_new (SCORE_SAMPLE_STRUCTURE,
      SCORE_FIELD_INDEX, G_TYPE_UINT, sample->index,
      SCORE_FIELD_TIMESTAMP, G_TYPE_UINT64, sample->timestamp,
      SCORE_FIELD_STREAM_TIME, G_TYPE_UINT64, sample->stream_time,
      SCORE_FIELD_RUNNING_TIME, G_TYPE_UINT64, sample->running_time,
      SCORE_FIELD_UTC_TIME, G_TYPE_UINT64, sample->utc_time, NULL);

  set_number (structure, SCORE_FIELD_PROGRESS, sample->progress);
  set_number (structure, SCORE_FIELD_RAW_VALUE, sample->raw_value);
  set_number (structure, SCORE_FIELD_SUCCESS_PROBABILITY,
      sample->success_probability);
  set_flags (structure, sample->flags);
  set_text (structure, SCORE_FIELD_DESCRIPTION, sample->description);
  set_text (structure, SCORE_FIELD_REASON, sample->reason);
  return structure;
}

static void
set_samples (GstStructure * structure, const GstScoreResult * result)
{
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < gst_score_result_get_n_samples (result); i++) {
    GValue value = G_VALUE_INIT;

    g_value_init (&value, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&value,
        new_sample_structure (gst_score_result_get_sample (result, i)));
    gst_value_array_append_and_take_value (&array, &value);
  }
  gst_structure_take_value (structure, SCORE_FIELD_SAMPLES, &array);
}

static void
set_usage (GstStructure * structure, const GstScoreUsage * usage)
{
  g_autoptr (GstStructure) counters = NULL;
  const ScoreUsageCounter *counter;

  if (usage == NULL)
    return;
  counters = gst_structure_new_empty (SCORE_FIELD_USAGE);
  for (counter = score_usage_counters; counter->field != NULL; counter++)
    gst_structure_set (counters, counter->field, G_TYPE_UINT64,
        SCORE_USAGE_COUNTER (usage, counter), NULL);
  set_number (counters, SCORE_FIELD_COST, usage->cost);
  set_structure (structure, SCORE_FIELD_USAGE, counters);
}

static void
set_verdict (GstStructure * structure, const GstScoreResult * result)
{
  const GError *error = gst_score_result_get_error (result);

  gst_structure_set (structure,
      SCORE_FIELD_STATUS, G_TYPE_STRING,
      error != NULL ? SCORE_STATUS_FAILED : SCORE_STATUS_SCORED,
      SCORE_FIELD_PROVISIONAL, G_TYPE_BOOLEAN,
      gst_score_result_is_provisional (result),
      SCORE_FIELD_SUCCESS, G_TYPE_BOOLEAN, gst_score_result_is_success (result),
      SCORE_FIELD_SUCCESS_THRESHOLD, G_TYPE_DOUBLE,
      gst_score_result_get_success_threshold (result), NULL);
  if (error != NULL)
    gst_structure_set (structure,
        SCORE_FIELD_ERROR_CODE, G_TYPE_STRING,
        gst_score_error_to_nick (error->code),
        SCORE_FIELD_ERROR_MESSAGE, G_TYPE_STRING, error->message, NULL);
  set_number (structure, SCORE_FIELD_PROGRESS,
      gst_score_result_get_progress (result));
  set_number (structure, SCORE_FIELD_MEAN_PROGRESS,
      gst_score_result_get_mean_progress (result));
}

static GstStructure *
new_result_structure (const gchar * name, const GstScoreResult * result)
{
  GstStructure *structure = gst_structure_new (name,
      SCORE_FIELD_TIMESTAMP, G_TYPE_UINT64,
      gst_score_result_get_timestamp (result),
      SCORE_FIELD_STREAM_TIME, G_TYPE_UINT64,
      gst_score_result_get_stream_time (result),
      SCORE_FIELD_RUNNING_TIME, G_TYPE_UINT64,
      gst_score_result_get_running_time (result),
      SCORE_FIELD_DURATION, G_TYPE_UINT64,
      gst_score_result_get_duration (result), NULL);

  set_text (structure, SCORE_FIELD_EPISODE_ID,
      gst_score_result_get_episode_id (result));
  set_text (structure, SCORE_FIELD_TASK, gst_score_result_get_task (result));
  set_text (structure, SCORE_FIELD_METHOD,
      gst_score_result_get_method (result));
  set_text (structure, SCORE_FIELD_PROVIDER,
      gst_score_result_get_provider (result));
  set_text (structure, SCORE_FIELD_MODEL, gst_score_result_get_model (result));
  set_verdict (structure, result);
  set_text (structure, SCORE_FIELD_OUTCOME,
      gst_score_result_get_outcome (result));
  gst_structure_set (structure, SCORE_FIELD_N_FRAMES, G_TYPE_UINT64,
      gst_score_result_get_n_frames (result), NULL);
  set_strings (structure, SCORE_FIELD_OBJECTS,
      gst_score_result_get_objects (result));
  set_text (structure, SCORE_FIELD_COMPLETION_STATE,
      gst_score_result_get_completion_state (result));
  set_samples (structure, result);
  set_strings (structure, SCORE_FIELD_NOTES,
      gst_score_result_get_notes (result));
  set_usage (structure, gst_score_result_get_usage (result));
  set_structure (structure, SCORE_FIELD_LATENCY,
      gst_score_result_get_latencies (result));
  set_structure (structure, SCORE_FIELD_OPTIONS,
      gst_score_result_get_options (result));
  return structure;
}

/**
 * gst_score_message_new_episode_started:
 * @src: (nullable) (transfer none): who sends the message
 * @episode_id: what the episode is called
 * @task: (nullable): the instruction that it will be judged by
 * @timestamp: presentation time stamp of its first frame, in nanoseconds, or
 *     %GST_CLOCK_TIME_NONE
 * @stream_time: stream time of its first frame, likewise
 * @running_time: running time of its first frame, likewise
 *
 * Makes the element message `score/episode-started`. Its fields are `episode-id`
 * and `task` (strings; the task only when known), `timestamp`, `stream-time` and
 * `running-time` (#guint64).
 *
 * Returns: (transfer full): the message
 *
 * Since: 0.1
 */
GstMessage *
gst_score_message_new_episode_started (GstObject * src,
    const gchar * episode_id, const gchar * task, GstClockTime timestamp,
    GstClockTime stream_time, GstClockTime running_time)
{
  GstStructure *structure;

  g_return_val_if_fail (src == NULL || GST_IS_OBJECT (src), NULL);
  g_return_val_if_fail (episode_id != NULL && *episode_id != '\0', NULL);

  structure = gst_structure_new (SCORE_MESSAGE_EPISODE_STARTED,
      SCORE_FIELD_EPISODE_ID, G_TYPE_STRING, episode_id,
      SCORE_FIELD_TIMESTAMP, G_TYPE_UINT64, timestamp,
      SCORE_FIELD_STREAM_TIME, G_TYPE_UINT64, stream_time,
      SCORE_FIELD_RUNNING_TIME, G_TYPE_UINT64, running_time, NULL);
  set_text (structure, SCORE_FIELD_TASK, task);
  return gst_message_new_element (src, structure);
}

/**
 * gst_score_message_new_result:
 * @src: (nullable) (transfer none): who sends the message
 * @type: %GST_SCORE_MESSAGE_PROGRESS, %GST_SCORE_MESSAGE_EPISODE or
 *     %GST_SCORE_MESSAGE_LATE
 * @result: the result
 *
 * Makes the element message `score/progress`, `score/episode` or `score/late`.
 * Its fields, each left out when unknown unless said otherwise:
 *
 * - `timestamp`, `stream-time`, `running-time`, `duration`: #guint64, always
 *   there, %GST_CLOCK_TIME_NONE when unknown
 * - `episode-id`, `task`, `method`, `provider`, `model`, `outcome`: strings
 * - `status`: string, "scored" or "failed"
 * - `provisional`, `success`: #gboolean, always there
 * - `success-threshold`: #gdouble, always there
 * - `error-code` (nick of #GstScoreError), `error-message`: strings, of failed
 *   episodes
 * - `progress`, `mean-progress`: #gdouble, of scored episodes
 * - `n-frames`: #guint64
 * - `objects`, `notes`: GST_TYPE_ARRAY of strings, always there
 * - `completion-state`: string
 * - `samples`: GST_TYPE_ARRAY of #GstStructure named `sample`, each with `index`
 *   (#guint), `timestamp`, `stream-time`, `running-time`, `utc-time` (#guint64),
 *   `progress`, `raw-value`, `success-probability` (#gdouble), `flags`
 *   (GST_TYPE_ARRAY of strings), `description` and `reason` (strings)
 * - `usage`, `latency`: #GstStructure of #guint64
 * - `options`: #GstStructure
 *
 * Returns: (transfer full): the message
 *
 * Since: 0.1
 */
GstMessage *
gst_score_message_new_result (GstObject * src, GstScoreMessageType type,
    const GstScoreResult * result)
{
  g_return_val_if_fail (src == NULL || GST_IS_OBJECT (src), NULL);
  g_return_val_if_fail (type > GST_SCORE_MESSAGE_EPISODE_STARTED
      && type <= GST_SCORE_MESSAGE_LATE, NULL);
  g_return_val_if_fail (result != NULL, NULL);

  return gst_message_new_element (src,
      new_result_structure (message_names[type], result));
}
