/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/toyworld.h"

#include <math.h>

#include "elements/toymotion.h"

/* Half the width, in seconds, over which the truth is averaged, and from how
 * many moments: the formula jumps where the gripper closes and lets go. */
#define SMOOTH_HALF 0.15
#define SMOOTH_MOMENTS 21

ScoreToySize
score_toy_object_size (ScoreToyObject object)
{
  static const ScoreToySize sizes[SCORE_TOY_N_OBJECTS] = {
    [SCORE_TOY_BANANA] = {9.0, 5.0},
    [SCORE_TOY_CONE] = {7.0, 8.8},
    [SCORE_TOY_CUP] = {8.6, 7.4},
    [SCORE_TOY_BLOCK] = {7.0, 6.4},
  };

  return sizes[object];
}

ScoreToySize
score_toy_container_size (ScoreToyContainer container)
{
  static const ScoreToySize sizes[SCORE_TOY_N_CONTAINERS] = {
    [SCORE_TOY_BOWL] = {16.0, 7.0},
    [SCORE_TOY_PLATE] = {18.0, 2.0},
    [SCORE_TOY_DRAWER] = {18.0, 9.0},
  };

  return sizes[container];
}

gdouble
score_toy_rest_height (ScoreToyObject object, ScoreToyContainer container)
{
  if (container == SCORE_TOY_PLATE)
    return 1.8;
  /* Half of the object shows above the rim. */
  return score_toy_container_size (container).height -
      0.5 * score_toy_object_size (object).height;
}

