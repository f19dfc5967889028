/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/outputs.h"

#include "engine/answercache.h"
#include "engine/resultslog.h"
#include "engine/samplesfolder.h"

struct _ScoreOutputs
{
  ScoreResultsLog *log;         /* each NULL where it is not wanted */
  ScoreSamplesFolder *samples;
  ScoreAnswerCache *answers;
  gboolean is_loss_told;        /* that an answer could not be kept */
  void (*warning) (const GError * error, gpointer user_data);
  gpointer user_data;
};

static gboolean
open_files (ScoreOutputs * self, const ScoreSettings * settings,
    GError ** error)
{
  if (settings->results_location != NULL && (self->log =
          score_results_log_open (settings->results_location, error)) == NULL)
    return FALSE;
  if (settings->cache_location != NULL && (self->answers =
          score_answer_cache_open (settings->cache_location,
              settings->cache_max_bytes, error)) == NULL)
    return FALSE;
  return settings->samples_location == NULL || (self->samples =
      score_samples_folder_open (settings->samples_location, error)) != NULL;
}

ScoreOutputs *
score_outputs_open (const ScoreSettings * settings,
    void (*warning) (const GError * error, gpointer user_data),
    gpointer user_data, GError ** error)
{
  g_autoptr (ScoreOutputs) self = g_new0 (ScoreOutputs, 1);

  self->warning = warning;
  self->user_data = user_data;
  return open_files (self, settings, error) ? g_steal_pointer (&self) : NULL;
}

void
score_outputs_close (ScoreOutputs * self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->log, score_results_log_close);
  g_clear_pointer (&self->samples, score_samples_folder_close);
  g_clear_pointer (&self->answers, score_answer_cache_close);
  g_free (self);
}

static void
write_record (ScoreOutputs * self, GstScoreResult * result)
{
  g_autoptr (GError) error = NULL;

  if (self->log != NULL
      && !score_results_log_append (self->log, result, &error))
    self->warning (error, self->user_data);
}

static void
write_samples (ScoreOutputs * self, GstScoreResult * result,
    ScoreEpisode * episode)
{
  g_autoptr (GError) error = NULL;

  if (self->samples != NULL && !score_samples_folder_add (self->samples, result,
          episode, &error))
    self->warning (error, self->user_data);
}

void
score_outputs_add_result (ScoreOutputs * self, GstScoreResult * result,
    ScoreEpisode * episode)
{
  write_record (self, result);
  write_samples (self, result, episode);
}

gboolean
score_outputs_has_answers (const ScoreOutputs * self)
{
  return self->answers != NULL;
}

void
score_outputs_keep_answer (ScoreOutputs * self, const ScoreReply * reply)
{
  g_autoptr (GError) error = NULL;

  if (reply->key == NULL || score_answer_cache_put (self->answers, reply->key,
          reply->body, &error) || self->is_loss_told)
    return;
  self->is_loss_told = TRUE;
  self->warning (error, self->user_data);
}

GBytes *
score_outputs_recall (const gchar * key, gpointer outputs)
{
  const ScoreOutputs *self = outputs;

  return score_answer_cache_get (self->answers, key);
}
