/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaystate.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000000000)
#define LEAST_CANVAS 32         /* pixels */
/* No screen has pixels that are further from square. */
#define MOST_SQUEEZE 16.0

gdouble
score_overlay_canvas_squeeze (const ScoreOverlayCanvas * self)
{
  return CLAMP ((gdouble) self->par_d / self->par_n, 1 / MOST_SQUEEZE,
      MOST_SQUEEZE);
}

gboolean
score_overlay_state_is_visible (const ScoreOverlayState * self)
{
  gdouble width = self->canvas.width
      / score_overlay_canvas_squeeze (&self->canvas);

  return width >= LEAST_CANVAS && self->canvas.height >= LEAST_CANVAS
      && (self->look.elements & SCORE_OVERLAY_EVERYTHING) != 0
      && self->look.opacity > 0;
}

gint
score_overlay_state_steps (gdouble progress)
{
  return (gint) (CLAMP (progress, 0.0, 1.0) * SCORE_OVERLAY_FULL + 0.5);
}

/* The axis grows in steps that people count in, so that the curve stands still
 * while it is drawn. */
static gint64
choose_span (gint64 elapsed)
{
  static const gint seconds[] = { 1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120,
    180, 240, 300, 450, 600, 900, 1200, 1800, 2700, 3600
  };
  gint64 span;

  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    if (elapsed <= seconds[i] * SECOND)
      return seconds[i] * SECOND;
  for (span = 7200 * SECOND; span < elapsed && span < G_MAXINT64 / 4;)
    span *= 2;
  return span;
}

void
score_overlay_state_set_times (ScoreOverlayState * self, gint64 start,
    gint64 elapsed)
{
  elapsed = MAX (elapsed, 0);
  self->start = start;
  self->span = choose_span (elapsed);
  self->elapsed = (gint) MIN ((gdouble) elapsed / self->span *
      SCORE_OVERLAY_SPAN_STEPS, SCORE_OVERLAY_SPAN_STEPS);
}

void
score_overlay_state_drop_curve (ScoreOverlayState * self)
{
  self->points = NULL;
  self->n_points = 0;
  self->start = self->span = 0;
  self->elapsed = 0;
}

void
score_overlay_state_prune (ScoreOverlayState * self)
{
  guint elements = self->look.elements;

  if (self->status == SCORE_OVERLAY_PENDING
      || self->status == SCORE_OVERLAY_FAILED) {
    self->progress = -1;
    score_overlay_state_drop_curve (self);
  }
  if (self->status != SCORE_OVERLAY_FINAL)
    self->outcome = SCORE_OVERLAY_OUTCOME_UNKNOWN;
  if (!(elements & SCORE_OVERLAY_CURVE))
    score_overlay_state_drop_curve (self);
  if (!(elements & (SCORE_OVERLAY_CURVE | SCORE_OVERLAY_BAR)))
    self->progress = -1;
  if (!(elements & SCORE_OVERLAY_TASK))
    self->task = NULL;
  if (!(elements & SCORE_OVERLAY_DESCRIPTION))
    self->description = NULL;
  if (!(elements & SCORE_OVERLAY_STATE))
    self->completion_state = NULL;
}

static gboolean
look_equal (const ScoreOverlayLook * a, const ScoreOverlayLook * b)
{
  return a->position == b->position && a->elements == b->elements
      && a->opacity == b->opacity && a->scale == b->scale
      && g_strcmp0 (a->font, b->font) == 0;
}

static gboolean
canvas_equal (const ScoreOverlayCanvas * a, const ScoreOverlayCanvas * b)
{
  return a->width == b->width && a->height == b->height
      && a->par_n == b->par_n && a->par_d == b->par_d;
}

static gboolean
points_equal (const ScoreOverlayState * a, const ScoreOverlayState * b)
{
  if (a->n_points != b->n_points)
    return FALSE;
  for (guint i = 0; i < a->n_points; i++) {
    const ScoreTrackPoint *p = &a->points[i], *q = &b->points[i];

    if (p->time != q->time || p->progress != q->progress
        || p->sample != q->sample || p->provisional != q->provisional)
      return FALSE;
  }
  return TRUE;
}

gboolean
score_overlay_state_equal (const ScoreOverlayState * a,
    const ScoreOverlayState * b)
{
  return a->status == b->status && a->outcome == b->outcome
      && a->progress == b->progress && a->elapsed == b->elapsed
      && a->start == b->start && a->span == b->span
      && canvas_equal (&a->canvas, &b->canvas)
      && look_equal (&a->look, &b->look)
      && g_strcmp0 (a->task, b->task) == 0
      && g_strcmp0 (a->description, b->description) == 0
      && g_strcmp0 (a->completion_state, b->completion_state) == 0
      && points_equal (a, b);
}

void
score_overlay_state_assign (ScoreOverlayState * self,
    const ScoreOverlayState * other)
{
  ScoreOverlayState copy = *other;

  copy.look.font = g_strdup (other->look.font);
  copy.task = g_strdup (other->task);
  copy.description = g_strdup (other->description);
  copy.completion_state = g_strdup (other->completion_state);
  copy.points = g_memdup2 (other->points,
      other->n_points * sizeof (ScoreTrackPoint));
  score_overlay_state_clear (self);
  *self = copy;
}

void
score_overlay_state_clear (ScoreOverlayState * self)
{
  g_free (self->look.font);
  g_free (self->task);
  g_free (self->description);
  g_free (self->completion_state);
  g_free (self->points);
  memset (self, 0, sizeof (*self));
}
