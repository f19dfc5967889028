/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <faultserver.h>
#include <gst/score/gstscoreerror.h>

#include "vlm/caller.h"

G_BEGIN_DECLS

/* What no log, message or other host may ever see. */
/* Has no shape by which a key is known. */
#define SECRET_KEY "Ferkel-THIS-IS-THE-KEY"
#define SECRET_QUERY "token=HIDDEN-QUERY"

#define MS G_TIME_SPAN_MILLISECOND

/* How one request or question ended. */
typedef struct
{
  guint times;                  /* the callback was called: must become 1 */
  ScoreHttp *http;              /* one of the two */
  ScoreCaller *caller;
  ScoreResponse *response;
  ScoreReply *reply;
  ScoreCallCost cost;
  GError *error;
  gint64 ended;
} Outcome;

void outcome_clear (Outcome * outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

/* A context that is the thread's default, a server, and a transport. */
typedef struct
{
  GMainContext *context;
  FaultServer *server;
  ScoreHttp *http;
  ScoreCaller *caller;          /* instead of http */
  GPtrArray *notices;           /* what the caller wanted told */
} Fixture;

#define HTTP_OPTIONS { .max_connections = 4, .max_response_bytes = 1024 * 1024, .ssl_strict = TRUE }

void fixture_init (Fixture * self);
void fixture_init_with (Fixture * self, const ScoreHttpOptions * options);
/* The context must have nothing left to do. */
void fixture_clear (Fixture * self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

/* POST of a small body with a key in a header and a secret in the query. */
ScoreWire *new_wire (Fixture * self);
void start (Fixture * self, const ScoreWire * wire, gint64 timeout, GCancellable * cancellable, Outcome * outcome);
/* Iterates until the outcome is there; a watchdog of ten seconds. */
void await (Fixture * self, Outcome * outcome);
void await_many (Fixture * self, Outcome * outcomes, guint n);
void drain (GMainContext * context);
void fetch (Fixture * self, gint64 timeout, Outcome * outcome);

/* A server with model "m" and the secret key; change and hand it over. */
ScoreServer *new_server (Fixture * self);
/* Two retries, four in flight, waits of at most 10 ms. */
#define CALLER_OPTIONS { .max_in_flight = 4, .timeout = 5 * G_TIME_SPAN_SECOND, .dice_seed = 1, \
    .retry = { .retries = 2, .backoff_factor = 0.01, .backoff_max = 0.01 }, .http = HTTP_OPTIONS }
/* Without a caller, which open_caller() makes; @server may be NULL. */
void fixture_init_bare (Fixture * self);
void open_caller (Fixture * self, ScoreServer * server, const ScoreCallerOptions * options);
ScoreRequest *new_question (const gchar * text);
void ask (Fixture * self, const gchar * text, gint64 deadline, GCancellable * cancellable, Outcome * outcome);
void ask_and_wait (Fixture * self, const gchar * text, Outcome * outcome);
/* "question 0" and so on, without a deadline. */
void ask_many (Fixture * self, Outcome * outcomes, guint n);
void open_narrow_caller (Fixture * self, guint max_in_flight);
/* As a deadline. */
gint64 in_ms (guint ms);
guint count_requests (Fixture * self);

/* TRUE when the error is of the code and keeps the secrets. */
void assert_error (const GError * error, GstScoreError code, const gchar * where);
/* Before all others. From then on our whole log is written, and read: no secret
 * may be in it. */
void init_tests (int *argc, char ***argv);

guint64 read_peak_memory (void);

G_END_DECLS
