/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each knob of the running program. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "client.h"
#include "paint.h"

#include <glib/gstdio.h>
#include <string.h>

#define TEXT "Task: put the banana in the bowl\nObjects: banana; bowl\n"

static gchar *
describe_body (void)
{
  g_autoptr (GBytes) jpeg = paint_frame (512, 288, 20, 0, 62, 36, 11);
  g_autofree gchar *format = openai_schema (SCHEMA_DESCRIBE);

  return openai_body (&jpeg, 1, TEXT, format);
}

/* What a server with @options says; the same question each time. */
static gchar *
ask_once (const gchar * options)
{
  Simulator simulator;
  g_auto (Reply) reply = { 0 };
  g_autofree gchar *body = describe_body ();
  gchar *text;

  simulator_start (&simulator, options);
  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  text = g_strdup (reply_text (&reply));
  simulator_stop (&simulator);
  return text;
}

static void
test_noise_is_reproducible (void)
{
  g_autofree gchar *exact = ask_once (NULL);
  g_autofree gchar *first = ask_once ("--noise 8 --seed 3");
  g_autofree gchar *second = ask_once ("--noise 8 --seed 3");
  g_autofree gchar *other = ask_once ("--noise 8 --seed 4");

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, !=, other);
  g_assert_cmpstr (first, !=, exact);
}

static void
test_hallucination (void)
{
  g_autofree gchar *text = ask_once ("--hallucinate 1");

  g_assert_nonnull (strstr (text, "in the bowl; the gripper"));
}

static void
test_every_request_fails (void)
{
  Simulator simulator;
  g_auto (Reply) openai = { 0 };
  g_auto (Reply) gemini = { 0 };

  simulator_start (&simulator, "--fail-rate 1");
  simulator_post (&simulator, OPENAI_PATH, "{}", &openai);
  g_assert_cmpuint (openai.status, ==, 500);
  g_assert_cmpstr (sim_json_string (sim_json_object (reply_object (&openai),
              "error"), "type"), ==, "server_error");
  simulator_post (&simulator, GEMINI_PATH, "{}", &gemini);
  g_assert_cmpuint (gemini.status, ==, 500);
  g_assert_cmpstr (sim_json_string (sim_json_object (reply_object (&gemini),
              "error"), "status"), ==, "INTERNAL");
  simulator_stop (&simulator);
}

static void
test_rate_limit (void)
{
  Simulator simulator;
  g_autofree gchar *body = describe_body ();
  g_auto (Reply) first = { 0 };
  g_auto (Reply) openai = { 0 };
  g_auto (Reply) gemini = { 0 };
  JsonObject *error;
  const gchar *wait;

  simulator_start (&simulator, "--rate-limit 1");
  simulator_post (&simulator, OPENAI_PATH, body, &first);
  g_assert_cmpuint (first.status, ==, 200);
  simulator_post (&simulator, OPENAI_PATH, body, &openai);
  g_assert_cmpuint (openai.status, ==, 429);
  error = sim_json_object (reply_object (&openai), "error");
  g_assert_cmpstr (sim_json_string (error, "code"), ==, "rate_limit_exceeded");
  wait = soup_message_headers_get_one (soup_message_get_response_headers
      (openai.message), "Retry-After");
  g_assert_cmpint (atoi (wait), >, 30);
  g_assert_cmpint (atoi (wait), <=, 60);
  g_assert_cmpstr (soup_message_headers_get_one
      (soup_message_get_response_headers (openai.message),
          "x-ratelimit-remaining-requests"), ==, "0");

  simulator_post (&simulator, GEMINI_PATH, "{}", &gemini);
  g_assert_cmpuint (gemini.status, ==, 429);
  error = sim_json_object (reply_object (&gemini), "error");
  g_assert_cmpstr (sim_json_string (error, "status"), ==, "RESOURCE_EXHAUSTED");
  g_assert_true (g_str_has_suffix (sim_json_string (sim_json_element
              (sim_json_array (error, "details"), 0), "retryDelay"), "s"));
  simulator_stop (&simulator);
}

