/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* TOPReward (arXiv 2602.19313): the model is told that the video shows the task
 * done, and the log-probability with which it calls that true is the value of the
 * video's last frame. One question for each of up to 15 beginnings of the
 * episode, which topreward-plan.c chooses; the frames between are interpolated.
 * The wording is the original's (github.com/jcoleharrison/TOPReward, MIT
 * License), in prompts/topreward.txt.
 *
 * A question is known by the samples that it shows. When the episode outgrows
 * max-frames and loses samples, what was asked of other frames than are left is
 * forgotten and asked anew: so the result is the same whenever the answers
 * come. */

#include "method/method.h"

#include <gst/score/gstscoreerror.h>
#include <math.h>
#include <string.h>

#include "method/rows.h"
#include "method/text.h"
#include "method/topreward-plan.h"

#define TASK_SIZE 2000          /* bytes */
#define FRAMERATE 2.0           /* as published, whatever the true one is */
#define ANSWER "true"
#define LEAST_REST 1e-6         /* what rounding leaves of a probability */

typedef enum
{
  PREFIX_ASKED,
  PREFIX_KNOWN,
  PREFIX_REFUSED,
} PrefixState;

/* A beginning of the episode. */
typedef struct
{
  guint64 number;               /* of the question; its tag */
  guint length;
  guint64 *ids;                 /* of the samples that it shows */
  PrefixState state;
  gdouble logprob;
  gboolean is_floor;            /* the true one is no greater */
} Prefix;

typedef struct
{
  ScoreRun run;
  ScorePrompts *prompts;
  ScoreEpisode *episode;
  gchar *task;
  guint max_frames;
  gboolean chat_template;
  ScoreNormalize normalize;

  GPtrArray *prefixes;          /* of Prefix */
  guint64 next_number;
  guint n_dropped;              /* of the episode, when @prefixes was last cleared */
  guint n_in_vain;
  GError *error;                /* the episode has failed */
} TopReward;

static void
free_prefix (gpointer data)
{
  Prefix *prefix = data;

  g_free (prefix->ids);
  g_free (prefix);
}

static ScoreRun *
begin (const ScoreMethodSettings * settings, ScoreEpisode * episode)
{
  TopReward *self = g_new0 (TopReward, 1);

  self->run.method = &score_method_topreward;
  self->prompts = score_prompts_ref (settings->prompts);
  self->episode = score_episode_ref (episode);
  self->task = score_text_one_line (score_episode_get_task (episode),
      TASK_SIZE);
  self->max_frames = MAX (settings->max_frames, 2);
  self->chat_template = settings->chat_template;
  self->normalize = settings->normalize;
  self->prefixes = g_ptr_array_new_with_free_func (free_prefix);
  self->n_dropped = score_episode_get_n_dropped (episode);
  return &self->run;
}

static void
free_run (ScoreRun * run)
{
  TopReward *self = (TopReward *) run;

  g_ptr_array_unref (self->prefixes);
  g_clear_error (&self->error);
  g_free (self->task);
  score_episode_unref (self->episode);
  score_prompts_unref (self->prompts);
  g_free (self);
}

static gboolean
shows_what_is_left (TopReward * self, const Prefix * prefix)
{
  if (prefix->length > score_episode_get_n_samples (self->episode))
    return FALSE;
  for (guint i = 0; i < prefix->length; i++) {
    if (score_episode_get_sample (self->episode, i)->id != prefix->ids[i])
      return FALSE;
  }
  return TRUE;
}

static void
forget_dropped (TopReward * self)
{
  guint n_dropped = score_episode_get_n_dropped (self->episode);

  if (n_dropped == self->n_dropped)
    return;
  self->n_dropped = n_dropped;
  for (guint i = self->prefixes->len; i > 0; i--) {
    if (shows_what_is_left (self, g_ptr_array_index (self->prefixes, i - 1)))
      continue;
    g_ptr_array_remove_index (self->prefixes, i - 1);
    self->n_in_vain++;
  }
}

/* Where nothing was dropped, so many samples that end in the same one are the
 * same ones. */
static Prefix *
find_prefix (TopReward * self, guint length)
{
  guint64 last = score_episode_get_sample (self->episode, length - 1)->id;

  for (guint i = 0; i < self->prefixes->len; i++) {
    Prefix *prefix = g_ptr_array_index (self->prefixes, i);

    if (prefix->length == length && prefix->ids[length - 1] == last)
      return prefix;
  }
  return NULL;
}

static Prefix *
find_number (TopReward * self, guint64 number)
{
  for (guint i = 0; i < self->prefixes->len; i++) {
    Prefix *prefix = g_ptr_array_index (self->prefixes, i);

    if (prefix->number == number)
      return prefix;
  }
  return NULL;
}

static guint
make_plan (TopReward * self, guint * lengths)
{
  return score_topreward_plan (score_episode_get_n_samples (self->episode),
      self->max_frames, score_episode_is_closed (self->episode), lengths);
}

