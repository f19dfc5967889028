/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "ways.h"

#include <math.h>
#include <string.h>

#define SCORED (-1)
#define RETRIES "2"

/* What becomes of an episode. */
typedef struct
{
  gint expected;                /* a GstScoreError or SCORED */
  guint most;                   /* requests a question; 1: it is not asked again */
} Fate;

typedef struct
{
  FaultKind kind;
  const gchar *detail;
  const gchar *helps;           /* what the warning's text says */
  Fate fates[N_ANSWERS];
} Case;

/* *INDENT-OFF* */
#define ALL(code, most) {{code, most}, {code, most}, {code, most}, {code, most}}
#define OK {SCORED, 1}
#define BAD(most) {GST_SCORE_ERROR_BAD_REPLY, most}
#define NO_CHANCES {GST_SCORE_ERROR_CONFIG, 1}

/* With two retries. In the order of the answers: JSON, words, chances, curve. */
static const Case cases[] = {
  {FAULT_NONE, NULL, NULL, ALL (SCORED, 1)},
  {FAULT_SLOW, "20", NULL, ALL (SCORED, 1)},
  {FAULT_GZIP, NULL, NULL, ALL (SCORED, 1)},
  {FAULT_CLOSE_AFTER, NULL, NULL, ALL (SCORED, 1)},

  {FAULT_STATUS, "400", "status 400", ALL (GST_SCORE_ERROR_CONFIG, 1)},
  {FAULT_STATUS, "401", "api-key", ALL (GST_SCORE_ERROR_AUTH, 1)},
  {FAULT_STATUS, "403", "api-key", ALL (GST_SCORE_ERROR_AUTH, 1)},
  {FAULT_STATUS, "404", "base-url", ALL (GST_SCORE_ERROR_CONFIG, 1)},
  {FAULT_STATUS, "413", "image-size", ALL (GST_SCORE_ERROR_CONFIG, 1)},
  {FAULT_EARLY, NULL, "image-size", ALL (GST_SCORE_ERROR_CONFIG, 1)},
  {FAULT_STATUS, "429", "rate limit", ALL (GST_SCORE_ERROR_RATE_LIMITED, 3)},
  {FAULT_QUOTA, NULL, "quota", ALL (GST_SCORE_ERROR_RATE_LIMITED, 1)},
  {FAULT_STATUS, "500", "status 500", ALL (GST_SCORE_ERROR_UNREACHABLE, 3)},
  {FAULT_STATUS, "502", "status 502", ALL (GST_SCORE_ERROR_UNREACHABLE, 3)},
  {FAULT_STATUS, "503", "status 503", ALL (GST_SCORE_ERROR_UNREACHABLE, 3)},
  {FAULT_STATUS, "529", "overloaded", ALL (GST_SCORE_ERROR_RATE_LIMITED, 3)},
  {FAULT_ERROR_200, NULL, "server", {{GST_SCORE_ERROR_UNREACHABLE, 3},
      {GST_SCORE_ERROR_UNREACHABLE, 3}, {GST_SCORE_ERROR_UNREACHABLE, 3}, BAD (2)}},
  {FAULT_REDIRECT, "301", "base-url", ALL (GST_SCORE_ERROR_CONFIG, 1)},
  {FAULT_REDIRECT, "302", "base-url", ALL (GST_SCORE_ERROR_CONFIG, 1)},
  {FAULT_REDIRECT, "307", "base-url", ALL (GST_SCORE_ERROR_CONFIG, 1)},
  {FAULT_REDIRECT, "308", "base-url", ALL (GST_SCORE_ERROR_CONFIG, 1)},

  /* one more where a connection was kept that the server no longer wants */
  {FAULT_RESET, NULL, "127.0.0.1", ALL (GST_SCORE_ERROR_UNREACHABLE, 4)},
  {FAULT_CLOSE, NULL, "127.0.0.1", ALL (GST_SCORE_ERROR_UNREACHABLE, 4)},
  {FAULT_HALF_STATUS, NULL, "127.0.0.1", ALL (GST_SCORE_ERROR_UNREACHABLE, 4)},
  {FAULT_HALF_HEADERS, NULL, "127.0.0.1", ALL (GST_SCORE_ERROR_UNREACHABLE, 4)},
  {FAULT_TRUNCATED, NULL, "broke off", ALL (GST_SCORE_ERROR_UNREACHABLE, 3)},
  {FAULT_GARBAGE, NULL, "127.0.0.1", ALL (GST_SCORE_ERROR_UNREACHABLE, 4)},

  {FAULT_TRUNCATED_CHUNKED, NULL, "answer", ALL (GST_SCORE_ERROR_BAD_REPLY, 2)},
  {FAULT_BOGUS_GZIP, NULL, "answer", ALL (GST_SCORE_ERROR_BAD_REPLY, 2)},
  {FAULT_TRUNCATED_GZIP, NULL, "answer", ALL (GST_SCORE_ERROR_BAD_REPLY, 2)},
  {FAULT_BOMB, "96", "larger than", ALL (GST_SCORE_ERROR_BAD_REPLY, 1)},
  {FAULT_ENDLESS, NULL, "larger than", ALL (GST_SCORE_ERROR_BAD_REPLY, 1)},
  {FAULT_HUGE, NULL, "larger than", ALL (GST_SCORE_ERROR_BAD_REPLY, 1)},
  {FAULT_EMPTY, NULL, "answer", ALL (GST_SCORE_ERROR_BAD_REPLY, 2)},
  {FAULT_NOT_JSON, NULL, "answer", ALL (GST_SCORE_ERROR_BAD_REPLY, 2)},
  {FAULT_CUT_JSON, NULL, "answer", ALL (GST_SCORE_ERROR_BAD_REPLY, 2)},
  {FAULT_DEEP, NULL, "answer", ALL (GST_SCORE_ERROR_BAD_REPLY, 2)},
  {FAULT_BAD_UTF8, NULL, "", {BAD (2), BAD (1), NO_CHANCES, BAD (2)}},
  {FAULT_BODY, "{}", "answer", ALL (GST_SCORE_ERROR_BAD_REPLY, 2)},
  {FAULT_BODY, "[]", "answer", ALL (GST_SCORE_ERROR_BAD_REPLY, 2)},

  {FAULT_NULL_CONTENT, NULL, "answer", {BAD (2), BAD (1), NO_CHANCES, BAD (2)}},
  {FAULT_REFUSAL, NULL, "", {{GST_SCORE_ERROR_REFUSED, 1},
      {GST_SCORE_ERROR_REFUSED, 1}, {GST_SCORE_ERROR_REFUSED, 1}, BAD (2)}},
  {FAULT_FILTERED, NULL, "", {{GST_SCORE_ERROR_REFUSED, 1},
      {GST_SCORE_ERROR_REFUSED, 1}, {GST_SCORE_ERROR_REFUSED, 1}, BAD (2)}},
  {FAULT_LENGTH, NULL, "", {BAD (2), BAD (1), OK, BAD (2)}},
  {FAULT_DEEP_TEXT, NULL, "", {BAD (2), BAD (1), NO_CHANCES, BAD (2)}},
  {FAULT_PROSE, NULL, "", {BAD (2), BAD (1), NO_CHANCES, BAD (2)}},
  {FAULT_TEXT, "{}", "", {BAD (2), BAD (1), NO_CHANCES, BAD (2)}},
  {FAULT_TEXT, "[]", "", {BAD (2), BAD (1), NO_CHANCES, BAD (1)}},
  {FAULT_TEXT, "{\"Hm\":-0.125}", "", {BAD (2), BAD (1), BAD (1), BAD (2)}},
  {FAULT_WRONG_LENGTH, NULL, "values", {{SCORED, 2}, OK, OK, BAD (1)}},
  {FAULT_NAN, NULL, "answer", {BAD (2), BAD (1), BAD (2), BAD (2)}},
  {FAULT_INFINITE, NULL, "", {BAD (2), OK, OK, BAD (2)}},
  {FAULT_TEXT, "{\"True\":1e999,\"False\":-0.75}", "", {BAD (2), BAD (1),
      BAD (1), BAD (2)}},
  {FAULT_FENCES, NULL, "answer", {OK, OK, OK, BAD (2)}},
  {FAULT_THINK, NULL, "answer", {OK, OK, OK, BAD (2)}},
};