static void
assert_status (Simulator * simulator, const gchar * path, const gchar * body,
    const gchar * header, const gchar * value, guint status)
{
  SoupMessage *message = simulator_request (simulator, "POST", path, body);
  g_auto (Reply) reply = { 0 };
  g_autofree gchar *text = NULL;

  if (header)
    soup_message_headers_replace (soup_message_get_request_headers (message),
        header, value);
  simulator_send (simulator, message, &reply);
  g_assert_cmpuint (reply.status, ==, status);
  text = json_to_string (reply.root, FALSE);
  g_assert_null (strstr (text, "s3cret"));
}

static void
test_api_key (void)
{
  Simulator simulator;
  g_autofree gchar *openai = describe_body ();
  g_autofree gchar *gemini = gemini_body (NULL, 0, "hello", NULL);

  simulator_start (&simulator, "--api-key s3cret");
  assert_status (&simulator, OPENAI_PATH, openai, NULL, NULL, 401);
  assert_status (&simulator, OPENAI_PATH, openai, "Authorization",
      "Bearer S3CRET", 401);
  assert_status (&simulator, OPENAI_PATH, openai, "Authorization", "s3cret",
      401);
  assert_status (&simulator, OPENAI_PATH, openai, "Authorization",
      "Bearer s3cret", 200);
  assert_status (&simulator, GEMINI_PATH, gemini, NULL, NULL, 400);
  assert_status (&simulator, GEMINI_PATH, gemini, "x-goog-api-key", "s3cret",
      200);
  simulator_stop (&simulator);
}

static void
test_models (void)
{
  Simulator simulator;
  g_autofree gchar *body = describe_body ();
  g_auto (Reply) list = { 0 };
  g_auto (Reply) unknown = { 0 };
  JsonArray *models;
  JsonObject *last;
  gdouble price = 0;

  simulator_start (&simulator, "--model small:6:0.1 --model large::2");
  simulator_get (&simulator, "/v1/models", &list);
  models = sim_json_array (reply_object (&list), "data");
  g_assert_cmpuint (json_array_get_length (models), ==, 2);
  last = sim_json_element (models, 1);
  g_assert_cmpstr (sim_json_string (last, "id"), ==, "large");
  g_assert_true (sim_json_number (sim_json_object (last, "pricing"), "prompt",
          &price));
  g_assert_cmpfloat (price, ==, 2);
  simulator_post (&simulator, OPENAI_PATH, body, &unknown);
  g_assert_cmpuint (unknown.status, ==, 404);
  simulator_stop (&simulator);
}

static void
test_noise_of_a_model (void)
{
  Simulator simulator;
  g_autofree gchar *exact = ask_once (NULL);
  g_autofree gchar *body = describe_body ();
  g_auto (Reply) reply = { 0 };

  simulator_start (&simulator, "--model toy-simulator:0 --noise 20");
  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  g_assert_cmpstr (reply_text (&reply), ==, exact);
  simulator_stop (&simulator);
}

typedef struct
{
  GMainLoop *loop;
  guint left;
} Waiting;

static void
sent_cb (GObject * session, GAsyncResult * result, gpointer data)
{
  Waiting *waiting = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      soup_session_send_and_read_finish (SOUP_SESSION (session), result,
      &error);

  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  if (--waiting->left == 0)
    g_main_loop_quit (waiting->loop);
}

/* Thirty answers of 0.4 s, asked for at a time, take far less than 12 s. */
static void
test_latency_is_not_a_queue (void)
{
  Simulator simulator;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree gchar *body = describe_body ();
  Waiting waiting = { loop, 30 };
  gdouble seconds;
  gint64 begin;

  simulator_start (&simulator, "--latency 0.4");
  begin = g_get_monotonic_time ();
  for (guint i = 0; i < 30; i++) {
    g_autoptr (SoupMessage) message = simulator_request (&simulator, "POST",
        OPENAI_PATH, body);

    soup_session_send_and_read_async (simulator.session, message,
        G_PRIORITY_DEFAULT, NULL, sent_cb, &waiting);
  }
  g_main_loop_run (loop);
  seconds = (g_get_monotonic_time () - begin) / 1e6;
  g_assert_cmpfloat (seconds, >=, 0.4);
  g_assert_cmpfloat (seconds, <, 4);
  simulator_stop (&simulator);
}

