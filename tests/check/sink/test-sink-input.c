/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <gst/video/video.h>
#include <string.h>

#define PREFIX "data:image/jpeg;base64,"

/* The pictures of all requests, in order; each once a request. */
static GPtrArray *
list_pictures (Fixture * f)
{
  GPtrArray *list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint n = fault_server_count (f->server, FAULT_COUNT_REQUESTS);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *body =
        fault_request_dup_body (fault_server_get_request (f->server, i));

    for (gchar * p = strstr (body, PREFIX); p; p = strstr (p, PREFIX)) {
      gchar *text = p + strlen (PREFIX), *end = strchr (text, '"');
      guchar *data;
      gsize size;

      fail_unless (end != NULL);
      *end = '\0';
      data = g_base64_decode (text, &size);
      g_ptr_array_add (list, g_bytes_new_take (data, size));
      p = end + 1;
    }
  }
  return list;
}

static guint
read_16 (const guint8 * data)
{
  return (guint) data[0] << 8 | data[1];
}

/* From the frame header, which libjpeg wrote. */
static void
get_jpeg_size (GBytes * bytes, guint * width, guint * height)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  fail_unless (size > 4 && data[0] == 0xff && data[1] == 0xd8);
  for (gsize i = 2; i + 9 < size; i += 2 + read_16 (data + i + 2)) {
    fail_unless_equals_int (data[i], 0xff);
    if (data[i + 1] >= 0xc0 && data[i + 1] <= 0xc2) {
      *height = read_16 (data + i + 5);
      *width = read_16 (data + i + 7);
      return;
    }
  }
  fail ("no frame header");
}

static void
push_raw (Fixture * f, const GstVideoInfo * info, guint n)
{
  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL,
        GST_VIDEO_INFO_SIZE (info), NULL);

    gst_buffer_memset (buffer, 0, 60 + 10 * i, -1);
    GST_BUFFER_PTS (buffer) = f->next_frame++ * 100 * GST_MSECOND;
    fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
  }
}

static GPtrArray *
score_raw (Fixture * f, const gchar * caps_text, guint n)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_text);
  g_autoptr (GstScoreResult) result = NULL;
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, caps), "%s", caps_text);
  gst_harness_set_src_caps (f->harness, gst_caps_ref (caps));
  push_raw (f, &info, n);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (gst_score_result_get_n_frames (result), n);
  return list_pictures (f);
}

static const struct
{
  const gchar *caps;            /* beside video/x-raw */
  guint width, height;          /* of the picture; 1 more or less is fine */
} shapes[] = {
  {"format=I420,width=64,height=48,framerate=10/1", 64, 48},
  {"format=I420,width=33,height=17,framerate=10/1", 33, 17},
  {"format=NV12,width=35,height=19,framerate=10/1", 35, 19},
  {"format=YUY2,width=31,height=9,framerate=10/1", 31, 9},
  {"format=GRAY8,width=37,height=21,framerate=10/1", 37, 21},
  {"format=RGB,width=29,height=31,framerate=10/1", 29, 31},
  {"format=BGRx,width=15,height=15,framerate=10/1", 15, 15},
  {"format=I420_10LE,width=34,height=22,framerate=10/1", 34, 22},
  {"format=P010_10LE,width=66,height=50,framerate=10/1", 66, 50},
  {"format=RGBA,width=1,height=1,framerate=10/1", 1, 1},
  {"format=I420,width=2,height=3,framerate=10/1", 2, 3},
  {"format=I420,width=641,height=479,framerate=10/1", 512, 383},
  {"format=NV12,width=479,height=1281,framerate=10/1", 191, 512},
  {"format=I420,width=2000,height=3,framerate=10/1", 512, 1},
  {"format=I420,width=64,height=48,framerate=0/1", 64, 48},
  {"format=I420,width=64,height=48,framerate=10/1,pixel-aspect-ratio=1/2",
      32, 48},
};

GST_START_TEST (test_shape)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autofree gchar *caps = g_strconcat ("video/x-raw,", shapes[__i__].caps,
      NULL);
  g_autoptr (GPtrArray) pictures = score_raw (f, caps, 6);

  /* Two samples, for the objects and for their descriptions. */
  fail_unless (pictures->len >= 2);
  for (guint i = 0; i < pictures->len; i++) {
    guint width, height;

    get_jpeg_size (g_ptr_array_index (pictures, i), &width, &height);
    fail_unless (ABS ((gint) width - (gint) shapes[__i__].width) <= 1 &&
        ABS ((gint) height - (gint) shapes[__i__].height) <= 1, "%ux%u",
        width, height);
  }
}

GST_END_TEST;

static const struct
{
  const gchar *tag;
  guint width, height;
} turns[] = {
  {"rotate-0", 64, 48}, {"rotate-90", 48, 64}, {"rotate-180", 64, 48},
  {"rotate-270", 48, 64}, {"flip-rotate-90", 48, 64},
};

