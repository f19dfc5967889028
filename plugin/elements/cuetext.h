/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/scoretrack.h"

G_BEGIN_DECLS

/* What a text track says of a frame. Pure. */
typedef enum
{
  GST_SCORE_TEXT_PERCENT,
  GST_SCORE_TEXT_PROGRESS,
  GST_SCORE_TEXT_DESCRIPTION,
  GST_SCORE_TEXT_JSON,
} GstScoreTextFormat;

GType gst_score_text_format_get_type (void);

/* NULL where there is nothing to say, such as the percent of an episode that
 * failed. */
gchar *gst_score_cue_text (GstScoreTextFormat format, const GstScoreValue * value, const gchar * episode_id);
/* That of a frame of the final @result. */
gchar *gst_score_cue_text_at (GstScoreTextFormat format, const GstScoreResult * result, GstClockTime stream_time);
/* Until which stream time @text, that of @stream_time, stays the same in the
 * final @result: the time of the first frame that may say something else. */
GstClockTime gst_score_cue_text_until (GstScoreTextFormat format,
    const GstScoreResult * result, GstClockTime stream_time, const gchar * text);

G_END_DECLS
