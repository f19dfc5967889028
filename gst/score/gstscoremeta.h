/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score-prelude.h>

G_BEGIN_DECLS

/* Names of the two GstCustomMetas; both are registered with no tags, so they
 * survive conversion, scaling, encoding, parsing and decoding. */
#define GST_SCORE_META_NAME "GstScoreMeta"
#define GST_SCORE_TRUTH_META_NAME "GstScoreTruthMeta"

/**
 * GstScoreMetaStatus:
 * @GST_SCORE_META_PENDING: no value is known yet
 * @GST_SCORE_META_PROVISIONAL: computed before the episode was complete
 * @GST_SCORE_META_FINAL: computed from the whole episode
 * @GST_SCORE_META_FAILED: the episode could not be scored
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

GST_SCORE_API GstCustomMeta *gst_score_truth_meta_add (GstBuffer * buffer, const gchar * episode_id, gdouble progress);
GST_SCORE_API gboolean gst_score_truth_meta_get_progress (GstBuffer * buffer, gdouble * progress);

G_END_DECLS
