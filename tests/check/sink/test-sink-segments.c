/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

/* Segment seeks: playback in a loop, which ends with SEGMENT_DONE. */

static void
push_segment (Fixture * f, GstSegmentFlags flags)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.flags = flags;
  gst_harness_push_event (f->harness, gst_event_new_segment (&segment));
}

static gpointer
push_done (gpointer data)
{
  Fixture *f = data;

  return GINT_TO_POINTER (gst_harness_push_event (f->harness,
          gst_event_new_segment_done (GST_FORMAT_TIME, 5)));
}

/* Comes back when the end is being held back. */
static GThread *
begin_done (Fixture * f)
{
  GThread *pusher = g_thread_new ("segment-done", push_done, f);

  fixture_wait_stat (f, "episodes-waiting", 1);
  return pusher;
}

static void
assert_not_done (Fixture * f)
{
  fail_unless (gst_bus_pop_filtered (f->bus, GST_MESSAGE_SEGMENT_DONE) == NULL);
}

static void
assert_done (Fixture * f)
{
  g_autoptr (GstMessage) message = fixture_pop (f, GST_MESSAGE_SEGMENT_DONE);
  GstFormat format;
  gint64 position;

  gst_message_parse_segment_done (message, &format, &position);
  fail_unless_equals_int (format, GST_FORMAT_TIME);
  fail_unless_equals_int64 (position, 5);
}

GST_START_TEST (test_segment_done_waits_for_the_result)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  GThread *pusher;

  push_segment (f, GST_SEGMENT_FLAG_SEGMENT);
  gst_message_unref (fixture_pop (f, GST_MESSAGE_SEGMENT_START));
  fault_server_hold (f->server);
  fixture_push (f, 5);
  pusher = begin_done (f);
  assert_not_done (f);
  fault_server_release (f->server);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (gst_score_result_get_n_frames (result), 5);
  assert_done (f);
  fail_unless (GPOINTER_TO_INT (g_thread_join (pusher)));
  fail_unless (gst_bus_pop_filtered (f->bus, GST_MESSAGE_EOS) == NULL);
}

GST_END_TEST;

GST_START_TEST (test_every_turn_of_a_loop_is_an_episode)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);

  for (guint i = 0; i < 3; i++) {
    g_autoptr (GstScoreResult) result = NULL;

    f->next_frame = 0;
    push_segment (f, GST_SEGMENT_FLAG_SEGMENT);
    fixture_push (f, 4);
    push_done (f);
    result = fixture_pop_result (f);
    assert_scored (result);
    fail_unless_equals_int (gst_score_result_get_n_frames (result), 4);
    assert_done (f);
  }
  fixture_push_eos (f);
  gst_message_unref (fixture_pop (f, GST_MESSAGE_EOS));
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes"), 3);
}

GST_END_TEST;

GST_START_TEST (test_a_flush_ends_the_wait)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) before = NULL, after = NULL;
  GThread *pusher;

  push_segment (f, GST_SEGMENT_FLAG_SEGMENT);
  fault_server_hold (f->server);
  fixture_push (f, 5);
  pusher = begin_done (f);
  assert_quick (gst_harness_push_event (f->harness,
          gst_event_new_flush_start ()));
  assert_quick (fail_if (GPOINTER_TO_INT (g_thread_join (pusher))));
  assert_not_done (f);
  gst_harness_push_event (f->harness, gst_event_new_flush_stop (TRUE));
  push_segment (f, GST_SEGMENT_FLAG_SEGMENT);
  fixture_push (f, 5);
  fault_server_release (f->server);
  before = fixture_pop_result (f);
  assert_scored (before);
  push_done (f);
  after = fixture_pop_result (f);
  assert_scored (after);
  assert_done (f);
}

GST_END_TEST;

GST_START_TEST (test_a_stop_ends_the_wait)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  GThread *pusher;

  push_segment (f, GST_SEGMENT_FLAG_SEGMENT);
  fault_server_hold (f->server);
  fixture_push (f, 5);
  pusher = begin_done (f);
  assert_quick (gst_element_set_state (f->sink, GST_STATE_READY));
  fail_if (GPOINTER_TO_INT (g_thread_join (pusher)));
  assert_not_done (f);
  fault_server_release (f->server);
}

GST_END_TEST;

/* Without the flag of a segment seek nothing is said of segments. */
GST_START_TEST (test_an_ordinary_segment_starts_nothing)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);

  push_segment (f, GST_SEGMENT_FLAG_NONE);
  fixture_push (f, 2);
  fixture_push_eos (f);
  fail_unless (gst_bus_pop_filtered (f->bus, GST_MESSAGE_SEGMENT_START |
          GST_MESSAGE_SEGMENT_DONE) == NULL);
}

GST_END_TEST;

/* In a pipeline: the source says it first, the pipeline when all have. */
GST_START_TEST (test_the_pipeline_says_it_last)
{
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);
  g_autofree gchar *line = g_strdup_printf ("videotestsrc ! video/x-raw,"
      "format=I420,width=64,height=48,framerate=10/1 ! queue ! scoresink "
      "name=s task=t model=m base-url=%s",
      fault_server_get_base_url (f->server));
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "s");

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL,
          10 * GST_SECOND), GST_STATE_CHANGE_SUCCESS);
  fail_unless (gst_element_seek (pipeline, 1.0, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_SEGMENT, GST_SEEK_TYPE_SET, 0,
          GST_SEEK_TYPE_SET, GST_SECOND));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint turn = 1; turn <= 2; turn++) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        10 * GST_SECOND, GST_MESSAGE_SEGMENT_DONE | GST_MESSAGE_ERROR);
    g_autoptr (GstStructure) stats = NULL;
    guint64 n_scored = 0;

    fail_unless (message != NULL);
    fail_unless (GST_MESSAGE_SRC (message) == GST_OBJECT (pipeline));
    fail_unless_equals_int (GST_MESSAGE_TYPE (message),
        GST_MESSAGE_SEGMENT_DONE);
    g_object_get (sink, "stats", &stats, NULL);
    gst_structure_get (stats, "episodes-scored", G_TYPE_UINT64, &n_scored,
        NULL);
    fail_unless_equals_uint64 (n_scored, turn);
    fail_unless (gst_element_seek (pipeline, 1.0, GST_FORMAT_TIME,
            GST_SEEK_FLAG_SEGMENT, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET,
            GST_SECOND));
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

static Suite *
sink_segments_suite (void)
{
  Suite *suite = suite_create ("sink-segments");
  TCase *tc = tcase_create ("segments");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_segment_done_waits_for_the_result);
  tcase_add_test (tc, test_every_turn_of_a_loop_is_an_episode);
  tcase_add_test (tc, test_a_flush_ends_the_wait);
  tcase_add_test (tc, test_a_stop_ends_the_wait);
  tcase_add_test (tc, test_an_ordinary_segment_starts_nothing);
  tcase_add_test (tc, test_the_pipeline_says_it_last);
  return suite;
}

GST_CHECK_MAIN (sink_segments);
