/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* The arithmetic is NumPy's (linspace: start + i * step, the last one exact) in
 * doubles, so that the same frames come out as in the evaluations. */

#include "method/select.h"

#include <math.h>

static gboolean
append (guint * out, guint * n, guint value)
{
  if (*n > 0 && out[*n - 1] >= value)
    return FALSE;
  out[(*n)++] = value;
  return TRUE;
}

guint
score_select_even (guint n, guint max, guint * indices)
{
  guint count = MIN (n, max), found = 0;
  gdouble step = count > 1 ? (gdouble) (n - 1) / (count - 1) : 0.0;

  for (guint i = 0; i < count; i++) {
    gdouble at = i + 1 == count && i > 0 ? n - 1 : i * step;

    append (indices, &found, (guint) rint (at));
  }
  return found;
}

guint
score_select_gvl (guint n, guint max, guint * indices)
{
  guint found = 0;
  gdouble step;

  if (n <= max || max < 3)
    return score_select_even (n, max, indices);
  step = (gdouble) (n - 2) / (max - 2);
  append (indices, &found, 0);
  for (guint i = 0; i + 2 < max; i++) {
    guint index = (guint) (1.0 + 0.5 + i * step);

    if (index <= n - 2)
      append (indices, &found, index);
  }
  append (indices, &found, n - 1);
  return found;
}

guint
score_select_prefixes (guint n, guint max, guint * lengths)
{
  guint found = 0;
  gdouble step = max > 1 ? (gdouble) (n - 1) / (max - 1) : 0.0;

  for (guint i = 0; n > 2 && i + 1 < max; i++)
    append (lengths, &found, (guint) (1.0 + i * step));
  append (lengths, &found, n);
  return found;
}
