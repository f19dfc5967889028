/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoresample.h>
#include <gst/score/score-prelude.h>

G_BEGIN_DECLS
/**
 * GST_SCORE_RECORD_SCHEMA:
 *
 * Name of the record's format; the value of its `schema` member.
 *
 * Since: 0.1
 */
#define GST_SCORE_RECORD_SCHEMA "gst-score/1"

/**
 * GST_TYPE_SCORE_RESULT:
 *
 * The boxed type of #GstScoreResult.
 *
 * Since: 0.1
 */
#define GST_TYPE_SCORE_RESULT (gst_score_result_get_type ())

/**
 * GST_TYPE_SCORE_USAGE:
 *
 * The boxed type of #GstScoreUsage.
 *
 * Since: 0.1
 */
#define GST_TYPE_SCORE_USAGE (gst_score_usage_get_type ())

/**
 * GstScoreResult:
 *
 * Everything known of an episode after it was scored, or why it was not.
 * A result never changes, so threads may share it.
 *
 * Since: 0.1
 */
typedef struct _GstScoreResult GstScoreResult;
typedef struct _GstScoreUsage GstScoreUsage;

/**
 * GstScoreUsage:
 * @requests: requests sent, retries included
 * @retries: requests sent again
 * @images: pictures sent
 * @input_tokens: tokens of the questions, cached ones included
 * @cached_tokens: tokens of the questions that the server had cached
 * @output_tokens: tokens of the answers, reasoning included
 * @reasoning_tokens: tokens spent on reasoning
 * @bytes_sent: bytes of the requests' bodies
 * @bytes_received: bytes of the replies' bodies
 * @rate_limited: replies that said to ask less (HTTP status 429)
 * @cost: price of the tokens in US dollars, or NAN where no price is known
 *
 * What the episode cost. Counters are sums over its requests, retries included.
 * Where a usage is filled in by hand, begin with %GST_SCORE_USAGE_INIT.
 *
 * Since: 0.1
 */
struct _GstScoreUsage {
  guint64 requests;
  guint64 retries;
  guint64 images;
  guint64 input_tokens;
  guint64 cached_tokens;
  guint64 output_tokens;
  guint64 reasoning_tokens;
  guint64 bytes_sent;
  guint64 bytes_received;
  guint64 rate_limited;
  gdouble cost;

  /*< private >*/
  gpointer _gst_reserved[GST_PADDING];
};

/**
 * GST_SCORE_USAGE_INIT: (skip)
 *
 * Initializer of a #GstScoreUsage on the stack: nothing counted, no price known.
 *
 * Since: 0.1
 */
#define GST_SCORE_USAGE_INIT { .cost = NAN }

GST_SCORE_API GType gst_score_result_get_type (void);
GST_SCORE_API GType gst_score_usage_get_type (void);

GST_SCORE_API GstScoreResult *gst_score_result_ref (GstScoreResult * result);
GST_SCORE_API void gst_score_result_unref (GstScoreResult * result);

GST_SCORE_API const gchar *gst_score_result_get_episode_id (const GstScoreResult * result);
GST_SCORE_API const gchar *gst_score_result_get_task (const GstScoreResult * result);
GST_SCORE_API const gchar *gst_score_result_get_method (const GstScoreResult * result);
GST_SCORE_API const gchar *gst_score_result_get_provider (const GstScoreResult * result);
GST_SCORE_API const gchar *gst_score_result_get_model (const GstScoreResult * result);
GST_SCORE_API const gchar *gst_score_result_get_outcome (const GstScoreResult * result);
GST_SCORE_API gboolean gst_score_result_is_scored (const GstScoreResult * result);
GST_SCORE_API gboolean gst_score_result_is_provisional (const GstScoreResult * result);
GST_SCORE_API gboolean gst_score_result_is_success (const GstScoreResult * result);
GST_SCORE_API gdouble gst_score_result_get_success_threshold (const GstScoreResult * result);
GST_SCORE_API const GError *gst_score_result_get_error (const GstScoreResult * result);
GST_SCORE_API gdouble gst_score_result_get_progress (const GstScoreResult * result);
GST_SCORE_API gdouble gst_score_result_get_mean_progress (const GstScoreResult * result);
GST_SCORE_API GstClockTime gst_score_result_get_timestamp (const GstScoreResult * result);
GST_SCORE_API GstClockTime gst_score_result_get_stream_time (const GstScoreResult * result);
GST_SCORE_API GstClockTime gst_score_result_get_running_time (const GstScoreResult * result);
GST_SCORE_API GstClockTime gst_score_result_get_duration (const GstScoreResult * result);
GST_SCORE_API guint64 gst_score_result_get_n_frames (const GstScoreResult * result);
GST_SCORE_API guint gst_score_result_get_n_samples (const GstScoreResult * result);
GST_SCORE_API const GstScoreSample *gst_score_result_get_sample (const GstScoreResult * result, guint index);
GST_SCORE_API gdouble gst_score_result_get_progress_at (const GstScoreResult * result, GstClockTime stream_time, gboolean * interpolated);
GST_SCORE_API const gchar *const *gst_score_result_get_objects (const GstScoreResult * result);
GST_SCORE_API const gchar *gst_score_result_get_completion_state (const GstScoreResult * result);
GST_SCORE_API const gchar *const *gst_score_result_get_notes (const GstScoreResult * result);
GST_SCORE_API const GstScoreUsage *gst_score_result_get_usage (const GstScoreResult * result);
GST_SCORE_API const GstStructure *gst_score_result_get_latencies (const GstScoreResult * result);
GST_SCORE_API const GstStructure *gst_score_result_get_options (const GstScoreResult * result);

GST_SCORE_API gchar *gst_score_result_to_json (const GstScoreResult * result) G_GNUC_WARN_UNUSED_RESULT;
GST_SCORE_API GstScoreResult *gst_score_result_new_from_json (const gchar * json, gssize length, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstScoreResult, gst_score_result_unref)

G_END_DECLS
