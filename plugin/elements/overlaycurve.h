/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/overlaypaint.h"
#include "elements/overlaytext.h"

G_BEGIN_DECLS

/* The curve of the episode so far: final samples as filled points on a solid
 * line, provisional ones hollow and dashed. @unit is the size of a line of
 * text. */
void score_overlay_curve_draw (cairo_t * cr, const ScoreOverlayFont * font,
    const ScoreOverlayState * state, const ScorePaintBox * box, gdouble unit);

G_END_DECLS
