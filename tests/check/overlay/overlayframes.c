/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <math.h>

GST_START_TEST (test_a_frame_without_meta_is_not_touched)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);
  GstBuffer *frame = overlay_frame (h, 0);
  g_autoptr (GstBuffer) before = gst_buffer_copy_deep (frame);
  g_autoptr (GstBuffer) out = overlay_pass (h, frame);

  fail_unless (out == frame);
  fail_unless (overlay_same_bytes (out, before));
  fail_unless_equals_uint64 (overlay_stat (h, "untouched"), 1);
  fail_unless_equals_uint64 (overlay_stat (h, "drawings"), 0);
}

GST_END_TEST;

GST_START_TEST (test_a_shared_frame_without_meta_is_not_copied)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);
  g_autoptr (GstBuffer) frame = overlay_frame (h, 0);
  g_autoptr (GstBuffer) out = overlay_pass (h, gst_buffer_ref (frame));

  fail_unless (out == frame);
}

GST_END_TEST;

static void
check_untouched (const gchar * properties)
{
  g_autoptr (GstHarness) h = overlay_new (properties, FIXTURE_CAPS);
  GstBuffer *frame = overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5);
  g_autoptr (GstBuffer) before = gst_buffer_copy_deep (frame);
  g_autoptr (GstBuffer) out = overlay_pass (h, frame);

  fail_unless (out == frame);
  fail_unless (overlay_same_bytes (out, before));
}

GST_START_TEST (test_nothing_to_be_seen_is_not_drawn)
{
  check_untouched ("opacity=0");
  check_untouched ("elements=0");
}

GST_END_TEST;

GST_START_TEST (test_a_shared_frame_is_drawn_on_as_a_copy)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);
  g_autoptr (GstBuffer) frame =
      overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5);
  g_autoptr (GstBuffer) before = gst_buffer_copy_deep (frame);
  g_autoptr (GstBuffer) out = overlay_pass (h, gst_buffer_ref (frame));

  fail_unless (overlay_same_bytes (frame, before));
  fail_if (overlay_same_bytes (out, before));
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), GST_BUFFER_PTS (frame));
  fail_unless (gst_score_meta_get (out) != NULL);
}

GST_END_TEST;

/* Episodes do not differ by what is shown, frames do by their number only. */
GST_START_TEST (test_what_stays_the_same_is_drawn_once)
{
  g_autoptr (GstHarness) h =
      overlay_new ("elements=bar+task+description+state", FIXTURE_CAPS);
  g_autoptr (GstBuffer) wanted = NULL;

  for (guint i = 0; i < 30; i++) {
    g_autoptr (GstBuffer) out = overlay_pass (h,
        overlay_scored_frame (h, i, GST_SCORE_META_PROVISIONAL, 0.42));

    if (wanted == NULL)
      wanted = gst_buffer_ref (out);
    fail_unless (overlay_same_bytes (out, wanted));
  }
  fail_unless_equals_uint64 (overlay_stat (h, "drawings"), 1);
  fail_unless_equals_uint64 (overlay_stat (h, "blended"), 30);
  gst_buffer_unref (overlay_pass (h,
          overlay_scored_frame (h, 30, GST_SCORE_META_PROVISIONAL, 0.43)));
  fail_unless_equals_uint64 (overlay_stat (h, "drawings"), 2);
}

GST_END_TEST;

/* As videorate makes them. */
GST_START_TEST (test_a_repeated_frame_is_not_drawn_again)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);

  for (guint i = 0; i < 10; i++)
    gst_buffer_unref (overlay_pass (h,
            overlay_scored_frame (h, 7, GST_SCORE_META_FINAL, 0.42)));
  fail_unless_equals_uint64 (overlay_stat (h, "drawings"), 1);
}

GST_END_TEST;

/* The curve of a live episode moves, but not with every frame of a long one. */
GST_START_TEST (test_a_slow_curve_is_drawn_seldom)
{
  g_autoptr (GstHarness) h = overlay_new ("elements=curve", FIXTURE_CAPS);
  const guint n = 30 * 600, step = 6;

  for (guint i = 0; i < n; i += step) {
    GstBuffer *frame = overlay_frame (h, i);

    gst_score_meta_add (frame, "e", GST_SCORE_META_PROVISIONAL, 0.5, FALSE, 0);
    gst_buffer_unref (overlay_pass (h, frame));
  }
  fail_unless (overlay_stat (h, "drawings") < n / step * 2 / 3);
  fail_unless (overlay_stat (h, "drawings") > 100);
}

