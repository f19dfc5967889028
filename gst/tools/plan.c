/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan.h"

/* The end of a file that was cut off is damaged, and a decoder mends a damaged
 * picture from the one it decoded before. So nothing is left out just there. */
#define N_LAST 4

struct _ScorePlan
{
  GArray *units;                /* of ScorePlanUnit */
};

ScorePlan *
score_plan_new (void)
{
  ScorePlan *self = g_new0 (ScorePlan, 1);

  self->units = g_array_new (FALSE, FALSE, sizeof (ScorePlanUnit));
  return self;
}

void
score_plan_free (ScorePlan * plan)
{
  g_return_if_fail (plan != NULL);

  g_array_unref (plan->units);
  g_free (plan);
}

void
score_plan_add (ScorePlan * plan, const ScorePlanUnit * unit)
{
  g_return_if_fail (plan != NULL);
  g_return_if_fail (unit != NULL);

  g_array_append_val (plan->units, *unit);
}

guint
score_plan_get_n_units (const ScorePlan * plan)
{
  g_return_val_if_fail (plan != NULL, 0);

  return plan->units->len;
}

static ScorePlanUnit *
at (const ScorePlan * self, guint index)
{
  return &g_array_index (self->units, ScorePlanUnit, index);
}

const ScorePlanUnit *
score_plan_get_unit (const ScorePlan * plan, guint index)
{
  g_return_val_if_fail (plan != NULL, NULL);
  g_return_val_if_fail (index < plan->units->len, NULL);

  return at (plan, index);
}

gboolean
score_plan_is_reordered (const ScorePlan * plan)
{
  g_return_val_if_fail (plan != NULL, FALSE);

  for (guint i = 1; i < plan->units->len; i++) {
    if (at (plan, i)->pts < at (plan, i - 1)->pts)
      return TRUE;
  }
  return FALSE;
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  guint64 one = *(const guint64 *) a, other = *(const guint64 *) b;

  return one < other ? -1 : one > other;
}

static gboolean
are_distinct (const GArray * times)
{
  for (guint i = 1; i < times->len; i++) {
    if (g_array_index (times, guint64, i) ==
        g_array_index (times, guint64, i - 1))
      return FALSE;
  }
  return TRUE;
}

GArray *
score_plan_get_times (const ScorePlan * plan)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (guint64));

  g_return_val_if_fail (plan != NULL, NULL);

  if (plan->units->len == 0 || !(at (plan, 0)->flags & SCORE_PLAN_START))
    return NULL;
  for (guint i = 0; i < plan->units->len; i++) {
    if (GST_CLOCK_TIME_IS_VALID (at (plan, i)->time))
      g_array_append_val (times, at (plan, i)->time);
  }
  g_array_sort (times, compare_times);
  if (times->len == 0 || !are_distinct (times))
    return NULL;
  return g_steal_pointer (&times);
}

static guint
mark_wanted (ScorePlan * self, const GArray * times)
{
  guint n = 0;

  for (guint i = 0; i < self->units->len; i++) {
    ScorePlanUnit *unit = at (self, i);

    unit->flags &= ~(SCORE_PLAN_WANTED | SCORE_PLAN_KEPT);
    if (GST_CLOCK_TIME_IS_VALID (unit->time) && times->len > 0
        && g_array_binary_search ((GArray *) times, &unit->time, compare_times,
            NULL)) {
      unit->flags |= SCORE_PLAN_WANTED;
      n++;
    }
  }
  return n;
}

static guint
find_next_start (const ScorePlan * self, guint from)
{
  while (from < self->units->len
      && !(at (self, from)->flags & SCORE_PLAN_START))
    from++;
  return from;
}

/* From @from to before @to nothing refers to anything outside. */
static void
keep_group (ScorePlan * self, guint from, guint to)
{
  guint end = to;

  while (end > from && !(at (self, end - 1)->flags & SCORE_PLAN_WANTED))
    end--;
  /* what refers to the last ones is there as well */
  if (to == self->units->len && end > from)
    end = to;
  for (guint i = from; i < end; i++) {
    ScorePlanUnit *unit = at (self, i);

    if ((unit->flags & SCORE_PLAN_WANTED) || !(unit->flags & SCORE_PLAN_LEAF)
        || i + N_LAST >= self->units->len)
      unit->flags |= SCORE_PLAN_KEPT;
  }
}

gboolean
score_plan_choose (ScorePlan * plan, const GArray * times)
{
  g_return_val_if_fail (plan != NULL, FALSE);
  g_return_val_if_fail (times != NULL, FALSE);

  if (mark_wanted (plan, times) != times->len)
    return FALSE;
  for (guint from = 0; from < plan->units->len;) {
    guint to = find_next_start (plan, from + 1);

    keep_group (plan, from, to);
    from = to;
  }
  return TRUE;
}

guint
score_plan_count (const ScorePlan * plan, ScorePlanFlags flag)
{
  guint n = 0;

  g_return_val_if_fail (plan != NULL, 0);

  for (guint i = 0; i < plan->units->len; i++)
    n += (at (plan, i)->flags & flag) != 0;
  return n;
}
