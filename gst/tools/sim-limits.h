/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* How many requests may come: a bucket that holds a minute's worth and fills
 * evenly. The time is given, in microseconds, so that it can be tested. */
typedef struct
{
  gdouble per_minute;           /* 0: no limit */
  gdouble tokens;
  gint64 filled;
} SimBucket;

void sim_bucket_init (SimBucket * self, gdouble per_minute, gint64 now);
/* Seconds to wait before the next request, 0 when this one may pass. */
gdouble sim_bucket_take (SimBucket * self, gint64 now);

/* Whether the @n-th request fails, at a rate of @rate; the same for the same
 * seed. */
gboolean sim_limits_fails (gint64 seed, guint64 n, gdouble rate);
