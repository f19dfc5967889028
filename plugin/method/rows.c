/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/rows.h"

void
score_row_init (GstScoreSample * row, const ScoreSample * sample, guint index)
{
  static const GstScoreSample empty = GST_SCORE_SAMPLE_INIT;

  *row = empty;
  row->index = index;
  row->timestamp = sample->timestamp;
  row->stream_time = sample->stream_time;
  row->running_time = sample->running_time;
  row->utc_time = sample->utc_time;
}

void
score_rows_add_bare (GstScoreResultBuilder * builder,
    const ScoreEpisode * episode)
{
  for (guint i = 0; i < score_episode_get_n_samples (episode); i++) {
    GstScoreSample row;

    score_row_init (&row, score_episode_get_sample (episode, i), i);
    gst_score_result_builder_add_sample (builder, &row);
  }
}

void
score_rows_add (GstScoreResultBuilder * builder, const ScoreEpisode * episode,
    const guint * indices, const gdouble * progress, const gboolean * filled,
    guint n)
{
  for (guint i = 0; i < n; i++) {
    GstScoreSample row;

    score_row_init (&row, score_episode_get_sample (episode, indices[i]), i);
    row.progress = progress[i];
    if (filled != NULL && filled[i])
      row.flags |= GST_SCORE_SAMPLE_INTERPOLATED;
    gst_score_result_builder_add_sample (builder, &row);
  }
}

void
score_rows_note_count (GstScoreResultBuilder * builder, guint n,
    const gchar * one, const gchar * many)
{
  g_autofree gchar *note = g_strdup_printf ("%u %s", n, n == 1 ? one : many);

  if (n > 0)
    gst_score_result_builder_add_note (builder, note);
}

/* Stream time runs backwards when a recording is played backwards. */
static GstClockTime
get_distance (const ScoreSample * first, const ScoreSample * sample)
{
  const GstClockTime pairs[][2] = {
    {first->stream_time, sample->stream_time},
    {first->running_time, sample->running_time},
    {first->timestamp, sample->timestamp},
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    GstClockTime a = pairs[i][0], b = pairs[i][1];

    if (GST_CLOCK_TIME_IS_VALID (a) && GST_CLOCK_TIME_IS_VALID (b))
      return MAX (a, b) - MIN (a, b);
  }
  return 0;
}

GstClockTime
score_rows_get_elapsed (const ScoreEpisode * episode, guint index)
{
  return get_distance (score_episode_get_sample (episode, 0),
      score_episode_get_sample (episode, index));
}

ScoreStill
score_rows_get_still (const ScoreEpisode * episode, guint index)
{
  const ScoreSample *sample = score_episode_get_sample (episode, index);
  ScoreStill picture = { sample->jpeg, sample->base64, sample->width,
    sample->height
  };

  return picture;
}
