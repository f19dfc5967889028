/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* What a question and the search for a model have in common. */

/* The fault of a response that is none of success: with the hint of its
 * headers, and without the key or a value of extra-headers, should the server
 * have quoted it. */
ScoreFault *score_attempt_read_fault (const ScoreServer * server, const ScoreResponse * response);

/* Takes a parser's fault the same way; @fault may be NULL. */
void score_attempt_complete_fault (const ScoreServer * server, const ScoreResponse * response, ScoreFault * fault);

/* Once, after @wait microseconds, on @context. Free with
 * score_attempt_clear_source(). */
GSource *score_attempt_start_timer (GMainContext * context, gint64 wait, GSourceFunc func, gpointer user_data);
void score_attempt_clear_source (GSource ** source);

G_END_DECLS
