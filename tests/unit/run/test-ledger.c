/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a file of records says was asked already. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-ledger.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <gst/score/gstscoreerror.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* A folder that goes with what is in it. */
typedef struct
{
  gchar *folder, *path;
} Fixture;

static void
set_up (Fixture * self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("run-ledger-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "results.jsonl", NULL);
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  g_remove (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

/* How a record is to be. */
typedef struct
{
  const gchar *id, *task;
  gboolean failed, provisional;
  const gchar *method, *model;
  const gchar *options;         /* fields of a structure */
  gdouble threshold;
} Case;

static GstScoreResult *
make_result (const Case * how)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new (how->id, how->task);
  g_autofree gchar *text = g_strconcat ("options,step=(guint64)500000000",
      how->options != NULL ? "," : "", how->options, ";", NULL);
  g_autoptr (GstStructure) options = gst_structure_from_string (text, NULL);
  g_autoptr (GError) error = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_TIMEOUT, "too late");
  GstScoreSample sample = GST_SCORE_SAMPLE_INIT;

  g_assert_nonnull (options);
  gst_score_result_builder_set_source (builder, how->method ? how->method
      : "score", "openai", how->model);
  gst_score_result_builder_set_options (builder, options);
  gst_score_result_builder_set_provisional (builder, how->provisional);
  if (how->threshold > 0)
    gst_score_result_builder_set_success_threshold (builder, how->threshold);
  if (how->failed)
    gst_score_result_builder_set_error (builder, error);
  else
    sample.progress = .5;
  gst_score_result_builder_add_sample (builder, &sample);
  return gst_score_result_builder_end (builder);
}

static gchar *
make_line (const Case * how)
{
  g_autoptr (GstScoreResult) result = make_result (how);
  g_autofree gchar *json = gst_score_result_to_json (result);

  return g_strconcat (json, "\n", NULL);
}

static void
append (Fixture * self, const gchar * text)
{
  FILE *file = fopen (self->path, "a");

  g_assert_nonnull (file);
  fputs (text, file);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
append_record (Fixture * self, const Case * how)
{
  g_autofree gchar *line = make_line (how);

  append (self, line);
}

static ScoreRunLedger *
load (Fixture * self)
{
  g_autoptr (GError) error = NULL;
  ScoreRunLedger *ledger = score_run_ledger_load (self->path, &error);

  g_assert_no_error (error);
  return ledger;
}

static void
test_missing (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreRunLedger) ledger = load (self);
  gsize cut = 1;

  g_assert_cmpint (score_run_ledger_find (ledger, "a", "t"), ==,
      SCORE_RUN_NONE);
  g_assert_true (score_run_ledger_mend (self->path, &cut, NULL));
  g_assert_cmpuint (cut, ==, 0);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
}

static void
test_states (Fixture * self, gconstpointer data)
{
  static const Case cases[] = {
    {"a", "t"},
    {"b", "t", TRUE},
    {"c", "t", TRUE}, {"c", "t"},
    {"d", "t"}, {"d", "t", TRUE},
    {"e", "t", FALSE, TRUE},
    {"f", NULL, TRUE},
    {"a", "u", TRUE},
  };
  static const struct
  {
    const gchar *id, *task;
    ScoreRunState state;
  } expected[] = {
    {"a", "t", SCORE_RUN_SCORED}, {"a", "u", SCORE_RUN_FAILED},
    {"a", "v", SCORE_RUN_NONE}, {"b", "t", SCORE_RUN_FAILED},
    {"c", "t", SCORE_RUN_SCORED}, {"d", "t", SCORE_RUN_SCORED},
    {"e", "t", SCORE_RUN_NONE}, {"f", "t", SCORE_RUN_NONE},
    {"t", "a", SCORE_RUN_NONE}, {"", "", SCORE_RUN_NONE},
  };
  g_autoptr (ScoreRunLedger) ledger = NULL;

  append (self, "\n");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    append_record (self, &cases[i]);
  ledger = load (self);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_test_message ("%s, %s", expected[i].id, expected[i].task);
    g_assert_cmpint (score_run_ledger_find (ledger, expected[i].id,
            expected[i].task), ==, expected[i].state);
  }
  g_assert_cmpuint (score_run_ledger_count (ledger, SCORE_RUN_SCORED), ==, 3);
  g_assert_cmpuint (score_run_ledger_count (ledger, SCORE_RUN_FAILED), ==, 3);
}

static void
test_no_file (Fixture * self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  /* neither read without end nor waited for */
  g_assert_null (score_run_ledger_load ("/dev/full", &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "/dev/full: records need a file"));
}

