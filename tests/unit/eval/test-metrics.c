/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The metrics against worked examples and against brute force. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "metric-confusion.h"
#include "metric-curve.h"
#include "metric-random.h"
#include "metric-success.h"

#include <math.h>

#define MAX_EPISODES 40
#define CLOSE 1e-12

typedef struct
{
  guint n;
  gint8 labels[MAX_EPISODES];
  gfloat values[MAX_EPISODES];
  gfloat weights[MAX_EPISODES][SCORE_LANES];
} Case;

static void
measure_pairs (const Case * self, ScoreNetPairs * pairs,
    ScoreLabelCounts * counts)
{
  ScoreOrder order;

  score_order_init (&order, self->labels, self->values, 1, 0, self->n);
  score_label_counts (self->labels, self->weights, 0, self->n, counts);
  score_net_pairs (&order, self->labels, self->weights, counts, pairs);
  score_order_clear (&order);
}

static void
set_weights (Case * self)
{
  for (guint i = 0; i < self->n; i++) {
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      self->weights[i][lane] = 1.0f;
  }
}

static void
test_worked_task (void)
{
  Case self = { 5, {0, 0, 1, 2, 2}, {.1, .5, .5, .9, .4} };
  ScoreNetPairs pairs;
  ScoreLabelCounts counts;

  set_weights (&self);
  measure_pairs (&self, &pairs, &counts);
  g_assert_cmpfloat (pairs.net[SCORE_PAIR_FAILURE_SUBOPTIMAL][3] / 2, ==, .5);
  g_assert_cmpfloat (pairs.net[SCORE_PAIR_FAILURE_SUCCESSFUL][3] / 4, ==, .5);
  g_assert_cmpfloat (pairs.net[SCORE_PAIR_SUBOPTIMAL_SUCCESSFUL][3], ==, 0.0);
  g_assert_cmpfloat_with_epsilon (score_pairs_tau (&pairs, &counts, 3),
      1.0 / 3.0, CLOSE);
}

static void
test_tau_a (void)
{
  const gdouble x[] = { 1, 2, 3 }, y[] = { .2, .2, .9 };

  g_assert_cmpfloat_with_epsilon (score_tau_a (x, y, 3), 2.0 / 3.0, CLOSE);
  g_assert_true (isnan (score_tau_a (x, y, 1)));
}

/* The definition: all choices of one episode of each label that is present. */
static gdouble
get_tau_by_choices (const Case * self, guint lane)
{
  gdouble sum = 0.0, n = 0.0;
  gboolean present[3] = { FALSE, FALSE, FALSE };

  for (guint i = 0; i < self->n; i++) {
    if (self->labels[i] >= 0 && self->weights[i][lane] > 0.0f)
      present[self->labels[i]] = TRUE;
  }
  if (present[0] + present[1] + present[2] < 2)
    return NAN;
  for (gint a = present[0] ? 0 : -1; a < (present[0] ? (gint) self->n : 0); a++)
    for (gint b = present[1] ? 0 : -1; b < (present[1] ? (gint) self->n : 0);
        b++)
      for (gint c = present[2] ? 0 : -1; c < (present[2] ? (gint) self->n : 0);
          c++) {
        gint chosen[3] = { a, b, c };
        gdouble ranks[3], values[3], weight = 1.0;
        guint k = 0;

        for (gint label = 0; label < 3; label++) {
          if (chosen[label] < 0)
            continue;
          if (self->labels[chosen[label]] != label)
            weight = 0.0;
          weight *= self->weights[chosen[label]][lane];
          ranks[k] = label + 1;
          values[k++] = self->values[chosen[label]];
        }
        if (weight > 0.0) {
          sum += weight * score_tau_a (ranks, values, k);
          n += weight;
        }
      }
  return sum / n;
}

static void
make_random (Case * self, guint most)
{
  guint n_values = g_test_rand_int_range (2, 12);

  self->n = g_test_rand_int_range (1, most);
  for (guint i = 0; i < self->n; i++) {
    self->labels[i] = g_test_rand_int_range (-1, 3);
    self->values[i] = g_test_rand_int_range (0, n_values) / 10.0f;
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      self->weights[i][lane] = g_test_rand_int_range (0, 4);
  }
}

static void
test_random_tau (void)
{
  for (guint round = 0; round < 300; round++) {
    Case self;
    ScoreNetPairs pairs;
    ScoreLabelCounts counts;
    guint lane = round % SCORE_LANES;
    gdouble expected, tau;

    make_random (&self, 14);
    measure_pairs (&self, &pairs, &counts);
    expected = get_tau_by_choices (&self, lane);
    tau = score_pairs_tau (&pairs, &counts, lane);
    g_assert_cmpint (isnan (tau), ==, isnan (expected));
    if (!isnan (tau))
      g_assert_cmpfloat_with_epsilon (tau, expected, CLOSE);
  }
}

