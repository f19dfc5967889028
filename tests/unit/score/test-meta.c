/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <gst/score/score.h>

static void
test_nothing_attached (void)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  gdouble progress = 0.25;

  g_assert_null (gst_score_meta_get (buffer));
  g_assert_false (gst_score_truth_meta_get_progress (buffer, &progress));
  g_assert_cmpfloat (progress, ==, 0.25);
}

static void
test_values (void)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  GstCustomMeta *meta = gst_score_meta_add (buffer, "e-1",
      GST_SCORE_META_PROVISIONAL, 0.75, TRUE, 3 * GST_SECOND);
  gdouble progress = 0.0;
  gboolean interpolated = FALSE;

  g_assert_true (gst_score_meta_get (buffer) == meta);
  g_assert_cmpstr (gst_score_meta_get_episode_id (meta), ==, "e-1");
  g_assert_cmpint (gst_score_meta_get_status (meta), ==,
      GST_SCORE_META_PROVISIONAL);
  g_assert_true (gst_score_meta_get_progress (meta, &progress, &interpolated));
  g_assert_cmpfloat (progress, ==, 0.75);
  g_assert_true (interpolated);
  g_assert_cmpuint (gst_score_meta_get_sample_time (meta), ==, 3 * GST_SECOND);
}

static void
test_no_progress (void)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  GstCustomMeta *meta = gst_score_meta_add (buffer, "e-1",
      GST_SCORE_META_PENDING, NAN, FALSE, GST_CLOCK_TIME_NONE);
  gdouble progress = 0.25;
  gboolean interpolated = TRUE;

  g_assert_false (gst_score_meta_get_progress (meta, &progress, &interpolated));
  g_assert_cmpfloat (progress, ==, 0.25);
  g_assert_true (interpolated);
  g_assert_cmpuint (gst_score_meta_get_sample_time (meta), ==,
      GST_CLOCK_TIME_NONE);
}

static guint
count_metas (GstBuffer * buffer)
{
  gpointer state = NULL;
  guint n = 0;

  while (gst_buffer_iterate_meta (buffer, &state) != NULL)
    n++;
  return n;
}

static void
test_adding_again_replaces (void)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  GstCustomMeta *first = gst_score_meta_add (buffer, "e-1",
      GST_SCORE_META_PROVISIONAL, 0.75, TRUE, 3);
  GstCustomMeta *second = gst_score_meta_add (buffer, "e-2",
      GST_SCORE_META_FAILED, NAN, FALSE, 4);
  gdouble progress;

  g_assert_true (first == second);
  g_assert_cmpuint (count_metas (buffer), ==, 1);
  g_assert_cmpstr (gst_score_meta_get_episode_id (second), ==, "e-2");
  g_assert_cmpint (gst_score_meta_get_status (second), ==,
      GST_SCORE_META_FAILED);
  g_assert_false (gst_score_meta_get_progress (second, NULL, NULL));
  g_assert_cmpuint (gst_score_meta_get_sample_time (second), ==, 4);

  gst_score_truth_meta_add (buffer, "e-1", 0.1);
  gst_score_truth_meta_add (buffer, "e-1", 0.2);
  g_assert_cmpuint (count_metas (buffer), ==, 2);
  g_assert_true (gst_score_truth_meta_get_progress (buffer, &progress));
  g_assert_cmpfloat (progress, ==, 0.2);
}

static void
test_copy_is_independent (void)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  g_autoptr (GstBuffer) copy = NULL;
  gdouble progress = 0.0;

  gst_score_meta_add (buffer, "e-1", GST_SCORE_META_FINAL, 0.5, FALSE, 1);
  copy = gst_buffer_copy_deep (buffer);
  gst_score_meta_add (buffer, "e-1", GST_SCORE_META_FINAL, 0.6, FALSE, 1);
  g_assert_true (gst_score_meta_get_progress (gst_score_meta_get (copy),
          &progress, NULL));
  g_assert_cmpfloat (progress, ==, 0.5);
}

static void
test_texts (void)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  GstCustomMeta *meta = gst_score_meta_add (buffer, "e-1",
      GST_SCORE_META_PROVISIONAL, 0.5, FALSE, 1);

  g_assert_null (gst_score_meta_get_task (meta));
  g_assert_null (gst_score_meta_get_description (meta));
  g_assert_null (gst_score_meta_get_completion_state (meta));
  gst_score_meta_set_task (meta, "stack the cups");
  gst_score_meta_set_description (meta, "the cup hangs in the gripper");
  gst_score_meta_set_completion_state (meta, "one cup in the other");
  g_assert_cmpstr (gst_score_meta_get_task (meta), ==, "stack the cups");
  g_assert_cmpstr (gst_score_meta_get_description (meta), ==,
      "the cup hangs in the gripper");
  g_assert_cmpstr (gst_score_meta_get_completion_state (meta), ==,
      "one cup in the other");
  gst_score_meta_set_description (meta, NULL);
  g_assert_null (gst_score_meta_get_description (meta));
  g_assert_nonnull (gst_score_meta_get_task (meta));

  /* the texts of another result do not stay */
  gst_score_meta_add (buffer, "e-2", GST_SCORE_META_FAILED, NAN, FALSE, 1);
  g_assert_null (gst_score_meta_get_task (meta));
  g_assert_null (gst_score_meta_get_completion_state (meta));
}

