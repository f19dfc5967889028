/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/toybrush.h"

G_BEGIN_DECLS

/* Paints states of the toy world. What never moves is painted once and copied. */
typedef struct _ScoreToyPainter ScoreToyPainter;

/* info: I420 of any size; copied. */
ScoreToyPainter *score_toy_painter_new (const GstVideoInfo * info);
void score_toy_painter_free (ScoreToyPainter * self);
/* frame: mapped for writing, of the size given at first. */
void score_toy_painter_paint (ScoreToyPainter * self, GstVideoFrame * frame, const ScoreToyWorld * world, const ScoreToyPose * pose);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreToyPainter, score_toy_painter_free)

G_END_DECLS
