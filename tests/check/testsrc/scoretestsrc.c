/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <json-glib/json-glib.h>

#include "run.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstHarness, gst_harness_teardown);

static gdouble
progress_at (const Run * self, guint index)
{
  return g_array_index (self->progress, gdouble, index);
}

static gdouble
last_progress (const Run * self)
{
  return progress_at (self, self->progress->len - 1);
}

GST_START_TEST (test_same_settings_give_same_bytes)
{
  const gchar *settings = "seed=7 episode-duration=2000000000";
  g_autoptr (Run) one = run_to_eos (SMALL, settings);
  g_autoptr (Run) two = run_to_eos (SMALL, settings);

  fail_unless_equals_int (one->n_frames, 60);
  fail_unless_equals_string (g_checksum_get_string (one->checksum),
      g_checksum_get_string (two->checksum));
}

GST_END_TEST;

GST_START_TEST (test_other_settings_give_other_bytes)
{
  static const gchar *const settings[] = {
    "seed=7", "seed=8", "seed=7 outcome=partial",
    "seed=7 task=\"put the banana in the drawer\"",
    "seed=7 task=\"put the cup in the bowl\"",
  };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal,
      g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++) {
    g_autofree gchar *all = g_strdup_printf ("episode-duration=1000000000 %s",
        settings[i]);
    g_autoptr (Run) run = run_to_eos (SMALL, all);

    fail_unless (g_hash_table_add (seen,
            g_strdup (g_checksum_get_string (run->checksum))), "%s",
        settings[i]);
  }
}

GST_END_TEST;

typedef struct
{
  const gchar *outcome;
  gdouble first_min, first_max;
  gdouble highest;
  gdouble last_min, last_max;
} TruthCase;

static const TruthCase truth_cases[] = {
  {"success", 0.0, 0.05, 1.0, 0.95, 1.0},
  {"partial", 0.0, 0.05, 1.0, 0.15, 0.4},
  {"failure", 0.0, 0.05, 0.16, 0.0, 0.1},
  {"wrong-object", 0.0, 0.001, 0.001, 0.0, 0.001},
  {"static", 0.0, 0.001, 0.001, 0.0, 0.001},
  {"half-done-at-start", 0.25, 0.5, 1.0, 0.95, 1.0},
};

GST_START_TEST (test_every_frame_has_the_truth)
{
  const TruthCase *truth = &truth_cases[__i__];
  g_autofree gchar *properties = g_strdup_printf ("outcome=%s seed=3",
      truth->outcome);
  g_autofree gchar *id = g_strdup_printf ("toy-%s-3", truth->outcome);
  g_autoptr (Run) run = run_to_eos (SMALL, properties);

  fail_unless_equals_int (run->n_frames, 240);
  fail_unless_equals_int (run->progress->len, 240);
  fail_unless (progress_at (run, 0) >= truth->first_min);
  fail_unless (progress_at (run, 0) <= truth->first_max);
  fail_unless (last_progress (run) >= truth->last_min);
  fail_unless (last_progress (run) <= truth->last_max);
  for (guint i = 0; i < run->progress->len; i++) {
    gdouble before = progress_at (run, i > 0 ? i - 1 : 0);

    fail_unless (progress_at (run, i) <= truth->highest);
    fail_unless (ABS (progress_at (run, i) - before) <= 0.04);
    fail_unless_equals_string (g_ptr_array_index (run->episodes, i), id);
  }
}

GST_END_TEST;

#define START(id) "[score/episode-start, episode-id=(string)toy-" id \
    ", task=(string)\"put\\ the\\ banana\\ in\\ the\\ bowl\";]"
#define END(outcome) "[score/episode-end, outcome=(string)" outcome ";]"

