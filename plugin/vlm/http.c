/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/http.h"

#include <gst/gst.h>
#include <gst/score/gstscoreerror.h>
#include <libsoup/soup.h>

#include "vlm/attempt.h"
#include "vlm/route.h"

GST_DEBUG_CATEGORY_STATIC (score_http_debug);
#define GST_CAT_DEFAULT score_http_debug

/* Model servers close idle connections after five seconds or more; whoever
 * hangs up first should be us. */
#define IDLE_SECONDS 4
#define READ_SIZE (64 * 1024)

struct _ScoreHttp
{
  GMainContext *context;
  SoupSession *session;
  gsize max_response_bytes;
  gboolean ssl_strict;
  guint max_connections;
  guint sending;                /* transfers that libsoup has */
  GQueue waiting;               /* Transfers for which there is no connection */
};

typedef enum
{
  STOP_NONE,
  STOP_CANCELLED,
  STOP_TIMEOUT,
  STOP_TOO_LARGE,
} StopReason;

/* One request under way. Owned by the one operation that is pending for it, or
 * by the queue before the first. */
typedef struct
{
  ScoreHttp *http;
  GTask *task;
  ScoreWire *wire;              /* own copy, segments shared: may be sent twice */
  GUri *uri;
  gchar *where;                 /* host:port, for messages */
  gint64 timeout;

  SoupMessage *message;
  GInputStream *stream;
  GByteArray *body;
  gboolean connected;           /* a connection was opened for it, not reused */
  gboolean sent_again;
  ScoreResponse *response;      /* what it ends with, or error */
  GError *error;

  GCancellable *stop;           /* cancelled on the worker only */
  StopReason reason;            /* why it was */
  GSource *deadline;
  GSource *cancelled;
  gboolean is_waiting;
} Transfer;

static void send_message (Transfer * transfer);
static void read_more (Transfer * transfer);
static void send_next (ScoreHttp * http);

static void
transfer_free (Transfer * self)
{
  score_attempt_clear_source (&self->deadline);
  score_attempt_clear_source (&self->cancelled);
  if (self->message)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
  g_clear_object (&self->stream);
  g_clear_object (&self->stop);
  g_clear_object (&self->task);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_clear_pointer (&self->wire, score_wire_free);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_pointer (&self->where, g_free);
  g_clear_pointer (&self->response, score_response_free);
  g_clear_error (&self->error);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Transfer, transfer_free);

/* The only place where a request ends. Everything of it is gone before the
 * callback runs. */
static void
complete (Transfer * transfer)
{
  g_autoptr (Transfer) self = transfer;
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  ScoreResponse *response = g_steal_pointer (&self->response);
  GError *error = g_steal_pointer (&self->error);

  if (!self->is_waiting) {
    self->http->sending--;
    send_next (self->http);
  }
  g_clear_pointer (&self, transfer_free);
  if (error) {
    g_clear_pointer (&response, score_response_free);
    g_task_return_error (task, error);
  } else {
    g_task_return_pointer (task, response,
        (GDestroyNotify) score_response_free);
  }
}

static GError *
stop_error (Transfer * self)
{
  switch (self->reason) {
    case STOP_CANCELLED:
      return g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_CANCELLED,
          "The request to %s was cancelled", self->where);
    case STOP_TOO_LARGE:
      return g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
          "The answer of %s is larger than %" G_GSIZE_FORMAT " bytes",
          self->where, self->http->max_response_bytes);
    case STOP_TIMEOUT:
    case STOP_NONE:
    default:
      return g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_TIMEOUT,
          "%s did not %s within %.3g s", self->where,
          self->body ? "finish its answer" : "answer",
          self->timeout / (gdouble) G_USEC_PER_SEC);
  }
}

static gboolean
is_settings_error (const GError * error)
{
  if (error->domain == G_TLS_ERROR)
    return error->code != G_TLS_ERROR_EOF && error->code != G_TLS_ERROR_MISC;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_AUTH_FAILED)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NOT_ALLOWED);
}

