/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Log-probabilities, as TOPReward asks for them. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "body.h"
#include "client.h"

#include <math.h>
#include <string.h>

#define N_MOMENTS 12
#define BANANA "put the banana in the bowl"
#define TOP ",\"max_tokens\":1,\"temperature\":0,\"logprobs\":true," \
  "\"top_logprobs\":20"
#define OPEN "\"add_generation_prompt\":false,\"continue_final_message\":true"

static Simulator simulator;
static GBytes *moments[N_MOMENTS];

static gchar *
ask (gboolean gemini, guint n, const gchar * task, const gchar * members)
{
  g_autofree gchar *text = g_strdup_printf ("The above video shows a robot"
      " manipulation trajectory that completes the following task: %s Decide"
      " whether the above statement is True or not. The answer is:", task);
  Body body;

  body_begin (&body, gemini);
  for (guint i = 0; i < n; i++)
    body_picture (&body, moments[i]);
  body_text (&body, text);
  return body_end (&body, members);
}

static JsonObject *
get_choice (const Reply * reply)
{
  g_assert_cmpuint (reply->status, ==, 200);
  return sim_json_element (sim_json_array (reply_object (reply), "choices"), 0);
}

static JsonObject *
get_first_token (const Reply * reply)
{
  JsonArray *content = sim_json_array (sim_json_object (get_choice (reply),
          "logprobs"), "content");

  g_assert_cmpuint (json_array_get_length (content), ==, 1);
  return sim_json_element (content, 0);
}

/* The log-probability of @token among the alternatives; 1 when it is not there. */
static gdouble
find_logprob (JsonArray * tokens, const gchar * name, const gchar * token,
    const gchar * member)
{
  for (guint i = 0; i < json_array_get_length (tokens); i++) {
    JsonObject *entry = sim_json_element (tokens, i);

    if (g_str_equal (sim_json_string (entry, name), token))
      return json_object_get_double_member (entry, member);
  }
  return 1;
}

static gdouble
ask_openai_of (Simulator * server, guint n, const gchar * task)
{
  g_autofree gchar *body = ask (FALSE, n, task, OPEN TOP);
  g_auto (Reply) reply = { 0 };
  gdouble logprob;

  simulator_post (server, OPENAI_PATH, body, &reply);
  logprob = find_logprob (sim_json_array (get_first_token (&reply),
          "top_logprobs"), "token", " True", "logprob");
  g_assert_cmpfloat (logprob, <=, 0);
  return logprob;
}

static void
test_rises_with_what_is_seen (void)
{
  gdouble first = ask_openai_of (&simulator, 1, BANANA);
  gdouble before = first;

  for (guint n = 2; n <= N_MOMENTS; n++) {
    gdouble logprob = ask_openai_of (&simulator, n, BANANA);

    g_test_message ("%u frames: %g", n, logprob);
    g_assert_cmpfloat (logprob, >=, before);
    before = logprob;
  }
  g_assert_cmpfloat (first, <, -4);
  g_assert_cmpfloat (before, >, -0.1);
}

static void
test_another_task (void)
{
  g_assert_cmpfloat (ask_openai_of (&simulator, N_MOMENTS,
          "put the cup in the bowl"), <, -3);
  g_assert_cmpfloat (ask_openai_of (&simulator, N_MOMENTS, "fold the towel"),
      <, -4);
}

static void
test_shape (void)
{
  g_autofree gchar *body = ask (FALSE, N_MOMENTS, BANANA, OPEN TOP);
  g_auto (Reply) reply = { 0 };
  JsonObject *token;
  JsonArray *top;
  gdouble sum = 0, before = 0;

  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  g_assert_cmpstr (reply_text (&reply), ==, " True");
  token = get_first_token (&reply);
  g_assert_cmpstr (sim_json_string (token, "token"), ==, " True");
  g_assert_cmpuint (json_array_get_length (sim_json_array (token, "bytes")), ==,
      5);
  top = sim_json_array (token, "top_logprobs");
  g_assert_cmpuint (json_array_get_length (top), ==, 20);
  for (guint i = 0; i < 20; i++) {
    gdouble logprob =
        json_object_get_double_member (sim_json_element (top, i), "logprob");

    g_assert_cmpfloat (logprob, <=, before);
    before = logprob;
    sum += exp (logprob);
  }
  g_assert_cmpfloat (sum, >, 0.98);
  g_assert_cmpfloat (sum, <=, 1);
  g_assert_cmpint (json_object_get_int_member (sim_json_object (reply_object
              (&reply), "usage"), "completion_tokens"), ==, 1);
}

/* With the chat template, the answer begins without a blank. */
static void
test_blank_follows_the_template (void)
{
  g_autofree gchar *body = ask (FALSE, N_MOMENTS, BANANA,
      "\"logprobs\":true,\"top_logprobs\":3");
  g_auto (Reply) reply = { 0 };

  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  g_assert_cmpstr (reply_text (&reply), ==, "True");
  g_assert_cmpuint (json_array_get_length (sim_json_array (get_first_token
              (&reply), "top_logprobs")), ==, 3);
}

