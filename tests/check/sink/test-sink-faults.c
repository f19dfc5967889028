/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "watch.h"

#include <math.h>
#include <string.h>

#define SCORED (-1)

/* An episode is three questions: the objects, the one batch of descriptions,
 * the progress. Before the fault come @good good answers. */
typedef struct
{
  guint good;
  FaultKind kind;
  const gchar *detail;
  gint expected;                /* a GstScoreError or SCORED */
  guint min, max;               /* requests, the good ones included */
  const gchar *helps;           /* what the warning's text says; NULL: see the code */
} Case;

/* With two retries. */
/* *INDENT-OFF* */
static const Case cases[] = {
  {0, FAULT_NONE, NULL, SCORED, 3, 3},
  {0, FAULT_SLOW, "20", SCORED, 3, 3},
  {0, FAULT_GZIP, NULL, SCORED, 3, 3},
  {0, FAULT_BODY, "{}", GST_SCORE_ERROR_BAD_REPLY, 2, 2, "answer has no"},
  {0, FAULT_CLOSE_AFTER, NULL, SCORED, 3, 3},
  {2, FAULT_FENCES, NULL, SCORED, 3, 3},
  {2, FAULT_THINK, NULL, SCORED, 3, 3},

  {0, FAULT_STATUS, "400", GST_SCORE_ERROR_CONFIG, 1, 4, "status 400"},
  {0, FAULT_STATUS, "401", GST_SCORE_ERROR_AUTH, 1, 1, "api-key"},
  {2, FAULT_STATUS, "401", GST_SCORE_ERROR_AUTH, 3, 3, "api-key"},
  {0, FAULT_STATUS, "403", GST_SCORE_ERROR_AUTH, 1, 1, "api-key"},
  {0, FAULT_STATUS, "404", GST_SCORE_ERROR_CONFIG, 1, 1, "base-url"},
  {0, FAULT_STATUS, "413", GST_SCORE_ERROR_CONFIG, 1, 1, "image-size"},
  {1, FAULT_EARLY, NULL, GST_SCORE_ERROR_CONFIG, 2, 2, "image-size"},
  {0, FAULT_STATUS, "429", GST_SCORE_ERROR_RATE_LIMITED, 3, 3, "rate limit"},
  {0, FAULT_STATUS, "429;Retry-After: 1", GST_SCORE_ERROR_RATE_LIMITED, 3, 3, "rate limit"},
  {0, FAULT_QUOTA, NULL, GST_SCORE_ERROR_RATE_LIMITED, 1, 1, "quota"},
  {0, FAULT_STATUS, "500", GST_SCORE_ERROR_UNREACHABLE, 3, 3, "status 500"},
  {0, FAULT_STATUS, "502", GST_SCORE_ERROR_UNREACHABLE, 3, 3, "status 502"},
  {0, FAULT_STATUS, "503", GST_SCORE_ERROR_UNREACHABLE, 3, 3, "status 503"},
  {0, FAULT_STATUS, "529", GST_SCORE_ERROR_RATE_LIMITED, 3, 3, "overloaded"},
  {0, FAULT_ERROR_200, NULL, GST_SCORE_ERROR_UNREACHABLE, 3, 3, "the server failed"},
  {0, FAULT_REDIRECT, "301", GST_SCORE_ERROR_CONFIG, 1, 1, "base-url"},
  {0, FAULT_REDIRECT, "302", GST_SCORE_ERROR_CONFIG, 1, 1, "base-url"},
  {0, FAULT_REDIRECT, "307", GST_SCORE_ERROR_CONFIG, 1, 1, "base-url"},
  {0, FAULT_REDIRECT, "308", GST_SCORE_ERROR_CONFIG, 1, 1, "base-url"},

  {0, FAULT_RESET, NULL, GST_SCORE_ERROR_UNREACHABLE, 3, 3, "127.0.0.1"},
  {2, FAULT_RESET, NULL, GST_SCORE_ERROR_UNREACHABLE, 5, 6, "127.0.0.1"},
  {0, FAULT_CLOSE, NULL, GST_SCORE_ERROR_UNREACHABLE, 3, 3, "127.0.0.1"},
  {0, FAULT_HALF_STATUS, NULL, GST_SCORE_ERROR_UNREACHABLE, 3, 3, "127.0.0.1"},
  {0, FAULT_HALF_HEADERS, NULL, GST_SCORE_ERROR_UNREACHABLE, 3, 3, "127.0.0.1"},
  {0, FAULT_TRUNCATED, NULL, GST_SCORE_ERROR_UNREACHABLE, 3, 3, "broke off"},
  {0, FAULT_TRUNCATED_CHUNKED, NULL, GST_SCORE_ERROR_BAD_REPLY, 2, 2, "answer"},
  {0, FAULT_GARBAGE, NULL, GST_SCORE_ERROR_UNREACHABLE, 3, 3, "127.0.0.1"},

  {0, FAULT_BOGUS_GZIP, NULL, GST_SCORE_ERROR_BAD_REPLY, 2, 2, "answer"},
  {0, FAULT_TRUNCATED_GZIP, NULL, GST_SCORE_ERROR_BAD_REPLY, 2, 2, "answer"},
  {0, FAULT_BOMB, NULL, GST_SCORE_ERROR_BAD_REPLY, 1, 1, "larger than"},
  {0, FAULT_ENDLESS, NULL, GST_SCORE_ERROR_BAD_REPLY, 1, 1, "larger than"},
  {0, FAULT_HUGE, NULL, GST_SCORE_ERROR_BAD_REPLY, 1, 1, "larger than"},
  {0, FAULT_EMPTY, NULL, GST_SCORE_ERROR_BAD_REPLY, 2, 2, "answer"},
  {0, FAULT_NOT_JSON, NULL, GST_SCORE_ERROR_BAD_REPLY, 2, 2, "answer"},
  {0, FAULT_CUT_JSON, NULL, GST_SCORE_ERROR_BAD_REPLY, 2, 2, "answer"},
  {0, FAULT_DEEP, NULL, GST_SCORE_ERROR_BAD_REPLY, 2, 2, "answer"},
  {0, FAULT_BAD_UTF8, NULL, GST_SCORE_ERROR_BAD_REPLY, 2, 2, "answer"},

  {0, FAULT_NULL_CONTENT, NULL, GST_SCORE_ERROR_BAD_REPLY, 2, 2, "answer"},
  {2, FAULT_NULL_CONTENT, NULL, GST_SCORE_ERROR_BAD_REPLY, 4, 4, "answer"},
  {0, FAULT_REFUSAL, NULL, GST_SCORE_ERROR_REFUSED, 1, 1, "model"},
  {1, FAULT_REFUSAL, NULL, GST_SCORE_ERROR_REFUSED, 2, 2, "model"},
  {0, FAULT_FILTERED, NULL, GST_SCORE_ERROR_REFUSED, 1, 1, "answer"},
  {0, FAULT_LENGTH, NULL, GST_SCORE_ERROR_BAD_REPLY, 2, 2, "max-tokens"},
  {2, FAULT_LENGTH, NULL, GST_SCORE_ERROR_BAD_REPLY, 4, 4, "max-tokens"},
  {2, FAULT_DEEP_TEXT, NULL, GST_SCORE_ERROR_BAD_REPLY, 4, 4, "answer"},
  {2, FAULT_PROSE, NULL, GST_SCORE_ERROR_BAD_REPLY, 4, 4, "answer"},
  {1, FAULT_WRONG_LENGTH, NULL, SCORED, 5, 5},
  {2, FAULT_WRONG_LENGTH, NULL, SCORED, 4, 4},
  {2, FAULT_NAN, NULL, GST_SCORE_ERROR_BAD_REPLY, 4, 4, "answer"},
  {2, FAULT_INFINITE, NULL, GST_SCORE_ERROR_BAD_REPLY, 4, 4, "answer"},
  {0, FAULT_TEXT, "{}", GST_SCORE_ERROR_BAD_REPLY, 2, 2, "answer"},
};

