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
  append_record (file, "a", 0, 3);
}

static void
teardown (void)
{
  g_unlink (file);
  g_clear_pointer (&file, g_free);
}

/* What came out of a request pad: "TIME+DURATION TEXT" of buffers, in
 * milliseconds, and "gap" of gaps. */
typedef struct
{
  GString *said;
  GstClockTime covered;         /* buffers and gaps leave no hole up to here */
} Ear;

static GstPadProbeReturn
listen (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Ear *ear = user_data;
  GstClockTime start, duration;
  GstMapInfo map;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER) {
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

    start = GST_BUFFER_PTS (buffer);
    duration = GST_BUFFER_DURATION (buffer);
    gst_buffer_map (buffer, &map, GST_MAP_READ);
    g_string_append_printf (ear->said, "%u+%u %.*s|",
        (guint) (start / GST_MSECOND), (guint) (duration / GST_MSECOND),
        (gint) map.size, map.data);
    gst_buffer_unmap (buffer, &map);
  } else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_GAP) {
    gst_event_parse_gap (GST_PAD_PROBE_INFO_EVENT (info), &start, &duration);
  } else {
    return GST_PAD_PROBE_OK;
  }
  fail_unless (start <= ear->covered, "a hole before %" GST_TIME_FORMAT,
      GST_TIME_ARGS (start));
  ear->covered = MAX (ear->covered, start + duration);
  return GST_PAD_PROBE_OK;
}

/* Time stamps that are a nanosecond off, as rounding leaves them. */
static void
push_trembling (Fixture * fixture, guint n)
{
  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer = fixture_make_frame (fixture);

    GST_BUFFER_PTS (buffer) += i % 2;
    fail_unless_equals_int (gst_harness_push (fixture->harness, buffer),
        GST_FLOW_OK);
  }
}

/* What a text pad says of 40 frames, of which 30 are of the episode. */
static void
check_text_of (void (*push) (Fixture *, guint), const gchar * format,
    gboolean every_frame, const gchar * first, guint n_cues)
{
  g_autoptr (Fixture) fixture = fixture_new_of ("scoreannotate",
      "scores-location", file, NULL);
  GstPad *pad = gst_element_request_pad_simple (fixture->sink, "text_src");
  Ear ear = { g_string_new (NULL), 0 };
  GstHarness *text;
  guint n = 0;

  gst_util_set_object_arg (G_OBJECT (pad), "format", format);
  g_object_set (pad, "every-frame", every_frame, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, listen, &ear, NULL);
  fixture_start (fixture);
  text = gst_harness_new_with_element (fixture->sink, NULL, "text_src");
  push (fixture, 40);
  fixture_push_eos (fixture);
  for (const gchar * c = ear.said->str; *c; c++)
    n += *c == '|';
  fail_unless (g_str_has_prefix (ear.said->str, first), "%s", ear.said->str);
  fail_unless (n == n_cues, "%u cues: %s", n, ear.said->str);
  fail_unless (ear.covered >= 4 * GST_SECOND);
  gst_harness_teardown (text);
  gst_object_unref (pad);
  g_string_free (ear.said, TRUE);
}

static void
check_text (const gchar * format, gboolean every_frame, const gchar * first,
    guint n_cues)
{
  check_text_of (fixture_push, format, every_frame, first, n_cues);
}

/* Ten frames a second, over which progress rises by five percent each. */
GST_START_TEST (text_says_what_is_to_be_said)
{
  check_text ("percent", TRUE, "0+100 0%|100+100 5%|200+100 10%|", 30);
  check_text ("progress", TRUE, "0+100 0.000|100+100 0.050|", 30);
  check_text ("json", TRUE, "0+100 {\"episode_id\":\"a\",\"status\":\"final\","
      "\"progress\":0.0,\"interpolated\":false,", 30);
  check_text ("description", TRUE, "0+100 1 <banana> & 0 bowls|", 30);
}

GST_END_TEST;

/* A text ends when it changes, and the last one when the episode ends. */
GST_START_TEST (one_cue_a_change)
{
  check_text ("description", FALSE, "0+1000 1 <banana> & 0 bowls|"
      "1000+1000 2 <banana> & 1 bowls|2000+1000 ", 3);
}

