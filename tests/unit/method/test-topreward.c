/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* The method topreward: what is asked when, and what comes out. */

#include <math.h>
#include <string.h>

#include "topreward-bench.h"

static const GstScoreSample *
get_sample (const GstScoreResult * result, guint index)
{
  return gst_score_result_get_sample (result, index);
}

static gboolean
has_note (const GstScoreResult * result, const gchar * part)
{
  const gchar *const *notes = gst_score_result_get_notes (result);

  for (guint i = 0; notes && notes[i]; i++) {
    if (strstr (notes[i], part))
      return TRUE;
  }
  return FALSE;
}

static gchar *
dump_question (const ScoreQuestion * question)
{
  const ScoreRequest *request = question->request;
  GString *dump = g_string_new (NULL);

  g_string_append_printf (dump, "=== stage\n%s\n=== greedy %d, tokens %u, "
      "token \"%s\", open-ended %d\n", score_request_get_name (request),
      score_request_is_greedy (request), score_request_get_max_tokens (request),
      score_request_get_token (request), score_request_is_open_ended (request));
  g_assert_null (score_request_get_schema (request));
  g_assert_null (score_request_get_system (request));
  for (guint i = 0; i < score_request_get_n_parts (request); i++) {
    const ScorePart *part = score_request_get_part (request, i);

    if (part->kind == SCORE_PART_TEXT) {
      g_string_append_printf (dump, "=== text\n%s\n", part->text);
      continue;
    }
    g_string_append_printf (dump, "=== video, %g frames a second\n",
        part->framerate);
    for (guint k = 0; k < part->frames->len; k++) {
      const ScoreStill *still = &g_array_index (part->frames, ScoreStill, k);

      g_string_append_printf (dump, "%ux%u %.*s\n", still->width,
          still->height, (gint) g_bytes_get_size (still->jpeg),
          (const gchar *) g_bytes_get_data (still->jpeg, NULL));
    }
  }
  return g_string_free (dump, FALSE);
}

/* SCORE_UPDATE_GOLDEN=1 writes the files anew. */
static void
assert_golden (const ScoreQuestion * question, const gchar * name)
{
  g_autofree gchar *dump = dump_question (question);
  g_autofree gchar *path =
      g_build_filename (g_getenv ("SCORE_TEST_DATA"), name, NULL);
  g_autofree gchar *golden = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("SCORE_UPDATE_GOLDEN"))
    g_file_set_contents (path, dump, -1, NULL);
  g_file_get_contents (path, &golden, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (dump, ==, golden);
}

static void
test_question_with_a_chat_template (void)
{
  g_autoptr (Bench) bench = bench_new (3);

  bench_begin (bench);
  bench_record (bench, 3);
  assert_golden (bench_question (bench, 1), "topreward-template.txt");
}

static void
test_question_without_a_chat_template (void)
{
  g_autoptr (Bench) bench = bench_new (3);

  bench->settings.chat_template = FALSE;
  bench_begin (bench);
  bench_record (bench, 1);
  assert_golden (bench_question (bench, 0), "topreward-open.txt");
}

/* Byte for byte, and not even copied. */
static void
test_pictures_are_shared (void)
{
  g_autoptr (Bench) bench = bench_new (8);

  bench_begin (bench);
  bench_record (bench, 6);
  g_assert_cmpuint (bench->open->len, ==, 6);
  for (guint i = 1; i < 6; i++) {
    const ScoreRequest *request = bench_question (bench, i)->request;
    const GArray *frames = score_request_get_part (request, 0)->frames;

    g_assert_cmpuint (frames->len, ==, i + 1);
    for (guint k = 0; k < frames->len; k++)
      g_assert_true (g_array_index (frames, ScoreStill, k).base64 ==
          score_episode_get_sample (bench->episode, k)->base64);
  }
}

