/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "eval-file.h"
#include "metric-rank.h"

G_BEGIN_DECLS

typedef enum
{
  EVAL_TAU_LAST,
  EVAL_TAU_AVG,
  EVAL_TAU_TIME_AVG,
  EVAL_KENDALL_REWIND,
  EVAL_RANKING_ACC,
  EVAL_RANKING_ACC_PAIR,        /* one for each pair of labels */
  EVAL_VOC_SPEARMAN = EVAL_RANKING_ACC_PAIR + SCORE_N_PAIRS,
  EVAL_VOC_PEARSON,
  EVAL_MAE,
  EVAL_PARTIAL_DELTA,
  EVAL_SUCCESS_AP,
  EVAL_SUCCESS_ROC_AUC,
  EVAL_N_METRICS
} EvalMetric;

/* The metrics that are means over episodes come one after the other. */
#define EVAL_FIRST_MEAN EVAL_VOC_SPEARMAN
#define EVAL_N_MEANS (EVAL_SUCCESS_AP - EVAL_FIRST_MEAN)

const gchar *eval_metric_get_name (EvalMetric metric);

typedef struct
{
  gdouble value;                /* NAN: not defined here */
  guint n;                      /* episodes that it is of */
  gdouble low, high;            /* of the interval; NAN: none */
} EvalFigure;

/* A task of a data set, a data set, or all of them. */
typedef struct
{
  const gchar *data_source, *task;      /* borrowed; NULL: all */
  guint first, n;               /* of the table's episodes */
  guint first_task, n_tasks;    /* of the table's tasks; of a set */
  guint n_labels[SCORE_N_LABELS];
  guint n_constant;             /* curves that have no order; their VOC is 0 */
  EvalFigure figures[EVAL_N_METRICS];

  ScoreOrder orders[EVAL_N_VALUES];     /* of a task; of a set only EVAL_LAST */
  GArray *time_signs;           /* of a small task, in place of orders by time */
  gfloat *replicates[EVAL_N_METRICS];   /* while the intervals are computed */
} EvalScope;

/* The episodes of one file, by data set and task, and all figures of them. */
typedef struct
{
  guint n;
  gint8 *labels;                /* ScoreLabel */
  gfloat *values;               /* EVAL_N_VALUES of each episode */
  gdouble *means[EVAL_N_MEANS]; /* NAN: the episode does not count */
  GPtrArray *tasks, *sets;      /* of EvalScope */
  EvalScope *overall;
  guint n_replicates;
  guint64 seed;
} EvalTable;

/* @file must outlive the table. */
EvalTable *eval_table_new (const EvalFile * file, guint n_replicates, guint64 seed);
void eval_table_free (EvalTable * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvalTable, eval_table_free);

G_END_DECLS
