/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "manifest.h"

G_BEGIN_DECLS

/* Every figure is computed for several weightings of the episodes at a time, its
 * lanes: a bootstrap replicate weighs an episode by how often it was drawn. With
 * all weights 1 a lane is the figure itself. */
#define SCORE_LANES 16

/* The pairs of labels, the better one second. */
enum
{
  SCORE_PAIR_FAILURE_SUBOPTIMAL,
  SCORE_PAIR_FAILURE_SUCCESSFUL,
  SCORE_PAIR_SUBOPTIMAL_SUCCESSFUL,
  SCORE_N_PAIRS
};

extern const ScoreLabel score_pair_labels[SCORE_N_PAIRS][2];

/* How many episodes there are of each label. */
typedef struct
{
  gfloat n[SCORE_N_LABELS][SCORE_LANES];
} ScoreLabelCounts;

/* Of each pair of labels: the pairs of episodes in which the better one has the
 * greater value, less those in which it has the smaller one. */
typedef struct
{
  gdouble net[SCORE_N_PAIRS][SCORE_LANES];
} ScoreNetPairs;

/* Labelled episodes in the order of their values, the least first. */
typedef struct
{
  guint n;
  guint *order;                 /* SCORE_ORDER_TIE: of the value before it */
} ScoreOrder;

#define SCORE_ORDER_TIE (1u << 31)
#define SCORE_ORDER_EPISODE(entry) ((entry) & ~SCORE_ORDER_TIE)

/* Of @n episodes from @first on; episodes without label or value are left out.
 * Value i is at @values + i * @stride, counted in floats. */
void score_order_init (ScoreOrder * self, const gint8 * labels, const gfloat * values, gsize stride, guint first, guint n);
void score_order_clear (ScoreOrder * self);

void score_label_counts (const gint8 * labels, const gfloat (*weights)[SCORE_LANES], guint first, guint n, ScoreLabelCounts * counts);
void score_net_pairs (const ScoreOrder * order, const gint8 * labels, const gfloat (*weights)[SCORE_LANES], const ScoreLabelCounts * counts, ScoreNetPairs * pairs);

/* The same for few episodes, summed over @n_values values of each: a list of the
 * pairs that are ever in or out of order, which costs their number and no more. */
GArray *score_signed_pairs_new (const gint8 * labels, const gfloat * values, gsize stride, guint n_values, guint first, guint n);
void score_signed_pairs_net (const GArray * signs, const gfloat (*weights)[SCORE_LANES], ScoreNetPairs * pairs);

/* The mean over all choices of one episode a label of Kendall's tau a between
 * label and value; NAN with fewer than two labels. */
gdouble score_pairs_tau (const ScoreNetPairs * pairs, const ScoreLabelCounts * counts, guint lane);

/* Kendall's tau a, ties adding nothing: sum of sgn * sgn over all pairs. */
gdouble score_tau_a (const gdouble * x, const gdouble * y, guint n);

G_END_DECLS
