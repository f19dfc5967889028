/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "support.h"

#define TIMEOUT (150 * MS)
/* Nothing here may take longer, even on a busy machine. */
#define ENOUGH (3 * G_TIME_SPAN_SECOND)

static const struct
{
  FaultKind kind;
  const gchar *detail;
  guint status;                 /* 0: fails with */
  GstScoreError code;
} faults[] = {
  {FAULT_NONE, NULL, 200},
  {FAULT_SLOW, "50", 200},
  {FAULT_GZIP, NULL, 200},
  {FAULT_STATUS, "400", 400},
  {FAULT_STATUS, "401;WWW-Authenticate: Basic realm=\"x\"", 401},
  {FAULT_STATUS, "403", 403},
  {FAULT_STATUS, "404", 404},
  {FAULT_STATUS, "407;Proxy-Authenticate: Basic realm=\"x\"", 407},
  {FAULT_STATUS, "413", 413},
  {FAULT_STATUS, "429;Retry-After: 7", 429},
  {FAULT_STATUS, "500", 500},
  {FAULT_STATUS, "502", 502},
  {FAULT_STATUS, "503", 503},
  {FAULT_STATUS, "529", 529},
  {FAULT_QUOTA, NULL, 429},
  {FAULT_REDIRECT, "301", 301},
  {FAULT_REDIRECT, "302", 302},
  {FAULT_REDIRECT, "303", 303},
  {FAULT_REDIRECT, "307", 307},
  {FAULT_REDIRECT, "308", 308},
  {FAULT_EARLY, NULL, 413},
  {FAULT_HANG, NULL, 0, GST_SCORE_ERROR_TIMEOUT},
  {FAULT_HANG_BODY, NULL, 0, GST_SCORE_ERROR_TIMEOUT},
  {FAULT_DRIP, "20", 0, GST_SCORE_ERROR_TIMEOUT},
  {FAULT_RESET, NULL, 0, GST_SCORE_ERROR_UNREACHABLE},
  {FAULT_CLOSE, NULL, 0, GST_SCORE_ERROR_UNREACHABLE},
  {FAULT_CLOSE_AFTER, NULL, 200},
  {FAULT_HALF_STATUS, NULL, 0, GST_SCORE_ERROR_UNREACHABLE},
  {FAULT_HALF_HEADERS, NULL, 0, GST_SCORE_ERROR_UNREACHABLE},
  {FAULT_TRUNCATED, NULL, 0, GST_SCORE_ERROR_UNREACHABLE},
  {FAULT_TRUNCATED_CHUNKED, NULL, 200},
  {FAULT_GARBAGE, NULL, 0, GST_SCORE_ERROR_UNREACHABLE},
  {FAULT_BOGUS_GZIP, NULL, 200},
  {FAULT_TRUNCATED_GZIP, NULL, 200},
  {FAULT_BOMB, NULL, 0, GST_SCORE_ERROR_BAD_REPLY},
  {FAULT_ENDLESS, NULL, 0, GST_SCORE_ERROR_BAD_REPLY},
  {FAULT_HUGE, NULL, 0, GST_SCORE_ERROR_BAD_REPLY},
  {FAULT_EMPTY, NULL, 200},
  {FAULT_NOT_JSON, NULL, 200},
  {FAULT_DEEP, NULL, 200},
  {FAULT_BAD_UTF8, NULL, 200},
};

/* Each fault on a new connection: one request, one end, in time. */
static void
test_fault (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  const gchar *nick = fault_kind_get_nick (faults[i].kind);
  gboolean must_time_out = faults[i].code == GST_SCORE_ERROR_TIMEOUT;
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  gint64 start_time = g_get_monotonic_time ();

  fixture_init (&fixture);
  fault_server_always (fixture.server, faults[i].kind, faults[i].detail);
  fetch (&fixture, must_time_out ? TIMEOUT : ENOUGH, &outcome);

  g_assert_cmpint (outcome.ended - start_time, <, ENOUGH);
  if (faults[i].status) {
    g_assert_no_error (outcome.error);
    g_assert_cmpuint (outcome.response->status, ==, faults[i].status);
  } else {
    assert_error (outcome.error, faults[i].code, nick);
    g_assert_nonnull (strstr (outcome.error->message, "127.0.0.1:"));
  }
  if (must_time_out)
    g_assert_cmpint (outcome.ended - start_time, >=, TIMEOUT);
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_REQUESTS),
      ==, 1);
  g_assert_cmpuint (fault_server_count (fixture.server,
          FAULT_COUNT_CONNECTIONS), ==, 1);
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_STRANGERS),
      ==, 0);
}

