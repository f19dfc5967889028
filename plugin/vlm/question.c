/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/question.h"

#include <gst/gst.h>
#include <gst/score/gstscoreerror.h>

#include "vlm/attempt.h"
#include "vlm/ladder.h"

GST_DEBUG_CATEGORY_EXTERN (score_caller_debug);
#define GST_CAT_DEFAULT score_caller_debug

Question *
score_caller_question_new (ScoreCaller * caller, ScoreRequest * request,
    gint64 deadline, GTask * task)
{
  Question *question = g_new0 (Question, 1);

  question->caller = caller;
  question->number = caller->next_number++;
  question->task = g_object_ref (task);
  question->request = score_request_ref (request);
  question->deadline = deadline;
  question->state = QUESTION_BACKING_OFF;
  question->since = g_get_monotonic_time ();
  caller->open++;
  caller->stats.waiting++;
  return question;
}

static void
question_free (Question * self)
{
  score_attempt_clear_source (&self->deadline_timer);
  score_attempt_clear_source (&self->cancelled);
  score_attempt_clear_source (&self->backoff);
  g_clear_object (&self->stop);
  g_clear_object (&self->task);
  g_clear_pointer (&self->request, score_request_unref);
  g_free (self->key);
  g_clear_error (&self->error);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free);

void
score_caller_question_enter (Question * question, QuestionState state)
{
  ScoreCaller *self = question->caller;
  gint64 now = g_get_monotonic_time ();

  if (question->state == QUESTION_ASKING) {
    question->cost.time_asking += now - question->since;
    self->stats.in_flight--;
  } else {
    question->cost.time_waiting += now - question->since;
    self->stats.waiting--;
  }
  if (question->state == QUESTION_QUEUED)
    g_queue_remove (&self->queue, question);
  score_attempt_clear_source (&question->backoff);
  question->state = state;
  question->since = now;
  if (state == QUESTION_ASKING)
    self->stats.in_flight++;
  else
    self->stats.waiting++;
}

static void
count_end (Question * question, gboolean is_answer)
{
  ScoreCallerStats *stats = &question->caller->stats;

  if (!is_answer) {
    stats->errors += !question->once;
    return;
  }
  if (question->cost.requests == 0)     /* recalled */
    return;
  stats->answered++;
  stats->latency_last = question->cost.time_asking;
  stats->latency_sum += question->cost.time_asking;
  stats->latency_max = MAX (stats->latency_max, question->cost.time_asking);
}

void
score_caller_question_end (Question * ended, ScoreReply * reply, GError * error)
{
  g_autoptr (Question) question = ended;
  g_autoptr (GTask) task = g_steal_pointer (&question->task);
  ScoreCaller *self = question->caller;

  score_caller_question_enter (question, QUESTION_LEAVING);
  self->stats.waiting--;
  self->open--;
  count_end (question, reply != NULL);
  g_task_set_task_data (task, g_memdup2 (&question->cost,
          sizeof question->cost), g_free);
  score_caller_schedule_pump (self);
  g_clear_pointer (&question, question_free);
  if (reply)
    g_task_return_pointer (task, reply, (GDestroyNotify) score_reply_free);
  else
    g_task_return_error (task, error);
}

/* As score_caller_question_end(), for a question that is not on the wire. The last one takes the
 * search for a model, or for a token's number, along, which must not outlive it. */
static void
leave (Question * question, GError * error)
{
  ScoreCaller *self = question->caller;

  if (self->lookup == NULL
      || self->open > g_queue_get_length (&self->leaving) + 1) {
    score_caller_question_end (question, NULL, error);
    return;
  }
  score_caller_question_enter (question, QUESTION_LEAVING);
  score_attempt_clear_source (&question->deadline_timer);
  score_attempt_clear_source (&question->cancelled);
  question->error = error;
  g_queue_push_tail (&self->leaving, question);
  g_cancellable_cancel (self->lookup);
}

static gint64
get_remaining (Question * question)
{
  if (question->deadline == 0)
    return -1;
  return MAX (question->deadline - g_get_monotonic_time (), 0);
}

static GError *
late_error (Question * question)
{
  gint64 wire = question->cost.time_asking;
  gint64 queue = question->cost.time_waiting;

  if (question->state == QUESTION_ASKING)
    wire += g_get_monotonic_time () - question->since;
  else
    queue += g_get_monotonic_time () - question->since;
  return g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_TIMEOUT,
      "No answer in the time allowed: %.3g s waited, %.3g s asked in %u "
      "requests", queue / (gdouble) G_USEC_PER_SEC,
      wire / (gdouble) G_USEC_PER_SEC, question->cost.requests);
}

static GError *
cancelled_error (void)
{
  return g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_CANCELLED,
      "The question was cancelled");
}

