/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresult.h>

#include "engine/settings.h"
#include "media/sample.h"

G_BEGIN_DECLS

/* Scores episodes on a thread of its own.
 *
 * The streaming thread begins episodes, hands samples over and ends them; it
 * never waits but in score_engine_wait_room() and score_engine_wait_drained().
 * Everything else (HTTP, parsing, methods, records) happens on the worker,
 * which calls back with no lock held. Each episode that was begun ends in
 * exactly one call of @scored with a final result, unless it was dropped in silence. After
 * score_engine_free() no callback can come.
 *
 * All functions but score_engine_is_current() may be called from any thread but
 * the worker. */
typedef struct _ScoreEngine ScoreEngine;

typedef struct
{
  /* The final result, scored or failed; its record is already on the disk.
   * Before it, where they are wanted, provisional ones, scored, of which there is
   * no record. */
  void (*scored) (guint64 episode, GstScoreResult * result, gpointer user_data);
  /* Something went wrong that loses no episode: a record that could not be
   * written, a parameter that the server does not take. */
  void (*warning) (const GError * error, gpointer user_data);
} ScoreEngineCallbacks;

/* What is only known at the end of an episode. */
typedef struct
{
  GstClockTime timestamp, stream_time, running_time, duration;
  guint64 n_frames;
  guint n_dropped;              /* samples that were taken and dropped again */
  const gchar *outcome;         /* or NULL */
  const gchar *note;            /* or NULL */
} ScoreEpisodeFacts;

typedef enum
{
  SCORE_WAIT_DONE,
  SCORE_WAIT_INTERRUPTED,       /* by score_engine_set_flushing() */
  SCORE_WAIT_TIMEOUT,
} ScoreWait;

/* Checks @settings (GST_SCORE_ERROR_CONFIG, the message starts with the name of
 * the property), opens the results log, starts the worker. Asks no network. */
ScoreEngine *score_engine_new (const ScoreSettings * settings,
    const ScoreEngineCallbacks * callbacks, gpointer user_data, GError ** error);
/* Whether the caller is the worker, from within a callback: it must not free
 * the engine, since it cannot wait for itself. Does not look into @engine, which
 * another thread may be freeing and which may be NULL. */
gboolean score_engine_is_current (ScoreEngine * engine);
/* Cancels what is under way (those episodes fail as CANCELLED), joins. Only the
 * counters may be asked for after it. */
void score_engine_stop (ScoreEngine * engine);
/* Stops first, where that was not done. */
void score_engine_free (ScoreEngine * engine);

/* Whether provisional results are wanted, from now on; at first they are not.
 * FALSE where the method has none to give. */
gboolean score_engine_set_provisional (ScoreEngine * engine, gboolean wanted);

/* @episode: a number chosen by the caller, never used twice. */
void score_engine_begin (ScoreEngine * engine, guint64 episode, const gchar * id);
/* Questions are asked from then on; without a task an episode fails at its end. */
void score_engine_set_task (ScoreEngine * engine, guint64 episode, const gchar * task);
void score_engine_add_sample (ScoreEngine * engine, guint64 episode, ScoreSample * sample);
/* Thins the samples out to those with the @n ascending @ids; @n_dropped more are
 * counted as dropped. */
void score_engine_keep (ScoreEngine * engine, guint64 episode, const guint64 * ids, guint n, guint n_dropped);
void score_engine_end (ScoreEngine * engine, guint64 episode, const ScoreEpisodeFacts * facts);
/* Gives an open episode up; @reason NULL: in silence, it was never announced. */
void score_engine_drop (ScoreEngine * engine, guint64 episode,
    const ScoreEpisodeFacts * facts, const GError * reason);
/* The episode has failed before its end (a frame could not be encoded); what
 * still comes of it is ignored until it is ended. */
void score_engine_fail (ScoreEngine * engine, guint64 episode, const GError * reason);

/* Has the worker call @func, with no lock held: after the results of what was
 * ended before, and before those of what is ended later. */
void score_engine_call (ScoreEngine * engine, void (*func) (gpointer data),
    gpointer data, GDestroyNotify notify);

/* Whether at most max-queued-episodes closed episodes are unscored. */
gboolean score_engine_has_room (ScoreEngine * engine);
/* Back-pressure: waits until no more than max-queued-episodes closed episodes
 * are unscored. */
ScoreWait score_engine_wait_room (ScoreEngine * engine);
/* The other answer to a full queue: gives the oldest closed episodes up until
 * there is room. */
void score_engine_make_room (ScoreEngine * engine);
/* Waits until every closed episode is scored or has failed; @timeout in
 * microseconds, -1 for none. */
ScoreWait score_engine_wait_drained (ScoreEngine * engine, gint64 timeout);
/* Gives up every closed episode with @reason; wait for them to be drained. */
void score_engine_give_up (ScoreEngine * engine, const GError * reason);
/* For a thread that lets a lock go before it waits: whatever interruption comes
 * after this call ends its next wait, though it may be over by then. */
void score_engine_prepare_wait (ScoreEngine * engine);
/* While flushing both waits return at once. */
void score_engine_set_flushing (ScoreEngine * engine, gboolean flushing);

/* "application/x-score-stats"; see docs/elements.md for the fields. */
GstStructure *score_engine_get_stats (ScoreEngine * engine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreEngine, score_engine_free)

G_END_DECLS
