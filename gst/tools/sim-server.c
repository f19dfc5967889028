/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-server.h"
#include "sim-limits.h"
#include "sim-log.h"
#include "sim-random.h"
#include "sim-robometer.h"
#include "sim-route.h"
#include "sim-tokenize.h"

#include <libsoup/soup.h>
#include <math.h>
#include <string.h>

#define MAX_BODY (64 * 1024 * 1024)

struct _SimServer
{
  const SimConfig *config;
  SoupServer *soup;
  SimLog *log;
  SimBucket bucket;
  guint64 n_messages;
  guint64 n_requests;           /* of those, questions */
  GHashTable *waiting;          /* Exchange that a timer will send */
};

/* A request on its way to its answer. */
typedef struct
{
  SimServer *server;
  SoupServerMessage *message;
  gint64 begin;
  guint64 number;
  SimLogEntry entry;
  gchar *model;
  gulong finished;
  guint timer;
} Exchange;

static void
send_json (SoupServerMessage * message, guint status, gchar * json)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Content-Type",
      "application/json; charset=utf-8");
  soup_server_message_set_status (message, status, NULL);
  soup_message_body_append_take (soup_server_message_get_response_body
      (message), (guchar *) json, strlen (json));
  soup_message_body_complete (soup_server_message_get_response_body (message));
}

/* A whole number and its unit. */
static void
set_header (SoupServerMessage * message, const gchar * name, gdouble value,
    const gchar * unit)
{
  g_autofree gchar *text = g_strdup_printf ("%.0f%s", value, unit);

  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), name, text);
}

static void
add_request_id (SimServer * self, SoupServerMessage * message)
{
  g_autofree gchar *id = g_strdup_printf ("req_%016" G_GINT64_MODIFIER "x",
      ++self->n_messages);

  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), "x-request-id", id);
}

/* What a limited server says in its headers; Gemini says it in the body. */
static void
add_limit_headers (const SimServer * self, SoupServerMessage * message,
    gdouble wait)
{
  const SimBucket *bucket = &self->bucket;

  if (bucket->per_minute <= 0)
    return;
  set_header (message, "x-ratelimit-limit-requests", bucket->per_minute, "");
  set_header (message, "x-ratelimit-remaining-requests",
      floor (bucket->tokens), "");
  set_header (message, "x-ratelimit-reset-requests",
      ceil ((bucket->per_minute - bucket->tokens) * 60000 /
          bucket->per_minute), "ms");
  if (wait <= 0)
    return;
  set_header (message, "Retry-After", ceil (wait), "");
  set_header (message, "retry-after-ms", ceil (wait * 1000), "");
}

static void
free_exchange (gpointer data)
{
  Exchange *self = data;

  if (self->timer)
    g_source_remove (self->timer);
  g_signal_handler_disconnect (self->message, self->finished);
  g_object_unref (self->message);
  g_free (self->model);
  g_free (self);
}

static void
log_exchange (Exchange * self)
{
  self->entry.number = self->number;
  self->entry.model = self->model;
  self->entry.ms = (g_get_monotonic_time () - self->begin) / 1000.0;
  if (self->server->log)
    sim_log_write (self->server->log, &self->entry);
}

static gboolean
send_late (gpointer data)
{
  Exchange *self = data;

  self->timer = 0;
  log_exchange (self);
  soup_server_message_unpause (self->message);
  g_hash_table_remove (self->server->waiting, self);
  return G_SOURCE_REMOVE;
}

/* The client went away before its answer was due. */
static void
finished_cb (SoupServerMessage * message, gpointer data)
{
  Exchange *self = data;

  if (self->timer)
    g_hash_table_remove (self->server->waiting, self);
}

/* Takes @self. The answer is ready; it leaves when the latency is over, counted
 * from the request's arrival. A refusal leaves at once. */
static void
finish_exchange (Exchange * self)
{
  gdouble spent = (g_get_monotonic_time () - self->begin) / 1e6;
  gdouble left = self->server->config->latency - spent;
  gboolean refused = self->entry.status >= 400 && self->entry.status < 500;

  if (left <= 0 || refused) {
    log_exchange (self);
    free_exchange (self);
    return;
  }
  soup_server_message_pause (self->message);
  self->timer = g_timeout_add ((guint) ceil (left * 1000), send_late, self);
  g_hash_table_add (self->server->waiting, self);
}

