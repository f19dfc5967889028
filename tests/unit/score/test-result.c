/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/score/score.h>

static void
add_sample (GstScoreResultBuilder * builder, GstClockTime stream_time,
    gdouble progress, GstScoreSampleFlags flags)
{
  GstScoreSample sample = GST_SCORE_SAMPLE_INIT;

  sample.stream_time = stream_time;
  sample.progress = progress;
  sample.flags = flags;
  gst_score_result_builder_add_sample (builder, &sample);
}

static GstScoreResultBuilder *
new_builder (void)
{
  return gst_score_result_builder_new ("episode-1", "put the cup away");
}

/* Progress 0.2 at 1 s, 0.6 at 2 s (interpolated), 0.5 at 4 s. */
static GstScoreResult *
new_curve (void)
{
  g_autoptr (GstScoreResultBuilder) builder = new_builder ();

  add_sample (builder, 1 * GST_SECOND, 0.2, GST_SCORE_SAMPLE_NONE);
  add_sample (builder, 2 * GST_SECOND, 0.6, GST_SCORE_SAMPLE_INTERPOLATED);
  add_sample (builder, 4 * GST_SECOND, 0.5, GST_SCORE_SAMPLE_CLAMPED);
  return gst_score_result_builder_end (builder);
}

static GstScoreResult *
new_failed (GQuark domain, gint code)
{
  g_autoptr (GstScoreResultBuilder) builder = new_builder ();
  g_autoptr (GError) error = g_error_new_literal (domain, code, "no luck");

  gst_score_result_builder_set_error (builder, error);
  add_sample (builder, GST_SECOND, 0.7, GST_SCORE_SAMPLE_NONE);
  return gst_score_result_builder_end (builder);
}

static void
test_progress_is_the_last_sample (void)
{
  g_autoptr (GstScoreResult) result = new_curve ();

  g_assert_true (gst_score_result_is_scored (result));
  g_assert_cmpfloat (gst_score_result_get_progress (result), ==, 0.5);
  g_assert_cmpfloat_with_epsilon (gst_score_result_get_mean_progress (result),
      1.3 / 3, 1e-12);
}

static void
test_success_at_the_threshold (void)
{
  static const struct
  {
    gdouble progress, threshold;
    gboolean success;
  } cases[] = {
    {0.9, 0.9, TRUE},
    {0.8999, 0.9, FALSE},
    {0.5, 0.5, TRUE},
    {0.0, 0.0, TRUE},
    {1.0, 1.0, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstScoreResultBuilder) builder = new_builder ();
    g_autoptr (GstScoreResult) result = NULL;

    gst_score_result_builder_set_success_threshold (builder,
        cases[i].threshold);
    add_sample (builder, 0, cases[i].progress, 0);
    result = gst_score_result_builder_end (builder);
    g_assert_cmpint (gst_score_result_is_success (result), ==,
        cases[i].success);
  }
}

static void
test_default_threshold (void)
{
  g_autoptr (GstScoreResult) result = new_curve ();

  g_assert_cmpfloat (gst_score_result_get_success_threshold (result), ==, 0.9);
}

static void
test_failed_has_no_number (void)
{
  g_autoptr (GstScoreResult) result =
      new_failed (GST_SCORE_ERROR, GST_SCORE_ERROR_TIMEOUT);

  g_assert_false (gst_score_result_is_scored (result));
  g_assert_false (gst_score_result_is_success (result));
  g_assert_error (gst_score_result_get_error (result), GST_SCORE_ERROR,
      GST_SCORE_ERROR_TIMEOUT);
  g_assert_true (isnan (gst_score_result_get_progress (result)));
  g_assert_true (isnan (gst_score_result_get_mean_progress (result)));
  g_assert_true (isnan (gst_score_result_get_sample (result, 0)->progress));
  g_assert_true (isnan (gst_score_result_get_progress_at (result, GST_SECOND,
              NULL)));
}

static void
test_foreign_error_keeps_its_message (void)
{
  g_autoptr (GstScoreResult) result =
      new_failed (GST_CORE_ERROR, GST_CORE_ERROR_EVENT);

  g_assert_error (gst_score_result_get_error (result), GST_SCORE_ERROR,
      GST_SCORE_ERROR_DROPPED);
  g_assert_cmpstr (gst_score_result_get_error (result)->message, ==, "no luck");
}