/* With a time-out of one second and no retry. */
static const Case slow_cases[] = {
  {0, FAULT_HANG, NULL, GST_SCORE_ERROR_TIMEOUT, 1, 1, "did not answer"},
  {0, FAULT_HANG_BODY, NULL, GST_SCORE_ERROR_TIMEOUT, 1, 1, "did not finish"},
  {0, FAULT_DRIP, NULL, GST_SCORE_ERROR_TIMEOUT, 1, 1, "did not finish"},
};
/* *INDENT-ON* */

static void
check_result (Fixture * f, const Case * c, GstScoreResult * result)
{
  const GError *error = gst_score_result_get_error (result);

  if (c->expected == SCORED) {
    assert_scored (result);
    return;
  }
  assert_failed (result, (GstScoreError) c->expected);
  fail_unless (strstr (error->message, WATCH_KEY) == NULL, "%s",
      error->message);
  fail_unless (isnan (gst_score_result_get_progress (result)));
  fail_unless_equals_int (gst_score_result_get_n_samples (result), 2);
  watch_check_warning (f, c->expected, c->helps,
      gst_score_result_get_episode_id (result));
}

static void
check_requests (Fixture * f, const Case * c)
{
  guint n = fault_server_count (f->server, FAULT_COUNT_REQUESTS);

  fail_unless (n >= c->min && n <= c->max, "%u requests", n);
  fail_unless_equals_int (fault_server_count (f->server,
          FAULT_COUNT_STRANGERS), 0);
}

/* The next episode of the same stream, with the server well again. */
static void
check_recovery (Fixture * f)
{
  g_autoptr (GstScoreResult) result = NULL;

  fault_server_always (f->server, FAULT_NONE, NULL);
  fixture_push (f, 5);
  fixture_push_eos (f);
  result = watch_pop_result (f);
  assert_scored (result);
  gst_message_unref (watch_pop (f, GST_MESSAGE_EOS, NULL));
}

