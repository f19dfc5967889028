/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score-prelude.h>
#include <math.h>

G_BEGIN_DECLS
/**
 * GST_TYPE_SCORE_SAMPLE:
 *
 * The boxed type of #GstScoreSample.
 *
 * Since: 0.1
 */
#define GST_TYPE_SCORE_SAMPLE (gst_score_sample_get_type ())

/**
 * GST_TYPE_SCORE_SAMPLE_FLAGS:
 *
 * The #GFlags of #GstScoreSampleFlags; its nicks are the flags in records and
 * messages.
 *
 * Since: 0.1
 */
#define GST_TYPE_SCORE_SAMPLE_FLAGS (gst_score_sample_flags_get_type ())

/**
 * GstScoreSampleFlags:
 * @GST_SCORE_SAMPLE_NONE: the model judged this very sample
 * @GST_SCORE_SAMPLE_INTERPOLATED: the progress was interpolated between neighbours
 * @GST_SCORE_SAMPLE_NOT_DESCRIBED: the model gave no description of this sample
 * @GST_SCORE_SAMPLE_CLAMPED: the model's number lay outside 0 to 1 and was clamped
 * @GST_SCORE_SAMPLE_FLOOR: the server did not give the number itself but only one that it lies below
 *
 * What is to be known of a sample's progress.
 *
 * Since: 0.1
 */
typedef enum {
  GST_SCORE_SAMPLE_NONE = 0,
  GST_SCORE_SAMPLE_INTERPOLATED = 1 << 0,
  GST_SCORE_SAMPLE_NOT_DESCRIBED = 1 << 1,
  GST_SCORE_SAMPLE_CLAMPED = 1 << 2,
  GST_SCORE_SAMPLE_FLOOR = 1 << 3,
} GstScoreSampleFlags;

/**
 * GstScoreSample:
 * @index: place of the sample in its episode, from 0
 * @timestamp: presentation time stamp of the frame in nanoseconds, or %GST_CLOCK_TIME_NONE
 * @stream_time: stream time of the frame in nanoseconds, or %GST_CLOCK_TIME_NONE
 * @running_time: running time of the frame in nanoseconds, or %GST_CLOCK_TIME_NONE
 * @utc_time: nanoseconds since the Unix epoch, or %GST_CLOCK_TIME_NONE
 * @progress: progress from 0 to 1, or NAN where there is none (failed episodes)
 * @flags: what is to be known of the progress
 * @raw_value: the method's own number behind the progress (`topreward`: a
 *   log-probability, natural logarithm), or NAN where there is none
 * @success_probability: how likely the model takes the task to be done at this
 *   frame, from 0 to 1, or NAN where it does not say (`robometer` does)
 * @description: (nullable): what the model saw
 * @reason: (nullable): why the progress is what it is, in the model's words
 *
 * One frame that was kept and judged. Strings are UTF-8. Where a sample is filled
 * in by hand, begin with %GST_SCORE_SAMPLE_INIT.
 *
 * Since: 0.1
 */
typedef struct _GstScoreSample GstScoreSample;
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
  gdouble raw_value;
  gdouble success_probability;

  /*< private >*/
  gpointer _gst_reserved[GST_PADDING];
};

/**
 * GST_SCORE_SAMPLE_INIT: (skip)
 *
 * Initializer of a #GstScoreSample on the stack: no times, no progress, no text.
 *
 * Since: 0.1
 */
#define GST_SCORE_SAMPLE_INIT { \
    .timestamp = GST_CLOCK_TIME_NONE, .stream_time = GST_CLOCK_TIME_NONE, \
    .running_time = GST_CLOCK_TIME_NONE, .utc_time = GST_CLOCK_TIME_NONE, \
    .progress = NAN, .raw_value = NAN, .success_probability = NAN }

GST_SCORE_API GType gst_score_sample_get_type (void);
GST_SCORE_API GType gst_score_sample_flags_get_type (void);

G_END_DECLS
