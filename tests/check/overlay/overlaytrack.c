/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaytrack.h"

#define SECOND G_GINT64_CONSTANT (1000000000)

/* A frame that is a sample itself. */
static void
add_sample (ScoreTrack * track, const gchar * id, gint64 time, gdouble progress)
{
  ScoreTrackFrame frame = {.episode_id = id,.time = time,.sample_time = time,
    .has_progress = TRUE,.progress = progress
  };

  score_track_add (track, &frame);
}

static void
add_between (ScoreTrack * track, const gchar * id, gint64 time,
    gdouble progress)
{
  ScoreTrackFrame frame = {.episode_id = id,.time = time,
    .sample_time = SCORE_TRACK_NO_TIME,.has_progress = TRUE,
    .progress = progress,.interpolated = TRUE
  };

  score_track_add (track, &frame);
}

/* A live frame: the value is an older sample's. */
static void
add_held (ScoreTrack * track, gint64 time, gint64 sample_time, gdouble progress)
{
  ScoreTrackFrame frame = {.episode_id = "e",.time = time,
    .sample_time = sample_time,.has_progress = TRUE,.progress = progress,
    .provisional = TRUE
  };

  score_track_add (track, &frame);
}

static guint
count (const ScoreTrack * track)
{
  guint n;

  score_track_get_points (track, &n);
  return n;
}

static void
assert_point (const ScoreTrack * track, guint i, gint64 time, gdouble progress)
{
  guint n;
  const ScoreTrackPoint *points = score_track_get_points (track, &n);

  g_assert_cmpuint (i, <, n);
  g_assert_cmpint (points[i].time, ==, time);
  g_assert_cmpfloat (points[i].progress, ==, progress);
}

static void
test_samples_are_points (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();

  add_sample (track, "e", 10 * SECOND, 0.1);
  add_between (track, "e", 11 * SECOND, 0.15);
  add_sample (track, "e", 12 * SECOND, 0.2);
  g_assert_cmpuint (count (track), ==, 2);
  assert_point (track, 0, 10 * SECOND, 0.1);
  assert_point (track, 1, 12 * SECOND, 0.2);
  g_assert_cmpint (score_track_get_start (track), ==, 10 * SECOND);
  g_assert_cmpint (score_track_get_elapsed (track), ==, 2 * SECOND);
}

static void
test_held_values_are_one_point_of_their_sample (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();
  guint n;

  for (guint i = 0; i < 10; i++)
    add_held (track, (5 + i) * SECOND, 2 * SECOND, 0.3);
  add_held (track, 15 * SECOND, 8 * SECOND, 0.5);
  add_held (track, 16 * SECOND, 8 * SECOND, 0.6);
  g_assert_cmpuint (count (track), ==, 2);
  assert_point (track, 0, 2 * SECOND, 0.3);
  assert_point (track, 1, 8 * SECOND, 0.6);
  g_assert_true (score_track_get_points (track, &n)[0].provisional);
  g_assert_cmpint (score_track_get_start (track), ==, 2 * SECOND);
}

static void
test_a_sample_is_never_after_its_frame (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();

  add_held (track, 5 * SECOND, 9 * SECOND, 0.3);
  assert_point (track, 0, 5 * SECOND, 0.3);
}

static void
test_another_episode_begins_anew (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();

  add_sample (track, "a", 1 * SECOND, 0.1);
  add_sample (track, "a", 2 * SECOND, 0.2);
  add_sample (track, "b", 3 * SECOND, 0.0);
  g_assert_cmpuint (count (track), ==, 1);
  assert_point (track, 0, 3 * SECOND, 0.0);
  g_assert_cmpint (score_track_get_elapsed (track), ==, 0);
  add_sample (track, NULL, 4 * SECOND, 0.4);
  add_sample (track, NULL, 5 * SECOND, 0.5);
  g_assert_cmpuint (count (track), ==, 2);
}

static void
test_seeking_back_takes_points_away (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();

  for (guint i = 0; i < 10; i++)
    add_sample (track, "e", i * SECOND, i / 10.0);
  add_between (track, "e", 4 * SECOND + SECOND / 2, 0.45);
  g_assert_cmpuint (count (track), ==, 5);
  g_assert_cmpint (score_track_get_elapsed (track), ==,
      4 * SECOND + SECOND / 2);
  add_sample (track, "e", 5 * SECOND, 0.55);
  assert_point (track, 5, 5 * SECOND, 0.55);
}

static void
test_before_the_first_frame_seen (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();

  add_between (track, "e", 7 * SECOND, 0.7);
  g_assert_cmpuint (count (track), ==, 1);
  add_sample (track, "e", 3 * SECOND, 0.3);
  g_assert_cmpint (score_track_get_start (track), ==, 3 * SECOND);
  g_assert_cmpuint (count (track), ==, 1);
  assert_point (track, 0, 3 * SECOND, 0.3);
}

