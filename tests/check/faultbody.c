/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "faultbody.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "faultchances.h"

#define DEPTH 70000

static const gchar *const nicks[FAULT_N_KINDS] = {
  [FAULT_NONE] = "none",
  [FAULT_SLOW] = "slow",
  [FAULT_GZIP] = "gzip",
  [FAULT_TEXT] = "text",
  [FAULT_BODY] = "body",
  [FAULT_STATUS] = "status",
  [FAULT_QUOTA] = "quota",
  [FAULT_REFUSES] = "refuses",
  [FAULT_REDIRECT] = "redirect",
  [FAULT_EARLY] = "early",
  [FAULT_ERROR_200] = "error-200",
  [FAULT_HANG] = "hang",
  [FAULT_HANG_BODY] = "hang-body",
  [FAULT_DRIP] = "drip",
  [FAULT_RESET] = "reset",
  [FAULT_CLOSE] = "close",
  [FAULT_CLOSE_AFTER] = "close-after",
  [FAULT_HALF_STATUS] = "half-status",
  [FAULT_HALF_HEADERS] = "half-headers",
  [FAULT_TRUNCATED] = "truncated",
  [FAULT_TRUNCATED_CHUNKED] = "truncated-chunked",
  [FAULT_GARBAGE] = "garbage",
  [FAULT_BOGUS_GZIP] = "bogus-gzip",
  [FAULT_TRUNCATED_GZIP] = "truncated-gzip",
  [FAULT_BOMB] = "bomb",
  [FAULT_ENDLESS] = "endless",
  [FAULT_HUGE] = "huge",
  [FAULT_EMPTY] = "empty",
  [FAULT_NOT_JSON] = "not-json",
  [FAULT_CUT_JSON] = "cut-json",
  [FAULT_DEEP] = "deep",
  [FAULT_BAD_UTF8] = "bad-utf8",
  [FAULT_NULL_CONTENT] = "null-content",
  [FAULT_REFUSAL] = "refusal",
  [FAULT_FILTERED] = "filtered",
  [FAULT_LENGTH] = "length",
  [FAULT_DEEP_TEXT] = "deep-text",
  [FAULT_PROSE] = "prose",
  [FAULT_WRONG_LENGTH] = "wrong-length",
  [FAULT_NAN] = "nan",
  [FAULT_INFINITE] = "infinite",
  [FAULT_FENCES] = "fences",
  [FAULT_THINK] = "think",
};

const gchar *
fault_kind_get_nick (FaultKind kind)
{
  g_return_val_if_fail (kind < FAULT_N_KINDS, NULL);

  return nicks[kind];
}

static gboolean
is_gemini (const FaultRequest * request)
{
  return strstr (request->target, ":generateContent") != NULL
      || strstr (request->target, "/v1beta/models") != NULL;
}

static gboolean
is_curve (const FaultRequest * request)
{
  return strstr (request->target, "/evaluate_batch_npy") != NULL;
}

static GBytes *
take_string (gchar * string)
{
  return g_bytes_new_take (string, strlen (string));
}

/* As a JSON string; NULL gives null. */
static gchar *
quote (const gchar * text)
{
  g_autoptr (JsonNode) node = NULL;

  if (text == NULL)
    return g_strdup ("null");
  node = json_node_init_string (json_node_alloc (), text);
  return json_to_string (node, FALSE);
}

static GBytes *
wrap_openai (const gchar * quoted, const gchar * refusal, const gchar * finish,
    const gchar * chances)
{
  g_autofree gchar *declined = quote (refusal);

  return take_string (g_strdup_printf ("{\"id\":\"chatcmpl-fault\","
          "\"object\":\"chat.completion\",\"model\":\"fault-model\","
          "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
          "\"content\":%s,\"refusal\":%s},\"finish_reason\":\"%s\"%s}],"
          "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,"
          "\"total_tokens\":120,\"prompt_tokens_details\":"
          "{\"cached_tokens\":60},\"completion_tokens_details\":"
          "{\"reasoning_tokens\":5}}}", quoted, declined, finish, chances));
}

static GBytes *
wrap_gemini (const gchar * quoted, const gchar * finish, const gchar * chances)
{
  g_autofree gchar *content = NULL;

  if (g_strcmp0 (quoted, "null") == 0)
    content = g_strdup ("{\"role\":\"model\"}");
  else
    content = g_strdup_printf
        ("{\"role\":\"model\",\"parts\":[{\"text\":%s}]}", quoted);
  return take_string (g_strdup_printf ("{\"candidates\":[{\"content\":%s,"
          "\"finishReason\":\"%s\",\"index\":0%s}],\"usageMetadata\":"
          "{\"promptTokenCount\":100,\"candidatesTokenCount\":15,"
          "\"thoughtsTokenCount\":5,\"cachedContentTokenCount\":60,"
          "\"totalTokenCount\":120},\"modelVersion\":\"fault-model\"}",
          content, finish, chances));
}

