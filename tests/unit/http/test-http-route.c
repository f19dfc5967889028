/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "support.h"
#include "vlm/route.h"

#define ENOUGH (5 * G_TIME_SPAN_SECOND)

/* What http_proxy names while these tests run. */
static FaultServer *system_proxy;

static gchar *
resolve (GProxyResolver * resolver, const gchar * uri)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) proxies = g_proxy_resolver_lookup (resolver, uri, NULL,
      &error);

  g_assert_no_error (error);
  return g_strjoinv (" ", proxies);
}

static void
test_loopback_is_direct (gconstpointer data)
{
  g_autoptr (GProxyResolver) resolver = score_route_new_resolver (NULL, NULL);
  g_autofree gchar *way = resolve (resolver, data);

  g_assert_cmpstr (way, ==, "direct://");
}

/* Not every system's resolver looks at the environment. */
static gboolean
has_system_proxy (void)
{
  g_autofree gchar *way = resolve (g_proxy_resolver_get_default (),
      "http://model.invalid/");

  return strcmp (way, "direct://") != 0;
}

static void
test_others_ask_the_system (void)
{
  g_autoptr (GProxyResolver) resolver = score_route_new_resolver (NULL, NULL);
  g_autofree gchar *way = NULL;

  if (!has_system_proxy ()) {
    g_test_skip ("the system's resolver does not look at http_proxy");
    return;
  }
  way = resolve (resolver, "http://model.invalid/");
  g_assert_cmpstr (way, ==, fault_server_get_url (system_proxy));
}

static void
test_bad_proxy (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ScoreHttpOptions options = HTTP_OPTIONS;

  options.proxy = (gchar *) data;
  g_assert_null (score_http_new (&options, &error));
  assert_error (error, GST_SCORE_ERROR_CONFIG, data);
  g_assert_true (g_str_has_prefix (error->message, "proxy: "));
}

static void
test_loopback_request_is_direct (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  guint before = fault_server_count (system_proxy, FAULT_COUNT_CONNECTIONS);

  fixture_init (&fixture);
  fetch (&fixture, ENOUGH, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_REQUESTS),
      ==, 1);
  g_assert_cmpuint (fault_server_count (system_proxy,
          FAULT_COUNT_CONNECTIONS), ==, before);
}

static void
fetch_url (Fixture * fixture, const gchar * url, Outcome * outcome)
{
  g_autoptr (ScoreWire) wire = score_wire_new ("GET", url);

  start (fixture, wire, ENOUGH, NULL, outcome);
  await (fixture, outcome);
}

