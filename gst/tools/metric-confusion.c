/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "metric-confusion.h"

#include <math.h>

static gdouble
get_cell (const ScoreConfusion * self, guint row, guint column)
{
  return self->cells[(gsize) row * self->n_columns + column];
}

static gdouble
get_sum (const ScoreConfusion * self, guint column)
{
  gdouble sum = 0.0;

  for (guint row = 0; row < self->n_rows; row++) {
    gdouble cell = get_cell (self, row, column);

    sum += cell < 0.0 ? 0.0 : cell;     /* a NAN stays */
  }
  return sum;
}

gdouble
score_confusion_get_share (const ScoreConfusion * self, guint column)
{
  gdouble sum = get_sum (self, column);

  if (sum == 0.0 || isnan (sum))
    return sum;
  return MAX (get_cell (self, column, column), 0.0) / sum;
}

static void
measure_columns (const ScoreConfusion * self, ScoreConfusionFigures * figures)
{
  gdouble shares = 0.0;

  for (guint column = 0; column < self->n_columns; column++) {
    gdouble share = score_confusion_get_share (self, column);

    if (isnan (share)) {
      figures->incomplete_columns++;
    } else {
      figures->zero_columns += get_sum (self, column) == 0.0;
      figures->n_columns++;
      shares += share;
    }
  }
  figures->column_normalized_diagonal =
      figures->n_columns > 0 ? shares / figures->n_columns : NAN;
}

void
score_confusion_measure (const ScoreConfusion * self,
    ScoreConfusionFigures * figures)
{
  gdouble sums[2] = { 0.0, 0.0 };
  guint n[2] = { 0, 0 };

  *figures = (ScoreConfusionFigures) {
  0};
  measure_columns (self, figures);
  for (guint row = 0; row < self->n_rows; row++) {
    for (guint column = 0; column < self->n_columns; column++) {
      gdouble cell = get_cell (self, row, column);

      if (!isnan (cell)) {
        sums[row == column] += cell;
        n[row == column]++;
      }
    }
  }
  figures->avg_diagonal = n[1] > 0 ? sums[1] / n[1] : NAN;
  figures->avg_off_diagonal = n[0] > 0 ? sums[0] / n[0] : NAN;
  figures->margin = figures->avg_diagonal - figures->avg_off_diagonal;
}
