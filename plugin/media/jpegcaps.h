/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* The caps of what score_jpeg_encode() accepts, for pad templates. */
GstCaps *score_jpeg_get_caps (void);

G_END_DECLS
