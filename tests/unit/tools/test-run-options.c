/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the command line of run becomes. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-options.h"

#include <math.h>
#include <string.h>

/* The words of the command line after "run", apart by a blank. */
static ScoreRunOptions *
parse (const gchar * words, GError ** error)
{
  g_autofree gchar *line = g_strconcat ("run ", words, NULL);
  g_auto (GStrv) owned = g_strsplit (line, " ", -1);
  /* GOption takes words out of it */
  g_autofree gchar **argv = g_memdup2 (owned,
      (g_strv_length (owned) + 1) * sizeof (gchar *));

  return score_run_options_parse ((gint) g_strv_length (owned), argv, error);
}

static ScoreRunOptions *
parse_good (const gchar * words)
{
  g_autoptr (GError) error = NULL;
  ScoreRunOptions *options = parse (words, &error);

  g_assert_no_error (error);
  return options;
}

static void
defaults (void)
{
  g_autoptr (ScoreRunOptions) options = parse_good ("-t x a.mp4 b.mp4");

  g_assert_null (options->manifest);
  g_assert_null (options->samples);
  g_assert_cmpstr (options->output, ==, "results.jsonl");
  g_assert_cmpstr (options->task, ==, "x");
  g_assert_cmpuint (g_strv_length (options->inputs), ==, 2);
  g_assert_cmpuint (g_strv_length (options->properties), ==, 0);
  g_assert_cmpint (options->jobs, >=, 1);
  g_assert_cmpint (options->jobs, <=, 4);
  g_assert_cmpuint (options->shard, ==, 1);
  g_assert_cmpuint (options->n_shards, ==, 1);
  g_assert_false (options->confusion || options->retry_failed || options->mix
      || options->dry_run || options->quiet || options->decode_all);
  g_assert_true (isnan (options->price_input)
      && isnan (options->price_output) && isnan (options->price_cached));
}

static void
everything (void)
{
  g_autoptr (ScoreRunOptions) options = parse_good ("-m s.csv -o r -j 7 -q"
      " --samples k --shard 2/9 --confusion --retry-failed --mix --dry-run"
      " --decode all --price-input 1.5 --price-output 2 --price-cached 0");

  g_assert_cmpstr (options->manifest, ==, "s.csv");
  g_assert_cmpstr (options->samples, ==, "k");
  g_assert_cmpstr (options->output, ==, "r");
  g_assert_cmpuint (g_strv_length (options->inputs), ==, 0);
  g_assert_cmpint (options->jobs, ==, 7);
  g_assert_cmpuint (options->shard, ==, 2);
  g_assert_cmpuint (options->n_shards, ==, 9);
  g_assert_true (options->confusion && options->retry_failed && options->mix
      && options->dry_run && options->quiet && options->decode_all);
  g_assert_cmpfloat (options->price_input, ==, 1.5);
  g_assert_cmpfloat (options->price_output, ==, 2);
  g_assert_cmpfloat (options->price_cached, ==, 0);
}

/* Short ones and -p are one list, since the last of them wins. */
static void
properties (void)
{
  g_autoptr (ScoreRunOptions) options = parse_good ("-t x --method gvl"
      " -p method=score --base-url=http://h/v1 --property a=b=c --model m"
      " --provider gemini v");
  g_autofree gchar *list = g_strjoinv (" ", options->properties);

  g_assert_cmpstr (list, ==, "method=gvl method=score base-url=http://h/v1"
      " a=b=c model=m provider=gemini");
}

static void
wrong (void)
{
  static const gchar *const lines[] = {
    "", "v", "-t x", "-m s v", "-m s -t x", "-t x --confusion v",
    "-t x -j 0 v", "-t x -j -1 v", "-t x -j 1025 v", "-t x -j some v",
    "-t x --shard 0/1 v", "-t x --shard 2/1 v", "-t x --shard 1/0 v",
    "-t x --shard 1 v", "-t x --shard / v", "-t x --shard -1/2 v",
    "-t x --shard 1/2/3 v", "-t x --shard 1/1000001 v",
    "-t x --decode most v", "-t x -p name v", "-t x -p =value v",
    "-t x --price-input -0.1 v", "-t x --price-output nan-ish v",
    "-t x --price-cached inf v", "-t x --such v",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (ScoreRunOptions) options = parse (lines[i], &error);

    if (options != NULL)
      g_error ("\"%s\" was taken", lines[i]);
    g_assert_nonnull (error);
    g_assert_true (error->domain == G_OPTION_ERROR);
    g_assert_null (strchr (error->message, '\n'));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-options/defaults", defaults);
  g_test_add_func ("/run-options/everything", everything);
  g_test_add_func ("/run-options/properties", properties);
  g_test_add_func ("/run-options/wrong", wrong);
  return g_test_run ();
}
