/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* A minute of two seconds, in which twenty requests are allowed. What is allowed
 * to the letter is in the tests of the pace itself, which have a clock of their
 * own; here the server's minute is a tenth shorter, for a machine that is busy. */

#include "support.h"

#define LIMIT 20
#define MINUTE (2 * G_TIME_SPAN_SECOND)
#define SERVER_MINUTE (MINUTE - MINUTE / 10)
/* Between two requests, less what a late timer may make good. */
#define LEAST_DISTANCE (MINUTE / LIMIT * 8 / 10)

static void
open_paced_caller (Fixture * fixture, guint requests, guint tokens,
    gboolean has_model)
{
  ScoreCallerOptions options = CALLER_OPTIONS;
  ScoreServer *server;

  fixture_init_bare (fixture);
  server = new_server (fixture);
  if (!has_model)
    g_clear_pointer (&server->model, g_free);
  options.max_in_flight = options.http.max_connections = 4;
  options.pace.requests = requests;
  options.pace.tokens = tokens;
  options.pace.minute = MINUTE;
  options.retry.retries = 20;
  options.retry.backoff_max = 5;
  open_caller (fixture, server, &options);
}

static void
clear_outcomes (Outcome * outcomes, guint n, ScoreCallCost * sum)
{
  for (guint i = 0; i < n; i++) {
    g_assert_no_error (outcomes[i].error);
    sum->rate_limited += outcomes[i].cost.rate_limited;
    sum->retries += outcomes[i].cost.retries;
    sum->time_waiting = MAX (sum->time_waiting, outcomes[i].cost.time_waiting);
    sum->time_asking = MAX (sum->time_asking, outcomes[i].cost.time_asking);
    outcome_clear (&outcomes[i]);
  }
}

static void
test_no_429_with_a_pace (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[LIMIT * 3 / 2] = { 0 };
  ScoreCallCost sum = { 0, };
  ScoreCallerStats stats;

  open_paced_caller (&fixture, LIMIT, 0, TRUE);
  fault_server_limit (fixture.server, LIMIT, SERVER_MINUTE);
  ask_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  clear_outcomes (outcomes, G_N_ELEMENTS (outcomes), &sum);
  score_caller_get_stats (fixture.caller, &stats);
  g_assert_cmpuint (stats.rate_limited, ==, 0);
  g_assert_cmpuint (stats.retries, ==, 0);
  g_assert_cmpuint (count_requests (&fixture), ==, G_N_ELEMENTS (outcomes));
  /* the wait is none of the server's */
  g_assert_cmpint (sum.time_waiting, >, (G_N_ELEMENTS (outcomes) - 2) * MINUTE
      / LIMIT);
  g_assert_cmpint (stats.latency_max, ==, sum.time_asking);
  g_assert_cmpint (sum.time_asking, <, sum.time_waiting / 2);
}

static void
test_429s_are_counted (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[LIMIT * 3 / 2] = { 0 };
  ScoreCallCost sum = { 0, };
  ScoreCallerStats stats;

  open_paced_caller (&fixture, 0, 0, TRUE);
  fault_server_limit (fixture.server, LIMIT, SERVER_MINUTE);
  ask_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  clear_outcomes (outcomes, G_N_ELEMENTS (outcomes), &sum);
  score_caller_get_stats (fixture.caller, &stats);
  g_assert_cmpuint (stats.rate_limited, >, 0);
  g_assert_cmpuint (stats.rate_limited, ==, sum.rate_limited);
  g_assert_cmpuint (stats.retries, ==, sum.retries);
  g_assert_cmpuint (count_requests (&fixture), ==, G_N_ELEMENTS (outcomes)
      + stats.rate_limited);
}

static gint64
get_distance (Fixture * fixture, guint index)
{
  return fault_server_get_request (fixture->server, index + 1)->arrived -
      fault_server_get_request (fixture->server, index)->arrived;
}

/* Answers take 120 tokens, so ten of them are a minute's. */
static void
test_tokens (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[15] = { 0 };
  ScoreCallCost sum = { 0, };

  open_paced_caller (&fixture, 0, 1200, TRUE);
  fault_server_limit (fixture.server, 10, SERVER_MINUTE);
  ask_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  clear_outcomes (outcomes, G_N_ELEMENTS (outcomes), &sum);
  g_assert_cmpuint (sum.rate_limited, ==, 0);
  g_assert_cmpuint (count_requests (&fixture), ==, G_N_ELEMENTS (outcomes));
}

