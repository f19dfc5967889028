/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* The method of the SCORE paper: which objects matter; what state they are in,
 * frame by frame; and, from these words alone, how much of the task is done.
 * The files: score-ask.c words the questions, score-answer.c reads the answers,
 * score-sofar.c judges what
 * is known before the end, this one says what comes when and what comes out. */

#include "method/score-private.h"

#include <math.h>

#include "method/curve.h"
#include "method/rows.h"
#include "method/text.h"

/* Samples that the objects are looked for in, once there are so many. */
#define OBJECT_SAMPLES 4

static void
free_frame (gpointer data)
{
  ScoreFrame *frame = data;

  g_free (frame->description);
  g_free (frame->reason);
  g_free (frame);
}

static ScoreRun *
begin (const ScoreMethodSettings * settings, ScoreEpisode * episode)
{
  ScoreStages *self = g_new0 (ScoreStages, 1);

  self->run.method = &score_method_score;
  self->prompts = score_prompts_ref (settings->prompts);
  self->episode = score_episode_ref (episode);
  self->task = score_text_one_line (score_episode_get_task (episode),
      SCORE_TEXT_SIZE);
  self->batch = MAX (settings->describe_batch, 1);
  self->frames = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
      free_frame);
  self->n_dropped = score_episode_get_n_dropped (episode);
  g_queue_init (&self->repairs);
  if (settings->objects)
    self->objects = score_stages_clean_objects (settings->objects,
        &self->too_many_objects);
  return &self->run;
}

static void
free_run (ScoreRun * run)
{
  ScoreStages *self = (ScoreStages *) run;

  g_queue_clear_full (&self->repairs, (GDestroyNotify) score_question_free);
  g_hash_table_unref (self->frames);
  g_clear_error (&self->error);
  g_free (self->completion_state);
  g_free (self->first_state);
  g_strfreev (self->objects);
  g_free (self->task);
  score_episode_unref (self->episode);
  score_prompts_unref (self->prompts);
  g_free (self);
}

ScoreFrame *
score_stages_get_frame (ScoreStages * self, guint64 id)
{
  return g_hash_table_lookup (self->frames, &id);
}

static GHashTable *
collect_ids (ScoreStages * self)
{
  GHashTable *ids = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < score_episode_get_n_samples (self->episode); i++)
    g_hash_table_add (ids, &score_episode_get_sample (self->episode, i)->id);
  return ids;
}

/* So what is remembered does not grow with the length of the episode. */
void
score_stages_forget_dropped (ScoreStages * self)
{
  g_autoptr (GHashTable) kept = NULL;
  guint n_dropped = score_episode_get_n_dropped (self->episode);
  GHashTableIter iter;
  gpointer value;

  if (n_dropped == self->n_dropped)
    return;
  self->n_dropped = n_dropped;
  kept = collect_ids (self);
  g_hash_table_iter_init (&iter, self->frames);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    ScoreFrame *frame = value;

    if (g_hash_table_contains (kept, &frame->id))
      continue;
    self->n_in_vain += frame->state != SCORE_FRAME_MISSING;
    g_hash_table_iter_remove (&iter);
  }
}

static ScoreQuestion *
next_repair (ScoreStages * self)
{
  ScoreQuestion *question;

  while ((question = g_queue_pop_head (&self->repairs)) != NULL) {
    if (score_stages_wants (self, question->tag))
      return question;
    score_question_free (question);
  }
  return NULL;
}

static ScoreQuestion *
next_objects (ScoreStages * self)
{
  guint n = score_episode_get_n_samples (self->episode);

  if (self->objects_asked || (n < MIN (OBJECT_SAMPLES, self->batch)
          && !score_episode_is_closed (self->episode)))
    return NULL;
  self->objects_asked = TRUE;
  return score_stages_ask_objects (self);
}

static void
add_frame (ScoreStages * self, guint index)
{
  ScoreFrame *frame = g_new0 (ScoreFrame, 1);

  frame->id = score_episode_get_sample (self->episode, index)->id;
  frame->progress = NAN;
  g_hash_table_insert (self->frames, &frame->id, frame);
}

/* The first samples that nobody was asked about, at most a batch of them. */
static guint
find_new (ScoreStages * self, guint * indices)
{
  guint n_samples = score_episode_get_n_samples (self->episode), n = 0;

  for (guint i = 0; i < n_samples && n < self->batch; i++) {
    if (!score_stages_get_frame (self,
            score_episode_get_sample (self->episode, i)->id))
      indices[n++] = i;
  }
  return n;
}

