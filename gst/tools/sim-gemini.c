/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gemini generateContent. Field names are taken in camelCase and in snake_case,
 * as the service does. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-chances.h"
#include "sim-dialect.h"
#include "sim-usage.h"

#include <string.h>

static const gchar *const request_fields[] = {
  "contents", "systemInstruction", "generationConfig", "safetySettings",
  "tools", "toolConfig", "cachedContent", "labels", "model", "serviceTier",
  NULL
};

static const gchar *const config_fields[] = {
  "stopSequences", "responseMimeType", "responseSchema", "responseJsonSchema",
  "candidateCount", "maxOutputTokens", "temperature", "topP", "topK", "seed",
  "presencePenalty", "frequencyPenalty", "responseLogprobs", "logprobs",
  "responseModalities", "thinkingConfig", "mediaResolution", NULL
};

static const gchar *const part_fields[] = {
  "text", "inlineData", "fileData", "thought", "thoughtSignature",
  "videoMetadata", "mediaResolution", NULL
};

static gchar *
camel (const gchar * name)
{
  GString *text = g_string_new (NULL);

  for (const gchar * p = name; *p; p++) {
    if (*p == '_' && g_ascii_islower (p[1]))
      g_string_append_c (text, g_ascii_toupper (*++p));
    else
      g_string_append_c (text, *p);
  }
  return g_string_free (text, FALSE);
}

static void
set_invalid (SimFault * fault, gchar * message)
{
  sim_fault_set (fault, 400, NULL, NULL, message);
}

/* The service takes no field that it does not know. */
static gboolean
check_fields (JsonObject * object, const gchar * const *known,
    const gchar * where, SimFault * fault)
{
  g_autoptr (GList) names = object ? json_object_get_members (object) : NULL;

  for (GList * l = names; l; l = l->next) {
    g_autofree gchar *name = camel (l->data);

    if (g_strv_contains (known, name))
      continue;
    set_invalid (fault, g_strdup_printf ("Invalid JSON payload received."
            " Unknown name \"%s\"%s%s: Cannot find field.",
            (const gchar *) l->data, *where ? " at " : "", where));
    return FALSE;
  }
  return TRUE;
}

static const gchar *
read_resolution (JsonObject * part, JsonObject * config)
{
  JsonObject *own =
      sim_json_either_object (part, "mediaResolution", "media_resolution");
  const gchar *level = sim_json_string (own, "level");

  return level ? level : sim_json_either_string (config, "mediaResolution",
      "media_resolution");
}

static gboolean
read_inline (SimRequest * request, JsonObject * part, JsonObject * data,
    JsonObject * config, SimFault * fault)
{
  const gchar *type = sim_json_either_string (data, "mimeType", "mime_type");
  const gchar *text = sim_json_string (data, "data");
  g_autoptr (GBytes) bytes = NULL;
  SimPicture *picture;

  if (type && text && g_str_has_prefix (type, "video/"))
    return sim_dialect_add_video (request, type, text, sim_usage_gemini_frame,
        fault);
  if (g_strcmp0 (type, "image/jpeg") != 0) {
    set_invalid (fault, g_strdup_printf ("Unsupported MIME type: %s",
            type ? type : ""));
    return FALSE;
  }
  bytes = text ? sim_base64_decode (text) : NULL;
  if (bytes == NULL) {
    set_invalid (fault, g_strdup ("Invalid value at"
            " 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64"
            " decoding failed."));
    return FALSE;
  }
  picture = sim_dialect_add_picture (request, bytes, fault);
  if (picture == NULL) {
    if (fault->message == NULL)
      set_invalid (fault, g_strdup ("Unable to process input image. Please"
              " retry or report in https://developers.generativeai.google/"
              "guide/troubleshooting"));
    return FALSE;
  }
  picture->tokens = sim_usage_gemini_picture (picture->width,
      picture->height, read_resolution (part, config));
  return TRUE;
}

static gboolean
read_part (SimRequest * request, JsonObject * part, JsonObject * config,
    SimFault * fault)
{
  const gchar *text = sim_json_string (part, "text");
  JsonObject *data = sim_json_either_object (part, "inlineData",
      "inline_data");

  if (!check_fields (part, part_fields, "'contents.parts'", fault))
    return FALSE;
  if (text) {
    sim_request_add_text (request, text);
    return TRUE;
  }
  if (data)
    return read_inline (request, part, data, config, fault);
  set_invalid (fault, g_strdup ("Unable to submit request because a part has"
          " neither text nor inline data."));
  return FALSE;
}

