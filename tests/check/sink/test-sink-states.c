/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <string.h>

/* Where an episode stands when the element is stopped. */
typedef enum
{
  MOMENT_OPEN,                  /* frames came, nothing was asked yet */
  MOMENT_AT_ONCE,               /* EOS was pushed just now */
  MOMENT_ASKED,                 /* the server has the question */
  MOMENT_ANSWERING,             /* half of the answer has come */
  MOMENT_BACKING_OFF,           /* a retry waits */
  MOMENT_PAUSED_BY_SERVER,      /* everything waits */
  N_MOMENTS
} Moment;

static const struct
{
  FaultKind kind;
  const gchar *detail;
  FaultCount count;             /* of which one is waited for */
} moments[N_MOMENTS] = {
  [MOMENT_OPEN] = {FAULT_HANG, NULL, FAULT_N_COUNTS},
  [MOMENT_AT_ONCE] = {FAULT_HANG, NULL, FAULT_N_COUNTS},
  [MOMENT_ASKED] = {FAULT_HANG, NULL, FAULT_COUNT_REQUESTS},
  [MOMENT_ANSWERING] = {FAULT_HANG_BODY, NULL, FAULT_COUNT_ANSWERS},
  [MOMENT_BACKING_OFF] = {FAULT_STATUS, "500;Retry-After: 60",
      FAULT_COUNT_ANSWERS},
  [MOMENT_PAUSED_BY_SERVER] = {FAULT_STATUS, "503;Retry-After: 60",
      FAULT_COUNT_ANSWERS},
};

static Fixture *
new_fixture (FaultKind kind, const gchar * detail)
{
  Fixture *f = fixture_new_stopped ("retry-backoff-max", "60", NULL);

  fault_server_always (f->server, kind, detail);
  fixture_start (f);
  return f;
}

/* Comes back when EOS is being held back. */
static GThread *
begin_eos (Fixture * f)
{
  GThread *pusher = fixture_push_eos_elsewhere (f);

  fixture_wait_stat (f, "episodes-waiting", 1);
  return pusher;
}

static GThread *
reach (Fixture * f, Moment moment)
{
  GThread *pusher = NULL;

  fixture_push (f, 5);
  if (moment != MOMENT_OPEN)
    pusher = begin_eos (f);
  if (moments[moment].count != FAULT_N_COUNTS)
    fail_unless (fault_server_wait (f->server, moments[moment].count, 1, NULL));
  return pusher;
}

/* And nothing else: no EOS, since it was not the end, and no complaint. */
static void
assert_one_cancelled (Fixture * f)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (f->bus, GST_MESSAGE_ELEMENT |
              GST_MESSAGE_EOS | GST_MESSAGE_WARNING | GST_MESSAGE_ERROR))) {
    fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_ELEMENT);
    if (gst_message_has_name (message, "score/episode")) {
      g_autoptr (GstScoreResult) result =
          gst_score_message_parse_result (message, NULL);

      assert_failed (result, GST_SCORE_ERROR_CANCELLED);
      n++;
    }
    gst_message_unref (message);
  }
  fail_unless_equals_int (n, 1);
}

static void
stop_at (Moment moment, GstState state)
{
  g_autoptr (Fixture) f = new_fixture (moments[moment].kind,
      moments[moment].detail);
  GThread *pusher = reach (f, moment);

  assert_quick (gst_element_set_state (f->sink, state));
  if (pusher != NULL)
    fail_if (GPOINTER_TO_INT (g_thread_join (pusher)));
  assert_one_cancelled (f);
}

GST_START_TEST (test_null_at_any_moment)
{
  stop_at (__i__, GST_STATE_NULL);
}

GST_END_TEST;

GST_START_TEST (test_ready_at_any_moment)
{
  stop_at (__i__, GST_STATE_READY);
}

GST_END_TEST;

static void
let_play_again (Fixture * f)
{
  gst_harness_push_event (f->harness, gst_event_new_stream_start ("again"));
  gst_harness_set_src_caps_str (f->harness, FIXTURE_CAPS);
  fixture_push_segment (f);
}

