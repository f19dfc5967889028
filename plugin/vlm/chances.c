/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/chances.h"

#include <math.h>

#include "vlm/json-read.h"

/* Some servers name every token they know. */
#define MAX_CHANCES 1000
#define MAX_TOKEN 1000          /* bytes; the longest words of tokenizers are far below */
/* How OpenAI and vLLM write "hardly"; llama.cpp has an even lower number for it. */
#define HARDLY -9999.0
/* Of a sum in single precision that should have been 1. */
#define ROUNDING 1e-3

void
score_chances_add (ScoreReply * reply, JsonObject * entry,
    const ScoreChanceNames * names)
{
  const gchar *token = score_json_get_string (entry, names->token);
  JsonNode *node = entry != NULL
      ? json_object_get_member (entry, names->logprob) : NULL;
  gdouble logprob;

  if (token == NULL || node == NULL || strlen (token) > MAX_TOKEN
      || !score_json_node_number (node, &logprob))
    return;
  if (logprob > HARDLY && logprob <= ROUNDING)
    score_reply_add_chance (reply, token, MIN (logprob, 0.0));
}

void
score_chances_add_all (ScoreReply * reply, JsonArray * entries,
    const ScoreChanceNames * names)
{
  guint n = entries != NULL ? json_array_get_length (entries) : 0;

  for (guint i = 0; i < MIN (n, MAX_CHANCES); i++)
    score_chances_add (reply, score_json_get_element (entries, i), names);
}
