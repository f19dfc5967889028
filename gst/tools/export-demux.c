/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "export-demux.h"

#include <gst/score/gstscoreerror.h>

#include "plan-scan.h"

/* A demuxer that waits for what never comes would be waited for without end. */
#define PATIENCE (60 * GST_SECOND)

/* One way through a file. The streaming thread writes what stands below the
 * sink; this one reads it when the pipeline has ended. */
typedef struct
{
  GstElement *pipeline;
  GstElement *sink;
  GstSegment segment;
  GArray *frames;
  guint n_without_time;
  gboolean is_linked, is_vp8;
  gint n_seen;                  /* atomic: frames and events, to see it move */
} Demux;

static void
fail (GError ** error, const gchar * path, const gchar * why)
{
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG, "%s: %s", path,
      why);
}

/* VP8 has frames that only others refer to; a bit of their first byte tells. */
static gboolean
is_shown (const Demux * self, GstBuffer * buffer)
{
  guint8 first;

  if (gst_buffer_get_size (buffer) == 0
      || GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DECODE_ONLY))
    return FALSE;
  if (self->is_vp8 && gst_buffer_extract (buffer, 0, &first, 1) == 1)
    return (first & 0x10) != 0;
  /* a header that stands alone, such as Theora's */
  return GST_BUFFER_PTS_IS_VALID (buffer)
      || !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_HEADER);
}

/* What lies outside the segment is decoded and not shown; what begins before it
 * is shown from its start on. */
static void
add_frame (Demux * self, GstBuffer * buffer)
{
  GstClockTime start = GST_BUFFER_PTS (buffer), stop = start;
  ExportFrame frame;
  guint64 shown_from, shown_to;

  if (!is_shown (self, buffer))
    return;
  if (!GST_CLOCK_TIME_IS_VALID (start)
      || self->segment.format != GST_FORMAT_TIME) {
    self->n_without_time++;
    return;
  }
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    stop += GST_BUFFER_DURATION (buffer);
  if (!gst_segment_clip (&self->segment, GST_FORMAT_TIME, start, stop,
          &shown_from, &shown_to))
    return;
  frame.pts = shown_from;
  frame.stream_time = gst_segment_to_stream_time (&self->segment,
      GST_FORMAT_TIME, shown_from);
  g_array_append_val (self->frames, frame);
}

static void
take_event (Demux * self, GstEvent * event)
{
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT) {
    gst_event_copy_segment (event, &self->segment);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    gst_event_parse_caps (event, &caps);
    self->is_vp8 = gst_structure_has_name (gst_caps_get_structure (caps, 0),
        "video/x-vp8");
  }
}

static GstPadProbeReturn
probe_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Demux *self = user_data;

  g_atomic_int_inc (&self->n_seen);
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER) {
    add_frame (self, GST_PAD_PROBE_INFO_BUFFER (info));
  } else if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

    for (guint i = 0; i < gst_buffer_list_length (list); i++)
      add_frame (self, gst_buffer_list_get (list, i));
  } else {
    take_event (self, GST_PAD_PROBE_INFO_EVENT (info));
  }
  return GST_PAD_PROBE_OK;
}

static void
pad_added_cb (GstElement * element, GstPad * pad, gpointer user_data)
{
  Demux *self = user_data;
  g_autoptr (GstPad) sinkpad = gst_element_get_static_pad (self->sink, "sink");

  if (!self->is_linked && score_plan_is_video (pad))
    self->is_linked = GST_PAD_LINK_SUCCESSFUL (gst_pad_link (pad, sinkpad));
}

/* Without a linked sink no EOS would come. */
static void
no_more_pads_cb (GstElement * element, gpointer user_data)
{
  Demux *self = user_data;

  if (!self->is_linked)
    gst_element_post_message (self->pipeline,
        gst_message_new_application (GST_OBJECT (self->pipeline),
            gst_structure_new_empty ("no-video")));
}

static GstElement *
make (const gchar * factory, GstElement * pipeline, GError ** error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "GStreamer has no element %s; are its base plugins installed?",
        factory);
    return NULL;
  }
  gst_bin_add (GST_BIN (pipeline), element);
  return element;
}

static gboolean
build (Demux * self, const gchar * path, const gchar * way, GError ** error)
{
  GstElement *source, *bin;
  g_autoptr (GstPad) sinkpad = NULL;

  if ((source = make ("filesrc", self->pipeline, error)) == NULL
      || (bin = make (way, self->pipeline, error)) == NULL
      || (self->sink = make ("fakesink", self->pipeline, error)) == NULL)
    return FALSE;
  g_object_set (source, "location", path, NULL);
  g_object_set (self->sink, "sync", FALSE, "qos", FALSE, "enable-last-sample",
      FALSE, NULL);
  sinkpad = gst_element_get_static_pad (self->sink, "sink");
  gst_pad_add_probe (sinkpad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      probe_cb, self, NULL);
  g_signal_connect (bin, "pad-added", G_CALLBACK (pad_added_cb), self);
  g_signal_connect (bin, "no-more-pads", G_CALLBACK (no_more_pads_cb), self);
  if (!gst_element_link (source, bin)) {
    fail (error, path, "GStreamer cannot open it.");
    return FALSE;
  }
  return TRUE;
}

/* NULL when nothing has come out for too long. */
static GstMessage *
wait_for_end (Demux * self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  GstMessage *message;
  gint before;

  do {
    before = g_atomic_int_get (&self->n_seen);
    message = gst_bus_timed_pop_filtered (bus, PATIENCE,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_APPLICATION);
  } while (message == NULL && g_atomic_int_get (&self->n_seen) != before);
  return message;
}

static gboolean
play (Demux * self, const gchar * path, GError ** error)
{
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) failure = NULL;

  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  message = wait_for_end (self);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  if (message == NULL) {
    fail (error, path, "GStreamer does not get on with reading it.");
    return FALSE;
  }
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &failure, NULL);
  /* of a demuxer whose streams nobody takes */
  if (!self->is_linked && g_error_matches (failure, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FAILED))
    g_clear_error (&failure);
  fail (error, path, failure != NULL ? failure->message :
      "There is no video in the file.");
  return FALSE;
}

static gint
compare_frames (gconstpointer a, gconstpointer b)
{
  const ExportFrame *one = a, *other = b;

  return one->stream_time < other->stream_time ? -1 :
      one->stream_time > other->stream_time;
}

/* TRUE with *frames unset where packets have no times of their own. */
static gboolean
read_by (const gchar * way, const gchar * path, GArray ** frames,
    GError ** error)
{
  g_autoptr (GstElement) pipeline =
      gst_object_ref_sink (gst_pipeline_new (NULL));
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (ExportFrame));
  Demux self = {.pipeline = pipeline,.frames = found };

  gst_segment_init (&self.segment, GST_FORMAT_UNDEFINED);
  if (!build (&self, path, way, error) || !play (&self, path, error))
    return FALSE;
  if (self.n_without_time > 0 || found->len == 0)
    return TRUE;
  g_array_sort (found, compare_frames);
  *frames = g_steal_pointer (&found);
  return TRUE;
}

GArray *
export_demux_read (const gchar * path, GError ** error)
{
  GArray *frames = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    fail (error, path, "There is no such file.");
    return NULL;
  }
  if (!read_by ("parsebin", path, &frames, error) || frames != NULL)
    return frames;
  if (read_by ("decodebin", path, &frames, error) && frames == NULL)
    fail (error, path, "Its frames have no time stamps; give --framerate in"
        " place of the video.");
  return frames;
}
