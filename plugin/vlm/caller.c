/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/caller.h"

#include <gst/gst.h>
#include <gst/score/gstscoreerror.h>

#include "vlm/attempt.h"
#include "vlm/health.h"
#include "vlm/lookup.h"
#include "vlm/question.h"
#include "vlm/tokenize.h"

GST_DEBUG_CATEGORY (score_caller_debug);
#define GST_CAT_DEFAULT score_caller_debug

/* A server that takes longer to say that it is well is not. */
#define HEALTH_TIMEOUT (10 * G_TIME_SPAN_SECOND)

static gint
compare_numbers (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Question *left = a, *right = b;

  return left->number < right->number ? -1 : left->number > right->number;
}

void
score_caller_enqueue (Question * question)
{
  score_caller_question_enter (question, QUESTION_QUEUED);
  g_queue_insert_sorted (&question->caller->queue, question, compare_numbers,
      NULL);
  score_caller_schedule_pump (question->caller);
}

static void
fail_queue (ScoreCaller * self, const GError * error)
{
  GQueue queue = self->queue;

  g_queue_init (&self->queue);
  for (Question * question; (question = g_queue_pop_head (&queue));) {
    /* It has left the list that enter() would take it from. */
    question->state = QUESTION_BACKING_OFF;
    score_caller_question_end (question, NULL, g_error_copy (error));
  }
}

static void
end_leaving (GQueue * leaving)
{
  for (Question * question; (question = g_queue_pop_head (leaving));)
    score_caller_question_end (question, NULL,
        g_steal_pointer (&question->error));
}

static void
found_model_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  ScoreCaller *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *model = score_lookup_finish (result, &error);
  GQueue leaving = self->leaving;

  g_clear_object (&self->lookup);
  g_queue_init (&self->leaving);
  score_caller_schedule_pump (self);
  if (model) {
    GST_INFO ("the server's model is %s", model);
    self->server->model = g_steal_pointer (&model);
  } else if (!g_error_matches (error, GST_SCORE_ERROR,
          GST_SCORE_ERROR_CANCELLED)) {
    fail_queue (self, error);
  }
  end_leaving (&leaving);
}

static void
look_for_model (ScoreCaller * self)
{
  ScoreLookupPlan plan = {
    .context = self->context,
    .http = self->http,
    .server = self->server,
    .retry = &self->retry,
    .timeout = self->timeout,
    .dice = self->dice,
    .pace = self->pace,
    .stats = &self->stats,
  };

  self->lookup = g_cancellable_new ();
  score_lookup_async (&plan, self->lookup, found_model_cb, self);
}

static void
found_token_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  ScoreCaller *self = user_data;
  GQueue leaving = self->leaving;

  self->quirks.has_token_id =
      score_tokenize_finish (result, &self->quirks.token_id);
  self->is_token_looked_for = !g_cancellable_is_cancelled (self->lookup);
  if (self->quirks.has_token_id)
    GST_INFO ("the token's number is %u", self->quirks.token_id);
  g_clear_object (&self->lookup);
  g_queue_init (&self->leaving);
  score_caller_schedule_pump (self);
  end_leaving (&leaving);
}

/* All questions of a caller that want a token want the same one. FALSE where
 * nobody is to be asked, or was asked before. */
static gboolean
look_for_token (ScoreCaller * self, const ScoreRequest * request)
{
  const gchar *token = score_request_get_token (request);
  const ScoreTokenizePlan plan = {
    .context = self->context,
    .http = self->http,
    .server = self->server,
    .timeout = self->timeout,
    .pace = self->pace,
    .stats = &self->stats,
  };
  g_autoptr (GCancellable) stop = NULL;

  if (token == NULL || self->is_token_looked_for)
    return FALSE;
  self->is_token_looked_for = TRUE;
  stop = g_cancellable_new ();
  if (!score_tokenize_async (&plan, token, stop, found_token_cb, self))
    return FALSE;
  self->lookup = g_steal_pointer (&stop);
  return TRUE;
}

