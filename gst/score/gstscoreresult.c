/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoreresult-private.h>

G_DEFINE_BOXED_TYPE (GstScoreResult, gst_score_result, gst_score_result_ref,
    gst_score_result_unref);

GstScoreResult *
score_result_new (void)
{
  GstScoreResult *self = g_new0 (GstScoreResult, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->progress = self->mean_progress = NAN;
  self->success_threshold = SCORE_DEFAULT_SUCCESS_THRESHOLD;
  self->timestamp = self->stream_time = GST_CLOCK_TIME_NONE;
  self->running_time = self->duration = GST_CLOCK_TIME_NONE;
  self->samples =
      g_ptr_array_new_with_free_func ((GDestroyNotify) score_sample_free);
  self->by_time = g_ptr_array_new ();
  self->objects = g_ptr_array_new_with_free_func (g_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
free_result (GstScoreResult * self)
{
  g_free (self->episode_id);
  g_free (self->task);
  g_free (self->method);
  g_free (self->provider);
  g_free (self->model);
  g_free (self->outcome);
  g_clear_error (&self->error);
  g_ptr_array_unref (self->by_time);
  g_ptr_array_unref (self->samples);
  g_ptr_array_unref (self->objects);
  g_free (self->completion_state);
  g_ptr_array_unref (self->notes);
  g_free (self->usage);
  g_clear_pointer (&self->latencies, gst_structure_free);
  g_clear_pointer (&self->options, gst_structure_free);
  g_free (self);
}

/**
 * gst_score_result_ref:
 * @result: a #GstScoreResult
 *
 * Takes another reference. May be called from any thread.
 *
 * Returns: (transfer full): @result
 *
 * Since: 0.1
 */
GstScoreResult *
gst_score_result_ref (GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);

  g_atomic_ref_count_inc (&result->ref_count);
  return result;
}

/**
 * gst_score_result_unref:
 * @result: (transfer full): a #GstScoreResult
 *
 * Gives a reference back; with the last one the result is freed. May be called
 * from any thread.
 *
 * Since: 0.1
 */
void
gst_score_result_unref (GstScoreResult * result)
{
  g_return_if_fail (result != NULL);

  if (g_atomic_ref_count_dec (&result->ref_count))
    free_result (result);
}

/**
 * gst_score_result_get_episode_id:
 * @result: a #GstScoreResult
 *
 * Gets what the episode is called, in its messages, metas and record.
 *
 * Returns: (transfer none): the episode's id
 *
 * Since: 0.1
 */
const gchar *
gst_score_result_get_episode_id (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return result->episode_id;
}

/**
 * gst_score_result_get_task:
 * @result: a #GstScoreResult
 *
 * Gets the instruction that the episode was judged by.
 *
 * Returns: (transfer none) (nullable): the task, or %NULL when none was known
 *
 * Since: 0.1
 */
const gchar *
gst_score_result_get_task (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return result->task;
}

/**
 * gst_score_result_get_method:
 * @result: a #GstScoreResult
 *
 * Gets the name of the method that turned answers into progress.
 *
 * Returns: (transfer none) (nullable): the method, for instance "score"
 *
 * Since: 0.1
 */
const gchar *
gst_score_result_get_method (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return result->method;
}

/**
 * gst_score_result_get_provider:
 * @result: a #GstScoreResult
 *
 * Gets the wire dialect of the server that was asked.
 *
 * Returns: (transfer none) (nullable): the provider, for instance "openai"
 *
 * Since: 0.1
 */
const gchar *
gst_score_result_get_provider (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return result->provider;
}

/**
 * gst_score_result_get_model:
 * @result: a #GstScoreResult
 *
 * Gets the name of the model that was asked.
 *
 * Returns: (transfer none) (nullable): the model's name
 *
 * Since: 0.1
 */
const gchar *
gst_score_result_get_model (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return result->model;
}

/**
 * gst_score_result_get_outcome:
 * @result: a #GstScoreResult
 *
 * Gets what the application said of the episode's outcome when it ended it.
 * Nothing is judged by it.
 *
 * Returns: (transfer none) (nullable): the outcome
 *
 * Since: 0.1
 */
const gchar *
gst_score_result_get_outcome (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return result->outcome;
}

/**
 * gst_score_result_is_scored:
 * @result: a #GstScoreResult
 *
 * Tells whether every sample has a progress. Otherwise the episode has failed
 * and gst_score_result_get_error() says why.
 *
 * Returns: %TRUE when the episode was scored
 *
 * Since: 0.1
 */
gboolean
gst_score_result_is_scored (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, FALSE);
  return result->error == NULL;
}

/**
 * gst_score_result_is_provisional:
 * @result: a #GstScoreResult
 *
 * Tells whether the result was computed before the episode was complete. A final
 * one will follow.
 *
 * Returns: %TRUE when the result is provisional
 *
 * Since: 0.1
 */
gboolean
gst_score_result_is_provisional (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, FALSE);
  return result->provisional;
}

