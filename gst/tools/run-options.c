/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-options.h"

#include <math.h>
#include <string.h>

#define DEFAULT_OUTPUT "results.jsonl"
#define DEFAULT_MOST_JOBS 4
#define MAX_JOBS 1024
#define MAX_SHARDS 1000000

static const gchar summary[] =
    "Scores videos: asks the model about each and appends a record to the\n"
    "output. A video is a file of any container, a folder (the videos in it), a\n"
    "pattern or a URI. What has a record in the output is not asked again, so a\n"
    "run that was stopped, or killed, goes on where it was when it is started\n"
    "again. A video that cannot be read is a failed record and not the end.\n\n"
    "The manifest says what the episodes are: JSON Lines, or CSV with a line of\n"
    "names, with id, task and video.\n\n"
    "Ctrl-C begins no more videos and waits for those under way; a second one\n"
    "ends the run at once.";

static const gchar description[] =
    "Examples:\n"
    "  gst-score-1.0 run --task \"put the banana in the bowl\" episode.mp4\n"
    "      one video; the record is appended to results.jsonl\n"
    "  gst-score-1.0 run -t \"fold the towel\" --base-url http://127.0.0.1:8000/v1"
    " videos/\n"
    "      a folder, with a model server of your own\n"
    "  gst-score-1.0 run -m set.csv -o gvl.jsonl --method gvl -p max-frames=16\n"
    "      a set, with another method and any property of scoresink\n"
    "  gst-score-1.0 run -m set.csv --retry-failed\n"
    "      once more what failed, and what is not there yet\n"
    "  gst-score-1.0 run -m set.csv --dry-run --price-input 0.3"
    " --price-output 2.5\n"
    "      what it would ask, and cost\n\n"
    "Exit status: 0 every episode of the list has a scored record, 1 something\n"
    "failed or cannot be read, 2 wrong usage, 130 stopped with episodes left.\n";

/* What GOption fills and what is looked at afterwards. */
typedef struct
{
  ScoreRunOptions *options;
  GPtrArray *properties;
  gchar *shard, *decode;
} Parser;

void
score_run_options_free (ScoreRunOptions * self)
{
  g_free (self->manifest);
  g_free (self->output);
  g_free (self->task);
  g_free (self->samples);
  g_strfreev (self->properties);
  g_strfreev (self->inputs);
  g_free (self);
}

static ScoreRunOptions *
options_new (void)
{
  ScoreRunOptions *self = g_new0 (ScoreRunOptions, 1);

  self->jobs = MIN ((gint) g_get_num_processors (), DEFAULT_MOST_JOBS);
  self->shard = self->n_shards = 1;
  self->price_input = self->price_output = self->price_cached = NAN;
  return self;
}

static void
parser_clear (Parser * parser)
{
  g_clear_pointer (&parser->options, score_run_options_free);
  g_clear_pointer (&parser->properties, g_ptr_array_unref);
  g_clear_pointer (&parser->shard, g_free);
  g_clear_pointer (&parser->decode, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parser, parser_clear);

/* *INDENT-OFF* */
static gboolean fail (GError ** error, const gchar * format, ...)
    G_GNUC_PRINTF (2, 3);
/* *INDENT-ON* */

static gboolean
fail (GError ** error, const gchar * format, ...)
{
  g_autofree gchar *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "%s; see --help.", what);
  return FALSE;
}

/* What stands before the = names the property; what stands behind it may be a
 * secret and is not repeated. */
static gboolean
property_cb (const gchar * option, const gchar * value, gpointer data,
    GError ** error)
{
  Parser *parser = data;

  if (strchr (value, '=') == NULL || value[0] == '=')
    return fail (error, "%s takes NAME=VALUE", option);
  g_ptr_array_add (parser->properties, g_strdup (value));
  return TRUE;
}

/* --method gvl is -p method=gvl. */
static gboolean
short_cb (const gchar * option, const gchar * value, gpointer data,
    GError ** error)
{
  Parser *parser = data;

  g_ptr_array_add (parser->properties, g_strconcat (option + 2, "=", value,
          NULL));
  return TRUE;
}

static gboolean
parse_number (const gchar * text, gsize length, guint64 * number)
{
  g_autofree gchar *digits = g_strndup (text, length);

  return g_ascii_string_to_unsigned (digits, 10, 1, MAX_SHARDS, number, NULL);
}

static gboolean
parse_shard (Parser * parser, GError ** error)
{
  const gchar *text = parser->shard;
  const gchar *slash = text ? strchr (text, '/') : NULL;
  guint64 shard = 0, n_shards = 0;

  if (text == NULL)
    return TRUE;
  if (slash == NULL || !parse_number (text, (gsize) (slash - text), &shard)
      || !parse_number (slash + 1, strlen (slash + 1), &n_shards)
      || shard > n_shards)
    return fail (error, "--shard is \"%s\"; it must be I/N with I from 1 to N,"
        " as 1/4", text);
  parser->options->shard = (guint) shard;
  parser->options->n_shards = (guint) n_shards;
  return TRUE;
}

static gboolean
parse_decode (Parser * parser, GError ** error)
{
  if (parser->decode == NULL || g_str_equal (parser->decode, "auto"))
    return TRUE;
  parser->options->decode_all = g_str_equal (parser->decode, "all");
  return parser->options->decode_all
      || fail (error, "--decode must be auto or all");
}

