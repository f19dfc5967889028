/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <gst/score/gstscoreerror.h>

#include "vlm/retry-date.h"
#include "vlm/retry.h"

#define SECOND G_GINT64_CONSTANT (1000000)
#define NOW G_GINT64_CONSTANT (1795341600)      /* Sun, 22 Nov 2026 10:00:00 GMT */

static const ScoreRetryPolicy policy = {
  .retries = 3,
  .backoff_factor = 0.5,
  .backoff_max = 60,
};

typedef struct
{
  guint status;
  gint64 hint;
  gboolean final, asked;
  guint attempt;
  gdouble dice;
  gint64 remaining;
  ScoreRetryVerdict verdict;
  gint64 wait;
} FaultCase;

#define GIVE_UP SCORE_RETRY_GIVE_UP
#define WAIT SCORE_RETRY_WAIT
#define PAUSE SCORE_RETRY_PAUSE

static const FaultCase fault_cases[] = {
  /* which statuses */
  {408, -1, FALSE, FALSE, 0, 0, -1, WAIT, 0},
  {409, -1, FALSE, FALSE, 0, 0, -1, WAIT, 0},
  {429, -1, FALSE, FALSE, 0, 0, -1, PAUSE, 0},
  {500, -1, FALSE, FALSE, 0, 0, -1, WAIT, 0},
  {502, -1, FALSE, FALSE, 0, 0, -1, WAIT, 0},
  {503, -1, FALSE, FALSE, 0, 0, -1, PAUSE, 0},
  {504, -1, FALSE, FALSE, 0, 0, -1, WAIT, 0},
  {529, -1, FALSE, FALSE, 0, 0, -1, PAUSE, 0},
  {301, 5, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {307, 5, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {400, 5, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {401, 5, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {402, 5, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {403, 5, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {404, 5, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {413, 5, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {422, 5, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {501, 5, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {505, 5, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {0, -1, FALSE, FALSE, 0, 0, -1, GIVE_UP, 0},
  /* what the server says about it */
  {429, 5, TRUE, FALSE, 0, 0, -1, GIVE_UP, 0},
  {500, -1, TRUE, TRUE, 0, 0, -1, GIVE_UP, 0},
  {400, -1, FALSE, TRUE, 0, 0, -1, WAIT, 0},
  {429, -1, FALSE, TRUE, 0, 0, -1, PAUSE, 0},
  /* how often */
  {500, -1, FALSE, FALSE, 2, 0, -1, WAIT, 0},
  {500, -1, FALSE, FALSE, 3, 0, -1, GIVE_UP, 0},
  {500, -1, FALSE, FALSE, G_MAXUINT, 0.5, -1, GIVE_UP, 0},
  {429, 9, FALSE, FALSE, 3, 0, -1, GIVE_UP, 0},
  /* full jitter: from nothing to factor * 2^attempt */
  {500, -1, FALSE, FALSE, 0, 0.5, -1, WAIT, SECOND / 4},
  {500, -1, FALSE, FALSE, 1, 0.5, -1, WAIT, SECOND / 2},
  {500, -1, FALSE, FALSE, 2, 0.5, -1, WAIT, SECOND},
  {500, -1, FALSE, FALSE, 2, 0.25, -1, WAIT, SECOND / 2},
  /* the larger of hint and back-off, the hint capped */
  {429, 7 * SECOND, FALSE, FALSE, 0, 0.5, -1, PAUSE, 7 * SECOND},
  {429, SECOND / 10, FALSE, FALSE, 2, 0.5, -1, PAUSE, SECOND},
  {429, 3600 * SECOND, FALSE, FALSE, 0, 0.5, -1, PAUSE, 60 * SECOND},
  {500, 7 * SECOND, FALSE, FALSE, 0, 0.5, -1, WAIT, 7 * SECOND},
  {429, 0, FALSE, FALSE, 0, 0, -1, PAUSE, 0},
  /* the deadline */
  {429, 7 * SECOND, FALSE, FALSE, 0, 0, 7 * SECOND, GIVE_UP, 0},
  {429, 7 * SECOND, FALSE, FALSE, 0, 0, 8 * SECOND, PAUSE, 7 * SECOND},
  {500, -1, FALSE, FALSE, 2, 0.5, SECOND / 2, GIVE_UP, 0},
  {500, -1, FALSE, FALSE, 0, 0, 0, GIVE_UP, 0},
  {500, -1, FALSE, FALSE, 0, 0, 1, WAIT, 0},
};

static void
test_faults (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (fault_cases); i++) {
    const FaultCase *c = &fault_cases[i];
    const ScoreFault fault = {.status = c->status,.retry_after = c->hint,
      .final = c->final,.asked_to_retry = c->asked
    };
    gint64 wait = 12345;

    g_test_message ("row %u: status %u", i, c->status);
    g_assert_cmpint (score_retry_after_fault (&policy, &fault, c->attempt,
            c->dice, c->remaining, &wait), ==, c->verdict);
    g_assert_cmpint (wait, ==, c->wait);
  }
}

static void
test_back_off_is_capped_however_many_attempts (void)
{
  const ScoreRetryPolicy patient = {.retries = G_MAXUINT,
    .backoff_factor = 0.5,.backoff_max = 10
  };
  const ScoreFault fault = {.status = 500,.retry_after = -1 };

  for (guint attempt = 5; attempt < 5000; attempt += 7) {
    gint64 wait;

    score_retry_after_fault (&patient, &fault, attempt, 0.5, -1, &wait);
    g_assert_cmpint (wait, ==, 5 * SECOND);
  }
}

static void
test_no_retries_means_none (void)
{
  const ScoreRetryPolicy none = {.retries = 0,.backoff_factor = 1,
    .backoff_max = 10
  };
  const ScoreFault fault = {.status = 503,.retry_after = 0 };
  gint64 wait;

  g_assert_cmpint (score_retry_after_fault (&none, &fault, 0, 0, -1, &wait),
      ==, GIVE_UP);
}

typedef struct
{
  GQuark (*domain) (void);
  gint code;
  guint attempt;
  ScoreRetryVerdict verdict;
} ErrorCase;

static const ErrorCase error_cases[] = {
  {gst_score_error_quark, GST_SCORE_ERROR_UNREACHABLE, 0, WAIT},
  {gst_score_error_quark, GST_SCORE_ERROR_UNREACHABLE, 2, WAIT},
  {gst_score_error_quark, GST_SCORE_ERROR_UNREACHABLE, 3, GIVE_UP},
  {gst_score_error_quark, GST_SCORE_ERROR_TIMEOUT, 0, WAIT},
  {gst_score_error_quark, GST_SCORE_ERROR_BAD_REPLY, 0, WAIT},
  {gst_score_error_quark, GST_SCORE_ERROR_BAD_REPLY, 1, GIVE_UP},
  {gst_score_error_quark, GST_SCORE_ERROR_CONFIG, 0, GIVE_UP},
  {gst_score_error_quark, GST_SCORE_ERROR_AUTH, 0, GIVE_UP},
  {gst_score_error_quark, GST_SCORE_ERROR_CANCELLED, 0, GIVE_UP},
  {gst_score_error_quark, GST_SCORE_ERROR_REFUSED, 0, GIVE_UP},
  {gst_score_error_quark, GST_SCORE_ERROR_RATE_LIMITED, 0, GIVE_UP},
  {g_io_error_quark, G_IO_ERROR_TIMED_OUT, 0, WAIT},
  {g_io_error_quark, G_IO_ERROR_CONNECTION_REFUSED, 0, WAIT},
  {g_io_error_quark, G_IO_ERROR_CONNECTION_CLOSED, 1, WAIT},
  {g_io_error_quark, G_IO_ERROR_BROKEN_PIPE, 0, WAIT},
  {g_io_error_quark, G_IO_ERROR_PARTIAL_INPUT, 0, WAIT},
  {g_io_error_quark, G_IO_ERROR_FAILED, 0, WAIT},
  {g_io_error_quark, G_IO_ERROR_CANCELLED, 0, GIVE_UP},
  {g_io_error_quark, G_IO_ERROR_INVALID_ARGUMENT, 0, GIVE_UP},
  {g_io_error_quark, G_IO_ERROR_NOT_SUPPORTED, 0, GIVE_UP},
  {g_resolver_error_quark, G_RESOLVER_ERROR_TEMPORARY_FAILURE, 0, WAIT},
  {g_tls_error_quark, G_TLS_ERROR_BAD_CERTIFICATE, 0, GIVE_UP},
  {g_tls_error_quark, G_TLS_ERROR_MISC, 0, GIVE_UP},
  {g_key_file_error_quark, 0, 0, GIVE_UP},
};

static void
test_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (error_cases); i++) {
    const ErrorCase *c = &error_cases[i];
    g_autoptr (GError) error = g_error_new_literal (c->domain (), c->code, "x");
    gint64 wait = 12345;

    g_test_message ("row %u: %s %d", i, g_quark_to_string (error->domain),
        c->code);
    g_assert_cmpint (score_retry_after_error (&policy, error, c->attempt, 0.5,
            -1, &wait), ==, c->verdict);
    g_assert_cmpint (wait, ==, c->verdict == GIVE_UP ? 0
        : (SECOND / 4) << c->attempt);
  }
}

static void
test_error_past_the_deadline (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR,
      G_IO_ERROR_TIMED_OUT, "x");
  gint64 wait;

  g_assert_cmpint (score_retry_after_error (&policy, error, 0, 0.5,
          SECOND / 4, &wait), ==, GIVE_UP);
}

typedef struct
{
  const gchar *name, *value;
  gint64 hint;
} HintCase;

static const HintCase hint_cases[] = {
  {"retry-after", "20", 20 * SECOND},
  {"retry-after", " 20 ", 20 * SECOND},
  {"retry-after", "0", 0},
  {"retry-after", "0.25", SECOND / 4},
  {"retry-after", "-5", -1},
  {"retry-after", "1e300", -1},
  {"retry-after", "86401", -1},
  {"retry-after", "86400", 86400 * SECOND},
  {"retry-after", "nan", -1},
  {"retry-after", "inf", -1},
  {"retry-after", "0x10", -1},
  {"retry-after", "20s", -1},
  {"retry-after", "", -1},
  {"retry-after", "later", -1},
  {"retry-after", "Sun, 22 Nov 2026 10:00:30 GMT", 30 * SECOND},
  {"retry-after", "Sunday, 22-Nov-26 10:01:00 GMT", 60 * SECOND},
  {"retry-after", "Sun Nov 22 10:02:00 2026", 120 * SECOND},
  {"retry-after", "Sun, 22 Nov 2026 09:59:59 GMT", -1},
  {"retry-after", "Tue, 24 Nov 2026 10:00:30 GMT", -1},
  {"retry-after", "Sun, 22 Nov 2026 10:00:30 PST", -1},
  {"retry-after", "Sun, 99 Nov 2026 10:00:30 GMT", -1},
  {"retry-after", "Sun, 22 Foo 2026 10:00:30 GMT", -1},
  {"retry-after", "Sun, 22 anF 2026 10:00:30 GMT", -1},
  {"retry-after-ms", "1500", 3 * SECOND / 2},
  {"retry-after-ms", "0", 0},
  {"retry-after-ms", "-1", -1},
  {"retry-after-ms", "1e400", -1},
  {"retry-after-ms", "soon", -1},
  {"x-should-retry", "true", -1},
};

static void
test_hints (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hint_cases); i++) {
    const HintCase *c = &hint_cases[i];
    g_autoptr (ScoreResponse) response = score_response_new (429, NULL);

    g_test_message ("%s: %s", c->name, c->value);
    score_response_set_header (response, c->name, c->value);
    g_assert_cmpint (score_retry_hint (response, NOW), ==, c->hint);
  }
}

static gint64
hint_of (const gchar * first, const gchar * first_value, const gchar * second,
    const gchar * second_value, gint64 now)
{
  g_autoptr (ScoreResponse) response = score_response_new (429, NULL);

  score_response_set_header (response, first, first_value);
  score_response_set_header (response, second, second_value);
  return score_retry_hint (response, now);
}

static void
test_hints_together (void)
{
  g_assert_cmpint (hint_of ("retry-after-ms", "100", "retry-after", "9", NOW),
      ==, SECOND / 10);
  g_assert_cmpint (hint_of ("retry-after-ms", "x", "retry-after", "9", NOW),
      ==, 9 * SECOND);
  g_assert_cmpint (hint_of ("x-should-retry", "false", "retry-after", "9",
          NOW), ==, -1);
  g_assert_cmpint (hint_of ("date", "Sun, 22 Nov 2026 10:00:00 GMT",
          "retry-after", "Sun, 22 Nov 2026 10:00:05 GMT", -1), ==, 5 * SECOND);
  g_assert_cmpint (hint_of ("date", "junk", "retry-after",
          "Sun, 22 Nov 2026 10:00:05 GMT", -1), ==, -1);
  g_assert_cmpint (hint_of ("server", "x", "retry-after",
          "Sun, 22 Nov 2026 10:00:05 GMT", -1), ==, -1);
}

static void
test_dates (void)
{
  g_assert_cmpint (score_retry_parse_date ("Sun, 06 Nov 1994 08:49:37 GMT"),
      ==, 784111777);
  g_assert_cmpint (score_retry_parse_date ("Sunday, 06-Nov-94 08:49:37 GMT"),
      ==, 784111777);
  g_assert_cmpint (score_retry_parse_date ("Sun Nov  6 08:49:37 1994"), ==,
      784111777);
  g_assert_cmpint (score_retry_parse_date ("Sat, 31 Dec 2016 23:59:60 GMT"),
      ==, 1483228799);
  g_assert_cmpint (score_retry_parse_date (""), ==, -1);
  g_assert_cmpint (score_retry_parse_date ("Sun, 06 Nov 1994"), ==, -1);
  g_assert_cmpint (score_retry_parse_date
      ("Sun, 06 November 1994 08:49:37 GMT"), ==, -1);
}

typedef struct
{
  guint status;
  const gchar *code, *message;
  gboolean final;
  gint error;
  const gchar *start;           /* of the sentence */
} MeaningCase;

static const MeaningCase meaning_cases[] = {
  {301, NULL, "", FALSE, GST_SCORE_ERROR_CONFIG, "base-url: "},
  {307, NULL, "", FALSE, GST_SCORE_ERROR_CONFIG, "base-url: "},
  {400, NULL, "odd", FALSE, GST_SCORE_ERROR_CONFIG, "the server does not"},
  {400, "content_filter", "x", FALSE, GST_SCORE_ERROR_REFUSED, "the server's "},
  {400, "context_length_exceeded", "x", FALSE, GST_SCORE_ERROR_CONFIG,
      "max-frames: "},
  {400, "exceed_context_size_error", "x", FALSE, GST_SCORE_ERROR_CONFIG,
      "max-frames: "},
  {400, NULL, "maximum context length is 9", FALSE, GST_SCORE_ERROR_CONFIG,
      "max-frames: "},
  {400, "INVALID_ARGUMENT", "API key not valid. Please", FALSE,
      GST_SCORE_ERROR_AUTH, "api-key: "},
  {400, NULL, "Logprobs is not enabled for models/x", FALSE,
      GST_SCORE_ERROR_CONFIG, "method: the server gives no log-prob"},
  {400, "unsupported_parameter", "Unsupported parameter: 'logprobs' is not "
        "supported with this model.", FALSE, GST_SCORE_ERROR_CONFIG,
      "method: the server gives no log-prob"},
  {403, NULL, "You are not allowed to request logprobs from this model", FALSE,
      GST_SCORE_ERROR_CONFIG, "method: the server gives no log-prob"},
  {422, NULL, "top_logprobs: extra fields not permitted", FALSE,
      GST_SCORE_ERROR_CONFIG, "method: the server gives no log-prob"},
  {500, NULL, "logprobs broke", FALSE, GST_SCORE_ERROR_UNREACHABLE,
      "the server failed"},
  {429, NULL, "too many logprobs", FALSE, GST_SCORE_ERROR_RATE_LIMITED,
      "the server's rate"},
  {400, NULL, "Requested sample logprobs of 20, which is greater than max "
        "allowed: 5", FALSE, GST_SCORE_ERROR_CONFIG,
      "method: the server gives fewer"},
  {400, NULL, "continue_final_message is set but", FALSE,
      GST_SCORE_ERROR_CONFIG, "topreward-chat-template: "},
  {400, NULL, "Unrecognized request argument supplied: add_generation_prompt",
      FALSE, GST_SCORE_ERROR_CONFIG, "topreward-chat-template: "},
  {401, NULL, "", FALSE, GST_SCORE_ERROR_AUTH, "api-key: "},
  {402, NULL, "", FALSE, GST_SCORE_ERROR_RATE_LIMITED, "the quota"},
  {403, NULL, "", FALSE, GST_SCORE_ERROR_AUTH, "api-key: "},
  {404, NULL, "", FALSE, GST_SCORE_ERROR_CONFIG, "base-url: "},
  {405, NULL, "", FALSE, GST_SCORE_ERROR_CONFIG, "base-url: "},
  {408, NULL, "", FALSE, GST_SCORE_ERROR_TIMEOUT, "the server gave up"},
  {413, NULL, "", FALSE, GST_SCORE_ERROR_CONFIG, "image-size: "},
  {418, NULL, "", FALSE, GST_SCORE_ERROR_CONFIG, "the server does not"},
  {429, NULL, "", FALSE, GST_SCORE_ERROR_RATE_LIMITED, "the server's rate"},
  {429, "insufficient_quota", "", TRUE, GST_SCORE_ERROR_RATE_LIMITED,
      "the quota"},
  {500, NULL, "", FALSE, GST_SCORE_ERROR_UNREACHABLE, "the server failed"},
  {500, NULL, "image input is not supported - hint", TRUE,
      GST_SCORE_ERROR_CONFIG, "model: "},
  {501, NULL, "", FALSE, GST_SCORE_ERROR_CONFIG, "the server cannot"},
  {503, NULL, "", FALSE, GST_SCORE_ERROR_UNREACHABLE, "the server failed"},
  {504, NULL, "", FALSE, GST_SCORE_ERROR_UNREACHABLE, "the server failed"},
  {529, NULL, "", FALSE, GST_SCORE_ERROR_RATE_LIMITED, "the server is over"},
};

static void
test_meanings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (meaning_cases); i++) {
    const MeaningCase *c = &meaning_cases[i];
    const ScoreFault fault = {.status = c->status,
      .code = (gchar *) c->code,.message = (gchar *) c->message,
      .final = c->final
    };
    g_autoptr (GError) error = score_fault_to_error (&fault);

    g_test_message ("%u: %s", c->status, error->message);
    g_assert_error (error, GST_SCORE_ERROR, c->error);
    g_assert_true (g_str_has_prefix (error->message, c->start));
  }
}

/* The parameter says it where the words do not. */
static void
test_refused_parameter_is_understood (void)
{
  gchar param[] = "top_logprobs", message[] = "no";
  const ScoreFault fault = {.status = 400,.param = param,.message = message };
  g_autoptr (GError) error = score_fault_to_error (&fault);
  static const gchar *const names[] = { "vLLM", "SGLang", "llama.cpp",
    "Ollama", "hosted"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_nonnull (strstr (error->message, names[i]));
}

static void
test_error_tells_status_words_and_request (void)
{
  gchar code[] = "overloaded", message[] = "too busy", id[] = "req_7";
  const ScoreFault fault = {.status = 503,.code = code,.message = message,
    .request_id = id
  };
  g_autoptr (GError) error = score_fault_to_error (&fault);

  g_assert_cmpstr (error->message, ==, "the server failed (HTTP status 503, "
      "overloaded, request id req_7): too busy");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/retry/faults", test_faults);
  g_test_add_func ("/retry/back-off-is-capped-however-many-attempts",
      test_back_off_is_capped_however_many_attempts);
  g_test_add_func ("/retry/no-retries-means-none", test_no_retries_means_none);
  g_test_add_func ("/retry/errors", test_errors);
  g_test_add_func ("/retry/error-past-the-deadline",
      test_error_past_the_deadline);
  g_test_add_func ("/retry/hints", test_hints);
  g_test_add_func ("/retry/hints-together", test_hints_together);
  g_test_add_func ("/retry/dates", test_dates);
  g_test_add_func ("/retry/meanings", test_meanings);
  g_test_add_func ("/retry/refused-parameter-is-understood",
      test_refused_parameter_is_understood);
  g_test_add_func ("/retry/error-tells-status-words-and-request",
      test_error_tells_status_words_and_request);
  return g_test_run ();
}
