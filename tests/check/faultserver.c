/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "faultserver.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "faultbody.h"
#include "faultwire.h"

/* A test that waits longer than this has failed. */
#define WATCHDOG_SECONDS 10

typedef struct
{
  gchar *suffix;
  FaultKind kind;
  gchar *detail;
} Rule;

struct _FaultServer
{
  GCancellable *stop;
  GTlsCertificate *certificate;
  GSocket *listener, *stranger;
  GThread *accepting, *waving;
  GPtrArray *threads;           /* of connections; the accepting thread's */
  gchar *url, *base_url, *stranger_url;

  GMutex lock;                  /* guards what follows */
  GCond changed;                /* of anything below */
  guint counts[FAULT_N_COUNTS];
  gboolean held;
  GQueue script;                /* of Rule * */
  GPtrArray *paths;             /* of Rule * */
  Rule *always;
  GPtrArray *requests;          /* of FaultRequest * */
  guint limit;                  /* in any limit_window; 0: none */
  gint64 limit_window;
  GArray *admitted;             /* of gint64: when those were that it let in */
  GMainContext *watcher;        /* woken at every change; NULL: nobody waits */
  FaultAnswerFunc answer;
  gpointer answer_data;
};

static Rule *
rule_new (const gchar * suffix, FaultKind kind, const gchar * detail)
{
  Rule *rule = g_new0 (Rule, 1);

  rule->suffix = g_strdup (suffix);
  rule->kind = kind;
  rule->detail = g_strdup (detail);
  return rule;
}

static void
rule_free (Rule * rule)
{
  g_free (rule->suffix);
  g_free (rule->detail);
  g_free (rule);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rule, rule_free);

static void
signal_unlocked (FaultServer * self)
{
  g_cond_broadcast (&self->changed);
  if (self->watcher)
    g_main_context_wakeup (self->watcher);
}

static void
mark_unlocked (FaultServer * self, FaultCount what, gint change)
{
  self->counts[what] += change;
  if (what == FAULT_COUNT_BUSY)
    self->counts[FAULT_COUNT_PEAK] = MAX (self->counts[FAULT_COUNT_PEAK],
        self->counts[FAULT_COUNT_BUSY]);
  signal_unlocked (self);
}

void
fault_server_mark (FaultServer * self, FaultCount what, gint change)
{
  g_mutex_lock (&self->lock);
  mark_unlocked (self, what, change);
  g_mutex_unlock (&self->lock);
}

void
fault_server_pause (FaultServer * self, guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;

  g_mutex_lock (&self->lock);
  while (!g_cancellable_is_cancelled (self->stop)
      && g_cond_wait_until (&self->changed, &self->lock, end));
  g_mutex_unlock (&self->lock);
}

const gchar *
fault_server_get_stranger (FaultServer * self)
{
  return self->stranger_url;
}

static void
wait_while_held (FaultServer * self)
{
  g_mutex_lock (&self->lock);
  while (self->held && !g_cancellable_is_cancelled (self->stop))
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

/* What to do */

static Rule *
copy_rule (const Rule * rule)
{
  return rule_new (rule->suffix, rule->kind, rule->detail);
}

static gboolean
ends_in (const FaultRequest * request, const gchar * suffix)
{
  g_auto (GStrv) parts = g_strsplit (request->target, "?", 2);

  return g_str_has_suffix (parts[0], suffix);
}

static gboolean
is_aside (const FaultRequest * request)
{
  g_autoptr (GBytes) body = fault_body_aside (request);

  return body != NULL;
}

/* A rule where there were too many lately; those it refuses do not count. */
static Rule *
refuse_many_unlocked (FaultServer * self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 oldest;

  if (self->limit == 0)
    return NULL;
  if (self->admitted->len >= self->limit) {
    g_autofree gchar *detail = NULL;

    oldest = g_array_index (self->admitted, gint64,
        self->admitted->len - self->limit);
    if (oldest + self->limit_window > now) {
      detail = g_strdup_printf ("429;retry-after-ms: %" G_GINT64_FORMAT,
          (oldest + self->limit_window - now) / 1000 + 1);
      return rule_new (NULL, FAULT_STATUS, detail);
    }
  }
  g_array_append_val (self->admitted, now);
  return NULL;
}

static Rule *
choose_rule (FaultServer * self, const FaultRequest * request)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Rule *refusal = refuse_many_unlocked (self);

  if (refusal != NULL)
    return refusal;
  for (guint i = 0; i < self->paths->len; i++) {
    const Rule *rule = g_ptr_array_index (self->paths, i);

    if (ends_in (request, rule->suffix))
      return copy_rule (rule);
  }
  if (is_aside (request))
    return rule_new (NULL, FAULT_NONE, NULL);
  if (!g_queue_is_empty (&self->script))
    return g_queue_pop_head (&self->script);
  return copy_rule (self->always);
}

