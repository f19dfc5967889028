/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* Has every video of @request packed into what the provider of @server, or the
 * server's video-transport, cannot do without: pixels, or one file. That happens
 * in the worker when the question leaves, takes milliseconds, and fails the
 * question with GST_SCORE_ERROR_ENCODE. */
void score_prepare_request (ScoreRequest * request, const ScoreServer * server);

G_END_DECLS
