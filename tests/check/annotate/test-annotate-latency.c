/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "latency.h"

/* That the value of a live frame is not from a sample after it. */
static void
assert_of_the_past (GstBuffer * buffer)
{
  GstCustomMeta *meta = gst_score_meta_get (buffer);
  gdouble progress;

  fail_unless (meta != NULL);
  if (!gst_score_meta_get_progress (meta, &progress, NULL))
    return;
  fail_unless (GST_CLOCK_TIME_IS_VALID (gst_score_meta_get_sample_time (meta)));
  fail_unless (gst_score_meta_get_sample_time (meta) <=
      GST_BUFFER_PTS (buffer));
}

/* --- when frames leave --- */

GST_START_TEST (a_frame_waits_for_its_latency)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (Frames) frames = frames_new (fixture);

  fault_server_hold (fixture->server);
  latency_push (frames, 4);
  latency_assert_waits (fixture, 4);
  for (guint i = 0; i < 4; i++) {
    g_autoptr (GstBuffer) buffer = NULL;

    latency_pass (fixture, i * FRAME + LATENCY);
    buffer = latency_pull (fixture);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), i * FRAME);
    assert_status (buffer, GST_SCORE_META_PENDING);
    fail_unless_equals_string (gst_score_meta_get_task (gst_score_meta_get
            (buffer)), "put the banana in the bowl");
    fail_unless (gst_harness_try_pull (fixture->harness) == NULL);
  }
  fault_server_release (fixture->server);
}

GST_END_TEST;

/* The base time of a pipeline is not 0. */
GST_START_TEST (the_running_time_counts)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (GstBuffer) buffer = NULL;

  gst_element_set_base_time (fixture->sink, 7 * GST_SECOND);
  latency_set_time (fixture, 9 * GST_SECOND);
  fixture_push (fixture, 1);
  latency_pass (fixture, 9 * GST_SECOND + LATENCY);
  buffer = latency_pull (fixture);
}

GST_END_TEST;

/* Without any time passing, and with the last value up to each frame. */
GST_START_TEST (a_final_result_lets_frames_go)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;

  frames_push (frames, 12);
  fixture_push_custom (fixture, "score/episode-end");
  pulled = frames_pull (frames);
  for (guint i = 0; i < 12; i++) {
    GstBuffer *buffer = g_ptr_array_index (pulled, i);
    guint sample = i < 11 ? i / 5 : 3;

    assert_of_the_past (buffer);
    assert_final (buffer, sample / 3.0, i % 5 != 0 && i != 11);
  }
  fixture_push_eos (fixture);
  fail_unless_equals_int (latency_count_late (fixture), 0);
  fail_unless_equals_int (fixture_get_stat (fixture, "results-late"), 0);
}

GST_END_TEST;

GST_START_TEST (a_failed_episode_lets_frames_go)
{
  g_autoptr (Fixture) fixture = latency_new ("retries", "0");
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;

  fault_server_always (fixture->server, FAULT_STATUS, "500");
  latency_push (frames, 3);
  fixture_push_custom (fixture, "score/episode-end");
  pulled = frames_pull (frames);
  for (guint i = 0; i < 3; i++)
    assert_status (g_ptr_array_index (pulled, i), GST_SCORE_META_FAILED);
}

GST_END_TEST;

/* Frames that have left go without; the others get it. */
GST_START_TEST (a_value_that_comes_after_some_frames_is_late)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (GstBuffer) early = NULL;
  g_autoptr (GstBuffer) other = NULL;

  fault_server_hold (fixture->server);
  latency_set_time (fixture, 0);
  fixture_push (fixture, 1);
  latency_set_time (fixture, FRAME);
  fixture_push (fixture, 1);
  latency_pass (fixture, LATENCY);
  early = latency_pull (fixture);
  assert_status (early, GST_SCORE_META_PENDING);
  fixture_push_custom (fixture, "score/episode-end");
  fault_server_release (fixture->server);
  other = latency_pull (fixture);
  assert_final (other, 1, FALSE);
  fixture_wait_stat (fixture, "results-late", 1);
  fixture_push_eos (fixture);
  fail_unless_equals_int (latency_count_late (fixture), 1);
}

GST_END_TEST;

