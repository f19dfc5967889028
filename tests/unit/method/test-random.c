/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* Whatever comes in whatever order, a run ends: with a progress for every kept
 * sample, or with an error, and after few questions. The dice are seeded. */

#include <math.h>

#include "fixture.h"
#include "method/score-private.h"

#define ROUNDS 400
#define MAX_STEPS 120

typedef struct
{
  Bench *bench;
  GRand *dice;
  guint64 badness;              /* percent of answers that are bad */
  GHashTable *asked;            /* "stage id" -> how often a question held it */
  guint n_questions;
  ScoreQuestion *so_far;        /* of a provisional result, or NULL */
  guint n_so_far;               /* results of these */
} Game;

/* No sample is in more than one question of a stage and its repair. */
static void
count_questions (Game * game, guint from)
{
  for (guint i = from; i < game->bench->open->len; i++) {
    ScoreQuestion *question = bench_question (game->bench, i);
    const ScoreBatch *batch = question->tag;

    game->n_questions++;
    g_assert_cmpuint (batch->n, >, 0);
    for (guint k = 0; k < batch->n; k++) {
      gchar *key = g_strdup_printf ("%d %" G_GUINT64_FORMAT, batch->stage,
          batch->ids[k]);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (game->asked, key)) + 1;

      g_assert_cmpuint (n, <=, 2);
      g_hash_table_insert (game->asked, key, GUINT_TO_POINTER (n));
    }
  }
}

static gint
roll (Game * game, gint from, gint below)
{
  return g_rand_int_range (game->dice, from, below);
}

/* Frames in any number, order and range, with any numbers. */
static gchar *
make_wild_frames (Game * game, guint n)
{
  GString *text = g_string_new ("{\"completion_state\": \"s\", \"objects\": "
      "[\"a\", \"b\"], \"frames\": [");
  guint length = roll (game, 0, n + 3);

  for (guint i = 0; i < length; i++)
    g_string_append_printf (text, "%s{\"frame\": %d, \"description\": \"%s\", "
        "\"reason\": \"%s\", \"progress\": %d.%d}", i > 0 ? ", " : "",
        roll (game, 0, n + 2), roll (game, 0, 5) ? "d" : "",
        roll (game, 0, 5) ? "r" : "", roll (game, -1, roll (game, 1, 120)),
        roll (game, 0, 10));
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

static gchar *
make_bad_answer (Game * game, const ScoreQuestion * question)
{
  static const gchar *const lines[] = { "", "no", "{}", "[]", "null", "{\"fra",
    "{\"frames\": [{}]}", "{\"frames\": [null]}", "{\"objects\": [1]}",
    "{\"objects\": null, \"frames\": 1, \"completion_state\": 2}"
  };

  if (roll (game, 0, 2))
    return make_wild_frames (game, question_count_frames (question));
  return g_strdup (lines[roll (game, 0, G_N_ELEMENTS (lines))]);
}

static void
answer_one (Game * game)
{
  Bench *bench = game->bench;
  guint index = roll (game, 0, bench->open->len), before = bench->open->len;
  ScoreQuestion *question = bench_question (bench, index);
  gboolean bad = roll (game, 0, 100) < (gint) game->badness;
  gboolean refused = bad && roll (game, 0, 40) == 0;
  g_autofree gchar *text = bad ? make_bad_answer (game, question)
      : answer_well (question);
  g_autoptr (GError) error = NULL;
  gboolean ok = bench_reply_finish (bench, index, text, bad
      && roll (game, 0, 6) == 0 ? SCORE_FINISH_LENGTH : SCORE_FINISH_STOP,
      refused ? "no" : NULL, &error);

  g_assert_true (ok == (error == NULL));
  g_assert_true (ok || score_method_score.is_done (bench->run));
  count_questions (game, before - 1);
}

static void
ask (Game * game)
{
  guint before = game->bench->open->len;

  bench_ask (game->bench);
  count_questions (game, before);
}

static void
keep_some (Game * game)
{
  guint n = score_episode_get_n_samples (game->bench->episode), n_kept = 0;
  g_autofree guint64 *ids = g_new (guint64, n);

  for (guint i = 0; i < n; i++) {
    if (i == 0 || roll (game, 0, 3) > 0)
      ids[n_kept++] = score_episode_get_sample (game->bench->episode, i)->id;
  }
  score_episode_keep (game->bench->episode, ids, n_kept);
}

static void
check_so_far (Game * game, GstScoreResult * result)
{
  guint n = gst_score_result_get_n_samples (result);

  g_assert_cmpuint (n, <=, question_count_frames (game->so_far));
  for (guint i = 0; i < n; i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    g_assert_true (sample->progress >= 0.0 && sample->progress <= 1.0);
    g_assert_nonnull (sample->description);
    g_assert_true (i == 0 || sample->stream_time >
        gst_score_result_get_sample (result, i - 1)->stream_time);
  }
}

static void
answer_so_far (Game * game)
{
  gboolean bad = roll (game, 0, 100) < (gint) game->badness;
  g_autofree gchar *text = bad ? make_bad_answer (game, game->so_far)
      : answer_progress (1, question_count_frames (game->so_far));
  g_autoptr (ScoreReply) reply = score_reply_new (text);
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("e", BENCH_TASK);
  g_autoptr (GError) error = NULL;

  reply->finish = bad && roll (game, 0, 6) == 0 ? SCORE_FINISH_LENGTH
      : SCORE_FINISH_STOP;
  if (score_method_score.judge_so_far (game->bench->run, game->so_far, reply,
          builder, &error)) {
    g_autoptr (GstScoreResult) result = gst_score_result_builder_end (builder);

    check_so_far (game, result);
    game->n_so_far++;
  } else {
    g_assert_nonnull (error);
  }
  g_clear_pointer (&game->so_far, score_question_free);
}

/* In between, and in the air while samples and answers come and go. */
static void
play_so_far (Game * game)
{
  GstClockTime newest;
  guint known;

  if (game->so_far) {
    answer_so_far (game);
    return;
  }
  known = score_method_score.get_known (game->bench->run, &newest);
  game->so_far = score_method_score.ask_so_far (game->bench->run);
  g_assert_true (known > 0 || game->so_far == NULL);
}

static void
record (Game * game)
{
  guint steps = roll (game, 1, MAX_STEPS);

  for (guint i = 0; i < steps; i++) {
    gint action = roll (game, 0, 20);

    if (action < 9)
      bench_add (game->bench, roll (game, 1, 4));
    else if (action == 9)
      keep_some (game);
    else if (action == 10)
      play_so_far (game);
    else if (game->bench->open->len > 0)
      answer_one (game);
    ask (game);
  }
}

static void
check_result (Game * game, gboolean * scored)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstScoreResult) result = bench_finish (game->bench, &error);
  guint n = score_episode_get_n_samples (game->bench->episode);

  *scored = result != NULL;
  g_assert_true ((result == NULL) == (error != NULL));
  if (!result) {
    g_autoptr (GstScoreResult) failed = bench_describe_failure (game->bench);

    g_assert_cmpuint (gst_score_result_get_n_samples (failed), ==, n);
    return;
  }
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, n);
  for (guint i = 0; i < n; i++) {
    gdouble progress = gst_score_result_get_sample (result, i)->progress;

    g_assert_true (progress >= 0.0 && progress <= 1.0);
  }
}

