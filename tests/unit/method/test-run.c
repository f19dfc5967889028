/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* What is asked when, and what comes out, with a model that answers well. What
 * bad answers do is in test-replies.c. */

#include <math.h>
#include <string.h>

#include "fixture.h"

static const gchar *const known[] = { "banana", "bowl", NULL };

static void
test_table (void)
{
  g_assert_true (score_method_list ()[0] == &score_method_score);
  g_assert_true (score_method_find ("score") == &score_method_score);
  g_assert_null (score_method_find ("nonesuch"));
  g_assert_null (score_method_find (NULL));
  for (guint i = 0; score_method_list ()[i]; i++)
    g_assert_true (score_method_find (score_method_list ()[i]->nick)
        == score_method_list ()[i]);
}

static void
test_objects_wait_for_samples (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 8, NULL);

  g_assert_cmpuint (bench_ask (bench), ==, 0);
  bench_add (bench, 3);
  g_assert_cmpuint (bench_ask (bench), ==, 0);
  bench_add (bench, 1);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
  g_assert_cmpstr (bench_stage (bench, 0), ==, "objects");
  g_assert_cmpuint (question_count_frames (bench_question (bench, 0)), ==, 4);
}

static void
test_objects_wait_for_a_small_batch (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, NULL);

  bench_add (bench, 1);
  g_assert_cmpuint (bench_ask (bench), ==, 0);
  bench_add (bench, 1);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
}

static void
test_objects_of_a_short_episode (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 8, NULL);

  bench_add (bench, 1);
  g_assert_cmpuint (bench_ask (bench), ==, 0);
  score_episode_close (bench->episode, NULL);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
  g_assert_cmpuint (question_count_frames (bench_question (bench, 0)), ==, 1);
}

static void
test_nothing_described_before_objects (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 4, NULL);
  g_autofree gchar *text = answer_objects ("banana", NULL);

  bench_add (bench, 12);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
  g_assert_cmpuint (bench_ask (bench), ==, 0);
  bench_reply (bench, 0, text, NULL);
  g_assert_cmpuint (bench->open->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (bench_stage (bench, i), ==, "describe");
}

static void
test_known_objects_are_not_asked_for (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 4, known);

  bench_add (bench, 4);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
  g_assert_cmpstr (bench_stage (bench, 0), ==, "describe");
  g_assert_cmpstr (score_method_score.get_objects (bench->run)[1], ==, "bowl");
}

static void
test_full_batches_while_recording (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 4, known);

  bench_add (bench, 11);
  g_assert_cmpuint (bench_ask (bench), ==, 2);
  bench_add (bench, 1);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
  bench_add (bench, 2);
  g_assert_cmpuint (bench_ask (bench), ==, 0);
  score_episode_close (bench->episode, NULL);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
  g_assert_cmpuint (question_count_frames (bench_question (bench, 3)), ==, 2);
  g_assert_false (score_method_score.is_done (bench->run));
}

static void
test_progress_waits_for_the_end (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, known);
  g_autofree gchar *text = answer_describe (1, 2);

  bench_add (bench, 4);
  bench_ask (bench);
  bench_reply (bench, 0, text, NULL);
  score_episode_close (bench->episode, NULL);
  g_assert_cmpuint (bench_ask (bench), ==, 0);
  bench_reply (bench, 0, text, NULL);
  g_assert_cmpuint (bench->open->len, ==, 1);
  g_assert_cmpstr (bench_stage (bench, 0), ==, "progress");
}

static void
test_progress_waits_for_closing (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, known);
  g_autofree gchar *text = answer_describe (1, 2);

  bench_add (bench, 2);
  bench_ask (bench);
  bench_reply (bench, 0, text, NULL);
  g_assert_cmpuint (bench->open->len, ==, 0);
  g_assert_false (score_method_score.is_done (bench->run));
  score_episode_close (bench->episode, NULL);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
}

/* Describes the two frames of a batch by @a and @b. */
static gchar *
describe_two (const gchar * a, const gchar * b)
{
  return g_strdup_printf ("{\"frames\": [{\"frame\": 1, \"description\": "
      "\"%s\"}, {\"frame\": 2, \"description\": \"%s\"}]}", a, b);
}

