/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/engine.h"
#include "engine/setup.h"

G_BEGIN_DECLS

/* What happens on the engine's thread: the episodes, their methods, the
 * questions, the records. Confined to the thread whose GMainContext is the
 * thread default when it is made. */
typedef struct _ScoreWorker ScoreWorker;

typedef struct
{
  /* As in ScoreEngineCallbacks. */
  void (*scored) (guint64 episode, GstScoreResult * result, gpointer user_data);
  void (*warning) (const GError * error, gpointer user_data);
  /* As in ScoreCallerNotice. */
  void (*notice) (const gchar * text, gpointer user_data);
  /* An episode that was ended or dropped is through: its result was given
   * before, or none is due. */
  void (*left) (gpointer user_data);
  /* The caller's counters changed. */
  void (*stats) (const ScoreCallerStats * stats, gpointer user_data);
} ScoreWorkerCallbacks;

/* @setup is borrowed and outlives the worker. */
ScoreWorker *score_worker_new (const ScoreSettings * settings,
    const ScoreSetup * setup, const ScoreWorkerCallbacks * callbacks,
    gpointer user_data, GError ** error);
/* After score_worker_stop(). */
void score_worker_free (ScoreWorker * worker);

/* Whether results of open episodes are given, too; at first they are not. */
void score_worker_set_provisional (ScoreWorker * worker, gboolean wanted);
void score_worker_begin (ScoreWorker * worker, guint64 number, const gchar * id);
void score_worker_set_task (ScoreWorker * worker, guint64 number, const gchar * task);
void score_worker_add_sample (ScoreWorker * worker, guint64 number, ScoreSample * sample);
void score_worker_keep (ScoreWorker * worker, guint64 number, const guint64 * ids, guint n);
void score_worker_end (ScoreWorker * worker, guint64 number, const ScoreEpisodeFacts * facts);
void score_worker_drop (ScoreWorker * worker, guint64 number, const ScoreEpisodeFacts * facts, const GError * reason);
void score_worker_fail (ScoreWorker * worker, guint64 number, const GError * reason);
/* The oldest closed episodes fail until at most @n are unscored. */
void score_worker_give_up (ScoreWorker * worker, guint n, const GError * reason);
/* Everything fails as CANCELLED; runs the context until all of it has ended. */
void score_worker_stop (ScoreWorker * worker);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreWorker, score_worker_free)

G_END_DECLS