GST_START_TEST (test_events_stand_between_the_frames)
{
  g_autoptr (Run) run = run_to_eos ("video/x-raw,width=16,framerate=5/1",
      "num-episodes=3 seed=4294967294 outcome=failure "
      "episode-duration=1000000000 episode-gap=400000000");

  /* The seed wraps round. */
  fail_unless_equals_string (run->story->str, "[segment]"
      START ("failure-4294967294") "....." END ("failure") ".."
      START ("failure-4294967295") "....." END ("failure") ".."
      START ("failure-0") "....." END ("failure") "[eos]");
  fail_unless_equals_int (run->n_without_truth, 4);
  fail_unless (run->gapless);
}

GST_END_TEST;

GST_START_TEST (test_episodes_follow_at_once_without_a_gap)
{
  g_autoptr (Run) run = run_to_eos ("video/x-raw,width=16,framerate=2/1",
      "num-episodes=2 episode-duration=1000000000");

  fail_unless_equals_string (run->story->str, "[segment]"
      START ("success-0") ".." END ("success")
      START ("success-1") ".." END ("success") "[eos]");
}

GST_END_TEST;

GST_START_TEST (test_num_buffers_cuts_an_episode_short)
{
  g_autoptr (Run) run = run_to_eos (SMALL, "num-episodes=-1 num-buffers=3");

  fail_unless_equals_string (run->story->str,
      "[segment]" START ("success-0") "...[eos]");
}

GST_END_TEST;

GST_START_TEST (test_no_episodes_is_eos_at_once)
{
  g_autoptr (Run) run = run_to_eos (SMALL, "num-episodes=0");

  fail_unless_equals_int (run->n_frames, 0);
}

GST_END_TEST;

/* Caps */

static const gint sizes[][2] = {
  {1, 1}, {2, 1}, {1, 3}, {319, 239}, {1920, 1080}, {240, 640}, {33, 17},
};

GST_START_TEST (test_size_is_taken)
{
  gint width = sizes[__i__][0], height = sizes[__i__][1];
  g_autofree gchar *caps = g_strdup_printf ("video/x-raw,format=I420,"
      "width=%d,height=%d,framerate=2/1", width, height);
  g_autoptr (Run) run = run_to_eos (caps, "");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (run->src, "src");
  g_autoptr (GstCaps) current = gst_pad_get_current_caps (pad);
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, current));
  fail_unless_equals_int (GST_VIDEO_INFO_WIDTH (&info), width);
  fail_unless_equals_int (GST_VIDEO_INFO_HEIGHT (&info), height);
  fail_unless_equals_int (run->n_frames, 16);
}

GST_END_TEST;

static const struct
{
  const gchar *framerate;
  guint n_frames;
} rates[] = {
  {"1/1", 8}, {"1/3", 3}, {"15/2", 60}, {"30000/1001", 240}, {"60/1", 480},
  {"120/1", 960},
};

GST_START_TEST (test_framerate_is_taken)
{
  g_autofree gchar *caps = g_strdup_printf ("video/x-raw,width=16,height=16,"
      "framerate=%s", rates[__i__].framerate);
  g_autoptr (Run) run = run_to_eos (caps, "");

  fail_unless_equals_int (run->n_frames, (gint) rates[__i__].n_frames);
  fail_unless (run->gapless);
}

GST_END_TEST;

GST_START_TEST (test_default_caps)
{
  g_autoptr (Run) run = run_to_eos ("video/x-raw", "num-buffers=1");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (run->src, "src");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autoptr (GstCaps) expected = gst_caps_from_string ("video/x-raw,"
      "format=I420,width=640,height=480,framerate=30/1,"
      "pixel-aspect-ratio=1/1,interlace-mode=progressive,colorimetry=bt601");

  fail_unless (gst_caps_is_strictly_equal (caps, expected),
      "%" GST_PTR_FORMAT, caps);
}

GST_END_TEST;

static const gchar *const refused_caps[] = {
  "video/x-raw,framerate=0/1", "video/x-raw,format=RGB",
  "video/x-raw,colorimetry=bt709", "video/x-raw,width=0",
  "video/x-raw,pixel-aspect-ratio=2/1",
};

