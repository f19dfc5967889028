/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "export-cues.h"

#include "export-text.h"

#include <gst/score/gstscoreerror.h>

/* Ends are rounded by the containers; more than this is another episode. */
#define MAX_OVERLAP (100 * GST_MSECOND)

typedef struct
{
  FILE *out;
  ExportCueFormat format;
  ExportCueText text;
  guint n_cues;
} Writer;

/* An episode on the time line of the subtitles. */
typedef struct
{
  const ExportEpisode *episode;
  GArray *times;                /* stream times of its samples, in order */
  GstClockTime start, end;
} Span;

static void
clear_span (gpointer data)
{
  g_array_unref (((Span *) data)->times);
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  GstClockTime one = *(const GstClockTime *) a;
  GstClockTime other = *(const GstClockTime *) b;

  return one < other ? -1 : one > other;
}

static gint
compare_spans (gconstpointer a, gconstpointer b)
{
  return compare_times (&((const Span *) a)->start, &((const Span *) b)->start);
}

static GArray *
get_sample_times (const GstScoreResult * result)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (GstClockTime));

  for (guint i = 0; i < gst_score_result_get_n_samples (result); i++) {
    GstClockTime time = gst_score_result_get_sample (result, i)->stream_time;

    if (GST_CLOCK_TIME_IS_VALID (time))
      g_array_append_val (times, time);
  }
  g_array_sort (times, compare_times);
  return times;
}

/* An episode without a value or without times has no span. */
static void
add_span (GArray * spans, const ExportEpisode * episode)
{
  const GstScoreResult *result = episode->result;
  GstClockTime duration = gst_score_result_get_duration (result);
  Span span = { episode, get_sample_times (result), };
  GstClockTime last;

  if (!gst_score_result_is_scored (result) || span.times->len == 0) {
    g_printerr ("%s: %s: the episode \"%s\" has no cues, since %s.\n",
        g_get_prgname (), episode->where,
        gst_score_result_get_episode_id (result), span.times->len == 0 ?
        "its samples have no times" : "it was not scored");
    clear_span (&span);
    return;
  }
  span.start = g_array_index (span.times, GstClockTime, 0);
  last = g_array_index (span.times, GstClockTime, span.times->len - 1);
  if (GST_CLOCK_TIME_IS_VALID (gst_score_result_get_stream_time (result)))
    span.start = MIN (span.start, gst_score_result_get_stream_time (result));
  /* the last sample is to be seen for a moment at least */
  span.end = MAX (last + 500 * GST_MSECOND, span.start);
  if (GST_CLOCK_TIME_IS_VALID (duration))
    span.end = MAX (last + GST_MSECOND, span.start + duration);
  g_array_append_val (spans, span);
}

/* Episodes follow one another in a video; those of several videos do not. */
static gboolean
arrange (GArray * spans, GError ** error)
{
  g_array_sort (spans, compare_spans);
  for (guint i = 1; i < spans->len; i++) {
    Span *one = &g_array_index (spans, Span, i - 1);
    const Span *other = &g_array_index (spans, Span, i);

    if (one->end > other->start + MAX_OVERLAP) {
      g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
          "The episodes \"%s\" (%s) and \"%s\" (%s) cover the same time;"
          " choose those of one video by --episode.",
          gst_score_result_get_episode_id (one->episode->result),
          one->episode->where,
          gst_score_result_get_episode_id (other->episode->result),
          other->episode->where);
      return FALSE;
    }
    one->end = MIN (one->end, other->start);
  }
  return TRUE;
}

static const gchar *
find_description (const GstScoreResult * result, GstClockTime time)
{
  const GstScoreSample *newest = NULL;

  for (guint i = 0; i < gst_score_result_get_n_samples (result); i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    if (GST_CLOCK_TIME_IS_VALID (sample->stream_time)
        && sample->stream_time <= time
        && (newest == NULL || sample->stream_time >= newest->stream_time))
      newest = sample;
  }
  return newest != NULL ? newest->description : NULL;
}

