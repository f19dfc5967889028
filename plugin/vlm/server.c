/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/server.h"

#include <gst/score/gstscoreerror.h>

#include <math.h>

#include "vlm/json-read.h"
#include "vlm/json-write.h"
#include "vlm/provider.h"

#define GEMINI_HOST "generativelanguage.googleapis.com"
#define OPENAI_HOST "api.openai.com"

ScoreServer *
score_server_new (void)
{
  ScoreServer *self = g_new0 (ScoreServer, 1);

  self->temperature = NAN;
  self->seed = -1;
  return self;
}

ScoreServer *
score_server_copy (const ScoreServer * server)
{
  ScoreServer *copy = g_memdup2 (server, sizeof *server);

  copy->base_url = g_strdup (server->base_url);
  copy->model = g_strdup (server->model);
  copy->api_key = g_strdup (server->api_key);
  copy->reasoning_effort = g_strdup (server->reasoning_effort);
  if (server->extra_body != NULL)
    copy->extra_body = score_json_copy (server->extra_body);
  copy->extra_headers = g_strdupv (server->extra_headers);
  return copy;
}

void
score_server_free (ScoreServer * server)
{
  g_free (server->base_url);
  g_free (server->model);
  g_free (server->api_key);
  g_free (server->reasoning_effort);
  g_clear_pointer (&server->extra_body, json_object_unref);
  g_strfreev (server->extra_headers);
  g_free (server);
}

static gboolean
fail (GError ** error, const gchar * message)
{
  g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG, message);
  return FALSE;
}

/* An empty property is one that is not set. */
static void
drop_empty (gchar ** text)
{
  if (*text != NULL && g_strstrip (*text)[0] == '\0')
    g_clear_pointer (text, g_free);
}

static gboolean
is_visible_ascii (const gchar * text, gboolean blanks)
{
  for (; *text != '\0'; text++) {
    if (!g_ascii_isgraph (*text) && !(blanks && (*text == ' '
                || *text == '\t')))
      return FALSE;
  }
  return TRUE;
}

/* GUri lets blanks through, even in the host. */
static gboolean
has_blanks (const gchar * text)
{
  for (; *text != '\0'; text++) {
    if ((guchar) * text <= ' ' || *text == '\177')
      return TRUE;
  }
  return FALSE;
}

static GUri *
parse_base (const ScoreServer * server)
{
  return server->base_url != NULL
      ? g_uri_parse (server->base_url, G_URI_FLAGS_ENCODED, NULL) : NULL;
}

/* A key in a URL ends up in logs, so it is not taken from there. */
static gboolean
has_key_in_query (GUri * uri)
{
  const gchar *query = g_uri_get_query (uri);
  g_auto (GStrv) fields = query != NULL ? g_strsplit (query, "&", -1) : NULL;

  for (gchar ** field = fields; field != NULL && *field != NULL; field++) {
    if (g_str_has_prefix (*field, "key=")
        || g_str_has_prefix (*field, "api_key=")
        || g_str_has_prefix (*field, "api-key="))
      return TRUE;
  }
  return FALSE;
}

static gboolean
check_base (const ScoreServer * self, GError ** error)
{
  g_autoptr (GUri) uri = parse_base (self);
  const gchar *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  const gchar *host;

  if (uri == NULL || (strcmp (scheme, "http") != 0
          && strcmp (scheme, "https") != 0))
    return fail (error, "base-url: must be a URL that starts with http:// or "
        "https://, for example http://127.0.0.1:8000/v1");
  if (has_blanks (self->base_url))
    return fail (error, "base-url: holds blanks or control characters");
  host = g_uri_get_host (uri);
  if (host == NULL || *host == '\0')
    return fail (error, "base-url: the URL names no host");
  if (g_uri_get_port (uri) == 0)
    return fail (error, "base-url: port 0 cannot be reached");
  if (g_uri_get_userinfo (uri) != NULL)
    return fail (error, "base-url: a user name or password does not belong "
        "into the URL; set api-key or extra-headers");
  if (has_key_in_query (uri))
    return fail (error, "base-url: a key does not belong into the URL; "
        "set api-key");
  return TRUE;
}

