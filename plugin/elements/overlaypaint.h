/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <cairo.h>

#include "elements/overlaystate.h"

G_BEGIN_DECLS

/* Colours and shapes of the overlay. */

typedef enum
{
  SCORE_PAINT_PANEL,            /* behind all */
  SCORE_PAINT_RIM,
  SCORE_PAINT_TRACK,            /* of the bar, and the lines of the plot */
  SCORE_PAINT_TEXT,
  SCORE_PAINT_DIM,
  SCORE_PAINT_INK,              /* on a filled pill */
  SCORE_PAINT_PENDING,
  SCORE_PAINT_PROVISIONAL,
  SCORE_PAINT_FINAL,
  SCORE_PAINT_FAILED,
  SCORE_PAINT_SUCCESS,
  SCORE_PAINT_NO_SUCCESS,
} ScorePaint;

typedef struct
{
  gdouble x, y, width, height;
} ScorePaintBox;

void score_paint_set (cairo_t * cr, ScorePaint paint, gdouble alpha);
/* What values of that status are drawn in. */
ScorePaint score_paint_of_status (ScoreOverlayStatus status);

void score_paint_rounded (cairo_t * cr, const ScorePaintBox * box,
    gdouble radius);
/* Slanting lines all over the box; the path of the caller is the clip. */
void score_paint_hatch (cairo_t * cr, const ScorePaintBox * box, gdouble step);
void score_paint_dashes (cairo_t * cr, gdouble width, gdouble on, gdouble off);

/* A small sign for what the status says, without words. */
void score_paint_sign (cairo_t * cr, ScoreOverlayStatus status,
    ScoreOverlayOutcome outcome, const ScorePaintBox * box);

G_END_DECLS
