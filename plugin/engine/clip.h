/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The @jpegs (of GBytes, one or more) as one file of moving JPEG at @framerate
 * frames a second, in memory. NULL with GST_SCORE_ERROR_ENCODE. */
GBytes *score_clip_make (GPtrArray * jpegs, gdouble framerate, GError ** error);

G_END_DECLS