GST_START_TEST (test_orientation)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GPtrArray) pictures = NULL;
  guint width, height;

  gst_harness_push_event (f->harness, gst_event_new_tag (gst_tag_list_new
          (GST_TAG_IMAGE_ORIENTATION, turns[__i__].tag, NULL)));
  pictures = score_raw (f, FIXTURE_CAPS, 3);
  get_jpeg_size (g_ptr_array_index (pictures, 0), &width, &height);
  fail_unless_equals_int (width, turns[__i__].width);
  fail_unless_equals_int (height, turns[__i__].height);
}

GST_END_TEST;

static GstBuffer *
make_jpeg (guint width, guint height)
{
  g_autofree gchar *line = g_strdup_printf ("videotestsrc num-buffers=1 ! "
      "video/x-raw,format=I420,width=%u,height=%u ! jpegenc", width, height);
  g_autoptr (GstHarness) h = gst_harness_new_parse (line);

  gst_harness_play (h);
  return gst_harness_pull (h);
}

static GBytes *
read_buffer (GstBuffer * buffer)
{
  gpointer data;
  gsize size;

  gst_buffer_extract_dup (buffer, 0, -1, &data, &size);
  return g_bytes_new_take (data, size);
}

static GPtrArray *
score_jpeg (Fixture * f, GstBuffer * jpeg, const gchar * caps)
{
  g_autoptr (GstScoreResult) result = NULL;

  gst_harness_set_src_caps_str (f->harness, caps);
  for (guint i = 0; i < 3; i++) {
    GstBuffer *buffer = gst_buffer_copy (jpeg);

    GST_BUFFER_PTS (buffer) = i * 100 * GST_MSECOND;
    fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
  }
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  return list_pictures (f);
}

GST_START_TEST (test_a_small_jpeg_is_passed_on)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstBuffer) jpeg = make_jpeg (320, 240);
  g_autoptr (GBytes) bytes = read_buffer (jpeg);
  g_autoptr (GPtrArray) pictures = score_jpeg (f, jpeg,
      "image/jpeg,width=320,height=240,framerate=10/1");

  for (guint i = 0; i < pictures->len; i++)
    fail_unless (g_bytes_equal (g_ptr_array_index (pictures, i), bytes));
}

GST_END_TEST;

GST_START_TEST (test_a_large_jpeg_is_scaled)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstBuffer) jpeg = make_jpeg (1280, 720);
  g_autoptr (GPtrArray) pictures = score_jpeg (f, jpeg,
      "image/jpeg,framerate=10/1");
  guint width, height;

  get_jpeg_size (g_ptr_array_index (pictures, 0), &width, &height);
  fail_unless_equals_int (width, 512);
  fail_unless_equals_int (height, 288);
}

GST_END_TEST;

/* That episode fails, the next is scored. */
GST_START_TEST (test_a_jpeg_that_is_none)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstBuffer) jpeg = make_jpeg (320, 240);
  g_autoptr (GstScoreResult) bad = NULL;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 100, NULL);
  g_autoptr (GPtrArray) pictures = NULL;

  gst_buffer_memset (buffer, 0, 'x', 100);
  GST_BUFFER_PTS (buffer) = 0;
  gst_harness_set_src_caps_str (f->harness, "image/jpeg,framerate=10/1");
  fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
  fixture_push_custom (f, "score/episode-end;");
  bad = fixture_pop_result (f);
  assert_failed (bad, GST_SCORE_ERROR_ENCODE);
  g_free (fixture_pop_complaint (f, GST_MESSAGE_WARNING));
  pictures = score_jpeg (f, jpeg, "image/jpeg,framerate=10/1");
  fail_unless (pictures->len > 0);
}

GST_END_TEST;

/* A raw buffer that is too small, and one that is empty. */
GST_START_TEST (test_a_frame_of_the_wrong_size)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;
  GstBuffer *buffer = __i__ == 0 ? gst_buffer_new () :
      gst_buffer_new_allocate (NULL, 64 * 48, NULL);

  GST_BUFFER_PTS (buffer) = 0;
  gst_buffer_memset (buffer, 0, 1, -1);
  fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_failed (result, GST_SCORE_ERROR_ENCODE);
}

GST_END_TEST;

static void
push_untimed (Fixture * f)
{
  GstBuffer *buffer = fixture_make_frame (f);

  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
}

GST_START_TEST (test_frames_without_time_stamps)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 20; i++)
    push_untimed (f);
  fixture_push_eos (f);
  message = fixture_pop (f, GST_MESSAGE_WARNING);
  gst_message_parse_warning (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FORMAT));
  fail_unless (strstr (error->message, "without time stamps") != NULL, "%s",
      error->message);
  gst_message_unref (fixture_pop (f, GST_MESSAGE_EOS));
  fail_unless (gst_bus_pop_filtered (f->bus, GST_MESSAGE_WARNING |
          GST_MESSAGE_ERROR) == NULL);
}

GST_END_TEST;

