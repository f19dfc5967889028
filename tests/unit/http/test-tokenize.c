/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* The caller asks a server for the number of the token whose log-probability it
 * wants: once, and nobody waits long for it. */

#include <string.h>

#include "support.h"

#define ONE_TOKEN "{\"count\":1,\"tokens\":[2514]}"

static void
told_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Outcome *outcome = user_data;

  g_assert_cmpuint (outcome->times++, ==, 0);
  outcome->reply = score_caller_ask_finish (outcome->caller, result,
      &outcome->cost, &outcome->error);
  outcome->ended = g_get_monotonic_time ();
}

static void
ask_token (Fixture * self, gint64 deadline, GCancellable * cancellable,
    Outcome * outcome)
{
  g_autoptr (ScoreRequest) request = new_question ("True or false?");

  score_request_set_greedy (request, 1);
  score_request_want_token (request, "True");
  outcome->caller = self->caller;
  score_caller_ask_async (self->caller, request, deadline, cancellable,
      told_cb, outcome);
}

static void
ask_token_and_wait (Fixture * self)
{
  g_auto (Outcome) outcome = { 0 };

  ask_token (self, 0, NULL, &outcome);
  await (self, &outcome);
  g_assert_no_error (outcome.error);
}

static gboolean
asks_for_number (Fixture * self, guint index)
{
  g_autofree gchar *body =
      fault_request_dup_body (fault_server_get_request (self->server, index));

  return strstr (body, "\"logprob_token_ids\":[2514]") != NULL;
}

static const gchar *
get_target (Fixture * self, guint index)
{
  return fault_server_get_request (self->server, index)->target;
}

static void
open_fixture (Fixture * self, FaultKind kind, const gchar * detail)
{
  fixture_init_bare (self);
  open_caller (self, NULL, NULL);
  fault_server_at_path (self->server, "/tokenize", kind, detail);
}

static void
test_number_is_sent (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_autofree gchar *body = NULL;

  open_fixture (&fixture, FAULT_BODY, ONE_TOKEN);
  for (guint i = 0; i < 3; i++)
    ask_token_and_wait (&fixture);
  g_assert_cmpuint (count_requests (&fixture), ==, 4);
  g_assert_cmpstr (get_target (&fixture, 0), ==, "/tokenize");
  body = fault_request_dup_body (fault_server_get_request (fixture.server, 0));
  g_assert_cmpstr (body, ==, "{\"prompt\":\"True\",\"content\":\"True\","
      "\"model\":\"m\",\"add_special_tokens\":false,\"add_special\":false}");
  for (guint i = 1; i < 4; i++)
    g_assert_true (asks_for_number (&fixture, i));
  g_assert_cmpuint (fixture.notices->len, ==, 0);
}

/* Many at once: the others wait for the one look-up. */
static void
test_asked_once_for_many (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[12] = { 0 };

  open_fixture (&fixture, FAULT_BODY, ONE_TOKEN);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    ask_token (&fixture, 0, NULL, &outcomes[i]);
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  g_assert_cmpuint (count_requests (&fixture), ==, 13);
  for (guint i = 0; i < 12; i++) {
    g_assert_no_error (outcomes[i].error);
    g_assert_true (asks_for_number (&fixture, i + 1));
    outcome_clear (&outcomes[i]);
  }
}

/* No such thing, no answer, nonsense: then there is no number, no second try and
 * nothing to be told. */
static const struct
{
  FaultKind kind;
  const gchar *detail;
} answers[] = {
  {FAULT_STATUS, "404"},
  {FAULT_STATUS, "405"},
  {FAULT_STATUS, "401"},
  {FAULT_STATUS, "429;Retry-After: 1"},
  {FAULT_STATUS, "503"},
  {FAULT_BODY, "{\"tokens\":[1,2]}"},
  {FAULT_BODY, "{\"tokens\":[]}"},
  {FAULT_TEXT, "True"},
  {FAULT_NOT_JSON, NULL},
  {FAULT_EMPTY, NULL},
  {FAULT_HANG, NULL},
  {FAULT_HANG_BODY, NULL},
  {FAULT_RESET, NULL},
  {FAULT_CLOSE, NULL},
  {FAULT_GARBAGE, NULL},
  {FAULT_ENDLESS, NULL},
  {FAULT_DEEP, NULL},
};

static void
test_without_a_number (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  ScoreCallerOptions options = CALLER_OPTIONS;
  g_auto (Fixture) fixture = { NULL };

  fixture_init_bare (&fixture);
  if (answers[i].kind == FAULT_HANG || answers[i].kind == FAULT_HANG_BODY)
    options.timeout = 200 * MS;
  open_caller (&fixture, NULL, &options);
  fault_server_at_path (fixture.server, "/tokenize", answers[i].kind,
      answers[i].detail);
  for (guint k = 0; k < 2; k++)
    ask_token_and_wait (&fixture);
  g_assert_cmpuint (count_requests (&fixture), ==, 3);
  g_assert_cmpstr (get_target (&fixture, 0), ==, "/tokenize");
  g_assert_false (asks_for_number (&fixture, 1));
  g_assert_false (asks_for_number (&fixture, 2));
  g_assert_cmpuint (fixture.notices->len, ==, 0);
}

