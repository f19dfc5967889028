/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaytrack.h"

struct _ScoreTrack
{
  GArray *points;               /* ScoreTrackPoint, by time */
  gboolean begun;
  gchar *episode_id;
  gint64 start, now;
};

ScoreTrack *
score_track_new (void)
{
  ScoreTrack *self = g_new0 (ScoreTrack, 1);

  self->points = g_array_new (FALSE, FALSE, sizeof (ScoreTrackPoint));
  return self;
}

void
score_track_free (ScoreTrack * self)
{
  g_array_unref (self->points);
  g_free (self->episode_id);
  g_free (self);
}

void
score_track_clear (ScoreTrack * self)
{
  g_array_set_size (self->points, 0);
  g_clear_pointer (&self->episode_id, g_free);
  self->begun = FALSE;
  self->start = self->now = 0;
}

static ScoreTrackPoint *
nth (const ScoreTrack * self, guint n)
{
  return &g_array_index (self->points, ScoreTrackPoint, n);
}

/* How many points are not later than @time. */
static guint
count_until (const ScoreTrack * self, gint64 time)
{
  guint n = self->points->len;

  while (n > 0 && nth (self, n - 1)->time > time)
    n--;
  return n;
}

static void
begin (ScoreTrack * self, const gchar * episode_id, gint64 time)
{
  score_track_clear (self);
  self->begun = TRUE;
  self->episode_id = g_strdup (episode_id);
  self->start = self->now = MAX (time, 0);
}

static void
move_to (ScoreTrack * self, gint64 time)
{
  if (time < 0)
    return;
  g_array_set_size (self->points, count_until (self, time));
  self->now = time;
  self->start = MIN (self->start, time);
}

/* The point goes that leaves the smallest gap, so that the curve is as dense
 * where it is old as where it is new. The ends stay. */
static void
thin_out (ScoreTrack * self)
{
  gint64 smallest = G_MAXINT64;
  guint least = 1;

  for (guint i = 1; i + 1 < self->points->len; i++) {
    gint64 gap = nth (self, i + 1)->time - nth (self, i - 1)->time;

    if (gap < smallest) {
      smallest = gap;
      least = i;
    }
  }
  g_array_remove_index (self->points, least);
}

static void
put (ScoreTrack * self, const ScoreTrackPoint * point)
{
  guint n = count_until (self, point->time);

  if (n > 0 && nth (self, n - 1)->time == point->time) {
    *nth (self, n - 1) = *point;
    return;
  }
  g_array_insert_val (self->points, n, *point);
  self->start = MIN (self->start, point->time);
  if (self->points->len > SCORE_TRACK_MAX_POINTS)
    thin_out (self);
}

static void
put_sample (ScoreTrack * self, const ScoreTrackFrame * frame)
{
  ScoreTrackPoint point = { self->now, frame->progress, TRUE,
    frame->provisional
  };

  if (frame->sample_time >= 0)
    point.time = MIN (frame->sample_time, self->now);
  put (self, &point);
}

/* After a seek into an episode the line needs somewhere to begin. */
static void
put_corner (ScoreTrack * self, const ScoreTrackFrame * frame)
{
  ScoreTrackPoint point = { self->now, frame->progress, FALSE,
    frame->provisional
  };

  if (self->points->len == 0)
    put (self, &point);
}

void
score_track_add (ScoreTrack * self, const ScoreTrackFrame * frame)
{
  if (!self->begun || g_strcmp0 (self->episode_id, frame->episode_id) != 0)
    begin (self, frame->episode_id, frame->time);
  move_to (self, frame->time);
  if (!frame->has_progress)
    return;
  if (frame->interpolated)
    put_corner (self, frame);
  else
    put_sample (self, frame);
}

const ScoreTrackPoint *
score_track_get_points (const ScoreTrack * self, guint * n_points)
{
  *n_points = self->points->len;
  return (const ScoreTrackPoint *) self->points->data;
}

gint64
score_track_get_start (const ScoreTrack * self)
{
  return self->start;
}

gint64
score_track_get_elapsed (const ScoreTrack * self)
{
  return self->now - self->start;
}