/* A single frame is no video: it is shown twice, as the original does. */
static void
add_video (TopReward * self, ScoreRequest * request, guint length)
{
  guint n = MAX (length, 2);
  g_autofree ScoreStill *stills = g_new (ScoreStill, n);

  for (guint i = 0; i < n; i++)
    stills[i] = score_rows_get_still (self->episode, MIN (i, length - 1));
  score_request_add_video (request, stills, n, FRAMERATE);
}

/* Behind a chat template the answer starts a turn; without one it goes on with
 * the sentence, and the blank is a part of its token. */
static ScoreRequest *
make_request (TopReward * self, guint length)
{
  ScoreRequest *request = score_request_new ("prefix", NULL);
  g_autofree gchar *text = score_prompts_expand (self->prompts, "topreward",
      "task", self->task, NULL);

  add_video (self, request, length);
  score_request_add_text (request, text);
  score_request_set_greedy (request, 1);
  score_request_want_token (request, self->chat_template ? "True" : " True");
  if (!self->chat_template)
    score_request_set_open_ended (request);
  return request;
}

static ScoreQuestion *
ask_about (TopReward * self, guint length)
{
  Prefix *prefix = g_new0 (Prefix, 1);

  prefix->number = self->next_number++;
  prefix->length = length;
  prefix->logprob = NAN;
  prefix->ids = g_new (guint64, length);
  for (guint i = 0; i < length; i++)
    prefix->ids[i] = score_episode_get_sample (self->episode, i)->id;
  g_ptr_array_add (self->prefixes, prefix);
  return score_question_new (make_request (self, length),
      g_memdup2 (&prefix->number, sizeof prefix->number), g_free);
}

static ScoreQuestion *
ask (ScoreRun * run)
{
  TopReward *self = (TopReward *) run;
  guint lengths[SCORE_TOPREWARD_PREFIXES], n;

  forget_dropped (self);
  if (self->error)
    return NULL;
  n = make_plan (self, lengths);
  for (guint i = 0; i < n; i++) {
    if (find_prefix (self, lengths[i]) == NULL)
      return ask_about (self, lengths[i]);
  }
  return NULL;
}

static gboolean
is_affirmative (const gchar * token)
{
  g_autofree gchar *word = g_strstrip (g_ascii_strdown (token, -1));

  return strcmp (word, ANSWER) == 0;
}

/* Where the answer is not among the likeliest tokens, it is less likely than the
 * last of these, and no likelier than what they leave of 1: a server that names
 * nothing but "False" says more than "less than that". */
static void
read_chances (Prefix * prefix, const GArray * chances)
{
  gdouble best = -INFINITY, least = 0.0, rest = 1.0;

  for (guint i = 0; i < chances->len; i++) {
    const ScoreChance *chance = &g_array_index (chances, ScoreChance, i);

    least = MIN (least, chance->logprob);
    rest -= exp (chance->logprob);
    if (is_affirmative (chance->token))
      best = MAX (best, chance->logprob);
  }
  prefix->state = PREFIX_KNOWN;
  prefix->is_floor = !isfinite (best);
  if (prefix->is_floor)
    best = MIN (least, log (MAX (rest, LEAST_REST)));
  prefix->logprob = best;
}

/* An answer without log-probabilities is the server's way and not the question's
 * fault: nothing is to be had from the other questions either. */
static gboolean
answer (ScoreRun * run, ScoreQuestion * question, const ScoreReply * reply,
    GError ** error)
{
  TopReward *self = (TopReward *) run;
  Prefix *prefix = find_number (self, *(const guint64 *) question->tag);
  gboolean is_refused = reply->refusal != NULL
      || reply->finish == SCORE_FINISH_FILTERED;

  if (self->error)
    return score_method_fail (&self->error, NULL, error);
  if (reply->chances == NULL && !is_refused)
    return score_method_fail (&self->error,
        g_error_new_literal (GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
            SCORE_REPLY_NO_CHANCES), error);
  if (prefix == NULL)
    return TRUE;
  if (reply->chances != NULL)
    read_chances (prefix, reply->chances);
  else
    prefix->state = PREFIX_REFUSED;
  return TRUE;
}

static gboolean
is_done (ScoreRun * run)
{
  TopReward *self = (TopReward *) run;
  guint lengths[SCORE_TOPREWARD_PREFIXES], n;

  if (self->error)
    return TRUE;
  if (!score_episode_is_closed (self->episode))
    return FALSE;
  forget_dropped (self);
  n = make_plan (self, lengths);
  for (guint i = 0; i < n; i++) {
    const Prefix *prefix = find_prefix (self, lengths[i]);

    if (prefix == NULL || prefix->state == PREFIX_ASKED)
      return FALSE;
  }
  return TRUE;
}

