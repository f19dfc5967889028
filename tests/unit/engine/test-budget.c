/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <math.h>
#include <string.h>

#include <gst/score/gstscoreerror.h>

#include "engine/budget.h"

#define EPSILON 1e-12

static ScoreReply *
parse (const ScoreProvider * provider, const gchar * text)
{
  g_autoptr (GBytes) body = g_bytes_new_static (text, strlen (text));
  g_autoptr (ScoreResponse) response = score_response_new (200, body);
  g_autoptr (ScoreFault) fault = NULL;
  g_autoptr (GError) error = NULL;
  ScoreReply *reply = provider->parse (response, &fault, &error);

  g_assert_no_error (error);
  return reply;
}

#define OPENAI(usage) "{\"choices\":[{\"message\":{\"content\":\"x\"}}]," \
    "\"usage\":{" usage "}}"
#define GEMINI(usage) "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"x\"" \
    "}]}}],\"usageMetadata\":{" usage "}}"

/* As the providers count: cached tokens are among the input of both; reasoning is
 * among the output of OpenAI, and beside it with Gemini. */
static const struct
{
  const gchar *name;
  const ScoreProvider *provider;
  const gchar *body;
  gdouble cached;               /* the price */
  gdouble cost;                 /* at 2 dollars in, 10 out */
} answers[] = {
  {"openai", &score_provider_openai,
      OPENAI ("\"prompt_tokens\":1000,\"completion_tokens\":200"), 0.5, 0.004},
  {"openai-cached", &score_provider_openai,
      OPENAI ("\"prompt_tokens\":1000,\"completion_tokens\":200,"
            "\"prompt_tokens_details\":{\"cached_tokens\":600}"), 0.5, 0.0031},
  {"openai-cached-as-input", &score_provider_openai,
      OPENAI ("\"prompt_tokens\":1000,\"completion_tokens\":200,"
            "\"prompt_tokens_details\":{\"cached_tokens\":600}"), -1, 0.004},
  {"openai-cached-for-nothing", &score_provider_openai,
      OPENAI ("\"prompt_tokens\":1000,\"completion_tokens\":200,"
            "\"prompt_tokens_details\":{\"cached_tokens\":600}"), 0, 0.0028},
  {"openai-reasoning", &score_provider_openai,
        OPENAI ("\"prompt_tokens\":1000,\"completion_tokens\":200,"
            "\"completion_tokens_details\":{\"reasoning_tokens\":150}"), 0.5,
      0.004},
  {"openai-more-cached-than-sent", &score_provider_openai,
      OPENAI ("\"prompt_tokens\":1000,\"completion_tokens\":200,"
            "\"prompt_tokens_details\":{\"cached_tokens\":5000}"), 0.5, 0.0025},
  {"openai-silent", &score_provider_openai, OPENAI (""), 0.5, 0},
  {"gemini", &score_provider_gemini,
      GEMINI ("\"promptTokenCount\":1000,\"candidatesTokenCount\":50,"
            "\"thoughtsTokenCount\":150"), 0.5, 0.004},
  {"gemini-cached", &score_provider_gemini,
        GEMINI ("\"promptTokenCount\":1000,\"candidatesTokenCount\":50,"
            "\"thoughtsTokenCount\":150,\"cachedContentTokenCount\":600"), 0.5,
      0.0031},
};

static void
test_cost_of_an_answer (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  const ScorePrices prices = { 2, 10, answers[i].cached };
  g_autoptr (ScoreReply) reply = parse (answers[i].provider, answers[i].body);

  g_assert_cmpfloat_with_epsilon (score_prices_get_cost (&prices,
          &reply->tokens), answers[i].cost, EPSILON);
}

static void
test_no_price_is_no_cost (void)
{
  const ScoreTokens tokens = {.input_tokens = 1000,.output_tokens = 10 };
  const ScorePrices none = { 0, 0, -1 };
  const ScorePrices output = { 0, 4, -1 };

  g_assert_false (score_prices_are_known (&none));
  g_assert_true (isnan (score_prices_get_cost (&none, &tokens)));
  g_assert_true (score_prices_are_known (&output));
  g_assert_cmpfloat_with_epsilon (score_prices_get_cost (&output, &tokens),
      4e-5, EPSILON);
}

static void
test_limits_that_could_not_hold (void)
{
  g_autoptr (ScoreSettings) settings = score_settings_new ();
  g_autoptr (GError) no_price = NULL, no_tokens = NULL, error = NULL;
  ScoreBudget budget;

  settings->max_cost = 1;
  g_assert_false (score_budget_init (&budget, settings, &score_provider_openai,
          &no_price));
  g_assert_error (no_price, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_true (g_str_has_prefix (no_price->message, "max-cost: "));
  g_assert_nonnull (strstr (no_price->message, "price-input"));

  settings->price_output = 1;
  g_assert_true (score_budget_init (&budget, settings, &score_provider_openai,
          &error));
  g_assert_no_error (error);
  g_assert_false (score_budget_init (&budget, settings,
          &score_provider_robometer, &no_tokens));
  g_assert_error (no_tokens, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_nonnull (strstr (no_tokens->message, "max-requests-per-episode"));

  settings->max_cost = 0;
  g_assert_true (score_budget_init (&budget, settings,
          &score_provider_robometer, &error));
  g_assert_no_error (error);
}

static void
test_decision (void)
{
  static const struct
  {
    gdouble max_cost;
    guint max_requests;
    guint64 tokens;             /* a dollar a million */
    guint n_requests;
    const gchar *refused;       /* by which property; NULL: allowed */
  } cases[] = {
    {0, 0, G_MAXUINT32, 100000, NULL},
    {1.5, 0, 0, 100000, NULL},
    {1.5, 0, 1499999, 0, NULL},
    {1.5, 0, 1500000, 0, "max-cost: 1.5 of 1.5 "},
    {1.5, 0, 9000000, 0, "max-cost: 9 of 1.5 "},
    {0, 3, G_MAXUINT32, 2, NULL},
    {0, 3, 0, 3, "max-requests-per-episode: all 3 "},
    {1.5, 3, 9000000, 3, "max-cost: "},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const ScoreBudget budget = {
      {1, 0, -1}, cases[i].max_cost, cases[i].max_requests
    };
    const ScoreTokens spent = {.input_tokens = cases[i].tokens };
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (score_budget_allows (&budget, &spent, cases[i].n_requests,
            &error), ==, cases[i].refused == NULL);
    if (cases[i].refused == NULL) {
      g_assert_no_error (error);
      continue;
    }
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BUDGET);
    g_assert_true (g_str_has_prefix (error->message, cases[i].refused));
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree gchar *path =
        g_strdup_printf ("/budget/cost-of-an-answer/%s", answers[i].name);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_cost_of_an_answer);
  }
  g_test_add_func ("/budget/no-price-is-no-cost", test_no_price_is_no_cost);
  g_test_add_func ("/budget/limits-that-could-not-hold",
      test_limits_that_could_not_hold);
  g_test_add_func ("/budget/decision", test_decision);
  return g_test_run ();
}
