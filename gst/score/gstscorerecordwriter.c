/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoreresult-private.h>
#include <gst/score/gstscoreerror.h>
#include <gst/score/gstscorejson-private.h>

static void
add_text (GString * out, const gchar * name, const gchar * text)
{
  if (text != NULL)
    score_json_add_string (out, name, text);
}

static void
add_time (GString * out, const gchar * name, GstClockTime time)
{
  if (GST_CLOCK_TIME_IS_VALID (time))
    score_json_add_integer (out, name, time);
}

static void
add_number (GString * out, const gchar * name, gdouble number)
{
  if (!isnan (number))
    score_json_add_double (out, name, number);
}

static void
add_strings (GString * out, const gchar * name, const gchar * const *strings)
{
  score_json_begin (out, name, '[');
  for (; *strings != NULL; strings++)
    score_json_add_string (out, NULL, *strings);
  score_json_end (out, ']');
}

static void
add_error (GString * out, const GError * error)
{
  score_json_begin (out, "error", '{');
  score_json_add_string (out, "code", gst_score_error_to_nick (error->code));
  score_json_add_string (out, "message", error->message);
  score_json_end (out, '}');
}

static void
add_flags (GString * out, GstScoreSampleFlags flags)
{
  score_json_begin (out, "flags", '[');
  for (const GFlagsValue * flag = score_sample_flags; flag->value_nick; flag++) {
    if (flags & flag->value)
      score_json_add_string (out, NULL, flag->value_nick);
  }
  score_json_end (out, ']');
}

static void
add_sample (GString * out, const GstScoreSample * sample)
{
  score_json_begin (out, NULL, '{');
  score_json_add_integer (out, "index", sample->index);
  add_time (out, "timestamp", sample->timestamp);
  add_time (out, "stream_time", sample->stream_time);
  add_time (out, "running_time", sample->running_time);
  add_time (out, "utc_time", sample->utc_time);
  add_number (out, "progress", sample->progress);
  add_number (out, "raw_value", sample->raw_value);
  add_number (out, "success_probability", sample->success_probability);
  add_flags (out, sample->flags);
  add_text (out, "description", sample->description);
  add_text (out, "reason", sample->reason);
  score_json_end (out, '}');
}

static void
add_usage (GString * out, const GstScoreUsage * usage)
{
  const ScoreUsageCounter *counter;

  score_json_begin (out, "usage", '{');
  for (counter = score_usage_counters; counter->name != NULL; counter++) {
    guint64 value = SCORE_USAGE_COUNTER (usage, counter);

    if (value != 0 || !counter->is_rare)
      score_json_add_integer (out, counter->name, value);
  }
  add_number (out, "cost", usage->cost);
  score_json_end (out, '}');
}

/* Latencies and options: the builder let only these types in. */
static gboolean
add_field (GQuark field, const GValue * value, gpointer user_data)
{
  GString *out = user_data;
  const gchar *name = g_quark_to_string (field);

  if (G_VALUE_HOLDS_STRING (value))
    score_json_add_string (out, name, g_value_get_string (value));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    score_json_add_boolean (out, name, g_value_get_boolean (value));
  else if (G_VALUE_HOLDS_DOUBLE (value))
    score_json_add_double (out, name, g_value_get_double (value));
  else if (G_VALUE_HOLDS_UINT64 (value))
    score_json_add_integer (out, name, g_value_get_uint64 (value));
  else
    score_json_add_integer (out, name, g_value_get_int64 (value));
  return TRUE;
}

static void
add_structure (GString * out, const gchar * name,
    const GstStructure * structure)
{
  if (structure == NULL)
    return;
  score_json_begin (out, name, '{');
  gst_structure_foreach (structure, add_field, out);
  score_json_end (out, '}');
}

static void
add_head (GString * out, const GstScoreResult * self)
{
  score_json_add_string (out, "schema", GST_SCORE_RECORD_SCHEMA);
  score_json_add_string (out, "episode_id", self->episode_id);
  add_text (out, "task", self->task);
  add_text (out, "method", self->method);
  add_text (out, "provider", self->provider);
  add_text (out, "model", self->model);
  score_json_add_string (out, "status", self->error ? "failed" : "scored");
  if (self->provisional)
    score_json_add_boolean (out, "provisional", TRUE);
  add_text (out, "outcome", self->outcome);
  if (self->error != NULL)
    add_error (out, self->error);
  add_number (out, "progress", self->progress);
  add_number (out, "mean_progress", self->mean_progress);
  score_json_add_boolean (out, "success", gst_score_result_is_success (self));
  score_json_add_double (out, "success_threshold", self->success_threshold);
  add_time (out, "timestamp", self->timestamp);
  add_time (out, "stream_time", self->stream_time);
  add_time (out, "running_time", self->running_time);
  add_time (out, "duration", self->duration);
  score_json_add_integer (out, "n_frames", self->n_frames);
}

/**
 * gst_score_result_to_json:
 * @result: a #GstScoreResult
 *
 * Writes the result as a record: a JSON object (%GST_SCORE_RECORD_SCHEMA) on one
 * line, without a line break at its end.
 *
 * Its members are, in this order: `schema`, `episode_id`, `task`, `method`,
 * `provider`, `model`, `status` ("scored" or "failed"), `provisional` (only when
 * true), `outcome`, `error` (`code`, one of the nicks of #GstScoreError, and
 * `message`; only of failed episodes), `progress`, `mean_progress`, `success`,
 * `success_threshold`, `timestamp`, `stream_time`, `running_time`, `duration`,
 * `n_frames`, `objects`, `completion_state`, `samples`, `notes`, `usage`,
 * `latency` (nanoseconds by stage) and `options`. A sample has `index`,
 * `timestamp`, `stream_time`, `running_time`, `utc_time`, `progress`, `raw_value`,
 * `success_probability`, `flags`, `description` and `reason`.
 *
 * Times are integers in nanoseconds. What is unknown is left out. The text is
 * valid UTF-8, and numbers have as few digits as read back equal.
 *
 * Returns: (transfer full): the record
 *
 * Since: 0.1
 */
gchar *
gst_score_result_to_json (const GstScoreResult * result)
{
  GString *out;

  g_return_val_if_fail (result != NULL, NULL);

  out = g_string_sized_new (4096);
  score_json_begin (out, NULL, '{');
  add_head (out, result);
  add_strings (out, "objects", gst_score_result_get_objects (result));
  add_text (out, "completion_state", result->completion_state);
  score_json_begin (out, "samples", '[');
  for (guint i = 0; i < result->samples->len; i++)
    add_sample (out, g_ptr_array_index (result->samples, i));
  score_json_end (out, ']');
  add_strings (out, "notes", gst_score_result_get_notes (result));
  if (result->usage != NULL)
    add_usage (out, result->usage);
  add_structure (out, "latency", result->latencies);
  add_structure (out, "options", result->options);
  score_json_end (out, '}');
  return g_string_free (out, FALSE);
}
