/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A robot logger: records a camera, has its episodes scored, logs the joints,
 * and puts all of it together by UTC.
 *
 *   cc robot-logger.c $(pkg-config --cflags --libs gstreamer-score-1.0)
 *
 * The folder that it makes has
 *
 *   video.mkv      what the camera saw
 *   joints.csv     utc,joint1,...: here of a robot that is not there
 *   scores.jsonl   the results of scoresink, as they came
 *   log.csv        the rows of the joints with the progress at that time
 *
 * Times are UTC in nanoseconds. Samples have theirs from scoresink: from the
 * frame's GstReferenceTimestampMeta, or else by the clock of the pipeline. */

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <gst/gst.h>
#include <gst/score/score.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_TASK "put the banana in the bowl"
#define DEFAULT_SOURCE "scoretestsrc is-live=true num-episodes=2 " \
    "episode-duration=4000000000 episode-gap=1000000000"
#define DEFAULT_ENCODER "videoconvert ! x264enc tune=zerolatency " \
    "speed-preset=veryfast ! h264parse"
#define N_JOINTS 6
#define JOINTS_PERIOD (10 * GST_MSECOND)

typedef struct
{
  const gchar *folder;
  GstElement *pipeline;
  GMainLoop *loop;
  gchar *joints_path;
  FILE *joints;                 /* being written; NULL where the log is another's */
  gint64 next_joints;           /* when they are read next, UTC */
  GPtrArray *results;           /* of GstScoreResult, as they came */
  GstClockTime start;           /* UTC of the stream time 0, or NONE */
  gboolean interrupted, failed;
} App;

/* Options */

static gchar *source, *encoder, *base_url, *task, *joints, *start;

/* *INDENT-OFF* */
static const GOptionEntry options[] = {
  { "base-url", 0, 0, G_OPTION_ARG_STRING, &base_url,
    "Model server to ask (default: the one whose key is in the environment)", "URL" },
  { "task", 0, 0, G_OPTION_ARG_STRING, &task,
    "What the robot is to do (default: " DEFAULT_TASK ")", "TEXT" },
  { "source", 0, 0, G_OPTION_ARG_STRING, &source,
    "Camera, as in gst-launch-1.0 (default: a toy robot)", "PIPELINE" },
  { "encoder", 0, 0, G_OPTION_ARG_STRING, &encoder,
    "How it is recorded (default: " DEFAULT_ENCODER ")", "PIPELINE" },
  { "joints", 0, 0, G_OPTION_ARG_FILENAME, &joints,
    "Log to join instead of simulated joints: CSV whose first column is UTC in nanoseconds", "FILE" },
  { "start", 0, 0, G_OPTION_ARG_STRING, &start,
    "When a recording used as source began, as 2026-01-31T12:00:00Z", "TIME" },
  { NULL }
};
/* *INDENT-ON* */

static FILE *
open_file (App * app, const gchar * path, const gchar * mode)
{
  FILE *file = g_fopen (path, mode);

  if (file == NULL) {
    g_printerr ("Cannot open %s: %s\n", path, g_strerror (errno));
    app->failed = TRUE;
  }
  return file;
}

static void
close_file (App * app, FILE * file, const gchar * path)
{
  gboolean bad = ferror (file) != 0;

  if (fclose (file) == 0 && !bad)
    return;
  g_printerr ("Cannot write %s\n", path);
  app->failed = TRUE;
}

/* Joints: on the main thread. In a robot's program this is what its driver
 * calls; here they swing, the n-th in 2 n seconds. */

static void
log_joints (App * app, gint64 utc)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  fprintf (app->joints, "%" G_GINT64_FORMAT, utc);
  for (guint i = 1; i <= N_JOINTS; i++) {
    gint64 period = 2 * i * GST_SECOND;
    gdouble turn = (gdouble) (utc % period) / period;

    fprintf (app->joints, ",%s", g_ascii_formatd (text, sizeof text, "%.6f",
            ABS (2 * turn - 1)));
  }
  fputc ('\n', app->joints);
}

