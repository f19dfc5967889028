/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/overlaytrack.h"

G_BEGIN_DECLS

/* All that decides what the overlay looks like. What is measured is held in
 * steps that are as fine as can be seen, so that two frames with equal states
 * have the same picture. */

typedef enum
{
  SCORE_OVERLAY_PENDING,
  SCORE_OVERLAY_PROVISIONAL,
  SCORE_OVERLAY_FINAL,
  SCORE_OVERLAY_FAILED,
} ScoreOverlayStatus;

typedef enum
{
  SCORE_OVERLAY_OUTCOME_UNKNOWN,
  SCORE_OVERLAY_OUTCOME_SUCCESS,
  SCORE_OVERLAY_OUTCOME_NO_SUCCESS,
} ScoreOverlayOutcome;

typedef enum
{
  SCORE_OVERLAY_TOP_LEFT,
  SCORE_OVERLAY_TOP,
  SCORE_OVERLAY_TOP_RIGHT,
  SCORE_OVERLAY_BOTTOM_LEFT,
  SCORE_OVERLAY_BOTTOM,
  SCORE_OVERLAY_BOTTOM_RIGHT,
} ScoreOverlayPosition;

typedef enum
{
  SCORE_OVERLAY_BAR = 1 << 0,   /* with the number and the status */
  SCORE_OVERLAY_CURVE = 1 << 1,
  SCORE_OVERLAY_TASK = 1 << 2,
  SCORE_OVERLAY_DESCRIPTION = 1 << 3,
  SCORE_OVERLAY_STATE = 1 << 4,
} ScoreOverlayElements;

#define SCORE_OVERLAY_EVERYTHING 31

#define SCORE_OVERLAY_FULL 1000 /* progress in steps */
#define SCORE_OVERLAY_SPAN_STEPS 240

/* How it is to look. */
typedef struct
{
  ScoreOverlayPosition position;
  guint elements;
  gchar *font;                  /* Pango's words for it, or NULL */
  gdouble opacity;              /* 0..1 */
  gdouble scale;
} ScoreOverlayLook;

/* The video. */
typedef struct
{
  gint width, height;
  gint par_n, par_d;
} ScoreOverlayCanvas;

typedef struct
{
  ScoreOverlayLook look;
  ScoreOverlayCanvas canvas;

  ScoreOverlayStatus status;
  ScoreOverlayOutcome outcome;
  gint progress;                /* in steps, or below 0 where there is none */
  gchar *task;
  gchar *description;
  gchar *completion_state;

  ScoreTrackPoint *points;
  guint n_points;
  gint64 start;                 /* of the curve's axis */
  gint64 span;                  /* of the axis, in nanoseconds */
  gint elapsed;                 /* in steps of the span */
} ScoreOverlayState;

/* Takes out what is not shown: parts that are switched off, and every number
 * of an episode that has none. Sets only pointers and numbers. */
void score_overlay_state_prune (ScoreOverlayState * self);
/* Takes out the curve alone, as where it has no room. Frees nothing. */
void score_overlay_state_drop_curve (ScoreOverlayState * self);
/* Whether there is anything to be drawn, and enough room to draw on. */
gboolean score_overlay_state_is_visible (const ScoreOverlayState * self);
/* Pixels of the video that are as wide as one is high. */
gdouble score_overlay_canvas_squeeze (const ScoreOverlayCanvas * self);
/* The axis of a curve that is so long, in nanoseconds. */
void score_overlay_state_set_times (ScoreOverlayState * self, gint64 start,
    gint64 elapsed);
gint score_overlay_state_steps (gdouble progress);

gboolean score_overlay_state_equal (const ScoreOverlayState * a,
    const ScoreOverlayState * b);
/* Into @self, which owns what is in it. */
void score_overlay_state_assign (ScoreOverlayState * self,
    const ScoreOverlayState * other);
void score_overlay_state_clear (ScoreOverlayState * self);

G_END_DECLS
