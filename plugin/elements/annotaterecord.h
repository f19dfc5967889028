/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/scoretrack.h"

G_BEGIN_DECLS

/* A record applied to a stream: which of its episodes a frame is of, and whether
 * it is the record of this video at all. The streaming thread's. */
typedef struct _GstScoreAppliedRecord GstScoreAppliedRecord;

/* @element: warnings are posted on it; @sinkpad: upstream is asked there. Not
 * reffed. */
GstScoreAppliedRecord *gst_score_applied_record_new (const gchar * location,
    GstElement * element, GstPad * sinkpad, GError ** error);
void gst_score_applied_record_free (GstScoreAppliedRecord * record);

/* The episode of a frame, or NULL. */
GstScoreResult *gst_score_applied_record_find (GstScoreAppliedRecord * record,
    GstBuffer * buffer, GstClockTime * stream_time);
void gst_score_applied_record_event (GstScoreAppliedRecord * record, GstEvent * event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstScoreAppliedRecord, gst_score_applied_record_free)

G_END_DECLS
