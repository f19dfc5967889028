/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <glib/gstdio.h>

static gboolean
is_result (GstMessage * message)
{
  return gst_message_has_name (message, "score/episode");
}

GST_START_TEST (test_one_episode_gives_one_result_before_eos)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  g_autoptr (GstMessage) started = NULL;
  g_autoptr (GstMessage) one = NULL;
  g_autoptr (GstMessage) other = NULL;

  fixture_push (f, 41);
  fixture_push_eos (f);
  started = fixture_pop (f, GST_MESSAGE_ELEMENT);
  fail_unless (gst_message_has_name (started, "score/episode-started"));
  one = fixture_pop (f, GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS);
  fail_unless (is_result (one));
  other = fixture_pop (f, GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS);
  fail_unless_equals_int (GST_MESSAGE_TYPE (other), GST_MESSAGE_EOS);

  result = gst_score_message_parse_result (one, NULL);
  assert_scored (result);
  /* 0, 0.5 ... 4.0 s; the frame at 4.0 s is the last as well. */
  fail_unless_equals_int (gst_score_result_get_n_samples (result), 9);
  fail_unless_equals_int (gst_score_result_get_n_frames (result), 41);
  fail_unless_equals_uint64 (gst_score_result_get_duration (result),
      41 * 100 * GST_MSECOND);
  fail_unless_equals_float (gst_score_result_get_progress (result), 1.0);
  fail_unless (gst_score_result_is_success (result));
  for (guint i = 0; i < 9; i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    fail_unless_equals_uint64 (sample->timestamp, i * 500 * GST_MSECOND);
    fail_unless_equals_uint64 (sample->running_time, i * 500 * GST_MSECOND);
    fail_unless (sample->description != NULL);
  }
}

GST_END_TEST;

GST_START_TEST (test_the_last_frame_is_a_sample)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;

  fixture_push (f, 8);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (gst_score_result_get_n_samples (result), 3);
  fail_unless_equals_uint64 (gst_score_result_get_sample (result,
          2)->timestamp, 700 * GST_MSECOND);
}

GST_END_TEST;

GST_START_TEST (test_an_episode_of_one_frame)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;

  fixture_push (f, 1);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (gst_score_result_get_n_samples (result), 1);
}

GST_END_TEST;

GST_START_TEST (test_a_stream_without_frames_has_no_episode)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstMessage) eos = NULL;

  fixture_push_eos (f);
  eos = fixture_pop (f, GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS);
  fail_unless_equals_int (GST_MESSAGE_TYPE (eos), GST_MESSAGE_EOS);
  fail_unless_equals_int (fault_server_count (f->server,
          FAULT_COUNT_REQUESTS), 0);
}

GST_END_TEST;

GST_START_TEST (test_describing_begins_while_frames_still_come)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;

  fixture_push (f, 60);
  /* Twelve samples: the objects and the one eight descriptions. */
  fail_unless (fault_server_wait (f->server, FAULT_COUNT_REQUESTS, 2, NULL));
  fixture_push (f, 1);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (fault_server_count (f->server,
          FAULT_COUNT_REQUESTS), 4);
  fail_unless_equals_int (good_model_get_stage (fault_server_get_request
          (f->server, 3)), GOOD_MODEL_PROGRESS);
}

GST_END_TEST;

GST_START_TEST (test_objects_are_asked_for_once_a_task)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);

  for (guint i = 0; i < 3; i++) {
    g_autoptr (GstScoreResult) result = NULL;

    fixture_push_custom (f, "score/episode-start;");
    fixture_push (f, 10);
    fixture_push_custom (f, "score/episode-end;");
    result = fixture_pop_result (f);
    assert_scored (result);
    fail_unless_equals_string (gst_score_result_get_objects (result)[0],
        "banana");
  }
  fail_unless_equals_int (fault_server_count (f->server,
          FAULT_COUNT_REQUESTS), 3 + 2 + 2);
}

GST_END_TEST;