/* Each at once when its last sample is there. */
static void
test_asked_while_recording (void)
{
  const guint expected[] = { 1, 5, 10, 14, 19, 23, 28, 32, 37, 41, 46, 50, 55,
    59
  };
  g_autoptr (Bench) bench = bench_new (64);
  guint found = 0;

  bench_begin (bench);
  for (guint n = 1; n <= 62; n++) {
    bench_record (bench, 1);
    if (found < G_N_ELEMENTS (expected) && expected[found] == n)
      g_assert_cmpuint (bench_get_length (bench, found++), ==, n);
    g_assert_cmpuint (bench->n_asked, ==, found);
  }
  g_assert_cmpuint (found, ==, G_N_ELEMENTS (expected));
  bench_close (bench);
  g_assert_cmpuint (bench->n_asked, ==, 15);
  g_assert_cmpuint (bench_get_length (bench, 14), ==, 63);
}

static GstScoreResult *
score_episode_of (guint n_frames, guint max_frames)
{
  g_autoptr (Bench) bench = bench_new (max_frames);
  g_autoptr (GError) error = NULL;
  GstScoreResult *result;

  bench_begin (bench);
  bench_record (bench, n_frames);
  bench_close (bench);
  bench_answer_all (bench, FALSE);
  result = bench_finish (bench, &error);
  g_assert_no_error (error);
  return result;
}

static void
assert_same_samples (const GstScoreResult * a, const GstScoreResult * b)
{
  guint n = gst_score_result_get_n_samples (a);

  g_assert_cmpuint (gst_score_result_get_n_samples (b), ==, n);
  for (guint i = 0; i < n; i++) {
    const GstScoreSample *one = get_sample (a, i), *other = get_sample (b, i);

    g_assert_cmpfloat (one->progress, ==, other->progress);
    g_assert_cmpint (one->flags, ==, other->flags);
    g_assert_true (one->raw_value == other->raw_value
        || (isnan (one->raw_value) && isnan (other->raw_value)));
  }
}

/* Answers at once, late, in another order; and all of it only looked at when it
 * was over. */
static GstScoreResult *
score_in_a_way (guint n_frames, guint max_frames, guint way)
{
  g_autoptr (Bench) bench = bench_new (max_frames);
  g_autoptr (GError) error = NULL;
  GstScoreResult *result;

  if (way != 3)
    bench_begin (bench);
  for (guint i = 0; i < n_frames; i++) {
    bench_record (bench, 1);
    if (way == 0)
      bench_answer_all (bench, FALSE);
    else if (way == 1 && i % 7 == 3)
      bench_answer_all (bench, TRUE);
  }
  bench_close (bench);
  if (way == 3) {
    bench_begin (bench);
    bench_ask (bench);
  }
  bench_answer_all (bench, way == 2);
  result = bench_finish (bench, &error);
  g_assert_no_error (error);
  return result;
}

static void
test_result_does_not_depend_on_time (void)
{
  const guint sizes[][2] = { {1, 2}, {2, 2}, {3, 2}, {9, 4}, {20, 64}, {62, 64},
  {63, 64}, {64, 64}, {65, 64}, {130, 64}, {300, 32}, {50, 16}
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GstScoreResult) first =
        score_in_a_way (sizes[i][0], sizes[i][1], 0);

    for (guint way = 1; way <= 3; way++) {
      g_autoptr (GstScoreResult) other =
          score_in_a_way (sizes[i][0], sizes[i][1], way);

      g_test_message ("%u frames, at most %u, way %u", sizes[i][0],
          sizes[i][1], way);
      assert_same_samples (first, other);
    }
  }
}

/* Frames that went are in no question that counts; what was asked with them is
 * asked anew. */
