/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/worker.h"

#include <gst/score/gstscoreerror.h>

#include "engine/job.h"
#include "engine/objectcache.h"
#include "engine/outputs.h"
#include "engine/prepare.h"
#include "engine/provisional.h"

GST_DEBUG_CATEGORY_STATIC (score_worker_debug);
#define GST_CAT_DEFAULT score_worker_debug

#define MAX_CACHED_TASKS 64

struct _ScoreWorker
{
  const ScoreSetup *setup;
  ScoreWorkerCallbacks callbacks;
  gpointer user_data;
  gint64 episode_timeout;       /* microseconds; 0: none */
  gdouble success_threshold;

  GMainContext *context;
  ScoreCaller *caller;
  ScoreProvisional *provisional;
  GHashTable *jobs;             /* number -> ScoreJob, owned */
  ScoreObjectCache *objects;    /* NULL: not wanted */
  ScoreOutputs *outputs;
  gboolean is_silence_told;     /* that the server counts no tokens */
  guint64 next_sequence;
};

/* A question on its way. */
typedef struct
{
  ScoreFlight base;
  ScoreWorker *worker;
} Flight;

/* What an episode's timer knows. */
typedef struct
{
  ScoreWorker *worker;
  guint64 number;
} Timer;

static void pump (ScoreWorker * self, ScoreJob * job);

static void
assert_worker (ScoreWorker * self)
{
  g_assert (g_main_context_is_owner (self->context));
}

static void
publish_stats (ScoreWorker * self)
{
  ScoreCallerStats stats;

  score_caller_get_stats (self->caller, &stats);
  self->callbacks.stats (&stats, self->user_data);
}

/* As soon as they are known: the next episode may have begun already. */
static void
remember_objects (ScoreWorker * self, ScoreJob * job)
{
  const gchar *task = score_episode_get_task (job->episode);
  const gchar *const *objects;

  if (self->objects == NULL || score_object_cache_get (self->objects, task))
    return;
  objects = job->run->method->get_objects ?
      job->run->method->get_objects (job->run) : NULL;
  if (objects != NULL && objects[0] != NULL)
    score_object_cache_put (self->objects, task, objects);
}

static void
give_result (ScoreWorker * self, ScoreJob * job)
{
  g_autoptr (GstScoreResult) result = NULL;

  result = score_job_make_result (job, self->setup,
      score_caller_get_model (self->caller), self->success_threshold);
  GST_INFO ("episode %s: %s, progress %g, %u samples, %" G_GUINT64_FORMAT
      " requests", score_episode_get_id (job->episode),
      job->error ? job->error->message : "scored",
      gst_score_result_get_progress (result),
      score_episode_get_n_samples (job->episode), job->usage.requests);
  publish_stats (self);
  score_outputs_add_result (self->outputs, result, job->episode);
  self->callbacks.scored (job->number, result, self->user_data);
}

/* A job goes when its result has been given and no question of it is open. An
 * episode that failed while it is still recorded waits for its end. */
static void
settle (ScoreWorker * self, ScoreJob * job)
{
  gboolean counted = job->counted;

  if (job->n_asked > 0 || !score_episode_is_closed (job->episode))
    return;
  if (!job->silent) {
    if (job->error == NULL && !job->run->method->is_done (job->run))
      return;
    give_result (self, job);
  }
  g_hash_table_remove (self->jobs, &job->number);
  if (counted)
    self->callbacks.left (self->user_data);
}

static void
take_answer (ScoreWorker * self, ScoreJob * job, ScoreQuestion * question,
    const ScoreReply * reply)
{
  g_autoptr (GError) error = NULL;

  if (job->error != NULL && !job->spent)
    return;
  if (!job->run->method->answer (job->run, question, reply, &error)) {
    score_job_fail (job, error);
    return;
  }
  score_outputs_keep_answer (self->outputs, reply);
  remember_objects (self, job);
}

/* Whether the episode may send another request. */
static gboolean
may_ask (ScoreWorker * self, const ScoreJob * job, GError ** error)
{
  ScoreCallerStats stats;

  score_caller_get_stats (self->caller, &stats);
  return score_budget_allows (&self->setup->budget, &stats.tokens,
      job->n_sent, error);
}

