/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/toycanvas.h"
#include "elements/toyworld.h"

G_BEGIN_DECLS

/* Shapes of the toy world, in its centimetres, into a picture of any size: the
 * world is fitted and centred, what is left over shows more of wall and table. */
typedef struct _ScoreToyBrush ScoreToyBrush;

typedef struct {
  guint8 red, green, blue;
} ScoreToyRgb;

ScoreToyBrush *score_toy_brush_new (gint width, gint height);
void score_toy_brush_free (ScoreToyBrush * self);
/* The picture that is painted from now on; borrowed. */
void score_toy_brush_set_frame (ScoreToyBrush * self, GstVideoFrame * frame);

/* These add to the path; paint fills it and begins a new one. */
void score_toy_brush_add_polygon (ScoreToyBrush * self, ScoreToyPoint at, const ScoreToyPoint * points, guint n);
void score_toy_brush_add_box (ScoreToyBrush * self, gdouble left, gdouble bottom, gdouble width, gdouble height, gdouble radius);
void score_toy_brush_add_ellipse (ScoreToyBrush * self, gdouble x, gdouble h, gdouble radius_x, gdouble radius_h);
/* The same as a hole in what the path has already. */
void score_toy_brush_add_hole (ScoreToyBrush * self, gdouble x, gdouble h, gdouble radius_x, gdouble radius_h);
/* The lower half of an ellipse that is depth deep, less that of a flatter one. */
void score_toy_brush_add_basin (ScoreToyBrush * self, gdouble x, gdouble h, gdouble radius_x, gdouble depth, gdouble hollow);
/* Two circles and everything between. */
void score_toy_brush_add_capsule (ScoreToyBrush * self, ScoreToyPoint from, gdouble from_radius, ScoreToyPoint to, gdouble to_radius);
void score_toy_brush_paint (ScoreToyBrush * self, ScoreToyRgb colour, gdouble alpha);
/* Everything between two heights, from edge to edge of the picture. */
void score_toy_brush_paint_band (ScoreToyBrush * self, gdouble bottom, gdouble top, ScoreToyRgb colour);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreToyBrush, score_toy_brush_free)

G_END_DECLS