/**
 * gst_score_result_is_success:
 * @result: a #GstScoreResult
 *
 * Tells whether the episode was scored and its last sample reached the success
 * threshold.
 *
 * Returns: %TRUE when the task was done
 *
 * Since: 0.1
 */
gboolean
gst_score_result_is_success (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, FALSE);
  return result->error == NULL && result->progress >= result->success_threshold;
}

/**
 * gst_score_result_get_success_threshold:
 * @result: a #GstScoreResult
 *
 * Gets the progress at or above which the last sample makes a success.
 *
 * Returns: the threshold, from 0 to 1
 *
 * Since: 0.1
 */
gdouble
gst_score_result_get_success_threshold (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NAN);
  return result->success_threshold;
}

/**
 * gst_score_result_get_error:
 * @result: a #GstScoreResult
 *
 * Gets why the episode failed.
 *
 * Returns: (transfer none) (nullable): an error of %GST_SCORE_ERROR, or %NULL
 *     when the episode was scored
 *
 * Since: 0.1
 */
const GError *
gst_score_result_get_error (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return result->error;
}

/**
 * gst_score_result_get_progress:
 * @result: a #GstScoreResult
 *
 * Gets the progress of the last sample: how much of the task was done in the end.
 *
 * Returns: the progress, from 0 to 1, or NAN when the episode failed
 *
 * Since: 0.1
 */
gdouble
gst_score_result_get_progress (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NAN);
  return result->progress;
}

/**
 * gst_score_result_get_mean_progress:
 * @result: a #GstScoreResult
 *
 * Gets the plain mean of the progress of all samples.
 *
 * Returns: the mean progress, from 0 to 1, or NAN when the episode failed
 *
 * Since: 0.1
 */
gdouble
gst_score_result_get_mean_progress (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NAN);
  return result->mean_progress;
}

/**
 * gst_score_result_get_timestamp:
 * @result: a #GstScoreResult
 *
 * Gets the presentation time stamp of the episode's first frame.
 *
 * Returns: nanoseconds, or %GST_CLOCK_TIME_NONE
 *
 * Since: 0.1
 */
GstClockTime
gst_score_result_get_timestamp (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, GST_CLOCK_TIME_NONE);
  return result->timestamp;
}

/**
 * gst_score_result_get_stream_time:
 * @result: a #GstScoreResult
 *
 * Gets the stream time of the episode's first frame.
 *
 * Returns: nanoseconds, or %GST_CLOCK_TIME_NONE
 *
 * Since: 0.1
 */
GstClockTime
gst_score_result_get_stream_time (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, GST_CLOCK_TIME_NONE);
  return result->stream_time;
}

/**
 * gst_score_result_get_running_time:
 * @result: a #GstScoreResult
 *
 * Gets the running time of the episode's first frame.
 *
 * Returns: nanoseconds, or %GST_CLOCK_TIME_NONE
 *
 * Since: 0.1
 */
GstClockTime
gst_score_result_get_running_time (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, GST_CLOCK_TIME_NONE);
  return result->running_time;
}

