/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a model's numbers are meant as. NAN stands for "none". */
typedef enum
{
  SCORE_SCALE_UNIT,             /* 0..1; what lies outside is clamped */
  SCORE_SCALE_PERCENT,          /* 0..100 */
  SCORE_SCALE_UNCLEAR,          /* could be either: ask again, or else take it as percent */
} ScoreScale;

ScoreScale score_curve_guess_scale (const gdouble * values, guint n);

/* Puts a value where there is none (NAN): on the line between the nearest known
 * ones by @times, by position where these say nothing; at both ends the nearest
 * known value is held. @filled tells which. FALSE when none is known. */
gboolean score_curve_fill (gdouble * values, const guint64 * times, guint n,
    gboolean * filled);

G_END_DECLS
