/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metric-rank.h"

G_BEGIN_DECLS

/* How well the values tell successful episodes from the other labelled ones. */
typedef struct
{
  gdouble average_precision[SCORE_LANES];       /* NAN with one kind only */
  gdouble roc_auc[SCORE_LANES];
} ScoreSuccess;

void score_success_measure (const ScoreOrder * order, const gint8 * labels, const gfloat (*weights)[SCORE_LANES], ScoreSuccess * success);

G_END_DECLS
