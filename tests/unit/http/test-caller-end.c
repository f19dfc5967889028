/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "support.h"

typedef enum
{
  CANCEL_BEFORE,
  CANCEL_AT_ONCE,
  CANCEL_ASKED,
  CANCEL_BODY,
  CANCEL_QUEUED,
  CANCEL_BACKING_OFF,
  CANCEL_GATED,
  CANCEL_LOOKING,
  N_MOMENTS,
} Moment;

static const gchar *const moments[N_MOMENTS] = { "before", "at-once", "asked",
  "body", "queued", "backing-off", "gated", "looking"
};

static void
script_moment (Fixture * fixture, Moment moment)
{
  static const struct
  {
    FaultKind kind;
    const gchar *detail;
  } scripts[N_MOMENTS] = {
    [CANCEL_BEFORE] = {FAULT_HANG, NULL},
    [CANCEL_AT_ONCE] = {FAULT_HANG, NULL},
    [CANCEL_ASKED] = {FAULT_HANG, NULL},
    [CANCEL_BODY] = {FAULT_HANG_BODY, NULL},
    [CANCEL_QUEUED] = {FAULT_HANG, NULL},
    [CANCEL_BACKING_OFF] = {FAULT_STATUS, "500;Retry-After: 60"},
    [CANCEL_GATED] = {FAULT_STATUS, "503;Retry-After: 60"},
    [CANCEL_LOOKING] = {FAULT_HANG, NULL},
  };

  fault_server_always (fixture->server, scripts[moment].kind,
      scripts[moment].detail);
  fault_server_at_path (fixture->server, "/models", FAULT_HANG, NULL);
}

static void
wait_for_retry (Fixture * fixture)
{
  ScoreCallerStats stats;

  do {
    g_main_context_iteration (fixture->context, TRUE);
    score_caller_get_stats (fixture->caller, &stats);
  } while (stats.retries == 0);
}

static void
reach_moment (Fixture * fixture, Moment moment)
{
  if (moment == CANCEL_BACKING_OFF || moment == CANCEL_GATED)
    wait_for_retry (fixture);
  else if (moment == CANCEL_BODY)
    g_assert_true (fault_server_wait (fixture->server, FAULT_COUNT_ANSWERS, 1,
            fixture->context));
  else if (moment != CANCEL_BEFORE && moment != CANCEL_AT_ONCE)
    g_assert_true (fault_server_wait (fixture->server, FAULT_COUNT_REQUESTS, 1,
            fixture->context));
}

static void
test_cancel (gconstpointer data)
{
  const Moment moment = GPOINTER_TO_UINT (data);
  ScoreCallerOptions options = CALLER_OPTIONS;
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) first = { 0 }, second = { 0 };
  g_autoptr (GCancellable) one = g_cancellable_new ();
  g_autoptr (GCancellable) two = g_cancellable_new ();
  ScoreServer *server;

  fixture_init_bare (&fixture);
  options.max_in_flight = options.http.max_connections = 1;
  options.retry.backoff_max = 60;
  server = new_server (&fixture);
  if (moment == CANCEL_LOOKING)
    g_clear_pointer (&server->model, g_free);
  open_caller (&fixture, server, &options);
  script_moment (&fixture, moment);
  if (moment == CANCEL_BEFORE)
    g_cancellable_cancel (one);
  ask (&fixture, "question 0", 0, one, &first);
  if (moment == CANCEL_QUEUED)
    ask (&fixture, "question 1", 0, two, &second);
  reach_moment (&fixture, moment);
  g_cancellable_cancel (moment == CANCEL_QUEUED ? two : one);
  await (&fixture, moment == CANCEL_QUEUED ? &second : &first);
  if (moment == CANCEL_QUEUED) {
    assert_error (second.error, GST_SCORE_ERROR_CANCELLED, moments[moment]);
    g_assert_cmpuint (first.times, ==, 0);
    g_cancellable_cancel (one);
    await (&fixture, &first);
  }
  assert_error (first.error, GST_SCORE_ERROR_CANCELLED, moments[moment]);
  g_assert_cmpuint (count_requests (&fixture), <=, 1);
}

/* Everything at once, as when an element stops; some in every state. */
static void
test_cancel_all (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[40] = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  open_narrow_caller (&fixture, 4);
  fault_server_next_times (fixture.server, 8, FAULT_NONE, NULL);
  fault_server_next_times (fixture.server, 4, FAULT_STATUS, "500");
  fault_server_always (fixture.server, FAULT_HANG, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    ask (&fixture, "question", in_ms (5000), cancellable, &outcomes[i]);
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_REQUESTS, 13,
          fixture.context));
  g_cancellable_cancel (cancellable);
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    if (outcomes[i].error)
      assert_error (outcomes[i].error, GST_SCORE_ERROR_CANCELLED, "all");
    outcome_clear (&outcomes[i]);
  }
}

/* The caller goes with its last answer. */
static void
last_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ScoreReply) reply = score_caller_ask_finish (fixture->caller,
      result, NULL, &error);

  g_assert_no_error (error);
  g_clear_pointer (&fixture->caller, score_caller_free);
}

static void
test_freed_in_the_callback (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_autoptr (ScoreRequest) request = new_question ("question 0");

  fixture_init_bare (&fixture);
  open_caller (&fixture, NULL, NULL);
  score_caller_ask_async (fixture.caller, request, 0, NULL, last_cb, &fixture);
  while (fixture.caller)
    g_main_context_iteration (fixture.context, TRUE);
}

