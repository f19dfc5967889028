/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/http.h"
#include "vlm/pace.h"
#include "vlm/retry.h"

G_BEGIN_DECLS

/* Asks one server: limits what is in the air and how much a minute, retries, steps down the ladder,
 * pauses for everybody on 429 and 503, finds the model where none was named.
 * Worker thread only. A question ends exactly once. */
typedef struct _ScoreCaller ScoreCaller;

/* Answers of earlier questions, by a hash of the question: the body of a response,
 * or NULL. Called on the worker. */
typedef GBytes *(*ScoreCallerRecall) (const gchar * key, gpointer user_data);

typedef struct
{
  guint max_in_flight;
  gint64 timeout;               /* microseconds for one attempt */
  ScoreRetryPolicy retry;
  ScorePaceLimits pace;
  guint32 dice_seed;            /* of the jitter; 0: random */
  ScoreHttpOptions http;
  ScoreCallerRecall recall;     /* NULL: every question is asked */
  gpointer recall_data;
} ScoreCallerOptions;

/* Sums since the start; in_flight and waiting are of this moment. */
typedef struct
{
  guint64 requests;             /* attempts sent */
  guint64 retries;
  guint64 rate_limited;         /* answers of status 429 */
  guint64 errors;               /* questions that ended without an answer */
  guint64 bytes_sent, bytes_received;
  ScoreTokens tokens;
  guint in_flight, waiting;
  gint64 latency_last, latency_sum, latency_max;        /* microseconds, answered questions, waiting excluded */
  guint64 answered;
  guint64 recalled;             /* questions that nobody had to be asked */
} ScoreCallerStats;

/* What one question cost; filled whether it was answered or not. */
typedef struct
{
  guint requests, retries, rate_limited;
  guint64 bytes_sent, bytes_received;
  gint64 time_waiting, time_asking;     /* microseconds: in the queue or pausing / on the wire */
} ScoreCallCost;

/* Something the user should be told once (a step of the ladder). Called on the
 * worker. */
typedef void (*ScoreCallerNotice) (const gchar * text, gpointer user_data);

/* Whether an attempt may be sent; FALSE ends the question with @error. @question
 * is the user_data that it was asked with. Called on the worker, once right before
 * each attempt, which is sent where it is let through. */
typedef gboolean (*ScoreCallerPermit) (gpointer question, gpointer user_data, GError ** error);

/* @server is resolved and copied. Makes its ScoreHttp in the calling thread. */
ScoreCaller *score_caller_new (const ScoreServer * server,
    const ScoreCallerOptions * options, ScoreCallerNotice notice,
    gpointer user_data, GError ** error);
/* Nothing may be open any more: cancel every question and run the context. */
void score_caller_free (ScoreCaller * caller);
/* Before the first question; without one all may be sent. */
void score_caller_set_permit (ScoreCaller * caller, ScoreCallerPermit permit,
    gpointer user_data);

/* @deadline: g_get_monotonic_time() after which the question has failed with
 * GST_SCORE_ERROR_TIMEOUT, whatever is under way; 0 for none. Errors are of
 * GST_SCORE_ERROR. @cost may be NULL. */
void score_caller_ask_async (ScoreCaller * caller, ScoreRequest * request,
    gint64 deadline, GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
/* The same for an answer that is of no use later: one attempt, and that it went
 * wrong is no error to be counted. */
void score_caller_ask_once_async (ScoreCaller * caller, ScoreRequest * request,
    gint64 deadline, GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
/* Whether a question that is asked now leaves at once. */
gboolean score_caller_has_room (ScoreCaller * caller);
/* Of both. */
ScoreReply *score_caller_ask_finish (ScoreCaller * caller,
    GAsyncResult * result, ScoreCallCost * cost, GError ** error);

/* The model asked, once known; NULL before. */
const gchar *score_caller_get_model (ScoreCaller * caller);
void score_caller_get_stats (ScoreCaller * caller, ScoreCallerStats * stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreCaller, score_caller_free)

G_END_DECLS