static gboolean
check_price (const gchar * name, gdouble price, GError ** error)
{
  return isnan (price) || (isfinite (price) && price >= 0)
      || fail (error, "--price-%s must not be negative", name);
}

static gboolean
check (const ScoreRunOptions * self, GError ** error)
{
  gboolean inputs = self->inputs[0] != NULL;

  if (self->manifest == NULL && !inputs)
    return fail (error, "run needs videos or --manifest");
  if (self->manifest != NULL && inputs)
    return fail (error, "with --manifest no videos are given");
  if (self->manifest != NULL && self->task != NULL)
    return fail (error, "with --manifest no --task is given: every entry has"
        " its own");
  if (inputs && (self->task == NULL || self->task[0] == '\0'))
    return fail (error, "videos need --task");
  if (self->confusion && self->manifest == NULL)
    return fail (error, "--confusion needs --manifest, which has the tasks");
  if (self->jobs < 1 || self->jobs > MAX_JOBS)
    return fail (error, "--jobs must be from 1 to %d", MAX_JOBS);
  return check_price ("input", self->price_input, error)
      && check_price ("output", self->price_output, error)
      && check_price ("cached", self->price_cached, error);
}

static GOptionGroup *
make_group (Parser * parser)
{
  ScoreRunOptions *self = parser->options;
  const GOptionEntry entries[] = {
    {"manifest", 'm', 0, G_OPTION_ARG_FILENAME, &self->manifest,
        "What the episodes are: JSON Lines or CSV", "FILE"},
    {"task", 't', 0, G_OPTION_ARG_STRING, &self->task,
        "What is to be done in the videos of the command line", "TEXT"},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output,
        "Records, appended (default " DEFAULT_OUTPUT ")", "FILE"},
    {"jobs", 'j', 0, G_OPTION_ARG_INT, &self->jobs,
        "Videos at a time (default: one a processor, at most 4)", "N"},
    {"method", 0, 0, G_OPTION_ARG_CALLBACK, short_cb,
        "How answers become progress", "NAME"},
    {"provider", 0, 0, G_OPTION_ARG_CALLBACK, short_cb,
        "Dialect of the model server", "NAME"},
    {"base-url", 0, 0, G_OPTION_ARG_CALLBACK, short_cb,
        "The model server", "URL"},
    {"model", 0, 0, G_OPTION_ARG_CALLBACK, short_cb, "The model", "NAME"},
    {"property", 'p', 0, G_OPTION_ARG_CALLBACK, property_cb,
        "Any property of scoresink; can be given several times", "NAME=VALUE"},
    {"samples", 0, 0, G_OPTION_ARG_FILENAME, &self->samples,
        "Keep what was sent, a folder an episode", "DIR"},
    {"retry-failed", 0, 0, G_OPTION_ARG_NONE, &self->retry_failed,
        "Ask again for what failed", NULL},
    {"mix", 0, 0, G_OPTION_ARG_NONE, &self->mix,
        "Let records of other settings be in the same file", NULL},
    {"shard", 0, 0, G_OPTION_ARG_STRING, &parser->shard,
        "Only part I of N of the list, from 1", "I/N"},
    {"confusion", 0, 0, G_OPTION_ARG_NONE, &self->confusion,
        "Ask about every video with every task of the manifest", NULL},
    {"decode", 0, 0, G_OPTION_ARG_STRING, &parser->decode,
        "What to decode: what is needed, or everything", "auto|all"},
    {"dry-run", 0, 0, G_OPTION_ARG_NONE, &self->dry_run,
        "Ask nothing; say what would be asked, and what it would cost", NULL},
    {"price-input", 0, 0, G_OPTION_ARG_DOUBLE, &self->price_input,
        "Of a million input tokens, in $", "PRICE"},
    {"price-output", 0, 0, G_OPTION_ARG_DOUBLE, &self->price_output,
        "Of a million output tokens, in $", "PRICE"},
    {"price-cached", 0, 0, G_OPTION_ARG_DOUBLE, &self->price_cached,
        "Of a million cached input tokens, in $", "PRICE"},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet,
        "Print errors only", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->inputs,
        NULL, "[VIDEO|FOLDER|PATTERN|URI...]"},
    {NULL}
  };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, parser, NULL);

  g_option_group_add_entries (group, entries);
  return group;
}

/* After it the strings and lists that are never NULL are there. */
static void
complete (Parser * parser)
{
  ScoreRunOptions *self = parser->options;

  if (self->output == NULL)
    self->output = g_strdup (DEFAULT_OUTPUT);
  if (self->inputs == NULL)
    self->inputs = g_new0 (gchar *, 1);
  g_ptr_array_add (parser->properties, NULL);
  self->properties = (gchar **) g_ptr_array_free
      (g_steal_pointer (&parser->properties), FALSE);
}

ScoreRunOptions *
score_run_options_parse (int argc, char **argv, GError ** error)
{
  g_auto (Parser) parser = {.options = options_new (),
    .properties = g_ptr_array_new_with_free_func (g_free)
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_set_main_group (context, make_group (&parser));
  if (!g_option_context_parse (context, &argc, &argv, error))
    return NULL;
  complete (&parser);
  if (!parse_shard (&parser, error) || !parse_decode (&parser, error)
      || !check (parser.options, error))
    return NULL;
  return g_steal_pointer (&parser.options);
}
