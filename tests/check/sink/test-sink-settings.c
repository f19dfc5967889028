/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#define INVALID_UTF8 "grasp \xff\xfe it"

/* Files for the settings that name files. */
typedef struct
{
  gchar *path;
  GPtrArray *files;
} Folder;

static void
folder_put (Folder * self, const gchar * name, const gchar * text)
{
  gchar *path = g_build_filename (self->path, name, NULL);

  fail_unless (g_file_set_contents (path, text, -1, NULL));
  g_ptr_array_add (self->files, path);
}

static Folder *
folder_new (void)
{
  Folder *self = g_new0 (Folder, 1);

  self->path = g_dir_make_tmp ("score-XXXXXX", NULL);
  self->files = g_ptr_array_new_with_free_func (g_free);
  folder_put (self, "empty", "");
  folder_put (self, "blank", " \n\n");
  folder_put (self, "two-lines", "sk-one\nsk-two\n");
  folder_put (self, "key", "  sk-from-a-file\n");
  folder_put (self, "objects.txt", "{task}, {count} pictures\n{nonsense}\n");
  return self;
}

static void
folder_free (Folder * self)
{
  for (guint i = 0; i < self->files->len; i++)
    g_remove (g_ptr_array_index (self->files, i));
  g_ptr_array_unref (self->files);
  g_rmdir (self->path);
  g_free (self->path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Folder, folder_free);

/* "DIR/key" with the folder for DIR. */
static gchar *
expand (Folder * folder, const gchar * text)
{
  GString *whole = g_string_new (text);

  g_string_replace (whole, "DIR", folder->path, 0);
  return g_string_free (whole, FALSE);
}

/* The text begins with the property's name; @says is what else it says. */
static const struct
{
  const gchar *property, *value, *says;
} bad[] = {
  {"base-url", NULL, "http://"},
  {"base-url", "", "http://"},
  {"base-url", "   ", "http://"},
  {"base-url", "127.0.0.1:8000/v1", "http://"},
  {"base-url", "ftp://127.0.0.1/v1", "http://"},
  {"base-url", "file:///etc/passwd", "http://"},
  {"base-url", "http://127.0.0.1:99999/v1", "base-url"},
  {"base-url", "http://127.0.0.1:0/v1", "port"},
  {"base-url", "http:///v1", "host"},
  {"base-url", "http://user:word@127.0.0.1/v1", "password"},
  {"base-url", "http://127.0.0.1/v1?key=sk-1", "api-key"},
  {"base-url", "http://127.0.0.1/a b", "blank"},
  {"base-url", "http://127.0.0.1/a\nb", "blank"},
  {"base-url", INVALID_UTF8, "UTF-8"},
  {"api-key", "sk-one\nsk-two", "line break"},
  {"api-key", "sk-one\r\nHost: elsewhere", "line break"},
  {"api-key", "sk-\xc3\xa4", "character"},
  {"api-key", "", "empty"},
  {"api-key", " \n", "empty"},
  {"api-key-file", "DIR/none", "none"},
  {"api-key-file", "DIR/empty", "empty"},
  {"api-key-file", "DIR/blank", "empty"},
  {"api-key-file", "DIR/two-lines", "line break"},
  {"api-key-file", "DIR", "api-key-file"},
  {"model", INVALID_UTF8, "UTF-8"},
  {"reasoning-effort", INVALID_UTF8, "UTF-8"},
  {"task", INVALID_UTF8, "UTF-8"},
  {"extra-body", "{", "JSON"},
  {"extra-body", "[1]", "JSON object"},
  {"extra-body", "12", "JSON object"},
  {"extra-body", "{\"messages\": []}", "messages"},
  {"extra-body", "{\"stream\": true}", "stream"},
  {"extra-body", "{\"x\": \"\xff\"}", "JSON"},
  {"prompt-location", "DIR/none", "folder"},
  {"prompt-location", "DIR/key", "folder"},
  {"prompt-location", "DIR", "objects.txt, line 2"},
  {"results-location", "DIR/none/results.jsonl", "none/results.jsonl"},
  {"results-location", "DIR", "results-location"},
  {"results-location", "", "results-location"},
  {"proxy", "not a URI", "http://host:port"},
  {"proxy", "socks://127.0.0.1:1", "http://host:port"},
  {"proxy", "http://user:word@127.0.0.1:1", "password"},
  {"ca-file", "relative.pem", "absolute"},
  {"ca-file", "DIR/none", "none"},
  {"ca-file", "DIR/key", "key"},
};

/* Takes the one error off the bus. */
static gchar *
pop_only_error (Fixture * f)
{
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (f->bus,
      GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
  g_autoptr (GError) error = NULL;

  fail_unless (message != NULL, "no error");
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_SETTINGS), "%s", error->message);
  fail_unless (gst_bus_pop_filtered (f->bus, GST_MESSAGE_ERROR |
          GST_MESSAGE_WARNING) == NULL, "a second one after: %s",
      error->message);
  return g_strdup (error->message);
}

