/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresultbuilder.h>

#include "engine/engine.h"
#include "engine/setup.h"

G_BEGIN_DECLS

/* What a provisional question was about. */
typedef struct
{
  guint known;                  /* of ScoreMethod.get_known(); 0: nothing yet */
  GstClockTime newest;          /* time of the newest sample, since the first one */
} ScoreJudgedUntil;

/* One episode on the worker: what was recorded of it, how far the method has
 * come with it, what it cost. Worker thread only. */
typedef struct _ScoreJob ScoreJob;

/* A question of a job in the air. It is what the permit to send it is asked
 * about: whatever is asked with begins with one. */
typedef struct
{
  ScoreJob *job;
  ScoreQuestion *question;
} ScoreFlight;

struct _ScoreJob
{
  guint64 number;
  ScoreEpisode *episode;
  ScoreRun *run;                /* NULL while the task is not known */
  GCancellable *cancellable;    /* of all its questions */
  guint n_asked;                /* questions in the air */
  guint n_sent;                 /* requests, retries included */
  GCancellable *provisional;    /* of the provisional one among them, or NULL */
  ScoreJudgedUntil judged;      /* by the newest provisional question */
  guint64 sequence;             /* order of closing; 0 while open */
  GSource *timer;               /* episode-timeout, once closed */
  gint64 deadline;              /* monotonic; 0: none */
  gint64 closed_at;             /* monotonic; 0: open */

  GstClockTime timestamp, stream_time, running_time, duration;
  guint64 n_frames;
  GPtrArray *notes;
  GError *error;                /* why it failed; NULL while it has not */
  gboolean spent;               /* failed for a budget: answers on their way are still taken */
  gboolean silent;              /* dropped before it was announced */
  gboolean counted;             /* somebody may wait for it to leave */

  GstScoreUsage usage;
  guint n_answers, n_recalled;  /* of the answers: without asking anybody */
  GHashTable *stages;           /* name -> what it took; see job.c */
};

ScoreJob *score_job_new (guint64 number, const gchar * id);
void score_job_free (ScoreJob * job);

void score_job_close (ScoreJob * job, const ScoreEpisodeFacts * facts);
/* The first reason stays. */
void score_job_fail (ScoreJob * job, const GError * error);
/* The same with what is on its way still awaited, for it is paid for. */
void score_job_stop_asking (ScoreJob * job, const GError * error);
/* Accounts for an answered or failed question. */
void score_job_add_cost (ScoreJob * job, const ScoreRequest * request,
    const ScoreCallCost * cost, const ScoreReply * reply);
/* The one result; a method that cannot finish makes it a failed one. */
GstScoreResult *score_job_make_result (ScoreJob * job, const ScoreSetup * setup,
    const gchar * model, gdouble success_threshold);
/* The one of an open episode by the answer to a question of ScoreMethod.ask_so_far(),
 * or NULL. */
GstScoreResult *score_job_make_provisional (ScoreJob * job, const ScoreSetup * setup,
    const gchar * model, gdouble success_threshold, const ScoreQuestion * question,
    const ScoreReply * reply, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreJob, score_job_free)

G_END_DECLS
