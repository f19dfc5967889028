/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "support.h"

/* What must end sooner than any time-out of ours. */
#define ENOUGH (4 * G_TIME_SPAN_SECOND)

#define ANSWERED -1

/* A server that always does the same, asked with two retries. */
static const struct
{
  FaultKind kind;
  const gchar *detail;
  gint code;                    /* or ANSWERED */
  guint requests;
} faults[] = {
  {FAULT_NONE, NULL, ANSWERED, 1},
  {FAULT_GZIP, NULL, ANSWERED, 1},
  {FAULT_SLOW, "20", ANSWERED, 1},
  {FAULT_STATUS, "400", GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_STATUS, "401", GST_SCORE_ERROR_AUTH, 1},
  {FAULT_STATUS, "402", GST_SCORE_ERROR_RATE_LIMITED, 1},
  {FAULT_STATUS, "403", GST_SCORE_ERROR_AUTH, 1},
  {FAULT_STATUS, "404", GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_STATUS, "408", GST_SCORE_ERROR_TIMEOUT, 3},
  {FAULT_STATUS, "413", GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_STATUS, "422", GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_STATUS, "429", GST_SCORE_ERROR_RATE_LIMITED, 3},
  {FAULT_STATUS, "500", GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_STATUS, "500;x-should-retry: false", GST_SCORE_ERROR_UNREACHABLE, 1},
  {FAULT_STATUS, "501", GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_STATUS, "502", GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_STATUS, "503", GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_STATUS, "504", GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_STATUS, "529", GST_SCORE_ERROR_RATE_LIMITED, 3},
  {FAULT_QUOTA, NULL, GST_SCORE_ERROR_RATE_LIMITED, 1},
  {FAULT_REDIRECT, "301", GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_REDIRECT, "302", GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_REDIRECT, "303", GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_REDIRECT, "307", GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_REDIRECT, "308", GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_EARLY, NULL, GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_ERROR_200, NULL, GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_HANG, NULL, GST_SCORE_ERROR_TIMEOUT, 3},
  {FAULT_HANG_BODY, NULL, GST_SCORE_ERROR_TIMEOUT, 3},
  {FAULT_DRIP, NULL, GST_SCORE_ERROR_TIMEOUT, 3},
  {FAULT_RESET, NULL, GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_CLOSE, NULL, GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_CLOSE_AFTER, NULL, ANSWERED, 1},
  {FAULT_HALF_STATUS, NULL, GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_HALF_HEADERS, NULL, GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_TRUNCATED, NULL, GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_TRUNCATED_CHUNKED, NULL, GST_SCORE_ERROR_BAD_REPLY, 2},
  {FAULT_GARBAGE, NULL, GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_BOGUS_GZIP, NULL, GST_SCORE_ERROR_BAD_REPLY, 2},
  {FAULT_TRUNCATED_GZIP, NULL, GST_SCORE_ERROR_BAD_REPLY, 2},
  {FAULT_BOMB, NULL, GST_SCORE_ERROR_BAD_REPLY, 1},
  {FAULT_ENDLESS, NULL, GST_SCORE_ERROR_BAD_REPLY, 1},
  {FAULT_HUGE, NULL, GST_SCORE_ERROR_BAD_REPLY, 1},
  {FAULT_EMPTY, NULL, GST_SCORE_ERROR_BAD_REPLY, 2},
  {FAULT_NOT_JSON, NULL, GST_SCORE_ERROR_BAD_REPLY, 2},
  {FAULT_CUT_JSON, NULL, GST_SCORE_ERROR_BAD_REPLY, 2},
  {FAULT_DEEP, NULL, GST_SCORE_ERROR_BAD_REPLY, 2},
  {FAULT_BODY, "[]", GST_SCORE_ERROR_BAD_REPLY, 2},
  {FAULT_BODY, "{}", GST_SCORE_ERROR_BAD_REPLY, 2},
  {FAULT_BODY, "null", GST_SCORE_ERROR_BAD_REPLY, 2},
  {FAULT_BODY, "{\"choices\":7,\"candidates\":7}", GST_SCORE_ERROR_BAD_REPLY,
      2},
  {FAULT_BAD_UTF8, NULL, ANSWERED, 1},
  /* An envelope that is in order is an answer, whatever the model says in it. */
  {FAULT_NULL_CONTENT, NULL, ANSWERED, 1},
  {FAULT_REFUSAL, NULL, ANSWERED, 1},
  {FAULT_FILTERED, NULL, ANSWERED, 1},
  {FAULT_LENGTH, NULL, ANSWERED, 1},
  {FAULT_DEEP_TEXT, NULL, ANSWERED, 1},
  {FAULT_PROSE, NULL, ANSWERED, 1},
  {FAULT_NAN, NULL, ANSWERED, 1},
  {FAULT_INFINITE, NULL, ANSWERED, 1},
  {FAULT_FENCES, NULL, ANSWERED, 1},
  {FAULT_THINK, NULL, ANSWERED, 1},
};

