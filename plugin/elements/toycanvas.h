/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* Fills polygons with exact area coverage into the three planes of an I420
 * picture. A path is a set of closed contours; where one lies in another the
 * other way round, it is a hole. */
typedef struct _ScoreToyCanvas ScoreToyCanvas;

typedef struct {
  guint8 y, u, v;
} ScoreToyColour;

/* sRGB to BT.601, limited range. */
ScoreToyColour score_toy_colour (gdouble red, gdouble green, gdouble blue);

ScoreToyCanvas *score_toy_canvas_new (gint width, gint height);
void score_toy_canvas_free (ScoreToyCanvas * self);

/* Points in pixels from the upper left corner. */
void score_toy_canvas_add_contour (ScoreToyCanvas * self, const gdouble (*points)[2], guint n);
/* Paints the path and forgets it. */
void score_toy_canvas_fill (ScoreToyCanvas * self, GstVideoFrame * frame, ScoreToyColour colour, gdouble alpha);
/* One colour for the rows from top up to, not with, bottom. */
void score_toy_canvas_fill_rows (ScoreToyCanvas * self, GstVideoFrame * frame, ScoreToyColour colour, gdouble top, gdouble bottom);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreToyCanvas, score_toy_canvas_free)

G_END_DECLS