static void
test_answers_in_any_order (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, known);
  g_autofree gchar *late = describe_two ("C", "D");
  g_autofree gchar *early = describe_two ("A", "B");

  bench_add (bench, 4);
  score_episode_close (bench->episode, NULL);
  bench_ask (bench);
  bench_reply (bench, 1, late, NULL);
  bench_reply (bench, 0, early, NULL);
  g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
          "\nFrame 1 (t = 0.00 s): A\nFrame 2 (t = 0.50 s): B\n"
          "Frame 3 (t = 1.00 s): C\nFrame 4 (t = 1.50 s): D\n"));
}

static void
assert_result_of (Bench * bench, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstScoreResult) result = bench_finish (bench, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, n);
  g_assert_true (gst_score_result_is_scored (result));
  for (guint i = 0; i < n; i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    g_assert_cmpfloat_with_epsilon (sample->progress,
        n > 1 ? i / (gdouble) (n - 1) : 1.0, 1e-9);
    g_assert_cmpint (sample->flags, ==, GST_SCORE_SAMPLE_NONE);
    g_assert_nonnull (sample->description);
    g_assert_nonnull (sample->reason);
  }
}

static void
test_whole_episode (gconstpointer data)
{
  guint n = GPOINTER_TO_UINT (data);
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 8, NULL);

  for (guint i = 0; i < n; i++) {
    bench_add (bench, 1);
    bench_ask (bench);
  }
  score_episode_close (bench->episode, "success");
  bench_run (bench);
  assert_result_of (bench, n);
  g_assert_null (score_method_score.ask (bench->run));
}

static void
test_result (void)
{
  g_autoptr (Bench) bench = bench_new_at_progress (2);
  g_autoptr (GstScoreResult) result = NULL;
  const GstScoreSample *sample;

  bench_run (bench);
  result = bench_finish (bench, NULL);
  sample = gst_score_result_get_sample (result, 1);
  g_assert_cmpuint (sample->index, ==, 1);
  g_assert_cmpuint (sample->timestamp, ==, 10500 * GST_MSECOND);
  g_assert_cmpuint (sample->stream_time, ==, 500 * GST_MSECOND);
  g_assert_cmpuint (sample->running_time, ==, 20500 * GST_MSECOND);
  g_assert_cmpuint (sample->utc_time, ==, GST_CLOCK_TIME_NONE);
  g_assert_cmpstr (sample->description, ==, "frame 2 of 2");
  g_assert_cmpstr (sample->reason, ==, "reason 2");
  g_assert_cmpstr (gst_score_result_get_completion_state (result), ==,
      "banana in bowl");
  g_assert_cmpstr (gst_score_result_get_objects (result)[0], ==, "banana");
  g_assert_cmpstr (gst_score_result_get_objects (result)[1], ==, "bowl");
  g_assert_null (gst_score_result_get_objects (result)[2]);
}

static void
test_no_frames (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 8, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstScoreResult) failed = NULL;

  g_assert_false (score_method_score.is_done (bench->run));
  score_episode_close (bench->episode, NULL);
  g_assert_cmpuint (bench_ask (bench), ==, 0);
  g_assert_null (bench_finish (bench, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
  g_assert_cmpstr (error->message, ==, "the episode has no frames");
  failed = bench_describe_failure (bench);
  g_assert_cmpuint (gst_score_result_get_n_samples (failed), ==, 0);
}

static void
test_no_objects_found (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, NULL);

  bench_add (bench, 2);
  score_episode_close (bench->episode, NULL);
  bench_ask (bench);
  bench_reply (bench, 0, "{\"objects\": []}", NULL);
  g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
          "\nObjects: (none found)\n"));
  g_assert_null (score_method_score.get_objects (bench->run));
  bench_run (bench);
  assert_result_of (bench, 2);
}

