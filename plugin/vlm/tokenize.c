/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/tokenize.h"

#define LONGEST_WAIT (5 * G_TIME_SPAN_SECOND)

typedef struct
{
  ScoreTokenizePlan plan;
  GTask *task;
} Inquiry;

static void
answered_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_autofree Inquiry *self = user_data;
  g_autoptr (GTask) task = self->task;
  g_autoptr (ScoreResponse) response =
      score_http_send_finish (self->plan.http, result, NULL);
  guint id;

  if (response != NULL)
    self->plan.stats->bytes_received += g_bytes_get_size (response->body);
  if (response != NULL && response->status / 100 == 2
      && self->plan.server->provider->parse_tokenize (response, &id))
    g_task_return_int (task, id);
  else
    g_task_return_int (task, -1);
}

gboolean
score_tokenize_async (const ScoreTokenizePlan * plan, const gchar * token,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  const ScoreProvider *provider = plan->server->provider;
  g_autoptr (ScoreWire) wire = provider->build_tokenize != NULL ?
      provider->build_tokenize (plan->server, token) : NULL;
  Inquiry *self;

  g_assert (g_main_context_is_owner (plan->context));

  if (wire == NULL)
    return FALSE;
  self = g_new0 (Inquiry, 1);
  self->plan = *plan;
  self->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->task, score_tokenize_async);
  score_pace_take (plan->pace, NULL, g_get_monotonic_time ());
  plan->stats->requests++;
  plan->stats->bytes_sent += score_wire_get_length (wire);
  score_http_send_async (plan->http, wire, MIN (plan->timeout, LONGEST_WAIT),
      cancellable, answered_cb, self);
  return TRUE;
}

gboolean
score_tokenize_finish (GAsyncResult * result, guint * id)
{
  gssize found;

  g_return_val_if_fail (g_async_result_is_tagged (result,
          score_tokenize_async), FALSE);

  found = g_task_propagate_int (G_TASK (result), NULL);
  *id = found >= 0 ? (guint) found : 0;
  return found >= 0;
}
