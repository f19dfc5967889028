/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/annotatequeries.h"

#include <gst/video/video.h>

#include "media/jpegcaps.h"

gboolean
gst_score_annotate_query_caps (GstPad * pad, GstQuery * query, gboolean any)
{
  g_autoptr (GstCaps) known = NULL;
  g_autoptr (GstCaps) both = NULL;
  GstCaps *caps;

  if (!gst_pad_proxy_query_caps (pad, query) || any)
    return TRUE;
  known = score_jpeg_get_caps ();
  gst_query_parse_caps_result (query, &caps);
  both = gst_caps_intersect_full (caps, known, GST_CAPS_INTERSECT_FIRST);
  gst_query_set_caps_result (query, both);
  return TRUE;
}

gboolean
gst_score_annotate_accept_caps (GstPad * pad, GstQuery * query, gboolean any)
{
  g_autoptr (GstCaps) known = score_jpeg_get_caps ();
  GstCaps *caps;

  gst_query_parse_accept_caps (query, &caps);
  if (any || gst_caps_is_subset (caps, known))
    return gst_pad_proxy_query_accept_caps (pad, query);
  gst_query_set_accept_caps_result (query, FALSE);
  return TRUE;
}

gboolean
gst_score_annotate_propose_allocation (GstQuery * query)
{
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return TRUE;
}

gboolean
gst_score_annotate_query_hold_latency (GstPad * sinkpad, GstQuery * query)
{
  GstClockTime min;
  gboolean live;

  if (!gst_pad_peer_query (sinkpad, query))
    return FALSE;
  gst_query_parse_latency (query, &live, &min, NULL);
  gst_query_set_latency (query, live, min, GST_CLOCK_TIME_NONE);
  return TRUE;
}
