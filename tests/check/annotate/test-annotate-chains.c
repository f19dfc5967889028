/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <math.h>

#include "frames.h"

/* Whole pipelines, with what is beside scoreannotate in them. */

/* --- toy episodes --- */

/* How near the simulator comes, with the samples a quarter of a second apart. */
#define MEAN_ERROR 0.02
#define FRAME_ERROR 0.06

/* The simulator, which judges what it sees. */
typedef struct
{
  GSubprocess *process;
  gchar *url;
} Simulator;

static Simulator *
simulator_new (void)
{
  Simulator *self = g_new0 (Simulator, 1);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;

  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
      G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, g_getenv ("SCORE_TOOL"),
      "simulate", "--port", "0", NULL);
  g_assert_no_error (error);
  lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  self->url = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  fail_unless (self->url != NULL && g_str_has_prefix (self->url, "http://"));
  return self;
}

static void
simulator_free (Simulator * self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  g_free (self->url);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Simulator, simulator_free);

/* What a frame was before it was held. */
typedef struct
{
  GstClockTime pts, dts, duration;
  guint flags;
  gchar *pixels;                /* their SHA-256 */
} Print;

static gchar *
hash_pixels (GstBuffer * buffer)
{
  GstMapInfo map;
  gchar *hash;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  return hash;
}

static Print *
print_new (GstBuffer * buffer)
{
  Print *self = g_new0 (Print, 1);

  self->pts = GST_BUFFER_PTS (buffer);
  self->dts = GST_BUFFER_DTS (buffer);
  self->duration = GST_BUFFER_DURATION (buffer);
  self->flags = GST_BUFFER_FLAGS (buffer);
  self->pixels = hash_pixels (buffer);
  return self;
}

static void
print_free (gpointer data)
{
  Print *self = data;

  g_free (self->pixels);
  g_free (self);
}

static void
assert_same_print (GstBuffer * buffer, const Print * print)
{
  g_autofree gchar *pixels = hash_pixels (buffer);

  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), print->pts);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (buffer), print->dts);
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (buffer), print->duration);
  fail_unless_equals_int (GST_BUFFER_FLAGS (buffer), print->flags);
  fail_unless_equals_string (pixels, print->pixels);
}

static GstPadProbeReturn
take_print (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_ptr_array_add (user_data, print_new (GST_PAD_PROBE_INFO_BUFFER (info)));
  return GST_PAD_PROBE_OK;
}

/* How far the value of a frame is from the truth; -1 between two episodes. */
static gdouble
measure (GstBuffer * buffer)
{
  GstCustomMeta *meta = gst_score_meta_get (buffer);
  gdouble truth, progress = NAN;

  if (!gst_score_truth_meta_get_progress (buffer, &truth)) {
    fail_unless (meta == NULL);
    return -1;
  }
  assert_status (buffer, GST_SCORE_META_FINAL);
  fail_unless (gst_score_meta_get_progress (meta, &progress, NULL));
  return fabs (progress - truth);
}

static void
run_toy (GstElement * pipeline, GPtrArray * prints)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  gdouble sum = 0, worst = 0;
  guint n_frames = 0, n_scored = 0;
  GstSample *sample;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (TRUE) {
    gdouble error;

    g_signal_emit_by_name (sink, "pull-sample", &sample);
    if (sample == NULL)
      break;
    fail_unless (n_frames < prints->len);
    assert_same_print (gst_sample_get_buffer (sample),
        g_ptr_array_index (prints, n_frames++));
    error = measure (gst_sample_get_buffer (sample));
    gst_sample_unref (sample);
    if (error >= 0) {
      sum += error;
      worst = MAX (worst, error);
      n_scored++;
    }
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_int (n_frames, prints->len);
  fail_unless (n_scored > 0);
  g_message ("%u frames, %u of episodes: error %.3f, at most %.3f", n_frames,
      n_scored, sum / n_scored, worst);
  fail_unless (sum / n_scored <= MEAN_ERROR, "%f", sum / n_scored);
  fail_unless (worst <= FRAME_ERROR, "%f", worst);
}

static const gchar *const outcomes[] = {
  "success", "partial", "failure", "wrong-object", "static"
};

/* Every frame comes out as it went in, most of them by way of the file, and its
 * value is the true progress as near as the simulator sees it. */
GST_START_TEST (toy_episodes_have_their_true_progress)
{
  g_autoptr (Simulator) simulator = simulator_new ();
  g_autofree gchar *line = g_strdup_printf ("scoretestsrc num-episodes=2 "
      "seed=3 episode-gap=500000000 outcome=%s ! video/x-raw,format=I420,width=320,height=240 ! "
      "scoreannotate name=a mode=hold hold-memory=2000000 framerate=4/1 "
      "base-url=%s model=toy-simulator ! appsink name=s sync=false",
      outcomes[__i__], simulator->url);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstElement) annotate = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GPtrArray) prints = g_ptr_array_new_with_free_func (print_free);

  g_assert_no_error (error);
  annotate = gst_bin_get_by_name (GST_BIN (pipeline), "a");
  pad = gst_element_get_static_pad (annotate, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, take_print, prints, NULL);
  run_toy (pipeline, prints);
}

