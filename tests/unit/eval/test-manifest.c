/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Manifests: both forms, what is wrong with them and on which line. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "manifest.h"

#include <glib/gstdio.h>
#include <gst/score/gstscoreerror.h>
#include <math.h>
#include <string.h>

/* A folder that goes with what is in it. */
typedef struct
{
  gchar *folder, *path;
} Fixture;

static void
set_up (Fixture * self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("manifest-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "set", NULL);
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  g_autofree gchar *video = g_build_filename (self->folder, "a.mp4", NULL);

  g_remove (self->path);
  g_remove (video);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

static ScoreManifest *
load (Fixture * self, const gchar * text, gssize length, GError ** error)
{
  g_assert_true (g_file_set_contents (self->path, text, length, NULL));
  return score_manifest_load (self->path, SCORE_MANIFEST_NONE, error);
}

static void
assert_three (const ScoreManifest * manifest)
{
  static const ScoreLabel labels[] = {
    SCORE_LABEL_SUCCESSFUL, SCORE_LABEL_FAILURE, SCORE_LABEL_NONE
  };
  const ScoreManifestEntry *entry;

  g_assert_cmpuint (score_manifest_get_n_entries (manifest), ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (score_manifest_get_entry (manifest, i)->label, ==,
        labels[i]);
  entry = score_manifest_find (manifest, "a");
  g_assert_true (entry == score_manifest_get_entry (manifest, 0));
  g_assert_cmpstr (entry->task, ==, "say \"hi\", then\nstop");
  g_assert_cmpstr (entry->data_source, ==, "set 1");
  g_assert_cmpfloat (entry->partial_success, ==, 0.75);
  entry = score_manifest_find (manifest, "b");
  g_assert_cmpstr (entry->video, ==, "/clips/b.mp4");
  g_assert_true (isnan (entry->partial_success));
  entry = score_manifest_find (manifest, "7");
  g_assert_cmpstr (entry->video, ==, "https://host/c.mp4");
  g_assert_cmpstr (entry->data_source, ==, "");
  g_assert_null (score_manifest_find (manifest, "d"));
}

static const gchar csv_lines[] =
    "task,video,more,id,quality_label,partial_success,data_source\n"
    "\"say \"\"hi\"\", then\nstop\",a.mp4,x,a,Success,0.75,set 1\n"
    "\n" "b b,/clips/b.mp4,,b, failed ,,\n" "c,https://host/c.mp4,,7,,,\n";

static const gchar json_lines[] =
    "{\"id\": \"a\", \"task\": \"say \\\"hi\\\", then\\nstop\","
    " \"video\": \"a.mp4\", \"quality_label\": \"successful\","
    " \"data_source\": \"set 1\", \"partial_success\": 0.75, \"is_robot\": true}\n"
    "\n"
    "{\"id\": \"b\", \"task\": \"b b\", \"video\": \"/clips/b.mp4\","
    " \"quality_label\": \"fail\", \"partial_success\": null}\n"
    "{\"id\": 7, \"task\": \"c\", \"video\": \"https://host/c.mp4\","
    " \"partial_success\": \"\"}";

/* As it is, with CRLF for LF where @crlf, behind a byte order mark where @bom. */
static gchar *
dress (const gchar * text, gboolean crlf, gboolean bom)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree gchar *body = g_strjoinv (crlf ? "\r\n" : "\n", lines);

  return g_strconcat (bom ? "\xef\xbb\xbf" : "", body, NULL);
}

static void
test_forms (Fixture * self, gconstpointer data)
{
  static const gchar *const texts[] = { csv_lines, json_lines };

  for (guint i = 0; i < 8; i++) {
    g_autofree gchar *text = dress (texts[i & 1], (i & 2) != 0, (i & 4) != 0);
    g_autoptr (GError) error = NULL;
    g_autoptr (ScoreManifest) manifest = NULL;
    g_autofree gchar *video = g_build_filename (self->folder, "a.mp4", NULL);

    if (i == 2 || i == 6) {
      /* a line break in quotes is text, and stays what it is */
      gchar *inside = strstr (text, "then\r\n");

      memmove (inside + 4, inside + 5, strlen (inside + 5) + 1);
    }
    manifest = load (self, text, -1, &error);
    g_assert_no_error (error);
    assert_three (manifest);
    g_assert_cmpstr (score_manifest_get_entry (manifest, 0)->video, ==, video);
  }
}

static void
test_wrong (Fixture * self, gconstpointer data)
{
  static const struct
  {
    const gchar *text, *line, *what;
  } cases[] = {
    {"id,task\na,t\n\nb,\n", "line 4", "task is missing or empty"},
    {"id,task\na,\"  \"\n", "line 2", "task is missing or empty"},
    {"id,task\n,t\n", "line 2", "id is missing or empty"},
    {"id,task\na,t\nb,u\na,v\n", "line 4", "already that of line 2"},
    {"id,task,quality_label\r\na,t,good\r\n", "line 2",
        "\"good\" is not known"},
    {"id,task,partial_success\na,t,1.5\n", "line 2", "from 0 to 1"},
    {"id,task,partial_success\na,t,much\n", "line 2", "from 0 to 1"},
    {"id,task,partial_success\na,t,nan\n", "line 2", "from 0 to 1"},
    {"id,task\na,t,u\n", "line 2", "3 fields, and 2 columns"},
    {"id,task\na\n", "line 2", "1 fields, and 2 columns"},
    {"id,task\n\"a\nb\",t\nc,\"t\nu\n", "line 4", "never closed"},
    {"id,task\na,\"t\"u\n", "line 2", "behind a closing quote"},
    {"id,task\na,5\" nail\n", "line 2", "inside a field"},
    {"id,video\na,b\n", "line 1", "must name the columns"},
    {"id,task,id\na,t,b\n", "line 1", "id is there twice"},
    {"id,task\na,\xff\n", "line 2", "task is not UTF-8"},
    {"{\"id\":\"a\",\"task\":\"t\"}\n{\"id\":\"b\",\"task\":\" \"}", "line 2",
        "task is missing or empty"},
    {"{\"id\":\"a\",\"task\":\"t\"}\n\n{\"id\":\"b\"", "line 3", "no JSON"},
    {"{\"id\":\"a\",\"task\":\"t\"}\n[1]", "line 2", "no JSON object"},
    {"{\"id\":\"a\",\"task\":\"}\\\"\"}\r{\"id\":\"b\",\"task\":\"t\"}\r",
          "line 1",
        "something follows"},
    {"{\"id\":\"a\",\"task\":[\"t\"]}", "line 1", "task must be a string"},
    {"{\"id\":\"a\",\"task\":true}", "line 1", "task must be a string"},
    {"{\"id\":\"a\",\"task\":\"t\",\"quality_label\":\"succeeded\"}", "line 1",
        "\"succeeded\" is not known"},
    {"{\"id\":\"a\",\"task\":\"t\"}\n{\"id\":\"a\",\"task\":\"u\"}", "line 2",
        "already that of line 1"},
    {"id,task\n", "", "has no entries"},
    {"\n \n", "", "must name the columns"},
    {"", "", "has no entries"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (load (self, cases[i].text, -1, &error));
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
    g_test_message ("%s", error->message);
    g_assert_true (g_str_has_prefix (error->message, self->path));
    g_assert_nonnull (strstr (error->message, cases[i].line));
    g_assert_nonnull (strstr (error->message, cases[i].what));
  }
}

static void
test_no_text (Fixture * self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (load (self, "id,task\na,\0t\n", 12, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "zero byte"));
}

/* Brackets without end would take the parser's stack. */
static void
test_deep (Fixture * self, gconstpointer data)
{
  g_autofree gchar *brackets = g_strnfill (1000000, '[');
  g_autofree gchar *text = g_strconcat ("{\"id\": ", brackets, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (load (self, text, -1, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "too deeply"));
}

static void
test_missing_file (Fixture * self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (score_manifest_load (self->path, SCORE_MANIFEST_NONE, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
test_missing_videos (Fixture * self, gconstpointer data)
{
  static const struct
  {
    const gchar *text, *what;   /* NULL: fine */
  } cases[] = {
    {"id,task,video\na,t,a.mp4\n", NULL},
    {"id,task,video\na,t,https://host/a.mp4\n", NULL},
    {"id,task,video\na,t,a.mp4\nb,t,b.mp4\n", "line 3: there is no file"},
    {"id,task,video\na,t,.\n", "line 2: there is no file"},
    {"id,task,video\na,t,\n", "line 2: no video is named"},
    {"{\"id\":\"a\",\"task\":\"t\",\"video\":\"b.mp4\"}\n",
        "line 1: there is no file"},
    {"id,task,video\na,t,file:///nowhere/a.mp4\n", "line 2: there is no file"},
    {"id,task,video\na,t,file://nonsense\n", "line 2: there is no file"},
    {"\xef\xbb\xbfid,task,video\r\na,t,a.mp4\r\n\r\nb,t,b.mp4\r\n",
        "line 4: there is no file"},
    {"\xef\xbb\xbf{\"id\":\"a\",\"task\":\"t\",\"video\":\"a.mp4\"}\r\n"
          "{\"id\":\"b\",\"task\":\"t\",\"video\":\"b.mp4\"}\r\n",
        "line 2: there is no file"},
    {"id,task,video\na,,a.mp4\n", "line 2: the task is missing or empty"},
    {"id,task,video\na,t,a.mp4\na,u,a.mp4\n",
        "line 3: the id \"a\" is already that of line 2"},
    {"id,task,video,quality_label\na,t,a.mp4,meh\n",
        "line 2: the label \"meh\" is not known"},
    {"id,task\na,t\n", "line 2: no video is named"},
  };
  g_autofree gchar *video = g_build_filename (self->folder, "a.mp4", NULL);

  g_assert_true (g_file_set_contents (video, "x", 1, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (ScoreManifest) manifest = NULL;

    g_assert_true (g_file_set_contents (self->path, cases[i].text, -1, NULL));
    manifest = score_manifest_load (self->path, SCORE_MANIFEST_NEED_VIDEOS,
        &error);
    if (cases[i].what == NULL) {
      g_assert_no_error (error);
      g_assert_nonnull (manifest);
    } else {
      g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
      g_assert_nonnull (strstr (error->message, cases[i].what));
    }
  }
}

/* The file ends with an id that was there, so all of it must have been read. */
static void
check_long (Fixture * self, gboolean csv)
{
  g_autoptr (GString) text = g_string_new (csv ? "id,task\n" : "");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (text, csv ? "e%u,task %u\n"
        : "{\"id\":\"e%u\",\"task\":\"task %u\"}\n", i, i % 7);
  if (csv) {
    g_autoptr (ScoreManifest) manifest = load (self, text->str, text->len,
        &error);

    g_assert_no_error (error);
    g_assert_cmpuint (score_manifest_get_n_entries (manifest), ==, 100000);
    g_assert_cmpuint (score_manifest_find (manifest, "e99999")->line, ==,
        100001);
  }
  g_string_append (text, csv ? "e5,task\n" : "{\"id\":\"e5\","
      "\"task\":\"t\"}\n");
  g_assert_null (load (self, text->str, text->len, &error));
  g_assert_nonnull (strstr (error->message, csv ? "line 100002"
          : "line 100001"));
  g_assert_nonnull (strstr (error->message, csv ? "line 7" : "line 6"));
}

/* Every one is looked for. */
static void
test_long_with_videos (Fixture * self, gconstpointer data)
{
  g_autofree gchar *video = g_build_filename (self->folder, "a.mp4", NULL);
  g_autoptr (GString) text = g_string_new ("id,task,video\r\n");
  g_autoptr (ScoreManifest) manifest = NULL;
  g_autoptr (GError) error = NULL, missing = NULL;
  gint64 start;

  g_assert_true (g_file_set_contents (video, "x", 1, NULL));
  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (text, "e%u,task %u,a.mp4\r\n", i, i % 7);
  g_assert_true (g_file_set_contents (self->path, text->str, -1, NULL));
  start = g_get_monotonic_time ();
  manifest = score_manifest_load (self->path, SCORE_MANIFEST_NEED_VIDEOS,
      &error);
  g_assert_no_error (error);
  g_test_message ("100,000 lines in %.2f s",
      (gdouble) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (score_manifest_get_n_entries (manifest), ==, 100000);
  g_string_append (text, "last,task,b.mp4\r\n");
  g_assert_true (g_file_set_contents (self->path, text->str, -1, NULL));
  g_assert_null (score_manifest_load (self->path, SCORE_MANIFEST_NEED_VIDEOS,
          &missing));
  g_assert_nonnull (strstr (missing->message, "line 100002: there is no file"));
}

static void
test_long (Fixture * self, gconstpointer data)
{
  check_long (self, TRUE);
  check_long (self, FALSE);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const gchar *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    {"/manifest/forms", test_forms},
    {"/manifest/wrong", test_wrong},
    {"/manifest/no-text", test_no_text},
    {"/manifest/deep", test_deep},
    {"/manifest/missing-file", test_missing_file},
    {"/manifest/missing-videos", test_missing_videos},
    {"/manifest/100000-lines", test_long},
    {"/manifest/100000-videos", test_long_with_videos},
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