/* The text is a list of numbers, or what a server gives that is not well. */
static GBytes *
wrap_curve (const gchar * text)
{
  g_autofree gchar *quoted = quote (text);

  return take_string (g_strdup_printf ("{\"outputs_preference\":null,"
          "\"outputs_progress\":{\"progress_pred\":[%s]},"
          "\"outputs_success\":{\"success_probs\":[%s]}}",
          text && *text == '[' ? text : quoted,
          text && *text == '[' ? text : quoted));
}

static GBytes *
wrap (const FaultRequest * request, const gchar * text,
    const gchar * openai_finish, const gchar * gemini_finish)
{
  g_autofree gchar *chances = fault_chances_make (request, text);
  g_autofree gchar *word = fault_chances_choose (request, text);
  g_autofree gchar *quoted = quote (word);

  if (is_curve (request))
    return wrap_curve (text);
  return is_gemini (request) ? wrap_gemini (quoted, gemini_finish, chances)
      : wrap_openai (quoted, NULL, openai_finish, chances);
}

static GBytes *
say (const FaultRequest * request, const gchar * text)
{
  return wrap (request, text, "stop", "STOP");
}

static GBytes *
decline (const FaultRequest * request)
{
  if (is_curve (request))
    return wrap_curve (NULL);
  if (is_gemini (request))
    return take_string (g_strdup ("{\"promptFeedback\":{\"blockReason\":"
            "\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":100}}"));
  return wrap_openai ("null", "I cannot help with that.", "stop", "");
}

static gchar *
nest (void)
{
  gchar *text = g_malloc (2 * DEPTH + 1);

  memset (text, '[', DEPTH);
  memset (text + DEPTH, ']', DEPTH);
  text[2 * DEPTH] = '\0';
  return text;
}

static gboolean
is_number_char (gchar c)
{
  return g_ascii_isdigit (c) || strchr ("+-.eE", c) != NULL;
}

/* The last number that stands where JSON has a value. */
static gchar *
replace_last_number (const gchar * text, const gchar * word)
{
  gsize end = strlen (text), start;
  g_autofree gchar *head = NULL;

  while (end > 0 && !g_ascii_isdigit (text[end - 1]))
    end--;
  if (end == 0)
    return g_strdup (word);
  for (start = end; start > 0 && is_number_char (text[start - 1]); start--);
  head = g_strndup (text, start);
  return g_strconcat (head, word, text + end, NULL);
}

static JsonArray *
find_array (JsonNode * node)
{
  JsonObjectIter iter;
  JsonNode *member;

  if (JSON_NODE_HOLDS_ARRAY (node))
    return json_node_get_array (node);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, NULL, &member)) {
    JsonArray *array = find_array (member);

    if (array)
      return array;
  }
  return NULL;
}

static gchar *
shorten_array (const gchar * text)
{
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonArray *array = root ? find_array (root) : NULL;

  if (array == NULL || json_array_get_length (array) == 0)
    return g_strdup (text);
  json_array_remove_element (array, json_array_get_length (array) - 1);
  return json_to_string (root, FALSE);
}

static GBytes *
halve (GBytes * bytes)
{
  return g_bytes_new_from_bytes (bytes, 0, g_bytes_get_size (bytes) / 2);
}

/* The envelope is ASCII, so one byte of its text can be spoilt. */
static GBytes *
say_bad_utf8 (const FaultRequest * request)
{
  g_autoptr (GBytes) bytes = say (request, "@@ of the way");
  gsize size = g_bytes_get_size (bytes);
  gchar *data = g_memdup2 (g_bytes_get_data (bytes, NULL), size);
  gchar *spot = g_strstr_len (data, size, "@@");

  g_assert (spot != NULL);
  spot[0] = (gchar) 0xff;
  spot[1] = (gchar) 0xfe;
  return g_bytes_new_take (data, size);
}

/* The model's text, spoilt. */
static gchar *
spoil_text (const FaultRequest * request, FaultKind kind, const gchar * text)
{
  switch (kind) {
    case FAULT_DEEP_TEXT:
      return nest ();
    case FAULT_PROSE:
      return g_strdup ("The robot is about half-way, I would say.");
    case FAULT_WRONG_LENGTH:
      return shorten_array (text);
    case FAULT_NAN:
      return replace_last_number (text, "NaN");
    case FAULT_INFINITE:
      return replace_last_number (text, "1e999");
    case FAULT_FENCES:
      return g_strdup_printf ("Here it is:\n```json\n%s\n```\n", text);
    case FAULT_THINK:
      return g_strdup_printf ("<think>{\"frames\":[]} will not do.</think>\n%s",
          text);
    case FAULT_LENGTH:         /* the first token is whole */
      return fault_chances_are_wanted (request) ? g_strdup (text)
          : g_strndup (text, strlen (text) / 2);
    default:
      return g_strdup (text);
  }
}

