/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Metrics of one episode's values, in the order of time. NAN where there are
 * fewer than two values or where they are all the same. */

/* Spearman's correlation (average ranks) of the values with their order. */
gdouble score_voc_spearman (const gdouble * values, guint n);

/* Pearson's correlation of the values with the times @x. */
gdouble score_voc_pearson (const gdouble * x, const gdouble * values, guint n);

/* The curve through (@x, @values), @x not falling and @n not 0, at @n_times even
 * steps from the first x to the last. */
void score_curve_resample (const gdouble * x, const gdouble * values, guint n, gfloat * times, guint n_times);

G_END_DECLS
