/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/setup.h"

#include <math.h>
#include <string.h>

#include <gst/score/gstscoreerror.h>

#include "engine/examples.h"

#define MAX_KEY_FILE_BYTES 16384
#define MAX_RESPONSE_BYTES (64 * 1024 * 1024)

static gboolean
fail (GError ** error, const gchar * property, const gchar * why)
{
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG, "%s: %s",
      property, why);
  return FALSE;
}

/* A header value must not break the line, or libsoup drops it silently. */
static gboolean
is_header_text (const gchar * text)
{
  for (const gchar * p = text; *p != '\0'; p++) {
    if ((guchar) * p < 0x20 || (guchar) * p >= 0x7f)
      return FALSE;
  }
  return TRUE;
}

/* Takes @text over. Keys in files end in a line break; inside there is none. */
static gboolean
set_key (ScoreServer * server, const gchar * property, gchar * text,
    GError ** error)
{
  g_autofree gchar *key = g_strstrip (text);

  if (*key == '\0')
    return fail (error, property, "the key is empty");
  if (!is_header_text (key))
    return fail (error, property, "the key holds a line break or another "
        "character that no key has");
  g_free (server->api_key);
  server->api_key = g_steal_pointer (&key);
  return TRUE;
}

static gboolean
read_key_file (ScoreServer * server, const gchar * path, GError ** error)
{
  g_autoptr (GError) why = NULL;
  g_autofree gchar *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &why))
    return fail (error, "api-key-file", why->message);
  if (length > MAX_KEY_FILE_BYTES || strlen (text) != length)
    return fail (error, "api-key-file", "the file does not hold a key");
  return set_key (server, "api-key-file", g_steal_pointer (&text), error);
}

/* The first variable of @provider that is set, or NULL. */
static const gchar *
find_key_variable (const ScoreProvider * provider)
{
  for (guint i = 0; provider->key_variables != NULL &&
      provider->key_variables[i] != NULL; i++) {
    const gchar *value = g_getenv (provider->key_variables[i]);

    if (value != NULL && *value != '\0')
      return provider->key_variables[i];
  }
  return NULL;
}

/* With nothing but a key in the environment, that key says who is meant. */
static void
choose_provider_by_key (ScoreServer * server)
{
  const ScoreProvider *const *providers = score_provider_list ();

  if (server->provider != NULL || server->base_url != NULL
      || server->model != NULL)
    return;
  for (guint i = 0; providers[i] != NULL; i++) {
    if (find_key_variable (providers[i]) != NULL) {
      server->provider = providers[i];
      return;
    }
  }
}

/* The environment's key was not set for this server in particular, so it does
 * not cross a network in the clear. */
static gboolean
take_key_from_environment (ScoreServer * server, GError ** error)
{
  const gchar *variable;

  if (server->api_key != NULL)
    return TRUE;
  if (server->base_url != NULL && !score_server_is_local (server) &&
      g_ascii_strncasecmp (server->base_url, "http://", 7) == 0)
    return TRUE;
  variable = find_key_variable (server->provider ? server->provider :
      score_server_guess_provider (server));
  if (variable == NULL)
    return TRUE;
  return set_key (server, variable, g_strdup (g_getenv (variable)), error);
}

/* What the names and values may hold is checked where the server is resolved. */
static gboolean
add_header (GQuark field, const GValue * value, gpointer user_data)
{
  GPtrArray *pairs = user_data;
  g_auto (GValue) text = G_VALUE_INIT;

  g_value_init (&text, G_TYPE_STRING);
  if (!g_value_transform (value, &text) || g_value_get_string (&text) == NULL)
    return FALSE;
  g_ptr_array_add (pairs, g_strdup (g_quark_to_string (field)));
  g_ptr_array_add (pairs, g_value_dup_string (&text));
  return TRUE;
}

