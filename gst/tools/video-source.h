/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A bin that gives the decoded video of the first video stream of @uri on its one
 * source pad, "src", which may come late ("pad-added"), as that of uridecodebin
 * does. What cannot be read, and what has no video, is an error on the bus.
 *
 * @sink: the scoresink that will be fed, for its properties; not linked here.
 * @decode_all: decode every frame, whether or not anybody looks at it.
 *
 * Floating. NULL where an element is missing (GST_SCORE_ERROR_CONFIG). */
GstElement *score_video_source_new (const gchar * uri, GstElement * sink, gboolean decode_all,
    GError ** error);

G_END_DECLS