/* Those that have one are scored. */
GST_START_TEST (test_some_frames_without_time_stamps)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;

  push_untimed (f);
  fixture_push (f, 5);
  push_untimed (f);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (gst_score_result_get_n_frames (result), 5);
}

GST_END_TEST;

/* Time stamps that jump back and forth, repeat, or leave a day out. */
GST_START_TEST (test_wild_time_stamps)
{
  static const guint64 times[] = {
    500, 400, 400, 400, 0, 86400000, 600, 86400001, 3, 86400001
  };
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstScoreResult) result = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    GstBuffer *buffer = fixture_make_frame (f);

    GST_BUFFER_PTS (buffer) = times[i] * GST_MSECOND;
    fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
  }
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
}

GST_END_TEST;

static GstBufferPool *
make_pool (void)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (FIXTURE_CAPS);
  GstBufferPool *pool = gst_video_buffer_pool_new ();
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (config, caps, 64 * 48 * 3 / 2, 2, 2);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

/* A camera with two buffers goes on while the server hangs. */
GST_START_TEST (test_a_pool_of_two_is_enough)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  GstBufferPool *pool = make_pool ();
  GstBufferPoolAcquireParams params = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT
  };

  fault_server_hold (f->server);
  for (guint i = 0; i < 100; i++) {
    GstBuffer *buffer = NULL;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer,
            &params), GST_FLOW_OK);
    gst_buffer_memset (buffer, 0, i, -1);
    GST_BUFFER_PTS (buffer) = i * 100 * GST_MSECOND;
    fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
  }
  fixture_push_custom (f, "score/episode-end;");
  /* Nothing is held after the episode, though nothing is answered yet. */
  for (guint i = 0; i < 2; i++) {
    GstBuffer *buffer = NULL;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer,
            &params), GST_FLOW_OK);
    g_object_set_data_full (G_OBJECT (pool), i ? "one" : "other", buffer,
        (GDestroyNotify) gst_buffer_unref);
  }
  g_object_set_data (G_OBJECT (pool), "one", NULL);
  g_object_set_data (G_OBJECT (pool), "other", NULL);
  fault_server_release (f->server);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}

GST_END_TEST;

/* What others hold is read, neither written nor copied. */
GST_START_TEST (test_shared_buffers_stay_as_they_are)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  GstBuffer *frames[12];

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++) {
    g_autoptr (GBytes) before = NULL;
    g_autoptr (GBytes) after = NULL;

    frames[i] = fixture_make_frame (f);
    GST_MINI_OBJECT_FLAG_SET (gst_buffer_peek_memory (frames[i], 0),
        GST_MEMORY_FLAG_READONLY);
    before = read_buffer (frames[i]);
    gst_harness_push (f->harness, gst_buffer_ref (frames[i]));
    after = read_buffer (frames[i]);
    fail_unless (g_bytes_equal (before, after));
    ASSERT_MINI_OBJECT_REFCOUNT (frames[i], "frame", (i % 5 == 0 ? 1 : 2));
    if (i > 0)
      ASSERT_MINI_OBJECT_REFCOUNT (frames[i - 1], "the frame before", 1);
  }
  fixture_push_eos (f);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++) {
    ASSERT_MINI_OBJECT_REFCOUNT (frames[i], "frame", 1);
    gst_buffer_unref (frames[i]);
  }
}

GST_END_TEST;

GST_START_TEST (test_caps_that_are_no_video)
{
  g_autoptr (Fixture) f = fixture_new (NULL, NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (f->sink, "sink");
  g_autoptr (GstCaps) caps =
      gst_caps_from_string ("video/x-raw,format=I420,width=0,height=0");

  gst_pad_send_event (pad, gst_event_new_caps (caps));
  fail_unless (gst_harness_push (f->harness, fixture_make_frame (f)) !=
      GST_FLOW_ERROR);
}

GST_END_TEST;

static Suite *
sink_input_suite (void)
{
  Suite *suite = suite_create ("sink-input");
  TCase *tc = tcase_create ("input");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_shape, 0, G_N_ELEMENTS (shapes));
  tcase_add_loop_test (tc, test_orientation, 0, G_N_ELEMENTS (turns));
  tcase_add_test (tc, test_a_small_jpeg_is_passed_on);
  tcase_add_test (tc, test_a_large_jpeg_is_scaled);
  tcase_add_test (tc, test_a_jpeg_that_is_none);
  tcase_add_loop_test (tc, test_a_frame_of_the_wrong_size, 0, 2);
  tcase_add_test (tc, test_frames_without_time_stamps);
  tcase_add_test (tc, test_some_frames_without_time_stamps);
  tcase_add_test (tc, test_wild_time_stamps);
  tcase_add_test (tc, test_a_pool_of_two_is_enough);
  tcase_add_test (tc, test_shared_buffers_stay_as_they_are);
  tcase_add_test (tc, test_caps_that_are_no_video);
  return suite;
}

GST_CHECK_MAIN (sink_input);
