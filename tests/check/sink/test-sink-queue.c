/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <string.h>

/* An episode of five frames, closed. */
static void
push_episode (Fixture * f, const gchar * id)
{
  g_autofree gchar *start =
      g_strdup_printf ("score/episode-start, episode-id=(string)%s;", id);

  fixture_push_custom (f, start);
  fixture_push (f, 5);
  fixture_push_custom (f, "score/episode-end;");
}

/* Two wait where one may: the next frame does not pass. */
static Fixture *
new_full (void)
{
  Fixture *f = fixture_new ("max-queued-episodes", "1", NULL);

  fault_server_hold (f->server);
  push_episode (f, "one");
  push_episode (f, "two");
  fixture_wait_stat (f, "episodes-waiting", 2);
  return f;
}

static gboolean
is_full (Fixture * f)
{
  return fixture_get_stat (f, "episodes-waiting") == 2;
}

/* The pusher has reached the sink. */
static GstPadProbeReturn
arrived_cb (GstPad * pad, GstPadProbeInfo * info, gpointer arrived)
{
  g_atomic_int_set ((gint *) arrived, TRUE);
  return GST_PAD_PROBE_OK;
}

static GThread *
push_into_the_full (Fixture * f)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (f->sink, "sink");
  gint arrived = FALSE;
  gulong probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, arrived_cb,
      &arrived, NULL);
  GThread *pusher = fixture_push_one_elsewhere (f);

  while (!g_atomic_int_get (&arrived))
    g_thread_yield ();
  gst_pad_remove_probe (pad, probe);
  return pusher;
}

GST_START_TEST (test_a_full_queue_holds_the_input_back)
{
  g_autoptr (Fixture) f = new_full ();
  GThread *pusher = push_into_the_full (f);

  fail_unless_equals_uint64 (fixture_get_stat (f, "frames"), 10);
  fail_unless (is_full (f));
  fault_server_release (f->server);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (pusher)),
      GST_FLOW_OK);
  fail_unless (!is_full (f));
  fail_unless_equals_uint64 (fixture_get_stat (f, "frames"), 11);
  fixture_push_eos (f);
  fail_unless_equals_int (fixture_assert_each_once (f), 2);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-dropped"), 0);
}

GST_END_TEST;

GST_START_TEST (test_a_flush_frees_the_input)
{
  g_autoptr (Fixture) f = new_full ();
  GThread *pusher = push_into_the_full (f);

  assert_quick (gst_harness_push_event (f->harness,
          gst_event_new_flush_start ()));
  assert_quick (fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join
              (pusher)), GST_FLOW_FLUSHING));
  gst_harness_push_event (f->harness, gst_event_new_flush_stop (TRUE));
  fixture_push_segment (f);
  fault_server_release (f->server);
  fixture_push (f, 1);
  fixture_push_eos (f);
  fail_unless_equals_int (fixture_assert_each_once (f), 2);
}

GST_END_TEST;

GST_START_TEST (test_a_stop_frees_the_input)
{
  g_autoptr (Fixture) f = new_full ();
  GThread *pusher = push_into_the_full (f);

  assert_quick (gst_element_set_state (f->sink, __i__ == 0 ? GST_STATE_NULL :
          GST_STATE_READY));
  assert_quick (fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join
              (pusher)), GST_FLOW_FLUSHING));
  fail_unless_equals_int (fixture_assert_each_once (f), 2);
}

GST_END_TEST;

GST_START_TEST (test_a_pause_does_not_lose_the_frame)
{
  g_autoptr (Fixture) f = new_full ();
  GThread *pusher = push_into_the_full (f);

  for (guint i = 0; i < 10; i++) {
    assert_quick (gst_element_set_state (f->sink, GST_STATE_PAUSED));
    assert_quick (gst_element_set_state (f->sink, GST_STATE_PLAYING));
  }
  fail_unless (is_full (f));
  fault_server_release (f->server);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (pusher)),
      GST_FLOW_OK);
  fail_unless_equals_uint64 (fixture_get_stat (f, "frames"), 11);
}

GST_END_TEST;

/* Boundaries pass: only the frames of a next episode wait. */
GST_START_TEST (test_events_pass_a_full_queue)
{
  g_autoptr (Fixture) f = new_full ();

  assert_quick (fixture_push_custom (f, "score/episode-start;"));
  fail_unless (is_full (f));
  fault_server_release (f->server);
  fixture_push (f, 1);
  fixture_push_eos (f);
  fail_unless_equals_int (fixture_assert_each_once (f), 3);
}

