/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresult.h>

G_BEGIN_DECLS

/**
 * GST_TYPE_SCORE_RESULT_BUILDER:
 *
 * The boxed type of #GstScoreResultBuilder.
 *
 * Since: 0.1
 */
#define GST_TYPE_SCORE_RESULT_BUILDER (gst_score_result_builder_get_type ())

/**
 * GstScoreResultBuilder:
 *
 * Makes a #GstScoreResult step by step. Not thread-safe; applications that only
 * read results never need it.
 *
 * Since: 0.1
 */
typedef struct _GstScoreResultBuilder GstScoreResultBuilder;

GST_SCORE_API GType gst_score_result_builder_get_type (void);

GST_SCORE_API GstScoreResultBuilder *gst_score_result_builder_new (const gchar * episode_id, const gchar * task);
GST_SCORE_API GstScoreResultBuilder *gst_score_result_builder_ref (GstScoreResultBuilder * builder);
GST_SCORE_API void gst_score_result_builder_unref (GstScoreResultBuilder * builder);

GST_SCORE_API void gst_score_result_builder_set_source (GstScoreResultBuilder * builder, const gchar * method, const gchar * provider, const gchar * model);
GST_SCORE_API void gst_score_result_builder_set_times (GstScoreResultBuilder * builder, GstClockTime timestamp, GstClockTime stream_time, GstClockTime running_time, GstClockTime duration);
GST_SCORE_API void gst_score_result_builder_set_n_frames (GstScoreResultBuilder * builder, guint64 n_frames);
GST_SCORE_API void gst_score_result_builder_set_outcome (GstScoreResultBuilder * builder, const gchar * outcome);
GST_SCORE_API void gst_score_result_builder_set_provisional (GstScoreResultBuilder * builder, gboolean provisional);
GST_SCORE_API void gst_score_result_builder_set_success_threshold (GstScoreResultBuilder * builder, gdouble threshold);
GST_SCORE_API void gst_score_result_builder_set_error (GstScoreResultBuilder * builder, const GError * error);
GST_SCORE_API void gst_score_result_builder_add_sample (GstScoreResultBuilder * builder, const GstScoreSample * sample);
GST_SCORE_API void gst_score_result_builder_set_objects (GstScoreResultBuilder * builder, const gchar * const *objects);
GST_SCORE_API void gst_score_result_builder_set_completion_state (GstScoreResultBuilder * builder, const gchar * text);
GST_SCORE_API void gst_score_result_builder_add_note (GstScoreResultBuilder * builder, const gchar * note);
GST_SCORE_API void gst_score_result_builder_set_usage (GstScoreResultBuilder * builder, const GstScoreUsage * usage);
GST_SCORE_API void gst_score_result_builder_set_latency (GstScoreResultBuilder * builder, const gchar * stage, GstClockTime latency);
GST_SCORE_API void gst_score_result_builder_set_options (GstScoreResultBuilder * builder, const GstStructure * options);
GST_SCORE_API GstScoreResult *gst_score_result_builder_end (GstScoreResultBuilder * builder) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstScoreResultBuilder, gst_score_result_builder_unref)

G_END_DECLS
