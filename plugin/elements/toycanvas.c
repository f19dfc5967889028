/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/toycanvas.h"

#include <math.h>

#define MAX_EDGES 512
#define OPAQUE 256

/* Runs downwards from top to bottom; down tells which way the contour went. */
typedef struct
{
  gdouble top, bottom;
  gdouble x;                    /* at the top */
  gdouble slope;                /* x for a row */
  gdouble down;                 /* 1 or -1 */
} ToyEdge;

typedef struct
{
  gint first, last;             /* columns with anything in them; none: first > last */
} ToySpan;

struct _ScoreToyCanvas
{
  gint width, height;
  ToyEdge edges[MAX_EDGES];
  guint n_edges;
  gdouble top, bottom;

  gfloat *cover;                /* change of coverage from column to column */
  guint16 *mask[2];             /* of a pair of rows, 0 to OPAQUE */
};

static guint8
to_byte (gdouble value)
{
  return (guint8) CLAMP (value + 0.5, 0.0, 255.0);
}

ScoreToyColour
score_toy_colour (gdouble red, gdouble green, gdouble blue)
{
  gdouble luma = 0.299 * red + 0.587 * green + 0.114 * blue;

  return (ScoreToyColour) {
  .y = to_byte (16.0 + luma * 219.0 / 255.0),.u =
        to_byte (128.0 + (blue - luma) / 1.772 * 224.0 / 255.0),.v =
        to_byte (128.0 + (red - luma) / 1.402 * 224.0 / 255.0),};
}

ScoreToyCanvas *
score_toy_canvas_new (gint width, gint height)
{
  ScoreToyCanvas *self = g_new0 (ScoreToyCanvas, 1);

  self->width = width;
  self->height = height;
  /* Coverage runs over the right edge, and chroma looks at pairs. */
  self->cover = g_new0 (gfloat, (gsize) width + 3);
  self->mask[0] = g_new0 (guint16, (gsize) width + 3);
  self->mask[1] = g_new0 (guint16, (gsize) width + 3);
  return self;
}

void
score_toy_canvas_free (ScoreToyCanvas * self)
{
  g_free (self->cover);
  g_free (self->mask[0]);
  g_free (self->mask[1]);
  g_free (self);
}

static void
add_edge (ScoreToyCanvas * self, const gdouble * from, const gdouble * to)
{
  gboolean down = from[1] < to[1];
  const gdouble *high = down ? from : to;
  const gdouble *low = down ? to : from;

  if (from[1] == to[1])
    return;
  g_assert (self->n_edges < MAX_EDGES);
  if (self->n_edges == 0) {
    self->top = high[1];
    self->bottom = low[1];
  }
  self->top = MIN (self->top, high[1]);
  self->bottom = MAX (self->bottom, low[1]);
  self->edges[self->n_edges++] = (ToyEdge) {
  .top = high[1],.bottom = low[1],.x = high[0],.slope =
        (low[0] - high[0]) / (low[1] - high[1]),.down = down ? 1.0 : -1.0};
}

void
score_toy_canvas_add_contour (ScoreToyCanvas * self,
    const gdouble (*points)[2], guint n)
{
  for (guint i = 0; i < n; i++)
    add_edge (self, points[i], points[(i + 1) % n]);
}

/* The edge runs through this row from x0 to x1 and covers part of its height:
 * what lies right of it is covered by that much more. */
static void
cover_columns (ScoreToyCanvas * self, gdouble x0, gdouble x1, gdouble part)
{
  gdouble left = CLAMP (MIN (x0, x1), 0.0, self->width);
  gdouble right = CLAMP (MAX (x0, x1), 0.0, self->width);
  gint first = (gint) left;
  gdouble share = right > left ? part / (right - left) : 0.0;

  if (right <= first + 1.0) {
    gdouble beyond = part * (0.5 * (left + right) - first);

    self->cover[first] += (gfloat) (part - beyond);
    self->cover[first + 1] += (gfloat) beyond;
    return;
  }
  for (gint column = first; column < right; column++) {
    gdouble from = MAX (left, column);
    gdouble to = MIN (right, column + 1.0);
    gdouble here = share * (to - from);
    gdouble beyond = here * (0.5 * (from + to) - column);

    self->cover[column] += (gfloat) (here - beyond);
    self->cover[column + 1] += (gfloat) beyond;
  }
}

static ToySpan
cover_row (ScoreToyCanvas * self, gint row)
{
  ToySpan span = { self->width, -1 };

  for (guint i = 0; i < self->n_edges; i++) {
    const ToyEdge *edge = &self->edges[i];
    gdouble top = MAX (edge->top, row);
    gdouble bottom = MIN (edge->bottom, row + 1.0);
    gdouble x0, x1;

    if (top >= bottom)
      continue;
    x0 = edge->x + (top - edge->top) * edge->slope;
    x1 = edge->x + (bottom - edge->top) * edge->slope;
    cover_columns (self, x0, x1, edge->down * (bottom - top));
    span.first = MIN (span.first, (gint) CLAMP (MIN (x0, x1), 0.0,
            self->width - 1));
    span.last = MAX (span.last, (gint) CLAMP (MAX (x0, x1) + 1.0, 0.0,
            self->width - 1));
  }
  return span;
}

