/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "eval-measure.h"
#include "metric-success.h"

#include <string.h>

typedef const
gfloat (*Weights)[SCORE_LANES];

/* Figures that are means of others: of a set over its tasks, overall over sets.
 * What is not defined does not count. */
     typedef struct
     {
       gdouble sum[EVAL_N_METRICS][SCORE_LANES];
       guint n[EVAL_N_METRICS][SCORE_LANES];
     } Mean;

/* What tasks add to figures that a set has of all its episodes. */
     typedef struct
     {
       gdouble net[SCORE_N_PAIRS][SCORE_LANES],
           pairs[SCORE_N_PAIRS][SCORE_LANES];
       gdouble sum[EVAL_N_MEANS][SCORE_LANES],
           weight[EVAL_N_MEANS][SCORE_LANES];
     } Pool;

     static void mean_add (Mean * self, const EvalLanes * lanes)
{
  for (guint m = 0; m < EVAL_N_METRICS; m++) {
    for (guint lane = 0; lane < SCORE_LANES; lane++) {
      if (!isnan (lanes->values[m][lane])) {
        self->sum[m][lane] += lanes->values[m][lane];
        self->n[m][lane]++;
      }
    }
  }
}

static void
mean_get (const Mean * self, EvalLanes * lanes)
{
  for (guint m = 0; m < EVAL_N_METRICS; m++) {
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      lanes->values[m][lane] = self->n[m][lane] == 0 ? NAN
          : self->sum[m][lane] / self->n[m][lane];
  }
}

static void
pool_add (Pool * self, const Pool * other)
{
  for (guint lane = 0; lane < SCORE_LANES; lane++) {
    for (guint p = 0; p < SCORE_N_PAIRS; p++) {
      self->net[p][lane] += other->net[p][lane];
      self->pairs[p][lane] += other->pairs[p][lane];
    }
    for (guint k = 0; k < EVAL_N_MEANS; k++) {
      self->sum[k][lane] += other->sum[k][lane];
      self->weight[k][lane] += other->weight[k][lane];
    }
  }
}

/* The share of the pairs that are in order, ties counted half. */
static gdouble
get_accuracy (gdouble net, gdouble pairs)
{
  return pairs > 0.0 ? (1.0 + net / pairs) / 2.0 : NAN;
}

static void
pool_get (const Pool * self, EvalLanes * lanes)
{
  for (guint lane = 0; lane < SCORE_LANES; lane++) {
    gdouble net = 0.0, pairs = 0.0;

    for (guint p = 0; p < SCORE_N_PAIRS; p++) {
      lanes->values[EVAL_RANKING_ACC_PAIR + p][lane] =
          get_accuracy (self->net[p][lane], self->pairs[p][lane]);
      net += self->net[p][lane];
      pairs += self->pairs[p][lane];
    }
    lanes->values[EVAL_RANKING_ACC][lane] = get_accuracy (net, pairs);
    for (guint k = 0; k < EVAL_N_MEANS; k++)
      lanes->values[EVAL_FIRST_MEAN + k][lane] =
          self->weight[k][lane] > 0.0 ?
          self->sum[k][lane] / self->weight[k][lane] : NAN;
  }
}

static void
add_pairs (Pool * pool, const ScoreNetPairs * pairs,
    const ScoreLabelCounts * counts)
{
  for (guint p = 0; p < SCORE_N_PAIRS; p++) {
    for (guint lane = 0; lane < SCORE_LANES; lane++) {
      pool->net[p][lane] += pairs->net[p][lane];
      pool->pairs[p][lane] += (gdouble) counts->n[score_pair_labels[p][0]][lane]
          * counts->n[score_pair_labels[p][1]][lane];
    }
  }
}

static void
add_means (Pool * pool, const EvalTable * table, const EvalScope * task,
    Weights weights)
{
  for (guint k = 0; k < EVAL_N_MEANS; k++) {
    for (guint i = task->first; i < task->first + task->n; i++) {
      gdouble value = table->means[k][i];

      if (isnan (value))
        continue;
      for (guint lane = 0; lane < SCORE_LANES; lane++) {
        pool->sum[k][lane] += weights[i][lane] * value;
        pool->weight[k][lane] += weights[i][lane];
      }
    }
  }
}

