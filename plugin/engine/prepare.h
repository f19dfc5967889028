/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* Packs every video of @request into what the provider of @server, or the
 * server's video-transport, cannot do without: pixels, or one file. FALSE with
 * GST_SCORE_ERROR_ENCODE. Worker only; takes milliseconds. */
gboolean score_prepare_request (ScoreRequest * request,
    const ScoreServer * server, GError ** error);

G_END_DECLS
