/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/fault.h"

#include <math.h>

#include "vlm/json-read.h"
#include "vlm/retry.h"

#define MAX_MESSAGE 300
#define MAX_WORD 100
#define BLOT "***"

/* Shorter ones would blot out ordinary words. */
#define MIN_SECRET 4

void
score_fault_free (ScoreFault * fault)
{
  g_free (fault->message);
  g_free (fault->code);
  g_free (fault->param);
  g_free (fault->request_id);
  g_free (fault);
}

/* OpenAI's 401 repeats a part of the key, proxies repeat whole headers. */
static gchar *
blot_key_shapes (const gchar * text)
{
  static const struct
  {
    const gchar *pattern, *with;
  } shapes[] = {
    {"(?i)\\b(bearer|basic)\\s+[^\\s\"',;]+", "\\1 " BLOT},
    {"(?i)\\b(api[-_ ]?key provided:\\s*)[^\\s\"',;]+", "\\1" BLOT},
    {"(?i)\\b(x-goog-api-key|api[-_]?key|access_token)(\"?\\s*[=:]\\s*[\"']?)"
          "[^\\s\"'&,;]+", "\\1\\2" BLOT},
    {"(?i)([?&\\s]key=)[^\\s\"'&,;]+", "\\1" BLOT},
    {"\\b(sk|rk|pk|gsk|xai|hf|pplx|nvapi)[-_][A-Za-z0-9_*.\\-]{6,}", BLOT},
    {"\\bAIza[A-Za-z0-9_*.\\-]{6,}", BLOT},
    {"\\beyJ[A-Za-z0-9_\\-]{8,}\\.[A-Za-z0-9_.\\-]+", BLOT},
  };
  gchar *clean = g_strdup (text);

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autoptr (GRegex) regex = g_regex_new (shapes[i].pattern, 0, 0, NULL);
    gchar *next = g_regex_replace (regex, clean, -1, 0, shapes[i].with, 0,
        NULL);

    if (next != NULL) {
      g_free (clean);
      clean = next;
    }
  }
  return clean;
}

static gchar *
cut (gchar * text, gsize max)
{
  if (strlen (text) > max)
    *g_utf8_find_prev_char (text, text + max + 1) = '\0';
  return text;
}

/* Blots out before it cuts: half a key has no shape any more. */
static gchar *
show (const gchar * text, gssize length, gsize max)
{
  g_autofree gchar *line = score_json_tame (text, length, 4 * MAX_MESSAGE);

  return cut (blot_key_shapes (line), max);
}

/* Proxies written in Python say "None" for nothing. */
static gchar *
show_word (const gchar * text)
{
  if (text == NULL || *text == '\0' || strcmp (text, "None") == 0)
    return NULL;
  return show (text, -1, MAX_WORD);
}

static void
blot_secret (gchar ** text, const gchar * secret)
{
  g_autoptr (GString) clean = NULL;
  gsize n = strlen (secret);

  if (*text == NULL)
    return;
  clean = g_string_new (*text);
  g_string_replace (clean, secret, BLOT, 0);
  for (n = MIN (n - 1, clean->len); n >= MIN_SECRET; n--) {
    if (strncmp (clean->str + clean->len - n, secret, n) != 0)
      continue;
    g_string_truncate (clean, clean->len - n);
    g_string_append (clean, BLOT);
    break;
  }
  g_free (*text);
  *text = g_string_free (g_steal_pointer (&clean), FALSE);
}

void
score_fault_mask (ScoreFault * fault, const gchar * secret)
{
  if (secret == NULL || strlen (secret) < MIN_SECRET)
    return;
  blot_secret (&fault->message, secret);
  blot_secret (&fault->code, secret);
  blot_secret (&fault->param, secret);
  blot_secret (&fault->request_id, secret);
  cut (fault->message, MAX_MESSAGE);
}

static void
set_message (ScoreFault * self, const gchar * text)
{
  g_free (self->message);
  self->message = show (text, -1, MAX_MESSAGE);
}

/* FastAPI: {"detail": "text"} or {"detail": [{"loc": [...], "msg": "..."}]} */
static void
read_detail (ScoreFault * self, JsonObject * root)
{
  JsonObject *first = score_json_get_element (score_json_get_array (root,
          "detail"), 0);
  JsonArray *where = score_json_get_array (first, "loc");
  guint n = where != NULL ? json_array_get_length (where) : 0;
  const gchar *text = score_json_get_string (root, "detail");

  if (text == NULL)
    text = score_json_get_string (first, "msg");
  if (text != NULL)
    set_message (self, text);
  if (n > 0)
    self->param =
        show_word (score_json_node_string (json_array_get_element (where,
                n - 1)));
}

/* "22s", "0.5s" */
static gint64
parse_delay (const gchar * text)
{
  gchar *end = NULL;
  gdouble seconds = text != NULL ? g_ascii_strtod (text, &end) : -1;

  if (text == NULL || end == text || strcmp (end, "s") != 0
      || !isfinite (seconds) || seconds < 0 || seconds > 86400)
    return -1;
  return (gint64) (seconds * G_USEC_PER_SEC);
}

static gboolean
is_daily_quota (JsonObject * failure)
{
  JsonArray *violations = score_json_get_array (failure, "violations");
  guint n = violations != NULL ? json_array_get_length (violations) : 0;

  for (guint i = 0; i < n; i++) {
    const gchar *id =
        score_json_get_string (score_json_get_element (violations, i),
        "quotaId");

    if (id != NULL && strstr (id, "PerDay") != NULL)
      return TRUE;
  }
  return FALSE;
}