/* People paste the address of the whole call. */
static void
tidy_base (ScoreServer * self)
{
  static const gchar *const calls[] = { "/chat/completions",
    "/evaluate_batch_npy"
  };
  g_autoptr (GUri) uri = parse_base (self);
  g_autoptr (GUri) tidy = NULL;
  g_autofree gchar *path = g_strdup (g_uri_get_path (uri));

  for (gsize n = strlen (path); n > 0 && path[n - 1] == '/'; n--)
    path[n - 1] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    if (g_str_has_suffix (path, calls[i]))
      path[strlen (path) - strlen (calls[i])] = '\0';
  }
  tidy = g_uri_build (G_URI_FLAGS_ENCODED, g_uri_get_scheme (uri), NULL,
      g_uri_get_host (uri), g_uri_get_port (uri), path, g_uri_get_query (uri),
      NULL);
  g_free (self->base_url);
  self->base_url = g_uri_to_string (tidy);
}

static gboolean
is_gemini_model (const gchar * model)
{
  return model != NULL && (g_str_has_prefix (model, "gemini-")
      || g_str_has_prefix (model, "models/gemini-"));
}

const ScoreProvider *
score_server_guess_provider (const ScoreServer * self)
{
  g_autoptr (GUri) uri = parse_base (self);

  if (uri != NULL)
    return score_server_is_at (self, GEMINI_HOST)
        && !g_str_has_suffix (g_uri_get_path (uri), "/openai")
        ? &score_provider_gemini : &score_provider_openai;
  /* a Google key is of no use elsewhere, and would be given away there */
  if (is_gemini_model (self->model) || (self->model == NULL
          && self->api_key != NULL && g_str_has_prefix (self->api_key, "AIza")))
    return &score_provider_gemini;
  return &score_provider_openai;
}

static gboolean
fill_base (ScoreServer * self, GError ** error)
{
  if (self->base_url != NULL)
    return TRUE;
  if (self->provider->base_url == NULL) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "base-url: not set, and there is no public %s server to ask; set "
        "base-url to the address of yours (for example "
        "http://127.0.0.1:8000)", self->provider->nick);
    return FALSE;
  }
  if (self->api_key == NULL) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "base-url: not set, and no key for %s either; set base-url to the "
        "model server to ask (for example http://127.0.0.1:8000/v1), or "
        "api-key to ask %s", self->provider->nick, self->provider->base_url);
    return FALSE;
  }
  self->base_url = g_strdup (self->provider->base_url);
  return TRUE;
}

static gboolean
is_own_service (const ScoreServer * self)
{
  const gchar *own_url = self->provider->base_url;
  g_autoptr (GUri) own = own_url != NULL
      ? g_uri_parse (own_url, G_URI_FLAGS_ENCODED, NULL) : NULL;
  g_autoptr (GUri) base = parse_base (self);

  return own != NULL && score_server_is_at (self, g_uri_get_host (own))
      && !g_str_has_suffix (g_uri_get_path (base), "/openai");
}

/* A service with hundreds of models has no "first" one worth asking. */
static gboolean
fill_model (ScoreServer * self, GError ** error)
{
  if (self->model != NULL)
    return TRUE;
  if (is_own_service (self) || self->provider->build_models == NULL) {
    self->model = g_strdup (self->provider->model);
    if (self->model != NULL)
      return TRUE;
  }
  if (score_server_is_at (self, ".openrouter.ai")
      || score_server_is_at (self, ".openai.azure.com")
      || score_server_is_at (self, GEMINI_HOST))
    return fail (error, "model: not set; this service has no model of its own "
        "choice, set the one to ask");
  return TRUE;
}

