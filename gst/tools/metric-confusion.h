/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Mean final progress of the videos of a task (a column) asked about with the
 * words of a task (a row). Columns come first among the rows, in the same order,
 * so that cell (i, i) is right. */
typedef struct
{
  guint n_rows, n_columns;
  const gdouble *cells;         /* row by row; NAN: nobody asked */
} ScoreConfusion;

typedef struct
{
  gdouble column_normalized_diagonal;   /* the mean of the columns' shares */
  gdouble avg_diagonal, avg_off_diagonal, margin;
  guint n_columns;              /* that have a share */
  guint zero_columns;           /* of those: of nothing but 0; their share is 0 */
  guint incomplete_columns;     /* with a cell that nobody asked about: no share */
} ScoreConfusionFigures;

/* The diagonal's part of a column's sum, values below 0 taken as 0; 0 for a column
 * of zeros, NAN for one with a cell missing. */
gdouble score_confusion_get_share (const ScoreConfusion * self, guint column);
void score_confusion_measure (const ScoreConfusion * self, ScoreConfusionFigures * figures);

G_END_DECLS
