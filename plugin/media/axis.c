/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/axis.h"

#include <math.h>

/* Less of a sample than this is rounding noise of the cell's edge. */
#define NOISE 1e-6

/* Rounds the running sum and not each weight, so that they sum to total. */
static void
add_weights (ScoreAxis * self, guint cell, gdouble from, gdouble to)
{
  guint taps = self->offset[cell + 1] - self->offset[cell];
  guint16 *weights = self->weights + self->offset[cell];
  guint before = 0;

  for (guint i = 0; i < taps; i++) {
    gdouble end = MIN (to, (gdouble) self->first[cell] + i + 1);
    guint sum = (guint) lrint ((end - from) / (to - from) * self->total);

    if (i == taps - 1)
      sum = self->total;
    weights[i] = (guint16) MIN (sum - before, 65535);
    before = sum;
  }
}

static gdouble
get_edge (const ScoreAxis * self, guint cell)
{
  gdouble pixel = (gdouble) cell * self->pixels_per_cell - self->phase;

  pixel = CLAMP (pixel, 0, self->n_pixels);
  return CLAMP (self->start + pixel * self->extent / self->n_pixels, 0,
      self->limit);
}

static void
build (ScoreAxis * self)
{
  self->n_cells = (self->n_pixels + self->pixels_per_cell - 1) /
      self->pixels_per_cell;
  self->first = g_renew (guint, self->first, self->n_cells);
  self->offset = g_renew (guint, self->offset, self->n_cells + 1);
  self->offset[0] = 0;
  self->max_taps = 0;
  for (guint i = 0; i < self->n_cells; i++) {
    guint first = (guint) floor (get_edge (self, i) + NOISE);
    guint end = (guint) ceil (get_edge (self, i + 1) - NOISE);

    first = MIN (first, self->limit - 1);
    end = CLAMP (end, first + 1, self->limit);
    self->first[i] = first;
    self->offset[i + 1] = self->offset[i] + end - first;
    self->max_taps = MAX (self->max_taps, end - first);
  }
  self->weights = g_renew (guint16, self->weights, self->offset[self->n_cells]);
  for (guint i = 0; i < self->n_cells; i++) {
    gdouble from = get_edge (self, i);

    add_weights (self, i, from, MAX (get_edge (self, i + 1), from + NOISE));
  }
}

void
score_axis_set (ScoreAxis * axis, guint n_pixels, guint pixels_per_cell,
    guint phase, gdouble start, gdouble extent, guint limit, guint total)
{
  g_assert (n_pixels > 0 && limit > 0 && total > 0 && total <= 65536);
  g_assert (phase == 0 || (n_pixels + phase) % pixels_per_cell == 0);

  if (axis->n_pixels == n_pixels && axis->pixels_per_cell == pixels_per_cell
      && axis->phase == phase && axis->limit == limit && axis->total == total
      && axis->start == start && axis->extent == extent)
    return;
  axis->n_pixels = n_pixels;
  axis->pixels_per_cell = pixels_per_cell;
  axis->phase = phase;
  axis->start = start;
  axis->extent = extent;
  axis->limit = limit;
  axis->total = total;
  build (axis);
}

void
score_axis_clear (ScoreAxis * axis)
{
  g_free (axis->first);
  g_free (axis->offset);
  g_free (axis->weights);
  *axis = (ScoreAxis) {
  0};
}
