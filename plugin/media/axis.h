/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How the samples of one source axis make up the cells of a smaller one: every
 * cell is the mean of the source samples under it, each weighted by the part
 * of it that the cell covers. */
typedef struct
{
  guint n_cells;
  guint *first;                 /* per cell: the first source sample */
  guint *offset;                /* per cell: where its weights begin; n_cells + 1 of them */
  guint16 *weights;             /* the weights of a cell sum to total (65536 alone is 65535) */
  guint max_taps;

  /* what it was made for */
  guint n_pixels, pixels_per_cell, phase, limit, total;
  gdouble start, extent;
} ScoreAxis;

/* n_pixels pixels are spread over the source from start to start + extent, in
 * samples, of which there are limit. A cell is pixels_per_cell of them; with
 * phase 1 the first cell is one pixel shorter (instead of the last). total is
 * 65536, or less to make the means smaller. Costs nothing when nothing
 * changed; an axis of zeros is fit to be set. */
void score_axis_set (ScoreAxis * axis, guint n_pixels, guint pixels_per_cell,
    guint phase, gdouble start, gdouble extent, guint limit, guint total);
void score_axis_clear (ScoreAxis * axis);

G_END_DECLS