static void
test_wrong_line (Fixture * self, gconstpointer data)
{
  static const Case fine = { "a", "t" };
  static const gchar *const wrong[] = {
    "{\"schema\": \"gst-score/1\", \"episode_id\": \n", "hello\n",
    "{\"schema\": \"gst-score/2\"}\n", "\xff\n"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;

    g_remove (self->path);
    append_record (self, &fine);
    append (self, "\r\n");
    append (self, wrong[i]);
    append_record (self, &fine);
    g_assert_null (score_run_ledger_load (self->path, &error));
    g_test_message ("%s", error->message);
    g_assert_true (g_str_has_prefix (error->message, self->path));
    g_assert_nonnull (strstr (error->message, ", line 3: "));
    g_assert_null (strchr (error->message, '\n'));
  }
}

/* Whatever the length at which it was cut, the record before it stays, and the file
 * can be read once the next has been appended. */
static void
test_torn (Fixture * self, gconstpointer data)
{
  static const Case first = { "a", "t" }, last = { "b", "t" };
  g_autofree gchar *line = make_line (&last);
  gsize length = strlen (line) - 1;     /* without its break: whole */

  for (guint before = 0; before < 2; before++) {
    for (gsize n = 1; n <= length; n += n + 40 < length ? 40 : 1) {
      g_autofree gchar *part = g_strndup (line, n);
      g_autoptr (ScoreRunLedger) ledger = NULL;
      gsize cut;

      g_remove (self->path);
      if (before)
        append_record (self, &first);
      append (self, part);
      ledger = load (self);
      g_assert_cmpint (score_run_ledger_find (ledger, "a", "t"), ==,
          before ? SCORE_RUN_SCORED : SCORE_RUN_NONE);
      g_assert_cmpint (score_run_ledger_find (ledger, "b", "t"), ==,
          n == length ? SCORE_RUN_SCORED : SCORE_RUN_NONE);
      g_assert_true (score_run_ledger_mend (self->path, &cut, NULL));
      g_assert_cmpuint (cut, ==, n == length ? 0 : n);
      if (n == length)
        append (self, "\n");
      append_record (self, &last);
      score_run_ledger_free (g_steal_pointer (&ledger));
      ledger = load (self);
      g_assert_cmpint (score_run_ledger_find (ledger, "b", "t"), ==,
          SCORE_RUN_SCORED);
    }
  }
}

/* The beginning of the last line is farther back than what is read at a time. */
static void
test_long_torn (Fixture * self, gconstpointer data)
{
  static const Case first = { "a", "t" };
  g_autofree gchar *task = g_strnfill (50000, 'x');
  Case last = { "b", task };
  g_autofree gchar *line = make_line (&last);
  g_autoptr (ScoreRunLedger) ledger = NULL;
  gsize cut;

  append_record (self, &first);
  line[strlen (line) - 10] = '\0';
  append (self, line);
  g_assert_true (score_run_ledger_mend (self->path, &cut, NULL));
  g_assert_cmpuint (cut, ==, strlen (line));
  ledger = load (self);
  g_assert_cmpuint (score_run_ledger_count (ledger, SCORE_RUN_SCORED), ==, 1);
}