static guint
tokenize (const gchar * body)
{
  g_auto (Reply) reply = { 0 };
  JsonArray *tokens;

  simulator_post (&simulator, "/tokenize", body, &reply);
  g_assert_cmpuint (reply.status, ==, 200);
  tokens = sim_json_array (reply_object (&reply), "tokens");
  g_assert_cmpint (json_object_get_int_member (reply_object (&reply), "count"),
      ==, json_array_get_length (tokens));
  g_assert_cmpint (json_object_get_int_member (reply_object (&reply),
          "max_model_len"), >, 0);
  g_assert_cmpuint (json_array_get_length (tokens), ==, 1);
  return json_array_get_int_element (tokens, 0);
}

static void
test_wanted_tokens (void)
{
  guint blank = tokenize ("{\"model\":\"toy-simulator\",\"prompt\":\" True\","
      "\"add_special_tokens\":false}");
  guint bare = tokenize ("{\"prompt\":\"True\"}");
  g_autofree gchar *members = g_strdup_printf (OPEN TOP
      ",\"logprob_token_ids\":[%u,%u,31999]", blank, bare);
  g_autofree gchar *body = ask (FALSE, 1, BANANA, members);
  g_auto (Reply) reply = { 0 };
  JsonArray *top;

  g_assert_cmpuint (blank, !=, bare);
  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  g_assert_cmpstr (reply_text (&reply), ==, " False");
  top = sim_json_array (get_first_token (&reply), "top_logprobs");
  g_assert_cmpuint (json_array_get_length (top), ==, 3);
  g_assert_cmpfloat (find_logprob (top, "token", " True", "logprob"), ==,
      ask_openai_of (&simulator, 1, BANANA));
  g_assert_cmpfloat (find_logprob (top, "token", "True", "logprob"), <, -8);
}

static void
test_tokenize_refuses (void)
{
  static const gchar *const bodies[] = {
    "", "{}", "{\"prompt\":3}", "{\"messages\":[]}",
    "{\"model\":\"gpt-9\",\"prompt\":\"x\"}"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_auto (Reply) reply = { 0 };

    simulator_post (&simulator, "/tokenize", bodies[i], &reply);
    g_assert_cmpuint (reply.status, ==, i == 4 ? 404 : 400);
    g_assert_nonnull (sim_json_object (reply_object (&reply), "error"));
  }
}

static JsonObject *
get_result (const Reply * reply)
{
  g_assert_cmpuint (reply->status, ==, 200);
  return sim_json_object (sim_json_element (sim_json_array (reply_object
              (reply), "candidates"), 0), "logprobsResult");
}

static void
test_gemini (void)
{
  g_autofree gchar *body = ask (TRUE, N_MOMENTS, BANANA,
      "\"responseLogprobs\":true,\"logprobs\":10");
  g_autofree gchar *chosen = ask (TRUE, N_MOMENTS, BANANA,
      "\"responseLogprobs\":true");
  g_auto (Reply) reply = { 0 };
  g_auto (Reply) bare = { 0 };
  JsonArray *top;

  simulator_post (&simulator, GEMINI_PATH, body, &reply);
  g_assert_cmpstr (reply_text (&reply), ==, "True");
  top = sim_json_array (get_result (&reply), "topCandidates");
  g_assert_cmpuint (json_array_get_length (top), ==, 1);
  top = sim_json_array (sim_json_element (top, 0), "candidates");
  g_assert_cmpuint (json_array_get_length (top), ==, 10);
  g_assert_cmpfloat (find_logprob (top, "token", "True", "logProbability"), >,
      -0.1);
  simulator_post (&simulator, GEMINI_PATH, chosen, &bare);
  g_assert_false (json_object_has_member (get_result (&bare), "topCandidates"));
  g_assert_cmpuint (json_array_get_length (sim_json_array (get_result (&bare),
              "chosenCandidates")), ==, 1);
}

/* Any other answer is the only one that the simulator can think of. */
static void
test_of_any_answer (void)
{
  g_autofree gchar *format = openai_schema (SCHEMA_OBJECTS);
  g_autofree gchar *members = g_strdup_printf ("\"response_format\":%s,"
      "\"logprobs\":true,\"top_logprobs\":5", format);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree gchar *body = NULL;
  g_auto (Reply) reply = { 0 };
  JsonArray *content;
  Body parts;

  body_begin (&parts, FALSE);
  body_picture (&parts, moments[0]);
  body_text (&parts, "Task: " BANANA);
  body = body_end (&parts, members);
  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  content = sim_json_array (sim_json_object (get_choice (&reply), "logprobs"),
      "content");
  for (guint i = 0; i < json_array_get_length (content); i++) {
    JsonObject *token = sim_json_element (content, i);

    g_string_append (text, sim_json_string (token, "token"));
    g_assert_cmpfloat (json_object_get_double_member (token, "logprob"), ==, 0);
  }
  g_assert_cmpstr (text->str, ==, reply_text (&reply));
}

