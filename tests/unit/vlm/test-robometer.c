/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a Robometer server is sent, byte for byte: the forms against
 * tests/data/vlm/requests/robometer-*.txt, with bytes that are no ASCII as C
 * escapes them. SCORE_UPDATE_GOLDEN=1 writes them anew. */
#include <gst/score/gstscoreerror.h>

#include <string.h>

#include "vlm/multipart.h"
#include "vlm/npy.h"
#include "vlm/provider.h"

#define TASK "put the \"banana\"\tin the b\303\266wl"

static ScoreServer *
new_server (const gchar * base_url)
{
  ScoreServer *server = score_server_new ();
  g_autoptr (GError) error = NULL;

  server->provider = &score_provider_robometer;
  server->base_url = g_strdup (base_url);
  g_assert_true (score_server_resolve (server, &error));
  g_assert_no_error (error);
  return server;
}

/* @n frames of 2x1 pixels, whose bytes count up from 'A'. */
static ScoreRequest *
new_request (const gchar * task, guint n, gboolean packed)
{
  ScoreRequest *request = score_request_new ("progress", NULL);
  g_autoptr (GBytes) jpeg = g_bytes_new_static ("jpeg", 4);
  g_autofree ScoreStill *stills = g_new (ScoreStill, n);
  g_autofree gchar *bytes = g_malloc (6 * n);
  g_autoptr (GBytes) pixels = NULL;

  for (guint i = 0; i < n; i++)
    stills[i] = (ScoreStill) {
    jpeg, jpeg, 2, 1};
  for (guint i = 0; i < 6 * n; i++)
    bytes[i] = 'A' + i % 26;
  pixels = g_bytes_new (bytes, 6 * n);
  score_request_add_text (request, task);
  score_request_add_video (request, stills, n, 1.0);
  if (packed)
    score_request_pack_video (request, 1, pixels, 2, 1);
  return request;
}

static ScoreWire *
build (const ScoreServer * server, const ScoreRequest * request)
{
  g_autoptr (GError) error = NULL;
  ScoreWire *wire = server->provider->build (server, NULL, request, &error);

  g_assert_no_error (error);
  return wire;
}

/* Lines end where the form's do. */
static gchar *
dump (const ScoreWire * wire)
{
  g_autoptr (GBytes) body = score_wire_flatten (wire);
  gsize size;
  const guint8 *data = g_bytes_get_data (body, &size);
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "%s %s\nContent-Type: %s\n", wire->verb,
      wire->url, wire->content_type);
  for (guint i = 0; i < wire->headers->len; i += 2)
    g_string_append_printf (out, "%s: %s\n",
        (const gchar *) g_ptr_array_index (wire->headers, i),
        (const gchar *) g_ptr_array_index (wire->headers, i + 1));
  g_string_append_c (out, '\n');
  for (gsize i = 0; i < size; i++) {
    if (data[i] >= 0x20 && data[i] < 0x7f && data[i] != '\\')
      g_string_append_c (out, (gchar) data[i]);
    else if (data[i] == '\r')
      g_string_append (out, "\\r");
    else if (data[i] == '\n')
      g_string_append (out, "\\n\n");
    else
      g_string_append_printf (out, "\\%03o", data[i]);
  }
  g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}

static void
assert_golden (const gchar * name, const ScoreWire * wire)
{
  g_autofree gchar *path =
      g_strdup_printf (TEST_DATA "/requests/robometer-%s.txt", name);
  g_autofree gchar *text = dump (wire);
  g_autofree gchar *golden = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("SCORE_UPDATE_GOLDEN") != NULL)
    g_file_set_contents (path, text, -1, &error);
  else
    g_file_get_contents (path, &golden, NULL, &error);
  g_assert_no_error (error);
  if (golden != NULL)
    g_assert_cmpstr (text, ==, golden);
}

static void
test_plain (void)
{
  g_autoptr (ScoreServer) server = new_server ("http://127.0.0.1:8000");
  g_autoptr (ScoreRequest) request = new_request (TASK, 2, TRUE);
  g_autoptr (ScoreWire) wire = build (server, request);
  g_autoptr (ScoreWire) again = build (server, request);
  g_autoptr (GBytes) one = score_wire_flatten (wire);
  g_autoptr (GBytes) other = score_wire_flatten (again);

  g_assert_true (g_bytes_equal (one, other));
  assert_golden ("plain", wire);
}

