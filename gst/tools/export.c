/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gst-score-1.0 export: options, and what goes where. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"
#include "export-cues.h"
#include "export-file.h"
#include "export-table.h"

#include <gst/score/gstscoreerror.h>

static const gchar summary[] =
    "Writes the records that scoresink made in formats that other programs read.\n"
    "RESULTS are files of results-location, - for the standard input.\n\n"
    "csv, json and lerobot have a row for every frame of the video; its progress\n"
    "is that of the sample where the frame is one, and on the straight line\n"
    "between the samples around it elsewhere. When the frames are is read from\n"
    "the video (--video, --videos), which is taken apart and not decoded, or it\n"
    "is computed (--framerate) from the time of the episode's first frame and\n"
    "the number of frames that scoresink got. vtt and srt need neither.\n\n"
    "  csv      " "a line of names, then a line a frame\n"
    "  json     the same, a JSON object a line\n"
    "  vtt srt  subtitles of one video, at its stream times; a cue lasts as long\n"
    "           as its text stays the same\n"
    "  lerobot  the frame table of LeRobot's sample weighting, as CSV\n\n"
    "An episode that failed has rows with its status and without a progress, and\n"
    "no cues. Of several records of an episode and a task the last scored one\n"
    "counts.";

static const gchar description[] =
    "Examples:\n"
    "  gst-score-1.0 export --video episode.mp4 results.jsonl > frames.csv\n"
    "      a row for every frame of the video\n"
    "  gst-score-1.0 export -f json --framerate 30000/1001 results.jsonl\n"
    "      the same without the video, as lines of JSON\n"
    "  gst-score-1.0 export -f vtt -e episode-7 -o episode-7.vtt results.jsonl\n"
    "      subtitles of one episode of many\n"
    "  gst-score-1.0 export -f lerobot --sort --videos videos/ \\\n"
    "      -o progress.csv shard-*.jsonl\n"
    "      a data set whose episodes are the files videos/ID.mp4, in the order\n"
    "      of their ids\n\n"
    "Exit status:\n"
    "  0  everything is written\n"
    "  1  a file could not be read or written, a line is no record, or the video\n"
    "     is of something else; --output is as it was\n"
    "  2  the options are wrong\n";

/* What GOption fills. */
typedef struct
{
  gchar *format, *cue_text, *output, *video, *videos, *framerate;
  gchar **episodes, **files;
  gboolean keep_all, sort;
} Options;

/* What the options say. */
typedef struct
{
  gboolean is_table;
  ExportTableFormat table;
  ExportCueFormat cues;
  ExportCueText cue_text;
  ExportSource source;
} Plan;

static void
fail (GError ** error, const gchar * message)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      message);
}

static gboolean
parse_options (Options * options, int *argc, char ***argv, GError ** error)
{
  const GOptionEntry entries[] = {
    {"format", 'f', 0, G_OPTION_ARG_STRING, &options->format,
        "What to write (default csv)", "csv|json|vtt|srt|lerobot"},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
        "Where to; the name is given to the file when it is complete (default"
          " -, the standard output)", "FILE"},
    {"video", 0, 0, G_OPTION_ARG_FILENAME, &options->video,
        "Read the times of the frames from this video of all episodes", "FILE"},
    {"videos", 0, 0, G_OPTION_ARG_FILENAME, &options->videos,
        "The same from a video an episode: DIR/ID or DIR/ID.*, ID being the"
          " episode id", "DIR"},
    {"framerate", 0, 0, G_OPTION_ARG_STRING, &options->framerate,
        "Frames a second of a constant rate, as 30, 29.97 or 30000/1001, in"
          " place of a video", "RATE"},
    {"cue-text", 0, 0, G_OPTION_ARG_STRING, &options->cue_text,
          "What cues say: 42%, 0.420, or what the model saw (default percent)",
        "percent|progress|description"},
    {"episode", 'e', 0, G_OPTION_ARG_STRING_ARRAY, &options->episodes,
        "Only this episode; can be given several times", "ID"},
    {"sort", 0, 0, G_OPTION_ARG_NONE, &options->sort,
        "Number the episodes in the order of their ids (ep2 before ep10), not"
          " in that of the records", NULL},
    {"keep-all", 0, 0, G_OPTION_ARG_NONE, &options->keep_all,
        "Export every record, also several of an episode and a task", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files,
        NULL, "RESULTS…"},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
plan_format (Plan * plan, const gchar * name, GError ** error)
{
  static const struct
  {
    const gchar *name;
    gboolean is_table;
    gint format;
  } formats[] = {
    {"csv", TRUE, EXPORT_CSV}, {"json", TRUE, EXPORT_JSON},
    {"lerobot", TRUE, EXPORT_LEROBOT},
    {"vtt", FALSE, EXPORT_VTT}, {"srt", FALSE, EXPORT_SRT},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (!g_str_equal (formats[i].name, name))
      continue;
    plan->is_table = formats[i].is_table;
    if (plan->is_table)
      plan->table = formats[i].format;
    else
      plan->cues = formats[i].format;
    return TRUE;
  }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "--format must be csv, json, vtt, srt or lerobot, not \"%s\".", name);
  return FALSE;
}

