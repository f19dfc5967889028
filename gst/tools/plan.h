/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What of a video must be decoded for the sake of a few of its frames. Pure: the
 * units of a stream in, in the order of decoding, and for each the answer. */
typedef struct _ScorePlan ScorePlan;

typedef enum
{
  /* Nothing from it on refers to anything before it. */
  SCORE_PLAN_START = 1 << 0,
  /* Nothing refers to it. */
  SCORE_PLAN_LEAF = 1 << 1,
  /* Set by score_plan_choose(). */
  SCORE_PLAN_WANTED = 1 << 2,
  SCORE_PLAN_KEPT = 1 << 3,
} ScorePlanFlags;

/* What a decoder takes at a time: a frame, mostly. */
typedef struct
{
  GstClockTime pts;
  GstClockTime time;            /* running time; NONE: it is not shown */
  guint32 size;
  ScorePlanFlags flags;
} ScorePlanUnit;

ScorePlan *score_plan_new (void);
void score_plan_free (ScorePlan * plan);
void score_plan_add (ScorePlan * plan, const ScorePlanUnit * unit);

guint score_plan_get_n_units (const ScorePlan * plan);
const ScorePlanUnit *score_plan_get_unit (const ScorePlan * plan, guint index);
/* Whether they are shown in another order than they are decoded in. */
gboolean score_plan_is_reordered (const ScorePlan * plan);
/* Running times (guint64) of the frames in the order in which they are shown. NULL
 * where no unit begins the stream, nothing is shown, or two have the same time. */
GArray *score_plan_get_times (const ScorePlan * plan);

/* Marks what must be decoded for the frames at @times (ascending). FALSE where
 * there is no frame at one of them. */
gboolean score_plan_choose (ScorePlan * plan, const GArray * times);
guint score_plan_count (const ScorePlan * plan, ScorePlanFlags flag);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScorePlan, score_plan_free);

G_END_DECLS
