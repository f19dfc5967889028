/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "latency.h"

static GString *
note_all (Fixture * fixture)
{
  g_autoptr (GstPad) src = gst_element_get_static_pad (fixture->sink, "src");
  GString *list = g_string_new (NULL);

  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM
      | GST_PAD_PROBE_TYPE_PUSH, frames_note, list, NULL);
  return list;
}

static gpointer
ask_drain (gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GstQuery) query = gst_query_new_drain ();

  gst_pad_peer_query (fixture->harness->srcpad, query);
  return NULL;
}

GST_START_TEST (events_and_queries_keep_their_place)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;
  g_autoptr (GstCaps) caps = gst_caps_from_string
      ("video/x-raw,format=I420,width=64,height=48,framerate=20/1");
  GString *list;
  GThread *thread;

  fault_server_hold (fixture->server);
  latency_push (frames, 2);
  list = note_all (fixture);
  gst_harness_push_event (fixture->harness,
      gst_event_new_gap (2 * FRAME, FRAME));
  latency_push (frames, 1);
  gst_harness_push_event (fixture->harness, gst_event_new_caps (caps));
  latency_push (frames, 1);
  g_signal_emit_by_name (fixture->sink, "end-episode", "success");
  latency_push (frames, 1);
  thread = g_thread_new ("asks", ask_drain, fixture);
  latency_assert_waits (fixture, 5);
  fail_unless_equals_string (list->str, "");
  for (guint i = 0; i < 5; i++)
    latency_pass (fixture, i * FRAME + LATENCY);
  g_thread_join (thread);
  frames_push (frames, 1);
  latency_pass (fixture, 4 * FRAME + 2 * LATENCY);
  pulled = frames_pull (frames);
  fault_server_release (fixture->server);
  fail_unless_equals_string (list->str,
      "bb gap b caps b custom-downstream b query b");
  gst_harness_teardown (g_steal_pointer (&fixture->harness));
  g_string_free (list, TRUE);
}

GST_END_TEST;

/* The frames leave, then EOS, once the last episode has its result. */
GST_START_TEST (eos_comes_after_the_frames)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;
  GString *list;
  GThread *thread;

  fault_server_hold (fixture->server);
  latency_push (frames, 3);
  list = note_all (fixture);
  thread = fixture_push_eos_elsewhere (fixture);
  for (guint i = 0; i < 3; i++)
    latency_pass (fixture, i * FRAME + LATENCY);
  pulled = frames_pull (frames);
  fail_unless_equals_string (list->str, "bbb");
  fault_server_release (fixture->server);
  fail_unless (GPOINTER_TO_INT (g_thread_join (thread)));
  frames_wait_eos (fixture);
  fail_unless_equals_string (list->str, "bbb eos ");
  fail_unless_equals_int (latency_count_late (fixture), 1);
  gst_harness_teardown (g_steal_pointer (&fixture->harness));
  g_string_free (list, TRUE);
}

GST_END_TEST;

/* --- what ends the wait --- */

GST_START_TEST (a_flush_drops_what_waits)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GstBuffer) buffer = NULL;

  latency_push (frames, 3);
  assert_quick (gst_harness_push_event (fixture->harness,
          gst_event_new_flush_start ()));
  assert_quick (gst_harness_push_event (fixture->harness,
          gst_event_new_flush_stop (TRUE)));
  latency_assert_waits (fixture, 0);
  fixture_push_segment (fixture);
  latency_set_time (fixture, GST_SECOND);
  fixture_push (fixture, 1);
  latency_pass (fixture, GST_SECOND + LATENCY);
  buffer = latency_pull (fixture);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), 3 * FRAME);
}

GST_END_TEST;

GST_START_TEST (stopping_while_frames_wait_is_quick)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (GstTestClock) clock = latency_ref_clock (fixture);

  fixture_push (fixture, 3);
  gst_test_clock_wait_for_next_pending_id (clock, NULL);
  assert_quick (gst_element_set_state (fixture->sink, GST_STATE_NULL));
  fail_unless_equals_int (gst_test_clock_peek_id_count (clock), 0);
}

