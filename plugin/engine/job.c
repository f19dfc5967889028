/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/job.h"

#include <gst/score/gstscoreerror.h>

#include "method/rows.h"

typedef struct
{
  gint64 asking;                /* microseconds on the wire, summed */
  gint64 waiting;               /* in the queue or pausing, summed */
} Stage;

ScoreJob *
score_job_new (guint64 number, const gchar * id)
{
  ScoreJob *self = g_new0 (ScoreJob, 1);

  self->number = number;
  self->usage = (GstScoreUsage) GST_SCORE_USAGE_INIT;
  self->episode = score_episode_new (id);
  self->cancellable = g_cancellable_new ();
  self->notes = g_ptr_array_new_with_free_func (g_free);
  self->stages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_free);
  self->timestamp = self->stream_time = self->running_time = self->duration =
      GST_CLOCK_TIME_NONE;
  return self;
}

static void
clear_timer (ScoreJob * self)
{
  if (self->timer == NULL)
    return;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

void
score_job_free (ScoreJob * self)
{
  if (self == NULL)
    return;
  g_assert (self->n_asked == 0 && self->provisional == NULL);
  clear_timer (self);
  if (self->run != NULL)
    self->run->method->free (self->run);
  score_episode_unref (self->episode);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->notes);
  g_hash_table_unref (self->stages);
  g_clear_error (&self->error);
  g_free (self);
}

/* It would come too late. */
static void
cancel_provisional (ScoreJob * self)
{
  if (self->provisional != NULL)
    g_cancellable_cancel (self->provisional);
}

void
score_job_close (ScoreJob * self, const ScoreEpisodeFacts * facts)
{
  self->timestamp = facts->timestamp;
  self->stream_time = facts->stream_time;
  self->running_time = facts->running_time;
  self->duration = facts->duration;
  self->n_frames = facts->n_frames;
  if (facts->note != NULL)
    g_ptr_array_add (self->notes, g_strdup (facts->note));
  /* of whom nothing was asked before its end, nothing was asked in vain */
  if (facts->n_dropped > 0 && (self->n_asked > 0 || self->usage.requests > 0))
    g_ptr_array_add (self->notes, g_strdup_printf ("%u samples were dropped "
            "again, as the episode was longer than expected; see "
            "expected-duration", facts->n_dropped));
  self->closed_at = g_get_monotonic_time ();
  score_episode_close (self->episode, facts->outcome);
  cancel_provisional (self);
}

void
score_job_fail (ScoreJob * self, const GError * error)
{
  if (self->error == NULL)
    self->error = g_error_copy (error);
  clear_timer (self);
  g_cancellable_cancel (self->cancellable);
  cancel_provisional (self);
}

void
score_job_stop_asking (ScoreJob * self, const GError * error)
{
  if (self->error != NULL)
    return;
  self->error = g_error_copy (error);
  self->spent = TRUE;
}

static Stage *
get_stage (ScoreJob * self, const gchar * name)
{
  Stage *stage = g_hash_table_lookup (self->stages, name);

  if (stage == NULL) {
    stage = g_new0 (Stage, 1);
    g_hash_table_insert (self->stages, g_strdup (name), stage);
  }
  return stage;
}

void
score_job_add_cost (ScoreJob * self, const ScoreRequest * request,
    const ScoreCallCost * cost, const ScoreReply * reply)
{
  Stage *stage = get_stage (self, score_request_get_name (request));
  GstScoreUsage *usage = &self->usage;

  stage->asking += cost->time_asking;
  stage->waiting += cost->time_waiting;
  usage->requests += cost->requests;
  usage->retries += cost->retries;
  usage->rate_limited += cost->rate_limited;
  usage->bytes_sent += cost->bytes_sent;
  usage->bytes_received += cost->bytes_received;
  usage->images += (guint64) cost->requests *
      score_request_get_n_images (request);
  if (reply == NULL)
    return;
  self->n_answers++;
  self->n_recalled += reply->recalled;
  usage->input_tokens += reply->tokens.input_tokens;
  usage->cached_tokens += reply->tokens.cached_tokens;
  usage->output_tokens += reply->tokens.output_tokens;
  usage->reasoning_tokens += reply->tokens.reasoning_tokens;
}

