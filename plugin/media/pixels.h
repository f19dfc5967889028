/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The @jpegs (of GBytes, one or more) as RGB, frame after frame, row after row,
 * 3 bytes a pixel without padding; all of one size, which is that of the first:
 * others (a caps change within the episode) are stretched to it. NULL with
 * GST_SCORE_ERROR_ENCODE. */
GBytes *score_pixels_make (GPtrArray * jpegs, guint * width, guint * height, GError ** error);

G_END_DECLS