static void
assert_refused (Fixture * f, const gchar * property, const gchar * says)
{
  g_autofree gchar *text = NULL;

  fail_unless_equals_int (gst_element_set_state (f->sink, GST_STATE_PLAYING),
      GST_STATE_CHANGE_FAILURE);
  text = pop_only_error (f);
  fail_unless (g_str_has_prefix (text, property), "%s", text);
  fail_unless (strstr (text, says) != NULL, "%s", text);
  fail_unless (g_utf8_validate (text, -1, NULL));
  fail_unless_equals_int (fault_server_count (f->server,
          FAULT_COUNT_REQUESTS), 0);
  fail_unless_equals_int (gst_element_set_state (f->sink, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  gst_bus_set_flushing (f->bus, TRUE);
  ASSERT_OBJECT_REFCOUNT (f->sink, "sink", 1);
}

GST_START_TEST (test_bad_setting)
{
  g_autoptr (Folder) folder = folder_new ();
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);
  g_autofree gchar *value = bad[__i__].value ?
      expand (folder, bad[__i__].value) : NULL;

  g_object_set (f->sink, bad[__i__].property, value, NULL);
  assert_refused (f, bad[__i__].property, bad[__i__].says);
}

GST_END_TEST;

static const struct
{
  const gchar *name, *value;
} bad_headers[] = {
  {"X-One", "a\nb"}, {"X-One", "a\r\nX-Two: b"}, {"X-One", "\xc3\xa4"},
  {"X One", "a"}, {"X:", "a"}, {"X-One", NULL},
};

GST_START_TEST (test_bad_headers)
{
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);
  g_autoptr (GstStructure) headers = gst_structure_new ("headers",
      bad_headers[__i__].name, G_TYPE_STRING, bad_headers[__i__].value, NULL);

  g_object_set (f->sink, "extra-headers", headers, NULL);
  assert_refused (f, "extra-headers", "extra-headers");
}

GST_END_TEST;

static const struct
{
  const gchar *property, *value;
} unknown[] = {
  {"method", "guess"}, {"provider", "nobody"}, {"structured-output", "xml"},
  {"on-error", "shrug"}, {"max-in-flight", "lots"}, {"framerate", "often"},
  {"image-size", "large"}, {"temperature", "hot"},
  {"object-cache", "perhaps"}, {"extra-headers", "nonsense["},
};

GST_START_TEST (test_unknown_value)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line = g_strdup_printf ("scoresink %s=\"%s\"",
      unknown[__i__].property, unknown[__i__].value);
  GstElement *element = gst_parse_launch_full (line, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, &error);

  fail_unless (element == NULL);
  fail_unless (error != NULL);
  fail_unless (strstr (error->message, unknown[__i__].property) != NULL, "%s",
      error->message);
}

GST_END_TEST;

