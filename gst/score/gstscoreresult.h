/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score-prelude.h>

G_BEGIN_DECLS

/* Name of the record's format; the value of its "schema" member. */
#define GST_SCORE_RECORD_SCHEMA "gst-score/1"

#define GST_TYPE_SCORE_RESULT (gst_score_result_get_type ())
#define GST_TYPE_SCORE_SAMPLE (gst_score_sample_get_type ())
#define GST_TYPE_SCORE_USAGE (gst_score_usage_get_type ())

typedef struct _GstScoreResult GstScoreResult;
typedef struct _GstScoreSample GstScoreSample;
typedef struct _GstScoreUsage GstScoreUsage;

/**
 * GstScoreSampleFlags:
 * @GST_SCORE_SAMPLE_NONE: the model judged this very sample
 * @GST_SCORE_SAMPLE_INTERPOLATED: the progress was interpolated between neighbours
 * @GST_SCORE_SAMPLE_NOT_DESCRIBED: the model gave no description of this sample
 * @GST_SCORE_SAMPLE_CLAMPED: the model's number lay outside 0 to 1 and was clamped
 *
 * Since: 0.1
 */
typedef enum {
  GST_SCORE_SAMPLE_NONE = 0,
  GST_SCORE_SAMPLE_INTERPOLATED = 1 << 0,
  GST_SCORE_SAMPLE_NOT_DESCRIBED = 1 << 1,
  GST_SCORE_SAMPLE_CLAMPED = 1 << 2,
} GstScoreSampleFlags;

/* One frame that was kept and judged. @progress is NAN where there is none
 * (failed episodes); the four times are nanoseconds or GST_CLOCK_TIME_NONE;
 * @utc_time counts from the Unix epoch. Strings are UTF-8 or NULL. */
struct _GstScoreSample {
  guint index;
  GstClockTime timestamp;
  GstClockTime stream_time;
  GstClockTime running_time;
  GstClockTime utc_time;
  gdouble progress;
  GstScoreSampleFlags flags;
  const gchar *description;
  const gchar *reason;

  /*< private >*/
  gpointer _gst_reserved[GST_PADDING];
};

/* What the episode cost. Counters are sums over its requests, retries included. */
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

  /*< private >*/
  gpointer _gst_reserved[GST_PADDING];
};

GST_SCORE_API GType gst_score_result_get_type (void);
GST_SCORE_API GType gst_score_sample_get_type (void);
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
