/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* OpenAI chat completions. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-chances.h"
#include "sim-dialect.h"
#include "sim-schema.h"
#include "sim-tokens.h"
#include "sim-usage.h"

#include <string.h>

/* Of the alternatives to a token. */
#define MAX_CHANCES 20u

static gboolean
read_image (SimRequest * request, JsonObject * part, SimFault * fault)
{
  JsonObject *image = sim_json_object (part, "image_url");
  const gchar *url = sim_json_string (image, "url");
  const gchar *comma = url ? strstr (url, ";base64,") : NULL;
  g_autoptr (GBytes) bytes = NULL;
  SimPicture *picture;

  if (url == NULL) {
    sim_fault_set (fault, 400, "missing_required_parameter", "messages",
        g_strdup ("Missing required parameter: 'image_url.url'."));
    return FALSE;
  }
  if (!g_str_has_prefix (url, "data:image/") || comma == NULL) {
    sim_fault_set (fault, 400, "invalid_image_url", "messages",
        g_strdup ("The image is not a data: URL with base64; this server"
            " fetches nothing."));
    return FALSE;
  }
  bytes = sim_base64_decode (comma + strlen (";base64,"));
  picture = sim_dialect_add_picture (request, bytes, fault);
  if (picture == NULL) {
    if (fault->message == NULL)
      sim_fault_set (fault, 400, "invalid_image", "messages",
          g_strdup ("You uploaded an unsupported image. Please make sure your"
              " image is a valid JPEG."));
    return FALSE;
  }
  picture->tokens = sim_usage_openai_picture (picture->width,
      picture->height, sim_json_string (image, "detail"));
  return TRUE;
}

/* data:video/TYPE;base64,... */
static gboolean
read_video (SimRequest * request, JsonObject * part, SimFault * fault)
{
  const gchar *url =
      sim_json_string (sim_json_object (part, "video_url"), "url");
  const gchar *comma = url ? strstr (url, ";base64,") : NULL;
  g_autofree gchar *type = NULL;

  if (comma == NULL || !g_str_has_prefix (url, "data:")) {
    sim_fault_set (fault, 400, "invalid_video_url", "messages",
        g_strdup ("The video is not a data: URL with base64; this server"
            " fetches nothing."));
    return FALSE;
  }
  type = g_strndup (url + strlen ("data:"), comma - url - strlen ("data:"));
  return sim_dialect_add_video (request, type, comma + strlen (";base64,"),
      sim_usage_openai_frame, fault);
}

static void
add_text (SimRequest * request, gboolean system, const gchar * text)
{
  if (system)
    g_string_append (request->system, text);
  else
    sim_request_add_text (request, text);
}

static gboolean
read_part (SimRequest * request, JsonObject * part, gboolean system,
    SimFault * fault)
{
  const gchar *type = sim_json_string (part, "type");
  const gchar *text = sim_json_string (part, "text");

  if (g_strcmp0 (type, "text") == 0 && text) {
    add_text (request, system, text);
    return TRUE;
  }
  if (g_strcmp0 (type, "image_url") == 0 && !system)
    return read_image (request, part, fault);
  if (g_strcmp0 (type, "video_url") == 0 && !system)
    return read_video (request, part, fault);
  sim_fault_set (fault, 400, "invalid_value", "messages",
      g_strdup_printf ("Invalid content part of type '%s' in a %s message.",
          type ? type : "", system ? "system" : "user"));
  return FALSE;
}