static void
test_no_sample_is_a_failure (void)
{
  g_autoptr (GstScoreResultBuilder) builder = new_builder ();
  g_autoptr (GstScoreResult) result = gst_score_result_builder_end (builder);

  g_assert_error (gst_score_result_get_error (result), GST_SCORE_ERROR,
      GST_SCORE_ERROR_BAD_REPLY);
}

static void
test_sample_without_progress_is_a_failure (void)
{
  g_autoptr (GstScoreResultBuilder) builder = new_builder ();
  g_autoptr (GstScoreResult) result = NULL;

  add_sample (builder, 0, 1.0, 0);
  add_sample (builder, 1, INFINITY, 0);
  result = gst_score_result_builder_end (builder);
  g_assert_error (gst_score_result_get_error (result), GST_SCORE_ERROR,
      GST_SCORE_ERROR_BAD_REPLY);
  g_assert_true (isnan (gst_score_result_get_sample (result, 0)->progress));
}

static void
test_progress_outside_is_clamped (void)
{
  g_autoptr (GstScoreResultBuilder) builder = new_builder ();
  g_autoptr (GstScoreResult) result = NULL;

  add_sample (builder, 0, -0.5, 0);
  add_sample (builder, 1, 1.5, GST_SCORE_SAMPLE_NOT_DESCRIBED);
  result = gst_score_result_builder_end (builder);
  g_assert_cmpfloat (gst_score_result_get_sample (result, 0)->progress, ==, 0);
  g_assert_cmpfloat (gst_score_result_get_progress (result), ==, 1.0);
  g_assert_cmpuint (gst_score_result_get_sample (result, 1)->flags, ==,
      GST_SCORE_SAMPLE_CLAMPED | GST_SCORE_SAMPLE_NOT_DESCRIBED);
}

static void
test_progress_at (void)
{
  static const struct
  {
    gdouble seconds, progress;
    gboolean interpolated;
  } cases[] = {
    {0.0, 0.2, TRUE},           /* held before the first */
    {1.0, 0.2, FALSE},          /* on a sample */
    {1.5, 0.4, TRUE},           /* between two */
    {2.0, 0.6, TRUE},           /* on one that is flagged */
    {3.0, 0.55, TRUE},          /* falling */
    {4.0, 0.5, FALSE},          /* another flag is no matter */
    {99.0, 0.5, TRUE},          /* held after the last */
  };
  g_autoptr (GstScoreResult) result = new_curve ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gboolean interpolated = !cases[i].interpolated;
    gdouble progress = gst_score_result_get_progress_at (result,
        cases[i].seconds * GST_SECOND, &interpolated);

    g_assert_cmpfloat_with_epsilon (progress, cases[i].progress, 1e-12);
    g_assert_cmpint (interpolated, ==, cases[i].interpolated);
  }
}

static void
test_progress_at_no_time (void)
{
  g_autoptr (GstScoreResultBuilder) builder = new_builder ();
  g_autoptr (GstScoreResult) timeless = NULL;
  g_autoptr (GstScoreResult) curve = new_curve ();
  gboolean interpolated = TRUE;

  add_sample (builder, GST_CLOCK_TIME_NONE, 0.5, 0);
  timeless = gst_score_result_builder_end (builder);
  g_assert_cmpfloat (gst_score_result_get_progress (timeless), ==, 0.5);
  g_assert_true (isnan (gst_score_result_get_progress_at (timeless, 0,
              &interpolated)));
  g_assert_false (interpolated);
  g_assert_true (isnan (gst_score_result_get_progress_at (curve,
              GST_CLOCK_TIME_NONE, NULL)));
}

/* As a stream that is played backwards gives them. */
static void
test_progress_at_of_unordered_samples (void)
{
  g_autoptr (GstScoreResultBuilder) builder = new_builder ();
  g_autoptr (GstScoreResult) result = NULL;

  add_sample (builder, 30, 0.9, 0);
  add_sample (builder, GST_CLOCK_TIME_NONE, 0.0, 0);
  add_sample (builder, 10, 0.1, 0);
  add_sample (builder, 20, 0.5, 0);
  result = gst_score_result_builder_end (builder);
  g_assert_cmpfloat_with_epsilon (gst_score_result_get_progress_at (result, 15,
          NULL), 0.3, 1e-12);
  g_assert_cmpfloat_with_epsilon (gst_score_result_get_progress_at (result, 25,
          NULL), 0.7, 1e-12);
  g_assert_cmpfloat (gst_score_result_get_sample (result, 0)->progress, ==,
      0.9);
  g_assert_cmpfloat (gst_score_result_get_progress (result), ==, 0.5);
}