GST_START_TEST (test_it_runs_again_after_a_stop)
{
  g_autoptr (Fixture) f = new_fixture (FAULT_HANG, NULL);
  GThread *pusher = reach (f, MOMENT_ASKED);

  gst_element_set_state (f->sink, __i__ == 0 ? GST_STATE_READY :
      GST_STATE_NULL);
  g_thread_join (pusher);
  assert_one_cancelled (f);
  fault_server_always (f->server, FAULT_NONE, NULL);
  for (guint run = 0; run < 3; run++) {
    g_autoptr (GstScoreResult) result = NULL;

    fail_unless_equals_int (gst_element_set_state (f->sink,
            GST_STATE_PLAYING), GST_STATE_CHANGE_SUCCESS);
    let_play_again (f);
    fixture_push (f, 5);
    fixture_push_eos (f);
    result = fixture_pop_result (f);
    assert_scored (result);
    fail_unless_equals_uint64 (fixture_get_stat (f, "episodes"), 1);
    gst_message_unref (fixture_pop (f, GST_MESSAGE_EOS));
    assert_quick (gst_element_set_state (f->sink, GST_STATE_READY));
  }
}

GST_END_TEST;

/* The settings of the next run are those of its start. */
GST_START_TEST (test_a_new_run_takes_new_settings)
{
  g_autoptr (Fixture) f = fixture_new ("model", "one", NULL);
  g_autoptr (GstScoreResult) one = NULL, other = NULL;

  fixture_push (f, 5);
  g_object_set (f->sink, "model", "other", NULL);
  fixture_push_eos (f);
  one = fixture_pop_result (f);
  gst_element_set_state (f->sink, GST_STATE_READY);
  gst_element_set_state (f->sink, GST_STATE_PLAYING);
  let_play_again (f);
  fixture_push (f, 5);
  fixture_push_eos (f);
  other = fixture_pop_result (f);
  fail_unless_equals_string (gst_score_result_get_model (one), "one");
  fail_unless_equals_string (gst_score_result_get_model (other), "other");
}

GST_END_TEST;

GST_START_TEST (test_paused_and_back_while_recording)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  GThread *pusher;

  fault_server_hold (f->server);
  fixture_push (f, 50);
  fail_unless (fault_server_wait (f->server, FAULT_COUNT_REQUESTS, 1, NULL));
  assert_quick (gst_element_set_state (f->sink, GST_STATE_PAUSED));
  pusher = fixture_push_one_elsewhere (f);
  assert_quick (gst_element_set_state (f->sink, GST_STATE_PLAYING));
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (pusher)),
      GST_FLOW_OK);
  fault_server_release (f->server);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (gst_score_result_get_n_frames (result), 51);
}

GST_END_TEST;

/* The server answers while the pipeline is paused: EOS waits for PLAYING. */
GST_START_TEST (test_paused_and_back_while_eos_waits)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  GThread *pusher;

  fault_server_hold (f->server);
  fixture_push (f, 5);
  pusher = begin_eos (f);
  for (guint i = 0; i < 10; i++) {
    assert_quick (gst_element_set_state (f->sink, GST_STATE_PAUSED));
    assert_quick (fail_unless (gst_element_get_state (f->sink, NULL, NULL,
                GST_CLOCK_TIME_NONE) != GST_STATE_CHANGE_FAILURE));
    if (i == 9) {
      fault_server_release (f->server);
      result = fixture_pop_result (f);
      fail_unless (gst_bus_pop_filtered (f->bus, GST_MESSAGE_EOS) == NULL);
    }
    assert_quick (gst_element_set_state (f->sink, GST_STATE_PLAYING));
  }
  assert_scored (result);
  fail_unless (GPOINTER_TO_INT (g_thread_join (pusher)));
  gst_message_unref (fixture_pop (f, GST_MESSAGE_EOS));
}

GST_END_TEST;

GST_START_TEST (test_null_while_paused_in_the_eos_wait)
{
  g_autoptr (Fixture) f = new_fixture (FAULT_HANG, NULL);
  GThread *pusher = reach (f, MOMENT_ASKED);

  assert_quick (gst_element_set_state (f->sink, GST_STATE_PAUSED));
  assert_quick (gst_element_set_state (f->sink, GST_STATE_NULL));
  fail_if (GPOINTER_TO_INT (g_thread_join (pusher)));
  assert_one_cancelled (f);
}

GST_END_TEST;