static gboolean
gate_cb (gpointer user_data)
{
  ScoreCaller *self = user_data;

  score_attempt_clear_source (&self->gate_timer);
  score_caller_schedule_pump (self);
  return G_SOURCE_REMOVE;
}

/* FALSE while the server wants to be left alone, or @next, the first in the queue,
 * would be more than may be sent in a minute. Looked at anew each time, as the
 * pause may have been made longer meanwhile. */
static gboolean
is_gate_open (ScoreCaller * self, const Question * next)
{
  gint64 now = g_get_monotonic_time ();
  gint64 left = MAX (self->gate - now, score_pace_get_wait (self->pace,
          score_pace_estimate (self->pace, next->request), now));

  if (left <= 0)
    return TRUE;
  score_attempt_clear_source (&self->gate_timer);
  self->gate_timer = score_attempt_start_timer (self->context, left, gate_cb,
      self);
  return FALSE;
}

static gboolean
pump_cb (gpointer user_data)
{
  ScoreCaller *self = user_data;

  score_attempt_clear_source (&self->pump);
  while (self->stats.in_flight < self->max_in_flight
      && !g_queue_is_empty (&self->queue) && self->lookup == NULL) {
    Question *question = g_queue_peek_head (&self->queue);

    if (!is_gate_open (self, question))
      break;
    if (self->server->model == NULL)
      look_for_model (self);
    else if (!look_for_token (self, question->request)
        && !score_caller_question_ask (question))
      break;
  }
  return G_SOURCE_REMOVE;
}

/* Always from the loop: what ends a question may be called from anywhere. */
void
score_caller_schedule_pump (ScoreCaller * self)
{
  if (self->pump)
    return;
  self->pump = g_idle_source_new ();
  g_source_set_priority (self->pump, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->pump, pump_cb, self, NULL);
  g_source_attach (self->pump, self->context);
}

static void
looked_at_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  ScoreCaller *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_well = score_health_ask_finish (result, &error);

  g_clear_object (&self->health);
  if (is_well || g_error_matches (error, GST_SCORE_ERROR,
          GST_SCORE_ERROR_CANCELLED))
    return;
  GST_INFO ("%s", error->message);
  if (self->notice)
    self->notice (error->message, self->notice_data);
}

/* What is wrong is worth knowing before the first episode ends, and nothing
 * waits for the answer. Who has answers need not ask anybody. */
static void
look_at_server (ScoreCaller * self)
{
  if (self->server->provider->build_health == NULL || self->recall != NULL)
    return;
  self->health = g_cancellable_new ();
  score_health_ask_async (self->http, self->server, MIN (self->timeout,
          HEALTH_TIMEOUT), self->health, looked_at_cb, self);
}

/* Who counts no tokens, as some that are no chat models, has no limit of them. */
static ScorePace *
new_pace (const ScoreCallerOptions * options, const ScoreServer * server)
{
  ScorePaceLimits limits = options->pace;

  if (!(server->provider->abilities & SCORE_ABILITY_CHAT))
    limits.tokens = 0;
  return score_pace_new (&limits);
}

ScoreCaller *
score_caller_new (const ScoreServer * server,
    const ScoreCallerOptions * options, ScoreCallerNotice notice,
    gpointer user_data, GError ** error)
{
  g_autoptr (ScoreServer) copy = NULL;
  g_autoptr (ScoreHttp) http = NULL;
  ScoreHttpOptions http_options;
  ScoreCaller *self;

  g_return_val_if_fail (server != NULL, NULL);
  g_return_val_if_fail (options != NULL, NULL);

  GST_DEBUG_CATEGORY_INIT (score_caller_debug, "scorecaller", 0,
      "questions to model servers");
  copy = score_server_copy (server);
  if (!score_server_resolve (copy, error))
    return NULL;
  /* so that no question waits behind the look at the server */
  http_options = options->http;
  http_options.max_connections += copy->provider->build_health != NULL;
  http = score_http_new (&http_options, error);
  if (http == NULL)
    return NULL;
  self = g_new0 (ScoreCaller, 1);
  self->context = g_main_context_ref_thread_default ();
  self->server = g_steal_pointer (&copy);
  self->http = g_steal_pointer (&http);
  self->max_in_flight = MAX (options->max_in_flight, 1);
  self->timeout = options->timeout;
  self->retry = options->retry;
  self->pace = new_pace (options, self->server);
  self->dice = options->dice_seed ?
      g_rand_new_with_seed (options->dice_seed) : g_rand_new ();
  self->recall = options->recall;
  self->recall_data = options->recall_data;
  self->notice = notice;
  self->notice_data = user_data;
  g_queue_init (&self->queue);
  g_queue_init (&self->leaving);
  look_at_server (self);
  return self;
}

