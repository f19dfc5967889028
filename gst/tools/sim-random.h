/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A generator that depends on nothing but what it is seeded with, so that an
 * answer depends neither on the time nor on the order of the requests. */
typedef struct
{
  guint64 state;
} SimRandom;

guint64 sim_hash (guint64 seed, gconstpointer data, gsize size);

void sim_random_init (SimRandom * self, guint64 seed);
guint64 sim_random_next (SimRandom * self);
/* Even in [0, 1). */
gdouble sim_random_unit (SimRandom * self);
/* Mean 0, standard deviation 1. */
gdouble sim_random_normal (SimRandom * self);
