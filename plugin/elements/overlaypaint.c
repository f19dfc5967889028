/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaypaint.h"

#include <math.h>

typedef struct
{
  gdouble red, green, blue, alpha;
} Colour;

/* Apart from each other also for eyes that do not tell red from green: by
 * lightness, by dashes and by signs. */
/* *INDENT-OFF* */
static const Colour colours[] = {
  [SCORE_PAINT_PANEL] = {0.047, 0.063, 0.086, 0.76},
  [SCORE_PAINT_RIM] = {1.000, 1.000, 1.000, 0.14},
  [SCORE_PAINT_TRACK] = {1.000, 1.000, 1.000, 0.17},
  [SCORE_PAINT_TEXT] = {0.965, 0.973, 0.984, 1.00},
  [SCORE_PAINT_DIM] = {0.710, 0.745, 0.792, 1.00},
  [SCORE_PAINT_INK] = {0.027, 0.071, 0.086, 1.00},
  [SCORE_PAINT_PENDING] = {0.680, 0.710, 0.760, 1.00},
  [SCORE_PAINT_PROVISIONAL] = {0.984, 0.769, 0.290, 1.00},
  [SCORE_PAINT_FINAL] = {0.220, 0.788, 0.859, 1.00},
  [SCORE_PAINT_FAILED] = {0.980, 0.478, 0.459, 1.00},
  [SCORE_PAINT_SUCCESS] = {0.408, 0.859, 0.553, 1.00},
  [SCORE_PAINT_NO_SUCCESS] = {0.800, 0.827, 0.867, 1.00},
};
/* *INDENT-ON* */

void
score_paint_set (cairo_t * cr, ScorePaint paint, gdouble alpha)
{
  const Colour *colour = &colours[paint];

  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue,
      colour->alpha * alpha);
}

ScorePaint
score_paint_of_status (ScoreOverlayStatus status)
{
  switch (status) {
    case SCORE_OVERLAY_PROVISIONAL:
      return SCORE_PAINT_PROVISIONAL;
    case SCORE_OVERLAY_FINAL:
      return SCORE_PAINT_FINAL;
    case SCORE_OVERLAY_FAILED:
      return SCORE_PAINT_FAILED;
    case SCORE_OVERLAY_PENDING:
    default:
      return SCORE_PAINT_PENDING;
  }
}

void
score_paint_rounded (cairo_t * cr, const ScorePaintBox * box, gdouble radius)
{
  gdouble r = MIN (radius, MIN (box->width, box->height) / 2);
  gdouble left = box->x + r, right = box->x + box->width - r;
  gdouble top = box->y + r, bottom = box->y + box->height - r;

  cairo_new_sub_path (cr);
  cairo_arc (cr, right, top, r, -G_PI_2, 0);
  cairo_arc (cr, right, bottom, r, 0, G_PI_2);
  cairo_arc (cr, left, bottom, r, G_PI_2, G_PI);
  cairo_arc (cr, left, top, r, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

void
score_paint_hatch (cairo_t * cr, const ScorePaintBox * box, gdouble step)
{
  cairo_save (cr);
  cairo_clip (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  cairo_set_line_width (cr, step * 0.42);
  for (gdouble x = -box->height; x < box->width; x += step) {
    cairo_move_to (cr, box->x + x, box->y + box->height);
    cairo_line_to (cr, box->x + x + box->height, box->y);
  }
  cairo_stroke (cr);
  cairo_restore (cr);
}

void
score_paint_dashes (cairo_t * cr, gdouble width, gdouble on, gdouble off)
{
  const gdouble dashes[] = { on, off };

  cairo_set_line_width (cr, width);
  cairo_set_dash (cr, dashes, on > 0 ? 2 : 0, 0);
}

static void
sign_tick (cairo_t * cr, const ScorePaintBox * b)
{
  cairo_move_to (cr, b->x + 0.08 * b->width, b->y + 0.55 * b->height);
  cairo_line_to (cr, b->x + 0.38 * b->width, b->y + 0.84 * b->height);
  cairo_line_to (cr, b->x + 0.92 * b->width, b->y + 0.18 * b->height);
  cairo_stroke (cr);
}

static void
sign_cross (cairo_t * cr, const ScorePaintBox * b)
{
  cairo_move_to (cr, b->x + 0.16 * b->width, b->y + 0.16 * b->height);
  cairo_line_to (cr, b->x + 0.84 * b->width, b->y + 0.84 * b->height);
  cairo_move_to (cr, b->x + 0.84 * b->width, b->y + 0.16 * b->height);
  cairo_line_to (cr, b->x + 0.16 * b->width, b->y + 0.84 * b->height);
  cairo_stroke (cr);
}

static void
sign_dot (cairo_t * cr, const ScorePaintBox * b, gdouble x, gdouble radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, b->x + x * b->width, b->y + b->height / 2,
      radius * b->height, 0, 2 * G_PI);
}

static void
sign_final (cairo_t * cr, ScoreOverlayOutcome outcome, const ScorePaintBox * b)
{
  if (outcome == SCORE_OVERLAY_OUTCOME_SUCCESS) {
    sign_tick (cr, b);
  } else if (outcome == SCORE_OVERLAY_OUTCOME_NO_SUCCESS) {
    sign_cross (cr, b);
  } else {
    sign_dot (cr, b, 0.5, 0.36);
    cairo_fill (cr);
  }
}

void
score_paint_sign (cairo_t * cr, ScoreOverlayStatus status,
    ScoreOverlayOutcome outcome, const ScorePaintBox * box)
{
  cairo_save (cr);
  cairo_new_path (cr);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  score_paint_dashes (cr, box->height * 0.17, 0, 0);
  switch (status) {
    case SCORE_OVERLAY_PROVISIONAL:
      sign_dot (cr, box, 0.5, 0.32);
      cairo_stroke (cr);
      break;
    case SCORE_OVERLAY_FINAL:
      sign_final (cr, outcome, box);
      break;
    case SCORE_OVERLAY_FAILED:
      sign_cross (cr, box);
      break;
    case SCORE_OVERLAY_PENDING:
    default:
      for (guint i = 0; i < 3; i++)
        sign_dot (cr, box, 0.12 + 0.38 * i, 0.11);
      cairo_fill (cr);
      break;
  }
  cairo_restore (cr);
}
