/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/scoretrack.h"

G_BEGIN_DECLS

/* Puts values on frames as gst_score_value_attach() does. Neighbours mostly have
 * the same: what was written for the one is then copied for the next, which is
 * much faster. One thread's at a time. */
typedef struct _GstScoreStamp GstScoreStamp;

GstScoreStamp *gst_score_stamp_new (void);
void gst_score_stamp_free (GstScoreStamp * stamp);
void gst_score_stamp_attach (GstScoreStamp * stamp, GstBuffer * buffer, const GstScoreValue * value,
    const gchar * episode_id, const gchar * task, GstScoreResult * result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstScoreStamp, gst_score_stamp_free)

G_END_DECLS
