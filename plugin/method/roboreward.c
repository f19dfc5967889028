/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* RoboReward (arXiv 2601.00675): a model that was trained to give a video a
 * score from 1 to 5 by a rubric. The question is the text that it was trained on,
 * word for word; it is published in the model card teetone/RoboReward-8B under
 * CC-BY-4.0 (prompts/roboreward.txt).
 *
 * One question an episode, whose value every sample gets; or, with dense, a
 * question for every beginning of the episode, asked as soon as its last sample
 * is there. Where the episode outgrows max-frames in the meantime, what was
 * asked of the samples that stay is kept: they were judged by more frames than
 * are left, not by others. */

#include "method/method.h"

#include <gst/score/gstscoreerror.h>

#include "method/rows.h"
#include "method/rubric.h"
#include "method/text.h"

#define TASK_SIZE 2000          /* bytes */
#define QUOTE_SIZE 80           /* of an answer that cannot be read */
/* What the model was trained with. */
#define FRAMERATE 1.0
#define MAX_TOKENS 128

/* A beginning of the episode, named by its last sample. */
typedef struct
{
  guint64 id;
  guint score;                  /* 0: asked, not answered */
} Verdict;

typedef struct
{
  ScoreRun run;
  ScorePrompts *prompts;
  ScoreEpisode *episode;
  gchar *task;
  gboolean dense;
  GHashTable *verdicts;         /* id -> Verdict */
  GError *error;                /* the episode has failed */
} RoboReward;

static ScoreRun *
begin (const ScoreMethodSettings * settings, ScoreEpisode * episode)
{
  RoboReward *self = g_new0 (RoboReward, 1);

  self->run.method = &score_method_roboreward;
  self->prompts = score_prompts_ref (settings->prompts);
  self->episode = score_episode_ref (episode);
  self->task = score_text_one_line (score_episode_get_task (episode),
      TASK_SIZE);
  self->dense = settings->dense;
  self->verdicts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
      g_free);
  return &self->run;
}

static void
free_run (ScoreRun * run)
{
  RoboReward *self = (RoboReward *) run;

  g_hash_table_unref (self->verdicts);
  g_clear_error (&self->error);
  g_free (self->task);
  score_episode_unref (self->episode);
  score_prompts_unref (self->prompts);
  g_free (self);
}

static guint64
get_id (RoboReward * self, guint index)
{
  return score_episode_get_sample (self->episode, index)->id;
}

static Verdict *
find_verdict (RoboReward * self, guint64 id)
{
  return g_hash_table_lookup (self->verdicts, &id);
}

/* The model takes no video of a single frame, so that one is shown twice, as
 * those who trained it do. */
static void
add_video (RoboReward * self, ScoreRequest * request, guint last)
{
  g_autoptr (GArray) stills = g_array_new (FALSE, FALSE, sizeof (ScoreStill));

  for (guint i = 0; i <= MAX (last, 1); i++) {
    ScoreStill still = score_rows_get_still (self->episode, MIN (i, last));

    g_array_append_val (stills, still);
  }
  score_request_add_video (request, (const ScoreStill *) stills->data,
      stills->len, FRAMERATE);
}

static ScoreQuestion *
ask_about (RoboReward * self, guint last)
{
  ScoreRequest *request = score_request_new ("reward", NULL);
  g_autofree gchar *text = score_prompts_expand (self->prompts, "roboreward",
      "task", self->task, NULL);
  Verdict *verdict = g_new0 (Verdict, 1);
  guint64 id = get_id (self, last);

  verdict->id = id;
  g_hash_table_insert (self->verdicts, &verdict->id, verdict);
  score_request_set_greedy (request, MAX_TOKENS);
  add_video (self, request, last);
  score_request_add_text (request, text);
  return score_question_new (request, g_memdup2 (&id, sizeof id), g_free);
}

