/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* What to do after an attempt failed. Pure: the caller brings the clock and
 * the dice. */
typedef struct
{
  guint retries;                /* attempts after the first */
  gdouble backoff_factor;       /* seconds; the n-th wait is drawn from 0 to factor * 2^n */
  gdouble backoff_max;          /* seconds; caps both the back-off and the server's hint */
} ScoreRetryPolicy;

typedef enum
{
  SCORE_RETRY_GIVE_UP,
  SCORE_RETRY_WAIT,             /* this request only */
  SCORE_RETRY_PAUSE,            /* 429, 503: everybody who talks to this server */
} ScoreRetryVerdict;

/* @attempt counts from 0; @dice is in [0, 1). @remaining: microseconds until
 * the deadline, -1 for none; a wait that would not fit gives up now. */
ScoreRetryVerdict score_retry_after_fault (const ScoreRetryPolicy * policy,
    const ScoreFault * fault, guint attempt, gdouble dice, gint64 remaining,
    gint64 * wait);
/* The same for a transport error (no status was seen). */
ScoreRetryVerdict score_retry_after_error (const ScoreRetryPolicy * policy,
    const GError * error, guint attempt, gdouble dice, gint64 remaining,
    gint64 * wait);

/* "retry-after-ms", "retry-after" (seconds or an HTTP date, @now in seconds of
 * the Unix epoch) and "x-should-retry" of the headers: microseconds, -1 for no
 * hint; negative, absurd and non-finite values are no hint. */
gint64 score_retry_hint (const ScoreResponse * response, gint64 now);

/* The library's error for a fault: AUTH, RATE_LIMITED, UNREACHABLE, CONFIG ...
 * with status, server's words and request id, and what to do about it. */
GError *score_fault_to_error (const ScoreFault * fault);

G_END_DECLS
