/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaypanel.h"

#include <math.h>
#include <string.h>

#include "elements/overlaycurve.h"

#define LEAST_UNIT 8.0
#define CARD_WIDTH 21.0         /* units */
#define WIDE_ENOUGH 36.0

/* Sizes of text in units. */
#define TASK_SIZE 1.1
#define TEXT_SIZE 0.94
#define SMALL_SIZE 0.84

/* What is given up, step by step, where a small picture has no room. */
typedef struct
{
  gint task_lines, description_lines, completion_lines;
  gdouble curve;                /* units */
} Generosity;

static const Generosity steps[] = {
  {2, 2, 2, 5.0},
  {1, 2, 1, 5.0},
  {1, 2, 1, 4.0},
  {1, 1, 1, 3.4},
  {1, 1, 0, 3.0},
  {1, 0, 0, 2.6},
  {1, 0, 0, 0},
  {0, 0, 0, 0},
};

static gboolean
shows (const ScoreOverlayPanel * self, guint element)
{
  return (self->state->look.elements & element) != 0;
}

static gboolean
is_narrow_side (ScoreOverlayPosition position)
{
  return position != SCORE_OVERLAY_TOP && position != SCORE_OVERLAY_BOTTOM;
}

static void
set_unit (ScoreOverlayPanel * self, gdouble unit)
{
  self->unit = unit;
  self->margin = 0.8 * unit;
  self->padding = 0.85 * unit;
  self->gap = 0.42 * unit;
}

static void
choose_unit (ScoreOverlayPanel * self)
{
  const ScoreOverlayLook *look = &self->state->look;
  gdouble unit = self->font->size_at_480 / 480.0 * self->canvas_height;

  unit = MAX (unit, LEAST_UNIT) * look->scale;
  unit = MIN (unit, self->canvas_height / 5.0);
  set_unit (self, MIN (unit, self->canvas_width / 20.0));
}

/* Beside the curve there must be something to be read. */
static gboolean
has_column (const ScoreOverlayPanel * self)
{
  return shows (self, SCORE_OVERLAY_EVERYTHING & ~SCORE_OVERLAY_CURVE);
}

static void
choose_width (ScoreOverlayPanel * self)
{
  gdouble most = self->canvas_width - 2 * self->margin;

  self->wide = !is_narrow_side (self->state->look.position)
      && has_column (self) && most >= WIDE_ENOUGH * self->unit;
  self->box.width = most;
  if (is_narrow_side (self->state->look.position))
    self->box.width = MIN (most, CARD_WIDTH * self->unit);
  self->left_width = self->box.width - 2 * self->padding;
  if (self->wide && shows (self, SCORE_OVERLAY_CURVE))
    self->left_width = 0.6 * self->left_width;
}

static PangoLayout *
lay_out (const ScoreOverlayPanel * self, const gchar * text, gdouble size,
    PangoWeight weight, gdouble width, gint lines)
{
  g_autofree gchar *clean = NULL;

  if (text == NULL || lines == 0)
    return NULL;
  clean = score_overlay_text_clean (text);
  if (*clean == '\0')
    return NULL;
  return score_overlay_text_layout (self->font, clean, size * self->unit,
      weight, width, lines);
}

static void
drop_layouts (ScoreOverlayPanel * self)
{
  g_clear_object (&self->task);
  g_clear_object (&self->description);
  g_clear_object (&self->completion);
  self->task_height = self->description_height = 0;
  self->completion_height = 0;
}

/* What the completion state is, in front of it. */
static PangoLayout *
make_completion_label (const ScoreOverlayPanel * self)
{
  return score_overlay_text_layout (self->font, "100 %",
      SMALL_SIZE * self->unit, PANGO_WEIGHT_BOLD, -1, 1);
}

static gdouble
get_completion_indent (const ScoreOverlayPanel * self)
{
  g_autoptr (PangoLayout) label = make_completion_label (self);
  gdouble width;

  score_overlay_text_measure (label, &width, NULL);
  return width + 0.55 * self->unit;
}

