/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media/axis.h"

G_BEGIN_DECLS

/* Shrinks planes by exact area. Owns only scratch memory, which grows to what
 * the largest picture needed. */
typedef struct _ScoreScaler ScoreScaler;

/* Rows are taken as lanes: bytes, or (wide) words in the machine's byte order
 * that are shifted left and masked until they fill 16 bits. So one pass over
 * the memory of a plane serves all components that lie interleaved in it. */
typedef struct
{
  const guint8 *rows;
  gssize stride;
  guint n_lanes;
  gboolean wide;
  guint left_shift;             /* of wide lanes */
  guint16 mask;                 /* of wide lanes, after the shift */
  guint16 most;                 /* of wide lanes, after the mask; 0xff00 is 255 */
} ScoreLanes;

/* Where a component lies in the lanes, and where it goes. The destination's
 * stride is a multiple of 8 and its rows are writable up to the stride. */
typedef struct
{
  guint first_lane;
  guint lanes_per_sample;
  const ScoreAxis *horizontal;
  guint8 *data;
  gsize stride;
} ScoreTarget;

ScoreScaler *score_scaler_new (void);
void score_scaler_free (ScoreScaler * scaler);

void score_scaler_run (ScoreScaler * scaler, const ScoreLanes * lanes,
    const ScoreAxis * vertical, const ScoreTarget * targets, guint n_targets);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreScaler, score_scaler_free)

G_END_DECLS