/* Somebody who holds the lock is still writing what looks torn. */
static void
test_mend_while_writing (Fixture * self, gconstpointer data)
{
  gint fd;
  gsize cut;

  append (self, "{\"schema\":\"gst-sc");
  fd = open (self->path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  g_assert_true (score_run_ledger_mend (self->path, &cut, NULL));
  g_assert_cmpuint (cut, ==, 0);
  close (fd);
  g_assert_true (score_run_ledger_mend (self->path, &cut, NULL));
  g_assert_cmpuint (cut, ==, 17);
}

/* Nothing is taken off what is no file of records, and nothing added to it. */
static void
test_other_file (Fixture * self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gsize cut;

  append (self, "a shopping list: milk");
  g_assert_null (score_run_ledger_load (self->path, &error));
  g_assert_nonnull (strstr (error->message, ", line 1: "));
  g_assert_true (score_run_ledger_mend (self->path, &cut, NULL));
  g_assert_cmpuint (cut, ==, 0);
}

/* --- what differs --- */

static gchar *
check (Fixture * self, const Case * now)
{
  g_autoptr (ScoreRunLedger) ledger = load (self);
  g_autoptr (GstScoreResult) result = make_result (now);
  g_autoptr (ScoreRunOrigin) origin = score_run_origin_new (result);
  g_autoptr (GError) error = NULL;

  if (score_run_ledger_check (ledger, origin, &error))
    return NULL;
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_null (strchr (error->message, '\n'));
  g_test_message ("%s", error->message);
  return g_strdup (error->message);
}

static void
test_same (Fixture * self, gconstpointer data)
{
  static const Case before = { "a", "t",.model = "m",.threshold = .9,
    .options = "base-url=(string)\"http://one/v1\",image-size=(uint)512,"
        "temperature=(double)1,dense=(boolean)true,price-input=(double)1"
  };
  static const Case now = { "b", "u",.model = "m",.threshold = .9,
    .options = "base-url=(string)\"http://two/v1\",image-size=(gint64)512,"
        "temperature=(double)1,dense=(boolean)true"
  };
  static const Case no_model = { "b", "u",.threshold = .9,
    .options = "image-size=(int)512,temperature=(double)1,dense=(boolean)true"
  };

  append_record (self, &before);
  g_assert_null (check (self, &now));
  g_assert_null (check (self, &no_model));
}

static void
test_different (Fixture * self, gconstpointer data)
{
  static const Case before = { "a", "t",.model = "m",
    .options = "image-size=(uint)512,prompts=(string)abc,seed=(gint64)1"
  };
  static const struct
  {
    Case now;
    const gchar *name, *was, *is;
  } cases[] = {
    {{"a", "t",.method = "gvl",.model = "n"}, "method", "score", "gvl"},
    {{"a", "t",.model = "n",.options = "image-size=(uint)9"}, "model", "m",
        "n"},
    {{"a", "t",.options = "image-size=(uint)256,prompts=(string)abc,"
                "seed=(gint64)1"}, "image-size", "512", "256"},
    {{"a", "t",.options = "image-size=(uint)512,prompts=(string)def,"
                "seed=(gint64)1"}, "prompts", "abc", "def"},
    {{"a", "t",.options = "image-size=(uint)512,prompts=(string)abc"},
        "seed", "1", "unset"},
    {{"a", "t",.options = "image-size=(uint)512,prompts=(string)abc,"
                "seed=(gint64)1,temperature=(double)0.5"}, "temperature",
        "unset", "0.5"},
    {{"a", "t",.options = "image-size=(uint)512,prompts=(string)abc,"
                "seed=(gint64)1,step=(guint64)100000000"}, "framerate", "2",
        "10"},
    {{"a", "t",.threshold = .5,.options = "image-size=(uint)512,"
                "prompts=(string)abc,seed=(gint64)1"}, "success-threshold",
        NULL, "0.5"},
  };

  append (self, "\n");
  append_record (self, &before);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *message = check (self, &cases[i].now);
    g_autofree gchar *was = g_strdup_printf ("%s was %s", cases[i].name,
        cases[i].was ? cases[i].was : "");
    g_autofree gchar *is = g_strdup_printf (" is %s now", cases[i].is);

    g_assert_nonnull (message);
    g_assert_true (g_str_has_prefix (message, was));
    g_assert_nonnull (strstr (message, is));
    g_assert_nonnull (strstr (message, "line 2 of "));
    g_assert_nonnull (strstr (message, self->path));
    g_assert_nonnull (strstr (message, "--mix"));
  }
}

/* What failed may have failed for the setting that was changed. */
static void
test_failed_do_not_count (Fixture * self, gconstpointer data)
{
  static const Case failed = { "a", "t", TRUE,.model = "wrong" };
  static const Case now = { "a", "t",.model = "right" };
  static const Case other = { "b", "t",.model = "other" };
  g_autofree gchar *message = NULL;

  append_record (self, &failed);
  g_assert_null (check (self, &now));
  append_record (self, &now);
  g_assert_null (check (self, &now));
  /* and one of many is enough */
  append_record (self, &other);
  message = check (self, &now);
  g_assert_nonnull (strstr (message, "model was other for the record in line"
          " 3"));
}

static void
test_many (Fixture * self, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (ScoreRunLedger) ledger = NULL;
  gint64 start;

  for (guint i = 0; i < 20000; i++) {
    g_autofree gchar *id = g_strdup_printf ("e%u", i);
    Case how = { id, "t", i % 2 == 1 };
    g_autofree gchar *line = make_line (&how);

    g_string_append (text, line);
  }
  append (self, text->str);
  start = g_get_monotonic_time ();
  ledger = load (self);
  g_test_message ("20,000 records in %.2f s",
      (gdouble) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  g_assert_cmpuint (score_run_ledger_count (ledger, SCORE_RUN_SCORED), ==,
      10000);
  g_assert_cmpint (score_run_ledger_find (ledger, "e19999", "t"), ==,
      SCORE_RUN_FAILED);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const gchar *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    {"/run-ledger/missing", test_missing},
    {"/run-ledger/states", test_states},
    {"/run-ledger/no-file", test_no_file},
    {"/run-ledger/wrong-line", test_wrong_line},
    {"/run-ledger/torn", test_torn},
    {"/run-ledger/long-torn", test_long_torn},
    {"/run-ledger/mend-while-writing", test_mend_while_writing},
    {"/run-ledger/other-file", test_other_file},
    {"/run-ledger/same", test_same},
    {"/run-ledger/different", test_different},
    {"/run-ledger/failed-do-not-count", test_failed_do_not_count},
    {"/run-ledger/many", test_many},
  };

  g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
