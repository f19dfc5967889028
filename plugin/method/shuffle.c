/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/shuffle.h"

#include <string.h>

void
score_shuffle_init (ScoreShuffle * shuffle, const gchar * one,
    const gchar * other)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;

  /* with the final NUL, so that no two pairs of texts run together */
  g_checksum_update (sum, (const guchar *) one, strlen (one) + 1);
  g_checksum_update (sum, (const guchar *) other, strlen (other));
  g_checksum_get_digest (sum, digest, &size);
  shuffle->state = 0;
  for (guint i = 0; i < 8; i++)
    shuffle->state = shuffle->state << 8 | digest[i];
}

/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
 * generators, 2014). */
static guint64
draw (ScoreShuffle * self)
{
  guint64 z = self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* Below @n, without the bias of a plain remainder. */
static guint
draw_below (ScoreShuffle * self, guint n)
{
  guint64 limit = G_MAXUINT64 - G_MAXUINT64 % n;
  guint64 value;

  do {
    value = draw (self);
  } while (value >= limit);
  return value % n;
}

void
score_shuffle_fill (ScoreShuffle * shuffle, guint * order, guint n)
{
  for (guint i = 0; i < n; i++) {
    guint j = draw_below (shuffle, i + 1);

    order[i] = order[j];
    order[j] = i;
  }
}