GST_START_TEST (test_object_cache_can_be_switched_off)
{
  g_autoptr (Fixture) f = fixture_new ("episode-duration", "1000000000",
      "object-cache", "false", NULL);

  fixture_push (f, 11);
  gst_score_result_unref (fixture_pop_result (f));
  fixture_push_eos (f);
  gst_score_result_unref (fixture_pop_result (f));
  fail_unless_equals_int (fault_server_count (f->server,
          FAULT_COUNT_REQUESTS), 3 + 3);
}

GST_END_TEST;

GST_START_TEST (test_events_mark_episodes)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) one = NULL;
  g_autoptr (GstScoreResult) two = NULL;

  fixture_push_custom (f, "score/episode-start, episode-id=(string)one;");
  fixture_push (f, 10);
  fixture_push_custom (f, "score/episode-end, outcome=(string)dropped-it;");
  one = fixture_pop_result (f);
  fixture_push (f, 10);
  fixture_push_custom (f, "score/episode-start, episode-id=(string)two;");
  fixture_push (f, 10);
  fixture_push_eos (f);
  two = fixture_pop_result (f);

  fail_unless_equals_string (gst_score_result_get_episode_id (one), "one");
  fail_unless_equals_string (gst_score_result_get_outcome (one), "dropped-it");
  fail_unless_equals_string (gst_score_result_get_episode_id (two), "two");
  fail_unless_equals_uint64 (gst_score_result_get_timestamp (two),
      2 * GST_SECOND);
  fail_unless_equals_int (fixture_count_results (f), 0);
}

GST_END_TEST;

GST_START_TEST (test_a_start_ends_the_episode_before)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) one = NULL;

  fixture_push_custom (f, "score/episode-start, episode-id=(string)one;");
  fixture_push (f, 10);
  fixture_push_custom (f, "score/episode-start, episode-id=(string)two;");
  one = fixture_pop_result (f);
  fail_unless_equals_string (gst_score_result_get_episode_id (one), "one");
  fail_unless_equals_int (gst_score_result_get_n_frames (one), 10);
}

GST_END_TEST;

GST_START_TEST (test_frames_before_the_first_start_are_given_up)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) before = NULL;
  g_autoptr (GstScoreResult) one = NULL;

  fixture_push (f, 3);
  g_signal_emit_by_name (f->sink, "start-episode", NULL, "one");
  fixture_push (f, 10);
  g_signal_emit_by_name (f->sink, "end-episode", "success");
  before = fixture_pop_result (f);
  assert_failed (before, GST_SCORE_ERROR_DROPPED);
  one = fixture_pop_result (f);
  assert_scored (one);
  fail_unless_equals_string (gst_score_result_get_episode_id (one), "one");
  fail_unless_equals_string (gst_score_result_get_outcome (one), "success");
}

GST_END_TEST;

GST_START_TEST (test_an_episode_without_frames_fails)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;

  g_signal_emit_by_name (f->sink, "start-episode", NULL, "empty");
  g_signal_emit_by_name (f->sink, "end-episode", NULL);
  result = fixture_pop_result (f);
  fail_unless_equals_string (gst_score_result_get_episode_id (result), "empty");
  fail_unless (gst_score_result_get_error (result) != NULL);
}

GST_END_TEST;

GST_START_TEST (test_every_stream_is_an_episode)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstScoreResult) result = NULL;

    fixture_push (f, 10);
    gst_harness_push_event (f->harness, gst_event_new_stream_start ("next"));
    result = fixture_pop_result (f);
    assert_scored (result);
    fail_unless_equals_int (gst_score_result_get_n_frames (result), 10);
  }
}

GST_END_TEST;

GST_START_TEST (test_a_flush_drops_the_open_episode)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) dropped = NULL;
  g_autoptr (GstScoreResult) scored = NULL;
  GstSegment segment;

  fixture_push (f, 10);
  gst_harness_push_event (f->harness, gst_event_new_flush_start ());
  gst_harness_push_event (f->harness, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (f->harness, gst_event_new_segment (&segment));
  dropped = fixture_pop_result (f);
  assert_failed (dropped, GST_SCORE_ERROR_DROPPED);
  fixture_push (f, 5);
  fixture_push_eos (f);
  scored = fixture_pop_result (f);
  assert_scored (scored);
  fail_unless_equals_int (gst_score_result_get_n_frames (scored), 5);
}