static void
record_request (FaultServer * self, FaultRequest * request)
{
  g_mutex_lock (&self->lock);
  request->arrived = g_get_monotonic_time ();
  g_ptr_array_add (self->requests, request);
  mark_unlocked (self, FAULT_COUNT_REQUESTS, 1);
  mark_unlocked (self, FAULT_COUNT_BUSY, 1);
  g_mutex_unlock (&self->lock);
}

static gchar *
find_good_text (FaultServer * self, const FaultRequest * request)
{
  FaultAnswerFunc answer;
  gpointer data;

  g_mutex_lock (&self->lock);
  answer = self->answer;
  data = self->answer_data;
  g_mutex_unlock (&self->lock);
  return answer ? answer (request, data) : g_strdup ("{\"ok\":true}");
}

static gboolean
respond (FaultConnection * connection, const FaultRequest * request,
    const Rule * rule)
{
  g_autoptr (GBytes) aside = fault_body_aside (request);
  g_autofree gchar *text = NULL;
  gboolean is_aside_well = aside != NULL && rule->kind == FAULT_NONE;

  /* whoever holds a question wants it to come, so what comes before it passes */
  if (!is_aside_well || !ends_in (request, "/tokenize"))
    wait_while_held (connection->server);
  if (is_aside_well)
    return fault_wire_send (connection, 200, NULL, aside);
  text = find_good_text (connection->server, request);
  return fault_wire_answer (connection, request, rule->kind, rule->detail,
      text);
}

/* FALSE when the connection is over. */
static gboolean
serve_request (FaultConnection * connection)
{
  g_autoptr (FaultRequest) head = fault_request_read_head (connection);
  g_autoptr (Rule) rule = NULL;
  FaultRequest *request;
  gboolean goes_on;

  if (head == NULL)
    return FALSE;
  rule = choose_rule (connection->server, head);
  if (rule->kind == FAULT_EARLY)
    head->body = g_bytes_new (NULL, 0);
  else if (!fault_request_read_body (connection, head))
    return FALSE;
  request = g_steal_pointer (&head);
  record_request (connection->server, request);
  goes_on = respond (connection, request, rule);
  fault_server_mark (connection->server, FAULT_COUNT_BUSY, -1);
  return goes_on;
}

/* Connections */

static gboolean
open_stream (FaultConnection * self)
{
  g_autoptr (GIOStream) plain =
      G_IO_STREAM (g_socket_connection_factory_create_connection
      (self->socket));

  if (self->server->certificate == NULL) {
    self->stream = g_steal_pointer (&plain);
  } else {
    self->stream = g_tls_server_connection_new (plain,
        self->server->certificate, NULL);
    if (self->stream == NULL
        || !g_tls_connection_handshake (G_TLS_CONNECTION (self->stream),
            self->stop, NULL))
      return FALSE;
  }
  self->in = g_data_input_stream_new (g_io_stream_get_input_stream
      (self->stream));
  g_data_input_stream_set_newline_type (self->in,
      G_DATA_STREAM_NEWLINE_TYPE_LF);
  self->out = g_io_stream_get_output_stream (self->stream);
  return TRUE;
}