GST_END_TEST;

/* Also where it changes a little after a frame, as 7 % at 2.405 s does. */
GST_START_TEST (neighbours_differ)
{
  g_unlink (file);
  append_record (file, "a", 0, 38);
  check_text ("percent", FALSE, "0+200 0%|200+400 1%|600+400 2%|1000+300 3%|"
      "1300+400 4%|1700+400 5%|2100+300 6%|2400+400 7%|2800+400 8%|"
      "3200+400 9%|3600+300 10%|3900+400 11%|", 12);
}

GST_END_TEST;

/* A frame that ends a nanosecond after its cue gets none for that. */
GST_START_TEST (rounding_is_no_cue)
{
  check_text_of (push_trembling, "description", FALSE,
      "0+1000 1 <banana> & 0 bowls|1000+1000 2 <banana> & 1 bowls|2000+1000 ",
      3);
  check_text_of (push_trembling, "percent", TRUE, "0+100 0%|100+100 5%|", 30);
}

GST_END_TEST;

/* However little later than the end of the one before: who splits a recording
 * there must not find it on the wrong side. */
GST_START_TEST (an_episode_begins_with_its_frame)
{
  g_autoptr (Fixture) fixture = fixture_new_of ("scoreannotate",
      "scores-location", file, NULL);
  GstPad *pad = gst_element_request_pad_simple (fixture->sink, "text_src");
  GstClockTime starts[] = { 0, GST_SECOND, 2 * GST_SECOND, 3 * GST_SECOND + 1 };
  GstHarness *text;

  append_record (file, "b", 3 * GST_SECOND, 2);
  gst_util_set_object_arg (G_OBJECT (pad), "format", "description");
  fixture_start (fixture);
  text = gst_harness_new_with_element (fixture->sink, NULL, "text_src");
  fixture_push (fixture, 29);
  push_trembling (fixture, 2);
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (text);

    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), starts[i]);
  }
  gst_harness_teardown (text);
  gst_object_unref (pad);
}

GST_END_TEST;

/* Where downstream wants markup, the text is escaped. */
GST_START_TEST (markup_is_escaped)
{
  g_autoptr (Fixture) fixture = fixture_new_of ("scoreannotate",
      "scores-location", file, NULL);
  GstPad *pad = gst_element_request_pad_simple (fixture->sink, "text_src");
  g_autoptr (GstBuffer) buffer = NULL;
  GstHarness *text;

  gst_util_set_object_arg (G_OBJECT (pad), "format", "description");
  fixture_start (fixture);
  text = gst_harness_new_with_element (fixture->sink, NULL, "text_src");
  gst_harness_set_sink_caps_str (text, "text/x-raw,format=pango-markup");
  fixture_push (fixture, 1);
  buffer = gst_harness_try_pull (text);
  fail_unless (gst_buffer_memcmp (buffer, 0,
          "1 &lt;banana&gt; &amp; 0 bowls", 30) == 0);
  gst_harness_teardown (text);
  gst_object_unref (pad);
}

GST_END_TEST;

GST_START_TEST (json_is_one_record_a_buffer)
{
  g_autoptr (Fixture) fixture = fixture_new_of ("scoreannotate",
      "mode", "hold", "episode-duration", "500000000", NULL);
  GstPad *pad = gst_element_request_pad_simple (fixture->sink, "json_src");
  GstHarness *json;

  fixture_start (fixture);
  json = gst_harness_new_with_element (fixture->sink, NULL, "json_src");
  fixture_push (fixture, 15);
  fixture_push_eos (fixture);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (json);
    g_autoptr (GstScoreResult) result = NULL;
    GstMapInfo map;

    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), i * GST_SECOND / 2);
    fail_unless_equals_uint64 (GST_BUFFER_DURATION (buffer), GST_SECOND / 2);
    gst_buffer_map (buffer, &map, GST_MAP_READ);
    fail_unless_equals_int (map.data[map.size - 1], '\n');
    result = gst_score_result_new_from_json ((gchar *) map.data,
        (gssize) map.size, NULL);
    gst_buffer_unmap (buffer, &map);
    fail_unless (result != NULL);
    assert_scored (result);
  }
  gst_harness_teardown (json);
  gst_object_unref (pad);
}

