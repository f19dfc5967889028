/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* Gemini generateContent (Developer API). */

#include "vlm/provider.h"

#include <gst/score/gstscoreerror.h>

#include <math.h>

#include "vlm/body.h"
#include "vlm/chances.h"
#include "vlm/envelope.h"
#include "vlm/fault.h"
#include "vlm/json-read.h"
#include "vlm/json-write.h"
#include "vlm/sampling.h"

#define MAX_BODY (100 * 1000 * 1000)

static const ScorePartSyntax part_syntax = {
  .text_open = "{\"text\":",
  .text_close = "}",
  .image_open = "{\"inlineData\":{\"mimeType\":\"image/jpeg\",\"data\":\"",
  .image_close = "\"}}",
  .file_open = "{\"inlineData\":{\"mimeType\":\"video/mp4\",\"data\":\"",
};

/* Gemini looks at one frame a second of a video unless it is told otherwise. */
static gchar *
make_file_close (const ScoreServer * server, const ScoreRequest * request)
{
  gchar fps[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (fps, sizeof fps, "%g",
      MIN (score_body_get_framerate (server, request), 24.0));
  return g_strdup_printf ("\"},\"videoMetadata\":{\"fps\":%s}}", fps);
}

/* In a header: a key in the URL ends up in logs. */
static void
add_key (ScoreWire * wire, const ScoreServer * server)
{
  if (server->api_key != NULL)
    score_wire_add_header (wire, "x-goog-api-key", server->api_key);
}

/* "gemini-x" and "models/gemini-x" are both common. */
static gchar *
make_url (const ScoreServer * server)
{
  const gchar *model = server->model != NULL ? server->model : "";
  g_autofree gchar *name = g_uri_escape_string (model,
      G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, TRUE);
  g_autofree gchar *path = g_strdup_printf ("%s%s:generateContent",
      strchr (model, '/') == NULL ? "models/" : "", name);

  return score_server_join (server, path);
}

static void
add_system (JsonObject * options, const gchar * system)
{
  JsonObject *part = json_object_new ();
  JsonArray *parts = json_array_new ();
  JsonObject *instruction = json_object_new ();

  json_object_set_string_member (part, "text", system);
  json_array_add_object_element (parts, part);
  json_object_set_array_member (instruction, "parts", parts);
  json_object_set_object_member (options, "systemInstruction", instruction);
}

static gboolean
add_format (JsonObject * config, const ScoreRequest * request,
    ScoreStructured structured, GError ** error)
{
  JsonNode *schema;

  if (structured == SCORE_STRUCTURED_PROMPT)
    return TRUE;
  json_object_set_string_member (config, "responseMimeType",
      "application/json");
  if (structured != SCORE_STRUCTURED_JSON_SCHEMA)
    return TRUE;
  schema = score_body_parse_schema (request, error);
  if (schema == NULL)
    return FALSE;
  json_object_set_member (config, "responseJsonSchema", schema);
  return TRUE;
}

/* A word is a level (Gemini 3), a number a budget (2.5). */
static void
add_effort (JsonObject * config, const gchar * effort)
{
  JsonObject *thinking = json_object_new ();
  g_autofree gchar *level = g_ascii_strup (effort, -1);
  gint64 budget;

  if (g_ascii_string_to_signed (effort, 10, -1, G_MAXINT32, &budget, NULL))
    json_object_set_int_member (thinking, "thinkingBudget", budget);
  else
    json_object_set_string_member (thinking, "thinkingLevel", level);
  json_object_set_object_member (config, "thinkingConfig", thinking);
}

static void
add_settings (JsonObject * config, const ScoreServer * server,
    const ScoreQuirks * quirks, const ScoreRequest * request)
{
  gdouble temperature = score_sampling_get_temperature (server, request);
  guint max_tokens = score_sampling_get_max_tokens (server, request);

  if (server->reasoning_effort != NULL
      && !(quirks != NULL && quirks->no_effort))
    add_effort (config, server->reasoning_effort);
  if (max_tokens > 0)
    json_object_set_int_member (config, "maxOutputTokens", max_tokens);
  if (isfinite (temperature) && !(quirks != NULL && quirks->no_temperature))
    json_object_set_double_member (config, "temperature", temperature);
  if (server->seed >= 0 && !(quirks != NULL && quirks->no_seed))
    json_object_set_int_member (config, "seed", server->seed);
}

static void
add_chances (JsonObject * config, const ScoreRequest * request)
{
  if (score_request_get_token (request) == NULL)
    return;
  json_object_set_boolean_member (config, "responseLogprobs", TRUE);
  json_object_set_int_member (config, "logprobs", SCORE_SAMPLING_TOP_TOKENS);
}

static JsonObject *
make_options (const ScoreServer * server, const ScoreQuirks * quirks,
    const ScoreRequest * request, ScoreStructured structured, GError ** error)
{
  const gchar *system = score_request_get_system (request);
  g_autoptr (JsonObject) options = json_object_new ();
  g_autoptr (JsonObject) config = json_object_new ();

  if (system != NULL && *system != '\0')
    add_system (options, system);
  if (!add_format (config, request, structured, error))
    return NULL;
  add_settings (config, server, quirks, request);
  add_chances (config, request);
  if (json_object_get_size (config) > 0)
    json_object_set_object_member (options, "generationConfig",
        g_steal_pointer (&config));
  return g_steal_pointer (&options);
}

static gboolean
check_size (const ScoreWire * wire, GError ** error)
{
  gsize length = score_wire_get_length (wire);

  if (length <= MAX_BODY)
    return TRUE;
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "image-size: the question has %" G_GSIZE_FORMAT " MB, and Gemini takes "
      "%d; make image-size, jpeg-quality or describe-batch smaller",
      length / 1000000, MAX_BODY / 1000000);
  return FALSE;
}