/* Sums the changes up to the mask, and clears them for the next row. */
static void
sum_row (ScoreToyCanvas * self, ToySpan span, gdouble alpha, guint16 * mask)
{
  gfloat sum = 0.0f;
  gfloat scale = (gfloat) (alpha * OPAQUE);

  for (gint column = span.first; column <= span.last; column++) {
    sum += self->cover[column];
    mask[column] = (guint16) (MIN (fabsf (sum), 1.0f) * scale + 0.5f);
  }
  /* At the right edge the changes run over by two. */
  for (gint column = span.first; column <= span.last + 2; column++)
    self->cover[column] = 0.0f;
}

static void
blend (guint8 * dest, guint8 colour, guint mask)
{
  *dest = (guint8) ((*dest * (OPAQUE - mask) + colour * mask + OPAQUE / 2)
      / OPAQUE);
}

static void
blend_luma (GstVideoFrame * frame, gint row, ToySpan span,
    const guint16 * mask, guint8 colour)
{
  guint8 *line = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);

  line += (gsize) row *GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
  for (gint column = span.first; column <= span.last; column++)
    blend (line + column, colour, mask[column]);
}

/* span: in luma columns, over both rows. Past the right and the lower edge the
 * masks repeat their last column and row. */
static void
blend_chroma (ScoreToyCanvas * self, GstVideoFrame * frame, gint row,
    ToySpan span, ScoreToyColour colour)
{
  const guint16 *upper = self->mask[0];
  const guint16 *lower = row + 1 < self->height ? self->mask[1] : upper;
  guint8 *u = GST_VIDEO_FRAME_PLANE_DATA (frame, 1);
  guint8 *v = GST_VIDEO_FRAME_PLANE_DATA (frame, 2);

  u += (gsize) (row / 2) * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 1);
  v += (gsize) (row / 2) * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 2);
  for (gint column = span.first / 2; column <= span.last / 2; column++) {
    guint mask = (upper[2 * column] + upper[2 * column + 1]
        + lower[2 * column] + lower[2 * column + 1] + 2) / 4;

    blend (u + column, colour.u, mask);
    blend (v + column, colour.v, mask);
  }
}

static void
fill_pair (ScoreToyCanvas * self, GstVideoFrame * frame, gint row,
    ScoreToyColour colour, gdouble alpha)
{
  ToySpan spans[2] = { {self->width, -1}, {self->width, -1} };
  ToySpan both;

  spans[0] = cover_row (self, row);
  sum_row (self, spans[0], alpha, self->mask[0]);
  if (row + 1 < self->height) {
    spans[1] = cover_row (self, row + 1);
    sum_row (self, spans[1], alpha, self->mask[1]);
  }
  both.first = MIN (spans[0].first, spans[1].first);
  both.last = MAX (spans[0].last, spans[1].last);
  if (both.first > both.last)
    return;

  for (gint i = 0; i < 2; i++)
    if (spans[i].first <= spans[i].last)
      blend_luma (frame, row + i, spans[i], self->mask[i], colour.y);
  if (both.last == self->width - 1)
    for (gint i = 0; i < 2; i++)
      self->mask[i][self->width] = self->mask[i][self->width - 1];
  blend_chroma (self, frame, row, both, colour);
  for (gint i = 0; i < 2; i++)
    for (gint column = both.first; column <= both.last + 1; column++)
      self->mask[i][column] = 0;
}

void
score_toy_canvas_fill (ScoreToyCanvas * self, GstVideoFrame * frame,
    ScoreToyColour colour, gdouble alpha)
{
  gdouble top = CLAMP (floor (self->top), 0.0, self->height);
  gdouble bottom = CLAMP (ceil (self->bottom), 0.0, self->height);

  if (self->n_edges > 0)
    for (gint row = (gint) top & ~1; row < (gint) bottom; row += 2)
      fill_pair (self, frame, row, colour, alpha);
  self->n_edges = 0;
}

void
score_toy_canvas_fill_rows (ScoreToyCanvas * self, GstVideoFrame * frame,
    ScoreToyColour colour, gdouble top, gdouble bottom)
{
  const gdouble corners[4][2] = {
    {0.0, top}, {self->width, top}, {self->width, bottom}, {0.0, bottom}
  };

  score_toy_canvas_add_contour (self, corners, 4);
  score_toy_canvas_fill (self, frame, colour, 1.0);
}
