/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoremeta.h>

#include "elements/overlaystate.h"

G_BEGIN_DECLS

/* Puts into @state what the meta of a frame says and what the track then
 * holds. @state has its look and its canvas already, and is pruned in the end.
 * It borrows from the meta and from the track. */
void score_overlay_meta_read (GstCustomMeta * meta, gint64 stream_time,
    ScoreTrack * track, ScoreOverlayState * state);

G_END_DECLS