/* Words of libsoup and GIO name hosts at most, no query and no header. */
static GError *
transport_error (Transfer * self, const GError * error)
{
  if (self->reason != STOP_NONE)
    return stop_error (self);
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "The certificate of %s is not trusted: %s; set ca-file, or "
        "ssl-strict=false", self->where, error->message);
  if (is_settings_error (error))
    return g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "Cannot talk to %s: %s", self->where, error->message);
  if (error->domain == SOUP_SESSION_ERROR)
    return g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_UNREACHABLE,
        "%s does not speak HTTP: %s", self->where, error->message);
  return g_error_new (GST_SCORE_ERROR, GST_SCORE_ERROR_UNREACHABLE,
      self->body ? "The answer of %s broke off: %s" : "Cannot reach %s: %s",
      self->where, error->message);
}

static void
closed_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_autoptr (Transfer) self = user_data;

  /* What counts has been read; a failure to hang up politely does not. */
  g_input_stream_close_finish (G_INPUT_STREAM (source), result, NULL);
  complete (g_steal_pointer (&self));
}

/* Closing a body that was not read to its end drops the connection. */
static void
close_and_complete (Transfer * self)
{
  g_input_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL,
      closed_cb, self);
}

static void
collect_header (const gchar * name, const gchar * value, gpointer user_data)
{
  g_autofree gchar *lower = g_ascii_strdown (name, -1);

  score_response_set_header (user_data, lower, value);
}

static void
collect_response (Transfer * self)
{
  g_autoptr (GBytes) body =
      g_byte_array_free_to_bytes (g_steal_pointer (&self->body));

  self->response =
      score_response_new (soup_message_get_status (self->message), body);
  soup_message_headers_foreach (soup_message_get_response_headers
      (self->message), collect_header, self->response);
  GST_LOG ("%s: status %u, %" G_GSIZE_FORMAT " bytes", self->where,
      self->response->status, g_bytes_get_size (body));
}

static void
refuse_size (Transfer * self)
{
  self->reason = STOP_TOO_LARGE;
  self->error = stop_error (self);
}

static void
read_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_autoptr (Transfer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result,
      &error);
  gsize size = bytes ? g_bytes_get_size (bytes) : 0;

  if (bytes == NULL) {
    self->error = transport_error (self, error);
  } else if (size == 0) {
    collect_response (self);
  } else if (size > self->http->max_response_bytes - self->body->len) {
    refuse_size (self);
  } else {
    g_byte_array_append (self->body, g_bytes_get_data (bytes, NULL), size);
    read_more (g_steal_pointer (&self));
    return;
  }
  close_and_complete (g_steal_pointer (&self));
}

/* Reads at most one byte more than is allowed, which tells too large. */
static void
read_more (Transfer * self)
{
  gsize left = self->http->max_response_bytes - self->body->len;

  g_input_stream_read_bytes_async (self->stream, MIN (READ_SIZE, left + 1),
      G_PRIORITY_DEFAULT, self->stop, read_cb, self);
}

/* A server may hang up on an idle connection just as we write to it. A POST is
 * sent again only when nothing of an answer was seen: it may cost money. */
static gboolean
died_while_idle (Transfer * self, const GError * error)
{
  SoupMessageMetrics *metrics = soup_message_get_metrics (self->message);

  if (self->sent_again || self->connected || self->reason != STOP_NONE)
    return FALSE;
  if (error->domain != G_IO_ERROR)
    return FALSE;
  return metrics == NULL
      || soup_message_metrics_get_response_start (metrics) == 0;
}

static gboolean
is_announced_too_large (Transfer * self)
{
  SoupMessageHeaders *headers =
      soup_message_get_response_headers (self->message);

  return soup_message_headers_get_encoding (headers) ==
      SOUP_ENCODING_CONTENT_LENGTH
      && soup_message_headers_get_content_length (headers) >
      (goffset) self->http->max_response_bytes;
}