/* Whatever the latency and the server's pace. */
GST_START_TEST (no_value_is_of_the_future)
{
  g_autoptr (Fixture) fixture = latency_new ("episode-duration", "700000000");
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  guint n_values = 0;

  fault_server_always (fixture->server, FAULT_SLOW, "3");
  for (guint i = 0; i < 80; i++) {
    latency_set_time (fixture, i * FRAME);
    /* Which wakes those that are due, as the clock itself would. */
    latency_set (fixture, g_rand_int_range (rand, 0, 25) * FRAME);
    fixture_push (fixture, 1);
    if (i % 10 == 9)
      fixture_wait_stat (fixture, "episodes-scored", i / 7);
  }
  latency_set (fixture, 0);
  fixture_push_eos (fixture);
  for (guint i = 0; i < 80; i++) {
    g_autoptr (GstBuffer) buffer = latency_pull (fixture);

    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), i * FRAME);
    assert_of_the_past (buffer);
    n_values += gst_score_meta_get_progress (gst_score_meta_get (buffer), NULL,
        NULL);
  }
  fail_unless (n_values > 0);
}

GST_END_TEST;

/* --- the property --- */

static void
ask_latency (Fixture * fixture, gboolean * live, GstClockTime * min,
    GstClockTime * max)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();

  fail_unless (gst_pad_peer_query (fixture->harness->sinkpad, query));
  gst_query_parse_latency (query, live, min, max);
}

GST_START_TEST (it_is_part_of_the_latency)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (GstMessage) message = NULL;
  GstClockTime min, max;
  gboolean live;

  gst_harness_set_upstream_latency (fixture->harness, 30 * GST_MSECOND);
  ask_latency (fixture, &live, &min, &max);
  fail_unless (live);
  fail_unless_equals_uint64 (min, 30 * GST_MSECOND + LATENCY);
  fail_unless (max == GST_CLOCK_TIME_NONE || max == 30 * GST_MSECOND + LATENCY);
  while ((message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_LATENCY)))
    gst_clear_message (&message);

  latency_set (fixture, LATENCY);
  fail_unless (gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_LATENCY) ==
      NULL);
  latency_set (fixture, 2 * LATENCY);
  message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_LATENCY);
  fail_unless (message != NULL);
  ask_latency (fixture, &live, &min, &max);
  fail_unless_equals_uint64 (min, 30 * GST_MSECOND + 2 * LATENCY);

  gst_harness_set_live (fixture->harness, FALSE);
  ask_latency (fixture, &live, &min, &max);
  fail_if (live);
  fail_unless_equals_uint64 (min, 0);
}

GST_END_TEST;

static GstPadProbeReturn
answer_latency (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return GST_PAD_PROBE_OK;
  gst_query_set_latency (query, TRUE, GST_MSECOND, 40 * GST_MSECOND);
  return GST_PAD_PROBE_HANDLED;
}

GST_START_TEST (it_counts_for_the_maximum_too)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  GstClockTime min, max;
  gboolean live;

  gst_pad_add_probe (fixture->harness->srcpad,
      GST_PAD_PROBE_TYPE_QUERY_UPSTREAM | GST_PAD_PROBE_TYPE_PUSH,
      answer_latency, NULL, NULL);
  ask_latency (fixture, &live, &min, &max);
  fail_unless_equals_uint64 (min, GST_MSECOND + LATENCY);
  fail_unless_equals_uint64 (max, 40 * GST_MSECOND + LATENCY);
}

GST_END_TEST;

/* Frames that wait are let go by it, or wait on; none overtakes another. */
GST_START_TEST (it_changes_while_frames_wait)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;
  GstBuffer *buffer;

  fault_server_hold (fixture->server);
  latency_push (frames, 3);
  latency_set (fixture, 2 * LATENCY);
  latency_pass (fixture, 2 * LATENCY);
  latency_set (fixture, 0);
  pulled = frames_pull (frames);
  while (fixture_get_stat (fixture, "frames-held") > 0)
    g_thread_yield ();
  for (guint i = 0; i < 2; i++) {
    fixture_push (fixture, 1);
    buffer = latency_pull (fixture);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), (3 + i) * FRAME);
    gst_buffer_unref (buffer);
  }
  latency_set (fixture, LATENCY);
  latency_set_time (fixture, 6 * LATENCY);
  fixture_push (fixture, 1);
  latency_pass (fixture, 7 * LATENCY);
  buffer = latency_pull (fixture);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), 5 * FRAME);
  gst_buffer_unref (buffer);
  fault_server_release (fixture->server);
}

GST_END_TEST;

/* --- where nothing waits --- */

static void
assert_at_once (Fixture * fixture)
{
  g_autoptr (GstBuffer) buffer = NULL;

  fixture_push (fixture, 1);
  buffer = latency_pull (fixture);
  assert_status (buffer, GST_SCORE_META_PENDING);
}

