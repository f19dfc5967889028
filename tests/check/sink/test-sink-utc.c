/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

/* What time of day samples are of. */

#define UTC_2026 (G_GUINT64_CONSTANT (1767225600) * GST_SECOND)
#define NTP_TO_UNIX (G_GUINT64_CONSTANT (2208988800) * GST_SECOND)
#define BASE_TIME (100 * GST_SECOND)

static const gchar *const factories[] = { "scoresink", "scoreannotate" };

/* Between a live or another source and a clock that stands still. */
static Fixture *
start (const gchar * factory, gboolean live, GstClockTime now)
{
  Fixture *f = fixture_new_of (factory, NULL, NULL);

  if (g_str_equal (factory, "scoreannotate"))
    gst_util_set_object_arg (G_OBJECT (f->sink), "mode", "live");
  fixture_start (f);
  gst_harness_set_live (f->harness, live);
  gst_harness_use_testclock (f->harness);
  fail_unless (gst_harness_set_time (f->harness, now));
  gst_element_set_base_time (f->sink, BASE_TIME);
  return f;
}

static void
push_stamped (Fixture * f, const gchar * caps_name, GstClockTime time)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple (caps_name);
  GstBuffer *buffer = fixture_make_frame (f);

  gst_buffer_add_reference_timestamp_meta (buffer, caps, time,
      GST_CLOCK_TIME_NONE);
  fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
}

static GstScoreResult *
finish (Fixture * f)
{
  GstScoreResult *result;

  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless (gst_score_result_get_n_samples (result) >= 2);
  return result;
}

static GstClockTime
get_utc (GstScoreResult * result, guint sample)
{
  return gst_score_result_get_sample (result, sample)->utc_time;
}

static GstClockTime
get_last_utc (GstScoreResult * result)
{
  return get_utc (result, gst_score_result_get_n_samples (result) - 1);
}

/* That running time 0 was when the clock showed the base time. */
static void
assert_by_clock (GstClockTime utc, GstClockTime running_time, GstClockTime now,
    gint64 before)
{
  gint64 after = g_get_real_time ();
  GstClockTimeDiff read = utc - running_time - BASE_TIME + now;

  fail_unless (read >= before * 1000 && read <= (after + 1) * 1000,
      "%" G_GINT64_FORMAT " is not between %" G_GINT64_FORMAT " and %"
      G_GINT64_FORMAT, read, before * 1000, after * 1000);
}

static const struct
{
  const gchar *caps;
  GstClockTime stamp;
} stamps[] = {
  {"timestamp/x-unix", UTC_2026}, {"timestamp/x-ntp", UTC_2026 + NTP_TO_UNIX},
};

/* A live source has the clock, too: the stamp comes first. */
GST_START_TEST (test_the_stamp_of_a_frame)
{
  g_autoptr (Fixture) f = start (factories[__i__ / 2], TRUE, 107 * GST_SECOND);
  g_autoptr (GstScoreResult) result = NULL;

  for (guint i = 0; i < 6; i++)
    push_stamped (f, stamps[__i__ % 2].caps,
        stamps[__i__ % 2].stamp + i * 90 * GST_MSECOND);
  result = finish (f);
  fail_unless_equals_uint64 (get_utc (result, 0), UTC_2026);
  fail_unless_equals_uint64 (get_last_utc (result),
      UTC_2026 + 5 * 90 * GST_MSECOND);
}

GST_END_TEST;

GST_START_TEST (test_a_file_with_stamps)
{
  g_autoptr (Fixture) f = start ("scoresink", FALSE, 0);
  g_autoptr (GstScoreResult) result = NULL;

  push_stamped (f, "timestamp/x-unix", UTC_2026);
  push_stamped (f, "timestamp/x-unix", UTC_2026 + 5);
  result = finish (f);
  fail_unless_equals_uint64 (get_utc (result, 0), UTC_2026);
  fail_unless_equals_uint64 (get_last_utc (result), UTC_2026 + 5);
}

GST_END_TEST;

/* Stamps of another kind say nothing. */
GST_START_TEST (test_the_clock_of_a_live_source)
{
  GstClockTime now = 107 * GST_SECOND;
  gint64 before = g_get_real_time ();
  g_autoptr (Fixture) f = start (factories[__i__], TRUE, now);
  g_autoptr (GstScoreResult) result = NULL;

  fixture_push (f, 5);
  push_stamped (f, "timestamp/x-decklink-stream", 42);
  result = finish (f);
  assert_by_clock (get_utc (result, 0), 0, now, before);
  assert_by_clock (get_last_utc (result), 500 * GST_MSECOND, now, before);
  fail_unless_equals_uint64 (get_last_utc (result) - get_utc (result, 0),
      500 * GST_MSECOND);
}