static void
test_thinning (void)
{
  g_autoptr (Bench) bench = bench_new (16);
  g_autoptr (GstScoreResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint n_before;

  bench_begin (bench);
  bench_record (bench, 15);
  n_before = bench->open->len;
  g_assert_cmpuint (n_before, ==, 14);
  bench_record (bench, 1);
  g_assert_cmpuint (score_episode_get_n_samples (bench->episode), ==, 8);
  /* the first alone is as it was; seven others are not */
  g_assert_cmpuint (bench->open->len, ==, n_before + 7);
  for (guint i = 0; i < 7; i++)
    g_assert_cmpuint (bench_get_length (bench, n_before + i), ==, i + 2);
  bench_close (bench);
  g_assert_cmpuint (bench->n_asked, ==, n_before + 7 + 1);
  bench_answer_all (bench, FALSE);
  result = bench_finish (bench, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 9);
  g_assert_true (has_note (result, "13 beginnings of the episode were judged by"
          " samples that were dropped later"));
}

static void
test_sizes (void)
{
  const guint sizes[] = { 1, 2, 3, 10000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GstScoreResult) result = score_episode_of (sizes[i], 64);
    guint n = gst_score_result_get_n_samples (result), n_judged = 0;

    g_assert_cmpuint (n, <=, 64);
    /* and the last frame, which came a little later */
    g_assert_cmpuint (n, >=, MIN (sizes[i] + 1, 33));
    for (guint k = 0; k < n; k++) {
      const GstScoreSample *sample = get_sample (result, k);
      gboolean judged = !(sample->flags & GST_SCORE_SAMPLE_INTERPOLATED);

      g_assert_cmpfloat (sample->progress, >=, 0.0);
      g_assert_cmpfloat (sample->progress, <=, 1.0);
      g_assert_cmpint (judged, ==, !isnan (sample->raw_value));
      n_judged += judged;
    }
    g_assert_cmpuint (n_judged, ==, MIN (n, 15));
  }
}

/* An episode of 10,000 frames costs some questions more, not thousands. */
static void
test_long_episodes_are_not_dear (void)
{
  g_autoptr (Bench) bench = bench_new (64);

  bench_begin (bench);
  bench_record (bench, 10000);
  bench_close (bench);
  g_assert_cmpuint (bench->n_asked, <=, 15 * 9);
}

/* All at once, and nobody thinned them. */
static void
test_many_samples (void)
{
  g_autoptr (Bench) bench = bench_new (10000);
  g_autoptr (GstScoreResult) result = NULL;
  g_autoptr (GError) error = NULL;

  bench->settings.max_frames = 64;
  bench_record (bench, 9999);
  bench_close (bench);
  bench_begin (bench);
  bench_ask (bench);
  g_assert_cmpuint (bench->n_asked, ==, 15);
  bench_answer_all (bench, TRUE);
  result = bench_finish (bench, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 10000);
}

