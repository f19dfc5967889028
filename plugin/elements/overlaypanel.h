/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/overlaypaint.h"
#include "elements/overlaytext.h"

G_BEGIN_DECLS

/* Where everything goes, in square pixels as high as those of the video. */
typedef struct
{
  const ScoreOverlayState *state;
  const ScoreOverlayFont *font;
  gdouble canvas_width, canvas_height;
  gdouble unit;                 /* size of a line of text */
  gdouble margin, padding, gap;
  gboolean wide;                /* text on the left, the curve on the right */

  /* NULL or zero height: not shown */
  PangoLayout *task, *description, *completion;
  gdouble task_height, description_height, completion_height;
  gdouble number_height, bar_height, curve_height;
  gdouble rows_height;          /* of all that stand in the column */
  gdouble left_width;           /* of the column with the text */

  ScorePaintBox box;            /* of the panel on the canvas */
} ScoreOverlayPanel;

/* FALSE where there is nothing to show or no room for it. */
gboolean score_overlay_panel_plan (ScoreOverlayPanel * self,
    const ScoreOverlayState * state, const ScoreOverlayFont * font);
void score_overlay_panel_clear (ScoreOverlayPanel * self);

/* At (0, 0). */
void score_overlay_panel_draw (const ScoreOverlayPanel * self, cairo_t * cr);

G_END_DECLS
