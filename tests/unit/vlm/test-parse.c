/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What servers send, good and bad, and what the parsers make of it. */
#include <gst/score/gstscoreerror.h>

#include <math.h>
#include <stdio.h>

#include "http-text.h"
#include "vlm/json-read.h"

typedef struct
{
  const gchar *file;            /* below tests/data/vlm/replies, without ".http" */
  const gchar *outcome;
} Case;

static const Case cases[] = {
#include "test-parse-cases.inc"
};

static const gchar *
name_finish (ScoreFinish finish)
{
  static const gchar *const names[] = { "stop", "length", "filtered", "other" };

  return names[finish];
}

/* "; chances: [TOKEN]=LOGPROB ..." */
static gchar *
describe_chances (const ScoreReply * reply)
{
  GString *out = g_string_new (reply->chances != NULL ? "; chances:" : "");

  for (guint i = 0; reply->chances != NULL && i < reply->chances->len; i++) {
    const ScoreChance *chance = &g_array_index (reply->chances, ScoreChance, i);
    gchar number[G_ASCII_DTOSTR_BUF_SIZE];

    g_assert_true (isfinite (chance->logprob) && chance->logprob <= 0);
    g_assert_true (g_utf8_validate (chance->token, -1, NULL));
    g_string_append_printf (out, " [%s]=%s", chance->token,
        g_ascii_formatd (number, sizeof number, "%g", chance->logprob));
  }
  return g_string_free (out, FALSE);
}

/* "reply FINISH IN/CACHED/OUT/REASONING MODEL: TEXT", then "; refusal: ..." and
 * the chances. */
static gchar *
describe_reply (const ScoreReply * reply)
{
  g_autofree gchar *chances = describe_chances (reply);
  g_autofree gchar *refusal = reply->refusal != NULL
      ? g_strdup_printf ("; refusal: %s", reply->refusal) : g_strdup ("");

  return g_strdup_printf ("reply %s %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
      "/%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT " %s: %s%s%s",
      name_finish (reply->finish), reply->tokens.input_tokens,
      reply->tokens.cached_tokens, reply->tokens.output_tokens,
      reply->tokens.reasoning_tokens,
      reply->model != NULL ? reply->model : "-", reply->text, refusal, chances);
}

/* "fault STATUS CODE PARAM ID HINT[ final][ retry]: MESSAGE" */
static gchar *
describe_fault (const ScoreFault * fault)
{
  return g_strdup_printf ("fault %u %s %s %s %" G_GINT64_FORMAT "%s%s: %s",
      fault->status, fault->code != NULL ? fault->code : "-",
      fault->param != NULL ? fault->param : "-",
      fault->request_id != NULL ? fault->request_id : "-", fault->retry_after,
      fault->final ? " final" : "", fault->asked_to_retry ? " retry" : "",
      fault->message);
}

static const ScoreProvider *
find_provider (const gchar * file)
{
  if (g_str_has_prefix (file, "robometer"))
    return &score_provider_robometer;
  return g_str_has_prefix (file, "gemini")
      ? &score_provider_gemini : &score_provider_openai;
}

static gchar *
describe_response (const ScoreProvider * provider,
    const ScoreResponse * response)
{
  g_autoptr (ScoreFault) fault = NULL;
  g_autoptr (ScoreReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  if (response->status / 100 != 2) {
    fault = provider->parse_fault (response);
    return describe_fault (fault);
  }
  reply = provider->parse (response, &fault, &error);
  if (reply != NULL) {
    g_assert_null (fault);
    g_assert_no_error (error);
    g_assert_true (g_utf8_validate (reply->text, -1, NULL));
    return describe_reply (reply);
  }
  if (fault != NULL) {
    g_assert_no_error (error);
    return describe_fault (fault);
  }
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
  return g_strdup_printf ("error: %s", error->message);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autofree gchar *path =
      g_strdup_printf (TEST_DATA "/replies/%s.http", c->file);
  g_autofree gchar *text = NULL;
  g_autofree gchar *outcome = NULL;
  g_autoptr (ScoreResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  response = http_text_parse (text, length);
  outcome = describe_response (find_provider (c->file), response);
  if (g_getenv ("SCORE_PRINT_OUTCOMES") != NULL)
    fprintf (stderr, "%s\t%s\n", c->file, outcome);
  else
    g_assert_cmpstr (outcome, ==, c->outcome);
}

/* Every file is in the table. */
static void
test_every_file_has_an_outcome (void)
{
  g_autoptr (GDir) dir = g_dir_open (TEST_DATA "/replies", 0, NULL);
  const gchar *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    gboolean found = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      found = found || (g_str_has_prefix (name, cases[i].file)
          && strcmp (name + strlen (cases[i].file), ".http") == 0);
    if (!found)
      g_test_message ("%s is not in the table", name);
    g_assert_true (found);
    n++;
  }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (cases));
}