static void
send_fault (Exchange * self, const SimRoute * route, SimFault * fault)
{
  self->entry.status = fault->status;
  send_json (self->message, fault->status, sim_route_complain (route, fault));
  sim_fault_clear (fault);
}

static gboolean
is_authorized (const SimServer * self, SoupServerMessage * message,
    const SimDialect * dialect)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);
  const gchar *bearer = soup_message_headers_get_one (headers,
      "Authorization");
  const gchar *key = soup_message_headers_get_one (headers, "x-goog-api-key");

  if (self->config->api_key == NULL)
    return TRUE;
  if (dialect == &sim_gemini)
    return g_strcmp0 (key, self->config->api_key) == 0;
  return bearer && g_ascii_strncasecmp (bearer, "Bearer ", 7) == 0
      && g_str_equal (bearer + 7, self->config->api_key);
}

static void
set_unauthorized (SimFault * fault, const SimDialect * dialect)
{
  if (dialect == &sim_gemini)
    sim_fault_set (fault, 400, NULL, NULL,
        g_strdup ("API key not valid. Please pass a valid API key."));
  else
    sim_fault_set (fault, 401, "invalid_api_key", NULL,
        g_strdup ("Incorrect API key provided."));
}

/* What can be wrong before anybody has looked into the body. */
static gboolean
check_request (Exchange * exchange, const SimRoute * route, SimFault * fault)
{
  SimServer *self = exchange->server;
  const gchar *method = soup_server_message_get_method (exchange->message);
  const gchar *wanted = sim_route_method (route);

  if (route->action == SIM_ACTION_NONE) {
    sim_fault_set (fault, 404, "unknown_url", NULL,
        g_strdup_printf ("Invalid URL (%s %s)", method,
            g_uri_get_path (soup_server_message_get_uri (exchange->message))));
    return FALSE;
  }
  if (!g_str_equal (method, wanted)) {
    soup_message_headers_replace (soup_server_message_get_response_headers
        (exchange->message), "Allow", wanted);
    sim_fault_set (fault, 405, "method_not_supported", NULL,
        g_strdup_printf ("Not allowed to %s here, only to %s.", method,
            wanted));
    return FALSE;
  }
  if (!is_authorized (self, exchange->message, route->dialect)) {
    set_unauthorized (fault, route->dialect);
    return FALSE;
  }
  if (g_object_get_data (G_OBJECT (exchange->message), "too-big")) {
    sim_fault_set (fault, 413, NULL, NULL,
        g_strdup ("The request is bigger than 64 MiB."));
    return FALSE;
  }
  return TRUE;
}

/* What goes wrong because the knobs say so. */
static gboolean
check_limits (Exchange * exchange, const SimDialect * dialect, SimFault * fault)
{
  SimServer *self = exchange->server;
  gdouble wait = sim_bucket_take (&self->bucket, exchange->begin);

  if (dialect != &sim_gemini)
    add_limit_headers (self, exchange->message, wait);
  if (wait > 0) {
    sim_fault_set (fault, 429, "rate_limit_exceeded", NULL,
        g_strdup_printf (dialect == &sim_gemini ?
            "You exceeded your current quota. Please retry in %.3fs." :
            "Rate limit reached. Please try again in %.3fs.", wait));
    fault->retry_after = wait;
    return FALSE;
  }
  if (sim_limits_fails (self->config->seed, exchange->number,
          self->config->fail_rate)) {
    sim_fault_set (fault, 500, NULL, NULL,
        g_strdup ("The server had an error while processing your request."
            " Sorry about that!"));
    return FALSE;
  }
  return TRUE;
}

static GBytes *
take_body (Exchange * exchange)
{
  GBytes *bytes = soup_message_body_flatten
      (soup_server_message_get_request_body (exchange->message));

  exchange->entry.bytes = g_bytes_get_size (bytes);
  return bytes;
}

/* NULL with @fault filled when it is not JSON. */
static JsonNode *
parse_body (GBytes * bytes, const SimDialect * dialect, SimFault * fault)
{
  gsize size;
  const gchar *data = g_bytes_get_data (bytes, &size);
  JsonNode *root = sim_json_parse (data ? data : "", size);

  if (root == NULL)
    sim_fault_set (fault, 400, NULL, NULL, g_strdup
        (dialect == &sim_gemini ? "Invalid JSON payload received." :
            "We could not parse the JSON body of your request."));
  return root;
}

