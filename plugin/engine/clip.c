/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/clip.h"

#include <gio/gio.h>
#include <gst/score/gstscoreerror.h>

#include "media/jpegheader.h"

/* A file is made in milliseconds; this is only against a muxer that hangs. */
#define PATIENCE (10 * GST_SECOND)

/* appsrc ! qtmux ! giostreamsink: the muxer goes back to write its sizes, which
 * takes a stream that can seek. */
typedef struct
{
  GstElement *pipeline, *source;
  GOutputStream *file;
} Muxer;

static void
muxer_clear (Muxer * self)
{
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->pipeline, gst_object_unref);
  g_clear_object (&self->file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Muxer, muxer_clear);

static gboolean
fail (GError ** error, const gchar * what)
{
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
      "video-transport: the frames cannot be made into a file: %s", what);
  return FALSE;
}

static GstElement *
add (Muxer * self, const gchar * factory, GError ** error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);
  g_autofree gchar *what = NULL;

  if (element == NULL) {
    what = g_strdup_printf ("there is no element \"%s\" (GStreamer's base and "
        "good plugins have what is needed)", factory);
    fail (error, what);
    return NULL;
  }
  gst_bin_add (GST_BIN (self->pipeline), element);
  return element;
}

static gboolean
muxer_build (Muxer * self, GError ** error)
{
  GstElement *muxer, *sink;

  self->pipeline = gst_pipeline_new (NULL);
  self->file = g_memory_output_stream_new_resizable ();
  if ((self->source = add (self, "appsrc", error)) == NULL ||
      (muxer = add (self, "qtmux", error)) == NULL ||
      (sink = add (self, "giostreamsink", error)) == NULL)
    return FALSE;
  g_object_set (self->source, "format", GST_FORMAT_TIME, "max-bytes",
      G_GUINT64_CONSTANT (0), NULL);
  g_object_set (sink, "stream", self->file, "sync", FALSE, NULL);
  /* by name: the muxer's audio pads come first */
  if (!gst_element_link_pads (self->source, "src", muxer, "video_%u") ||
      !gst_element_link (muxer, sink))
    return fail (error, "the elements do not fit together");
  return TRUE;
}

/* Their size is in the JPEGs; the muxer wants it in the caps as well. */
static gboolean
set_caps (Muxer * self, GBytes * first, gdouble framerate, GError ** error)
{
  g_autoptr (GstCaps) caps = NULL;
  ScoreJpegHeader header = { 0, };
  gint rate_n, rate_d;
  gsize size;
  const guint8 *data = g_bytes_get_data (first, &size);

  if (!score_jpeg_header_parse (&header, data, size, error))
    return FALSE;
  gst_util_double_to_fraction (framerate, &rate_n, &rate_d);
  caps = gst_caps_new_simple ("image/jpeg", "width", G_TYPE_INT,
      (gint) header.width, "height", G_TYPE_INT, (gint) header.height,
      "framerate", GST_TYPE_FRACTION, rate_n, rate_d, NULL);
  g_object_set (self->source, "caps", caps, NULL);
  return TRUE;
}

static void
push (Muxer * self, GPtrArray * jpegs, gdouble framerate)
{
  GstFlowReturn flow;

  for (guint i = 0; i < jpegs->len; i++) {
    g_autoptr (GstBuffer) buffer =
        gst_buffer_new_wrapped_bytes (g_ptr_array_index (jpegs, i));
    GstClockTime end = (GstClockTime) ((i + 1) / framerate * GST_SECOND);

    GST_BUFFER_PTS (buffer) = (GstClockTime) (i / framerate * GST_SECOND);
    GST_BUFFER_DURATION (buffer) = end - GST_BUFFER_PTS (buffer);
    g_signal_emit_by_name (self->source, "push-buffer", buffer, &flow);
  }
  g_signal_emit_by_name (self->source, "end-of-stream", &flow);
}

static gboolean
wait (Muxer * self, GError ** error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, PATIENCE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) why = NULL;

  if (message == NULL)
    return fail (error, "the muxer does not come to an end");
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  gst_message_parse_error (message, &why, NULL);
  return fail (error, why->message);
}

GBytes *
score_clip_make (GPtrArray * jpegs, gdouble framerate, GError ** error)
{
  g_auto (Muxer) self = { NULL, };

  g_return_val_if_fail (jpegs->len > 0, NULL);
  g_return_val_if_fail (framerate > 0.0, NULL);

  if (!muxer_build (&self, error) ||
      !set_caps (&self, g_ptr_array_index (jpegs, 0), framerate, error))
    return NULL;
  gst_element_set_state (self.pipeline, GST_STATE_PLAYING);
  push (&self, jpegs, framerate);
  if (!wait (&self, error))
    return NULL;
  gst_element_set_state (self.pipeline, GST_STATE_NULL);
  if (!g_output_stream_is_closed (self.file))
    g_output_stream_close (self.file, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM
      (self.file));
}
