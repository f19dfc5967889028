/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The words of run's display. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-text.h"

#include <math.h>
#include <string.h>

static void
assert_text (gchar * text, const gchar * expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
times (void)
{
  assert_text (score_run_text_time (0), "0:00");
  assert_text (score_run_text_time (59.4), "0:59");
  assert_text (score_run_text_time (59.6), "1:00");
  assert_text (score_run_text_time (3599), "59:59");
  assert_text (score_run_text_time (3600), "1:00:00");
  assert_text (score_run_text_time (86400), "24:00:00");
  assert_text (score_run_text_time (-1), "?");
  assert_text (score_run_text_time (NAN), "?");
  assert_text (score_run_text_time (INFINITY), "?");
}

static void
numbers (void)
{
  assert_text (score_run_text_rate (0), "0.0/min");
  assert_text (score_run_text_rate (0.5), "30/min");
  assert_text (score_run_text_rate (0.02), "1.2/min");
  assert_text (score_run_text_rate (1), "1.0/s");
  assert_text (score_run_text_rate (12.4), "12/s");
  assert_text (score_run_text_cost (0), "$0.0000");
  assert_text (score_run_text_cost (0.00314), "$0.0031");
  assert_text (score_run_text_cost (12.346), "$12.35");
  assert_text (score_run_text_count (0), "0");
  assert_text (score_run_text_count (999), "999");
  assert_text (score_run_text_count (1000), "1,000");
  assert_text (score_run_text_count (123456789), "123,456,789");
}

static void
bar (void)
{
  assert_text (score_run_text_bar (5, 10, 10, NAN, 0, 46),
      "[##########----------] 5/10  30/min  0:10 left");
  assert_text (score_run_text_bar (0, 4, 0, NAN, 0, 100),
      "[----------------------------------------] 0/4  0.0/min  ? left");
  assert_text (score_run_text_bar (4, 4, 2, 1.5, 1, 100),
      "[########################################] 4/4, 1 failed  2.0/s  $1.50"
      "  0:00 left");
  /* nothing to do is all done */
  assert_text (score_run_text_bar (0, 0, 0, NAN, 0, 28),
      "[#####] 0/0  0.0/min  ? left");
}

/* A line that is too long would scroll the terminal. */
static void
bar_fits (void)
{
  for (guint width = 0; width < 150; width++) {
    g_autofree gchar *text =
        score_run_text_bar (7, 1000000, 3.5, 123.456, 2, width);

    g_assert_cmpuint (strlen (text), <=, width);
  }
}

static void
cost (void)
{
  ScoreRunOptions options = {.price_input = NAN,.price_output = NAN,
    .price_cached = NAN
  };
  ScoreRunTotals totals = {.input_tokens = 3000000,.cached_tokens = 1000000,
    .output_tokens = 500000
  };

  g_assert_true (isnan (score_run_totals_get_cost (&totals, &options)));
  options.price_cached = 1;
  g_assert_true (isnan (score_run_totals_get_cost (&totals, &options)));
  options.price_cached = NAN;
  options.price_input = 2;
  g_assert_cmpfloat (score_run_totals_get_cost (&totals, &options), ==, 6);
  options.price_output = 10;
  g_assert_cmpfloat (score_run_totals_get_cost (&totals, &options), ==, 11);
  options.price_cached = 0.5;
  g_assert_cmpfloat (score_run_totals_get_cost (&totals, &options), ==, 9.5);
  /* a server that counts its cache apart */
  totals.cached_tokens = 9000000;
  g_assert_cmpfloat (score_run_totals_get_cost (&totals, &options), ==, 6.5);
}

static void
summary (void)
{
  ScoreRunTotals totals = {.n_scored = 2,.n_successes = 1,.n_failed = 3,
    .requests = 1234,.retries = 5,.input_tokens = 1000,.cached_tokens = 10,
    .output_tokens = 99
  };
  ScoreRunSummary facts = {.totals = &totals,.n_before = 7,
    .n_failed_before = 4,.n_left = 6,.seconds = 12.34,.cost = 0.5,
    .output = "r.jsonl"
  };

  assert_text (score_run_text_summary (&facts),
      "2 scored (1 success), 3 failed, 6 not begun, 7 had a record before\n"
      "4 of those had failed; --retry-failed asks again\n"
      "12.3 s, 1,234 requests (5 retries), 1,000 tokens in (10 cached), 99 out,"
      " $0.5000\n" "Records: r.jsonl\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-text/times", times);
  g_test_add_func ("/run-text/numbers", numbers);
  g_test_add_func ("/run-text/bar", bar);
  g_test_add_func ("/run-text/bar-fits", bar_fits);
  g_test_add_func ("/run-text/cost", cost);
  g_test_add_func ("/run-text/summary", summary);
  return g_test_run ();
}
