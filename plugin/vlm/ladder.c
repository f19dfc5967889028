/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/ladder.h"

#include <math.h>

#include "vlm/body.h"
#include "vlm/sampling.h"

static gboolean
names_param (const gchar * param, const gchar * name)
{
  gsize n = strlen (name);

  return g_ascii_strncasecmp (param, name, n) == 0
      && (param[n] == '\0' || param[n] == '.');
}

/* As a word of its own, not inside of another. */
static gboolean
names_in_text (const gchar * text, const gchar * name)
{
  gsize n = strlen (name);

  for (const gchar * p = strstr (text, name); p != NULL;
      p = strstr (p + 1, name)) {
    gboolean starts = p == text || !(g_ascii_isalnum (p[-1]) || p[-1] == '_');
    gboolean ends = !(g_ascii_isalnum (p[n]) || p[n] == '_');

    if (starts && ends)
      return TRUE;
  }
  return FALSE;
}

/* Whether the server complained of one of @names, which are in lower case. Where
 * it said which parameter it means, other words of the message are only talk
 * ("... when temperature is set"). */
static gboolean
complains_of (const ScoreFault * fault, const gchar * const *names)
{
  g_autofree gchar *message = g_ascii_strdown (fault->message, -1);

  for (; *names != NULL; names++) {
    if (fault->param != NULL ? names_param (fault->param, *names)
        : names_in_text (message, *names))
      return TRUE;
  }
  return FALSE;
}

/* OpenRouter has no host for the model that does all that was asked; without
 * the schema it is not asked to insist. */
static gboolean
is_about_routing (const ScoreFault * fault)
{
  return fault->status == 404
      && strstr (fault->message, "requested parameters") != NULL;
}

/* Not the name is wrong then, but the number. */
static gboolean
is_about_value (const ScoreFault * fault)
{
  return strstr (fault->message, "too large") != NULL
      || strstr (fault->message, "too small") != NULL
      || strstr (fault->message, "at most") != NULL
      || strstr (fault->message, "at least") != NULL
      || strstr (fault->message, "less than") != NULL
      || strstr (fault->message, "greater than") != NULL;
}

/* A context that is too small is no matter of parameters, though the message
 * often names max_tokens. */
static gboolean
is_about_size (const ScoreFault * fault)
{
  return g_strcmp0 (fault->code, "context_length_exceeded") == 0
      || g_strcmp0 (fault->code, "exceed_context_size_error") == 0
      || strstr (fault->message, "context length") != NULL
      || strstr (fault->message, "context size") != NULL;
}

static gboolean
step_max_tokens (const ScoreServer * server, ScoreQuirks * quirks,
    const ScoreRequest * request, const ScoreFault * fault)
{
  static const gchar *const names[] = { "max_tokens", "max_completion_tokens",
    NULL
  };

  /* Gemini has one name only */
  if (score_sampling_get_max_tokens (server, request) == 0
      || quirks->other_max_tokens
      || server->provider == &score_provider_gemini
      || is_about_value (fault) || !complains_of (fault, names))
    return FALSE;
  quirks->other_max_tokens = TRUE;
  return TRUE;
}

static gboolean
step_temperature (const ScoreServer * server, ScoreQuirks * quirks,
    const ScoreRequest * request, const ScoreFault * fault)
{
  static const gchar *const names[] = { "temperature", NULL };

  if (!isfinite (score_sampling_get_temperature (server, request))
      || quirks->no_temperature || !complains_of (fault, names))
    return FALSE;
  quirks->no_temperature = TRUE;
  return TRUE;
}

static gboolean
step_seed (const ScoreServer * server, ScoreQuirks * quirks,
    const ScoreFault * fault)
{
  static const gchar *const names[] = { "seed", NULL };

  if (server->seed < 0 || quirks->no_seed || !complains_of (fault, names))
    return FALSE;
  quirks->no_seed = TRUE;
  return TRUE;
}

