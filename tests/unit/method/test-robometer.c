/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The test plays the engine and the provider: replies are what the provider
 * makes of the server's. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoreerror.h>
#include <math.h>
#include <string.h>

#include "method/method.h"

#define STEP (100 * GST_MSECOND)
#define TASK "put the banana\tin the bowl"

typedef struct
{
  ScoreEpisode *episode;
  ScoreRun *run;
  guint n_made;
} Bench;

static const ScoreMethod *const method = &score_method_robometer;

static Bench *
bench_new (guint max_frames, gboolean dense)
{
  Bench *self = g_new0 (Bench, 1);
  ScoreMethodSettings settings = {.max_frames = max_frames,.dense = dense };

  self->episode = score_episode_new ("e");
  score_episode_set_task (self->episode, TASK);
  self->run = method->begin (&settings, self->episode);
  return self;
}

static void
bench_free (Bench * self)
{
  method->free (self->run);
  score_episode_unref (self->episode);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free);

static void
add_samples (Bench * self, guint n)
{
  for (guint i = 0; i < n; i++) {
    guint id = self->n_made++;
    g_autofree gchar *content = g_strdup_printf ("sample %u", id);
    g_autoptr (GBytes) jpeg = g_bytes_new (content, strlen (content));
    g_autoptr (ScoreSample) sample = score_sample_new (id, jpeg, 320, 240);

    sample->stream_time = id * STEP;
    score_episode_add_sample (self->episode, sample);
  }
}

static ScoreQuestion *
close_and_ask (Bench * self)
{
  ScoreQuestion *question;

  score_episode_close (self->episode, NULL);
  question = method->ask (self->run);
  g_assert_nonnull (question);
  g_assert_null (method->ask (self->run));
  g_assert_false (method->is_done (self->run));
  return question;
}

static gboolean
reply_to (Bench * self, ScoreQuestion * question, const gchar * text,
    GError ** error)
{
  g_autoptr (ScoreReply) reply = score_reply_new (text);
  gboolean good = method->answer (self->run, question, reply, error);

  g_assert_null (method->ask (self->run));
  g_assert_true (method->is_done (self->run));
  return good;
}

static GstScoreResult *
end (Bench * self, GError ** error)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("e", TASK);

  if (!method->finish (self->run, builder, error))
    return NULL;
  return gst_score_result_builder_end (builder);
}

static const ScorePart *
get_video (const ScoreQuestion * question)
{
  const ScorePart *part = score_request_get_part (question->request, 1);

  g_assert_cmpint (part->kind, ==, SCORE_PART_VIDEO);
  return part;
}

static void
assert_frames (const ScoreQuestion * question, const guint * ids, guint n)
{
  const ScorePart *video = get_video (question);

  g_assert_cmpuint (video->frames->len, ==, n);
  g_assert_cmpuint (score_request_get_n_images (question->request), ==, n);
  for (guint i = 0; i < n; i++) {
    const ScoreStill *still = &g_array_index (video->frames, ScoreStill, i);
    g_autofree gchar *want = g_strdup_printf ("sample %u", ids[i]);
    gsize size;
    const gchar *data = g_bytes_get_data (still->jpeg, &size);

    g_assert_cmpmem (data, size, want, strlen (want));
  }
}

/* "{"progress":[...]}" of n values from 0 to 1, and success beside it. */
static gchar *
make_reply (guint n, gboolean success)
{
  GString *text = g_string_new ("{\"progress\":[");
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "",
        g_ascii_dtostr (number, sizeof number, i / 16.0));
  g_string_append (text, success ? "],\"success\":[" : "]");
  for (guint i = 0; success && i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "",
        g_ascii_dtostr (number, sizeof number, i / 32.0));
  g_string_append (text, success ? "]}" : "}");
  return g_string_free (text, FALSE);
}

/* Of the first row of the published selections: 10 samples. */
static const guint of_ten[] = { 0, 1, 3, 4, 5, 6, 8, 9 };