static ScoreWire *
build (const ScoreServer * server, const ScoreQuirks * quirks,
    const ScoreRequest * request, GError ** error)
{
  g_autofree gchar *url = make_url (server);
  g_autoptr (ScoreWire) wire = score_wire_new ("POST", url);
  ScoreStructured structured =
      score_body_get_structured (server, quirks, request);
  g_autoptr (JsonObject) options =
      make_options (server, quirks, request, structured, error);
  g_autofree gchar *file_close = make_file_close (server, request);
  ScorePartSyntax syntax = part_syntax;

  if (options == NULL)
    return NULL;
  syntax.file_close = file_close;
  add_key (wire, server);
  if (!score_body_fill (wire, server, request, structured, options,
          "\"contents\":[{\"role\":\"user\",\"parts\":[", &syntax, "]}]",
          error))
    return NULL;
  return check_size (wire, error) ? g_steal_pointer (&wire) : NULL;
}

static gboolean
is_thought (JsonObject * part)
{
  JsonNode *node = part != NULL ? json_object_get_member (part, "thought")
      : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_BOOLEAN
      && json_node_get_boolean (node);
}

static gchar *
read_parts (JsonObject * candidate)
{
  JsonArray *parts = score_json_get_array (score_json_get_object (candidate,
          "content"), "parts");
  guint n = parts != NULL ? json_array_get_length (parts) : 0;
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    JsonObject *part = score_json_get_element (parts, i);
    const gchar *text = score_json_get_string (part, "text");

    if (text != NULL && !is_thought (part))
      g_string_append (joined, text);
  }
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

static ScoreFinish
read_finish (JsonObject * candidate)
{
  static const gchar *const filters[] = { "SAFETY", "RECITATION", "BLOCKLIST",
    "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", NULL
  };
  const gchar *reason = score_json_get_string (candidate, "finishReason");

  if (g_strcmp0 (reason, "STOP") == 0)
    return SCORE_FINISH_STOP;
  if (g_strcmp0 (reason, "MAX_TOKENS") == 0)
    return SCORE_FINISH_LENGTH;
  if (reason != NULL && g_strv_contains (filters, reason))
    return SCORE_FINISH_FILTERED;
  return SCORE_FINISH_OTHER;
}

/* The candidates' count has no thoughts in it. */
static void
read_usage (ScoreTokens * tokens, JsonObject * root)
{
  JsonObject *usage = score_json_get_object (root, "usageMetadata");

  tokens->input_tokens = score_json_get_count (usage, "promptTokenCount");
  tokens->cached_tokens =
      score_json_get_count (usage, "cachedContentTokenCount");
  tokens->reasoning_tokens = score_json_get_count (usage, "thoughtsTokenCount");
  tokens->output_tokens = tokens->reasoning_tokens
      + score_json_get_count (usage, "candidatesTokenCount");
}

/* Of the first token: the one that was chosen, and the likeliest. */
static void
read_chances (ScoreReply * reply, JsonObject * candidate)
{
  static const ScoreChanceNames names = { "token", "logProbability" };
  JsonObject *result = score_json_get_object (candidate, "logprobsResult");
  JsonObject *first = score_json_get_element (score_json_get_array (result,
          "topCandidates"), 0);

  score_chances_add (reply, score_json_get_element (score_json_get_array
          (result, "chosenCandidates"), 0), &names);
  score_chances_add_all (reply, score_json_get_array (first, "candidates"),
      &names);
}

