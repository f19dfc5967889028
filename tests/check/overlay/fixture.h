/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/score/score.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstHarness, gst_harness_teardown)

#define FIXTURE_CAPS "video/x-raw,format=I420,width=320,height=240," \
    "framerate=30/1"

/* scoreoverlay with these properties, as in gst-launch-1.0, in a harness that
 * gives it these caps. */
GstHarness *overlay_new (const gchar * properties, const gchar * caps);

/* A grey frame in the caps that the harness gives, the @n-th of 30 a second. */
GstBuffer *overlay_frame (GstHarness * harness, guint n);
/* The same with a meta of the episode "e", of a value that is the frame's own;
 * NAN for none. */
GstBuffer *overlay_scored_frame (GstHarness * harness, guint n,
    GstScoreMetaStatus status, gdouble progress);

/* Pushes, and returns what comes out. */
GstBuffer *overlay_pass (GstHarness * harness, GstBuffer * buffer);

guint64 overlay_stat (GstHarness * harness, const gchar * name);
void overlay_set (GstHarness * harness, const gchar * name,
    const gchar * value);
/* Whether two buffers hold the same bytes. */
gboolean overlay_same_bytes (GstBuffer * a, GstBuffer * b);
/* Of frames of the same size and rate. */
void overlay_convert (const GstVideoInfo * from_info, GstBuffer * from,
    const GstVideoInfo * to_info, GstBuffer * to);
/* The frame as width * height * 4 bytes of RGBA, for g_free (). */
guint8 *overlay_to_rgba (GstBuffer * buffer, const GstVideoInfo * info);
/* The picture that is attached, which must be there. */
GstVideoOverlayRectangle *overlay_get_rectangle (GstBuffer * buffer);

G_END_DECLS
