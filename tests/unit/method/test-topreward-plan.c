/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* Which beginnings topreward asks about, and what their values come to. */

#include <math.h>

#include "method/select.h"
#include "method/topreward-plan.h"

#define MAX_SAMPLES 1000

static void
assert_plan (guint n, guint max_frames, const guint * expected, guint count)
{
  guint lengths[SCORE_TOPREWARD_PREFIXES];
  guint found = score_topreward_plan (n, max_frames, TRUE, lengths);

  g_assert_cmpmem (lengths, found * sizeof *lengths, expected,
      count * sizeof *expected);
}

static void
test_examples (void)
{
  const guint twenty[] = { 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 17, 19, 20 };
  const guint half[] = { 1, 3, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32
  };
  const guint longer[] = { 1, 3, 5, 7, 10, 14, 16, 19, 23, 25, 28, 32, 34, 37,
    41
  };

  assert_plan (20, 64, twenty, G_N_ELEMENTS (twenty));
  assert_plan (32, 64, half, G_N_ELEMENTS (half));
  assert_plan (41, 64, longer, G_N_ELEMENTS (longer));
}

/* With as many samples as there may be, and with more than that, where nobody
 * thins them. */
static void
test_published (void)
{
  const guint sizes[][2] = { {64, 64}, {32, 32}, {45, 45}, {20, 20}, {100, 64},
  {10000, 64}, {10000, 10000}, {500, 2}
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    guint lengths[SCORE_TOPREWARD_PREFIXES];
    guint n = score_select_prefixes (sizes[i][0], SCORE_TOPREWARD_PREFIXES,
        lengths);

    assert_plan (sizes[i][0], sizes[i][1], lengths, n);
  }
}

static void
test_short_episodes_are_asked_about_whole (void)
{
  guint lengths[SCORE_TOPREWARD_PREFIXES];

  for (guint i = 0; i < SCORE_TOPREWARD_PREFIXES; i++)
    lengths[i] = i + 1;
  for (guint max_frames = 2; max_frames <= 100; max_frames++) {
    for (guint n = 0; n <= SCORE_TOPREWARD_PREFIXES; n++)
      assert_plan (n, max_frames, lengths, n);
  }
}

static gboolean
contains (const guint * lengths, guint n, guint length)
{
  for (guint i = 0; i < n; i++) {
    if (lengths[i] == length)
      return TRUE;
  }
  return FALSE;
}

/* From the first sample to the last, evenly to within a factor. */
static void
assert_sound (const guint * lengths, guint count, guint n)
{
  g_assert_cmpuint (count, ==, MIN (n, SCORE_TOPREWARD_PREFIXES));
  g_assert_cmpuint (lengths[0], ==, 1);
  g_assert_cmpuint (lengths[count - 1], ==, n);
  for (guint i = 1; i < count; i++) {
    g_assert_cmpuint (lengths[i], >, lengths[i - 1]);
    g_assert_cmpuint (lengths[i] - lengths[i - 1], <=,
        2 * (n - 1) / (count - 1) + 1);
  }
}

/* What is asked while recording stays in the plan, whatever comes. */
static void
test_nothing_is_asked_in_vain (void)
{
  const guint all_max[] = { 2, 3, 8, 15, 16, 17, 31, 64, 100, MAX_SAMPLES };

  for (guint i = 0; i < G_N_ELEMENTS (all_max); i++) {
    guint early[SCORE_TOPREWARD_PREFIXES], final[SCORE_TOPREWARD_PREFIXES];

    for (guint n = 1; n <= all_max[i]; n++) {
      guint n_early = score_topreward_plan (n, all_max[i], FALSE, early);
      guint n_final = score_topreward_plan (n, all_max[i], TRUE, final);

      assert_sound (final, n_final, n);
      for (guint k = 0; k < n_early; k++)
        g_assert_true (contains (final, n_final, early[k]));
    }
  }
}

/* And what is asked of n samples is what was asked of fewer, and more. */
static void
test_early_plans_grow (void)
{
  guint before[SCORE_TOPREWARD_PREFIXES], after[SCORE_TOPREWARD_PREFIXES];
  guint n_before = 0;

  for (guint n = 1; n <= 64; n++) {
    guint n_after = score_topreward_plan (n, 64, FALSE, after);

    g_assert_cmpuint (n_after, <=, n_before + 1);
    g_assert_cmpmem (before, n_before * sizeof *before, after,
        n_before * sizeof *after);
    memcpy (before, after, sizeof before);
    n_before = n_after;
  }
  g_assert_cmpuint (n_before, ==, SCORE_TOPREWARD_PREFIXES);
}

static void
assert_normalized (ScoreNormalize normalize, const gdouble * logprobs,
    const gdouble * expected, guint n)
{
  gdouble progress[SCORE_TOPREWARD_PREFIXES];

  score_topreward_normalize (normalize, logprobs, n, progress);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (progress[i], expected[i], 5e-4);
}

static void
test_normalize (void)
{
  const gdouble raw[] = { -4, -1, -2 }, same[] = { -3, -3, -3 };
  const gdouble spread[] = { 0, 1, 0.6667 }, ones[] = { 1, 1, 1 };
  const gdouble chances[] = { 0.0183, 0.3679, 0.1353 };
  const gdouble extreme[] = { -9998, 0 }, far[] = { 0, 1 };

  assert_normalized (SCORE_NORMALIZE_MINMAX, raw, spread, 3);
  assert_normalized (SCORE_NORMALIZE_MINMAX, same, ones, 3);
  assert_normalized (SCORE_NORMALIZE_MINMAX, raw, ones, 1);
  assert_normalized (SCORE_NORMALIZE_PROB, raw, chances, 3);
  assert_normalized (SCORE_NORMALIZE_RAW, raw, chances, 3);
  assert_normalized (SCORE_NORMALIZE_PROB, extreme, far, 2);
  assert_normalized (SCORE_NORMALIZE_MINMAX, extreme, far, 2);
}

static void
assert_spread (const guint * lengths, const gdouble * progress, guint n_lengths,
    const gdouble * expected, guint n)
{
  gdouble values[8];

  score_topreward_spread (lengths, progress, n_lengths, n, values);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (values[i], expected[i], 1e-12);
}

static void
test_spread (void)
{
  const guint odd[] = { 1, 3, 5 }, inner[] = { 2, 4 }, one[] = { 3 };
  const gdouble progress[] = { 0, 1, 0.5 };
  const gdouble curve[] = { 0, 0.5, 1, 0.75, 0.5 };
  const gdouble held[] = { 0, 0, 0.5, 1, 1 };
  const gdouble flat[] = { 0, 0, 0, 0, 0 };

  assert_spread (odd, progress, 3, curve, 5);
  assert_spread (inner, progress, 2, held, 5);
  assert_spread (one, progress, 1, flat, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/topreward-plan/examples", test_examples);
  g_test_add_func ("/topreward-plan/published", test_published);
  g_test_add_func ("/topreward-plan/short-episodes-are-asked-about-whole",
      test_short_episodes_are_asked_about_whole);
  g_test_add_func ("/topreward-plan/nothing-is-asked-in-vain",
      test_nothing_is_asked_in_vain);
  g_test_add_func ("/topreward-plan/early-plans-grow", test_early_plans_grow);
  g_test_add_func ("/topreward-plan/normalize", test_normalize);
  g_test_add_func ("/topreward-plan/spread", test_spread);
  return g_test_run ();
}
