/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/caller.h"

G_BEGIN_DECLS

/* Private to caller.c (who may ask, and when) and question.c (one question,
 * its attempts and what follows from each). Worker only. */

struct _ScoreCaller
{
  GMainContext *context;
  ScoreServer *server;
  ScoreHttp *http;
  guint max_in_flight;
  gint64 timeout;
  ScoreRetryPolicy retry;
  GRand *dice;
  ScoreCallerRecall recall;     /* NULL: every question is asked */
  gpointer recall_data;
  ScoreCallerNotice notice;
  gpointer notice_data;
  ScoreCallerPermit permit;     /* NULL: all may be sent */
  gpointer permit_data;

  ScoreQuirks quirks;
  guint quirks_age;             /* counts the steps down the ladder */

  GQueue queue;                 /* of Question: may be sent; the oldest first */
  guint64 next_number;
  guint open;                   /* questions that have not ended */
  ScorePace *pace;
  gint64 gate;                  /* nothing is sent before this moment */
  GSource *gate_timer;
  GSource *pump;                /* will send what may be sent */
  GCancellable *lookup;         /* of the search for a model or a token's number, while it lasts */
  gboolean is_token_looked_for; /* or was */
  GCancellable *health;         /* of the look at the server, while it lasts */
  GQueue leaving;               /* of Question: end when the search has */
  ScoreCallerStats stats;
};

typedef enum
{
  QUESTION_QUEUED,
  QUESTION_ASKING,              /* on the wire; the only state that holds a slot */
  QUESTION_BACKING_OFF,
  QUESTION_LEAVING,             /* has its error */
} QuestionState;

typedef struct
{
  ScoreCaller *caller;
  guint64 number;               /* order of arrival */
  GTask *task;
  gpointer asker;               /* whom the permit is asked about */
  ScoreRequest *request;
  gchar *key;                   /* that its answer is kept under; NULL: not known yet */
  gint64 deadline;              /* 0: none */
  QuestionState state;
  gint64 since;                 /* in this state */
  gboolean once;                /* see score_caller_ask_once_async() */
  guint attempt;
  gboolean asked_anew;          /* because an answer could not be read */
  guint quirks_age;             /* what the attempt was built with */
  guint64 pace_number;          /* of the attempt */
  gboolean is_late, is_cancelled;
  GError *error;                /* while leaving */
  GCancellable *stop;           /* of the attempt */
  GSource *deadline_timer, *cancelled, *backoff;
  ScoreCallCost cost;
} Question;

/* May be sent now. Whoever came first goes first, also after a pause: nobody
 * starves. */
void score_caller_enqueue (Question * question);
/* Sends what may be sent, from the loop. */
void score_caller_schedule_pump (ScoreCaller * self);

Question *score_caller_question_new (ScoreCaller * caller, ScoreRequest * request,
    gint64 deadline, GTask * task);
/* Puts it into the queue; it ends at its deadline at the latest, or with
 * @cancellable. */
void score_caller_question_start (Question * self, GCancellable * cancellable);
/* Leaves the old state's list and counts its time. */
void score_caller_question_enter (Question * self, QuestionState state);
/* What is sent for it to a server with these quirks. */
ScoreWire *score_caller_question_build (Question * self, const ScoreQuirks * quirks, GError ** error);
/* TRUE when its answer was known, and it has ended, and with it perhaps the
 * caller. Looks once, as soon as the model is known. */
gboolean score_caller_question_recall (Question * self);
/* FALSE when the question has ended, and with it perhaps the caller. */
gboolean score_caller_question_ask (Question * self);
/* The only way in which a question ends; takes one of the two. The caller may
 * be gone afterwards. */
void score_caller_question_end (Question * self, ScoreReply * reply, GError * error);

G_END_DECLS
