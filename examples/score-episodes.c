/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Scores episodes that the application begins and ends.
 *
 * A pipeline with scoresink runs; the application emits start-episode and
 * end-episode, and prints each result as it comes over the bus. Here the time
 * of the stream says when an episode begins and ends; in a robot's program the
 * controller would.
 *
 *   cc score-episodes.c $(pkg-config --cflags --libs gstreamer-score-1.0)
 */

#include <glib-unix.h>
#include <gst/gst.h>
#include <gst/score/score.h>

#define DEFAULT_TASK "put the banana in the bowl"

typedef struct
{
  GstElement *pipeline, *sink;
  GMainLoop *loop;
  const gchar *task;
  GstClockTime length, period;
  guint n_episodes;

  /* Of the streaming thread. */
  guint episode;                /* the open one, from 1; 0: none */
  gboolean enough;

  /* Of the main thread. */
  guint n_scored, n_bad;
  gboolean interrupted;
} App;

/* Options */

static gchar *source, *base_url, *task;
static gint n_episodes = 3;
static gdouble length = 8, gap = 1;

/* *INDENT-OFF* */
static const GOptionEntry options[] = {
  { "base-url", 0, 0, G_OPTION_ARG_STRING, &base_url,
    "Model server to ask (default: the one whose key is in the environment)", "URL" },
  { "task", 0, 0, G_OPTION_ARG_STRING, &task,
    "What the robot is to do (default: " DEFAULT_TASK ")", "TEXT" },
  { "episodes", 0, 0, G_OPTION_ARG_INT, &n_episodes, "How many (default: 3)", "N" },
  { "length", 0, 0, G_OPTION_ARG_DOUBLE, &length, "Of an episode (default: 8)", "SECONDS" },
  { "gap", 0, 0, G_OPTION_ARG_DOUBLE, &gap, "Between two (default: 1)", "SECONDS" },
  { "source", 0, 0, G_OPTION_ARG_STRING, &source,
    "Where video comes from, as in gst-launch-1.0 (default: a toy robot)", "PIPELINE" },
  { NULL }
};
/* *INDENT-ON* */

/* Episodes: on the streaming thread, before the sink sees the frame */

static GstClockTime
get_stream_time (GstPad * pad, GstBuffer * buffer)
{
  g_autoptr (GstEvent) event =
      gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  return gst_segment_to_stream_time (segment, GST_FORMAT_TIME,
      GST_BUFFER_PTS (buffer));
}

static void
mark_episodes (App * app, GstClockTime time)
{
  guint turn = time / app->period + 1;
  gboolean inside = time % app->period < app->length && turn <= app->n_episodes;
  g_autofree gchar *id = g_strdup_printf ("episode-%u", turn);

  if (!GST_CLOCK_TIME_IS_VALID (time))
    return;
  if (app->episode != 0 && (!inside || app->episode != turn)) {
    g_signal_emit_by_name (app->sink, "end-episode", NULL);
    app->episode = 0;
  }
  if (inside && app->episode == 0) {
    g_signal_emit_by_name (app->sink, "start-episode", app->task, id);
    app->episode = turn;
  }
  if (turn > app->n_episodes && !app->enough) {
    app->enough = TRUE;
    gst_element_post_message (app->sink,
        gst_message_new_application (GST_OBJECT (app->sink),
            gst_structure_new_empty ("enough")));
  }
}

static GstPadProbeReturn
watch_pad_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    mark_episodes (user_data, get_stream_time (pad,
            GST_PAD_PROBE_INFO_BUFFER (info)));
    return GST_PAD_PROBE_OK;
  }
  /* The toy robot marks its episodes, too; here the application does. */
  return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) ==
      GST_EVENT_CUSTOM_DOWNSTREAM ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

/* Results: on the main thread, from the bus */

static void
print_result (App * app, GstMessage * message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstScoreResult) result =
      gst_score_message_parse_result (message, &error);

  if (result == NULL || !gst_score_result_is_scored (result)) {
    const GError *why = result ? gst_score_result_get_error (result) : error;

    g_print ("%s: failed: %s\n",
        result ? gst_score_result_get_episode_id (result) : "?", why->message);
    app->n_bad++;
    return;
  }
  g_print ("%s: progress %.2f, mean %.2f, %s\n",
      gst_score_result_get_episode_id (result),
      gst_score_result_get_progress (result),
      gst_score_result_get_mean_progress (result),
      gst_score_result_is_success (result) ? "success" : "no success");
  for (guint i = 0; i < gst_score_result_get_n_samples (result); i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    g_print ("  %5.1f s  %.2f  %s\n",
        (gdouble) sample->stream_time / GST_SECOND, sample->progress,
        sample->description ? sample->description : "");
  }
  app->n_scored++;
}

