/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

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

#define SCORE_PLAN_BAD_HEADER "its header cannot be read"

/* Takes the parameter sets of a header (avcC, hvcC); why it cannot, or NULL. */
typedef const gchar *(*ScorePlanHeaderFunc) (gpointer state, const guint8 * data, gsize size);
/* Looks at the caps of a stream of NAL units, and has the header taken where there
 * is one. NULL, or why the stream is not to be planned. */
const gchar *score_plan_nals_open (const GstStructure * caps, ScorePlanHeaderFunc take, gpointer state);

G_END_DECLS