static void
test_refused_number_is_left_out (void)
{
  g_auto (Fixture) fixture = { NULL };

  open_fixture (&fixture, FAULT_BODY, ONE_TOKEN);
  fault_server_always (fixture.server, FAULT_REFUSES, "logprob_token_ids");
  for (guint i = 0; i < 2; i++)
    ask_token_and_wait (&fixture);
  g_assert_cmpuint (count_requests (&fixture), ==, 4);
  g_assert_true (asks_for_number (&fixture, 1));
  g_assert_false (asks_for_number (&fixture, 2));
  g_assert_false (asks_for_number (&fixture, 3));
  g_assert_cmpuint (fixture.notices->len, ==, 1);
}

static void
test_other_questions_do_not_ask (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  open_fixture (&fixture, FAULT_BODY, ONE_TOKEN);
  ask_and_wait (&fixture, "how far?", &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (count_requests (&fixture), ==, 1);
}

/* Both look-ups, one after the other. */
static void
test_after_the_model (void)
{
  g_auto (Fixture) fixture = { NULL };
  ScoreServer *server;

  fixture_init_bare (&fixture);
  server = new_server (&fixture);
  g_clear_pointer (&server->model, g_free);
  open_caller (&fixture, server, NULL);
  fault_server_at_path (fixture.server, "/tokenize", FAULT_BODY, ONE_TOKEN);
  ask_token_and_wait (&fixture);
  g_assert_cmpuint (count_requests (&fixture), ==, 3);
  g_assert_cmpstr (get_target (&fixture, 1), ==, "/tokenize");
  g_assert_true (asks_for_number (&fixture, 2));
}

/* Whoever gives up meanwhile takes the look-up along; the next one asks anew. */
static void
test_cancelled_meanwhile (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  open_fixture (&fixture, FAULT_BODY, ONE_TOKEN);
  fault_server_hold (fixture.server);
  ask_token (&fixture, 0, cancellable, &outcome);
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_BUSY, 1,
          fixture.context));
  g_cancellable_cancel (cancellable);
  await (&fixture, &outcome);
  g_assert_error (outcome.error, GST_SCORE_ERROR, GST_SCORE_ERROR_CANCELLED);
  fault_server_release (fixture.server);
  ask_token_and_wait (&fixture);
  g_assert_cmpuint (count_requests (&fixture), ==, 3);
  g_assert_true (asks_for_number (&fixture, 2));
}

static void
test_late_meanwhile (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  open_fixture (&fixture, FAULT_HANG, NULL);
  ask_token (&fixture, in_ms (100), NULL, &outcome);
  await (&fixture, &outcome);
  g_assert_error (outcome.error, GST_SCORE_ERROR, GST_SCORE_ERROR_TIMEOUT);
}

/* Where the server is asked, and who is not asked at all. */
static const struct
{
  const gchar *base_url, *url;
} places[] = {
  {"http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/tokenize"},
  {"http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/tokenize"},
  {"http://gpu:8000/v1", "http://gpu:8000/tokenize"},
  {"http://10.0.0.7:8080", "http://10.0.0.7:8080/tokenize"},
  {"http://gpu/one/v1?key=x", "http://gpu/one/tokenize"},
  {"https://localhost:8000/v1", "https://localhost:8000/tokenize"},
  {"https://api.openai.com/v1", NULL},
  {"https://openrouter.ai/api/v1", NULL},
  {"https://lab.openai.azure.com/openai/deployments/x", NULL},
  {"https://models.example.com/v1", NULL},
};

static void
test_places (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (ScoreServer) server = score_server_new ();
    g_autoptr (ScoreWire) wire = NULL;

    server->provider = &score_provider_openai;
    server->base_url = g_strdup (places[i].base_url);
    wire = score_provider_openai.build_tokenize (server, " True");
    g_assert_cmpstr (wire ? wire->url : NULL, ==, places[i].url);
  }
}

int
main (int argc, char **argv)
{
  init_tests (&argc, &argv);
#define ADD(name, func) g_test_add_func ("/tokenize/" name, func)
  ADD ("number-is-sent", test_number_is_sent);
  ADD ("asked-once-for-many", test_asked_once_for_many);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree gchar *path = g_strdup_printf ("/tokenize/without/%u-%s", i,
        fault_kind_get_nick (answers[i].kind));

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_without_a_number);
  }
  ADD ("refused-number-is-left-out", test_refused_number_is_left_out);
  ADD ("other-questions-do-not-ask", test_other_questions_do_not_ask);
  ADD ("after-the-model", test_after_the_model);
  ADD ("cancelled-meanwhile", test_cancelled_meanwhile);
  ADD ("late-meanwhile", test_late_meanwhile);
  ADD ("places", test_places);
#undef ADD
  return g_test_run ();
}
