/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

/* The leaks tracer of the environment; every test ends by asking it. */
static GstTracer *
find_leaks_tracer (void)
{
  GList *tracers = gst_tracing_get_active_tracers ();
  GstTracer *found = NULL;

  for (GList * item = tracers; item != NULL; item = item->next) {
    if (g_strcmp0 (G_OBJECT_TYPE_NAME (item->data), "GstLeaksTracer") == 0)
      found = gst_object_ref (item->data);
  }
  g_list_free_full (tracers, gst_object_unref);
  fail_unless (found != NULL, "GST_TRACERS=leaks is not set");
  return found;
}

/* What is never meant to outlive its pipeline. Caps of templates, factories
 * and the like live as long as the process. */
static gboolean
is_mortal (GType type)
{
  return g_type_is_a (type, GST_TYPE_ELEMENT) ||
      g_type_is_a (type, GST_TYPE_PAD) || g_type_is_a (type, GST_TYPE_BUS) ||
      type == GST_TYPE_BUFFER || type == GST_TYPE_EVENT ||
      type == GST_TYPE_MESSAGE || type == GST_TYPE_SAMPLE ||
      type == GST_TYPE_MEMORY;
}

/* The tracer lends its objects without a reference, so the answer must never
 * be freed. */
static const GValue *
list_living (void)
{
  static GPtrArray *answers = NULL;
  GstTracer *tracer = find_leaks_tracer ();
  GstStructure *info = NULL;

  if (answers == NULL)
    answers = g_ptr_array_new ();
  g_signal_emit_by_name (tracer, "get-live-objects", &info);
  fail_unless (info != NULL);
  g_ptr_array_add (answers, info);
  gst_object_unref (tracer);
  return gst_structure_get_value (info, "live-objects-list");
}

static void
assert_nothing_lives (void)
{
  const GValue *list = list_living ();

  for (guint i = 0; i < gst_value_list_get_size (list); i++) {
    const GstStructure *one =
        gst_value_get_structure (gst_value_list_get_value (list, i));
    const GValue *object = gst_structure_get_value (one, "object");

    fail_if (is_mortal (G_VALUE_TYPE (object)), "%s still lives",
        G_VALUE_TYPE_NAME (object));
    if (G_VALUE_HOLDS_OBJECT (object))
      fail_if (is_mortal (G_OBJECT_TYPE (g_value_get_object (object))),
          "%s still lives", G_OBJECT_TYPE_NAME (g_value_get_object (object)));
  }
}

/* The check can fail. */
GST_START_TEST (test_the_tracer_sees_a_buffer)
{
  GstBuffer *buffer = gst_buffer_new ();
  const GValue *list = list_living ();
  gboolean found = FALSE;

  for (guint i = 0; i < gst_value_list_get_size (list); i++) {
    const GstStructure *one =
        gst_value_get_structure (gst_value_list_get_value (list, i));

    found |= is_mortal (G_VALUE_TYPE (gst_structure_get_value (one, "object")));
  }
  fail_unless (found);
  gst_buffer_unref (buffer);
  assert_nothing_lives ();
}

GST_END_TEST;

static void
run_episode (FaultKind kind, gboolean wait)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("retries", "0", NULL);

  fault_server_always (f->server, kind, NULL);
  fixture_start (f);
  fixture_push (f, 25);
  fixture_push_custom (f, "score/episode-end;");
  if (wait)
    gst_score_result_unref (fixture_pop_result (f));
  else
    fail_unless (fault_server_wait (f->server, FAULT_COUNT_REQUESTS, 1, NULL));
  fixture_push (f, 3);
}

static const struct
{
  FaultKind kind;
  gboolean wait;
} runs[] = {
  {FAULT_NONE, TRUE}, {FAULT_STATUS, TRUE}, {FAULT_RESET, TRUE},
  {FAULT_PROSE, TRUE}, {FAULT_HANG, FALSE}, {FAULT_HANG_BODY, FALSE},
};

GST_START_TEST (test_nothing_leaks)
{
  run_episode (runs[__i__].kind, runs[__i__].wait);
  assert_nothing_lives ();
}

GST_END_TEST;

GST_START_TEST (test_nothing_leaks_of_a_failed_start)
{
  Fixture *f = fixture_new_stopped ("api-key", "a\nb", NULL);

  gst_element_set_state (f->sink, GST_STATE_PLAYING);
  fixture_free (f);
  assert_nothing_lives ();
}

GST_END_TEST;

/* A stop takes what the pad knows of the stream, so it is told each time. */
static void
push_stream (gpointer thread, gpointer data)
{
  Fixture *f = data;
  g_autoptr (GstCaps) caps = gst_caps_from_string (FIXTURE_CAPS);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (f->harness, gst_event_new_stream_start ("stress"));
  gst_harness_push_event (f->harness, gst_event_new_caps (caps));
  gst_harness_push_event (f->harness, gst_event_new_segment (&segment));
  for (guint i = 0; i < 50; i++)
    fixture_push_one (f);
}