/* The queue may have been long: what was asked with money left is looked at
 * again when it is sent, and so is every retry. */
static gboolean
permit_cb (gpointer question, gpointer user_data, GError ** error)
{
  const ScoreFlight *flight = question;

  if (!may_ask (user_data, flight->job, error))
    return FALSE;
  flight->job->n_sent++;
  return TRUE;
}

static void
tell_silence (ScoreWorker * self, const ScoreReply * reply)
{
  if (self->is_silence_told || self->setup->budget.max_cost <= 0
      || reply->recalled
      || reply->tokens.input_tokens + reply->tokens.output_tokens > 0)
    return;
  self->is_silence_told = TRUE;
  self->callbacks.notice ("max-cost: the server does not say how many tokens "
      "its answer took, so what that cost does not count", self->user_data);
}

static void
fail_unanswered (ScoreJob * job, const GError * error)
{
  if (g_error_matches (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BUDGET))
    score_job_stop_asking (job, error);
  else
    score_job_fail (job, error);
}

/* There is room now that there was not before, perhaps. */
static void
look_at_others (ScoreWorker * self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    score_provisional_look (self->provisional, value);
}

static void
judged_cb (ScoreJob * job, GstScoreResult * result, gpointer user_data)
{
  ScoreWorker *self = user_data;

  self->callbacks.scored (job->number, result, self->user_data);
}

static void
ended_cb (ScoreJob * job, gpointer user_data)
{
  ScoreWorker *self = user_data;

  publish_stats (self);
  pump (self, job);
  look_at_others (self);
}

static void
answered_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_autofree Flight *flight = user_data;
  g_autoptr (ScoreQuestion) question = flight->base.question;
  ScoreWorker *self = flight->worker;
  ScoreJob *job = flight->base.job;
  g_autoptr (ScoreReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  ScoreCallCost cost = { 0, };

  assert_worker (self);
  reply = score_caller_ask_finish (self->caller, result, &cost, &error);
  job->n_asked--;
  score_job_add_cost (job, question->request, &cost, reply);
  if (reply != NULL) {
    tell_silence (self, reply);
    take_answer (self, job, question, reply);
  } else {
    fail_unanswered (job, error);
  }
  publish_stats (self);
  pump (self, job);
  look_at_others (self);
}

static void
ask (ScoreWorker * self, ScoreJob * job, ScoreQuestion * question)
{
  Flight *flight = g_new (Flight, 1);

  if (!score_caller_has_room (self->caller))
    score_provisional_give_way (self->provisional);
  GST_DEBUG ("episode %s: asking %s", score_episode_get_id (job->episode),
      score_request_get_name (question->request));
  flight->worker = self;
  flight->base.job = job;
  flight->base.question = question;
  job->n_asked++;
  score_caller_ask_async (self->caller, question->request, job->deadline,
      job->cancellable, answered_cb, flight);
  publish_stats (self);
}

static void
begin_run (ScoreWorker * self, ScoreJob * job)
{
  ScoreMethodSettings settings = self->setup->method_settings;

  if (self->objects != NULL)
    settings.objects = score_object_cache_get (self->objects,
        score_episode_get_task (job->episode));
  job->run = self->setup->method->begin (&settings, job->episode);
}

/* Asks whatever can be asked now, and ends the job when nothing is left. */
static void
pump (ScoreWorker * self, ScoreJob * job)
{
  const gchar *task = score_episode_get_task (job->episode);

  if (job->run == NULL && job->error == NULL && task != NULL)
    begin_run (self, job);
  while (job->run != NULL && job->error == NULL && !job->silent) {
    g_autoptr (ScoreQuestion) question = job->run->method->ask (job->run);
    g_autoptr (GError) error = NULL;

    if (question == NULL)
      break;
    if (may_ask (self, job, &error)) {
      score_prepare_request (question->request, self->setup->server);
      ask (self, job, g_steal_pointer (&question));
    } else {
      score_job_stop_asking (job, error);
    }
  }
  score_provisional_look (self->provisional, job);
  settle (self, job);
}

