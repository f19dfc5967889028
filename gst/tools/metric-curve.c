/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "metric-curve.h"

#include <math.h>
#include <stdlib.h>

/* Whether no value is farther from the first than @absolute and @relative allow. */
static gboolean
is_constant (const gdouble * values, guint n, gdouble absolute,
    gdouble relative)
{
  for (guint i = 1; i < n; i++) {
    if (!(fabs (values[i] - values[0]) <=
            absolute + relative * fabs (values[0])))
      return FALSE;
  }
  return TRUE;
}

static gdouble
get_mean (const gdouble * values, guint n)
{
  gdouble sum = 0.0;

  for (guint i = 0; i < n; i++)
    sum += values[i];
  return sum / n;
}

gdouble
score_voc_pearson (const gdouble * x, const gdouble * values, guint n)
{
  gdouble mean_x, mean_y, xx = 0.0, yy = 0.0, xy = 0.0;

  if (n < 2)
    return NAN;
  mean_x = get_mean (x, n);
  mean_y = get_mean (values, n);
  for (guint i = 0; i < n; i++) {
    gdouble dx = x[i] - mean_x, dy = values[i] - mean_y;

    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  /* The mean of equal numbers can be off them by rounding. */
  if (is_constant (x, n, 0.0, 0.0) || is_constant (values, n, 0.0, 0.0))
    return NAN;
  return CLAMP (xy / (sqrt (xx) * sqrt (yy)), -1.0, 1.0);
}

typedef struct
{
  gdouble value;
  guint place;
} Ranked;

static gint
compare_ranked (gconstpointer a, gconstpointer b)
{
  const Ranked *left = a, *right = b;

  return (left->value > right->value) - (left->value < right->value);
}

gdouble
score_voc_spearman (const gdouble * values, guint n)
{
  g_autofree Ranked *sorted = g_new (Ranked, n);
  g_autofree gdouble *ranks = g_new (gdouble, n);
  g_autofree gdouble *order = g_new (gdouble, n);

  /* NumPy's allclose (), which is what the published VOC asks. */
  if (n < 2 || is_constant (values, n, 1e-8, 1e-5))
    return NAN;
  for (guint i = 0; i < n; i++) {
    sorted[i].value = values[i];
    sorted[i].place = i;
    order[i] = i;
  }
  qsort (sorted, n, sizeof *sorted, compare_ranked);
  for (guint first = 0, next; first < n; first = next) {
    for (next = first + 1; next < n
        && sorted[next].value == sorted[first].value; next++);
    for (guint i = first; i < next; i++)
      ranks[sorted[i].place] = (first + next - 1) / 2.0;
  }
  return score_voc_pearson (order, ranks, n);
}

void
score_curve_resample (const gdouble * x, const gdouble * values, guint n,
    gfloat * times, guint n_times)
{
  gdouble length = x[n - 1] - x[0];
  guint left = 0;

  for (guint k = 0; k < n_times; k++) {
    gdouble at = x[0] + length * k / (n_times - 1), part, step;

    if (k == n_times - 1)
      at = x[n - 1];
    while (left + 1 < n && x[left + 1] <= at)
      left++;
    if (left + 1 == n) {
      times[k] = values[n - 1];
      continue;
    }
    part = (at - x[left]) / (x[left + 1] - x[left]);
    step = values[left + 1] - values[left];
    times[k] = values[left] + part * step;
  }
}