/* With a time-out of a second and no retry, or told to come back in a second. */
static const Case slow_cases[] = {
  {FAULT_HANG, NULL, "did not answer", ALL (GST_SCORE_ERROR_TIMEOUT, 1)},
  {FAULT_HANG_BODY, NULL, "did not finish", ALL (GST_SCORE_ERROR_TIMEOUT, 1)},
  {FAULT_DRIP, NULL, "did not finish", ALL (GST_SCORE_ERROR_TIMEOUT, 1)},
};
/* *INDENT-ON* */

/* At most three samples, and so many questions where beginnings are asked about. */
#define N_FRAMES 11

static gboolean
is_bound (gdouble value)
{
  return value >= 0.0 && value <= 1.0;
}

static void
check_scored (GstScoreResult * result)
{
  guint n = gst_score_result_get_n_samples (result);

  assert_scored (result);
  fail_unless (n > 0);
  fail_unless (is_bound (gst_score_result_get_progress (result)));
  for (guint i = 0; i < n; i++)
    fail_unless (is_bound (gst_score_result_get_sample (result, i)->progress));
}

/* Nothing is made up. */
static void
check_failed (Fixture * f, const Case * c, const Fate * fate,
    GstScoreResult * result)
{
  const GError *error = gst_score_result_get_error (result);

  fail_unless (error != NULL, "%s %s: scored", fault_kind_get_nick (c->kind),
      c->detail ? c->detail : "");
  fail_unless (g_error_matches (error, GST_SCORE_ERROR, fate->expected),
      "%s %s: %s", fault_kind_get_nick (c->kind), c->detail ? c->detail : "",
      error->message);
  fail_unless (strstr (error->message, WATCH_KEY) == NULL, "%s",
      error->message);
  fail_unless (isnan (gst_score_result_get_progress (result)));
  fail_unless (gst_score_result_get_n_samples (result) > 0);
  for (guint i = 0; i < gst_score_result_get_n_samples (result); i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    fail_unless (isnan (sample->progress));
    fail_unless (isnan (sample->raw_value));
    fail_unless (isnan (sample->success_probability));
  }
  watch_check_warning (f, (GstScoreError) fate->expected, c->helps,
      gst_score_result_get_episode_id (result));
}