void
score_caller_free (ScoreCaller * self)
{
  g_return_if_fail (self != NULL);
  g_assert (g_main_context_is_owner (self->context));
  g_assert (self->open == 0 && self->lookup == NULL);

  if (self->health)
    g_cancellable_cancel (self->health);
  while (self->health)
    g_main_context_iteration (self->context, TRUE);
  score_attempt_clear_source (&self->pump);
  score_attempt_clear_source (&self->gate_timer);
  g_clear_pointer (&self->http, score_http_free);
  g_clear_pointer (&self->server, score_server_free);
  g_clear_pointer (&self->pace, score_pace_free);
  g_clear_pointer (&self->dice, g_rand_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self);
}

static void
start_question (ScoreCaller * self, ScoreRequest * request, gint64 deadline,
    gboolean once, GCancellable * cancellable, GTask * task, gpointer asker)
{
  Question *question;

  g_assert (g_main_context_is_owner (self->context));

  g_task_set_source_tag (task, score_caller_ask_async);
  question = score_caller_question_new (self, request, deadline, task);
  question->once = once;
  question->asker = asker;
  score_caller_question_start (question, cancellable);
}

void
score_caller_set_permit (ScoreCaller * self, ScoreCallerPermit permit,
    gpointer user_data)
{
  g_assert (g_main_context_is_owner (self->context) && self->open == 0);

  self->permit = permit;
  self->permit_data = user_data;
}

void
score_caller_ask_async (ScoreCaller * self, ScoreRequest * request,
    gint64 deadline, GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (request != NULL);

  task = g_task_new (NULL, NULL, callback, user_data);
  start_question (self, request, deadline, FALSE, cancellable, task, user_data);
}

void
score_caller_ask_once_async (ScoreCaller * self, ScoreRequest * request,
    gint64 deadline, GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (request != NULL);

  task = g_task_new (NULL, NULL, callback, user_data);
  start_question (self, request, deadline, TRUE, cancellable, task, user_data);
}

/* What waits will want a slot before anybody who comes now. */
gboolean
score_caller_has_room (ScoreCaller * self)
{
  g_assert (g_main_context_is_owner (self->context));

  return self->lookup == NULL && self->server->model != NULL
      && g_get_monotonic_time () >= self->gate
      && self->stats.in_flight + self->stats.waiting < self->max_in_flight;
}

ScoreReply *
score_caller_ask_finish (ScoreCaller * self, GAsyncResult * result,
    ScoreCallCost * cost, GError ** error)
{
  const ScoreCallCost *paid;

  g_return_val_if_fail (g_async_result_is_tagged (result,
          score_caller_ask_async), NULL);

  paid = g_task_get_task_data (G_TASK (result));
  if (cost)
    *cost = *paid;
  return g_task_propagate_pointer (G_TASK (result), error);
}

const gchar *
score_caller_get_model (ScoreCaller * self)
{
  g_assert (g_main_context_is_owner (self->context));

  return self->server->model;
}

void
score_caller_get_stats (ScoreCaller * self, ScoreCallerStats * stats)
{
  g_assert (g_main_context_is_owner (self->context));

  *stats = self->stats;
}
