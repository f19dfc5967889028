/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vlm/ladder.h"

#define SCHEMA "{\"type\":\"object\"}"

typedef enum
{
  NONE = 0,
  MAX_TOKENS = 1 << 0,
  TEMPERATURE = 1 << 1,
  SEED = 1 << 2,
  EFFORT = 1 << 3,
  OBJECT = 1 << 4,              /* json-object */
  PROMPT = 1 << 5,
} Step;

typedef struct
{
  guint status;
  const gchar *code, *param, *message;
  Step sent;                    /* what the request carried */
  gboolean gemini;
  Step step;
} Case;

#define ALL (MAX_TOKENS | TEMPERATURE | SEED | EFFORT)
#define UNSUPPORTED "unsupported_parameter"

static const Case cases[] = {
  /* OpenAI names the parameter */
  {400, UNSUPPORTED, "max_tokens", "Unsupported parameter: 'max_tokens' is "
        "not supported with this model. Use 'max_completion_tokens' instead.",
      ALL, FALSE, MAX_TOKENS},
  {400, UNSUPPORTED, "temperature", "x", ALL, FALSE, TEMPERATURE},
  {400, "unsupported_value", "temperature", "Unsupported value: "
        "'temperature' does not support 0.2 with this model. Only the default "
        "(1) value is supported.", ALL, FALSE, TEMPERATURE},
  {400, UNSUPPORTED, "seed", "x", ALL, FALSE, SEED},
  {400, UNSUPPORTED, "reasoning_effort", "x", ALL, FALSE, EFFORT},
  {400, "unsupported_value", "reasoning.effort", "x", ALL, FALSE, EFFORT},
  {400, NULL, "response_format", "x", ALL, FALSE, OBJECT},
  {400, "invalid_json_schema", NULL, "x", ALL, FALSE, OBJECT},
  {400, NULL, "response_format.json_schema", "x", ALL, FALSE, OBJECT},
  {400, "unsupported_value", "reasoning_effort", "not when temperature is set",
      ALL, FALSE, EFFORT},
  {400, "invalid_value", "max_tokens", "max_tokens is too large: 100000. This "
        "model supports at most 16384 completion tokens", ALL, FALSE, NONE},
  /* only what was sent is dropped */
  {400, UNSUPPORTED, "temperature", "x", SEED, FALSE, NONE},
  {400, UNSUPPORTED, "seed", "x", EFFORT, FALSE, NONE},
  {400, UNSUPPORTED, "max_tokens", "x", SEED, FALSE, NONE},
  {400, UNSUPPORTED, "reasoning_effort", "x", SEED, FALSE, NONE},
  {400, UNSUPPORTED, "logprobs", "x", ALL, FALSE, NONE},
  {400, UNSUPPORTED, "top_p", "temperature-like", NONE, FALSE, NONE},
  /* vLLM, FastAPI, pydantic */
  {400, "BadRequestError", NULL, "[{'type': 'extra_forbidden', 'loc': ('body',"
        " 'seed'), 'msg': 'Extra inputs are not permitted'}]", ALL, FALSE,
      SEED},
  {422, NULL, "reasoning_effort", "Input should be low", ALL, FALSE, EFFORT},
  {422, NULL, "temperature", "too low", ALL, FALSE, TEMPERATURE},
  {400, "BadRequestError", NULL, "The provided JSON schema contains features "
        "not supported by xgrammar.", NONE, FALSE, OBJECT},
  {400, NULL, NULL, "guided_json is gone", NONE, FALSE, OBJECT},
  {400, "BadRequestError", NULL, "max_completion_tokens is unknown", ALL,
      FALSE, MAX_TOKENS},
  /* llama.cpp, LM Studio */
  {400, "invalid_request_error", NULL, "Unable to generate parser for this "
        "template. Automatic parser generation failed: JSON schema error at "
        "#: unrecognized type", NONE, FALSE, OBJECT},
  {400, "invalid_request_error", NULL, "Failed to initialize samplers: failed "
        "to parse grammar", NONE, FALSE, OBJECT},
  {400, NULL, NULL, "'response_format.type' must be 'json_schema' or 'text'",
      NONE, FALSE, OBJECT},
  /* OpenRouter */
  {404, NULL, NULL, "No endpoints found that can handle the requested "
        "parameters.", ALL, FALSE, OBJECT},
  /* Gemini */
  {400, "INVALID_ARGUMENT", NULL, "Invalid JSON payload received. Unknown "
        "name \"responseJsonSchema\" at 'generation_config': Cannot find "
        "field.", ALL, TRUE, OBJECT},
  {400, "INVALID_ARGUMENT", NULL, "Invalid JSON payload received. Unknown "
        "name \"response_json_schema\" at 'generation_config'", ALL, TRUE,
      OBJECT},
  {400, "INVALID_ARGUMENT", NULL, "Invalid JSON payload received. Unknown "
        "name \"thinkingLevel\" at 'x'", ALL, TRUE, EFFORT},
  {400, "INVALID_ARGUMENT", NULL, "Thinking level MINIMAL is not supported "
        "for this model.", ALL, TRUE, EFFORT},
  {400, "INVALID_ARGUMENT", NULL, "Thinking_config.include_thoughts", ALL,
      TRUE, EFFORT},
  {400, "INVALID_ARGUMENT", NULL, "Unknown name \"seed\"", ALL, TRUE, SEED},
  {400, "INVALID_ARGUMENT", NULL, "max_tokens", ALL, TRUE, NONE},
  {400, "INVALID_ARGUMENT", NULL, "API key not valid.", ALL, TRUE, NONE},
  /* not a matter of parameters */
  {400, "context_length_exceeded", "messages", "reduce max_tokens", ALL,
      FALSE, NONE},
  {400, "exceed_context_size_error", NULL, "request (18871 tokens) exceeds "
        "the available context size (16384 tokens)", ALL, FALSE, NONE},
  {400, "BadRequestError", NULL, "This model's maximum context length is 9. "
        "However, you requested 4096 max_tokens", ALL, FALSE, NONE},
  {400, NULL, NULL, "", ALL, FALSE, NONE},
  {400, NULL, NULL, "At most 4 image(s) may be provided", ALL, FALSE, NONE},
  {400, NULL, NULL, "seeds and temperatures are words", ALL, FALSE, NONE},
  {400, NULL, NULL, "my_seed is unknown", ALL, FALSE, NONE},
  /* not a 400 */
  {401, UNSUPPORTED, "temperature", "x", ALL, FALSE, NONE},
  {404, UNSUPPORTED, "temperature", "x", ALL, FALSE, NONE},
  {429, UNSUPPORTED, "temperature", "x", ALL, FALSE, NONE},
  {500, UNSUPPORTED, "temperature", "x", ALL, FALSE, NONE},
  {200, UNSUPPORTED, "temperature", "x", ALL, FALSE, NONE},
};