static gboolean
plan_cues (Plan * plan, const Options * options, GError ** error)
{
  const gchar *text = options->cue_text ? options->cue_text : "percent";

  if (options->video || options->videos || options->framerate) {
    fail (error, "--video, --videos and --framerate are for the formats that"
        " have a row a frame, not for subtitles.");
    return FALSE;
  }
  if (g_str_equal (text, "percent")) {
    plan->cue_text = EXPORT_SAY_PERCENT;
  } else if (g_str_equal (text, "progress")) {
    plan->cue_text = EXPORT_SAY_PROGRESS;
  } else if (g_str_equal (text, "description")) {
    plan->cue_text = EXPORT_SAY_DESCRIPTION;
  } else {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--cue-text must be percent, progress or description, not \"%s\".",
        text);
    return FALSE;
  }
  return TRUE;
}

static gboolean
plan_table (Plan * plan, const Options * options, GError ** error)
{
  guint n_sources = (options->video != NULL) + (options->videos != NULL)
      + (options->framerate != NULL);

  plan->source.video = options->video;
  plan->source.videos = options->videos;
  if (n_sources != 1)
    fail (error, "A row a frame needs the times of the frames: give one of"
        " --video, --videos and --framerate.");
  else if (options->cue_text != NULL)
    fail (error, "--cue-text is for vtt and srt.");
  else if (options->framerate != NULL
      && !export_frames_parse_rate (options->framerate, &plan->source))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--framerate must be frames a second, as 30, 29.97 or 30000/1001, not"
        " \"%s\".", options->framerate);
  else
    return TRUE;
  return FALSE;
}

static gboolean
make_plan (Plan * plan, const Options * options, GError ** error)
{
  if (options->files == NULL) {
    fail (error, "no file of results is given; see --help.");
    return FALSE;
  }
  if (!plan_format (plan, options->format ? options->format : "csv", error))
    return FALSE;
  return plan->is_table ? plan_table (plan, options, error) :
      plan_cues (plan, options, error);
}

static gboolean
write_table (FILE * out, const Plan * plan, const GPtrArray * episodes,
    GError ** error)
{
  g_autoptr (ExportTable) table = export_table_new (plan->table, out);
  g_autoptr (ExportFrames) source = export_frames_new (&plan->source);

  for (guint i = 0; i < episodes->len; i++) {
    const ExportEpisode *episode = episodes->pdata[i];
    g_autoptr (GArray) frames = export_frames_get (source, episode, error);

    if (frames == NULL)
      return FALSE;
    export_table_add (table, episode, frames);
  }
  return TRUE;
}

static gboolean
export (const Plan * plan, const Options * options, GError ** error)
{
  const ExportChoice choice = { (const gchar * const *) options->episodes,
    options->keep_all, options->sort
  };
  g_autoptr (GPtrArray) episodes = NULL;
  g_autoptr (ExportFile) file = NULL;
  FILE *out;

  episodes = export_records_read ((const gchar * const *) options->files,
      &choice, error);
  if (episodes == NULL)
    return FALSE;
  file = export_file_open (options->output ? options->output : "-", error);
  if (file == NULL)
    return FALSE;
  out = export_file_get_stream (file);
  if (!(plan->is_table ? write_table (out, plan, episodes, error) :
          export_cues_write (out, plan->cues, plan->cue_text, episodes, error)))
    return FALSE;
  return export_file_commit (file, error);
}

static void
clear_options (Options * options)
{
  g_free (options->format);
  g_free (options->cue_text);
  g_free (options->output);
  g_free (options->video);
  g_free (options->videos);
  g_free (options->framerate);
  g_strfreev (options->episodes);
  g_strfreev (options->files);
}

int
score_tool_export (int argc, char **argv)
{
  Options options = { 0 };
  Plan plan = { 0 };
  g_autoptr (GError) error = NULL;
  int status = 2;

  g_set_prgname ("gst-score-" GST_API_VERSION " export");
  if (parse_options (&options, &argc, &argv, &error)
      && make_plan (&plan, &options, &error)) {
    status = 1;
    if (gst_init_check (NULL, NULL, &error)
        && export (&plan, &options, &error))
      status = 0;
  }
  if (error)
    g_printerr ("%s: %s\n", g_get_prgname (), error->message);
  clear_options (&options);
  return status;
}