static void
check_result (Fixture * f, const Case * c, const Fate * fate)
{
  g_autoptr (GstScoreResult) result = watch_pop_result (f);

  if (fate->expected == SCORED && gst_score_result_get_error (result))
    fail ("%s %s: %s", fault_kind_get_nick (c->kind), c->detail ? c->detail :
        "", gst_score_result_get_error (result)->message);
  if (fate->expected == SCORED)
    check_scored (result);
  else
    check_failed (f, c, fate, result);
}

/* The next episode of the same stream, with the server well again; and the
 * stream's end comes through. */
static void
check_recovery (Fixture * f)
{
  g_autoptr (GstScoreResult) result = NULL;

  fault_server_always (f->server, FAULT_NONE, NULL);
  fixture_push (f, N_FRAMES);
  fixture_push_eos (f);
  result = watch_pop_result (f);
  check_scored (result);
  gst_message_unref (watch_pop (f, GST_MESSAGE_EOS, NULL));
  fail_unless_equals_int (fixture_count_results (f), 0);
}

static guint
count_questions_due (const Way * way)
{
  return way->answer == ANSWER_CHANCES || way->properties != NULL ? 3 : 1;
}

static void
run_case (const Way * way, const Case * c, gboolean once)
{
  g_autoptr (Fixture) f = way_new (way, "timeout", "60", "retries", RETRIES,
      NULL);
  const Fate *fate = &c->fates[way->answer], helped = { SCORED, fate->most };
  guint n;

  GST_INFO ("%s: %s %s %s", way->name, fault_kind_get_nick (c->kind),
      c->detail ? c->detail : "", once ? "once" : "always");
  if (once)
    fault_server_next (f->server, c->kind, c->detail);
  else
    fault_server_always (f->server, c->kind, c->detail);
  fixture_start (f);
  fixture_push (f, N_FRAMES);
  fixture_push_custom (f, "score/episode-end;");
  check_result (f, c, once && fate->most > 1 ? &helped : fate);
  n = way_count_questions (f);
  fail_unless (n >= 1 && n <= fate->most * count_questions_due (way),
      "%s, %s: %u questions", way->name, fault_kind_get_nick (c->kind), n);
  fail_unless_equals_int (fault_server_count (f->server,
          FAULT_COUNT_STRANGERS), 0);
  check_recovery (f);
}