static void
sent_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_autoptr (Transfer) self = user_data;
  g_autoptr (GError) error = NULL;

  self->stream =
      soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->stream) {
    self->body = g_byte_array_new ();
    if (is_announced_too_large (self)) {
      refuse_size (self);
      close_and_complete (g_steal_pointer (&self));
    } else {
      read_more (g_steal_pointer (&self));
    }
  } else if (died_while_idle (self, error)) {
    GST_DEBUG ("%s hung up on an idle connection, sending again", self->where);
    self->sent_again = TRUE;
    send_message (g_steal_pointer (&self));
  } else {
    self->error = transport_error (self, error);
    complete (g_steal_pointer (&self));
  }
}

static void
network_event_cb (SoupMessage * message, GSocketClientEvent event,
    GIOStream * connection, Transfer * self)
{
  self->connected = TRUE;
}

static gboolean
accept_certificate_cb (SoupMessage * message, GTlsCertificate * certificate,
    GTlsCertificateFlags errors, Transfer * self)
{
  return !self->http->ssl_strict;
}

/* The segments are read where they lie; nothing joins them. A memory stream is
 * pollable, without which libsoup would need a thread for every 8 KB. */
static void
set_body (SoupMessage * message, const ScoreWire * wire)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new ();

  for (guint i = 0; i < wire->body->len; i++)
    g_memory_input_stream_add_bytes (G_MEMORY_INPUT_STREAM (stream),
        g_ptr_array_index (wire->body, i));
  soup_message_set_request_body (message, wire->content_type, stream,
      score_wire_get_length (wire));
}

static SoupMessage *
new_message (Transfer * self)
{
  const ScoreWire *wire = self->wire;
  SoupMessage *message = soup_message_new_from_uri (wire->verb, self->uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  /* Without IDEMPOTENT libsoup opens a connection for every POST. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT
      | SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_COLLECT_METRICS
      | (self->sent_again ? SOUP_MESSAGE_NEW_CONNECTION : 0));
  if (wire->content_type)
    set_body (message, wire);
  for (guint i = 0; i + 1 < wire->headers->len; i += 2)
    soup_message_headers_replace (headers,
        g_ptr_array_index (wire->headers, i),
        g_ptr_array_index (wire->headers, i + 1));
  g_signal_connect (message, "network-event", G_CALLBACK (network_event_cb),
      self);
  g_signal_connect (message, "accept-certificate",
      G_CALLBACK (accept_certificate_cb), self);
  return message;
}

static void
send_message (Transfer * self)
{
  if (self->message)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
  self->message = new_message (self);
  soup_session_send_async (self->http->session, self->message,
      G_PRIORITY_DEFAULT, self->stop, sent_cb, self);
}

/* libsoup does not look at the cancellable of a message that waits for a
 * connection, so those wait here. */
static void
send_next (ScoreHttp * self)
{
  while (self->sending < self->max_connections
      && !g_queue_is_empty (&self->waiting)) {
    Transfer *next = g_queue_pop_head (&self->waiting);

    next->is_waiting = FALSE;
    self->sending++;
    send_message (next);
  }
}

static void
stop (Transfer * self, StopReason reason)
{
  if (self->reason == STOP_NONE)
    self->reason = reason;
  if (!self->is_waiting) {
    g_cancellable_cancel (self->stop);
    return;
  }
  g_queue_remove (&self->http->waiting, self);
  self->error = stop_error (self);
  complete (self);
}

static gboolean
deadline_cb (gpointer user_data)
{
  stop (user_data, STOP_TIMEOUT);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable * cancellable, gpointer user_data)
{
  stop (user_data, STOP_CANCELLED);
  return G_SOURCE_REMOVE;
}

/* Both run on the worker, so that nothing of libsoup is touched from the
 * thread that cancels. */
static void
watch (Transfer * self, GCancellable * cancellable)
{
  self->deadline = score_attempt_start_timer (self->http->context,
      self->timeout, deadline_cb, self);
  if (cancellable == NULL)
    return;
  self->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self,
      NULL);
  g_source_attach (self->cancelled, self->http->context);
}

static ScoreWire *
copy_wire (const ScoreWire * wire)
{
  ScoreWire *copy = score_wire_new (wire->verb, wire->url);

  copy->content_type = wire->content_type;
  for (guint i = 0; i + 1 < wire->headers->len; i += 2)
    score_wire_add_header (copy, g_ptr_array_index (wire->headers, i),
        g_ptr_array_index (wire->headers, i + 1));
  for (guint i = 0; i < wire->body->len; i++)
    g_ptr_array_add (copy->body,
        g_bytes_ref (g_ptr_array_index (wire->body, i)));
  return copy;
}

static void
log_request (Transfer * self)
{
  g_autofree gchar *url = NULL;

  if (gst_debug_category_get_threshold (GST_CAT_DEFAULT) < GST_LEVEL_LOG)
    return;
  url = g_uri_to_string_partial (self->uri, G_URI_HIDE_QUERY
      | G_URI_HIDE_USERINFO | G_URI_HIDE_FRAGMENT);
  GST_LOG ("%s %s, %" G_GSIZE_FORMAT " bytes", self->wire->verb, url,
      score_wire_get_length (self->wire));
}

static SoupSession *
new_session (guint connections, GProxyResolver * resolver)
{
  SoupSession *session = soup_session_new_with_options ("timeout", 0,
      "idle-timeout", IDLE_SECONDS, "max-conns", connections,
      "max-conns-per-host", connections,
      "user-agent", "gst-score/" PACKAGE_VERSION, NULL);

  soup_session_set_proxy_resolver (session, resolver);
  /* It would send a request again after a 401. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  return session;
}

ScoreHttp *
score_http_new (const ScoreHttpOptions * options, GError ** error)
{
  g_autoptr (GProxyResolver) resolver = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  ScoreHttp *self;

  g_return_val_if_fail (options != NULL, NULL);

  GST_DEBUG_CATEGORY_INIT (score_http_debug, "scorehttp", 0,
      "HTTP requests to model servers");
  resolver = score_route_new_resolver (options->proxy, error);
  if (resolver == NULL)
    return NULL;
  if (options->ca_file) {
    database = score_route_open_ca_file (options->ca_file, error);
    if (database == NULL)
      return NULL;
  }
  self = g_new0 (ScoreHttp, 1);
  self->context = g_main_context_ref_thread_default ();
  /* A GByteArray counts in guint. */
  self->max_response_bytes = MIN (options->max_response_bytes, G_MAXINT32);
  self->ssl_strict = options->ssl_strict;
  self->max_connections = MAX (options->max_connections, 1);
  self->session = new_session (self->max_connections, resolver);
  g_queue_init (&self->waiting);
  if (database)
    soup_session_set_tls_database (self->session, database);
  return self;
}

void
score_http_free (ScoreHttp * self)
{
  g_return_if_fail (self != NULL);
  g_assert (g_main_context_is_owner (self->context));
  g_assert (self->sending == 0 && g_queue_is_empty (&self->waiting));

  soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self);
}