static void
add_latencies (ScoreJob * self, GstScoreResultBuilder * builder)
{
  GHashTableIter iter;
  gpointer name, value;
  gint64 waiting = 0;

  g_hash_table_iter_init (&iter, self->stages);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    const Stage *stage = value;

    gst_score_result_builder_set_latency (builder, name,
        (GstClockTime) stage->asking * GST_USECOND);
    waiting += stage->waiting;
  }
  gst_score_result_builder_set_latency (builder, "waiting",
      (GstClockTime) waiting * GST_USECOND);
  if (self->closed_at != 0)
    gst_score_result_builder_set_latency (builder, "final",
        (GstClockTime) (g_get_monotonic_time () - self->closed_at) *
        GST_USECOND);
}

static void
add_notes (ScoreJob * self, GstScoreResultBuilder * builder)
{
  for (guint i = 0; i < self->notes->len; i++)
    gst_score_result_builder_add_note (builder,
        g_ptr_array_index (self->notes, i));
  if (self->n_recalled > 0) {
    g_autofree gchar *note = g_strdup_printf ("%u of %u answers are those of "
        "earlier questions, from cache-location", self->n_recalled,
        self->n_answers);

    gst_score_result_builder_add_note (builder, note);
  }
}

static void
add_usage (const ScoreJob * self, GstScoreResultBuilder * builder,
    const ScorePrices * prices)
{
  GstScoreUsage usage = self->usage;
  const ScoreTokens tokens = {
    .input_tokens = usage.input_tokens,
    .cached_tokens = usage.cached_tokens,
    .output_tokens = usage.output_tokens,
  };

  usage.cost = score_prices_get_cost (prices, &tokens);
  gst_score_result_builder_set_usage (builder, &usage);
}

static void
add_judgement (ScoreJob * self, GstScoreResultBuilder * builder)
{
  if (self->error == NULL && self->run->method->finish (self->run, builder,
          &self->error))
    return;
  if (self->run != NULL)
    self->run->method->describe_failure (self->run, builder);
  else
    score_rows_add_bare (builder, self->episode);
  gst_score_result_builder_set_error (builder, self->error);
}

static GstScoreResultBuilder *
begin_result (ScoreJob * self, const ScoreSetup * setup, const gchar * model,
    gdouble success_threshold)
{
  GstScoreResultBuilder *builder =
      gst_score_result_builder_new (score_episode_get_id (self->episode),
      score_episode_get_task (self->episode));

  gst_score_result_builder_set_source (builder, setup->method->nick,
      setup->server->provider->nick, model);
  gst_score_result_builder_set_success_threshold (builder, success_threshold);
  gst_score_result_builder_set_options (builder, setup->options);
  return builder;
}

static GstScoreResult *
end_result (ScoreJob * self, const ScoreSetup * setup,
    GstScoreResultBuilder * builder)
{
  add_usage (self, builder, &setup->budget.prices);
  add_latencies (self, builder);
  return gst_score_result_builder_end (builder);
}

GstScoreResult *
score_job_make_result (ScoreJob * self, const ScoreSetup * setup,
    const gchar * model, gdouble success_threshold)
{
  g_autoptr (GstScoreResultBuilder) builder = NULL;

  g_assert (self->run != NULL || self->error != NULL);
  builder = begin_result (self, setup, model, success_threshold);
  gst_score_result_builder_set_times (builder, self->timestamp,
      self->stream_time, self->running_time, self->duration);
  gst_score_result_builder_set_n_frames (builder, self->n_frames);
  gst_score_result_builder_set_outcome (builder,
      score_episode_get_outcome (self->episode));
  add_judgement (self, builder);
  add_notes (self, builder);
  return end_result (self, setup, builder);
}

/* The first frame is always a sample; how many frames came is not known here. */
GstScoreResult *
score_job_make_provisional (ScoreJob * self, const ScoreSetup * setup,
    const gchar * model, gdouble success_threshold,
    const ScoreQuestion * question, const ScoreReply * reply, GError ** error)
{
  const ScoreSample *first = score_episode_get_sample (self->episode, 0);
  g_autoptr (GstScoreResultBuilder) builder =
      begin_result (self, setup, model, success_threshold);

  gst_score_result_builder_set_provisional (builder, TRUE);
  gst_score_result_builder_set_times (builder, first->timestamp,
      first->stream_time, first->running_time, self->judged.newest);
  if (!self->run->method->judge_so_far (self->run, question, reply, builder,
          error))
    return NULL;
  return end_result (self, setup, builder);
}
