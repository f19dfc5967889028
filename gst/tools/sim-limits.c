/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-limits.h"
#include "sim-random.h"

void
sim_bucket_init (SimBucket * self, gdouble per_minute, gint64 now)
{
  self->per_minute = per_minute;
  self->tokens = MAX (per_minute, 1);
  self->filled = now;
}

gdouble
sim_bucket_take (SimBucket * self, gint64 now)
{
  gdouble rate = self->per_minute / 60;

  if (self->per_minute <= 0)
    return 0;
  self->tokens += (gdouble) (now - self->filled) / G_USEC_PER_SEC * rate;
  self->tokens = MIN (self->tokens, MAX (self->per_minute, 1));
  self->filled = now;
  if (self->tokens >= 1) {
    self->tokens -= 1;
    return 0;
  }
  return (1 - self->tokens) / rate;
}

gboolean
sim_limits_fails (gint64 seed, guint64 n, gdouble rate)
{
  SimRandom random;

  sim_random_init (&random, sim_hash (seed, &n, sizeof n));
  return sim_random_unit (&random) < rate;
}
