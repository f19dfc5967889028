/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The queries that scoreannotate answers in its own way. */

/* CAPS and ACCEPT_CAPS of either pad: what the other side can do, and where
 * frames are looked at only what can be looked at. FALSE as their default
 * handlers give it. */
gboolean gst_score_annotate_query_caps (GstPad * pad, GstQuery * query, gboolean any);
gboolean gst_score_annotate_accept_caps (GstPad * pad, GstQuery * query, gboolean any);
/* ALLOCATION where frames are held: any strides, but no pool, which would be
 * empty soon. */
gboolean gst_score_annotate_propose_allocation (GstQuery * query);
/* LATENCY where frames are held: as long as it takes. */
gboolean gst_score_annotate_query_hold_latency (GstPad * sinkpad, GstQuery * query);

G_END_DECLS