/* tau a between the labels and the mean value of each that is present. */
static gdouble
get_rewind (gdouble sums[][SCORE_LANES], const ScoreLabelCounts * counts,
    guint lane)
{
  gdouble ranks[SCORE_N_LABELS], means[SCORE_N_LABELS];
  guint n = 0;

  for (guint label = 0; label < SCORE_N_LABELS; label++) {
    if (counts->n[label][lane] > 0.0f) {
      ranks[n] = label;
      means[n++] = (gfloat) (sums[label][lane] / counts->n[label][lane]);
    }
  }
  return score_tau_a (ranks, means, n);
}

static void
measure_rewind (const EvalTable * table, const EvalScope * task,
    Weights weights, const ScoreLabelCounts * counts, EvalLanes * lanes)
{
  gdouble sums[SCORE_N_LABELS][SCORE_LANES];

  memset (sums, 0, sizeof sums);
  for (guint i = task->first; i < task->first + task->n; i++) {
    gdouble value = table->values[(gsize) i * EVAL_N_VALUES + EVAL_LAST];

    if (table->labels[i] == SCORE_LABEL_NONE)
      continue;
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      sums[table->labels[i]][lane] += weights[i][lane] * value;
  }
  for (guint lane = 0; lane < SCORE_LANES; lane++)
    lanes->values[EVAL_KENDALL_REWIND][lane] = get_rewind (sums, counts, lane);
}

/* Summed over the times. */
static void
add_times (const EvalTable * table, const EvalScope * task, Weights weights,
    const ScoreLabelCounts * counts, ScoreNetPairs * times)
{
  ScoreNetPairs pairs;

  if (task->time_signs != NULL) {
    score_signed_pairs_net (task->time_signs, weights, times);
    return;
  }
  memset (times, 0, sizeof *times);
  for (guint v = EVAL_TIMES; v < EVAL_N_VALUES; v++) {
    score_net_pairs (&task->orders[v], table->labels, weights, counts, &pairs);
    for (guint p = 0; p < SCORE_N_PAIRS; p++) {
      for (guint lane = 0; lane < SCORE_LANES; lane++)
        times->net[p][lane] += pairs.net[p][lane];
    }
  }
}

static void
measure_tau (const EvalTable * table, const EvalScope * task, Weights weights,
    const ScoreLabelCounts * counts, EvalLanes * lanes, Pool * pool)
{
  ScoreNetPairs last, mean, times;

  score_net_pairs (&task->orders[EVAL_LAST], table->labels, weights, counts,
      &last);
  score_net_pairs (&task->orders[EVAL_MEAN], table->labels, weights, counts,
      &mean);
  add_times (table, task, weights, counts, &times);
  add_pairs (pool, &last, counts);
  for (guint lane = 0; lane < SCORE_LANES; lane++) {
    lanes->values[EVAL_TAU_LAST][lane] = score_pairs_tau (&last, counts, lane);
    lanes->values[EVAL_TAU_AVG][lane] = score_pairs_tau (&mean, counts, lane);
    lanes->values[EVAL_TAU_TIME_AVG][lane] =
        score_pairs_tau (&times, counts, lane) / EVAL_N_TIMES;
  }
}

/* Nothing can be ranked where all labels are the same. */
static gboolean
has_labels (const EvalScope * scope)
{
  guint kinds = 0;

  for (guint label = 0; label < SCORE_N_LABELS; label++)
    kinds += scope->n_labels[label] > 0;
  return kinds > 1;
}

static void
clear_lanes (EvalLanes * lanes)
{
  for (guint m = 0; m < EVAL_N_METRICS; m++) {
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      lanes->values[m][lane] = NAN;
  }
}

static void
measure_success (const EvalTable * table, const EvalScope * scope,
    Weights weights, EvalLanes * lanes)
{
  ScoreSuccess success;

  score_success_measure (&scope->orders[EVAL_LAST], table->labels, weights,
      &success);
  memcpy (lanes->values[EVAL_SUCCESS_AP], success.average_precision,
      sizeof success.average_precision);
  memcpy (lanes->values[EVAL_SUCCESS_ROC_AUC], success.roc_auc,
      sizeof success.roc_auc);
}

static void
measure_task (const EvalTable * table, const EvalScope * task,
    Weights weights, EvalLanes * lanes, Pool * pool)
{
  ScoreLabelCounts counts;

  memset (pool, 0, sizeof *pool);
  clear_lanes (lanes);
  if (has_labels (task)) {
    score_label_counts (table->labels, weights, task->first, task->n, &counts);
    measure_tau (table, task, weights, &counts, lanes, pool);
    measure_rewind (table, task, weights, &counts, lanes);
    measure_success (table, task, weights, lanes);
  }
  add_means (pool, table, task, weights);
  pool_get (pool, lanes);
}

