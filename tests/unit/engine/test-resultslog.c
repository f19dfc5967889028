/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gst/score/gstscoreerror.h>
#include <gst/score/gstscoreresultbuilder.h>

#include "engine/resultslog.h"

/* More than a pipe holds. */
#define LONG_TASK 100000

typedef struct
{
  gchar *folder, *path;
} Fixture;

static void
set_up (Fixture * self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("resultslog-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->path = g_build_filename (self->folder, "results.jsonl", NULL);
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static GstScoreResult *
make_result (guint task_length)
{
  g_autofree gchar *task = g_strnfill (task_length, 'x');
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("id", task);

  return gst_score_result_builder_end (builder);
}

static gboolean
append (ScoreResultsLog * log, guint task_length, GError ** error)
{
  g_autoptr (GstScoreResult) result = make_result (task_length);

  return score_results_log_append (log, result, error);
}

static ScoreResultsLog *
open_log (const gchar * path)
{
  g_autoptr (GError) error = NULL;
  ScoreResultsLog *log = score_results_log_open (path, &error);

  g_assert_no_error (error);
  return log;
}

static guint
count_lines (const gchar * path)
{
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  n = g_strv_length (lines);
  g_assert_cmpstr (lines[n - 1], ==, "");
  for (guint i = 0; i + 1 < n; i++)
    g_assert_true (lines[i][0] == '{' && g_str_has_suffix (lines[i], "}"));
  return n - 1;
}

static void
two_logs_share_a_file (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreResultsLog) one = open_log (self->path);
  g_autoptr (ScoreResultsLog) other = open_log (self->path);

  for (guint i = 0; i < 5; i++) {
    g_assert_true (append (one, 10, NULL));
    g_assert_true (append (other, LONG_TASK, NULL));
  }
  g_assert_cmpuint (count_lines (self->path), ==, 10);
}

static void
a_removed_file_begins_anew (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreResultsLog) log = open_log (self->path);

  g_assert_true (append (log, 10, NULL));
  g_assert_cmpint (g_unlink (self->path), ==, 0);
  g_assert_true (append (log, 10, NULL));
  g_assert_cmpuint (count_lines (self->path), ==, 1);
}

static void
a_removed_folder_is_an_error (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreResultsLog) log = open_log (self->path);
  g_autoptr (GError) error = NULL;

  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_assert_false (append (log, 10, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "results-location"));
  /* The folder is back, and so are the records. */
  g_assert_cmpint (g_mkdir (self->folder, 0700), ==, 0);
  g_assert_true (append (log, 10, NULL));
  g_assert_cmpuint (count_lines (self->path), ==, 1);
}

static void
a_full_device_is_an_error (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreResultsLog) log = open_log ("/dev/full");
  g_autoptr (GError) error = NULL;

  g_assert_false (append (log, 10, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
}

/* Nothing may wait for ever for whoever does not read. */
static void
a_pipe_without_a_reader_is_an_error (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreResultsLog) log = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  g_assert_cmpint (mkfifo (self->path, 0600), ==, 0);
  log = open_log (self->path);
  g_assert_true (append (log, 10, NULL));
  g_assert_false (append (log, LONG_TASK, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

/* What was cut in the middle does not spoil the next record. */
static void
a_pipe_that_is_read_again (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreResultsLog) log = NULL;
  g_autofree gchar *text = g_malloc0 (LONG_TASK + 1);
  g_autofree gchar *last = NULL;
  g_autoptr (GstScoreResult) result = make_result (10);
  g_autofree gchar *record = gst_score_result_to_json (result);
  gssize n;
  gint fd;

  g_assert_cmpint (mkfifo (self->path, 0600), ==, 0);
  log = open_log (self->path);
  g_assert_false (append (log, LONG_TASK, NULL));
  fd = open (self->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  while (read (fd, text, LONG_TASK) > 0);
  g_assert_true (score_results_log_append (log, result, NULL));
  n = read (fd, text, LONG_TASK);
  g_assert_cmpint (n, >, 0);
  text[n] = '\0';
  last = g_strdup_printf ("\n%s\n", record);
  g_assert_cmpstr (text, ==, last);
  close (fd);
}

static void
a_lock_that_is_kept_loses_no_record (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreResultsLog) log = open_log (self->path);
  gint fd = open (self->path, O_RDWR | O_CLOEXEC);

  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  g_assert_true (append (log, 10, NULL));
  g_assert_cmpuint (count_lines (self->path), ==, 1);
  close (fd);
}

static void
assert_opening (const gchar * path, const gchar * before, const gchar * after)
{
  g_autoptr (ScoreResultsLog) log = NULL;
  g_autofree gchar *text = NULL;

  g_assert_true (g_file_set_contents (path, before, -1, NULL));
  log = open_log (path);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, after);
}

/* Another process may be in the middle of a record that is longer than a page. */
static void
only_a_torn_line_is_closed (Fixture * self, gconstpointer data)
{
  gint fd;

  assert_opening (self->path, "", "");
  assert_opening (self->path, "{}\n", "{}\n");
  assert_opening (self->path, "{}\n{\"sche", "{}\n{\"sche\n");

  g_assert_true (g_file_set_contents (self->path, "{\"sche", -1, NULL));
  fd = open (self->path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  {
    g_autoptr (ScoreResultsLog) log = open_log (self->path);
    gchar text[16];

    g_assert_cmpint (pread (fd, text, sizeof text, 0), ==, 6);
  }
  close (fd);
}

#define ADD(name, func) \
    g_test_add ("/resultslog/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("two-logs-share-a-file", two_logs_share_a_file);
  ADD ("a-removed-file-begins-anew", a_removed_file_begins_anew);
  ADD ("a-removed-folder-is-an-error", a_removed_folder_is_an_error);
  ADD ("a-full-device-is-an-error", a_full_device_is_an_error);
  ADD ("a-pipe-without-a-reader-is-an-error",
      a_pipe_without_a_reader_is_an_error);
  ADD ("a-pipe-that-is-read-again", a_pipe_that_is_read_again);
  ADD ("a-lock-that-is-kept-loses-no-record",
      a_lock_that_is_kept_loses_no_record);
  ADD ("only-a-torn-line-is-closed", only_a_torn_line_is_closed);
  return g_test_run ();
}
