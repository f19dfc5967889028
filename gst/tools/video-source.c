/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "video-source.h"

#include <gst/score/gstscoreerror.h>

/* Pictures of an MJPEG file go to the sink as they are. */
#define WANTED "video/x-raw(ANY); image/jpeg"

static void
pad_added_cb (GstElement * decodebin, GstPad * pad, gpointer user_data)
{
  GstElement *bin = user_data;
  g_autoptr (GstPad) other = gst_element_get_static_pad (bin, "src");
  GstPad *ghost;

  if (other != NULL)
    return;
  ghost = gst_ghost_pad_new ("src", pad);
  gst_pad_set_active (ghost, TRUE);
  gst_element_add_pad (bin, ghost);
}

static void
no_more_pads_cb (GstElement * decodebin, gpointer user_data)
{
  GstElement *bin = user_data;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (bin, "src");

  if (pad == NULL)
    GST_ELEMENT_ERROR (bin, STREAM, WRONG_TYPE, ("There is no video in it."),
        (NULL));
  else
    gst_element_no_more_pads (bin);
}

GstElement *
score_video_source_new (const gchar * uri, GstElement * sink,
    gboolean decode_all, GError ** error)
{
  GstElement *decodebin = gst_element_factory_make ("uridecodebin", NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (WANTED);
  GstElement *bin;

  if (decodebin == NULL) {
    g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "GStreamer has no element uridecodebin; are its base plugins"
        " installed?");
    return NULL;
  }
  g_object_set (decodebin, "uri", uri, "caps", caps, "expose-all-streams",
      FALSE, NULL);
  bin = gst_bin_new (NULL);
  gst_bin_add (GST_BIN (bin), decodebin);
  g_signal_connect (decodebin, "pad-added", G_CALLBACK (pad_added_cb), bin);
  g_signal_connect (decodebin, "no-more-pads", G_CALLBACK (no_more_pads_cb),
      bin);
  return bin;
}