void
score_http_send_async (ScoreHttp * self, const ScoreWire * wire,
    gint64 timeout, GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (Transfer) transfer = NULL;
  g_autoptr (GUri) uri = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (wire != NULL);
  g_assert (g_main_context_is_owner (self->context));

  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, score_http_send_async);
  uri = score_route_parse_url (wire->url);
  if (uri == NULL) {
    g_task_return_new_error (task, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "base-url: this is not a valid http:// or https:// address");
    return;
  }
  if (g_cancellable_is_cancelled (cancellable)) {
    g_task_return_new_error (task, GST_SCORE_ERROR, GST_SCORE_ERROR_CANCELLED,
        "The request was cancelled before it was sent");
    return;
  }
  transfer = g_new0 (Transfer, 1);
  transfer->http = self;
  transfer->task = g_steal_pointer (&task);
  transfer->wire = copy_wire (wire);
  transfer->uri = g_steal_pointer (&uri);
  transfer->where = score_route_name_place (transfer->uri);
  transfer->timeout = timeout;
  transfer->stop = g_cancellable_new ();
  transfer->is_waiting = TRUE;
  watch (transfer, cancellable);
  log_request (transfer);
  g_queue_push_tail (&self->waiting, g_steal_pointer (&transfer));
  send_next (self);
}

ScoreResponse *
score_http_send_finish (ScoreHttp * self, GAsyncResult * result,
    GError ** error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result,
          score_http_send_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
