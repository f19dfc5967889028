/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which of @n frames the published evaluations look at. Indices ascend from 0
 * and do not repeat; the returned number of them is at most @max. @indices has
 * room for @max. */

/* Robometer: evenly spaced with both ends, rounded half to even. */
guint score_select_even (guint n, guint max, guint * indices);
/* GVL as Robometer's evaluation runs it: both ends, and between them the middles
 * of equal stretches. All of them where @n <= @max. */
guint score_select_gvl (guint n, guint max, guint * indices);
/* TOPReward: lengths of the beginnings that are asked about, 1..@n, evenly spaced
 * and cut to whole numbers, the last one @n. */
guint score_select_prefixes (guint n, guint max, guint * lengths);

G_END_DECLS