static gboolean
step_effort (const ScoreServer * server, ScoreQuirks * quirks,
    const ScoreFault * fault)
{
  static const gchar *const names[] = { "reasoning_effort", "reasoning effort",
    "reasoning", "thinking", "thinking_level", "thinkinglevel",
    "thinkingconfig", "thinking_config", "thinkingbudget", "thinking_budget",
    NULL
  };

  if (server->reasoning_effort == NULL || quirks->no_effort
      || !complains_of (fault, names))
    return FALSE;
  quirks->no_effort = TRUE;
  return TRUE;
}

static gboolean
step_token_ids (ScoreQuirks * quirks, const ScoreRequest * request,
    const ScoreFault * fault)
{
  static const gchar *const names[] = { "logprob_token_ids", NULL };

  if (!score_sampling_has_token_id (quirks, request)
      || !complains_of (fault, names))
    return FALSE;
  quirks->no_token_ids = TRUE;
  return TRUE;
}

static gboolean
step_structured (const ScoreServer * server, ScoreQuirks * quirks,
    const ScoreRequest * request, const ScoreFault * fault)
{
  static const gchar *const names[] = { "response_format", "json_schema",
    "json_object", "json schema", "schema", "grammar", "guided_json",
    "structured_outputs", "structured output", "structured outputs",
    "json mode", "responsejsonschema", "response_json_schema",
    "responseschema", "response_schema", "responsemimetype",
    "response_mime_type", "unable to generate parser", NULL
  };
  gboolean about = g_strcmp0 (fault->code, "invalid_json_schema") == 0
      || is_about_routing (fault) || complains_of (fault, names);

  if (server->structured != SCORE_STRUCTURED_AUTO || !about)
    return FALSE;
  switch (score_body_get_structured (server, quirks, request)) {
    case SCORE_STRUCTURED_JSON_SCHEMA:
      quirks->structured = SCORE_STRUCTURED_JSON_OBJECT;
      return TRUE;
    case SCORE_STRUCTURED_JSON_OBJECT:
      quirks->structured = SCORE_STRUCTURED_PROMPT;
      return TRUE;
    case SCORE_STRUCTURED_PROMPT:
    case SCORE_STRUCTURED_AUTO:
    default:
      return FALSE;
  }
}

static gchar *
describe_max_tokens (void)
{
  return g_strdup ("the server wants the output limit under its other name; "
      "it is sent as that from now on");
}

static gchar *
describe_dropped (const gchar * property)
{
  return g_strdup_printf ("the server does not take %s; it is not sent any "
      "more", property);
}

static gchar *
describe_token_ids (void)
{
  return g_strdup ("the server does not give the log-probability of a token "
      "that is asked for by its number; its list of the likeliest is read "
      "from now on");
}

static gchar *
describe_structured (const ScoreQuirks * quirks)
{
  return g_strdup_printf ("the server does not take the question's schema; "
      "structured-output=%s is used from now on",
      quirks->structured == SCORE_STRUCTURED_JSON_OBJECT
      ? "json-object" : "prompt");
}

static gboolean
is_refused_question (const ScoreFault * fault)
{
  return fault->status == 400 || fault->status == 422
      || is_about_routing (fault);
}

gboolean
score_ladder_step (const ScoreServer * server, ScoreQuirks * quirks,
    const ScoreRequest * request, const ScoreFault * fault, gchar ** notice)
{
  g_autofree gchar *words = NULL;

  if (!is_refused_question (fault) || is_about_size (fault))
    return FALSE;
  if (step_max_tokens (server, quirks, request, fault))
    words = describe_max_tokens ();
  else if (step_temperature (server, quirks, request, fault))
    words = describe_dropped ("temperature");
  else if (step_seed (server, quirks, fault))
    words = describe_dropped ("seed");
  else if (step_effort (server, quirks, fault))
    words = describe_dropped ("reasoning-effort");
  else if (step_token_ids (quirks, request, fault))
    words = describe_token_ids ();
  else if (step_structured (server, quirks, request, fault))
    words = describe_structured (quirks);
  else
    return FALSE;
  if (notice != NULL)
    *notice = g_steal_pointer (&words);
  return TRUE;
}
