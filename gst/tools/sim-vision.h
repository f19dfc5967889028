/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-jpeg.h"
#include "sim-things.h"

/* In cm: x from the left edge of the world, heights over the table top. */
typedef struct
{
  gboolean seen;
  gdouble x;
  gdouble width;
  gdouble area;                 /* of what has its colour, square cm */
  gdouble bottom, top;          /* of what can be seen */
  gdouble middle;               /* of the whole thing, its hidden part included */
} SimBox;

typedef struct
{
  gboolean toy_world;
  gdouble blur;                 /* how far off an edge can be, cm */
  SimBox things[SIM_N_THINGS];
  gboolean gripper;
  gdouble tip_x, tip_height;    /* between the tips of the fingers */
  gdouble gap;                  /* between the fingers */
  SimThing held;
} SimScene;

/* Fills @scene with what is in the picture. A picture that does not look like
 * the toy tabletop has toy_world FALSE and nothing in it. */
void sim_vision_look (const SimPixels * pixels, SimScene * scene);

/* @item lies in or on @container, or is held in it. */
gboolean sim_scene_is_inside (const SimScene * scene, SimThing item,
    SimThing container);
/* From between the fingertips to the middle of @thing. */
gdouble sim_scene_reach (const SimScene * scene, SimThing thing);
