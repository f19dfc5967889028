/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line: help, version, and what is not understood. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "client.h"

#include <signal.h>
#include <string.h>

typedef struct
{
  int status;
  gchar *out, *err;
} Run;

static void
run_clear (Run * self)
{
  g_free (self->out);
  g_free (self->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear);

static void
run (Run * self, const gchar * arguments)
{
  g_autofree gchar *command = g_strdup_printf ("'%s' %s",
      g_getenv ("GST_SCORE_TOOL"), arguments);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_shell_parse_argv (command, NULL, &argv, &error));
  process = g_subprocess_newv ((const gchar * const *) argv,
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL,
          &self->out, &self->err, &error));
  g_assert_true (g_subprocess_get_if_exited (process));
  self->status = g_subprocess_get_exit_status (process);
}

static void
test_help (void)
{
  g_auto (Run) tool = { 0 };
  g_auto (Run) command = { 0 };
  static const gchar *const knobs[] = {
    "--port", "--latency", "--noise", "--hallucinate", "--fail-rate",
    "--rate-limit", "--seed", "--api-key", "--model", "--log",
    "--logprobs", "--logprob-offset", "Examples"
  };

  run (&tool, "--help");
  g_assert_cmpint (tool.status, ==, 0);
  g_assert_nonnull (strstr (tool.out, "simulate"));
  run (&command, "simulate --help");
  g_assert_cmpint (command.status, ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (knobs); i++)
    g_assert_nonnull (strstr (command.out, knobs[i]));
}

static void
test_version (void)
{
  g_auto (Run) tool = { 0 };

  run (&tool, "--version");
  g_assert_cmpint (tool.status, ==, 0);
  g_assert_cmpstr (tool.out, ==, "gst-score-1.0 " PACKAGE_VERSION "\n");
}

static void
test_wrong_usage (void)
{
  static const struct
  {
    const gchar *arguments, *word;
  } cases[] = {
    {"", "no command"},
    {"fly", "fly"},
    {"simulate now", "now"},
    {"simulate --fly", "--fly"},
    {"simulate --port 65536", "--port"},
    {"simulate --port=-1", "--port"},
    {"simulate --port x", "x"},
    {"simulate --latency=-1", "--latency"},
    {"simulate --latency nan", "--latency"},
    {"simulate --noise=-0.1", "--noise"},
    {"simulate --hallucinate 1.5", "--hallucinate"},
    {"simulate --fail-rate 2", "--fail-rate"},
    {"simulate --rate-limit=-3", "--rate-limit"},
    {"simulate --seed x", "x"},
    {"simulate --api-key ''", "--api-key"},
    {"simulate --model ''", "--model"},
    {"simulate --logprobs perhaps", "--logprobs"},
    {"simulate --logprob-offset=-1", "--logprob-offset"},
    {"simulate --logprob-offset 101", "--logprob-offset"},
    {"simulate --model a:b", "a:b"},
    {"simulate --model a:1:2:3", "a:1:2:3"},
    {"simulate --model a --model a:3", "twice"},
    {"simulate --model 'a b'", "a b"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Run) tool = { 0 };

    g_test_message ("%s", cases[i].arguments);
    run (&tool, cases[i].arguments);
    g_assert_cmpint (tool.status, ==, 2);
    g_assert_cmpstr (tool.out, ==, "");
    g_assert_nonnull (strstr (tool.err, cases[i].word));
    g_assert_true (strchr (tool.err, '\n') == tool.err + strlen (tool.err) - 1);
  }
}

static void
test_log_that_can_not_be_written (void)
{
  g_auto (Run) tool = { 0 };

  run (&tool, "simulate --log /nonexistent/folder/log");
  g_assert_cmpint (tool.status, ==, 1);
  g_assert_nonnull (strstr (tool.err, "--log"));
}

static void
test_port_in_use (void)
{
  Simulator simulator;
  g_auto (Run) tool = { 0 };
  g_autofree gchar *arguments = NULL;

  simulator_start (&simulator, NULL);
  arguments = g_strdup_printf ("simulate --port %s",
      strrchr (simulator.root, ':') + 1);
  run (&tool, arguments);
  g_assert_cmpint (tool.status, ==, 1);
  g_assert_cmpstr (tool.out, ==, "");
  simulator_stop (&simulator);
}

static void
test_says_that_it_is_no_model (void)
{
  g_autofree gchar *tool = g_strdup (g_getenv ("GST_SCORE_TOOL"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new
      (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
      &error, tool, "simulate", NULL);
  g_autoptr (GDataInputStream) stream = NULL;
  g_autofree gchar *line = NULL;

  g_assert_no_error (error);
  stream = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  line = g_data_input_stream_read_line (stream, NULL, NULL, NULL);
  g_assert_nonnull (strstr (line, "simulator"));
  g_assert_nonnull (strstr (line, "not a model"));
  g_subprocess_send_signal (process, SIGINT);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool/help", test_help);
  g_test_add_func ("/tool/version", test_version);
  g_test_add_func ("/tool/wrong-usage", test_wrong_usage);
  g_test_add_func ("/tool/log-that-can-not-be-written",
      test_log_that_can_not_be_written);
  g_test_add_func ("/tool/port-in-use", test_port_in_use);
  g_test_add_func ("/tool/says-that-it-is-no-model",
      test_says_that_it_is_no_model);
  return g_test_run ();
}