static void
test_interpolation_stays_between_neighbours (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint i = 0; i < 2000; i++) {
    g_autoptr (GstScoreResultBuilder) builder = new_builder ();
    g_autoptr (GstScoreResult) result = NULL;
    gdouble a = g_rand_double (rand), b = i % 2 ? 1.0 : g_rand_double (rand);
    gdouble progress;

    add_sample (builder, 0, a, 0);
    add_sample (builder, G_MAXINT64, b, 0);
    result = gst_score_result_builder_end (builder);
    progress = gst_score_result_get_progress_at (result,
        i % 3 ? G_MAXINT64 - 1 : (GstClockTime) g_rand_int (rand), NULL);
    g_assert_cmpfloat (progress, >=, MIN (a, b));
    g_assert_cmpfloat (progress, <=, MAX (a, b));
  }
}

static void
test_text_becomes_utf8 (void)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("e\xff", "\xc3");
  const gchar *objects[] = { "\xfe", "cup", NULL };
  g_autoptr (GstScoreResult) result = NULL;
  g_autofree gchar *json = NULL;

  gst_score_result_builder_set_objects (builder, objects);
  gst_score_result_builder_add_note (builder, "\xf0\x9f");
  add_sample (builder, 0, 0.5, 0);
  result = gst_score_result_builder_end (builder);
  json = gst_score_result_to_json (result);
  g_assert_true (g_utf8_validate (json, -1, NULL));
  g_assert_cmpstr (gst_score_result_get_task (result), ==, "\xef\xbf\xbd");
  g_assert_cmpstr (gst_score_result_get_objects (result)[1], ==, "cup");
}

static void
test_integers_stop_at_63_bits (void)
{
  g_autoptr (GstScoreResultBuilder) builder = new_builder ();
  GstScoreUsage usage = {.requests = G_MAXUINT64,.images = 3 };
  g_autoptr (GstScoreResult) result = NULL;

  gst_score_result_builder_set_times (builder, G_MAXINT64,
      (GstClockTime) G_MAXINT64 + 1, 7, GST_CLOCK_TIME_NONE);
  gst_score_result_builder_set_usage (builder, &usage);
  gst_score_result_builder_set_n_frames (builder, G_MAXUINT64);
  add_sample (builder, 0, 0.5, 0);
  result = gst_score_result_builder_end (builder);
  g_assert_cmpuint (gst_score_result_get_timestamp (result), ==, G_MAXINT64);
  g_assert_cmpuint (gst_score_result_get_stream_time (result), ==,
      GST_CLOCK_TIME_NONE);
  g_assert_cmpuint (gst_score_result_get_running_time (result), ==, 7);
  g_assert_cmpuint (gst_score_result_get_usage (result)->requests, ==,
      G_MAXINT64);
  g_assert_cmpuint (gst_score_result_get_usage (result)->images, ==, 3);
  g_assert_cmpuint (gst_score_result_get_n_frames (result), ==, G_MAXINT64);
}

static void
test_cost_is_a_price_or_unknown (void)
{
  const gdouble none[] = { NAN, -0.01, INFINITY };

  for (guint i = 0; i < G_N_ELEMENTS (none); i++) {
    g_autoptr (GstScoreResultBuilder) builder = new_builder ();
    GstScoreUsage usage = GST_SCORE_USAGE_INIT;
    g_autoptr (GstScoreResult) result = NULL;

    usage.cost = none[i];
    gst_score_result_builder_set_usage (builder, &usage);
    add_sample (builder, 0, 0.5, 0);
    result = gst_score_result_builder_end (builder);
    g_assert_true (isnan (gst_score_result_get_usage (result)->cost));
  }
}