static ScoreServer *
new_server (Step sent, gboolean gemini)
{
  ScoreServer *server = score_server_new ();

  server->provider = gemini ? &score_provider_gemini : &score_provider_openai;
  if (sent & MAX_TOKENS)
    server->max_tokens = 100;
  if (sent & TEMPERATURE)
    server->temperature = 0.2;
  if (sent & SEED)
    server->seed = 0;
  if (sent & EFFORT)
    server->reasoning_effort = g_strdup ("low");
  return server;
}

static Step
read_quirks (const ScoreQuirks * quirks)
{
  return (quirks->other_max_tokens ? MAX_TOKENS : 0)
      | (quirks->no_temperature ? TEMPERATURE : 0)
      | (quirks->no_seed ? SEED : 0) | (quirks->no_effort ? EFFORT : 0)
      | (quirks->structured == SCORE_STRUCTURED_JSON_OBJECT ? OBJECT : 0)
      | (quirks->structured == SCORE_STRUCTURED_PROMPT ? PROMPT : 0);
}

static ScoreFault *
new_fault (guint status, const gchar * code, const gchar * param,
    const gchar * message)
{
  ScoreFault *fault = g_new0 (ScoreFault, 1);

  fault->status = status;
  fault->code = g_strdup (code);
  fault->param = g_strdup (param);
  fault->message = g_strdup (message);
  return fault;
}

static void
test_steps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    g_autoptr (ScoreServer) server = new_server (c->sent, c->gemini);
    g_autoptr (ScoreRequest) request = score_request_new ("x", SCHEMA);
    g_autoptr (ScoreFault) fault =
        new_fault (c->status, c->code, c->param, c->message);
    g_autofree gchar *notice = NULL;
    ScoreQuirks quirks = { 0 };

    g_test_message ("row %u: %s %s", i, c->param, c->message);
    g_assert_cmpint (score_ladder_step (server, &quirks, request, fault,
            &notice), ==, c->step != NONE);
    g_assert_cmpint (read_quirks (&quirks), ==, c->step);
    g_assert_cmpint (notice != NULL, ==, c->step != NONE);
  }
}

/* A server that complains of everything for ever is left after as many steps
 * as there are. */
static void
test_ladder_ends (void)
{
  g_autoptr (ScoreServer) server = new_server (ALL, FALSE);
  g_autoptr (ScoreRequest) request = score_request_new ("x", SCHEMA);
  g_autoptr (ScoreFault) fault = new_fault (400, NULL, NULL, "max_tokens "
      "temperature seed reasoning_effort response_format");
  ScoreQuirks quirks = { 0 };
  guint steps = 0;

  while (score_ladder_step (server, &quirks, request, fault, NULL))
    g_assert_cmpuint (++steps, <, 20);
  g_assert_cmpuint (steps, ==, 6);
  g_assert_cmpint (read_quirks (&quirks), ==, ALL | PROMPT);
}

