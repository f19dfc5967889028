/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-options.h"

#include <gst/score/gstscoreresult.h>

G_BEGIN_DECLS

/* What a run has come to so far. */
typedef struct
{
  guint n_scored, n_failed, n_successes;
  guint n_lost;                 /* of both: those whose record is in no file */
  guint64 requests, retries, images;
  guint64 input_tokens, cached_tokens, output_tokens;
} ScoreRunTotals;

void score_run_totals_add (ScoreRunTotals * self, const GstScoreResult * result);

/* US dollars, by the prices of the options; NAN where they were not given. */
gdouble score_run_totals_get_cost (const ScoreRunTotals * self, const ScoreRunOptions * options);

G_END_DECLS