/* What was asked about and dropped is forgotten by now, so that the rest is new. */
static guint
count_new (ScoreStages * self)
{
  return score_episode_get_n_samples (self->episode)
      - g_hash_table_size (self->frames);
}

static ScoreQuestion *
next_describe (ScoreStages * self)
{
  g_autofree guint *indices = NULL;
  guint n = count_new (self);

  if (n == 0 || (n < self->batch && !score_episode_is_closed (self->episode)))
    return NULL;
  indices = g_new (guint, MIN (n, self->batch));
  n = find_new (self, indices);
  for (guint i = 0; i < n; i++)
    add_frame (self, indices[i]);
  return score_stages_ask_describe (self, indices, n);
}

/* FALSE while a description is still to come. */
static gboolean
count_missing (ScoreStages * self, guint * n_missing)
{
  GHashTableIter iter;
  gpointer value;

  *n_missing = 0;
  g_hash_table_iter_init (&iter, self->frames);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    ScoreFrame *frame = value;

    if (frame->state == SCORE_FRAME_ASKED)
      return FALSE;
    *n_missing += frame->state == SCORE_FRAME_MISSING;
  }
  return TRUE;
}

/* Called when every sample was asked about. */
static ScoreQuestion *
next_progress (ScoreStages * self)
{
  guint n_samples = score_episode_get_n_samples (self->episode), n_missing;

  if (self->progress_asked || !score_episode_is_closed (self->episode)
      || !count_missing (self, &n_missing))
    return NULL;
  if (2 * n_missing > n_samples) {
    score_method_fail (&self->error, g_error_new (GST_SCORE_ERROR,
            GST_SCORE_ERROR_BAD_REPLY, "the model described only %u of %u "
            "samples, asked twice", n_samples - n_missing, n_samples), NULL);
    return NULL;
  }
  self->progress_asked = TRUE;
  return score_stages_ask_progress (self);
}

static ScoreQuestion *
ask (ScoreRun * run)
{
  ScoreStages *self = (ScoreStages *) run;
  ScoreQuestion *question;

  score_stages_forget_dropped (self);
  if (self->error || self->progress_known
      || score_episode_get_n_samples (self->episode) == 0)
    return NULL;
  question = next_repair (self);
  if (!question && !self->objects)
    return next_objects (self);
  if (!question)
    question = next_describe (self);
  return question ? question : next_progress (self);
}

static gboolean
is_done (ScoreRun * run)
{
  ScoreStages *self = (ScoreStages *) run;

  if (self->error || self->progress_known)
    return TRUE;
  return score_episode_is_closed (self->episode)
      && score_episode_get_n_samples (self->episode) == 0;
}

static void
add_notes (ScoreStages * self, GstScoreResultBuilder * builder, guint n_missing,
    guint n_filled)
{
  score_rows_note_count (builder, self->n_in_vain,
      "description was made of a sample that was dropped later",
      "descriptions were made of samples that were dropped later");
  score_rows_note_count (builder, self->n_repairs,
      "answer could not be used as it was, and was asked for again",
      "answers could not be used as they were, and were asked for again");
  score_rows_note_count (builder, n_missing, "sample has no description",
      "samples have no description");
  score_rows_note_count (builder, n_filled,
      "sample was not judged; its progress is interpolated",
      "samples were not judged; their progress is interpolated");
  if (self->from_zero)
    gst_score_result_builder_add_note (builder,
        "the model counted frames from 0; they were counted from 1");
  if (self->percent)
    gst_score_result_builder_add_note (builder,
        "the model gave progress in percent; it was divided by 100");
  if (self->too_many_objects)
    gst_score_result_builder_add_note (builder,
        "the model named more than 32 objects; the first 32 were kept");
}

