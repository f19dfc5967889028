/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "elements/overlaystate.h"

G_BEGIN_DECLS

/* The properties of scoreoverlay that say how it is to look, kept in a
 * ScoreOverlayLook that the element guards with its object lock. */
enum
{
  SCORE_OVERLAY_PROP_0,
  SCORE_OVERLAY_PROP_POSITION,
  SCORE_OVERLAY_PROP_ELEMENTS,
  SCORE_OVERLAY_PROP_FONT,
  SCORE_OVERLAY_PROP_OPACITY,
  SCORE_OVERLAY_PROP_SCALE,
  SCORE_OVERLAY_PROP_LAST,
};

void score_overlay_look_install_properties (GObjectClass * klass);
void score_overlay_look_init (ScoreOverlayLook * self);
void score_overlay_look_clear (ScoreOverlayLook * self);
void score_overlay_look_assign (ScoreOverlayLook * self,
    const ScoreOverlayLook * other);
/* FALSE where @id is none of them. */
gboolean score_overlay_look_set (ScoreOverlayLook * self, guint id,
    const GValue * value);
gboolean score_overlay_look_get (const ScoreOverlayLook * self, guint id,
    GValue * value);

G_END_DECLS
