/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoremessage.h>
#include <gst/score/gstscoremessage-private.h>
#include <gst/score/gstscoreerror.h>
#include <gst/score/gstscoreresult-private.h>

/* A structure of the message. The first error stays; after it the readers give
 * nothing. */
typedef struct
{
  const GstStructure *structure;
  GError **error;
} Reader;

static void
fail (Reader * self, const gchar * field, const gchar * what)
{
  if (*self->error != NULL)
    return;
  g_set_error (self->error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
      "Field \"%s\" of the structure \"%s\" %s.", field,
      gst_structure_get_name (self->structure), what);
}

static const GValue *
get_value (Reader * self, const gchar * field, GType type)
{
  const GValue *value = gst_structure_get_value (self->structure, field);

  if (*self->error != NULL || value == NULL)
    return NULL;
  if (!G_VALUE_HOLDS (value, type)) {
    g_autofree gchar *what = g_strdup_printf ("must be a %s",
        g_type_name (type));

    fail (self, field, what);
    return NULL;
  }
  return value;
}

static const gchar *
get_string (Reader * self, const gchar * field)
{
  const GValue *value = get_value (self, field, G_TYPE_STRING);

  return value != NULL ? g_value_get_string (value) : NULL;
}

static const gchar *
get_required_string (Reader * self, const gchar * field)
{
  const gchar *text = get_string (self, field);

  if (text == NULL || *text == '\0')
    fail (self, field, "is missing");
  return text;
}

static gboolean
get_boolean (Reader * self, const gchar * field)
{
  const GValue *value = get_value (self, field, G_TYPE_BOOLEAN);

  return value != NULL && g_value_get_boolean (value);
}

static guint64
get_uint64 (Reader * self, const gchar * field, guint64 otherwise)
{
  const GValue *value = get_value (self, field, G_TYPE_UINT64);

  return value != NULL ? g_value_get_uint64 (value) : otherwise;
}

static GstClockTime
get_time (Reader * self, const gchar * field)
{
  return get_uint64 (self, field, GST_CLOCK_TIME_NONE);
}

static gdouble
get_fraction (Reader * self, const gchar * field, gdouble otherwise)
{
  const GValue *value = get_value (self, field, G_TYPE_DOUBLE);
  gdouble number = value != NULL ? g_value_get_double (value) : otherwise;

  if (value != NULL && !(number >= 0.0 && number <= 1.0)) {
    fail (self, field, "must be from 0 to 1");
    return otherwise;
  }
  return number;
}

static gdouble
get_number (Reader * self, const gchar * field)
{
  const GValue *value = get_value (self, field, G_TYPE_DOUBLE);
  gdouble number = value != NULL ? g_value_get_double (value) : NAN;

  if (value != NULL && !isfinite (number))
    fail (self, field, "must be a finite number");
  return number;
}

static const GstStructure *
get_structure (Reader * self, const gchar * field)
{
  const GValue *value = get_value (self, field, GST_TYPE_STRUCTURE);

  return value != NULL ? gst_value_get_structure (value) : NULL;
}

/* The elements, all of them of @type; NULL where there is no such field. */
static const GValue *
get_array (Reader * self, const gchar * field, GType type)
{
  const GValue *array = get_value (self, field, GST_TYPE_ARRAY);

  for (guint i = 0; array != NULL && i < gst_value_array_get_size (array); i++) {
    const GValue *element = gst_value_array_get_value (array, i);

    if (!G_VALUE_HOLDS (element, type)
        || (type == G_TYPE_STRING && g_value_get_string (element) == NULL)
        || (type != G_TYPE_STRING && g_value_get_boxed (element) == NULL)) {
      fail (self, field, "has an element of the wrong type");
      return NULL;
    }
  }
  return array;
}