static void
test_other_request_takes_the_systems (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  guint before = fault_server_count (system_proxy, FAULT_COUNT_REQUESTS);

  if (!has_system_proxy ()) {
    g_test_skip ("the system's resolver does not look at http_proxy");
    return;
  }
  fixture_init (&fixture);
  fetch_url (&fixture, "http://model.invalid/v1/x", &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (fault_server_get_request (system_proxy, before)->target, ==,
      "http://model.invalid/v1/x");
}

static void
test_own_proxy_takes_all (gconstpointer data)
{
  g_autoptr (FaultServer) proxy = fault_server_new ();
  ScoreHttpOptions options = HTTP_OPTIONS;
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  options.proxy = (gchar *) fault_server_get_url (proxy);
  fixture_init_with (&fixture, &options);
  fetch_url (&fixture, data, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (fault_server_get_request (proxy, 0)->target, ==, data);
}

/* The tunnel is asked for, and its refusal is an error that names the host. */
static void
test_https_takes_a_tunnel (void)
{
  g_autoptr (FaultServer) proxy = fault_server_new ();
  ScoreHttpOptions options = HTTP_OPTIONS;
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  fault_server_always (proxy, FAULT_STATUS, "403");
  options.proxy = (gchar *) fault_server_get_url (proxy);
  fixture_init_with (&fixture, &options);
  fetch_url (&fixture, "https://model.invalid/v1/x?" SECRET_QUERY, &outcome);
  g_assert_cmpstr (fault_server_get_request (proxy, 0)->method, ==, "CONNECT");
  g_assert_cmpstr (fault_server_get_request (proxy, 0)->target, ==,
      "model.invalid:443");
  if (outcome.error)
    assert_error (outcome.error, GST_SCORE_ERROR_UNREACHABLE, "tunnel");
  else
    g_assert_cmpuint (outcome.response->status, ==, 403);
}

static void
test_dead_proxy (void)
{
  ScoreHttpOptions options = HTTP_OPTIONS;
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  FaultServer *proxy = fault_server_new ();
  g_autofree gchar *url = g_strdup (fault_server_get_url (proxy));

  fault_server_free (proxy);
  options.proxy = url;
  fixture_init_with (&fixture, &options);
  fetch_url (&fixture, "http://model.invalid/", &outcome);
  assert_error (outcome.error, GST_SCORE_ERROR_UNREACHABLE, "dead proxy");
}

/* TLS */

static gboolean
skip_without_tls (void)
{
  if (g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return FALSE;
  g_test_skip ("there is no TLS backend");
  return TRUE;
}

static void
fetch_tls (const ScoreHttpOptions * options, Outcome * outcome)
{
  g_autofree gchar *pem = g_test_build_filename (G_TEST_DIST,
      "fault-server.pem", NULL);
  g_auto (Fixture) fixture = { NULL };
  g_autoptr (GError) error = NULL;

  fixture_init_with (&fixture, options);
  g_clear_pointer (&fixture.server, fault_server_free);
  fixture.server = fault_server_new_tls (pem, &error);
  g_assert_no_error (error);
  fetch (&fixture, ENOUGH, outcome);
  outcome->http = NULL;
  if (outcome->error)
    g_assert_cmpuint (fault_server_count (fixture.server,
            FAULT_COUNT_REQUESTS), ==, 0);
}

static void
test_unknown_certificate (void)
{
  const ScoreHttpOptions options = HTTP_OPTIONS;
  g_auto (Outcome) outcome = { 0 };

  if (skip_without_tls ())
    return;
  fetch_tls (&options, &outcome);
  assert_error (outcome.error, GST_SCORE_ERROR_CONFIG, "unknown");
  g_assert_nonnull (strstr (outcome.error->message, "ca-file"));
}

static void
test_own_authority (void)
{
  ScoreHttpOptions options = HTTP_OPTIONS;
  g_autofree gchar *ca = g_test_build_filename (G_TEST_DIST, "fault-ca.pem",
      NULL);
  g_auto (Outcome) outcome = { 0 };

  if (skip_without_tls ())
    return;
  options.ca_file = ca;
  fetch_tls (&options, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (outcome.response->status, ==, 200);
}

static void
test_not_strict (void)
{
  ScoreHttpOptions options = HTTP_OPTIONS;
  g_auto (Outcome) outcome = { 0 };

  if (skip_without_tls ())
    return;
  options.ssl_strict = FALSE;
  fetch_tls (&options, &outcome);
  g_assert_no_error (outcome.error);
}

static void
test_https_to_plain_server (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  g_autofree gchar *url = NULL;

  if (skip_without_tls ())
    return;
  fixture_init (&fixture);
  url = g_strconcat ("https", strchr (fault_server_get_url (fixture.server),
          ':'), NULL);
  fault_server_always (fixture.server, FAULT_GARBAGE, NULL);
  fetch_url (&fixture, url, &outcome);
  g_assert_nonnull (outcome.error);
  g_assert_true (outcome.error->code == GST_SCORE_ERROR_CONFIG
      || outcome.error->code == GST_SCORE_ERROR_UNREACHABLE);
}

static void
test_bad_ca_file (gconstpointer data)
{
  ScoreHttpOptions options = HTTP_OPTIONS;
  g_autoptr (GError) error = NULL;

  if (skip_without_tls ())
    return;
  options.ca_file = (gchar *) data;
  g_assert_null (score_http_new (&options, &error));
  assert_error (error, GST_SCORE_ERROR_CONFIG, data);
  g_assert_true (g_str_has_prefix (error->message, "ca-file: "));
}

static void
add_cases (const gchar * prefix, const gchar * const *cases, GTestDataFunc func)
{
  for (guint i = 0; cases[i]; i++) {
    g_autofree gchar *path = g_strdup_printf ("%s/%u", prefix, i);

    g_test_add_data_func (path, cases[i], func);
  }
}

static gint
run (void)
{
  static const gchar *const loopback[] = { "http://127.0.0.1:8000/v1",
    "http://127.1.2.3/", "https://localhost:1", "http://LOCALHOST/",
    "http://[::1]:8080/v1", NULL
  };
  static const gchar *const bad_proxies[] = { "", "127.0.0.1:3128",
    "socks5://127.0.0.1:1", "http://", "http://127.0.0.1:99999", "file:///x",
    "http://user:sk-THIS-IS-THE-KEY@127.0.0.1:1", NULL
  };
  static const gchar *const all[] = { "http://127.0.0.1:9/v1/x",
    "http://localhost:9/v1/x", "http://model.invalid/v1/x", NULL
  };
  static const gchar *const bad_ca[] = { "relative.pem", "/nonexistent.pem",
    "/dev/null", NULL
  };

  add_cases ("/route/loopback-is-direct", loopback, test_loopback_is_direct);
  g_test_add_func ("/route/others-ask-the-system", test_others_ask_the_system);
  add_cases ("/route/bad-proxy", bad_proxies, test_bad_proxy);
  g_test_add_func ("/route/loopback-request-is-direct",
      test_loopback_request_is_direct);
  g_test_add_func ("/route/other-request-takes-the-systems",
      test_other_request_takes_the_systems);
  add_cases ("/route/own-proxy-takes-all", all, test_own_proxy_takes_all);
  g_test_add_func ("/route/https-takes-a-tunnel", test_https_takes_a_tunnel);
  g_test_add_func ("/route/dead-proxy", test_dead_proxy);
  g_test_add_func ("/tls/unknown-certificate", test_unknown_certificate);
  g_test_add_func ("/tls/own-authority", test_own_authority);
  g_test_add_func ("/tls/not-strict", test_not_strict);
  g_test_add_func ("/tls/https-to-plain-server", test_https_to_plain_server);
  add_cases ("/tls/bad-ca-file", bad_ca, test_bad_ca_file);
  return g_test_run ();
}

int
main (int argc, char **argv)
{
  gint result;

  /* before the first look at the system's resolver */
  system_proxy = fault_server_new ();
  g_setenv ("http_proxy", fault_server_get_url (system_proxy), TRUE);
  g_unsetenv ("no_proxy");
  init_tests (&argc, &argv);
  result = run ();
  fault_server_free (system_proxy);
  return result;
}