gdouble
score_toy_random_range (ScoreToyRandom * random, gdouble low, gdouble high)
{
  guint64 z = (random->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  z ^= z >> 31;
  return low + (high - low) * ((gdouble) (z >> 11) / 9007199254740992.0);
}

static void
place_things (ScoreToyWorld * self, ScoreToyRandom * random)
{
  gdouble distractor_x = score_toy_random_range (random, 48.0, 52.0);
  gdouble container_x = score_toy_random_range (random, 75.0, 85.0);
  gdouble target_x = score_toy_random_range (random, 12.0, 30.0);
  guint kind = (guint) score_toy_random_range (random, 0.0,
      SCORE_TOY_N_OBJECTS - 1);

  /* Fingers and things must have room between distractor and container. */
  if (self->outcome == SCORE_TOY_PARTIAL) {
    distractor_x = 48.0 + (distractor_x - 48.0) / 2;
    container_x = 80.0 + (container_x - 75.0) / 2;
  } else if (self->outcome == SCORE_TOY_HALF_DONE) {
    distractor_x = 48.0 + (distractor_x - 48.0) / 4;
    container_x = 81.0 + (container_x - 75.0) * 0.4;
    target_x = container_x - score_toy_random_range (random, 16.5, 20.0);
    target_x = MAX (target_x, distractor_x + SCORE_TOY_ELBOW_ROOM);
  } else if (self->outcome == SCORE_TOY_WRONG_OBJECT) {
    distractor_x = 49.0 + (distractor_x - 48.0) * 0.75;
    target_x = 12.0 + (target_x - 12.0) / 3;
  }
  self->container_x = container_x;
  self->target_start = (ScoreToyPoint) {
  target_x, 0.0};
  self->distractor_start = (ScoreToyPoint) {
  distractor_x, 0.0};
  /* Any kind but the target's. */
  self->distractor = (ScoreToyObject) ((self->task.object + 1 + kind)
      % SCORE_TOY_N_OBJECTS);
  self->home.x = score_toy_random_range (random, 58.0, 66.0);
  /* Any higher and a 16:9 picture shows nothing of the palm. */
  self->home.h = score_toy_random_range (random, 36.0, 36.6);
}

void
score_toy_world_init (ScoreToyWorld * self, const ScoreToyTask * task,
    ScoreToyOutcome outcome, guint seed, gdouble duration)
{
  ScoreToyRandom random = {
    .state = ((guint64) seed << 16) ^ ((guint64) outcome << 8)
    ^ ((guint64) task->object << 4) ^ (guint64) task->container
  };

  *self = (ScoreToyWorld) {
  .task = *task,.outcome = outcome,.duration = duration};
  place_things (self, &random);
  score_toy_motion_plan (self, &random);
}

/* Fifth order: neither speed nor acceleration jumps. */
static gdouble
ease (gdouble u)
{
  return u * u * u * (u * (u * 6.0 - 15.0) + 10.0);
}

static void
move_gripper (const ScoreToyWorld * self, gdouble seconds, ScoreToyPose * pose)
{
  gdouble begin = self->begin;

  pose->tip = self->home;
  pose->gap = SCORE_TOY_GAP_OPEN;
  for (guint i = 0; i < self->n_steps && seconds > begin; i++) {
    const ScoreToyStep *step = &self->steps[i];
    gdouble length = step->end - begin;
    gdouble u = seconds >= step->end ? 1.0 : ease ((seconds - begin) / length);

    pose->tip.x += (step->tip.x - pose->tip.x) * u;
    pose->tip.h += (step->tip.h - pose->tip.h) * u;
    pose->tip.h += step->bump * 4.0 * u * (1.0 - u);
    pose->gap += (step->gap - pose->gap) * u;
    begin = step->end;
  }
}

void
score_toy_world_get_pose (const ScoreToyWorld * self, gdouble seconds,
    ScoreToyPose * pose)
{
  ScoreToyPoint carried;

  move_gripper (self, seconds, pose);
  pose->target = self->target_start;
  pose->distractor = self->distractor_start;
  pose->holding = FALSE;
  if (!(self->carries_target || self->carries_distractor)
      || seconds < self->pick)
    return;

  pose->holding = seconds < self->drop;
  carried = pose->holding ? pose->tip : self->drop_tip;
  carried.h -= self->grip_height;
  if (self->carries_target)
    pose->target = carried;
  else
    pose->distractor = carried;
}

static gdouble
clamp01 (gdouble value)
{
  return CLAMP (value, 0.0, 1.0);
}

/* Progress of a state, in words: nearness to the container counts half, reaching
 * 0.15, holding 0.2, holding high or over the container 0.15, being inside the
 * rest, letting go and leaving the last of it. */
static gdouble
judge_pose (const ScoreToyWorld * self, const ScoreToyPose * pose)
{
  ScoreToySize size = score_toy_object_size (self->task.object);
  ScoreToySize room = score_toy_container_size (self->task.container);
  gdouble rest = score_toy_rest_height (self->task.object,
      self->task.container);
  gdouble distance = fabs (pose->target.x - self->container_x);
  gdouble nearness = 0.5 * clamp01 (1.0 - distance / 45.0);
  gdouble dx = pose->tip.x - pose->target.x;
  gdouble dh = pose->tip.h - (pose->target.h + size.height / 2);
  gdouble reach = sqrt (dx * dx + dh * dh) - 4.0;
  gboolean inside = distance < room.width / 2
      && fabs (pose->target.h - rest) < 0.05;

  if (inside && pose->holding)
    return 0.88;
  if (inside)
    return 0.95 + 0.05 * clamp01 (reach / 15.0);
  if (pose->holding)
    return 0.2 + 0.15 * MAX (clamp01 (pose->target.h / 12.0),
        clamp01 (1.0 - distance / 10.0)) + nearness;
  return 0.15 * clamp01 (1.0 - reach / 26.0) + nearness;
}

gdouble
score_toy_world_get_progress (const ScoreToyWorld * self, gdouble seconds)
{
  gdouble half = MIN (SMOOTH_HALF, self->duration * 0.03);
  gdouble sum = 0.0;

  if (self->outcome == SCORE_TOY_WRONG_OBJECT
      || self->outcome == SCORE_TOY_STATIC)
    return 0.0;
  for (guint i = 0; i < SMOOTH_MOMENTS; i++) {
    gdouble moment = seconds + half * (2.0 * i / (SMOOTH_MOMENTS - 1) - 1.0);
    ScoreToyPose pose;

    score_toy_world_get_pose (self, moment, &pose);
    sum += judge_pose (self, &pose);
  }
  return clamp01 (sum / SMOOTH_MOMENTS);
}