static void
lay_out_texts (ScoreOverlayPanel * self, const Generosity * step)
{
  const ScoreOverlayState *state = self->state;

  drop_layouts (self);
  self->task = lay_out (self, state->task, TASK_SIZE, PANGO_WEIGHT_BOLD,
      self->left_width, step->task_lines);
  self->description = lay_out (self, state->description, TEXT_SIZE,
      PANGO_WEIGHT_NORMAL, self->left_width, step->description_lines);
  self->completion = lay_out (self, state->completion_state, SMALL_SIZE,
      PANGO_WEIGHT_NORMAL, self->left_width - get_completion_indent (self),
      step->completion_lines);
  if (self->task)
    score_overlay_text_measure (self->task, NULL, &self->task_height);
  if (self->completion)
    score_overlay_text_measure (self->completion, NULL,
        &self->completion_height);
  /* Descriptions change: the panel must not breathe with their length. */
  if (self->description)
    self->description_height = score_overlay_text_height (self->font,
        TEXT_SIZE * self->unit, step->description_lines);
}

static gdouble
add_row (const ScoreOverlayPanel * self, gdouble sum, gdouble height)
{
  if (height <= 0)
    return sum;
  return sum + height + (sum > 0 ? self->gap : 0);
}

static gdouble
sum_rows (const ScoreOverlayPanel * self)
{
  gdouble sum = add_row (self, 0, self->task_height);

  sum = add_row (self, sum, self->number_height);
  if (!self->wide) {
    sum = add_row (self, sum, self->bar_height);
    sum = add_row (self, sum, self->curve_height);
  }
  sum = add_row (self, sum, self->description_height);
  sum = add_row (self, sum, self->completion_height);
  return sum;
}

static void
measure (ScoreOverlayPanel * self, const Generosity * step)
{
  gdouble rows;

  lay_out_texts (self, step);
  self->number_height = (shows (self, SCORE_OVERLAY_BAR) ? 1.95 : 1.3)
      * self->unit;
  self->bar_height = shows (self, SCORE_OVERLAY_BAR) ? 0.72 * self->unit : 0;
  self->curve_height = 0;
  if (shows (self, SCORE_OVERLAY_CURVE))
    self->curve_height = step->curve * self->unit;
  rows = self->rows_height = sum_rows (self);
  if (self->wide)
    rows = MAX (rows, self->curve_height);
  self->box.height = ceil (rows + 2 * self->padding);
}

static void
fit (ScoreOverlayPanel * self)
{
  gdouble share = (self->wide ? 0.42 : 0.62) * MAX (self->state->look.scale, 1);
  gdouble most = MIN (self->canvas_height - 2 * self->margin,
      MAX (share * self->canvas_height, 10 * self->unit));

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    measure (self, &steps[i]);
    if (self->box.height <= most)
      return;
  }
}

/* The least that there is fits into any picture, if need be in small letters. */
static gboolean
shrink (ScoreOverlayPanel * self)
{
  gdouble room = self->canvas_height - 2 * self->margin;

  if (self->box.height <= room)
    return FALSE;
  set_unit (self, self->unit * 0.9 * room / self->box.height);
  return TRUE;
}

static void
place (ScoreOverlayPanel * self)
{
  ScoreOverlayPosition position = self->state->look.position;
  gdouble right = self->canvas_width - self->margin - self->box.width;
  gdouble bottom = self->canvas_height - self->margin - self->box.height;
  gboolean at_right = position == SCORE_OVERLAY_TOP_RIGHT
      || position == SCORE_OVERLAY_BOTTOM_RIGHT;

  self->box.x = at_right ? right : self->margin;
  self->box.y = position >= SCORE_OVERLAY_BOTTOM_LEFT ? bottom : self->margin;
}

gboolean
score_overlay_panel_plan (ScoreOverlayPanel * self,
    const ScoreOverlayState * state, const ScoreOverlayFont * font)
{
  memset (self, 0, sizeof (*self));
  self->state = state;
  self->font = font;
  self->canvas_height = state->canvas.height;
  self->canvas_width = state->canvas.width
      / score_overlay_canvas_squeeze (&state->canvas);
  if (!score_overlay_state_is_visible (state))
    return FALSE;
  choose_unit (self);
  do {
    choose_width (self);
    fit (self);
  } while (shrink (self));
  place (self);
  return TRUE;
}