static void
add_sample (ScoreStages * self, GstScoreResultBuilder * builder, guint index,
    gdouble progress, gboolean filled)
{
  ScoreSample *sample = score_episode_get_sample (self->episode, index);
  ScoreFrame *frame = score_stages_get_frame (self, sample->id);
  GstScoreSample out;

  score_row_init (&out, sample, index);
  out.progress = progress;
  if (filled)
    out.flags |= GST_SCORE_SAMPLE_INTERPOLATED;
  if (!frame || !frame->description)
    out.flags |= GST_SCORE_SAMPLE_NOT_DESCRIBED;
  if (frame) {
    out.flags |= frame->clamped ? GST_SCORE_SAMPLE_CLAMPED : 0;
    out.description = frame->description;
    out.reason = frame->reason;
  }
  gst_score_result_builder_add_sample (builder, &out);
}

static void
set_objects (ScoreStages * self, GstScoreResultBuilder * builder)
{
  if (self->objects)
    gst_score_result_builder_set_objects (builder,
        (const gchar * const *) self->objects);
}

/* @values: n progress values; @filled: which of them the model did not give. */
static void
add_samples (ScoreStages * self, GstScoreResultBuilder * builder,
    const gdouble * values, const gboolean * filled, guint n)
{
  guint n_missing = 0, n_filled = 0;

  for (guint i = 0; i < n; i++) {
    ScoreSample *sample = score_episode_get_sample (self->episode, i);
    ScoreFrame *frame = score_stages_get_frame (self, sample->id);

    n_missing += frame && frame->state == SCORE_FRAME_MISSING;
    n_filled += filled[i];
    add_sample (self, builder, i, values[i], filled[i]);
  }
  set_objects (self, builder);
  add_notes (self, builder, n_missing, n_filled);
}

static gboolean
fill_curve (ScoreStages * self, gdouble * values, gboolean * filled, guint n)
{
  g_autofree guint64 *times = g_new (guint64, n);

  for (guint i = 0; i < n; i++) {
    ScoreFrame *frame = score_stages_get_frame (self,
        score_episode_get_sample (self->episode, i)->id);

    times[i] = score_rows_get_elapsed (self->episode, i);
    values[i] = frame ? frame->progress : NAN;
  }
  return score_curve_fill (values, times, n, filled);
}

static gboolean
finish (ScoreRun * run, GstScoreResultBuilder * builder, GError ** error)
{
  ScoreStages *self = (ScoreStages *) run;
  guint n = score_episode_get_n_samples (self->episode);
  g_autofree gdouble *values = g_new (gdouble, n);
  g_autofree gboolean *filled = g_new0 (gboolean, n);

  score_stages_forget_dropped (self);
  if (self->error)
    return score_method_fail (&self->error, NULL, error);
  if (n == 0)
    return score_method_fail (&self->error,
        g_error_new_literal (GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
            "the episode has no frames"), error);
  if (!fill_curve (self, values, filled, n))
    return score_method_fail (&self->error,
        g_error_new_literal (GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
            "the model judged none of the samples"), error);
  add_samples (self, builder, values, filled, n);
  if (self->completion_state)
    gst_score_result_builder_set_completion_state (builder,
        self->completion_state);
  return TRUE;
}

static void
describe_failure (ScoreRun * run, GstScoreResultBuilder * builder)
{
  ScoreStages *self = (ScoreStages *) run;
  guint n = score_episode_get_n_samples (self->episode);
  g_autofree gdouble *values = g_new (gdouble, n);
  g_autofree gboolean *filled = g_new0 (gboolean, n);

  score_stages_forget_dropped (self);
  for (guint i = 0; i < n; i++)
    values[i] = NAN;
  add_samples (self, builder, values, filled, n);
}

/* None found may be the fault of the first frames: not worth keeping. */
static const gchar *const *
get_objects (ScoreRun * run)
{
  ScoreStages *self = (ScoreStages *) run;

  return self->objects && self->objects[0] ?
      (const gchar * const *) self->objects : NULL;
}

const ScoreMethod score_method_score = {
  .nick = "score",
  .blurb = "Describe what the frames show, then judge the descriptions "
      "(any model that sees pictures)",
  .needs = SCORE_ABILITY_CHAT,
  .needs_what = "needs a model that sees pictures and answers in words",
  .framerate = 2.0,
  .max_frames = 32,
  .begin = begin,
  .free = free_run,
  .ask = ask,
  .answer = score_stages_answer,
  .is_done = is_done,
  .finish = finish,
  .describe_failure = describe_failure,
  .get_objects = get_objects,
  .get_known = score_stages_get_known,
  .ask_so_far = score_stages_next_so_far,
  .judge_so_far = score_stages_judge_so_far,
};
