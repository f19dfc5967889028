/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-jpeg.h"

/* What a pixel can belong to, by its colour alone. */
typedef enum
{
  SIM_OTHER,
  SIM_WALL,
  SIM_TABLE,
  SIM_VIOLET,                   /* gripper */
  SIM_YELLOW,                   /* banana */
  SIM_PINK,                     /* scoop */
  SIM_TAN,                      /* cone */
  SIM_RED,                      /* cup */
  SIM_GREEN,                    /* block */
  SIM_BLUE,                     /* bowl */
  SIM_CYAN,                     /* plate */
  SIM_BROWN,                    /* drawer */
  SIM_N_COLOURS
} SimColour;

SimColour sim_colour_of (guint8 red, guint8 green, guint8 blue);

/* One byte a pixel, each a SimColour. */
guint8 *sim_colour_map (const SimPixels * pixels);

/* A connected patch of one colour, in pixels; right and bottom are exclusive. */
typedef struct
{
  SimColour colour;
  guint left, top, right, bottom;
  guint area;
} SimPatch;

/* Every patch of a saturated colour with at least @min_area pixels, the biggest
 * first. */
GArray *sim_colour_patches (const guint8 * map, guint columns, guint rows,
    guint min_area);
