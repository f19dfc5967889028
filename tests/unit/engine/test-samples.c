/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* What samples-location writes, and gvl-context reads. */

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gst/score/gstscoreerror.h>
#include <gst/score/gstscoreresultbuilder.h>
#include <gst/video/video.h>

#include "engine/examples.h"
#include "engine/samplesfolder.h"
#include "media/jpeg.h"

typedef struct
{
  gchar *location;
  GBytes *jpegs[10];
} Fixture;

static GBytes *
new_jpeg (guint8 luma)
{
  g_autoptr (ScoreJpeg) encoder = score_jpeg_new (512, 85);
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw,format=GRAY8,"
      "width=32,height=16,framerate=1/1");
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 32 * 16, NULL);
  GBytes *jpeg;

  gst_buffer_memset (buffer, 0, luma, 32 * 16);
  g_assert_true (score_jpeg_set_caps (encoder, caps, NULL));
  jpeg = score_jpeg_encode (encoder, buffer, NULL, NULL, NULL);
  g_assert_nonnull (jpeg);
  return jpeg;
}

static void
set_up (Fixture * self, gconstpointer data)
{
  self->location = g_dir_make_tmp ("samples-XXXXXX", NULL);
  g_assert_nonnull (self->location);
  for (guint i = 0; i < G_N_ELEMENTS (self->jpegs); i++)
    self->jpegs[i] = new_jpeg (20 * i);
}

static void
remove_tree (const gchar * path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *inner = g_build_filename (path, name, NULL);

    remove_tree (inner);
  }
  g_remove (path);
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  remove_tree (self->location);
  for (guint i = 0; i < G_N_ELEMENTS (self->jpegs); i++)
    g_bytes_unref (self->jpegs[i]);
  g_free (self->location);
}

static ScoreEpisode *
new_episode (Fixture * self)
{
  ScoreEpisode *episode = score_episode_new ("e");

  for (guint i = 0; i < G_N_ELEMENTS (self->jpegs); i++) {
    g_autoptr (ScoreSample) sample =
        score_sample_new (i, self->jpegs[i], 32, 16);

    sample->timestamp = sample->running_time = i * GST_SECOND;
    score_episode_add_sample (episode, sample);
  }
  return episode;
}

/* About every @step-th sample; without a progress where @failed. */
static GstScoreResult *
new_result (const gchar * id, guint step, gboolean failed)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new (id, "open the drawer");
  g_autoptr (GError) error = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_TIMEOUT, "no answer");

  for (guint i = 0; i * step < 10; i++) {
    GstScoreSample row = GST_SCORE_SAMPLE_INIT;

    row.index = i;
    row.timestamp = row.running_time = i * step * GST_SECOND;
    row.progress = failed ? NAN : i * step / 10.0;
    gst_score_result_builder_add_sample (builder, &row);
  }
  if (failed)
    gst_score_result_builder_set_error (builder, error);
  return gst_score_result_builder_end (builder);
}

static void
add (Fixture * self, const gchar * id, guint step, gboolean failed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ScoreSamplesFolder) folder =
      score_samples_folder_open (self->location, &error);
  g_autoptr (ScoreEpisode) episode = new_episode (self);
  g_autoptr (GstScoreResult) result = new_result (id, step, failed);

  g_assert_no_error (error);
  score_samples_folder_add (folder, result, episode, &error);
  g_assert_no_error (error);
}

static void
assert_picture (Fixture * self, const gchar * name, guint jpeg)
{
  g_autofree gchar *path = g_build_filename (self->location, name, NULL);
  g_autofree gchar *content = NULL;
  gsize size, expected;
  gconstpointer data = g_bytes_get_data (self->jpegs[jpeg], &expected);

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  g_assert_cmpmem (content, size, data, expected);
}