static void
test_success (void)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  GstCustomMeta *meta = gst_score_meta_add (buffer, "e-1",
      GST_SCORE_META_FINAL, 0.5, FALSE, 1);
  gboolean success = TRUE;

  g_assert_false (gst_score_meta_get_success (meta, &success));
  g_assert_true (success);
  gst_score_meta_set_success (meta, FALSE);
  g_assert_true (gst_score_meta_get_success (meta, &success));
  g_assert_false (success);
  gst_score_meta_set_success (meta, TRUE);
  g_assert_true (gst_score_meta_get_success (meta, &success));
  g_assert_true (success);

  gst_score_meta_add (buffer, "e-1", GST_SCORE_META_PROVISIONAL, 0.5, FALSE, 1);
  g_assert_false (gst_score_meta_get_success (meta, NULL));
  /* as another program may write it */
  gst_structure_set (gst_custom_meta_get_structure (meta), "success",
      G_TYPE_BOOLEAN, TRUE, NULL);
  g_assert_false (gst_score_meta_get_success (meta, NULL));
}

/* A program without this library sees plain types. */
static void
test_plain_fields (void)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  GstCustomMeta *meta = gst_score_meta_add (buffer, "e-1",
      GST_SCORE_META_FINAL, 0.5, FALSE, 7);
  g_autofree gchar *text = NULL;

  gst_score_meta_set_task (meta, "stack");
  gst_score_meta_set_description (meta, "gripper");
  gst_score_meta_set_completion_state (meta, "stacked");
  gst_score_meta_set_success (meta, TRUE);
  text = gst_structure_to_string (gst_custom_meta_get_structure (meta));

  g_assert_nonnull (strstr (text, "episode-id=(string)e-1"));
  g_assert_nonnull (strstr (text, "status=(string)final"));
  g_assert_nonnull (strstr (text, "progress=(double)0.5"));
  g_assert_nonnull (strstr (text, "interpolated=(boolean)false"));
  g_assert_nonnull (strstr (text, "sample-time=(guint64)7"));
  g_assert_nonnull (strstr (text, "task=(string)stack"));
  g_assert_nonnull (strstr (text, "description=(string)gripper"));
  g_assert_nonnull (strstr (text, "completion-state=(string)stacked"));
  g_assert_nonnull (strstr (text, "success=(boolean)true"));
}

static void
test_damaged (void)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  GstCustomMeta *meta;
  GstStructure *structure;

  gst_score_meta_init ();
  meta = gst_buffer_add_custom_meta (buffer, GST_SCORE_META_NAME);
  g_assert_null (gst_score_meta_get_episode_id (meta));
  g_assert_cmpint (gst_score_meta_get_status (meta), ==,
      GST_SCORE_META_PENDING);
  structure = gst_custom_meta_get_structure (meta);
  gst_structure_set (structure, "status", G_TYPE_STRING, "great",
      "progress", G_TYPE_DOUBLE, 4.0, "sample-time", G_TYPE_INT, 5,
      "episode-id", G_TYPE_INT, 6, NULL);
  g_assert_cmpint (gst_score_meta_get_status (meta), ==,
      GST_SCORE_META_PENDING);
  g_assert_false (gst_score_meta_get_progress (meta, NULL, NULL));
  g_assert_cmpuint (gst_score_meta_get_sample_time (meta), ==,
      GST_CLOCK_TIME_NONE);
  g_assert_null (gst_score_meta_get_episode_id (meta));
}

static void
test_wrong_use_is_refused (void)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  GstCustomMeta *truth = gst_score_truth_meta_add (buffer, "e-1", 0.5);
  g_autoptr (GstBuffer) shared = gst_buffer_ref (buffer);
  GstCustomMeta *meta;

  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*is_score_meta*");
  g_assert_null (gst_score_meta_get_episode_id (truth));
  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*is_writable*");
  g_assert_null (gst_score_truth_meta_add (shared, "e-1", 0.5));
  g_clear_pointer (&shared, gst_buffer_unref);
  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*is_progress*");
  g_assert_null (gst_score_meta_add (buffer, "e-1", GST_SCORE_META_FINAL, 1.5,
          FALSE, 0));
  meta = gst_score_meta_add (buffer, "e-1", GST_SCORE_META_PROVISIONAL, 0.5,
      FALSE, 0);
  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*META_FINAL*");
  gst_score_meta_set_success (meta, TRUE);
  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*utf8*");
  gst_score_meta_set_task (meta, "\xff");
  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*is_score_meta*");
  gst_score_meta_set_task (truth, "stack");
  g_test_assert_expected_messages ();
}