static void
handle_score_message (App * app, GstMessage * message)
{
  g_autofree gchar *id = NULL;
  GstScoreMessageType type;

  if (!gst_score_message_parse_type (message, &type))
    return;
  if (type == GST_SCORE_MESSAGE_EPISODE)
    print_result (app, message);
  else if (gst_score_message_parse_episode_started (message, &id, NULL, NULL))
    g_print ("%s: begins\n", id);
}

static void
send_eos (GstElement * pipeline, gpointer user_data)
{
  gst_element_send_event (pipeline, gst_event_new_eos ());
}

/* EOS and not a stop: the open episode ends and is scored. From a thread of its
 * own, since a source takes EOS only when the sink has let its last frame in. */
static void
finish (App * app)
{
  gst_element_call_async (app->pipeline, send_eos, NULL, NULL);
}

static gboolean
bus_cb (GstBus * bus, GstMessage * message, gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GError) error = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      handle_score_message (app, message);
      break;
    case GST_MESSAGE_APPLICATION:
      finish (app);
      break;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      g_printerr ("%s\n", error->message);
      app->n_bad++;
      g_main_loop_quit (app->loop);
      break;
    case GST_MESSAGE_EOS:
      g_main_loop_quit (app->loop);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* Ctrl-C: scores what there is; a second one does not wait for it. */
static gboolean
interrupt_cb (gpointer user_data)
{
  App *app = user_data;

  if (app->interrupted)
    g_main_loop_quit (app->loop);
  else
    finish (app);
  app->interrupted = TRUE;
  return G_SOURCE_CONTINUE;
}

static gboolean
make_pipeline (App * app, GError ** error)
{
  g_autofree gchar *toy = g_strdup_printf ("scoretestsrc num-episodes=%u "
      "episode-duration=%" G_GUINT64_FORMAT " episode-gap=%" G_GUINT64_FORMAT,
      app->n_episodes, app->length, app->period - app->length);
  g_autofree gchar *line = g_strdup_printf ("%s ! scoresink name=sink",
      source ? source : toy);
  g_autoptr (GstPad) pad = NULL;

  app->pipeline = gst_parse_launch_full (line, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, error);
  if (app->pipeline == NULL)
    return FALSE;
  app->sink = gst_bin_get_by_name (GST_BIN (app->pipeline), "sink");
  g_object_set (app->sink, "base-url", base_url, NULL);
  pad = gst_element_get_static_pad (app->sink, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, watch_pad_cb, app, NULL);
  return TRUE;
}

static void
run (App * app)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (app->pipeline);
  guint interrupt = g_unix_signal_add (SIGINT, interrupt_cb, app);

  app->loop = g_main_loop_new (NULL, FALSE);
  gst_bus_add_watch (bus, bus_cb, app);
  gst_element_set_state (app->pipeline, GST_STATE_PLAYING);
  g_main_loop_run (app->loop);
  gst_element_set_state (app->pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  g_source_remove (interrupt);
  g_main_loop_unref (app->loop);
}

static gboolean
parse_options (int *argc, char ***argv, GError ** error)
{
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- score episodes of a robot");

  g_option_context_set_description (context,
      "Exit status: 0 every episode was scored, 1 not all were, 2 wrong use.");
  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc == 1 && n_episodes > 0 && length > 0 && gap >= 0)
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "Only options; --episodes and --length above 0, --gap not below");
  return FALSE;
}

int
main (int argc, char **argv)
{
  App app = { NULL };
  g_autoptr (GError) error = NULL;

  if (!parse_options (&argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  app.task = task ? task : DEFAULT_TASK;
  app.n_episodes = n_episodes;
  app.length = length * GST_SECOND;
  app.period = app.length + (GstClockTime) (gap * GST_SECOND);
  if (!make_pipeline (&app, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  run (&app);
  gst_object_unref (app.sink);
  gst_object_unref (app.pipeline);
  return app.n_scored > 0 && app.n_bad == 0 ? 0 : 1;
}