static void
test_options_become_plain (void)
{
  g_autoptr (GstStructure) options = gst_structure_new ("settings",
      "framerate", GST_TYPE_FRACTION, 2, 1, "max-frames", G_TYPE_UINT, 32,
      "temperature", G_TYPE_FLOAT, 0.5, "unset", G_TYPE_STRING, NULL,
      "never", G_TYPE_DOUBLE, NAN, "big", G_TYPE_UINT64, G_MAXUINT64,
      "cache", G_TYPE_BOOLEAN, TRUE, NULL);
  g_autoptr (GstStructure) expected = gst_structure_new ("options",
      "framerate", G_TYPE_STRING, "2/1",
      "max-frames", G_TYPE_INT64, (gint64) 32,
      "temperature", G_TYPE_DOUBLE, 0.5,
      "big", G_TYPE_STRING, "18446744073709551615",
      "cache", G_TYPE_BOOLEAN, TRUE, NULL);
  g_autoptr (GstScoreResultBuilder) builder = new_builder ();
  g_autoptr (GstScoreResult) result = NULL;

  gst_score_result_builder_set_options (builder, options);
  add_sample (builder, 0, 0.5, 0);
  result = gst_score_result_builder_end (builder);
  g_assert_true (gst_structure_is_equal (gst_score_result_get_options (result),
          expected));
}

static void
test_lists_are_never_null (void)
{
  g_autoptr (GstScoreResult) result = new_curve ();

  g_assert_cmpuint (g_strv_length ((gchar **)
          gst_score_result_get_objects (result)), ==, 0);
  g_assert_cmpuint (g_strv_length ((gchar **)
          gst_score_result_get_notes (result)), ==, 0);
}

static void
test_boxed_copies (void)
{
  GstScoreResult *result = new_curve ();
  GstScoreResult *same = g_boxed_copy (GST_TYPE_SCORE_RESULT, result);
  GstScoreSample *sample = g_boxed_copy (GST_TYPE_SCORE_SAMPLE,
      gst_score_result_get_sample (result, 2));

  g_assert_true (same == result);
  gst_score_result_unref (result);
  g_assert_cmpfloat (gst_score_result_get_progress (same), ==, 0.5);
  g_boxed_free (GST_TYPE_SCORE_RESULT, same);
  g_assert_cmpfloat (sample->progress, ==, 0.5);
  g_boxed_free (GST_TYPE_SCORE_SAMPLE, sample);
}

static gpointer
ref_and_unref (gpointer result)
{
  for (guint i = 0; i < 20000; i++) {
    GstScoreResult *mine = gst_score_result_ref (result);

    g_assert_cmpfloat (gst_score_result_get_progress (mine), ==, 0.5);
    gst_score_result_unref (mine);
  }
  return NULL;
}

static void
test_threads_share_a_result (void)
{
  g_autoptr (GstScoreResult) result = new_curve ();
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, ref_and_unref, result);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 3);
}

static void
test_ended_builder_is_used_up (void)
{
  g_autoptr (GstScoreResultBuilder) builder = new_builder ();
  g_autoptr (GstScoreResult) result = NULL;

  add_sample (builder, 0, 0.5, 0);
  result = gst_score_result_builder_end (builder);
  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*assertion*");
  gst_score_result_builder_add_note (builder, "too late");
  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*assertion*");
  g_assert_null (gst_score_result_builder_end (builder));
  g_test_assert_expected_messages ();
}

static void
test_bad_stage_name_is_refused (void)
{
  g_autoptr (GstScoreResultBuilder) builder = new_builder ();

  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*assertion*");
  gst_score_result_builder_set_latency (builder, "two words", 1);
  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*assertion*");
  gst_score_result_builder_set_success_threshold (builder, 1.1);
  g_test_assert_expected_messages ();
}

static void
test_error_nicks (void)
{
  GstScoreError back = GST_SCORE_ERROR_CONFIG;

  for (gint code = 0; code <= GST_SCORE_ERROR_BUDGET; code++) {
    const gchar *nick = gst_score_error_to_nick (code);

    g_assert_true (gst_score_error_from_nick (nick, &back));
    g_assert_cmpint (back, ==, code);
  }
  g_assert_cmpstr (gst_score_error_to_nick (GST_SCORE_ERROR_BAD_REPLY), ==,
      "bad-reply");
  g_assert_null (gst_score_error_to_nick (GST_SCORE_ERROR_BUDGET + 1));
  g_assert_false (gst_score_error_from_nick ("sunburn", &back));
}

