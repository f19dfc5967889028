/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/route.h"

#include <gst/score/gstscoreerror.h>

/* As libsoup reads them. */
#define URL_FLAGS (G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_PATH \
    | G_URI_FLAGS_ENCODED_QUERY | G_URI_FLAGS_ENCODED_FRAGMENT \
    | G_URI_FLAGS_SCHEME_NORMALIZE)

/* The system's resolver with an exception for loopback. */
#define SCORE_TYPE_LOCAL_RESOLVER (score_local_resolver_get_type ())
G_DECLARE_FINAL_TYPE (ScoreLocalResolver, score_local_resolver, SCORE,
    LOCAL_RESOLVER, GObject);

struct _ScoreLocalResolver
{
  GObject parent;
};

static void
score_local_resolver_interface_init (GProxyResolverInterface * iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ScoreLocalResolver, score_local_resolver,
    G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER,
        score_local_resolver_interface_init));

static gboolean
is_loopback (const gchar * uri)
{
  g_autofree gchar *host = NULL;
  g_autoptr (GInetAddress) address = NULL;

  if (!g_uri_split (uri, G_URI_FLAGS_NONE, NULL, NULL, &host, NULL, NULL, NULL,
          NULL, NULL) || host == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

static GStrv
new_direct (void)
{
  const gchar *const direct[] = { "direct://", NULL };

  return g_strdupv ((GStrv) direct);
}

static gboolean
is_supported (GProxyResolver * resolver)
{
  return TRUE;
}

static gchar **
lookup (GProxyResolver * resolver, const gchar * uri,
    GCancellable * cancellable, GError ** error)
{
  if (is_loopback (uri))
    return new_direct ();
  return g_proxy_resolver_lookup (g_proxy_resolver_get_default (), uri,
      cancellable, error);
}

static void
lookup_done_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GStrv proxies = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (source),
      result, &error);

  if (proxies == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, proxies, (GDestroyNotify) g_strfreev);
}

static void
lookup_async (GProxyResolver * resolver, const gchar * uri,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback,
      user_data);

  g_task_set_source_tag (task, lookup_async);
  if (is_loopback (uri)) {
    g_task_return_pointer (task, new_direct (), (GDestroyNotify) g_strfreev);
    return;
  }
  g_proxy_resolver_lookup_async (g_proxy_resolver_get_default (), uri,
      cancellable, lookup_done_cb, g_steal_pointer (&task));
}

static gchar **
lookup_finish (GProxyResolver * resolver, GAsyncResult * result,
    GError ** error)
{
  g_assert (g_task_is_valid (result, resolver));

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
score_local_resolver_interface_init (GProxyResolverInterface * iface)
{
  iface->is_supported = is_supported;
  iface->lookup = lookup;
  iface->lookup_async = lookup_async;
  iface->lookup_finish = lookup_finish;
}

static void
score_local_resolver_class_init (ScoreLocalResolverClass * klass)
{
}

static void
score_local_resolver_init (ScoreLocalResolver * self)
{
}

/* The address itself stays out of the message: it may carry a password. */
static gboolean
check_proxy (const gchar * proxy, GError ** error)
{
  g_autoptr (GUri) uri = g_uri_parse (proxy, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL
      || *g_uri_get_host (uri) == '\0'
      || (g_strcmp0 (g_uri_get_scheme (uri), "http") != 0
          && g_strcmp0 (g_uri_get_scheme (uri), "https") != 0)) {
    g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "proxy: the address must look like http://host:port");
    return FALSE;
  }
  if (g_uri_get_userinfo (uri) != NULL) {
    g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "proxy: a user name or password in the address is not supported");
    return FALSE;
  }
  return TRUE;
}

GProxyResolver *
score_route_new_resolver (const gchar * proxy, GError ** error)
{
  if (proxy == NULL)
    return g_object_new (SCORE_TYPE_LOCAL_RESOLVER, NULL);
  if (!check_proxy (proxy, error))
    return NULL;
  return g_simple_proxy_resolver_new (proxy, NULL);
}

GTlsDatabase *
score_route_open_ca_file (const gchar * path, GError ** error)
{
  g_autoptr (GError) cause = NULL;
  GTlsDatabase *database;

  if (!g_path_is_absolute (path)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "ca-file: “%s” is not an absolute path", path);
    return NULL;
  }
  database = g_tls_file_database_new (path, &cause);
  if (database == NULL)
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "ca-file: “%s” cannot be used: %s", path, cause->message);
  return database;
}

GUri *
score_route_parse_url (const gchar * url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, URL_FLAGS, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL
      || *g_uri_get_host (uri) == '\0')
    return NULL;
  if (g_strcmp0 (g_uri_get_scheme (uri), "http") != 0
      && g_strcmp0 (g_uri_get_scheme (uri), "https") != 0)
    return NULL;
  return g_steal_pointer (&uri);
}

gchar *
score_route_name_place (GUri * uri)
{
  const gchar *host = g_uri_get_host (uri);
  gint port = g_uri_get_port (uri);
  gboolean is_ipv6 = strchr (host, ':') != NULL;

  if (port < 0)
    port = g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 ? 443 : 80;
  return g_strdup_printf (is_ipv6 ? "[%s]:%d" : "%s:%d", host, port);
}
