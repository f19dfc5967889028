/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/callstats.h"

static GstClockTime
mean_latency (const ScoreCallerStats * calls)
{
  return calls->answered == 0 ? 0 :
      (GstClockTime) calls->latency_sum * GST_USECOND / calls->answered;
}

void
score_call_stats_fill (GstStructure * stats, const ScoreCallerStats * calls,
    const ScorePrices * prices)
{
  gst_structure_set (stats,
      "requests", G_TYPE_UINT64, calls->requests,
      "retries", G_TYPE_UINT64, calls->retries,
      "rate-limited", G_TYPE_UINT64, calls->rate_limited,
      "errors", G_TYPE_UINT64, calls->errors,
      "cache-hits", G_TYPE_UINT64, calls->recalled,
      "in-flight", G_TYPE_UINT, calls->in_flight,
      "input-tokens", G_TYPE_UINT64, calls->tokens.input_tokens,
      "cached-tokens", G_TYPE_UINT64, calls->tokens.cached_tokens,
      "output-tokens", G_TYPE_UINT64, calls->tokens.output_tokens,
      "reasoning-tokens", G_TYPE_UINT64, calls->tokens.reasoning_tokens,
      "bytes-sent", G_TYPE_UINT64, calls->bytes_sent,
      "bytes-received", G_TYPE_UINT64, calls->bytes_received,
      "latency-last", G_TYPE_UINT64, calls->latency_last * GST_USECOND,
      "latency-mean", G_TYPE_UINT64, mean_latency (calls),
      "latency-max", G_TYPE_UINT64, calls->latency_max * GST_USECOND, NULL);
  if (score_prices_are_known (prices))
    gst_structure_set (stats, "cost", G_TYPE_DOUBLE,
        score_prices_get_cost (prices, &calls->tokens), NULL);
}