GST_END_TEST;

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

/* Ids of the dropped among @n results, in the order of the alphabet. */
static gchar *
pop_dropped (Fixture * f, guint n)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GstScoreResult) result = fixture_pop_result (f);

    if (g_error_matches (gst_score_result_get_error (result), GST_SCORE_ERROR,
            GST_SCORE_ERROR_DROPPED))
      g_ptr_array_add (ids, g_strdup (gst_score_result_get_episode_id
              (result)));
    else
      assert_scored (result);
  }
  g_ptr_array_sort (ids, compare_ids);
  g_ptr_array_add (ids, NULL);
  return g_strjoinv (" ", (gchar **) ids->pdata);
}

/* Live video is never held up: the oldest goes. */
GST_START_TEST (test_live_input_drops_the_oldest)
{
  static const gchar *const ids[] = { "1", "2", "3", "4", "5" };
  g_autoptr (Fixture) f = fixture_new ("max-queued-episodes", "2", NULL);
  g_autofree gchar *dropped = NULL;

  gst_harness_set_live (f->harness, TRUE);
  fault_server_hold (f->server);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    assert_quick (push_episode (f, ids[i]));
  fixture_wait_stat (f, "episodes-dropped", 2);
  fault_server_release (f->server);
  fixture_push_eos (f);
  dropped = pop_dropped (f, 5);
  fail_unless_equals_string (dropped, "1 2");
  fail_unless_equals_int (fixture_count_results (f), 0);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-dropped"), 2);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-scored"), 3);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-failed"), 0);
}

GST_END_TEST;

GST_START_TEST (test_a_dropped_episode_is_complained_of)
{
  g_autoptr (Fixture) f = fixture_new ("max-queued-episodes", "1", NULL);
  g_autofree gchar *complaint = NULL;

  gst_harness_set_live (f->harness, TRUE);
  fault_server_hold (f->server);
  push_episode (f, "one");
  push_episode (f, "two");
  fixture_push (f, 1);
  push_episode (f, "three");
  complaint = fixture_pop_complaint (f, GST_MESSAGE_WARNING);
  fail_unless (strstr (complaint, "one") != NULL, "%s", complaint);
  fail_unless (strstr (complaint, "max-queued-episodes") != NULL, "%s",
      complaint);
}

GST_END_TEST;

GST_START_TEST (test_drain_timeout)
{
  g_autoptr (Fixture) f = fixture_new ("drain-timeout", "1", NULL);
  g_autofree gchar *complaint = NULL;
  gint64 start = g_get_monotonic_time ();
  guint n;

  fault_server_hold (f->server);
  push_episode (f, "one");
  push_episode (f, "two");
  fixture_push_eos (f);
  fail_unless (g_get_monotonic_time () - start >= G_USEC_PER_SEC);
  fail_unless (g_get_monotonic_time () - start < 5 * fixture_get_second ());
  complaint = fixture_pop_complaint (f, GST_MESSAGE_WARNING);
  fail_unless (strstr (complaint, "drain-timeout") != NULL, "%s", complaint);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-failed"), 2);
  gst_message_unref (fixture_pop (f, GST_MESSAGE_EOS));
  n = fixture_get_stat (f, "episodes-waiting");
  fail_unless_equals_int (n, 0);
}

GST_END_TEST;

GST_START_TEST (test_episode_timeout)
{
  g_autoptr (Fixture) f = fixture_new ("episode-timeout", "1", NULL);
  g_autoptr (GstScoreResult) late = NULL;
  g_autoptr (GstScoreResult) next = NULL;

  fault_server_hold (f->server);
  push_episode (f, "one");
  late = fixture_pop_result (f);
  assert_failed (late, GST_SCORE_ERROR_TIMEOUT);
  fail_unless (strstr (gst_score_result_get_error (late)->message,
          "episode-timeout") != NULL, "%s",
      gst_score_result_get_error (late)->message);
  fault_server_release (f->server);
  push_episode (f, "two");
  next = fixture_pop_result (f);
  assert_scored (next);
}

GST_END_TEST;

/* One error: the second episode does not post another. */
GST_START_TEST (test_on_error_fail)
{
  g_autoptr (Fixture) f = fixture_new ("on-error", "fail", "retries", "0",
      NULL);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  fault_server_always (f->server, FAULT_STATUS, "401");
  push_episode (f, "one");
  message = fixture_pop (f, GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_NOT_AUTHORIZED), "%s", error->message);
  fail_unless (strstr (error->message, "one") != NULL, "%s", error->message);
}

