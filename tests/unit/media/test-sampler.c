/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/sampler.h"

#define MS GST_MSECOND

static void
take_all (ScoreSampler * sampler, GstClockTime from, GstClockTime to,
    GstClockTime frame)
{
  for (GstClockTime t = from; t <= to; t += frame)
    if (score_sampler_wants (sampler, t))
      score_sampler_take (sampler, t, NULL);
}

static void
assert_kept (const ScoreSampler * sampler, const guint64 * ids, guint n)
{
  guint n_kept;
  const guint64 *kept = score_sampler_get_kept (sampler, &n_kept);

  g_assert_cmpmem (kept, n_kept * sizeof *kept, ids, n * sizeof *ids);
}

static void
test_first_frame_is_wanted (void)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (GST_SECOND, 4);

  g_assert_true (score_sampler_get_next (sampler) == GST_CLOCK_TIME_NONE);
  g_assert_true (score_sampler_wants (sampler, 12345 * MS));
  g_assert_false (score_sampler_wants (sampler, GST_CLOCK_TIME_NONE));
}

static void
test_next_is_on_the_grid (void)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (500 * MS, 8);

  g_assert_cmpuint (score_sampler_take (sampler, 100 * MS, NULL), ==, 0);
  g_assert_cmpuint (score_sampler_get_next (sampler), ==,
      600 * MS - SCORE_SAMPLER_TOLERANCE);
  g_assert_false (score_sampler_wants (sampler, 597 * MS));
  g_assert_true (score_sampler_wants (sampler, 598 * MS));
  g_assert_cmpuint (score_sampler_take (sampler, 700 * MS, NULL), ==, 1);
  g_assert_cmpuint (score_sampler_get_next (sampler), ==,
      1100 * MS - SCORE_SAMPLER_TOLERANCE);
}

static void
test_gaps_are_half_a_step (void)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (500 * MS, 8);

  score_sampler_take (sampler, 0, NULL);
  score_sampler_take (sampler, 990 * MS, NULL);
  g_assert_cmpuint (score_sampler_get_next (sampler), ==, 1240 * MS);
  score_sampler_take (sampler, 1300 * MS, NULL);
  g_assert_cmpuint (score_sampler_get_next (sampler), ==, 1550 * MS);
}

/* Frames that are taken of @n_frames at a frame rate, as a container has them. */
static void
assert_schedule (guint rate, guint n_frames, guint max_samples,
    GstClockTime start, const guint * frames, guint n)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (500 * MS, max_samples);
  g_autofree guint *taken = g_new (guint, n_frames);
  const guint64 *kept;
  guint n_kept, n_taken = 0;

  score_sampler_set_frame_rate (sampler, rate, 1);
  for (guint i = 0; i < n_frames; i++) {
    GstClockTime time = start + gst_util_uint64_scale (i, GST_SECOND, rate);

    if (!score_sampler_wants (sampler, time))
      continue;
    taken[n_taken++] = i;
    score_sampler_take (sampler, time, NULL);
  }
  kept = score_sampler_get_kept (sampler, &n_kept);
  g_assert_cmpuint (n_kept, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (taken[kept[i]], ==, frames[i]);
}

/* The vectors of TOPReward's evaluation (qwen.py), a step of half a second. */
static void
test_aligned_schedule (void)
{
  static const guint at_15[] = { 0, 8, 15, 22, 30, 38, 45 };
  static const guint at_10[] = { 0, 5, 10, 15 };
  static const guint at_1[] = { 0, 1, 2, 3, 4 };

  assert_schedule (15, 50, 64, 0, at_15, G_N_ELEMENTS (at_15));
  assert_schedule (15, 50, 64, 67 * MS, at_15, G_N_ELEMENTS (at_15));
  assert_schedule (10, 20, 64, 0, at_10, G_N_ELEMENTS (at_10));
  assert_schedule (1, 5, 64, GST_SECOND, at_1, G_N_ELEMENTS (at_1));
}

static void
test_aligned_schedule_is_thinned (void)
{
  static const guint every_other[] = { 0, 15, 30, 45 };

  assert_schedule (15, 50, 7, 0, every_other, G_N_ELEMENTS (every_other));
}

