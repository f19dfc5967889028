/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#define TASK "put the periwinkle gizmo away"

/* Where a secret is set; each is looked for by this text. */
typedef enum
{
  SECRET_KEY,
  SECRET_KEY_FILE,
  SECRET_HEADER,
  SECRET_PROXY,
  SECRET_BODY,
  SECRET_VARIABLE,
  N_SECRETS
} Secret;

#define SECRET "sk-Quetzalcoatl-4711"

/* What was found in the debug log; written from every thread. */
static struct
{
  GMutex lock;
  guint n_lines;
  gchar *secret, *picture, *task;       /* the first line that shows it */
} seen;

static void
note (gchar ** first, GstDebugCategory * category, const gchar * text)
{
  if (*first == NULL)
    *first = g_strdup_printf ("%s: %.300s",
        gst_debug_category_get_name (category), text);
}

/* The core prints messages, which hold the task, on levels of its own. */
static gboolean
is_loud (GstDebugCategory * category, GstDebugLevel level)
{
  return level < GST_LEVEL_LOG &&
      g_str_has_prefix (gst_debug_category_get_name (category), "score");
}

static void
log_cb (GstDebugCategory * category, GstDebugLevel level, const gchar * file,
    const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer user_data)
{
  const gchar *text = gst_debug_message_get (message);

  g_mutex_lock (&seen.lock);
  seen.n_lines++;
  if (strstr (text, SECRET) != NULL)
    note (&seen.secret, category, text);
  if (strstr (text, "/9j/") != NULL)
    note (&seen.picture, category, text);
  if (is_loud (category, level) && strstr (text, "periwinkle") != NULL)
    note (&seen.task, category, text);
  g_mutex_unlock (&seen.lock);
}

static void
listen_to_the_log (void)
{
  g_mutex_lock (&seen.lock);
  seen.n_lines = 0;
  g_clear_pointer (&seen.secret, g_free);
  g_clear_pointer (&seen.picture, g_free);
  g_clear_pointer (&seen.task, g_free);
  g_mutex_unlock (&seen.lock);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (log_cb, NULL, NULL);
  gst_debug_set_default_threshold (GST_LEVEL_MEMDUMP);
  gst_debug_set_active (TRUE);
}

static void
check_the_log (void)
{
  gst_debug_set_default_threshold (GST_LEVEL_NONE);
  gst_debug_remove_log_function (log_cb);
  g_mutex_lock (&seen.lock);
  fail_unless (seen.n_lines > 100, "%u lines", seen.n_lines);
  fail_unless (seen.secret == NULL, "%s", seen.secret);
  fail_unless (seen.picture == NULL, "%s", seen.picture);
  fail_unless (seen.task == NULL, "%s", seen.task);
  g_mutex_unlock (&seen.lock);
}

static void
assert_clean (const gchar * text, const gchar * where)
{
  fail_unless (strstr (text, SECRET) == NULL, "in %s: %s", where, text);
  fail_unless (strstr (text, "/9j/") == NULL, "in %s: %s", where, text);
}

static void
check_message (GstMessage * message)
{
  const GstStructure *s = gst_message_get_structure (message);
  g_autofree gchar *text = s ? gst_structure_to_string (s) : NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  if (text != NULL)
    assert_clean (text, GST_MESSAGE_TYPE_NAME (message));
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, &debug);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, &debug);
  if (error != NULL) {
    assert_clean (error->message, "an error");
    assert_clean (debug, "the details of an error");
  }
}

static guint
check_messages (Fixture * f)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop (f->bus)) != NULL) {
    check_message (message);
    n += gst_message_has_name (message, "score/episode");
    gst_message_unref (message);
  }
  return n;
}

static void
check_properties (Fixture * f)
{
  guint n;
  g_autofree GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (f->sink), &n);

  for (guint i = 0; i < n; i++) {
    g_auto (GValue) value = G_VALUE_INIT;
    g_autofree gchar *text = NULL;

    if (!(specs[i]->flags & G_PARAM_READABLE))
      continue;
    g_value_init (&value, specs[i]->value_type);
    g_object_get_property (G_OBJECT (f->sink), specs[i]->name, &value);
    text = g_strdup_value_contents (&value);
    assert_clean (text, specs[i]->name);
  }
}

/* As GST_DEBUG_DUMP_DOT_DIR would write it. */
static void
check_dot (Fixture * f)
{
  GstElement *bin = gst_bin_new (NULL);
  g_autofree gchar *dot = NULL;

  gst_bin_add (GST_BIN (bin), f->sink);
  dot = gst_debug_bin_to_dot_data (GST_BIN (bin), GST_DEBUG_GRAPH_SHOW_ALL |
      GST_DEBUG_GRAPH_SHOW_FULL_PARAMS);
  fail_unless (strstr (dot, "scoresink") != NULL);
  assert_clean (dot, "the dot file");
  gst_bin_remove (GST_BIN (bin), f->sink);
  gst_object_unref (bin);
}

static void
check_record (const gchar * path)
{
  g_autofree gchar *text = NULL;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  fail_unless (strstr (text, "periwinkle") != NULL);
  assert_clean (text, "the record");
}