static gboolean
read_message (SimRequest * request, JsonObject * message, SimFault * fault)
{
  const gchar *role = sim_json_string (message, "role");
  const gchar *text = sim_json_string (message, "content");
  JsonArray *parts = sim_json_array (message, "content");
  gboolean system = g_strcmp0 (role, "system") == 0
      || g_strcmp0 (role, "developer") == 0;

  if (!system && g_strcmp0 (role, "user") != 0
      && g_strcmp0 (role, "assistant") != 0) {
    sim_fault_set (fault, 400, "invalid_value", "messages",
        g_strdup_printf ("Invalid value for a role: '%s'.", role ? role : ""));
    return FALSE;
  }
  if (text == NULL && parts == NULL) {
    sim_fault_set (fault, 400, "invalid_type", "messages",
        g_strdup ("The content of a message has to be a string or a list."));
    return FALSE;
  }
  if (text)
    add_text (request, system, text);
  for (guint i = 0; parts && i < json_array_get_length (parts); i++) {
    if (!read_part (request, sim_json_element (parts, i), system, fault))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_messages (SimRequest * request, JsonObject * body, SimFault * fault)
{
  JsonArray *messages = sim_json_array (body, "messages");

  if (messages == NULL || json_array_get_length (messages) == 0) {
    sim_fault_set (fault, 400, "missing_required_parameter", "messages",
        g_strdup ("Missing required parameter: 'messages'."));
    return FALSE;
  }
  for (guint i = 0; i < json_array_get_length (messages); i++) {
    if (!read_message (request, sim_json_element (messages, i), fault))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_schema_name (const gchar * name)
{
  gsize n = name ? strlen (name) : 0;

  return n >= 1 && n <= 64 && strspn (name, "abcdefghijklmnopqrstuvwxyz"
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == n;
}

static gboolean
read_json_schema (SimRequest * request, JsonObject * format, SimFault * fault)
{
  JsonObject *spec = sim_json_object (format, "json_schema");
  JsonObject *schema = sim_json_object (spec, "schema");
  const gchar *name = sim_json_string (spec, "name");
  g_autofree gchar *complaint = NULL;

  if (!is_schema_name (name) || schema == NULL) {
    sim_fault_set (fault, 400, "missing_required_parameter",
        "response_format.json_schema",
        g_strdup ("'response_format.json_schema' needs a name of letters,"
            " digits, _ and -, and a schema."));
    return FALSE;
  }
  if (sim_json_boolean (spec, "strict"))
    complaint = sim_schema_complain (schema);
  if (complaint) {
    sim_fault_set (fault, 400, "invalid_json_schema", "response_format",
        g_strdup_printf ("Invalid schema for response_format '%s': %s", name,
            complaint));
    return FALSE;
  }
  request->schema = json_node_copy (json_object_get_member (spec, "schema"));
  return TRUE;
}

static gboolean
mentions_json (const SimRequest * request)
{
  g_autofree gchar *text = g_ascii_strdown (request->text->str, -1);
  g_autofree gchar *system = g_ascii_strdown (request->system->str, -1);

  return strstr (text, "json") || strstr (system, "json");
}

static gboolean
read_response_format (SimRequest * request, JsonObject * body, SimFault * fault)
{
  JsonObject *format = sim_json_object (body, "response_format");
  const gchar *type = sim_json_string (format, "type");

  if (!json_object_has_member (body, "response_format")
      || json_object_get_null_member (body, "response_format")
      || g_strcmp0 (type, "text") == 0)
    return TRUE;
  if (g_strcmp0 (type, "json_schema") == 0)
    return read_json_schema (request, format, fault);
  if (g_strcmp0 (type, "json_object") != 0) {
    sim_fault_set (fault, 400, "invalid_value", "response_format.type",
        g_strdup_printf ("Invalid value: '%s'. Supported values are: 'text',"
            " 'json_object' and 'json_schema'.", type ? type : ""));
    return FALSE;
  }
  if (!mentions_json (request)) {
    sim_fault_set (fault, 400, NULL, "messages",
        g_strdup ("'messages' must contain the word 'json' in some form, to use"
            " 'response_format' of type 'json_object'."));
    return FALSE;
  }
  request->json = TRUE;
  return TRUE;
}

static gboolean
read_limit (SimRequest * request, JsonObject * body, const gchar * name,
    SimFault * fault)
{
  gdouble value;

  if (!json_object_has_member (body, name)
      || json_object_get_null_member (body, name))
    return TRUE;
  if (!sim_json_number (body, name, &value) || !(value >= 1 && value < 1e9)) {
    sim_fault_set (fault, 400, "invalid_value", "max_tokens",
        g_strdup_printf ("'%s' has to be a number from 1 on.", name));
    return FALSE;
  }
  request->max_tokens = value;
  return TRUE;
}

/* vLLM's logprob_token_ids. */
static gboolean
read_token_ids (SimRequest * request, JsonObject * body, SimFault * fault)
{
  JsonArray *ids = sim_json_array (body, "logprob_token_ids");

  if (ids == NULL)
    return TRUE;
  request->token_ids = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < json_array_get_length (ids); i++) {
    JsonNode *node = json_array_get_element (ids, i);
    gint64 id = json_node_get_value_type (node) == G_TYPE_INT64
        ? json_node_get_int (node) : -1;
    guint number = id;

    if (id < 0 || id >= sim_tokens_end () || i >= MAX_CHANCES) {
      sim_fault_set (fault, 400, "invalid_value", "logprob_token_ids",
          g_strdup_printf ("'logprob_token_ids' has to be a list of at most %u"
              " numbers of tokens below %u.", MAX_CHANCES, sim_tokens_end ()));
      return FALSE;
    }
    g_array_append_val (request->token_ids, number);
  }
  return TRUE;
}

static gboolean
read_logprobs (SimRequest * request, JsonObject * body, SimLogprobs policy,
    SimFault * fault)
{
  gboolean wanted = sim_json_boolean (body, "logprobs");
  gdouble n = 0;
  gboolean top = sim_json_number (body, "top_logprobs", &n);

  if (policy == SIM_LOGPROBS_IGNORE)
    return TRUE;
  if (policy == SIM_LOGPROBS_REFUSE && (wanted || top)) {
    sim_fault_set (fault, 400, "unsupported_parameter", "logprobs",
        g_strdup ("Unsupported parameter: 'logprobs' is not supported with"
            " this model."));
    return FALSE;
  }
  if (!wanted && (top || sim_json_array (body, "logprob_token_ids"))) {
    sim_fault_set (fault, 400, "invalid_value", "top_logprobs",
        g_strdup ("'logprobs' must be set to true if 'top_logprobs' or"
            " 'logprob_token_ids' is used."));
    return FALSE;
  }
  if (!(n >= 0 && n <= MAX_CHANCES)) {
    sim_fault_set (fault, 400, "invalid_value", "top_logprobs",
        g_strdup_printf ("Invalid 'top_logprobs': expected a value from 0 to"
            " %u.", MAX_CHANCES));
    return FALSE;
  }
  request->want_chances = wanted;
  request->n_chances = n;
  return read_token_ids (request, body, fault);
}

/* How vLLM is told to go on with the last message instead of answering it. */
static gboolean
read_template (SimRequest * request, JsonObject * body, SimFault * fault)
{
  request->open_ended = sim_json_boolean (body, "continue_final_message");
  if (request->open_ended && sim_json_boolean (body, "add_generation_prompt")) {
    sim_fault_set (fault, 400, NULL, "continue_final_message",
        g_strdup ("Cannot set both `continue_final_message` and"
            " `add_generation_prompt` to True."));
    return FALSE;
  }
  return TRUE;
}

/* What a real server does and this one can not. */
static gboolean
check_unsupported (JsonObject * body, SimFault * fault)
{
  gdouble n;

  if (sim_json_boolean (body, "stream")) {
    sim_fault_set (fault, 400, "unsupported_value", "stream",
        g_strdup ("Unsupported value: 'stream' does not support true with this"
            " model."));
    return FALSE;
  }
  if (sim_json_number (body, "n", &n) && n != 1) {
    sim_fault_set (fault, 400, "unsupported_value", "n",
        g_strdup ("Unsupported value: 'n' only supports 1 with this model."));
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_model (const SimConfig * config, const gchar * model, SimFault * fault)
{
  if (model == NULL) {
    sim_fault_set (fault, 400, NULL, NULL,
        g_strdup ("you must provide a model parameter"));
    return FALSE;
  }
  if (sim_config_find_model (config, model) == NULL) {
    sim_fault_set (fault, 404, "model_not_found", NULL,
        g_strdup_printf ("The model `%s` does not exist or you do not have"
            " access to it.", model));
    return FALSE;
  }
  return TRUE;
}

static SimRequest *
read_request (const SimConfig * config, JsonObject * body,
    const gchar * path_model, SimFault * fault)
{
  const gchar *model = sim_json_string (body, "model");
  g_autoptr (SimRequest) request = sim_request_new ();

  if (!check_model (config, model, fault) || !check_unsupported (body, fault))
    return NULL;
  request->model = g_strdup (model);
  if (!read_limit (request, body, "max_tokens", fault)
      || !read_limit (request, body, "max_completion_tokens", fault)
      || !read_logprobs (request, body, config->logprobs, fault)
      || !read_template (request, body, fault)
      || !read_messages (request, body, fault)
      || !read_response_format (request, body, fault))
    return NULL;
  return g_steal_pointer (&request);
}

static JsonObject *
make_usage (const SimAnswer * answer)
{
  JsonObject *usage = json_object_new ();
  JsonObject *prompt = json_object_new ();
  JsonObject *completion = json_object_new ();
  guint total = answer->text_tokens + answer->picture_tokens;

  json_object_set_int_member (prompt, "cached_tokens", 0);
  json_object_set_int_member (prompt, "image_tokens", answer->picture_tokens);
  json_object_set_int_member (prompt, "text_tokens", answer->text_tokens);
  json_object_set_int_member (completion, "reasoning_tokens", 0);
  json_object_set_int_member (usage, "prompt_tokens", total);
  json_object_set_int_member (usage, "completion_tokens",
      answer->answer_tokens);
  json_object_set_int_member (usage, "total_tokens",
      total + answer->answer_tokens);
  json_object_set_object_member (usage, "prompt_tokens_details", prompt);
  json_object_set_object_member (usage, "completion_tokens_details",
      completion);
  return usage;
}

static JsonObject *
make_chance (const SimChance * chance)
{
  JsonObject *object = json_object_new ();
  JsonArray *bytes = json_array_new ();

  for (const gchar * p = chance->token; *p; p++)
    json_array_add_int_element (bytes, (guchar) * p);
  json_object_set_string_member (object, "token", chance->token);
  json_object_set_double_member (object, "logprob", chance->logprob);
  json_object_set_array_member (object, "bytes", bytes);
  return object;
}

static JsonObject *
make_logprobs (const SimRequest * request, const SimAnswer * answer)
{
  JsonObject *logprobs = json_object_new ();
  JsonArray *content = json_array_new ();

  for (guint i = 0; i < answer->chances->len; i++) {
    GArray *chances = g_ptr_array_index (answer->chances, i);
    g_autoptr (GArray) picked = sim_chances_pick (chances, request->n_chances,
        request->token_ids);
    JsonObject *token = make_chance (&g_array_index (chances, SimChance, 0));
    JsonArray *top = json_array_new ();

    for (guint j = 0; j < picked->len; j++)
      json_array_add_object_element (top,
          make_chance (&g_array_index (picked, SimChance, j)));
    json_object_set_array_member (token, "top_logprobs", top);
    json_array_add_object_element (content, token);
  }
  json_object_set_array_member (logprobs, "content", content);
  json_object_set_null_member (logprobs, "refusal");
  return logprobs;
}

static JsonArray *
make_choices (const SimRequest * request, const SimAnswer * answer)
{
  JsonObject *message = json_object_new ();
  JsonObject *choice = json_object_new ();
  JsonArray *choices = json_array_new ();

  json_object_set_string_member (message, "role", "assistant");
  json_object_set_string_member (message, "content", answer->text);
  json_object_set_null_member (message, "refusal");
  json_object_set_int_member (choice, "index", 0);
  json_object_set_object_member (choice, "message", message);
  if (answer->chances)
    json_object_set_object_member (choice, "logprobs",
        make_logprobs (request, answer));
  else
    json_object_set_null_member (choice, "logprobs");
  json_object_set_string_member (choice, "finish_reason",
      answer->cut ? "length" : "stop");
  json_array_add_object_element (choices, choice);
  return choices;
}

static gchar *
write_answer (const SimRequest * request, const SimAnswer * answer)
{
  JsonObject *object = json_object_new ();
  g_autofree gchar *id = g_strdup_printf ("chatcmpl-%016" G_GINT64_MODIFIER "x",
      request->hash);

  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "object", "chat.completion");
  json_object_set_int_member (object, "created",
      g_get_real_time () / G_USEC_PER_SEC);
  json_object_set_string_member (object, "model", request->model);
  json_object_set_array_member (object, "choices",
      make_choices (request, answer));
  json_object_set_object_member (object, "usage", make_usage (answer));
  json_object_set_string_member (object, "service_tier", "default");
  json_object_set_string_member (object, "system_fingerprint",
      "fp_toy_simulator");
  return sim_json_print (object);
}

static const gchar *
name_type (guint status)
{
  switch (status) {
    case 401:
      return "authentication_error";
    case 429:
      return "requests";
    default:
      return status >= 500 ? "server_error" : "invalid_request_error";
  }
}

static void
set_string_or_null (JsonObject * object, const gchar * name,
    const gchar * value)
{
  if (value)
    json_object_set_string_member (object, name, value);
  else
    json_object_set_null_member (object, name);
}

static gchar *
write_fault (const SimFault * fault)
{
  JsonObject *error = json_object_new ();
  JsonObject *object = json_object_new ();

  json_object_set_string_member (error, "message", fault->message);
  json_object_set_string_member (error, "type", name_type (fault->status));
  set_string_or_null (error, "param", fault->param);
  set_string_or_null (error, "code", fault->code);
  json_object_set_object_member (object, "error", error);
  return sim_json_print (object);
}

static JsonObject *
show_model (const SimModel * model)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", model->name);
  json_object_set_string_member (object, "object", "model");
  json_object_set_int_member (object, "created", 1767225600);
  json_object_set_string_member (object, "owned_by", "gst-score-simulator");
  if (model->price >= 0) {
    JsonObject *pricing = json_object_new ();

    json_object_set_double_member (pricing, "prompt", model->price);
    json_object_set_object_member (object, "pricing", pricing);
  }
  return object;
}

static gchar *
list_models (const SimConfig * config)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "object", "list");
  json_object_set_array_member (object, "data",
      sim_dialect_list_models (config, show_model));
  return sim_json_print (object);
}

const SimDialect sim_openai = {
  .name = "openai",
  .read = read_request,
  .write = write_answer,
  .complain = write_fault,
  .show_model = show_model,
  .list_models = list_models,
};
