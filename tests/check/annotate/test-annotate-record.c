/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <glib/gstdio.h>

#include "frames.h"

static gchar *file;

static void
setup (void)
{
  gint fd = g_file_open_tmp ("annotate-XXXXXX.jsonl", &file, NULL);

  fail_unless (fd >= 0);
  close (fd);
}

static void
teardown (void)
{
  g_unlink (file);
  g_clear_pointer (&file, g_free);
}

/* By stream time, without a server; encoded frames as well as raw ones. */
GST_START_TEST (values_come_from_the_record)
{
  g_autoptr (Fixture) fixture = NULL;
  g_autoptr (Frames) frames = NULL;
  g_autoptr (GPtrArray) pulled = NULL;
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-h264,alignment=au");

  append_record (file, "a", 0, 3);
  append_record (file, "b", 4 * GST_SECOND, 2);
  fixture = annotate_new ("scores-location", file, NULL);
  frames = frames_new (fixture);
  gst_harness_push_event (fixture->harness, gst_event_new_caps (caps));
  frames_push (frames, 65);
  pulled = frames_pull (frames);
  assert_final (g_ptr_array_index (pulled, 0), 0, FALSE);
  assert_final (g_ptr_array_index (pulled, 5), 0.25, TRUE);
  assert_final (g_ptr_array_index (pulled, 10), 0.5, FALSE);
  assert_final (g_ptr_array_index (pulled, 29), 1, TRUE);
  assert_no_meta (g_ptr_array_index (pulled, 30));
  assert_no_meta (g_ptr_array_index (pulled, 39));
  assert_final (g_ptr_array_index (pulled, 45), 0.5, TRUE);
  assert_no_meta (g_ptr_array_index (pulled, 60));
  fixture_push_eos (fixture);
  fail_unless_equals_int (fault_server_count (fixture->server,
          FAULT_COUNT_CONNECTIONS), 0);
  fail_unless (gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_WARNING |
          GST_MESSAGE_ERROR) == NULL);
}

GST_END_TEST;

/* What one run has written, another reads. */
GST_START_TEST (the_record_of_a_sink_fits)
{
  g_autoptr (Fixture) sink = fixture_new ("results-location", file, NULL);
  g_autoptr (Fixture) fixture = NULL;
  g_autoptr (GstBuffer) buffer = NULL;

  fixture_push (sink, 11);
  fixture_push_eos (sink);
  fixture = annotate_new ("scores-location", file, NULL);
  fixture_push (fixture, 11);
  for (guint i = 0; i < 11; i++) {
    gst_clear_buffer (&buffer);
    buffer = gst_harness_try_pull (fixture->harness);
    assert_final (buffer, i / 10.0, i % 5 != 0);
  }
}

GST_END_TEST;

static void
assert_refused (const gchar * path, const gchar * what)
{
  g_autoptr (Fixture) fixture = fixture_new_of ("scoreannotate",
      "scores-location", path, NULL);
  g_autofree gchar *text = NULL;

  fail_unless_equals_int (gst_element_set_state (fixture->sink,
          GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  text = fixture_pop_complaint (fixture, GST_MESSAGE_ERROR);
  fail_unless (strstr (text, what) != NULL, "%s", text);
  fail_unless (strstr (text, path) != NULL, "%s", text);
}

static void
write_file (const gchar * text, gssize length)
{
  fail_unless (g_file_set_contents (file, text, length, NULL));
}

GST_START_TEST (bad_records_are_refused)
{
  g_autofree gchar *good = NULL, *newer = NULL;
  gchar *mark;
  gsize length;

  append_record (file, "a", 0, 3);
  append_record (file, "b", 4 * GST_SECOND, 3);
  fail_unless (g_file_get_contents (file, &good, &length, NULL));

  assert_refused ("/nonexistent/record.jsonl", "scores-location");
  write_file (good, (gssize) length - 100);
  assert_refused (file, "line 2");
  assert_refused (file, "was the file cut?");
  newer = g_strdup (good);
  mark = strstr (newer, "gst-score/1");
  mark[10] = '2';
  write_file (newer, -1);
  assert_refused (file, "line 1");
  assert_refused (file, "\"gst-score/2\"; only \"gst-score/1\"");
  write_file ("", 0);
  assert_refused (file, "no scored episode");
  write_file ("not a record\n", -1);
  assert_refused (file, "line 1");
}

GST_END_TEST;

/* At the end it is certain; the frames have left as they came. */
GST_START_TEST (another_videos_record_is_an_error)
{
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *text = NULL;
  g_autoptr (GstBuffer) buffer = NULL;

  append_record (file, "a", 500 * GST_SECOND, 3);
  fixture = annotate_new ("scores-location", file, NULL);
  fixture_push (fixture, 5);
  fixture_push_eos (fixture);
  text = fixture_pop_complaint (fixture, GST_MESSAGE_ERROR);
  fail_unless (strstr (text, "another video") != NULL, "%s", text);
  fail_unless (strstr (text, file) != NULL, "%s", text);
  fail_unless (gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ERROR) == NULL);
  buffer = gst_harness_try_pull (fixture->harness);
  assert_no_meta (buffer);
}

GST_END_TEST;

static GstPadProbeReturn
answer_duration (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_DURATION)
    return GST_PAD_PROBE_OK;
  gst_query_set_duration (query, GST_FORMAT_TIME, 3 * GST_SECOND);
  return GST_PAD_PROBE_HANDLED;
}

