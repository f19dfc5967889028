/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gst-score-1.0 simulate: options and main loop. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"
#include "sim-server.h"

#include <glib-unix.h>
#include <stdio.h>

static const gchar summary[] =
    "A model server for the toy world of scoretestsrc, on 127.0.0.1. It decodes\n"
    "the pictures of each request, looks for coloured toys in them, describes\n"
    "what it sees and judges what is described. It is a simulator and not a\n"
    "model: of anything but its toys it says that it does not see them.\n\n"
    "It speaks OpenAI chat completions (POST /v1/chat/completions) and Gemini\n"
    "generateContent (POST /v1beta/models/MODEL:generateContent), both with\n"
    "log-probabilities, Robometer's POST /evaluate_batch_npy (at the root and\n"
    "below /v1) and vLLM's POST /tokenize, and lists its models. Videos are taken\n"
    "as JPEGs (data:video/jpeg) and as MP4 files of moving JPEG. The first line of its output is the base URL to use. It runs until\n"
    "SIGINT or SIGTERM.";

static const gchar description[] =
    "Examples:\n"
    "  gst-score-1.0 simulate\n"
    "      any free port, every answer at once and as good as it gets\n"
    "  gst-score-1.0 simulate --port 8080 --latency 2.5\n"
    "      each answer takes two and a half seconds; all are served at a time\n"
    "  gst-score-1.0 simulate --noise 3 --hallucinate 0.05 --seed 7\n"
    "      lengths are off by 3 cm (standard deviation), and one description in\n"
    "      twenty is of something that is not so; the same seed and the same\n"
    "      request give the same answer\n"
    "  gst-score-1.0 simulate --fail-rate 0.1 --rate-limit 60\n"
    "      one request in ten gets HTTP 500, more than 60 a minute get HTTP 429\n"
    "  gst-score-1.0 simulate --model toy-small:6:0.1 --model toy-large:1:2\n"
    "      two models: name, noise in cm, price in $ per million input tokens\n"
    "      (shown in the list of models, charged to nobody)\n"
    "  gst-score-1.0 simulate --logprobs refuse\n"
    "      HTTP 400 for who asks for log-probabilities, as hosted models do\n"
    "  gst-score-1.0 simulate --logprob-offset 4\n"
    "      every task has a constant of its own, of at most 4 nats, on the\n"
    "      log-odds of True: right within a task, not comparable between tasks\n"
    "  gst-score-1.0 simulate --api-key KEY --log requests.jsonl\n"
    "      refuse who does not send the key; one line of JSON a request\n";

/* What GOption fills. */
typedef struct
{
  gint port;
  gdouble latency, noise, hallucinate, fail_rate, rate_limit, logprob_offset;
  gint64 seed;
  gchar *api_key, *log, *logprobs;
  gchar **models;
} Options;

static gboolean
parse_options (Options * options, int *argc, char ***argv, GError ** error)
{
  const GOptionEntry entries[] = {
    {"port", 'p', 0, G_OPTION_ARG_INT, &options->port,
        "Port to listen on, 0 for any that is free (default 0)", "PORT"},
    {"latency", 0, 0, G_OPTION_ARG_DOUBLE, &options->latency,
        "How long each answer takes (default 0)", "SECONDS"},
    {"noise", 0, 0, G_OPTION_ARG_DOUBLE, &options->noise,
        "Standard deviation of every described length (default 0)", "CM"},
    {"hallucinate", 0, 0, G_OPTION_ARG_DOUBLE, &options->hallucinate,
        "Probability that a description is not so (default 0)", "P"},
    {"fail-rate", 0, 0, G_OPTION_ARG_DOUBLE, &options->fail_rate,
        "Probability of an HTTP 500 (default 0)", "P"},
    {"rate-limit", 0, 0, G_OPTION_ARG_DOUBLE, &options->rate_limit,
          "Requests a minute, HTTP 429 beyond; 0 for no limit (default 0)",
        "N"},
    {"logprobs", 0, 0, G_OPTION_ARG_STRING, &options->logprobs,
        "Log-probabilities for who asks: give, refuse (HTTP 400) or ignore"
          " (default give)", "HOW"},
    {"logprob-offset", 0, 0, G_OPTION_ARG_DOUBLE, &options->logprob_offset,
        "Most that a task's own constant adds to or takes off the log-odds of"
          " True (default 0)", "NATS"},
    {"seed", 0, 0, G_OPTION_ARG_INT64, &options->seed,
        "Of everything that is random (default 0)", "SEED"},
    {"api-key", 0, 0, G_OPTION_ARG_STRING, &options->api_key,
        "Refuse requests without this key", "KEY"},
    {"model", 'm', 0, G_OPTION_ARG_STRING_ARRAY, &options->models,
        "A model to serve, can be given several times (default"
          " toy-simulator)", "NAME[:CM[:PRICE]]"},
    {"log", 0, 0, G_OPTION_ARG_FILENAME, &options->log,
        "Append a line of JSON for each request", "FILE"},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
        "simulate takes options only, not \"%s\".", (*argv)[1]);
    return FALSE;
  }
  return TRUE;
}

/* Takes what @options hold. */
static SimConfig *
make_config (Options * options, GError ** error)
{
  g_autoptr (SimConfig) config = sim_config_new ();
  g_auto (GStrv) models = g_steal_pointer (&options->models);
  g_autofree gchar *logprobs = g_steal_pointer (&options->logprobs);

  config->port = options->port < 0 ? G_MAXUINT : (guint) options->port;
  config->latency = options->latency;
  config->noise = options->noise;
  config->hallucinate = options->hallucinate;
  config->fail_rate = options->fail_rate;
  config->rate_limit = options->rate_limit;
  config->logprob_offset = options->logprob_offset;
  config->seed = options->seed;
  config->api_key = g_steal_pointer (&options->api_key);
  config->log = g_steal_pointer (&options->log);
  if (!sim_config_check (config, error)
      || !sim_config_set_logprobs (config, logprobs, error)
      || !sim_config_add_models (config, (const gchar * const *) models, error))
    return NULL;
  return g_steal_pointer (&config);
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static void
announce (SimServer * server)
{
  g_print ("http://127.0.0.1:%u/v1\n", sim_server_get_port (server));
  fflush (stdout);
  g_printerr ("This is a simulator that looks for coloured toys. It is not a"
      " model.\n");
}

static int
serve (const SimConfig * config, GError ** error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SimServer) server = NULL;
  guint interrupt = g_unix_signal_add (SIGINT, quit_cb, loop);
  guint terminate = g_unix_signal_add (SIGTERM, quit_cb, loop);

  server = sim_server_new (config, error);
  if (server) {
    announce (server);
    g_main_loop_run (loop);
  }
  g_source_remove (interrupt);
  g_source_remove (terminate);
  return server ? 0 : 1;
}

int
score_tool_simulate (int argc, char **argv)
{
  Options options = { 0 };
  g_autoptr (SimConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  int status = 2;

  g_set_prgname ("gst-score-" GST_API_VERSION " simulate");
  if (parse_options (&options, &argc, &argv, &error))
    config = make_config (&options, &error);
  if (config)
    status = serve (config, &error);
  if (error)
    g_printerr ("%s: %s\n", g_get_prgname (), error->message);
  g_free (options.api_key);
  g_free (options.log);
  g_free (options.logprobs);
  g_strfreev (options.models);
  return status;
}
