/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* The only file that knows libsoup. Belongs to the thread whose GMainContext is
 * the thread default when it is made; every function but the cancellable's is
 * called there. */
typedef struct _ScoreHttp ScoreHttp;

typedef struct
{
  guint max_connections;        /* to one host */
  gsize max_response_bytes;     /* decoded; more ends the request with BAD_REPLY */
  gchar *proxy;                 /* URI; NULL: the system's, but none for loopback */
  gchar *ca_file;               /* absolute path; NULL: the system's */
  gboolean ssl_strict;
} ScoreHttpOptions;

/* GST_SCORE_ERROR_CONFIG naming proxy or ca-file. */
ScoreHttp *score_http_new (const ScoreHttpOptions * options, GError ** error);
/* All requests must have ended (cancel them and run the context first). */
void score_http_free (ScoreHttp * http);

/* One attempt. @timeout: microseconds for the whole of it, from now to the last
 * byte. Redirects are not followed (the 3xx comes back as a response). Sends a
 * request once more by itself only when a reused connection died before the
 * first byte of a response. Ends exactly once: a response of any status, or
 * GST_SCORE_ERROR_TIMEOUT, _UNREACHABLE, _BAD_REPLY (too large), _CONFIG (TLS,
 * bad URL) or _CANCELLED. @wire is borrowed only during the call. */
void score_http_send_async (ScoreHttp * http, const ScoreWire * wire,
    gint64 timeout, GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
ScoreResponse *score_http_send_finish (ScoreHttp * http, GAsyncResult * result,
    GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreHttp, score_http_free)

G_END_DECLS