/* What is said at a time; NULL for nothing. */
static gchar *
say (const Writer * self, const Span * span, GstClockTime time)
{
  const GstScoreResult *result = span->episode->result;
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];
  gdouble progress;

  if (self->text == EXPORT_SAY_DESCRIPTION)
    return g_strdup (find_description (result, time));
  progress = gst_score_result_get_progress_at (result, time, NULL);
  if (self->text == EXPORT_SAY_PROGRESS)
    return g_strdup (g_ascii_formatd (number, sizeof number, "%.3f", progress));
  g_ascii_formatd (number, sizeof number, "%.0f", round (progress * 100));
  return g_strconcat (number, "%", NULL);
}

static void
write_time (const Writer * self, guint64 ms)
{
  fprintf (self->out, "%02" G_GUINT64_FORMAT ":%02u:%02u%c%03u", ms / 3600000,
      (guint) (ms / 60000 % 60), (guint) (ms / 1000 % 60),
      self->format == EXPORT_VTT ? '.' : ',', (guint) (ms % 1000));
}

/* In whole milliseconds, which is all that the formats have; what is said for
 * less than one is left out. */
static void
write_cue (Writer * self, GstClockTime start, GstClockTime end,
    const gchar * text)
{
  guint64 start_ms = (start + GST_MSECOND / 2) / GST_MSECOND;
  guint64 end_ms = (end + GST_MSECOND / 2) / GST_MSECOND;
  g_autoptr (GString) line = g_string_new (NULL);

  if (text == NULL || end_ms <= start_ms)
    return;
  if (self->format == EXPORT_VTT)
    export_text_add_vtt (line, text);
  else
    export_text_add_srt (line, text);
  if (line->len == 0)
    return;
  self->n_cues++;
  if (self->format == EXPORT_SRT)
    fprintf (self->out, "%u\n", self->n_cues);
  write_time (self, start_ms);
  fputs (" --> ", self->out);
  write_time (self, end_ms);
  fprintf (self->out, "\n%s\n\n", line->str);
}

/* The first time in (@same, @other] at which something else is said than at
 * @same: between two samples progress only rises or only falls. */
static GstClockTime
find_change (const Writer * self, const Span * span, GstClockTime same,
    GstClockTime other, const gchar * text)
{
  while (other - same > 1) {
    GstClockTime middle = same + (other - same) / 2;
    g_autofree gchar *said = say (self, span, middle);

    if (g_strcmp0 (said, text) == 0)
      same = middle;
    else
      other = middle;
  }
  return other;
}

static void
write_span (Writer * self, const Span * span)
{
  GstClockTime began = span->start, time = span->start;
  g_autofree gchar *text = say (self, span, began);

  for (guint i = 0; i < span->times->len;) {
    GstClockTime next = g_array_index (span->times, GstClockTime, i);
    g_autofree gchar *said = say (self, span, next);

    if (next <= time || g_strcmp0 (said, text) == 0) {
      time = MAX (time, next);
      i++;
      continue;
    }
    time = find_change (self, span, time, next, text);
    write_cue (self, began, MIN (time, span->end), text);
    began = time;
    g_free (text);
    text = say (self, span, began);
  }
  write_cue (self, began, MAX (began, span->end), text);
}

gboolean
export_cues_write (FILE * out, ExportCueFormat format, ExportCueText text,
    const GPtrArray * episodes, GError ** error)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (Span));
  Writer self = { out, format, text, 0 };

  g_array_set_clear_func (spans, clear_span);
  for (guint i = 0; i < episodes->len; i++)
    add_span (spans, episodes->pdata[i]);
  if (!arrange (spans, error))
    return FALSE;
  if (format == EXPORT_VTT)
    fputs ("WEBVTT\n\n", out);
  for (guint i = 0; i < spans->len; i++)
    write_span (&self, &g_array_index (spans, Span, i));
  return TRUE;
}
