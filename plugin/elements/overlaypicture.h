/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <cairo.h>

#include "elements/overlaystate.h"

G_BEGIN_DECLS

/* Draws a state. What it keeps are fonts; a state drawn twice looks the same
 * twice. Of one thread at a time. */
typedef struct _ScoreOverlayPicture ScoreOverlayPicture;

ScoreOverlayPicture *score_overlay_picture_new (void);
void score_overlay_picture_free (ScoreOverlayPicture * self);

/* @state must be pruned. A surface of premultiplied ARGB in pixels of the
 * video, to be put at (@x, @y); NULL where nothing is to be seen. */
cairo_surface_t *score_overlay_picture_draw (ScoreOverlayPicture * self,
    const ScoreOverlayState * state, gint * x, gint * y);
/* Whether the last drawing had room for the curve. */
gboolean score_overlay_picture_has_curve (const ScoreOverlayPicture * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreOverlayPicture, score_overlay_picture_free)

G_END_DECLS
