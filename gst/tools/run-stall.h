/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Whether no thread of @bin moves data, nor waits to: nothing will come of it any
 * more. decodebin may keep the error of a demuxer that fails while it is being
 * added to itself, and then nothing is said at all. Call it a second time after a
 * while, since threads begin one after the other. */
gboolean score_run_is_stalled (GstElement * bin);

G_END_DECLS
