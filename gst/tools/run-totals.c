/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-totals.h"

#include <math.h>

#define MILLION 1e6

void
score_run_totals_add (ScoreRunTotals * self, const GstScoreResult * result)
{
  const GstScoreUsage *usage = gst_score_result_get_usage (result);

  if (gst_score_result_is_scored (result))
    self->n_scored++;
  else
    self->n_failed++;
  if (gst_score_result_is_success (result))
    self->n_successes++;
  if (usage == NULL)            /* nothing was asked */
    return;
  self->requests += usage->requests;
  self->retries += usage->retries;
  self->images += usage->images;
  self->input_tokens += usage->input_tokens;
  self->cached_tokens += usage->cached_tokens;
  self->output_tokens += usage->output_tokens;
}

/* Cached tokens are among the input, and cost as much where nobody says less. */
gdouble
score_run_totals_get_cost (const ScoreRunTotals * self,
    const ScoreRunOptions * options)
{
  gdouble input = isnan (options->price_input) ? 0 : options->price_input;
  gdouble output = isnan (options->price_output) ? 0 : options->price_output;
  gdouble cached = isnan (options->price_cached) ? input
      : options->price_cached;
  guint64 n_cached = MIN (self->cached_tokens, self->input_tokens);

  if (isnan (options->price_input) && isnan (options->price_output))
    return NAN;
  return ((gdouble) (self->input_tokens - n_cached) * input +
      (gdouble) n_cached * cached +
      (gdouble) self->output_tokens * output) / MILLION;
}