/* Before that it is likely, which is said once. */
static void
check_doubt (const gchar * what)
{
  g_autoptr (Fixture) fixture = annotate_new ("scores-location", file, NULL);
  g_autofree gchar *text = NULL;

  gst_pad_add_probe (fixture->harness->srcpad,
      GST_PAD_PROBE_TYPE_QUERY_UPSTREAM | GST_PAD_PROBE_TYPE_PUSH,
      answer_duration, NULL, NULL);
  fixture_push (fixture, 5);
  fixture_push_eos (fixture);
  text = fixture_pop_complaint (fixture, GST_MESSAGE_WARNING);
  fail_unless (strstr (text, "another video") != NULL, "%s", text);
  fail_unless (strstr (text, file) != NULL, "%s", text);
  fail_unless (strstr (text, what) != NULL, "%s", text);
  fail_unless (gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_WARNING |
          GST_MESSAGE_ERROR) == NULL);
}

GST_START_TEST (a_longer_record_is_told_of_once)
{
  append_record (file, "a", 0, 3);
  append_record (file, "b", 4 * GST_SECOND, 3);
  check_doubt ("end at 7.0 s, and the stream is 3.0 s long");
}

GST_END_TEST;

GST_START_TEST (episodes_at_the_same_time_are_told_of_once)
{
  append_record (file, "a", 0, 3);
  append_record (file, "b", GST_SECOND, 2);
  check_doubt ("different episodes of the record cover the same time");
}

GST_END_TEST;

/* After a seek the same frame gets the same value. */
GST_START_TEST (stream_time_counts)
{
  g_autoptr (Fixture) fixture = NULL;
  g_autoptr (GstBuffer) buffer = NULL;
  GstSegment segment;

  append_record (file, "a", 0, 3);
  fixture = annotate_new ("scores-location", file, NULL);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = 7 * GST_SECOND;
  segment.time = GST_SECOND / 2;
  gst_harness_push_event (fixture->harness, gst_event_new_segment (&segment));
  fixture->next_frame = 70;
  fixture_push (fixture, 1);
  buffer = gst_harness_try_pull (fixture->harness);
  assert_final (buffer, 0.25, TRUE);
}

GST_END_TEST;

static Suite *
annotate_record_suite (void)
{
  Suite *s = suite_create ("annotate-record");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, values_come_from_the_record);
  tcase_add_test (tc, the_record_of_a_sink_fits);
  tcase_add_test (tc, bad_records_are_refused);
  tcase_add_test (tc, another_videos_record_is_an_error);
  tcase_add_test (tc, a_longer_record_is_told_of_once);
  tcase_add_test (tc, episodes_at_the_same_time_are_told_of_once);
  tcase_add_test (tc, stream_time_counts);
  return s;
}

GST_CHECK_MAIN (annotate_record);
