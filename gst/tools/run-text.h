/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-totals.h"

G_BEGIN_DECLS

/* The words of a run's display; nothing here prints. */

/* "0:42", "1:02:03"; "?" where it is not known (below 0). */
gchar *score_run_text_time (gdouble seconds);
/* "4.1/s", "12/min": the greater one of them that is not below 1. */
gchar *score_run_text_rate (gdouble per_second);
/* "$0.0031", "$12.30" */
gchar *score_run_text_cost (gdouble dollars);
/* "1,234,567" */
gchar *score_run_text_count (guint64 n);

/* What a bar says of @n_done of @n_items after @seconds, at most @width columns. */
gchar *score_run_text_bar (guint n_done, guint n_items, gdouble seconds, gdouble cost, guint n_failed, guint width);
typedef struct
{
  const ScoreRunTotals *totals;
  guint n_before;               /* had their record before */
  guint n_failed_before;        /* of those */
  guint n_left;                 /* not begun */
  gdouble seconds;
  gdouble cost;                 /* US dollars, NAN: not known */
  const gchar *output;
} ScoreRunSummary;

/* The lines at the end. */
gchar *score_run_text_summary (const ScoreRunSummary * facts);

G_END_DECLS
