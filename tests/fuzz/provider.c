/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "provider.h"

#include <math.h>

#include "../unit/vlm/http-text.h"
#include "vlm/ladder.h"
#include "vlm/retry.h"

#define SECRET "secret-of-the-test"

static void
check_text (const gchar * text, gsize max)
{
  g_assert_true (text == NULL || (g_utf8_validate (text, -1, NULL)
          && strlen (text) <= max));
}

static void
check_fault (const ScoreProvider * provider, ScoreFault * fault)
{
  const ScoreRetryPolicy policy = {.retries = 3,.backoff_factor = 1,
    .backoff_max = 60
  };
  g_autoptr (ScoreServer) server = score_server_new ();
  g_autoptr (ScoreRequest) request = score_request_new ("fuzz", "{}");
  g_autoptr (GError) error = NULL;
  ScoreQuirks quirks = {.has_token_id = TRUE };
  gint64 wait;

  score_fault_mask (fault, SECRET);
  g_assert_null (strstr (fault->message, SECRET));
  g_assert_null (strchr (fault->message, '\n'));
  check_text (fault->message, 300);
  check_text (fault->code, 300);
  check_text (fault->param, 300);
  check_text (fault->request_id, 300);

  score_retry_after_fault (&policy, fault, 0, 0.5, -1, &wait);
  g_assert_cmpint (wait, >=, 0);
  g_assert_cmpint (wait, <=, 60 * G_USEC_PER_SEC);

  server->provider = provider;
  server->temperature = 1;
  server->seed = 1;
  server->max_tokens = 1;
  score_request_want_token (request, "True");
  for (guint steps = 0; score_ladder_step (server, &quirks, request, fault,
          NULL);)
    g_assert_cmpuint (++steps, <, 10);
  error = score_fault_to_error (fault);
  check_text (error->message, 2000);
}

static void
check_reply (const ScoreReply * reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = score_reply_read (reply, NULL, &error);

  g_assert_cmpint (node != NULL, ==, error == NULL);
  check_text (reply->text, SCORE_REPLY_MAX_TEXT);
  check_text (reply->model, 200);
  for (guint i = 0; reply->chances != NULL && i < reply->chances->len; i++) {
    const ScoreChance *chance = &g_array_index (reply->chances, ScoreChance, i);

    check_text (chance->token, 4000);
    g_assert_true (isfinite (chance->logprob) && chance->logprob <= 0);
  }
  g_assert_nonnull (reply->text);
}

void
fuzz_provider (const ScoreProvider * provider, const uint8_t * data,
    size_t size)
{
  g_autoptr (ScoreResponse) response =
      http_text_parse ((const gchar *) data, size);
  g_autoptr (ScoreFault) outer = provider->parse_fault (response);
  g_autoptr (ScoreFault) inner = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ScoreReply) reply = NULL;
  g_autofree gchar *model = NULL;
  guint id;

  g_assert_nonnull (outer);
  check_fault (provider, outer);
  reply = provider->parse (response, &inner, &error);
  g_assert_cmpint ((reply != NULL) + (inner != NULL) + (error != NULL), ==, 1);
  if (reply != NULL)
    check_reply (reply);
  if (inner != NULL)
    check_fault (provider, inner);
  g_clear_error (&error);
  if (provider->parse_models != NULL) {
    model = provider->parse_models (response, &error);
    g_assert_cmpint (model != NULL, ==, error == NULL);
    g_clear_error (&error);
  }
  if (provider->parse_health != NULL)
    g_assert_cmpint (provider->parse_health (response, &error), ==,
        error == NULL);
  if (provider->parse_tokenize != NULL)
    provider->parse_tokenize (response, &id);
  score_retry_hint (response, 0);
}
