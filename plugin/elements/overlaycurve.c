/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaycurve.h"

#define SECOND G_GINT64_CONSTANT (1000000000)
/* Labels smaller than this, in pixels, are noise. */
#define LEAST_LABEL 6.5

typedef struct
{
  cairo_t *cr;
  const ScoreOverlayState *state;
  ScorePaintBox area;           /* what 0 to 100 % and the axis span */
  gdouble unit;
  gdouble label;                /* size of the labels, or 0 for none */
} Plot;

static gdouble
x_of_time (const Plot * plot, gint64 time)
{
  gdouble share = (gdouble) (time - plot->state->start) / plot->state->span;

  return plot->area.x + CLAMP (share, 0.0, 1.0) * plot->area.width;
}

static gdouble
x_of_now (const Plot * plot)
{
  return plot->area.x + plot->area.width * plot->state->elapsed
      / SCORE_OVERLAY_SPAN_STEPS;
}

static gdouble
y_of_progress (const Plot * plot, gdouble progress)
{
  return plot->area.y + plot->area.height * (1.0 - progress);
}

static gdouble
y_of_now (const Plot * plot)
{
  return y_of_progress (plot,
      (gdouble) plot->state->progress / SCORE_OVERLAY_FULL);
}

static void
draw_label (const Plot * plot, const ScoreOverlayFont * font,
    const gchar * text, gdouble x, gdouble y, gdouble align)
{
  g_autoptr (PangoLayout) layout = score_overlay_text_layout (font, text,
      plot->label, PANGO_WEIGHT_NORMAL, -1, 1);
  gdouble width, height;

  score_overlay_text_measure (layout, &width, &height);
  score_paint_set (plot->cr, SCORE_PAINT_DIM, 0.9);
  score_overlay_text_draw (plot->cr, layout, x - align * width, y - height / 2);
}

static gchar *
span_to_text (gint64 span)
{
  gint64 seconds = span / SECOND;

  if (seconds < 60)
    return g_strdup_printf ("%" G_GINT64_FORMAT " s", seconds);
  if (seconds < 3600)
    return g_strdup_printf ("%" G_GINT64_FORMAT ":%02" G_GINT64_FORMAT,
        seconds / 60, seconds % 60);
  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02" G_GINT64_FORMAT ":%02"
      G_GINT64_FORMAT, seconds / 3600, seconds / 60 % 60, seconds % 60);
}

static void
draw_labels (const Plot * plot, const ScoreOverlayFont * font)
{
  const ScorePaintBox *area = &plot->area;
  gdouble below = area->y + area->height + 0.95 * plot->label;
  g_autofree gchar *end = NULL;

  if (plot->label == 0)
    return;
  draw_label (plot, font, "100", area->x - 0.6 * plot->label, area->y, 1.0);
  draw_label (plot, font, "0", area->x - 0.6 * plot->label,
      area->y + area->height, 1.0);
  if (plot->state->span == 0)
    return;
  end = span_to_text (plot->state->span);
  draw_label (plot, font, "0 s", area->x, below, 0.0);
  draw_label (plot, font, end, area->x + area->width, below, 1.0);
}

static void
draw_grid (const Plot * plot)
{
  const ScorePaintBox *area = &plot->area;
  gdouble line = MAX (1.0, 0.055 * plot->unit);

  for (guint i = 0; i <= 4; i++) {
    gdouble y = area->y + area->height * i / 4;

    score_paint_set (plot->cr, SCORE_PAINT_TRACK, i % 4 == 0 ? 1.3 : 0.55);
    cairo_set_line_width (plot->cr, line);
    cairo_move_to (plot->cr, area->x, y);
    cairo_line_to (plot->cr, area->x + area->width, y);
    cairo_stroke (plot->cr);
  }
}

static void
trace (const Plot * plot)
{
  const ScoreOverlayState *state = plot->state;

  cairo_new_path (plot->cr);
  for (guint i = 0; i < state->n_points; i++)
    cairo_line_to (plot->cr, x_of_time (plot, state->points[i].time),
        y_of_progress (plot, state->points[i].progress));
  cairo_line_to (plot->cr, x_of_now (plot), y_of_now (plot));
}

static void
fill_below (const Plot * plot, ScorePaint paint)
{
  gdouble bottom = plot->area.y + plot->area.height;

  trace (plot);
  cairo_line_to (plot->cr, x_of_now (plot), bottom);
  cairo_line_to (plot->cr, x_of_time (plot, plot->state->points[0].time),
      bottom);
  cairo_close_path (plot->cr);
  score_paint_set (plot->cr, paint, 0.16);
  cairo_fill (plot->cr);
}