static void
assert_text_outcome (const ScoreProvider * provider, guint status,
    const gchar * text, const gchar * expected)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (ScoreResponse) response = score_response_new (status, body);
  g_autofree gchar *outcome = describe_response (provider, response);

  g_assert_cmpstr (outcome, ==, expected);
}

/* 70,000 levels overflow json-glib's stack. */
static void
test_deep_nesting (void)
{
  g_autofree gchar *deep = g_strnfill (70000, '[');
  g_autofree gchar *closed = g_strnfill (70000, ']');
  g_autofree gchar *whole = g_strconcat ("{\"choices\":", deep, closed, "}",
      NULL);

  for (guint i = 0; score_provider_list ()[i] != NULL; i++) {
    const ScoreProvider *provider = score_provider_list ()[i];

    assert_text_outcome (provider, 200, deep,
        "error: the server's answer is nested too deeply");
    assert_text_outcome (provider, 200, whole,
        "error: the server's answer is nested too deeply");
  }
}

static void
test_deep_nesting_in_fault_is_shown_cut (void)
{
  g_autofree gchar *deep = g_strnfill (70000, '[');
  g_autoptr (GBytes) body = g_bytes_new (deep, strlen (deep));
  g_autoptr (ScoreResponse) response = score_response_new (500, body);
  g_autoptr (ScoreFault) fault = score_provider_openai.parse_fault (response);

  g_assert_cmpuint (strlen (fault->message), ==, 300);
}

static void
test_long_text_is_cut_at_a_character (void)
{
  g_autoptr (GString) body =
      g_string_new ("{\"choices\":[{\"message\":{\"content\":\"x");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ScoreResponse) response = NULL;
  g_autoptr (ScoreFault) fault = NULL;
  g_autoptr (ScoreReply) reply = NULL;

  for (guint i = 0; i < SCORE_REPLY_MAX_TEXT / 2 + 10; i++)
    g_string_append (body, "\xc3\xa9");
  g_string_append (body, "\"}}]}");
  bytes = g_bytes_new (body->str, body->len);
  response = score_response_new (200, bytes);
  reply = score_provider_openai.parse (response, &fault, NULL);
  g_assert_nonnull (reply);
  g_assert_cmpuint (strlen (reply->text), ==, SCORE_REPLY_MAX_TEXT - 1);
  g_assert_true (g_utf8_validate (reply->text, -1, NULL));
}

/* Lone bytes triple when they are replaced; the cap holds all the same. */
static void
test_long_invalid_text_is_capped (void)
{
  g_autofree gchar *text = g_strnfill (SCORE_REPLY_MAX_TEXT, '\xff');
  g_autoptr (ScoreReply) reply = score_reply_new (text);

  g_assert_cmpuint (strlen (reply->text), <=, SCORE_REPLY_MAX_TEXT);
  g_assert_true (g_utf8_validate (reply->text, -1, NULL));
}

static void
assert_masked (const gchar * message, const gchar * secret,
    const gchar * expected)
{
  g_autoptr (ScoreFault) fault = g_new0 (ScoreFault, 1);

  fault->message = g_strdup (message);
  fault->code = g_strdup (message);
  fault->param = g_strdup (message);
  fault->request_id = g_strdup (message);
  score_fault_mask (fault, secret);
  g_assert_cmpstr (fault->message, ==, expected);
  g_assert_cmpstr (fault->code, ==, expected);
  g_assert_cmpstr (fault->param, ==, expected);
  g_assert_cmpstr (fault->request_id, ==, expected);
}

