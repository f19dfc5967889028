/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What goes on the wire, byte for byte, against tests/data/vlm/requests: the
 * body in NAME.json, the rest in NAME.txt. SCORE_UPDATE_GOLDEN=1 writes them
 * anew; look at the difference before you commit it. */
#include <gst/score/gstscoreerror.h>

#include <math.h>

#include "vlm/json-read.h"
#include "vlm/provider.h"

#define SCHEMA "{\"type\":\"object\",\"properties\":{\"objects\":{\"type\":" \
    "\"array\",\"items\":{\"type\":\"string\"},\"description\":\"names\"}}," \
    "\"required\":[\"objects\"],\"additionalProperties\":false}"
#define KEY "sk-test-0123456789"
#define LOCAL "http://127.0.0.1:8000/v1"
#define AZURE "https://lab.openai.azure.com/openai/deployments/gpt" \
    "?api-version=2026-01-01"

typedef enum
{
  ASK_TEXT,                     /* system and one text, with a schema */
  ASK_PICTURES,                 /* three of them, each behind its own text */
  ASK_ODD,                      /* texts that need escaping */
  ASK_FREE,                     /* no schema */
  ASK_PICTURE_ONLY,             /* no text to append anything to */
  ASK_VIDEO,                    /* three frames that belong together, and a text */
  ASK_TOKEN,                    /* a video, and how likely one token is */
  ASK_OPEN_END,                 /* the same without a chat template */
  ASK_GREEDY,                   /* the likeliest answer, of a length */
} Ask;

typedef struct
{
  const gchar *name;
  Ask ask;
  const gchar *base_url, *model, *key;
  gboolean gemini;
  ScoreStructured structured;
  const gchar *effort;
  const gchar *temperature;     /* NULL: unset */
  gint64 seed_plus_one;
  guint max_tokens;
  const gchar *extra_body;
  const gchar *const *extra_headers;
  ScoreQuirks quirks;
  ScoreVideoTransport transport;
} Case;

static const gchar *const two_headers[] = { "X-Title", "gst-score",
  "authorization", "Basic other", NULL
};

#define EVERYTHING .effort = "low",.temperature = "0.2",.seed_plus_one = 8, \
    .max_tokens = 4096
#define GEMINI .gemini = TRUE,.model = "gemini-3.5-flash",.key = KEY