/* A sink that takes only these makes the source say so, not hang. */
GST_START_TEST (test_caps_are_refused)
{
  g_autoptr (GstHarness) h = gst_harness_new_with_padnames ("scoretestsrc",
      NULL, "src");
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  gst_element_set_bus (h->element, bus);
  gst_harness_set_sink_caps_str (h, refused_caps[__i__]);
  gst_harness_play (h);
  message = gst_bus_timed_pop_filtered (bus, PATIENCE, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, &debug);
  fail_unless (strstr (debug, "not-negotiated") != NULL, "%s", debug);
  fail_unless_equals_int (gst_harness_buffers_in_queue (h), 0);
  gst_element_set_bus (h->element, NULL);
}

GST_END_TEST;

/* Time */

GST_START_TEST (test_queries)
{
  g_autoptr (Run) run = run_new (SMALL, "num-episodes=3 "
      "episode-duration=2000000000 episode-gap=500000000");
  gint64 value = 0;

  gst_element_set_state (run->pipeline, GST_STATE_PAUSED);
  gst_message_unref (wait_for (run, GST_MESSAGE_ASYNC_DONE));
  fail_unless (gst_element_query_duration (run->src, GST_FORMAT_TIME, &value));
  fail_unless_equals_uint64 ((guint64) value, 7 * GST_SECOND);
  play_to_eos (run);
  fail_unless (gst_element_query_position (run->src, GST_FORMAT_TIME, &value));
  fail_unless_equals_uint64 ((guint64) value, 7 * GST_SECOND);
}

GST_END_TEST;

static guint
hash_last_sample (Run * run, GstClockTime * pts)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (run->pipeline),
      "sink");
  g_autoptr (GstSample) sample = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GstBuffer *buffer;
  gpointer data;
  gsize size;

  g_object_get (sink, "last-sample", &sample, NULL);
  fail_unless (sample != NULL);
  buffer = gst_sample_get_buffer (sample);
  *pts = GST_BUFFER_PTS (buffer);
  gst_buffer_extract_dup (buffer, 0, gst_buffer_get_size (buffer), &data,
      &size);
  bytes = g_bytes_new_take (data, size);
  return g_bytes_hash (bytes);
}

static void
seek_to (Run * run, GstClockTime position)
{
  fail_unless (gst_element_seek_simple (run->pipeline, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, (gint64) position));
  gst_message_unref (wait_for (run, GST_MESSAGE_ASYNC_DONE));
}

/* The frame there is the one that comes there without a seek, and its episode
 * is announced again. */
GST_START_TEST (test_seek_is_accurate)
{
  const gchar *settings = "num-episodes=2 episode-duration=1000000000";
  g_autoptr (Run) straight = run_new (SMALL,
      "num-episodes=2 episode-duration=1000000000 num-buffers=41");
  g_autoptr (Run) run = run_new (SMALL, settings);
  GstClockTime time, straight_time;
  guint hash;

  play_to_eos (straight);
  hash = hash_last_sample (straight, &straight_time);
  fail_unless_equals_uint64 (straight_time, 40 * GST_SECOND / 30);

  gst_element_set_state (run->pipeline, GST_STATE_PAUSED);
  gst_message_unref (wait_for (run, GST_MESSAGE_ASYNC_DONE));
  seek_to (run, GST_SECOND / 2);
  g_string_truncate (run->story, 0);
  /* Just where that frame begins, and anywhere in it. */
  seek_to (run, straight_time);
  fail_unless_equals_int (hash_last_sample (run, &time), hash);
  fail_unless_equals_uint64 (time, straight_time);
  seek_to (run, straight_time + 20 * GST_MSECOND);
  fail_unless_equals_int (hash_last_sample (run, &time), hash);
  fail_unless_equals_string (run->story->str,
      "[segment]" START ("success-1") ".[segment]" START ("success-1") ".");

  g_string_truncate (run->story, 0);
  play_to_eos (run);
  fail_unless_equals_string (run->story->str,
      "..................." END ("success") "[eos]");
}

GST_END_TEST;