static void
test_everything (void)
{
  static const gchar *const headers[] = { "X-Lab", "7", NULL };
  g_autoptr (ScoreServer) server =
      new_server ("https://lab.example/judge/?a=b");
  g_autoptr (ScoreRequest) request = new_request (TASK, 3, TRUE);
  g_autoptr (ScoreWire) wire = NULL;

  server->api_key = g_strdup ("sk-test-0123456789");
  server->extra_headers = g_strdupv ((gchar **) headers);
  score_request_set_prefixes (request);
  wire = build (server, request);
  assert_golden ("everything", wire);
}

static gboolean
body_has (const ScoreWire * wire, const gchar * text)
{
  g_autoptr (GBytes) body = score_wire_flatten (wire);
  gsize size;
  gconstpointer data = g_bytes_get_data (body, &size);

  return memmem (data, size, text, strlen (text)) != NULL;
}

/* Where the server has a bug. */
static void
test_one_frame_has_no_frame_steps (void)
{
  g_autoptr (ScoreServer) server = new_server ("http://127.0.0.1:8000");

  for (guint n = 1; n <= 2; n++) {
    g_autoptr (ScoreRequest) request = new_request (TASK, n, TRUE);
    g_autoptr (ScoreWire) wire = NULL;

    score_request_set_prefixes (request);
    wire = build (server, request);
    g_assert_cmpint (body_has (wire, "use_frame_steps"), ==, n > 1);
  }
}

static void
test_addresses (void)
{
  static const gchar *const rows[][2] = {
    {"http://h:8000", "http://h:8000/evaluate_batch_npy"},
    {"http://h:8000/", "http://h:8000/evaluate_batch_npy"},
    {"http://h:8000/v1", "http://h:8000/v1/evaluate_batch_npy"},
    {"http://h/a/b/", "http://h/a/b/evaluate_batch_npy"},
    {"http://h/a/evaluate_batch_npy", "http://h/a/evaluate_batch_npy"},
    {"http://h/a?b=c", "http://h/a/evaluate_batch_npy?b=c"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ScoreServer) server = new_server (rows[i][0]);
    g_autoptr (ScoreRequest) request = new_request ("t", 1, TRUE);
    g_autoptr (ScoreWire) wire = build (server, request);

    g_assert_cmpstr (wire->url, ==, rows[i][1]);
    g_assert_cmpstr (server->model, ==, "robometer");
  }
}

static void
test_pixels_are_shared_not_copied (void)
{
  g_autoptr (ScoreServer) server = new_server ("http://h:8000");
  g_autoptr (ScoreRequest) request = new_request (TASK, 8, TRUE);
  g_autoptr (ScoreWire) wire = build (server, request);
  GBytes *pixels = score_request_get_part (request, 1)->packed;

  g_assert_true (g_ptr_array_find (wire->body, pixels, NULL));
}

static void
test_what_is_no_video_is_refused (void)
{
  g_autoptr (ScoreServer) server = new_server ("http://h:8000");
  g_autoptr (ScoreRequest) unpacked = new_request (TASK, 2, FALSE);
  g_autoptr (ScoreRequest) text = score_request_new ("describe", NULL);
  ScoreRequest *requests[] = { unpacked, text };

  score_request_add_text (text, "What is there?");
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (server->provider->build (server, NULL, requests[i], &error));
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
    g_assert_true (g_str_has_prefix (error->message, "provider: robometer"));
  }
}

static void
assert_boundary (const gchar * value, const gchar * head, const gchar * data,
    const gchar * boundary)
{
  g_autoptr (ScoreMultipart) form = score_multipart_new ();
  g_autoptr (ScoreWire) wire = score_wire_new ("POST", "http://h");
  g_autoptr (GBytes) first = g_bytes_new (head, strlen (head));
  g_autoptr (GBytes) second = g_bytes_new (data, strlen (data));
  g_autofree gchar *type =
      g_strdup_printf ("multipart/form-data; boundary=%s", boundary);

  score_multipart_add_field (form, "a", value);
  score_multipart_add_file (form, "f", "f.npy", first, second);
  score_multipart_fill (form, wire);
  g_assert_cmpstr (wire->content_type, ==, type);
}

/* Also not across the two halves of a file. */
static void
test_boundary_is_in_no_part (void)
{
  assert_boundary ("x", "y", "z", "gst-score-00000000");
  assert_boundary ("", "", "", "gst-score-00000000");
  assert_boundary ("a gst-score-00000000 b", "y", "z", "gst-score-00000001");
  assert_boundary ("gst-score-00000000", "y", "zgst-score-00000001",
      "gst-score-00000002");
  assert_boundary ("x", "gst-score-000", "00000", "gst-score-00000001");
  assert_boundary ("x", "gst-score-0000000", "0", "gst-score-00000001");
  assert_boundary ("x", "g", "st-score-00000000", "gst-score-00000001");
  assert_boundary ("x", "gst-score-000", "000", "gst-score-00000000");
}