static void
test_time_going_back_is_not_wanted (void)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (1, 8);

  score_sampler_take (sampler, 5 * GST_SECOND, NULL);
  g_assert_false (score_sampler_wants (sampler, 5 * GST_SECOND));
  g_assert_false (score_sampler_wants (sampler, 4 * GST_SECOND));
  g_assert_false (score_sampler_wants (sampler, 0));
  g_assert_true (score_sampler_wants (sampler, 5 * GST_SECOND + 1));
}

static void
test_step_doubles_when_full (void)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (GST_SECOND, 5);
  const guint64 four[] = { 0, 1, 2, 3 };
  const guint64 thinned[] = { 0, 2, 4 };
  gboolean was_thinned = TRUE;

  take_all (sampler, 0, 3 * GST_SECOND, 100 * MS);
  assert_kept (sampler, four, 4);
  g_assert_cmpuint (score_sampler_get_step (sampler), ==, GST_SECOND);

  g_assert_cmpuint (score_sampler_take (sampler, 4 * GST_SECOND, &was_thinned),
      ==, 4);
  g_assert_true (was_thinned);
  assert_kept (sampler, thinned, 3);
  g_assert_cmpuint (score_sampler_get_step (sampler), ==, 2 * GST_SECOND);
  g_assert_false (score_sampler_wants (sampler, 5 * GST_SECOND));

  score_sampler_take (sampler, 6 * GST_SECOND, &was_thinned);
  g_assert_false (was_thinned);
}

static void
test_new_sample_may_be_the_one_dropped (void)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (GST_SECOND, 2);
  const guint64 first[] = { 0 };
  gboolean thinned = FALSE;

  score_sampler_take (sampler, 0, NULL);
  g_assert_cmpuint (score_sampler_take (sampler, GST_SECOND, &thinned), ==, 1);
  g_assert_true (thinned);
  assert_kept (sampler, first, 1);
  g_assert_cmpuint (score_sampler_get_step (sampler), ==, 2 * GST_SECOND);
}

static void
test_finish_adds_the_last_frame (void)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (GST_SECOND, 4);
  guint64 id = 77;
  const guint64 kept[] = { 0, 1, 2 };

  take_all (sampler, 0, GST_SECOND, 100 * MS);
  g_assert_true (score_sampler_finish (sampler, 1100 * MS, &id));
  g_assert_cmpuint (id, ==, 2);
  assert_kept (sampler, kept, 3);
}

static void
test_finish_adds_nothing_twice (void)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (GST_SECOND, 4);
  guint64 id = 77;

  take_all (sampler, 0, GST_SECOND, 100 * MS);
  g_assert_false (score_sampler_finish (sampler, GST_SECOND, &id));
  g_assert_false (score_sampler_finish (sampler, 500 * MS, &id));
  g_assert_false (score_sampler_finish (sampler, GST_CLOCK_TIME_NONE, &id));
  g_assert_cmpuint (id, ==, 77);
}

static void
test_finish_of_one_frame (void)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (GST_SECOND, 2);
  guint64 id = 77;

  g_assert_true (score_sampler_finish (sampler, 42 * MS, &id));
  g_assert_cmpuint (id, ==, 0);
}

/* Frames of a whole episode, and how many were taken of it. */
static guint
take_episode (ScoreSampler * sampler, guint rate, guint n_frames)
{
  guint n_taken = 0;

  score_sampler_set_frame_rate (sampler, rate, 1);
  for (guint i = 0; i < n_frames; i++) {
    GstClockTime time = gst_util_uint64_scale (i, GST_SECOND, rate);

    if (!score_sampler_wants (sampler, time))
      continue;
    score_sampler_take (sampler, time, NULL);
    n_taken++;
  }
  return n_taken;
}

