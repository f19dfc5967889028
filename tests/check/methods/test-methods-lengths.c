/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Short episodes and long ones, with every method. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "ways.h"

#include <math.h>

/* 10,000 frames at 30 a second, as a camera gives them; no time passes. */
#define FRAMERATE 30
#define MANY 10000
#define CAPS "video/x-raw,format=GRAY8,width=16,height=16,framerate=30/1"

typedef struct
{
  const gchar *method;
  guint max_samples;            /* in a result */
  guint max_questions;          /* of MANY frames; with dense, below */
  guint max_dense;
} Bound;

/* What the samples that are kept to the end cost, and what was asked of others
 * while it was not known that they would be dropped. */
static const Bound bounds[] = {
  {"gvl", 8, 1, 1},
  {"roboreward", 64, 1, 5 * 64},
  {"topreward", 64, 6 * 15, 0},
  {"robometer", 8, 1, 1},
  {"score", 32, 40, 0},
};

static const guint lengths[] = { 1, 2, 3, MANY };

static const Bound *
find_bound (const Way * way)
{
  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++) {
    if (g_str_equal (bounds[i].method, way->method))
      return &bounds[i];
  }
  fail ("no bound for %s", way->method);
  return NULL;
}

static void
push_frame (Fixture * f, guint64 n)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 16 * 16, NULL);

  gst_buffer_memset (buffer, 0, (guint8) n, 16 * 16);
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (n, GST_SECOND, FRAMERATE);
  GST_BUFFER_DURATION (buffer) = GST_SECOND / FRAMERATE;
  fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
}

static void
check_samples (GstScoreResult * result, guint n_frames)
{
  guint n = gst_score_result_get_n_samples (result);
  GstClockTime last = gst_util_uint64_scale (n_frames - 1, GST_SECOND,
      FRAMERATE), before = GST_CLOCK_TIME_NONE;

  for (guint i = 0; i < n; i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    fail_unless (sample->progress >= 0.0 && sample->progress <= 1.0);
    fail_unless (before == GST_CLOCK_TIME_NONE || sample->stream_time > before);
    before = sample->stream_time;
  }
  fail_unless_equals_uint64 (gst_score_result_get_sample (result,
          0)->stream_time, 0);
  fail_unless_equals_uint64 (before, last);
  fail_unless_equals_uint64 (gst_score_result_get_n_frames (result), n_frames);
}

static void
run_episode (const Way * way, guint n_frames)
{
  g_autoptr (Fixture) f = way_new (way, NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  const Bound *bound = find_bound (way);
  guint n_samples, n_questions;
  gboolean dense;

  fixture_start (f);
  gst_harness_set_src_caps_str (f->harness, CAPS);
  for (guint i = 0; i < n_frames; i++)
    push_frame (f, i);
  fixture_push_eos (f);
  result = watch_pop_result (f);
  assert_scored (result);
  check_samples (result, n_frames);
  n_samples = gst_score_result_get_n_samples (result);
  n_questions = way_count_questions (f);
  g_print ("# %s, %u frames: %u samples, %u questions, %" G_GUINT64_FORMAT
      " pictures\n", way->name, n_frames, n_samples, n_questions,
      gst_score_result_get_usage (result)->images);
  g_object_get (f->sink, "dense", &dense, NULL);
  fail_unless (n_samples <= MIN (bound->max_samples, n_frames), "%u samples",
      n_samples);
  fail_unless (n_questions >= 1 && n_questions <= (dense ? bound->max_dense :
          bound->max_questions), "%s: %u questions", way->name, n_questions);
  gst_message_unref (watch_pop (f, GST_MESSAGE_EOS, NULL));
}

GST_START_TEST (test_length)
{
  for (guint i = 0; i < n_ways; i++)
    run_episode (&ways[i], lengths[__i__]);
}

GST_END_TEST;

/* Without a single frame there is nothing to ask. */
GST_START_TEST (test_no_frame)
{
  for (guint i = 0; i < n_ways; i++) {
    g_autoptr (Fixture) f = way_new (&ways[i], NULL, NULL);
    g_autoptr (GstScoreResult) result = NULL;

    fixture_start (f);
    fixture_push_custom (f, "score/episode-start, episode-id=(string)none;");
    fixture_push_custom (f, "score/episode-end;");
    fixture_push_eos (f);
    gst_message_unref (watch_pop (f, GST_MESSAGE_EOS, NULL));
    fail_unless_equals_int (way_count_questions (f), 0);
  }
}

GST_END_TEST;

static Suite *
methods_lengths_suite (void)
{
  Suite *suite = suite_create ("methods-lengths");
  TCase *tc = tcase_create ("lengths");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_length, 0, G_N_ELEMENTS (lengths));
  tcase_add_test (tc, test_no_frame);
  return suite;
}

GST_CHECK_MAIN (methods_lengths);
