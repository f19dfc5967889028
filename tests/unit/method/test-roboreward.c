/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <math.h>
#include <string.h>

#include "method/rubric.h"
#include "player.h"

static const ScoreMethodSettings dense = {.dense = TRUE };

static void
test_rubric (void)
{
  static const struct
  {
    const gchar *text;
    guint score;
  } vectors[] = {
    {"ANSWER: 4", 4}, {"answer:5", 5}, {"ANSWER: 7 \u2026 3", 3},
    {"Score 2, then 4", 4}, {"ANSWER: 15", 0}, {"", 0},
    {"ANSWER:\n\t 1", 1}, {"ANSWER: 4.", 4}, {"Answer: 4/5", 4},
    {"ANSWER: ANSWER: 2", 2}, {"the answer: see below\nANSWER: 3", 3},
    {"ANSWER: 0", 0}, {"ANSWER: 6", 0}, {"ANSWER: 05", 5},
    {"ANSWER: 99999999999999999999", 0}, {"a1 b2_ 3c", 0}, {"\xff\xfe 2", 2},
    {"-3", 3}, {"ANSWER:", 0}, {"1.5 or 55", 5},
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    g_assert_cmpuint (score_rubric_read (vectors[i].text), ==,
        vectors[i].score);
  }
}

static void
test_whole (void)
{
  g_autoptr (Player) player = player_new (&score_method_roboreward, NULL);
  static const gdouble values[] = { 0.75, 0.75, 0.75 };
  g_autoptr (GstScoreResult) result = NULL;
  g_autoptr (GError) error = NULL;

  player_add (player, 3);
  g_assert_cmpuint (player_ask (player), ==, 0);
  player_close (player);
  g_assert_cmpuint (player_ask (player), ==, 1);
  g_assert_false (player->method->is_done (player->run));
  player_assert_golden (player_request (player, 0), "roboreward");
  g_assert_true (player_reply (player, 0, "ANSWER: 4", &error));
  result = player_finish (player, &error);
  g_assert_no_error (error);
  player_assert_progress (result, values, 3);
  g_assert_cmpfloat (gst_score_result_get_mean_progress (result), ==,
      gst_score_result_get_progress (result));
}

static void
test_single_frame (void)
{
  g_autoptr (Player) player = player_new (&score_method_roboreward, NULL);
  static const gdouble values[] = { 0 };
  g_autoptr (GstScoreResult) result = NULL;
  const ScorePart *part;

  player_add (player, 1);
  player_close (player);
  player_ask (player);
  part = score_request_get_part (player_request (player, 0), 0);
  g_assert_cmpuint (part->frames->len, ==, 2);
  g_assert_true (player_reply (player, 0, "ANSWER: 1", NULL));
  result = player_finish (player, NULL);
  player_assert_progress (result, values, 1);
}

/* A question a sample, while the episode still grows; the frames of a question
 * are those up to its sample. */
static void
test_dense (void)
{
  g_autoptr (Player) player = player_new (&score_method_roboreward, &dense);
  static const gdouble values[] = { 0, 0.25, 1 };
  g_autoptr (GstScoreResult) result = NULL;

  player_add (player, 1);
  g_assert_cmpuint (player_ask (player), ==, 1);
  player_add (player, 2);
  g_assert_cmpuint (player_ask (player), ==, 2);
  g_assert_cmpuint (score_request_get_part (player_request (player, 1),
          0)->frames->len, ==, 2);
  g_assert_cmpuint (score_request_get_part (player_request (player, 2),
          0)->frames->len, ==, 3);
  g_assert_true (player_reply (player, 2, "ANSWER: 5", NULL));
  g_assert_true (player_reply (player, 0, "ANSWER: 1", NULL));
  player_close (player);
  g_assert_false (player->method->is_done (player->run));
  g_assert_true (player_reply (player, 0, "ANSWER: 2", NULL));
  result = player_finish (player, NULL);
  player_assert_progress (result, values, 3);
}

static void
test_dense_thinned (void)
{
  g_autoptr (Player) player = player_new (&score_method_roboreward, &dense);
  static const gdouble values[] = { 0, 0.5, 1 };
  g_autoptr (GstScoreResult) result = NULL;

  player_add (player, 4);
  player_ask (player);
  player_thin (player);
  g_assert_cmpuint (player_ask (player), ==, 0);
  player_add (player, 1);
  player_close (player);
  g_assert_cmpuint (player_ask (player), ==, 1);
  g_assert_cmpuint (score_request_get_part (player_request (player, 4),
          0)->frames->len, ==, 3);
  g_assert_true (player_reply (player, 4, "ANSWER: 5", NULL));
  g_assert_true (player_reply (player, 0, "ANSWER: 1", NULL));
  /* the second and the fourth are of samples that are gone */
  g_assert_false (player->method->is_done (player->run));
  g_assert_true (player_reply (player, 1, "ANSWER: 3", NULL));
  g_assert_true (player->method->is_done (player->run));
  g_assert_true (player_reply (player, 0, "nonsense", NULL));
  result = player_finish (player, NULL);
  player_assert_progress (result, values, 3);
}

static void
assert_fails (ScoreReply * reply, gint code, const gchar * words)
{
  g_autoptr (Player) player = player_new (&score_method_roboreward, NULL);
  g_autoptr (GError) error = NULL, again = NULL;

  player_add (player, 2);
  player_close (player);
  player_ask (player);
  g_assert_false (player_give (player, 0, reply, &error));
  g_assert_error (error, GST_SCORE_ERROR, code);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_true (player->method->is_done (player->run));
  g_assert_null (player_finish (player, &again));
  g_assert_cmpstr (again->message, ==, error->message);
  g_assert_cmpuint (player_ask (player), ==, 0);
}

/* Never the 1 that the published code takes an unreadable answer for. */
static void
test_unreadable (void)
{
  assert_fails (score_reply_new ("I cannot tell."), GST_SCORE_ERROR_BAD_REPLY,
      "I cannot tell.");
  assert_fails (score_reply_new (""), GST_SCORE_ERROR_BAD_REPLY, "no score");
}

static void
test_declined (void)
{
  ScoreReply *refused = score_reply_new ("");
  ScoreReply *filtered = score_reply_new ("ANSWER: 5");

  refused->refusal = g_strdup ("no pictures of kitchens");
  filtered->finish = SCORE_FINISH_FILTERED;
  assert_fails (refused, GST_SCORE_ERROR_REFUSED, "kitchens");
  assert_fails (filtered, GST_SCORE_ERROR_REFUSED, "filter");
}

static void
test_no_frames (void)
{
  g_autoptr (Player) player = player_new (&score_method_roboreward, NULL);
  g_autoptr (GError) error = NULL;

  player_close (player);
  g_assert_cmpuint (player_ask (player), ==, 0);
  g_assert_null (player_finish (player, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roboreward/rubric", test_rubric);
  g_test_add_func ("/roboreward/whole", test_whole);
  g_test_add_func ("/roboreward/single-frame", test_single_frame);
  g_test_add_func ("/roboreward/dense", test_dense);
  g_test_add_func ("/roboreward/dense-thinned", test_dense_thinned);
  g_test_add_func ("/roboreward/unreadable", test_unreadable);
  g_test_add_func ("/roboreward/declined", test_declined);
  g_test_add_func ("/roboreward/no-frames", test_no_frames);
  return g_test_run ();
}
