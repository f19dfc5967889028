/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/video/video.h>

#include "frames.h"

static guint
count_events (Fixture * fixture, GstEventType type)
{
  GstEvent *event;
  guint n = 0;

  while ((event = gst_harness_try_pull_event (fixture->harness)) != NULL) {
    n += GST_EVENT_TYPE (event) == type;
    gst_event_unref (event);
  }
  return n;
}

/* It leaves some time after the last frame. */
static void
assert_eos (Fixture * fixture)
{
  GstEventType type;

  do {
    g_autoptr (GstEvent) event = gst_harness_pull_event (fixture->harness);

    fail_unless (event != NULL);
    type = GST_EVENT_TYPE (event);
  } while (type != GST_EVENT_EOS);
}

GST_START_TEST (exact_values_and_the_same_frames)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;
  GstCustomMeta *meta;
  gboolean success = FALSE;

  frames_push (frames, 23);
  fail_unless (gst_harness_try_pull (fixture->harness) == NULL);
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  assert_curve (pulled, 0, 23);
  meta = gst_score_meta_get (g_ptr_array_index (pulled, 7));
  fail_unless_equals_string (gst_score_meta_get_task (meta),
      "put the banana in the bowl");
  fail_unless_equals_string (gst_score_meta_get_description (meta),
      "The banana lies on the table.");
  fail_unless_equals_string (gst_score_meta_get_completion_state (meta),
      "The banana lies in the bowl.");
  fail_unless (gst_score_meta_get_success (meta, &success) && success);
  fail_unless_equals_uint64 (gst_score_meta_get_sample_time (meta), GST_SECOND);
  fail_unless_equals_int (fixture_assert_each_once (fixture), 1);
  assert_eos (fixture);
}

GST_END_TEST;

/* Two episodes by events, with frames before, between and after. */
GST_START_TEST (frames_of_no_episode_have_no_meta)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;

  fixture_push_custom (fixture, "score/episode-start,episode-id=(string)a");
  frames_push (frames, 11);
  fixture_push_custom (fixture, "score/episode-end");
  frames_push (frames, 4);
  fixture_push_custom (fixture, "score/episode-start,episode-id=(string)b");
  frames_push (frames, 8);
  fixture_push_custom (fixture, "score/episode-end");
  frames_push (frames, 2);
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  assert_curve (pulled, 0, 11);
  assert_curve (pulled, 15, 8);
  for (guint i = 11; i < 15; i++)
    assert_no_meta (g_ptr_array_index (pulled, i));
  assert_no_meta (g_ptr_array_index (pulled, 23));
  assert_no_meta (g_ptr_array_index (pulled, 24));
  fail_unless_equals_string (gst_score_meta_get_episode_id (gst_score_meta_get
          (g_ptr_array_index (pulled, 16))), "b");
  fail_unless_equals_int (count_events (fixture, GST_EVENT_CUSTOM_DOWNSTREAM),
      4);
}

GST_END_TEST;

/* An episode that nobody had told a task is given up in silence when another is
 * started; nothing may wait for its result. */
