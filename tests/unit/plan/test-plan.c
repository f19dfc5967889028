/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan.h"

/* What is kept is enough for what is wanted, and no more than it says. */

#define MAX_REFS 3

/* A stream whose references are known: groups that refer to nothing before them,
 * in which pictures refer to any that are no leaves. */
typedef struct
{
  ScorePlan *plan;
  GArray *refs;                 /* of gint [MAX_REFS], -1: none */
  guint n;
} Stream;

static void
add_unit (Stream * self, GRand * rand, guint start)
{
  ScorePlanUnit unit = { 0, };
  gint refs[MAX_REFS] = { -1, -1, -1 };
  guint n = self->n++;

  unit.flags = n == start ? SCORE_PLAN_START :
      g_rand_int_range (rand, 0, 3) == 0 ? SCORE_PLAN_LEAF : 0;
  for (guint i = 0; i < MAX_REFS && n > start; i++) {
    gint ref = g_rand_int_range (rand, (gint) start, (gint) n);

    if (!(score_plan_get_unit (self->plan, (guint) ref)->flags
            & SCORE_PLAN_LEAF))
      refs[i] = ref;
  }
  /* shown in another order, some not at all */
  unit.time = unit.pts = (GstClockTime) (n ^ 3) * GST_MSECOND;
  if (g_rand_int_range (rand, 0, 20) == 0)
    unit.time = GST_CLOCK_TIME_NONE;
  unit.size = n;
  score_plan_add (self->plan, &unit);
  g_array_append_vals (self->refs, refs, MAX_REFS);
}

static void
stream_init (Stream * self, GRand * rand)
{
  guint n_groups = (guint) g_rand_int_range (rand, 1, 6);

  self->plan = score_plan_new ();
  self->refs = g_array_new (FALSE, FALSE, sizeof (gint));
  self->n = 0;
  for (guint group = 0; group < n_groups; group++) {
    guint start = self->n;
    guint length = (guint) g_rand_int_range (rand, 1, 30);

    while (self->n < start + length)
      add_unit (self, rand, start);
  }
}

static void
stream_clear (Stream * self)
{
  score_plan_free (self->plan);
  g_array_unref (self->refs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stream, stream_clear);

static GArray *
choose_some (const GArray * times, GRand * rand)
{
  GArray *some = g_array_new (FALSE, FALSE, sizeof (guint64));
  gint spacing = g_rand_int_range (rand, 1, 20);

  for (guint i = 0; i < times->len; i++) {
    if (g_rand_int_range (rand, 0, spacing) == 0)
      g_array_append_val (some, g_array_index (times, guint64, i));
  }
  return some;
}

static void
test_what_is_kept_is_enough (void)
{
  for (guint32 seed = 0; seed < 500; seed++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    g_auto (Stream) stream = { NULL, };
    g_autoptr (GArray) times = NULL;
    g_autoptr (GArray) some = NULL;

    stream_init (&stream, rand);
    times = score_plan_get_times (stream.plan);
    if (times == NULL)
      continue;                 /* nothing is shown */
    some = choose_some (times, rand);
    g_assert_true (score_plan_choose (stream.plan, some));
    g_assert_cmpuint (score_plan_count (stream.plan, SCORE_PLAN_WANTED), ==,
        some->len);
    for (guint i = 0; i < stream.n; i++) {
      ScorePlanFlags flags = score_plan_get_unit (stream.plan, i)->flags;

      if (flags & SCORE_PLAN_WANTED)
        g_assert_true (flags & SCORE_PLAN_KEPT);
      for (guint j = 0; j < MAX_REFS && (flags & SCORE_PLAN_KEPT); j++) {
        gint ref = g_array_index (stream.refs, gint, i * MAX_REFS + j);

        if (ref >= 0)
          g_assert_true (score_plan_get_unit (stream.plan,
                  (guint) ref)->flags & SCORE_PLAN_KEPT);
      }
    }
  }
}

/* Of each unit a letter: S start, l leaf, . neither; - where it is left out. */
static gchar *
plan_of (const gchar * units, const guint64 * wanted, guint n_wanted)
{
  g_autoptr (ScorePlan) plan = score_plan_new ();
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (guint64));
  GString *kept = g_string_new (NULL);

  for (guint i = 0; units[i] != '\0'; i++) {
    ScorePlanUnit unit = {.pts = i,.time = i };

    unit.flags = units[i] == 'S' ? SCORE_PLAN_START :
        units[i] == 'l' ? SCORE_PLAN_LEAF : 0;
    score_plan_add (plan, &unit);
  }
  g_array_append_vals (times, wanted, n_wanted);
  g_assert_true (score_plan_choose (plan, times));
  for (guint i = 0; i < score_plan_get_n_units (plan); i++)
    g_string_append_c (kept, score_plan_get_unit (plan, i)->flags
        & SCORE_PLAN_KEPT ? units[i] : '-');
  return g_string_free (kept, FALSE);
}

