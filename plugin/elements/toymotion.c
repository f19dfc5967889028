/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/toymotion.h"

#include <math.h>

#define GAP_EMPTY 0.8           /* closed on nothing */
#define GAP_LET_GO 2.2          /* how much wider than the thing to let it go */
#define SPEED 26.0              /* cm in a unit of weight */

/* A plan in the making: while it is made, the end of a step is its weight. */
typedef struct
{
  ScoreToyWorld *world;
  ScoreToyRandom *random;
  ScoreToyPoint tip;
  gdouble gap;
  gint pick_step;
  gint drop_step;
} Plan;

static gdouble
pick_one (Plan * self, gdouble low, gdouble high)
{
  return score_toy_random_range (self->random, low, high);
}

static void
add_step (Plan * self, ScoreToyPoint tip, gdouble gap, gdouble bump,
    gdouble weight)
{
  ScoreToyWorld *world = self->world;

  g_assert (world->n_steps < SCORE_TOY_MAX_STEPS);
  world->steps[world->n_steps++] = (ScoreToyStep) {
  .end = weight * pick_one (self, 0.88, 1.12),.tip = tip,.gap = gap,.bump =
        bump};
  self->tip = tip;
  self->gap = gap;
}

static void
move_to (Plan * self, gdouble x, gdouble h, gdouble bump)
{
  gdouble dx = x - self->tip.x;
  gdouble dh = h - self->tip.h;

  add_step (self, (ScoreToyPoint) {
      x, h}, self->gap, bump, 0.35 + sqrt (dx * dx + dh * dh) / SPEED);
}

static void
open_or_close (Plan * self, gdouble gap)
{
  add_step (self, self->tip, gap, 0.0, 0.4);
}

static void
wait_a_little (Plan * self)
{
  add_step (self, self->tip, self->gap, 0.0, 0.15);
}

static void
go_home (Plan * self)
{
  ScoreToyPoint home = self->world->home;

  move_to (self, self->tip.x + pick_one (self, -1.0, 1.0),
      self->tip.h + pick_one (self, 12.0, 16.0), 0.0);
  move_to (self, home.x, home.h, 1.0);
  if (self->gap != SCORE_TOY_GAP_OPEN)
    open_or_close (self, SCORE_TOY_GAP_OPEN);
}

/* Picks the thing up where it stands and leaves it at x with its bottom at h. */
static void
pick_and_place (Plan * self, ScoreToyObject kind, ScoreToyPoint from,
    gdouble x, gdouble h)
{
  ScoreToySize size = score_toy_object_size (kind);
  gdouble grip = MAX (1.2, size.height - 6.6);
  gdouble lift = pick_one (self, 14.0, 18.0);

  self->world->grip_height = grip;
  move_to (self, from.x, size.height + pick_one (self, 4.0, 6.0), 2.0);
  wait_a_little (self);
  move_to (self, from.x, grip, 0.0);
  open_or_close (self, size.width);
  self->pick_step = (gint) self->world->n_steps - 1;
  wait_a_little (self);
  move_to (self, from.x, grip + lift, 0.0);
  move_to (self, x, grip + h + pick_one (self, 10.0, 12.0),
      pick_one (self, 4.0, 7.0));
  move_to (self, x, grip + h, 0.0);
  wait_a_little (self);
  self->drop_step = (gint) self->world->n_steps - 1;
  self->world->drop_tip = self->tip;
  open_or_close (self, size.width + GAP_LET_GO);
  go_home (self);
}

/* Closes beside the thing, or above it, and comes up with nothing. */
static void
miss_once (Plan * self, gboolean beside)
{
  ScoreToySize size = score_toy_object_size (self->world->task.object);
  gdouble x = self->world->target_start.x + (beside ? 11.8 : 0.0);
  gdouble h = beside ? 1.2 : size.height + pick_one (self, 1.2, 1.8);
  gdouble above = size.height + pick_one (self, 6.0, 8.0);

  if (self->gap != SCORE_TOY_GAP_OPEN)
    open_or_close (self, SCORE_TOY_GAP_OPEN);
  move_to (self, x, above, 2.0);
  wait_a_little (self);
  move_to (self, x, h, 0.0);
  open_or_close (self, GAP_EMPTY);
  wait_a_little (self);
  move_to (self, x, above + 2.0, 0.0);
}

static void
plan_failure (Plan * self)
{
  /* Further right the fingers would touch the distractor. */
  gboolean room = self->world->target_start.x <= 23.5;
  gboolean beside = room && pick_one (self, 0.0, 1.0) < 0.5;

  miss_once (self, beside);
  if (pick_one (self, 0.0, 1.0) < 0.5)
    miss_once (self, room && !beside);
  go_home (self);
}

static void
plan_partial (Plan * self)
{
  ScoreToyWorld *world = self->world;
  gdouble furthest = world->container_x - world->distractor_start.x
      - SCORE_TOY_ELBOW_ROOM;
  gdouble short_of = pick_one (self, 16.5, MIN (27.5, furthest));

  world->carries_target = TRUE;
  pick_and_place (self, world->task.object, world->target_start,
      world->container_x - short_of, 0.0);
}

static void
plan_placing (Plan * self, gboolean wrong)
{
  ScoreToyWorld *world = self->world;
  ScoreToyObject kind = wrong ? world->distractor : world->task.object;
  ScoreToyPoint from = wrong ? world->distractor_start : world->target_start;

  world->carries_target = !wrong;
  world->carries_distractor = wrong;
  pick_and_place (self, kind, from,
      world->container_x + pick_one (self, -1.2, 1.2),
      score_toy_rest_height (kind, world->task.container));
}

/* Turns weights into times that fill the episode, but for a rest at both ends. */
static void
lay_out_times (Plan * self)
{
  ScoreToyWorld *world = self->world;
  gdouble begin = world->duration * pick_one (self, 0.08, 0.15);
  gdouble end = world->duration * (1.0 - pick_one (self, 0.08, 0.15));
  gdouble total = 0.0, sum = 0.0;

  for (guint i = 0; i < world->n_steps; i++)
    total += world->steps[i].end;
  world->begin = begin;
  for (guint i = 0; i < world->n_steps; i++) {
    sum += world->steps[i].end;
    world->steps[i].end = begin + (end - begin) * (sum / total);
  }
  if (self->pick_step >= 0) {
    world->pick = world->steps[self->pick_step].end;
    world->drop = world->steps[self->drop_step].end;
  }
}

void
score_toy_motion_plan (ScoreToyWorld * world, ScoreToyRandom * random)
{
  Plan plan = {
    .world = world,.random = random,.tip = world->home,
    .gap = SCORE_TOY_GAP_OPEN,.pick_step = -1,.drop_step = -1
  };

  switch (world->outcome) {
    case SCORE_TOY_SUCCESS:
    case SCORE_TOY_HALF_DONE:
      plan_placing (&plan, FALSE);
      break;
    case SCORE_TOY_WRONG_OBJECT:
      plan_placing (&plan, TRUE);
      break;
    case SCORE_TOY_PARTIAL:
      plan_partial (&plan);
      break;
    case SCORE_TOY_FAILURE:
      plan_failure (&plan);
      break;
    case SCORE_TOY_STATIC:
    default:
      return;
  }
  lay_out_times (&plan);
}