/* Borrowed strings, NULL-terminated. */
static GPtrArray *
get_strings (Reader * self, const gchar * field)
{
  const GValue *array = get_array (self, field, G_TYPE_STRING);
  GPtrArray *strings = g_ptr_array_new ();

  for (guint i = 0; array != NULL && i < gst_value_array_get_size (array); i++)
    g_ptr_array_add (strings,
        (gpointer) g_value_get_string (gst_value_array_get_value (array, i)));
  g_ptr_array_add (strings, NULL);
  return strings;
}

static GstScoreSampleFlags
get_flags (Reader * self)
{
  g_autoptr (GPtrArray) nicks = get_strings (self, SCORE_FIELD_FLAGS);
  GstScoreSampleFlags flags = GST_SCORE_SAMPLE_NONE;

  for (guint i = 0; i + 1 < nicks->len; i++) {
    if (!score_sample_flags_add (&flags, g_ptr_array_index (nicks, i)))
      fail (self, SCORE_FIELD_FLAGS, "has an unknown flag");
  }
  return flags;
}

static void
read_sample (Reader * self, GstScoreResultBuilder * builder)
{
  const GValue *index = get_value (self, SCORE_FIELD_INDEX, G_TYPE_UINT);
  GstScoreSample sample = GST_SCORE_SAMPLE_INIT;

  sample.index = index != NULL ? g_value_get_uint (index) : 0;
  sample.timestamp = get_time (self, SCORE_FIELD_TIMESTAMP);
  sample.stream_time = get_time (self, SCORE_FIELD_STREAM_TIME);
  sample.running_time = get_time (self, SCORE_FIELD_RUNNING_TIME);
  sample.utc_time = get_time (self, SCORE_FIELD_UTC_TIME);
  sample.progress = get_fraction (self, SCORE_FIELD_PROGRESS, NAN);
  sample.raw_value = get_number (self, SCORE_FIELD_RAW_VALUE);
  sample.success_probability =
      get_fraction (self, SCORE_FIELD_SUCCESS_PROBABILITY, NAN);
  sample.flags = get_flags (self);
  sample.description = get_string (self, SCORE_FIELD_DESCRIPTION);
  sample.reason = get_string (self, SCORE_FIELD_REASON);
  gst_score_result_builder_add_sample (builder, &sample);
}

static void
read_samples (Reader * self, GstScoreResultBuilder * builder)
{
  const GValue *array =
      get_array (self, SCORE_FIELD_SAMPLES, GST_TYPE_STRUCTURE);

  for (guint i = 0; array != NULL && i < gst_value_array_get_size (array); i++) {
    Reader reader = {
      gst_value_get_structure (gst_value_array_get_value (array, i)),
      self->error
    };

    read_sample (&reader, builder);
  }
}

static void
read_notes (Reader * self, GstScoreResultBuilder * builder)
{
  g_autoptr (GPtrArray) notes = get_strings (self, SCORE_FIELD_NOTES);

  for (guint i = 0; i + 1 < notes->len; i++)
    gst_score_result_builder_add_note (builder, g_ptr_array_index (notes, i));
}

static void
read_usage (Reader * self, GstScoreResultBuilder * builder)
{
  Reader reader = { get_structure (self, SCORE_FIELD_USAGE), self->error };
  const ScoreUsageCounter *counter;
  GstScoreUsage usage = GST_SCORE_USAGE_INIT;

  if (reader.structure == NULL)
    return;
  for (counter = score_usage_counters; counter->field != NULL; counter++)
    SCORE_USAGE_COUNTER (&usage, counter) =
        get_uint64 (&reader, counter->field, 0);
  usage.cost = get_number (&reader, SCORE_FIELD_COST);
  gst_score_result_builder_set_usage (builder, &usage);
}

/* Checks the names; whether the structure can be given to the builder. */
static gboolean
check_names (Reader * self)
{
  for (gint i = 0; i < gst_structure_n_fields (self->structure); i++) {
    const gchar *name = gst_structure_nth_field_name (self->structure, i);

    if (!score_field_name_is_valid (name)) {
      fail (self, name, "has a name that is not allowed");
      return FALSE;
    }
  }
  return TRUE;
}