static const Case cases[] = {
  {"openai-text", ASK_TEXT, NULL, NULL, KEY},
  {"openai-pictures", ASK_PICTURES, NULL, "gpt-5.4-mini", KEY},
  {"openai-free-text", ASK_FREE, LOCAL, "m"},
  {"openai-odd-text", ASK_ODD, LOCAL, "odd \"model\""},
  {"openai-json-object", ASK_PICTURES, LOCAL, "m",
      .structured = SCORE_STRUCTURED_JSON_OBJECT},
  {"openai-prompt", ASK_PICTURES, LOCAL, "m",
      .structured = SCORE_STRUCTURED_PROMPT},
  {"openai-prompt-picture-only", ASK_PICTURE_ONLY, LOCAL, "m",
      .structured = SCORE_STRUCTURED_PROMPT},
  {"openai-everything", ASK_TEXT, NULL, "gpt-5.4", KEY, EVERYTHING},
  {"openai-everything-local", ASK_TEXT, LOCAL, "m", EVERYTHING},
  {"openai-no-model-yet", ASK_TEXT, LOCAL},
  {"openai-azure", ASK_TEXT, AZURE, "gpt", KEY, EVERYTHING},
  {"openai-openrouter", ASK_TEXT, "https://openrouter.ai/api/v1",
      "google/gemini-3.5-flash", KEY, EVERYTHING},
  {"openai-extra-body", ASK_TEXT, LOCAL, "m", EVERYTHING,
      .extra_body = "{\"top_p\":0.1,\"seed\":null,\"temperature\":1,"
        "\"chat_template_kwargs\":{\"enable_thinking\":false,\"drop\":null},"
        "\"response_format\":{\"json_schema\":{\"strict\":false,"
        "\"name\":\"mine\"}},\"list\":[1,-2.5,1e300,true,null,\"\\u00e9\\n\"]}"},
  {"openai-extra-headers", ASK_TEXT, LOCAL, "m", KEY,
      .extra_headers = two_headers},
  {"openai-quirk-max-tokens", ASK_TEXT, NULL, "m", KEY, EVERYTHING,
      .quirks = {.other_max_tokens = TRUE}},
  {"openai-quirk-max-tokens-local", ASK_TEXT, LOCAL, "m", EVERYTHING,
      .quirks = {.other_max_tokens = TRUE}},
  {"openai-quirk-no-temperature", ASK_TEXT, LOCAL, "m", EVERYTHING,
      .quirks = {.no_temperature = TRUE}},
  {"openai-quirk-no-seed", ASK_TEXT, LOCAL, "m", EVERYTHING,
      .quirks = {.no_seed = TRUE}},
  {"openai-quirk-no-effort", ASK_TEXT, LOCAL, "m", EVERYTHING,
      .quirks = {.no_effort = TRUE}},
  {"openai-quirk-json-object", ASK_TEXT, LOCAL, "m",
      .quirks = {.structured = SCORE_STRUCTURED_JSON_OBJECT}},
  {"openai-quirk-prompt", ASK_TEXT, LOCAL, "m",
      .quirks = {.structured = SCORE_STRUCTURED_PROMPT}},
  {"openai-video-images", ASK_VIDEO, LOCAL, "m"},
  {"openai-video-jpeg-sequence", ASK_VIDEO, LOCAL, "m",
      .transport = SCORE_VIDEO_JPEG_SEQUENCE},
  {"openai-video-mp4", ASK_VIDEO, LOCAL, "m",.transport = SCORE_VIDEO_MP4},
  {"gemini-video-images", ASK_VIDEO, GEMINI},
  {"gemini-video-mp4", ASK_VIDEO, GEMINI,.transport = SCORE_VIDEO_MP4},
  {"openai-token", ASK_TOKEN, LOCAL, "m"},
  {"openai-token-hosted", ASK_TOKEN, NULL, "gpt-4.1", KEY},
  {"openai-token-open-end", ASK_OPEN_END, LOCAL, "m"},
  {"openai-token-everything", ASK_TOKEN, LOCAL, "m", EVERYTHING},
  {"openai-token-id", ASK_TOKEN, LOCAL, "m",
      .quirks = {.has_token_id = TRUE,.token_id = 2514}},
  {"openai-token-id-refused", ASK_TOKEN, LOCAL, "m",
      .quirks = {.has_token_id = TRUE,.token_id = 2514,.no_token_ids = TRUE}},
  {"openai-token-quirks", ASK_TOKEN, LOCAL, "m",
      .quirks = {.other_max_tokens = TRUE,.no_temperature = TRUE}},
  {"openai-token-id-without-a-token", ASK_FREE, LOCAL, "m",
      .quirks = {.has_token_id = TRUE,.token_id = 2514}},
  {"openai-greedy", ASK_GREEDY, LOCAL, "m"},
  {"openai-greedy-everything", ASK_GREEDY, LOCAL, "m", EVERYTHING},
  {"gemini-token", ASK_TOKEN, GEMINI},
  {"gemini-token-everything", ASK_TOKEN, GEMINI, EVERYTHING},
  {"gemini-greedy", ASK_GREEDY, GEMINI},
  {"gemini-text", ASK_TEXT, GEMINI},
  {"gemini-pictures", ASK_PICTURES, GEMINI},
  {"gemini-free-text", ASK_FREE, GEMINI},
  {"gemini-odd-text", ASK_ODD,.gemini = TRUE,.key = KEY,
      .model = "models/odd name?"},
  {"gemini-json-object", ASK_PICTURES, GEMINI,
      .structured = SCORE_STRUCTURED_JSON_OBJECT},
  {"gemini-prompt", ASK_PICTURES, GEMINI,
      .structured = SCORE_STRUCTURED_PROMPT},
  {"gemini-picture-only", ASK_PICTURE_ONLY, GEMINI,
      .structured = SCORE_STRUCTURED_JSON_OBJECT},
  {"gemini-everything", ASK_TEXT, GEMINI, EVERYTHING},
  {"gemini-budget", ASK_TEXT, GEMINI,.effort = "-1"},
  {"gemini-models-prefix", ASK_TEXT,.gemini = TRUE,.key = KEY,
      .model = "models/gemini-3.5-flash"},
  {"gemini-tuned-model", ASK_TEXT,.gemini = TRUE,.key = KEY,
      .model = "tunedModels/mine"},
  {"gemini-extra-body", ASK_TEXT, GEMINI, EVERYTHING,
      .extra_body = "{\"generationConfig\":{\"mediaResolution\":"
        "\"MEDIA_RESOLUTION_LOW\",\"thinkingConfig\":{\"includeThoughts\":"
        "true},\"seed\":null},\"safetySettings\":[]}"},
  {"gemini-extra-headers", ASK_TEXT, GEMINI,.extra_headers = two_headers},
  {"gemini-quirk-no-temperature", ASK_TEXT, GEMINI, EVERYTHING,
      .quirks = {.no_temperature = TRUE}},
  {"gemini-quirk-no-seed", ASK_TEXT, GEMINI, EVERYTHING,
      .quirks = {.no_seed = TRUE}},
  {"gemini-quirk-no-effort", ASK_TEXT, GEMINI, EVERYTHING,
      .quirks = {.no_effort = TRUE}},
  {"gemini-quirk-json-object", ASK_TEXT, GEMINI,
      .quirks = {.structured = SCORE_STRUCTURED_JSON_OBJECT}},
  {"gemini-quirk-prompt", ASK_TEXT, GEMINI,
      .quirks = {.structured = SCORE_STRUCTURED_PROMPT}},
};