static guint
count_entries (const gchar * path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* The record and the very pictures that were sent, named by the record's rows. */
static void
test_written (Fixture * self, gconstpointer data)
{
  g_autofree gchar *path = g_build_filename (self->location, "e1", NULL);

  add (self, "e1", 3, FALSE);
  g_assert_cmpuint (count_entries (self->location), ==, 1);
  g_assert_cmpuint (count_entries (path), ==, 5);
  assert_picture (self, "e1/00000.jpg", 0);
  assert_picture (self, "e1/00001.jpg", 3);
  assert_picture (self, "e1/00003.jpg", 9);
}

/* An id may be anything; the folder stays inside of the location. */
static void
test_names (Fixture * self, gconstpointer data)
{
  add (self, "../../etc/passwd", 5, FALSE);
  add (self, "..", 5, FALSE);
  add (self, "a b\nc", 5, FALSE);
  assert_picture (self, "_._.._etc_passwd/00000.jpg", 0);
  assert_picture (self, "_./00000.jpg", 0);
  assert_picture (self, "a_b_c/00001.jpg", 5);
}

static void
test_taken (Fixture * self, gconstpointer data)
{
  add (self, "e1", 5, FALSE);
  add (self, "e1", 2, FALSE);
  add (self, "e1", 9, FALSE);
  assert_picture (self, "e1/00001.jpg", 5);
  assert_picture (self, "e1-2/00001.jpg", 2);
  assert_picture (self, "e1-3/00001.jpg", 9);
  g_assert_cmpuint (count_entries (self->location), ==, 3);
}

static void
test_not_writable (Fixture * self, gconstpointer data)
{
  g_autofree gchar *file = g_build_filename (self->location, "file", NULL);
  g_autofree gchar *inside = g_build_filename (file, "samples", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_null (score_samples_folder_open (inside, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_true (g_str_has_prefix (error->message, "samples-location: "));
}

/* The folder went while the element ran. */
static void
test_removed (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreSamplesFolder) folder =
      score_samples_folder_open (self->location, NULL);
  g_autoptr (ScoreEpisode) episode = new_episode (self);
  g_autoptr (GstScoreResult) result = new_result ("e1", 5, FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_rmdir (self->location), ==, 0);
  g_assert_false (score_samples_folder_add (folder, result, episode, &error));
  g_assert_true (g_str_has_prefix (error->message, "samples-location: "));
}

static void
assert_example (Fixture * self, const ScoreExample * example, guint step)
{
  g_assert_cmpstr (example->task, ==, "open the drawer");
  for (guint i = 0; i < example->pictures->len; i++) {
    const ScoreStill *still = &g_array_index (example->pictures, ScoreStill, i);

    g_assert_true (g_bytes_equal (still->jpeg, self->jpegs[i * step]));
    g_assert_cmpuint (still->width, ==, 32);
    g_assert_cmpuint (still->height, ==, 16);
    g_assert_cmpfloat_with_epsilon (g_array_index (example->progress, gdouble,
            i), i * step / 10.0, 1e-9);
  }
}

static void
test_loaded (Fixture * self, gconstpointer data)
{
  g_autofree gchar *one = g_build_filename (self->location, "b", NULL);
  g_autoptr (ScoreExamples) single = NULL, both = NULL;
  g_autoptr (GError) error = NULL;

  add (self, "b", 3, FALSE);
  add (self, "a", 2, FALSE);
  single = score_examples_load (one, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (single->list->len, ==, 1);
  assert_example (self, g_ptr_array_index (single->list, 0), 3);
  both = score_examples_load (self->location, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (both->list->len, ==, 2);
  assert_example (self, g_ptr_array_index (both->list, 0), 2);
  assert_example (self, g_ptr_array_index (both->list, 1), 3);
}

/* Of a long episode a few, evenly spaced. */
static void
test_loaded_few (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreExamples) examples = NULL;
  const ScoreExample *example;

  add (self, "a", 1, FALSE);
  examples = score_examples_load (self->location, NULL);
  example = g_ptr_array_index (examples->list, 0);
  g_assert_cmpuint (example->pictures->len, ==, SCORE_EXAMPLES_MAX_PICTURES);
  g_assert_cmpfloat_with_epsilon (g_array_index (example->progress, gdouble,
          7), 0.9, 1e-9);
}

/* The same wherever it lies, and another one of other examples. */
static void
test_digest (Fixture * self, gconstpointer data)
{
  g_autofree gchar *one = g_build_filename (self->location, "a", NULL);
  g_autofree gchar *same = g_build_filename (self->location, "b", NULL);
  g_autofree gchar *other = g_build_filename (self->location, "c", NULL);
  const gchar *paths[] = { one, same, other, self->location };
  g_autofree gchar *first = NULL;

  add (self, "a", 3, FALSE);
  add (self, "b", 3, FALSE);
  add (self, "c", 2, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (ScoreExamples) examples = score_examples_load (paths[i], NULL);
    g_autofree gchar *digest = score_examples_make_digest (examples);

    g_assert_cmpuint (strlen (digest), ==, 16);
    if (first == NULL)
      first = g_strdup (digest);
    g_assert_cmpint (strcmp (digest, first) == 0, ==, i < 2);
  }
}

static void
assert_refused (const gchar * location, const gchar * words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (score_examples_load (location, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_true (g_str_has_prefix (error->message, "gvl-context: "));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_refused (Fixture * self, gconstpointer data)
{
  g_autofree gchar *picture =
      g_build_filename (self->location, "a", "00001.jpg", NULL);
  g_autofree gchar *record =
      g_build_filename (self->location, "a", "record.json", NULL);

  assert_refused (self->location, "no folder of an episode");
  assert_refused ("/does/not/exist", "no folder of an episode");
  add (self, "a", 5, FALSE);
  g_assert_true (g_file_set_contents (picture, "GIF89a", -1, NULL));
  assert_refused (self->location, "00001.jpg");
  g_unlink (picture);
  assert_refused (self->location, "00001.jpg");
  g_assert_true (g_file_set_contents (record, "{\"schema\"", -1, NULL));
  assert_refused (self->location, "record.json");
}

/* What is no file of samples-location is not read, however long it would last. */
static void
test_refused_special (Fixture * self, gconstpointer data)
{
  g_autofree gchar *picture =
      g_build_filename (self->location, "a", "00001.jpg", NULL);
  g_autofree gchar *record =
      g_build_filename (self->location, "a", "record.json", NULL);

  add (self, "a", 5, FALSE);
  g_unlink (picture);
  g_assert_cmpint (mkfifo (picture, 0600), ==, 0);
  assert_refused (self->location, "00001.jpg");
  g_unlink (record);
  g_assert_cmpint (symlink ("/dev/zero", record), ==, 0);
  assert_refused (self->location, "record.json");
}

/* Of a file that is too large no more is read than shows that it is. */
static void
test_refused_large (Fixture * self, gconstpointer data)
{
  g_autofree gchar *record =
      g_build_filename (self->location, "a", "record.json", NULL);

  add (self, "a", 5, FALSE);
  g_assert_cmpint (truncate (record, G_GINT64_CONSTANT (1) << 40), ==, 0);
  assert_refused (self->location, "too large");
}

static void
test_refused_failed (Fixture * self, gconstpointer data)
{
  add (self, "a", 5, TRUE);
  assert_refused (self->location, "was not scored");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  ADD ("/samples/written", test_written);
  ADD ("/samples/names", test_names);
  ADD ("/samples/taken", test_taken);
  ADD ("/samples/not-writable", test_not_writable);
  ADD ("/samples/removed", test_removed);
  ADD ("/examples/loaded", test_loaded);
  ADD ("/examples/loaded-few", test_loaded_few);
  ADD ("/examples/digest", test_digest);
  ADD ("/examples/refused", test_refused);
  ADD ("/examples/refused-special", test_refused_special);
  ADD ("/examples/refused-large", test_refused_large);
  ADD ("/examples/refused-failed", test_refused_failed);
  return g_test_run ();
}
