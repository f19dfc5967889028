/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

/* plan-samples says which frames of an episode become samples, and those frames
 * alone become the same samples. */

static GArray *
plan (GstElement * sink, GArray * times, gint fps_n)
{
  GArray *samples = NULL;

  g_signal_emit_by_name (sink, "plan-samples", times, fps_n, 1, &samples);
  return samples;
}

/* Between evenly spaced and wild, with gaps. */
static GArray *
make_times (GRand * rand)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint n = (guint) g_rand_int_range (rand, 1, 150);
  guint64 time = (guint64) g_rand_int_range (rand, 0, 5) * 70 * GST_MSECOND;
  gint wildness = g_rand_int_range (rand, 1, 120);

  for (guint i = 0; i < n; i++) {
    g_array_append_val (times, time);
    time += (guint64) (100 + g_rand_int_range (rand, 0, wildness)) * GST_MSECOND
        - (guint64) g_rand_int_range (rand, 0, 99) * GST_MSECOND
        * (wildness > 20);
    if (g_rand_int_range (rand, 0, 40) == 0)
      time += (guint64) g_rand_int_range (rand, 0, 5000) * GST_MSECOND;
  }
  return times;
}

static Fixture *
make_sink (gint fps_n, gint fps_d, gint max_frames)
{
  g_autofree gchar *rate = g_strdup_printf ("%d/%d", fps_n, fps_d);
  g_autofree gchar *most = g_strdup_printf ("%d", max_frames);

  return fixture_new ("framerate", rate, "max-frames", most, NULL);
}

static GstScoreResult *
score (Fixture * f, const GArray * times, guint64 n_frames)
{
  g_autofree gchar *frames =
      g_strdup_printf ("score/episode-frames, n-frames=(guint64)%"
      G_GUINT64_FORMAT, n_frames);

  for (guint i = 0; i < times->len; i++) {
    GstBuffer *frame = fixture_make_frame (f);

    GST_BUFFER_PTS (frame) = g_array_index (times, guint64, i);
    fail_unless_equals_int (gst_harness_push (f->harness, frame), GST_FLOW_OK);
  }
  if (n_frames > 0)
    fixture_push_custom (f, frames);
  fixture_push_eos (f);
  return fixture_pop_result (f);
}

static void
assert_samples (const GstScoreResult * result, const GArray * times)
{
  fail_unless_equals_int (gst_score_result_get_n_samples (result), times->len);
  for (guint i = 0; i < times->len; i++)
    fail_unless_equals_uint64 (gst_score_result_get_sample (result,
            i)->running_time, g_array_index (times, guint64, i));
}

GST_START_TEST (test_planned_samples_are_those_of_all_frames)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) __i__);
  g_autoptr (GArray) times = make_times (rand);
  gint fps_n = g_rand_int_range (rand, 1, 12);
  gint fps_d = g_rand_int_range (rand, 1, 4);
  gint max_frames = g_rand_int_range (rand, 2, 24);
  g_autoptr (Fixture) f = make_sink (fps_n, fps_d, max_frames);
  g_autoptr (Fixture) other = make_sink (fps_n, fps_d, max_frames);
  g_autoptr (GArray) samples = plan (f->sink, times, 10);
  g_autoptr (GstScoreResult) everything = score (f, times, 0);
  g_autoptr (GstScoreResult) planned = score (other, samples, times->len);

  fail_unless (samples != NULL);
  fail_unless (samples->len <= (guint) max_frames);
  assert_samples (everything, samples);
  assert_samples (planned, samples);
  fail_unless_equals_uint64 (gst_score_result_get_duration (planned),
      gst_score_result_get_duration (everything));
  fail_unless_equals_uint64 (gst_score_result_get_n_frames (planned),
      times->len);
}

GST_END_TEST;

GST_START_TEST (test_a_plan_changes_nothing)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) samples = NULL;

  for (guint64 time = 0; time < 9 * GST_SECOND; time += GST_SECOND / 10)
    g_array_append_val (times, time);
  fixture_push (f, 8);
  samples = plan (f->sink, times, 10);
  fail_unless_equals_int (samples->len, 19);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (gst_score_result_get_n_samples (result), 3);
  fail_unless_equals_int (gst_score_result_get_n_frames (result), 8);
}

GST_END_TEST;

GST_START_TEST (test_what_cannot_be_planned)
{
  static const guint64 back[] = { 0, 2 * GST_SECOND, GST_SECOND };
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (Fixture) cut = fixture_new ("episode-duration", "4000000000",
      NULL);
  GArray *samples = plan (f->sink, times, 10);

  fail_unless_equals_int (samples->len, 0);
  g_array_unref (samples);
  g_array_append_vals (times, back, 2);
  fail_unless (plan (cut->sink, times, 10) == NULL);
  samples = plan (f->sink, times, 10);
  fail_unless_equals_int (samples->len, 2);
  g_array_unref (samples);
  g_array_append_val (times, back[2]);
  fail_unless (plan (f->sink, times, 10) == NULL);
}

GST_END_TEST;

static guint
count_notes (const GstScoreResult * result)
{
  const gchar *const *notes = gst_score_result_get_notes (result);

  return notes != NULL ? g_strv_length ((gchar **) notes) : 0;
}

/* The note is of those who cannot know. */
GST_START_TEST (test_who_knows_the_last_frame_leaves_no_note)
{
  g_autoptr (Fixture) f = fixture_new ("decoder-throttle", "true", NULL);
  g_autoptr (Fixture) other = fixture_new ("decoder-throttle", "true", NULL);
  g_autoptr (GstScoreResult) told = NULL;
  g_autoptr (GstScoreResult) untold = NULL;

  fixture_push (f, 8);
  fixture_push_custom (f, "score/episode-frames");
  fixture_push_eos (f);
  told = fixture_pop_result (f);
  fail_unless_equals_int (count_notes (told), 0);
  fail_unless_equals_int (gst_score_result_get_n_frames (told), 8);
  fixture_push (other, 8);
  fixture_push_eos (other);
  untold = fixture_pop_result (other);
  fail_unless_equals_int (count_notes (untold), 1);
}

GST_END_TEST;

static Suite *
sink_plan_suite (void)
{
  Suite *suite = suite_create ("sink-plan");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_planned_samples_are_those_of_all_frames, 0, 40);
  tcase_add_test (tc, test_a_plan_changes_nothing);
  tcase_add_test (tc, test_what_cannot_be_planned);
  tcase_add_test (tc, test_who_knows_the_last_frame_leaves_no_note);
  return suite;
}

GST_CHECK_MAIN (sink_plan);