/* The sampler thins while a description is under way. */
static void
test_dropped_while_asked (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 4, known);
  g_autofree gchar *text = answer_describe (1, 4);
  g_autoptr (GstScoreResult) result = NULL;

  bench_add (bench, 4);
  bench_ask (bench);
  bench_thin (bench);
  bench_ask (bench);
  bench_reply (bench, 0, text, NULL);
  score_episode_close (bench->episode, NULL);
  bench_ask (bench);
  g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
          "\nFrame 1 (t = 0.00 s): frame 1 of 4\n"
          "Frame 2 (t = 1.00 s): frame 3 of 4\n"));
  bench_run (bench);
  result = bench_finish (bench, NULL);
  assert_values (result, (gdouble[]) {
      0.0, 1.0}, 2);
  g_assert_true (result_has_note (result, "2 descriptions were made of samples "
          "that were dropped later"));
}

static void
test_dropped_when_described (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, known);
  g_autofree gchar *text = answer_describe (1, 2);
  g_autoptr (GstScoreResult) result = NULL;

  bench_add (bench, 2);
  bench_ask (bench);
  bench_reply (bench, 0, text, NULL);
  bench_thin (bench);
  score_episode_close (bench->episode, NULL);
  bench_run (bench);
  result = bench_finish (bench, NULL);
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 1);
  g_assert_true (result_has_note (result, "1 description was made of a sample "
          "that was dropped later"));
}

/* Kept samples that are in no question yet move up into a batch. */
static void
test_batches_after_thinning (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 4, known);

  bench_add (bench, 7);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
  bench_thin (bench);           /* 0 2 4 6: two of them are new */
  g_assert_cmpuint (bench_ask (bench), ==, 0);
  bench_add (bench, 2);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
  g_assert_cmpuint (question_count_frames (bench_question (bench, 1)), ==, 4);
}

static void
assert_finishes_with (Bench * bench, gdouble first, gdouble second)
{
  g_autoptr (GstScoreResult) result = bench_finish (bench, NULL);

  assert_values (result, (gdouble[]) {
      first, second}, 2);
}

/* Whatever comes back for samples that are gone harms nobody. */
static void
test_answer_for_nobody (void)
{
  const guint64 kept[] = { 2, 3 };
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, known);
  g_autoptr (GError) error = NULL;

  bench_add (bench, 4);
  g_assert_cmpuint (bench_ask (bench), ==, 2);
  score_episode_keep (bench->episode, kept, 2);
  g_assert_true (bench_reply_finish (bench, 0, "", SCORE_FINISH_STOP,
          "I will not", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (bench->open->len, ==, 1);
  score_episode_close (bench->episode, NULL);
  bench_run (bench);
  assert_finishes_with (bench, 0.0, 1.0);
}

/* The question for the progress does not wait for them either. */
static void
test_progress_waits_for_nobody (void)
{
  const guint64 kept[] = { 2, 3 };
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, known);
  g_autofree gchar *text = answer_describe (1, 2);

  bench_add (bench, 4);
  bench_ask (bench);
  score_episode_keep (bench->episode, kept, 2);
  score_episode_close (bench->episode, NULL);
  bench_reply (bench, 1, text, NULL);
  g_assert_cmpstr (bench_stage (bench, 1), ==, "progress");
  bench_reply (bench, 1, "{\"completion_state\": \"x\", \"frames\": ["
      "{\"frame\": 1, \"reason\": \"\", \"progress\": 0.25},"
      "{\"frame\": 2, \"reason\": \"\", \"progress\": 0.5}]}", NULL);
  g_assert_true (score_method_score.is_done (bench->run));
  g_assert_true (bench_reply (bench, 0, text, NULL));
  assert_finishes_with (bench, 0.25, 0.5);
}

/* A long recording: what is remembered is what is kept. */
static void
test_endless_episode (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 4, known);
  guint n_questions = 0;

  for (guint i = 0; i < 2000; i++) {
    bench_add (bench, 1);
    if (score_episode_get_n_samples (bench->episode) > 16)
      bench_thin (bench);
    n_questions += bench_ask (bench);
    bench_run (bench);
  }
  g_assert_cmpuint (n_questions, <=, 500);
  score_episode_close (bench->episode, NULL);
  bench_run (bench);
  assert_result_of (bench, score_episode_get_n_samples (bench->episode));
}

