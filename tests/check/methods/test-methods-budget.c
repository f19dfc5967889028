/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What may be spent is spent, and not more. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "ways.h"

#include <math.h>
#include <string.h>

/* The fault server counts 100 tokens in and 20 out, so an answer is 0.02. */
#define PRICES "price-input", "100", "price-output", "500"
#define ANSWER 0.02

static const GstScoreUsage *
get_usage (const GstScoreResult * result)
{
  const GstScoreUsage *usage = gst_score_result_get_usage (result);

  fail_unless (usage != NULL);
  return usage;
}

static void
push_episode (Fixture * f)
{
  fixture_push_custom (f, "score/episode-start, task=(string)move");
  fixture_push (f, 81);
  fixture_push_custom (f, "score/episode-end");
}

static GstScoreResult *
run_episode (const Way * way, const gchar * max_requests, guint * n_requests)
{
  g_autoptr (Fixture) f = way_new (way, "max-requests-per-episode",
      max_requests, "max-in-flight", "1", NULL);
  GstScoreResult *result;

  fault_server_set_answer (f->server, good_model_answer, NULL);
  fixture_start (f);
  push_episode (f);
  result = watch_pop_result (f);
  *n_requests = way_count_questions (f);
  return result;
}

/* One request fewer than it takes fails it, and that many are sent. */
GST_START_TEST (test_requests_of_an_episode)
{
  const Way *way = &ways[__i__];
  guint needed, sent;
  g_autoptr (GstScoreResult) all = run_episode (way, "0", &needed);
  g_autofree gchar *enough = g_strdup_printf ("%u", needed);
  g_autofree gchar *less = g_strdup_printf ("%u", needed - 1);
  g_autoptr (GstScoreResult) same = run_episode (way, enough, &sent);

  assert_scored (all);
  assert_scored (same);
  fail_unless_equals_int (sent, needed);
  if (needed > 1) {
    g_autoptr (GstScoreResult) short_of = run_episode (way, less, &sent);

    assert_failed (short_of, GST_SCORE_ERROR_BUDGET);
    fail_unless_equals_int (sent, needed - 1);
    fail_unless_equals_uint64 (get_usage (short_of)->requests, needed - 1);
  }
}

GST_END_TEST;

/* A retry is a request, too. */
GST_START_TEST (test_a_retry_counts)
{
  g_autoptr (Fixture) f = way_new (&ways[__i__], "max-requests-per-episode",
      "1", "max-in-flight", "1", NULL);
  g_autoptr (GstScoreResult) result = NULL;

  fault_server_set_answer (f->server, good_model_answer, NULL);
  fault_server_next (f->server, FAULT_STATUS, "500");
  fixture_start (f);
  push_episode (f);
  result = watch_pop_result (f);
  assert_failed (result, GST_SCORE_ERROR_BUDGET);
  fail_unless_equals_int (way_count_questions (f), 1);
  watch_check_warning (f, GST_SCORE_ERROR_BUDGET, "max-requests-per-episode: ",
      gst_score_result_get_episode_id (result));
}

GST_END_TEST;

static guint
count_descriptions (const GstScoreResult * result)
{
  guint n = 0;

  for (guint i = 0; i < gst_score_result_get_n_samples (result); i++)
    n += gst_score_result_get_sample (result, i)->description != NULL;
  return n;
}

static Fixture *
new_scoring (const gchar * max_cost)
{
  Fixture *f = fixture_new_stopped ("method", "score", PRICES, "max-cost",
      max_cost, "max-in-flight", "1", NULL);

  fault_server_set_answer (f->server, good_model_answer, NULL);
  fixture_start (f);
  return f;
}

static gdouble
get_cost (Fixture * f)
{
  g_autoptr (GstStructure) stats = NULL;
  gdouble cost = NAN;

  g_object_get (f->sink, "stats", &stats, NULL);
  gst_structure_get_double (stats, "cost", &cost);
  return cost;
}

/* Objects and two batches of eight are paid for when it is over: they stay, and
 * what comes later costs nothing, until counting begins anew. */
