/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/score/gstscoreerror.h>

#include <math.h>

#include "vlm/json-read.h"
#include "vlm/provider.h"

#define OPENAI_URL "https://api.openai.com/v1"
#define GEMINI_URL "https://generativelanguage.googleapis.com/v1beta"

/* What goes in; then what comes out, or the start of the error. */
typedef struct
{
  const gchar *provider, *base_url, *model, *key;
  const gchar *out_provider, *out_url, *out_model;
  const gchar *error;
} ResolveCase;

static const ResolveCase resolve_cases[] = {
  /* the provider of its own accord */
  {NULL, "http://127.0.0.1:8000/v1", NULL, NULL,
      "openai", "http://127.0.0.1:8000/v1", NULL},
  {NULL, "http://127.0.0.1:8000/v1", "gemini-3.5-flash", NULL,
      "openai", "http://127.0.0.1:8000/v1", "gemini-3.5-flash"},
  {NULL, NULL, NULL, "sk-abc", "openai", OPENAI_URL, "gpt-5.4"},
  {NULL, NULL, "gpt-9", "sk-abc", "openai", OPENAI_URL, "gpt-9"},
  {NULL, NULL, "gemini-3.5-pro", "k", "gemini", GEMINI_URL, "gemini-3.5-pro"},
  {NULL, NULL, "models/gemini-x", "k", "gemini", GEMINI_URL,
      "models/gemini-x"},
  {NULL, NULL, NULL, "AIzaSyX", "gemini", GEMINI_URL, "gemini-3.5-flash"},
  {NULL, NULL, "gpt-9", "AIzaSyX", "openai", OPENAI_URL, "gpt-9"},
  {NULL, GEMINI_URL, NULL, "k", "gemini", GEMINI_URL, "gemini-3.5-flash"},
  {NULL, "https://GenerativeLanguage.googleapis.com/v1beta", NULL, "k",
        "gemini", "https://GenerativeLanguage.googleapis.com/v1beta",
      "gemini-3.5-flash"},
  {NULL, GEMINI_URL "/openai", "gemini-x", "k", "openai",
      GEMINI_URL "/openai", "gemini-x"},
  {NULL, GEMINI_URL "/openai/", "gemini-x", "k", "openai",
      GEMINI_URL "/openai", "gemini-x"},
  /* the provider of the user */
  {"gemini", NULL, NULL, "k", "gemini", GEMINI_URL, "gemini-3.5-flash"},
  {"gemini", "http://localhost:1/x", NULL, NULL, "gemini",
      "http://localhost:1/x", NULL},
  {"openai", "http://localhost:1/x", NULL, NULL, "openai",
      "http://localhost:1/x", NULL},
  {"openai", OPENAI_URL, NULL, "k", "openai", OPENAI_URL, "gpt-5.4"},
  {"robometer", "http://h:8000", NULL, NULL, "robometer", "http://h:8000",
      "robometer"},
  {"robometer", "http://h:8000/v1/", "mine", "k", "robometer",
      "http://h:8000/v1", "mine"},
  {"robometer", "http://h:8000/evaluate_batch_npy", NULL, NULL, "robometer",
      "http://h:8000", "robometer"},
  {"robometer", NULL, NULL, NULL, NULL, NULL, NULL,
      "base-url: not set, and there is no public robometer server"},
  {"robometer", NULL, NULL, "k", NULL, NULL, NULL,
      "base-url: not set, and there is no public robometer server"},
  /* addresses that people paste */
  {NULL, "http://h/v1/", NULL, NULL, "openai", "http://h/v1", NULL},
  {NULL, "http://h/v1///", NULL, NULL, "openai", "http://h/v1", NULL},
  {NULL, "http://h/v1/chat/completions", NULL, NULL, "openai", "http://h/v1",
      NULL},
  {NULL, " http://h/v1\n", NULL, NULL, "openai", "http://h/v1", NULL},
  {NULL, "http://h", NULL, NULL, "openai", "http://h", NULL},
  {NULL, "http://[::1]:8080/v1", NULL, NULL, "openai",
      "http://[::1]:8080/v1", NULL},
  {NULL, "https://h/v1?api-version=3", NULL, NULL, "openai",
      "https://h/v1?api-version=3", NULL},
  {NULL, "https://h/a%20b", NULL, NULL, "openai", "https://h/a%20b", NULL},
  {NULL, "http://h/v1#part", NULL, NULL, "openai", "http://h/v1", NULL},
  {NULL, "http://h/v1", "", "", "openai", "http://h/v1", NULL},
  {NULL, "http://h/v1", " m ", " key\n", "openai", "http://h/v1", "m"},
  /* nothing goes where nobody pointed */
  {NULL, NULL, NULL, NULL,.error = "base-url: not set"},
  {NULL, "", NULL, "",.error = "base-url: not set"},
  {NULL, NULL, "gemini-3.5-flash", NULL,.error = "base-url: not set"},
  {"openai", NULL, NULL, NULL,.error = "base-url: not set"},
  {"gemini", NULL, "m", NULL,.error = "base-url: not set"},
  /* no addresses */
  {NULL, "127.0.0.1:8000/v1",.error = "base-url: must be a URL"},
  {NULL, "localhost:8000/v1",.error = "base-url: must be a URL"},
  {NULL, "ftp://h/v1",.error = "base-url: must be a URL"},
  {NULL, "file:///etc/passwd",.error = "base-url: must be a URL"},
  {NULL, "http:///v1",.error = "base-url: "},
  {NULL, "http://",.error = "base-url: "},
  {NULL, "http://h:99999/v1",.error = "base-url: "},
  {NULL, "http://h:0/v1",.error = "base-url: port 0"},
  {NULL, "http://h h/v1",.error = "base-url: "},
  {NULL, "nonsense",.error = "base-url: must be a URL"},
  {NULL, "http://user:word@h/v1",.error = "base-url: a user name"},
  {NULL, "https://h/v1?key=abc",.error = "base-url: a key"},
  {NULL, "https://h/v1?a=1&api_key=abc",.error = "base-url: a key"},
  /* keys */
  {NULL, OPENAI_URL,.error = "api-key: not set"},
  {NULL, GEMINI_URL,.error = "api-key: not set"},
  {NULL, GEMINI_URL "/openai", "m",.error = "api-key: not set"},
  {NULL, "http://h/v1", NULL, "a b",.error = "api-key: holds"},
  {NULL, "http://h/v1", NULL, "a\r\nX: y",.error = "api-key: holds"},
  {NULL, "http://h/v1", NULL, "caf\xc3\xa9",.error = "api-key: holds"},
  /* services where the first model is any */
  {NULL, "https://openrouter.ai/api/v1", NULL, "k",.error = "model: not set"},
  {NULL, "https://x.openai.azure.com/openai/v1", NULL, "k",
      .error = "model: not set"},
  {NULL, GEMINI_URL "/openai", NULL, "k",.error = "model: not set"},
  {NULL, "https://notopenrouter.ai/v1", NULL, "k", "openai",
      "https://notopenrouter.ai/v1", NULL},
};

