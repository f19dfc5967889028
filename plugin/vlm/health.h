/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/http.h"

G_BEGIN_DECLS

/* Asks once whether @server is well, for providers that have a way to. All is
 * borrowed until the callback; it is called once, later. */
void score_health_ask_async (ScoreHttp * http, const ScoreServer * server,
    gint64 timeout, GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
/* An error is a sentence for the user, or GST_SCORE_ERROR_CANCELLED. */
gboolean score_health_ask_finish (GAsyncResult * result, GError ** error);

G_END_DECLS
