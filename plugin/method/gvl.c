/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* GVL, Generative Value Learning (arXiv 2411.04549): all frames in one question,
 * shuffled but for the first, which is shown in front as 0 %. As Robometer's
 * evaluation runs it (arXiv 2603.02115): 8 frames, the first one among the
 * shuffled too. Unlike there, red is not swapped with blue, the shuffle is
 * drawn from the episode's id and task, and a frame that the model leaves out is
 * asked for again, then interpolated and flagged; it does not make the curve
 * shorter.
 * gvl-ask.c words the question, gvl-answer.c reads the answer. */

#include "method/gvl-private.h"

#include <gst/score/gstscoreerror.h>
#include <math.h>

#include "method/curve.h"
#include "method/rows.h"
#include "method/select.h"
#include "method/text.h"

static ScoreRun *
begin (const ScoreMethodSettings * settings, ScoreEpisode * episode)
{
  Gvl *self = g_new0 (Gvl, 1);

  self->run.method = &score_method_gvl;
  self->prompts = score_prompts_ref (settings->prompts);
  self->episode = score_episode_ref (episode);
  self->examples = settings->examples;
  self->task = score_text_one_line (score_episode_get_task (episode),
      SCORE_GVL_TEXT_SIZE);
  self->max_frames = MAX (settings->max_frames, 2);
  return &self->run;
}

static void
free_run (ScoreRun * run)
{
  Gvl *self = (Gvl *) run;

  g_clear_pointer (&self->repair, score_question_free);
  for (guint i = 0; i < self->n; i++)
    g_free (self->descriptions[i]);
  g_free (self->descriptions);
  g_free (self->clamped);
  g_free (self->progress);
  g_free (self->order);
  g_free (self->indices);
  g_clear_error (&self->error);
  g_free (self->task);
  score_episode_unref (self->episode);
  score_prompts_unref (self->prompts);
  g_free (self);
}

static void
choose_frames (Gvl * self)
{
  guint n_samples = score_episode_get_n_samples (self->episode);

  self->indices = g_new0 (guint, self->max_frames);
  self->n = score_select_gvl (n_samples, self->max_frames, self->indices);
  self->order = g_new0 (guint, self->n);
  self->progress = g_new0 (gdouble, self->n);
  self->clamped = g_new0 (gboolean, self->n);
  self->descriptions = g_new0 (gchar *, self->n);
  for (guint i = 0; i < self->n; i++)
    self->progress[i] = NAN;
}

static ScoreQuestion *
ask (ScoreRun * run)
{
  Gvl *self = (Gvl *) run;

  if (self->error != NULL || !score_episode_is_closed (self->episode)
      || score_episode_get_n_samples (self->episode) == 0)
    return NULL;
  if (self->asked)
    return g_steal_pointer (&self->repair);
  self->asked = TRUE;
  choose_frames (self);
  return score_gvl_make_question (self, NULL);
}

static gboolean
is_done (ScoreRun * run)
{
  Gvl *self = (Gvl *) run;

  if (self->error != NULL || self->known)
    return TRUE;
  return score_episode_is_closed (self->episode)
      && score_episode_get_n_samples (self->episode) == 0;
}

static void
add_row (Gvl * self, GstScoreResultBuilder * builder, guint frame,
    gboolean filled)
{
  GstScoreSample row;

  score_row_init (&row, score_episode_get_sample (self->episode,
          self->indices[frame]), frame);
  row.progress = self->progress[frame];
  row.description = self->descriptions[frame];
  if (filled)
    row.flags |= GST_SCORE_SAMPLE_INTERPOLATED | GST_SCORE_SAMPLE_NOT_DESCRIBED;
  if (self->clamped[frame])
    row.flags |= GST_SCORE_SAMPLE_CLAMPED;
  gst_score_result_builder_add_sample (builder, &row);
}

static void
add_notes (Gvl * self, GstScoreResultBuilder * builder, guint n_filled)
{
  g_autofree gchar *filled =
      g_strdup_printf ("%u of %u frames were not judged, "
      "asked twice; their progress is interpolated", n_filled, self->n);

  if (self->repaired)
    gst_score_result_builder_add_note (builder,
        "the answer could not be used as it was, and was asked for again");
  if (n_filled > 0)
    gst_score_result_builder_add_note (builder, filled);
  if (self->fractions)
    gst_score_result_builder_add_note (builder,
        "the model gave shares of 1, not percentages");
}

static gboolean
finish (ScoreRun * run, GstScoreResultBuilder * builder, GError ** error)
{
  Gvl *self = (Gvl *) run;
  g_autofree guint64 *times = NULL;
  g_autofree gboolean *filled = NULL;
  guint n_filled = 0;

  if (self->error != NULL)
    return score_method_fail (&self->error, NULL, error);
  if (self->n == 0)
    return score_method_fail (&self->error,
        g_error_new_literal (GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
            "the episode has no frames"), error);
  times = g_new (guint64, self->n);
  filled = g_new0 (gboolean, self->n);
  for (guint i = 0; i < self->n; i++)
    times[i] = score_rows_get_elapsed (self->episode, self->indices[i]);
  score_curve_fill (self->progress, times, self->n, filled);
  for (guint i = 0; i < self->n; i++) {
    add_row (self, builder, i, filled[i]);
    n_filled += filled[i];
  }
  add_notes (self, builder, n_filled);
  return TRUE;
}

static void
describe_failure (ScoreRun * run, GstScoreResultBuilder * builder)
{
  score_rows_add_bare (builder, ((Gvl *) run)->episode);
}

const ScoreMethod score_method_gvl = {
  .nick = "gvl",
  .blurb = "All frames shuffled in one question, the first as the anchor (any "
      "model that sees pictures)",
  .needs = SCORE_ABILITY_CHAT,
  .needs_what = "needs a model that sees pictures and answers in words",
  .framerate = 10.0,
  .max_frames = 8,
  .oversampling = 8,
  .begin = begin,
  .free = free_run,
  .ask = ask,
  .answer = score_gvl_answer,
  .is_done = is_done,
  .finish = finish,
  .describe_failure = describe_failure,
};
