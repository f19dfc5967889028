/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scoretrack.h"

typedef struct
{
  GstClockTime start, end;      /* stream time; without the end */
  GstScoreResult *result;
} Span;

struct _GstScoreTrack
{
  GArray *spans;                /* of Span, as they came */
  guint n_scored;
  /* What was found last holds in here; result NULL: no episode. */
  Span found;
};

/* The last sample up to @stream_time, the first after it; NULL where there is
 * none. Samples need not be in order of time: a stream may play backwards. */
static void
find_neighbours (const GstScoreResult * result, GstClockTime stream_time,
    const GstScoreSample ** before, const GstScoreSample ** after)
{
  guint n = gst_score_result_get_n_samples (result);

  *before = *after = NULL;
  for (guint i = 0; i < n; i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    if (!GST_CLOCK_TIME_IS_VALID (sample->stream_time))
      continue;
    if (sample->stream_time > stream_time) {
      if (*after == NULL || sample->stream_time < (*after)->stream_time)
        *after = sample;
    } else if (*before == NULL || sample->stream_time >= (*before)->stream_time) {
      *before = sample;
    }
  }
}

void
gst_score_value_exact (GstScoreValue * self, const GstScoreResult * result,
    GstClockTime stream_time)
{
  static const GstScoreValue nothing = GST_SCORE_NO_VALUE;
  const GstScoreSample *after = NULL;

  *self = nothing;
  self->status = gst_score_result_is_scored (result) ?
      GST_SCORE_META_FINAL : GST_SCORE_META_FAILED;
  if (!GST_CLOCK_TIME_IS_VALID (stream_time))
    return;
  find_neighbours (result, stream_time, &self->sample, &after);
  self->progress = gst_score_result_get_progress_at (result, stream_time,
      &self->interpolated);
  if (isnan (self->progress))
    return;
  if (after == NULL || (self->sample != NULL &&
          self->sample->stream_time == stream_time))
    after = self->sample;
  self->sample_time = after->stream_time;
}

void
gst_score_value_newest (GstScoreValue * self, const GstScoreResult * result,
    GstClockTime stream_time)
{
  static const GstScoreValue nothing = GST_SCORE_NO_VALUE;
  const GstScoreSample *after;

  *self = nothing;
  if (result == NULL)
    return;
  if (!gst_score_result_is_scored (result)) {
    self->status = GST_SCORE_META_FAILED;
    return;
  }
  if (GST_CLOCK_TIME_IS_VALID (stream_time))
    find_neighbours (result, stream_time, &self->sample, &after);
  if (self->sample == NULL)
    return;
  self->status = gst_score_result_is_provisional (result) ?
      GST_SCORE_META_PROVISIONAL : GST_SCORE_META_FINAL;
  self->progress = self->sample->progress;
  self->sample_time = self->sample->stream_time;
  self->interpolated = self->sample_time != stream_time ||
      (self->sample->flags & GST_SCORE_SAMPLE_INTERPOLATED) != 0;
}

void
gst_score_value_attach (const GstScoreValue * self, GstBuffer * buffer,
    const gchar * episode_id, const gchar * task, const GstScoreResult * result)
{
  GstCustomMeta *meta = gst_score_meta_add (buffer, episode_id, self->status,
      self->progress, self->interpolated, self->sample_time);
  const gchar *state = NULL;

  if (task != NULL)
    gst_score_meta_set_task (meta, task);
  if (result == NULL)
    return;
  state = gst_score_result_get_completion_state (result);
  if (self->sample != NULL && self->sample->description != NULL)
    gst_score_meta_set_description (meta, self->sample->description);
  if (state != NULL)
    gst_score_meta_set_completion_state (meta, state);
  if (self->status == GST_SCORE_META_FINAL)
    gst_score_meta_set_success (meta, gst_score_result_is_success (result));
}

static void
clear_span (gpointer data)
{
  Span *span = data;

  gst_score_result_unref (span->result);
}