static void
test_mask (void)
{
  assert_masked ("key swordfish99 is bad, swordfish99!", "swordfish99",
      "key *** is bad, ***!");
  assert_masked ("cut at swordf", "swordfish99", "cut at ***");
  assert_masked ("cut at swo", "swordfish99", "cut at swo");
  assert_masked ("nothing here", "swordfish99", "nothing here");
  assert_masked ("a bad key", "a", "a bad key");
  assert_masked ("a bad key", NULL, "a bad key");
  assert_masked ("a bad key", "", "a bad key");
}

static void
test_mask_of_an_empty_fault (void)
{
  g_autoptr (ScoreFault) fault = g_new0 (ScoreFault, 1);

  fault->message = g_strdup ("");
  score_fault_mask (fault, "swordfish99");
  g_assert_cmpstr (fault->message, ==, "");
  g_assert_null (fault->code);
}

typedef struct
{
  const ScoreProvider *provider;
  const gchar *body;
  const gchar *model;           /* NULL: an error */
  gint code;
} ModelsCase;

static const ModelsCase models_cases[] = {
  {&score_provider_openai, "{\"object\":\"list\",\"data\":[{\"id\":"
        "\"Qwen/Qwen3-VL-8B\",\"owned_by\":\"vllm\"},{\"id\":\"b\"}]}",
      "Qwen/Qwen3-VL-8B"},
  {&score_provider_openai, "{\"data\":[{\"id\":\"text-embedding-nomic\"},"
        "{\"id\":\"qwen2-vl\"}]}", "qwen2-vl"},
  {&score_provider_openai, "{\"data\":[7,null,{\"id\":7},{\"id\":\"\"},"
        "{\"id\":\"x\"}]}", "x"},
  {&score_provider_openai, "{\"object\":\"list\",\"data\":null}", NULL,
      GST_SCORE_ERROR_CONFIG},
  {&score_provider_openai, "{\"data\":[]}", NULL, GST_SCORE_ERROR_CONFIG},
  {&score_provider_openai, "[]", NULL, GST_SCORE_ERROR_BAD_REPLY},
  {&score_provider_openai, "", NULL, GST_SCORE_ERROR_BAD_REPLY},
  {&score_provider_openai, "<html>", NULL, GST_SCORE_ERROR_BAD_REPLY},
  {&score_provider_gemini, "{\"models\":[{\"name\":\"models/embedding-1\","
        "\"supportedGenerationMethods\":[\"embedContent\"]},{\"name\":"
        "\"models/gemini-x\",\"supportedGenerationMethods\":"
        "[\"countTokens\",\"generateContent\"]}]}", "gemini-x"},
  {&score_provider_gemini, "{\"models\":[{\"name\":\"plain\"}]}", "plain"},
  {&score_provider_gemini, "{\"models\":[{\"name\":\"a\","
        "\"supportedGenerationMethods\":[3]}]}", NULL,
      GST_SCORE_ERROR_CONFIG},
  {&score_provider_gemini, "{}", NULL, GST_SCORE_ERROR_CONFIG},
  {&score_provider_gemini, "7", NULL, GST_SCORE_ERROR_BAD_REPLY},
};

static void
test_models (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (models_cases); i++) {
    const ModelsCase *c = &models_cases[i];
    g_autoptr (GBytes) body = g_bytes_new (c->body, strlen (c->body));
    g_autoptr (ScoreResponse) response = score_response_new (200, body);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *model = c->provider->parse_models (response, &error);

    g_assert_cmpstr (model, ==, c->model);
    if (c->model == NULL)
      g_assert_error (error, GST_SCORE_ERROR, c->code);
    else
      g_assert_no_error (error);
  }
}