/* What is kept has the same times, and nothing was taken for nothing. */
static void
test_expected_duration (void)
{
  static const guint rates[] = { 5, 15, 24, 30, 60 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    for (guint seconds = 1; seconds < 300; seconds += 7) {
      g_autoptr (ScoreSampler) sampler = score_sampler_new (500 * MS, 32);
      guint n_frames = seconds * rates[i], n_kept, n_taken;
      GstClockTime step, last;

      take_episode (sampler, rates[i], n_frames);
      score_sampler_get_kept (sampler, &n_kept);
      step = score_sampler_get_step (sampler);
      last = score_sampler_get_next (sampler);
      score_sampler_reset (sampler);
      score_sampler_expect (sampler, gst_util_uint64_scale (n_frames - 1,
              GST_SECOND, rates[i]));
      n_taken = take_episode (sampler, rates[i], n_frames);
      g_assert_cmpuint (n_taken, ==, n_kept);
      g_assert_cmpuint (score_sampler_get_step (sampler), ==, step);
      g_assert_cmpuint (score_sampler_get_next (sampler), ==, last);
    }
  }
}

static void
test_what_was_expected_may_be_wrong (void)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (500 * MS, 32);
  guint n;

  score_sampler_expect (sampler, GST_CLOCK_TIME_NONE);
  score_sampler_expect (sampler, 0);
  g_assert_cmpuint (score_sampler_get_step (sampler), ==, 500 * MS);
  score_sampler_expect (sampler, 20 * GST_SECOND);
  g_assert_cmpuint (score_sampler_get_step (sampler), ==, GST_SECOND);
  take_episode (sampler, 10, 1000);
  score_sampler_get_kept (sampler, &n);
  g_assert_cmpuint (n, <, 32);
  score_sampler_reset (sampler);
  g_assert_cmpuint (score_sampler_get_step (sampler), ==, 500 * MS);
  score_sampler_expect (sampler, GST_CLOCK_TIME_NONE - 1);
  g_assert_cmpuint (take_episode (sampler, 10, 1000), ==, 1);
}

static void
test_reset_starts_anew (void)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (GST_SECOND, 3);
  guint n;

  take_all (sampler, 0, 60 * GST_SECOND, 100 * MS);
  g_assert_cmpuint (score_sampler_get_step (sampler), >, GST_SECOND);
  score_sampler_reset (sampler);
  score_sampler_get_kept (sampler, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (score_sampler_get_step (sampler), ==, GST_SECOND);
  g_assert_true (score_sampler_get_next (sampler) == GST_CLOCK_TIME_NONE);
  g_assert_cmpuint (score_sampler_take (sampler, 0, NULL), ==, 0);
}

