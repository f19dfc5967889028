/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* The published schedule is 15 lengths spaced evenly from 1 to N, and so all of
 * them change whenever N grows by one: what was asked while recording would be
 * asked in vain. Here it is laid out once, for the most samples that an episode
 * may keep: those lengths are certain from the start. An episode that ends
 * sooner has fewer of them, its own length and, where the gaps are widest, as
 * many others as there is room for. It comes out as published where the episode
 * keeps as many samples as it may, and where it has no more samples than
 * questions. */

#include "method/topreward-plan.h"

#include <math.h>
#include <string.h>

#include "method/select.h"

static guint
find_widest_gap (const guint * lengths, guint n)
{
  guint widest = 0;

  for (guint i = 0; i + 1 < n; i++) {
    if (lengths[i + 1] - lengths[i] > lengths[widest + 1] - lengths[widest])
      widest = i;
  }
  return widest;
}

static guint
fill_up (guint * lengths, guint count, guint room)
{
  while (count > 1 && count < room) {
    guint gap = find_widest_gap (lengths, count);

    memmove (&lengths[gap + 2], &lengths[gap + 1],
        (count - gap - 1) * sizeof *lengths);
    lengths[gap + 1] = (lengths[gap] + lengths[gap + 2]) / 2;
    count++;
  }
  return count;
}

guint
score_topreward_plan (guint n, guint max_frames, gboolean closed,
    guint * lengths)
{
  guint grid[SCORE_TOPREWARD_PREFIXES];
  guint n_grid, count = 0;

  if (n == 0)
    return 0;
  /* more samples than there can be, unless nobody thins them */
  n_grid = score_select_prefixes (closed ? MAX (n, max_frames) : max_frames,
      SCORE_TOPREWARD_PREFIXES, grid);
  lengths[count++] = 1;
  for (guint i = 0; i < n_grid; i++) {
    if (grid[i] > 1 && grid[i] <= n)
      lengths[count++] = grid[i];
  }
  if (!closed)
    return count;
  if (lengths[count - 1] < n)
    lengths[count++] = n;
  return fill_up (lengths, count, MIN (n, SCORE_TOPREWARD_PREFIXES));
}

static gdouble
to_probability (gdouble logprob)
{
  return CLAMP (exp (logprob), 0.0, 1.0);
}

void
score_topreward_normalize (ScoreNormalize normalize, const gdouble * logprobs,
    guint n, gdouble * progress)
{
  gdouble least = INFINITY, greatest = -INFINITY;

  for (guint i = 0; i < n; i++) {
    least = MIN (least, logprobs[i]);
    greatest = MAX (greatest, logprobs[i]);
  }
  for (guint i = 0; i < n; i++) {
    if (normalize != SCORE_NORMALIZE_MINMAX)
      progress[i] = to_probability (logprobs[i]);
    else if (greatest > least)
      progress[i] = (logprobs[i] - least) / (greatest - least);
    else
      progress[i] = 1.0;
  }
}

void
score_topreward_spread (const guint * lengths, const gdouble * progress,
    guint n_lengths, guint n, gdouble * values)
{
  guint next = 0;               /* the first length that is not below this one */

  for (guint length = 1; length <= n; length++) {
    gdouble share;

    while (next < n_lengths && lengths[next] < length)
      next++;
    if (next == 0 || (next < n_lengths && lengths[next] == length)) {
      values[length - 1] = progress[next];
      continue;
    }
    if (next == n_lengths) {
      values[length - 1] = progress[n_lengths - 1];
      continue;
    }
    share = (gdouble) (length - lengths[next - 1])
        / (lengths[next] - lengths[next - 1]);
    values[length - 1] = progress[next - 1]
        + share * (progress[next] - progress[next - 1]);
  }
}
