/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a server that is honest refuses, and how it says so. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "client.h"
#include "paint.h"

#include <string.h>

static Simulator simulator;

#define MESSAGES "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]"
#define MODEL "\"model\":\"toy-simulator\""
#define CONTENTS "\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]"
#define IMAGE(url) "{" MODEL ",\"messages\":[{\"role\":\"user\",\"content\":" \
  "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"" url "\"}}]}]}"
#define VIDEO(url) "{" MODEL ",\"messages\":[{\"role\":\"user\",\"content\":" \
  "[{\"type\":\"video_url\",\"video_url\":{\"url\":\"" url "\"}}]}]}"
#define INLINE(type, data) "{\"contents\":[{\"parts\":[{\"inlineData\":{" \
  "\"mimeType\":\"" type "\",\"data\":\"" data "\"}}]}]}"

typedef struct
{
  const gchar *body;
  guint status;
  const gchar *word;            /* in code, param or message */
} Case;

static void
assert_refused (const Case * cases, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    g_auto (Reply) reply = { 0 };
    g_autofree gchar *text = NULL;
    JsonObject *error;

    g_test_message ("%s", cases[i].body);
    simulator_post (&simulator, OPENAI_PATH, cases[i].body, &reply);
    g_assert_cmpuint (reply.status, ==, cases[i].status);
    error = sim_json_object (reply_object (&reply), "error");
    g_assert_nonnull (sim_json_string (error, "message"));
    g_assert_cmpstr (sim_json_string (error, "type"), ==,
        "invalid_request_error");
    g_assert_true (json_object_has_member (error, "param"));
    g_assert_true (json_object_has_member (error, "code"));
    text = json_to_string (reply.root, FALSE);
    g_assert_nonnull (strstr (text, cases[i].word));
  }
}

static void
test_openai (void)
{
  static const Case cases[] = {
    {"", 400, "JSON"},
    {"{", 400, "JSON"},
    {"[1]", 400, "JSON"},
    {"{" MESSAGES "}", 400, "model"},
    {"{\"model\":\"gpt-9\"," MESSAGES "}", 404, "model_not_found"},
    {"{" MODEL "}", 400, "missing_required_parameter"},
    {"{" MODEL ",\"messages\":[]}", 400, "messages"},
    {"{" MODEL ",\"messages\":[3]}", 400, "role"},
    {"{" MODEL ",\"messages\":[{\"role\":\"robot\",\"content\":\"x\"}]}", 400,
        "robot"},
    {"{" MODEL ",\"messages\":[{\"role\":\"user\"}]}", 400, "content"},
    {"{" MODEL ",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
          "\"input_image\"}]}]}", 400, "input_image"},
    {"{" MODEL "," MESSAGES ",\"response_format\":{\"type\":\"xml\"}}", 400,
        "response_format"},
    {"{" MODEL "," MESSAGES ",\"response_format\":\"json\"}", 400,
        "response_format"},
    {"{" MODEL "," MESSAGES ",\"response_format\":{\"type\":\"json_object\"}}",
        400, "json"},
    {"{" MODEL "," MESSAGES ",\"response_format\":{\"type\":\"json_schema\"}}",
        400, "json_schema"},
    {"{" MODEL "," MESSAGES ",\"response_format\":{\"type\":\"json_schema\","
          "\"json_schema\":{\"name\":\"x\",\"strict\":true,\"schema\":{"
          "\"type\":\"object\",\"properties\":{}}}}}", 400,
        "invalid_json_schema"},
    {"{" MODEL "," MESSAGES ",\"max_tokens\":0}", 400, "max_tokens"},
    {"{" MODEL "," MESSAGES ",\"max_tokens\":\"5\"}", 400, "max_tokens"},
    {"{" MODEL "," MESSAGES ",\"stream\":true}", 400, "stream"},
    {"{" MODEL "," MESSAGES ",\"n\":2}", 400, "unsupported_value"},
    {IMAGE (""), 400, "data: URL"},
    {IMAGE ("http://localhost/x.jpg"), 400, "fetches nothing"},
    {IMAGE ("data:image/jpeg;base64,%%%%"), 400, "invalid_image"},
    {IMAGE ("data:image/jpeg;base64,"), 400, "invalid_image"},
    {IMAGE ("data:image/jpeg;base64,AAAA"), 400, "invalid_image"},
  };

  assert_refused (cases, G_N_ELEMENTS (cases));
}