void
score_overlay_panel_clear (ScoreOverlayPanel * self)
{
  drop_layouts (self);
}

static void
draw_background (const ScoreOverlayPanel * self, cairo_t * cr)
{
  gdouble line = MAX (1.0, 0.06 * self->unit);
  ScorePaintBox box = { 0, 0, self->box.width, self->box.height };
  ScorePaintBox rim = { line / 2, line / 2, box.width - line,
    box.height - line
  };

  score_paint_rounded (cr, &box, 0.6 * self->unit);
  score_paint_set (cr, SCORE_PAINT_PANEL, 1.0);
  cairo_fill (cr);
  score_paint_rounded (cr, &rim, 0.6 * self->unit);
  score_paint_set (cr, SCORE_PAINT_RIM, 1.0);
  cairo_set_line_width (cr, line);
  cairo_stroke (cr);
}

static const gchar *
describe_status (const ScoreOverlayState * state)
{
  switch (state->status) {
    case SCORE_OVERLAY_PROVISIONAL:
      return "provisional";
    case SCORE_OVERLAY_FINAL:
      if (state->outcome == SCORE_OVERLAY_OUTCOME_SUCCESS)
        return "success";
      return state->outcome == SCORE_OVERLAY_OUTCOME_NO_SUCCESS ?
          "no success" : "final";
    case SCORE_OVERLAY_FAILED:
      return "failed";
    case SCORE_OVERLAY_PENDING:
    default:
      return "pending";
  }
}

static ScorePaint
choose_pill (const ScoreOverlayState * state)
{
  if (state->outcome == SCORE_OVERLAY_OUTCOME_SUCCESS)
    return SCORE_PAINT_SUCCESS;
  if (state->outcome == SCORE_OVERLAY_OUTCOME_NO_SUCCESS)
    return SCORE_PAINT_NO_SUCCESS;
  return score_paint_of_status (state->status);
}

static gboolean
is_settled (const ScoreOverlayState * state)
{
  return state->status == SCORE_OVERLAY_FINAL
      || state->status == SCORE_OVERLAY_FAILED;
}

/* What is settled is filled, what may still change is a dashed line. */
static void
draw_pill_shape (const ScoreOverlayPanel * self, cairo_t * cr,
    const ScorePaintBox * box)
{
  gdouble line = MAX (1.0, 0.09 * self->unit);

  score_paint_rounded (cr, box, box->height / 2);
  score_paint_set (cr, choose_pill (self->state), 1.0);
  if (is_settled (self->state)) {
    cairo_fill (cr);
    return;
  }
  score_paint_dashes (cr, line, 3.2 * line, 2.2 * line);
  cairo_stroke (cr);
  score_paint_dashes (cr, line, 0, 0);
}

/* Its right end is at @right; returns its width. */
static gdouble
draw_pill (const ScoreOverlayPanel * self, cairo_t * cr, gdouble right,
    gdouble middle)
{
  const ScoreOverlayState *state = self->state;
  g_autoptr (PangoLayout) layout = score_overlay_text_layout (self->font,
      describe_status (state), 0.8 * self->unit, PANGO_WEIGHT_BOLD, -1, 1);
  gdouble width, height, sign = 0.62 * self->unit;
  ScorePaintBox pill, sign_box = { 0, 0, sign, sign };

  score_overlay_text_measure (layout, &width, &height);
  pill.width = width + sign + 1.35 * self->unit;
  pill.height = 1.3 * self->unit;
  pill.x = right - pill.width;
  pill.y = middle - pill.height / 2;
  draw_pill_shape (self, cr, &pill);

  sign_box.x = pill.x + 0.5 * self->unit;
  sign_box.y = middle - sign / 2;
  score_paint_set (cr, is_settled (state) ? SCORE_PAINT_INK
      : choose_pill (state), 1.0);
  score_paint_sign (cr, state->status, state->outcome, &sign_box);
  score_overlay_text_draw (cr, layout, sign_box.x + sign + 0.32 * self->unit,
      middle - height / 2);
  return pill.width;
}

