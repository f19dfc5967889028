/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/caller.h"

G_BEGIN_DECLS

/* Asks a server for the number of a token, for questions that want to know its
 * log-probability. Once, without retries and for a few seconds at most: a
 * server that does not say is one that has no such thing. All is borrowed for as
 * long as it lasts. */
typedef struct
{
  GMainContext *context;
  ScoreHttp *http;
  const ScoreServer *server;
  gint64 timeout;               /* of the caller; less is waited */
  ScorePace *pace;
  ScoreCallerStats *stats;
} ScoreTokenizePlan;

/* FALSE, and no call back, where the server has nobody to ask. */
gboolean score_tokenize_async (const ScoreTokenizePlan * plan, const gchar * token,
    GCancellable * cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* FALSE where there is no such number. */
gboolean score_tokenize_finish (GAsyncResult * result, guint * id);

G_END_DECLS