GST_END_TEST;

/* The result is there before the error that may end the program. */
GST_START_TEST (test_on_error_fail_gives_the_result_first)
{
  g_autoptr (Fixture) f = fixture_new ("on-error", "fail", "retries", "0",
      NULL);
  GstMessage *message;
  gboolean seen = FALSE;

  fault_server_always (f->server, FAULT_STATUS, "401");
  push_episode (f, "one");
  while (TRUE) {
    message = fixture_pop (f, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      break;
    seen |= gst_message_has_name (message, "score/episode");
    gst_message_unref (message);
  }
  gst_message_unref (message);
  fail_unless (seen);
}

GST_END_TEST;

#define N_EPISODES 20

GST_START_TEST (test_many_episodes_at_a_time)
{
  g_autoptr (Fixture) f = fixture_new ("max-queued-episodes", "100",
      "max-in-flight", "6", NULL);

  fault_server_hold (f->server);
  for (guint i = 0; i < N_EPISODES; i++) {
    g_autofree gchar *id = g_strdup_printf ("episode-%u", i);

    push_episode (f, id);
  }
  fixture_wait_stat (f, "episodes-waiting", N_EPISODES);
  fail_unless (fault_server_wait (f->server, FAULT_COUNT_BUSY, 6, NULL));
  fault_server_release (f->server);
  fixture_push_eos (f);
  fail_unless_equals_int (fixture_assert_each_once (f), N_EPISODES);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-scored"),
      N_EPISODES);
  fail_unless (fault_server_count (f->server, FAULT_COUNT_PEAK) <= 6);
  fail_unless (fault_server_count (f->server, FAULT_COUNT_CONNECTIONS) <= 6);
}

GST_END_TEST;

/* Of two dozen faults some hit and some do not: each episode still ends once. */
GST_START_TEST (test_many_episodes_and_faults)
{
  static const FaultKind kinds[] = { FAULT_RESET, FAULT_TRUNCATED, FAULT_EMPTY,
    FAULT_PROSE, FAULT_REFUSAL, FAULT_STATUS
  };
  g_autoptr (Fixture) f = fixture_new ("max-queued-episodes", "100",
      "object-cache", "false", NULL);

  for (guint i = 0; i < 24; i++) {
    fault_server_next (f->server, kinds[i % G_N_ELEMENTS (kinds)], NULL);
    fault_server_next_times (f->server, 2, FAULT_NONE, NULL);
  }
  for (guint i = 0; i < N_EPISODES; i++) {
    g_autofree gchar *id = g_strdup_printf ("episode-%u", i);

    push_episode (f, id);
  }
  fixture_push_eos (f);
  fail_unless_equals_int (fixture_assert_each_once (f), N_EPISODES);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-scored") +
      fixture_get_stat (f, "episodes-failed"), N_EPISODES);
}

GST_END_TEST;

/* Frames flow on while the server hangs. */
GST_START_TEST (test_a_hanging_server_does_not_hold_frames_up)
{
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);

  fault_server_always (f->server, FAULT_HANG, NULL);
  fixture_start (f);
  for (guint i = 0; i < 10; i++)
    assert_quick (fixture_push (f, 100));
  fail_unless_equals_uint64 (fixture_get_stat (f, "frames"), 1000);
}

GST_END_TEST;

static Suite *
sink_queue_suite (void)
{
  Suite *suite = suite_create ("sink-queue");
  TCase *tc = tcase_create ("queue");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_a_full_queue_holds_the_input_back);
  tcase_add_test (tc, test_a_flush_frees_the_input);
  tcase_add_loop_test (tc, test_a_stop_frees_the_input, 0, 2);
  tcase_add_test (tc, test_a_pause_does_not_lose_the_frame);
  tcase_add_test (tc, test_events_pass_a_full_queue);
  tcase_add_test (tc, test_live_input_drops_the_oldest);
  tcase_add_test (tc, test_a_dropped_episode_is_complained_of);
  tcase_add_test (tc, test_drain_timeout);
  tcase_add_test (tc, test_episode_timeout);
  tcase_add_test (tc, test_on_error_fail);
  tcase_add_test (tc, test_on_error_fail_gives_the_result_first);
  tcase_add_test (tc, test_many_episodes_at_a_time);
  tcase_add_test (tc, test_many_episodes_and_faults);
  tcase_add_test (tc, test_a_hanging_server_does_not_hold_frames_up);
  return suite;
}

GST_CHECK_MAIN (sink_queue);
