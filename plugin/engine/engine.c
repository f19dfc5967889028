/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/engine.h"

#include <gst/score/gstscoreerror.h>

#include "engine/callstats.h"
#include "engine/worker.h"

struct _ScoreEngine
{
  /* Set before the thread starts, never changed. */
  ScoreSettings *settings;
  ScoreSetup *setup;
  ScoreEngineCallbacks callbacks;
  gpointer user_data;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;

  /* The thread's own. */
  ScoreWorker *worker;

  /* Guards what follows. Never held while anything is called back or posted;
   * no other lock is taken under it. */
  GMutex lock;
  GCond cond;                   /* any change of what the waits look at */
  gboolean started;
  GError *start_error;
  gboolean flushing;
  gboolean prepared;            /* the next wait looks at interrupted instead */
  gboolean interrupted;         /* since it was prepared */
  guint n_unscored;             /* ended or dropped episodes without their result */
  guint64 n_begun, n_scored, n_failed, n_dropped, n_samples, n_thinned;
  ScoreCallerStats stats;
};

/* The engine whose thread this is. */
static GPrivate current;

/* What another thread asks of the worker. */
typedef struct _Command Command;
struct _Command
{
  ScoreEngine *engine;
  void (*run) (ScoreWorker * worker, Command * command);
  guint64 episode;
  guint n;
  gchar *text;
  ScoreSample *sample;
  guint64 *ids;
  ScoreEpisodeFacts facts;
  GError *error;
  void (*call) (gpointer data);
  gpointer data;
  GDestroyNotify notify;
};

static Command *
new_command (ScoreEngine * self, void (*run) (ScoreWorker *, Command *),
    guint64 episode)
{
  Command *command = g_new0 (Command, 1);

  command->engine = self;
  command->run = run;
  command->episode = episode;
  return command;
}

static void
set_facts (Command * command, const ScoreEpisodeFacts * facts)
{
  command->facts = *facts;
  command->facts.outcome = g_strdup (facts->outcome);
  command->facts.note = g_strdup (facts->note);
}

static void
free_command (gpointer data)
{
  Command *command = data;

  g_free (command->text);
  g_clear_pointer (&command->sample, score_sample_unref);
  g_free (command->ids);
  g_free ((gchar *) command->facts.outcome);
  g_free ((gchar *) command->facts.note);
  g_clear_error (&command->error);
  if (command->notify != NULL)
    command->notify (command->data);
  g_free (command);
}

static gboolean
command_cb (gpointer data)
{
  Command *command = data;

  command->run (command->engine->worker, command);
  return G_SOURCE_REMOVE;
}

/* Not g_main_context_invoke(), which runs in the calling thread while nobody
 * owns the context. Sources of one priority keep their order. */
static void
post (ScoreEngine * self, Command * command)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, command_cb, command, free_command);
  g_source_attach (source, self->context);
}

static void
count_result (ScoreEngine * self, const GError * error)
{
  g_mutex_lock (&self->lock);
  if (error == NULL)
    self->n_scored++;
  else if (g_error_matches (error, GST_SCORE_ERROR, GST_SCORE_ERROR_DROPPED))
    self->n_dropped++;
  else
    self->n_failed++;
  g_mutex_unlock (&self->lock);
}

static void
scored_cb (guint64 episode, GstScoreResult * result, gpointer user_data)
{
  ScoreEngine *self = user_data;

  if (!gst_score_result_is_provisional (result))
    count_result (self, gst_score_result_get_error (result));
  self->callbacks.scored (episode, result, self->user_data);
}

static void
warning_cb (const GError * error, gpointer user_data)
{
  ScoreEngine *self = user_data;

  self->callbacks.warning (error, self->user_data);
}

static void
notice_cb (const gchar * text, gpointer user_data)
{
  g_autoptr (GError) error = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_CONFIG, text);

  warning_cb (error, user_data);
}