/* A closed episode survives a flush, an open one does not. */
GST_START_TEST (test_flush_while_eos_waits)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) before = NULL;
  g_autoptr (GstScoreResult) after = NULL;
  GThread *pusher;

  fault_server_hold (f->server);
  fixture_push (f, 5);
  pusher = begin_eos (f);
  assert_quick (gst_harness_push_event (f->harness,
          gst_event_new_flush_start ()));
  assert_quick (fail_if (GPOINTER_TO_INT (g_thread_join (pusher))));
  assert_quick (gst_harness_push_event (f->harness,
          gst_event_new_flush_stop (TRUE)));
  fixture_push_segment (f);
  fixture_push (f, 5);
  fault_server_release (f->server);
  before = fixture_pop_result (f);
  assert_scored (before);
  fixture_push_eos (f);
  after = fixture_pop_result (f);
  assert_scored (after);
  gst_message_unref (fixture_pop (f, GST_MESSAGE_EOS));
  fail_unless (gst_bus_pop_filtered (f->bus, GST_MESSAGE_EOS) == NULL);
}

GST_END_TEST;

/* What the flush dropped is told before EOS, too. */
GST_START_TEST (test_eos_right_after_a_flush)
{
  g_autoptr (Fixture) f = new_fixture (FAULT_HANG, NULL);
  g_autoptr (GstMessage) last = NULL;

  fixture_push (f, 50);
  fail_unless (fault_server_wait (f->server, FAULT_COUNT_REQUESTS, 1, NULL));
  gst_harness_push_event (f->harness, gst_event_new_flush_start ());
  gst_harness_push_event (f->harness, gst_event_new_flush_stop (TRUE));
  fixture_push_segment (f);
  fixture_push_eos (f);
  gst_message_unref (fixture_pop (f, GST_MESSAGE_ELEMENT));
  last = fixture_pop (f, GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS);
  fail_unless (gst_message_has_name (last, "score/episode"));
  gst_message_unref (fixture_pop (f, GST_MESSAGE_EOS));
}

GST_END_TEST;

GST_START_TEST (test_episodes_in_every_state_have_one_result_each)
{
  g_autoptr (Fixture) f = new_fixture (FAULT_NONE, NULL);
  guint n;

  for (guint i = 0; i < 2; i++) {
    fixture_push (f, 5);
    fixture_push_custom (f, "score/episode-end;");
    fixture_wait_stat (f, "episodes-scored", i + 1);
  }
  fault_server_always (f->server, FAULT_HANG, NULL);
  for (guint i = 0; i < 2; i++) {
    fixture_push (f, 5);
    fixture_push_custom (f, "score/episode-end;");
  }
  fixture_push (f, 1);
  assert_quick (gst_element_set_state (f->sink, GST_STATE_NULL));
  n = fixture_assert_each_once (f);
  fail_unless_equals_int (n, 5);
  fail_unless_equals_uint64 (fixture_get_stat (f, "frames"), 21);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes"), 5);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-scored"), 2);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-failed"), 3);
  fail_unless_equals_uint64 (fixture_get_stat (f, "episodes-waiting"), 0);
}

GST_END_TEST;

static void
stop_cb (GstElement * element, gpointer user_data)
{
  gst_element_set_state (element, GST_STATE_NULL);
}

/* The way an application may stop an element from within a message. */
static GstBusSyncReply
stop_on_result_cb (GstBus * bus, GstMessage * message, gpointer element)
{
  if (gst_message_has_name (message, "score/episode"))
    gst_element_call_async (element, stop_cb, NULL, NULL);
  return GST_BUS_PASS;
}

GST_START_TEST (test_stop_because_of_a_message)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  gint64 end = g_get_monotonic_time () + 10 * fixture_get_second ();

  gst_bus_set_sync_handler (f->bus, stop_on_result_cb, f->sink, NULL);
  fixture_push (f, 5);
  fixture_push_custom (f, "score/episode-end;");
  while (GST_STATE (f->sink) != GST_STATE_NULL) {
    fail_unless (g_get_monotonic_time () < end);
    g_thread_yield ();
  }
  fail_unless_equals_int (fixture_assert_each_once (f), 1);
  gst_bus_set_sync_handler (f->bus, NULL, NULL, NULL);
}

GST_END_TEST;

/* While the beginning is being told, the end comes; the one that listens waits
 * for the result, which may not overtake. */