GBytes *
fault_body_answer (const FaultRequest * request, FaultKind kind,
    const gchar * text)
{
  g_autofree gchar *spoilt = spoil_text (request, kind, text);
  g_autoptr (GBytes) whole = NULL;

  switch (kind) {
    case FAULT_BODY:
      return g_bytes_new (text, strlen (text));
    case FAULT_EMPTY:
      return g_bytes_new (NULL, 0);
    case FAULT_NOT_JSON:
      return take_string (g_strdup
          ("<!DOCTYPE html><html><body>Please log in</body></html>"));
    case FAULT_CUT_JSON:
      whole = say (request, text);
      return halve (whole);
    case FAULT_DEEP:
      return take_string (nest ());
    case FAULT_BAD_UTF8:
      return say_bad_utf8 (request);
    case FAULT_NULL_CONTENT:
      return say (request, NULL);
    case FAULT_REFUSAL:
      return decline (request);
    case FAULT_FILTERED:
      return wrap (request, NULL, "content_filter", "SAFETY");
    case FAULT_LENGTH:
      return wrap (request, spoilt, "length", "MAX_TOKENS");
    default:
      return say (request, spoilt);
  }
}

static const gchar *
status_word (guint status)
{
  switch (status) {
    case 401:
      return "UNAUTHENTICATED";
    case 403:
      return "PERMISSION_DENIED";
    case 404:
      return "NOT_FOUND";
    case 429:
      return "RESOURCE_EXHAUSTED";
    case 500:
      return "INTERNAL";
    case 503:
      return "UNAVAILABLE";
    default:
      return "INVALID_ARGUMENT";
  }
}

/* Some servers quote the key they refuse. */
static gchar *
word_error (const FaultRequest * request, guint status, const gchar * param)
{
  const gchar *key = fault_request_get_header (request, "authorization");

  if (key == NULL)
    key = fault_request_get_header (request, "x-goog-api-key");
  if (key && g_str_has_prefix (key, "Bearer "))
    key += strlen ("Bearer ");
  if (key && status == 401)
    return g_strdup_printf ("Incorrect API key provided: %s.", key);
  if (key && status == 403)
    return g_strdup_printf ("%s is not one of ours.", key);
  if (param)
    return g_strdup_printf ("Unsupported parameter: '%s' is not supported "
        "with this model.", param);
  return g_strdup_printf ("The server says %u.", status);
}

GBytes *
fault_body_error (const FaultRequest * request, guint status,
    const gchar * code, const gchar * param)
{
  g_autofree gchar *words = word_error (request, status, param);
  g_autofree gchar *message = quote (words);
  g_autofree gchar *quoted_code = quote (code);
  g_autofree gchar *quoted_param = quote (param);

  if (is_gemini (request))
    return take_string (g_strdup_printf ("{\"error\":{\"code\":%u,"
            "\"message\":%s,\"status\":\"%s\"%s}}", status, message,
            status_word (status), g_strcmp0 (code, "insufficient_quota") == 0 ?
            ",\"details\":[{\"@type\":\"type.googleapis.com/"
            "google.rpc.QuotaFailure\",\"violations\":[{\"quotaId\":"
            "\"GenerateRequestsPerDayPerProject\"}]}]" : ""));
  return take_string (g_strdup_printf ("{\"error\":{\"message\":%s,"
          "\"type\":\"invalid_request_error\",\"param\":%s,\"code\":%s}}",
          message, quoted_param, quoted_code));
}

static GBytes *
list_models (const FaultRequest * request)
{
  if (is_gemini (request))
    return take_string (g_strdup ("{\"models\":[{\"name\":"
            "\"models/fault-model\",\"supportedGenerationMethods\":"
            "[\"generateContent\"]}]}"));
  return take_string (g_strdup ("{\"object\":\"list\",\"data\":[{\"id\":"
          "\"fault-model\",\"object\":\"model\",\"owned_by\":\"fault\"}]}"));
}

GBytes *
fault_body_aside (const FaultRequest * request)
{
  g_auto (GStrv) parts = g_strsplit (request->target, "?", 2);
  gboolean get = g_strcmp0 (request->method, "GET") == 0;

  if (get && g_str_has_suffix (parts[0], "/models"))
    return list_models (request);
  if (get && g_str_has_suffix (parts[0], "/health"))
    return take_string (g_strdup ("{\"status\":\"healthy\","
            "\"available_gpus\":1,\"total_gpus\":1}"));
  if (!get && g_str_has_suffix (parts[0], "/tokenize"))
    return take_string (g_strdup ("{\"count\":1,\"max_model_len\":4096,"
            "\"tokens\":[2514]}"));
  return NULL;
}

GBytes *
fault_body_gzip (GBytes * plain)
{
  g_autoptr (GConverter) compressor =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  g_autoptr (GInputStream) base = g_memory_input_stream_new_from_bytes (plain);
  g_autoptr (GInputStream) stream =
      g_converter_input_stream_new (base, compressor);
  g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();

  g_output_stream_splice (sink, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
      NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (sink));
}

gboolean
fault_body_has_member (const FaultRequest * request, const gchar * member)
{
  g_autofree gchar *text = fault_request_dup_body (request);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonObject *object;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  object = json_node_get_object (root);
  if (json_object_has_member (object, member))
    return TRUE;
  return json_object_has_member (object, "generationConfig")
      && json_object_has_member (json_object_get_object_member (object,
          "generationConfig"), member);
}
