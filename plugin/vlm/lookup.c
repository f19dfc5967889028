/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/lookup.h"

#include <gst/score/gstscoreerror.h>

#include "vlm/attempt.h"

/* Owned by the pending request, or by the timer of a pause. */
typedef struct
{
  ScoreLookupPlan plan;
  GTask *task;
  GCancellable *cancellable;
  guint attempt;
  GSource *timer, *cancelled;   /* of a pause */
} Lookup;

static void send_lookup (Lookup * lookup);

static void
lookup_free (Lookup * self)
{
  score_attempt_clear_source (&self->timer);
  score_attempt_clear_source (&self->cancelled);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->task);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lookup, lookup_free);

static void
fail (Lookup * lookup, GError * error)
{
  g_autoptr (Lookup) self = lookup;
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (!g_str_has_prefix (error->message, "model: "))
    g_prefix_error (&error, "model: none is set, and the server could not be "
        "asked for one: ");
  g_clear_pointer (&self, lookup_free);
  g_task_return_error (task, error);
}

static void
succeed (Lookup * lookup, gchar * model)
{
  g_autoptr (Lookup) self = lookup;
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_clear_pointer (&self, lookup_free);
  g_task_return_pointer (task, model, g_free);
}

static gboolean
paused_cb (gpointer user_data)
{
  Lookup *self = user_data;

  score_attempt_clear_source (&self->timer);
  score_attempt_clear_source (&self->cancelled);
  send_lookup (self);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable * cancellable, gpointer user_data)
{
  fail (user_data, g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_CANCELLED,
          "cancelled"));
  return G_SOURCE_REMOVE;
}

static void
pause_lookup (Lookup * self, gint64 wait)
{
  gint64 pace = score_pace_get_wait (self->plan.pace, 0,
      g_get_monotonic_time ());

  self->attempt++;
  self->plan.stats->retries++;
  self->timer = score_attempt_start_timer (self->plan.context,
      MAX (wait, pace), paused_cb, self);
  self->cancelled = g_cancellable_source_new (self->cancellable);
  g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self,
      NULL);
  g_source_attach (self->cancelled, self->plan.context);
}

static void
handle_error (Lookup * self, GError * error)
{
  gint64 wait = 0;

  if (g_error_matches (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CANCELLED)
      || score_retry_after_error (self->plan.retry, error, self->attempt,
          g_rand_double (self->plan.dice), -1, &wait) == SCORE_RETRY_GIVE_UP) {
    fail (self, error);
    return;
  }
  g_error_free (error);
  pause_lookup (self, wait);
}

static void
handle_fault (Lookup * self, const ScoreResponse * response)
{
  g_autoptr (ScoreFault) fault =
      score_attempt_read_fault (self->plan.server, response);
  gint64 wait = 0;

  self->plan.stats->rate_limited += fault->status == 429;
  if (score_retry_after_fault (self->plan.retry, fault, self->attempt,
          g_rand_double (self->plan.dice), -1, &wait) == SCORE_RETRY_GIVE_UP)
    fail (self, score_fault_to_error (fault));
  else
    pause_lookup (self, wait);
}

static void
answered_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Lookup *self = user_data;
  GError *error = NULL;
  g_autoptr (ScoreResponse) response =
      score_http_send_finish (self->plan.http, result, &error);
  gchar *model;

  if (response == NULL) {
    handle_error (self, error);
    return;
  }
  self->plan.stats->bytes_received += g_bytes_get_size (response->body);
  if (response->status / 100 != 2) {
    handle_fault (self, response);
    return;
  }
  model = self->plan.server->provider->parse_models (response, &error);
  if (model)
    succeed (self, model);
  else
    handle_error (self, error);
}

static void
send_lookup (Lookup * self)
{
  g_autoptr (ScoreWire) wire =
      self->plan.server->provider->build_models (self->plan.server);

  score_pace_take (self->plan.pace, NULL, g_get_monotonic_time ());
  self->plan.stats->requests++;
  score_http_send_async (self->plan.http, wire, self->plan.timeout,
      self->cancellable, answered_cb, self);
}

void
score_lookup_async (const ScoreLookupPlan * plan, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (Lookup) self = g_new0 (Lookup, 1);

  g_assert (g_main_context_is_owner (plan->context));

  self->plan = *plan;
  self->cancellable = g_object_ref (cancellable);
  self->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->task, score_lookup_async);
  if (plan->server->provider->build_models == NULL) {
    fail (g_steal_pointer (&self), g_error_new (GST_SCORE_ERROR,
            GST_SCORE_ERROR_CONFIG, "this provider has no list of models"));
    return;
  }
  send_lookup (g_steal_pointer (&self));
}

gchar *
score_lookup_finish (GAsyncResult * result, GError ** error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, score_lookup_async),
      NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