static GstBusSyncReply
end_at_the_start_cb (GstBus * bus, GstMessage * message, gpointer data)
{
  Fixture *f = data;
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC / 5;

  if (gst_message_has_name (message, "score/episode-started")) {
    g_signal_emit_by_name (f->sink, "end-episode", NULL);
    while (fixture_get_stat (f, "episodes-scored") == 0 &&
        g_get_monotonic_time () < end)
      g_thread_yield ();
  }
  return GST_BUS_PASS;
}

GST_START_TEST (test_the_start_is_told_before_the_end)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);

  gst_bus_set_sync_handler (f->bus, end_at_the_start_cb, f, NULL);
  fixture_push (f, 1);
  fixture_wait_stat (f, "episodes-scored", 1);
  fixture_push_eos (f);
  gst_bus_set_sync_handler (f->bus, NULL, NULL, NULL);
  fail_unless_equals_int (fixture_assert_each_once (f), 1);
}

GST_END_TEST;

static GstBusSyncReply
stop_at_once_cb (GstBus * bus, GstMessage * message, gpointer element)
{
  if (gst_message_has_name (message, "score/episode"))
    fail_unless_equals_int (gst_element_set_state (element, GST_STATE_NULL),
        GST_STATE_CHANGE_FAILURE);
  return GST_BUS_PASS;
}

static gboolean
expect_own_thread (const gchar * domain, GLogLevelFlags level,
    const gchar * text, gpointer user_data)
{
  g_atomic_int_inc ((gint *) user_data);
  return TRUE;
}

/* The thread cannot wait for itself; it says so and does not hang. */
GST_START_TEST (test_a_stop_from_the_own_thread_is_refused)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  GRegex *regex = g_regex_new ("its own thread", 0, 0, NULL);
  gint n_said = 0;
  GstCheckLogFilter *filter = gst_check_add_log_filter (NULL,
      G_LOG_LEVEL_WARNING, regex, expect_own_thread, &n_said, NULL);

  gst_bus_set_sync_handler (f->bus, stop_at_once_cb, f->sink, NULL);
  fixture_push (f, 5);
  fixture_push_custom (f, "score/episode-end;");
  gst_score_result_unref (fixture_pop_result (f));
  gst_bus_set_sync_handler (f->bus, NULL, NULL, NULL);
  fail_unless_equals_int (g_atomic_int_get (&n_said), 1);
  assert_quick (fail_unless_equals_int (gst_element_set_state (f->sink,
              GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS));
  gst_check_remove_log_filter (filter);
}

GST_END_TEST;

/* A whole pipeline, stopped and thrown away while EOS is pending. */
static GstElement *
make_pipeline (Fixture * f, const gchar * source)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line = g_strdup_printf ("%s ! scoresink name=sink "
      "task=stack model=fault-model base-url=%s retry-backoff-factor=0.001",
      source, fault_server_get_base_url (f->server));
  GstElement *pipeline = gst_parse_launch (line, &error);

  g_assert_no_error (error);
  return pipeline;
}

#define SOURCE "scoretestsrc num-episodes=1 episode-duration=1000000000 ! " \
    "video/x-raw,width=64,height=48,framerate=10/1"

GST_START_TEST (test_a_pipeline_is_thrown_away_while_eos_waits)
{
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);
  GstElement *pipeline = make_pipeline (f, SOURCE);

  fault_server_hold (f->server);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless (fault_server_wait (f->server, FAULT_COUNT_REQUESTS, 1, NULL));
  assert_quick (gst_element_set_state (pipeline, GST_STATE_NULL));
  gst_check_object_destroyed_on_unref (pipeline);
}

GST_END_TEST;

static guint
count_episodes (GstBus * bus, GstScoreError code, guint * n_coded)
{
  guint n = 0;
  GstMessage *message;

  while ((message = gst_bus_timed_pop_filtered (bus, 10 * GST_SECOND,
              GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS | GST_MESSAGE_ERROR))) {
    gboolean over = GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT;

    fail_unless (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR);
    if (gst_message_has_name (message, "score/episode")) {
      g_autoptr (GstScoreResult) result =
          gst_score_message_parse_result (message, NULL);

      n++;
      *n_coded += g_error_matches (gst_score_result_get_error (result),
          GST_SCORE_ERROR, code);
    }
    gst_message_unref (message);
    if (over)
      return n;
  }
  fail ("no EOS");
  return n;
}

#define LONG_SOURCE "videotestsrc num-buffers=600 ! " \
    "video/x-raw,width=64,height=48,framerate=10/1"