static ScoreServer *
new_server (const gchar * base_url, const gchar * key)
{
  ScoreServer *server = score_server_new ();

  server->base_url = g_strdup (base_url);
  server->api_key = g_strdup (key);
  return server;
}

static void
test_resolve (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (resolve_cases); i++) {
    const ResolveCase *c = &resolve_cases[i];
    g_autoptr (ScoreServer) server = new_server (c->base_url, c->key);
    g_autoptr (GError) error = NULL;
    gboolean ok;

    g_test_message ("row %u: %s", i, c->base_url);
    server->provider = score_provider_find (c->provider);
    server->model = g_strdup (c->model);
    ok = score_server_resolve (server, &error);
    if (c->error != NULL) {
      g_assert_false (ok);
      g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
      if (!g_str_has_prefix (error->message, c->error))
        g_error ("%s", error->message);
      continue;
    }
    g_assert_no_error (error);
    g_assert_true (ok);
    g_assert_cmpstr (server->provider->nick, ==, c->out_provider);
    g_assert_cmpstr (server->base_url, ==, c->out_url);
    g_assert_cmpstr (server->model, ==, c->out_model);
  }
}

static void
test_resolving_twice_changes_nothing (void)
{
  g_autoptr (ScoreServer) server = new_server ("http://h/v1/", "k");

  g_assert_true (score_server_resolve (server, NULL));
  g_assert_true (score_server_resolve (server, NULL));
  g_assert_cmpstr (server->base_url, ==, "http://h/v1");
  g_assert_cmpstr (server->api_key, ==, "k");
}

/* No error may repeat the key. */
static void
test_errors_do_not_show_the_key (void)
{
  static const gchar *const urls[] = { "nonsense", "http://u:secret9@h/",
    "http://h/?key=secret9", "https://openrouter.ai/api/v1", "http://h/v1"
  };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (ScoreServer) server = new_server (urls[i], "secret9 ");
    g_autoptr (GError) error = NULL;

    server->api_key[3] = ' ';
    g_assert_false (score_server_resolve (server, &error));
    g_assert_null (strstr (error->message, "secret9"));
    g_assert_null (strstr (error->message, "sec et9"));
  }
}