GST_END_TEST;

/* What a picture has no room for may change as it likes. */
GST_START_TEST (test_what_has_no_room_is_not_drawn_for)
{
  g_autoptr (GstHarness) h = overlay_new ("position=top-left scale=4",
      "video/x-raw,format=I420,width=320,height=60,framerate=30/1");
  g_autoptr (GstBuffer) wanted = NULL;

  for (guint i = 0; i < 30; i++) {
    g_autoptr (GstBuffer) out = overlay_pass (h,
        overlay_scored_frame (h, i, GST_SCORE_META_FINAL, 0.42));

    if (wanted == NULL)
      wanted = gst_buffer_ref (out);
    fail_unless (overlay_same_bytes (out, wanted));
  }
  fail_unless_equals_uint64 (overlay_stat (h, "drawings"), 1);
}

GST_END_TEST;

static void
check_no_drawing (const gchar * properties)
{
  g_autoptr (GstHarness) h = overlay_new (properties, FIXTURE_CAPS);

  for (guint i = 0; i < 10; i++)
    gst_buffer_unref (overlay_pass (h,
            overlay_scored_frame (h, i, GST_SCORE_META_FINAL, i / 10.0)));
  fail_unless_equals_uint64 (overlay_stat (h, "untouched"), 10);
  fail_unless_equals_uint64 (overlay_stat (h, "drawings"), 0);
}

GST_START_TEST (test_nothing_is_drawn_for_nothing)
{
  check_no_drawing ("opacity=0");
  check_no_drawing ("elements=0");
}

GST_END_TEST;

static gboolean
pass_and_compare (GstHarness * h, guint n, GstBuffer * with)
{
  g_autoptr (GstBuffer) out = overlay_pass (h,
      overlay_scored_frame (h, n, GST_SCORE_META_FINAL, 0.42));

  return overlay_same_bytes (out, with);
}

GST_START_TEST (test_properties_count_from_the_next_frame)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);
  g_autoptr (GstBuffer) wanted = overlay_pass (h,
      overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.42));

  fail_unless (pass_and_compare (h, 0, wanted));
  overlay_set (h, "position", "top-left");
  fail_if (pass_and_compare (h, 0, wanted));
  overlay_set (h, "position", "bottom");
  fail_unless (pass_and_compare (h, 0, wanted));
  overlay_set (h, "elements", "bar");
  fail_if (pass_and_compare (h, 0, wanted));
  overlay_set (h, "elements", "bar+curve+task+description+state");
  overlay_set (h, "opacity", "0.5");
  fail_if (pass_and_compare (h, 0, wanted));
  overlay_set (h, "opacity", "1.0");
  overlay_set (h, "scale", "1.5");
  fail_if (pass_and_compare (h, 0, wanted));
  overlay_set (h, "scale", "1.0");
  overlay_set (h, "font", "DejaVu Sans Mono 20");
  fail_if (pass_and_compare (h, 0, wanted));
  overlay_set (h, "font", "Sans");
  fail_unless (pass_and_compare (h, 0, wanted));
}

GST_END_TEST;

/* A property is set by the application's thread while frames are drawn. */
GST_START_TEST (test_properties_may_change_while_playing)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline =
      gst_parse_launch ("scoretestsrc name=s num-episodes=1 ! "
      "video/x-raw,width=160,height=160 ! scoreoverlay name=o ! fakesink",
      &error);
  g_autoptr (GstElement) overlay = NULL;
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  const gchar *fonts[] = { "Sans", "Serif Bold", "Mono 9" };
  GstMessageType type = 0;

  g_assert_no_error (error);
  overlay = gst_bin_get_by_name (GST_BIN (pipeline), "o");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; type == 0; i++) {
    g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    g_autoptr (GstStructure) stats = NULL;

    g_object_set (overlay, "font", fonts[i % 3], "position", i % 6,
        "elements", i % 32, "opacity", (i % 11) / 10.0, NULL);
    g_object_get (overlay, "stats", &stats, NULL);
    if (message != NULL)
      type = GST_MESSAGE_TYPE (message);
  }
  fail_unless_equals_int (type, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

GST_START_TEST (test_caps_may_change)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);

  gst_buffer_unref (overlay_pass (h,
          overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.1)));
  gst_harness_set_src_caps_str (h, "video/x-raw,format=BGRx,width=640,"
      "height=480,framerate=30/1");
  gst_buffer_unref (overlay_pass (h,
          overlay_scored_frame (h, 1, GST_SCORE_META_FINAL, 0.1)));
  fail_unless_equals_uint64 (overlay_stat (h, "drawings"), 2);
  fail_unless_equals_uint64 (overlay_stat (h, "blended"), 2);
}

