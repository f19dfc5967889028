/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "plan.h"

G_BEGIN_DECLS

/* Looks at the units of a stream without decoding them. Whatever it does not know
 * for sure it says so, and then everything is decoded. */
typedef struct
{
  const gchar *caps;            /* of the streams it knows */
  const gchar *decoder;         /* of which it is known what it does */
  /* NULL, with the reason, for streams that it cannot judge. */
  gpointer (*open) (GstCaps * caps, const gchar ** reason);
  /* Sets the unit's flags and, where it is not shown, its time; a reason where it
   * cannot. */
  const gchar *(*look) (gpointer state, const guint8 * data, gsize size, ScorePlanUnit * unit);
  /* After the last; a reason where the whole is not as the parts seemed. NULL: nothing to say. */
  const gchar *(*finish) (gpointer state, const ScorePlan * plan);
  void (*close) (gpointer state);
} ScorePlanCodec;

extern const ScorePlanCodec score_plan_h264;
extern const ScorePlanCodec score_plan_h265;
extern const ScorePlanCodec score_plan_vp9;
extern const ScorePlanCodec score_plan_av1;

G_END_DECLS
