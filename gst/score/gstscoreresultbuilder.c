/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoreresult-private.h>
#include <gst/score/gstscoreerror.h>

struct _GstScoreResultBuilder
{
  gatomicrefcount ref_count;
  GstScoreResult *result;       /* NULL after the end */
};

G_DEFINE_BOXED_TYPE (GstScoreResultBuilder, gst_score_result_builder,
    gst_score_result_builder_ref, gst_score_result_builder_unref);

/* Text comes from models, tags and properties; records and messages must be
 * valid UTF-8 all the same. */
static void
set_text (gchar ** where, const gchar * text)
{
  g_free (*where);
  *where = text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

static GstClockTime
limit_time (GstClockTime time)
{
  return time <= SCORE_MAX_INTEGER ? time : GST_CLOCK_TIME_NONE;
}

/**
 * gst_score_result_builder_new:
 * @episode_id: what the episode is called; not empty
 * @task: (nullable): the instruction that it is judged by
 *
 * Begins a result: scored until an error is set, final, with no times, and with
 * a success threshold of 0.9. Text that is not valid UTF-8 is made so, here and
 * in the other functions of the builder.
 *
 * Returns: (transfer full): a new builder
 *
 * Since: 0.1
 */
GstScoreResultBuilder *
gst_score_result_builder_new (const gchar * episode_id, const gchar * task)
{
  GstScoreResultBuilder *self;

  g_return_val_if_fail (episode_id != NULL && *episode_id != '\0', NULL);

  self = g_new0 (GstScoreResultBuilder, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->result = score_result_new ();
  set_text (&self->result->episode_id, episode_id);
  set_text (&self->result->task, task);
  return self;
}

/**
 * gst_score_result_builder_ref:
 * @builder: a #GstScoreResultBuilder
 *
 * Takes another reference.
 *
 * Returns: (transfer full): @builder
 *
 * Since: 0.1
 */
GstScoreResultBuilder *
gst_score_result_builder_ref (GstScoreResultBuilder * builder)
{
  g_return_val_if_fail (builder != NULL, NULL);

  g_atomic_ref_count_inc (&builder->ref_count);
  return builder;
}

/**
 * gst_score_result_builder_unref:
 * @builder: (transfer full): a #GstScoreResultBuilder
 *
 * Gives a reference back; with the last one the builder is freed.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_unref (GstScoreResultBuilder * builder)
{
  g_return_if_fail (builder != NULL);

  if (!g_atomic_ref_count_dec (&builder->ref_count))
    return;
  g_clear_pointer (&builder->result, gst_score_result_unref);
  g_free (builder);
}

/**
 * gst_score_result_builder_set_source:
 * @builder: a #GstScoreResultBuilder
 * @method: (nullable): name of the method
 * @provider: (nullable): name of the provider
 * @model: (nullable): name of the model
 *
 * Sets who judged the episode.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_source (GstScoreResultBuilder * builder,
    const gchar * method, const gchar * provider, const gchar * model)
{
  g_return_if_fail (builder != NULL && builder->result != NULL);

  set_text (&builder->result->method, method);
  set_text (&builder->result->provider, provider);
  set_text (&builder->result->model, model);
}

/**
 * gst_score_result_builder_set_times:
 * @builder: a #GstScoreResultBuilder
 * @timestamp: presentation time stamp of the first frame
 * @stream_time: stream time of the first frame
 * @running_time: running time of the first frame
 * @duration: how long the episode lasted
 *
 * Sets when the episode was, in nanoseconds. Each may be %GST_CLOCK_TIME_NONE,
 * and what is past %G_MAXINT64 is taken for that.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_times (GstScoreResultBuilder * builder,
    GstClockTime timestamp, GstClockTime stream_time,
    GstClockTime running_time, GstClockTime duration)
{
  g_return_if_fail (builder != NULL && builder->result != NULL);

  builder->result->timestamp = limit_time (timestamp);
  builder->result->stream_time = limit_time (stream_time);
  builder->result->running_time = limit_time (running_time);
  builder->result->duration = limit_time (duration);
}

/**
 * gst_score_result_builder_set_n_frames:
 * @builder: a #GstScoreResultBuilder
 * @n_frames: how many frames the episode had
 *
 * Sets the number of frames. It and all other counters stop at %G_MAXINT64.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_n_frames (GstScoreResultBuilder * builder,
    guint64 n_frames)
{
  g_return_if_fail (builder != NULL && builder->result != NULL);

  builder->result->n_frames = MIN (n_frames, SCORE_MAX_INTEGER);
}

/**
 * gst_score_result_builder_set_outcome:
 * @builder: a #GstScoreResultBuilder
 * @outcome: (nullable): what the application says of the outcome
 *
 * Sets the outcome that came with the end of the episode.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_outcome (GstScoreResultBuilder * builder,
    const gchar * outcome)
{
  g_return_if_fail (builder != NULL && builder->result != NULL);

  set_text (&builder->result->outcome, outcome);
}

/**
 * gst_score_result_builder_set_provisional:
 * @builder: a #GstScoreResultBuilder
 * @provisional: whether the episode is not complete yet
 *
 * Sets whether a final result will follow.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_provisional (GstScoreResultBuilder * builder,
    gboolean provisional)
{
  g_return_if_fail (builder != NULL && builder->result != NULL);

  builder->result->provisional = provisional != FALSE;
}

/**
 * gst_score_result_builder_set_success_threshold:
 * @builder: a #GstScoreResultBuilder
 * @threshold: a progress from 0 to 1
 *
 * Sets the progress at or above which the last sample makes a success.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_success_threshold (GstScoreResultBuilder * builder,
    gdouble threshold)
{
  g_return_if_fail (builder != NULL && builder->result != NULL);
  g_return_if_fail (threshold >= 0.0 && threshold <= 1.0);

  builder->result->success_threshold = threshold;
}

/**
 * gst_score_result_builder_set_error:
 * @builder: a #GstScoreResultBuilder
 * @error: (nullable): why the episode failed, or %NULL when it did not
 *
 * Makes the result a failed one, in which no sample has a progress, a raw value
 * or a success probability. An error of another domain than %GST_SCORE_ERROR keeps
 * its message and becomes a %GST_SCORE_ERROR_DROPPED.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_error (GstScoreResultBuilder * builder,
    const GError * error)
{
  g_return_if_fail (builder != NULL && builder->result != NULL);

  g_clear_error (&builder->result->error);
  if (error != NULL) {
    g_autofree gchar *message = g_utf8_make_valid (error->message, -1);
    gboolean ours = error->domain == GST_SCORE_ERROR
        && gst_score_error_to_nick (error->code) != NULL;

    builder->result->error = g_error_new_literal (GST_SCORE_ERROR,
        ours ? error->code : GST_SCORE_ERROR_DROPPED, message);
  }
}

/**
 * gst_score_result_builder_add_sample:
 * @builder: a #GstScoreResultBuilder
 * @sample: the next sample of the episode; copied
 *
 * Adds a sample. A progress outside 0 to 1 is clamped and flagged
 * %GST_SCORE_SAMPLE_CLAMPED, a success probability is clamped; any number that is
 * infinite is none.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_add_sample (GstScoreResultBuilder * builder,
    const GstScoreSample * sample)
{
  GstScoreSample *copy;

  g_return_if_fail (builder != NULL && builder->result != NULL);
  g_return_if_fail (sample != NULL);

  copy = g_memdup2 (sample, sizeof *sample);
  copy->description = copy->reason = NULL;
  set_text ((gchar **) & copy->description, sample->description);
  set_text ((gchar **) & copy->reason, sample->reason);
  copy->timestamp = limit_time (sample->timestamp);
  copy->stream_time = limit_time (sample->stream_time);
  copy->running_time = limit_time (sample->running_time);
  copy->utc_time = limit_time (sample->utc_time);
  copy->flags &= GST_SCORE_SAMPLE_INTERPOLATED | GST_SCORE_SAMPLE_NOT_DESCRIBED
      | GST_SCORE_SAMPLE_CLAMPED | GST_SCORE_SAMPLE_FLOOR;
  score_sample_limit_numbers (copy);
  g_ptr_array_add (builder->result->samples, copy);
}

/**
 * gst_score_result_builder_set_objects:
 * @builder: a #GstScoreResultBuilder
 * @objects: (nullable) (array zero-terminated=1) (element-type utf8): the objects
 *     that matter to the task
 *
 * Sets the objects, in place of those set before.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_objects (GstScoreResultBuilder * builder,
    const gchar * const *objects)
{
  g_return_if_fail (builder != NULL && builder->result != NULL);

  g_ptr_array_set_size (builder->result->objects, 0);
  for (; objects != NULL && *objects != NULL; objects++)
    g_ptr_array_add (builder->result->objects, g_utf8_make_valid (*objects,
            -1));
}

/**
 * gst_score_result_builder_set_completion_state:
 * @builder: a #GstScoreResultBuilder
 * @text: (nullable): what all of the task done looks like
 *
 * Sets the completion state.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_completion_state (GstScoreResultBuilder * builder,
    const gchar * text)
{
  g_return_if_fail (builder != NULL && builder->result != NULL);

  set_text (&builder->result->completion_state, text);
}

/**
 * gst_score_result_builder_add_note:
 * @builder: a #GstScoreResultBuilder
 * @note: a sentence on how the result came about
 *
 * Adds a note.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_add_note (GstScoreResultBuilder * builder,
    const gchar * note)
{
  g_return_if_fail (builder != NULL && builder->result != NULL);
  g_return_if_fail (note != NULL);

  g_ptr_array_add (builder->result->notes, g_utf8_make_valid (note, -1));
}

/**
 * gst_score_result_builder_set_usage:
 * @builder: a #GstScoreResultBuilder
 * @usage: (nullable): the counters, or %NULL when they are unknown; copied
 *
 * Sets what the episode cost.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_usage (GstScoreResultBuilder * builder,
    const GstScoreUsage * usage)
{
  const ScoreUsageCounter *counter;
  GstScoreUsage *copy;

  g_return_if_fail (builder != NULL && builder->result != NULL);

  g_clear_pointer (&builder->result->usage, g_free);
  if (usage == NULL)
    return;
  copy = g_memdup2 (usage, sizeof *usage);
  for (counter = score_usage_counters; counter->name != NULL; counter++) {
    guint64 *value = &SCORE_USAGE_COUNTER (copy, counter);

    *value = MIN (*value, SCORE_MAX_INTEGER);
  }
  if (!isfinite (copy->cost) || copy->cost < 0)
    copy->cost = NAN;
  builder->result->usage = copy;
}

/**
 * gst_score_result_builder_set_latency:
 * @builder: a #GstScoreResultBuilder
 * @stage: name of the stage: a letter, then letters, digits and `_-+.:/`, 64 at
 *     most
 * @latency: how long the stage took, in nanoseconds
 *
 * Sets the latency of a stage, in place of the one set before.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_latency (GstScoreResultBuilder * builder,
    const gchar * stage, GstClockTime latency)
{
  g_return_if_fail (builder != NULL && builder->result != NULL);
  g_return_if_fail (stage != NULL && score_field_name_is_valid (stage));
  g_return_if_fail (GST_CLOCK_TIME_IS_VALID (latency));

  if (builder->result->latencies == NULL)
    builder->result->latencies = gst_structure_new_empty ("latency");
  gst_structure_set (builder->result->latencies, stage, G_TYPE_UINT64,
      MIN (latency, SCORE_MAX_INTEGER), NULL);
}

static void
set_integer (GValue * option, const GValue * value)
{
  GValue integer = G_VALUE_INIT;

  g_value_init (&integer, G_TYPE_INT64);
  g_value_transform (value, &integer);
  g_value_init (option, G_TYPE_INT64);
  g_value_set_int64 (option, g_value_get_int64 (&integer));
}

static void
set_string (GValue * option, const GValue * value)
{
  const gchar *text = g_value_get_string (value);

  if (text != NULL) {
    g_value_init (option, G_TYPE_STRING);
    g_value_take_string (option, g_utf8_make_valid (text, -1));
  }
}

static void
set_serialized (GValue * option, const GValue * value)
{
  gchar *text = gst_value_serialize (value);

  if (text != NULL) {
    g_value_init (option, G_TYPE_STRING);
    g_value_take_string (option, text);
  }
}

/* Leaves @option uninitialised where there is nothing to tell. */
static void
convert_option (GValue * option, const GValue * value)
{
  GType type = G_VALUE_TYPE (value);
  gdouble number;

  if (type == G_TYPE_STRING) {
    set_string (option, value);
  } else if (type == G_TYPE_BOOLEAN) {
    g_value_init (option, type);
    g_value_copy (value, option);
  } else if (type == G_TYPE_DOUBLE || type == G_TYPE_FLOAT) {
    number = type == G_TYPE_DOUBLE ? g_value_get_double (value)
        : (gdouble) g_value_get_float (value);
    if (isfinite (number)) {
      g_value_init (option, G_TYPE_DOUBLE);
      g_value_set_double (option, number);
    }
  } else if (type == G_TYPE_INT || type == G_TYPE_UINT || type == G_TYPE_LONG
      || type == G_TYPE_INT64 || ((type == G_TYPE_UINT64
              && g_value_get_uint64 (value) <= SCORE_MAX_INTEGER))) {
    set_integer (option, value);
  } else {
    set_serialized (option, value);
  }
}

static gboolean
add_option (GQuark name, const GValue * value, gpointer user_data)
{
  GstStructure *options = user_data;
  GValue option = G_VALUE_INIT;

  g_return_val_if_fail (score_field_name_is_valid (g_quark_to_string (name)),
      TRUE);

  convert_option (&option, value);
  if (G_IS_VALUE (&option))
    gst_structure_id_take_value (options, name, &option);
  return TRUE;
}

/**
 * gst_score_result_builder_set_options:
 * @builder: a #GstScoreResultBuilder
 * @options: (nullable): the options by name, named as stages of latency are
 *
 * Sets the options that influenced the result, in place of those set before.
 * They are copied: integers become #gint64, floating-point numbers #gdouble,
 * strings and booleans stay, and everything else becomes the string of
 * gst_value_serialize(). Empty strings stay, %NULL and NAN do not.
 *
 * Since: 0.1
 */
void
gst_score_result_builder_set_options (GstScoreResultBuilder * builder,
    const GstStructure * options)
{
  GstStructure *copy;

  g_return_if_fail (builder != NULL && builder->result != NULL);

  g_clear_pointer (&builder->result->options, gst_structure_free);
  if (options == NULL)
    return;
  copy = gst_structure_new_empty ("options");
  gst_structure_foreach (options, add_option, copy);
  if (gst_structure_n_fields (copy) > 0)
    builder->result->options = copy;
  else
    gst_structure_free (copy);
}

/* A result says scored only when every sample has a progress. */
static void
check_samples (GstScoreResult * self)
{
  if (self->error == NULL && self->samples->len == 0)
    self->error = g_error_new_literal (GST_SCORE_ERROR,
        GST_SCORE_ERROR_BAD_REPLY, "The episode has no sample to judge.");
  for (guint i = 0; self->error == NULL && i < self->samples->len; i++) {
    const GstScoreSample *sample = g_ptr_array_index (self->samples, i);

    if (isnan (sample->progress))
      self->error = g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
          "Sample %u was given no progress.", sample->index);
  }
}

static gint
compare_stream_time (gconstpointer a, gconstpointer b)
{
  const GstScoreSample *left = *(GstScoreSample * const *) a;
  const GstScoreSample *right = *(GstScoreSample * const *) b;

  return (left->stream_time > right->stream_time)
      - (left->stream_time < right->stream_time);
}

static void
compute_progress (GstScoreResult * self)
{
  gdouble sum = 0.0;

  for (guint i = 0; i < self->samples->len; i++) {
    GstScoreSample *sample = g_ptr_array_index (self->samples, i);

    if (self->error != NULL)
      sample->progress = sample->raw_value = sample->success_probability = NAN;
    sum += sample->progress;
    self->progress = sample->progress;
    if (GST_CLOCK_TIME_IS_VALID (sample->stream_time))
      g_ptr_array_add (self->by_time, sample);
  }
  if (self->error == NULL)
    self->mean_progress = sum / self->samples->len;
  g_ptr_array_sort (self->by_time, compare_stream_time);
}

/**
 * gst_score_result_builder_end:
 * @builder: a #GstScoreResultBuilder
 *
 * Ends the building. The builder is used up by it and good for nothing but
 * gst_score_result_builder_unref().
 *
 * Without an error, a result that has no samples, or a sample without a
 * progress, becomes a failed one with %GST_SCORE_ERROR_BAD_REPLY: no number is
 * made up.
 *
 * Returns: (transfer full): the result
 *
 * Since: 0.1
 */
GstScoreResult *
gst_score_result_builder_end (GstScoreResultBuilder * builder)
{
  GstScoreResult *self;

  g_return_val_if_fail (builder != NULL && builder->result != NULL, NULL);

  self = g_steal_pointer (&builder->result);
  check_samples (self);
  compute_progress (self);
  g_ptr_array_add (self->objects, NULL);
  g_ptr_array_add (self->notes, NULL);
  return self;
}