/* Sums beyond what a float counts exactly. */
static void
test_many_pairs (void)
{
  guint n = 30000;
  g_autofree gint8 *labels = g_new (gint8, n);
  g_autofree gfloat *values = g_new (gfloat, n);
  g_autofree gfloat (*weights)[SCORE_LANES] = g_malloc (n * sizeof *weights);
  ScoreOrder order;
  ScoreLabelCounts counts;
  ScoreNetPairs pairs;

  for (guint i = 0; i < n; i++) {
    labels[i] = 2 * (i % 2);
    values[i] = i / 2 * 2;      /* ties two by two */
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      weights[i][lane] = 1 + lane % 2;
  }
  score_order_init (&order, labels, values, 1, 0, n);
  score_label_counts (labels, (const gfloat (*)[SCORE_LANES]) weights, 0, n,
      &counts);
  score_net_pairs (&order, labels, (const gfloat (*)[SCORE_LANES]) weights,
      &counts, &pairs);
  g_assert_cmpfloat (pairs.net[SCORE_PAIR_FAILURE_SUCCESSFUL][0], ==, 0.0);
  score_order_clear (&order);

  for (guint i = 0; i < n; i++)
    values[i] = i;
  score_order_init (&order, labels, values, 1, 0, n);
  score_net_pairs (&order, labels, (const gfloat (*)[SCORE_LANES]) weights,
      &counts, &pairs);
  /* each better one leads by as many as it is steps up: 2 i + 2 - m */
  g_assert_cmpfloat (pairs.net[SCORE_PAIR_FAILURE_SUCCESSFUL][0], ==, n / 2);
  g_assert_cmpfloat (pairs.net[SCORE_PAIR_FAILURE_SUCCESSFUL][1], ==,
      4.0 * (n / 2));
  score_order_clear (&order);
}

/* Both by their definitions, threshold by threshold and pair by pair. */
static void
get_success_by_definition (const Case * self, guint lane, gdouble * precision,
    gdouble * auc)
{
  gdouble p = 0.0, n = 0.0, above = 0.0;

  *precision = 0.0;
  for (guint i = 0; i < self->n; i++) {
    gdouble weight = self->weights[i][lane], positives = 0.0, all = 0.0;

    if (self->labels[i] == SCORE_LABEL_NONE)
      continue;
    if (self->labels[i] != SCORE_LABEL_SUCCESSFUL) {
      n += weight;
      continue;
    }
    p += weight;
    for (guint j = 0; j < self->n; j++) {
      gdouble other = self->weights[j][lane];

      if (self->labels[j] == SCORE_LABEL_NONE)
        continue;
      if (self->values[j] >= self->values[i]) {
        all += other;
        positives += self->labels[j] == SCORE_LABEL_SUCCESSFUL ? other : 0.0;
      }
      if (self->labels[j] != SCORE_LABEL_SUCCESSFUL)
        above += weight * other * (self->values[i] > self->values[j] ? 1.0
            : self->values[i] == self->values[j] ? 0.5 : 0.0);
    }
    if (weight > 0.0)
      *precision += weight * positives / all;
  }
  *precision = p > 0.0 && n > 0.0 ? *precision / p : NAN;
  *auc = p > 0.0 && n > 0.0 ? above / (p * n) : NAN;
}

static void
test_random_success (void)
{
  for (guint round = 0; round < 300; round++) {
    guint lane = round % SCORE_LANES;
    gdouble precision, auc;
    ScoreSuccess success;
    ScoreOrder order;
    Case self;

    make_random (&self, MAX_EPISODES);
    score_order_init (&order, self.labels, self.values, 1, 0, self.n);
    score_success_measure (&order, self.labels, self.weights, &success);
    score_order_clear (&order);
    get_success_by_definition (&self, lane, &precision, &auc);
    g_assert_cmpint (isnan (success.roc_auc[lane]), ==, isnan (auc));
    if (isnan (auc))
      continue;
    g_assert_cmpfloat_with_epsilon (success.roc_auc[lane], auc, CLOSE);
    g_assert_cmpfloat_with_epsilon (success.average_precision[lane], precision,
        CLOSE);
  }
}

static void
test_voc (void)
{
  const gdouble y[] = { 0, .2, .2, 1 }, x[] = { 0, 1, 2, 3 };
  const gdouble flat[] = { .3, .3, .3 }, nearly[] = { .3, .3000001, .3 };

  g_assert_cmpfloat_with_epsilon (score_voc_spearman (y, 4), sqrt (0.9), CLOSE);
  g_assert_cmpfloat_with_epsilon (score_voc_pearson (x, y, 4),
      1.5 / sqrt (2.95), CLOSE);
  g_assert_cmpfloat_with_epsilon (score_voc_pearson (x, x, 4), 1.0, CLOSE);
  g_assert_true (isnan (score_voc_spearman (flat, 3)));
  g_assert_true (isnan (score_voc_spearman (nearly, 3)));
  g_assert_true (isnan (score_voc_pearson (x, flat, 3)));
  g_assert_false (isnan (score_voc_pearson (x, nearly, 3)));
  g_assert_true (isnan (score_voc_spearman (y, 1)));
  g_assert_true (isnan (score_voc_pearson (x, y, 1)));
}