static void
read_latencies (Reader * self, GstScoreResultBuilder * builder)
{
  Reader reader = { get_structure (self, SCORE_FIELD_LATENCY), self->error };

  if (reader.structure == NULL || !check_names (&reader))
    return;
  for (gint i = 0; i < gst_structure_n_fields (reader.structure); i++) {
    const gchar *stage = gst_structure_nth_field_name (reader.structure, i);
    GstClockTime latency = get_time (&reader, stage);

    if (GST_CLOCK_TIME_IS_VALID (latency))
      gst_score_result_builder_set_latency (builder, stage, latency);
  }
}

static void
read_options (Reader * self, GstScoreResultBuilder * builder)
{
  Reader reader = { get_structure (self, SCORE_FIELD_OPTIONS), self->error };

  if (reader.structure != NULL && check_names (&reader))
    gst_score_result_builder_set_options (builder, reader.structure);
}

static void
read_error (Reader * self, GstScoreResultBuilder * builder)
{
  const gchar *nick = get_required_string (self, SCORE_FIELD_ERROR_CODE);
  const gchar *message = get_string (self, SCORE_FIELD_ERROR_MESSAGE);
  g_autoptr (GError) error = NULL;
  GstScoreError code;

  if (message == NULL)
    fail (self, SCORE_FIELD_ERROR_MESSAGE, "is missing");
  if (*self->error != NULL)
    return;
  if (!gst_score_error_from_nick (nick, &code)) {
    fail (self, SCORE_FIELD_ERROR_CODE, "is not known");
    return;
  }
  error = g_error_new_literal (GST_SCORE_ERROR, code, message);
  gst_score_result_builder_set_error (builder, error);
}

static gboolean
read_status (Reader * self, GstScoreResultBuilder * builder)
{
  const gchar *status = get_required_string (self, SCORE_FIELD_STATUS);

  if (g_strcmp0 (status, SCORE_STATUS_SCORED) == 0)
    return TRUE;
  if (g_strcmp0 (status, SCORE_STATUS_FAILED) == 0)
    read_error (self, builder);
  else
    fail (self, SCORE_FIELD_STATUS, "must be scored or failed");
  return FALSE;
}

static void
read_fields (Reader * self, GstScoreResultBuilder * builder)
{
  g_autoptr (GPtrArray) objects = get_strings (self, SCORE_FIELD_OBJECTS);

  gst_score_result_builder_set_source (builder,
      get_string (self, SCORE_FIELD_METHOD),
      get_string (self, SCORE_FIELD_PROVIDER),
      get_string (self, SCORE_FIELD_MODEL));
  gst_score_result_builder_set_provisional (builder,
      get_boolean (self, SCORE_FIELD_PROVISIONAL));
  gst_score_result_builder_set_outcome (builder,
      get_string (self, SCORE_FIELD_OUTCOME));
  gst_score_result_builder_set_success_threshold (builder,
      get_fraction (self, SCORE_FIELD_SUCCESS_THRESHOLD,
          SCORE_DEFAULT_SUCCESS_THRESHOLD));
  gst_score_result_builder_set_times (builder,
      get_time (self, SCORE_FIELD_TIMESTAMP),
      get_time (self, SCORE_FIELD_STREAM_TIME),
      get_time (self, SCORE_FIELD_RUNNING_TIME),
      get_time (self, SCORE_FIELD_DURATION));
  gst_score_result_builder_set_n_frames (builder,
      get_uint64 (self, SCORE_FIELD_N_FRAMES, 0));
  gst_score_result_builder_set_objects (builder,
      (const gchar * const *) objects->pdata);
  gst_score_result_builder_set_completion_state (builder,
      get_string (self, SCORE_FIELD_COMPLETION_STATE));
  read_samples (self, builder);
  read_notes (self, builder);
  read_usage (self, builder);
  read_latencies (self, builder);
  read_options (self, builder);
}