GST_START_TEST (test_seek_while_scoring)
{
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);
  GstElement *pipeline = make_pipeline (f, LONG_SOURCE);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  guint n_dropped = 0, n;

  fault_server_hold (f->server);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless (fault_server_wait (f->server, FAULT_COUNT_REQUESTS, 1, NULL));
  for (guint i = 0; i < 5; i++) {
    gboolean done = FALSE;

    assert_quick (done = gst_element_seek_simple (pipeline, GST_FORMAT_TIME,
            GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, i * GST_SECOND));
    fail_unless (done);
  }
  fault_server_release (f->server);
  n = count_episodes (bus, GST_SCORE_ERROR_DROPPED, &n_dropped);
  fail_unless (n >= 1 && n <= 6, "%u", n);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_check_object_destroyed_on_unref (pipeline);
}

GST_END_TEST;

static void
seek_to_the_first_second (GstElement * pipeline)
{
  fail_unless (gst_element_seek (pipeline, 1.0, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET,
          GST_SECOND));
}

GST_START_TEST (test_seek_after_the_end_makes_a_new_episode)
{
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);
  GstElement *pipeline = make_pipeline (f, LONG_SOURCE);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  guint n_dropped = 0, n;

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  gst_element_get_state (pipeline, NULL, NULL, 10 * GST_SECOND);
  seek_to_the_first_second (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  /* The frame of the preroll began one that the seek dropped. */
  n = count_episodes (bus, GST_SCORE_ERROR_DROPPED, &n_dropped);
  fail_unless_equals_int (n - n_dropped, 1);
  for (guint i = 0; i < 3; i++) {
    seek_to_the_first_second (pipeline);
    fail_unless_equals_int (count_episodes (bus, GST_SCORE_ERROR_DROPPED,
            &n_dropped), 1);
  }
  fail_unless (n_dropped <= 1);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_check_object_destroyed_on_unref (pipeline);
}

GST_END_TEST;

/* In a pipeline the sink prerolls as every sink does. */
GST_START_TEST (test_a_pipeline_prerolls_and_pauses)
{
  g_autoptr (Fixture) f = fixture_new_stopped (NULL, NULL);
  GstElement *pipeline = make_pipeline (f, SOURCE);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  guint n_dropped = 0;

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL,
          10 * GST_SECOND), GST_STATE_CHANGE_SUCCESS);
  for (guint i = 0; i < 5; i++) {
    assert_quick (gst_element_set_state (pipeline, GST_STATE_PLAYING));
    assert_quick (gst_element_set_state (pipeline, GST_STATE_PAUSED));
    fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL,
            10 * GST_SECOND), GST_STATE_CHANGE_SUCCESS);
  }
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless_equals_int (count_episodes (bus, GST_SCORE_ERROR_DROPPED,
          &n_dropped), 1);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_check_object_destroyed_on_unref (pipeline);
}

GST_END_TEST;

static Suite *
sink_states_suite (void)
{
  Suite *suite = suite_create ("sink-states");
  TCase *tc = tcase_create ("states");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_null_at_any_moment, 0, N_MOMENTS);
  tcase_add_loop_test (tc, test_ready_at_any_moment, 0, N_MOMENTS);
  tcase_add_loop_test (tc, test_it_runs_again_after_a_stop, 0, 2);
  tcase_add_test (tc, test_a_new_run_takes_new_settings);
  tcase_add_test (tc, test_paused_and_back_while_recording);
  tcase_add_test (tc, test_paused_and_back_while_eos_waits);
  tcase_add_test (tc, test_null_while_paused_in_the_eos_wait);
  tcase_add_test (tc, test_flush_while_eos_waits);
  tcase_add_test (tc, test_eos_right_after_a_flush);
  tcase_add_test (tc, test_episodes_in_every_state_have_one_result_each);
  tcase_add_test (tc, test_stop_because_of_a_message);
  tcase_add_test (tc, test_the_start_is_told_before_the_end);
  tcase_add_test (tc, test_a_stop_from_the_own_thread_is_refused);
  tcase_add_test (tc, test_a_pipeline_is_thrown_away_while_eos_waits);
  tcase_add_test (tc, test_seek_while_scoring);
  tcase_add_test (tc, test_seek_after_the_end_makes_a_new_episode);
  tcase_add_test (tc, test_a_pipeline_prerolls_and_pauses);
  return suite;
}

GST_CHECK_MAIN (sink_states);
