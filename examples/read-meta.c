/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads the progress of every frame from the GstScoreMeta that scoreannotate
 * attaches, in an application that takes the frames out of an appsink.
 *
 *   cc read-meta.c $(pkg-config --cflags --libs gstreamer-score-1.0)
 */

#include <gst/gst.h>
#include <gst/score/score.h>

#define DEFAULT_TASK "put the banana in the bowl"

static gchar *source, *base_url, *task, *mode, *scores;

/* *INDENT-OFF* */
static const GOptionEntry options[] = {
  { "base-url", 0, 0, G_OPTION_ARG_STRING, &base_url,
    "Model server to ask (default: the one whose key is in the environment)", "URL" },
  { "task", 0, 0, G_OPTION_ARG_STRING, &task,
    "What the robot is to do (default: " DEFAULT_TASK ")", "TEXT" },
  { "mode", 0, 0, G_OPTION_ARG_STRING, &mode,
    "live, hold, or auto (default: auto)", "MODE" },
  { "scores", 0, 0, G_OPTION_ARG_STRING, &scores,
    "Record written earlier; no model is asked", "FILE" },
  { "source", 0, 0, G_OPTION_ARG_STRING, &source,
    "Where video comes from, as in gst-launch-1.0 (default: a toy robot)", "PIPELINE" },
  { NULL }
};
/* *INDENT-ON* */

static void
print_meta (GstCustomMeta * meta)
{
  static const gchar *words[] = { "pending", "provisional", "final", "failed" };
  GstClockTime sample_time = gst_score_meta_get_sample_time (meta);
  gboolean interpolated = FALSE;
  gdouble progress;

  if (gst_score_meta_get_progress (meta, &progress, &interpolated))
    g_print ("  %5.3f", progress);
  else
    g_print ("      -");
  g_print ("  %-11s  %-12s", words[gst_score_meta_get_status (meta)],
      interpolated ? "interpolated" : "");
  if (GST_CLOCK_TIME_IS_VALID (sample_time))
    g_print ("  sample of %7.3f s", (gdouble) sample_time / GST_SECOND);
  else
    g_print ("  no sample          ");
  g_print ("  %s\n", gst_score_meta_get_episode_id (meta));
}

/* On the streaming thread. The meta is the buffer's, and goes with it. */
static void
print_frame (GstSample * sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstCustomMeta *meta = gst_score_meta_get (buffer);
  GstClockTime time =
      gst_segment_to_stream_time (gst_sample_get_segment (sample),
      GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));

  g_print ("%9.3f s", (gdouble) time / GST_SECOND);
  if (meta != NULL)
    print_meta (meta);
  else
    g_print ("      -  no episode\n");
}

static GstFlowReturn
new_sample_cb (GstElement * appsink, gpointer user_data)
{
  g_autoptr (GstSample) sample = NULL;

  g_signal_emit_by_name (appsink, "pull-sample", &sample);
  if (sample != NULL)
    print_frame (sample);
  return GST_FLOW_OK;
}

static GstElement *
make_pipeline (GError ** error)
{
  g_autofree gchar *line = g_strdup_printf ("%s ! scoreannotate name=annotate "
      "! appsink name=frames sync=false emit-signals=true",
      source ? source : "scoretestsrc");
  g_autoptr (GstElement) pipeline = gst_parse_launch_full (line, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, error);
  g_autoptr (GstElement) annotate = NULL, frames = NULL;

  if (pipeline == NULL)
    return NULL;
  annotate = gst_bin_get_by_name (GST_BIN (pipeline), "annotate");
  g_object_set (annotate, "base-url", base_url, "scores-location", scores,
      "task", task ? task : DEFAULT_TASK, NULL);
  gst_util_set_object_arg (G_OBJECT (annotate), "mode", mode ? mode : "auto");
  frames = gst_bin_get_by_name (GST_BIN (pipeline), "frames");
  g_signal_connect (frames, "new-sample", G_CALLBACK (new_sample_cb), NULL);
  return g_steal_pointer (&pipeline);
}

/* Until the end of the stream, TRUE, or an error. An episode that fails is a
 * warning. */
static gboolean
wait_for_end (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  while (TRUE) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
    g_autoptr (GError) error = NULL;

    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
      return TRUE;
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
      gst_message_parse_warning (message, &error, NULL);
    else
      gst_message_parse_error (message, &error, NULL);
    g_printerr ("%s\n", error->message);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      return FALSE;
  }
}

static gboolean
parse_options (int *argc, char ***argv, GError ** error)
{
  static const gchar *const modes[] = { "live", "hold", "auto", NULL };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- print the progress of every frame");

  g_option_context_set_description (context,
      "Exit status: 0 at the end of the stream, 1 after an error, 2 wrong use.");
  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc == 1 && (mode == NULL || g_strv_contains (modes, mode)))
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "Only options; --mode is live, hold or auto");
  return FALSE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (!parse_options (&argc, &argv, &error)
      || (pipeline = make_pipeline (&error)) == NULL) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  done = wait_for_end (pipeline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return done ? 0 : 1;
}