static void
test_eight_of_ten (void)
{
  g_autoptr (Bench) bench = bench_new (8, FALSE);
  g_autoptr (ScoreQuestion) question = NULL;
  g_autoptr (GstScoreResult) result = NULL;
  g_autofree gchar *reply = make_reply (8, TRUE);
  g_autoptr (GError) error = NULL;

  add_samples (bench, 10);
  g_assert_null (method->ask (bench->run));
  g_assert_false (method->is_done (bench->run));
  question = close_and_ask (bench);
  assert_frames (question, of_ten, 8);
  g_assert_cmpstr (score_request_get_part (question->request, 0)->text, ==,
      "put the banana in the bowl");
  g_assert_cmpuint (score_request_get_n_parts (question->request), ==, 2);
  g_assert_false (score_request_has_prefixes (question->request));
  g_assert_true (reply_to (bench, question, reply, &error));

  result = end (bench, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 8);
  for (guint i = 0; i < 8; i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    g_assert_cmpuint (sample->index, ==, i);
    g_assert_cmpuint (sample->stream_time, ==, of_ten[i] * STEP);
    g_assert_cmpfloat (sample->progress, ==, i / 16.0);
    g_assert_cmpfloat (sample->success_probability, ==, i / 32.0);
    g_assert_true (isnan (sample->raw_value));
    g_assert_cmpuint (sample->flags, ==, 0);
  }
}

static void
test_few_frames_are_not_padded (void)
{
  static const guint ids[] = { 0, 1, 2, 3, 4, 5, 6, 7 };

  for (guint n = 1; n <= 8; n++) {
    g_autoptr (Bench) bench = bench_new (8, FALSE);
    g_autofree gchar *reply = make_reply (n, FALSE);
    g_autoptr (ScoreQuestion) question = NULL;
    g_autoptr (GstScoreResult) result = NULL;
    g_autoptr (GError) error = NULL;

    add_samples (bench, n);
    question = close_and_ask (bench);
    assert_frames (question, ids, n);
    g_assert_true (reply_to (bench, question, reply, &error));
    result = end (bench, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, n);
    g_assert_cmpfloat (gst_score_result_get_progress (result), ==,
        (n - 1) / 16.0);
    g_assert_true (isnan (gst_score_result_get_sample (result,
                0)->success_probability));
  }
}

/* The sampler thins while the episode is open, and only what is there at the
 * end counts. */
static void
test_ten_thousand_frames (void)
{
  g_autoptr (Bench) bench = bench_new (8, FALSE);
  g_autoptr (ScoreQuestion) question = NULL;
  const ScorePart *video;
  guint n;

  for (guint i = 0; i < 10000; i += 50) {
    add_samples (bench, 50);
    n = score_episode_get_n_samples (bench->episode);
    if (n > 64) {
      g_autofree guint64 *ids = g_new (guint64, n);
      guint kept = 0;

      for (guint j = 0; j < n; j += 2)
        ids[kept++] = score_episode_get_sample (bench->episode, j)->id;
      score_episode_keep (bench->episode, ids, kept);
    }
    g_assert_null (method->ask (bench->run));
  }
  question = close_and_ask (bench);
  n = score_episode_get_n_samples (bench->episode);
  video = get_video (question);
  g_assert_cmpuint (video->frames->len, ==, 8);
  for (guint i = 0; i < 8; i++) {
    guint at = (guint) rint (i * (n - 1) / 7.0);

    g_assert_true (g_array_index (video->frames, ScoreStill, i).jpeg ==
        score_episode_get_sample (bench->episode, at)->jpeg);
  }
}

static void
test_more_frames_when_they_are_wanted (void)
{
  g_autoptr (Bench) bench = bench_new (10000, FALSE);
  g_autofree gchar *reply = make_reply (10000, FALSE);
  g_autoptr (ScoreQuestion) question = NULL;
  g_autoptr (GstScoreResult) result = NULL;

  add_samples (bench, 10000);
  question = close_and_ask (bench);
  g_assert_cmpuint (get_video (question)->frames->len, ==, 10000);
  g_assert_true (reply_to (bench, question, reply, NULL));
  result = end (bench, NULL);
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 10000);
}