/* All that were due: the main loop may be late. */
static gboolean
joints_cb (gpointer user_data)
{
  App *app = user_data;
  gint64 now = g_get_real_time () * 1000;

  if (app->next_joints == 0)
    app->next_joints = now - now % JOINTS_PERIOD;
  for (; app->next_joints <= now; app->next_joints += JOINTS_PERIOD)
    log_joints (app, app->next_joints);
  return G_SOURCE_CONTINUE;
}

static gboolean
begin_joints (App * app)
{
  app->joints = open_file (app, app->joints_path, "w");
  if (app->joints == NULL)
    return FALSE;
  fputs ("utc", app->joints);
  for (guint i = 1; i <= N_JOINTS; i++)
    fprintf (app->joints, ",joint%u", i);
  fputc ('\n', app->joints);
  return TRUE;
}

/* The join: a row of the joints gets the progress at its time, on a straight
 * line between the samples. */

static gboolean
covers (GstScoreResult * result, GstClockTime utc)
{
  guint n = gst_score_result_get_n_samples (result);
  GstClockTime first, last;

  if (n == 0)
    return FALSE;
  first = gst_score_result_get_sample (result, 0)->utc_time;
  last = gst_score_result_get_sample (result, n - 1)->utc_time;
  return GST_CLOCK_TIME_IS_VALID (first) && GST_CLOCK_TIME_IS_VALID (last)
      && utc >= first && utc <= last;
}

/* The result that covers this time, the one before first, or NULL. */
static GstScoreResult *
find_result (App * app, GstClockTime utc, GstScoreResult * before)
{
  if (before != NULL && covers (before, utc))
    return before;
  for (guint i = 0; i < app->results->len; i++) {
    if (covers (g_ptr_array_index (app->results, i), utc))
      return g_ptr_array_index (app->results, i);
  }
  return NULL;
}

static gdouble
get_progress (GstScoreResult * result, GstClockTime utc)
{
  const GstScoreSample *a = gst_score_result_get_sample (result, 0);

  for (guint i = 1; i < gst_score_result_get_n_samples (result); i++) {
    const GstScoreSample *b = gst_score_result_get_sample (result, i);

    if (utc < b->utc_time)
      return a->progress + (b->progress - a->progress) *
          ((gdouble) (utc - a->utc_time) / (b->utc_time - a->utc_time));
    a = b;
  }
  return a->progress;
}

/* Ids are whatever somebody called the episode. */
static gchar *
quote (const gchar * text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\"", -1);
  g_autofree gchar *doubled = g_strjoinv ("\"\"", parts);

  return strpbrk (text, ",\"\r\n") == NULL ? g_strdup (text) :
      g_strdup_printf ("\"%s\"", doubled);
}

static void
write_row (FILE * log, const gchar * row, GstScoreResult * result,
    GstClockTime utc)
{
  gboolean scored = result != NULL && gst_score_result_is_scored (result);
  gchar progress[G_ASCII_DTOSTR_BUF_SIZE] = "";
  g_autofree gchar *id =
      quote (result ? gst_score_result_get_episode_id (result) : "");

  if (scored)
    g_ascii_formatd (progress, sizeof progress, "%.4f", get_progress (result,
            utc));
  fprintf (log, "%s,%s,%s,%s\n", row, progress, id,
      scored ? "scored" : result ? "failed" : "");
}

/* FALSE at a row that does not begin with a time. */
static gboolean
join_row (App * app, const gchar * row, FILE * log, GstScoreResult ** result)
{
  gchar *end;
  GstClockTime utc = g_ascii_strtoull (row, &end, 10);

  if (end == row || *end != ',')
    return FALSE;
  *result = find_result (app, utc, *result);
  write_row (log, row, *result, utc);
  return TRUE;
}

static void
join_rows (App * app, FILE * rows, FILE * log)
{
  GstScoreResult *result = NULL;
  gchar *row = NULL;
  gsize size = 0;

  for (guint n = 1; getline (&row, &size, rows) > 0; n++) {
    g_strchomp (row);
    if (n == 1) {
      fprintf (log, "%s,progress,episode_id,status\n", row);
    } else if (!join_row (app, row, log, &result)) {
      g_printerr ("%s:%u does not begin with a time in nanoseconds\n",
          app->joints_path, n);
      app->failed = TRUE;
      break;
    }
  }
  free (row);
}