static void
test_not_asked_for (void)
{
  g_autofree gchar *body = ask (FALSE, 1, BANANA, "\"max_tokens\":1");
  g_auto (Reply) reply = { 0 };

  simulator_post (&simulator, OPENAI_PATH, body, &reply);
  g_assert_cmpstr (reply_text (&reply), ==, "False");
  g_assert_true (json_object_get_null_member (get_choice (&reply), "logprobs"));
}

static void
test_refused (void)
{
  Simulator hosted;
  g_autofree gchar *openai = ask (FALSE, 1, BANANA, "\"logprobs\":true");
  g_autofree gchar *gemini = ask (TRUE, 1, BANANA, "\"responseLogprobs\":true");
  g_autofree gchar *plain = ask (FALSE, 1, BANANA, NULL);
  g_auto (Reply) first = { 0 };
  g_auto (Reply) second = { 0 };
  g_auto (Reply) third = { 0 };

  simulator_start (&hosted, "--logprobs refuse");
  simulator_post (&hosted, OPENAI_PATH, openai, &first);
  g_assert_cmpuint (first.status, ==, 400);
  g_assert_cmpstr (sim_json_string (sim_json_object (reply_object (&first),
              "error"), "param"), ==, "logprobs");
  simulator_post (&hosted, GEMINI_PATH, gemini, &second);
  g_assert_cmpuint (second.status, ==, 400);
  g_assert_nonnull (strstr (sim_json_string (sim_json_object (reply_object
                  (&second), "error"), "message"), "Logprobs is not enabled"));
  simulator_post (&hosted, OPENAI_PATH, plain, &third);
  g_assert_cmpuint (third.status, ==, 200);
  simulator_stop (&hosted);
}

static void
test_ignored (void)
{
  Simulator deaf;
  g_autofree gchar *openai = ask (FALSE, 1, BANANA, OPEN TOP);
  g_autofree gchar *gemini = ask (TRUE, 1, BANANA,
      "\"responseLogprobs\":true,\"logprobs\":20");
  g_auto (Reply) first = { 0 };
  g_auto (Reply) second = { 0 };

  simulator_start (&deaf, "--logprobs ignore");
  simulator_post (&deaf, OPENAI_PATH, openai, &first);
  g_assert_true (json_object_get_null_member (get_choice (&first), "logprobs"));
  simulator_post (&deaf, GEMINI_PATH, gemini, &second);
  g_assert_null (get_result (&second));
  simulator_stop (&deaf);
}

/* The constant moves a task as a whole: the odds, not the order. */
static void
test_offset_of_a_task (void)
{
  static const gchar *const tasks[] = {
    BANANA, "move the banana to the bowl", "bring the banana into the bowl",
    "drop the banana in the bowl"
  };
  Simulator shifted;
  gdouble low = 0, high = 0;

  simulator_start (&shifted, "--logprob-offset 3 --seed 5");
  for (gsize i = 0; i < G_N_ELEMENTS (tasks); i++) {
    gdouble plain = ask_openai_of (&simulator, 1, tasks[i]);
    gdouble begin = ask_openai_of (&shifted, 1, tasks[i]);

    /* Far from True, a nat of odds is a nat of probability. */
    g_assert_cmpfloat (fabs (begin - plain), <, 3.01);
    low = MIN (low, begin - plain);
    high = MAX (high, begin - plain);
    g_assert_cmpfloat (begin, <, ask_openai_of (&shifted, N_MOMENTS, tasks[i]));
    g_assert_cmpfloat (begin, ==, ask_openai_of (&shifted, 1, tasks[i]));
  }
  g_assert_cmpfloat (high - low, >, 0.5);
  simulator_stop (&shifted);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  simulator_start (&simulator, NULL);
  for (guint i = 0; i < N_MOMENTS; i++)
    moments[i] = paint_moment (i / (N_MOMENTS - 1.0));
  g_test_add_func ("/truth/rises-with-what-is-seen",
      test_rises_with_what_is_seen);
  g_test_add_func ("/truth/another-task", test_another_task);
  g_test_add_func ("/truth/shape", test_shape);
  g_test_add_func ("/truth/blank-follows-the-template",
      test_blank_follows_the_template);
  g_test_add_func ("/truth/wanted-tokens", test_wanted_tokens);
  g_test_add_func ("/truth/tokenize-refuses", test_tokenize_refuses);
  g_test_add_func ("/truth/gemini", test_gemini);
  g_test_add_func ("/truth/of-any-answer", test_of_any_answer);
  g_test_add_func ("/truth/not-asked-for", test_not_asked_for);
  g_test_add_func ("/truth/refused", test_refused);
  g_test_add_func ("/truth/ignored", test_ignored);
  g_test_add_func ("/truth/offset-of-a-task", test_offset_of_a_task);
  status = g_test_run ();
  simulator_stop (&simulator);
  for (guint i = 0; i < N_MOMENTS; i++)
    g_bytes_unref (moments[i]);
  return status;
}
