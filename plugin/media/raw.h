/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media/colour.h"
#include "media/picture.h"

G_BEGIN_DECLS

/* Reads the frames of one raw video stream: as they lie in memory where that
 * is possible, else through GstVideoConverter, which then only unpacks them. */
typedef struct _ScoreRaw ScoreRaw;

gboolean score_raw_knows_format (GstVideoFormat format);

ScoreRaw *score_raw_new (const GstVideoInfo * info, GError ** error);
void score_raw_free (ScoreRaw * raw);

const ScoreColour *score_raw_get_colour (const ScoreRaw * raw);

/* The picture borrows the buffer's memory until score_raw_unmap(). */
gboolean score_raw_map (ScoreRaw * raw, GstBuffer * buffer,
    ScorePicture * picture, GError ** error);
void score_raw_unmap (ScoreRaw * raw);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreRaw, score_raw_free)

G_END_DECLS