static void
test_logprobs_and_videos (void)
{
  static const Case cases[] = {
    {"{" MODEL "," MESSAGES ",\"top_logprobs\":2}", 400, "'logprobs' must"},
    {"{" MODEL "," MESSAGES ",\"logprobs\":true,\"top_logprobs\":21}", 400,
        "top_logprobs"},
    {"{" MODEL "," MESSAGES ",\"logprobs\":true,\"top_logprobs\":-1}", 400,
        "top_logprobs"},
    {"{" MODEL "," MESSAGES ",\"logprobs\":true,\"logprob_token_ids\":[-1]}",
        400, "logprob_token_ids"},
    {"{" MODEL "," MESSAGES ",\"logprobs\":true,\"logprob_token_ids\":"
          "[99999999]}", 400, "logprob_token_ids"},
    {"{" MODEL "," MESSAGES ",\"continue_final_message\":true,"
          "\"add_generation_prompt\":true}", 400, "Cannot set both"},
    {VIDEO ("http://localhost/x.mp4"), 400, "fetches nothing"},
    {VIDEO ("data:video/webm;base64,AAAA"), 400, "video/webm"},
    {VIDEO ("data:video/mp4;base64,AAAA"), 400, "not an MP4"},
    {VIDEO ("data:video/mp4;base64,%%%%"), 400, "base64"},
    {VIDEO ("data:video/jpeg;base64,AAAA"), 400, "Frame 1 of the video"},
    {VIDEO ("data:video/jpeg;base64,AAAA,"), 400, "Frame 2"},
  };

  assert_refused (cases, G_N_ELEMENTS (cases));
}

static void
test_gemini (void)
{
  static const Case cases[] = {
    {"nonsense", 400, "JSON"},
    {"{}", 400, "contents"},
    {"{\"contents\":[]}", 400, "contents"},
    {"{\"contents\":[{\"parts\":[]}]}", 400, "parts"},
    {"{\"contents\":[{\"parts\":[{}]}]}", 400, "part"},
    {"{" CONTENTS ",\"messages\":[]}", 400, "Unknown name"},
    {"{" CONTENTS ",\"generationConfig\":{\"max_completion_tokens\":5}}", 400,
        "max_completion_tokens"},
    {"{" CONTENTS ",\"generationConfig\":{\"maxOutputTokens\":0}}", 400,
        "max_output_tokens"},
    {"{" CONTENTS ",\"generationConfig\":{\"responseJsonSchema\":{}}}", 400,
        "response_mime_type"},
    {"{" CONTENTS ",\"generationConfig\":{\"responseMimeType\":"
          "\"application/json\",\"responseJsonSchema\":{},\"responseSchema\":"
          "{}}}", 400, "Only one"},
    {"{" CONTENTS ",\"generationConfig\":{\"responseMimeType\":\"text/xml\"}}",
        400, "text/xml"},
    {"{" CONTENTS ",\"generationConfig\":{\"logprobs\":2}}", 400,
        "response_logprobs"},
    {"{" CONTENTS ",\"generationConfig\":{\"responseLogprobs\":true,"
          "\"logprobs\":21}}", 400, "from 0 to 20"},
    {INLINE ("video/mp4", "AAAA"), 400, "not an MP4"},
    {INLINE ("video/webm", "AAAA"), 400, "video/webm"},
    {"{" CONTENTS ",\"generationConfig\":{\"thinkingConfig\":{"
          "\"thinkingLevel\":\"LOW\",\"thinkingBudget\":0}}}", 400,
        "thinking"},
    {INLINE ("image/png", "AAAA"), 400, "image/png"},
    {INLINE ("image/jpeg", "A"), 400, "Base64"},
    {INLINE ("image/jpeg", "AAAA"), 400, "input image"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Reply) reply = { 0 };
    JsonObject *error;

    g_test_message ("%s", cases[i].body);
    simulator_post (&simulator, GEMINI_PATH, cases[i].body, &reply);
    g_assert_cmpuint (reply.status, ==, cases[i].status);
    error = sim_json_object (reply_object (&reply), "error");
    g_assert_cmpint (json_object_get_int_member (error, "code"), ==,
        cases[i].status);
    g_assert_cmpstr (sim_json_string (error, "status"), ==, "INVALID_ARGUMENT");
    g_assert_nonnull (strstr (sim_json_string (error, "message"),
            cases[i].word));
  }
}