GST_END_TEST;

static GstFlowReturn
fail_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  gst_buffer_unref (buffer);
  return GST_FLOW_NOT_NEGOTIATED;
}

/* Who pushes learns of it, and so does the bus. */
GST_START_TEST (an_error_downstream_comes_back)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autofree gchar *text = NULL;

  gst_pad_set_chain_function (fixture->harness->sinkpad, fail_chain);
  fixture_push (fixture, 2);
  latency_pass (fixture, LATENCY);
  text = fixture_pop_complaint (fixture, GST_MESSAGE_ERROR);
  fail_unless_equals_int (fixture_push_one (fixture), GST_FLOW_NOT_NEGOTIATED);
}

GST_END_TEST;

static GMutex gate;

static GstPadProbeReturn
wait_at_gate (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_mutex_lock (&gate);
  g_mutex_unlock (&gate);
  return GST_PAD_PROBE_OK;
}

static Fixture *
new_behind_gate (void)
{
  Fixture *fixture = latency_new (NULL, NULL);
  g_autoptr (GstPad) src = gst_element_get_static_pad (fixture->sink, "src");

  g_mutex_lock (&gate);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, wait_at_gate, NULL, NULL);
  return fixture;
}

static void
assert_taken (GThread * thread)
{
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_OK);
}

/* Downstream that takes nothing is felt upstream, as without latency; memory
 * does not grow. */
GST_START_TEST (no_more_is_held_than_has_come_within_it)
{
  g_autoptr (Fixture) fixture = new_behind_gate ();
  GThread *thread;
  gint64 end;

  latency_set_time (fixture, 0);
  fixture_push (fixture, 3);
  latency_pass (fixture, LATENCY);
  while (fixture_get_stat (fixture, "frames-held") > 2)
    g_thread_yield ();
  latency_set_time (fixture, 2 * LATENCY);
  thread = fixture_push_one_elsewhere (fixture);
  fixture_wait_stat (fixture, "frames", 4);
  end = g_get_monotonic_time () + fixture_get_second () / 20;
  while (g_get_monotonic_time () < end) {
    fail_unless_equals_int (fixture_get_stat (fixture, "frames-held"), 2);
    g_thread_yield ();
  }
  g_mutex_unlock (&gate);
  assert_taken (thread);
  for (guint i = 0; i < 3; i++)
    gst_buffer_unref (latency_pull (fixture));
}

GST_END_TEST;

/* While paused all is due, and no longer when time goes on: upstream does not
 * wait then for frames that may wait for their latency. */
GST_START_TEST (a_pause_keeps_upstream_no_longer)
{
  g_autoptr (Fixture) fixture = new_behind_gate ();
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GstBuffer) buffer = NULL;
  GThread *thread;

  latency_push (frames, 3);
  gst_element_set_state (fixture->sink, GST_STATE_PAUSED);
  while (fixture_get_stat (fixture, "frames-held") > 2)
    g_thread_yield ();
  thread = fixture_push_one_elsewhere (fixture);
  fixture_wait_stat (fixture, "frames", 4);
  gst_element_set_state (fixture->sink, GST_STATE_PLAYING);
  g_mutex_unlock (&gate);
  assert_taken (thread);
  buffer = latency_pull (fixture);
  latency_assert_waits (fixture, 3);
}

GST_END_TEST;

/* The same where the latency has grown meanwhile. */
GST_START_TEST (a_longer_latency_keeps_upstream_no_longer)
{
  g_autoptr (Fixture) fixture = new_behind_gate ();
  g_autoptr (GstBuffer) buffer = NULL;
  GThread *thread;

  latency_set_time (fixture, 0);
  fixture_push (fixture, 3);
  latency_pass (fixture, LATENCY);
  while (fixture_get_stat (fixture, "frames-held") > 2)
    g_thread_yield ();
  latency_set_time (fixture, 2 * LATENCY);
  thread = fixture_push_one_elsewhere (fixture);
  fixture_wait_stat (fixture, "frames", 4);
  latency_set (fixture, 10 * LATENCY);
  g_mutex_unlock (&gate);
  assert_taken (thread);
  buffer = latency_pull (fixture);
  latency_assert_waits (fixture, 3);
}