static SimRequest *
read_body (Exchange * exchange, const SimRoute * route, SimFault * fault)
{
  g_autoptr (GBytes) bytes = take_body (exchange);
  g_autoptr (JsonNode) root = parse_body (bytes, route->dialect, fault);
  SimRequest *request = root ? route->dialect->read (exchange->server->config,
      json_node_get_object (root), route->model, fault) : NULL;

  if (request)
    request->hash = sim_hash (0, g_bytes_get_data (bytes, NULL),
        g_bytes_get_size (bytes));
  return request;
}

/* FALSE with @fault filled when there is no answer. */
static gboolean
ask (Exchange * exchange, const SimRoute * route, SimFault * fault)
{
  const SimConfig *config = exchange->server->config;
  g_autoptr (SimRequest) request = read_body (exchange, route, fault);
  SimAnswer answer;

  if (request == NULL)
    return FALSE;
  sim_answer (config, sim_config_find_model (config, request->model), request,
      &answer);
  exchange->model = g_strdup (request->model);
  exchange->entry.stage = sim_stage_name (answer.stage);
  exchange->entry.images = request->pictures->len;
  exchange->entry.prompt_tokens = answer.text_tokens + answer.picture_tokens;
  exchange->entry.completion_tokens = answer.answer_tokens;
  send_json (exchange->message, 200, route->dialect->write (request, &answer));
  sim_answer_clear (&answer);
  return TRUE;
}

static gboolean
draw_curves (Exchange * exchange, SimFault * fault)
{
  const SimConfig *config = exchange->server->config;
  g_autoptr (GBytes) bytes = take_body (exchange);
  g_autoptr (GHashTable) parameters = NULL;
  const gchar *type = soup_message_headers_get_content_type
      (soup_server_message_get_request_headers (exchange->message),
      &parameters);
  SimCurves curves;

  if (!sim_robometer_answer (config, bytes,
          g_strcmp0 (type, "multipart/form-data") == 0
          ? g_hash_table_lookup (parameters, "boundary") : NULL, &curves,
          fault))
    return FALSE;
  exchange->model = g_strdup (g_array_index (config->models, SimModel, 0).name);
  exchange->entry.stage = sim_stage_name (SIM_STAGE_CURVE);
  exchange->entry.images = curves.frames;
  exchange->entry.prompt_tokens = curves.prompt_tokens;
  send_json (exchange->message, 200, curves.json);
  return TRUE;
}

static gboolean
answer_question (Exchange * exchange, const SimRoute * route, SimFault * fault)
{
  exchange->number = exchange->server->n_requests++;
  if (!check_limits (exchange, route->dialect, fault))
    return FALSE;
  exchange->entry.status = 200;
  return route->action == SIM_ACTION_CURVE ? draw_curves (exchange, fault)
      : ask (exchange, route, fault);
}

static gboolean
tokenize (Exchange * exchange, const SimRoute * route, SimFault * fault)
{
  g_autoptr (GBytes) bytes = take_body (exchange);
  g_autoptr (JsonNode) root = parse_body (bytes, route->dialect, fault);
  gchar *json = root ? sim_tokenize_answer (exchange->server->config,
      json_node_get_object (root), fault) : NULL;

  if (json)
    send_json (exchange->message, 200, json);
  return json != NULL;
}

static gboolean
show_model (Exchange * exchange, const SimRoute * route, SimFault * fault)
{
  const SimModel *model =
      sim_config_find_model (exchange->server->config, route->model);

  if (model == NULL) {
    sim_fault_set (fault, 404, "model_not_found", NULL,
        g_strdup_printf ("The model `%s` does not exist.", route->model));
    return FALSE;
  }
  send_json (exchange->message, 200,
      sim_json_print (route->dialect->show_model (model)));
  return TRUE;
}

static Exchange *
new_exchange (SimServer * self, SoupServerMessage * message,
    const SimRoute * route)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->server = self;
  exchange->message = g_object_ref (message);
  exchange->begin = g_get_monotonic_time ();
  exchange->number = self->n_requests;
  exchange->entry.dialect = route->name;
  exchange->finished = g_signal_connect (message, "finished",
      G_CALLBACK (finished_cb), exchange);
  return exchange;
}

