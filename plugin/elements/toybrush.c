/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/toybrush.h"

#include <math.h>

#define CIRCLE 64               /* corners of what is called a circle */
#define MAX_POINTS 128

struct _ScoreToyBrush
{
  ScoreToyCanvas *canvas;
  GstVideoFrame *frame;
  gdouble scale;                /* pixels in a centimetre */
  gdouble left;                 /* pixel column of x = 0 */
  gdouble table;                /* pixel row of the table top */
  ScoreToyPoint circle[CIRCLE + 1];     /* the first again at the end */

  gdouble points[MAX_POINTS][2];        /* of the contour in the making */
  guint n_points;
};

ScoreToyBrush *
score_toy_brush_new (gint width, gint height)
{
  ScoreToyBrush *self = g_new0 (ScoreToyBrush, 1);

  self->canvas = score_toy_canvas_new (width, height);
  self->scale = MIN (width / SCORE_TOY_WIDTH, height / SCORE_TOY_HEIGHT);
  self->left = (width - SCORE_TOY_WIDTH * self->scale) / 2;
  self->table = (height - SCORE_TOY_HEIGHT * self->scale) / 2
      + (SCORE_TOY_HEIGHT - SCORE_TOY_TABLE) * self->scale;
  for (gint i = 0; i <= CIRCLE; i++) {
    gdouble angle = 2.0 * G_PI * (i % CIRCLE) / CIRCLE;

    self->circle[i] = (ScoreToyPoint) {
    cos (angle), sin (angle)};
  }
  return self;
}

void
score_toy_brush_free (ScoreToyBrush * self)
{
  score_toy_canvas_free (self->canvas);
  g_free (self);
}

void
score_toy_brush_set_frame (ScoreToyBrush * self, GstVideoFrame * frame)
{
  self->frame = frame;
}

static void
add_point (ScoreToyBrush * self, gdouble x, gdouble h)
{
  g_assert (self->n_points < MAX_POINTS);
  self->points[self->n_points][0] = self->left + x * self->scale;
  self->points[self->n_points][1] = self->table - h * self->scale;
  self->n_points++;
}

static void
end_contour (ScoreToyBrush * self)
{
  score_toy_canvas_add_contour (self->canvas,
      (const gdouble (*)[2]) self->points, self->n_points);
  self->n_points = 0;
}

/* Corners first to last of the circle, stretched, around x and h. */
static void
add_arc (ScoreToyBrush * self, gdouble x, gdouble h, gdouble radius_x,
    gdouble radius_h, gint first, gint last)
{
  gint step = first <= last ? 1 : -1;

  for (gint i = first; i != last + step; i += step)
    add_point (self, x + radius_x * self->circle[i].x,
        h + radius_h * self->circle[i].h);
}

void
score_toy_brush_add_polygon (ScoreToyBrush * self, ScoreToyPoint at,
    const ScoreToyPoint * points, guint n)
{
  for (guint i = 0; i < n; i++)
    add_point (self, at.x + points[i].x, at.h + points[i].h);
  end_contour (self);
}

void
score_toy_brush_add_box (ScoreToyBrush * self, gdouble left, gdouble bottom,
    gdouble width, gdouble height, gdouble radius)
{
  gdouble x0 = left + radius, x1 = left + width - radius;
  gdouble h0 = bottom + radius, h1 = bottom + height - radius;

  add_arc (self, x1, h1, radius, radius, 0, CIRCLE / 4);
  add_arc (self, x0, h1, radius, radius, CIRCLE / 4, CIRCLE / 2);
  add_arc (self, x0, h0, radius, radius, CIRCLE / 2, CIRCLE * 3 / 4);
  add_arc (self, x1, h0, radius, radius, CIRCLE * 3 / 4, CIRCLE);
  end_contour (self);
}

void
score_toy_brush_add_ellipse (ScoreToyBrush * self, gdouble x, gdouble h,
    gdouble radius_x, gdouble radius_h)
{
  add_arc (self, x, h, radius_x, radius_h, 0, CIRCLE - 1);
  end_contour (self);
}

void
score_toy_brush_add_hole (ScoreToyBrush * self, gdouble x, gdouble h,
    gdouble radius_x, gdouble radius_h)
{
  add_arc (self, x, h, radius_x, radius_h, CIRCLE - 1, 0);
  end_contour (self);
}

void
score_toy_brush_add_basin (ScoreToyBrush * self, gdouble x, gdouble h,
    gdouble radius_x, gdouble depth, gdouble hollow)
{
  add_arc (self, x, h, radius_x, depth, CIRCLE / 2, CIRCLE);
  add_arc (self, x, h, radius_x, hollow, CIRCLE, CIRCLE / 2);
  end_contour (self);
}

void
score_toy_brush_add_capsule (ScoreToyBrush * self, ScoreToyPoint from,
    gdouble from_radius, ScoreToyPoint to, gdouble to_radius)
{
  gdouble dx = to.x - from.x, dh = to.h - from.h;
  gdouble length = MAX (sqrt (dx * dx + dh * dh), 1e-6);

  dx /= length;
  dh /= length;
  for (gint i = 0; i <= CIRCLE; i++) {
    /* The half circle around the far end, then that around the near one. */
    ScoreToyPoint around = self->circle[(i + CIRCLE * 3 / 4) % CIRCLE];
    gboolean far_end = i <= CIRCLE / 2;
    ScoreToyPoint middle = far_end ? to : from;
    gdouble radius = far_end ? to_radius : from_radius;

    add_point (self, middle.x + radius * (around.x * dx - around.h * dh),
        middle.h + radius * (around.x * dh + around.h * dx));
  }
  end_contour (self);
}

static ScoreToyColour
to_colour (ScoreToyRgb rgb)
{
  return score_toy_colour (rgb.red, rgb.green, rgb.blue);
}

void
score_toy_brush_paint (ScoreToyBrush * self, ScoreToyRgb colour, gdouble alpha)
{
  score_toy_canvas_fill (self->canvas, self->frame, to_colour (colour), alpha);
}

void
score_toy_brush_paint_band (ScoreToyBrush * self, gdouble bottom, gdouble top,
    ScoreToyRgb colour)
{
  score_toy_canvas_fill_rows (self->canvas, self->frame, to_colour (colour),
      self->table - top * self->scale, self->table - bottom * self->scale);
}
