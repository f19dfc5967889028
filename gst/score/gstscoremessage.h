/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresult.h>

G_BEGIN_DECLS

/**
 * GST_TYPE_SCORE_MESSAGE_TYPE:
 *
 * The #GEnum of #GstScoreMessageType.
 *
 * Since: 0.1
 */
#define GST_TYPE_SCORE_MESSAGE_TYPE (gst_score_message_type_get_type ())

/**
 * GstScoreMessageType:
 * @GST_SCORE_MESSAGE_EPISODE_STARTED: `score/episode-started`: an episode has begun
 * @GST_SCORE_MESSAGE_PROGRESS: `score/progress`: a provisional result
 * @GST_SCORE_MESSAGE_EPISODE: `score/episode`: the one final result of an episode
 * @GST_SCORE_MESSAGE_LATE: `score/late`: a result that came past the latency
 *
 * What an element message of the scoring elements says. The names in quotes are
 * the names of the messages' structures.
 *
 * Since: 0.1
 */
typedef enum {
  GST_SCORE_MESSAGE_EPISODE_STARTED,
  GST_SCORE_MESSAGE_PROGRESS,
  GST_SCORE_MESSAGE_EPISODE,
  GST_SCORE_MESSAGE_LATE,
} GstScoreMessageType;

GST_SCORE_API GType gst_score_message_type_get_type (void);

GST_SCORE_API gboolean gst_score_message_is_score_message (GstMessage * message);
GST_SCORE_API gboolean gst_score_message_parse_type (GstMessage * message, GstScoreMessageType * type);

GST_SCORE_API GstMessage *gst_score_message_new_episode_started (GstObject * src, const gchar * episode_id, const gchar * task, GstClockTime timestamp, GstClockTime stream_time, GstClockTime running_time);
GST_SCORE_API GstMessage *gst_score_message_new_result (GstObject * src, GstScoreMessageType type, const GstScoreResult * result);

GST_SCORE_API gboolean gst_score_message_parse_episode_started (GstMessage * message, gchar ** episode_id, gchar ** task, GstClockTime * stream_time);
GST_SCORE_API GstScoreResult *gst_score_message_parse_result (GstMessage * message, GError ** error);

G_END_DECLS