/* Unless the stop comes between. */
static void
ignore_early_frames (void)
{
  GRegex *regex = g_regex_new ("Got data flow before", 0, 0, NULL);

  gst_check_add_log_filter ("GStreamer", G_LOG_LEVEL_WARNING, regex, NULL,
      NULL, NULL);
}

static GstEvent *
make_event (GstEventType type, const gchar * name)
{
  return gst_event_new_custom (type, gst_structure_new_empty (name));
}

/* What the threads do for a second, as upstream's stress tests. */
static void
stress (Fixture * f, gboolean states)
{
  GstHarness *h = f->harness;
  g_autoptr (GstEvent) end = make_event (GST_EVENT_CUSTOM_DOWNSTREAM,
      "score/episode-end");
  g_autoptr (GstEvent) start = make_event (GST_EVENT_CUSTOM_DOWNSTREAM_OOB,
      "score/episode-start");
  g_auto (GValue) task = G_VALUE_INIT;
  GstHarnessThread *threads[6];
  guint n = 0;

  g_value_init (&task, G_TYPE_STRING);
  g_value_set_string (&task, "another task");
  threads[n++] = gst_harness_stress_custom_start (h, NULL, push_stream, f, 0);
  threads[n++] = gst_harness_stress_property_start_full (h, "task", &task, 100);
  threads[n++] = gst_harness_stress_push_event_start_full (h, end, 2000);
  threads[n++] = gst_harness_stress_push_event_start_full (h, start, 3000);
  if (states)
    threads[n++] = gst_harness_stress_statechange_start_full (h, 5000);
  g_usleep (G_USEC_PER_SEC);
  while (n > 0)
    gst_harness_stress_thread_stop (threads[--n]);
}

static void
stress_and_check (gboolean live, gboolean states)
{
  Fixture *f = fixture_new ("max-queued-episodes", "2", "retries", "1", NULL);

  gst_harness_set_live (f->harness, live);
  for (guint i = 0; i < 200; i++) {
    fault_server_next (f->server, FAULT_NONE, NULL);
    fault_server_next (f->server, FAULT_RESET, NULL);
    fault_server_next (f->server, FAULT_STATUS, "500");
    fault_server_next (f->server, FAULT_PROSE, NULL);
  }
  if (states)
    ignore_early_frames ();
  stress (f, states);
  gst_element_set_state (f->sink, GST_STATE_NULL);
  fail_unless (fixture_assert_each_once (f) > 0);
  fixture_free (f);
  assert_nothing_lives ();
}

GST_START_TEST (test_stress)
{
  stress_and_check (__i__ & 1, __i__ & 2);
}

GST_END_TEST;

/* Signals and stats from threads of their own meanwhile. */
static gpointer
signal_thread (gpointer data)
{
  Fixture *f = data;

  for (guint i = 0; i < 500; i++) {
    g_signal_emit_by_name (f->sink, "start-episode", "signal", NULL);
    fixture_get_stat (f, "frames");
    g_signal_emit_by_name (f->sink, "end-episode", "success");
  }
  return NULL;
}

GST_START_TEST (test_stress_signals)
{
  Fixture *f = fixture_new ("max-queued-episodes", "10000", NULL);
  GThread *threads[3];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("signals", signal_thread, f);
  fixture_push (f, 1000);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  gst_element_set_state (f->sink, GST_STATE_NULL);
  fixture_count_results (f);
  fixture_free (f);
  assert_nothing_lives ();
}

GST_END_TEST;

static gpointer
flush_thread (gpointer data)
{
  Fixture *f = data;
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  for (guint i = 0; i < 300; i++) {
    gst_harness_push_event (f->harness, gst_event_new_flush_start ());
    gst_harness_push_event (f->harness, gst_event_new_flush_stop (TRUE));
    gst_harness_push_event (f->harness, gst_event_new_segment (&segment));
  }
  return NULL;
}

GST_START_TEST (test_stress_flushes)
{
  Fixture *f = fixture_new (NULL, NULL);
  GThread *thread;

  ignore_early_frames ();
  thread = g_thread_new ("flushes", flush_thread, f);
  for (guint i = 0; i < 2000; i++)
    fixture_push_one (f);
  g_thread_join (thread);
  fixture_push (f, 5);
  gst_element_set_state (f->sink, GST_STATE_NULL);
  fail_unless (fixture_assert_each_once (f) > 0);
  fixture_free (f);
  assert_nothing_lives ();
}

GST_END_TEST;

static Suite *
sink_stress_suite (void)
{
  Suite *suite = suite_create ("sink-stress");
  TCase *tc = tcase_create ("stress");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_the_tracer_sees_a_buffer);
  tcase_add_loop_test (tc, test_nothing_leaks, 0, G_N_ELEMENTS (runs));
  tcase_add_test (tc, test_nothing_leaks_of_a_failed_start);
  tcase_add_loop_test (tc, test_stress, 0, 4);
  tcase_add_test (tc, test_stress_signals);
  tcase_add_test (tc, test_stress_flushes);
  return suite;
}

GST_CHECK_MAIN (sink_stress);
