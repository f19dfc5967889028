/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "frames.h"

GST_START_TEST (events_keep_their_place)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;
  g_autoptr (GstPad) src = gst_element_get_static_pad (fixture->sink, "src");
  g_autoptr (GstCaps) caps = gst_caps_from_string
      ("video/x-raw,format=I420,width=64,height=48,framerate=20/1");
  GString *list = g_string_new (NULL);
  GstSegment segment;

  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, frames_note, list, NULL);
  frames_push (frames, 3);
  gst_harness_push_event (fixture->harness,
      gst_event_new_gap (300 * GST_MSECOND, 100 * GST_MSECOND));
  frames_push (frames, 2);
  gst_harness_push_event (fixture->harness, gst_event_new_caps (caps));
  frames_push (frames, 4);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (fixture->harness, gst_event_new_segment (&segment));
  frames_push (frames, 2);
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  assert_curve (pulled, 0, 11);
  frames_wait_eos (fixture);
  fail_unless (g_str_has_suffix (list->str,
          "bbb gap bb caps bbbb segment bb eos "), "%s", list->str);
  gst_harness_teardown (g_steal_pointer (&fixture->harness));
  g_string_free (list, TRUE);
}

GST_END_TEST;

/* Whatever the engine posts waits while this is locked. */
static GMutex engine_gate;

static GstBusSyncReply
pass_gate (GstBus * bus, GstMessage * message, gpointer user_data)
{
  if (gst_message_has_name (message, "score/episode-started")) {
    g_mutex_lock (&engine_gate);
    g_mutex_unlock (&engine_gate);
  }
  return GST_BUS_PASS;
}

/* What a flush has ended is told of after another episode with the same id has
 * begun, which it does not concern; also where both begin at the same time. */
static void
check_same_id (gboolean same_time)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;

  gst_bus_set_sync_handler (fixture->bus, pass_gate, NULL, NULL);
  g_mutex_lock (&engine_gate);
  fixture_push_custom (fixture, "score/episode-start,episode-id=(string)a");
  fixture_push (fixture, 8);
  gst_harness_push_event (fixture->harness, gst_event_new_flush_start ());
  gst_harness_push_event (fixture->harness, gst_event_new_flush_stop (TRUE));
  fixture_push_segment (fixture);
  fixture_push_custom (fixture, "score/episode-start,episode-id=(string)a");
  if (same_time)
    fixture->next_frame = 0;
  frames_push (frames, 11);
  g_mutex_unlock (&engine_gate);
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  assert_curve (pulled, 0, 11);
}

GST_START_TEST (a_flushed_episode_leaves_its_id_to_the_next)
{
  check_same_id (FALSE);
  check_same_id (TRUE);
}

GST_END_TEST;

/* The end of a segment is the end of its last episode. */
GST_START_TEST (segment_done_comes_after_the_frames)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;
  g_autoptr (GstPad) src = gst_element_get_static_pad (fixture->sink, "src");
  GString *list = g_string_new (NULL);

  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, frames_note, list, NULL);
  for (guint i = 0; i < 2; i++) {
    fixture->next_frame = 0;
    frames_push (frames, 6);
    gst_harness_push_event (fixture->harness,
        gst_event_new_segment_done (GST_FORMAT_TIME, 600 * GST_MSECOND));
  }
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  assert_curve (pulled, 0, 6);
  assert_curve (pulled, 6, 6);
  frames_wait_eos (fixture);
  fail_unless (g_str_has_suffix (list->str,
          "bbbbbb segment-done bbbbbb segment-done  eos "), "%s", list->str);
  fail_unless_equals_int (fixture_assert_each_once (fixture), 2);
  gst_harness_teardown (g_steal_pointer (&fixture->harness));
  g_string_free (list, TRUE);
}

GST_END_TEST;

GST_START_TEST (a_flush_drops_everything)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", "hold-memory",
      "10000", NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;
  GstSegment segment;

  fixture_push (fixture, 20);
  assert_quick (gst_harness_push_event (fixture->harness,
          gst_event_new_flush_start ()));
  assert_quick (gst_harness_push_event (fixture->harness,
          gst_event_new_flush_stop (TRUE)));
  fail_unless_equals_int (fixture_get_stat (fixture, "frames-held"), 0);
  fail_unless_equals_int (fixture_get_stat (fixture, "bytes-held-in-file"), 0);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (fixture->harness, gst_event_new_segment (&segment));
  frames_push (frames, 11);
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  assert_curve (pulled, 0, 11);
  fail_unless_equals_int (gst_harness_buffers_in_queue (fixture->harness), 0);
}