/* After the mistake is mended the same element runs. */
GST_START_TEST (test_a_mended_setting)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("base-url", "nowhere", NULL);
  g_autoptr (GstScoreResult) result = NULL;
  g_autofree gchar *text = NULL;

  fail_unless_equals_int (gst_element_set_state (f->sink, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  fail_unless_equals_int (gst_element_set_state (f->sink, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  text = pop_only_error (f);
  g_object_set (f->sink, "base-url", fault_server_get_base_url (f->server),
      NULL);
  fixture_start (f);
  fixture_push (f, 5);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
}

GST_END_TEST;

static void
clear_keys (void)
{
  static const gchar *const names[] = {
    "OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_setenv (names[i], "", TRUE);
}

/* What the first request of an episode carries as @header. */
static const gchar *
get_sent (Fixture * f, const gchar * header)
{
  g_autoptr (GstScoreResult) result = NULL;

  fixture_start (f);
  fixture_push (f, 5);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  return fault_request_get_header (fault_server_get_request (f->server, 0),
      header);
}

static const struct
{
  const gchar *variable, *other;
  gboolean gemini;
  const gchar *header, *value;
} keys[] = {
  {"OPENAI_API_KEY", "GEMINI_API_KEY", FALSE, "authorization", "Bearer sk-env"},
  {"GEMINI_API_KEY", "OPENAI_API_KEY", TRUE, "x-goog-api-key", "sk-env"},
  {"GOOGLE_API_KEY", "GEMINI_API_KEY", TRUE, "x-goog-api-key", "sk-env"},
};

/* The other variable is there and empty. */
GST_START_TEST (test_key_from_the_environment)
{
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);

  clear_keys ();
  g_setenv (keys[__i__].variable, "sk-env", TRUE);
  g_setenv (keys[__i__].other, "", TRUE);
  if (keys[__i__].gemini)
    fixture_use_gemini (f);
  fail_unless_equals_string (get_sent (f, keys[__i__].header),
      keys[__i__].value);
  clear_keys ();
}

GST_END_TEST;

GST_START_TEST (test_empty_variables_are_no_key)
{
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);

  clear_keys ();
  fail_unless (get_sent (f, "authorization") == NULL);
}

GST_END_TEST;

GST_START_TEST (test_a_variable_with_a_line_break)
{
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);

  clear_keys ();
  g_setenv ("OPENAI_API_KEY", "sk-one\nsk-two", TRUE);
  assert_refused (f, "OPENAI_API_KEY", "line break");
  clear_keys ();
}

GST_END_TEST;

/* property, file, environment: the first that is there. */
GST_START_TEST (test_the_key_of_the_property_wins)
{
  g_autoptr (Folder) folder = folder_new ();
  g_autofree gchar *path = expand (folder, "DIR/key");
  g_autoptr (Fixture) f = fixture_new_stopped ("api-key-file", path, NULL);

  clear_keys ();
  g_setenv ("OPENAI_API_KEY", "sk-env", TRUE);
  if (__i__ == 1)
    g_object_set (f->sink, "api-key", " sk-property\n", NULL);
  fail_unless_equals_string (get_sent (f, "authorization"), __i__ == 1 ?
      "Bearer sk-property" : "Bearer sk-from-a-file");
  clear_keys ();
}

GST_END_TEST;

/* A server that is not on this machine, reached through a proxy that is. */
static Fixture *
new_remote (void)
{
  Fixture *f = fixture_new_stopped ("base-url", "http://model.example/v1",
      NULL);

  g_object_set (f->sink, "proxy", fault_server_get_url (f->server), NULL);
  return f;
}

GST_START_TEST (test_the_key_of_the_environment_stays_off_plain_http)
{
  g_autoptr (Fixture) f = new_remote ();

  clear_keys ();
  g_setenv ("OPENAI_API_KEY", "sk-env", TRUE);
  fail_unless (get_sent (f, "authorization") == NULL);
  fail_unless (g_str_has_prefix (fault_server_get_request (f->server,
              0)->target, "http://model.example/v1"));
  clear_keys ();
}

GST_END_TEST;

/* What the user set for this server goes there, with a warning. */
GST_START_TEST (test_the_key_of_the_property_crosses_with_a_warning)
{
  g_autoptr (Fixture) f = new_remote ();
  g_autofree gchar *complaint = NULL;

  clear_keys ();
  g_object_set (f->sink, "api-key", "sk-property", NULL);
  gst_element_set_state (f->sink, GST_STATE_PAUSED);
  complaint = fixture_pop_complaint (f, GST_MESSAGE_WARNING);
  gst_element_set_state (f->sink, GST_STATE_NULL);
  fail_unless (strstr (complaint, "http") != NULL, "%s", complaint);
  fail_unless (strstr (complaint, "sk-property") == NULL, "%s", complaint);
  fail_unless_equals_string (get_sent (f, "authorization"),
      "Bearer sk-property");
}

GST_END_TEST;

static const gchar *const rubbish[] = { NULL, "", "\n", INVALID_UTF8, "{" };

static void
set_rubbish (GstElement * sink, GParamSpec * pspec, guint i)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, pspec->value_type);
  if (G_VALUE_HOLDS_STRING (&value))
    g_value_set_string (&value, rubbish[i]);
  else if (pspec->value_type == GST_TYPE_STRUCTURE)
    g_value_take_boxed (&value, gst_structure_new ("headers", "X\n",
            G_TYPE_STRING, i % 2 ? "a\nb" : NULL, NULL));
  else if (G_VALUE_HOLDS_UINT (&value))
    g_value_set_uint (&value, i % 2 ? G_PARAM_SPEC_UINT (pspec)->maximum :
        G_PARAM_SPEC_UINT (pspec)->minimum);
  else if (G_VALUE_HOLDS_DOUBLE (&value))
    g_value_set_double (&value, i % 2 ? G_PARAM_SPEC_DOUBLE (pspec)->maximum :
        G_PARAM_SPEC_DOUBLE (pspec)->minimum);
  else
    g_param_value_set_default (pspec, &value);
  g_object_set_property (G_OBJECT (sink), pspec->name, &value);
}

