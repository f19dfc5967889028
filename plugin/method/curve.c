/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/curve.h"

#include <math.h>

/* A curve of 0..1 that shoots over stays below this; percent do not, unless
 * nothing was done at all. */
#define PERCENT_FROM 2.0

ScoreScale
score_curve_guess_scale (const gdouble * values, guint n)
{
  gboolean fractions = FALSE;
  gdouble max = 0.0;

  for (guint i = 0; i < n; i++) {
    if (isnan (values[i]))
      continue;
    if (values[i] < 0.0 || values[i] > 100.0)
      return SCORE_SCALE_UNIT;
    fractions |= values[i] > 0.0 && values[i] < 1.0;
    max = MAX (max, values[i]);
  }
  if (max < PERCENT_FROM)
    return SCORE_SCALE_UNIT;
  return fractions ? SCORE_SCALE_UNCLEAR : SCORE_SCALE_PERCENT;
}

static guint
find_next (const gdouble * values, guint from, guint n)
{
  while (from < n && isnan (values[from]))
    from++;
  return from;
}

/* Share of the way from @a to @b at which @i lies. */
static gdouble
get_share (const guint64 * times, guint a, guint b, guint i)
{
  gboolean usable = times[a] <= times[i] && times[i] <= times[b]
      && times[a] < times[b];

  if (!usable)
    return (gdouble) (i - a) / (b - a);
  return (gdouble) (times[i] - times[a]) / (gdouble) (times[b] - times[a]);
}

gboolean
score_curve_fill (gdouble * values, const guint64 * times, guint n,
    gboolean * filled)
{
  guint before = n, after = find_next (values, 0, n);

  if (after == n)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    filled[i] = isnan (values[i]);
    if (!filled[i]) {
      before = i;
      after = find_next (values, i + 1, n);
    } else if (before == n) {
      values[i] = values[after];
    } else if (after == n) {
      values[i] = values[before];
    } else {
      gdouble share = get_share (times, before, after, i);

      values[i] = values[before] + share * (values[after] - values[before]);
    }
  }
  return TRUE;
}
