/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/jpegcaps.h"

#include "media/raw.h"

/* Those that cost least come first, for the first is what is negotiated. */
static GArray *
list_formats (void)
{
  static const GstVideoFormat cheap[] = {
    GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_YV12, GST_VIDEO_FORMAT_NV12,
    GST_VIDEO_FORMAT_NV21, GST_VIDEO_FORMAT_Y42B, GST_VIDEO_FORMAT_YUY2,
    GST_VIDEO_FORMAT_UYVY, GST_VIDEO_FORMAT_Y444, GST_VIDEO_FORMAT_GRAY8
  };
  GArray *formats = g_array_new (FALSE, FALSE, sizeof (GstVideoFormat));
  guint n_all;
  const GstVideoFormat *all = gst_video_formats_raw (&n_all);

  g_array_append_vals (formats, cheap, G_N_ELEMENTS (cheap));
  for (guint i = 0; i < n_all; i++) {
    gboolean listed = !score_raw_knows_format (all[i]);

    for (guint j = 0; j < G_N_ELEMENTS (cheap); j++)
      listed |= all[i] == cheap[j];
    if (!listed)
      g_array_append_val (formats, all[i]);
  }
  return formats;
}

GstCaps *
score_jpeg_get_caps (void)
{
  g_autoptr (GArray) formats = list_formats ();
  GstCaps *caps = gst_video_make_raw_caps ((gpointer) formats->data,
      formats->len);

  gst_caps_append (caps, gst_caps_new_empty_simple ("image/jpeg"));
  return caps;
}
