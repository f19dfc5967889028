/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "metric-random.h"

#include <math.h>

static guint64
mix (guint64 x)
{
  x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ (x >> 31);
}

/* FNV-1a, with the terminating NUL so that names cannot run into each other. */
static guint64
hash_name (guint64 hash, const gchar * name)
{
  do
    hash = (hash ^ (guchar) * name) * G_GUINT64_CONSTANT (0x100000001b3);
  while (*name++ != '\0');
  return hash;
}

void
score_random_init (ScoreRandom * self, guint64 seed, const gchar * name,
    const gchar * other, guint64 number)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  hash = hash_name (hash_name (hash, name), other);
  self->state = mix (mix (hash ^ mix (seed)) + number);
}

static guint32
draw (ScoreRandom * self)
{
  self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return mix (self->state) >> 32;
}

guint
score_random_below (ScoreRandom * self, guint bound)
{
  guint64 product = (guint64) draw (self) * bound;

  /* The few draws that would make some numbers likelier are made again. */
  if ((guint32) product < bound) {
    guint32 least = (0u - bound) % bound;

    while ((guint32) product < least)
      product = (guint64) draw (self) * bound;
  }
  return product >> 32;
}

gdouble
score_quantile (const gdouble * sorted, guint n, gdouble part)
{
  gdouble at = part * (n - 1);
  guint below = floor (at);

  if (below + 1 >= n)
    return sorted[n - 1];
  return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
}