static gboolean
has_header (const ScoreServer * self, const gchar * name)
{
  for (guint i = 0; self->extra_headers != NULL
      && self->extra_headers[i] != NULL; i += 2) {
    if (g_ascii_strcasecmp (self->extra_headers[i], name) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
check_key (const ScoreServer * self, GError ** error)
{
  if (self->api_key != NULL) {
    return is_visible_ascii (self->api_key, FALSE) || fail (error,
        "api-key: holds blanks, line breaks or characters that are no ASCII");
  }
  if (score_server_is_at (self, OPENAI_HOST)
      && !has_header (self, "Authorization"))
    return fail (error, "api-key: not set; " OPENAI_HOST " needs a key "
        "(api-key, api-key-file or the variable OPENAI_API_KEY)");
  if (score_server_is_at (self, GEMINI_HOST)
      && !has_header (self, "x-goog-api-key")
      && !has_header (self, "Authorization"))
    return fail (error, "api-key: not set; " GEMINI_HOST " needs a key "
        "(api-key, api-key-file or the variable GEMINI_API_KEY)");
  return TRUE;
}

static gboolean
check_headers (const ScoreServer * self, GError ** error)
{
  guint n = self->extra_headers != NULL
      ? g_strv_length (self->extra_headers) : 0;

  if (n % 2 != 0)
    return fail (error, "extra-headers: a name has no value");
  for (guint i = 0; i < n; i += 2) {
    const gchar *name = self->extra_headers[i];

    if (*name == '\0' || name[strspn (name, G_CSET_A_2_Z G_CSET_a_2_z
                G_CSET_DIGITS "!#$%&'*+-.^_`|~")] != '\0')
      return fail (error, "extra-headers: a name holds characters that no "
          "header may have");
    if (!is_visible_ascii (self->extra_headers[i + 1], TRUE))
      return fail (error, "extra-headers: a value holds line breaks or "
          "characters that are no ASCII");
  }
  return TRUE;
}

static gboolean
check_numbers (const ScoreServer * self, GError ** error)
{
  if (isinf (self->temperature))
    return fail (error, "temperature: must be a finite number");
  if (self->provider == &score_provider_gemini && self->seed > G_MAXINT32)
    return fail (error, "seed: Gemini takes no number above 2147483647");
  return TRUE;
}

static gboolean
check_extra_body (JsonObject * body, GError ** error)
{
  static const gchar *const ours[] = { "messages", "contents", "stream" };

  for (guint i = 0; i < G_N_ELEMENTS (ours); i++) {
    if (!json_object_has_member (body, ours[i]))
      continue;
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "extra-body: \"%s\" cannot be set from outside", ours[i]);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_body (const ScoreServer * self, GError ** error)
{
  if (self->extra_body == NULL)
    return TRUE;
  if (self->provider->abilities & SCORE_ABILITY_CHAT)
    return check_extra_body (self->extra_body, error);
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "extra-body: provider %s asks no JSON question that it could be merged "
      "into; unset it", self->provider->nick);
  return FALSE;
}

gboolean
score_server_resolve (ScoreServer * server, GError ** error)
{
  drop_empty (&server->base_url);
  drop_empty (&server->model);
  drop_empty (&server->api_key);
  drop_empty (&server->reasoning_effort);

  if (server->base_url != NULL) {
    if (!check_base (server, error))
      return FALSE;
    tidy_base (server);
  }
  if (server->provider == NULL)
    server->provider = score_server_guess_provider (server);
  return fill_base (server, error) && fill_model (server, error)
      && check_key (server, error) && check_headers (server, error)
      && check_numbers (server, error) && check_body (server, error);
}

gboolean
score_server_set_extra_body (ScoreServer * server, const gchar * json,
    GError ** error)
{
  ScoreJsonStatus status;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;

  g_clear_pointer (&server->extra_body, json_object_unref);
  if (json == NULL || *json == '\0')
    return TRUE;
  node = score_json_parse_text (json, &status);
  if (node == NULL) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "extra-body: the text %s", score_json_status_to_string (status));
    return FALSE;
  }
  object = score_json_object (node);
  if (object == NULL)
    return fail (error, "extra-body: must be a JSON object, as in "
        "{\"top_p\":0.9}");
  if (!check_extra_body (object, error))
    return FALSE;
  server->extra_body = json_object_ref (object);
  return TRUE;
}

gchar *
score_server_get_host (const ScoreServer * server)
{
  g_autoptr (GUri) uri = parse_base (server);
  const gchar *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return host != NULL ? g_ascii_strdown (host, -1) : NULL;
}

gboolean
score_server_is_at (const ScoreServer * server, const gchar * host)
{
  g_autofree gchar *own = score_server_get_host (server);

  if (own == NULL)
    return FALSE;
  if (*host != '.')
    return strcmp (own, host) == 0;
  return strcmp (own, host + 1) == 0 || g_str_has_suffix (own, host);
}

gboolean
score_server_is_local (const ScoreServer * server)
{
  g_autofree gchar *host = score_server_get_host (server);
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return FALSE;
  if (strcmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost"))
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

gchar *
score_server_get_warning (const ScoreServer * server)
{
  if (server->api_key == NULL || server->base_url == NULL
      || g_ascii_strncasecmp (server->base_url, "http:", 5) != 0
      || score_server_is_local (server))
    return NULL;
  return g_strdup ("base-url: the key and the pictures are sent over http:// "
      "without encryption; use https:// if the server has it");
}

gchar *
score_server_join (const ScoreServer * server, const gchar * path)
{
  const gchar *base = server->base_url;
  gsize length = strcspn (base, "?#");
  const gchar *query = strchr (base, '?');
  g_autofree gchar *end = query != NULL
      ? g_strndup (query, strcspn (query, "#")) : g_strdup ("");

  while (length > 0 && base[length - 1] == '/')
    length--;
  while (*path == '/')
    path++;
  return g_strdup_printf ("%.*s/%s%s", (gint) length, base, path, end);
}
