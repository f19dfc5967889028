/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/toytask.h"

G_BEGIN_DECLS

/* The toy tabletop: what stands where, how the gripper moves, and how much of
 * the task is done. Lengths in cm; x to the right over the 100 cm of the world,
 * h upwards from the table top. A pure function of task, outcome and seed. */

#define SCORE_TOY_WIDTH 100.0
#define SCORE_TOY_HEIGHT 56.25
#define SCORE_TOY_TABLE 12.0    /* the table top over the lower edge */

#define SCORE_TOY_FINGER_LENGTH 7.0
#define SCORE_TOY_FINGER_WIDTH 1.5
#define SCORE_TOY_GAP_OPEN 11.0
/* How far apart two objects must be for the fingers to reach between. */
#define SCORE_TOY_ELBOW_ROOM 12.0

typedef enum {
  SCORE_TOY_SUCCESS,
  SCORE_TOY_PARTIAL,
  SCORE_TOY_FAILURE,
  SCORE_TOY_WRONG_OBJECT,
  SCORE_TOY_STATIC,
  SCORE_TOY_HALF_DONE,
} ScoreToyOutcome;

typedef struct {
  gdouble x;
  gdouble h;
} ScoreToyPoint;

typedef struct {
  gdouble width;
  gdouble height;
} ScoreToySize;

/* The state at one moment. Things are placed by the middle of their bottom. */
typedef struct {
  ScoreToyPoint tip;            /* middle between the two fingertips */
  gdouble gap;                  /* between the inner sides of the fingers */
  ScoreToyPoint target;
  ScoreToyPoint distractor;
  gboolean holding;
} ScoreToyPose;

#define SCORE_TOY_MAX_STEPS 24

/* One movement of the gripper, from where the previous one ended. */
typedef struct {
  gdouble end;                  /* seconds from the start of the episode */
  ScoreToyPoint tip;
  gdouble gap;
  gdouble bump;                 /* how much higher than straight, half-way */
} ScoreToyStep;

typedef struct {
  ScoreToyTask task;
  ScoreToyOutcome outcome;
  ScoreToyObject distractor;    /* what kind of thing it is */
  ScoreToyPoint target_start;
  ScoreToyPoint distractor_start;
  gdouble container_x;
  ScoreToyPoint home;

  gdouble duration;             /* seconds */
  gdouble begin;                /* of the first step */
  ScoreToyStep steps[SCORE_TOY_MAX_STEPS];
  guint n_steps;

  /* The carried thing, when there is one. */
  gboolean carries_target;
  gboolean carries_distractor;
  gdouble pick;
  gdouble drop;
  gdouble grip_height;          /* fingertips over the bottom of the thing */
  ScoreToyPoint drop_tip;
} ScoreToyWorld;

ScoreToySize score_toy_object_size (ScoreToyObject object);
ScoreToySize score_toy_container_size (ScoreToyContainer container);
/* Where the bottom of an object is that lies in or on the container. */
gdouble score_toy_rest_height (ScoreToyObject object, ScoreToyContainer container);

void score_toy_world_init (ScoreToyWorld * self, const ScoreToyTask * task, ScoreToyOutcome outcome, guint seed, gdouble duration);
/* seconds: since the start of the episode; outside of it nothing moves. */
void score_toy_world_get_pose (const ScoreToyWorld * self, gdouble seconds, ScoreToyPose * pose);
/* True progress 0..1 at that moment, smoothed over at most 0.3 s. */
gdouble score_toy_world_get_progress (const ScoreToyWorld * self, gdouble seconds);

G_END_DECLS
