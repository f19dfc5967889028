/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "eval-bootstrap.h"
#include "metric-random.h"

#include <stdlib.h>
#include <string.h>

#define MAX_THREADS 16

/* The threads share nothing but the number of what is next, replicates or tasks:
 * each writes what is its own. */
typedef struct
{
  EvalTable *table;
  gint next;                    /* atomic */
} Work;

typedef struct
{
  guint first;                  /* replicate */
  guint n;
} Batch;

void
eval_bootstrap_draw (guint64 seed, const gchar * data_source,
    const gchar * task, guint number, guint n, gfloat (*weights)[SCORE_LANES])
{
  memset (weights, 0, n * sizeof *weights);
  for (guint lane = 0; lane < SCORE_LANES; lane++) {
    ScoreRandom random;

    score_random_init (&random, seed, data_source, task, number + lane);
    for (guint i = 0; i < n; i++)
      weights[score_random_below (&random, n)][lane] += 1.0f;
  }
}

static void
store_replicates (EvalScope * scope, const EvalLanes * lanes,
    gpointer user_data)
{
  const Batch *batch = user_data;

  for (guint m = 0; m < EVAL_N_METRICS; m++) {
    for (guint lane = 0; scope->replicates[m] && lane < batch->n; lane++)
      scope->replicates[m][batch->first + lane] = lanes->values[m][lane];
  }
}

static gpointer
run_batches (gpointer data)
{
  Work *work = data;
  EvalTable *table = work->table;
  g_autofree gfloat (*weights)[SCORE_LANES] =
      g_malloc (MAX (table->n, 1) * sizeof *weights);
  Batch batch;

  for (;;) {
    batch.first = g_atomic_int_add (&work->next, SCORE_LANES);
    if (batch.first >= table->n_replicates)
      return NULL;
    batch.n = MIN (SCORE_LANES, table->n_replicates - batch.first);
    for (guint i = 0; i < table->tasks->len; i++) {
      const EvalScope *task = g_ptr_array_index (table->tasks, i);

      eval_bootstrap_draw (table->seed, task->data_source, task->task,
          batch.first, task->n, weights + task->first);
    }
    eval_measure (table, (const gfloat (*)[SCORE_LANES]) weights,
        store_replicates, &batch);
  }
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble left = *(const gdouble *) a, right = *(const gdouble *) b;

  return (left > right) - (left < right);
}

void
eval_bootstrap_interval (const gfloat * replicates, guint n,
    EvalFigure * figure)
{
  g_autofree gdouble *sorted = g_new (gdouble, n);
  guint n_sorted = 0;

  for (guint i = 0; i < n; i++) {
    if (!isnan (replicates[i]))
      sorted[n_sorted++] = replicates[i];
  }
  if (n_sorted == 0 || n_sorted < n / 2)
    return;
  qsort (sorted, n_sorted, sizeof *sorted, compare_doubles);
  figure->low = score_quantile (sorted, n_sorted, (1.0 - EVAL_LEVEL) / 2.0);
  figure->high = score_quantile (sorted, n_sorted, (1.0 + EVAL_LEVEL) / 2.0);
}

/* Only figures that have a value get an interval. */
static void
make_room (EvalScope * scope, guint n)
{
  for (guint m = 0; m < EVAL_N_METRICS; m++) {
    if (!isnan (scope->figures[m].value))
      scope->replicates[m] = g_new (gfloat, n);
  }
}

static void
take_intervals (EvalScope * scope, guint n)
{
  for (guint m = 0; m < EVAL_N_METRICS; m++) {
    if (scope->replicates[m] != NULL)
      eval_bootstrap_interval (scope->replicates[m], n, &scope->figures[m]);
    g_clear_pointer (&scope->replicates[m], g_free);
  }
}

/* There are many tasks, and sorting takes its time. */
static gpointer
run_intervals (gpointer data)
{
  Work *work = data;
  GPtrArray *tasks = work->table->tasks;
  guint i;

  while ((i = g_atomic_int_add (&work->next, 1)) < tasks->len)
    take_intervals (g_ptr_array_index (tasks, i), work->table->n_replicates);
  return NULL;
}

static void
run_in_threads (GThreadFunc function, EvalTable * table)
{
  Work work = { table, 0 };
  GThread *threads[MAX_THREADS];
  guint n = MIN (g_get_num_processors (), MAX_THREADS) - 1;

  for (guint i = 0; i < n; i++)
    threads[i] = g_thread_new ("bootstrap", function, &work);
  function (&work);
  for (guint i = 0; i < n; i++)
    g_thread_join (threads[i]);
}

void
eval_bootstrap (EvalTable * table)
{
  if (table->n_replicates == 0)
    return;
  for (guint i = 0; i < table->tasks->len; i++)
    make_room (g_ptr_array_index (table->tasks, i), table->n_replicates);
  for (guint i = 0; i < table->sets->len; i++)
    make_room (g_ptr_array_index (table->sets, i), table->n_replicates);
  make_room (table->overall, table->n_replicates);

  run_in_threads (run_batches, table);

  run_in_threads (run_intervals, table);
  for (guint i = 0; i < table->sets->len; i++)
    take_intervals (g_ptr_array_index (table->sets, i), table->n_replicates);
  take_intervals (table->overall, table->n_replicates);
}