GST_END_TEST;

/* After a flush the pipeline counts from 0 again, when the first frame has come
 * to its sink: those behind it came by the old time. */
GST_START_TEST (a_time_that_begins_anew_keeps_no_frame)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;
  g_autoptr (GstTestClock) clock = latency_ref_clock (fixture);

  fault_server_hold (fixture->server);
  latency_set_time (fixture, 100 * LATENCY);
  frames_push (frames, 1);
  latency_pass (fixture, 101 * LATENCY);
  frames_push (frames, 2);
  gst_test_clock_wait_for_next_pending_id (clock, NULL);
  gst_element_set_base_time (fixture->sink, 101 * LATENCY);
  latency_pass (fixture, 102 * LATENCY);
  frames_push (frames, 1);
  latency_pass (fixture, 103 * LATENCY);
  pulled = frames_pull (frames);
  fault_server_release (fixture->server);
}

GST_END_TEST;

/* However long a frame may wait, the next is taken. */
GST_START_TEST (the_longest_latency_keeps_nobody)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);

  latency_set (fixture, G_MAXINT64);
  latency_set_time (fixture, 0);
  fixture_push (fixture, 3);
  latency_set_time (fixture, 10 * GST_SECOND);
  fixture_push (fixture, 1);
  latency_assert_waits (fixture, 4);
}

GST_END_TEST;

/* As a camera, through the states, while its latency changes. */
GST_START_TEST (states_change_while_frames_wait)
{
  static const GstState states[] = { GST_STATE_READY, GST_STATE_PAUSED,
    GST_STATE_PLAYING, GST_STATE_PLAYING, GST_STATE_NULL
  };
  g_autoptr (FaultServer) server = fault_server_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (GstElement) annotate = NULL;
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC;
  GstElement *pipeline;

  pipeline = gst_parse_launch ("videotestsrc is-live=true ! "
      "video/x-raw,width=64,height=48,framerate=400/1 "
      "! scoreannotate name=a mode=auto latency=20000000 hold-memory=20000 "
      "task=t model=m episode-duration=100000000 ! fakesink sync=true", &error);
  g_assert_no_error (error);
  fault_server_set_answer (server, good_model_answer, NULL);
  annotate = gst_bin_get_by_name (GST_BIN (pipeline), "a");
  g_object_set (annotate, "base-url", fault_server_get_base_url (server), NULL);
  while (g_get_monotonic_time () < end) {
    assert_quick (gst_element_set_state (pipeline,
            states[g_rand_int_range (rand, 0, G_N_ELEMENTS (states))]));
    g_object_set (annotate, "latency",
        (guint64) g_rand_int_range (rand, 0, 4) * 10 * GST_MSECOND, NULL);
  }
  assert_quick (gst_element_set_state (pipeline, GST_STATE_NULL));
  ASSERT_OBJECT_REFCOUNT (pipeline, "pipeline", 1);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
annotate_latency_ends_suite (void)
{
  Suite *s = suite_create ("annotate-latency-ends");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, events_and_queries_keep_their_place);
  tcase_add_test (tc, eos_comes_after_the_frames);
  tcase_add_test (tc, a_flush_drops_what_waits);
  tcase_add_test (tc, stopping_while_frames_wait_is_quick);
  tcase_add_test (tc, an_error_downstream_comes_back);
  tcase_add_test (tc, no_more_is_held_than_has_come_within_it);
  tcase_add_test (tc, a_pause_keeps_upstream_no_longer);
  tcase_add_test (tc, a_longer_latency_keeps_upstream_no_longer);
  tcase_add_test (tc, a_time_that_begins_anew_keeps_no_frame);
  tcase_add_test (tc, the_longest_latency_keeps_nobody);
  tcase_add_test (tc, states_change_while_frames_wait);
  return s;
}

GST_CHECK_MAIN (annotate_latency_ends);