/* Three samples whose log-probabilities are given. */
static Bench *
bench_of_three (ScoreNormalize normalize, const gdouble * logprobs)
{
  Bench *bench = bench_new (8);

  bench->settings.normalize = normalize;
  bench_begin (bench);
  bench_record (bench, 2);
  bench_close (bench);
  g_assert_cmpuint (bench->open->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    bench_reply (bench, 0, isnan (logprobs[i]) ? score_reply_new ("")
        : reply_true (logprobs[i]), NULL);
  return bench;
}

static void
test_normalize (void)
{
  const gdouble logprobs[] = { -4, -1, -2 };
  const gdouble expected[][3] = { {0, 1, 0.66667}, {0.01832, 0.36788, 0.13534},
  {0.01832, 0.36788, 0.13534}
  };

  for (guint i = 0; i < 3; i++) {
    g_autoptr (Bench) bench = bench_of_three ((ScoreNormalize) i, logprobs);
    g_autoptr (GstScoreResult) result = bench_finish (bench, NULL);

    for (guint k = 0; k < 3; k++) {
      g_assert_cmpfloat_with_epsilon (get_sample (result, k)->progress,
          expected[i][k], 1e-5);
      g_assert_cmpfloat (get_sample (result, k)->raw_value, ==, logprobs[k]);
      g_assert_cmpint (get_sample (result, k)->flags, ==, 0);
    }
  }
}

/* "A failure ends near 1, too": what the published normalisation does. */
static void
test_minmax_says_nothing_of_success (void)
{
  const gdouble failure[] = { -9, -8.9, -8.8 };
  g_autoptr (Bench) minmax = bench_of_three (SCORE_NORMALIZE_MINMAX, failure);
  g_autoptr (Bench) prob = bench_of_three (SCORE_NORMALIZE_PROB, failure);
  g_autoptr (GstScoreResult) relative = bench_finish (minmax, NULL);
  g_autoptr (GstScoreResult) absolute = bench_finish (prob, NULL);

  g_assert_cmpfloat (gst_score_result_get_progress (relative), ==, 1.0);
  g_assert_cmpfloat (gst_score_result_get_progress (absolute), <, 0.001);
}

static ScoreReply *
reply_of (const gchar * token, gdouble logprob, ...)
{
  ScoreReply *reply = score_reply_new ("x");
  va_list rest;

  va_start (rest, logprob);
  while (token) {
    score_reply_add_chance (reply, token, logprob);
    token = va_arg (rest, const gchar *);
    logprob = va_arg (rest, gdouble);
  }
  va_end (rest);
  return reply;
}

static const GstScoreSample *
judge_one (ScoreReply * reply, GstScoreResult ** result)
{
  g_autoptr (Bench) bench = bench_new (8);

  bench->settings.normalize = SCORE_NORMALIZE_PROB;
  bench_begin (bench);
  bench_record (bench, 1);
  score_episode_close (bench->episode, NULL);
  g_assert_true (bench_reply (bench, 0, reply, NULL));
  *result = bench_finish (bench, NULL);
  return get_sample (*result, 0);
}

#define END NULL, 0.0

static void
test_affirmative_tokens (void)
{
  const gchar *const words[] = { "True", " True", "true", " TRUE\n", "\ttRuE" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autoptr (GstScoreResult) result = NULL;
    const GstScoreSample *sample = judge_one (reply_of ("No", -0.1, words[i],
            -3.0, "Truth", -0.2, END), &result);

    g_assert_cmpfloat (sample->raw_value, ==, -3.0);
    g_assert_cmpint (sample->flags, ==, 0);
  }
}

static void
test_greatest_of_several (void)
{
  g_autoptr (GstScoreResult) result = NULL;

  g_assert_cmpfloat (judge_one (reply_of ("true", -5.0, " True", -2.5, "True",
              -4.0, END), &result)->raw_value, ==, -2.5);
}

static void
test_floor (void)
{
  g_autoptr (GstScoreResult) result = NULL;
  const GstScoreSample *sample = judge_one (reply_of ("No", -0.1, "False",
          -7.5, "untrue", -3.0, END), &result);

  g_assert_cmpfloat (sample->raw_value, ==, -7.5);
  g_assert_cmpint (sample->flags, ==, GST_SCORE_SAMPLE_FLOOR);
  g_assert_true (has_note (result, "1 log-probability is an upper bound"));
}

static void
test_bound_by_the_rest (void)
{
  g_autoptr (GstScoreResult) result = NULL;

  g_assert_cmpfloat_with_epsilon (judge_one (reply_of ("False", -0.01, END),
          &result)->raw_value, log (1.0 - exp (-0.01)), 1e-9);
}

/* There is no least and no greatest among bounds. */
static void
test_nothing_but_bounds (void)
{
  g_autoptr (Bench) bench = bench_new (8);
  g_autoptr (GError) error = NULL;

  bench_begin (bench);
  bench_record (bench, 2);
  score_episode_close (bench->episode, NULL);
  while (bench->open->len > 0)
    g_assert_true (bench_reply (bench, 0, reply_of ("<think>", -0.1, END),
            NULL));
  g_assert_null (bench_finish (bench, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
  g_assert_nonnull (strstr (error->message, "topreward-normalize=prob"));
}

static void
test_no_chances (void)
{
  g_autoptr (Bench) bench = bench_new (8);
  g_autoptr (GError) error = NULL;

  bench_begin (bench);
  bench_record (bench, 2);
  g_assert_false (bench_reply (bench, 0, score_reply_new ("True"), &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "log-probabilities"));
  g_assert_nonnull (strstr (error->message, "vLLM"));
  g_assert_nonnull (strstr (error->message, "llama.cpp"));
  g_clear_error (&error);
  /* the rest is not paid for, and no answer mends it */
  bench_record (bench, 3);
  g_assert_cmpuint (bench->open->len, ==, 1);
  g_assert_false (bench_reply_well (bench, 0));
  g_assert_null (bench_finish (bench, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
}

static ScoreReply *
reply_refused (void)
{
  ScoreReply *reply = score_reply_new ("");

  reply->refusal = g_strdup ("no");
  return reply;
}

static void
test_one_prefix_fails (void)
{
  g_autoptr (Bench) bench = bench_new (8);
  g_autoptr (GstScoreResult) result = NULL;
  g_autoptr (GError) error = NULL;

  bench_begin (bench);
  bench_record (bench, 2);
  bench_close (bench);
  bench_reply (bench, 1, reply_refused (), NULL);
  bench_reply (bench, 0, reply_true (-3), NULL);
  bench_reply (bench, 0, reply_true (-1), NULL);
  result = bench_finish (bench, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (get_sample (result, 1)->progress, ==, 0.5);
  g_assert_true (isnan (get_sample (result, 1)->raw_value));
  g_assert_cmpint (get_sample (result, 1)->flags, ==,
      GST_SCORE_SAMPLE_INTERPOLATED);
  g_assert_true (has_note (result,
          "1 beginning of the episode was not judged"));
}

static void
test_most_prefixes_fail (void)
{
  g_autoptr (Bench) bench = bench_new (8);
  g_autoptr (GError) error = NULL;

  bench_begin (bench);
  bench_record (bench, 2);
  bench_close (bench);
  bench_reply (bench, 0, reply_true (-3), NULL);
  for (guint i = 0; i < 2; i++) {
    ScoreReply *reply = score_reply_new ("");

    reply->finish = SCORE_FINISH_FILTERED;
    g_assert_true (bench_reply (bench, 0, reply, NULL));
  }
  g_assert_null (bench_finish (bench, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "2 of 3"));
}

static void
test_no_frames (void)
{
  g_autoptr (Bench) bench = bench_new (8);
  g_autoptr (GError) error = NULL;

  bench_begin (bench);
  score_episode_close (bench->episode, NULL);
  g_assert_cmpuint (bench_ask (bench), ==, 0);
  g_assert_null (bench_finish (bench, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
}

static void
test_failure_is_described (void)
{
  g_autoptr (Bench) bench = bench_new (8);
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("episode-1", BENCH_TASK);
  g_autoptr (GError) error = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_TIMEOUT, "no answer");
  g_autoptr (GstScoreResult) result = NULL;

  bench_begin (bench);
  bench_record (bench, 3);
  bench_reply_well (bench, 0);
  score_method_topreward.describe_failure (bench->run, builder);
  gst_score_result_builder_set_error (builder, error);
  result = gst_score_result_builder_end (builder);
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_true (isnan (get_sample (result, i)->progress));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/topreward/" name, func)
  ADD ("question-with-a-chat-template", test_question_with_a_chat_template);
  ADD ("question-without-a-chat-template",
      test_question_without_a_chat_template);
  ADD ("pictures-are-shared", test_pictures_are_shared);
  ADD ("asked-while-recording", test_asked_while_recording);
  ADD ("result-does-not-depend-on-time", test_result_does_not_depend_on_time);
  ADD ("thinning", test_thinning);
  ADD ("sizes", test_sizes);
  ADD ("long-episodes-are-not-dear", test_long_episodes_are_not_dear);
  ADD ("many-samples", test_many_samples);
  ADD ("normalize", test_normalize);
  ADD ("minmax-says-nothing-of-success", test_minmax_says_nothing_of_success);
  ADD ("affirmative-tokens", test_affirmative_tokens);
  ADD ("greatest-of-several", test_greatest_of_several);
  ADD ("floor", test_floor);
  ADD ("bound-by-the-rest", test_bound_by_the_rest);
  ADD ("nothing-but-bounds", test_nothing_but_bounds);
  ADD ("no-chances", test_no_chances);
  ADD ("one-prefix-fails", test_one_prefix_fails);
  ADD ("most-prefixes-fail", test_most_prefixes_fail);
  ADD ("no-frames", test_no_frames);
  ADD ("failure-is-described", test_failure_is_described);
#undef ADD
  return g_test_run ();
}