static gboolean
set_extra_headers (ScoreServer * server, const GstStructure * headers,
    GError ** error)
{
  GPtrArray *pairs;
  gboolean done;

  if (headers == NULL)
    return TRUE;
  pairs = g_ptr_array_new_with_free_func (g_free);
  done = gst_structure_foreach (headers, add_header, pairs);
  g_ptr_array_add (pairs, NULL);
  server->extra_headers = (GStrv) g_ptr_array_free (pairs, FALSE);
  return done || fail (error, "extra-headers", "a value is no text");
}

static gboolean
set_text (gchar ** target, const gchar * property, const gchar * text,
    GError ** error)
{
  if (text == NULL || *text == '\0')
    return TRUE;
  if (!g_utf8_validate (text, -1, NULL))
    return fail (error, property, "not valid UTF-8");
  *target = g_strdup (text);
  return TRUE;
}

static gboolean
set_extra_body (ScoreServer * server, const gchar * text, GError ** error)
{
  if (text != NULL && !g_utf8_validate (text, -1, NULL))
    return fail (error, "extra-body", "not valid UTF-8, as JSON must be");
  return score_server_set_extra_body (server, text, error);
}

/* A method that no chat model serves knows its server. */
static void
choose_provider_by_method (ScoreServer * server, const ScoreMethod * method)
{
  const ScoreProvider *const *providers = score_provider_list ();

  if (server->provider != NULL || (method->needs & SCORE_ABILITY_CHAT))
    return;
  for (guint i = 0; providers[i] != NULL && server->provider == NULL; i++) {
    if ((providers[i]->abilities & method->needs) == method->needs)
      server->provider = providers[i];
  }
}

static gboolean
check_abilities (const ScoreServer * server, const ScoreMethod * method,
    GError ** error)
{
  if ((server->provider->abilities & method->needs) == method->needs)
    return TRUE;
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "method: %s %s; provider %s is none", method->nick, method->needs_what,
      server->provider->nick);
  return FALSE;
}

static gboolean
check_transport (const ScoreServer * server, GError ** error)
{
  if (server->provider->needs_pixels || (server->provider->video_transports &
          1 << server->video_transport))
    return TRUE;
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "video-transport: provider %s has no such way for a video; images always "
      "works", server->provider->nick);
  return FALSE;
}

static ScoreServer *
make_server (const ScoreSettings * settings, const ScoreMethod * method,
    GError ** error)
{
  g_autoptr (ScoreServer) server = score_server_new ();

  if (settings->provider > 0)
    server->provider = score_provider_list ()[settings->provider - 1];
  if (!set_text (&server->base_url, "base-url", settings->base_url, error) ||
      !set_text (&server->model, "model", settings->model, error) ||
      !set_text (&server->reasoning_effort, "reasoning-effort",
          settings->reasoning_effort, error) ||
      !set_extra_body (server, settings->extra_body, error) ||
      !set_extra_headers (server, settings->extra_headers, error))
    return NULL;
  server->temperature = settings->temperature < 0 ? NAN : settings->temperature;
  server->seed = settings->seed;
  server->max_tokens = settings->max_tokens;
  server->structured = settings->structured_output;
  server->video_transport = settings->video_transport;

  if (settings->api_key != NULL &&
      !set_key (server, "api-key", g_strdup (settings->api_key), error))
    return NULL;
  if (settings->api_key == NULL && settings->api_key_file != NULL &&
      !read_key_file (server, settings->api_key_file, error))
    return NULL;
  choose_provider_by_method (server, method);
  choose_provider_by_key (server);
  if ((server->provider != NULL && !check_abilities (server, method, error)) ||
      !take_key_from_environment (server, error) ||
      !score_server_resolve (server, error) ||
      !check_abilities (server, method, error) ||
      !check_transport (server, error))
    return NULL;
  return g_steal_pointer (&server);
}