static ScoreJob *
find_job (ScoreWorker * self, guint64 number)
{
  assert_worker (self);
  return g_hash_table_lookup (self->jobs, &number);
}

void
score_worker_begin (ScoreWorker * self, guint64 number, const gchar * id)
{
  ScoreJob *job = score_job_new (number, id);

  g_assert (find_job (self, number) == NULL);
  g_hash_table_insert (self->jobs, &job->number, job);
}

void
score_worker_set_task (ScoreWorker * self, guint64 number, const gchar * task)
{
  ScoreJob *job = find_job (self, number);

  if (job == NULL || score_episode_get_task (job->episode) != NULL)
    return;
  score_episode_set_task (job->episode, task);
  pump (self, job);
}

void
score_worker_set_provisional (ScoreWorker * self, gboolean wanted)
{
  assert_worker (self);
  score_provisional_set_wanted (self->provisional, wanted);
}

void
score_worker_add_sample (ScoreWorker * self, guint64 number,
    ScoreSample * sample)
{
  ScoreJob *job = find_job (self, number);

  if (job == NULL)
    return;
  score_episode_add_sample (job->episode, sample);
  pump (self, job);
}

void
score_worker_keep (ScoreWorker * self, guint64 number, const guint64 * ids,
    guint n)
{
  ScoreJob *job = find_job (self, number);

  if (job == NULL)
    return;
  score_episode_keep (job->episode, ids, n);
  pump (self, job);
}

static void
fail_job (ScoreJob * job, GstScoreError code, const gchar * why)
{
  g_autoptr (GError) error = g_error_new_literal (GST_SCORE_ERROR, code, why);

  score_job_fail (job, error);
}

static gboolean
episode_timeout_cb (gpointer user_data)
{
  const Timer *timer = user_data;
  ScoreWorker *self = timer->worker;
  ScoreJob *job = find_job (self, timer->number);

  if (job != NULL) {
    fail_job (job, GST_SCORE_ERROR_TIMEOUT,
        "the episode was not scored within episode-timeout");
    settle (self, job);
  }
  return G_SOURCE_REMOVE;
}

static void
start_timer (ScoreWorker * self, ScoreJob * job)
{
  Timer *timer;

  if (self->episode_timeout == 0 || (job->error != NULL && job->n_asked == 0))
    return;
  timer = g_new (Timer, 1);
  timer->worker = self;
  timer->number = job->number;
  job->deadline = job->closed_at + self->episode_timeout;
  job->timer = g_timeout_source_new (
      (guint) (self->episode_timeout / G_TIME_SPAN_MILLISECOND));
  g_source_set_callback (job->timer, episode_timeout_cb, timer, g_free);
  g_source_attach (job->timer, self->context);
}

void
score_worker_end (ScoreWorker * self, guint64 number,
    const ScoreEpisodeFacts * facts)
{
  ScoreJob *job = find_job (self, number);

  g_assert (job != NULL);
  job->sequence = ++self->next_sequence;
  job->counted = TRUE;
  score_job_close (job, facts);
  if (score_episode_get_task (job->episode) == NULL)
    fail_job (job, GST_SCORE_ERROR_CONFIG,
        "task: no task is known for this episode; set the property task, "
        "or name it in the episode-start event or the stream's title");
  start_timer (self, job);
  pump (self, job);
}

void
score_worker_drop (ScoreWorker * self, guint64 number,
    const ScoreEpisodeFacts * facts, const GError * reason)
{
  ScoreJob *job = find_job (self, number);

  g_assert (job != NULL);
  job->counted = TRUE;
  job->silent = reason == NULL;
  score_job_close (job, facts);
  if (reason != NULL)
    score_job_fail (job, reason);
  else
    g_cancellable_cancel (job->cancellable);
  settle (self, job);
}

void
score_worker_fail (ScoreWorker * self, guint64 number, const GError * reason)
{
  ScoreJob *job = find_job (self, number);

  if (job != NULL)
    score_job_fail (job, reason);
}