GST_START_TEST (test_cost_in_mid_episode)
{
  g_autoptr (Fixture) f = new_scoring ("0.06");
  g_autoptr (GstScoreResult) one = NULL, other = NULL, another = NULL;

  push_episode (f);
  one = fixture_pop_result (f);
  assert_failed (one, GST_SCORE_ERROR_BUDGET);
  fail_unless_equals_int (way_count_questions (f), 3);
  fail_unless_equals_uint64 (get_usage (one)->requests, 3);
  fail_unless (fabs (get_usage (one)->cost - 3 * ANSWER) < 1e-9);
  fail_unless_equals_int (count_descriptions (one), 16);

  push_episode (f);
  other = fixture_pop_result (f);
  assert_failed (other, GST_SCORE_ERROR_BUDGET);
  fail_unless_equals_int (way_count_questions (f), 3);
  fail_unless_equals_uint64 (get_usage (other)->requests, 0);
  fail_unless (get_usage (other)->cost == 0);
  fail_unless (fabs (get_cost (f) - 3 * ANSWER) < 1e-9);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-failed"), 2);

  gst_element_set_state (f->sink, GST_STATE_READY);
  gst_element_set_state (f->sink, GST_STATE_PLAYING);
  fixture_push_segment (f);
  push_episode (f);
  another = fixture_pop_result (f);
  assert_failed (another, GST_SCORE_ERROR_BUDGET);
  fail_unless_equals_int (way_count_questions (f), 6);
}

GST_END_TEST;

/* Five answers are 0.10: no more than that was needed. */
GST_START_TEST (test_cost_that_is_enough)
{
  g_autoptr (Fixture) f = new_scoring ("0.1");
  g_autoptr (GstScoreResult) result = NULL;

  push_episode (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless (fabs (get_usage (result)->cost - 5 * ANSWER) < 1e-9);
}

GST_END_TEST;

/* What is on its way when it is over is awaited, counted and kept. */
GST_START_TEST (test_answers_on_their_way)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("method", "score", PRICES,
      "max-requests-per-episode", "3", NULL);
  g_autoptr (GstScoreResult) result = NULL;

  fault_server_set_answer (f->server, good_model_answer, NULL);
  fixture_start (f);
  fixture_push_custom (f, "score/episode-start, task=(string)move");
  fixture_push (f, 31);
  fixture_wait_stat (f, "input-tokens", 100);
  fault_server_hold (f->server);
  fixture_push (f, 50);
  fail_unless (fault_server_wait (f->server, FAULT_COUNT_REQUESTS, 3, NULL));
  fixture_push_custom (f, "score/episode-end");
  fixture_wait_stat (f, "episodes-waiting", 1);
  fault_server_release (f->server);
  result = fixture_pop_result (f);
  assert_failed (result, GST_SCORE_ERROR_BUDGET);
  fail_unless_equals_int (way_count_questions (f), 3);
  fail_unless_equals_uint64 (get_usage (result)->input_tokens, 300);
  fail_unless_equals_int (count_descriptions (result), 16);
}

GST_END_TEST;

/* And no longer than the episode may take. */
GST_START_TEST (test_answers_that_never_come)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("method", "score",
      "max-requests-per-episode", "1", "episode-timeout", "1", NULL);
  g_autoptr (GstScoreResult) result = NULL;

  fault_server_always (f->server, FAULT_HANG, NULL);
  fixture_start (f);
  push_episode (f);
  result = fixture_pop_result (f);
  fail_unless (!gst_score_result_is_scored (result));
  fail_unless_equals_int (way_count_questions (f), 1);
}

GST_END_TEST;

