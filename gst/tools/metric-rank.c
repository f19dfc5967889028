/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "metric-rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Up to here floats count exactly. */
#define EXACT_FLOAT 16777216.0f

const ScoreLabel score_pair_labels[SCORE_N_PAIRS][2] = {
  {SCORE_LABEL_FAILURE, SCORE_LABEL_SUBOPTIMAL},
  {SCORE_LABEL_FAILURE, SCORE_LABEL_SUCCESSFUL},
  {SCORE_LABEL_SUBOPTIMAL, SCORE_LABEL_SUCCESSFUL},
};

typedef struct
{
  gfloat value;
  guint episode;
} Valued;

static gint
compare_valued (gconstpointer a, gconstpointer b)
{
  const Valued *left = a, *right = b;

  if (left->value != right->value)
    return left->value > right->value ? 1 : -1;
  return (left->episode > right->episode) - (left->episode < right->episode);
}

void
score_order_init (ScoreOrder * self, const gint8 * labels,
    const gfloat * values, gsize stride, guint first, guint n)
{
  g_autofree Valued *sorted = g_new (Valued, n);

  self->n = 0;
  for (guint i = first; i < first + n; i++) {
    gfloat value = values[i * stride];

    if (labels[i] == SCORE_LABEL_NONE || isnan (value))
      continue;
    sorted[self->n].value = value;
    sorted[self->n++].episode = i;
  }
  qsort (sorted, self->n, sizeof *sorted, compare_valued);
  self->order = g_new (guint, self->n);
  for (guint i = 0; i < self->n; i++) {
    self->order[i] = sorted[i].episode;
    if (i > 0 && sorted[i].value == sorted[i - 1].value)
      self->order[i] |= SCORE_ORDER_TIE;
  }
}

void
score_order_clear (ScoreOrder * self)
{
  g_clear_pointer (&self->order, g_free);
  self->n = 0;
}

void
score_label_counts (const gint8 * labels, const gfloat (*weights)[SCORE_LANES],
    guint first, guint n, ScoreLabelCounts * counts)
{
  memset (counts, 0, sizeof *counts);
  for (guint i = first; i < first + n; i++) {
    if (labels[i] == SCORE_LABEL_NONE)
      continue;
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      counts->n[labels[i]][lane] += weights[i][lane];
  }
}

/* One pass over the values in their order. @lead is, for a label, the episodes of
 * it that were passed less those that are still to come: what a value that is met
 * now adds to the net pairs. Of values that tie it is the mean of before and
 * after. The sums are floats, for speed, and are moved on to doubles before they
 * can be so great that a float would not hold them exactly. */
typedef struct
{
  gfloat lead[SCORE_N_LABELS][SCORE_LANES];
  gfloat sum[SCORE_N_PAIRS][SCORE_LANES];
  ScoreNetPairs *pairs;
} Pass;

static void
flush_sums (Pass * self)
{
  for (guint pair = 0; pair < SCORE_N_PAIRS; pair++) {
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      self->pairs->net[pair][lane] += self->sum[pair][lane];
  }
  memset (self->sum, 0, sizeof self->sum);
}

static void
add_product (gfloat * restrict sum, const gfloat * restrict weights,
    const gfloat * restrict lead)
{
  for (guint lane = 0; lane < SCORE_LANES; lane++)
    sum[lane] += weights[lane] * lead[lane];
}

/* An episode of @label is met while the others lead by @lead. */
static void
add_pairs (Pass * self, ScoreLabel label, const gfloat * weights,
    const gfloat (*lead)[SCORE_LANES])
{
  if (label == SCORE_LABEL_SUBOPTIMAL) {
    add_product (self->sum[SCORE_PAIR_FAILURE_SUBOPTIMAL], weights,
        lead[SCORE_LABEL_FAILURE]);
  } else if (label == SCORE_LABEL_SUCCESSFUL) {
    add_product (self->sum[SCORE_PAIR_FAILURE_SUCCESSFUL], weights,
        lead[SCORE_LABEL_FAILURE]);
    add_product (self->sum[SCORE_PAIR_SUBOPTIMAL_SUCCESSFUL], weights,
        lead[SCORE_LABEL_SUBOPTIMAL]);
  }
}

static void
pass_by (Pass * self, ScoreLabel label, const gfloat * restrict weights)
{
  gfloat *restrict lead = self->lead[label];

  for (guint lane = 0; lane < SCORE_LANES; lane++)
    lead[lane] += 2.0f * weights[lane];
}

static void
add_ties (Pass * self, const guint * order, guint n, const gint8 * labels,
    const gfloat (*weights)[SCORE_LANES])
{
  gfloat mean[SCORE_N_LABELS][SCORE_LANES];

  memcpy (mean, self->lead, sizeof mean);
  for (guint i = 0; i < n; i++) {
    guint episode = SCORE_ORDER_EPISODE (order[i]);

    pass_by (self, labels[episode], weights[episode]);
  }
  for (guint label = 0; label < SCORE_N_LABELS; label++) {
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      mean[label][lane] = (mean[label][lane] + self->lead[label][lane]) / 2.0f;
  }
  for (guint i = 0; i < n; i++) {
    guint episode = SCORE_ORDER_EPISODE (order[i]);

    add_pairs (self, labels[episode], weights[episode],
        (const gfloat (*)[SCORE_LANES]) mean);
    if (i % 64 == 63)
      flush_sums (self);
  }
}