GST_START_TEST (test_seek_stops_where_told)
{
  g_autoptr (Run) run = run_new (SMALL, "");

  gst_element_set_state (run->pipeline, GST_STATE_PAUSED);
  gst_message_unref (wait_for (run, GST_MESSAGE_ASYNC_DONE));
  fail_unless (gst_element_seek (run->pipeline, 1.0, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE,
          GST_SEEK_TYPE_SET, 1 * GST_SECOND, GST_SEEK_TYPE_SET,
          2 * GST_SECOND));
  gst_message_unref (wait_for (run, GST_MESSAGE_ASYNC_DONE));
  run->n_frames = 1;
  play_to_eos (run);
  fail_unless (run->n_frames >= 30 && run->n_frames <= 31, "%u", run->n_frames);
}

GST_END_TEST;

GST_START_TEST (test_seek_backwards_is_refused)
{
  g_autoptr (Run) run = run_new (SMALL, "");

  gst_element_set_state (run->pipeline, GST_STATE_PAUSED);
  gst_message_unref (wait_for (run, GST_MESSAGE_ASYNC_DONE));
  fail_if (gst_element_seek (run->pipeline, -1.0, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET,
          2 * GST_SECOND));
  fail_if (gst_element_seek (run->src, -1.0, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET,
          2 * GST_SECOND));
  /* It goes on as if nothing had been asked. */
  play_to_eos (run);
  fail_unless_equals_int (run->n_frames, 240);
  fail_unless (run->gapless);
}

GST_END_TEST;

/* Errors: exactly one, which names the property. */

