/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

/* The newest time until which the decoder is told to leave frames out; NONE
 * where it was told nothing. */
static GstClockTime
pop_told (Fixture * f)
{
  GstClockTime told = GST_CLOCK_TIME_NONE;
  GstEvent *event;

  while ((event = gst_harness_try_pull_upstream_event (f->harness)) != NULL) {
    if (GST_EVENT_TYPE (event) == GST_EVENT_QOS) {
      GstClockTimeDiff diff;
      GstQOSType type;

      gst_event_parse_qos (event, &type, NULL, &diff, &told);
      fail_unless_equals_int (type, GST_QOS_TYPE_THROTTLE);
      fail_unless_equals_int64 (diff, 0);
    }
    gst_event_unref (event);
  }
  return told;
}

static Fixture *
new_throttling (const gchar * episode_duration)
{
  Fixture *f = fixture_new ("decoder-throttle", "true", "framerate", "1/4",
      "episode-duration", episode_duration, NULL);

  fixture_push (f, 41);
  return f;
}

/* The samples are at 0 and 4 s, so the next is at 8 s, less the tolerance of 2 ms
 * and two and a half frames. */
GST_START_TEST (test_until_the_next_sample)
{
  g_autoptr (Fixture) f = new_throttling ("0");

  fail_unless_equals_uint64 (pop_told (f), 7748 * GST_MSECOND);
}

GST_END_TEST;

/* The first frame of the next episode is a sample, whenever that of this one
 * would have been. */
GST_START_TEST (test_not_past_the_cut)
{
  g_autoptr (Fixture) f = new_throttling ("5000000000");

  fail_unless_equals_uint64 (pop_told (f), 4750 * GST_MSECOND);
}

GST_END_TEST;

/* Frames last twice as long in running time, which is what decoders count in. */
GST_START_TEST (test_slow_motion)
{
  g_autoptr (Fixture) f = fixture_new ("decoder-throttle", "true",
      "framerate", "1/4", NULL);
  GstSegment segment;
  GstClockTime told;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = 0.5;
  gst_harness_push_event (f->harness, gst_event_new_segment (&segment));
  fixture_push (f, 21);
  told = pop_told (f);
  fail_unless (told <= 7500 * GST_MSECOND, "%" GST_TIME_FORMAT,
      GST_TIME_ARGS (told));
}

GST_END_TEST;

static GstEvent *
new_boundary (gint kind)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  if (kind == 0)
    return gst_event_new_stream_start ("next");
  if (kind == 1)
    return gst_event_new_segment (&segment);
  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_structure_new_empty ("score/episode-start"));
}

/* Whatever may begin an episode wants its first frame. */
GST_START_TEST (test_a_boundary_takes_it_back)
{
  g_autoptr (Fixture) f = new_throttling ("0");

  fail_unless (pop_told (f) > GST_SECOND);
  gst_harness_push_event (f->harness, new_boundary (__i__));
  fail_unless_equals_uint64 (pop_told (f), 0);
}

GST_END_TEST;

static Suite *
sink_throttle_suite (void)
{
  Suite *suite = suite_create ("scoresink throttle");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_until_the_next_sample);
  tcase_add_test (tcase, test_not_past_the_cut);
  tcase_add_test (tcase, test_slow_motion);
  tcase_add_loop_test (tcase, test_a_boundary_takes_it_back, 0, 3);
  return suite;
}

GST_CHECK_MAIN (sink_throttle);