static gboolean
read_contents (SimRequest * request, JsonObject * body, JsonObject * config,
    SimFault * fault)
{
  JsonArray *contents = sim_json_array (body, "contents");

  if (contents == NULL || json_array_get_length (contents) == 0) {
    set_invalid (fault, g_strdup ("* GenerateContentRequest.contents: contents"
            " is not specified"));
    return FALSE;
  }
  for (guint i = 0; i < json_array_get_length (contents); i++) {
    JsonArray *parts = sim_json_array (sim_json_element (contents, i),
        "parts");

    if (parts == NULL || json_array_get_length (parts) == 0) {
      set_invalid (fault, g_strdup_printf ("* GenerateContentRequest."
              "contents[%u].parts: contents.parts must not be empty.", i));
      return FALSE;
    }
    for (guint j = 0; j < json_array_get_length (parts); j++) {
      if (!read_part (request, sim_json_element (parts, j), config, fault))
        return FALSE;
    }
  }
  return TRUE;
}

static void
read_system (SimRequest * request, JsonObject * body)
{
  JsonObject *system = sim_json_either_object (body, "systemInstruction",
      "system_instruction");
  JsonArray *parts = sim_json_array (system, "parts");

  for (guint i = 0; parts && i < json_array_get_length (parts); i++) {
    const gchar *text = sim_json_string (sim_json_element (parts, i), "text");

    if (text)
      g_string_append (request->system, text);
  }
}

static JsonNode *
find_member (JsonObject * object, const gchar * name, const gchar * other)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  if (node == NULL && object)
    node = json_object_get_member (object, other);
  return node && JSON_NODE_HOLDS_OBJECT (node) ? node : NULL;
}

static gboolean
read_schema (SimRequest * request, JsonObject * config, SimFault * fault)
{
  JsonNode *json = find_member (config, "responseJsonSchema",
      "response_json_schema");
  JsonNode *open_api = find_member (config, "responseSchema",
      "response_schema");
  const gchar *type = sim_json_either_string (config, "responseMimeType",
      "response_mime_type");

  if (json && open_api) {
    set_invalid (fault, g_strdup ("Only one of response_schema and"
            " response_json_schema can be set."));
    return FALSE;
  }
  request->json = g_strcmp0 (type, "application/json") == 0;
  if ((json || open_api) && !request->json) {
    set_invalid (fault, g_strdup ("Function calling config or response schema"
            " is set but response_mime_type is not 'application/json'."));
    return FALSE;
  }
  if (type && !request->json && !g_str_equal (type, "text/plain")) {
    set_invalid (fault, g_strdup_printf ("* GenerateContentRequest."
            "generation_config.response_mime_type: unsupported \"%s\".", type));
    return FALSE;
  }
  if (json || open_api)
    request->schema = json_node_copy (json ? json : open_api);
  return TRUE;
}

static gboolean
read_logprobs (SimRequest * request, JsonObject * config, SimLogprobs policy,
    SimFault * fault)
{
  gboolean wanted = sim_json_boolean (config, "responseLogprobs")
      || sim_json_boolean (config, "response_logprobs");
  gdouble n = 0;
  gboolean top = sim_json_number (config, "logprobs", &n);

  if (policy == SIM_LOGPROBS_IGNORE)
    return TRUE;
  if (policy == SIM_LOGPROBS_REFUSE && wanted) {
    set_invalid (fault, g_strdup_printf ("Logprobs is not enabled for"
            " models/%s", request->model));
    return FALSE;
  }
  if (top && !wanted) {
    set_invalid (fault, g_strdup ("logprobs can only be set when"
            " response_logprobs is true."));
    return FALSE;
  }
  if (!(n >= 0 && n <= 20)) {
    set_invalid (fault, g_strdup ("logprobs has to be from 0 to 20."));
    return FALSE;
  }
  request->want_chances = wanted;
  request->n_chances = n;
  return TRUE;
}

