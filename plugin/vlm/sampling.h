/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* What the method's wish and the user's settings come down to. */

/* The user's, else the likeliest answer where the method asks for that; NAN: not
 * sent. */
gdouble score_sampling_get_temperature (const ScoreServer * server, const ScoreRequest * request);
/* The user's, else the method's; but a question for a token has only that one for
 * an answer. 0: not sent. */
guint score_sampling_get_max_tokens (const ScoreServer * server, const ScoreRequest * request);
/* Whether the log-probability of one token is asked for by its number. */
gboolean score_sampling_has_token_id (const ScoreQuirks * quirks, const ScoreRequest * request);

/* Likeliest tokens that are asked for: as many as OpenAI allows. */
#define SCORE_SAMPLING_TOP_TOKENS 20

G_END_DECLS