static GBytes *
new_picture (guint number)
{
  g_autofree gchar *bytes = g_strdup_printf ("\xff\xd8 picture %u", number);
  gchar *base64 = g_base64_encode ((const guchar *) bytes, strlen (bytes));

  return g_bytes_new_take (base64, strlen (base64));
}

static void
add_picture (ScoreRequest * request, guint number)
{
  g_autoptr (GBytes) picture = new_picture (number);

  score_request_add_jpeg (request, picture, 320, 240);
}

static void
add_pictures (ScoreRequest * request)
{
  for (guint i = 1; i <= 3; i++) {
    g_autofree gchar *label = g_strdup_printf ("Frame %u (t = %u.50 s):", i, i);

    score_request_add_text (request, label);
    add_picture (request, i);
  }
  score_request_add_text (request, "Task: put the banana in the bowl");
}

/* Packed as the engine does it where the transport is a file. */
static void
add_video (ScoreRequest * request, ScoreVideoTransport transport)
{
  g_autoptr (GBytes) file = g_bytes_new_static ("ZmlsZQ==", 8);
  g_autoptr (GBytes) one = new_picture (1), two = new_picture (2), three =
      new_picture (3);
  const ScoreStill stills[] = {
    {one, one, 320, 240}, {two, two, 320, 240}, {three, three, 320, 240}
  };

  score_request_add_video (request, stills, G_N_ELEMENTS (stills), 1.5);
  if (transport == SCORE_VIDEO_MP4)
    score_request_pack_video (request, 0, file, 0, 0);
  score_request_add_text (request, "Task: put the banana in the bowl");
}

static void
add_odd_texts (ScoreRequest * request)
{
  score_request_add_text (request, "quotes \" and \\ back/slashes");
  score_request_add_text (request, "lines\r\n\ttabs \b\f");
  score_request_add_text (request, "control \001\037\177 characters");
  score_request_add_text (request, "\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x8d\x8c "
      "\xe2\x80\xa8 line separator");
  score_request_add_text (request, "broken \xff\xc3( \xed\xa0\x80 end");
  score_request_add_text (request, "");
  score_request_add_text (request, "</script> ${x} %s {braces}");
}

