/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstHarness, gst_harness_teardown);

static GstHarness *
live_harness_new (void)
{
  GstHarness *h = gst_harness_new_with_padnames ("scoretestsrc", NULL, "src");

  g_object_set (h->element, "is-live", TRUE, NULL);
  gst_harness_set_sink_caps_str (h,
      "video/x-raw,width=96,height=54,framerate=30/1");
  gst_harness_use_testclock (h);
  gst_harness_play (h);
  return h;
}

GST_START_TEST (test_live_frames_come_by_the_clock)
{
  g_autoptr (GstHarness) h = live_harness_new ();
  g_autoptr (GstQuery) query = gst_query_new_seeking (GST_FORMAT_TIME);
  gboolean seekable = TRUE;

  for (guint i = 0; i < 5; i++) {
    GstClockTime time = gst_util_uint64_scale (i, GST_SECOND, 30);
    g_autoptr (GstBuffer) buffer = NULL;

    fail_unless (gst_harness_wait_for_clock_id_waits (h, 1, 20));
    fail_unless_equals_int (gst_harness_buffers_in_queue (h), 0);
    fail_unless (gst_harness_crank_single_clock_wait (h));
    buffer = gst_harness_pull (h);
    fail_unless (buffer != NULL);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), time);
    fail_unless (gst_clock_get_time (GST_ELEMENT_CLOCK (h->element)) >= time);
  }
  fail_unless (gst_element_query (h->element, query));
  gst_query_parse_seeking (query, NULL, &seekable, NULL, NULL);
  fail_if (seekable);
}

GST_END_TEST;

/* Frames of another rate go on where those of the first came to. */
GST_START_TEST (test_framerate_may_change)
{
  g_autoptr (GstHarness) h = live_harness_new ();
  GstClockTime next = 0;
  gboolean slower = FALSE;

  for (guint i = 0; i < 8 && !slower; i++) {
    g_autoptr (GstBuffer) buffer = NULL;

    if (i == 3)
      gst_harness_set_sink_caps_str (h,
          "video/x-raw,width=64,height=64,framerate=10/1");
    fail_unless (gst_harness_wait_for_clock_id_waits (h, 1, 20));
    fail_unless (gst_harness_crank_single_clock_wait (h));
    buffer = gst_harness_pull (h);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), next);
    next = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
    slower = GST_BUFFER_DURATION (buffer) == GST_SECOND / 10;
  }
  fail_unless (slower);
}

GST_END_TEST;

/* An element that waits for the clock must stop at once. */
GST_START_TEST (test_live_stops_while_it_waits)
{
  g_autoptr (GstHarness) h = live_harness_new ();

  fail_unless (gst_harness_wait_for_clock_id_waits (h, 1, 20));
  fail_unless_equals_int (gst_element_set_state (h->element, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  fail_unless_equals_int (gst_harness_buffers_in_queue (h), 0);
}

GST_END_TEST;

static Suite *
live_test_src_suite (void)
{
  Suite *suite = suite_create ("scoretestsrc live");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_live_frames_come_by_the_clock);
  tcase_add_test (tcase, test_framerate_may_change);
  tcase_add_test (tcase, test_live_stops_while_it_waits);
  return suite;
}

GST_CHECK_MAIN (live_test_src);
