/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score.h>

G_BEGIN_DECLS

/* What a result says of one frame. Pure. */
typedef struct
{
  GstScoreMetaStatus status;
  gdouble progress;             /* NAN: none */
  gboolean interpolated;
  GstClockTime sample_time;     /* of the newest sample that progress is from; NONE */
  const GstScoreSample *sample; /* the last one up to the frame, for its description; or NULL */
} GstScoreValue;

#define GST_SCORE_NO_VALUE { GST_SCORE_META_PENDING, NAN, FALSE, \
    GST_CLOCK_TIME_NONE, NULL }

/* Exact: a sampled frame has its own value, others lie between the samples.
 * @result is final; of one that failed the value is FAILED. */
void gst_score_value_exact (GstScoreValue * value, const GstScoreResult * result, GstClockTime stream_time);
/* What could be known at @stream_time: the newest sample up to it, as it is;
 * PENDING where there is none. @result: provisional or final, or NULL. */
void gst_score_value_newest (GstScoreValue * value, const GstScoreResult * result, GstClockTime stream_time);

/* Puts the value of a frame of @result (NULL: not known yet) on @buffer, which
 * is writable. */
void gst_score_value_attach (const GstScoreValue * value, GstBuffer * buffer,
    const gchar * episode_id, const gchar * task, const GstScoreResult * result);

/* The episodes of a record by stream time, of which later ones hide earlier
 * ones. Not thread-safe. */
typedef struct _GstScoreTrack GstScoreTrack;

GstScoreTrack *gst_score_track_new (void);
void gst_score_track_free (GstScoreTrack * track);
/* FALSE where the result has no stream times and can never be found. */
gboolean gst_score_track_add (GstScoreTrack * track, GstScoreResult * result);
guint gst_score_track_get_n_scored (const GstScoreTrack * track);
/* Whether two scored episodes with different ids cover the same time. */
gboolean gst_score_track_has_overlap (const GstScoreTrack * track);
/* Stream time at which the last episode ends. */
GstClockTime gst_score_track_get_end (const GstScoreTrack * track);
/* The episode of a frame, or NULL. */
GstScoreResult *gst_score_track_find (GstScoreTrack * track, GstClockTime stream_time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstScoreTrack, gst_score_track_free)

G_END_DECLS
