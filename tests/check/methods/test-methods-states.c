/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stops and flushes while questions of every method are open: videos are being
 * packed, sent, answered. The sanitizers see what is left behind. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "ways.h"

#define N_FRAMES 11

/* Where the episode stands when the element is stopped. */
typedef enum
{
  MOMENT_OPEN,                  /* frames came, and no end */
  MOMENT_AT_ONCE,               /* EOS was pushed just now */
  MOMENT_ASKED,                 /* the server has the question */
  MOMENT_ANSWERING,             /* half of the answer has come */
  MOMENT_BACKING_OFF,           /* a retry waits */
  N_MOMENTS
} Moment;

static const struct
{
  FaultKind kind;
  const gchar *detail;
} moments[N_MOMENTS] = {
  [MOMENT_OPEN] = {FAULT_HANG},
  [MOMENT_AT_ONCE] = {FAULT_HANG},
  [MOMENT_ASKED] = {FAULT_HANG},
  [MOMENT_ANSWERING] = {FAULT_HANG_BODY},
  [MOMENT_BACKING_OFF] = {FAULT_STATUS, "500;Retry-After: 60"},
};

/* Until the server has done with a question what the moment needs. */
static void
reach (Fixture * f, Moment moment)
{
  guint requests;

  if (moment < MOMENT_ASKED)
    return;
  requests = way_wait_question (f);
  if (moment > MOMENT_ASKED)
    fail_unless (fault_server_wait (f->server, FAULT_COUNT_ANSWERS, requests,
            NULL));
}

static void
assert_cancelled (Fixture * f)
{
  g_autoptr (GstScoreResult) result = watch_pop_result (f);

  assert_failed (result, GST_SCORE_ERROR_CANCELLED);
  fail_unless_equals_int (fixture_count_results (f), 0);
  fail_unless (gst_bus_pop_filtered (f->bus, GST_MESSAGE_EOS |
          GST_MESSAGE_ERROR) == NULL);
}

static void
play_again (Fixture * f)
{
  g_autoptr (GstScoreResult) result = NULL;

  fault_server_always (f->server, FAULT_NONE, NULL);
  fail_unless_equals_int (gst_element_set_state (f->sink, GST_STATE_PLAYING),
      GST_STATE_CHANGE_SUCCESS);
  gst_harness_push_event (f->harness, gst_event_new_stream_start ("again"));
  gst_harness_set_src_caps_str (f->harness, FIXTURE_CAPS);
  fixture_push_segment (f);
  fixture_push (f, N_FRAMES);
  fixture_push_eos (f);
  result = watch_pop_result (f);
  assert_scored (result);
  gst_message_unref (watch_pop (f, GST_MESSAGE_EOS, NULL));
}

static void
stop_at (const Way * way, Moment moment, GstState state)
{
  g_autoptr (Fixture) f = way_new (way, "retry-backoff-max", "60", NULL);
  GThread *pusher = NULL;

  GST_INFO ("%s at moment %d", way->name, moment);
  fault_server_always (f->server, moments[moment].kind, moments[moment].detail);
  fixture_start (f);
  fixture_push (f, N_FRAMES);
  if (moment != MOMENT_OPEN) {
    pusher = fixture_push_eos_elsewhere (f);
    fixture_wait_stat (f, "episodes-waiting", 1);
  }
  reach (f, moment);
  assert_quick (gst_element_set_state (f->sink, state));
  if (pusher != NULL)
    fail_if (GPOINTER_TO_INT (g_thread_join (pusher)));
  assert_cancelled (f);
  play_again (f);
}

GST_START_TEST (test_stop_at_any_moment)
{
  for (guint i = 0; i < n_ways; i++)
    stop_at (&ways[i], __i__, (i + __i__) % 2 ? GST_STATE_NULL :
        GST_STATE_READY);
}

GST_END_TEST;

static void
flush (Fixture * f)
{
  assert_quick (gst_harness_push_event (f->harness,
          gst_event_new_flush_start ()));
  assert_quick (gst_harness_push_event (f->harness,
          gst_event_new_flush_stop (TRUE)));
  fixture_push_segment (f);
}

/* The episode that is closed is scored, the open one is dropped with what was
 * asked about it, and the next one is none the worse for that. */
GST_START_TEST (test_flush_in_mid_episode)
{
  g_autoptr (Fixture) f = way_new (&ways[__i__], NULL, NULL);
  g_autoptr (GstScoreResult) dropped = NULL;
  g_autoptr (GstScoreResult) before = NULL;
  g_autoptr (GstScoreResult) after = NULL;

  fault_server_hold (f->server);
  fixture_start (f);
  fixture_push (f, N_FRAMES);
  fixture_push_custom (f, "score/episode-end;");
  way_wait_question (f);
  fixture_push (f, N_FRAMES);
  flush (f);
  dropped = watch_pop_result (f);
  assert_failed (dropped, GST_SCORE_ERROR_DROPPED);
  fault_server_release (f->server);
  before = watch_pop_result (f);
  assert_scored (before);
  fixture_push (f, N_FRAMES);
  fixture_push_eos (f);
  after = watch_pop_result (f);
  assert_scored (after);
  gst_message_unref (watch_pop (f, GST_MESSAGE_EOS, NULL));
  fail_unless_equals_int (fixture_count_results (f), 0);
}

GST_END_TEST;

/* Another size of frames in mid-episode: a video has one, pictures need not. */
GST_START_TEST (test_caps_change_in_mid_episode)
{
  g_autoptr (Fixture) f = way_new (&ways[__i__], NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;

  fixture_start (f);
  fixture_push (f, N_FRAMES);
  gst_harness_set_src_caps_str (f->harness,
      "video/x-raw,format=GRAY8,width=30,height=90,framerate=10/1");
  for (guint i = 0; i < N_FRAMES; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, 32 * 90, NULL);

    gst_buffer_memset (buffer, 0, 200, 32 * 90);
    GST_BUFFER_PTS (buffer) = f->next_frame++ * 100 * GST_MSECOND;
    GST_BUFFER_DURATION (buffer) = 100 * GST_MSECOND;
    fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
  }
  fixture_push_eos (f);
  result = watch_pop_result (f);
  assert_scored (result);
}

GST_END_TEST;

static Suite *
methods_states_suite (void)
{
  Suite *suite = suite_create ("methods-states");
  TCase *tc = tcase_create ("states");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_stop_at_any_moment, 0, N_MOMENTS);
  tcase_add_loop_test (tc, test_flush_in_mid_episode, 0, n_ways);
  tcase_add_loop_test (tc, test_caps_change_in_mid_episode, 0, n_ways);
  return suite;
}

GST_CHECK_MAIN (methods_states);