static gint
compare_sequence (gconstpointer a, gconstpointer b)
{
  const ScoreJob *one = *(ScoreJob * const *) a;
  const ScoreJob *other = *(ScoreJob * const *) b;

  return one->sequence < other->sequence ? -1 : one->sequence > other->sequence;
}

/* Closed episodes without their result that nobody has given up, oldest first. */
static GPtrArray *
list_unscored (ScoreWorker * self)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const ScoreJob *job = value;

    if (job->sequence > 0 && (job->error == NULL || job->spent))
      g_ptr_array_add (list, value);
  }
  g_ptr_array_sort (list, compare_sequence);
  return list;
}

void
score_worker_give_up (ScoreWorker * self, guint n, const GError * reason)
{
  g_autoptr (GPtrArray) list = NULL;

  assert_worker (self);
  list = list_unscored (self);
  for (guint i = 0; i + n < list->len; i++) {
    ScoreJob *job = g_ptr_array_index (list, i);

    score_job_fail (job, reason);
    settle (self, job);
  }
}

/* Questions that were cancelled still have to say so. */
void
score_worker_stop (ScoreWorker * self)
{
  g_autoptr (GList) jobs = g_hash_table_get_values (self->jobs);

  assert_worker (self);
  for (GList * item = jobs; item != NULL; item = item->next) {
    ScoreJob *job = item->data;

    fail_job (job, GST_SCORE_ERROR_CANCELLED,
        "the element was stopped before the episode was scored");
    if (!score_episode_is_closed (job->episode))
      score_episode_close (job->episode, NULL);
    settle (self, job);
  }
  while (g_hash_table_size (self->jobs) > 0)
    g_main_context_iteration (self->context, TRUE);
}

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (score_worker_debug, "scoreworker", 0,
        "scoring of episodes");
    g_once_init_leave (&done, 1);
  }
}

static ScoreCaller *
make_caller (ScoreWorker * self, GError ** error)
{
  ScoreCallerOptions options = self->setup->caller;

  if (score_outputs_has_answers (self->outputs)) {
    options.recall = score_outputs_recall;
    options.recall_data = self->outputs;
  }
  return score_caller_new (self->setup->server, &options,
      self->callbacks.notice, self->user_data, error);
}

ScoreWorker *
score_worker_new (const ScoreSettings * settings, const ScoreSetup * setup,
    const ScoreWorkerCallbacks * callbacks, gpointer user_data, GError ** error)
{
  static const ScoreProvisionalCallbacks provisional = { judged_cb, ended_cb };
  g_autoptr (ScoreWorker) self = g_new0 (ScoreWorker, 1);

  init_debug ();
  self->setup = setup;
  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->episode_timeout = (gint64) settings->episode_timeout * G_USEC_PER_SEC;
  self->success_threshold = settings->success_threshold;
  self->context = g_main_context_ref_thread_default ();
  self->jobs = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
      (GDestroyNotify) score_job_free);
  if (settings->object_cache)
    self->objects = score_object_cache_new (MAX_CACHED_TASKS);
  self->outputs = score_outputs_open (settings, callbacks->warning, user_data,
      error);
  if (self->outputs == NULL)
    return NULL;
  self->caller = make_caller (self, error);
  if (self->caller == NULL)
    return NULL;
  score_caller_set_permit (self->caller, permit_cb, self);
  self->provisional = score_provisional_new (setup, self->caller,
      settings->update_interval, settings->success_threshold, &provisional,
      self);
  return g_steal_pointer (&self);
}

void
score_worker_free (ScoreWorker * self)
{
  if (self == NULL)
    return;
  g_assert (g_hash_table_size (self->jobs) == 0);
  g_clear_pointer (&self->provisional, score_provisional_free);
  g_clear_pointer (&self->caller, score_caller_free);
  while (g_main_context_iteration (self->context, FALSE));
  g_clear_pointer (&self->objects, score_object_cache_free);
  g_clear_pointer (&self->outputs, score_outputs_close);
  g_hash_table_unref (self->jobs);
  g_main_context_unref (self->context);
  g_free (self);
}
