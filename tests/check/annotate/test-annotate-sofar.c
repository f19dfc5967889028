/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <math.h>

#include <gio/gio.h>

#include "frames.h"

/* Numbers while the robot moves: the toy robot as a live source, before the
 * simulator. */

/* Of the value of a sample against the truth at that sample. */
#define MEAN_ERROR 0.02
#define WORST_ERROR 0.06

typedef struct
{
  GstClockTime time;
  gdouble truth;
} Moment;

typedef struct
{
  GArray *moments;              /* of Moment: every frame so far */
  guint n_pending, n_provisional, n_values;
  GstClockTime newest;          /* sample of the newest value */
  gdouble error, worst;         /* of a value at its sample's time */
  gdouble lag;                  /* at the frame's own time, summed */
} Watch;

static gdouble
get_truth_at (const Watch * self, GstClockTime time)
{
  for (guint i = 0; i < self->moments->len; i++) {
    const Moment *moment = &g_array_index (self->moments, Moment, i);

    if (moment->time == time)
      return moment->truth;
  }
  fail ("no frame had the time of the sample");
  return NAN;
}

static void
look_at_value (Watch * self, GstBuffer * buffer, GstCustomMeta * meta,
    gdouble truth)
{
  GstClockTime time = gst_score_meta_get_sample_time (meta);
  gdouble progress = NAN, error;

  fail_unless (gst_score_meta_get_progress (meta, &progress, NULL));
  fail_unless (time <= GST_BUFFER_PTS (buffer));
  fail_unless (self->n_provisional == 0 || time >= self->newest);
  error = fabs (progress - get_truth_at (self, time));
  self->n_provisional++;
  self->lag += fabs (progress - truth);
  self->worst = MAX (self->worst, error);
  if (self->n_values == 0 || time != self->newest) {
    self->n_values++;
    self->error += error;
  }
  self->newest = time;
}

static void
look_at_frame (Watch * self, GstBuffer * buffer)
{
  GstCustomMeta *meta = gst_score_meta_get (buffer);
  Moment moment = { GST_BUFFER_PTS (buffer), NAN };

  fail_unless (meta != NULL);
  fail_unless (gst_score_truth_meta_get_progress (buffer, &moment.truth));
  g_array_append_val (self->moments, moment);
  if (gst_score_meta_get_status (meta) == GST_SCORE_META_PENDING) {
    fail_unless (self->n_provisional == 0, "nothing is known any more");
    self->n_pending++;
  } else {
    assert_status (buffer, GST_SCORE_META_PROVISIONAL);
    look_at_value (self, buffer, meta, moment.truth);
  }
}

static void
run (GstElement * pipeline, Watch * watch)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  GstSample *sample;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (TRUE) {
    g_signal_emit_by_name (sink, "pull-sample", &sample);
    if (sample == NULL)
      break;
    look_at_frame (watch, gst_sample_get_buffer (sample));
    gst_sample_unref (sample);
  }
}

/* Results on the bus in order: at least @n provisional ones, each of more samples
 * than the one before it, then the final one, and nothing after that. */
static void
check_bus (GstElement * pipeline, guint n)
{
  g_autoptr (GstBus) bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  guint n_provisional = 0, n_final = 0, n_samples = 0;
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT)) != NULL) {
    g_autoptr (GstMessage) held = message;
    g_autoptr (GstScoreResult) result =
        gst_score_message_parse_result (message, NULL);

    if (result == NULL || gst_message_has_name (message, "score/late"))
      continue;
    fail_unless_equals_int (n_final, 0);
    fail_unless (gst_score_result_get_n_samples (result) > n_samples);
    n_samples = gst_score_result_get_n_samples (result);
    if (gst_score_result_is_provisional (result)) {
      n_provisional++;
    } else {
      assert_scored (result);
      n_final++;
    }
  }
  fail_unless_equals_int (n_final, 1);
  fail_unless (n_provisional >= n, "%u", n_provisional);
}

static GSubprocess *
start_simulator (gchar ** url)
{
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
      G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, g_getenv ("SCORE_TOOL"),
      "simulate", "--port", "0", NULL);

  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  *url = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  fail_unless (*url != NULL && g_str_has_prefix (*url, "http://"));
  return process;
}

static const gchar *const outcomes[] = { "success", "half-done-at-start" };

GST_START_TEST (numbers_while_the_robot_moves)
{
  g_autofree gchar *url = NULL;
  g_autoptr (GSubprocess) simulator = start_simulator (&url);
  g_autofree gchar *line = g_strdup_printf ("scoretestsrc is-live=true seed=5 "
      "outcome=%s episode-duration=4000000000 ! "
      "video/x-raw,format=I420,width=320,height=240,framerate=20/1 ! "
      "scoreannotate mode=live framerate=4/1 describe-batch=2 "
      "update-interval=0 base-url=%s model=toy-simulator ! "
      "appsink name=s sync=false", outcomes[__i__], url);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  Watch watch = { g_array_new (FALSE, FALSE, sizeof (Moment)), };

  g_assert_no_error (error);
  run (pipeline, &watch);
  g_message ("%s: %u frames pending, %u with one of %u provisional values: "
      "error at the sample %.3f, at most %.3f; at the frame %.3f",
      outcomes[__i__], watch.n_pending, watch.n_provisional, watch.n_values,
      watch.error / MAX (watch.n_values, 1), watch.worst,
      watch.lag / MAX (watch.n_provisional, 1));
  fail_unless (watch.n_values >= 2);
  fail_unless (watch.error / watch.n_values <= MEAN_ERROR);
  fail_unless (watch.worst <= WORST_ERROR);
  check_bus (pipeline, watch.n_values);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_array_unref (watch.moments);
  g_subprocess_force_exit (simulator);
  g_subprocess_wait (simulator, NULL, NULL);
}

GST_END_TEST;

static Suite *
annotate_suite (void)
{
  Suite *suite = suite_create ("annotate-sofar");
  TCase *tcase = tcase_create ("live");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 60);
  tcase_add_loop_test (tcase, numbers_while_the_robot_moves, 0,
      G_N_ELEMENTS (outcomes));
  return suite;
}

GST_CHECK_MAIN (annotate);