GST_END_TEST;

GST_START_TEST (test_the_task_comes_from_the_title)
{
  g_autoptr (Fixture) f = fixture_new ("task", "", NULL);
  g_autoptr (GstScoreResult) result = NULL;
  GstTagList *tags = gst_tag_list_new (GST_TAG_TITLE, "stack the cups", NULL);

  gst_harness_push_event (f->harness, gst_event_new_tag (tags));
  fixture_push (f, 10);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  fail_unless_equals_string (gst_score_result_get_task (result),
      "stack the cups");
}

GST_END_TEST;

GST_START_TEST (test_the_task_may_come_after_the_first_frames)
{
  g_autoptr (Fixture) f = fixture_new ("task", "", NULL);
  g_autoptr (GstScoreResult) result = NULL;

  fixture_push (f, 10);
  gst_harness_push_event (f->harness,
      gst_event_new_tag (gst_tag_list_new (GST_TAG_COMMENT, "stack", NULL)));
  fixture_push (f, 10);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (gst_score_result_get_n_frames (result), 20);
}

GST_END_TEST;

GST_START_TEST (test_the_property_wins_over_the_event_but_not_the_signal)
{
  g_autoptr (Fixture) f = fixture_new ("task", "property", NULL);
  g_autoptr (GstScoreResult) by_event = NULL;
  g_autoptr (GstScoreResult) by_signal = NULL;

  fixture_push_custom (f, "score/episode-start, task=(string)event;");
  fixture_push (f, 2);
  fixture_push_custom (f, "score/episode-end;");
  by_event = fixture_pop_result (f);
  g_signal_emit_by_name (f->sink, "start-episode", "signal", NULL);
  fixture_push (f, 2);
  g_signal_emit_by_name (f->sink, "end-episode", NULL);
  by_signal = fixture_pop_result (f);
  fail_unless_equals_string (gst_score_result_get_task (by_event), "property");
  fail_unless_equals_string (gst_score_result_get_task (by_signal), "signal");
}

GST_END_TEST;

GST_START_TEST (test_no_task_is_said_once_before_anything_is_sent)
{
  g_autoptr (Fixture) f = fixture_new ("task", "", NULL);
  g_autoptr (GstScoreResult) result = NULL;
  g_autofree gchar *complaint = NULL;

  fixture_push (f, 1);
  complaint = fixture_pop_complaint (f, GST_MESSAGE_WARNING);
  fail_unless (g_str_has_prefix (complaint, "task: "), "%s", complaint);
  fixture_push (f, 9);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_failed (result, GST_SCORE_ERROR_CONFIG);
  fail_unless (gst_bus_pop_filtered (f->bus, GST_MESSAGE_WARNING |
          GST_MESSAGE_ERROR) == NULL);
  fail_unless_equals_int (fault_server_count (f->server,
          FAULT_COUNT_REQUESTS), 0);
}

GST_END_TEST;

GST_START_TEST (test_caps_may_change_within_an_episode)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  GstBuffer *buffer;

  fixture_push (f, 8);
  gst_harness_set_src_caps_str (f->harness,
      "video/x-raw,format=GRAY8,width=16,height=16,framerate=10/1");
  buffer = gst_buffer_new_allocate (NULL, 256, NULL);
  gst_buffer_memset (buffer, 0, 90, 256);
  GST_BUFFER_PTS (buffer) = GST_SECOND;
  fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (gst_score_result_get_n_frames (result), 9);
}

GST_END_TEST;

GST_START_TEST (test_utc_of_the_frames_is_kept)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  g_autoptr (GstCaps) unix_caps = gst_caps_from_string ("timestamp/x-unix");
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 64 * 48 * 3 / 2, NULL);

  gst_buffer_memset (buffer, 0, 128, -1);
  GST_BUFFER_PTS (buffer) = 0;
  gst_buffer_add_reference_timestamp_meta (buffer, unix_caps,
      G_GUINT64_CONSTANT (1790000000123456789), GST_CLOCK_TIME_NONE);
  gst_harness_push (f->harness, buffer);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  fail_unless_equals_uint64 (gst_score_result_get_sample (result, 0)->utc_time,
      G_GUINT64_CONSTANT (1790000000123456789));
}