/**
 * gst_score_result_get_duration:
 * @result: a #GstScoreResult
 *
 * Gets how long the episode lasted.
 *
 * Returns: nanoseconds, or %GST_CLOCK_TIME_NONE
 *
 * Since: 0.1
 */
GstClockTime
gst_score_result_get_duration (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, GST_CLOCK_TIME_NONE);
  return result->duration;
}

/**
 * gst_score_result_get_n_frames:
 * @result: a #GstScoreResult
 *
 * Gets how many frames the episode had, of which the samples were kept.
 *
 * Returns: the number of frames
 *
 * Since: 0.1
 */
guint64
gst_score_result_get_n_frames (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, 0);
  return result->n_frames;
}

/**
 * gst_score_result_get_n_samples:
 * @result: a #GstScoreResult
 *
 * Gets how many samples there are.
 *
 * Returns: the number of samples
 *
 * Since: 0.1
 */
guint
gst_score_result_get_n_samples (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, 0);
  return result->samples->len;
}

/**
 * gst_score_result_get_sample:
 * @result: a #GstScoreResult
 * @index: which sample, from 0, less than gst_score_result_get_n_samples()
 *
 * Gets one sample; they come in the order of the episode.
 *
 * Returns: (transfer none): the sample
 *
 * Since: 0.1
 */
const GstScoreSample *
gst_score_result_get_sample (const GstScoreResult * result, guint index)
{
  g_return_val_if_fail (result != NULL, NULL);
  g_return_val_if_fail (index < result->samples->len, NULL);
  return g_ptr_array_index (result->samples, index);
}

/**
 * gst_score_result_get_objects:
 * @result: a #GstScoreResult
 *
 * Gets the objects that matter to the task, as the model named them.
 *
 * Returns: (transfer none) (array zero-terminated=1) (element-type utf8): the
 *     objects; empty when none are known
 *
 * Since: 0.1
 */
const gchar *const *
gst_score_result_get_objects (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return (const gchar * const *) result->objects->pdata;
}

/**
 * gst_score_result_get_completion_state:
 * @result: a #GstScoreResult
 *
 * Gets the text that says what all of the task done looks like.
 *
 * Returns: (transfer none) (nullable): the completion state
 *
 * Since: 0.1
 */
const gchar *
gst_score_result_get_completion_state (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return result->completion_state;
}

/**
 * gst_score_result_get_notes:
 * @result: a #GstScoreResult
 *
 * Gets what a reader should know of how the result came about, such as answers
 * that had to be repaired. Each note is a sentence.
 *
 * Returns: (transfer none) (array zero-terminated=1) (element-type utf8): the
 *     notes; empty when there are none
 *
 * Since: 0.1
 */
const gchar *const *
gst_score_result_get_notes (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return (const gchar * const *) result->notes->pdata;
}

/**
 * gst_score_result_get_usage:
 * @result: a #GstScoreResult
 *
 * Gets what the episode cost.
 *
 * Returns: (transfer none) (nullable): the counters, or %NULL when they are
 *     unknown
 *
 * Since: 0.1
 */
const GstScoreUsage *
gst_score_result_get_usage (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return result->usage;
}

/**
 * gst_score_result_get_latencies:
 * @result: a #GstScoreResult
 *
 * Gets how long the stages of the scoring took. Each field is named by its stage
 * and is a #guint64 of nanoseconds.
 *
 * Returns: (transfer none) (nullable): the latencies, or %NULL when they are
 *     unknown
 *
 * Since: 0.1
 */
const GstStructure *
gst_score_result_get_latencies (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return result->latencies;
}

/**
 * gst_score_result_get_options:
 * @result: a #GstScoreResult
 *
 * Gets the options that influenced the result. Each field is a string, a
 * #gboolean, a #gint64 or a #gdouble.
 *
 * Returns: (transfer none) (nullable): the options, or %NULL when they are
 *     unknown
 *
 * Since: 0.1
 */
const GstStructure *
gst_score_result_get_options (const GstScoreResult * result)
{
  g_return_val_if_fail (result != NULL, NULL);
  return result->options;
}
