/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/caller.h"

G_BEGIN_DECLS

/* Asks a server which models it has, for a caller whose user named none. All
 * is borrowed for as long as the search lasts; the counters of @stats are moved
 * on. */
typedef struct
{
  GMainContext *context;
  ScoreHttp *http;
  const ScoreServer *server;
  const ScoreRetryPolicy *retry;
  gint64 timeout;               /* for one attempt */
  GRand *dice;
  ScorePace *pace;
  ScoreCallerStats *stats;
} ScoreLookupPlan;

/* Errors name "model". */
void score_lookup_async (const ScoreLookupPlan * plan, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
gchar *score_lookup_finish (GAsyncResult * result, GError ** error);

G_END_DECLS