static void
test_a_seek_into_an_episode_has_a_corner (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();
  guint n;

  add_between (track, "e", 7 * SECOND, 0.7);
  add_between (track, "e", 8 * SECOND, 0.8);
  g_assert_cmpuint (count (track), ==, 1);
  assert_point (track, 0, 7 * SECOND, 0.7);
  g_assert_false (score_track_get_points (track, &n)[0].sample);
}

static void
test_duplicates_change_nothing (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();

  for (guint i = 0; i < 5; i++)
    add_sample (track, "e", 1 * SECOND, 0.1);
  g_assert_cmpuint (count (track), ==, 1);
  g_assert_cmpint (score_track_get_elapsed (track), ==, 0);
}

static void
test_frames_without_time (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();

  add_sample (track, "e", SCORE_TRACK_NO_TIME, 0.1);
  add_sample (track, "e", 2 * SECOND, 0.2);
  add_sample (track, "e", SCORE_TRACK_NO_TIME, 0.3);
  g_assert_cmpuint (count (track), ==, 2);
  assert_point (track, 1, 2 * SECOND, 0.3);
}

static void
test_no_progress_is_no_point (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();
  ScoreTrackFrame frame = {.episode_id = "e",.time = SECOND };

  score_track_add (track, &frame);
  frame.time = 2 * SECOND;
  score_track_add (track, &frame);
  g_assert_cmpuint (count (track), ==, 0);
  g_assert_cmpint (score_track_get_elapsed (track), ==, SECOND);
}

static void
test_memory_is_bounded (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();
  const ScoreTrackPoint *points;
  guint n;

  for (guint i = 0; i < 100000; i++) {
    add_sample (track, "e", i * SECOND, (i % 100) / 100.0);
    g_assert_cmpuint (count (track), <=, SCORE_TRACK_MAX_POINTS);
  }
  points = score_track_get_points (track, &n);
  g_assert_cmpuint (n, >=, SCORE_TRACK_MAX_POINTS / 2);
  g_assert_cmpint (points[0].time, ==, 0);
  g_assert_cmpint (points[n - 1].time, ==, 99999 * SECOND);
  for (guint i = 1; i < n; i++)
    g_assert_cmpint (points[i - 1].time, <, points[i].time);
}

/* What was long ago is as fine as what was just now. */
static void
test_old_and_new_are_as_fine (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();
  const ScoreTrackPoint *points;
  const guint n_samples = 20000;
  guint n;
  gint64 widest = 0;

  for (guint i = 0; i < n_samples; i++)
    add_sample (track, "e", i * SECOND, 0.5);
  points = score_track_get_points (track, &n);
  for (guint i = 1; i < n; i++)
    widest = MAX (widest, points[i].time - points[i - 1].time);
  g_assert_cmpint (widest, <=, 4 * n_samples * SECOND / SCORE_TRACK_MAX_POINTS);
}

/* A burst, then samples that are far apart. */
static void
test_uneven_samples (void)
{
  g_autoptr (ScoreTrack) track = score_track_new ();

  for (guint i = 0; i < 10000; i++) {
    gint64 time = i < 5000 ? i : (gint64) (i - 4999) * 3600 * SECOND;

    add_sample (track, "e", time, 0.5);
    g_assert_cmpuint (count (track), <=, SCORE_TRACK_MAX_POINTS);
  }
  g_assert_cmpuint (count (track), >=, SCORE_TRACK_MAX_POINTS / 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/track/samples-are-points", test_samples_are_points);
  g_test_add_func ("/track/held-values-are-one-point",
      test_held_values_are_one_point_of_their_sample);
  g_test_add_func ("/track/a-sample-is-never-after-its-frame",
      test_a_sample_is_never_after_its_frame);
  g_test_add_func ("/track/another-episode-begins-anew",
      test_another_episode_begins_anew);
  g_test_add_func ("/track/seeking-back", test_seeking_back_takes_points_away);
  g_test_add_func ("/track/before-the-first-frame-seen",
      test_before_the_first_frame_seen);
  g_test_add_func ("/track/seek-into-an-episode",
      test_a_seek_into_an_episode_has_a_corner);
  g_test_add_func ("/track/duplicates", test_duplicates_change_nothing);
  g_test_add_func ("/track/frames-without-time", test_frames_without_time);
  g_test_add_func ("/track/no-progress", test_no_progress_is_no_point);
  g_test_add_func ("/track/memory-is-bounded", test_memory_is_bounded);
  g_test_add_func ("/track/old-and-new", test_old_and_new_are_as_fine);
  g_test_add_func ("/track/uneven-samples", test_uneven_samples);
  return g_test_run ();
}