GstScoreTrack *
gst_score_track_new (void)
{
  GstScoreTrack *self = g_new0 (GstScoreTrack, 1);

  self->spans = g_array_new (FALSE, FALSE, sizeof (Span));
  g_array_set_clear_func (self->spans, clear_span);
  return self;
}

void
gst_score_track_free (GstScoreTrack * self)
{
  if (self == NULL)
    return;
  g_array_unref (self->spans);
  g_free (self);
}

/* From the episode's own times and from those of its samples: where frames had
 * no duration the last one ends when it began. */
static void
measure (Span * span)
{
  GstClockTime start = gst_score_result_get_stream_time (span->result);
  GstClockTime duration = gst_score_result_get_duration (span->result);

  span->start = start;
  span->end = 0;
  if (GST_CLOCK_TIME_IS_VALID (start) && GST_CLOCK_TIME_IS_VALID (duration))
    span->end = start + duration;
  for (guint i = 0; i < gst_score_result_get_n_samples (span->result); i++) {
    GstClockTime time =
        gst_score_result_get_sample (span->result, i)->stream_time;

    if (!GST_CLOCK_TIME_IS_VALID (time))
      continue;
    span->start = MIN (span->start, time);
    span->end = MAX (span->end, time + 1);
  }
}

gboolean
gst_score_track_add (GstScoreTrack * self, GstScoreResult * result)
{
  Span span = { 0, 0, result };

  measure (&span);
  if (span.start >= span.end)
    return FALSE;
  gst_score_result_ref (result);
  g_array_append_val (self->spans, span);
  self->n_scored += gst_score_result_is_scored (result);
  self->found.start = self->found.end = 0;
  return TRUE;
}

guint
gst_score_track_get_n_scored (const GstScoreTrack * self)
{
  return self->n_scored;
}

static gint
compare_starts (gconstpointer a, gconstpointer b)
{
  const Span *one = a, *other = b;

  return one->start < other->start ? -1 : one->start > other->start;
}

gboolean
gst_score_track_has_overlap (const GstScoreTrack * self)
{
  g_autoptr (GArray) scored = g_array_new (FALSE, FALSE, sizeof (Span));
  gboolean overlap = FALSE;

  for (guint i = 0; i < self->spans->len; i++) {
    const Span *span = &g_array_index (self->spans, Span, i);

    if (gst_score_result_is_scored (span->result))
      g_array_append_val (scored, *span);
  }
  g_array_sort (scored, compare_starts);
  for (guint i = 1; i < scored->len && !overlap; i++) {
    const Span *one = &g_array_index (scored, Span, i - 1);
    const Span *next = &g_array_index (scored, Span, i);

    overlap = next->start < one->end &&
        !g_str_equal (gst_score_result_get_episode_id (one->result),
        gst_score_result_get_episode_id (next->result));
  }
  return overlap;
}

GstClockTime
gst_score_track_get_end (const GstScoreTrack * self)
{
  GstClockTime end = 0;

  for (guint i = 0; i < self->spans->len; i++)
    end = MAX (end, g_array_index (self->spans, Span, i).end);
  return end;
}

/* The newest span around @stream_time, and for how long that is so. */
static void
search (GstScoreTrack * self, GstClockTime stream_time)
{
  Span *found = &self->found;

  found->start = 0;
  found->end = GST_CLOCK_TIME_NONE;
  found->result = NULL;
  for (guint i = self->spans->len; i > 0; i--) {
    const Span *span = &g_array_index (self->spans, Span, i - 1);

    if (stream_time < span->start) {
      found->end = MIN (found->end, span->start);
    } else if (stream_time >= span->end) {
      found->start = MAX (found->start, span->end);
    } else {
      found->start = MAX (found->start, span->start);
      found->end = MIN (found->end, span->end);
      found->result = span->result;
      return;
    }
  }
}

GstScoreResult *
gst_score_track_find (GstScoreTrack * self, GstClockTime stream_time)
{
  if (!GST_CLOCK_TIME_IS_VALID (stream_time))
    return NULL;
  if (stream_time < self->found.start || stream_time >= self->found.end)
    search (self, stream_time);
  return self->found.result;
}