GST_START_TEST (frames_of_an_unannounced_episode_are_let_go)
{
  g_autoptr (Fixture) fixture = fixture_new_of ("scoreannotate", "mode",
      "hold", NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;

  g_object_set (fixture->sink, "task", NULL, NULL);
  fixture_start (fixture);
  frames_push (frames, 5);
  fixture_push_custom (fixture,
      "score/episode-start,task=(string)\"open the drawer\"");
  frames_push (frames, 6);
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  for (guint i = 0; i < 5; i++)
    assert_no_meta (g_ptr_array_index (pulled, i));
  assert_curve (pulled, 5, 6);
}

GST_END_TEST;

/* So is one that is given up for an episode that ends before any frame. */
GST_START_TEST (an_empty_episode_lets_those_before_it_go)
{
  g_autoptr (Fixture) fixture = fixture_new_of ("scoreannotate", "mode",
      "hold", NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;

  g_object_set (fixture->sink, "task", NULL, NULL);
  fixture_start (fixture);
  frames_push (frames, 5);
  fixture_push_custom (fixture,
      "score/episode-start,task=(string)\"open the drawer\"");
  fixture_push_custom (fixture, "score/episode-end");
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  for (guint i = 0; i < 5; i++)
    assert_no_meta (g_ptr_array_index (pulled, i));
}

GST_END_TEST;

/* A frame that has no time or is outside the segment is of no episode, and
 * those around it are still of the same one. */
GST_START_TEST (an_untimed_frame_does_not_split_the_episode)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", NULL);
  GstBuffer *untimed = NULL;

  fixture_push (fixture, 6);
  untimed = gst_buffer_new_allocate (NULL, 4608, NULL);
  gst_buffer_memset (untimed, 0, 100, -1);
  fail_unless_equals_int (gst_harness_push (fixture->harness, untimed),
      GST_FLOW_OK);
  fixture_push (fixture, 5);
  fixture_push_eos (fixture);
  for (guint i = 0; i < 12; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (fixture->harness);

    if (i == 6)
      assert_no_meta (buffer);
    else
      assert_status (buffer, GST_SCORE_META_FINAL);
  }
}

GST_END_TEST;

GST_START_TEST (failed_episodes_have_no_number)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", "retries", "0",
      NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;

  fault_server_always (fixture->server, FAULT_STATUS, "500");
  frames_push (frames, 12);
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  for (guint i = 0; i < pulled->len; i++)
    assert_status (g_ptr_array_index (pulled, i), GST_SCORE_META_FAILED);
}

GST_END_TEST;

/* What lies in the file comes back to the bit, with metas, and of few memories
 * as of one. */
GST_START_TEST (spilled_frames_come_back_to_the_bit)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", "hold-memory",
      "10000", NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;

  frames_push (frames, 40);
  fail_unless_equals_int (fixture_get_stat (fixture, "frames-held"), 40);
  fail_unless_equals_int (fixture_get_stat (fixture, "bytes-held-in-memory"),
      2 * 4608);
  fail_unless_equals_int (fixture_get_stat (fixture, "bytes-held-in-file"),
      38 * 4608);
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  assert_curve (pulled, 0, 40);
  fail_unless_equals_int (fixture_get_stat (fixture, "bytes-held-in-file"), 0);
}

GST_END_TEST;

GST_START_TEST (too_much_is_one_clear_error)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", "hold-memory",
      "5000", "max-hold-bytes", "20000", NULL);
  g_autofree gchar *text = NULL;

  fixture_push (fixture, 4);
  fail_unless_equals_int (fixture_push_one (fixture), GST_FLOW_ERROR);
  text = fixture_pop_complaint (fixture, GST_MESSAGE_ERROR);
  fail_unless (strstr (text, "max-hold-bytes") != NULL, "%s", text);
  fail_unless (strstr (text, "results-location") != NULL, "%s", text);
  fail_unless (strstr (text, "scores-location") != NULL, "%s", text);
  fail_unless (gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ERROR) == NULL);
}

GST_END_TEST;

GST_START_TEST (no_folder_for_the_file_is_a_clear_error)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", "hold-memory",
      "0", "temp-directory", "/nonexistent/folder", NULL);
  g_autofree gchar *text = NULL;

  fail_unless_equals_int (fixture_push_one (fixture), GST_FLOW_ERROR);
  text = fixture_pop_complaint (fixture, GST_MESSAGE_ERROR);
  fail_unless (strstr (text, "/nonexistent/folder") != NULL, "%s", text);
}

GST_END_TEST;

GST_START_TEST (drain_timeout_lets_the_frames_go)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", "drain-timeout",
      "1", NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;

  fault_server_hold (fixture->server);
  frames_push (frames, 3);
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  for (guint i = 0; i < pulled->len; i++)
    assert_status (g_ptr_array_index (pulled, i), GST_SCORE_META_FAILED);
}

GST_END_TEST;

/* A full queue of episodes holds the next frame back, not the results. */
GST_START_TEST (input_waits_for_room)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold",
      "max-queued-episodes", "1", "episode-duration", "500000000", NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;
  GThread *thread;

  fault_server_hold (fixture->server);
  frames_push (frames, 11);
  fixture_wait_stat (fixture, "episodes-waiting", 2);
  thread = fixture_push_one_elsewhere (fixture);
  fault_server_release (fixture->server);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_OK);
  fixture_push_eos (fixture);
  pulled = frames_pull (frames);
  assert_curve (pulled, 0, 5);
  assert_curve (pulled, 5, 5);
}