GST_END_TEST;

GST_START_TEST (test_stats_count)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);

  fixture_push (f, 10);
  fixture_push_eos (f);
  gst_score_result_unref (fixture_pop_result (f));
  fail_unless_equals_uint64 (fixture_get_stat (f, "frames"), 10);
  fail_unless_equals_uint64 (fixture_get_stat (f, "samples"), 3);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes"), 1);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-scored"), 1);
  fail_unless_equals_uint64 (fixture_get_stat (f, "requests"), 3);
  fail_unless_equals_uint64 (fixture_get_stat (f, "in-flight"), 0);
  gst_element_set_state (f->sink, GST_STATE_READY);
  fail_unless_equals_uint64 (fixture_get_stat (f, "frames"), 10);
}

GST_END_TEST;

GST_START_TEST (test_record_is_written_before_the_message)
{
  g_autofree gchar *folder = g_dir_make_tmp ("score-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "results.jsonl", NULL);
  g_autoptr (Fixture) f = fixture_new ("results-location", path, NULL);
  g_autoptr (GstScoreResult) posted = NULL;
  g_autoptr (GstScoreResult) written = NULL;
  g_autofree gchar *text = NULL;
  g_autofree gchar *one = NULL;
  g_autofree gchar *other = NULL;

  fixture_push (f, 10);
  fixture_push_eos (f);
  posted = fixture_pop_result (f);
  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  fail_unless (g_str_has_suffix (text, "}\n"));
  written = gst_score_result_new_from_json (text, -1, NULL);
  one = gst_score_result_to_json (posted);
  other = gst_score_result_to_json (written);
  fail_unless_equals_string (one, other);
  g_remove (path);
  g_rmdir (folder);
}

GST_END_TEST;

static void
count_cb (GstElement * sink, GstScoreResult * result, guint * n)
{
  fail_unless (gst_score_result_is_scored (result));
  g_atomic_int_inc ((gint *) n);
}

GST_START_TEST (test_signal_tells_of_every_result)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  guint n = 0;

  g_signal_connect (f->sink, "episode-scored", G_CALLBACK (count_cb), &n);
  fixture_push (f, 10);
  fixture_push_eos (f);
  fail_unless_equals_int (g_atomic_int_get ((gint *) & n), 1);
}

GST_END_TEST;

static Suite *
sink_episodes_suite (void)
{
  Suite *suite = suite_create ("sink-episodes");
  TCase *tc = tcase_create ("episodes");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_one_episode_gives_one_result_before_eos);
  tcase_add_test (tc, test_the_last_frame_is_a_sample);
  tcase_add_test (tc, test_an_episode_of_one_frame);
  tcase_add_test (tc, test_a_stream_without_frames_has_no_episode);
  tcase_add_test (tc, test_describing_begins_while_frames_still_come);
  tcase_add_test (tc, test_objects_are_asked_for_once_a_task);
  tcase_add_test (tc, test_object_cache_can_be_switched_off);
  tcase_add_test (tc, test_events_mark_episodes);
  tcase_add_test (tc, test_a_start_ends_the_episode_before);
  tcase_add_test (tc, test_frames_before_the_first_start_are_given_up);
  tcase_add_test (tc, test_an_episode_without_frames_fails);
  tcase_add_test (tc, test_every_stream_is_an_episode);
  tcase_add_test (tc, test_a_flush_drops_the_open_episode);
  tcase_add_test (tc, test_the_task_comes_from_the_title);
  tcase_add_test (tc, test_the_task_may_come_after_the_first_frames);
  tcase_add_test (tc, test_the_property_wins_over_the_event_but_not_the_signal);
  tcase_add_test (tc, test_no_task_is_said_once_before_anything_is_sent);
  tcase_add_test (tc, test_caps_may_change_within_an_episode);
  tcase_add_test (tc, test_utc_of_the_frames_is_kept);
  tcase_add_test (tc, test_stats_count);
  tcase_add_test (tc, test_record_is_written_before_the_message);
  tcase_add_test (tc, test_signal_tells_of_every_result);
  return suite;
}

GST_CHECK_MAIN (sink_episodes);
