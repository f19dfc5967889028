/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* What scoreoverlay takes and gives: frames that it can blend into, and frames
 * in any memory where downstream draws compositions. */
#define SCORE_OVERLAY_CAPS \
    GST_VIDEO_CAPS_MAKE (GST_VIDEO_OVERLAY_COMPOSITION_BLEND_FORMATS) "; " \
    GST_VIDEO_CAPS_MAKE_WITH_FEATURES ("ANY", GST_VIDEO_FORMATS_ALL)

GstCaps *score_overlay_caps_transform (GstPadDirection direction,
    GstCaps * caps, GstCaps * filter);

/* Whether the first structure promises that compositions are drawn. */
gboolean score_overlay_caps_has_feature (const GstCaps * caps);

/* Fixed caps out of @caps, with the promise or without it where there is a
 * choice. Takes @caps. */
GstCaps *score_overlay_caps_choose (GstCaps * caps, gboolean with_feature);

/* Whether the peer names the promise, and does not merely take everything. */
gboolean score_overlay_caps_peer_asks (GstPad * srcpad);
/* @caps without the promise, or NULL where the peer does not take them or it is
 * not possible to blend into such frames. */
GstCaps *score_overlay_caps_peer_takes_plain (GstPad * srcpad,
    const GstCaps * caps);

G_END_DECLS