static void
check_error_names (const gchar * properties, const gchar * property)
{
  g_autoptr (Run) run = run_new (SMALL, properties);
  g_autoptr (GstBus) bus = gst_element_get_bus (run->pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  fail_unless_equals_int (gst_element_set_state (run->pipeline,
          GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (error->domain == GST_RESOURCE_ERROR);
  fail_unless (strstr (error->message, property) != NULL, "%s", error->message);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
  fail_unless_equals_int (run->n_frames, 0);
}

GST_START_TEST (test_unknown_task_is_an_error)
{
  check_error_names ("task=\"tie the shoe\"", "property task");
}

GST_END_TEST;

GST_START_TEST (test_truth_file_that_cannot_be_written_is_an_error)
{
  check_error_names ("truth-location=/dev/null/truth.jsonl",
      "property truth-location");
}

GST_END_TEST;

GST_START_TEST (test_full_disk_is_a_warning)
{
  g_autoptr (Run) run = run_new (SMALL, "truth-location=/dev/full");
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  message = wait_for (run, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_WARNING);
}

GST_END_TEST;

static void
check_truth_line (const Run * run, guint index, const gchar * line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  JsonObject *object;
  gdouble progress;

  fail_unless (node != NULL, "%s", line);
  object = json_node_get_object (node);
  progress = json_object_get_double_member (object, "progress");
  fail_unless_equals_string (json_object_get_string_member (object,
          "episode_id"), g_ptr_array_index (run->episodes, index));
  fail_unless (ABS (progress - progress_at (run, index)) < 1e-8);
  fail_unless_equals_int64 (json_object_get_int_member (object, "stream_time"),
      (gint64) gst_util_uint64_scale (index % 20 + index / 20 * 25,
          GST_SECOND, 10));
}

/* Complete at EOS, before the element is stopped. */
GST_START_TEST (test_truth_file_tells_what_the_frames_tell)
{
  g_autofree gchar *path = NULL;
  g_autofree gchar *properties = NULL;
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (Run) run = NULL;
  gint fd = g_file_open_tmp ("truth-XXXXXX.jsonl", &path, NULL);

  fail_unless (fd >= 0);
  g_close (fd, NULL);
  properties = g_strdup_printf ("truth-location=%s num-episodes=2 "
      "episode-duration=2000000000 episode-gap=500000000", path);
  run = run_to_eos ("video/x-raw,width=16,framerate=10/1", properties);
  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  /* One a frame with truth, and nothing after the last line's end. */
  fail_unless_equals_int (g_strv_length (lines), 41);
  fail_unless_equals_string (lines[40], "");
  fail_unless_equals_int (run->progress->len, 40);
  for (guint i = 0; i < 40; i++)
    check_truth_line (run, i, lines[i]);
  g_unlink (path);
}

GST_END_TEST;

/* States */

GST_START_TEST (test_states_up_and_down)
{
  g_autoptr (Run) run = run_new (SMALL, "num-episodes=-1");
  static const GstState states[] = {
    GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_READY, GST_STATE_NULL,
    GST_STATE_PLAYING, GST_STATE_PAUSED, GST_STATE_PLAYING, GST_STATE_READY,
    GST_STATE_PAUSED, GST_STATE_NULL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    gst_element_set_state (run->pipeline, states[i]);
    fail_unless_equals_int (gst_element_get_state (run->pipeline, NULL, NULL,
            PATIENCE), GST_STATE_CHANGE_SUCCESS);
  }
}

GST_END_TEST;

GST_START_TEST (test_second_start_begins_anew)
{
  g_autoptr (Run) run = run_to_eos ("video/x-raw,width=16,framerate=2/1",
      "episode-duration=1000000000");

  gst_element_set_state (run->pipeline, GST_STATE_READY);
  g_object_set (run->src, "seed", 5, NULL);
  g_string_truncate (run->story, 0);
  play_to_eos (run);
  fail_unless_equals_string (run->story->str,
      "[segment]" START ("success-5") ".." END ("success") "[eos]");
}

GST_END_TEST;

GST_START_TEST (test_properties_say_when_they_may_change)
{
  static const gchar *const names[] = {
    "task", "outcome", "seed", "num-episodes", "episode-duration",
    "episode-gap", "is-live", "truth-location",
  };
  g_autoptr (GstElement) element = gst_element_factory_make ("scoretestsrc",
      NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS
        (element), names[i]);

    fail_unless (spec != NULL, "%s", names[i]);
    fail_unless (spec->flags & GST_PARAM_MUTABLE_READY, "%s", names[i]);
    fail_unless_equals_int (spec->flags & G_PARAM_READWRITE, G_PARAM_READWRITE);
  }
}

GST_END_TEST;

static Suite *
score_test_src_suite (void)
{
  Suite *suite = suite_create ("scoretestsrc");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_same_settings_give_same_bytes);
  tcase_add_test (tcase, test_other_settings_give_other_bytes);
  tcase_add_loop_test (tcase, test_every_frame_has_the_truth, 0,
      G_N_ELEMENTS (truth_cases));
  tcase_add_test (tcase, test_events_stand_between_the_frames);
  tcase_add_test (tcase, test_episodes_follow_at_once_without_a_gap);
  tcase_add_test (tcase, test_num_buffers_cuts_an_episode_short);
  tcase_add_test (tcase, test_no_episodes_is_eos_at_once);
  tcase_add_loop_test (tcase, test_size_is_taken, 0, G_N_ELEMENTS (sizes));
  tcase_add_loop_test (tcase, test_framerate_is_taken, 0, G_N_ELEMENTS (rates));
  tcase_add_test (tcase, test_default_caps);
  tcase_add_loop_test (tcase, test_caps_are_refused, 0,
      G_N_ELEMENTS (refused_caps));
  tcase_add_test (tcase, test_queries);
  tcase_add_test (tcase, test_seek_is_accurate);
  tcase_add_test (tcase, test_seek_stops_where_told);
  tcase_add_test (tcase, test_seek_backwards_is_refused);
  tcase_add_test (tcase, test_unknown_task_is_an_error);
  tcase_add_test (tcase, test_truth_file_that_cannot_be_written_is_an_error);
  tcase_add_test (tcase, test_full_disk_is_a_warning);
  tcase_add_test (tcase, test_truth_file_tells_what_the_frames_tell);
  tcase_add_test (tcase, test_states_up_and_down);
  tcase_add_test (tcase, test_second_start_begins_anew);
  tcase_add_test (tcase, test_properties_say_when_they_may_change);
  return suite;
}

GST_CHECK_MAIN (score_test_src);