static void
test_gemini_unknown_model (void)
{
  g_auto (Reply) reply = { 0 };

  simulator_post (&simulator, "/v1beta/models/gemini-9:generateContent",
      "{" CONTENTS "}", &reply);
  g_assert_cmpuint (reply.status, ==, 404);
  g_assert_cmpstr (sim_json_string (sim_json_object (reply_object (&reply),
              "error"), "status"), ==, "NOT_FOUND");
}

static void
test_paths_and_methods (void)
{
  static const struct
  {
    const gchar *method, *path;
    guint status;
  } cases[] = {
    {"GET", "/", 404},
    {"GET", "/v1", 404},
    {"POST", "/v1/completions", 404},
    {"POST", "/v1/chat/completions/", 404},
    {"POST", "/chat/completions", 404},
    {"POST", "/v1beta/models/toy-simulator:streamGenerateContent", 404},
    {"GET", "/v1beta/models/", 404},
    {"GET", "/v1beta/nothing", 404},
    {"GET", "/v1/models/other", 404},
    {"GET", "/v1beta/models/other", 404},
    {"GET", OPENAI_PATH, 405},
    {"PUT", OPENAI_PATH, 405},
    {"GET", GEMINI_PATH, 405},
    {"POST", "/v1/models", 405},
    {"DELETE", "/v1/models/toy-simulator", 405},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Reply) reply = { 0 };

    g_test_message ("%s %s", cases[i].method, cases[i].path);
    simulator_send (&simulator, simulator_request (&simulator,
            cases[i].method, cases[i].path, NULL), &reply);
    g_assert_cmpuint (reply.status, ==, cases[i].status);
    g_assert_nonnull (sim_json_object (reply_object (&reply), "error"));
    if (cases[i].status == 405)
      g_assert_nonnull (soup_message_headers_get_one
          (soup_message_get_response_headers (reply.message), "Allow"));
  }
}

static void
test_cut_picture (void)
{
  g_autoptr (GBytes) good = paint_frame (320, 180, 20, 0, 62, 30, 11);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (good, 0,
      g_bytes_get_size (good) / 2);
  g_autofree gchar *openai = openai_body (&cut, 1, "hello", NULL);
  g_autofree gchar *gemini = gemini_body (&cut, 1, "hello", NULL);
  g_auto (Reply) first = { 0 };
  g_auto (Reply) second = { 0 };

  simulator_post (&simulator, OPENAI_PATH, openai, &first);
  g_assert_cmpuint (first.status, ==, 400);
  simulator_post (&simulator, GEMINI_PATH, gemini, &second);
  g_assert_cmpuint (second.status, ==, 400);
}

static void
test_too_big (void)
{
  gsize size = 64 * 1024 * 1024 + 1;
  g_autofree gchar *body = g_malloc (size + 1);
  g_auto (Reply) reply = { 0 };
  g_auto (Reply) after = { 0 };

  memset (body, ' ', size);
  body[size] = '\0';
  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  g_assert_cmpuint (reply.status, ==, 413);
  g_assert_nonnull (sim_json_object (reply_object (&reply), "error"));
  simulator_get (&simulator, "/v1/models", &after);
  g_assert_cmpuint (after.status, ==, 200);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  simulator_start (&simulator, NULL);
  g_test_add_func ("/errors/openai", test_openai);
  g_test_add_func ("/errors/logprobs-and-videos", test_logprobs_and_videos);
  g_test_add_func ("/errors/gemini", test_gemini);
  g_test_add_func ("/errors/gemini-unknown-model", test_gemini_unknown_model);
  g_test_add_func ("/errors/paths-and-methods", test_paths_and_methods);
  g_test_add_func ("/errors/cut-picture", test_cut_picture);
  g_test_add_func ("/errors/too-big", test_too_big);
  status = g_test_run ();
  simulator_stop (&simulator);
  return status;
}
