/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gst-score-1.0 report: options, and what goes into the page. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"
#include "export-file.h"
#include "report-data.h"
#include "report-page.h"
#include "report-records.h"

#include <math.h>
#include <string.h>

#define DEFAULT_REPLICATES 1000
#define MAX_REPLICATES 100000
#define DEFAULT_THUMBNAILS 12
#define MAX_THUMBNAILS 1000
/* What all pictures may come to, and what one is taken to need, in base64. */
#define PICTURE_BYTES (32 * 1024 * 1024)
#define BYTES_A_PICTURE 5000

static const gchar summary[] =
    "Writes a page to look through what was scored: the figures of eval, the\n"
    "confusion matrix, how progress lies by label, and every episode with its\n"
    "curve, its frames and what the model said of them. RESULTS are files of\n"
    "records, as results-location writes them; several are set side by side.\n\n"
    "The page is one HTML file that needs nothing else and asks no network. The\n"
    "manifest and what counts are those of eval. Small pictures of the frames\n"
    "are taken from what samples-location wrote; of many episodes fewer each, so\n"
    "that all come to about 32 MiB at most.";

static const gchar description[] =
    "Examples:\n"
    "  gst-score-1.0 report results.jsonl\n"
    "      report.html of one file; labels are the outcomes in the records\n"
    "  gst-score-1.0 report -m set.csv --samples samples/ -o set.html \\\n"
    "      score.jsonl gvl.jsonl\n"
    "      two methods side by side, with pictures\n"
    "  gst-score-1.0 report -m set.csv --price score=0.4 --price gvl=2.5 \\\n"
    "      score.jsonl gvl.jsonl\n"
    "      the ranking against the price, where the records have no cost\n"
    "  gst-score-1.0 report --truth truth.jsonl results.jsonl\n"
    "      toy episodes with their true progress\n\n"
    "Exit status: 0 done, 1 a file cannot be read or written, 2 wrong usage.\n";

typedef struct
{
  gchar *manifest, *samples, *output, *title;
  gchar **truths, **prices, **files;
  gint replicates, thumbnails;
  gint64 seed;
} Options;

static void
options_clear (Options * options)
{
  g_free (options->manifest);
  g_free (options->samples);
  g_free (options->output);
  g_free (options->title);
  g_strfreev (options->truths);
  g_strfreev (options->prices);
  g_strfreev (options->files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear);

static void
data_clear (ReportData * data)
{
  g_clear_pointer (&data->reports, g_ptr_array_unref);
  g_clear_pointer (&data->records, g_ptr_array_unref);
  g_clear_pointer (&data->media, report_media_free);
  g_clear_pointer (&data->prices, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReportData, data_clear);

static gboolean
check_options (const Options * options, GError ** error)
{
  const gchar *wrong = NULL;

  if (options->files == NULL)
    wrong = "report needs at least one file of results";
  else if (options->replicates < 0 || options->replicates > MAX_REPLICATES)
    wrong = "--bootstrap must be from 0 to 100000";
  else if (options->seed < 0)
    wrong = "--seed must not be negative";
  else if (options->thumbnails < 0 || options->thumbnails > MAX_THUMBNAILS)
    wrong = "--thumbnails must be from 0 to 1000";
  else if (options->title != NULL && !g_utf8_validate (options->title, -1,
          NULL))
    wrong = "--title must be UTF-8";
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
    {"samples", 0, 0, G_OPTION_ARG_FILENAME, &options->samples,
        "Pictures: a folder that samples-location wrote", "DIR"},
    {"truth", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->truths,
        "True progress, as truth-location of scoretestsrc writes it; can be"
          " given several times", "FILE"},
    {"price", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->prices,
        "US dollars a million tokens of a results file, method or model; can"
          " be given several times", "NAME=USD"},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
        "The page; - for the standard output (default report.html)", "FILE"},
    {"title", 0, 0, G_OPTION_ARG_STRING, &options->title,
        "Of the page", "TEXT"},
    {"thumbnails", 0, 0, G_OPTION_ARG_INT, &options->thumbnails,
        "Pictures of an episode, at most (default 12)", "N"},
    {"bootstrap", 0, 0, G_OPTION_ARG_INT, &options->replicates,
        "Replicates for the 95 % intervals, 0 for none (default 1000)", "N"},
    {"seed", 0, 0, G_OPTION_ARG_INT64, &options->seed,
        "Of the bootstrap (default 0)", "SEED"},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files,
        NULL, "RESULTS…"},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error)
      && check_options (options, error);
}

static gboolean
read_results (ReportData * data, const Options * options,
    const ScoreManifest * manifest, GError ** error)
{
  data->reports =
      g_ptr_array_new_with_free_func ((GDestroyNotify) eval_report_free);
  data->records = report_records_new ();
  for (guint i = 0; options->files[i] != NULL; i++) {
    EvalReport *report = eval_report_new (options->files[i], manifest,
        &data->settings, error);

    if (report == NULL)
      return FALSE;
    g_ptr_array_add (data->reports, report);
    report_records_add (data->records, options->files[i], i, manifest);
  }
  return TRUE;
}

