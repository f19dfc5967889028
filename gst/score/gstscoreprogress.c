/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoreresult-private.h>

/* The first of the samples by time that lies after @stream_time. */
static guint
find_sample_after (const GstScoreResult * self, GstClockTime stream_time)
{
  guint low = 0, high = self->by_time->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    const GstScoreSample *sample = g_ptr_array_index (self->by_time, middle);

    if (sample->stream_time <= stream_time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/**
 * gst_score_result_get_progress_at:
 * @result: a #GstScoreResult
 * @stream_time: stream time of a frame in nanoseconds
 * @interpolated: (out) (optional): %FALSE when a sample of exactly this time was
 *     judged by the model itself, or when there is no value
 *
 * Gets the progress of any frame of the episode: linear between the samples by
 * stream time, that of the first sample before it, that of the last after it.
 *
 * Returns: the progress, from 0 to 1, or NAN when the episode failed, no sample
 *     has a stream time or @stream_time is %GST_CLOCK_TIME_NONE
 *
 * Since: 0.1
 */
gdouble
gst_score_result_get_progress_at (const GstScoreResult * result,
    GstClockTime stream_time, gboolean * interpolated)
{
  const GstScoreSample *left, *right;
  gdouble part, progress;
  guint after;

  g_return_val_if_fail (result != NULL, NAN);

  if (interpolated != NULL)
    *interpolated = FALSE;
  if (result->error != NULL || result->by_time->len == 0
      || !GST_CLOCK_TIME_IS_VALID (stream_time))
    return NAN;

  after = find_sample_after (result, stream_time);
  left = g_ptr_array_index (result->by_time, MAX (after, 1) - 1);
  if (left->stream_time == stream_time) {
    if (interpolated != NULL)
      *interpolated = (left->flags & GST_SCORE_SAMPLE_INTERPOLATED) != 0;
    return left->progress;
  }

  if (interpolated != NULL)
    *interpolated = TRUE;
  if (after == 0 || after == result->by_time->len)
    return left->progress;

  right = g_ptr_array_index (result->by_time, after);
  part = (gdouble) (stream_time - left->stream_time)
      / (gdouble) (right->stream_time - left->stream_time);
  progress = left->progress + part * (right->progress - left->progress);
  /* rounding must not carry the value past its neighbours */
  return CLAMP (progress, MIN (left->progress, right->progress),
      MAX (left->progress, right->progress));
}
