/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/budget.h"

#include <math.h>

#include <gst/score/gstscoreerror.h>

#define TOKENS_OF_A_PRICE 1e6

gboolean
score_prices_are_known (const ScorePrices * prices)
{
  return prices->input > 0 || prices->output > 0 || prices->cached > 0;
}

gdouble
score_prices_get_cost (const ScorePrices * prices, const ScoreTokens * tokens)
{
  /* A server that counts more cached tokens than there were is not believed. */
  guint64 cached = MIN (tokens->cached_tokens, tokens->input_tokens);
  gdouble price_cached = prices->cached < 0 ? prices->input : prices->cached;

  if (!score_prices_are_known (prices))
    return NAN;
  return ((gdouble) (tokens->input_tokens - cached) * prices->input +
      (gdouble) cached * price_cached +
      (gdouble) tokens->output_tokens * prices->output) / TOKENS_OF_A_PRICE;
}

static gboolean
check (const ScoreBudget * self, const ScoreProvider * provider,
    GError ** error)
{
  if (self->max_cost <= 0)
    return TRUE;
  if (!(provider->abilities & SCORE_ABILITY_CHAT)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "max-cost: a %s server counts no tokens, so it would limit nothing; "
        "max-requests-per-episode does", provider->nick);
    return FALSE;
  }
  if (!score_prices_are_known (&self->prices)) {
    g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "max-cost: what tokens cost is not known; set price-input and "
        "price-output, in US dollars a million tokens");
    return FALSE;
  }
  return TRUE;
}

gboolean
score_budget_init (ScoreBudget * self, const ScoreSettings * settings,
    const ScoreProvider * provider, GError ** error)
{
  self->prices.input = settings->price_input;
  self->prices.output = settings->price_output;
  self->prices.cached = settings->price_cached;
  self->max_cost = settings->max_cost;
  self->max_requests = settings->max_requests_per_episode;
  return check (self, provider, error);
}

gboolean
score_budget_allows (const ScoreBudget * self, const ScoreTokens * spent,
    guint n_requests, GError ** error)
{
  gdouble cost = score_prices_get_cost (&self->prices, spent);

  if (self->max_cost > 0 && cost >= self->max_cost) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BUDGET,
        "max-cost: %.4g of %.4g US dollars are spent, so nothing more is asked",
        cost, self->max_cost);
    return FALSE;
  }
  if (self->max_requests > 0 && n_requests >= self->max_requests) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BUDGET,
        "max-requests-per-episode: all %u that are allowed were sent, and the "
        "episode would take more", n_requests);
    return FALSE;
  }
  return TRUE;
}
