/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* OpenAI chat completions, as OpenAI, Azure, OpenRouter, vLLM, llama.cpp,
 * SGLang, Ollama and LM Studio speak it. */

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

static const ScorePartSyntax part_syntax = {
  .text_open = "{\"type\":\"text\",\"text\":",
  .text_close = "}",
  .image_open = "{\"type\":\"image_url\",\"image_url\":{\"url\":"
      "\"data:image/jpeg;base64,",
  .image_close = "\"}}",
  .sequence_open = "{\"type\":\"video_url\",\"video_url\":{\"url\":"
      "\"data:video/jpeg;base64,",
  .sequence_close = "\"}}",
  .file_open = "{\"type\":\"video_url\",\"video_url\":{\"url\":"
      "\"data:video/mp4;base64,",
  .file_close = "\"}}",
};

static gboolean
is_azure (const ScoreServer * server)
{
  return score_server_is_at (server, ".openai.azure.com");
}

static void
add_key (ScoreWire * wire, const ScoreServer * server)
{
  g_autofree gchar *bearer = NULL;

  if (server->api_key == NULL)
    return;
  if (is_azure (server)) {
    score_wire_add_header (wire, "api-key", server->api_key);
    return;
  }
  bearer = g_strconcat ("Bearer ", server->api_key, NULL);
  score_wire_add_header (wire, "Authorization", bearer);
}

/* Ollama ignores max_completion_tokens, OpenAI's reasoning models refuse
 * max_tokens, and everybody else takes max_tokens. */
static const gchar *
get_max_tokens_name (const ScoreServer * server, const ScoreQuirks * quirks)
{
  gboolean hosted = score_server_is_at (server, "api.openai.com")
      || is_azure (server);

  if (quirks != NULL && quirks->other_max_tokens)
    hosted = !hosted;
  return hosted ? "max_completion_tokens" : "max_tokens";
}

static gboolean
add_schema (JsonObject * options, const ScoreServer * server,
    const ScoreRequest * request, GError ** error)
{
  JsonNode *schema = score_body_parse_schema (request, error);
  JsonObject *format, *named, *routing;

  if (schema == NULL)
    return FALSE;
  named = json_object_new ();
  json_object_set_string_member (named, "name",
      score_request_get_name (request));
  json_object_set_boolean_member (named, "strict", TRUE);
  json_object_set_member (named, "schema", schema);
  format = json_object_new ();
  json_object_set_string_member (format, "type", "json_schema");
  json_object_set_object_member (format, "json_schema", named);
  json_object_set_object_member (options, "response_format", format);

  /* else it picks hosts that drop the schema without a word */
  if (score_server_is_at (server, ".openrouter.ai")) {
    routing = json_object_new ();
    json_object_set_boolean_member (routing, "require_parameters", TRUE);
    json_object_set_object_member (options, "provider", routing);
  }
  return TRUE;
}

static void
add_json_object (JsonObject * options)
{
  JsonObject *format = json_object_new ();

  json_object_set_string_member (format, "type", "json_object");
  json_object_set_object_member (options, "response_format", format);
}

static void
add_effort (JsonObject * options, const ScoreServer * server)
{
  JsonObject *reasoning;

  if (!score_server_is_at (server, ".openrouter.ai")) {
    json_object_set_string_member (options, "reasoning_effort",
        server->reasoning_effort);
    return;
  }
  reasoning = json_object_new ();
  json_object_set_string_member (reasoning, "effort", server->reasoning_effort);
  json_object_set_object_member (options, "reasoning", reasoning);
}

/* Only what the user set, or the method lives on: models refuse what they do not
 * know. */
static void
add_settings (JsonObject * options, const ScoreServer * server,
    const ScoreQuirks * quirks, const ScoreRequest * request)
{
  gdouble temperature = score_sampling_get_temperature (server, request);
  guint max_tokens = score_sampling_get_max_tokens (server, request);

  if (server->reasoning_effort != NULL
      && !(quirks != NULL && quirks->no_effort))
    add_effort (options, server);
  if (max_tokens > 0)
    json_object_set_int_member (options, get_max_tokens_name (server, quirks),
        max_tokens);
  if (isfinite (temperature) && !(quirks != NULL && quirks->no_temperature))
    json_object_set_double_member (options, "temperature", temperature);
  if (server->seed >= 0 && !(quirks != NULL && quirks->no_seed))
    json_object_set_int_member (options, "seed", server->seed);
}

