/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/settings.h"

G_BEGIN_DECLS

/* The properties that scoresink and scoreannotate share, kept in a
 * ScoreSettings that the element guards with its object lock. An element's own
 * properties follow from SCORE_PROP_LAST on. */
enum
{
  SCORE_PROP_0,
  SCORE_PROP_TASK,
  SCORE_PROP_METHOD,
  SCORE_PROP_PROVIDER,
  SCORE_PROP_BASE_URL,
  SCORE_PROP_MODEL,
  SCORE_PROP_API_KEY,
  SCORE_PROP_API_KEY_FILE,
  SCORE_PROP_FRAMERATE,
  SCORE_PROP_MAX_FRAMES,
  SCORE_PROP_IMAGE_SIZE,
  SCORE_PROP_JPEG_QUALITY,
  SCORE_PROP_DESCRIBE_BATCH,
  SCORE_PROP_REASONING_EFFORT,
  SCORE_PROP_TEMPERATURE,
  SCORE_PROP_SEED,
  SCORE_PROP_MAX_TOKENS,
  SCORE_PROP_EXTRA_BODY,
  SCORE_PROP_EXTRA_HEADERS,
  SCORE_PROP_STRUCTURED_OUTPUT,
  SCORE_PROP_OBJECT_CACHE,
  SCORE_PROP_PROMPT_LOCATION,
  SCORE_PROP_EPISODE_DURATION,
  SCORE_PROP_MAX_IN_FLIGHT,
  SCORE_PROP_MAX_QUEUED_EPISODES,
  SCORE_PROP_TIMEOUT,
  SCORE_PROP_RETRIES,
  SCORE_PROP_RETRY_BACKOFF_FACTOR,
  SCORE_PROP_RETRY_BACKOFF_MAX,
  SCORE_PROP_EPISODE_TIMEOUT,
  SCORE_PROP_DRAIN_TIMEOUT,
  SCORE_PROP_SUCCESS_THRESHOLD,
  SCORE_PROP_RESULTS_LOCATION,
  SCORE_PROP_ON_ERROR,
  SCORE_PROP_PROXY,
  SCORE_PROP_CA_FILE,
  SCORE_PROP_SSL_STRICT,
  SCORE_PROP_STATS,             /* installed by the host */
  SCORE_PROP_LAST,
};

void gst_score_properties_install (GObjectClass * klass);
/* FALSE where @id is not a shared property. */
gboolean gst_score_properties_set (ScoreSettings * settings, guint id,
    const GValue * value);
gboolean gst_score_properties_get (const ScoreSettings * settings, guint id,
    GValue * value);

G_END_DECLS