static void
draw_bar_fill (const ScoreOverlayPanel * self, cairo_t * cr,
    const ScorePaintBox * box)
{
  const ScoreOverlayState *state = self->state;
  ScorePaintBox fill = *box;

  fill.width = box->width * state->progress / SCORE_OVERLAY_FULL;
  cairo_save (cr);
  score_paint_rounded (cr, box, box->height / 2);
  cairo_clip (cr);
  cairo_rectangle (cr, fill.x, fill.y, fill.width, fill.height);
  score_paint_set (cr, score_paint_of_status (state->status), 1.0);
  if (state->status == SCORE_OVERLAY_FINAL) {
    cairo_fill (cr);
  } else {
    gdouble line = MAX (1.2, 0.16 * self->unit);

    score_paint_hatch (cr, &fill, MAX (3.0, 0.42 * self->unit));
    cairo_rectangle (cr, fill.x + MAX (fill.width - line, 0), fill.y,
        MIN (line, fill.width), fill.height);
    cairo_fill (cr);
  }
  cairo_restore (cr);
}

static void
draw_bar (const ScoreOverlayPanel * self, cairo_t * cr,
    const ScorePaintBox * box)
{
  const ScoreOverlayState *state = self->state;
  gdouble line = MAX (1.0, 0.08 * self->unit);

  score_paint_rounded (cr, box, box->height / 2);
  score_paint_set (cr, SCORE_PAINT_TRACK, 1.0);
  cairo_fill (cr);
  if (state->progress > 0)
    draw_bar_fill (self, cr, box);
  if (state->status == SCORE_OVERLAY_FINAL)
    return;
  score_paint_rounded (cr, box, box->height / 2);
  score_paint_set (cr, score_paint_of_status (state->status), 0.8);
  score_paint_dashes (cr, line, 3.2 * line, 2.2 * line);
  cairo_stroke (cr);
  score_paint_dashes (cr, line, 0, 0);
}

/* The place is as wide as 100 %, so that the bar stands still. */
static gdouble
draw_percent (const ScoreOverlayPanel * self, cairo_t * cr, gdouble x,
    gdouble middle)
{
  gint percent = (self->state->progress * 100 + SCORE_OVERLAY_FULL / 2)
      / SCORE_OVERLAY_FULL;
  g_autofree gchar *text = g_strdup_printf ("%d", percent);
  g_autoptr (PangoLayout) widest = score_overlay_text_layout (self->font,
      "100", 1.8 * self->unit, PANGO_WEIGHT_BOLD, -1, 1);
  g_autoptr (PangoLayout) number = score_overlay_text_layout (self->font,
      text, 1.8 * self->unit, PANGO_WEIGHT_BOLD, -1, 1);
  g_autoptr (PangoLayout) sign = score_overlay_text_layout (self->font,
      "%", 1.0 * self->unit, PANGO_WEIGHT_BOLD, -1, 1);
  gdouble room, width, height, sign_width, baseline;

  score_overlay_text_measure (widest, &room, NULL);
  score_overlay_text_measure (number, &width, &height);
  score_overlay_text_measure (sign, &sign_width, NULL);
  score_paint_set (cr, SCORE_PAINT_TEXT, 1.0);
  score_overlay_text_draw (cr, number, x, middle - height / 2);
  baseline = middle - height / 2 +
      (gdouble) pango_layout_get_baseline (number) / PANGO_SCALE;
  score_paint_set (cr, SCORE_PAINT_DIM, 1.0);
  score_overlay_text_draw (cr, sign, x + width + 0.15 * self->unit,
      baseline - (gdouble) pango_layout_get_baseline (sign) / PANGO_SCALE);
  return room + sign_width + 0.15 * self->unit;
}

static gdouble
draw_number (const ScoreOverlayPanel * self, cairo_t * cr, gdouble x,
    gdouble middle)
{
  const ScoreOverlayState *state = self->state;
  gboolean failed = state->status == SCORE_OVERLAY_FAILED;
  g_autoptr (PangoLayout) layout = NULL;
  gdouble width, height;

  if (state->progress >= 0)
    return draw_percent (self, cr, x, middle);
  layout = score_overlay_text_layout (self->font,
      failed ? "no score" : "\u2026", (failed ? 1.25 : 1.8) * self->unit,
      PANGO_WEIGHT_BOLD, -1, 1);
  score_overlay_text_measure (layout, &width, &height);
  score_paint_set (cr, score_paint_of_status (state->status), 1.0);
  score_overlay_text_draw (cr, layout, x, middle - height / 2);
  return width;
}