typedef struct
{
  guint n;
  guint shape[4];
  const gchar *tuple;
  gsize size;
} ShapeCase;

static void
test_npy_header (void)
{
  static const ShapeCase cases[] = {
    {4, {8, 240, 320, 3}, "(8, 240, 320, 3)", 128},
    {4, {1, 1, 1, 3}, "(1, 1, 1, 3)", 128},
    {4, {4294967295, 4294967295, 4294967295, 4294967295},
        "(4294967295, 4294967295, 4294967295, 4294967295)", 128},
    {1, {7}, "(7,)", 128},
    {2, {7, 9}, "(7, 9)", 128},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const ShapeCase *c = &cases[i];
    g_autoptr (GBytes) header = score_npy_make_header (c->shape, c->n);
    g_autofree gchar *text = g_strdup_printf ("{'descr': '|u1', "
        "'fortran_order': False, 'shape': %s, }", c->tuple);
    gsize size;
    const guint8 *data = g_bytes_get_data (header, &size);

    g_assert_cmpuint (size % 64, ==, 0);
    g_assert_cmpmem (data, 8, "\x93NUMPY\x01\x00", 8);
    g_assert_cmpuint (data[8] + 256 * data[9], ==, size - 10);
    g_assert_cmpint (memcmp (data + 10, text, strlen (text)), ==, 0);
    for (gsize j = 10 + strlen (text); j + 1 < size; j++)
      g_assert_cmpint (data[j], ==, ' ');
    g_assert_cmpint (data[size - 1], ==, '\n');
    if (i == 0)
      g_assert_cmpuint (strlen (text), ==, 69);
    g_test_message ("%s: %" G_GSIZE_FORMAT, c->tuple, size);
    g_assert_cmpuint (size, ==, c->size);
  }
}

static void
test_health (void)
{
  static const struct
  {
    const gchar *body;
    gint code;                  /* -1: well */
  } cases[] = {
    {"{\"status\":\"healthy\",\"available_gpus\":1,\"total_gpus\":1}", -1},
    {"{\"status\":\"healthy\",\"available_gpus\":0,\"total_gpus\":2}", -1},
    {"{\"status\":\"loading\"}", GST_SCORE_ERROR_UNREACHABLE},
    {"{\"status\":7}", GST_SCORE_ERROR_BAD_REPLY},
    {"{\"data\":[]}", GST_SCORE_ERROR_BAD_REPLY},
    {"<html>", GST_SCORE_ERROR_BAD_REPLY},
    {"", GST_SCORE_ERROR_BAD_REPLY},
    {"[]", GST_SCORE_ERROR_BAD_REPLY},
  };
  g_autoptr (ScoreServer) server = new_server ("http://h:8000/x");
  g_autoptr (ScoreWire) wire = server->provider->build_health (server);

  g_assert_cmpstr (wire->verb, ==, "GET");
  g_assert_cmpstr (wire->url, ==, "http://h:8000/x/health");
  g_assert_null (wire->content_type);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) body = g_bytes_new (cases[i].body,
        strlen (cases[i].body));
    g_autoptr (ScoreResponse) response = score_response_new (200, body);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (server->provider->parse_health (response, &error), ==,
        cases[i].code < 0);
    if (cases[i].code < 0)
      g_assert_no_error (error);
    else
      g_assert_error (error, GST_SCORE_ERROR, cases[i].code);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/robometer/plain", test_plain);
  g_test_add_func ("/robometer/everything", test_everything);
  g_test_add_func ("/robometer/one-frame-has-no-frame-steps",
      test_one_frame_has_no_frame_steps);
  g_test_add_func ("/robometer/addresses", test_addresses);
  g_test_add_func ("/robometer/pixels-are-shared-not-copied",
      test_pixels_are_shared_not_copied);
  g_test_add_func ("/robometer/what-is-no-video-is-refused",
      test_what_is_no_video_is_refused);
  g_test_add_func ("/robometer/boundary-is-in-no-part",
      test_boundary_is_in_no_part);
  g_test_add_func ("/robometer/npy-header", test_npy_header);
  g_test_add_func ("/robometer/health", test_health);
  return g_test_run ();
}
