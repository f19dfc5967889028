/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A stream of numbers that depends on its names only: splitmix64. The same seed
 * and names give the same draws on any machine and in any order of work. */
typedef struct
{
  guint64 state;
} ScoreRandom;

void score_random_init (ScoreRandom * self, guint64 seed, const gchar * name, const gchar * other, guint64 number);
/* From 0 to @bound - 1, all equally likely. */
guint score_random_below (ScoreRandom * self, guint bound);

/* The @part quantile of @n sorted values, linear between neighbours. */
gdouble score_quantile (const gdouble * sorted, guint n, gdouble part);

G_END_DECLS
