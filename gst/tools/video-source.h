/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A bin that gives decoded video of the first video stream of @uri on its one
 * source pad, "src", which may come late ("pad-added"), as that of uridecodebin
 * does. What cannot be read, and what has no video, is an error on the bus.
 *
 * Of a file it gives those frames alone that @sink will take as samples, where it
 * is sure which they are and what they need; it looks at the file for that, while
 * the caller waits. Otherwise it has the sink throttle the decoder, where the last
 * frame is not lost with that, or gives every frame. The samples are the same.
 *
 * @sink: the scoresink that will be fed, with the properties that it will have;
 * not linked here. Its decoder-throttle is taken back where it is not used.
 * @decode_all: decode every frame, whether or not anybody looks at it.
 *
 * Floating. NULL where an element is missing (GST_SCORE_ERROR_CONFIG) or the file
 * cannot be taken apart at all (GST_SCORE_ERROR_ENCODE). */
GstElement *score_video_source_new (const gchar * uri, GstElement * sink, gboolean decode_all,
    GError ** error);
/* How much was read so far, to see it move where no frame comes for long; of NULL
 * nothing. */
guint score_video_source_get_n_seen (GstElement * source);

G_END_DECLS
