/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "eval-table.h"

G_BEGIN_DECLS

/* The figures of a scope, in every lane; NAN where one is not defined. */
typedef struct
{
  gdouble values[EVAL_N_METRICS][SCORE_LANES];
} EvalLanes;

typedef void (*EvalStore) (EvalScope * scope, const EvalLanes * lanes, gpointer user_data);

/* Computes all figures with the episodes weighted, and gives them to @store for
 * each task, each set and overall. May run in several threads at a time. */
void eval_measure (const EvalTable * table, const gfloat (*weights)[SCORE_LANES], EvalStore store, gpointer user_data);

/* Fills in the figures themselves, and how many episodes each is of. */
void eval_measure_figures (EvalTable * table);

G_END_DECLS
