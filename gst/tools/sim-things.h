/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What stands on the toy tabletop. The containers come last. */
typedef enum
{
  SIM_BANANA,
  SIM_CONE,
  SIM_CUP,
  SIM_BLOCK,
  SIM_BOWL,
  SIM_PLATE,
  SIM_DRAWER,
  SIM_N_THINGS,
  SIM_NOTHING = -1
} SimThing;

#define SIM_FIRST_CONTAINER SIM_BOWL

typedef guint SimThings;        /* set of 1 << SimThing */
#define SIM_BIT(thing) (1u << (thing))

const gchar *sim_thing_name (SimThing thing);
const gchar *sim_thing_preposition (SimThing container);

/* The things that @text names. */
SimThings sim_things_in_text (const gchar * text);

/* The first of the items, or the last of the containers, that @text names. */
SimThing sim_item_in_text (const gchar * text);
SimThing sim_container_in_text (const gchar * text);