GST_END_TEST;

/* A final frame of a record, with a sample in every tenth. */
static GstBuffer *
pass_recorded (GstHarness * h, guint n)
{
  GstBuffer *frame = overlay_frame (h, n);

  gst_score_meta_add (frame, "e", GST_SCORE_META_FINAL, n / 60.0, n % 10 != 0,
      gst_util_uint64_scale (n / 10 * 10, GST_SECOND, 30));
  return overlay_pass (h, frame);
}

static void
seek_to (GstHarness * h, guint n, gdouble rate)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = rate;
  segment.stop = 60 * GST_SECOND;
  if (rate > 0)
    segment.start = segment.time = gst_util_uint64_scale (n, GST_SECOND, 30);
  gst_harness_push_event (h, gst_event_new_flush_start ());
  gst_harness_push_event (h, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (h, gst_event_new_segment (&segment));
}

/* Where it is come to does not show how. */
GST_START_TEST (test_a_seek_back_looks_as_if_played_to)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);
  g_autoptr (GstBuffer) wanted = NULL;
  g_autoptr (GstBuffer) after_seek = NULL;
  g_autoptr (GstBuffer) backwards = NULL;

  for (guint n = 0; n <= 60; n++) {
    g_autoptr (GstBuffer) out = pass_recorded (h, n);

    if (n == 25)
      wanted = gst_buffer_ref (out);
  }
  seek_to (h, 25, 1.0);
  after_seek = pass_recorded (h, 25);
  fail_unless (overlay_same_bytes (after_seek, wanted));
  for (guint n = 26; n <= 40; n++)
    gst_buffer_unref (pass_recorded (h, n));
  seek_to (h, 40, -1.0);
  for (guint n = 40; n >= 25; n--) {
    gst_clear_buffer (&backwards);
    backwards = pass_recorded (h, n);
  }
  fail_unless (overlay_same_bytes (backwards, wanted));
}

GST_END_TEST;

/* Frames that are outside of the segment, or whose segment counts no time. */
GST_START_TEST (test_frames_without_a_stream_time)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  gst_buffer_unref (pass_recorded (h, 0));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = GST_SECOND;
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  gst_buffer_unref (pass_recorded (h, 0));
  gst_buffer_unref (pass_recorded (h, 45));
  fail_unless_equals_uint64 (overlay_stat (h, "blended"), 3);
}

GST_END_TEST;

GST_START_TEST (test_it_may_be_stopped_and_started)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  for (guint i = 0; i < 3; i++) {
    gst_harness_set_src_caps_str (h, FIXTURE_CAPS);
    gst_harness_push_event (h, gst_event_new_segment (&segment));
    gst_buffer_unref (overlay_pass (h,
            overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.1)));
    fail_unless_equals_uint64 (overlay_stat (h, "frames"), 1);
    gst_element_set_state (h->element, GST_STATE_READY);
    gst_harness_play (h);
    gst_harness_push_event (h, gst_event_new_stream_start ("s"));
  }
}

GST_END_TEST;

static Suite *
overlay_frames_suite (void)
{
  Suite *suite = suite_create ("overlayframes");
  TCase *tc = tcase_create ("frames");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_a_frame_without_meta_is_not_touched);
  tcase_add_test (tc, test_a_shared_frame_without_meta_is_not_copied);
  tcase_add_test (tc, test_nothing_to_be_seen_is_not_drawn);
  tcase_add_test (tc, test_a_shared_frame_is_drawn_on_as_a_copy);
  tcase_add_test (tc, test_what_stays_the_same_is_drawn_once);
  tcase_add_test (tc, test_a_repeated_frame_is_not_drawn_again);
  tcase_add_test (tc, test_a_slow_curve_is_drawn_seldom);
  tcase_add_test (tc, test_what_has_no_room_is_not_drawn_for);
  tcase_add_test (tc, test_nothing_is_drawn_for_nothing);
  tcase_add_test (tc, test_properties_count_from_the_next_frame);
  tcase_add_test (tc, test_properties_may_change_while_playing);
  tcase_add_test (tc, test_caps_may_change);
  tcase_add_test (tc, test_a_seek_back_looks_as_if_played_to);
  tcase_add_test (tc, test_frames_without_a_stream_time);
  tcase_add_test (tc, test_it_may_be_stopped_and_started);
  return suite;
}

GST_CHECK_MAIN (overlay_frames);
