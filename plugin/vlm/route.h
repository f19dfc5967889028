/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where requests go, which way, and whom they trust. */

/* Which way a connection goes. @proxy: an http:// or https:// URI that takes
 * everything, loopback too; NULL: what the system says, but loopback hosts
 * directly, because an http_proxy variable is hardly ever meant for a model
 * server on the same machine. GST_SCORE_ERROR_CONFIG naming "proxy". */
GProxyResolver *score_route_new_resolver (const gchar * proxy, GError ** error);

/* Absolute path of a PEM file. GST_SCORE_ERROR_CONFIG naming "ca-file". */
GTlsDatabase *score_route_open_ca_file (const gchar * path, GError ** error);

/* NULL unless it is http or https with a host. */
GUri *score_route_parse_url (const gchar * url);
/* "host:port" for messages. */
gchar *score_route_name_place (GUri * uri);

G_END_DECLS
