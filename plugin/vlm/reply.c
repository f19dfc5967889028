/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/reply.h"

#include <gst/score/gstscoreerror.h>

#include "vlm/json-read.h"
#include "vlm/schema.h"

/* Bounds the work on a text that is nothing but brackets or thoughts. */
#define MAX_CANDIDATES 1000
#define MAX_WORK_FACTOR 32

/* The search for the answer in a text. */
typedef struct
{
  gchar *text;
  gsize length, at;
  gsize work;                   /* bytes scanned so far */
  guint candidates;
  JsonObject *schema;
  /* What was wrong with the first candidate; what lies inside of it is not
   * what the model meant. */
  ScoreJsonStatus broken;
  GError *misfit;
} Search;

ScoreReply *
score_reply_new (const gchar * text)
{
  ScoreReply *self = g_new0 (ScoreReply, 1);
  gsize length = text != NULL ? strlen (text) : 0;

  self->text = g_utf8_make_valid (text != NULL ? text : "",
      MIN (length, SCORE_REPLY_MAX_TEXT));
  /* making it valid may have made it longer */
  length = strlen (self->text);
  if (length > SCORE_REPLY_MAX_TEXT)
    *g_utf8_find_prev_char (self->text,
        self->text + SCORE_REPLY_MAX_TEXT + 1) = '\0';
  self->finish = SCORE_FINISH_STOP;
  return self;
}

void
score_reply_free (ScoreReply * reply)
{
  g_free (reply->text);
  g_free (reply->refusal);
  g_free (reply->model);
  g_free (reply->key);
  g_clear_pointer (&reply->body, g_bytes_unref);
  g_clear_pointer (&reply->chances, g_array_unref);
  g_free (reply);
}

static void
clear_chance (gpointer data)
{
  g_free (((ScoreChance *) data)->token);
}

void
score_reply_add_chance (ScoreReply * reply, const gchar * token,
    gdouble logprob)
{
  ScoreChance chance = { g_utf8_make_valid (token, -1), logprob };

  if (reply->chances == NULL) {
    reply->chances = g_array_new (FALSE, FALSE, sizeof (ScoreChance));
    g_array_set_clear_func (reply->chances, clear_chance);
  }
  g_array_append_val (reply->chances, chance);
}

static const struct
{
  const gchar *open, *close;
} thoughts[] = {
  {"<think>", "</think>"},
  {"<thinking>", "</thinking>"},
  {"[THINK]", "[/THINK]"},
};

/* At the opening of a thought: to behind its end. A thought without an end is
 * all thought: what it holds are drafts. */
static gboolean
skip_thought (Search * self)
{
  gchar *here = self->text + self->at;

  for (guint i = 0; i < G_N_ELEMENTS (thoughts); i++) {
    gchar *end;

    if (!g_str_has_prefix (here, thoughts[i].open))
      continue;
    end = strstr (here, thoughts[i].close);
    self->candidates++;
    self->at = end != NULL
        ? (gsize) (end - self->text) + strlen (thoughts[i].close)
        : self->length;
    return TRUE;
  }
  return FALSE;
}

/* Templates that open the thought themselves leave only its end in the text. */
static void
skip_headless_thought (Search * self)
{
  for (guint i = 0; i < G_N_ELEMENTS (thoughts); i++) {
    gchar *end = strstr (self->text, thoughts[i].close);
    gchar *open = strstr (self->text, thoughts[i].open);

    if (end != NULL && (open == NULL || open > end))
      self->at = MAX (self->at, (gsize) (end - self->text)
          + strlen (thoughts[i].close));
  }
}

