/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "support.h"

#include <gst/gst.h>
#include <stdlib.h>
#include <string.h>

#define WATCHDOG_SECONDS 10

void
outcome_clear (Outcome * outcome)
{
  g_clear_pointer (&outcome->response, score_response_free);
  g_clear_pointer (&outcome->reply, score_reply_free);
  g_clear_error (&outcome->error);
}

void
fixture_init_bare (Fixture * self)
{
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  self->server = fault_server_new ();
  self->notices = g_ptr_array_new_with_free_func (g_free);
}

void
fixture_init_with (Fixture * self, const ScoreHttpOptions * options)
{
  g_autoptr (GError) error = NULL;

  fixture_init_bare (self);
  self->http = score_http_new (options, &error);
  g_assert_no_error (error);
}

void
fixture_init (Fixture * self)
{
  const ScoreHttpOptions options = HTTP_OPTIONS;

  fixture_init_with (self, &options);
}

void
fixture_clear (Fixture * self)
{
  drain (self->context);
  g_clear_pointer (&self->http, score_http_free);
  g_clear_pointer (&self->caller, score_caller_free);
  drain (self->context);
  g_clear_pointer (&self->server, fault_server_free);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  g_main_context_pop_thread_default (self->context);
  g_clear_pointer (&self->context, g_main_context_unref);
}

ScoreWire *
new_wire (Fixture * self)
{
  g_autofree gchar *url = g_strdup_printf ("%s/chat/completions?%s",
      fault_server_get_base_url (self->server), SECRET_QUERY);
  ScoreWire *wire = score_wire_new ("POST", url);

  score_wire_add_header (wire, "Authorization", "Bearer " SECRET_KEY);
  wire->content_type = "application/json";
  g_ptr_array_add (wire->body, g_bytes_new_static ("{\"a\":", 5));
  g_ptr_array_add (wire->body, g_bytes_new_static ("1}", 2));
  return wire;
}

static void
ended_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Outcome *outcome = user_data;

  g_assert_cmpuint (outcome->times++, ==, 0);
  outcome->response =
      score_http_send_finish (outcome->http, result, &outcome->error);
  outcome->ended = g_get_monotonic_time ();
  g_assert_true ((outcome->response != NULL) != (outcome->error != NULL));
}

void
start (Fixture * self, const ScoreWire * wire, gint64 timeout,
    GCancellable * cancellable, Outcome * outcome)
{
  outcome->http = self->http;
  score_http_send_async (self->http, wire, timeout, cancellable, ended_cb,
      outcome);
  g_assert_cmpuint (outcome->times, ==, 0);
}

static gboolean
bark_cb (gpointer user_data)
{
  g_error ("nothing happened for %d seconds", WATCHDOG_SECONDS);
  return G_SOURCE_REMOVE;
}

void
await_many (Fixture * self, Outcome * outcomes, guint n)
{
  g_autoptr (GSource) watchdog = g_timeout_source_new_seconds
      (WATCHDOG_SECONDS);

  g_source_set_callback (watchdog, bark_cb, NULL, NULL);
  g_source_attach (watchdog, self->context);
  for (guint i = 0; i < n; i++) {
    while (outcomes[i].times == 0)
      g_main_context_iteration (self->context, TRUE);
  }
  g_source_destroy (watchdog);
}

void
await (Fixture * self, Outcome * outcome)
{
  await_many (self, outcome, 1);
}

ScoreServer *
new_server (Fixture * self)
{
  ScoreServer *server = score_server_new ();

  server->provider = &score_provider_openai;
  server->base_url = g_strdup (fault_server_get_base_url (self->server));
  server->model = g_strdup ("m");
  server->api_key = g_strdup (SECRET_KEY);
  return server;
}

static void
notice_cb (const gchar * text, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_nonnull (text);
  g_ptr_array_add (self->notices, g_strdup (text));
}

