/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "video-source.h"

#include <gst/score/gstscoreerror.h>
#include <string.h>

#include "plan-source.h"
#include "plan-throttle.h"

#define N_SEEN_KEY "score-n-seen"

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

static GstElement *
decode_everything (const gchar * uri, GError ** error)
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

/* What the file allows: the plan, the throttle, or everything. */
static GstElement *
decode_less (const gchar * path, const gchar * uri, GstElement * sink,
    GError ** error)
{
  g_autoptr (ScorePlanScan) scan = score_plan_scan (path);
  GstElement *bin = NULL;
  gboolean throttles = FALSE;

  if (scan->failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&scan->failure));
    return NULL;
  }
  if (scan->reason == NULL)
    bin = score_plan_source_new (path, &scan, sink);
  if (bin == NULL) {
    GST_INFO ("%s: not decoded by a plan, for %s", path, scan->reason);
    bin = decode_everything (uri, error);
    throttles = bin != NULL && score_plan_throttle (bin, scan);
  }
  if (!throttles)
    g_object_set (sink, "decoder-throttle", FALSE, NULL);
  return bin;
}

/* --- progress --- */

static GstPadProbeReturn
count_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_atomic_int_inc ((gint *) user_data);
  return GST_PAD_PROBE_OK;
}

/* What goes into parsers and decoders is seen, whatever comes out. */
static void
element_added_cb (GstBin * bin, GstBin * parent, GstElement * element,
    gpointer user_data)
{
  const gchar *klass = gst_element_get_metadata (element,
      GST_ELEMENT_METADATA_KLASS);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");

  if (pad != NULL && !GST_IS_BIN (element) && klass != NULL
      && (strstr (klass, "Parser") != NULL
          || strstr (klass, "Decoder") != NULL))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count_cb, user_data,
        NULL);
}

static void
count_progress (GstElement * bin)
{
  gint *n_seen = g_new0 (gint, 1);

  g_object_set_data_full (G_OBJECT (bin), N_SEEN_KEY, n_seen, g_free);
  g_signal_connect (bin, "deep-element-added", G_CALLBACK (element_added_cb),
      n_seen);
}

guint
score_video_source_get_n_seen (GstElement * source)
{
  gint *n_seen = source == NULL ? NULL :
      g_object_get_data (G_OBJECT (source), N_SEEN_KEY);

  return n_seen != NULL ? (guint) g_atomic_int_get (n_seen) : 0;
}

/* --- the source --- */

GstElement *
score_video_source_new (const gchar * uri, GstElement * sink,
    gboolean decode_all, GError ** error)
{
  g_autofree gchar *path = g_filename_from_uri (uri, NULL, NULL);
  GstElement *bin;

  if (decode_all) {
    bin = decode_everything (uri, error);
  } else if (path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    bin = decode_less (path, uri, sink, error);
  } else {
    /* a pipe can be read only once, and of what has no known end the throttle
     * may lose the last frame */
    g_object_set (sink, "decoder-throttle", FALSE, NULL);
    bin = decode_everything (uri, error);
  }
  if (bin != NULL)
    count_progress (bin);
  return bin;
}
