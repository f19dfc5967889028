/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "export-utc.h"

typedef struct
{
  GstClockTime stream_time, utc_time;
} Point;

struct _ExportUtc
{
  GArray *points;               /* by stream time */
};

static gint
compare_points (gconstpointer a, gconstpointer b)
{
  const Point *one = a, *other = b;

  return one->stream_time < other->stream_time ? -1 :
      one->stream_time > other->stream_time;
}

ExportUtc *
export_utc_new (const GstScoreResult * result)
{
  ExportUtc *self = g_new0 (ExportUtc, 1);

  self->points = g_array_new (FALSE, FALSE, sizeof (Point));
  for (guint i = 0; i < gst_score_result_get_n_samples (result); i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);
    Point point = { sample->stream_time, sample->utc_time };

    if (GST_CLOCK_TIME_IS_VALID (point.stream_time)
        && GST_CLOCK_TIME_IS_VALID (point.utc_time))
      g_array_append_val (self->points, point);
  }
  g_array_sort (self->points, compare_points);
  return self;
}

void
export_utc_free (ExportUtc * self)
{
  g_array_unref (self->points);
  g_free (self);
}

static GstClockTime
shift (const Point * point, GstClockTime stream_time)
{
  if (stream_time >= point->stream_time)
    return point->utc_time + (stream_time - point->stream_time);
  return point->utc_time - MIN (point->utc_time,
      point->stream_time - stream_time);
}

GstClockTime
export_utc_at (const ExportUtc * self, GstClockTime stream_time)
{
  const Point *points = (const Point *) self->points->data;
  guint n = self->points->len, low = 0, high = n;
  const Point *left, *right;

  if (n == 0 || !GST_CLOCK_TIME_IS_VALID (stream_time))
    return GST_CLOCK_TIME_NONE;
  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (points[middle].stream_time <= stream_time)
      low = middle + 1;
    else
      high = middle;
  }
  left = &points[MAX (low, 1) - 1];
  right = &points[MIN (low, n - 1)];
  /* where the clock was set back between two samples there is no line */
  if (low == 0 || low == n || right->utc_time < left->utc_time)
    return shift (left, stream_time);
  return left->utc_time + gst_util_uint64_scale_round (stream_time -
      left->stream_time, right->utc_time - left->utc_time,
      right->stream_time - left->stream_time);
}