static ScoreReply *
new_blocked (JsonObject * root)
{
  JsonObject *feedback = score_json_get_object (root, "promptFeedback");
  g_autofree gchar *reason = score_envelope_dup_name (feedback, "blockReason");
  ScoreReply *reply;

  if (reason == NULL)
    return NULL;
  reply = score_reply_new ("");
  reply->finish = SCORE_FINISH_FILTERED;
  reply->refusal = g_strdup_printf ("the question was blocked (%s)", reason);
  return reply;
}

static ScoreReply *
new_answered (JsonObject * candidate)
{
  g_autofree gchar *text = read_parts (candidate);
  g_autofree gchar *words = score_envelope_dup_name (candidate,
      "finishMessage");
  g_autofree gchar *reason = score_envelope_dup_name (candidate,
      "finishReason");
  ScoreReply *reply = score_reply_new (text);

  reply->finish = read_finish (candidate);
  read_chances (reply, candidate);
  if (reply->finish == SCORE_FINISH_FILTERED && *reply->text == '\0')
    reply->refusal = g_strdup_printf ("the answer was blocked (%s)%s%s",
        reason, words != NULL ? ": " : "", words != NULL ? words : "");
  return reply;
}

static ScoreReply *
parse (const ScoreResponse * response, ScoreFault ** fault, GError ** error)
{
  g_autoptr (JsonNode) node = score_envelope_read (response, error);
  JsonObject *root = score_json_object (node);
  JsonObject *candidate;
  JsonNode *inner;
  ScoreReply *reply;

  if (root == NULL)
    return NULL;
  inner = json_object_get_member (root, "error");
  if (inner != NULL && !JSON_NODE_HOLDS_NULL (inner)) {
    *fault = score_fault_read_member (response, inner);
    return NULL;
  }
  candidate = score_json_get_element (score_json_get_array (root,
          "candidates"), 0);
  reply = candidate != NULL ? new_answered (candidate) : new_blocked (root);
  if (reply == NULL) {
    score_envelope_fail (response, error, "has no candidates");
    return NULL;
  }
  read_usage (&reply->tokens, root);
  reply->model = score_envelope_dup_name (root, "modelVersion");
  return reply;
}

static ScoreWire *
build_models (const ScoreServer * server)
{
  g_autofree gchar *url = score_server_join (server, "models");
  ScoreWire *wire = score_wire_new ("GET", url);

  add_key (wire, server);
  score_body_add_extra_headers (wire, server);
  return wire;
}

static gboolean
can_generate (JsonObject * model)
{
  JsonArray *methods = score_json_get_array (model,
      "supportedGenerationMethods");
  guint n = methods != NULL ? json_array_get_length (methods) : 0;

  for (guint i = 0; i < n; i++) {
    if (g_strcmp0 (score_json_node_string (json_array_get_element (methods,
                    i)), "generateContent") == 0)
      return TRUE;
  }
  return methods == NULL;
}

static gchar *
parse_models (const ScoreResponse * response, GError ** error)
{
  g_autoptr (JsonNode) node = score_envelope_read (response, error);
  JsonArray *models = score_json_get_array (score_json_object (node),
      "models");
  guint n = models != NULL ? json_array_get_length (models) : 0;

  if (node == NULL)
    return NULL;
  for (guint i = 0; i < n; i++) {
    JsonObject *model = score_json_get_element (models, i);
    const gchar *name = score_json_get_string (model, "name");

    if (name == NULL || *name == '\0' || !can_generate (model))
      continue;
    return g_strdup (g_str_has_prefix (name, "models/")
        ? name + strlen ("models/") : name);
  }
  g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "model: not set, and the server lists no model to take; set model");
  return NULL;
}

static const gchar *const key_variables[] = { "GEMINI_API_KEY",
  "GOOGLE_API_KEY", NULL
};

const ScoreProvider score_provider_gemini = {
  .nick = "gemini",
  .blurb = "Gemini generateContent: Google's Developer API",
  .base_url = "https://generativelanguage.googleapis.com/v1beta",
  .model = "gemini-3.5-flash",
  .key_variables = key_variables,
  .video_transports = 1 << SCORE_VIDEO_IMAGES | 1 << SCORE_VIDEO_MP4,
  .abilities = SCORE_ABILITY_CHAT | SCORE_ABILITY_CHANCES,
  .build = build,
  .parse = parse,
  .parse_fault = score_fault_read,
  .build_models = build_models,
  .parse_models = parse_models,
};