static void
failed_cb (GObject * session, GAsyncResult * result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      soup_session_send_and_read_finish (SOUP_SESSION (session), result,
      &error);

  g_assert_null (bytes);
  g_assert_nonnull (error);
  g_main_loop_quit (data);
}

/* A question to a server that will not answer it before the test is over;
 * @cancellable is cancelled as soon as it has been asked. */
static void
ask_in_vain (Simulator * simulator, GCancellable * cancellable,
    GMainLoop * failed)
{
  g_autofree gchar *body = describe_body ();
  g_autoptr (SoupMessage) message = simulator_request (simulator, "POST",
      OPENAI_PATH, body);

  g_signal_connect_swapped (message, "wrote-body",
      G_CALLBACK (g_cancellable_cancel), cancellable);
  soup_session_send_and_read_async (simulator->session, message,
      G_PRIORITY_DEFAULT, cancellable, failed_cb, failed);
}

static void
test_latency_and_client_that_leaves (void)
{
  Simulator simulator;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Reply) reply = { 0 };

  simulator_start (&simulator, "--latency 600");
  ask_in_vain (&simulator, cancellable, loop);
  g_main_loop_run (loop);
  simulator_get (&simulator, "/v1/models", &reply);
  g_assert_cmpuint (reply.status, ==, 200);
  simulator_stop (&simulator);
}

static void
sent_quit_cb (SoupMessage * message, gpointer data)
{
  g_main_loop_quit (data);
}

static void
test_latency_and_server_that_leaves (void)
{
  Simulator simulator;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree gchar *body = describe_body ();
  g_autoptr (SoupMessage) message = NULL;
  g_auto (Reply) reply = { 0 };

  simulator_start (&simulator, "--latency 600");
  message = simulator_request (&simulator, "POST", OPENAI_PATH, body);
  g_signal_connect (message, "wrote-body", G_CALLBACK (sent_quit_cb), loop);
  soup_session_send_and_read_async (simulator.session, message,
      G_PRIORITY_DEFAULT, NULL, failed_cb, loop);
  g_main_loop_run (loop);
  simulator_get (&simulator, "/v1/models", &reply);
  simulator_stop (&simulator);
  g_main_loop_run (loop);
}

static void
test_log (void)
{
  Simulator simulator;
  g_autofree gchar *folder = g_dir_make_tmp ("simulator-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "log", NULL);
  g_autofree gchar *options = g_strdup_printf ("--log '%s'", path);
  g_autofree gchar *body = describe_body ();
  g_autofree gchar *log = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (JsonNode) line = NULL;
  g_auto (Reply) good = { 0 };
  g_auto (Reply) bad = { 0 };
  JsonObject *object;

  simulator_start (&simulator, options);
  simulator_post (&simulator, OPENAI_PATH, body, &good);
  simulator_post (&simulator, GEMINI_PATH, "{", &bad);
  simulator_stop (&simulator);
  g_assert_true (g_file_get_contents (path, &log, NULL, NULL));
  lines = g_strsplit (log, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpuint (strlen (lines[0]), <, 400);
  line = sim_json_parse (lines[0], strlen (lines[0]));
  object = json_node_get_object (line);
  g_assert_cmpstr (sim_json_string (object, "stage"), ==, "describe");
  g_assert_cmpint (json_object_get_int_member (object, "images"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (object, "status"), ==, 200);
  g_assert_nonnull (strstr (lines[1], "\"status\":400"));
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/knobs/noise-is-reproducible", test_noise_is_reproducible);
  g_test_add_func ("/knobs/hallucination", test_hallucination);
  g_test_add_func ("/knobs/every-request-fails", test_every_request_fails);
  g_test_add_func ("/knobs/rate-limit", test_rate_limit);
  g_test_add_func ("/knobs/api-key", test_api_key);
  g_test_add_func ("/knobs/models", test_models);
  g_test_add_func ("/knobs/noise-of-a-model", test_noise_of_a_model);
  g_test_add_func ("/knobs/latency-is-not-a-queue",
      test_latency_is_not_a_queue);
  g_test_add_func ("/knobs/latency-and-client-that-leaves",
      test_latency_and_client_that_leaves);
  g_test_add_func ("/knobs/latency-and-server-that-leaves",
      test_latency_and_server_that_leaves);
  g_test_add_func ("/knobs/log", test_log);
  return g_test_run ();
}