/* FALSE with @fault filled when there is nothing to be had. */
static gboolean
serve (Exchange * exchange, const SimRoute * route, SimFault * fault)
{
  const SimConfig *config = exchange->server->config;

  switch (route->action) {
    case SIM_ACTION_TOKENIZE:
      return tokenize (exchange, route, fault);
    case SIM_ACTION_SHOW:
      return show_model (exchange, route, fault);
    case SIM_ACTION_LIST:
      send_json (exchange->message, 200, route->dialect->list_models (config));
      return TRUE;
    case SIM_ACTION_HEALTH:
      send_json (exchange->message, 200, sim_robometer_health (config));
      return TRUE;
    case SIM_ACTION_INFO:
      send_json (exchange->message, 200, sim_robometer_info (config));
      return TRUE;
    default:
      return answer_question (exchange, route, fault);
  }
}

static void
handle_cb (SoupServer * soup, SoupServerMessage * message, const char *path,
    GHashTable * query, gpointer data)
{
  SimServer *self = data;
  g_auto (SimRoute) route;
  SimFault fault = { 0 };
  Exchange *exchange;

  sim_route_find (path, &route);
  add_request_id (self, message);
  exchange = new_exchange (self, message, &route);
  if (!check_request (exchange, &route, &fault)
      || !serve (exchange, &route, &fault))
    send_fault (exchange, &route, &fault);
  if (sim_route_is_question (&route))
    finish_exchange (exchange);
  else
    free_exchange (exchange);
}

/* A body that is too big is read to its end, so that the client hears why, but
 * not kept. */
static void
drop_body (SoupServerMessage * message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  g_object_set_data (G_OBJECT (message), "too-big", GINT_TO_POINTER (TRUE));
  soup_message_body_set_accumulate (body, FALSE);
  soup_message_body_truncate (body);
}

static void
got_headers_cb (SoupServerMessage * message, gpointer data)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_content_length (headers) > MAX_BODY)
    drop_body (message);
}

static void
got_chunk_cb (SoupServerMessage * message, GBytes * chunk, gpointer data)
{
  if (soup_server_message_get_request_body (message)->length > MAX_BODY)
    drop_body (message);
}

static void
request_started_cb (SoupServer * soup, SoupServerMessage * message,
    gpointer data)
{
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), NULL);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), NULL);
}

/* A socket of our own, because the queue for new connections that libsoup's has
 * is so short that of a dozen clients at a time one would wait for a second. */
static GSocket *
open_socket (guint port, GError ** error)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return NULL;
  g_socket_set_listen_backlog (socket, 1024);
  if (!g_socket_bind (socket, address, TRUE, error)
      || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

SimServer *
sim_server_new (const SimConfig * config, GError ** error)
{
  g_autoptr (SimServer) self = g_new0 (SimServer, 1);
  g_autoptr (GSocket) socket = NULL;

  self->config = config;
  self->waiting = g_hash_table_new_full (NULL, NULL, free_exchange, NULL);
  self->soup = soup_server_new ("server-header", "gst-score-simulator ", NULL);
  sim_bucket_init (&self->bucket, config->rate_limit, g_get_monotonic_time ());
  if (config->log) {
    self->log = sim_log_open (config->log, error);
    if (self->log == NULL)
      return NULL;
  }
  g_signal_connect (self->soup, "request-started",
      G_CALLBACK (request_started_cb), NULL);
  soup_server_add_handler (self->soup, NULL, handle_cb, self, NULL);
  socket = open_socket (config->port, error);
  if (socket == NULL || !soup_server_listen_socket (self->soup, socket, 0,
          error))
    return NULL;
  return g_steal_pointer (&self);
}

void
sim_server_free (SimServer * self)
{
  g_hash_table_unref (self->waiting);
  soup_server_disconnect (self->soup);
  g_object_unref (self->soup);
  g_clear_pointer (&self->log, sim_log_free);
  g_free (self);
}

guint
sim_server_get_port (SimServer * self)
{
  g_autoslist (GUri) uris = soup_server_get_uris (self->soup);

  return uris ? g_uri_get_port (uris->data) : 0;
}