static void
assert_stats (Fixture * fixture, const Outcome * outcome, guint requests)
{
  ScoreCallerStats stats;

  score_caller_get_stats (fixture->caller, &stats);
  g_assert_cmpuint (stats.requests, ==, requests);
  g_assert_cmpuint (stats.retries, ==, requests - 1);
  g_assert_cmpuint (stats.in_flight, ==, 0);
  g_assert_cmpuint (stats.waiting, ==, 0);
  g_assert_cmpuint (stats.answered, ==, outcome->reply ? 1 : 0);
  g_assert_cmpuint (stats.errors, ==, outcome->reply ? 0 : 1);
  g_assert_cmpuint (outcome->cost.requests, ==, requests);
  g_assert_cmpuint (outcome->cost.retries, ==, requests - 1);
  g_assert_cmpuint (outcome->cost.bytes_sent, ==, stats.bytes_sent);
  g_assert_cmpuint (outcome->cost.bytes_received, ==, stats.bytes_received);
  g_assert_cmpuint (outcome->cost.bytes_sent, >, 0);
}

static void
run_fault (guint i, const ScoreProvider * provider, const gchar * path)
{
  ScoreCallerOptions options = CALLER_OPTIONS;
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  gint64 begun = g_get_monotonic_time ();
  ScoreServer *server;

  fixture_init_bare (&fixture);
  server = new_server (&fixture);
  server->provider = provider;
  g_free (server->base_url);
  server->base_url = g_strconcat (fault_server_get_url (fixture.server), path,
      NULL);
  if (faults[i].code == GST_SCORE_ERROR_TIMEOUT)
    options.timeout = 60 * MS;
  open_caller (&fixture, server, &options);
  fault_server_always (fixture.server, faults[i].kind, faults[i].detail);
  ask_and_wait (&fixture, "how far?", &outcome);

  g_assert_cmpint (outcome.ended - begun, <, ENOUGH);
  if (faults[i].code == ANSWERED) {
    g_assert_no_error (outcome.error);
    g_assert_true (g_utf8_validate (outcome.reply->text, -1, NULL));
  } else {
    assert_error (outcome.error, faults[i].code,
        fault_kind_get_nick (faults[i].kind));
  }
  g_assert_cmpuint (count_requests (&fixture), ==, faults[i].requests);
  g_assert_cmpuint (fault_server_count (fixture.server,
          FAULT_COUNT_STRANGERS), ==, 0);
  assert_stats (&fixture, &outcome, faults[i].requests);
  g_assert_cmpuint (fixture.notices->len, ==, 0);
}

static void
test_openai (gconstpointer data)
{
  run_fault (GPOINTER_TO_UINT (data), &score_provider_openai, "/v1");
}

static void
test_gemini (gconstpointer data)
{
  run_fault (GPOINTER_TO_UINT (data), &score_provider_gemini, "/v1beta");
}