static void
stop_question (Question * question)
{
  if (question->state == QUESTION_ASKING)
    g_cancellable_cancel (question->stop);
  else
    leave (question, question->is_cancelled ? cancelled_error () :
        late_error (question));
}

static gboolean
deadline_cb (gpointer user_data)
{
  Question *question = user_data;

  question->is_late = TRUE;
  stop_question (question);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable * cancellable, gpointer user_data)
{
  Question *question = user_data;

  question->is_cancelled = TRUE;
  stop_question (question);
  return G_SOURCE_REMOVE;
}

static gboolean
backoff_cb (gpointer user_data)
{
  score_caller_enqueue (user_data);
  return G_SOURCE_REMOVE;
}

static void
close_gate (ScoreCaller * self, gint64 wait)
{
  gint64 until = g_get_monotonic_time () + wait;

  if (until <= self->gate)
    return;
  GST_DEBUG ("nothing is sent for %.3g s", wait / (gdouble) G_USEC_PER_SEC);
  self->gate = until;
}

static void
ask_again (Question * question, ScoreRetryVerdict verdict, gint64 wait)
{
  ScoreCaller *self = question->caller;

  question->attempt++;
  question->cost.retries++;
  self->stats.retries++;
  if (verdict == SCORE_RETRY_PAUSE)
    close_gate (self, wait);
  if (verdict == SCORE_RETRY_PAUSE || wait <= 0) {
    score_caller_enqueue (question);
    return;
  }
  score_caller_question_enter (question, QUESTION_BACKING_OFF);
  question->backoff = score_attempt_start_timer (self->context, wait,
      backoff_cb, question);
}

/* BAD_REPLY is an answer without end here, which is not paid for twice. */
static void
handle_error (Question * question, GError * error)
{
  gint64 wait = 0;
  ScoreRetryVerdict verdict =
      score_retry_after_error (&question->caller->retry, error,
      question->attempt, g_rand_double (question->caller->dice),
      get_remaining (question), &wait);

  GST_DEBUG ("attempt %u failed: %s", question->attempt, error->message);
  if (verdict == SCORE_RETRY_GIVE_UP || question->once
      || g_error_matches (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY)) {
    score_caller_question_end (question, NULL, error);
    return;
  }
  g_error_free (error);
  ask_again (question, verdict, wait);
}

/* TRUE when asking again without what the server refused makes sense. Others
 * may have gone down the step while this one was on the wire. */
static gboolean
step_down (Question * question, const ScoreFault * fault)
{
  ScoreCaller *self = question->caller;
  gboolean is_refused = fault->status == 400 || fault->status == 404
      || fault->status == 422;
  g_autofree gchar *text = NULL;

  if (is_refused && question->quirks_age != self->quirks_age)
    return TRUE;
  if (!score_ladder_step (self->server, &self->quirks, question->request,
          fault, &text))
    return FALSE;
  self->quirks_age++;
  GST_INFO ("%s", text);
  if (self->notice)
    self->notice (text, self->notice_data);
  return TRUE;
}

static gboolean
is_overload (const ScoreFault * fault)
{
  return !fault->final && (fault->status == 429 || fault->status == 503
      || fault->status == 529);
}

static void
count_fault (Question * question, const ScoreFault * fault)
{
  guint rate_limited = fault->status == 429;

  question->cost.rate_limited += rate_limited;
  question->caller->stats.rate_limited += rate_limited;
  score_pace_refund (question->caller->pace, question->pace_number);
}

static void
handle_fault (Question * question, const ScoreFault * fault)
{
  ScoreCaller *self = question->caller;
  ScoreRetryVerdict verdict;
  gint64 wait = 0;

  count_fault (question, fault);
  GST_DEBUG ("attempt %u: status %u, %s", question->attempt, fault->status,
      fault->message);
  if (step_down (question, fault)) {
    score_caller_enqueue (question);
    return;
  }
  verdict = score_retry_after_fault (&self->retry, fault, question->attempt,
      g_rand_double (self->dice), get_remaining (question), &wait);
  if (verdict != SCORE_RETRY_GIVE_UP && !question->once) {
    ask_again (question, verdict, wait);
    return;
  }
  if (verdict == SCORE_RETRY_PAUSE)
    close_gate (self, wait);
  /* The others wait, though this one will not. */
  if (is_overload (fault) && fault->retry_after > 0)
    close_gate (self, MIN (fault->retry_after,
            (gint64) (self->retry.backoff_max * G_USEC_PER_SEC)));
  score_caller_question_end (question, NULL, score_fault_to_error (fault));
}

/* A cut body may be whole the next time, so may a model's words. */
static void
handle_unreadable (Question * question, GError * error)
{
  if (!g_error_matches (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY)
      || question->asked_anew || question->once
      || question->attempt >= question->caller->retry.retries) {
    score_caller_question_end (question, NULL, error);
    return;
  }
  GST_DEBUG ("asking anew: %s", error->message);
  g_error_free (error);
  question->asked_anew = TRUE;
  ask_again (question, SCORE_RETRY_WAIT, 0);
}