/* The builder would turn such a result into a failed one; a message that claims
 * to be scored and has no progress is damaged instead. */
static void
check_scored (Reader * self, const GstScoreResult * result)
{
  const GError *error = gst_score_result_get_error (result);

  if (error != NULL)
    fail (self, SCORE_FIELD_STATUS, "is scored, but a progress is missing");
}

static GstScoreResult *
read_result (Reader * self)
{
  const gchar *id = get_required_string (self, SCORE_FIELD_EPISODE_ID);
  const gchar *task = get_string (self, SCORE_FIELD_TASK);
  g_autoptr (GstScoreResultBuilder) builder = NULL;
  g_autoptr (GstScoreResult) result = NULL;
  gboolean is_scored;

  if (*self->error != NULL)
    return NULL;
  builder = gst_score_result_builder_new (id, task);
  read_fields (self, builder);
  is_scored = read_status (self, builder);
  result = gst_score_result_builder_end (builder);
  if (is_scored)
    check_scored (self, result);
  return *self->error == NULL ? g_steal_pointer (&result) : NULL;
}

/**
 * gst_score_message_parse_episode_started:
 * @message: any #GstMessage
 * @episode_id: (out) (optional) (transfer full): where to put what the episode is
 *     called
 * @task: (out) (optional) (nullable) (transfer full): where to put the task, %NULL
 *     when it is not known
 * @stream_time: (out) (optional): where to put the stream time of the episode's
 *     first frame in nanoseconds, or %GST_CLOCK_TIME_NONE
 *
 * Reads the message `score/episode-started`. Where it returns %FALSE nothing is
 * put anywhere.
 *
 * Returns: %TRUE when @message is such a message and whole
 *
 * Since: 0.1
 */
gboolean
gst_score_message_parse_episode_started (GstMessage * message,
    gchar ** episode_id, gchar ** task, GstClockTime * stream_time)
{
  g_autoptr (GError) error = NULL;
  Reader reader = { NULL, &error };
  GstScoreMessageType type;
  const gchar *id, *instruction;
  GstClockTime time;

  g_return_val_if_fail (GST_IS_MESSAGE (message), FALSE);

  if (!gst_score_message_parse_type (message, &type)
      || type != GST_SCORE_MESSAGE_EPISODE_STARTED)
    return FALSE;
  reader.structure = gst_message_get_structure (message);
  id = get_required_string (&reader, SCORE_FIELD_EPISODE_ID);
  instruction = get_string (&reader, SCORE_FIELD_TASK);
  time = get_time (&reader, SCORE_FIELD_STREAM_TIME);
  if (error != NULL)
    return FALSE;

  if (episode_id != NULL)
    *episode_id = g_strdup (id);
  if (task != NULL)
    *task = g_strdup (instruction);
  if (stream_time != NULL)
    *stream_time = time;
  return TRUE;
}

/**
 * gst_score_message_parse_result:
 * @message: any #GstMessage
 * @error: return location for a #GError
 *
 * Reads the result out of a message `score/progress`, `score/episode` or
 * `score/late`. It equals the one that the message was made of.
 *
 * Returns: (transfer full): the result, or %NULL with an error of
 *     %GST_SCORE_ERROR_BAD_REPLY when @message is another one or damaged
 *
 * Since: 0.1
 */
GstScoreResult *
gst_score_message_parse_result (GstMessage * message, GError ** error)
{
  g_autoptr (GError) failure = NULL;
  Reader reader = { NULL, &failure };
  GstScoreMessageType type;
  GstScoreResult *result;

  g_return_val_if_fail (GST_IS_MESSAGE (message), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!gst_score_message_parse_type (message, &type)
      || type == GST_SCORE_MESSAGE_EPISODE_STARTED) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
        "A message of type %s carries no result.",
        GST_MESSAGE_TYPE_NAME (message));
    return NULL;
  }
  reader.structure = gst_message_get_structure (message);
  result = read_result (&reader);
  if (result == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return result;
}