static void
draw_number_row (const ScoreOverlayPanel * self, cairo_t * cr, gdouble y)
{
  gdouble middle = y + self->number_height / 2;
  gdouble left = self->padding, right = self->padding + self->left_width;
  gdouble space = 0.8 * self->unit;
  ScorePaintBox bar = { 0, middle - self->bar_height / 2, 0,
    self->bar_height
  };

  if (!shows (self, SCORE_OVERLAY_BAR)) {
    draw_pill (self, cr, right, middle);
    return;
  }
  left += draw_number (self, cr, left, middle) + space;
  right -= draw_pill (self, cr, right, middle) + space;
  if (!self->wide)
    return;
  bar.x = left;
  bar.width = MAX (right - left, self->unit);
  draw_bar (self, cr, &bar);
}

/* The label stands where the text begins. */
static void
draw_completion (const ScoreOverlayPanel * self, cairo_t * cr, gdouble y)
{
  g_autoptr (PangoLayout) label = make_completion_label (self);
  gboolean from_right = score_overlay_text_is_from_right (self->completion);
  gdouble width, left = self->padding;

  score_overlay_text_measure (label, &width, NULL);
  score_paint_set (cr, SCORE_PAINT_FINAL, 1.0);
  score_overlay_text_draw (cr, label,
      from_right ? left + self->left_width - width : left, y);
  score_paint_set (cr, SCORE_PAINT_DIM, 1.0);
  score_overlay_text_draw (cr, self->completion,
      from_right ? left : left + get_completion_indent (self), y);
}

static void
draw_curve (const ScoreOverlayPanel * self, cairo_t * cr, gdouble y)
{
  ScorePaintBox box = { self->padding, y, self->left_width,
    self->curve_height
  };

  if (self->wide) {
    box.x += self->left_width + 1.2 * self->unit;
    box.width = self->box.width - self->padding - box.x;
    box.height = self->box.height - 2 * self->padding;
  }
  score_overlay_curve_draw (cr, self->font, self->state, &box, self->unit);
}

static void
draw_task (const ScoreOverlayPanel * self, cairo_t * cr, gdouble y)
{
  score_paint_set (cr, SCORE_PAINT_TEXT, 1.0);
  score_overlay_text_draw (cr, self->task, self->padding, y);
}

static void
draw_bar_row (const ScoreOverlayPanel * self, cairo_t * cr, gdouble y)
{
  ScorePaintBox box = { self->padding, y, self->left_width,
    self->bar_height
  };

  draw_bar (self, cr, &box);
}

static void
draw_description (const ScoreOverlayPanel * self, cairo_t * cr, gdouble y)
{
  score_paint_set (cr, SCORE_PAINT_TEXT, 0.92);
  score_overlay_text_draw (cr, self->description, self->padding, y);
}

void
score_overlay_panel_draw (const ScoreOverlayPanel * self, cairo_t * cr)
{
  gdouble below = self->wide ? 0 : 1;
  const struct
  {
    void (*draw) (const ScoreOverlayPanel * self, cairo_t * cr, gdouble y);
    gdouble height;
  } rows[] = {
    {draw_task, self->task_height},
    {draw_number_row, self->number_height},
    {draw_bar_row, below * self->bar_height},
    {draw_curve, below * self->curve_height},
    {draw_description, self->description_height},
    {draw_completion, self->completion_height},
  };
  gdouble y = self->padding;

  draw_background (self, cr);
  if (self->wide && self->curve_height > 0)
    draw_curve (self, cr, y);
  if (self->wide)
    y += floor (MAX (self->curve_height - self->rows_height, 0) / 2);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].height <= 0)
      continue;
    rows[i].draw (self, cr, y);
    y += rows[i].height + self->gap;
  }
}