GST_END_TEST;

GST_START_TEST (queries_never_wait_for_an_open_episode)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (FIXTURE_CAPS);
  g_autoptr (GstQuery) allocation = gst_query_new_allocation (caps, TRUE);
  g_autoptr (GstQuery) drain = gst_query_new_drain ();
  g_autoptr (GstPad) sink = gst_element_get_static_pad (fixture->sink, "sink");

  fixture_push (fixture, 4);
  assert_quick (fail_unless (gst_pad_query (sink, allocation)));
  fail_unless (gst_query_find_allocation_meta (allocation,
          GST_VIDEO_META_API_TYPE, NULL));
  fail_unless_equals_int (gst_query_get_n_allocation_pools (allocation), 0);
  assert_quick (fail_if (gst_pad_query (sink, drain)));
}

GST_END_TEST;

/* A camera gives a few buffers and waits until one comes back. */
GST_START_TEST (frames_of_a_small_pool_are_given_back)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "hold", NULL);
  g_autoptr (GstBufferPool) pool = gst_buffer_pool_new ();
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstBufferPoolAcquireParams params = { 0, };

  params.flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT;
  gst_buffer_pool_config_set_params (config, NULL, 4608, 2, 2);
  gst_buffer_pool_set_config (pool, config);
  gst_buffer_pool_set_active (pool, TRUE);
  for (guint i = 0; i < 8; i++) {
    GstBuffer *buffer = NULL;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer,
            &params), GST_FLOW_OK);
    GST_BUFFER_PTS (buffer) = i * 100 * GST_MSECOND;
    gst_buffer_memset (buffer, 0, 100, -1);
    fail_unless_equals_int (gst_harness_push (fixture->harness, buffer),
        GST_FLOW_OK);
  }
  fixture_push_eos (fixture);
  for (guint i = 0; i < 8; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (fixture->harness);

    assert_status (buffer, GST_SCORE_META_FINAL);
  }
  gst_buffer_pool_set_active (pool, FALSE);
}

GST_END_TEST;

/* Frames of one branch wait for the end of an episode that the full queue of the
 * other keeps away. */
GST_START_TEST (a_full_queue_elsewhere_is_named)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch ("videotestsrc ! "
      "video/x-raw,width=64,height=48,framerate=30/1 ! tee name=t "
      "t. ! scoreannotate mode=hold task=t model=m "
      "base-url=http://127.0.0.1:1/v1 ! fakesink "
      "t. ! queue name=narrow max-size-buffers=5 ! fakesink", &error);
  g_autoptr (GstBus) bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) told = NULL;

  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
      GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &told, NULL);
  fail_unless (strstr (told->message, "narrow") != NULL, "%s", told->message);
  fail_unless (strstr (told->message, "max-size-time=0") != NULL);
  assert_quick (gst_element_set_state (pipeline, GST_STATE_NULL));
}

GST_END_TEST;

static Suite *
annotate_hold_suite (void)
{
  Suite *s = suite_create ("annotate-hold");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, exact_values_and_the_same_frames);
  tcase_add_test (tc, frames_of_no_episode_have_no_meta);
  tcase_add_test (tc, frames_of_an_unannounced_episode_are_let_go);
  tcase_add_test (tc, an_empty_episode_lets_those_before_it_go);
  tcase_add_test (tc, an_untimed_frame_does_not_split_the_episode);
  tcase_add_test (tc, failed_episodes_have_no_number);
  tcase_add_test (tc, spilled_frames_come_back_to_the_bit);
  tcase_add_test (tc, too_much_is_one_clear_error);
  tcase_add_test (tc, no_folder_for_the_file_is_a_clear_error);
  tcase_add_test (tc, drain_timeout_lets_the_frames_go);
  tcase_add_test (tc, input_waits_for_room);
  tcase_add_test (tc, queries_never_wait_for_an_open_episode);
  tcase_add_test (tc, frames_of_a_small_pool_are_given_back);
  tcase_add_test (tc, a_full_queue_elsewhere_is_named);
  return s;
}

GST_CHECK_MAIN (annotate_hold);