/* What comes before the first question, and again after a failure, counts. */
static void
test_lookups_and_retries (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  open_paced_caller (&fixture, LIMIT, 0, FALSE);
  fault_server_next_times (fixture.server, 2, FAULT_STATUS, "500");
  ask_and_wait (&fixture, "question 0", &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (count_requests (&fixture), ==, 4);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (get_distance (&fixture, i), >, LEAST_DISTANCE);
}

static void
test_retries_of_the_lookup (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  open_paced_caller (&fixture, LIMIT, 0, FALSE);
  fault_server_at_path (fixture.server, "/models", FAULT_STATUS, "500");
  ask (&fixture, "question 0", 0, NULL, &outcome);
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_REQUESTS, 3,
          fixture.context));
  fault_server_at_path (fixture.server, "/models", FAULT_NONE, NULL);
  await (&fixture, &outcome);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (get_distance (&fixture, i), >, LEAST_DISTANCE);
}

/* Who waits can be called off, or be too late, without a request. */
static void
test_ends_while_it_waits (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) first = { 0 }, called_off = { 0 }, late = { 0 };

  open_paced_caller (&fixture, 1, 0, TRUE);
  ask_and_wait (&fixture, "question 0", &first);
  g_assert_no_error (first.error);
  ask (&fixture, "question 1", 0, cancellable, &called_off);
  ask (&fixture, "question 2", in_ms (50), NULL, &late);
  drain (fixture.context);
  g_cancellable_cancel (cancellable);
  await (&fixture, &called_off);
  await (&fixture, &late);
  assert_error (called_off.error, GST_SCORE_ERROR_CANCELLED, "called off");
  assert_error (late.error, GST_SCORE_ERROR_TIMEOUT, "late");
  g_assert_cmpuint (late.cost.requests, ==, 0);
  g_assert_cmpint (late.cost.time_asking, ==, 0);
  g_assert_cmpuint (count_requests (&fixture), ==, 1);
}

static guint n_permitted;

static gboolean
permit_cb (gpointer question, gpointer user_data, GError ** error)
{
  Outcome *outcome = question;

  g_assert_cmpuint (outcome->times, ==, 0);
  if (n_permitted < GPOINTER_TO_UINT (user_data)) {
    n_permitted++;
    return TRUE;
  }
  g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BUDGET, "spent");
  return FALSE;
}

/* Each attempt needs a permit, whoever waited for however long. */
static void
test_permits (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[6] = { 0 };
  guint n_answered = 0;

  open_paced_caller (&fixture, 0, 0, TRUE);
  n_permitted = 0;
  score_caller_set_permit (fixture.caller, permit_cb, GUINT_TO_POINTER (4));
  fault_server_next (fixture.server, FAULT_STATUS, "500");
  ask_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    n_answered += outcomes[i].reply != NULL;
    if (outcomes[i].error != NULL)
      assert_error (outcomes[i].error, GST_SCORE_ERROR_BUDGET, "permit");
    outcome_clear (&outcomes[i]);
  }
  g_assert_cmpuint (n_answered, ==, 3);
  g_assert_cmpuint (count_requests (&fixture), ==, 4);
}

int
main (int argc, char **argv)
{
  init_tests (&argc, &argv);
  g_test_add_func ("/caller-pace/no-429-with-a-pace", test_no_429_with_a_pace);
  g_test_add_func ("/caller-pace/429s-are-counted", test_429s_are_counted);
  g_test_add_func ("/caller-pace/tokens", test_tokens);
  g_test_add_func ("/caller-pace/lookups-and-retries",
      test_lookups_and_retries);
  g_test_add_func ("/caller-pace/retries-of-the-lookup",
      test_retries_of_the_lookup);
  g_test_add_func ("/caller-pace/ends-while-it-waits",
      test_ends_while_it_waits);
  g_test_add_func ("/caller-pace/permits", test_permits);
  return g_test_run ();
}