static void
test_dense (void)
{
  g_autoptr (Bench) bench = bench_new (8, TRUE);
  g_autoptr (ScoreQuestion) question = NULL;

  add_samples (bench, 20);
  question = close_and_ask (bench);
  g_assert_true (score_request_has_prefixes (question->request));
}

static void
test_outside_is_clamped_and_flagged (void)
{
  g_autoptr (Bench) bench = bench_new (8, FALSE);
  g_autoptr (ScoreQuestion) question = NULL;
  g_autoptr (GstScoreResult) result = NULL;

  add_samples (bench, 2);
  question = close_and_ask (bench);
  g_assert_true (reply_to (bench, question,
          "{\"progress\":[-0.25,1.5],\"success\":[1.25,-1]}", NULL));
  result = end (bench, NULL);
  for (guint i = 0; i < 2; i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    g_assert_cmpfloat (sample->progress, ==, i);
    g_assert_cmpfloat (sample->success_probability, ==, 1 - i);
    g_assert_cmpuint (sample->flags, ==, GST_SCORE_SAMPLE_CLAMPED);
  }
}

static const gchar *const bad_replies[] = {
  "{\"progress\":[0.5,0.5]}",
  "{\"progress\":[0.5,0.5,0.5,0.5]}",
  "{\"progress\":[]}",
  "{\"progress\":[0.5,null,0.5]}",
  "{\"progress\":[0.5,0.5,0.5],\"success\":[0.5,0.5]}",
  "{\"progress\":[0.5,0.5,0.5],\"success\":[]}",
  "{\"progress\":0.5}",
  "{\"success\":[0.5,0.5,0.5]}",
  "{}",
  "",
  "[0.1,0.2,0.3]",
};

static void
test_bad_replies_fail_the_episode (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_replies); i++) {
    g_autoptr (Bench) bench = bench_new (8, FALSE);
    g_autoptr (ScoreQuestion) question = NULL;
    g_autoptr (GstScoreResultBuilder) builder =
        gst_score_result_builder_new ("e", TASK);
    g_autoptr (GstScoreResult) result = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) again = NULL;

    add_samples (bench, 3);
    question = close_and_ask (bench);
    g_test_message ("%s", bad_replies[i]);
    g_assert_false (reply_to (bench, question, bad_replies[i], &error));
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
    g_assert_null (end (bench, &again));
    g_assert_cmpstr (again->message, ==, error->message);
    method->describe_failure (bench->run, builder);
    gst_score_result_builder_set_error (builder, error);
    result = gst_score_result_builder_end (builder);
    g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 3);
  }
}

static void
test_no_frames (void)
{
  g_autoptr (Bench) bench = bench_new (8, FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_false (method->is_done (bench->run));
  score_episode_close (bench->episode, NULL);
  g_assert_null (method->ask (bench->run));
  g_assert_true (method->is_done (bench->run));
  g_assert_null (end (bench, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/robometer/eight-of-ten", test_eight_of_ten);
  g_test_add_func ("/robometer/few-frames-are-not-padded",
      test_few_frames_are_not_padded);
  g_test_add_func ("/robometer/ten-thousand-frames", test_ten_thousand_frames);
  g_test_add_func ("/robometer/more-frames-when-they-are-wanted",
      test_more_frames_when_they_are_wanted);
  g_test_add_func ("/robometer/dense", test_dense);
  g_test_add_func ("/robometer/outside-is-clamped-and-flagged",
      test_outside_is_clamped_and_flagged);
  g_test_add_func ("/robometer/bad-replies-fail-the-episode",
      test_bad_replies_fail_the_episode);
  g_test_add_func ("/robometer/no-frames", test_no_frames);
  return g_test_run ();
}