static void
add_notes (TopReward * self, GstScoreResultBuilder * builder, guint n_refused,
    guint n_floors)
{
  score_rows_note_count (builder, self->n_in_vain,
      "beginning of the episode was judged by samples that were dropped later",
      "beginnings of the episode were judged by samples that were dropped "
      "later");
  score_rows_note_count (builder, n_refused,
      "beginning of the episode was not judged; its progress is interpolated",
      "beginnings of the episode were not judged; their progress is "
      "interpolated");
  score_rows_note_count (builder, n_floors,
      "log-probability is an upper bound: \"True\" was not among the tokens "
      "that the server named",
      "log-probabilities are upper bounds: \"True\" was not among the tokens "
      "that the server named");
}

/* @lengths: of the @n_lengths prefixes that were judged. */
static void
add_samples (TopReward * self, GstScoreResultBuilder * builder,
    const gdouble * values, const guint * lengths, guint n_lengths)
{
  guint n = score_episode_get_n_samples (self->episode), next = 0;

  for (guint i = 0; i < n; i++) {
    const Prefix *prefix = next < n_lengths && lengths[next] == i + 1 ?
        find_prefix (self, lengths[next++]) : NULL;
    GstScoreSample row;

    score_row_init (&row, score_episode_get_sample (self->episode, i), i);
    row.progress = values[i];
    if (prefix == NULL) {
      row.flags |= GST_SCORE_SAMPLE_INTERPOLATED;
    } else {
      row.raw_value = prefix->logprob;
      row.flags |= prefix->is_floor ? GST_SCORE_SAMPLE_FLOOR : 0;
    }
    gst_score_result_builder_add_sample (builder, &row);
  }
}

/* The plan's prefixes that have a value; all of them are answered. */
static guint
collect (TopReward * self, guint * lengths, gdouble * logprobs,
    guint * n_refused, guint * n_floors)
{
  guint n = make_plan (self, lengths), known = 0;

  *n_refused = *n_floors = 0;
  for (guint i = 0; i < n; i++) {
    const Prefix *prefix = find_prefix (self, lengths[i]);

    if (prefix == NULL || prefix->state != PREFIX_KNOWN) {
      *n_refused += 1;
      continue;
    }
    *n_floors += prefix->is_floor;
    lengths[known] = prefix->length;
    logprobs[known++] = prefix->logprob;
  }
  return known;
}

/* The least and the greatest of nothing but bounds are no two numbers between
 * which an episode could lie; the probability has an upper bound still. */
static GError *
make_unnamed_error (void)
{
  return g_error_new_literal (GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
      "\"True\" was never among the tokens that the server named as likely: the "
      "model says something else first (turn its reasoning off), or the server "
      "names too few tokens; topreward-normalize=prob takes what they leave as a "
      "bound");
}

static gboolean
finish (ScoreRun * run, GstScoreResultBuilder * builder, GError ** error)
{
  TopReward *self = (TopReward *) run;
  guint n = score_episode_get_n_samples (self->episode);
  g_autofree gdouble *values = g_new (gdouble, n);
  gdouble logprobs[SCORE_TOPREWARD_PREFIXES];
  gdouble progress[SCORE_TOPREWARD_PREFIXES];
  guint lengths[SCORE_TOPREWARD_PREFIXES], known, n_refused, n_floors;

  if (self->error)
    return score_method_fail (&self->error, NULL, error);
  if (n == 0)
    return score_method_fail (&self->error,
        g_error_new_literal (GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
            "the episode has no frames"), error);
  known = collect (self, lengths, logprobs, &n_refused, &n_floors);
  if (known < n_refused)
    return score_method_fail (&self->error, g_error_new (GST_SCORE_ERROR,
            GST_SCORE_ERROR_REFUSED,
            "the model declined to judge %u of %u beginnings of the episode",
            n_refused, known + n_refused), error);
  if (n_floors == known && self->normalize == SCORE_NORMALIZE_MINMAX)
    return score_method_fail (&self->error, make_unnamed_error (), error);
  score_topreward_normalize (self->normalize, logprobs, known, progress);
  score_topreward_spread (lengths, progress, known, n, values);
  add_samples (self, builder, values, lengths, known);
  add_notes (self, builder, n_refused, n_floors);
  return TRUE;
}

static void
describe_failure (ScoreRun * run, GstScoreResultBuilder * builder)
{
  score_rows_add_bare (builder, ((TopReward *) run)->episode);
}

const ScoreMethod score_method_topreward = {
  .nick = "topreward",
  .blurb = "How likely the model takes the task to be done, up to each of 15 "
      "frames (a model whose server gives log-probabilities)",
  .needs = SCORE_ABILITY_CHAT | SCORE_ABILITY_CHANCES,
  .needs_what = "needs a server that gives log-probabilities",
  .framerate = 2.0,
  .max_frames = 64,
  .begin = begin,
  .free = free_run,
  .ask = ask,
  .answer = answer,
  .is_done = is_done,
  .finish = finish,
  .describe_failure = describe_failure,
};