static void
test_own_header_stands_for_a_key (void)
{
  static const gchar *const headers[] = { "authorization", "Bearer x", NULL };
  g_autoptr (ScoreServer) server = new_server (OPENAI_URL, NULL);

  server->extra_headers = g_strdupv ((gchar **) headers);
  g_assert_true (score_server_resolve (server, NULL));
}

static void
assert_headers_refused (const gchar * name, const gchar * value)
{
  const gchar *headers[] = { name, value, NULL };
  g_autoptr (ScoreServer) server = new_server ("http://h/v1", NULL);
  g_autoptr (GError) error = NULL;

  server->extra_headers = g_strdupv ((gchar **) headers);
  g_assert_false (score_server_resolve (server, &error));
  g_assert_true (g_str_has_prefix (error->message, "extra-headers: "));
}

static void
test_bad_headers (void)
{
  assert_headers_refused ("", "x");
  assert_headers_refused ("a b", "x");
  assert_headers_refused ("a:", "x");
  assert_headers_refused ("a", "x\r\ny: z");
  assert_headers_refused ("a", "caf\xc3\xa9");
  assert_headers_refused ("alone", NULL);
}

static void
test_bad_numbers (void)
{
  g_autoptr (ScoreServer) server = new_server (GEMINI_URL, "k");
  g_autoptr (GError) error = NULL;

  server->seed = (gint64) G_MAXINT32 + 1;
  g_assert_false (score_server_resolve (server, &error));
  g_assert_true (g_str_has_prefix (error->message, "seed: "));
  g_clear_error (&error);
  server->seed = G_MAXINT32;
  server->temperature = INFINITY;
  g_assert_false (score_server_resolve (server, &error));
  g_assert_true (g_str_has_prefix (error->message, "temperature: "));
  server->temperature = NAN;
  g_assert_true (score_server_resolve (server, NULL));
}

static void
test_local (void)
{
  static const struct
  {
    const gchar *url;
    gboolean local;
  } rows[] = {
    {"http://127.0.0.1:8000/v1", TRUE},
    {"http://127.8.9.1/v1", TRUE},
    {"http://[::1]:80/", TRUE},
    {"http://localhost/v1", TRUE},
    {"http://LOCALHOST/v1", TRUE},
    {"http://sim.localhost/v1", TRUE},
    {"http://192.168.1.2/v1", FALSE},
    {"http://10.0.0.1/v1", FALSE},
    {"http://0.0.0.0/v1", FALSE},
    {"http://localhost.example.org/v1", FALSE},
    {"http://127.0.0.1.example.org/v1", FALSE},
    {"http://notlocalhost/v1", FALSE},
    {"https://api.openai.com/v1", FALSE},
    {NULL, FALSE},
    {"nonsense", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ScoreServer) server = new_server (rows[i].url, NULL);

    g_test_message ("%s", rows[i].url);
    g_assert_cmpint (score_server_is_local (server), ==, rows[i].local);
  }
}

static void
test_warning_for_a_key_in_the_clear (void)
{
  static const struct
  {
    const gchar *url, *key;
    gboolean warns;
  } rows[] = {
    {"http://192.168.1.2/v1", "k", TRUE},
    {"http://192.168.1.2/v1", NULL, FALSE},
    {"http://127.0.0.1/v1", "k", FALSE},
    {"https://192.168.1.2/v1", "k", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ScoreServer) server = new_server (rows[i].url, rows[i].key);
    g_autofree gchar *warning = NULL;

    g_assert_true (score_server_resolve (server, NULL));
    warning = score_server_get_warning (server);
    g_assert_cmpint (warning != NULL, ==, rows[i].warns);
    if (warning != NULL)
      g_assert_true (g_str_has_prefix (warning, "base-url: "));
  }
}

static void
test_join (void)
{
  static const struct
  {
    const gchar *base, *path, *joined;
  } rows[] = {
    {"http://h/v1", "models", "http://h/v1/models"},
    {"http://h/v1/", "models", "http://h/v1/models"},
    {"http://h/v1//", "/models", "http://h/v1/models"},
    {"http://h", "models", "http://h/models"},
    {"http://h/v1?a=1&b=2", "c/d", "http://h/v1/c/d?a=1&b=2"},
    {"http://h/v1/?a=1#x", "c", "http://h/v1/c?a=1"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ScoreServer) server = new_server (rows[i].base, NULL);
    g_autofree gchar *joined = score_server_join (server, rows[i].path);

    g_assert_cmpstr (joined, ==, rows[i].joined);
  }
}

