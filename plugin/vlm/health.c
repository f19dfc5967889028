/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/health.h"

#include <gst/score/gstscoreerror.h>

#include "vlm/attempt.h"

typedef struct
{
  ScoreHttp *http;
  const ScoreServer *server;
  GTask *task;
} Check;

static GError *
read_answer (const ScoreServer * server, const ScoreResponse * response)
{
  GError *error = NULL;

  if (response->status / 100 == 2) {
    server->provider->parse_health (response, &error);
  } else {
    g_autoptr (ScoreFault) fault = score_attempt_read_fault (server, response);

    g_set_error (&error, GST_SCORE_ERROR, GST_SCORE_ERROR_UNREACHABLE,
        "HTTP status %u%s%s", fault->status,
        *fault->message != '\0' ? ": " : "", fault->message);
  }
  return error;
}

static void
answered_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_autofree Check *self = user_data;
  g_autoptr (GTask) task = self->task;
  GError *error = NULL;
  g_autoptr (ScoreResponse) response =
      score_http_send_finish (self->http, result, &error);

  if (response != NULL)
    error = read_answer (self->server, response);
  if (error == NULL) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  if (!g_error_matches (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CANCELLED))
    g_prefix_error (&error, "base-url: the %s server was asked whether it is "
        "well, and gave no good answer (it will be asked about the episodes "
        "all the same): ", self->server->provider->nick);
  g_task_return_error (task, error);
}

void
score_health_ask_async (ScoreHttp * http, const ScoreServer * server,
    gint64 timeout, GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_autoptr (ScoreWire) wire = server->provider->build_health (server);
  Check *self = g_new (Check, 1);

  self->http = http;
  self->server = server;
  self->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->task, score_health_ask_async);
  score_http_send_async (http, wire, timeout, cancellable, answered_cb, self);
}

gboolean
score_health_ask_finish (GAsyncResult * result, GError ** error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result,
          score_health_ask_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
