/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the judge makes of words, and of nothing but words. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-judge.h"

#include <string.h>

static gdouble
judge_one (const gchar * description)
{
  g_autoptr (GArray) verdicts =
      sim_judge (SIM_BANANA, SIM_BOWL, &description, 1);

  g_assert_cmpuint (verdicts->len, ==, 1);
  g_assert_nonnull (g_array_index (verdicts, SimVerdict, 0).reason);
  return g_array_index (verdicts, SimVerdict, 0).progress;
}

static void
test_vectors (void)
{
  static const struct
  {
    const gchar *description;
    gdouble progress;
  } vectors[] = {
    {"The banana lies on the table, 52 cm to the left of the bowl. The gripper"
          " is open, 31 cm away from the banana.", 0},
    {"The banana lies on the table, 52 cm to the left of the bowl. The gripper"
          " is open, 17 cm away from the banana.", 0.075},
    {"The banana lies on the table, 50 cm to the left of the bowl. The gripper"
          " is open, 2 cm away from the banana.", 0.15},
    {"The banana stands on the table, 18 cm to the right of the bowl. The"
          " gripper is open, 40 cm away from the banana.", 0.3},
    {"The banana is held in the gripper, 0 cm above the table, 60 cm to the"
          " left of the bowl.", 0.2},
    {"The banana is held in the gripper, 6 cm above the table, 60 cm to the"
          " left of the bowl.", 0.275},
    {"The banana is held by the gripper, 14 cm above the table, 22.5 cm to the"
          " left of the bowl.", 0.6},
    {"The banana is held by the gripper, 14 cm above the table, level with the"
          " middle of the bowl.", 0.85},
    {"The banana is in the bowl, still held by the gripper.", 0.88},
    {"The banana rests in the bowl; the gripper has let go and is 4 cm away.",
        0.95},
    {"The banana lies in the bowl; the gripper does not hold it and is 11.5 cm"
          " away.", 0.975},
    {"The banana rests in the bowl; the gripper has let go and is 40 cm away.",
        1},
    {"The banana rests in the bowl; the gripper can not be seen.", 1},
    {"The gripper holds the banana 12 centimetres above the table, 45 cm to the"
          " right of the bowl.", 0.35},
    {"THE BANANA IS HELD IN THE GRIPPER, 12 CM ABOVE THE TABLE, 45 CM TO THE"
          " LEFT OF THE BOWL.", 0.35},
    {"The banana is in the air, 10 cm above the table, and nothing touches it,"
          " 45 cm to the left of the bowl. The gripper is open, 4 cm away.",
        0.15},
    {"None of the named objects is visible.", 0},
    {"The bowl stands on the table. The banana is not visible.", 0},
    {"A person is folding a towel.", 0},
    {"The cup rests in the bowl; the gripper has let go and is 30 cm away.",
        0},
    {"", 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++) {
    g_test_message ("%s", vectors[i].description);
    g_assert_cmpfloat_with_epsilon (judge_one (vectors[i].description),
        vectors[i].progress, 0.0011);
  }
}

#define ON_TABLE "The banana lies on the table, 45 cm to the left of the bowl." \
  " The gripper is open, 30 cm away from the banana."
#define IN_BOWL "The banana rests in the bowl; the gripper has let go and is" \
  " 40 cm away."

static void
assert_judged (const gchar * const *descriptions, guint n,
    const gdouble * progress)
{
  g_autoptr (GArray) verdicts =
      sim_judge (SIM_BANANA, SIM_BOWL, descriptions, n);

  g_assert_cmpuint (verdicts->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (g_array_index (verdicts, SimVerdict,
            i).progress, progress[i], 0.001);
}

static void
test_unseen_frames_keep_progress (void)
{
  const gchar *const descriptions[] = {
    "The banana is not visible.", IN_BOWL, "The banana is not visible.",
    "Somebody walks by.", ON_TABLE, "None of the named objects is visible."
  };
  const gdouble progress[] = { 1, 1, 1, 1, 0, 0 };

  assert_judged (descriptions, G_N_ELEMENTS (descriptions), progress);
}

static void
test_object_never_seen (void)
{
  const gchar *const descriptions[] = {
    "The bowl stands on the table. The banana is not visible.",
    "The bowl stands on the table. The banana is not visible."
  };
  const gdouble progress[] = { 0, 0 };

  assert_judged (descriptions, 2, progress);
}

static void
test_container_never_seen (void)
{
  const gchar *const descriptions[] = {
    "The banana is held in the gripper, 20 cm above the table. The bowl is not"
        " visible.",
    "The banana lies on the table. The gripper is open, 1 cm away from the"
        " banana. The bowl is not visible."
  };
  const gdouble progress[] = { 0, 0 };

  assert_judged (descriptions, 2, progress);
}

static void
test_another_task_is_nothing_throughout (void)
{
  const gchar *const descriptions[] = {
    "The banana lies on the table, 30 cm to the left of the bowl. The gripper"
        " is open, 9 cm away from the banana.",
    "The banana lies on the table, 30 cm to the left of the bowl. The gripper"
        " holds something else, 20 cm away from the banana.",
    "The banana lies on the table, 30 cm to the left of the bowl. The gripper"
        " is open, 40 cm away from the banana."
  };
  const gdouble progress[] = { 0, 0, 0 };

  assert_judged (descriptions, 3, progress);
}

static void
test_progress_falls (void)
{
  const gchar *const descriptions[] = { IN_BOWL, ON_TABLE };
  const gdouble progress[] = { 1, 0 };

  assert_judged (descriptions, 2, progress);
}

static void
test_single_contradicted_frame (void)
{
  const gchar *const on_table[] = { ON_TABLE, IN_BOWL, ON_TABLE, IN_BOWL };
  const gchar *const in_bowl[] = { IN_BOWL, ON_TABLE, IN_BOWL };
  const gchar *const carried[] = {
    "The banana is held in the gripper, 12 cm above the table, 22.5 cm to the"
        " left of the bowl.", IN_BOWL, ON_TABLE
  };
  const gdouble nothing[] = { 0, 0, 0, 1 }, all[] = { 1, 1, 1 };
  const gdouble fallen[] = { 0.6, 1, 0 };

  assert_judged (on_table, 4, nothing);
  assert_judged (in_bowl, 3, all);
  assert_judged (carried, 3, fallen);
}

static void
test_task_without_toys (void)
{
  const gchar *description = IN_BOWL;
  g_autoptr (GArray) verdicts =
      sim_judge (SIM_NOTHING, SIM_NOTHING, &description, 1);
  g_autofree gchar *state =
      sim_judge_completion_state (SIM_NOTHING, SIM_NOTHING);

  g_assert_cmpfloat (g_array_index (verdicts, SimVerdict, 0).progress, ==, 0);
  g_assert_nonnull (strstr (state, "can not tell"));
}

static void
test_completion_state (void)
{
  g_autofree gchar *state = sim_judge_completion_state (SIM_CONE, SIM_PLATE);

  g_assert_nonnull (strstr (state, "ice cream cone rests on the plate"));
}

static void
test_names_in_tasks (void)
{
  static const struct
  {
    const gchar *task;
    SimThing item, container;
  } tasks[] = {
    {"put the banana in the bowl", SIM_BANANA, SIM_BOWL},
    {"Put an Ice Cream Cone onto the PLATE.", SIM_CONE, SIM_PLATE},
    {"pick up the cup and place it inside the drawer", SIM_CUP, SIM_DRAWER},
    {"take the block from the plate to the bowl", SIM_BLOCK, SIM_BOWL},
    {"put blocks into bowls", SIM_BLOCK, SIM_BOWL},
    {"clean the cupboard with a template", SIM_NOTHING, SIM_NOTHING},
    {"", SIM_NOTHING, SIM_NOTHING},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tasks); i++) {
    g_test_message ("%s", tasks[i].task);
    g_assert_cmpint (sim_item_in_text (tasks[i].task), ==, tasks[i].item);
    g_assert_cmpint (sim_container_in_text (tasks[i].task), ==,
        tasks[i].container);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/judge/vectors", test_vectors);
  g_test_add_func ("/judge/unseen-frames-keep-progress",
      test_unseen_frames_keep_progress);
  g_test_add_func ("/judge/object-never-seen", test_object_never_seen);
  g_test_add_func ("/judge/container-never-seen", test_container_never_seen);
  g_test_add_func ("/judge/another-task-is-nothing-throughout",
      test_another_task_is_nothing_throughout);
  g_test_add_func ("/judge/progress-falls", test_progress_falls);
  g_test_add_func ("/judge/single-contradicted-frame",
      test_single_contradicted_frame);
  g_test_add_func ("/judge/task-without-toys", test_task_without_toys);
  g_test_add_func ("/judge/completion-state", test_completion_state);
  g_test_add_func ("/judge/names-in-tasks", test_names_in_tasks);
  return g_test_run ();
}