static void
test_answer_is_read (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  ScoreCallerStats stats;

  fixture_init_bare (&fixture);
  open_caller (&fixture, NULL, NULL);
  fault_server_always (fixture.server, FAULT_TEXT, "{\"progress\":0.5}");
  ask_and_wait (&fixture, "how far?", &outcome);

  g_assert_no_error (outcome.error);
  g_assert_cmpstr (outcome.reply->text, ==, "{\"progress\":0.5}");
  g_assert_cmpstr (outcome.reply->model, ==, "fault-model");
  score_caller_get_stats (fixture.caller, &stats);
  g_assert_cmpuint (stats.tokens.input_tokens, ==, 100);
  g_assert_cmpuint (stats.tokens.cached_tokens, ==, 60);
  g_assert_cmpuint (stats.tokens.output_tokens, ==, 20);
  g_assert_cmpuint (stats.tokens.reasoning_tokens, ==, 5);
  g_assert_cmpint (stats.latency_last, >, 0);
  g_assert_cmpint (stats.latency_last, ==, outcome.cost.time_asking);
  g_assert_cmpint (stats.latency_sum, ==, stats.latency_max);
}

static void
test_refusal_is_told (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  fixture_init_bare (&fixture);
  open_caller (&fixture, NULL, NULL);
  fault_server_always (fixture.server, FAULT_REFUSAL, NULL);
  ask_and_wait (&fixture, "how far?", &outcome);
  g_assert_cmpstr (outcome.reply->refusal, ==, "I cannot help with that.");
}

/* Whoever sets the key as a header of his own has a secret as well. */
static void
test_key_in_a_header_is_not_quoted (void)
{
  static const gchar *const headers[] = {
    "Authorization", "Bearer " SECRET_KEY, NULL
  };
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  ScoreServer *server;

  fixture_init_bare (&fixture);
  server = new_server (&fixture);
  g_clear_pointer (&server->api_key, g_free);
  server->extra_headers = g_strdupv ((gchar **) headers);
  open_caller (&fixture, server, NULL);
  fault_server_always (fixture.server, FAULT_STATUS, "403");
  ask_and_wait (&fixture, "how far?", &outcome);
  assert_error (outcome.error, GST_SCORE_ERROR_AUTH, "403");
}

/* Each of these goes wrong once, and the second attempt is well. */
static void
test_recovers (gconstpointer data)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  const FaultKind kind = GPOINTER_TO_UINT (data);
  ScoreCallerOptions options = CALLER_OPTIONS;

  fixture_init_bare (&fixture);
  options.timeout = 500 * MS;
  open_caller (&fixture, NULL, &options);
  fault_server_next (fixture.server, kind, NULL);
  ask_and_wait (&fixture, "how far?", &outcome);
  g_assert_no_error (outcome.error);
  assert_stats (&fixture, &outcome, 2);
}

static void
test_no_retries_means_none (gconstpointer data)
{
  ScoreCallerOptions options = CALLER_OPTIONS;
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  fixture_init_bare (&fixture);
  options.retry.retries = 0;
  open_caller (&fixture, NULL, &options);
  fault_server_always (fixture.server, GPOINTER_TO_UINT (data), NULL);
  ask_and_wait (&fixture, "how far?", &outcome);
  g_assert_nonnull (outcome.error);
  assert_stats (&fixture, &outcome, 1);
}

/* The ladder */

static ScoreServer *
new_picky_server (Fixture * fixture)
{
  ScoreServer *server = new_server (fixture);

  server->temperature = 0.2;
  server->seed = 7;
  server->reasoning_effort = g_strdup ("low");
  server->max_tokens = 100;
  return server;
}

static gboolean
has_member (Fixture * fixture, guint index, const gchar * member)
{
  g_autofree gchar *body =
      fault_request_dup_body (fault_server_get_request (fixture->server,
          index));
  g_autofree gchar *quoted = g_strdup_printf ("\"%s\":", member);

  return strstr (body, quoted) != NULL;
}

static void
test_ladder_remembers (gconstpointer data)
{
  const gchar *member = data;
  g_auto (Fixture) fixture = { NULL };

  fixture_init_bare (&fixture);
  open_caller (&fixture, new_picky_server (&fixture), NULL);
  fault_server_always (fixture.server, FAULT_REFUSES, member);
  for (guint i = 0; i < 3; i++) {
    g_auto (Outcome) outcome = { 0 };

    ask_and_wait (&fixture, "how far?", &outcome);
    g_assert_no_error (outcome.error);
    g_assert_cmpuint (outcome.cost.requests, ==, i == 0 ? 2 : 1);
    g_assert_cmpuint (outcome.cost.retries, ==, 0);
  }
  g_assert_cmpuint (count_requests (&fixture), ==, 4);
  g_assert_true (has_member (&fixture, 0, member));
  for (guint i = 1; i < 4; i++)
    g_assert_false (has_member (&fixture, i, member));
  g_assert_cmpuint (fixture.notices->len, ==, 1);
}