/* Servers sample a video again unless they are told that it has been done. These
 * are vLLM's names (docs.vllm.ai, multimodal inputs); -1 is as many as it was
 * started for. */
static void
add_video_settings (JsonObject * options, const ScoreServer * server,
    const ScoreRequest * request)
{
  gdouble framerate = score_body_get_framerate (server, request);
  JsonObject *video, *loading, *processing;

  if (framerate <= 0.0)
    return;
  video = json_object_new ();
  json_object_set_int_member (video, "num_frames", -1);
  json_object_set_double_member (video, "fps", framerate);
  loading = json_object_new ();
  json_object_set_object_member (loading, "video", video);
  json_object_set_object_member (options, "media_io_kwargs", loading);
  if (server->video_transport != SCORE_VIDEO_MP4)
    return;
  processing = json_object_new ();
  json_object_set_double_member (processing, "fps", framerate);
  json_object_set_boolean_member (processing, "do_sample_frames", FALSE);
  json_object_set_object_member (options, "mm_processor_kwargs", processing);
}

/* The numbers of tokens are vLLM's, of July 2026 and later (docs.vllm.ai, OpenAI
 * server); others pass them over. */
static void
add_chances (JsonObject * options, const ScoreQuirks * quirks,
    const ScoreRequest * request)
{
  JsonArray *ids;

  if (score_request_get_token (request) == NULL)
    return;
  json_object_set_boolean_member (options, "logprobs", TRUE);
  json_object_set_int_member (options, "top_logprobs",
      SCORE_SAMPLING_TOP_TOKENS);
  if (!score_sampling_has_token_id (quirks, request))
    return;
  ids = json_array_new ();
  json_array_add_int_element (ids, quirks->token_id);
  json_object_set_array_member (options, "logprob_token_ids", ids);
}

/* vLLM's names, too. */
static void
add_open_end (JsonObject * options, const ScoreRequest * request)
{
  if (!score_request_is_open_ended (request))
    return;
  json_object_set_boolean_member (options, "add_generation_prompt", FALSE);
  json_object_set_boolean_member (options, "continue_final_message", TRUE);
}