/* The piece that ends in point @i; the last one ends in the present. */
static void
draw_piece (const Plot * plot, guint i)
{
  const ScoreOverlayState *state = plot->state;
  const ScoreTrackPoint *from = &state->points[i - 1];
  gboolean provisional = from->provisional;
  gdouble width = MAX (1.2, 0.13 * plot->unit);

  cairo_move_to (plot->cr, x_of_time (plot, from->time),
      y_of_progress (plot, from->progress));
  if (i < state->n_points) {
    cairo_line_to (plot->cr, x_of_time (plot, state->points[i].time),
        y_of_progress (plot, state->points[i].progress));
    provisional |= state->points[i].provisional;
  } else {
    cairo_line_to (plot->cr, x_of_now (plot), y_of_now (plot));
    provisional |= state->status == SCORE_OVERLAY_PROVISIONAL;
  }
  score_paint_set (plot->cr, provisional ? SCORE_PAINT_PROVISIONAL
      : SCORE_PAINT_FINAL, 1.0);
  score_paint_dashes (plot->cr, width, provisional ? 2.6 * width : 0,
      2.0 * width);
  cairo_stroke (plot->cr);
}

static void
draw_sample (const Plot * plot, const ScoreTrackPoint * point, gdouble radius)
{
  cairo_new_sub_path (plot->cr);
  cairo_arc (plot->cr, x_of_time (plot, point->time),
      y_of_progress (plot, point->progress), radius, 0, 2 * G_PI);
  if (!point->provisional) {
    score_paint_set (plot->cr, SCORE_PAINT_FINAL, 1.0);
    cairo_fill (plot->cr);
    return;
  }
  score_paint_set (plot->cr, SCORE_PAINT_INK, 1.0);
  cairo_fill_preserve (plot->cr);
  score_paint_set (plot->cr, SCORE_PAINT_PROVISIONAL, 1.0);
  score_paint_dashes (plot->cr, 0.45 * radius, 0, 0);
  cairo_stroke (plot->cr);
}

/* Many samples get smaller points, so that they stay points. */
static void
draw_samples (const Plot * plot)
{
  const ScoreOverlayState *state = plot->state;
  gdouble each = plot->area.width * state->elapsed / SCORE_OVERLAY_SPAN_STEPS
      / MAX (state->n_points, 1);
  gdouble radius = CLAMP (0.42 * each, 0.13 * plot->unit, 0.25 * plot->unit);

  for (guint i = 0; i < state->n_points; i++)
    if (state->points[i].sample)
      draw_sample (plot, &state->points[i], radius);
}

static void
draw_now (const Plot * plot)
{
  ScorePaint paint = score_paint_of_status (plot->state->status);
  gdouble radius = 0.3 * plot->unit;

  score_paint_set (plot->cr, SCORE_PAINT_TEXT, 0.4);
  score_paint_dashes (plot->cr, MAX (1.0, 0.06 * plot->unit), 0, 0);
  cairo_move_to (plot->cr, x_of_now (plot), plot->area.y);
  cairo_line_to (plot->cr, x_of_now (plot), plot->area.y + plot->area.height);
  cairo_stroke (plot->cr);

  cairo_new_sub_path (plot->cr);
  cairo_arc (plot->cr, x_of_now (plot), y_of_now (plot), radius, 0, 2 * G_PI);
  score_paint_set (plot->cr, paint, 1.0);
  cairo_fill_preserve (plot->cr);
  score_paint_set (plot->cr, SCORE_PAINT_TEXT, 1.0);
  cairo_set_line_width (plot->cr, 0.35 * radius);
  cairo_stroke (plot->cr);
}

static void
draw_curve (const Plot * plot)
{
  const ScoreOverlayState *state = plot->state;

  if (state->progress < 0)
    return;
  if (state->n_points > 0) {
    fill_below (plot, score_paint_of_status (state->status));
    for (guint i = 1; i <= state->n_points; i++)
      draw_piece (plot, i);
    draw_samples (plot);
  }
  draw_now (plot);
}

static void
place_area (Plot * plot, const ScoreOverlayFont * font,
    const ScorePaintBox * box)
{
  gdouble edge = 0.3 * plot->unit;      /* for the points on the rim */
  gdouble left = edge, bottom = edge;

  if (plot->label > 0) {
    g_autoptr (PangoLayout) widest = score_overlay_text_layout (font, "100",
        plot->label, PANGO_WEIGHT_NORMAL, -1, 1);
    gdouble width;

    score_overlay_text_measure (widest, &width, NULL);
    left = width + 0.7 * plot->label;
    bottom = 1.6 * plot->label;
  }
  plot->area.x = box->x + left;
  plot->area.y = box->y + edge;
  plot->area.width = MAX (box->width - left - edge, 1);
  plot->area.height = MAX (box->height - bottom - edge, 1);
}

void
score_overlay_curve_draw (cairo_t * cr, const ScoreOverlayFont * font,
    const ScoreOverlayState * state, const ScorePaintBox * box, gdouble unit)
{
  Plot plot = {.cr = cr,.state = state,.unit = unit,.label = 0.68 * unit };

  if (plot.label < LEAST_LABEL || box->height < 3.2 * unit)
    plot.label = 0;
  cairo_save (cr);
  place_area (&plot, font, box);
  draw_grid (&plot);
  draw_labels (&plot, font);
  draw_curve (&plot);
  cairo_restore (cr);
}
