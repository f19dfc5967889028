/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media/colour.h"
#include "media/orient.h"
#include "media/picture.h"

G_BEGIN_DECLS

/* Makes the planes of a small JPEG from a picture: scales each component by
 * exact area, turns it, and brings the colours to JPEG's, in this order, for
 * the small picture is the cheaper one to work on. */
typedef struct _ScoreShrinker ScoreShrinker;

ScoreShrinker *score_shrinker_new (void);
void score_shrinker_free (ScoreShrinker * shrinker);

/* width and height are wanted before the turn and not larger than the
 * picture. The planes are the shrinker's and valid until its next run. */
const ScorePlanes *score_shrinker_run (ScoreShrinker * shrinker,
    const ScorePicture * picture, guint width, guint height, ScoreTurn turn,
    const ScoreColour * colour);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreShrinker, score_shrinker_free)

G_END_DECLS
