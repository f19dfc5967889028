/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is said of a scene, and that the judge understands it. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-describe.h"
#include "sim-judge.h"

#include <math.h>
#include <string.h>

#define WORDINGS 32

static SimBox
make_box (gdouble x, gdouble bottom, gdouble width, gdouble height)
{
  return (SimBox) {
  TRUE, x, width, width * height, bottom, bottom + height, bottom + height / 2};
}

/* The banana at @x, the bowl at 80, the empty gripper far above. */
static SimScene
make_scene (gdouble x, gdouble bottom)
{
  SimScene scene = {.toy_world = TRUE,.blur = 0.3,.gripper = TRUE,
    .tip_x = x,.tip_height = 40,.gap = 11,.held = SIM_NOTHING
  };

  scene.things[SIM_BANANA] = make_box (x, bottom, 9, 5);
  scene.things[SIM_BOWL] = make_box (80, 0, 16, 7);
  return scene;
}

static const SimDescribing exact = { SIM_BANANA, SIM_BOWL, 0, 0 };

static gdouble
judge (const SimDescribing * describing, const SimScene * scene, guint64 seed)
{
  SimRandom random;
  g_autofree gchar *text = NULL;
  g_autoptr (GArray) verdicts = NULL;

  sim_random_init (&random, seed);
  text = sim_describe (describing, scene, &random);
  g_test_message ("%s", text);
  verdicts = sim_judge (SIM_BANANA, SIM_BOWL, (const gchar * const *) &text, 1);
  return g_array_index (verdicts, SimVerdict, 0).progress;
}

static void
assert_every_wording (const SimScene * scene, gdouble progress)
{
  for (guint seed = 0; seed < WORDINGS; seed++)
    g_assert_cmpfloat_with_epsilon (judge (&exact, scene, seed), progress,
        0.008);
}

static void
test_on_the_table (void)
{
  SimScene scene = make_scene (62, 0);

  scene.tip_height = 2.5 + 17;
  assert_every_wording (&scene, 0.075 + 0.5 * (1 - 18 / 45.0));
}

static void
test_held (void)
{
  SimScene scene = make_scene (50, 8);

  scene.held = SIM_BANANA;
  assert_every_wording (&scene, 0.2 + 0.1 + 0.5 * (1 - 30 / 45.0));
}

static void
test_inside_and_held (void)
{
  SimScene scene = make_scene (80.2, 6);

  scene.held = SIM_BANANA;
  assert_every_wording (&scene, 0.88);
}

static void
test_inside_and_released (void)
{
  SimScene scene = make_scene (79, 6);

  scene.tip_height = 8.5 + 4 + 7.5;
  assert_every_wording (&scene, 0.975);
}

static void
test_inside_without_gripper (void)
{
  SimScene scene = make_scene (79, 6);

  scene.gripper = FALSE;
  assert_every_wording (&scene, 1);
}

static void
test_hand_full_of_something_else (void)
{
  SimScene scene = make_scene (20, 0);
  SimRandom random;
  g_autofree gchar *text = NULL;

  scene.held = SIM_CUP;
  sim_random_init (&random, 1);
  text = sim_describe (&exact, &scene, &random);
  g_assert_nonnull (strstr (text, "holds something else"));
  g_assert_null (strstr (text, "cup"));
}

static void
test_nothing_visible (void)
{
  SimScene scene = {.held = SIM_NOTHING };
  SimRandom random;
  g_autofree gchar *text = NULL;
  g_autofree gchar *all = sim_describe_all (&scene);

  sim_random_init (&random, 1);
  text = sim_describe (&exact, &scene, &random);
  g_assert_cmpstr (text, ==, "None of the named objects is visible.");
  g_assert_nonnull (strstr (all, "none of the toys"));
}