GST_END_TEST;

/* While the pipeline was paused time went on, and the base time with it. */
GST_START_TEST (test_a_pause)
{
  GstClockTime paused = 3600 * GST_SECOND, now = 107 * GST_SECOND;
  gint64 before = g_get_real_time ();
  g_autoptr (Fixture) f = start (factories[__i__], TRUE, now);
  g_autoptr (GstScoreResult) result = NULL;

  fixture_push (f, 5);
  fail_unless (gst_harness_set_time (f->harness, now + paused));
  gst_element_set_base_time (f->sink, BASE_TIME + paused);
  fixture_push (f, 1);
  result = finish (f);
  assert_by_clock (get_utc (result, 0), 0, now, before);
  assert_by_clock (get_last_utc (result), 500 * GST_MSECOND, now, before);
}

GST_END_TEST;

/* A clock that runs slow is followed, within a second. */
GST_START_TEST (test_a_clock_that_drifts)
{
  GstClockTime now = 107 * GST_SECOND, late = 20 * GST_MSECOND;
  gint64 before = g_get_real_time ();
  g_autoptr (Fixture) f = start (factories[__i__], TRUE, now);
  g_autoptr (GstScoreResult) result = NULL;

  fixture_push (f, 10);
  fail_unless (gst_harness_set_time (f->harness, now + late));
  fixture_push (f, 10);
  result = finish (f);
  assert_by_clock (get_utc (result, 0), 0, now, before);
  assert_by_clock (get_last_utc (result), 1900 * GST_MSECOND, now + late,
      before);
}

GST_END_TEST;

/* Frames of a file were not taken when they are read. */
GST_START_TEST (test_no_time_for_a_file)
{
  g_autoptr (Fixture) f = start (factories[__i__], FALSE, 107 * GST_SECOND);
  g_autoptr (GstScoreResult) result = NULL;

  fixture_push (f, 6);
  result = finish (f);
  fail_unless_equals_uint64 (get_utc (result, 0), GST_CLOCK_TIME_NONE);
  fail_unless_equals_uint64 (get_last_utc (result), GST_CLOCK_TIME_NONE);
}

GST_END_TEST;

/* What comes next is live, and then it is not. */
GST_START_TEST (test_a_source_that_becomes_live)
{
  GstClockTime now = 107 * GST_SECOND;
  gint64 before = g_get_real_time ();
  g_autoptr (Fixture) f = start (factories[__i__], FALSE, now);
  g_autoptr (GstScoreResult) result = NULL;

  fixture_push (f, 2);
  gst_harness_set_live (f->harness, TRUE);
  fixture_push_segment (f);
  fixture_push (f, 4);
  result = finish (f);
  fail_unless_equals_uint64 (get_utc (result, 0), GST_CLOCK_TIME_NONE);
  assert_by_clock (get_last_utc (result), 500 * GST_MSECOND, now, before);
}

GST_END_TEST;

GST_START_TEST (test_no_clock)
{
  g_autoptr (Fixture) f = start ("scoresink", TRUE, 0);
  g_autoptr (GstScoreResult) result = NULL;

  gst_element_set_clock (f->sink, NULL);
  fixture_push (f, 6);
  result = finish (f);
  fail_unless_equals_uint64 (get_utc (result, 0), GST_CLOCK_TIME_NONE);
}

GST_END_TEST;

static Suite *
sink_utc_suite (void)
{
  Suite *suite = suite_create ("sink-utc");
  TCase *tc = tcase_create ("utc");
  const int n = G_N_ELEMENTS (factories);

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_the_stamp_of_a_frame, 0, 2 * n);
  tcase_add_test (tc, test_a_file_with_stamps);
  tcase_add_loop_test (tc, test_the_clock_of_a_live_source, 0, n);
  tcase_add_loop_test (tc, test_a_pause, 0, n);
  tcase_add_loop_test (tc, test_a_clock_that_drifts, 0, n);
  tcase_add_loop_test (tc, test_no_time_for_a_file, 0, n);
  tcase_add_loop_test (tc, test_a_source_that_becomes_live, 0, n);
  tcase_add_test (tc, test_no_clock);
  return suite;
}

GST_CHECK_MAIN (sink_utc);