static gboolean
read_config (SimRequest * request, JsonObject * config, SimLogprobs policy,
    SimFault * fault)
{
  JsonObject *thinking = sim_json_either_object (config, "thinkingConfig",
      "thinking_config");
  gdouble limit;

  if (!check_fields (config, config_fields, "'generation_config'", fault)
      || !read_logprobs (request, config, policy, fault))
    return FALSE;
  if (sim_json_either_string (thinking, "thinkingLevel", "thinking_level")
      && (json_object_has_member (thinking, "thinkingBudget")
          || json_object_has_member (thinking, "thinking_budget"))) {
    set_invalid (fault, g_strdup ("You can only set one of thinking budget and"
            " thinking level."));
    return FALSE;
  }
  if (sim_json_number (config, "maxOutputTokens", &limit)
      || sim_json_number (config, "max_output_tokens", &limit)) {
    if (!(limit >= 1 && limit < 1e9)) {
      set_invalid (fault, g_strdup ("max_output_tokens must be positive."));
      return FALSE;
    }
    request->max_tokens = limit;
  }
  return read_schema (request, config, fault);
}

static SimRequest *
read_request (const SimConfig * server, JsonObject * body, const gchar * model,
    SimFault * fault)
{
  g_autoptr (SimRequest) request = sim_request_new ();
  JsonObject *config = sim_json_either_object (body, "generationConfig",
      "generation_config");

  if (sim_config_find_model (server, model) == NULL) {
    sim_fault_set (fault, 404, NULL, NULL,
        g_strdup_printf ("models/%s is not found for API version v1beta, or is"
            " not supported for generateContent. Call ListModels to see the"
            " list of available models and their supported methods.", model));
    return NULL;
  }
  request->model = g_strdup (model);
  if (!check_fields (body, request_fields, "", fault)
      || !read_config (request, config, server->logprobs, fault)
      || !read_contents (request, body, config, fault))
    return NULL;
  read_system (request, body);
  return g_steal_pointer (&request);
}

static void
add_detail (JsonArray * details, const gchar * modality, guint tokens)
{
  JsonObject *detail;

  if (tokens == 0)
    return;
  detail = json_object_new ();
  json_object_set_string_member (detail, "modality", modality);
  json_object_set_int_member (detail, "tokenCount", tokens);
  json_array_add_object_element (details, detail);
}

static JsonObject *
make_usage (const SimAnswer * answer)
{
  JsonObject *usage = json_object_new ();
  JsonArray *details = json_array_new ();
  guint prompt = answer->text_tokens + answer->picture_tokens;

  add_detail (details, "TEXT", answer->text_tokens);
  add_detail (details, "IMAGE", answer->picture_tokens - answer->video_tokens);
  add_detail (details, "VIDEO", answer->video_tokens);
  json_object_set_int_member (usage, "promptTokenCount", prompt);
  json_object_set_int_member (usage, "candidatesTokenCount",
      answer->answer_tokens);
  json_object_set_int_member (usage, "totalTokenCount",
      prompt + answer->answer_tokens);
  json_object_set_array_member (usage, "promptTokensDetails", details);
  return usage;
}

static JsonObject *
make_chance (const SimChance * chance)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "token", chance->token);
  json_object_set_int_member (object, "tokenId", chance->id);
  json_object_set_double_member (object, "logProbability", chance->logprob);
  return object;
}

static JsonObject *
make_top (GArray * chances, guint n)
{
  g_autoptr (GArray) picked = sim_chances_pick (chances, n, NULL);
  JsonObject *object = json_object_new ();
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < picked->len; i++)
    json_array_add_object_element (list,
        make_chance (&g_array_index (picked, SimChance, i)));
  json_object_set_array_member (object, "candidates", list);
  return object;
}

static void
add_logprobs (JsonObject * candidate, const SimRequest * request,
    const SimAnswer * answer)
{
  JsonObject *result = json_object_new ();
  JsonArray *chosen = json_array_new (), *top = json_array_new ();
  gdouble sum = 0;

  for (guint i = 0; i < answer->chances->len; i++) {
    GArray *chances = g_ptr_array_index (answer->chances, i);
    const SimChance *first = &g_array_index (chances, SimChance, 0);

    sum += first->logprob;
    json_array_add_object_element (chosen, make_chance (first));
    json_array_add_object_element (top, make_top (chances, request->n_chances));
  }
  if (request->n_chances > 0)
    json_object_set_array_member (result, "topCandidates", top);
  else
    json_array_unref (top);
  json_object_set_array_member (result, "chosenCandidates", chosen);
  json_object_set_double_member (candidate, "avgLogprobs",
      sum / MAX (answer->chances->len, 1));
  json_object_set_object_member (candidate, "logprobsResult", result);
}