GST_END_TEST;

/* While the server does not answer: the end of the stream waits, and stopping
 * does not. */
GST_START_TEST (stopping_while_holding_is_quick)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", NULL);
  GThread *thread;

  fault_server_hold (fixture->server);
  fixture_push (fixture, 12);
  thread = fixture_push_eos_elsewhere (fixture);
  fixture_wait_stat (fixture, "episodes-waiting", 1);
  assert_quick (gst_element_set_state (fixture->sink, GST_STATE_READY));
  fail_if (GPOINTER_TO_INT (g_thread_join (thread)));
  fail_unless_equals_int (gst_harness_buffers_in_queue (fixture->harness), 0);
}

GST_END_TEST;

GST_START_TEST (a_flush_ends_the_wait_of_eos)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", NULL);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (fixture->sink, "sink");
  GThread *thread;

  fault_server_hold (fixture->server);
  fixture_push (fixture, 12);
  thread = fixture_push_eos_elsewhere (fixture);
  fixture_wait_stat (fixture, "episodes-waiting", 1);
  assert_quick (gst_pad_send_event (sink, gst_event_new_flush_start ()));
  fail_if (GPOINTER_TO_INT (g_thread_join (thread)));
  gst_pad_send_event (sink, gst_event_new_flush_stop (TRUE));
}

GST_END_TEST;

/* A pipeline goes through its states as fast as it can, with frames in memory,
 * in the file and on their way to the server. */
GST_START_TEST (states_change_while_frames_come)
{
  static const GstState states[] = { GST_STATE_READY, GST_STATE_PAUSED,
    GST_STATE_PLAYING, GST_STATE_NULL
  };
  g_autoptr (FaultServer) server = fault_server_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GstElement) annotate = NULL;
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC;
  GstElement *pipeline;

  pipeline = gst_parse_launch ("videotestsrc ! video/x-raw,width=64,height=48 "
      "! scoreannotate name=a mode=hold hold-memory=20000 task=t model=m "
      "episode-duration=300000000 ! fakesink sync=false", &error);
  g_assert_no_error (error);
  fault_server_set_answer (server, good_model_answer, NULL);
  annotate = gst_bin_get_by_name (GST_BIN (pipeline), "a");
  g_object_set (annotate, "base-url", fault_server_get_base_url (server), NULL);
  while (g_get_monotonic_time () < end)
    assert_quick (gst_element_set_state (pipeline,
            states[g_rand_int_range (rand, 0, G_N_ELEMENTS (states))]));
  assert_quick (gst_element_set_state (pipeline, GST_STATE_NULL));
  ASSERT_OBJECT_REFCOUNT (pipeline, "pipeline", 1);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static gpointer
flush_until (gpointer user_data)
{
  GstPad *pad = user_data;
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end) {
    gst_pad_send_event (pad, gst_event_new_flush_start ());
    gst_pad_send_event (pad, gst_event_new_flush_stop (TRUE));
  }
  return NULL;
}

/* A flush starts the source task again, which must not outlive what it uses. */
GST_START_TEST (states_change_while_another_thread_flushes)
{
  g_autoptr (GstElement) annotate =
      gst_object_ref_sink (gst_element_factory_make ("scoreannotate", NULL));
  g_autoptr (GstPad) pad = gst_element_get_static_pad (annotate, "sink");
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC;
  GThread *thread;

  gst_util_set_object_arg (G_OBJECT (annotate), "mode", "hold");
  g_object_set (annotate, "base-url", "http://127.0.0.1:9/v1", "model", "m",
      NULL);
  thread = g_thread_new ("flushes", flush_until, pad);
  while (g_get_monotonic_time () < end) {
    gst_element_set_state (annotate, GST_STATE_PAUSED);
    assert_quick (gst_element_set_state (annotate, GST_STATE_NULL));
  }
  g_thread_join (thread);
}

GST_END_TEST;

static Suite *
annotate_hold_ends_suite (void)
{
  Suite *s = suite_create ("annotate-hold-ends");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, events_keep_their_place);
  tcase_add_test (tc, a_flushed_episode_leaves_its_id_to_the_next);
  tcase_add_test (tc, segment_done_comes_after_the_frames);
  tcase_add_test (tc, a_flush_drops_everything);
  tcase_add_test (tc, stopping_while_holding_is_quick);
  tcase_add_test (tc, a_flush_ends_the_wait_of_eos);
  tcase_add_test (tc, states_change_while_frames_come);
  tcase_add_test (tc, states_change_while_another_thread_flushes);
  return s;
}

GST_CHECK_MAIN (annotate_hold_ends);
