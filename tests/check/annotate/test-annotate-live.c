/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "frames.h"

/* Whatever the server does, a frame is out when its push returns; it is the
 * very buffer that came, and so are its pixels. */
GST_START_TEST (frames_leave_in_the_same_push)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "live", NULL);

  fault_server_hold (fixture->server);
  for (guint i = 0; i < 40; i++) {
    GstBuffer *buffer = fixture_make_frame (fixture), *out;
    GstMemory *memory = gst_buffer_peek_memory (buffer, 0);

    fail_unless_equals_int (gst_harness_push (fixture->harness, buffer),
        GST_FLOW_OK);
    out = gst_harness_try_pull (fixture->harness);
    fail_unless (out == buffer, "a copy");
    fail_unless (gst_buffer_peek_memory (out, 0) == memory);
    assert_status (out, GST_SCORE_META_PENDING);
    fail_unless_equals_string (gst_score_meta_get_task (gst_score_meta_get
            (out)), "put the banana in the bowl");
    gst_buffer_unref (out);
  }
  fault_server_release (fixture->server);
}

GST_END_TEST;

/* A buffer that somebody else holds too is not written to; only its shell is
 * copied. */
GST_START_TEST (shared_frames_keep_their_pixels)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "live", NULL);
  g_autoptr (GstBuffer) buffer = fixture_make_frame (fixture);
  g_autoptr (GstBuffer) out = NULL;

  fail_unless_equals_int (gst_harness_push (fixture->harness,
          gst_buffer_ref (buffer)), GST_FLOW_OK);
  out = gst_harness_try_pull (fixture->harness);
  fail_unless (out != buffer);
  fail_unless (gst_buffer_peek_memory (out, 0) ==
      gst_buffer_peek_memory (buffer, 0));
  assert_no_meta (buffer);
  assert_status (out, GST_SCORE_META_PENDING);
}

GST_END_TEST;

/* Results come after their frames: said on the bus, and counted. */
GST_START_TEST (late_results_are_posted_and_the_next_episode_is_pending)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "live",
      "episode-duration", "1000000000", NULL);
  g_autoptr (GstMessage) message = NULL;
  guint n_late = 0;

  fixture_push (fixture, 15);
  fixture_wait_stat (fixture, "results-late", 1);
  fixture_push (fixture, 2);
  for (guint i = 0; i < 17; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_try_pull (fixture->harness);

    assert_status (buffer, GST_SCORE_META_PENDING);
  }
  fixture_push_eos (fixture);
  while ((message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ELEMENT))) {
    n_late += gst_message_has_name (message, "score/late");
    gst_clear_message (&message);
  }
  fail_unless_equals_int (n_late, 2);
}

GST_END_TEST;

/* The last episode is not lost. */
GST_START_TEST (eos_waits_for_the_last_result)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "live", NULL);
  g_autoptr (GstScoreResult) result = NULL;
  GThread *thread;

  fault_server_hold (fixture->server);
  fixture_push (fixture, 6);
  thread = fixture_push_eos_elsewhere (fixture);
  fixture_wait_stat (fixture, "episodes-waiting", 1);
  fault_server_release (fixture->server);
  fail_unless (GPOINTER_TO_INT (g_thread_join (thread)));
  result = fixture_pop_result (fixture);
  assert_scored (result);
}

GST_END_TEST;

/* Without asking, a frame that must not wait makes room. */
GST_START_TEST (a_full_queue_drops_the_oldest)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "live",
      "max-queued-episodes", "1", "episode-duration", "200000000", NULL);

  fault_server_hold (fixture->server);
  assert_quick (fixture_push (fixture, 20));
  fixture_wait_stat (fixture, "episodes-dropped", 3);
  fault_server_release (fixture->server);
}

GST_END_TEST;

static void
check_auto (gboolean live)
{
  g_autoptr (Fixture) fixture = fixture_new_of ("scoreannotate", "mode", "auto",
      NULL);
  g_autoptr (GstBuffer) buffer = NULL;

  fixture_start (fixture);
  gst_harness_set_live (fixture->harness, live);
  fixture_push (fixture, 3);
  buffer = gst_harness_try_pull (fixture->harness);
  fail_unless_equals_int (buffer != NULL, live);
}

GST_START_TEST (auto_follows_upstream)
{
  check_auto (TRUE);
  check_auto (FALSE);
}

GST_END_TEST;