static gpointer
run_connection (gpointer data)
{
  FaultConnection *self = data;
  FaultServer *server = self->server;

  if (open_stream (self))
    while (serve_request (self));
  g_socket_close (self->socket, NULL);
  g_clear_object (&self->in);
  g_clear_object (&self->stream);
  g_clear_object (&self->socket);
  g_free (self);

  fault_server_mark (server, FAULT_COUNT_CLOSED, 1);
  return NULL;
}

static void
start_connection (FaultServer * self, GSocket * socket)
{
  FaultConnection *connection = g_new0 (FaultConnection, 1);

  /* Head and body are two writes. */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  connection->server = self;
  connection->socket = socket;
  connection->stop = self->stop;
  g_mutex_lock (&self->lock);
  mark_unlocked (self, FAULT_COUNT_CONNECTIONS, 1);
  connection->number = self->counts[FAULT_COUNT_CONNECTIONS];
  g_mutex_unlock (&self->lock);
  g_ptr_array_add (self->threads, g_thread_new ("fault-connection",
          run_connection, connection));
}

static gpointer
run_listener (gpointer data)
{
  FaultServer *self = data;
  GSocket *socket;

  while ((socket = g_socket_accept (self->listener, self->stop, NULL)))
    start_connection (self, socket);
  return NULL;
}

/* Counts who comes and hangs up. */
static gpointer
run_stranger (gpointer data)
{
  FaultServer *self = data;
  GSocket *socket;

  while ((socket = g_socket_accept (self->stranger, self->stop, NULL))) {
    fault_server_mark (self, FAULT_COUNT_STRANGERS, 1);
    g_object_unref (socket);
  }
  return NULL;
}

static GSocket *
listen_on_loopback (const gchar * scheme, gchar ** url)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) local = NULL;

  g_assert (socket != NULL);
  g_socket_set_listen_backlog (socket, 128);
  g_assert (g_socket_bind (socket, address, TRUE, NULL));
  g_assert (g_socket_listen (socket, NULL));
  local = g_socket_get_local_address (socket, NULL);
  *url = g_strdup_printf ("%s://127.0.0.1:%u", scheme,
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)));
  return g_steal_pointer (&socket);
}

/* Takes the certificate. */
static FaultServer *
start_server (GTlsCertificate * certificate)
{
  FaultServer *self = g_new0 (FaultServer, 1);

  self->stop = g_cancellable_new ();
  self->certificate = certificate;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->script);
  self->threads =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_thread_join);
  self->paths = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_free);
  self->always = rule_new (NULL, FAULT_NONE, NULL);
  self->requests =
      g_ptr_array_new_with_free_func ((GDestroyNotify) fault_request_free);
  self->admitted = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->listener =
      listen_on_loopback (certificate ? "https" : "http", &self->url);
  self->stranger = listen_on_loopback ("http", &self->stranger_url);
  self->base_url = g_strconcat (self->url, "/v1", NULL);
  self->accepting = g_thread_new ("fault-server", run_listener, self);
  self->waving = g_thread_new ("fault-stranger", run_stranger, self);
  return self;
}

FaultServer *
fault_server_new (void)
{
  return start_server (NULL);
}

FaultServer *
fault_server_new_tls (const gchar * pem_file, GError ** error)
{
  GTlsCertificate *certificate =
      g_tls_certificate_new_from_file (pem_file, error);

  return certificate ? start_server (certificate) : NULL;
}