/* As topreward asks. */
static ScoreRequest *
new_token_request (gboolean open_ended)
{
  ScoreRequest *request = score_request_new ("prefix", NULL);
  ScoreStill stills[2];

  for (guint i = 0; i < G_N_ELEMENTS (stills); i++) {
    stills[i].jpeg = stills[i].base64 = new_picture (i + 1);
    stills[i].width = 320;
    stills[i].height = 240;
  }
  score_request_add_video (request, stills, G_N_ELEMENTS (stills), 2.0);
  for (guint i = 0; i < G_N_ELEMENTS (stills); i++)
    g_bytes_unref (stills[i].jpeg);
  score_request_add_text (request, "The task is done. True or False? Answer:");
  score_request_set_greedy (request, 1);
  score_request_want_token (request, open_ended ? " True" : "True");
  if (open_ended)
    score_request_set_open_ended (request);
  return request;
}

static ScoreRequest *
new_request (Ask ask, ScoreVideoTransport transport)
{
  ScoreRequest *request;


  if (ask == ASK_TOKEN || ask == ASK_OPEN_END)
    return new_token_request (ask == ASK_OPEN_END);
  request = score_request_new ("objects",
      ask == ASK_FREE || ask == ASK_GREEDY || ask == ASK_VIDEO ? NULL : SCHEMA);
  if (ask == ASK_GREEDY)
    score_request_set_greedy (request, 128);
  if (ask != ASK_PICTURE_ONLY)
    score_request_set_system (request, "You watch a \"robot\".");
  switch (ask) {
    case ASK_PICTURES:
      add_pictures (request);
      break;
    case ASK_ODD:
      add_odd_texts (request);
      break;
    case ASK_PICTURE_ONLY:
      add_picture (request, 1);
      break;
    case ASK_VIDEO:
      add_video (request, transport);
      break;
    case ASK_TEXT:
    case ASK_FREE:
    case ASK_TOKEN:
    case ASK_OPEN_END:
    case ASK_GREEDY:
    default:
      score_request_add_text (request, "Task: put the banana in the bowl");
      break;
  }
  return request;
}

static ScoreServer *
new_server (const Case * c)
{
  ScoreServer *server = score_server_new ();
  g_autoptr (GError) error = NULL;

  server->provider = c->gemini ? &score_provider_gemini
      : &score_provider_openai;
  server->base_url = g_strdup (c->base_url);
  server->model = g_strdup (c->model);
  server->api_key = g_strdup (c->key);
  server->structured = c->structured;
  server->reasoning_effort = g_strdup (c->effort);
  if (c->temperature != NULL)
    server->temperature = g_ascii_strtod (c->temperature, NULL);
  server->seed = c->seed_plus_one - 1;
  server->max_tokens = c->max_tokens;
  server->video_transport = c->transport;
  server->extra_headers = g_strdupv ((gchar **) c->extra_headers);
  score_server_set_extra_body (server, c->extra_body, &error);
  g_assert_no_error (error);
  score_server_resolve (server, &error);
  g_assert_no_error (error);
  return server;
}

static gchar *
describe_wire (const ScoreWire * wire)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_string_append_printf (out, "%s %s\nContent-Type: %s\n", wire->verb,
      wire->url, wire->content_type != NULL ? wire->content_type : "-");
  for (guint i = 0; i < wire->headers->len; i += 2)
    g_string_append_printf (out, "%s: %s\n",
        (gchar *) g_ptr_array_index (wire->headers, i),
        (gchar *) g_ptr_array_index (wire->headers, i + 1));
  g_string_replace (out, KEY, "(the key)", 0);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
