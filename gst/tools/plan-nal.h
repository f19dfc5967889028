/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The NAL units of an access unit, each behind its length (as in MP4) or behind
 * a start code (as in MPEG-TS). */
typedef struct
{
  const guint8 *data;
  gsize size, at;
  guint length_size;            /* 0: start codes */
  gboolean damaged;             /* a length goes past the end, or there is no start code */
} ScorePlanNals;

void score_plan_nals_init (ScorePlanNals * nals, const guint8 * data, gsize size, guint length_size);
/* FALSE at the end; a unit is never empty. */
gboolean score_plan_nals_next (ScorePlanNals * nals, const guint8 ** nal, gsize * size);

G_END_DECLS
