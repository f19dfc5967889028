/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

/* The end of the stream that is being held back survives a pause in which
 * somebody steps, and does not hold up the way back to PLAYING. */
GST_START_TEST (test_a_step_does_not_lose_the_end)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  GThread *pusher;

  fault_server_hold (f->server);
  fixture_push (f, 5);
  pusher = fixture_push_eos_elsewhere (f);
  fail_unless (fault_server_wait (f->server, FAULT_COUNT_REQUESTS, 1, NULL));
  gst_element_set_state (f->sink, GST_STATE_PAUSED);
  fail_unless (gst_element_send_event (f->sink, gst_event_new_step
          (GST_FORMAT_BUFFERS, 1, 1.0, TRUE, FALSE)));
  gst_element_set_state (f->sink, GST_STATE_PLAYING);
  fault_server_release (f->server);
  result = fixture_pop_result (f);
  assert_scored (result);
  gst_message_unref (fixture_pop (f, GST_MESSAGE_EOS));
  fail_unless (GPOINTER_TO_INT (g_thread_join (pusher)));
}

GST_END_TEST;

static void
flush (Fixture * f)
{
  GstSegment segment;

  gst_harness_push_event (f->harness, gst_event_new_flush_start ());
  gst_harness_push_event (f->harness, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (f->harness, gst_event_new_segment (&segment));
}

/* A seek is no failure of the pipeline's. */
GST_START_TEST (test_a_dropped_episode_is_no_error)
{
  g_autoptr (Fixture) f = fixture_new ("on-error", "fail", NULL);
  g_autoptr (GstScoreResult) dropped = NULL;
  g_autoptr (GstMessage) message = NULL;

  fixture_push (f, 5);
  flush (f);
  dropped = fixture_pop_result (f);
  assert_failed (dropped, GST_SCORE_ERROR_DROPPED);
  message = fixture_pop (f, GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_WARNING);
}

GST_END_TEST;

/* What was said among the frames is gone with them; what the application said
 * is not. */
GST_START_TEST (test_a_start_that_was_flushed)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  const gchar *id;

  if (__i__ == 0)
    fixture_push_custom (f, "score/episode-start,episode-id=(string)one");
  else
    g_signal_emit_by_name (f->sink, "start-episode", NULL, "one");
  flush (f);
  fixture_push (f, 5);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  id = gst_score_result_get_episode_id (result);
  fail_unless_equals_int (g_strcmp0 (id, "one") == 0, __i__ == 1);
}

GST_END_TEST;

static Suite *
sink_waits_suite (void)
{
  Suite *suite = suite_create ("scoresink waits");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_a_step_does_not_lose_the_end);
  tcase_add_test (tcase, test_a_dropped_episode_is_no_error);
  tcase_add_loop_test (tcase, test_a_start_that_was_flushed, 0, 2);
  return suite;
}

GST_CHECK_MAIN (sink_waits);