GST_END_TEST;

/* --- with sound, through a demuxer and a muxer --- */

#define N_FRAMES 120

static GstMessage *
run_until (const gchar * line, guint seconds)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstBus) bus = NULL;
  GstMessage *message;

  fail_unless (error == NULL, "%s", error ? error->message : "");
  bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, seconds * GST_SECOND,
      GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  fail_unless (message != NULL, "it stands still: %s", line);
  assert_quick (gst_element_set_state (pipeline, GST_STATE_NULL));
  return message;
}

static void
assert_ends (const gchar * line)
{
  g_autoptr (GstMessage) message = run_until (line, 30);
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  fail_unless (error == NULL, "%s", error ? error->message : "");
}

/* Four seconds of JPEGs and of sound. */
static gchar *
make_clip (const gchar * folder)
{
  gchar *clip = g_build_filename (folder, "clip.mkv", NULL);
  g_autofree gchar *line = g_strdup_printf ("matroskamux name=m ! "
      "filesink location=%s "
      "videotestsrc num-buffers=%d ! video/x-raw,width=64,height=48,"
      "framerate=30/1 ! jpegenc ! queue ! m.video_0 "
      "audiotestsrc num-buffers=172 ! audio/x-raw,rate=44100,channels=1 ! "
      "queue ! m.audio_0", clip, N_FRAMES);

  assert_ends (line);
  return clip;
}

/* Scored, and muxed again; @queue: the properties of the one in the branch of
 * the sound. */
static gchar *
describe_chain (const gchar * clip, const gchar * url, const gchar * queue,
    const gchar * out)
{
  return g_strdup_printf ("filesrc location=%s ! matroskademux name=d "
      "matroskamux name=m ! filesink location=%s "
      "d.video_0 ! queue ! scoreannotate mode=hold task=t model=m base-url=%s "
      "! queue ! m.video_0 d.audio_0 ! queue name=sound %s ! m.audio_0", clip,
      out, url, queue);
}

typedef struct
{
  gchar *folder, *clip, *out;
  FaultServer *server;
} Sounding;

static void
sounding_init (Sounding * self)
{
  self->folder = g_dir_make_tmp ("annotate-XXXXXX", NULL);
  self->clip = make_clip (self->folder);
  self->out = g_build_filename (self->folder, "out.mkv", NULL);
  self->server = fault_server_new ();
  fault_server_set_answer (self->server, good_model_answer, NULL);
}

static void
sounding_clear (Sounding * self)
{
  g_unlink (self->clip);
  g_unlink (self->out);
  fail_unless_equals_int (g_rmdir (self->folder), 0);
  g_free (self->folder);
  g_free (self->clip);
  g_free (self->out);
  fault_server_free (self->server);
}

/* The queue of a second that everybody writes fills up before the episode has
 * come, and the demuxer stands still for both branches. */
GST_START_TEST (a_narrow_queue_for_the_sound_is_named)
{
  Sounding sounding;
  g_autofree gchar *line = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  sounding_init (&sounding);
  line = describe_chain (sounding.clip, fault_server_get_base_url
      (sounding.server), "", sounding.out);
  message = run_until (line, 30);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, "these queues are full: sound.") != NULL,
      "%s", error->message);
  fail_unless (strstr (error->message, "queue max-size-buffers=0 "
          "max-size-bytes=0 max-size-time=0") != NULL, "%s", error->message);
  sounding_clear (&sounding);
}

GST_END_TEST;

static void
check_frames (const gchar * file)
{
  g_autofree gchar *line = g_strdup_printf ("filesrc location=%s ! "
      "matroskademux name=d d.audio_0 ! queue max-size-buffers=0 "
      "max-size-time=0 max-size-bytes=0 ! fakesink async=false "
      "d.video_0 ! appsink name=s sync=false", file);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  GstSample *sample;
  guint n = 0;

  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (TRUE) {
    g_signal_emit_by_name (sink, "pull-sample", &sample);
    if (sample == NULL)
      break;
    n++;
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_int (n, N_FRAMES);
}

GST_START_TEST (with_an_open_queue_it_works)
{
  Sounding sounding;
  g_autofree gchar *line = NULL;

  sounding_init (&sounding);
  line = describe_chain (sounding.clip, fault_server_get_base_url
      (sounding.server), "max-size-buffers=0 max-size-bytes=0 max-size-time=0",
      sounding.out);
  assert_ends (line);
  check_frames (sounding.out);
  sounding_clear (&sounding);
}

GST_END_TEST;

static Suite *
annotate_chains_suite (void)
{
  Suite *s = suite_create ("annotate-chains");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, toy_episodes_have_their_true_progress, 0,
      G_N_ELEMENTS (outcomes));
  tcase_add_test (tc, a_narrow_queue_for_the_sound_is_named);
  tcase_add_test (tc, with_an_open_queue_it_works);
  return s;
}

GST_CHECK_MAIN (annotate_chains);
