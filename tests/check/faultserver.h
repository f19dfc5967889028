/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "faultkind.h"

G_BEGIN_DECLS

/* A model server on loopback for tests: it speaks HTTP/1.1, answers well in the
 * dialect of the path ("...:generateContent": gemini, "/evaluate_batch_npy":
 * robometer, else openai; with log-probabilities where they are wanted, see
 * faultchances.h) and goes wrong as it is told. It writes its own bytes, so that it can also do what no
 * HTTP library does: resets, cut chunks, false gzip. Every connection has its
 * own thread; all functions may be called from any thread.
 *
 *   g_autoptr (FaultServer) server = fault_server_new ();
 *   fault_server_next (server, FAULT_STATUS, "429;Retry-After: 1");
 *   ... first question: 429; all others: the good answer ... */
typedef struct _FaultServer FaultServer;

/* A request as it came; valid until the server is freed. */
typedef struct
{
  gchar *method;
  gchar *target;                /* as on the request line: path and query, or a whole URI from a proxy's client */
  GHashTable *headers;          /* lower-case name -> value */
  GBytes *body;
  guint connection;             /* which one it came on, from 1 */
  gint64 arrived;               /* g_get_monotonic_time() */
} FaultRequest;

/* The model's good text for a request, run on the connection's thread. The
 * server puts it into the dialect's envelope. */
typedef gchar *(*FaultAnswerFunc) (const FaultRequest * request, gpointer user_data);

FaultServer *fault_server_new (void);
/* https with a certificate and key in one PEM file. */
FaultServer *fault_server_new_tls (const gchar * pem_file, GError ** error);
/* Hangs up on everybody and waits for all its threads. */
void fault_server_free (FaultServer * server);

/* "http://127.0.0.1:PORT", and the same with "/v1". */
const gchar *fault_server_get_url (FaultServer * server);
const gchar *fault_server_get_base_url (FaultServer * server);

/* Text of the good answer; without it the text is {"ok":true}. For robometer it is
 * the list of numbers. */
void fault_server_set_answer (FaultServer * server, FaultAnswerFunc func, gpointer user_data);

/* What happens, first match wins: the rule of the path's end, e.g. "/models"
 * (a GET of it is otherwise answered with a list of one, "fault-model", one of
 * "/health" with good health, a POST to "/tokenize" with the number 2514, and
 * none of them takes anything from the script); the script, one entry a request in order of
 * arrival; the rule for all others, at first FAULT_NONE. @detail: see
 * faultkind.h; may be NULL. */
void fault_server_next (FaultServer * server, FaultKind kind, const gchar * detail);
void fault_server_next_times (FaultServer * server, guint times, FaultKind kind, const gchar * detail);
void fault_server_always (FaultServer * server, FaultKind kind, const gchar * detail);
void fault_server_at_path (FaultServer * server, const gchar * suffix, FaultKind kind, const gchar * detail);

/* No more than @n requests in any @window microseconds are let in, of whatever
 * path; others get 429 and are told when to come again. */
void fault_server_limit (FaultServer * server, guint n, gint64 window);

/* While held, requests are taken and not answered, but for "/tokenize" where no
 * rule was set for it. */
void fault_server_hold (FaultServer * server);
void fault_server_release (FaultServer * server);

typedef enum
{
  FAULT_COUNT_REQUESTS,         /* that came, those of /models and the like too */
  FAULT_COUNT_CONNECTIONS,      /* that were opened */
  FAULT_COUNT_CLOSED,           /* that have ended */
  FAULT_COUNT_ANSWERS,          /* of which at least the headers were sent */
  FAULT_COUNT_BUSY,             /* requests being worked on now */
  FAULT_COUNT_PEAK,             /* the most at one time */
  FAULT_COUNT_STRANGERS,        /* connections to the host that FAULT_REDIRECT names */
  FAULT_N_COUNTS,
} FaultCount;

guint fault_server_count (FaultServer * server, FaultCount what);
/* Until the count is at least @n: iterates @context, or just waits where it is
 * NULL. FALSE after ten seconds. */
gboolean fault_server_wait (FaultServer * server, FaultCount what, guint n, GMainContext * context);

const FaultRequest *fault_server_get_request (FaultServer * server, guint index);
const gchar *fault_request_get_header (const FaultRequest * request, const gchar * name);
/* The body as a string, for strstr(). */
gchar *fault_request_dup_body (const FaultRequest * request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultServer, fault_server_free)

G_END_DECLS
