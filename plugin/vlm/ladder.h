/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* The fall-back ladder: what to leave out after an HTTP 400 (422, and 404 of
 * OpenRouter) that names something this request carried. Steps, each taken
 * once: max_tokens <-> max_completion_tokens; drop temperature, seed, reasoning
 * effort; the number of the token that is wanted; json-schema -> json-object -> prompt (only where structured-output is
 * auto). Returns TRUE and a sentence for the user when @quirks changed and
 * asking again makes sense. Pure. */
gboolean score_ladder_step (const ScoreServer * server, ScoreQuirks * quirks,
    const ScoreRequest * request, const ScoreFault * fault, gchar ** notice);

G_END_DECLS