static void
test_other_numbers_of_samples (void)
{
  static const struct
  {
    gdouble raw, probability;
    gdouble raw_after, probability_after;
  } cases[] = {
    {-3.5, 0.25, -3.5, 0.25},
    {-INFINITY, 1.5, NAN, 1.0},
    {NAN, -0.1, NAN, 0.0},
    {7.0, INFINITY, 7.0, NAN},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstScoreResultBuilder) builder =
        gst_score_result_builder_new ("e", NULL);
    GstScoreSample sample = GST_SCORE_SAMPLE_INIT;
    g_autoptr (GstScoreResult) result = NULL;
    const GstScoreSample *found;

    sample.progress = 0.5;
    sample.raw_value = cases[i].raw;
    sample.success_probability = cases[i].probability;
    sample.flags = GST_SCORE_SAMPLE_FLOOR;
    gst_score_result_builder_add_sample (builder, &sample);
    result = gst_score_result_builder_end (builder);
    found = gst_score_result_get_sample (result, 0);
    g_assert_cmpint (isnan (found->raw_value), ==, isnan (cases[i].raw_after));
    g_assert_true (isnan (found->raw_value)
        || found->raw_value == cases[i].raw_after);
    g_assert_cmpint (isnan (found->success_probability), ==,
        isnan (cases[i].probability_after));
    g_assert_true (isnan (found->success_probability)
        || found->success_probability == cases[i].probability_after);
    g_assert_cmpuint (found->flags, ==, GST_SCORE_SAMPLE_FLOOR);
  }
}

static void
test_failed_has_no_other_number (void)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("e", NULL);
  g_autoptr (GError) error = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_TIMEOUT, "No answer.");
  GstScoreSample sample = GST_SCORE_SAMPLE_INIT;
  g_autoptr (GstScoreResult) result = NULL;
  const GstScoreSample *found;

  sample.progress = sample.raw_value = sample.success_probability = 0.5;
  gst_score_result_builder_add_sample (builder, &sample);
  gst_score_result_builder_set_error (builder, error);
  result = gst_score_result_builder_end (builder);
  found = gst_score_result_get_sample (result, 0);
  g_assert_true (isnan (found->progress));
  g_assert_true (isnan (found->raw_value));
  g_assert_true (isnan (found->success_probability));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/result/progress-is-the-last-sample",
      test_progress_is_the_last_sample);
  g_test_add_func ("/result/success-at-the-threshold",
      test_success_at_the_threshold);
  g_test_add_func ("/result/default-threshold", test_default_threshold);
  g_test_add_func ("/result/failed-has-no-other-number",
      test_failed_has_no_other_number);
  g_test_add_func ("/result/foreign-error-keeps-its-message",
      test_foreign_error_keeps_its_message);
  g_test_add_func ("/result/no-sample-is-a-failure",
      test_no_sample_is_a_failure);
  g_test_add_func ("/result/sample-without-progress-is-a-failure",
      test_sample_without_progress_is_a_failure);
  g_test_add_func ("/result/other-numbers-of-samples",
      test_other_numbers_of_samples);
  g_test_add_func ("/result/failed-has-no-number", test_failed_has_no_number);
  g_test_add_func ("/result/progress-outside-is-clamped",
      test_progress_outside_is_clamped);
  g_test_add_func ("/result/progress-at", test_progress_at);
  g_test_add_func ("/result/progress-at-no-time", test_progress_at_no_time);
  g_test_add_func ("/result/progress-at-of-unordered-samples",
      test_progress_at_of_unordered_samples);
  g_test_add_func ("/result/interpolation-stays-between-neighbours",
      test_interpolation_stays_between_neighbours);
  g_test_add_func ("/result/text-becomes-utf8", test_text_becomes_utf8);
  g_test_add_func ("/result/integers-stop-at-63-bits",
      test_integers_stop_at_63_bits);
  g_test_add_func ("/result/cost-is-a-price-or-unknown",
      test_cost_is_a_price_or_unknown);
  g_test_add_func ("/result/options-become-plain", test_options_become_plain);
  g_test_add_func ("/result/lists-are-never-null", test_lists_are_never_null);
  g_test_add_func ("/result/boxed-copies", test_boxed_copies);
  g_test_add_func ("/result/threads-share-a-result",
      test_threads_share_a_result);
  g_test_add_func ("/result/ended-builder-is-used-up",
      test_ended_builder_is_used_up);
  g_test_add_func ("/result/bad-stage-name-is-refused",
      test_bad_stage_name_is_refused);
  g_test_add_func ("/result/error-nicks", test_error_nicks);
  return g_test_run ();
}
