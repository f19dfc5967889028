/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* Whether the file holds the very JPEGs that went in, at the times of the frame
 * rate, is asked of GStreamer's own demuxer. */

#include <gio/gio.h>
#include <gst/check/gstharness.h>
#include <gst/score/gstscoreerror.h>
#include <string.h>

#include "engine/clip.h"
#include "media/jpeg.h"

static GBytes *
new_jpeg (guint8 luma)
{
  g_autoptr (ScoreJpeg) encoder = score_jpeg_new (512, 85);
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw,format=GRAY8,"
      "width=64,height=48,framerate=1/1");
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 64 * 48, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *jpeg;

  gst_buffer_memset (buffer, 0, luma, 64 * 48);
  score_jpeg_set_caps (encoder, caps, &error);
  g_assert_no_error (error);
  jpeg = score_jpeg_encode (encoder, buffer, NULL, NULL, &error);
  g_assert_no_error (error);
  return jpeg;
}

static GPtrArray *
new_jpegs (guint n)
{
  GPtrArray *jpegs = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_bytes_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (jpegs, new_jpeg ((guint8) (10 + 200 * i / n)));
  return jpegs;
}

static GstSample *
pull (GstElement * sink)
{
  GstSample *sample = NULL;

  g_signal_emit_by_name (sink, "pull-sample", &sample);
  return sample;
}

static GstElement *
play (GBytes * file)
{
  GstElement *pipeline = gst_parse_launch ("giostreamsrc name=in ! qtdemux ! "
      "appsink name=out sync=false", NULL);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (file);

  g_object_set (in, "stream", stream, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static void
assert_frame (GstSample * sample, GBytes * jpeg, GstClockTime time)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  gsize size = g_bytes_get_size (jpeg);

  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, size);
  g_assert_cmpint (gst_buffer_memcmp (buffer, 0, g_bytes_get_data (jpeg, NULL),
          size), ==, 0);
  g_assert_cmpuint (ABS (GST_CLOCK_DIFF (GST_BUFFER_PTS (buffer), time)), <,
      GST_MSECOND);
}

static void
check_clip (guint n, gdouble framerate)
{
  g_autoptr (GPtrArray) jpegs = new_jpegs (n);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = score_clip_make (jpegs, framerate, &error);
  g_autoptr (GstElement) pipeline = NULL, sink = NULL;

  g_assert_no_error (error);
  pipeline = play (file);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  for (guint i = 0; i < n; i++) {
    g_autoptr (GstSample) sample = pull (sink);

    g_assert_nonnull (sample);
    assert_frame (sample, g_ptr_array_index (jpegs, i),
        (GstClockTime) (i / framerate * GST_SECOND));
  }
  g_assert_null (pull (sink));
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
test_frames (void)
{
  check_clip (1, 1.0);
  check_clip (3, 2.0);
  check_clip (64, 1.0);
  check_clip (5, 7.5);
}

static void
test_no_jpeg (void)
{
  g_autoptr (GPtrArray) jpegs = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_bytes_unref);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (jpegs, g_bytes_new_static ("GIF89a", 6));
  g_assert_null (score_clip_make (jpegs, 1.0, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip/frames", test_frames);
  g_test_add_func ("/clip/no-jpeg", test_no_jpeg);
  return g_test_run ();
}
