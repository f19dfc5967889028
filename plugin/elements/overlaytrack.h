/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The curve of the episode that is being shown, as its frames tell it. Its
 * memory is bounded, whatever comes. Times are nanoseconds of stream time. Of
 * one thread. */

#define SCORE_TRACK_MAX_POINTS 256
#define SCORE_TRACK_NO_TIME (G_GINT64_CONSTANT (-1))

typedef struct
{
  gint64 time;
  gdouble progress;
  gboolean sample;              /* else only a corner of the line */
  gboolean provisional;
} ScoreTrackPoint;

/* What one frame says. */
typedef struct
{
  const gchar *episode_id;      /* NULL counts as an id of its own */
  gint64 time;                  /* of the frame, or SCORE_TRACK_NO_TIME */
  gint64 sample_time;           /* of the newest sample, likewise */
  gboolean has_progress;
  gdouble progress;
  gboolean interpolated;
  gboolean provisional;
} ScoreTrackFrame;

typedef struct _ScoreTrack ScoreTrack;

ScoreTrack *score_track_new (void);
void score_track_free (ScoreTrack * self);

/* Another episode id begins anew, and a frame before the last one takes away
 * the points after it. */
void score_track_add (ScoreTrack * self, const ScoreTrackFrame * frame);
void score_track_clear (ScoreTrack * self);

/* In the order of time; they stay valid until the next call that changes the
 * track. */
const ScoreTrackPoint *score_track_get_points (const ScoreTrack * self,
    guint * n_points);
/* From the first frame of the episode that was seen to the newest. */
gint64 score_track_get_start (const ScoreTrack * self);
gint64 score_track_get_elapsed (const ScoreTrack * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreTrack, score_track_free)

G_END_DECLS