GST_END_TEST;

/* Runs a pipeline to its end; @text: of the one scoreannotate in it. */
static void
run (const gchar * line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstBus) bus = NULL;

  fail_unless (error == NULL, "%s", error ? error->message : "");
  bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "stands still: %s", line);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    fail ("%s: %s", error->message, line);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

#define SOURCE "videotestsrc num-buffers=100 ! " \
    "video/x-raw,format=I420,width=64,height=48,framerate=25/1 ! "

/* As textoverlay wait-text=true waits for every text, nothing may be left out. */
GST_START_TEST (textoverlay_never_stalls)
{
  g_autoptr (GstElementFactory) factory =
      gst_element_factory_find ("textoverlay");
  g_autofree gchar *line = g_strdup_printf (SOURCE
      "scoreannotate name=a scores-location=%s ! queue ! "
      "textoverlay name=t wait-text=true ! fakesink sync=false "
      "a.text_src ! queue ! t.text_sink", file);

  if (factory != NULL)
    run (line);
  else
    g_message ("there is no textoverlay here: not tested");
}

GST_END_TEST;

static guint
count_cues (const gchar * movie, const gchar * demuxer, const gchar * pad)
{
  g_autofree gchar *line = g_strdup_printf ("filesrc location=%s ! %s name=d "
      "d.%s ! queue ! appsink name=s sync=false", movie, demuxer, pad);
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  GstClockTime last = 0;
  guint n = 0;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (TRUE) {
    GstSample *sample;
    GstBuffer *buffer;

    g_signal_emit_by_name (sink, "pull-sample", &sample);
    if (sample == NULL)
      break;
    buffer = gst_sample_get_buffer (sample);
    fail_unless (GST_BUFFER_PTS (buffer) >= last);
    last = GST_BUFFER_PTS (buffer);
    n += gst_buffer_get_size (buffer) > 1;
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return n;
}

static void
check_movie (const gchar * muxer, const gchar * demuxer, gboolean every_frame,
    guint n_cues)
{
  g_autofree gchar *movie = g_strconcat (file, ".movie", NULL);
  g_autofree gchar *line = g_strdup_printf (SOURCE "x264enc bframes=2 ! "
      "h264parse ! scoreannotate name=a scores-location=%s "
      "text_src::every-frame=%d ! queue max-size-time=0 max-size-buffers=0 "
      "max-size-bytes=0 ! %s name=m ! filesink location=%s "
      "a.text_src ! queue ! m.subtitle_0", file, every_frame, muxer, movie);
  guint n;

  run (line);
  n = count_cues (movie, demuxer, "subtitle_0");
  fail_unless (n == n_cues, "%s, every-frame=%d: %u cues, not %u", muxer,
      every_frame, n, n_cues);
  g_unlink (movie);
}

/* 75 of 100 frames are of the episode, in which the percent change 51 times; the
 * encoder reorders the frames. */
GST_START_TEST (muxers_take_the_cues)
{
  check_movie ("mp4mux", "qtdemux", TRUE, 75);
  check_movie ("mp4mux", "qtdemux", FALSE, 51);
  check_movie ("matroskamux", "matroskademux", TRUE, 75);
  check_movie ("matroskamux", "matroskademux", FALSE, 51);
}

GST_END_TEST;

static Suite *
annotate_text_suite (void)
{
  Suite *s = suite_create ("annotate-text");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, text_says_what_is_to_be_said);
  tcase_add_test (tc, one_cue_a_change);
  tcase_add_test (tc, neighbours_differ);
  tcase_add_test (tc, rounding_is_no_cue);
  tcase_add_test (tc, an_episode_begins_with_its_frame);
  tcase_add_test (tc, markup_is_escaped);
  tcase_add_test (tc, json_is_one_record_a_buffer);
  tcase_add_test (tc, textoverlay_never_stalls);
  tcase_add_test (tc, muxers_take_the_cues);
  return s;
}

GST_CHECK_MAIN (annotate_text);