void
open_caller (Fixture * self, ScoreServer * server,
    const ScoreCallerOptions * options)
{
  const ScoreCallerOptions defaults = CALLER_OPTIONS;
  g_autoptr (ScoreServer) taken = server ? server : new_server (self);
  g_autoptr (GError) error = NULL;

  self->caller = score_caller_new (taken, options ? options : &defaults,
      notice_cb, self, &error);
  g_assert_no_error (error);
}

ScoreRequest *
new_question (const gchar * text)
{
  ScoreRequest *request = score_request_new ("probe", NULL);

  score_request_add_text (request, text);
  return request;
}

static void
answered_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Outcome *outcome = user_data;

  g_assert_cmpuint (outcome->times++, ==, 0);
  outcome->reply = score_caller_ask_finish (outcome->caller, result,
      &outcome->cost, &outcome->error);
  outcome->ended = g_get_monotonic_time ();
  g_assert_true ((outcome->reply != NULL) != (outcome->error != NULL));
}

void
ask (Fixture * self, const gchar * text, gint64 deadline,
    GCancellable * cancellable, Outcome * outcome)
{
  g_autoptr (ScoreRequest) request = new_question (text);

  outcome->caller = self->caller;
  score_caller_ask_async (self->caller, request, deadline, cancellable,
      answered_cb, outcome);
  g_assert_cmpuint (outcome->times, ==, 0);
}

void
ask_and_wait (Fixture * self, const gchar * text, Outcome * outcome)
{
  ask (self, text, 0, NULL, outcome);
  await (self, outcome);
}

guint
count_requests (Fixture * self)
{
  return fault_server_count (self->server, FAULT_COUNT_REQUESTS);
}

void
drain (GMainContext * context)
{
  while (g_main_context_iteration (context, FALSE));
}

void
fetch (Fixture * self, gint64 timeout, Outcome * outcome)
{
  g_autoptr (ScoreWire) wire = new_wire (self);

  start (self, wire, timeout, NULL, outcome);
  await (self, outcome);
}

void
assert_error (const GError * error, GstScoreError code, const gchar * where)
{
  if (error == NULL)
    g_error ("%s: this should have failed", where);
  if (error->domain != GST_SCORE_ERROR || error->code != (gint) code)
    g_error ("%s: wrong error, code %d: %s", where, error->code,
        error->message);
  g_assert_null (strstr (error->message, "THE-KEY"));
  g_assert_null (strstr (error->message, "HIDDEN"));
}

static void
check_log (GstDebugCategory * category, GstDebugLevel level,
    const gchar * file, const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer user_data)
{
  const gchar *text = gst_debug_message_get (message);

  if (!g_str_has_prefix (gst_debug_category_get_name (category), "score"))
    return;
  if (strstr (text, "THE-KEY") || strstr (text, "HIDDEN"))
    g_error ("a secret is in the log: %s", text);
}

void
init_tests (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  /* Only before gst_init(); after it the list would leak. */
  gst_debug_remove_log_function (NULL);
  gst_init (argc, argv);
  gst_debug_add_log_function (check_log, NULL, NULL);
  gst_debug_set_threshold_for_name ("score*", GST_LEVEL_LOG);
}

guint64
read_peak_memory (void)
{
  g_autofree gchar *text = NULL;
  const gchar *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return 0;
  line = strstr (text, "VmHWM:");
  return line ? strtoull (line + strlen ("VmHWM:"), NULL, 10) * 1024 : 0;
}

gint64
in_ms (guint ms)
{
  return g_get_monotonic_time () + ms * MS;
}

void
ask_many (Fixture * fixture, Outcome * outcomes, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *text = g_strdup_printf ("question %u", i);

    ask (fixture, text, 0, NULL, &outcomes[i]);
  }
}

void
open_narrow_caller (Fixture * fixture, guint max_in_flight)
{
  ScoreCallerOptions options = CALLER_OPTIONS;

  fixture_init_bare (fixture);
  options.max_in_flight = options.http.max_connections = max_in_flight;
  open_caller (fixture, NULL, &options);
}
