/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-look.h"

#define PATIENCE (10 * GST_SECOND)

static gboolean
is_video (GstPad * pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const gchar *name;

  if (caps == NULL)
    caps = gst_pad_query_caps (pad, NULL);
  if (gst_caps_is_empty (caps) || gst_caps_is_any (caps))
    return FALSE;
  name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  return g_str_has_prefix (name, "video/") || g_str_has_prefix (name, "image/");
}

/* The other streams wait for nobody: one that is linked is enough for a demuxer. */
static void
pad_added_cb (GstElement * parsebin, GstPad * pad, gpointer user_data)
{
  GstElement *sink = user_data;
  g_autoptr (GstPad) sinkpad = gst_element_get_static_pad (sink, "sink");

  if (!gst_pad_is_linked (sinkpad) && is_video (pad))
    gst_pad_link (pad, sinkpad);
}

/* Without a linked sink nothing would ever be complete. */
static void
no_more_pads_cb (GstElement * parsebin, gpointer user_data)
{
  GstElement *sink = user_data;
  g_autoptr (GstPad) sinkpad = gst_element_get_static_pad (sink, "sink");

  if (!gst_pad_is_linked (sinkpad))
    gst_element_post_message (sink, gst_message_new_application (GST_OBJECT
            (sink), gst_structure_new_empty ("no-video")));
}

static GstElement *
build (const gchar * path, GstElement ** sink)
{
  g_autoptr (GstElement) pipeline =
      gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *source = gst_element_factory_make ("filesrc", NULL);
  GstElement *parsebin = gst_element_factory_make ("parsebin", NULL);

  *sink = gst_element_factory_make ("fakesink", NULL);
  if (source == NULL || parsebin == NULL || *sink == NULL) {
    gst_clear_object (&source);
    gst_clear_object (&parsebin);
    gst_clear_object (sink);
    return NULL;
  }
  g_object_set (source, "location", path, NULL);
  gst_bin_add_many (GST_BIN (pipeline), source, parsebin, *sink, NULL);
  g_signal_connect (parsebin, "pad-added", G_CALLBACK (pad_added_cb), *sink);
  g_signal_connect (parsebin, "no-more-pads", G_CALLBACK (no_more_pads_cb),
      *sink);
  return gst_element_link (source, parsebin) ? g_steal_pointer (&pipeline)
      : NULL;
}

static void
read_caps (GstElement * sink, ScoreRunLook * look)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *s;
  gint n, d;

  if (caps == NULL)
    return;
  s = gst_caps_get_structure (caps, 0);
  if (!gst_structure_get_int (s, "width", &look->width)
      || !gst_structure_get_int (s, "height", &look->height))
    look->width = look->height = 0;
  if (gst_structure_get_fraction (s, "pixel-aspect-ratio", &n, &d) && n > 0)
    look->width = gst_util_uint64_scale_int (look->width, n, d);
  if (gst_structure_get_fraction (s, "framerate", &n, &d) && n > 0 && d > 0) {
    look->fps_n = n;
    look->fps_d = d;
  }
}

static gboolean
look_into (GstElement * pipeline, GstElement * sink, ScoreRunLook * look)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  gint64 duration;

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  message = gst_bus_timed_pop_filtered (bus, PATIENCE, GST_MESSAGE_ASYNC_DONE |
      GST_MESSAGE_ERROR | GST_MESSAGE_APPLICATION);
  if (message == NULL || GST_MESSAGE_TYPE (message) != GST_MESSAGE_ASYNC_DONE)
    return FALSE;
  if (gst_element_query_duration (sink, GST_FORMAT_TIME, &duration)
      && duration > 0)
    look->duration = (GstClockTime) duration;
  read_caps (sink, look);
  return TRUE;
}

gboolean
score_run_look (const gchar * path, ScoreRunLook * look)
{
  GstElement *sink;
  g_autoptr (GstElement) pipeline = build (path, &sink);
  gboolean found;

  look->duration = GST_CLOCK_TIME_NONE;
  look->width = look->height = 0;
  look->fps_n = 0;
  look->fps_d = 1;
  if (pipeline == NULL)
    return FALSE;
  found = look_into (pipeline, sink, look);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return found;
}