GST_START_TEST (test_always)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    run_case (&ways[__i__], &cases[i], FALSE);
}

GST_END_TEST;

/* What a retry helps against does not fail an episode. */
GST_START_TEST (test_once)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    if (cases[i].fates[ways[__i__].answer].most > 1)
      run_case (&ways[__i__], &cases[i], TRUE);
  }
}

GST_END_TEST;

/* All at the same time, since each takes a second. */
GST_START_TEST (test_slow)
{
  const Case *c = &slow_cases[__i__];
  Fixture *fixtures[N_ANSWERS * 4];

  fail_unless (n_dialects <= G_N_ELEMENTS (fixtures));
  for (guint i = 0; i < n_dialects; i++) {
    fixtures[i] = way_new (&ways[i], "timeout", "1", "retries", "0", NULL);
    fault_server_always (fixtures[i]->server, c->kind, c->detail);
    fixture_start (fixtures[i]);
    fixture_push (fixtures[i], N_FRAMES);
    fixture_push_custom (fixtures[i], "score/episode-end;");
  }
  for (guint i = 0; i < n_dialects; i++) {
    check_result (fixtures[i], c, &c->fates[ways[i].answer]);
    check_recovery (fixtures[i]);
    fixture_free (fixtures[i]);
  }
}

GST_END_TEST;

/* The server says when, and that is kept to. */
GST_START_TEST (test_retry_after)
{
  Fixture *fixtures[N_ANSWERS * 4];

  fail_unless (n_dialects <= G_N_ELEMENTS (fixtures));
  for (guint i = 0; i < n_dialects; i++) {
    fixtures[i] = way_new (&ways[i], "retries", "1", NULL);
    fault_server_next (fixtures[i]->server, FAULT_STATUS, "429;Retry-After: 1");
    fixture_start (fixtures[i]);
    fixture_push (fixtures[i], N_FRAMES);
    fixture_push_eos_elsewhere (fixtures[i]);
  }
  for (guint i = 0; i < n_dialects; i++) {
    g_autoptr (GstScoreResult) result = watch_pop_result (fixtures[i]);

    check_scored (result);
    fail_unless_equals_int (gst_score_result_get_usage (result)->retries, 1);
    gst_message_unref (watch_pop (fixtures[i], GST_MESSAGE_EOS, NULL));
    fixture_free (fixtures[i]);
  }
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

/* A parameter that the server does not know is left out, and that is said. */
GST_START_TEST (test_a_refused_parameter_is_left_out)
{
  const Way *way = &ways[__i__];
  g_autoptr (Fixture) f = way_new (way, "temperature", "0.5", NULL);
  g_autoptr (GstScoreResult) result = NULL;
  g_autofree gchar *complaint = NULL;

  if (way->answer == ANSWER_CURVE)
    return;
  fault_server_always (f->server, FAULT_REFUSES, "temperature");
  fixture_start (f);
  fixture_push (f, N_FRAMES);
  fixture_push_eos (f);
  complaint = fixture_pop_complaint (f, GST_MESSAGE_WARNING);
  fail_unless (strstr (complaint, "temperature") != NULL, "%s", complaint);
  result = fixture_pop_result (f);
  check_scored (result);
}

GST_END_TEST;

static Suite *
methods_faults_suite (void)
{
  Suite *suite = suite_create ("methods-faults");
  TCase *tc = tcase_create ("faults");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_always, 0, n_dialects);
  tcase_add_loop_test (tc, test_once, 0, n_dialects);
  tcase_add_loop_test (tc, test_slow, 0, G_N_ELEMENTS (slow_cases));
  tcase_add_test (tc, test_retry_after);
  tcase_add_test (tc, test_every_kind_has_a_case);
  tcase_add_loop_test (tc, test_a_refused_parameter_is_left_out, 0, n_dialects);
  return suite;
}

GST_CHECK_MAIN (methods_faults);