static ScoreQuestion *
ask (ScoreRun * run)
{
  RoboReward *self = (RoboReward *) run;
  guint n = score_episode_get_n_samples (self->episode);
  guint first = self->dense || n == 0 ? 0 : n - 1;

  if (self->error != NULL || (!self->dense
          && !score_episode_is_closed (self->episode)))
    return NULL;
  for (guint i = first; i < n; i++) {
    if (find_verdict (self, get_id (self, i)) == NULL)
      return ask_about (self, i);
  }
  return NULL;
}

static GError *
describe_unreadable (const ScoreReply * reply)
{
  g_autofree gchar *quote = score_text_one_line (reply->text, QUOTE_SIZE);

  return g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
      "the answer gives no score from 1 to 5 (ANSWER: 4); is this a RoboReward "
      "model? It said: \"%s\"", quote);
}

/* Nobody waits for what was asked of a sample that was dropped. */
static gboolean
is_wanted (RoboReward * self, guint64 id)
{
  for (guint i = score_episode_get_n_samples (self->episode); i > 0; i--) {
    if (get_id (self, i - 1) == id)
      return TRUE;
  }
  return FALSE;
}

static gboolean
answer (ScoreRun * run, ScoreQuestion * question, const ScoreReply * reply,
    GError ** error)
{
  RoboReward *self = (RoboReward *) run;
  Verdict *verdict = find_verdict (self, *(guint64 *) question->tag);

  if (self->error != NULL)
    return score_method_fail (&self->error, NULL, error);
  if (!is_wanted (self, verdict->id))
    return TRUE;
  if (!score_reply_check (reply, &self->error))
    return score_method_fail (&self->error, NULL, error);
  verdict->score = score_rubric_read (reply->text);
  if (verdict->score == 0)
    return score_method_fail (&self->error, describe_unreadable (reply), error);
  return TRUE;
}

/* Whether every sample, or the last one, has its score. */
static gboolean
is_judged (RoboReward * self)
{
  guint n = score_episode_get_n_samples (self->episode);

  for (guint i = self->dense || n == 0 ? 0 : n - 1; i < n; i++) {
    const Verdict *verdict = find_verdict (self, get_id (self, i));

    if (verdict == NULL || verdict->score == 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_done (ScoreRun * run)
{
  RoboReward *self = (RoboReward *) run;

  return self->error != NULL || (score_episode_is_closed (self->episode)
      && is_judged (self));
}

static gboolean
finish (ScoreRun * run, GstScoreResultBuilder * builder, GError ** error)
{
  RoboReward *self = (RoboReward *) run;
  guint n = score_episode_get_n_samples (self->episode);
  g_autofree guint *indices = g_new (guint, n);
  g_autofree gdouble *progress = g_new (gdouble, n);

  if (self->error != NULL)
    return score_method_fail (&self->error, NULL, error);
  if (n == 0)
    return score_method_fail (&self->error,
        g_error_new_literal (GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
            "the episode has no frames"), error);
  for (guint i = 0; i < n; i++) {
    guint64 id = get_id (self, self->dense ? i : n - 1);

    indices[i] = i;
    progress[i] = (find_verdict (self, id)->score - 1) / 4.0;
  }
  score_rows_add (builder, self->episode, indices, progress, NULL, n);
  return TRUE;
}

static void
describe_failure (ScoreRun * run, GstScoreResultBuilder * builder)
{
  score_rows_add_bare (builder, ((RoboReward *) run)->episode);
}

const ScoreMethod score_method_roboreward = {
  .nick = "roboreward",
  .blurb = "A score from 1 to 5 for the whole episode, by a rubric (a server "
      "with teetone/RoboReward-4B or -8B)",
  .needs = SCORE_ABILITY_CHAT,
  .needs_what = "needs a chat server with a RoboReward model",
  .framerate = FRAMERATE,
  .max_frames = 64,
  .begin = begin,
  .free = free_run,
  .ask = ask,
  .answer = answer,
  .is_done = is_done,
  .finish = finish,
  .describe_failure = describe_failure,
};