/* A limit that does not hold is told of, once. */
GST_START_TEST (test_server_without_usage)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("method", "roboreward", PRICES,
      "max-cost", "0.02", NULL);
  g_autofree gchar *warning = NULL;
  g_autoptr (GstScoreResult) one = NULL, other = NULL;

  fault_server_always (f->server, FAULT_BODY,
      "{\"choices\":[{\"message\":{\"content\":\"ANSWER: 4\"}}]}");
  fixture_start (f);
  push_episode (f);
  warning = fixture_pop_complaint (f, GST_MESSAGE_WARNING);
  fail_unless (g_str_has_prefix (warning, "max-cost: "), "%s", warning);
  one = fixture_pop_result (f);
  assert_scored (one);
  fail_unless (get_usage (one)->cost == 0);
  push_episode (f);
  other = fixture_pop_result (f);
  assert_scored (other);
  fail_unless (gst_bus_pop_filtered (f->bus, GST_MESSAGE_WARNING) == NULL);
}

GST_END_TEST;

/* Of a server that counts none there is no cost to tell, but for nothing. */
GST_START_TEST (test_robometer_has_no_tokens)
{
  const gchar *prices[] = { "0", "2.5" };

  for (guint i = 0; i < G_N_ELEMENTS (prices); i++) {
    g_autoptr (Fixture) f = fixture_new_stopped ("method", "robometer",
        "price-input", prices[i], "tokens-per-minute", "1", NULL);
    g_autoptr (GstScoreResult) result = NULL;

    g_object_set (f->sink, "base-url", fault_server_get_url (f->server),
        "model", NULL, NULL);
    fault_server_set_answer (f->server, good_model_answer, NULL);
    fixture_start (f);
    push_episode (f);
    result = fixture_pop_result (f);
    assert_scored (result);
    fail_unless_equals_uint64 (get_usage (result)->input_tokens, 0);
    fail_unless (i == 0 ? isnan (get_usage (result)->cost) :
        get_usage (result)->cost == 0);
    fail_unless (isnan (get_cost (f)) == (i == 0));
  }
}

GST_END_TEST;

/* Of an account that allows five requests a second, and hardly more. */
static void
run_limited (const gchar * requests_per_minute, guint64 * n_stat,
    guint64 * n_records)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("method", "score", "retries",
      "50", "retry-backoff-max", "5", "object-cache", "false",
      "requests-per-minute", requests_per_minute, NULL);

  fault_server_set_answer (f->server, good_model_answer, NULL);
  fault_server_limit (f->server, 5, 900 * G_TIME_SPAN_MILLISECOND);
  fixture_start (f);
  for (guint i = 0; i < 2; i++)
    push_episode (f);
  *n_records = 0;
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstScoreResult) result = fixture_pop_result (f);

    assert_scored (result);
    *n_records += get_usage (result)->rate_limited;
  }
  *n_stat = fixture_get_stat (f, "rate-limited");
  fail_unless_equals_uint64 (fixture_get_stat (f, "requests"), 10 + *n_stat);
}

GST_START_TEST (test_rate_limited)
{
  guint64 n_stat, n_records;

  run_limited ("0", &n_stat, &n_records);
  fail_unless (n_stat > 0);
  fail_unless_equals_uint64 (n_records, n_stat);
}

GST_END_TEST;

GST_START_TEST (test_paced)
{
  guint64 n_stat, n_records;

  run_limited ("300", &n_stat, &n_records);
  fail_unless_equals_uint64 (n_stat, 0);
  fail_unless_equals_uint64 (n_records, 0);
}

GST_END_TEST;

static Suite *
methods_budget_suite (void)
{
  Suite *suite = suite_create ("methods-budget");
  TCase *tc = tcase_create ("budget");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_requests_of_an_episode, 0, n_ways);
  tcase_add_loop_test (tc, test_a_retry_counts, 0, n_ways);
  tcase_add_test (tc, test_cost_in_mid_episode);
  tcase_add_test (tc, test_cost_that_is_enough);
  tcase_add_test (tc, test_answers_on_their_way);
  tcase_add_test (tc, test_answers_that_never_come);
  tcase_add_test (tc, test_server_without_usage);
  tcase_add_test (tc, test_robometer_has_no_tokens);
  tcase_add_test (tc, test_rate_limited);
  tcase_add_test (tc, test_paced);
  return suite;
}

GST_CHECK_MAIN (methods_budget);