static ScoreReply *
parse_text (const gchar * text)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (ScoreResponse) response = score_response_new (200, body);
  g_autoptr (ScoreFault) fault = NULL;
  g_autoptr (GError) error = NULL;
  ScoreReply *reply = score_provider_openai.parse (response, &fault, &error);

  g_assert_no_error (error);
  return reply;
}

/* A whole vocabulary, though twenty were asked for. */
static void
test_long_lists_of_chances_are_cut (void)
{
  g_autoptr (GString) text = g_string_new ("{\"choices\":[{\"message\":"
      "{\"content\":\"x\"},\"logprobs\":{\"content\":[{\"token\":\"x\","
      "\"logprob\":-1,\"top_logprobs\":[");
  g_autoptr (ScoreReply) reply = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (text, "%s{\"token\":\"t%u\",\"logprob\":-%u}",
        i > 0 ? "," : "", i, i % 100);
  g_string_append (text, "]}]}}]}");
  reply = parse_text (text->str);
  g_assert_cmpuint (reply->chances->len, ==, 1001);
}

typedef struct
{
  const gchar *body;
  gint64 id;                    /* -1: none */
} TokenCase;

static const TokenCase token_cases[] = {
  /* vLLM, llama.cpp */
  {"{\"count\":1,\"max_model_len\":32768,\"tokens\":[2514],"
        "\"token_strs\":null}", 2514},
  {"{\"tokens\":[3007]}", 3007},
  {"{\"tokens\":[0]}", 0},
  {"{\"tokens\":[1,2]}", -1},
  {"{\"tokens\":[]}", -1},
  {"{\"tokens\":null}", -1},
  {"{\"tokens\":[\"2514\"]}", -1},
  {"{\"tokens\":[{\"id\":5}]}", -1},
  {"{\"tokens\":[-5]}", -1},
  {"{\"tokens\":[1.5]}", -1},
  {"{\"tokens\":[1e300]}", -1},
  {"{\"tokens\":2514}", -1},
  {"{}", -1},
  {"[2514]", -1},
  {"", -1},
  {"<html>", -1},
};

static void
test_token_numbers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (token_cases); i++) {
    const TokenCase *c = &token_cases[i];
    g_autoptr (GBytes) body = g_bytes_new (c->body, strlen (c->body));
    g_autoptr (ScoreResponse) response = score_response_new (200, body);
    guint id = 0;

    g_test_message ("%s", c->body);
    g_assert_cmpint (score_provider_openai.parse_tokenize (response, &id), ==,
        c->id >= 0);
    if (c->id >= 0)
      g_assert_cmpint (id, ==, c->id);
  }
}

static void
test_headers_are_found_in_any_case (void)
{
  g_autoptr (ScoreResponse) response = score_response_new (200, NULL);

  score_response_set_header (response, "X-Request-ID", "a");
  score_response_set_header (response, "x-request-id", "b");
  g_assert_cmpstr (score_response_get_header (response, "X-REQUEST-Id"), ==,
      "b");
  g_assert_null (score_response_get_header (response, "date"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/parse/%s", cases[i].file);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/parse/every-file-has-an-outcome",
      test_every_file_has_an_outcome);
  g_test_add_func ("/parse/deep-nesting", test_deep_nesting);
  g_test_add_func ("/parse/deep-nesting-in-fault-is-shown-cut",
      test_deep_nesting_in_fault_is_shown_cut);
  g_test_add_func ("/parse/long-text-is-cut-at-a-character",
      test_long_text_is_cut_at_a_character);
  g_test_add_func ("/parse/long-invalid-text-is-capped",
      test_long_invalid_text_is_capped);
  g_test_add_func ("/parse/mask", test_mask);
  g_test_add_func ("/parse/mask-of-an-empty-fault",
      test_mask_of_an_empty_fault);
  g_test_add_func ("/parse/models", test_models);
  g_test_add_func ("/parse/long-lists-of-chances-are-cut",
      test_long_lists_of_chances_are_cut);
  g_test_add_func ("/parse/token-numbers", test_token_numbers);
  g_test_add_func ("/parse/headers-are-found-in-any-case",
      test_headers_are_found_in_any_case);
  return g_test_run ();
}