/* Others pass over what they do not know, or say so when they are asked. */
static gboolean
check_chat_template (const ScoreSettings * settings,
    const ScoreServer * server, const ScoreMethod * method, GError ** error)
{
  if (method != &score_method_topreward || settings->topreward_chat_template
      || (server->provider->abilities & SCORE_ABILITY_OPEN_END))
    return TRUE;
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "topreward-chat-template: provider %s always has one; set "
      "topreward-chat-template=true", server->provider->nick);
  return FALSE;
}

static gboolean
check_task (const ScoreSettings * settings, GError ** error)
{
  if (settings->task != NULL && !g_utf8_validate (settings->task, -1, NULL))
    return fail (error, "task", "not valid UTF-8");
  return TRUE;
}

static void
fill_caller_options (ScoreCallerOptions * options,
    const ScoreSettings * settings)
{
  options->max_in_flight = settings->max_in_flight;
  options->timeout = (gint64) settings->timeout * G_USEC_PER_SEC;
  options->retry.retries = settings->retries;
  options->retry.backoff_factor = settings->retry_backoff_factor;
  options->retry.backoff_max = settings->retry_backoff_max;
  options->pace.requests = settings->requests_per_minute;
  options->pace.tokens = settings->tokens_per_minute;
  options->http.max_connections = settings->max_in_flight;
  options->http.max_response_bytes = MAX_RESPONSE_BYTES;
  options->http.proxy = g_strdup (settings->proxy);
  options->http.ca_file = g_strdup (settings->ca_file);
  options->http.ssl_strict = settings->ssl_strict;
}

/* The URL as far as it is safe to write down: no user, no query. */
static gchar *
get_public_url (const gchar * url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL)
    return g_strdup ("");
  return g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO |
      G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT | G_URI_HIDE_AUTH_PARAMS);
}

static const gchar *
get_nick (GType type, gint value)
{
  GEnumClass *klass = g_type_class_ref (type);
  const GEnumValue *found = g_enum_get_value (klass, value);
  const gchar *nick = found ? found->value_nick : "";

  g_type_class_unref (klass);
  return nick;
}

static void
add_video_transport (GstStructure * options, const ScoreSettings * settings)
{
  gst_structure_set (options, "video-transport", G_TYPE_STRING,
      get_nick (score_settings_video_transport_type (),
          settings->video_transport), NULL);
}

/* What no other method looks at. */
static void
add_method_options (GstStructure * options, const ScoreSetup * self,
    const ScoreSettings * settings)
{
  const ScoreMethod *method = self->method;

  if (method == &score_method_roboreward || method == &score_method_robometer)
    gst_structure_set (options, "dense", G_TYPE_BOOLEAN, settings->dense, NULL);
  if (method == &score_method_roboreward || method == &score_method_topreward)
    add_video_transport (options, settings);
  if (method == &score_method_topreward)
    gst_structure_set (options,
        "topreward-chat-template", G_TYPE_BOOLEAN,
        settings->topreward_chat_template,
        "topreward-normalize", G_TYPE_STRING,
        get_nick (score_settings_normalize_type (),
            settings->topreward_normalize), NULL);
  if (method == &score_method_gvl && self->examples != NULL) {
    /* A digest: the name of a folder is nobody's business. */
    g_autofree gchar *digest = score_examples_make_digest (self->examples);

    gst_structure_set (options, "gvl-context-digest", G_TYPE_STRING, digest,
        NULL);
  }
}

/* What the cost was counted with, and what may have cut the episode short. */
static void
add_budget (GstStructure * options, const ScoreBudget * budget)
{
  const ScorePrices *prices = &budget->prices;

  if (score_prices_are_known (prices))
    gst_structure_set (options,
        "price-input", G_TYPE_DOUBLE, prices->input,
        "price-output", G_TYPE_DOUBLE, prices->output,
        "price-cached", G_TYPE_DOUBLE,
        prices->cached < 0 ? prices->input : prices->cached, NULL);
  if (budget->max_cost > 0)
    gst_structure_set (options, "max-cost", G_TYPE_DOUBLE, budget->max_cost,
        NULL);
  if (budget->max_requests > 0)
    gst_structure_set (options, "max-requests-per-episode", G_TYPE_UINT,
        budget->max_requests, NULL);
}