static void
test_what_is_left_out (void)
{
  static const struct
  {
    const gchar *units, *kept;
    guint64 wanted[3];
    guint n_wanted;
  } cases[] = {
    /* after the last that is wanted, and leaves before it */
    {"Sl.l.l.S....", "Sl.-.-------", {1, 4}, 2},
    {"Sl.l.l.S....", "S------S....", {0, 8}, 2},
    /* groups without any */
    {"S...S...S...S......", "S-------S...S......", {0, 11, 18}, 3},
    {"S...S...S...", "----S.------", {5}, 1},
    {"S.........", "----------", {0}, 0},
    /* nothing but leaves of the end, which may be damaged */
    {"Sllllllll", "S----llll", {0, 8}, 2},
    {"S", "S", {0}, 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *kept = plan_of (cases[i].units, cases[i].wanted,
        cases[i].n_wanted);

    g_test_message ("%s", cases[i].units);
    g_assert_cmpstr (kept, ==, cases[i].kept);
  }
}

static ScorePlan *
make_plan (ScorePlanFlags first, const guint64 * times, guint n)
{
  ScorePlan *plan = score_plan_new ();

  for (guint i = 0; i < n; i++) {
    ScorePlanUnit unit = {.pts = times[i],.time = times[i] };

    unit.flags = i == 0 ? first : 0;
    score_plan_add (plan, &unit);
  }
  return plan;
}

static void
test_times_are_those_of_showing (void)
{
  static const guint64 times[] = { 0, 40, 20, 10, 30 };
  g_autoptr (ScorePlan) plan = make_plan (SCORE_PLAN_START, times, 5);
  g_autoptr (GArray) shown = score_plan_get_times (plan);
  guint64 none = 15;
  g_autoptr (GArray) other = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (g_array_index (shown, guint64, i), ==, i * 10);
  g_assert_true (score_plan_is_reordered (plan));
  g_array_append_val (other, none);
  g_assert_false (score_plan_choose (plan, other));
}

static void
test_what_has_no_times (void)
{
  static const guint64 twice[] = { 0, 40, 40 };
  g_autoptr (ScorePlan) empty = score_plan_new ();
  g_autoptr (ScorePlan) same = make_plan (SCORE_PLAN_START, twice, 3);
  g_autoptr (ScorePlan) unfounded = make_plan (0, twice, 2);

  g_assert_null (score_plan_get_times (empty));
  g_assert_null (score_plan_get_times (same));
  g_assert_null (score_plan_get_times (unfounded));
  g_assert_false (score_plan_is_reordered (same));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/what is kept is enough", test_what_is_kept_is_enough);
  g_test_add_func ("/plan/what is left out", test_what_is_left_out);
  g_test_add_func ("/plan/times are those of showing",
      test_times_are_those_of_showing);
  g_test_add_func ("/plan/what has no times", test_what_has_no_times);
  return g_test_run ();
}