static void
test_nothing_named (void)
{
  const SimDescribing nothing = { SIM_NOTHING, SIM_NOTHING, 0, 1 };
  SimScene scene = make_scene (20, 0);
  SimRandom random;
  g_autofree gchar *text = NULL;

  sim_random_init (&random, 1);
  text = sim_describe (&nothing, &scene, &random);
  g_assert_cmpstr (text, ==, "None of the named objects is visible.");
}

static void
test_never_says_whether_it_is_done (void)
{
  static const gchar *const words[] =
      { "succe", "fail", "done", "complete", "finish", "goal", NULL };

  for (guint i = 0; i < 4 * WORDINGS; i++) {
    SimScene scene = make_scene (i % 2 ? 80 : 30, i % 2 ? 6 : 0);
    SimRandom random;
    g_autofree gchar *text = NULL;

    scene.held = i % 4 < 2 ? SIM_BANANA : SIM_NOTHING;
    sim_random_init (&random, i);
    text = sim_describe (&exact, &scene, &random);
    for (guint j = 0; words[j]; j++)
      g_assert_null (strstr (text, words[j]));
  }
}

static void
test_hallucination_is_not_so (void)
{
  const SimDescribing liar = { SIM_BANANA, SIM_BOWL, 0, 1 };
  SimScene table = make_scene (20, 0), bowl = make_scene (80, 6);

  for (guint seed = 0; seed < WORDINGS; seed++) {
    g_assert_cmpfloat (judge (&liar, &table, seed), >=, 0.95);
    g_assert_cmpfloat (judge (&liar, &bowl, seed), <, 0.5);
  }
}

static void
test_noise_has_its_size (void)
{
  const SimDescribing noisy = { SIM_BANANA, SIM_BOWL, 3, 0 };
  SimScene scene = make_scene (57.5, 12);
  gdouble sum = 0, squares = 0;
  guint n = 2000;

  /* Held high: only the distance matters, 0.5 / 45 a cm. */
  scene.held = SIM_BANANA;
  scene.things[SIM_BANANA].bottom = 40;
  for (guint seed = 0; seed < n; seed++) {
    gdouble cm = (judge (&noisy, &scene, seed) - 0.35) * 90;

    sum += cm;
    squares += cm * cm;
  }
  sum /= n;
  g_assert_cmpfloat_with_epsilon (sum, 22.5, 0.3);
  g_assert_cmpfloat_with_epsilon (sqrt (squares / n - sum * sum), 3, 0.3);
}

/* A length is never less than nothing, whatever the noise. */
static void
test_noise_takes_no_length_below_zero (void)
{
  const SimDescribing noisy = { SIM_BANANA, SIM_BOWL, 30, 0 };
  SimScene scene = make_scene (57.5, 3);

  scene.held = SIM_BANANA;
  for (guint seed = 0; seed < 200; seed++) {
    g_autofree gchar *text = NULL;
    SimRandom random;

    sim_random_init (&random, seed);
    text = sim_describe (&noisy, &scene, &random);
    g_assert_false (g_regex_match_simple ("[0-9]{4}", text, 0, 0));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/describe/on-the-table", test_on_the_table);
  g_test_add_func ("/describe/held", test_held);
  g_test_add_func ("/describe/inside-and-held", test_inside_and_held);
  g_test_add_func ("/describe/inside-and-released", test_inside_and_released);
  g_test_add_func ("/describe/inside-without-gripper",
      test_inside_without_gripper);
  g_test_add_func ("/describe/hand-full-of-something-else",
      test_hand_full_of_something_else);
  g_test_add_func ("/describe/nothing-visible", test_nothing_visible);
  g_test_add_func ("/describe/nothing-named", test_nothing_named);
  g_test_add_func ("/describe/never-says-whether-it-is-done",
      test_never_says_whether_it_is_done);
  g_test_add_func ("/describe/hallucination-is-not-so",
      test_hallucination_is_not_so);
  g_test_add_func ("/describe/noise-has-its-size", test_noise_has_its_size);
  g_test_add_func ("/describe/noise-takes-no-length-below-zero",
      test_noise_takes_no_length_below_zero);
  return g_test_run ();
}