/* At a bracket. Gives the value there if it is JSON and fits. */
static JsonNode *
try_candidate (Search * self)
{
  gsize used;
  ScoreJsonStatus status = score_json_scan (self->text + self->at,
      self->length - self->at, &used);
  g_autoptr (JsonNode) node = NULL;

  self->candidates++;
  self->work += used;
  if (status == SCORE_JSON_OK)
    node = score_json_parse_scanned (self->text + self->at, used);
  if (node == NULL) {
    if (status == SCORE_JSON_NOT_FINITE
        || (self->broken == SCORE_JSON_OK && self->misfit == NULL))
      self->broken = status != SCORE_JSON_OK ? status : SCORE_JSON_SYNTAX;
    self->at++;
    return NULL;
  }
  self->at += used;
  if (self->schema == NULL)
    return g_steal_pointer (&node);
  return score_schema_conform (node, self->schema,
      self->misfit == NULL ? &self->misfit : NULL);
}

static gboolean
is_exhausted (const Search * self)
{
  return self->candidates >= MAX_CANDIDATES
      || self->work > self->length * MAX_WORK_FACTOR;
}

static JsonNode *
find_answer (Search * self)
{
  skip_headless_thought (self);
  while (self->at < self->length && !is_exhausted (self)) {
    gchar c = self->text[self->at];
    JsonNode *found;

    if ((c == '<' || c == '[') && skip_thought (self))
      continue;
    if (c != '{' && c != '[') {
      self->at++;
      continue;
    }
    found = try_candidate (self);
    if (found != NULL)
      return found;
  }
  return NULL;
}

static gboolean
is_blank (const gchar * text)
{
  return text[strspn (text, " \t\r\n")] == '\0';
}

static void
fail (GError ** error, GstScoreError code, const gchar * message)
{
  g_set_error_literal (error, GST_SCORE_ERROR, code, message);
}

static void
explain (Search * self, const ScoreReply * reply, GError ** error)
{
  if (reply->finish == SCORE_FINISH_FILTERED)
    fail (error, GST_SCORE_ERROR_REFUSED, "a safety filter cut the answer off");
  else if (reply->finish == SCORE_FINISH_LENGTH)
    fail (error, GST_SCORE_ERROR_BAD_REPLY,
        "the answer was cut off at the output limit; it must be shorter, or "
        "max-tokens larger");
  else if (is_blank (reply->text))
    fail (error, GST_SCORE_ERROR_BAD_REPLY, "the answer is empty");
  else if (self->broken != SCORE_JSON_OK)
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
        "the answer %s", score_json_status_to_string (self->broken));
  else if (self->misfit == NULL)
    fail (error, GST_SCORE_ERROR_BAD_REPLY, "the answer holds no JSON object");
  else
    g_propagate_error (error, g_steal_pointer (&self->misfit));
}

static gboolean
fail_declined (const ScoreReply * reply, GError ** error)
{
  g_autofree gchar *words = score_json_tame (reply->refusal, -1, 300);

  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_REFUSED,
      "the model declined to answer: %s", words);
  return FALSE;
}

gboolean
score_reply_check (const ScoreReply * reply, GError ** error)
{
  if (reply->refusal != NULL)
    return fail_declined (reply, error);
  if (reply->finish != SCORE_FINISH_FILTERED)
    return TRUE;
  fail (error, GST_SCORE_ERROR_REFUSED,
      "a safety filter of the server stopped the model's answer");
  return FALSE;
}

JsonNode *
score_reply_read (const ScoreReply * reply, const gchar * schema,
    GError ** error)
{
  g_autofree gchar *text = g_utf8_make_valid (reply->text, -1);
  Search search = {.text = text,.length = strlen (text) };
  g_autoptr (JsonNode) schema_node = NULL;
  ScoreJsonStatus status;
  JsonNode *answer;

  if (reply->refusal != NULL) {
    fail_declined (reply, error);
    return NULL;
  }
  if (schema != NULL) {
    schema_node = score_json_parse_text (schema, &status);
    search.schema = score_json_object (schema_node);
    g_return_val_if_fail (search.schema != NULL, NULL);
  }
  answer = find_answer (&search);
  if (answer == NULL)
    explain (&search, reply, error);
  g_clear_error (&search.misfit);
  return answer;
}
