/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/toyworld.h"

G_BEGIN_DECLS

/* splitmix64: small, and the same on every machine. */
typedef struct {
  guint64 state;
} ScoreToyRandom;

gdouble score_toy_random_range (ScoreToyRandom * random, gdouble low, gdouble high);

/* Fills the steps, and when what is picked and dropped, of a world that has its
 * layout. */
void score_toy_motion_plan (ScoreToyWorld * world, ScoreToyRandom * random);

G_END_DECLS