static gpointer
add_meta_in_thread (gpointer data)
{
  GstBuffer *buffer = gst_buffer_new ();

  gst_score_meta_init ();
  gst_score_meta_add (buffer, "e", GST_SCORE_META_FINAL, 0.5, FALSE, 0);
  return buffer;
}

static void
test_threads_may_come_first (void)
{
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, add_meta_in_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_autoptr (GstBuffer) buffer = g_thread_join (threads[i]);

    g_assert_nonnull (gst_score_meta_get (buffer));
  }
}

/* Frame n of the source carries n / 100. */
static GstPadProbeReturn
attach (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  guint *n = user_data;
  GstBuffer *buffer =
      gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));

  gst_score_meta_add (buffer, "e-1", GST_SCORE_META_FINAL, *n / 100.0, FALSE,
      *n);
  gst_score_truth_meta_add (buffer, "e-1", 1.0 - *n / 100.0);
  (*n)++;
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
check (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  guint *n = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstCustomMeta *meta = gst_score_meta_get (buffer);
  gdouble progress = 0.0, truth = 0.0;

  g_assert_nonnull (meta);
  g_assert_true (gst_score_meta_get_progress (meta, &progress, NULL));
  g_assert_true (gst_score_truth_meta_get_progress (buffer, &truth));
  g_assert_cmpuint (gst_score_meta_get_sample_time (meta), ==, *n);
  g_assert_cmpfloat (progress, ==, *n / 100.0);
  g_assert_cmpfloat (truth, ==, 1.0 - *n / 100.0);
  (*n)++;
  return GST_PAD_PROBE_OK;
}

static void
add_probe (GstElement * pipeline, const gchar * element, const gchar * pad_name,
    GstPadProbeCallback callback, guint * n)
{
  g_autoptr (GstElement) found =
      gst_bin_get_by_name (GST_BIN (pipeline), element);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (found, pad_name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, callback, n, NULL);
}

static GstElement *
parse_chain (const gchar * chain)
{
  g_autofree gchar *line = g_strdup_printf ("videotestsrc name=first "
      "num-buffers=20 ! video/x-raw,format=I420,width=64,height=48 ! %s "
      "! fakesink name=last sync=false", chain);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch_full (line, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, &error);

  if (g_error_matches (error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT)) {
    g_test_skip (error->message);
    return NULL;
  }
  g_assert_no_error (error);
  return gst_object_ref_sink (pipeline);
}

static void
test_survives (gconstpointer chain)
{
  g_autoptr (GstElement) pipeline = parse_chain (chain);
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  guint n_in = 0, n_out = 0;

  if (pipeline == NULL)
    return;
  add_probe (pipeline, "first", "src", attach, &n_in);
  add_probe (pipeline, "last", "sink", check, &n_out);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  g_assert_cmpuint (n_out, ==, 20);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  /* first of all, so that the threads do register the metas */
  g_test_add_func ("/meta/threads-may-come-first", test_threads_may_come_first);
  g_test_add_func ("/meta/nothing-attached", test_nothing_attached);
  g_test_add_func ("/meta/values", test_values);
  g_test_add_func ("/meta/no-progress", test_no_progress);
  g_test_add_func ("/meta/adding-again-replaces", test_adding_again_replaces);
  g_test_add_func ("/meta/texts", test_texts);
  g_test_add_func ("/meta/success", test_success);
  g_test_add_func ("/meta/copy-is-independent", test_copy_is_independent);
  g_test_add_func ("/meta/plain-fields", test_plain_fields);
  g_test_add_func ("/meta/damaged", test_damaged);
  g_test_add_func ("/meta/wrong-use-is-refused", test_wrong_use_is_refused);
  g_test_add_data_func ("/meta/survives/videoconvert",
      "videoconvert ! video/x-raw,format=RGB", test_survives);
  g_test_add_data_func ("/meta/survives/videoscale",
      "videoscale ! video/x-raw,width=32,height=24", test_survives);
  g_test_add_data_func ("/meta/survives/queue", "queue", test_survives);
  g_test_add_data_func ("/meta/survives/h264",
      "x264enc tune=zerolatency ! h264parse ! avdec_h264", test_survives);
  g_test_add_data_func ("/meta/survives/h264-reordered",
      "x264enc bframes=2 ! h264parse ! avdec_h264", test_survives);
  return g_test_run ();
}