/* The model */

static void
open_caller_without_model (Fixture * fixture)
{
  ScoreServer *server;

  fixture_init_bare (fixture);
  server = new_server (fixture);
  g_clear_pointer (&server->model, g_free);
  open_caller (fixture, server, NULL);
}

static void
test_model_is_asked_for_once (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[10] = { 0 };
  const FaultRequest *request;

  open_caller_without_model (&fixture);
  g_assert_null (score_caller_get_model (fixture.caller));
  ask_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    g_assert_no_error (outcomes[i].error);
    outcome_clear (&outcomes[i]);
  }
  g_assert_cmpstr (score_caller_get_model (fixture.caller), ==, "fault-model");
  g_assert_cmpuint (count_requests (&fixture), ==, 11);
  request = fault_server_get_request (fixture.server, 0);
  g_assert_cmpstr (request->method, ==, "GET");
  g_assert_cmpstr (request->target, ==, "/v1/models");
  for (guint i = 1; i < 11; i++) {
    g_autofree gchar *body =
        fault_request_dup_body (fault_server_get_request (fixture.server, i));

    g_assert_nonnull (strstr (body, "\"fault-model\""));
  }
}

static const struct
{
  FaultKind kind;
  const gchar *detail;
  GstScoreError code;
  guint requests;
} lookups[] = {
  {FAULT_STATUS, "401", GST_SCORE_ERROR_AUTH, 1},
  {FAULT_STATUS, "404", GST_SCORE_ERROR_CONFIG, 1},
  {FAULT_STATUS, "503", GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_RESET, NULL, GST_SCORE_ERROR_UNREACHABLE, 3},
  {FAULT_HANG, NULL, GST_SCORE_ERROR_TIMEOUT, 3},
  {FAULT_EMPTY, NULL, GST_SCORE_ERROR_BAD_REPLY, 2},
  {FAULT_NOT_JSON, NULL, GST_SCORE_ERROR_BAD_REPLY, 2},
};

static void
test_model_cannot_be_had (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  ScoreCallerOptions options = CALLER_OPTIONS;
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[3] = { 0 };
  ScoreServer *server;

  fixture_init_bare (&fixture);
  options.timeout = lookups[i].code == GST_SCORE_ERROR_TIMEOUT ? 60 * MS :
      options.timeout;
  server = new_server (&fixture);
  g_clear_pointer (&server->model, g_free);
  open_caller (&fixture, server, &options);
  fault_server_at_path (fixture.server, "/models", lookups[i].kind,
      lookups[i].detail);
  ask_many (&fixture, outcomes, 3);
  await_many (&fixture, outcomes, 3);
  for (guint k = 0; k < 3; k++) {
    assert_error (outcomes[k].error, lookups[i].code, "model");
    g_assert_true (g_str_has_prefix (outcomes[k].error->message, "model: "));
    g_assert_cmpuint (outcomes[k].cost.requests, ==, 0);
    outcome_clear (&outcomes[k]);
  }
  g_assert_cmpuint (count_requests (&fixture), ==, lookups[i].requests);

  /* The next question tries again. */
  fault_server_at_path (fixture.server, "/models", FAULT_NONE, NULL);
  memset (outcomes, 0, sizeof outcomes);
  ask_and_wait (&fixture, "question 4", &outcomes[0]);
  g_assert_no_error (outcomes[0].error);
  outcome_clear (&outcomes[0]);
}

static void
test_deadline_during_the_search (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) late = { 0 }, patient = { 0 };

  open_caller_without_model (&fixture);
  fault_server_hold (fixture.server);
  ask (&fixture, "question 0", in_ms (50), NULL, &late);
  ask (&fixture, "question 1", 0, NULL, &patient);
  await (&fixture, &late);
  assert_error (late.error, GST_SCORE_ERROR_TIMEOUT, "search");
  fault_server_release (fixture.server);
  await (&fixture, &patient);
  g_assert_no_error (patient.error);
}

/* The search ends with the last question, and begins anew with the next. */
static void
test_search_is_taken_up_again (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) late = { 0 }, next = { 0 };

  open_caller_without_model (&fixture);
  fault_server_hold (fixture.server);
  ask (&fixture, "question 0", in_ms (50), NULL, &late);
  await (&fixture, &late);
  assert_error (late.error, GST_SCORE_ERROR_TIMEOUT, "search");
  ask (&fixture, "question 1", 0, NULL, &next);
  fault_server_release (fixture.server);
  await (&fixture, &next);
  g_assert_no_error (next.error);
}

int
main (int argc, char **argv)
{
  init_tests (&argc, &argv);
  for (guint i = 0; i < N_MOMENTS; i++) {
    g_autofree gchar *path = g_strconcat ("/caller/cancel/", moments[i], NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_cancel);
  }
  g_test_add_func ("/caller/cancel/all", test_cancel_all);
  g_test_add_func ("/caller/freed-in-the-callback", test_freed_in_the_callback);
  g_test_add_func ("/caller/model/is-asked-for-once",
      test_model_is_asked_for_once);
  for (guint i = 0; i < G_N_ELEMENTS (lookups); i++) {
    g_autofree gchar *path = g_strdup_printf ("/caller/model/cannot-be-had/%u",
        i);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_model_cannot_be_had);
  }
  g_test_add_func ("/caller/model/deadline-during-the-search",
      test_deadline_during_the_search);
  g_test_add_func ("/caller/model/search-is-taken-up-again",
      test_search_is_taken_up_again);
  return g_test_run ();
}
