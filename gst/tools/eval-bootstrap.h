/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "eval-measure.h"

G_BEGIN_DECLS

#define EVAL_LEVEL 0.95

/* Fills in the intervals of all figures: percentiles of the figures of replicates,
 * in each of which every task has as many episodes as it has, drawn from its own
 * with replacement. */
void eval_bootstrap (EvalTable * table);

/* The interval from the replicates that have a value; none where fewer than half
 * of them do. */
void eval_bootstrap_interval (const gfloat * replicates, guint n, EvalFigure * figure);

/* Draws for SCORE_LANES replicates from @number on: the @n episodes of a task. */
void eval_bootstrap_draw (guint64 seed, const gchar * data_source, const gchar * task, guint number, guint n, gfloat (*weights)[SCORE_LANES]);

G_END_DECLS