static void
test_clocks (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, known);
  g_autoptr (GBytes) jpeg = g_bytes_new_static ("x", 1);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (ScoreSample) sample = score_sample_new (i, jpeg, 8, 8);

    /* No stream time; hundredths are rounded, over the minute too. */
    sample->running_time = 7 * GST_SECOND + i * (75 * GST_SECOND - GST_MSECOND);
    score_episode_add_sample (bench->episode, sample);
  }
  bench_ask (bench);
  g_assert_cmpstr (score_request_get_part (bench_question (bench, 0)->request,
          0)->text, ==, "Frame 1 (t = 0.00 s):");
  g_assert_cmpstr (score_request_get_part (bench_question (bench, 0)->request,
          2)->text, ==, "Frame 2 (t = 75.00 s):");
}

static void
test_failure_tells_what_is_known (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, known);
  g_autofree gchar *text = answer_describe (1, 2);
  g_autoptr (GstScoreResult) result = NULL;
  const GstScoreSample *sample;

  bench_add (bench, 3);
  bench_ask (bench);
  bench_reply (bench, 0, text, NULL);
  result = bench_describe_failure (bench);
  g_assert_false (gst_score_result_is_scored (result));
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 3);
  sample = gst_score_result_get_sample (result, 0);
  g_assert_true (isnan (sample->progress));
  g_assert_cmpstr (sample->description, ==, "frame 1 of 2");
  g_assert_cmpint (sample->flags, ==, GST_SCORE_SAMPLE_NONE);
  sample = gst_score_result_get_sample (result, 2);
  g_assert_true (isnan (sample->progress));
  g_assert_cmpstr (sample->description, ==, NULL);
  g_assert_cmpint (sample->flags, ==, GST_SCORE_SAMPLE_NOT_DESCRIBED);
  g_assert_cmpstr (gst_score_result_get_objects (result)[0], ==, "banana");
}

int
main (int argc, char **argv)
{
  static const guint sizes[] = { 1, 2, 3, 8, 9, 64, 10000 };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run/table", test_table);
  g_test_add_func ("/run/objects-wait-for-samples",
      test_objects_wait_for_samples);
  g_test_add_func ("/run/objects-wait-for-a-small-batch",
      test_objects_wait_for_a_small_batch);
  g_test_add_func ("/run/objects-of-a-short-episode",
      test_objects_of_a_short_episode);
  g_test_add_func ("/run/nothing-described-before-objects",
      test_nothing_described_before_objects);
  g_test_add_func ("/run/known-objects-are-not-asked-for",
      test_known_objects_are_not_asked_for);
  g_test_add_func ("/run/full-batches-while-recording",
      test_full_batches_while_recording);
  g_test_add_func ("/run/progress-waits-for-the-end",
      test_progress_waits_for_the_end);
  g_test_add_func ("/run/progress-waits-for-closing",
      test_progress_waits_for_closing);
  g_test_add_func ("/run/answers-in-any-order", test_answers_in_any_order);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree gchar *path =
        g_strdup_printf ("/run/whole-episode/%u", sizes[i]);

    g_test_add_data_func (path, GUINT_TO_POINTER (sizes[i]),
        test_whole_episode);
  }
  g_test_add_func ("/run/result", test_result);
  g_test_add_func ("/run/no-frames", test_no_frames);
  g_test_add_func ("/run/no-objects-found", test_no_objects_found);
  g_test_add_func ("/run/dropped-while-asked", test_dropped_while_asked);
  g_test_add_func ("/run/dropped-when-described", test_dropped_when_described);
  g_test_add_func ("/run/batches-after-thinning", test_batches_after_thinning);
  g_test_add_func ("/run/answer-for-nobody", test_answer_for_nobody);
  g_test_add_func ("/run/progress-waits-for-nobody",
      test_progress_waits_for_nobody);
  g_test_add_func ("/run/endless-episode", test_endless_episode);
  g_test_add_func ("/run/clocks", test_clocks);
  g_test_add_func ("/run/failure-tells-what-is-known",
      test_failure_tells_what_is_known);
  return g_test_run ();
}