/* Google's details: an array of typed objects. */
static void
read_google_details (ScoreFault * self, JsonObject * error)
{
  JsonArray *details = score_json_get_array (error, "details");
  guint n = details != NULL ? json_array_get_length (details) : 0;

  for (guint i = 0; i < n; i++) {
    JsonObject *detail = score_json_get_element (details, i);
    const gchar *type = score_json_get_string (detail, "@type");

    if (type == NULL)
      continue;
    if (g_str_has_suffix (type, "google.rpc.RetryInfo"))
      self->retry_after = MAX (self->retry_after,
          parse_delay (score_json_get_string (detail, "retryDelay")));
    else if (g_str_has_suffix (type, "google.rpc.QuotaFailure")
        && is_daily_quota (detail))
      self->final = TRUE;
  }
}

static void
read_error_object (ScoreFault * self, JsonObject * error)
{
  static const gchar *const code_names[] = { "code", "status", "type" };
  const gchar *raw = score_json_get_string (score_json_get_object (error,
          "metadata"), "raw");
  const gchar *message = score_json_get_string (error, "message");

  if (message != NULL && raw != NULL) {
    /* OpenRouter: its own words say nothing, those of the server behind do */
    g_autofree gchar *both = g_strdup_printf ("%s: %s", message, raw);

    set_message (self, both);
  } else if (message != NULL) {
    set_message (self, message);
  }
  for (guint i = 0; i < G_N_ELEMENTS (code_names) && self->code == NULL; i++)
    self->code = show_word (score_json_get_string (error, code_names[i]));
  self->param = show_word (score_json_get_string (error, "param"));
  read_google_details (self, error);
}

static void
read_error (ScoreFault * self, JsonNode * error)
{
  const gchar *text = score_json_node_string (error);
  JsonObject *object = score_json_object (error);

  if (text != NULL)
    set_message (self, text);
  else if (object != NULL)
    read_error_object (self, object);
}

static void
read_json (ScoreFault * self, JsonNode * node)
{
  JsonObject *root = score_json_object (node);

  if (JSON_NODE_HOLDS_ARRAY (node))
    root = score_json_get_element (json_node_get_array (node), 0);
  if (root == NULL)
    return;
  if (json_object_has_member (root, "error"))
    read_error (self, json_object_get_member (root, "error"));
  else if (json_object_has_member (root, "detail"))
    read_detail (self, root);
  else
    read_error_object (self, root);     /* older vLLM: no "error" around it */
}

/* Of an HTML page only the title says something. */
static void
read_text (ScoreFault * self, GBytes * body)
{
  gsize size;
  const gchar *data = g_bytes_get_data (body, &size);
  g_autofree gchar *start = size > 0
      ? g_utf8_make_valid (data, MIN (size, 16384)) : NULL;
  g_autofree gchar *lower = NULL;
  const gchar *from, *to;

  if (start == NULL)
    return;
  if (g_strchug (start)[0] != '<') {
    set_message (self, start);
    return;
  }
  lower = g_ascii_strdown (start, -1);
  from = strstr (lower, "<title>");
  to = from != NULL ? strstr (from, "</title>") : NULL;
  if (to == NULL)
    return;
  from += strlen ("<title>");
  g_free (self->message);
  self->message = show (start + (from - lower), to - from, MAX_MESSAGE);
}

/* The Date header stands for now, so that no clock is needed. */
static void
read_headers (ScoreFault * self, const ScoreResponse * response)
{
  const gchar *again = score_response_get_header (response, "x-should-retry");
  gint64 hint = score_retry_hint (response, -1);

  if (hint >= 0)
    self->retry_after = MAX (self->retry_after, hint);
  self->request_id =
      show_word (score_response_get_header (response, "x-request-id"));
  if (again != NULL && g_ascii_strcasecmp (again, "false") == 0)
    self->final = TRUE;
  else if (again != NULL && g_ascii_strcasecmp (again, "true") == 0)
    self->asked_to_retry = TRUE;
}

static gboolean
is_code (const ScoreFault * self, const gchar * code)
{
  return g_strcmp0 (self->code, code) == 0;
}

static void
conclude (ScoreFault * self)
{
  if (is_code (self, "insufficient_quota")
      || is_code (self, "billing_hard_limit_reached")
      || is_code (self, "billing_not_active"))
    self->final = TRUE;
  /* llama.cpp without a projector says this with a 500 */
  if (strstr (self->message, "image input is not supported") != NULL)
    self->final = TRUE;
}

static ScoreFault *
new_fault (const ScoreResponse * response)
{
  ScoreFault *self = g_new0 (ScoreFault, 1);

  self->status = response->status;
  self->message = g_strdup ("");
  self->retry_after = -1;
  return self;
}

ScoreFault *
score_fault_read (const ScoreResponse * response)
{
  ScoreFault *self = new_fault (response);
  ScoreJsonStatus status;
  g_autoptr (JsonNode) root = score_json_parse_bytes (response->body, &status);

  if (root != NULL)
    read_json (self, root);
  if (*self->message == '\0')
    read_text (self, response->body);
  read_headers (self, response);
  conclude (self);
  return self;
}

/* OpenRouter: the true status is the code inside. */
static guint
find_status (JsonNode * error)
{
  JsonObject *object = score_json_object (error);
  guint64 code = score_json_get_count (object, "code");

  return code >= 400 && code <= 599 ? (guint) code : 500;
}

ScoreFault *
score_fault_read_member (const ScoreResponse * response, JsonNode * error)
{
  ScoreFault *self = new_fault (response);

  self->status = find_status (error);
  read_error (self, error);
  read_headers (self, response);
  conclude (self);
  return self;
}