/* What failed in the middle must not keep a connection (and a server) busy. */
static void
test_failure_hangs_up (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  fixture_init (&fixture);
  fault_server_always (fixture.server, faults[i].kind, faults[i].detail);
  fetch (&fixture, faults[i].code == GST_SCORE_ERROR_TIMEOUT ? TIMEOUT :
      ENOUGH, &outcome);
  g_assert_nonnull (outcome.error);
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_CLOSED, 1,
          fixture.context));
}

static void
test_response_is_whole (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) plain = { 0 }, packed = { 0 };

  fixture_init (&fixture);
  fault_server_next (fixture.server, FAULT_NONE, NULL);
  fault_server_next (fixture.server, FAULT_GZIP, NULL);
  fetch (&fixture, ENOUGH, &plain);
  fetch (&fixture, ENOUGH, &packed);

  g_assert_cmpstr (score_response_get_header (plain.response, "content-type"),
      ==, "application/json");
  g_assert_nonnull (score_response_get_header (plain.response, "x-request-id"));
  g_assert_true (g_str_has_prefix (g_bytes_get_data (plain.response->body,
              NULL), "{\"id\":\"chatcmpl-fault\""));
  g_assert_true (g_bytes_equal (plain.response->body, packed.response->body));
}

static void
test_request_is_what_the_wire_says (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (ScoreWire) wire = NULL;
  const FaultRequest *request;

  fixture_init (&fixture);
  wire = new_wire (&fixture);
  score_wire_add_header (wire, "X-Extra", "yes");
  start (&fixture, wire, ENOUGH, NULL, &outcome);
  g_clear_pointer (&wire, score_wire_free);     /* is only borrowed */
  await (&fixture, &outcome);

  request = fault_server_get_request (fixture.server, 0);
  g_assert_cmpstr (request->method, ==, "POST");
  g_assert_cmpstr (request->target, ==, "/v1/chat/completions?" SECRET_QUERY);
  g_assert_cmpstr (fault_request_get_header (request, "authorization"), ==,
      "Bearer " SECRET_KEY);
  g_assert_cmpstr (fault_request_get_header (request, "x-extra"), ==, "yes");
  g_assert_cmpstr (fault_request_get_header (request, "content-type"), ==,
      "application/json");
  g_assert_cmpstr (fault_request_get_header (request, "content-length"), ==,
      "7");
  g_assert_cmpstr (fault_request_get_header (request, "user-agent"), ==,
      "gst-score/" PACKAGE_VERSION);
  g_assert_nonnull (fault_request_get_header (request, "accept-encoding"));
  g_assert_null (fault_request_get_header (request, "cookie"));
  g_assert_null (fault_request_get_header (request, "transfer-encoding"));
  g_assert_cmpmem (g_bytes_get_data (request->body, NULL),
      g_bytes_get_size (request->body), "{\"a\":1}", 7);
}

/* 8 MB in 100 shared pieces arrive whole. */
static void
test_body_of_many_segments (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (ScoreWire) wire = NULL;
  g_autoptr (GBytes) piece = NULL, whole = NULL;
  gchar *data = g_malloc (80000);

  for (guint i = 0; i < 80000; i++)
    data[i] = 'a' + i % 26;
  piece = g_bytes_new_take (data, 80000);
  fixture_init (&fixture);
  wire = new_wire (&fixture);
  for (guint i = 0; i < 100; i++)
    g_ptr_array_add (wire->body, g_bytes_ref (piece));
  whole = score_wire_flatten (wire);
  start (&fixture, wire, ENOUGH, NULL, &outcome);
  await (&fixture, &outcome);

  g_assert_no_error (outcome.error);
  g_assert_true (g_bytes_equal (whole, fault_server_get_request
          (fixture.server, 0)->body));
}

static void
test_get_has_no_body (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  g_autofree gchar *url = NULL;
  g_autoptr (ScoreWire) wire = NULL;
  const FaultRequest *request;

  fixture_init (&fixture);
  url = g_strconcat (fault_server_get_base_url (fixture.server), "/models",
      NULL);
  wire = score_wire_new ("GET", url);
  start (&fixture, wire, ENOUGH, NULL, &outcome);
  await (&fixture, &outcome);

  g_assert_no_error (outcome.error);
  request = fault_server_get_request (fixture.server, 0);
  g_assert_cmpstr (request->method, ==, "GET");
  g_assert_null (fault_request_get_header (request, "content-length"));
}

/* 512 MB of blanks in half a megabyte of gzip. */
static void
test_bomb_takes_no_memory (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  guint64 before = read_peak_memory ();

  fixture_init (&fixture);
  fault_server_always (fixture.server, FAULT_BOMB, "512");
  fetch (&fixture, ENOUGH, &outcome);
  assert_error (outcome.error, GST_SCORE_ERROR_BAD_REPLY, "bomb");
  g_assert_cmpuint (read_peak_memory () - before, <, 64 * 1024 * 1024);
}

