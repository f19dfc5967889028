/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "eval-table.h"
#include "eval-bootstrap.h"
#include "eval-measure.h"

#include <string.h>

#define PAIRS_AN_EPISODE 40     /* of small tasks, see below */

const gchar *
eval_metric_get_name (EvalMetric metric)
{
  static const gchar *const names[EVAL_N_METRICS] = {
    "tau_last", "tau_avg", "tau_time_avg", "kendall_rewind", "ranking_acc",
    "ranking_acc_failure_vs_suboptimal", "ranking_acc_failure_vs_successful",
    "ranking_acc_suboptimal_vs_successful", "voc_spearman", "voc_pearson",
    "mae", "partial_success_abs_delta", "success_ap", "success_roc_auc"
  };

  g_assert (metric < EVAL_N_METRICS);
  return names[metric];
}

static EvalScope *
scope_new (const gchar * data_source, const gchar * task, guint first)
{
  EvalScope *scope = g_new0 (EvalScope, 1);

  scope->data_source = data_source;
  scope->task = task;
  scope->first = first;
  return scope;
}

static void
scope_free (EvalScope * scope)
{
  for (guint i = 0; i < EVAL_N_VALUES; i++)
    score_order_clear (&scope->orders[i]);
  for (guint i = 0; i < EVAL_N_METRICS; i++)
    g_free (scope->replicates[i]);
  g_clear_pointer (&scope->time_signs, g_array_unref);
  g_free (scope);
}

/* RoboReward's five levels, counted as Python rounds: half to even. */
static gdouble
get_level_error (const EvalEpisode * episode)
{
  return fabs (rint (episode->progress * 4.0)
      - rint (episode->partial_success * 4.0));
}

/* What an episode adds to the means over episodes. The order of a curve is asked
 * of episodes that should rise all the way: successful ones, and for Spearman
 * those of demonstrations, which nobody labels. */
static void
take_means (EvalTable * self, guint i, const EvalEpisode * episode)
{
  gboolean success = episode->label == SCORE_LABEL_SUCCESSFUL;
  gboolean rises = success || episode->label == SCORE_LABEL_NONE;
  gdouble spearman = episode->voc_spearman, pearson = episode->voc_pearson;
  gdouble values[EVAL_N_MEANS];

  values[EVAL_VOC_SPEARMAN - EVAL_FIRST_MEAN] =
      !rises ? NAN : isnan (spearman) ? 0.0 : spearman;
  values[EVAL_VOC_PEARSON - EVAL_FIRST_MEAN] =
      !success ? NAN : isnan (pearson) ? 0.0 : pearson;
  values[EVAL_MAE - EVAL_FIRST_MEAN] = get_level_error (episode);
  values[EVAL_PARTIAL_DELTA - EVAL_FIRST_MEAN] =
      fabs (episode->progress - episode->partial_success);
  for (guint k = 0; k < EVAL_N_MEANS; k++)
    self->means[k][i] = values[k];
}

static void
count_episode (EvalScope * scope, const EvalEpisode * episode)
{
  scope->n++;
  if (episode->label != SCORE_LABEL_NONE)
    scope->n_labels[episode->label]++;
  if (isnan (episode->voc_spearman)
      && (episode->label == SCORE_LABEL_NONE
          || episode->label == SCORE_LABEL_SUCCESSFUL))
    scope->n_constant++;
}

/* The episodes are sorted: a scope ends where a name changes. */
static void
take_episode (EvalTable * self, guint i, const EvalEpisode * episode,
    const EvalEpisode * before)
{
  gboolean new_set = before == NULL
      || !g_str_equal (before->data_source, episode->data_source);
  EvalScope *set, *task;

  if (new_set) {
    set = scope_new (episode->data_source, NULL, i);
    set->first_task = self->tasks->len;
    g_ptr_array_add (self->sets, set);
  }
  set = g_ptr_array_index (self->sets, self->sets->len - 1);
  if (new_set || !g_str_equal (before->own_task, episode->own_task)) {
    g_ptr_array_add (self->tasks,
        scope_new (episode->data_source, episode->own_task, i));
    set->n_tasks++;
  }
  task = g_ptr_array_index (self->tasks, self->tasks->len - 1);
  count_episode (task, episode);
  count_episode (set, episode);
  count_episode (self->overall, episode);
  self->labels[i] = episode->label;
  memcpy (self->values + (gsize) i * EVAL_N_VALUES, episode->values,
      sizeof episode->values);
  take_means (self, i, episode);
}

static guint64
count_pairs (const EvalScope * scope)
{
  guint64 n = 0;

  for (guint p = 0; p < SCORE_N_PAIRS; p++)
    n += (guint64) scope->n_labels[score_pair_labels[p][0]]
        * scope->n_labels[score_pair_labels[p][1]];
  return n;
}

static void
sort_scope (EvalTable * self, EvalScope * scope, guint n_orders)
{
  for (guint i = 0; i < n_orders; i++)
    score_order_init (&scope->orders[i], self->labels, self->values + i,
        EVAL_N_VALUES, scope->first, scope->n);
}

/* Going through the pairs once is cheaper than through the episodes at every time
 * as long as there are not too many. */
static void
sort_task (EvalTable * self, EvalScope * task)
{
  if (count_pairs (task) > (guint64) task->n * PAIRS_AN_EPISODE) {
    sort_scope (self, task, EVAL_N_VALUES);
    return;
  }
  sort_scope (self, task, EVAL_TIMES);
  task->time_signs = score_signed_pairs_new (self->labels,
      self->values + EVAL_TIMES, EVAL_N_VALUES, EVAL_N_TIMES, task->first,
      task->n);
}

static void
sort_scopes (EvalTable * self)
{
  for (guint i = 0; i < self->tasks->len; i++)
    sort_task (self, g_ptr_array_index (self->tasks, i));
  for (guint i = 0; i < self->sets->len; i++)
    sort_scope (self, g_ptr_array_index (self->sets, i), EVAL_LAST + 1);
}

EvalTable *
eval_table_new (const EvalFile * file, guint n_replicates, guint64 seed)
{
  EvalTable *self = g_new0 (EvalTable, 1);
  const EvalEpisode *before = NULL;

  self->n = file->episodes->len;
  self->n_replicates = n_replicates;
  self->seed = seed;
  self->labels = g_new (gint8, self->n);
  self->values = g_new (gfloat, (gsize) self->n * EVAL_N_VALUES);
  for (guint k = 0; k < EVAL_N_MEANS; k++)
    self->means[k] = g_new (gdouble, self->n);
  self->tasks = g_ptr_array_new_with_free_func ((GDestroyNotify) scope_free);
  self->sets = g_ptr_array_new_with_free_func ((GDestroyNotify) scope_free);
  self->overall = scope_new (NULL, NULL, 0);
  for (guint i = 0; i < self->n; i++) {
    const EvalEpisode *episode = g_ptr_array_index (file->episodes, i);

    take_episode (self, i, episode, before);
    before = episode;
  }
  self->overall->n_tasks = self->tasks->len;
  sort_scopes (self);
  eval_measure_figures (self);
  eval_bootstrap (self);
  return self;
}

void
eval_table_free (EvalTable * self)
{
  scope_free (self->overall);
  g_ptr_array_unref (self->sets);
  g_ptr_array_unref (self->tasks);
  for (guint k = 0; k < EVAL_N_MEANS; k++)
    g_free (self->means[k]);
  g_free (self->values);
  g_free (self->labels);
  g_free (self);
}
