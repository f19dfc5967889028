/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  SCORE_FINISH_STOP,
  SCORE_FINISH_LENGTH,          /* the output limit cut the answer */
  SCORE_FINISH_FILTERED,        /* a safety filter cut or blocked it */
  SCORE_FINISH_OTHER,
} ScoreFinish;

typedef struct
{
  guint64 input_tokens;
  guint64 cached_tokens;        /* of the input */
  guint64 output_tokens;        /* reasoning included */
  guint64 reasoning_tokens;
} ScoreTokens;

/* How likely a token was as the first one of the answer. */
typedef struct
{
  gchar *token;                 /* valid UTF-8 */
  gdouble logprob;              /* natural logarithm, finite, <= 0 */
} ScoreChance;

/* What a server answered with HTTP success, as every provider's parser gives
 * it. Owned by one holder. */
typedef struct
{
  gchar *text;                  /* valid UTF-8, never NULL, at most SCORE_REPLY_MAX_TEXT bytes */
  gchar *refusal;               /* the model's own words when it declined, or NULL */
  ScoreFinish finish;
  ScoreTokens tokens;
  gchar *model;                 /* what the server says answered, or NULL */
  /* Where answers are kept: what this one is to be kept under, and as; NULL for
   * one that was. */
  gchar *key;
  GBytes *body;
  gboolean recalled;            /* nobody was asked and nothing is due for it */
  GArray *chances;              /* of ScoreChance, where the request wanted a token and the server gave any; else NULL */
} ScoreReply;

#define SCORE_REPLY_MAX_TEXT (4 * 1024 * 1024)
/* What the user is told where chances were wanted and there are none. */
#define SCORE_REPLY_NO_CHANCES "method: the server gives no log-probabilities " \
    "of this model's answers, which topreward lives on; vLLM, SGLang, " \
    "llama.cpp and Ollama give them, and hosted models that still do " \
    "(gpt-4.1; gpt-5.1 and later with reasoning-effort=none)"

ScoreReply *score_reply_new (const gchar * text);
void score_reply_free (ScoreReply * reply);
void score_reply_add_chance (ScoreReply * reply, const gchar * token, gdouble logprob);

/* FALSE with GST_SCORE_ERROR_REFUSED where the model declined to answer, or a
 * filter stopped it. For answers in free text; score_reply_read() sees to it
 * itself where the model declined. */
gboolean score_reply_check (const ScoreReply * reply, GError ** error);

/* Reads the answer leniently: a BOM, <think>...</think> and fences are
 * stripped, the first balanced object or array that parses is taken; then it
 * is held against @schema (the JSON text of the request; NULL for none):
 * numbers as strings are converted, extra members ignored, wrong types, missing
 * members, non-finite numbers refused. NULL with GST_SCORE_ERROR_BAD_REPLY (the
 * message says where, in a model-readable sentence), or _REFUSED when the model
 * declined. Never crashes on any input. */
JsonNode *score_reply_read (const ScoreReply * reply, const gchar * schema,
    GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreReply, score_reply_free)

G_END_DECLS