static GstStructure *
make_options (const ScoreSetup * self, const ScoreSettings * settings)
{
  g_autofree gchar *url = get_public_url (self->server->base_url);
  GstStructure *options = gst_structure_new ("options",
      "base-url", G_TYPE_STRING, url,
      "step", G_TYPE_UINT64, score_settings_get_step (settings),
      "max-frames", G_TYPE_UINT, score_settings_get_max_frames (settings),
      "image-size", G_TYPE_UINT, settings->image_size,
      "jpeg-quality", G_TYPE_UINT, settings->jpeg_quality,
      "describe-batch", G_TYPE_UINT, settings->describe_batch,
      "structured-output", G_TYPE_STRING,
      get_nick (score_settings_structured_type (), settings->structured_output),
      "object-cache", G_TYPE_BOOLEAN, settings->object_cache,
      "prompts", G_TYPE_STRING, score_prompts_get_digest (self->prompts), NULL);

  add_method_options (options, self, settings);
  add_budget (options, &self->budget);
  if (self->server->reasoning_effort != NULL)
    gst_structure_set (options, "reasoning-effort", G_TYPE_STRING,
        self->server->reasoning_effort, NULL);
  if (settings->temperature >= 0)
    gst_structure_set (options, "temperature", G_TYPE_DOUBLE,
        settings->temperature, NULL);
  if (settings->seed >= 0)
    gst_structure_set (options, "seed", G_TYPE_INT64, settings->seed, NULL);
  if (settings->max_tokens > 0)
    gst_structure_set (options, "max-tokens", G_TYPE_UINT,
        settings->max_tokens, NULL);
  if (self->server->extra_body != NULL) {
    /* A digest: what a user passes through may hold a secret. */
    g_autofree gchar *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256,
        settings->extra_body, -1);

    digest[16] = '\0';
    gst_structure_set (options, "extra-body-digest", G_TYPE_STRING, digest,
        NULL);
  }
  return options;
}

static void
fill_method_settings (ScoreSetup * self, const ScoreSettings * settings)
{
  self->method_settings.prompts = self->prompts;
  self->method_settings.describe_batch = settings->describe_batch;
  self->method_settings.max_frames = score_settings_get_max_frames (settings);
  self->method_settings.dense = settings->dense;
  self->method_settings.chat_template = settings->topreward_chat_template;
  self->method_settings.examples = self->examples;
  self->method_settings.normalize = settings->topreward_normalize;
}

ScoreSetup *
score_setup_new (const ScoreSettings * settings, GError ** error)
{
  g_autoptr (ScoreSetup) self = g_new0 (ScoreSetup, 1);
  g_autoptr (GError) why = NULL;

  self->method = score_method_list ()[settings->method];
  fill_caller_options (&self->caller, settings);
  if (!check_task (settings, &why) ||
      (self->server = make_server (settings, self->method,
              &why)) == NULL ||
      !score_budget_init (&self->budget, settings, self->server->provider,
          &why) ||
      !check_chat_template (settings, self->server, self->method, &why) ||
      (self->prompts = score_prompts_new (settings->prompt_location,
              &why)) == NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  if (settings->gvl_context != NULL && (self->examples =
          score_examples_load (settings->gvl_context, error)) == NULL)
    return NULL;
  fill_method_settings (self, settings);
  self->options = make_options (self, settings);
  return g_steal_pointer (&self);
}

void
score_setup_free (ScoreSetup * self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->prompts, score_prompts_unref);
  g_clear_pointer (&self->examples, score_examples_free);
  g_clear_pointer (&self->server, score_server_free);
  g_clear_pointer (&self->options, gst_structure_free);
  g_free (self->caller.http.proxy);
  g_free (self->caller.http.ca_file);
  g_free (self);
}