static void
check_case (const Case * c, gboolean gemini, const gchar * timeout,
    const gchar * retries)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("api-key", WATCH_KEY, "timeout",
      timeout, "retries", retries, NULL);
  g_autoptr (GstScoreResult) result = NULL;

  GST_INFO ("%s %s after %u, %s", fault_kind_get_nick (c->kind),
      c->detail ? c->detail : "", c->good, gemini ? "gemini" : "openai");
  if (gemini)
    fixture_use_gemini (f);
  fault_server_next_times (f->server, c->good, FAULT_NONE, NULL);
  fault_server_always (f->server, c->kind, c->detail);
  fixture_start (f);
  fixture_push (f, 5);
  fixture_push_custom (f, "score/episode-end;");
  result = watch_pop_result (f);
  check_result (f, c, result);
  check_requests (f, c);
  check_recovery (f);
}

GST_START_TEST (test_fault_openai)
{
  check_case (&cases[__i__], FALSE, "60", "2");
}

GST_END_TEST;

GST_START_TEST (test_fault_gemini)
{
  check_case (&cases[__i__], TRUE, "60", "2");
}

GST_END_TEST;

GST_START_TEST (test_slow_fault_openai)
{
  check_case (&slow_cases[__i__], FALSE, "1", "0");
}

GST_END_TEST;

GST_START_TEST (test_slow_fault_gemini)
{
  check_case (&slow_cases[__i__], TRUE, "1", "0");
}

GST_END_TEST;

GST_START_TEST (test_every_kind_has_a_case)
{
  for (guint kind = 0; kind < FAULT_N_KINDS; kind++) {
    gboolean found = kind == FAULT_REFUSES;

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      found |= cases[i].kind == kind;
    for (guint i = 0; i < G_N_ELEMENTS (slow_cases); i++)
      found |= slow_cases[i].kind == kind;
    fail_unless (found, "%s", fault_kind_get_nick (kind));
  }
}

GST_END_TEST;

/* The user is told once, whatever the number of questions. */
GST_START_TEST (test_a_refused_parameter_is_left_out)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("temperature", "0.5", NULL);
  g_autoptr (GstScoreResult) result = NULL;
  g_autofree gchar *complaint = NULL;

  fault_server_always (f->server, FAULT_REFUSES, "temperature");
  fixture_start (f);
  fixture_push (f, 5);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (fault_server_count (f->server,
          FAULT_COUNT_REQUESTS), 4);
  fail_unless (gst_bus_have_pending (f->bus));
}

GST_END_TEST;

GST_START_TEST (test_a_refused_parameter_is_said_once)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("temperature", "0.5", NULL);
  g_autoptr (GstMessage) again = NULL;
  g_autofree gchar *complaint = NULL;

  fault_server_always (f->server, FAULT_REFUSES, "temperature");
  fixture_start (f);
  fixture_push (f, 5);
  fixture_push_eos (f);
  complaint = fixture_pop_complaint (f, GST_MESSAGE_WARNING);
  fail_unless (strstr (complaint, "temperature") != NULL, "%s", complaint);
  again = gst_bus_pop_filtered (f->bus, GST_MESSAGE_WARNING);
  fail_unless (again == NULL);
}

GST_END_TEST;

/* What passes is not the user's concern. */
GST_START_TEST (test_a_retry_that_helps_is_silent)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;

  fault_server_next (f->server, FAULT_STATUS, "503");
  fault_server_next (f->server, FAULT_STATUS, "500");
  fixture_push (f, 5);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless (gst_bus_pop_filtered (f->bus, GST_MESSAGE_WARNING) == NULL);
  fail_unless_equals_int (gst_score_result_get_usage (result)->retries, 2);
}

GST_END_TEST;

GST_START_TEST (test_nobody_listens)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("base-url",
      "http://127.0.0.1:1/v1", "retries", "1", NULL);
  g_autoptr (GstScoreResult) result = NULL;

  fixture_start (f);
  fixture_push (f, 5);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_failed (result, GST_SCORE_ERROR_UNREACHABLE);
}

GST_END_TEST;

static Suite *
sink_faults_suite (void)
{
  Suite *suite = suite_create ("sink-faults");
  TCase *tc = tcase_create ("faults");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_fault_openai, 0, G_N_ELEMENTS (cases));
  tcase_add_loop_test (tc, test_fault_gemini, 0, G_N_ELEMENTS (cases));
  tcase_add_loop_test (tc, test_slow_fault_openai, 0,
      G_N_ELEMENTS (slow_cases));
  tcase_add_loop_test (tc, test_slow_fault_gemini, 0,
      G_N_ELEMENTS (slow_cases));
  tcase_add_test (tc, test_every_kind_has_a_case);
  tcase_add_test (tc, test_a_refused_parameter_is_left_out);
  tcase_add_test (tc, test_a_refused_parameter_is_said_once);
  tcase_add_test (tc, test_a_retry_that_helps_is_silent);
  tcase_add_test (tc, test_nobody_listens);
  return suite;
}

GST_CHECK_MAIN (sink_faults);
