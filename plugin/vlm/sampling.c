/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/sampling.h"

#include <math.h>

gdouble
score_sampling_get_temperature (const ScoreServer * server,
    const ScoreRequest * request)
{
  if (isfinite (server->temperature))
    return server->temperature;
  return score_request_is_greedy (request) ? 0.0 : NAN;
}

/* Gemini counts the thoughts of a model that cannot do without, so there the
 * user may allow for them. */
guint
score_sampling_get_max_tokens (const ScoreServer * server,
    const ScoreRequest * request)
{
  guint wanted = score_request_get_max_tokens (request);

  if (wanted > 0 && score_request_get_token (request) != NULL
      && server->provider != &score_provider_gemini)
    return wanted;
  return server->max_tokens > 0 ? server->max_tokens : wanted;
}

gboolean
score_sampling_has_token_id (const ScoreQuirks * quirks,
    const ScoreRequest * request)
{
  return quirks != NULL && quirks->has_token_id && !quirks->no_token_ids
      && score_request_get_token (request) != NULL;
}