static void
test_resample (void)
{
  const gdouble x[] = { 0, 1, 3 }, y[] = { 0, .5, 0 };
  gfloat times[7];
  static const gfloat expected[7] = { 0, .25, .5, .375, .25, .125, 0 };

  score_curve_resample (x, y, 3, times, 7);
  for (guint k = 0; k < 7; k++)
    g_assert_cmpfloat (times[k], ==, expected[k]);
  score_curve_resample (x + 1, y + 1, 1, times, 7);
  for (guint k = 0; k < 7; k++)
    g_assert_cmpfloat (times[k], ==, .5f);
}

static void
test_confusion (void)
{
  const gdouble worked[] = { .8, .1, 0, .1, .6, 0, .1, .3, 0 };
  const gdouble holes[] = { .5, .25, -1, .25, .5, NAN };
  ScoreConfusion matrix = { 3, 3, worked };
  ScoreConfusionFigures figures;

  score_confusion_measure (&matrix, &figures);
  g_assert_cmpfloat_with_epsilon (score_confusion_get_share (&matrix, 0), .8,
      CLOSE);
  g_assert_cmpfloat_with_epsilon (score_confusion_get_share (&matrix, 1), .6,
      CLOSE);
  g_assert_cmpfloat (score_confusion_get_share (&matrix, 2), ==, 0.0);
  g_assert_cmpfloat_with_epsilon (figures.column_normalized_diagonal,
      1.4 / 3.0, CLOSE);
  g_assert_cmpuint (figures.zero_columns, ==, 1);
  g_assert_cmpuint (figures.incomplete_columns, ==, 0);
  g_assert_cmpfloat_with_epsilon (figures.avg_diagonal, 1.4 / 3.0, CLOSE);
  g_assert_cmpfloat_with_epsilon (figures.avg_off_diagonal, .1, CLOSE);
  g_assert_cmpfloat_with_epsilon (figures.margin, 1.1 / 3.0, CLOSE);

  /* two rows, three columns: the last one misses a cell and has one below 0 */
  matrix = (ScoreConfusion) {
  2, 3, holes};
  score_confusion_measure (&matrix, &figures);
  g_assert_cmpuint (figures.incomplete_columns, ==, 1);
  g_assert_cmpuint (figures.n_columns, ==, 2);
  g_assert_cmpfloat_with_epsilon (figures.column_normalized_diagonal,
      2.0 / 3.0, CLOSE);
}

static void
test_negative_cells (void)
{
  const gdouble cells[] = { -.5, -.1, .5, .3 };
  ScoreConfusion matrix = { 2, 2, cells };

  g_assert_cmpfloat (score_confusion_get_share (&matrix, 0), ==, 0.0);
  g_assert_cmpfloat (score_confusion_get_share (&matrix, 1), ==, 1.0);
}

static void
test_draws (void)
{
  guint counts[7] = { 0, };
  ScoreRandom random, again, other;
  guint same = 0;

  score_random_init (&random, 1, "a", "b", 2);
  score_random_init (&again, 1, "a", "b", 2);
  score_random_init (&other, 1, "ab", "", 2);
  for (guint i = 0; i < 70000; i++) {
    guint draw = score_random_below (&random, 7);

    counts[draw]++;
    g_assert_cmpuint (draw, ==, score_random_below (&again, 7));
    same += draw == score_random_below (&other, 7);
  }
  for (guint k = 0; k < 7; k++)
    g_assert_cmpfloat_with_epsilon (counts[k], 10000, 500);
  g_assert_cmpfloat_with_epsilon (same, 10000, 500);
}

static void
test_quantiles (void)
{
  const gdouble sorted[] = { 0, 1, 2, 4 };

  g_assert_cmpfloat (score_quantile (sorted, 4, 0.0), ==, 0.0);
  g_assert_cmpfloat (score_quantile (sorted, 4, 0.5), ==, 1.5);
  g_assert_cmpfloat (score_quantile (sorted, 4, 1.0), ==, 4.0);
  g_assert_cmpfloat (score_quantile (sorted, 1, 0.3), ==, 0.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/tau/worked-task", test_worked_task);
  g_test_add_func ("/metrics/tau/a", test_tau_a);
  g_test_add_func ("/metrics/tau/random", test_random_tau);
  g_test_add_func ("/metrics/tau/many-pairs", test_many_pairs);
  g_test_add_func ("/metrics/success/random", test_random_success);
  g_test_add_func ("/metrics/curve/voc", test_voc);
  g_test_add_func ("/metrics/curve/resample", test_resample);
  g_test_add_func ("/metrics/confusion/worked", test_confusion);
  g_test_add_func ("/metrics/confusion/negative", test_negative_cells);
  g_test_add_func ("/metrics/random/draws", test_draws);
  g_test_add_func ("/metrics/random/quantiles", test_quantiles);
  return g_test_run ();
}
