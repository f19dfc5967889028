/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A server that can be asked whether it is well is, once, and whatever comes of
 * it stops nothing. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "support.h"

#define GOOD "{\"status\":\"healthy\",\"available_gpus\":1,\"total_gpus\":1}"
#define CURVE "{\"outputs_progress\":{\"progress_pred\":[[0.25]]}}"

static ScoreServer *
new_robometer (Fixture * fixture)
{
  ScoreServer *server = score_server_new ();

  server->provider = &score_provider_robometer;
  server->base_url = g_strdup (fault_server_get_url (fixture->server));
  server->api_key = g_strdup (SECRET_KEY);
  fault_server_at_path (fixture->server, "/evaluate_batch_npy", FAULT_BODY,
      CURVE);
  return server;
}

static ScoreRequest *
new_curve_question (void)
{
  ScoreRequest *request = score_request_new ("progress", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("RGB", 3);
  ScoreStill still = { bytes, bytes, 1, 1 };

  score_request_add_text (request, "open the drawer");
  score_request_add_video (request, &still, 1, 1.0);
  score_request_pack_video (request, 1, bytes, 1, 1);
  return request;
}

static void
answered_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->times++;
  outcome->reply = score_caller_ask_finish (outcome->caller, result,
      &outcome->cost, &outcome->error);
}

/* The caller is asked at once, before the health is known. */
static void
ask_curve (Fixture * fixture, Outcome * outcome)
{
  g_autoptr (ScoreRequest) request = new_curve_question ();

  outcome->caller = fixture->caller;
  score_caller_ask_async (fixture->caller, request, 0, NULL, answered_cb,
      outcome);
}

static guint
count_healths (Fixture * fixture)
{
  guint n = 0;

  for (guint i = 0; i < count_requests (fixture); i++) {
    const FaultRequest *request = fault_server_get_request (fixture->server, i);

    n += g_strcmp0 (request->method, "GET") == 0
        && g_str_has_suffix (request->target, "/health");
  }
  return n;
}

static const struct
{
  FaultKind kind;
  const gchar *detail;
  const gchar *says;            /* what the user is told; NULL: nothing */
} cases[] = {
  {FAULT_BODY, GOOD, NULL},
  {FAULT_BODY, "{\"status\":\"loading\"}", "\"loading\""},
  {FAULT_BODY, "{\"data\":[]}", "no status"},
  {FAULT_NOT_JSON, NULL, "no good answer"},
  {FAULT_EMPTY, NULL, "no good answer"},
  {FAULT_STATUS, "404", "HTTP status 404"},
  {FAULT_STATUS, "500", "HTTP status 500"},
  {FAULT_STATUS, "401", "HTTP status 401"},
  {FAULT_RESET, NULL, "no good answer"},
  {FAULT_CLOSE, NULL, "no good answer"},
  {FAULT_ENDLESS, NULL, "no good answer"},
};

static void
test_answers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Fixture) fixture = { NULL };
    g_auto (Outcome) outcome = { 0 };

    fixture_init_bare (&fixture);
    fault_server_at_path (fixture.server, "/health", cases[i].kind,
        cases[i].detail);
    open_caller (&fixture, new_robometer (&fixture), NULL);
    ask_curve (&fixture, &outcome);
    await (&fixture, &outcome);
    g_assert_no_error (outcome.error);
    g_assert_cmpstr (outcome.reply->text, ==, "{\"progress\":[0.25]}");
    while (cases[i].says != NULL && fixture.notices->len == 0)
      g_main_context_iteration (fixture.context, TRUE);
    /* the answer to the question may be quicker than the look at the server */
    g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_REQUESTS, 2,
            fixture.context));
    drain (fixture.context);
    g_assert_cmpuint (count_healths (&fixture), ==, 1);
    g_assert_cmpuint (fixture.notices->len, ==, cases[i].says ? 1 : 0);
    if (cases[i].says != NULL) {
      const gchar *notice = g_ptr_array_index (fixture.notices, 0);

      g_assert_true (g_str_has_prefix (notice, "base-url: "));
      g_assert_nonnull (strstr (notice, cases[i].says));
      g_assert_null (strstr (notice, SECRET_KEY));
    }
  }
}

/* The answer does not come before the element stops, and the one question that
 * may be in the air does not wait for it. */
static void
test_stopped_while_waiting (void)
{
  ScoreCallerOptions options = CALLER_OPTIONS;
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  fixture_init_bare (&fixture);
  fault_server_at_path (fixture.server, "/health", FAULT_HANG, NULL);
  options.max_in_flight = options.http.max_connections = 1;
  open_caller (&fixture, new_robometer (&fixture), &options);
  ask_curve (&fixture, &outcome);
  await (&fixture, &outcome);
  g_assert_nonnull (outcome.reply);
  g_assert_cmpuint (fixture.notices->len, ==, 0);
  g_clear_pointer (&fixture.caller, score_caller_free);
  g_assert_cmpuint (fixture.notices->len, ==, 0);
}

static void
test_stopped_at_once (void)
{
  g_auto (Fixture) fixture = { NULL };

  fixture_init_bare (&fixture);
  open_caller (&fixture, new_robometer (&fixture), NULL);
  g_clear_pointer (&fixture.caller, score_caller_free);
  g_assert_cmpuint (fixture.notices->len, ==, 0);
}

static void
test_nobody_listens (void)
{
  const ScoreCallerOptions options = CALLER_OPTIONS;
  g_auto (Fixture) fixture = { NULL };
  ScoreServer *server;

  fixture_init_bare (&fixture);
  server = new_robometer (&fixture);
  g_free (server->base_url);
  server->base_url = g_strdup ("http://127.0.0.1:1");
  open_caller (&fixture, server, &options);
  while (fixture.notices->len == 0)
    g_main_context_iteration (fixture.context, TRUE);
  g_assert_nonnull (strstr (g_ptr_array_index (fixture.notices, 0),
          "127.0.0.1:1"));
}

static void
test_chat_servers_are_not_asked (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  fixture_init_bare (&fixture);
  open_caller (&fixture, NULL, NULL);
  ask_and_wait (&fixture, "question", &outcome);
  g_assert_nonnull (outcome.reply);
  g_assert_cmpuint (count_healths (&fixture), ==, 0);
}

int
main (int argc, char **argv)
{
  init_tests (&argc, &argv);
  g_test_add_func ("/health/answers", test_answers);
  g_test_add_func ("/health/stopped-while-waiting", test_stopped_while_waiting);
  g_test_add_func ("/health/stopped-at-once", test_stopped_at_once);
  g_test_add_func ("/health/nobody-listens", test_nobody_listens);
  g_test_add_func ("/health/chat-servers-are-not-asked",
      test_chat_servers_are_not_asked);
  return g_test_run ();
}
