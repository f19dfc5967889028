/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records that run writes itself. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-record.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <gst/gst.h>
#include <gst/score/gstscoreerror.h>
#include <gst/score/gstscoreresultbuilder.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define N_THREADS 4
#define N_RECORDS 25
#define LONG_TASK 20000         /* more than a page */

typedef struct
{
  gchar *folder, *path;
} Fixture;

static void
set_up (Fixture * self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("run-record-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->path = g_build_filename (self->folder, "results.jsonl", NULL);
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

static GstScoreResult *
make_failed (guint task_length)
{
  g_autofree gchar *task = g_strnfill (task_length, 'x');
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("id", task);
  g_autoptr (GError) error = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_ENCODE, "no video");

  gst_score_result_builder_set_error (builder, error);
  return gst_score_result_builder_end (builder);
}

static void
append (const gchar * path, guint task_length)
{
  g_autoptr (GstScoreResult) result = make_failed (task_length);
  g_autoptr (GError) error = NULL;

  g_assert_true (score_run_record_append (path, result, &error));
  g_assert_no_error (error);
}

/* Every line but @n_others is a record. */
static guint
count_records (const gchar * path, guint n_others)
{
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0, others = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_str_has_suffix (text, "\n"));
  text[strlen (text) - 1] = '\0';
  lines = g_strsplit (text, "\n", -1);
  for (gchar ** line = lines; *line != NULL; line++) {
    g_autoptr (GstScoreResult) result =
        gst_score_result_new_from_json (*line, -1, NULL);

    n += result != NULL;
    others += result == NULL;
  }
  g_assert_cmpuint (others, ==, n_others);
  return n;
}

static void
is_a_record (Fixture * self, gconstpointer data)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GstScoreResult) result = NULL;
  const GError *error;

  append (self->path, 4);
  g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
  result = gst_score_result_new_from_json (text, -1, NULL);
  g_assert_false (gst_score_result_is_scored (result));
  g_assert_cmpstr (gst_score_result_get_task (result), ==, "xxxx");
  error = gst_score_result_get_error (result);
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
}

static void
closes_a_torn_line (Fixture * self, gconstpointer data)
{
  g_assert_true (g_file_set_contents (self->path, "{\"schema\":\"gst-sc", -1,
          NULL));
  append (self->path, 4);
  append (self->path, 4);
  g_assert_cmpuint (count_records (self->path, 1), ==, 2);
}

static gpointer
append_many (gpointer path)
{
  for (guint i = 0; i < N_RECORDS; i++)
    append (path, LONG_TASK);
  return NULL;
}

static void
several_write (Fixture * self, gconstpointer data)
{
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("writer", append_many, self->path);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (count_records (self->path, 0), ==, N_THREADS * N_RECORDS);
}

static void
a_lock_that_is_kept (Fixture * self, gconstpointer data)
{
  gint fd = open (self->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  append (self->path, 4);
  close (fd);
  g_assert_cmpuint (count_records (self->path, 0), ==, 1);
}

static void
assert_unusable (const gchar * path)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (score_run_record_check (path, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, path));
}

static void
what_is_no_file (Fixture * self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstScoreResult) result = make_failed (4);

  assert_unusable ("/dev/null");
  assert_unusable (self->folder);
  assert_unusable ("/no/such/folder/results.jsonl");
  g_assert_true (score_run_record_check (self->path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (self->path, G_FILE_TEST_IS_REGULAR));

  g_assert_false (score_run_record_append (self->folder, result, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
}

#define ADD(name, func) \
    g_test_add ("/run-record/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
  gst_init (NULL, NULL);
  ADD ("is-a-record", is_a_record);
  ADD ("closes-a-torn-line", closes_a_torn_line);
  ADD ("several-write", several_write);
  ADD ("a-lock-that-is-kept", a_lock_that_is_kept);
  ADD ("what-is-no-file", what_is_no_file);
  return g_test_run ();
}