static gchar *
make_opening (const ScoreRequest * request)
{
  const gchar *system = score_request_get_system (request);
  g_autoptr (GString) out = g_string_new ("\"messages\":[");

  if (system != NULL && *system != '\0') {
    g_string_append (out, "{\"role\":\"system\",\"content\":");
    score_json_append_string (out, system);
    g_string_append (out, "},");
  }
  g_string_append (out, "{\"role\":\"user\",\"content\":[");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static ScoreWire *
build (const ScoreServer * server, const ScoreQuirks * quirks,
    const ScoreRequest * request, GError ** error)
{
  g_autofree gchar *url = score_server_join (server, "chat/completions");
  g_autofree gchar *opening = make_opening (request);
  g_autoptr (ScoreWire) wire = score_wire_new ("POST", url);
  g_autoptr (JsonObject) options = json_object_new ();
  ScoreStructured structured =
      score_body_get_structured (server, quirks, request);

  if (server->model != NULL)
    json_object_set_string_member (options, "model", server->model);
  if (structured == SCORE_STRUCTURED_JSON_SCHEMA
      && !add_schema (options, server, request, error))
    return NULL;
  if (structured == SCORE_STRUCTURED_JSON_OBJECT)
    add_json_object (options);
  add_settings (options, server, quirks, request);
  add_chances (options, quirks, request);
  add_open_end (options, request);
  add_video_settings (options, server, request);
  add_key (wire, server);
  if (!score_body_fill (wire, server, request, structured, options, opening,
          &part_syntax, "]}]", error))
    return NULL;
  return g_steal_pointer (&wire);
}

/* A string, an array of parts, or null. */
static gchar *
read_content (JsonObject * message)
{
  const gchar *text = score_json_get_string (message, "content");
  JsonArray *parts = score_json_get_array (message, "content");
  guint n = parts != NULL ? json_array_get_length (parts) : 0;
  g_autoptr (GString) joined = NULL;

  if (text != NULL || n == 0)
    return g_strdup (text != NULL ? text : "");
  joined = g_string_new (NULL);
  for (guint i = 0; i < n; i++) {
    JsonNode *element = json_array_get_element (parts, i);
    JsonObject *part = score_json_object (element);
    const gchar *type = score_json_get_string (part, "type");

    text = score_json_node_string (element);
    if (part != NULL && (type == NULL || strcmp (type, "text") == 0
            || strcmp (type, "output_text") == 0))
      text = score_json_get_string (part, "text");
    if (text != NULL)
      g_string_append (joined, text);
  }
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

/* Where the refusal is a part of the content. */
static const gchar *
find_refusal (JsonObject * message)
{
  const gchar *refusal = score_json_get_string (message, "refusal");
  JsonArray *parts = score_json_get_array (message, "content");
  guint n = parts != NULL ? json_array_get_length (parts) : 0;

  for (guint i = 0; i < n && refusal == NULL; i++)
    refusal = score_json_get_string (score_json_get_element (parts, i),
        "refusal");
  return refusal != NULL && *refusal != '\0' ? refusal : NULL;
}

static ScoreFinish
read_finish (JsonObject * choice)
{
  const gchar *reason = score_json_get_string (choice, "finish_reason");

  if (g_strcmp0 (reason, "stop") == 0 || g_strcmp0 (reason, "eos") == 0)
    return SCORE_FINISH_STOP;
  if (g_strcmp0 (reason, "length") == 0
      || g_strcmp0 (reason, "max_tokens") == 0)
    return SCORE_FINISH_LENGTH;
  if (g_strcmp0 (reason, "content_filter") == 0)
    return SCORE_FINISH_FILTERED;
  return SCORE_FINISH_OTHER;
}

static void
read_usage (ScoreTokens * tokens, JsonObject * root)
{
  JsonObject *usage = score_json_get_object (root, "usage");

  tokens->input_tokens = score_json_get_count (usage, "prompt_tokens");
  tokens->output_tokens = score_json_get_count (usage, "completion_tokens");
  tokens->cached_tokens =
      score_json_get_count (score_json_get_object (usage,
          "prompt_tokens_details"), "cached_tokens");
  tokens->reasoning_tokens =
      score_json_get_count (score_json_get_object (usage,
          "completion_tokens_details"), "reasoning_tokens");
}

/* Of the first token: the one that was chosen, and the likeliest. */
static void
read_chances (ScoreReply * reply, JsonObject * choice)
{
  static const ScoreChanceNames names = { "token", "logprob" };
  JsonObject *first = score_json_get_element (score_json_get_array
      (score_json_get_object (choice, "logprobs"), "content"), 0);

  score_chances_add (reply, first, &names);
  score_chances_add_all (reply, score_json_get_array (first, "top_logprobs"),
      &names);
}

/* OpenRouter, and servers that fail after the headers went out. */
static JsonNode *
find_error (JsonObject * root, JsonObject * choice)
{
  JsonNode *error = json_object_get_member (root, "error");

  if ((error == NULL || JSON_NODE_HOLDS_NULL (error)) && choice != NULL)
    error = json_object_get_member (choice, "error");
  return error != NULL && !JSON_NODE_HOLDS_NULL (error) ? error : NULL;
}

static ScoreReply *
parse (const ScoreResponse * response, ScoreFault ** fault, GError ** error)
{
  g_autoptr (JsonNode) node = score_envelope_read (response, error);
  JsonObject *root = score_json_object (node);
  JsonObject *choice, *message;
  g_autofree gchar *text = NULL;
  JsonNode *inner;
  ScoreReply *reply;

  if (root == NULL)
    return NULL;
  choice = score_json_get_element (score_json_get_array (root, "choices"), 0);
  inner = find_error (root, choice);
  if (inner != NULL) {
    *fault = score_fault_read_member (response, inner);
    return NULL;
  }
  message = score_json_get_object (choice, "message");
  if (message == NULL) {
    score_envelope_fail (response, error, choice == NULL
        ? "has no choices" : "has no message");
    return NULL;
  }
  text = read_content (message);
  reply = score_reply_new (text);
  reply->refusal = g_strdup (find_refusal (message));
  reply->finish = read_finish (choice);
  read_chances (reply, choice);
  read_usage (&reply->tokens, root);
  reply->model = score_envelope_dup_name (root, "model");
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

/* LM Studio lists its embedding models too. */
static gboolean
is_chat_model (const gchar * id)
{
  g_autofree gchar *lower = g_ascii_strdown (id, -1);

  return *id != '\0' && strstr (lower, "embed") == NULL;
}

static gchar *
parse_models (const ScoreResponse * response, GError ** error)
{
  g_autoptr (JsonNode) node = score_envelope_read (response, error);
  JsonArray *models = score_json_get_array (score_json_object (node), "data");
  guint n = models != NULL ? json_array_get_length (models) : 0;

  if (node == NULL)
    return NULL;
  for (guint i = 0; i < n; i++) {
    const gchar *id =
        score_json_get_string (score_json_get_element (models, i), "id");

    if (id != NULL && is_chat_model (id))
      return g_strdup (id);
  }
  g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "model: not set, and the server lists no model to take; load one there "
      "or set model");
  return NULL;
}

/* At the root, and not below /v1. */
static gchar *
make_tokenize_url (const ScoreServer * server)
{
  g_autoptr (ScoreServer) root = score_server_copy (server);
  gsize length = strcspn (root->base_url, "?#");

  while (length > 0 && root->base_url[length - 1] == '/')
    length--;
  if (length >= 3 && strncmp (root->base_url + length - 3, "/v1", 3) == 0)
    length -= 3;
  root->base_url[length] = '\0';
  return score_server_join (root, "tokenize");
}

/* vLLM reads "prompt", llama.cpp "content", and each passes over what is the
 * other's. Hosted services, which have no such thing, are at https addresses. */
static ScoreWire *
build_tokenize (const ScoreServer * server, const gchar * text)
{
  g_autofree gchar *url = make_tokenize_url (server);
  g_autoptr (GString) out = g_string_new ("{\"prompt\":");
  ScoreWire *wire;

  if (!score_server_is_local (server)
      && g_ascii_strncasecmp (server->base_url, "http:", 5) != 0)
    return NULL;
  score_json_append_string (out, text);
  g_string_append (out, ",\"content\":");
  score_json_append_string (out, text);
  if (server->model != NULL) {
    g_string_append (out, ",\"model\":");
    score_json_append_string (out, server->model);
  }
  g_string_append (out, ",\"add_special_tokens\":false,\"add_special\":false}");
  wire = score_wire_new ("POST", url);
  add_key (wire, server);
  wire->content_type = "application/json";
  g_ptr_array_add (wire->body, g_bytes_new (out->str, out->len));
  score_body_add_extra_headers (wire, server);
  return wire;
}

/* {"tokens":[2514]}; two numbers are two tokens. */
static gboolean
parse_tokenize (const ScoreResponse * response, guint * id)
{
  g_autoptr (JsonNode) node = score_envelope_read (response, NULL);
  JsonArray *tokens = score_json_get_array (score_json_object (node),
      "tokens");
  gdouble number;

  if (tokens == NULL || json_array_get_length (tokens) != 1
      || !score_json_node_number (json_array_get_element (tokens, 0), &number)
      || number < 0 || number > G_MAXINT32 || number != floor (number))
    return FALSE;
  *id = (guint) number;
  return TRUE;
}

static const gchar *const key_variables[] = { "OPENAI_API_KEY", NULL };

const ScoreProvider score_provider_openai = {
  .nick = "openai",
  .blurb = "OpenAI chat completions: OpenAI, Azure, OpenRouter, vLLM, "
      "llama.cpp, SGLang, Ollama, LM Studio",
  .base_url = "https://api.openai.com/v1",
  .model = "gpt-5.4",
  .key_variables = key_variables,
  .abilities = SCORE_ABILITY_CHAT | SCORE_ABILITY_CHANCES |
      SCORE_ABILITY_OPEN_END,
  .video_transports = 1 << SCORE_VIDEO_IMAGES |
      1 << SCORE_VIDEO_JPEG_SEQUENCE | 1 << SCORE_VIDEO_MP4,
  .build = build,
  .parse = parse,
  .parse_fault = score_fault_read,
  .build_models = build_models,
  .parse_models = parse_models,
  .build_tokenize = build_tokenize,
  .parse_tokenize = parse_tokenize,
};