static void
set_secret (Fixture * f, Secret secret, const gchar * key_file)
{
  g_autofree gchar *proxy = g_strconcat (fault_server_get_url (f->server),
      "/" SECRET, NULL);
  g_autoptr (GstStructure) headers = gst_structure_new ("headers",
      "Authorization", G_TYPE_STRING, "Bearer " SECRET, NULL);

  switch (secret) {
    case SECRET_KEY:
      g_object_set (f->sink, "api-key", SECRET, NULL);
      break;
    case SECRET_KEY_FILE:
      g_object_set (f->sink, "api-key-file", key_file, NULL);
      break;
    case SECRET_HEADER:
      g_object_set (f->sink, "extra-headers", headers, NULL);
      break;
    case SECRET_PROXY:
      g_object_set (f->sink, "proxy", proxy, NULL);
      break;
    case SECRET_BODY:
      g_object_set (f->sink, "extra-body", "{\"user\":\"" SECRET "\"}", NULL);
      break;
    case SECRET_VARIABLE:
    default:
      g_setenv ("OPENAI_API_KEY", SECRET, TRUE);
      g_setenv ("GEMINI_API_KEY", SECRET, TRUE);
      break;
  }
}

/* Everything that can go wrong with a word from the server in it. */
static void
run_episodes (Fixture * f)
{
  static const struct
  {
    FaultKind kind;
    const gchar *detail;
  } turns[] = {
    {FAULT_NONE, NULL},
    {FAULT_STATUS, "401"},      /* quotes the key */
    {FAULT_STATUS, "403"},
    {FAULT_STATUS, "404"},
    {FAULT_STATUS, "500"},
    {FAULT_REDIRECT, "307"},
    {FAULT_REFUSES, "response_format"},
    {FAULT_RESET, NULL},
    {FAULT_NOT_JSON, NULL},
    {FAULT_TEXT, "{\"error\":\"your key is " SECRET "\"}"},
    {FAULT_REFUSAL, NULL},
    {FAULT_NONE, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (turns); i++) {
    fault_server_always (f->server, turns[i].kind, turns[i].detail);
    fixture_push (f, 5);
    fixture_push_custom (f, "score/episode-end;");
    fixture_wait_stat (f, "episodes", i + 1);
    while (fixture_get_stat (f, "episodes-scored") +
        fixture_get_stat (f, "episodes-failed") <= i)
      g_thread_yield ();
  }
  fixture_push_eos (f);
  fail_unless_equals_int (check_messages (f), G_N_ELEMENTS (turns));
}

/* The secret was really there to be told, and the picture. */
static void
check_sent (Fixture * f, Secret secret)
{
  const FaultRequest *request = fault_server_get_request (f->server, 0);
  g_autofree gchar *body = fault_request_dup_body (request);
  const gchar *key = fault_request_get_header (request, "authorization");

  if (key == NULL)
    key = fault_request_get_header (request, "x-goog-api-key");
  fail_unless (strstr (body, "/9j/") != NULL);
  fail_unless (strstr (body, "periwinkle") != NULL);
  if (secret == SECRET_PROXY)
    fail_unless (g_str_has_prefix (request->target, "http://"), "%s",
        request->target);
  else
    fail_unless (strstr (secret == SECRET_BODY ? body : key, SECRET) != NULL);
}

static void
keep_secret (Secret secret, gboolean gemini)
{
  g_autofree gchar *folder = g_dir_make_tmp ("score-XXXXXX", NULL);
  g_autofree gchar *record = g_build_filename (folder, "record.jsonl", NULL);
  g_autofree gchar *key = g_build_filename (folder, "key", NULL);
  g_autoptr (Fixture) f = fixture_new_stopped ("task", TASK, "retries", "1",
      "results-location", record, NULL);

  fail_unless (g_file_set_contents (key, SECRET "\n", -1, NULL));
  if (gemini)
    fixture_use_gemini (f);
  listen_to_the_log ();
  set_secret (f, secret, key);
  fixture_start (f);
  run_episodes (f);
  check_sent (f, secret);
  gst_element_set_state (f->sink, GST_STATE_NULL);
  check_the_log ();
  check_messages (f);
  if (secret != SECRET_BODY) {
    check_properties (f);
    check_dot (f);
  }
  check_record (record);
  g_setenv ("OPENAI_API_KEY", "", TRUE);
  g_setenv ("GEMINI_API_KEY", "", TRUE);
  g_remove (record);
  g_remove (key);
  g_rmdir (folder);
}

GST_START_TEST (test_secret_openai)
{
  keep_secret (__i__, FALSE);
}

GST_END_TEST;

GST_START_TEST (test_secret_gemini)
{
  keep_secret (__i__, TRUE);
}

GST_END_TEST;

static const struct
{
  const gchar *property, *value;
} mistakes[] = {
  {"api-key", SECRET "\n" SECRET},
  {"api-key", SECRET "\xff"},
  {"proxy", "http://user:" SECRET "@127.0.0.1:1"},
  {"proxy", SECRET},
  {"base-url", "http://user:" SECRET "@127.0.0.1:1"},
  {"base-url", "http://127.0.0.1:1/v1?key=" SECRET},
  {"extra-body", "{\"messages\":\"" SECRET "\"}"},
  {"extra-body", "{\"key\":\"" SECRET "\""},
};

/* A mistake is not quoted where it may be a secret. */
GST_START_TEST (test_secret_in_a_mistake)
{
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);

  g_object_set (f->sink, mistakes[__i__].property, mistakes[__i__].value, NULL);
  fail_unless_equals_int (gst_element_set_state (f->sink, GST_STATE_PLAYING),
      GST_STATE_CHANGE_FAILURE);
  check_messages (f);
}

GST_END_TEST;

static Suite *
sink_secrets_suite (void)
{
  Suite *suite = suite_create ("sink-secrets");
  TCase *tc = tcase_create ("secrets");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_secret_openai, 0, N_SECRETS);
  tcase_add_loop_test (tc, test_secret_gemini, 0, N_SECRETS);
  tcase_add_loop_test (tc, test_secret_in_a_mistake, 0,
      G_N_ELEMENTS (mistakes));
  return suite;
}

GST_CHECK_MAIN (sink_secrets);
