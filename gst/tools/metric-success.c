/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "metric-success.h"

#include <math.h>
#include <string.h>

/* What was passed so far, from the greatest value down. */
typedef struct
{
  gdouble positives[SCORE_LANES], negatives[SCORE_LANES];
  gdouble precision[SCORE_LANES];       /* summed over the positives */
  gdouble above[SCORE_LANES];   /* pairs with the positive above, ties half */
} Pass;

/* Values that tie are one threshold. */
static void
add_threshold (Pass * self, const gdouble * positives,
    const gdouble * negatives)
{
  for (guint lane = 0; lane < SCORE_LANES; lane++) {
    gdouble p = positives[lane], n = negatives[lane];

    self->above[lane] += n * (self->positives[lane] + p / 2.0);
    self->positives[lane] += p;
    self->negatives[lane] += n;
    if (p > 0.0)
      self->precision[lane] += p * self->positives[lane]
          / (self->positives[lane] + self->negatives[lane]);
  }
}

void
score_success_measure (const ScoreOrder * order, const gint8 * labels,
    const gfloat (*weights)[SCORE_LANES], ScoreSuccess * success)
{
  gdouble kinds[2][SCORE_LANES];
  Pass pass;

  memset (&pass, 0, sizeof pass);
  memset (kinds, 0, sizeof kinds);
  for (guint i = order->n; i-- > 0;) {
    guint episode = SCORE_ORDER_EPISODE (order->order[i]);
    gdouble *kind = kinds[labels[episode] == SCORE_LABEL_SUCCESSFUL];

    for (guint lane = 0; lane < SCORE_LANES; lane++)
      kind[lane] += weights[episode][lane];
    if (order->order[i] & SCORE_ORDER_TIE)
      continue;
    add_threshold (&pass, kinds[1], kinds[0]);
    memset (kinds, 0, sizeof kinds);
  }
  for (guint lane = 0; lane < SCORE_LANES; lane++) {
    gdouble p = pass.positives[lane], n = pass.negatives[lane];
    gboolean both = p > 0.0 && n > 0.0;

    success->average_precision[lane] = both ? pass.precision[lane] / p : NAN;
    success->roc_auc[lane] = both ? pass.above[lane] / (p * n) : NAN;
  }
}