/* All are on the wire when the server refuses: each is asked anew, and the user
 * is told once. */
static void
test_ladder_of_many_at_once (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[12] = { 0 };

  fixture_init_bare (&fixture);
  open_caller (&fixture, new_picky_server (&fixture), NULL);
  fault_server_always (fixture.server, FAULT_REFUSES, "temperature");
  fault_server_hold (fixture.server);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    ask (&fixture, "how far?", 0, NULL, &outcomes[i]);
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_BUSY, 4,
          fixture.context));
  fault_server_release (fixture.server);
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    g_assert_no_error (outcomes[i].error);
    outcome_clear (&outcomes[i]);
  }
  g_assert_cmpuint (fixture.notices->len, ==, 1);
  g_assert_cmpuint (count_requests (&fixture), <=, 12 + 4);
}

static void
test_ladder_has_an_end (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  fixture_init_bare (&fixture);
  open_caller (&fixture, new_picky_server (&fixture), NULL);
  fault_server_always (fixture.server, FAULT_REFUSES, "messages");
  ask_and_wait (&fixture, "how far?", &outcome);
  assert_error (outcome.error, GST_SCORE_ERROR_CONFIG, "messages");
  g_assert_cmpuint (count_requests (&fixture), ==, 1);
}

static void
add_fault_tests (const gchar * provider, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree gchar *path = g_strdup_printf ("/caller/%s/%u-%s%s%.3s",
        provider, i, fault_kind_get_nick (faults[i].kind),
        faults[i].detail ? "-" : "", faults[i].detail ? faults[i].detail : "");

    g_test_add_data_func (path, GUINT_TO_POINTER (i), func);
  }
}

static void
add_recovery_tests (void)
{
  static const FaultKind kinds[] = { FAULT_RESET, FAULT_CLOSE, FAULT_TRUNCATED,
    FAULT_TRUNCATED_CHUNKED, FAULT_GARBAGE, FAULT_EMPTY, FAULT_NOT_JSON,
    FAULT_CUT_JSON, FAULT_ERROR_200, FAULT_STATUS, FAULT_HANG, FAULT_BOGUS_GZIP
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree gchar *path = g_strconcat ("/caller/recovers/",
        fault_kind_get_nick (kinds[i]), NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (kinds[i]), test_recovers);
  }
}

int
main (int argc, char **argv)
{
  static const gchar *const members[] = { "temperature", "seed",
    "reasoning_effort"
  };

  init_tests (&argc, &argv);
  add_fault_tests ("openai", test_openai);
  add_fault_tests ("gemini", test_gemini);
  add_recovery_tests ();
  g_test_add_func ("/caller/answer-is-read", test_answer_is_read);
  g_test_add_func ("/caller/refusal-is-told", test_refusal_is_told);
  g_test_add_func ("/caller/key-in-a-header-is-not-quoted",
      test_key_in_a_header_is_not_quoted);
  g_test_add_data_func ("/caller/no-retries/reset",
      GUINT_TO_POINTER (FAULT_RESET), test_no_retries_means_none);
  g_test_add_data_func ("/caller/no-retries/status",
      GUINT_TO_POINTER (FAULT_STATUS), test_no_retries_means_none);
  g_test_add_data_func ("/caller/no-retries/empty",
      GUINT_TO_POINTER (FAULT_EMPTY), test_no_retries_means_none);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    g_autofree gchar *path = g_strconcat ("/caller/ladder/remembers/",
        members[i], NULL);

    g_test_add_data_func (path, members[i], test_ladder_remembers);
  }
  g_test_add_func ("/caller/ladder/of-many-at-once",
      test_ladder_of_many_at_once);
  g_test_add_func ("/caller/ladder/has-an-end", test_ladder_has_an_end);
  return g_test_run ();
}