/* @names is a list as "gvl, score". */
static gboolean
is_one_of (const gchar * name, const gchar * names)
{
  g_auto (GStrv) list = g_strsplit (names, ", ", -1);

  return g_strv_contains ((const gchar * const *) list, name);
}

static gboolean
is_of_file (const gchar * name, const EvalFile * file)
{
  g_autofree gchar *base = g_path_get_basename (file->path);

  return g_str_equal (name, file->path) || g_str_equal (name, base)
      || is_one_of (name, file->methods) || is_one_of (name, file->models);
}

/* NAME=USD, of every file that NAME names. */
static gboolean
take_price (ReportData * data, const gchar * text, GError ** error)
{
  const gchar *equals = strrchr (text, '=');
  g_autofree gchar *name = equals == NULL ? NULL :
      g_strndup (text, equals - text);
  gchar *end = NULL;
  gdouble price = equals == NULL ? NAN : g_ascii_strtod (equals + 1, &end);
  guint n = 0;

  if (equals == NULL || end == equals + 1 || *end != '\0' || !isfinite (price)
      || price < 0.0) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--price must be NAME=USD, not \"%s\".", text);
    return FALSE;
  }
  for (guint i = 0; i < data->reports->len; i++) {
    const EvalReport *report = g_ptr_array_index (data->reports, i);

    if (is_of_file (name, report->file)) {
      data->prices[i] = price;
      n++;
    }
  }
  if (n == 0)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--price: no results file, method or model is \"%s\".", name);
  return n > 0;
}

static gboolean
take_prices (ReportData * data, const Options * options, GError ** error)
{
  data->prices = g_new (gdouble, data->reports->len);
  for (guint i = 0; i < data->reports->len; i++)
    data->prices[i] = NAN;
  for (gchar ** price = options->prices; price && *price; price++) {
    if (!take_price (data, *price, error))
      return FALSE;
  }
  return TRUE;
}

/* As many pictures as were asked for, or as fit. */
static guint
count_thumbnails (const ReportData * data, const Options * options)
{
  guint fitting = PICTURE_BYTES / BYTES_A_PICTURE / MAX (data->records->len, 1);

  return MIN ((guint) options->thumbnails, MAX (fitting, 2));
}

static gboolean
read_media (ReportData * data, const Options * options, GError ** error)
{
  data->media = report_media_new (data->records);
  for (gchar ** truth = options->truths; truth && *truth; truth++) {
    if (!report_media_load_truth (data->media, *truth, error))
      return FALSE;
  }
  if (options->samples == NULL || options->thumbnails == 0)
    return TRUE;
  data->has_samples = TRUE;
  return report_media_load_samples (data->media, options->samples,
      count_thumbnails (data, options), error);
}

static gboolean
write_page (const ReportData * data, const Options * options, GError ** error)
{
  g_autofree gchar *blocks = report_data_print (data);
  g_autofree gchar *page = report_page_build (options->title != NULL
      ? options->title : "gst-score report", blocks);
  const gchar *path = options->output != NULL ? options->output : "report.html";
  g_autoptr (ExportFile) file = export_file_open (path, error);

  if (file == NULL)
    return FALSE;
  /* the commit tells what went wrong with the stream */
  (void) fwrite (page, 1, strlen (page), export_file_get_stream (file));
  return export_file_commit (file, error);
}

static gboolean
make_report (const Options * options, GError ** error)
{
  g_auto (ReportData) data = {
    .settings = {options->replicates, options->seed}
  };
  g_autoptr (ScoreManifest) manifest = NULL;

  if (options->manifest != NULL) {
    manifest = score_manifest_load (options->manifest, SCORE_MANIFEST_NONE,
        error);
    if (manifest == NULL)
      return FALSE;
  }
  data.has_manifest = manifest != NULL;
  return read_results (&data, options, manifest, error)
      && take_prices (&data, options, error)
      && read_media (&data, options, error)
      && write_page (&data, options, error);
}

int
score_tool_report (int argc, char **argv)
{
  g_auto (Options) options = {.replicates = DEFAULT_REPLICATES,
    .thumbnails = DEFAULT_THUMBNAILS
  };
  g_autoptr (GError) error = NULL;
  int status = 2;

  g_set_prgname ("gst-score-" GST_API_VERSION " report");
  /* Records need GStreamer's types and none of its plugins. */
  g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
  gst_init (NULL, NULL);
  if (parse_options (&options, &argc, &argv, &error))
    status = make_report (&options, &error) ? 0 : 1;
  if (error != NULL) {
    g_printerr ("%s: %s\n", g_get_prgname (), error->message);
    status = error->domain == G_OPTION_ERROR ? 2 : 1;
  }
  return status;
}