GST_START_TEST (nothing_waits_without_a_clock)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);

  gst_element_set_clock (fixture->sink, NULL);
  for (guint i = 0; i < 5; i++)
    assert_at_once (fixture);
}

GST_END_TEST;

/* A sink that is to preroll gets its frame. */
GST_START_TEST (nothing_waits_while_paused)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  g_autoptr (Frames) frames = frames_new (fixture);
  g_autoptr (GPtrArray) pulled = NULL;
  g_autoptr (GstBuffer) buffer = NULL;

  latency_push (frames, 3);
  latency_assert_waits (fixture, 3);
  fail_unless_equals_int (gst_element_set_state (fixture->sink,
          GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  pulled = frames_pull (frames);
  assert_at_once (fixture);
  fail_unless_equals_int (gst_element_set_state (fixture->sink,
          GST_STATE_PLAYING), GST_STATE_CHANGE_SUCCESS);
  latency_set_time (fixture, 10 * FRAME);
  fixture_push (fixture, 1);
  latency_pass (fixture, 10 * FRAME + LATENCY);
  buffer = latency_pull (fixture);
}

GST_END_TEST;

/* Of a file, they would come faster than they may leave. */
GST_START_TEST (nothing_waits_where_upstream_is_not_live)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);

  gst_harness_set_live (fixture->harness, FALSE);
  for (guint i = 0; i < 5; i++) {
    g_autoptr (GstBuffer) buffer = NULL;

    fixture_push (fixture, 1);
    buffer = gst_harness_try_pull (fixture->harness);
    fail_unless (buffer != NULL);
  }
}

GST_END_TEST;

/* Without latency no frame is queued, copied, or waits for any clock, however
 * slow the server is. */
GST_START_TEST (without_it_no_clock_is_asked)
{
  g_autoptr (Fixture) fixture = latency_new ("episode-duration", "1000000000");
  g_autoptr (GstTestClock) clock = latency_ref_clock (fixture);
  guint n_copies = 0;

  latency_set (fixture, 0);
  fault_server_always (fixture->server, FAULT_SLOW, "300");
  for (guint i = 0; i < 60; i++) {
    GstBuffer *buffer = fixture_make_frame (fixture), *out;

    fail_unless_equals_int (gst_harness_push (fixture->harness, buffer),
        GST_FLOW_OK);
    out = gst_harness_try_pull (fixture->harness);
    fail_unless (out != NULL);
    n_copies += out != buffer;
    assert_of_the_past (out);
    fail_unless_equals_int (gst_test_clock_peek_id_count (clock), 0);
    gst_buffer_unref (out);
  }
  fail_unless_equals_int (n_copies, 0);
}

GST_END_TEST;

/* Held ones are not copied either, but for the newest, which is kept for the
 * end of the episode. */
GST_START_TEST (held_frames_are_not_copied)
{
  g_autoptr (Fixture) fixture = latency_new (NULL, NULL);
  GstBuffer *pushed[8];

  fault_server_hold (fixture->server);
  for (guint i = 0; i < G_N_ELEMENTS (pushed); i++) {
    pushed[i] = fixture_make_frame (fixture);
    gst_harness_push (fixture->harness, pushed[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (pushed); i++) {
    g_autoptr (GstBuffer) buffer = NULL;

    if (i == 0)
      latency_pass (fixture, LATENCY);
    buffer = latency_pull (fixture);
    fail_unless (buffer == pushed[i] || i == G_N_ELEMENTS (pushed) - 1);
  }
  fault_server_release (fixture->server);
}

GST_END_TEST;

static Suite *
annotate_latency_suite (void)
{
  Suite *s = suite_create ("annotate-latency");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, a_frame_waits_for_its_latency);
  tcase_add_test (tc, the_running_time_counts);
  tcase_add_test (tc, a_final_result_lets_frames_go);
  tcase_add_test (tc, a_failed_episode_lets_frames_go);
  tcase_add_test (tc, a_value_that_comes_after_some_frames_is_late);
  tcase_add_test (tc, no_value_is_of_the_future);
  tcase_add_test (tc, it_is_part_of_the_latency);
  tcase_add_test (tc, it_counts_for_the_maximum_too);
  tcase_add_test (tc, it_changes_while_frames_wait);
  tcase_add_test (tc, nothing_waits_without_a_clock);
  tcase_add_test (tc, nothing_waits_while_paused);
  tcase_add_test (tc, nothing_waits_where_upstream_is_not_live);
  tcase_add_test (tc, without_it_no_clock_is_asked);
  tcase_add_test (tc, held_frames_are_not_copied);
  return s;
}

GST_CHECK_MAIN (annotate_latency);
