/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/retry.h"

#include <gst/score/gstscoreerror.h>

#include "vlm/provider.h"

/* What a fault means to the user, and what to do about it. */
typedef struct
{
  GstScoreError code;
  const gchar *what;
} Meaning;

static gboolean
says (const ScoreFault * fault, const gchar * words)
{
  return strstr (fault->message, words) != NULL;
}

/* In lower case; in what was complained of, or in the words. */
static gboolean
speaks_of (const ScoreFault * fault, const gchar * words)
{
  g_autofree gchar *message = g_ascii_strdown (fault->message, -1);

  return strstr (message, words) != NULL
      || (fault->param != NULL && strstr (fault->param, words) != NULL);
}

/* vLLM that was started for fewer ("greater than max allowed"), and others. */
static gboolean
is_about_number (const ScoreFault * fault)
{
  return says (fault, "max allowed") || says (fault, "less than")
      || says (fault, "at most") || says (fault, "between")
      || says (fault, "maximum");
}

/* What a method cannot do without. */
static const Meaning *
explain_refused_need (const ScoreFault * fault)
{
  static const Meaning chances = { GST_SCORE_ERROR_CONFIG,
    SCORE_REPLY_NO_CHANCES
  };
  static const Meaning scarce = { GST_SCORE_ERROR_CONFIG,
    "method: the server gives fewer than the 20 log-probabilities that "
        "topreward asks for; start vLLM with --max-logprobs 20"
  };
  static const Meaning open_end = { GST_SCORE_ERROR_CONFIG,
    "topreward-chat-template: the server cannot ask without its chat template "
        "(vLLM can); set topreward-chat-template=true"
  };
  gboolean is_refused = fault->status == 400 || fault->status == 403
      || fault->status == 404 || fault->status == 422;

  if (!is_refused)
    return NULL;
  if (speaks_of (fault, "continue_final_message")
      || speaks_of (fault, "add_generation_prompt"))
    return &open_end;
  if (!speaks_of (fault, "logprobs"))
    return NULL;
  return is_about_number (fault) ? &scarce : &chances;
}

static gboolean
is_quota (const ScoreFault * fault)
{
  return fault->status == 402 || (fault->final && fault->status == 429);
}

static gboolean
is_context_overflow (const ScoreFault * fault)
{
  return g_strcmp0 (fault->code, "context_length_exceeded") == 0
      || g_strcmp0 (fault->code, "exceed_context_size_error") == 0
      || says (fault, "maximum context length");
}

/* What the words say whatever the status is; NULL where they say nothing. */
static const Meaning *
explain_words (const ScoreFault * fault)
{
  static const Meaning context = { GST_SCORE_ERROR_CONFIG,
    "max-frames: the question is larger than the model's context; make "
        "max-frames, describe-batch or image-size smaller, or give the server "
        "a larger context"
  };
  static const Meaning key = { GST_SCORE_ERROR_AUTH,
    "api-key: the server does not take the key"
  };
  static const Meaning blind = { GST_SCORE_ERROR_CONFIG,
    "model: the model cannot see pictures; choose one that can"
  };
  static const Meaning filtered = { GST_SCORE_ERROR_REFUSED,
    "the server's safety filter refused the question"
  };

  if (is_context_overflow (fault))
    return &context;
  if (g_strcmp0 (fault->code, "content_filter") == 0
      || g_strcmp0 (fault->code, "content_policy_violation") == 0)
    return &filtered;
  if (says (fault, "API key not valid") || says (fault, "API_KEY_INVALID"))
    return &key;
  if (says (fault, "image input is not supported")
      || says (fault, "not a multimodal model")
      || says (fault, "does not support image"))
    return &blind;
  return explain_refused_need (fault);
}

static const Meaning *
explain (const ScoreFault * fault)
{
  static const struct
  {
    guint from, to;
    Meaning meaning;
  } table[] = {
    {300, 399, {GST_SCORE_ERROR_CONFIG,
            "base-url: the server sends elsewhere, and the pictures do not "
                "follow; set the final address"}},
    {401, 401, {GST_SCORE_ERROR_AUTH, "api-key: the server does not take the "
                "key"}},
    {403, 403, {GST_SCORE_ERROR_AUTH, "api-key: the key may not do this"}},
    {404, 404, {GST_SCORE_ERROR_CONFIG, "base-url: the server knows no such "
                "address or model; check base-url (most end in /v1) and "
                "model"}},
    {405, 405, {GST_SCORE_ERROR_CONFIG, "base-url: the server takes no "
                "questions at this address"}},
    {408, 408, {GST_SCORE_ERROR_TIMEOUT, "the server gave up waiting"}},
    {413, 413, {GST_SCORE_ERROR_CONFIG, "image-size: the question is too "
                "large for the server; make image-size, jpeg-quality or "
                "describe-batch smaller"}},
    {429, 429, {GST_SCORE_ERROR_RATE_LIMITED, "the server's rate limit is "
                "reached; lower max-in-flight or ask later"}},
    {501, 501, {GST_SCORE_ERROR_CONFIG, "the server cannot do what was asked "
                "of it"}},
    {529, 529, {GST_SCORE_ERROR_RATE_LIMITED, "the server is overloaded; ask "
                "later"}},
    {500, 599, {GST_SCORE_ERROR_UNREACHABLE, "the server failed"}},
  };
  static const Meaning quota = { GST_SCORE_ERROR_RATE_LIMITED,
    "the quota or the credit is used up; asking again does not help"
  };
  static const Meaning refused = { GST_SCORE_ERROR_CONFIG,
    "the server does not take the question"
  };
  const Meaning *words = explain_words (fault);

  if (is_quota (fault))
    return &quota;
  if (words != NULL)
    return words;
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    if (fault->status >= table[i].from && fault->status <= table[i].to)
      return &table[i].meaning;
  }
  return &refused;
}

GError *
score_fault_to_error (const ScoreFault * fault)
{
  const Meaning *meaning = explain (fault);
  g_autoptr (GString) text = g_string_new (meaning->what);

  g_string_append_printf (text, " (HTTP status %u", fault->status);
  if (fault->code != NULL)
    g_string_append_printf (text, ", %s", fault->code);
  if (fault->request_id != NULL)
    g_string_append_printf (text, ", request id %s", fault->request_id);
  g_string_append_c (text, ')');
  if (*fault->message != '\0')
    g_string_append_printf (text, ": %s", fault->message);
  return g_error_new_literal (GST_SCORE_ERROR, meaning->code, text->str);
}