/* What the application marks goes downstream before the next frame. */
GST_START_TEST (marks_of_the_application_go_downstream)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "live", NULL);
  GstEvent *event;
  guint n = 0;

  fixture_push (fixture, 1);
  g_signal_emit_by_name (fixture->sink, "start-episode", "open the drawer",
      "seven");
  fixture_push (fixture, 1);
  while ((event = gst_harness_try_pull_event (fixture->harness)) != NULL) {
    const GstStructure *s = gst_event_get_structure (event);

    if (GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM) {
      fail_unless (gst_structure_has_name (s, "score/episode-start"));
      fail_unless_equals_string (gst_structure_get_string (s, "task"),
          "open the drawer");
      fail_unless_equals_string (gst_structure_get_string (s, "episode-id"),
          "seven");
      n++;
    }
    gst_event_unref (event);
  }
  fail_unless_equals_int (n, 1);
}

GST_END_TEST;

GST_START_TEST (only_what_can_be_sampled_is_accepted)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "live", NULL);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (fixture->sink, "sink");
  g_autoptr (GstCaps) h264 = gst_caps_from_string ("video/x-h264");
  g_autoptr (GstCaps) jpeg = gst_caps_from_string
      ("image/jpeg,width=64,height=48");
  g_autoptr (GstCaps) raw = gst_caps_from_string (FIXTURE_CAPS);
  g_autoptr (GstCaps) known = gst_pad_query_caps (sink, NULL);

  fail_if (gst_pad_query_accept_caps (sink, h264));
  fail_unless (gst_pad_query_accept_caps (sink, jpeg));
  fail_unless (gst_pad_query_accept_caps (sink, raw));
  fail_unless (gst_caps_can_intersect (known, raw));
  fail_if (gst_caps_can_intersect (known, h264));
}

GST_END_TEST;

/* Elements that are not installed are not tested. */
static gboolean
is_there (const gchar * elements)
{
  g_auto (GStrv) words = g_strsplit (elements, " ", 2);
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (words[0]);

  if (factory == NULL)
    g_message ("there is no %s here: not tested", words[0]);
  return factory != NULL;
}

/* Which elements keep the meta: of thirty frames. */
static void
check_survival (const gchar * elements, guint n_frames)
{
  g_autofree gchar *line = g_strdup_printf ("videotestsrc num-buffers=30 ! "
      "video/x-raw,format=I420,width=64,height=48,framerate=30/1 ! "
      "scoreannotate mode=live name=a task=t model=m "
      "base-url=http://127.0.0.1:1/v1 retries=0 ! %s ! "
      "appsink name=s sync=false", elements);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstElement) sink = NULL;
  GstSample *sample;
  guint n = 0;

  fail_unless (error == NULL, "%s: %s", elements, error ? error->message : "");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (TRUE) {
    g_signal_emit_by_name (sink, "pull-sample", &sample);
    if (sample == NULL)
      break;
    n += gst_score_meta_get (gst_sample_get_buffer (sample)) != NULL;
    gst_sample_unref (sample);
  }
  fail_unless (n == n_frames, "%s: %u metas, not %u", elements, n, n_frames);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static const struct
{
  const gchar *elements;
  guint n_frames;
} survivals[] = {
  {"queue", 30},
  {"textoverlay text=a", 30},
  {"timeoverlay", 30},
  {"videobalance contrast=0.5", 30},
  {"videoflip method=clockwise", 30},
  {"videoconvert ! video/x-raw,format=RGB", 30},
  {"videoscale ! video/x-raw,width=32", 30},
  {"videocrop left=8", 30},
  {"videoconvert ! alpha method=green", 30},
  {"videorate ! video/x-raw,framerate=60/1", 58},
  {"videorate ! video/x-raw,framerate=10/1", 11},
  {"x264enc tune=zerolatency", 30},
  {"x264enc ! h264parse ! avdec_h264", 30},
  {"jpegenc", 30},
  {"jpegenc ! jpegdec", 30},
  {"theoraenc", 30},
  {"vp8enc deadline=1", 30},
  {"compositor", 0},
};

GST_START_TEST (the_meta_survives)
{
  if (is_there (survivals[__i__].elements))
    check_survival (survivals[__i__].elements, survivals[__i__].n_frames);
}

GST_END_TEST;

static Suite *
annotate_live_suite (void)
{
  Suite *s = suite_create ("annotate-live");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, frames_leave_in_the_same_push);
  tcase_add_test (tc, shared_frames_keep_their_pixels);
  tcase_add_test (tc, late_results_are_posted_and_the_next_episode_is_pending);
  tcase_add_test (tc, eos_waits_for_the_last_result);
  tcase_add_test (tc, a_full_queue_drops_the_oldest);
  tcase_add_test (tc, auto_follows_upstream);
  tcase_add_test (tc, marks_of_the_application_go_downstream);
  tcase_add_test (tc, only_what_can_be_sampled_is_accepted);
  tcase_add_loop_test (tc, the_meta_survives, 0, G_N_ELEMENTS (survivals));
  return s;
}

GST_CHECK_MAIN (annotate_live);