static JsonArray *
make_candidates (const SimRequest * request, const SimAnswer * answer)
{
  JsonObject *part = json_object_new ();
  JsonArray *parts = json_array_new ();
  JsonObject *content = json_object_new ();
  JsonObject *candidate = json_object_new ();
  JsonArray *candidates = json_array_new ();

  json_object_set_string_member (part, "text", answer->text);
  json_array_add_object_element (parts, part);
  json_object_set_array_member (content, "parts", parts);
  json_object_set_string_member (content, "role", "model");
  json_object_set_object_member (candidate, "content", content);
  json_object_set_string_member (candidate, "finishReason",
      answer->cut ? "MAX_TOKENS" : "STOP");
  json_object_set_int_member (candidate, "index", 0);
  if (answer->chances)
    add_logprobs (candidate, request, answer);
  json_array_add_object_element (candidates, candidate);
  return candidates;
}

static gchar *
write_answer (const SimRequest * request, const SimAnswer * answer)
{
  JsonObject *object = json_object_new ();
  g_autofree gchar *id = g_strdup_printf ("%016" G_GINT64_MODIFIER "x",
      request->hash);

  json_object_set_array_member (object, "candidates",
      make_candidates (request, answer));
  json_object_set_object_member (object, "usageMetadata", make_usage (answer));
  json_object_set_string_member (object, "modelVersion", request->model);
  json_object_set_string_member (object, "responseId", id);
  return sim_json_print (object);
}

static const gchar *
name_status (guint status)
{
  static const struct
  {
    guint status;
    const gchar *name;
  } names[] = {
    {400, "INVALID_ARGUMENT"},
    {401, "UNAUTHENTICATED"},
    {403, "PERMISSION_DENIED"},
    {404, "NOT_FOUND"},
    {405, "UNIMPLEMENTED"},
    {413, "INVALID_ARGUMENT"},
    {429, "RESOURCE_EXHAUSTED"},
    {500, "INTERNAL"},
    {503, "UNAVAILABLE"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    if (names[i].status == status)
      return names[i].name;
  }
  return "UNKNOWN";
}

static JsonArray *
make_retry_details (gdouble seconds)
{
  g_autofree gchar *delay = NULL;
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];
  JsonObject *info = json_object_new ();
  JsonArray *details = json_array_new ();

  g_ascii_formatd (number, sizeof number, "%.3f", seconds);
  delay = g_strconcat (number, "s", NULL);
  json_object_set_string_member (info, "@type",
      "type.googleapis.com/google.rpc.RetryInfo");
  json_object_set_string_member (info, "retryDelay", delay);
  json_array_add_object_element (details, info);
  return details;
}

static gchar *
write_fault (const SimFault * fault)
{
  JsonObject *error = json_object_new ();
  JsonObject *object = json_object_new ();

  json_object_set_int_member (error, "code", fault->status);
  json_object_set_string_member (error, "message", fault->message);
  json_object_set_string_member (error, "status", name_status (fault->status));
  if (fault->retry_after > 0)
    json_object_set_array_member (error, "details",
        make_retry_details (fault->retry_after));
  json_object_set_object_member (object, "error", error);
  return sim_json_print (object);
}

static JsonObject *
show_model (const SimModel * model)
{
  JsonObject *object = json_object_new ();
  JsonArray *methods = json_array_new ();
  g_autofree gchar *name = g_strconcat ("models/", model->name, NULL);

  json_array_add_string_element (methods, "generateContent");
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "version", PACKAGE_VERSION);
  json_object_set_string_member (object, "displayName", model->name);
  json_object_set_string_member (object, "description",
      "A simulator that looks for coloured toys, not a model.");
  json_object_set_int_member (object, "inputTokenLimit", 1048576);
  json_object_set_int_member (object, "outputTokenLimit", 65536);
  json_object_set_array_member (object, "supportedGenerationMethods", methods);
  return object;
}

static gchar *
list_models (const SimConfig * config)
{
  JsonObject *object = json_object_new ();

  json_object_set_array_member (object, "models",
      sim_dialect_list_models (config, show_model));
  return sim_json_print (object);
}

const SimDialect sim_gemini = {
  .name = "gemini",
  .read = read_request,
  .write = write_answer,
  .complain = write_fault,
  .show_model = show_model,
  .list_models = list_models,
};