static gboolean
play (guint seed, guint * n_so_far)
{
  Game game = { NULL };
  gboolean scored, empty;

  game.dice = g_rand_new_with_seed (seed);
  game.badness = (seed % 5) * 20;
  game.asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  game.bench = bench_new (BENCH_TASK, roll (&game, 1, 10), NULL);
  record (&game);
  score_episode_close (game.bench->episode, NULL);
  ask (&game);
  while (!score_method_score.is_done (game.bench->run)) {
    /* Not done, so there is something to wait for. */
    g_assert_cmpuint (game.bench->open->len, >, 0);
    answer_one (&game);
  }
  g_assert_cmpuint (game.n_questions, <=, 2 * (game.bench->n_samples + 2));
  check_result (&game, &scored);
  empty = score_episode_get_n_samples (game.bench->episode) == 0;
  /* Good answers about anything at all give a result. */
  g_assert_true (scored || empty || game.badness > 0);
  *n_so_far += game.n_so_far;
  g_clear_pointer (&game.so_far, score_question_free);
  bench_free (game.bench);
  g_hash_table_unref (game.asked);
  g_rand_free (game.dice);
  return scored;
}

static void
test_any_order (void)
{
  guint n_scored = 0, n_so_far = 0;

  for (guint seed = 0; seed < ROUNDS; seed++)
    n_scored += play (seed, &n_so_far);
  g_test_message ("%u of %u scored", n_scored, (guint) ROUNDS);
  /* Both ends must have been reached, or the dice show nothing. */
  g_assert_cmpuint (n_scored, >, ROUNDS / 4);
  g_assert_cmpuint (n_scored, <, ROUNDS);
  g_assert_cmpuint (n_so_far, >, ROUNDS / 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/any-order", test_any_order);
  return g_test_run ();
}