static void
join (App * app)
{
  g_autofree gchar *path = g_build_filename (app->folder, "log.csv", NULL);
  FILE *rows = open_file (app, app->joints_path, "r");
  FILE *log = rows ? open_file (app, path, "w") : NULL;

  if (log != NULL) {
    join_rows (app, rows, log);
    close_file (app, log, path);
  }
  if (rows != NULL)
    fclose (rows);
}

/* Frames of a recording get the time that it was told to have begun, where they
 * have none of their own: on the streaming thread. A camera's driver that knows
 * when it took a frame says so in the same way. */
static GstPadProbeReturn
stamp_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GstEvent) event =
      gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  g_autoptr (GstCaps) unix_time = gst_caps_new_empty_simple
      ("timestamp/x-unix");
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER
      (info));
  const GstSegment *segment;
  GstClockTime time;

  gst_event_parse_segment (event, &segment);
  time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME,
      GST_BUFFER_PTS (buffer));
  if (GST_CLOCK_TIME_IS_VALID (time)
      && gst_buffer_get_reference_timestamp_meta (buffer, NULL) == NULL)
    gst_buffer_add_reference_timestamp_meta (buffer, unix_time,
        app->start + time, GST_CLOCK_TIME_NONE);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

/* Results: on the main thread, from the bus */

static void
take_result (App * app, GstMessage * message)
{
  g_autoptr (GError) error = NULL;
  GstScoreResult *result = gst_score_message_parse_result (message, &error);
  const gchar *id;

  if (result == NULL) {
    g_printerr ("%s\n", error->message);
    app->failed = TRUE;
    return;
  }
  g_ptr_array_add (app->results, result);
  id = gst_score_result_get_episode_id (result);
  if (gst_score_result_is_scored (result))
    g_print ("%s: progress %.2f, %s\n", id,
        gst_score_result_get_progress (result),
        gst_score_result_is_success (result) ? "success" : "no success");
  else
    g_print ("%s: failed\n", id);
  if (gst_score_result_get_n_samples (result) > 0 && !GST_CLOCK_TIME_IS_VALID
      (gst_score_result_get_sample (result, 0)->utc_time)) {
    g_printerr ("%s: nothing says when its frames were taken; the source is "
        "not live, so use --start\n", id);
    app->failed = TRUE;
  }
}

static void
send_eos (GstElement * pipeline, gpointer user_data)
{
  gst_element_send_event (pipeline, gst_event_new_eos ());
}

/* Ctrl-C ends the recording, and waits for results; a second one does not. */
static gboolean
interrupt_cb (gpointer user_data)
{
  App *app = user_data;

  if (app->interrupted)
    g_main_loop_quit (app->loop);
  else
    gst_element_call_async (app->pipeline, send_eos, NULL, NULL);
  app->interrupted = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
show_error (App * app, GstMessage * message)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
    gst_message_parse_warning (message, &error, NULL);
  } else {
    gst_message_parse_error (message, &error, NULL);
    app->failed = TRUE;
    g_main_loop_quit (app->loop);
  }
  g_printerr ("%s: %s\n", GST_OBJECT_NAME (GST_MESSAGE_SRC (message)),
      error->message);
}

static void
handle_score_message (App * app, GstMessage * message)
{
  g_autofree gchar *id = NULL;
  GstScoreMessageType type;

  if (!gst_score_message_parse_type (message, &type))
    return;
  if (type == GST_SCORE_MESSAGE_EPISODE)
    take_result (app, message);
  else if (gst_score_message_parse_episode_started (message, &id, NULL, NULL))
    g_print ("%s: begins\n", id);
}

