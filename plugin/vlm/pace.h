/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/reply.h"
#include "vlm/request.h"

G_BEGIN_DECLS

/* When the next request may be sent, so that a server which counts finds no more
 * than it allows in any minute, wherever that minute begins, and gets them evenly
 * spread. Pure: the caller brings the clock, microseconds that never go back.
 *
 * A request is on its way for longer or shorter, and a server counts when it has
 * come; so the minute is taken for a sixtieth longer. */
typedef struct _ScorePace ScorePace;

typedef struct
{
  guint requests, tokens;       /* in a minute; 0: no limit */
  gint64 minute;                /* microseconds; 0: a minute. Shorter for tests. */
} ScorePaceLimits;

ScorePace *score_pace_new (const ScorePaceLimits * limits);
void score_pace_free (ScorePace * pace);

/* What a question will take, its answer included: a guess, which becomes better
 * with every answer. */
guint64 score_pace_estimate (const ScorePace * pace, const ScoreRequest * request);

/* Microseconds until a request of so many tokens may be sent; 0: now. One that is
 * larger than the limit goes by itself. */
gint64 score_pace_get_wait (ScorePace * pace, guint64 tokens, gint64 now);
/* A request is sent. @request may be NULL: one that takes no tokens. Returns the
 * number by which it can be corrected, never 0. */
guint64 score_pace_take (ScorePace * pace, const ScoreRequest * request, gint64 now);
/* The server said what it took. Not said: nothing changes. */
void score_pace_correct (ScorePace * pace, guint64 number, const ScoreTokens * tokens);
/* It was refused, which takes no tokens. */
void score_pace_refund (ScorePace * pace, guint64 number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScorePace, score_pace_free)

G_END_DECLS