static void
test_schema_goes_down_two_steps (void)
{
  g_autoptr (ScoreServer) server = new_server (NONE, FALSE);
  g_autoptr (ScoreRequest) request = score_request_new ("x", SCHEMA);
  g_autoptr (ScoreFault) fault = new_fault (400, NULL, "response_format", "");
  ScoreQuirks quirks = { 0 };

  g_assert_true (score_ladder_step (server, &quirks, request, fault, NULL));
  g_assert_cmpint (quirks.structured, ==, SCORE_STRUCTURED_JSON_OBJECT);
  g_assert_true (score_ladder_step (server, &quirks, request, fault, NULL));
  g_assert_cmpint (quirks.structured, ==, SCORE_STRUCTURED_PROMPT);
  g_assert_false (score_ladder_step (server, &quirks, request, fault, NULL));
}

static void
test_schema_stays_where_the_user_put_it (void)
{
  for (ScoreStructured mode = SCORE_STRUCTURED_JSON_SCHEMA;
      mode <= SCORE_STRUCTURED_PROMPT; mode++) {
    g_autoptr (ScoreServer) server = new_server (NONE, FALSE);
    g_autoptr (ScoreRequest) request = score_request_new ("x", SCHEMA);
    g_autoptr (ScoreFault) fault = new_fault (400, NULL, "response_format", "");
    ScoreQuirks quirks = { 0 };

    server->structured = mode;
    g_assert_false (score_ladder_step (server, &quirks, request, fault, NULL));
    g_assert_cmpint (read_quirks (&quirks), ==, NONE);
  }
}

/* What the method sets and the user did not is taken back as well. */
static void
test_greedy_question_has_something_to_drop (void)
{
  g_autoptr (ScoreServer) server = new_server (NONE, FALSE);
  g_autoptr (ScoreRequest) request = score_request_new ("x", NULL);
  g_autoptr (ScoreFault) limit = new_fault (400, NULL, "max_tokens", "");
  g_autoptr (ScoreFault) warmth = new_fault (400, NULL, "temperature", "");
  ScoreQuirks quirks = { 0 };

  g_assert_false (score_ladder_step (server, &quirks, request, limit, NULL));
  g_assert_false (score_ladder_step (server, &quirks, request, warmth, NULL));
  score_request_set_greedy (request, 1);
  g_assert_true (score_ladder_step (server, &quirks, request, limit, NULL));
  g_assert_true (score_ladder_step (server, &quirks, request, warmth, NULL));
  g_assert_cmpint (read_quirks (&quirks), ==, MAX_TOKENS | TEMPERATURE);
  g_assert_false (score_ladder_step (server, &quirks, request, limit, NULL));
  g_assert_false (score_ladder_step (server, &quirks, request, warmth, NULL));
}

/* Log-probabilities themselves are never left out: nothing would be left. */
static void
test_token_number_is_dropped (void)
{
  g_autoptr (ScoreServer) server = new_server (NONE, FALSE);
  g_autoptr (ScoreRequest) request = score_request_new ("x", NULL);
  g_autoptr (ScoreFault) fault = new_fault (400, NULL, NULL,
      "logprob_token_ids: Extra inputs are not permitted");
  g_autoptr (ScoreFault) other = new_fault (400, NULL, "logprobs", "");
  g_autofree gchar *notice = NULL;
  ScoreQuirks quirks = {.has_token_id = TRUE };

  g_assert_false (score_ladder_step (server, &quirks, request, fault, NULL));
  score_request_want_token (request, "True");
  g_assert_false (score_ladder_step (server, &quirks, request, other, NULL));
  g_assert_true (score_ladder_step (server, &quirks, request, fault, &notice));
  g_assert_true (quirks.no_token_ids);
  g_assert_nonnull (strstr (notice, "likeliest"));
  g_assert_false (score_ladder_step (server, &quirks, request, fault, NULL));
}

static void
test_question_without_a_schema_has_none_to_drop (void)
{
  g_autoptr (ScoreServer) server = new_server (NONE, FALSE);
  g_autoptr (ScoreRequest) request = score_request_new ("x", NULL);
  g_autoptr (ScoreFault) fault = new_fault (400, NULL, "response_format", "");
  ScoreQuirks quirks = { 0 };

  g_assert_false (score_ladder_step (server, &quirks, request, fault, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ladder/steps", test_steps);
  g_test_add_func ("/ladder/ladder-ends", test_ladder_ends);
  g_test_add_func ("/ladder/schema-goes-down-two-steps",
      test_schema_goes_down_two_steps);
  g_test_add_func ("/ladder/schema-stays-where-the-user-put-it",
      test_schema_stays_where_the_user_put_it);
  g_test_add_func ("/ladder/greedy-question-has-something-to-drop",
      test_greedy_question_has_something_to_drop);
  g_test_add_func ("/ladder/token-number-is-dropped",
      test_token_number_is_dropped);
  g_test_add_func ("/ladder/question-without-a-schema-has-none-to-drop",
      test_question_without_a_schema_has_none_to_drop);
  return g_test_run ();
}