static void
test_extra_body (void)
{
  static const struct
  {
    const gchar *json;
    gboolean ok, set;
  } rows[] = {
    {NULL, TRUE, FALSE},
    {"", TRUE, FALSE},
    {"{}", TRUE, TRUE},
    {" {\"top_p\":0.9} ", TRUE, TRUE},
    {"[]", FALSE, FALSE},
    {"7", FALSE, FALSE},
    {"{\"a\":NaN}", FALSE, FALSE},
    {"{'a':1}", FALSE, FALSE},
    {"{\"a\":1", FALSE, FALSE},
    {"{\"a\":1} x", FALSE, FALSE},
    {"{\"messages\":[]}", FALSE, FALSE},
    {"{\"contents\":[]}", FALSE, FALSE},
    {"{\"stream\":true}", FALSE, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ScoreServer) server = new_server ("http://h/v1", NULL);
    g_autoptr (GError) error = NULL;
    gboolean ok = score_server_set_extra_body (server, rows[i].json, &error);

    g_test_message ("%s", rows[i].json);
    g_assert_cmpint (ok, ==, rows[i].ok);
    g_assert_cmpint (server->extra_body != NULL, ==, rows[i].set);
    if (!ok)
      g_assert_true (g_str_has_prefix (error->message, "extra-body: "));
  }
}

static void
test_extra_body_has_no_place_in_a_form (void)
{
  g_autoptr (ScoreServer) server = new_server ("http://h:8000", NULL);
  g_autoptr (GError) error = NULL;

  server->provider = &score_provider_robometer;
  g_assert_true (score_server_set_extra_body (server, "{\"a\":1}", NULL));
  g_assert_false (score_server_resolve (server, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_true (g_str_has_prefix (error->message,
          "extra-body: provider robometer"));
}

/* A copy goes to another thread, and json-glib's counts are not atomic. */
static void
test_copy_shares_nothing (void)
{
  static const gchar *const headers[] = { "a", "b", NULL };
  g_autoptr (ScoreServer) server = new_server ("http://h/v1", "k");
  g_autoptr (ScoreServer) copy = NULL;
  JsonObject *inner, *copied;

  server->model = g_strdup ("m");
  server->reasoning_effort = g_strdup ("low");
  server->extra_headers = g_strdupv ((gchar **) headers);
  server->seed = 7;
  g_assert_true (score_server_set_extra_body (server,
          "{\"a\":{\"b\":[1,{\"c\":null}]}}", NULL));
  copy = score_server_copy (server);
  inner = score_json_get_object (server->extra_body, "a");
  copied = score_json_get_object (copy->extra_body, "a");
  g_assert_true (inner != copied);
  g_assert_true (score_json_get_array (inner, "b")
      != score_json_get_array (copied, "b"));
  g_assert_true (json_object_equal (server->extra_body, copy->extra_body));
  g_assert_cmpstr (copy->model, ==, "m");
  g_assert_cmpstr (copy->api_key, ==, "k");
  g_assert_cmpstr (copy->reasoning_effort, ==, "low");
  g_assert_cmpstr (copy->extra_headers[1], ==, "b");
  g_assert_cmpint (copy->seed, ==, 7);
  g_assert_true (isnan (copy->temperature));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/resolve", test_resolve);
  g_test_add_func ("/server/resolving-twice-changes-nothing",
      test_resolving_twice_changes_nothing);
  g_test_add_func ("/server/errors-do-not-show-the-key",
      test_errors_do_not_show_the_key);
  g_test_add_func ("/server/own-header-stands-for-a-key",
      test_own_header_stands_for_a_key);
  g_test_add_func ("/server/bad-headers", test_bad_headers);
  g_test_add_func ("/server/bad-numbers", test_bad_numbers);
  g_test_add_func ("/server/local", test_local);
  g_test_add_func ("/server/warning-for-a-key-in-the-clear",
      test_warning_for_a_key_in_the_clear);
  g_test_add_func ("/server/join", test_join);
  g_test_add_func ("/server/extra-body", test_extra_body);
  g_test_add_func ("/server/extra-body-has-no-place-in-a-form",
      test_extra_body_has_no_place_in_a_form);
  g_test_add_func ("/server/copy-shares-nothing", test_copy_shares_nothing);
  return g_test_run ();
}