static void
test_size_limit_is_exact (void)
{
  const ScoreHttpOptions exact = {.max_connections = 1,
    .max_response_bytes = 100000,.ssl_strict = TRUE
  };
  const struct
  {
    FaultKind kind;
    gsize more;
    gboolean fits;
  } cases[] = {
    {FAULT_TEXT, 0, TRUE}, {FAULT_TEXT, 1, FALSE},
  };
  gsize envelope;

  {
    g_auto (Fixture) fixture = { NULL };
    g_auto (Outcome) outcome = { 0 };

    fixture_init (&fixture);
    fault_server_always (fixture.server, FAULT_TEXT, "");
    fetch (&fixture, ENOUGH, &outcome);
    envelope = g_bytes_get_size (outcome.response->body);
  }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Fixture) fixture = { NULL };
    g_auto (Outcome) outcome = { 0 };
    g_autofree gchar *text =
        g_strnfill (exact.max_response_bytes - envelope + cases[i].more, 'x');

    fixture_init_with (&fixture, &exact);
    fault_server_always (fixture.server, cases[i].kind, text);
    fetch (&fixture, ENOUGH, &outcome);
    if (cases[i].fits)
      g_assert_no_error (outcome.error);
    else
      assert_error (outcome.error, GST_SCORE_ERROR_BAD_REPLY, "limit");
  }
}

static void
test_bad_url (gconstpointer data)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (ScoreWire) wire = score_wire_new ("GET", data);

  fixture_init (&fixture);
  start (&fixture, wire, ENOUGH, NULL, &outcome);
  await (&fixture, &outcome);
  assert_error (outcome.error, GST_SCORE_ERROR_CONFIG, data);
  g_assert_true (g_str_has_prefix (outcome.error->message, "base-url: "));
}

/* A name and password in the address are no reason to upload twice. */
static void
test_refused_login_is_not_repeated (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  g_autofree gchar *url = NULL;
  g_autoptr (ScoreWire) wire = NULL;

  fixture_init (&fixture);
  fault_server_always (fixture.server, FAULT_STATUS,
      "401;WWW-Authenticate: Basic realm=\"x\"");
  url = g_strdup_printf ("http://name:word@%s/v1/x",
      fault_server_get_url (fixture.server) + strlen ("http://"));
  wire = score_wire_new ("GET", url);
  start (&fixture, wire, ENOUGH, NULL, &outcome);
  await (&fixture, &outcome);
  g_assert_cmpuint (outcome.response->status, ==, 401);
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_REQUESTS),
      ==, 1);
}

static void
test_nobody_listens (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (ScoreWire) wire = NULL;

  fixture_init (&fixture);
  wire = new_wire (&fixture);
  g_clear_pointer (&fixture.server, fault_server_free);
  start (&fixture, wire, ENOUGH, NULL, &outcome);
  await (&fixture, &outcome);
  assert_error (outcome.error, GST_SCORE_ERROR_UNREACHABLE, "refused");
}

static void
add_fault_tests (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    const gchar *nick = fault_kind_get_nick (faults[i].kind);
    g_autofree gchar *path = g_strdup_printf ("/http/fault/%s%s%.3s", nick,
        faults[i].status ? "-" : "", faults[i].status && faults[i].detail ?
        faults[i].detail : "");
    g_autofree gchar *hang_up = g_strdup_printf ("/http/hangs-up/%s", nick);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_fault);
    if (faults[i].status == 0)
      g_test_add_data_func (hang_up, GUINT_TO_POINTER (i),
          test_failure_hangs_up);
  }
}

int
main (int argc, char **argv)
{
  static const gchar *const bad_urls[] = { "", "127.0.0.1:8000/v1",
    " http://127.0.0.1/", "http://127.0.0.1:99999/", "http:///v1",
    "file:///etc/passwd", "ftp://127.0.0.1/", "http://",
  };

  init_tests (&argc, &argv);
  add_fault_tests ();
  g_test_add_func ("/http/response-is-whole", test_response_is_whole);
  g_test_add_func ("/http/request-is-what-the-wire-says",
      test_request_is_what_the_wire_says);
  g_test_add_func ("/http/body-of-many-segments", test_body_of_many_segments);
  g_test_add_func ("/http/get-has-no-body", test_get_has_no_body);
  g_test_add_func ("/http/bomb-takes-no-memory", test_bomb_takes_no_memory);
  g_test_add_func ("/http/size-limit-is-exact", test_size_limit_is_exact);
  g_test_add_func ("/http/refused-login-is-not-repeated",
      test_refused_login_is_not_repeated);
  g_test_add_func ("/http/nobody-listens", test_nobody_listens);
  for (guint i = 0; i < G_N_ELEMENTS (bad_urls); i++) {
    g_autofree gchar *path = g_strdup_printf ("/http/bad-url/%u", i);

    g_test_add_data_func (path, bad_urls[i], test_bad_url);
  }
  return g_test_run ();
}