/* How many episodes may be added up before the sums must be moved on. */
static guint
get_block (const ScoreLabelCounts * counts)
{
  gfloat most = 1.0f;

  for (guint label = 0; label < SCORE_N_LABELS; label++) {
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      most = MAX (most, counts->n[label][lane]);
  }
  /* four draws of an episode are more than the mean of any block */
  return CLAMP (EXACT_FLOAT / (4.0f * most), 1.0f, 64.0f);
}

void
score_net_pairs (const ScoreOrder * order, const gint8 * labels,
    const gfloat (*weights)[SCORE_LANES], const ScoreLabelCounts * counts,
    ScoreNetPairs * pairs)
{
  guint block = get_block (counts), waiting = 0;
  Pass pass;

  memset (pairs, 0, sizeof *pairs);
  memset (&pass, 0, sizeof pass);
  pass.pairs = pairs;
  for (guint label = 0; label < SCORE_N_LABELS; label++) {
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      pass.lead[label][lane] = -counts->n[label][lane];
  }
  for (guint i = 0, next; i < order->n; i = next) {
    for (next = i + 1; next < order->n
        && (order->order[next] & SCORE_ORDER_TIE); next++);
    if (next == i + 1) {
      guint episode = SCORE_ORDER_EPISODE (order->order[i]);

      add_pairs (&pass, labels[episode], weights[episode],
          (const gfloat (*)[SCORE_LANES]) pass.lead);
      pass_by (&pass, labels[episode], weights[episode]);
    } else {
      flush_sums (&pass);
      add_ties (&pass, order->order + i, next - i, labels, weights);
      waiting = block;
    }
    if (++waiting >= block) {
      flush_sums (&pass);
      waiting = 0;
    }
  }
  flush_sums (&pass);
}

typedef struct
{
  guint worse, better;          /* episodes */
  guint pair;                   /* of labels */
  gint sum;                     /* values in order less those out of order */
} SignedPair;

static gint
sum_signs (const gfloat * worse, const gfloat * better, guint n_values)
{
  gint sum = 0;

  for (guint i = 0; i < n_values; i++)
    sum += (better[i] > worse[i]) - (better[i] < worse[i]);
  return sum;
}

GArray *
score_signed_pairs_new (const gint8 * labels, const gfloat * values,
    gsize stride, guint n_values, guint first, guint n)
{
  GArray *signs = g_array_new (FALSE, FALSE, sizeof (SignedPair));

  for (guint worse = first; worse < first + n; worse++) {
    for (guint better = first; better < first + n; better++) {
      SignedPair entry = { worse, better, 0, 0 };

      if (labels[worse] == SCORE_LABEL_NONE || labels[worse] >= labels[better])
        continue;
      /* 0 and 1, 0 and 2, 1 and 2 */
      entry.pair = labels[worse] + labels[better] - 1;
      entry.sum = sum_signs (values + worse * stride, values + better * stride,
          n_values);
      if (entry.sum != 0)
        g_array_append_val (signs, entry);
    }
  }
  return signs;
}

void
score_signed_pairs_net (const GArray * signs,
    const gfloat (*weights)[SCORE_LANES], ScoreNetPairs * pairs)
{
  memset (pairs, 0, sizeof *pairs);
  for (guint i = 0; i < signs->len; i++) {
    const SignedPair *entry = &g_array_index (signs, SignedPair, i);
    const gfloat *restrict worse = weights[entry->worse];
    const gfloat *restrict better = weights[entry->better];
    gdouble *restrict net = pairs->net[entry->pair];
    gfloat sum = entry->sum;

    for (guint lane = 0; lane < SCORE_LANES; lane++)
      net[lane] += worse[lane] * better[lane] * sum;
  }
}

gdouble
score_pairs_tau (const ScoreNetPairs * pairs, const ScoreLabelCounts * counts,
    guint lane)
{
  gdouble sum = 0.0;
  guint n = 0;

  for (guint pair = 0; pair < SCORE_N_PAIRS; pair++) {
    gdouble total = (gdouble) counts->n[score_pair_labels[pair][0]][lane]
        * counts->n[score_pair_labels[pair][1]][lane];

    if (total > 0.0) {
      sum += pairs->net[pair][lane] / total;
      n++;
    }
  }
  return n > 0 ? sum / n : NAN;
}

static gint
get_sign (gdouble x)
{
  return (x > 0.0) - (x < 0.0);
}

gdouble
score_tau_a (const gdouble * x, const gdouble * y, guint n)
{
  gint64 sum = 0;

  if (n < 2)
    return NAN;
  for (guint i = 0; i < n; i++) {
    for (guint j = i + 1; j < n; j++)
      sum += get_sign (x[i] - x[j]) * get_sign (y[i] - y[j]);
  }
  return sum / (n * (n - 1.0) / 2.0);
}