static void
test_steps_do_not_overflow (void)
{
  const GstClockTime most = GST_CLOCK_TIME_NONE - 1;
  g_autoptr (ScoreSampler) sampler = score_sampler_new (most / 2, 2);
  guint64 id;
  guint n;

  score_sampler_take (sampler, 0, NULL);
  g_assert_true (score_sampler_wants (sampler, most - 1));
  score_sampler_take (sampler, most - 1, NULL);
  score_sampler_get_kept (sampler, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (score_sampler_get_step (sampler), >=, most / 2);
  g_assert_true (score_sampler_finish (sampler, most, &id));
}

/* A stream of frames, with the step in force when each was seen. */
typedef struct
{
  GArray *times;
  GstClockTime step;
  guint max_samples;
  guint frame_rate;             /* that the caps say; 0: none */
} Series;

static GstClockTime
get_time (const Series * series, guint i)
{
  return g_array_index (series->times, GstClockTime, i);
}

static GstClockTime
get_gap (GRand * rand, guint kind, GstClockTime frame, GstClockTime step)
{
  switch (kind) {
    case 1:                    /* jitter of half a frame */
      return frame / 2 +
          (GstClockTime) (g_rand_double (rand) * (gdouble) frame);
    case 3:                    /* bursts, and equal time stamps */
      return g_rand_int_range (rand, 0, 8) ? frame / 50 : 8 * frame;
    case 4:                    /* holes */
      return g_rand_int_range (rand, 0, 60) ? frame :
          (GstClockTime) (g_rand_double (rand) * 20 * (gdouble) step);
    case 5:                    /* anything */
      return (GstClockTime) (g_rand_double (rand) * 3 * (gdouble) step);
    case 6:                    /* now and then back in time */
      return g_rand_int_range (rand, 0, 30) ? frame : -(3 * frame);
    default:
      return frame;
  }
}

static void
make_series (Series * series, GRand * rand)
{
  static const GstClockTime starts[] = {
    0, 67 * MS, 3600 * GST_SECOND, GST_CLOCK_TIME_NONE / 2
  };
  guint kind = g_rand_int_range (rand, 0, 7);
  guint n = g_rand_int_range (rand, 1, 1500);
  guint frame_rate = g_rand_int_range (rand, 1, 121);
  GstClockTime frame = GST_SECOND / frame_rate;
  GstClockTime time = starts[g_rand_int_range (rand, 0, 4)];

  series->times = g_array_new (FALSE, FALSE, sizeof (GstClockTime));
  series->step = GST_SECOND / g_rand_int_range (rand, 1, 11);
  series->max_samples = g_rand_int_range (rand, 2, 65);
  series->frame_rate = g_rand_boolean (rand) ? frame_rate : 0;
  for (guint i = 0; i < n; i++) {
    GstClockTime gap = get_gap (rand, kind, frame, series->step);
    GstClockTime stamp = time;

    if (kind == 2)              /* as Matroska stores them */
      stamp = (time + MS / 2) / MS * MS;
    g_array_append_val (series->times, stamp);
    if (kind != 6 || (gint64) gap > 0 || time >= -gap)
      time += gap;
  }
}

typedef struct
{
  GArray *ids, *times;
  GstClockTime step;
  GstClockTime *steps;          /* per frame of the series */
} Outcome;

static void
clear_outcome (Outcome * outcome)
{
  g_array_unref (outcome->ids);
  g_array_unref (outcome->times);
  g_free (outcome->steps);
}

/* What an element does. A throttled one does not get to see what comes before
 * the announced time, but for the very last frame. */
static void
run_series (const Series * series, gboolean throttled, Outcome * outcome)
{
  g_autoptr (ScoreSampler) sampler = score_sampler_new (series->step,
      series->max_samples);
  g_autofree GstClockTime *by_id = g_new (GstClockTime, series->times->len + 1);
  GstClockTime last = 0;
  const guint64 *ids;
  guint64 id;
  guint n;

  score_sampler_set_frame_rate (sampler, series->frame_rate, 1);
  outcome->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  outcome->times = g_array_new (FALSE, FALSE, sizeof (GstClockTime));
  outcome->steps = g_new (GstClockTime, series->times->len);

  for (guint i = 0; i < series->times->len; i++) {
    GstClockTime time = get_time (series, i);
    GstClockTime next = score_sampler_get_next (sampler);
    gboolean thinned = FALSE;

    last = MAX (last, time);
    outcome->steps[i] = score_sampler_get_step (sampler);
    if (throttled && GST_CLOCK_TIME_IS_VALID (next) && time < next)
      continue;
    if (!score_sampler_wants (sampler, time))
      continue;
    id = score_sampler_take (sampler, time, &thinned);
    by_id[id] = time;
    score_sampler_get_kept (sampler, &n);
    g_assert_cmpuint (n, <, series->max_samples);
  }
  if (score_sampler_finish (sampler, last, &id))
    by_id[id] = last;
  ids = score_sampler_get_kept (sampler, &n);
  g_array_append_vals (outcome->ids, ids, n);
  for (guint i = 0; i < n; i++)
    g_array_append_val (outcome->times, by_id[ids[i]]);
  outcome->step = score_sampler_get_step (sampler);
}

/* TRUE where, between two times, the stream had no frame for longer than the
 * step that was then in force. */
static gboolean
has_hole (const Series * series, const Outcome * outcome, GstClockTime from,
    GstClockTime to)
{
  GstClockTime before = get_time (series, 0);

  for (guint i = 0; i < series->times->len; i++) {
    GstClockTime time = get_time (series, i);

    if (time <= before)
      continue;
    if (time > from && before < to && time - before > outcome->steps[i])
      return TRUE;
    before = time;
  }
  return FALSE;
}

static GstClockTime
get_rounding (const Series * series)
{
  return series->frame_rate == 0 ? 0 : GST_SECOND / series->frame_rate;
}

/* A stream of nothing but what was kept has the same samples. */
static void
check_kept_alone (const Series * series, const Outcome * outcome)
{
  Series kept = *series;
  Outcome again;

  kept.times = outcome->times;
  run_series (&kept, FALSE, &again);
  g_assert_cmpmem (outcome->times->data,
      outcome->times->len * sizeof (GstClockTime), again.times->data,
      again.times->len * sizeof (GstClockTime));
  clear_outcome (&again);
}

static void
check_gaps (const Series * series, const Outcome * outcome)
{
  guint n = outcome->times->len;

  for (guint i = 1; i < n; i++) {
    GstClockTime from = g_array_index (outcome->times, GstClockTime, i - 1);
    GstClockTime to = g_array_index (outcome->times, GstClockTime, i);

    g_assert_cmpuint (to, >, from);
    g_assert_cmpuint (g_array_index (outcome->ids, guint64, i), >,
        g_array_index (outcome->ids, guint64, i - 1));
    if (i < n - 1)
      g_assert_cmpuint (to - from, >=, outcome->step / 2);
    /* so none is longer than four times another, the last one aside */
    if (to - from > 2 * outcome->step + get_rounding (series))
      g_assert_true (has_hole (series, outcome, from, to));
  }
}

static void
check_ends (const Series * series, const Outcome * outcome)
{
  GstClockTime last = 0;

  for (guint i = 0; i < series->times->len; i++)
    last = MAX (last, get_time (series, i));
  g_assert_cmpuint (outcome->times->len, >, 0);
  g_assert_cmpuint (outcome->times->len, <=, series->max_samples);
  g_assert_cmpuint (g_array_index (outcome->times, GstClockTime, 0), ==,
      get_time (series, 0));
  g_assert_cmpuint (g_array_index (outcome->times, GstClockTime,
          outcome->times->len - 1), ==, last);
}

static void
assert_same_times (const Outcome * a, const Outcome * b)
{
  g_assert_cmpmem (a->times->data, a->times->len * sizeof (GstClockTime),
      b->times->data, b->times->len * sizeof (GstClockTime));
  g_assert_cmpuint (a->step, ==, b->step);
}

static void
test_properties_of_random_series (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240229);

  for (guint i = 0; i < 3000; i++) {
    Series series;
    Outcome outcome, again, throttled;

    make_series (&series, rand);
    run_series (&series, FALSE, &outcome);
    run_series (&series, FALSE, &again);
    run_series (&series, TRUE, &throttled);
    check_ends (&series, &outcome);
    check_gaps (&series, &outcome);
    check_kept_alone (&series, &outcome);
    assert_same_times (&outcome, &again);
    assert_same_times (&outcome, &throttled);
    clear_outcome (&outcome);
    clear_outcome (&again);
    clear_outcome (&throttled);
    g_array_unref (series.times);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sampler/first-frame-is-wanted",
      test_first_frame_is_wanted);
  g_test_add_func ("/sampler/next-is-on-the-grid", test_next_is_on_the_grid);
  g_test_add_func ("/sampler/gaps-are-half-a-step", test_gaps_are_half_a_step);
  g_test_add_func ("/sampler/aligned-schedule", test_aligned_schedule);
  g_test_add_func ("/sampler/aligned-schedule-is-thinned",
      test_aligned_schedule_is_thinned);
  g_test_add_func ("/sampler/time-going-back-is-not-wanted",
      test_time_going_back_is_not_wanted);
  g_test_add_func ("/sampler/step-doubles-when-full",
      test_step_doubles_when_full);
  g_test_add_func ("/sampler/new-sample-may-be-the-one-dropped",
      test_new_sample_may_be_the_one_dropped);
  g_test_add_func ("/sampler/finish-adds-the-last-frame",
      test_finish_adds_the_last_frame);
  g_test_add_func ("/sampler/finish-adds-nothing-twice",
      test_finish_adds_nothing_twice);
  g_test_add_func ("/sampler/finish-of-one-frame", test_finish_of_one_frame);
  g_test_add_func ("/sampler/expected-duration", test_expected_duration);
  g_test_add_func ("/sampler/what-was-expected-may-be-wrong",
      test_what_was_expected_may_be_wrong);
  g_test_add_func ("/sampler/reset-starts-anew", test_reset_starts_anew);
  g_test_add_func ("/sampler/steps-do-not-overflow",
      test_steps_do_not_overflow);
  g_test_add_func ("/sampler/properties-of-random-series",
      test_properties_of_random_series);
  return g_test_run ();
}