static void
measure_set (const EvalTable * table, const EvalScope * set, Weights weights,
    EvalStore store, gpointer user_data, EvalLanes * lanes)
{
  Pool all;
  Mean mean;

  memset (&all, 0, sizeof all);
  memset (&mean, 0, sizeof mean);
  for (guint i = set->first_task; i < set->first_task + set->n_tasks; i++) {
    EvalScope *task = g_ptr_array_index (table->tasks, i);
    Pool pool;

    measure_task (table, task, weights, lanes, &pool);
    store (task, lanes, user_data);
    mean_add (&mean, lanes);
    pool_add (&all, &pool);
  }
  mean_get (&mean, lanes);
  pool_get (&all, lanes);
  measure_success (table, set, weights, lanes);
}

void
eval_measure (const EvalTable * table, Weights weights, EvalStore store,
    gpointer user_data)
{
  EvalLanes lanes;
  Mean mean;

  memset (&mean, 0, sizeof mean);
  for (guint i = 0; i < table->sets->len; i++) {
    EvalScope *set = g_ptr_array_index (table->sets, i);

    measure_set (table, set, weights, store, user_data, &lanes);
    store (set, &lanes, user_data);
    mean_add (&mean, &lanes);
  }
  mean_get (&mean, &lanes);
  store (table->overall, &lanes, user_data);
}

/* How many labelled episodes the figures that compare labels are of. */
static void
count_labelled (EvalScope * scope)
{
  const guint *n = scope->n_labels;
  guint all = 0, kinds = 0, others;

  for (guint label = 0; label < SCORE_N_LABELS; label++) {
    all += n[label];
    kinds += n[label] > 0;
  }
  for (guint m = EVAL_TAU_LAST; scope->task && m <= EVAL_RANKING_ACC; m++)
    scope->figures[m].n = kinds > 1 ? all : 0;
  for (guint p = 0; scope->task != NULL && p < SCORE_N_PAIRS; p++) {
    guint a = n[score_pair_labels[p][0]], b = n[score_pair_labels[p][1]];

    scope->figures[EVAL_RANKING_ACC_PAIR + p].n = a > 0 && b > 0 ? a + b : 0;
  }
  others = all - n[SCORE_LABEL_SUCCESSFUL];
  if (others > 0 && n[SCORE_LABEL_SUCCESSFUL] > 0)
    scope->figures[EVAL_SUCCESS_AP].n =
        scope->figures[EVAL_SUCCESS_ROC_AUC].n = all;
}

static void
count_means (const EvalTable * table, EvalScope * scope)
{
  for (guint k = 0; k < EVAL_N_MEANS; k++) {
    for (guint i = scope->first; i < scope->first + scope->n; i++)
      scope->figures[EVAL_FIRST_MEAN + k].n += !isnan (table->means[k][i]);
  }
}

/* @first to @last are figures of which @scope has those of @part too. */
static void
add_counts (EvalScope * scope, const EvalScope * part, guint first, guint last)
{
  for (guint m = first; m <= last; m++)
    scope->figures[m].n += part->figures[m].n;
}

static void
count_figures (EvalTable * table)
{
  for (guint i = 0; i < table->tasks->len; i++) {
    EvalScope *task = g_ptr_array_index (table->tasks, i);

    count_labelled (task);
    count_means (table, task);
  }
  for (guint i = 0; i < table->sets->len; i++) {
    EvalScope *set = g_ptr_array_index (table->sets, i);

    count_labelled (set);
    for (guint t = 0; t < set->n_tasks; t++)
      add_counts (set, g_ptr_array_index (table->tasks, set->first_task + t),
          EVAL_TAU_LAST, EVAL_SUCCESS_AP - 1);
    add_counts (table->overall, set, EVAL_TAU_LAST, EVAL_N_METRICS - 1);
  }
}

static void
store_values (EvalScope * scope, const EvalLanes * lanes, gpointer user_data)
{
  for (guint m = 0; m < EVAL_N_METRICS; m++) {
    scope->figures[m].value = lanes->values[m][0];
    scope->figures[m].low = scope->figures[m].high = NAN;
  }
}

void
eval_measure_figures (EvalTable * table)
{
  g_autofree gfloat (*weights)[SCORE_LANES] =
      g_malloc (MAX (table->n, 1) * sizeof *weights);

  for (guint i = 0; i < table->n; i++) {
    for (guint lane = 0; lane < SCORE_LANES; lane++)
      weights[i][lane] = 1.0f;
  }
  eval_measure (table, (Weights) weights, store_values, NULL);
  count_figures (table);
}