static void
handle_success (Question * question, const ScoreResponse * response)
{
  ScoreCaller *self = question->caller;
  g_autoptr (ScoreFault) fault = NULL;
  GError *error = NULL;
  ScoreReply *reply = self->server->provider->parse (response, &fault, &error);

  if (reply) {
    self->stats.tokens.input_tokens += reply->tokens.input_tokens;
    self->stats.tokens.cached_tokens += reply->tokens.cached_tokens;
    self->stats.tokens.output_tokens += reply->tokens.output_tokens;
    self->stats.tokens.reasoning_tokens += reply->tokens.reasoning_tokens;
    if (question->key)
      reply->body = g_bytes_ref (response->body);
    reply->key = g_steal_pointer (&question->key);
    score_pace_correct (self->pace, question->pace_number, &reply->tokens);
    score_caller_question_end (question, reply, NULL);
  } else if (fault) {
    g_clear_error (&error);
    score_attempt_complete_fault (self->server, response, fault);
    handle_fault (question, fault);
  } else {
    handle_unreadable (question, error);
  }
}

static void
count_received (Question * question, const ScoreResponse * response)
{
  gsize size = g_bytes_get_size (response->body);

  question->cost.bytes_received += size;
  question->caller->stats.bytes_received += size;
}

static void
answered_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Question *question = user_data;
  ScoreCaller *self = question->caller;
  GError *error = NULL;
  g_autoptr (ScoreResponse) response =
      score_http_send_finish (self->http, result, &error);

  g_clear_object (&question->stop);
  score_caller_schedule_pump (self);
  if (response)
    count_received (question, response);
  if (question->is_cancelled || question->is_late) {
    g_clear_error (&error);
    score_caller_question_end (question, NULL,
        question->is_cancelled ? cancelled_error () : late_error (question));
  } else if (response == NULL) {
    handle_error (question, error);
  } else if (response->status / 100 == 2) {
    handle_success (question, response);
  } else {
    g_autoptr (ScoreFault) fault =
        score_attempt_read_fault (self->server, response);

    handle_fault (question, fault);
  }
}

ScoreWire *
score_caller_question_build (Question * question, const ScoreQuirks * quirks,
    GError ** error)
{
  const ScoreCaller *self = question->caller;
  ScoreWire *wire = NULL;

  if (score_request_pack (question->request, error))
    wire = self->server->provider->build (self->server, quirks,
        question->request, error);
  score_request_unpack (question->request);
  return wire;
}

static gboolean
may_send (Question * question, GError ** error)
{
  const ScoreCaller *self = question->caller;

  return self->permit == NULL || self->permit (question->asker,
      self->permit_data, error);
}

gboolean
score_caller_question_ask (Question * question)
{
  ScoreCaller *self = question->caller;
  gint64 remaining = get_remaining (question);
  GError *error = NULL;
  g_autoptr (ScoreWire) wire = NULL;
  gsize size;

  if (score_caller_question_recall (question))
    return FALSE;
  wire = score_caller_question_build (question, &self->quirks, &error);
  if (wire == NULL || !may_send (question, &error)) {
    score_caller_question_end (question, NULL, error);
    return FALSE;
  }
  score_caller_question_enter (question, QUESTION_ASKING);
  size = score_wire_get_length (wire);
  question->quirks_age = self->quirks_age;
  question->pace_number = score_pace_take (self->pace, question->request,
      g_get_monotonic_time ());
  question->cost.requests++;
  question->cost.bytes_sent += size;
  self->stats.requests++;
  self->stats.bytes_sent += size;
  question->stop = g_cancellable_new ();
  score_http_send_async (self->http, wire,
      remaining < 0 ? self->timeout : MIN (self->timeout, remaining),
      question->stop, answered_cb, question);
  return TRUE;
}

static void
watch (Question * question, GCancellable * cancellable)
{
  GMainContext *context = question->caller->context;

  if (question->deadline)
    question->deadline_timer = score_attempt_start_timer (context,
        get_remaining (question), deadline_cb, question);
  if (cancellable == NULL)
    return;
  question->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (question->cancelled, G_SOURCE_FUNC (cancelled_cb),
      question, NULL);
  g_source_attach (question->cancelled, context);
}

void
score_caller_question_start (Question * question, GCancellable * cancellable)
{
  if (g_cancellable_is_cancelled (cancellable)) {
    score_caller_question_end (question, NULL, cancelled_error ());
  } else if (get_remaining (question) == 0) {
    score_caller_question_end (question, NULL, late_error (question));
  } else if (!score_caller_question_recall (question)) {
    watch (question, cancellable);
    score_caller_enqueue (question);
  }
}
