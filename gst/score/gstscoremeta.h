/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score-prelude.h>

G_BEGIN_DECLS

/**
 * GST_SCORE_META_NAME:
 *
 * Name of the #GstCustomMeta that carries the progress of a frame. It has no
 * tags, so it survives conversion, scaling, encoding, parsing and decoding.
 *
 * Its structure has the fields `episode-id` (string), `status` (string: pending,
 * provisional, final, failed), `progress` (double, 0 to 1; absent when there is
 * none), `interpolated` (boolean) and `sample-time` (guint64, nanoseconds). It may
 * have the fields `task`, `description`, `completion-state` (strings) and, where
 * the status is final, `success` (boolean).
 *
 * Since: 0.1
 */
#define GST_SCORE_META_NAME "GstScoreMeta"

/**
 * GST_SCORE_TRUTH_META_NAME:
 *
 * Name of the #GstCustomMeta in which a simulated source tells the true progress
 * of a frame. It has no tags either. Its structure has the fields `episode-id`
 * (string) and `progress` (double, 0 to 1).
 *
 * Since: 0.1
 */
#define GST_SCORE_TRUTH_META_NAME "GstScoreTruthMeta"

/**
 * GST_TYPE_SCORE_META_STATUS:
 *
 * The #GEnum of #GstScoreMetaStatus; its nicks are the values of the meta's
 * `status` field.
 *
 * Since: 0.1
 */
#define GST_TYPE_SCORE_META_STATUS (gst_score_meta_status_get_type ())

/**
 * GstScoreMetaStatus:
 * @GST_SCORE_META_PENDING: no value is known yet
 * @GST_SCORE_META_PROVISIONAL: computed before the episode was complete
 * @GST_SCORE_META_FINAL: computed from the whole episode
 * @GST_SCORE_META_FAILED: the episode could not be scored
 *
 * How far the progress in a meta can be trusted.
 *
 * Since: 0.1
 */
typedef enum {
  GST_SCORE_META_PENDING,
  GST_SCORE_META_PROVISIONAL,
  GST_SCORE_META_FINAL,
  GST_SCORE_META_FAILED,
} GstScoreMetaStatus;

GST_SCORE_API GType gst_score_meta_status_get_type (void);
GST_SCORE_API void gst_score_meta_init (void);

GST_SCORE_API GstCustomMeta *gst_score_meta_add (GstBuffer * buffer, const gchar * episode_id, GstScoreMetaStatus status, gdouble progress, gboolean interpolated, GstClockTime sample_time);
GST_SCORE_API GstCustomMeta *gst_score_meta_get (GstBuffer * buffer);
GST_SCORE_API const gchar *gst_score_meta_get_episode_id (GstCustomMeta * meta);
GST_SCORE_API GstScoreMetaStatus gst_score_meta_get_status (GstCustomMeta * meta);
GST_SCORE_API gboolean gst_score_meta_get_progress (GstCustomMeta * meta, gdouble * progress, gboolean * interpolated);
GST_SCORE_API GstClockTime gst_score_meta_get_sample_time (GstCustomMeta * meta);

GST_SCORE_API void gst_score_meta_set_task (GstCustomMeta * meta, const gchar * task);
GST_SCORE_API const gchar *gst_score_meta_get_task (GstCustomMeta * meta);
GST_SCORE_API void gst_score_meta_set_description (GstCustomMeta * meta, const gchar * description);
GST_SCORE_API const gchar *gst_score_meta_get_description (GstCustomMeta * meta);
GST_SCORE_API void gst_score_meta_set_completion_state (GstCustomMeta * meta, const gchar * completion_state);
GST_SCORE_API const gchar *gst_score_meta_get_completion_state (GstCustomMeta * meta);
GST_SCORE_API void gst_score_meta_set_success (GstCustomMeta * meta, gboolean success);
GST_SCORE_API gboolean gst_score_meta_get_success (GstCustomMeta * meta, gboolean * success);

GST_SCORE_API GstCustomMeta *gst_score_truth_meta_add (GstBuffer * buffer, const gchar * episode_id, gdouble progress);
GST_SCORE_API gboolean gst_score_truth_meta_get_progress (GstBuffer * buffer, gdouble * progress);

G_END_DECLS
