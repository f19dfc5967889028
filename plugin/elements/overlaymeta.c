/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaymeta.h"

static ScoreOverlayStatus
read_status (GstCustomMeta * meta)
{
  switch (gst_score_meta_get_status (meta)) {
    case GST_SCORE_META_PROVISIONAL:
      return SCORE_OVERLAY_PROVISIONAL;
    case GST_SCORE_META_FINAL:
      return SCORE_OVERLAY_FINAL;
    case GST_SCORE_META_FAILED:
      return SCORE_OVERLAY_FAILED;
    case GST_SCORE_META_PENDING:
    default:
      return SCORE_OVERLAY_PENDING;
  }
}

/* A value is what a status that has values comes with. */
static gboolean
read_progress (GstCustomMeta * meta, ScoreOverlayStatus * status,
    gdouble * progress, gboolean * interpolated)
{
  if (*status != SCORE_OVERLAY_PROVISIONAL && *status != SCORE_OVERLAY_FINAL)
    return FALSE;
  if (gst_score_meta_get_progress (meta, progress, interpolated))
    return TRUE;
  *status = SCORE_OVERLAY_PENDING;
  return FALSE;
}

static void
follow (GstCustomMeta * meta, gint64 stream_time, ScoreTrack * track,
    ScoreOverlayState * state)
{
  GstClockTime sample_time = gst_score_meta_get_sample_time (meta);
  ScoreTrackFrame frame = {
    .episode_id = gst_score_meta_get_episode_id (meta),
    .time = stream_time,
    .sample_time = sample_time > G_MAXINT64 ? SCORE_TRACK_NO_TIME
        : (gint64) sample_time,
  };

  state->status = read_status (meta);
  frame.has_progress = read_progress (meta, &state->status, &frame.progress,
      &frame.interpolated);
  frame.provisional = state->status == SCORE_OVERLAY_PROVISIONAL;
  score_track_add (track, &frame);
  state->progress = frame.has_progress ?
      score_overlay_state_steps (frame.progress) : -1;
}

void
score_overlay_meta_read (GstCustomMeta * meta, gint64 stream_time,
    ScoreTrack * track, ScoreOverlayState * state)
{
  gboolean success;

  follow (meta, stream_time, track, state);
  if (gst_score_meta_get_success (meta, &success))
    state->outcome = success ? SCORE_OVERLAY_OUTCOME_SUCCESS
        : SCORE_OVERLAY_OUTCOME_NO_SUCCESS;
  state->task = (gchar *) gst_score_meta_get_task (meta);
  state->description = (gchar *) gst_score_meta_get_description (meta);
  state->completion_state =
      (gchar *) gst_score_meta_get_completion_state (meta);
  state->points = (ScoreTrackPoint *) score_track_get_points (track,
      &state->n_points);
  score_overlay_state_set_times (state, score_track_get_start (track),
      score_track_get_elapsed (track));
  score_overlay_state_prune (state);
}
