/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gst-score-1.0 eval: options, and one report a file. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"
#include "eval-output.h"

#include <errno.h>
#include <stdio.h>

#define DEFAULT_REPLICATES 1000
#define MAX_REPLICATES 100000

static const gchar summary[] =
    "Compares what was scored with what people said of the episodes. RESULTS\n"
    "are files of records, as results-location writes them; several are set\n"
    "side by side, a column each.\n\n"
    "The manifest says what the episodes are: JSON Lines, or CSV with a line of\n"
    "names, with id, task and, where known, quality_label (successful,\n"
    "suboptimal, failure), data_source and partial_success (0 to 1). A record\n"
    "belongs to the entry whose id is its episode id. Where its task is that of\n"
    "the entry, it is what the metrics are of; where it is another one, it is a\n"
    "cell of the confusion matrix. Without a manifest the task is that of the\n"
    "record, the label its outcome, and there is one data set.\n\n"
    "Episodes that failed are counted and left out. Of several records of an\n"
    "episode and a task the last scored one counts. Values that were scored\n"
    "with topreward-normalize=raw are ranked by the samples' raw_value.";

static const gchar description[] =
    "Examples:\n"
    "  gst-score-1.0 eval --manifest set.csv results.jsonl\n"
    "      a table: overall, by data set, by task\n"
    "  gst-score-1.0 eval -m set.jsonl score.jsonl gvl.jsonl topreward.jsonl\n"
    "      three methods side by side\n"
    "  gst-score-1.0 eval -m set.csv --json results.jsonl > metrics.json\n"
    "      every figure with its count and its interval\n"
    "  gst-score-1.0 eval --bootstrap 0 results.jsonl\n"
    "      no intervals; labels are the outcomes in the records\n\n"
    "Exit status: 0 done, 1 a file cannot be read or used, 2 wrong usage.\n";

typedef struct
{
  gchar *manifest;
  gchar **files;
  gboolean json;
  gint replicates;
  gint64 seed;
} Options;

static void
options_clear (Options * options)
{
  g_free (options->manifest);
  g_strfreev (options->files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear);

static gboolean
check_options (const Options * options, GError ** error)
{
  const gchar *wrong = NULL;

  if (options->files == NULL)
    wrong = "eval needs at least one file of results";
  else if (options->replicates < 0 || options->replicates > MAX_REPLICATES)
    wrong = "--bootstrap must be from 0 to 100000";
  else if (options->seed < 0)
    wrong = "--seed must not be negative";
  if (wrong != NULL)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "%s; see --help.", wrong);
  return wrong == NULL;
}

static gboolean
parse_options (Options * options, int *argc, char ***argv, GError ** error)
{
  const GOptionEntry entries[] = {
    {"manifest", 'm', 0, G_OPTION_ARG_FILENAME, &options->manifest,
        "What the episodes are: JSON Lines or CSV", "FILE"},
    {"json", 0, 0, G_OPTION_ARG_NONE, &options->json,
        "Print JSON instead of a table", NULL},
    {"bootstrap", 0, 0, G_OPTION_ARG_INT, &options->replicates,
        "Replicates for the 95 % intervals, 0 for none (default 1000)", "N"},
    {"seed", 0, 0, G_OPTION_ARG_INT64, &options->seed,
        "Of the bootstrap (default 0)", "SEED"},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files,
        NULL, "RESULTS..."},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error)
      && check_options (options, error);
}

/* NULL where one of the files cannot be used. */
static GPtrArray *
load_reports (const Options * options, const ScoreManifest * manifest,
    const EvalSettings * settings, GError ** error)
{
  g_autoptr (GPtrArray) reports =
      g_ptr_array_new_with_free_func ((GDestroyNotify) eval_report_free);

  for (gchar ** path = options->files; *path != NULL; path++) {
    EvalReport *report = eval_report_new (*path, manifest, settings, error);

    if (report == NULL)
      return NULL;
    g_ptr_array_add (reports, report);
  }
  return g_steal_pointer (&reports);
}

static gboolean
write_out (const gchar * text, GError ** error)
{
  if (fputs (text, stdout) >= 0 && fflush (stdout) == 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
      "The output cannot be written: %s.", g_strerror (errno));
  return FALSE;
}

static gboolean
evaluate (const Options * options, GError ** error)
{
  EvalSettings settings = { options->replicates, options->seed };
  g_autoptr (ScoreManifest) manifest = NULL;
  g_autoptr (GPtrArray) reports = NULL;
  g_autofree gchar *text = NULL;

  if (options->manifest != NULL) {
    manifest = score_manifest_load (options->manifest, SCORE_MANIFEST_NONE,
        error);
    if (manifest == NULL)
      return FALSE;
  }
  reports = load_reports (options, manifest, &settings, error);
  if (reports == NULL)
    return FALSE;
  text = options->json ? eval_print_json (reports, &settings)
      : eval_print_table (reports, &settings);
  return write_out (text, error);
}

int
score_tool_eval (int argc, char **argv)
{
  g_auto (Options) options = {.replicates = DEFAULT_REPLICATES };
  g_autoptr (GError) error = NULL;
  int status = 2;

  g_set_prgname ("gst-score-" GST_API_VERSION " eval");
  /* Records need GStreamer's types and none of its plugins. */
  g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
  gst_init (NULL, NULL);
  if (parse_options (&options, &argc, &argv, &error))
    status = evaluate (&options, &error) ? 0 : 1;
  if (error != NULL)
    g_printerr ("%s: %s\n", g_get_prgname (), error->message);
  return status;
}