/* No lock is held while a complaint is posted; the run keeps its settings. */
GST_START_TEST (test_rubbish_while_playing)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  guint n;
  g_autofree GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (f->sink), &n);

  fixture_push (f, 5);
  for (guint i = 0; i < n; i++) {
    if (specs[i]->owner_type != G_OBJECT_TYPE (f->sink) ||
        !(specs[i]->flags & G_PARAM_WRITABLE))
      continue;
    for (guint k = 0; k < G_N_ELEMENTS (rubbish); k++)
      set_rubbish (f->sink, specs[i], k);
  }
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  gst_element_set_state (f->sink, GST_STATE_READY);
  while (gst_bus_have_pending (f->bus))
    gst_message_unref (gst_bus_pop (f->bus));
  fail_unless_equals_int (gst_element_set_state (f->sink, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  g_free (pop_only_error (f));
}

GST_END_TEST;

static Suite *
sink_settings_suite (void)
{
  Suite *suite = suite_create ("sink-settings");
  TCase *tc = tcase_create ("settings");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_bad_setting, 0, G_N_ELEMENTS (bad));
  tcase_add_loop_test (tc, test_bad_headers, 0, G_N_ELEMENTS (bad_headers));
  tcase_add_loop_test (tc, test_unknown_value, 0, G_N_ELEMENTS (unknown));
  tcase_add_test (tc, test_a_mended_setting);
  tcase_add_loop_test (tc, test_key_from_the_environment, 0,
      G_N_ELEMENTS (keys));
  tcase_add_test (tc, test_empty_variables_are_no_key);
  tcase_add_test (tc, test_a_variable_with_a_line_break);
  tcase_add_loop_test (tc, test_the_key_of_the_property_wins, 0, 2);
  tcase_add_test (tc, test_the_key_of_the_environment_stays_off_plain_http);
  tcase_add_test (tc, test_the_key_of_the_property_crosses_with_a_warning);
  tcase_add_test (tc, test_rubbish_while_playing);
  return suite;
}

GST_CHECK_MAIN (sink_settings);
