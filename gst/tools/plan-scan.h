/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "plan.h"

G_BEGIN_DECLS

/* What a look at a file's first video stream finds, without decoding it. */
typedef struct
{
  /* Why it is not known for sure what may be left out, or NULL. */
  const gchar *reason;
  /* It cannot be taken apart at all, and decoding would end the same way; or NULL
   * (GST_SCORE_ERROR_ENCODE). */
  GError *failure;
  /* Running time of the last frame; NONE where it is not known. */
  GstClockTime last;
  gint fps_n, fps_d;            /* 0/1: not known */

  /* Of use only without a reason. */
  ScorePlan *plan;
  gchar *stream_id;
  GstCaps *caps;                /* of the units */
  const gchar *decoder;         /* the element that takes them */
} ScorePlanScan;

/* Whether a pad that was added is one of video. */
gboolean score_plan_is_video (GstPad * pad);

/* Takes the file apart: some hundredths of what decoding it takes, and the caller
 * waits for it. */
ScorePlanScan *score_plan_scan (const gchar * path);
void score_plan_scan_free (ScorePlanScan * scan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScorePlanScan, score_plan_scan_free);

G_END_DECLS