void
fault_server_free (FaultServer * self)
{
  g_cancellable_cancel (self->stop);
  g_thread_join (self->accepting);
  g_thread_join (self->waving);
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->threads, g_ptr_array_unref);

  g_clear_object (&self->listener);
  g_clear_object (&self->stranger);
  g_clear_object (&self->certificate);
  g_clear_object (&self->stop);
  g_queue_clear_full (&self->script, (GDestroyNotify) rule_free);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_clear_pointer (&self->always, rule_free);
  g_clear_pointer (&self->requests, g_ptr_array_unref);
  g_array_unref (self->admitted);
  g_clear_pointer (&self->watcher, g_main_context_unref);
  g_free (self->url);
  g_free (self->base_url);
  g_free (self->stranger_url);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

const gchar *
fault_server_get_url (FaultServer * self)
{
  return self->url;
}

const gchar *
fault_server_get_base_url (FaultServer * self)
{
  return self->base_url;
}

void
fault_server_set_answer (FaultServer * self, FaultAnswerFunc func,
    gpointer user_data)
{
  g_mutex_lock (&self->lock);
  self->answer = func;
  self->answer_data = user_data;
  g_mutex_unlock (&self->lock);
}

void
fault_server_next (FaultServer * self, FaultKind kind, const gchar * detail)
{
  fault_server_next_times (self, 1, kind, detail);
}

void
fault_server_next_times (FaultServer * self, guint times, FaultKind kind,
    const gchar * detail)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < times; i++)
    g_queue_push_tail (&self->script, rule_new (NULL, kind, detail));
  g_mutex_unlock (&self->lock);
}

void
fault_server_always (FaultServer * self, FaultKind kind, const gchar * detail)
{
  g_mutex_lock (&self->lock);
  rule_free (self->always);
  self->always = rule_new (NULL, kind, detail);
  g_mutex_unlock (&self->lock);
}

/* A later rule for the same path goes first. */
void
fault_server_at_path (FaultServer * self, const gchar * suffix,
    FaultKind kind, const gchar * detail)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_insert (self->paths, 0, rule_new (suffix, kind, detail));
  g_mutex_unlock (&self->lock);
}

void
fault_server_limit (FaultServer * self, guint n, gint64 window)
{
  g_mutex_lock (&self->lock);
  self->limit = n;
  self->limit_window = window;
  g_mutex_unlock (&self->lock);
}

void
fault_server_hold (FaultServer * self)
{
  g_mutex_lock (&self->lock);
  self->held = TRUE;
  g_mutex_unlock (&self->lock);
}

void
fault_server_release (FaultServer * self)
{
  g_mutex_lock (&self->lock);
  self->held = FALSE;
  signal_unlocked (self);
  g_mutex_unlock (&self->lock);
}

guint
fault_server_count (FaultServer * self, FaultCount what)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->counts[what];
}

static gboolean
ring_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
iterate_until (FaultServer * self, FaultCount what, guint n,
    GMainContext * context)
{
  g_autoptr (GSource) watchdog = g_timeout_source_new_seconds
      (WATCHDOG_SECONDS);
  gboolean rung = FALSE;

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->watcher, g_main_context_unref);
  self->watcher = g_main_context_ref (context);
  g_mutex_unlock (&self->lock);
  g_source_set_callback (watchdog, ring_cb, &rung, NULL);
  g_source_attach (watchdog, context);
  while (!rung && fault_server_count (self, what) < n)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (watchdog);
  return !rung;
}

gboolean
fault_server_wait (FaultServer * self, FaultCount what, guint n,
    GMainContext * context)
{
  gint64 end = g_get_monotonic_time () + WATCHDOG_SECONDS * G_USEC_PER_SEC;
  gboolean reached = TRUE;

  if (context)
    return iterate_until (self, what, n, context);
  g_mutex_lock (&self->lock);
  while (reached && self->counts[what] < n)
    reached = g_cond_wait_until (&self->changed, &self->lock, end);
  g_mutex_unlock (&self->lock);
  return reached;
}

const FaultRequest *
fault_server_get_request (FaultServer * self, guint index)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return index < self->requests->len ?
      g_ptr_array_index (self->requests, index) : NULL;
}