static void
left_cb (gpointer user_data)
{
  ScoreEngine *self = user_data;

  g_mutex_lock (&self->lock);
  self->n_unscored--;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
stats_cb (const ScoreCallerStats * stats, gpointer user_data)
{
  ScoreEngine *self = user_data;

  g_mutex_lock (&self->lock);
  self->stats = *stats;
  g_mutex_unlock (&self->lock);
}

static void
announce_start (ScoreEngine * self, GError * error)
{
  g_mutex_lock (&self->lock);
  self->started = TRUE;
  self->start_error = error;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
make_worker (ScoreEngine * self)
{
  static const ScoreWorkerCallbacks callbacks = {
    scored_cb, warning_cb, notice_cb, left_cb, stats_cb
  };
  GError *error = NULL;

  self->worker = score_worker_new (self->settings, self->setup, &callbacks,
      self, &error);
  announce_start (self, error);
}

/* What is allowed, and yet not wise. */
static void
warn_of_settings (ScoreEngine * self)
{
  g_autofree gchar *text = score_server_get_warning (self->setup->server);

  if (text != NULL)
    notice_cb (text, self);
}

static gpointer
work (gpointer user_data)
{
  ScoreEngine *self = user_data;

  g_private_set (&current, self);
  g_main_context_push_thread_default (self->context);
  make_worker (self);
  if (self->worker != NULL) {
    warn_of_settings (self);
    g_main_loop_run (self->loop);
    g_clear_pointer (&self->worker, score_worker_free);
  }
  while (g_main_context_iteration (self->context, FALSE));
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static gboolean
start_thread (ScoreEngine * self, GError ** error)
{
  self->thread = g_thread_new ("score-engine", work, self);
  g_mutex_lock (&self->lock);
  while (!self->started)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
  if (self->start_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->start_error));
  return FALSE;
}

ScoreEngine *
score_engine_new (const ScoreSettings * settings,
    const ScoreEngineCallbacks * callbacks, gpointer user_data, GError ** error)
{
  g_autoptr (ScoreSetup) setup = score_setup_new (settings, error);
  g_autoptr (ScoreEngine) self = NULL;

  if (setup == NULL)
    return NULL;
  self = g_new0 (ScoreEngine, 1);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->settings = score_settings_copy (settings);
  self->setup = g_steal_pointer (&setup);
  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  if (!start_thread (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
run_stop (ScoreWorker * worker, Command * command)
{
  score_worker_stop (worker);
  g_main_loop_quit (command->engine->loop);
}

gboolean
score_engine_is_current (ScoreEngine * self)
{
  return self != NULL && g_private_get (&current) == self;
}

void
score_engine_stop (ScoreEngine * self)
{
  if (self->thread == NULL)
    return;
  if (self->worker != NULL)
    post (self, new_command (self, run_stop, 0));
  g_thread_join (g_steal_pointer (&self->thread));
}

void
score_engine_free (ScoreEngine * self)
{
  if (self == NULL)
    return;
  score_engine_stop (self);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  score_setup_free (self->setup);
  score_settings_free (self->settings);
  g_clear_error (&self->start_error);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
run_set_provisional (ScoreWorker * worker, Command * command)
{
  score_worker_set_provisional (worker, command->n != 0);
}

gboolean
score_engine_set_provisional (ScoreEngine * self, gboolean wanted)
{
  Command *command = new_command (self, run_set_provisional, 0);

  command->n = wanted;
  post (self, command);
  return self->setup->method->ask_so_far != NULL;
}

static void
run_begin (ScoreWorker * worker, Command * command)
{
  score_worker_begin (worker, command->episode, command->text);
}

void
score_engine_begin (ScoreEngine * self, guint64 episode, const gchar * id)
{
  Command *command = new_command (self, run_begin, episode);

  command->text = g_strdup (id);
  g_mutex_lock (&self->lock);
  self->n_begun++;
  g_mutex_unlock (&self->lock);
  post (self, command);
}

static void
run_set_task (ScoreWorker * worker, Command * command)
{
  score_worker_set_task (worker, command->episode, command->text);
}

void
score_engine_set_task (ScoreEngine * self, guint64 episode, const gchar * task)
{
  Command *command = new_command (self, run_set_task, episode);

  command->text = g_strdup (task);
  post (self, command);
}

static void
run_add_sample (ScoreWorker * worker, Command * command)
{
  score_worker_add_sample (worker, command->episode, command->sample);
}

void
score_engine_add_sample (ScoreEngine * self, guint64 episode,
    ScoreSample * sample)
{
  Command *command = new_command (self, run_add_sample, episode);

  command->sample = score_sample_ref (sample);
  g_mutex_lock (&self->lock);
  self->n_samples++;
  g_mutex_unlock (&self->lock);
  post (self, command);
}

static void
run_keep (ScoreWorker * worker, Command * command)
{
  score_worker_keep (worker, command->episode, command->ids, command->n);
}

void
score_engine_keep (ScoreEngine * self, guint64 episode, const guint64 * ids,
    guint n, guint n_dropped)
{
  Command *command = new_command (self, run_keep, episode);

  command->ids = g_memdup2 (ids, n * sizeof (guint64));
  command->n = n;
  g_mutex_lock (&self->lock);
  self->n_thinned += n_dropped;
  g_mutex_unlock (&self->lock);
  post (self, command);
}

static void
run_end (ScoreWorker * worker, Command * command)
{
  score_worker_end (worker, command->episode, &command->facts);
}

void
score_engine_end (ScoreEngine * self, guint64 episode,
    const ScoreEpisodeFacts * facts)
{
  Command *command = new_command (self, run_end, episode);

  set_facts (command, facts);
  g_mutex_lock (&self->lock);
  self->n_unscored++;
  g_mutex_unlock (&self->lock);
  post (self, command);
}

static void
run_drop (ScoreWorker * worker, Command * command)
{
  score_worker_drop (worker, command->episode, &command->facts, command->error);
}

void
score_engine_drop (ScoreEngine * self, guint64 episode,
    const ScoreEpisodeFacts * facts, const GError * reason)
{
  Command *command = new_command (self, run_drop, episode);

  set_facts (command, facts);
  command->error = reason ? g_error_copy (reason) : NULL;
  g_mutex_lock (&self->lock);
  self->n_unscored++;
  g_mutex_unlock (&self->lock);
  post (self, command);
}

static void
run_fail (ScoreWorker * worker, Command * command)
{
  score_worker_fail (worker, command->episode, command->error);
}

void
score_engine_fail (ScoreEngine * self, guint64 episode, const GError * reason)
{
  Command *command = new_command (self, run_fail, episode);

  command->error = g_error_copy (reason);
  post (self, command);
}

static void
run_call (ScoreWorker * worker, Command * command)
{
  command->call (command->data);
}

void
score_engine_call (ScoreEngine * self, void (*func) (gpointer data),
    gpointer data, GDestroyNotify notify)
{
  Command *command = new_command (self, run_call, 0);

  command->call = func;
  command->data = data;
  command->notify = notify;
  post (self, command);
}

static void
run_give_up (ScoreWorker * worker, Command * command)
{
  score_worker_give_up (worker, command->n, command->error);
}

static void
post_give_up (ScoreEngine * self, guint n, GError * reason)
{
  Command *command = new_command (self, run_give_up, 0);

  command->n = n;
  command->error = reason;
  post (self, command);
}

/* Waits until at most @n closed episodes are unscored. */
static ScoreWait
wait_until_left (ScoreEngine * self, guint n, gint64 timeout)
{
  gint64 end = g_get_monotonic_time () + timeout;
  ScoreWait wait = SCORE_WAIT_DONE;

  g_mutex_lock (&self->lock);
  while (self->n_unscored > n && wait == SCORE_WAIT_DONE) {
    if (self->prepared ? self->interrupted : self->flushing)
      wait = SCORE_WAIT_INTERRUPTED;
    else if (timeout < 0)
      g_cond_wait (&self->cond, &self->lock);
    else if (!g_cond_wait_until (&self->cond, &self->lock, end))
      wait = SCORE_WAIT_TIMEOUT;
  }
  self->prepared = FALSE;
  g_mutex_unlock (&self->lock);
  return wait;
}

gboolean
score_engine_has_room (ScoreEngine * self)
{
  gboolean room;

  g_mutex_lock (&self->lock);
  room = self->n_unscored <= self->settings->max_queued_episodes;
  g_mutex_unlock (&self->lock);
  return room;
}

ScoreWait
score_engine_wait_room (ScoreEngine * self)
{
  return wait_until_left (self, self->settings->max_queued_episodes, -1);
}

void
score_engine_make_room (ScoreEngine * self)
{
  post_give_up (self, self->settings->max_queued_episodes,
      g_error_new_literal (GST_SCORE_ERROR, GST_SCORE_ERROR_DROPPED,
          "the queue was full (max-queued-episodes) and the input is live"));
}

ScoreWait
score_engine_wait_drained (ScoreEngine * self, gint64 timeout)
{
  return wait_until_left (self, 0, timeout);
}

void
score_engine_give_up (ScoreEngine * self, const GError * reason)
{
  post_give_up (self, 0, g_error_copy (reason));
}

void
score_engine_prepare_wait (ScoreEngine * self)
{
  g_mutex_lock (&self->lock);
  self->prepared = TRUE;
  self->interrupted = FALSE;
  g_mutex_unlock (&self->lock);
}

void
score_engine_set_flushing (ScoreEngine * self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  self->interrupted = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

GstStructure *
score_engine_get_stats (ScoreEngine * self)
{
  GstStructure *stats;

  g_mutex_lock (&self->lock);
  stats = gst_structure_new ("application/x-score-stats",
      "samples", G_TYPE_UINT64, self->n_samples,
      "samples-dropped", G_TYPE_UINT64, self->n_thinned,
      "episodes", G_TYPE_UINT64, self->n_begun,
      "episodes-scored", G_TYPE_UINT64, self->n_scored,
      "episodes-failed", G_TYPE_UINT64, self->n_failed,
      "episodes-dropped", G_TYPE_UINT64, self->n_dropped,
      "episodes-waiting", G_TYPE_UINT, self->n_unscored, NULL);
  score_call_stats_fill (stats, &self->stats, &self->setup->budget.prices);
  g_mutex_unlock (&self->lock);
  return stats;
}
