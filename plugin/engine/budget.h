/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/settings.h"
#include "vlm/provider.h"

G_BEGIN_DECLS

/* What tokens cost, in US dollars a million. All 0: not known. */
typedef struct
{
  gdouble input, output;
  gdouble cached;               /* of the input; below 0: as input */
} ScorePrices;

gboolean score_prices_are_known (const ScorePrices * prices);
/* In US dollars; NAN where no price is known. Cached tokens are among the
 * input, reasoning among the output, and each is paid for once. */
gdouble score_prices_get_cost (const ScorePrices * prices, const ScoreTokens * tokens);

/* What an element may spend. */
typedef struct
{
  ScorePrices prices;
  gdouble max_cost;             /* of all episodes since the start; 0: no limit */
  guint max_requests;           /* of an episode; 0: no limit */
} ScoreBudget;

/* GST_SCORE_ERROR_CONFIG where a limit could not hold. */
gboolean score_budget_init (ScoreBudget * budget, const ScoreSettings * settings,
    const ScoreProvider * provider, GError ** error);

/* The one decision whether another request may be sent: @spent are the tokens of
 * all episodes so far, @n_requests those that were sent for the episode. FALSE
 * with GST_SCORE_ERROR_BUDGET. */
gboolean score_budget_allows (const ScoreBudget * budget, const ScoreTokens * spent,
    guint n_requests, GError ** error);

G_END_DECLS
