/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "faultserver.h"

G_BEGIN_DECLS

/* One connection of a fault server, on its own thread, blocking. */
typedef struct
{
  FaultServer *server;
  GSocket *socket;
  GIOStream *stream;
  GDataInputStream *in;
  GOutputStream *out;
  GCancellable *stop;           /* of the server */
  guint number;
} FaultConnection;

/* Answers, or does not. FALSE when the connection is over. */
gboolean fault_wire_answer (FaultConnection * self, const FaultRequest * request,
    FaultKind kind, const gchar * detail, const gchar * text);
gboolean fault_wire_send (FaultConnection * self, guint status, const gchar * headers, GBytes * body);

/* The request line and the headers; NULL at the end of the connection. */
FaultRequest *fault_request_read_head (FaultConnection * connection);
gboolean fault_request_read_body (FaultConnection * connection, FaultRequest * request);
void fault_request_free (FaultRequest * request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultRequest, fault_request_free)

/* What the wire needs of its server. */
void fault_server_mark (FaultServer * server, FaultCount what, gint change);
void fault_server_pause (FaultServer * server, guint ms);
const gchar *fault_server_get_stranger (FaultServer * server);

G_END_DECLS