assert_golden (const gchar * name, const gchar * suffix, const gchar * data,
    gsize length)
{
  g_autofree gchar *path =
      g_strdup_printf (TEST_DATA "/requests/%s.%s", name, suffix);
  g_autofree gchar *golden = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  if (g_getenv ("SCORE_UPDATE_GOLDEN") != NULL) {
    g_file_set_contents (path, data, length, &error);
    g_assert_no_error (error);
    return;
  }
  g_file_get_contents (path, &golden, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (data, length, golden, size);
}

static void
assert_valid_body (GBytes * body)
{
  ScoreJsonStatus status;
  gsize size;
  const gchar *data = g_bytes_get_data (body, &size);
  g_autoptr (JsonNode) root = score_json_parse_bytes (body, &status);

  g_assert_true (g_utf8_validate (data, size, NULL));
  g_assert_cmpint (status, ==, SCORE_JSON_OK);
  g_assert_nonnull (score_json_object (root));
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (ScoreServer) server = new_server (c);
  g_autoptr (ScoreRequest) request = new_request (c->ask, c->transport);
  g_autoptr (GError) error = NULL;
  g_autoptr (ScoreWire) wire =
      server->provider->build (server, &c->quirks, request, &error);
  g_autoptr (GBytes) body = NULL;
  g_autofree gchar *head = NULL;

  g_assert_no_error (error);
  body = score_wire_flatten (wire);
  head = describe_wire (wire);
  g_assert_cmpuint (g_bytes_get_size (body), ==, score_wire_get_length (wire));
  g_assert_null (strstr (wire->url, KEY));
  assert_valid_body (body);
  assert_golden (c->name, "json", g_bytes_get_data (body, NULL),
      g_bytes_get_size (body));
  assert_golden (c->name, "txt", head, strlen (head));
}

static gboolean
has_segment (const ScoreWire * wire, GBytes * segment)
{
  return g_ptr_array_find (wire->body, segment, NULL);
}

static void
test_pictures_are_shared_not_copied (void)
{
  for (guint i = 0; score_provider_list ()[i] != NULL; i++) {
    const Case c = {.gemini = i == 1,.key = KEY };
    g_autoptr (ScoreServer) server = new_server (&c);
    g_autoptr (ScoreRequest) request =
        new_request (ASK_PICTURES, SCORE_VIDEO_IMAGES);
    g_autoptr (ScoreWire) wire =
        server->provider->build (server, NULL, request, NULL);
    guint found = 0;

    for (guint part = 0; part < score_request_get_n_parts (request); part++) {
      const ScorePart *p = score_request_get_part (request, part);

      if (p->kind != SCORE_PART_JPEG)
        continue;
      g_assert_true (has_segment (wire, p->base64));
      found++;
    }
    g_assert_cmpuint (found, ==, 3);
    g_assert_cmpuint (score_request_get_n_images (request), ==, 3);
    g_assert_cmpuint (wire->body->len, ==, 7);
  }
}

/* 101 MB without 101 MB of memory: the same piece many times. */
static void
test_gemini_refuses_what_is_too_large (void)
{
  const Case c = { GEMINI };
  g_autoptr (ScoreServer) server = new_server (&c);
  g_autoptr (ScoreRequest) request = score_request_new ("big", SCHEMA);
  g_autofree gchar *data = g_strnfill (1000 * 1000, 'A');
  g_autoptr (GBytes) picture = g_bytes_new (data, 1000 * 1000);
  g_autoptr (GError) error = NULL;
  g_autoptr (ScoreWire) fits = NULL;
  g_autoptr (ScoreWire) wire = NULL;

  for (guint i = 0; i < 99; i++)
    score_request_add_jpeg (request, picture, 1, 1);
  fits = server->provider->build (server, NULL, request, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fits);
  score_request_add_jpeg (request, picture, 1, 1);
  wire = server->provider->build (server, NULL, request, &error);
  g_assert_null (wire);
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_true (g_str_has_prefix (error->message, "image-size: "));
}

static void
test_extra_body_cannot_replace_the_question (void)
{
  static const gchar *const bodies[] = { "{\"messages\":[]}",
    "{\"contents\":null}"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    const Case c = {.base_url = LOCAL };
    g_autoptr (ScoreServer) server = new_server (&c);
    g_autoptr (ScoreRequest) request =
        new_request (ASK_TEXT, SCORE_VIDEO_IMAGES);
    g_autoptr (GError) error = NULL;
    ScoreJsonStatus status;
    g_autoptr (JsonNode) node = score_json_parse_text (bodies[i], &status);

    server->extra_body = json_object_ref (json_node_get_object (node));
    g_assert_null (server->provider->build (server, NULL, request, &error));
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
    g_assert_true (g_str_has_prefix (error->message, "extra-body: "));
  }
}

static void
test_extra_body_is_not_changed_by_a_request (void)
{
  const Case c = {.base_url = LOCAL,
    .extra_body = "{\"a\":{\"b\":1},\"c\":null}"
  };
  g_autoptr (ScoreServer) server = new_server (&c);
  g_autoptr (ScoreRequest) request = new_request (ASK_TEXT, SCORE_VIDEO_IMAGES);
  g_autoptr (ScoreWire) first =
      server->provider->build (server, NULL, request, NULL);
  g_autoptr (ScoreWire) second =
      server->provider->build (server, NULL, request, NULL);
  g_autoptr (GBytes) a = score_wire_flatten (first);
  g_autoptr (GBytes) b = score_wire_flatten (second);

  g_assert_true (g_bytes_equal (a, b));
  g_assert_true (json_object_has_member (server->extra_body, "c"));
}

static void
test_bad_schema_is_an_error (void)
{
  const Case c = {.base_url = LOCAL };
  g_autoptr (ScoreServer) server = new_server (&c);
  g_autoptr (ScoreRequest) request = score_request_new ("x", "{\"type\":");
  g_autoptr (GError) error = NULL;

  g_assert_null (score_provider_openai.build (server, NULL, request, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_clear_error (&error);
  g_assert_null (score_provider_gemini.build (server, NULL, request, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
}

static void
assert_models_request (const Case * c, const gchar * expected)
{
  g_autoptr (ScoreServer) server = new_server (c);
  g_autoptr (ScoreWire) wire = server->provider->build_models (server);
  g_autofree gchar *head = describe_wire (wire);

  g_assert_cmpuint (wire->body->len, ==, 0);
  g_assert_cmpstr (head, ==, expected);
}

static void
test_models_requests (void)
{
  const Case local = {.base_url = LOCAL };
  const Case openai = {.key = KEY };
  const Case azure = {.base_url = AZURE,.key = KEY,.model = "m" };
  const Case gemini = { GEMINI,.extra_headers = two_headers };

  assert_models_request (&local, "GET " LOCAL "/models\nContent-Type: -\n");
  assert_models_request (&openai, "GET https://api.openai.com/v1/models\n"
      "Content-Type: -\nAuthorization: Bearer (the key)\n");
  assert_models_request (&azure, "GET https://lab.openai.azure.com/openai/"
      "deployments/gpt/models?api-version=2026-01-01\nContent-Type: -\n"
      "api-key: (the key)\n");
  assert_models_request (&gemini, "GET https://generativelanguage.googleapis"
      ".com/v1beta/models\nContent-Type: -\nx-goog-api-key: (the key)\n"
      "X-Title: gst-score\nauthorization: Basic other\n");
}

static void
test_request_is_counted (void)
{
  g_autoptr (ScoreRequest) request = score_request_new ("a-b_9", NULL);
  g_autoptr (ScoreRequest) again = score_request_ref (request);

  score_request_set_system (request, "one");
  score_request_set_system (request, "two");
  g_assert_cmpstr (score_request_get_system (again), ==, "two");
  g_assert_cmpstr (score_request_get_name (again), ==, "a-b_9");
  g_assert_null (score_request_get_schema (again));
  g_assert_cmpuint (score_request_get_n_parts (again), ==, 0);
}

static void
test_providers_are_found_by_nick (void)
{
  g_assert_true (score_provider_find ("openai") == &score_provider_openai);
  g_assert_true (score_provider_find ("gemini") == &score_provider_gemini);
  g_assert_null (score_provider_find ("auto"));
  g_assert_null (score_provider_find (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/request/%s", cases[i].name);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/request/pictures-are-shared-not-copied",
      test_pictures_are_shared_not_copied);
  g_test_add_func ("/request/gemini-refuses-what-is-too-large",
      test_gemini_refuses_what_is_too_large);
  g_test_add_func ("/request/extra-body-cannot-replace-the-question",
      test_extra_body_cannot_replace_the_question);
  g_test_add_func ("/request/extra-body-is-not-changed-by-a-request",
      test_extra_body_is_not_changed_by_a_request);
  g_test_add_func ("/request/bad-schema-is-an-error",
      test_bad_schema_is_an_error);
  g_test_add_func ("/request/models-requests", test_models_requests);
  g_test_add_func ("/request/request-is-counted", test_request_is_counted);
  g_test_add_func ("/request/providers-are-found-by-nick",
      test_providers_are_found_by_nick);
  return g_test_run ();
}
