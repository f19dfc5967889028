/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-random.h"

#include <math.h>

/* FNV-1a. */
guint64
sim_hash (guint64 seed, gconstpointer data, gsize size)
{
  const guint8 *bytes = data;
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325) ^ seed;

  for (gsize i = 0; i < size; i++)
    hash = (hash ^ bytes[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

void
sim_random_init (SimRandom * self, guint64 seed)
{
  self->state = seed;
}

/* SplitMix64. */
guint64
sim_random_next (SimRandom * self)
{
  guint64 z = (self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

gdouble
sim_random_unit (SimRandom * self)
{
  return (sim_random_next (self) >> 11) * 0x1.0p-53;
}

gdouble
sim_random_normal (SimRandom * self)
{
  gdouble u = 1.0 - sim_random_unit (self);
  gdouble v = sim_random_unit (self);

  return sqrt (-2.0 * log (u)) * cos (2.0 * G_PI * v);
}