static gboolean
bus_cb (GstBus * bus, GstMessage * message, gpointer user_data)
{
  App *app = user_data;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      handle_score_message (app, message);
      break;
    case GST_MESSAGE_WARNING:
    case GST_MESSAGE_ERROR:
      show_error (app, message);
      break;
    case GST_MESSAGE_EOS:
      g_main_loop_quit (app->loop);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static void
set_location (App * app, const gchar * element, const gchar * property,
    const gchar * name)
{
  g_autoptr (GstElement) object =
      gst_bin_get_by_name (GST_BIN (app->pipeline), element);
  g_autofree gchar *path = g_build_filename (app->folder, name, NULL);

  g_object_set (object, property, path, NULL);
}

static gboolean
make_pipeline (App * app, GError ** error)
{
  g_autofree gchar *line = g_strdup_printf ("%s "
      "! capsfilter caps=\"video/x-raw(ANY); image/jpeg\" ! tee name=camera "
      "camera. ! queue ! %s ! matroskamux ! filesink name=video "
      "camera. ! queue ! scoresink name=score",
      source ? source : DEFAULT_SOURCE, encoder ? encoder : DEFAULT_ENCODER);
  g_autoptr (GstElement) camera = NULL, score = NULL;
  g_autoptr (GstPad) pad = NULL;

  app->pipeline = gst_parse_launch_full (line, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, error);
  if (app->pipeline == NULL)
    return FALSE;
  set_location (app, "video", "location", "video.mkv");
  set_location (app, "score", "results-location", "scores.jsonl");
  score = gst_bin_get_by_name (GST_BIN (app->pipeline), "score");
  g_object_set (score, "base-url", base_url, "task",
      task ? task : DEFAULT_TASK, NULL);
  camera = gst_bin_get_by_name (GST_BIN (app->pipeline), "camera");
  pad = gst_element_get_static_pad (camera, "sink");
  if (GST_CLOCK_TIME_IS_VALID (app->start))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, stamp_cb, app, NULL);
  return TRUE;
}

static void
run (App * app)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (app->pipeline);
  guint interrupt = g_unix_signal_add (SIGINT, interrupt_cb, app);
  guint timer = app->joints ?
      g_timeout_add (JOINTS_PERIOD / GST_MSECOND, joints_cb, app) : 0;

  app->loop = g_main_loop_new (NULL, FALSE);
  gst_bus_add_watch (bus, bus_cb, app);
  gst_element_set_state (app->pipeline, GST_STATE_PLAYING);
  g_main_loop_run (app->loop);
  gst_element_set_state (app->pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  g_source_remove (interrupt);
  if (timer != 0)
    g_source_remove (timer);
  g_main_loop_unref (app->loop);
}

static gboolean
parse_start (App * app, GError ** error)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = start ?
      g_date_time_new_from_iso8601 (start, utc) : NULL;

  app->start = GST_CLOCK_TIME_NONE;
  if (time != NULL && g_date_time_to_unix (time) >= 0)
    app->start = g_date_time_to_unix (time) * GST_SECOND +
        g_date_time_get_microsecond (time) * GST_USECOND;
  if (start == NULL || GST_CLOCK_TIME_IS_VALID (app->start))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "--start is a time as 2026-01-31T12:00:00Z, not %s", start);
  return FALSE;
}

static gboolean
parse_options (App * app, int *argc, char ***argv, GError ** error)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("FOLDER "
      "- record a camera and its progress, and join them with a log");

  g_option_context_set_description (context, "FOLDER is made. Ctrl-C ends the "
      "recording and waits for the results.\n"
      "Exit status: 0 all is in FOLDER, 1 something went wrong, 2 wrong use.");
  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, argc, argv, error)
      || !parse_start (app, error))
    return FALSE;
  app->folder = (*argv)[1];
  if (*argc == 2)
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "One folder is to be named, for what is recorded");
  return FALSE;
}

/* A folder of its own, so that no recording is written over. */
static gboolean
make_folder (App * app)
{
  if (g_mkdir (app->folder, 0777) != 0) {
    g_printerr ("Cannot make %s: %s\n", app->folder, g_strerror (errno));
    return FALSE;
  }
  app->joints_path = joints ? g_strdup (joints) :
      g_build_filename (app->folder, "joints.csv", NULL);
  return joints != NULL || begin_joints (app);
}

static void
record (App * app)
{
  app->results = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_score_result_unref);
  run (app);
  if (app->joints != NULL)
    close_file (app, app->joints, app->joints_path);
  join (app);
  g_ptr_array_unref (app->results);
}

int
main (int argc, char **argv)
{
  App app = { NULL };
  g_autoptr (GError) error = NULL;
  gboolean ready;

  if (!parse_options (&app, &argc, &argv, &error)
      || !make_pipeline (&app, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  ready = make_folder (&app);
  if (ready)
    record (&app);
  gst_object_unref (app.pipeline);
  g_free (app.joints_path);
  return ready && !app.failed ? 0 : 1;
}
