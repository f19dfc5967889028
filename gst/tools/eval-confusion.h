/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "eval-table.h"
#include "metric-confusion.h"

G_BEGIN_DECLS

typedef enum
{
  EVAL_CONFUSION_DIAGONAL,      /* normalised by column */
  EVAL_CONFUSION_AVG_DIAGONAL,
  EVAL_CONFUSION_AVG_OFF_DIAGONAL,
  EVAL_CONFUSION_MARGIN,
  EVAL_N_CONFUSION
} EvalConfusionMetric;

const gchar *eval_confusion_get_name (EvalConfusionMetric metric);

/* Videos asked about with the words of other tasks. */
typedef struct
{
  GPtrArray *tasks;             /* of the rows; the columns' are the first ones */
  guint n_columns;
  gdouble *cells;
  guint *counts;                /* of records in a cell */
  EvalFigure figures[EVAL_N_CONFUSION];
  guint n_shares, zero_columns, incomplete_columns;
} EvalConfusion;

/* NULL where no video of @file was asked about with another task than its own. */
EvalConfusion *eval_confusion_new (const EvalFile * file, guint n_replicates, guint64 seed);
void eval_confusion_free (EvalConfusion * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvalConfusion, eval_confusion_free);

G_END_DECLS
