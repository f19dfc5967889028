/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <time.h>

#include "goodmodel.h"

/* How long scoresink holds the streaming thread: with a frame that becomes a
 * sample, scaling and encoding included, and with one that does not; and what
 * fakesink takes of the same frames. Frames come 30 a second, samples are one a
 * second, and a model server answers at once in threads of its own.
 * Argument: samples to take of each (default 60). */

#define FRAMES_PER_SAMPLE 30
/* Together too large for the caches, as a decoder's are. */
#define N_PICTURES 16

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstHarness, gst_harness_teardown);

typedef struct
{
  gdouble cpu, wall;
} Held;

static gdouble
get_seconds (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (gdouble) now.tv_sec + (gdouble) now.tv_nsec * 1e-9;
}

static void
fill (const GstVideoInfo * info, GstBuffer * buffer, GRand * rand, gint noise)
{
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (gsize i = 0; i < map.size; i++) {
    gsize stride = (gsize) GST_VIDEO_INFO_PLANE_STRIDE (info, 0);
    gsize wave = (i % stride * 32 / stride + i / stride * 20
        / (gsize) info->height) % 8;

    map.data[i] = (guint8) (40 + 20 * wave + g_rand_int_range (rand, 0, noise));
  }
  gst_buffer_unmap (buffer, &map);
}

static GstBuffer *
compress (GstCaps * caps, GstBuffer * raw, GstCaps ** jpeg_caps)
{
  g_autoptr (GstHarness) encoder = gst_harness_new ("jpegenc");
  g_autoptr (GstPad) pad = NULL;
  GstBuffer *jpeg;

  gst_harness_set_src_caps (encoder, gst_caps_ref (caps));
  jpeg = gst_harness_push_and_pull (encoder, raw);
  gst_caps_replace (jpeg_caps, NULL);
  *jpeg_caps = gst_pad_get_current_caps (encoder->sinkpad);
  return jpeg;
}

/* Fills @pictures, and returns the caps to push them with. */
static GstCaps *
make_pictures (const gchar * format, guint width, guint height,
    GstBuffer ** pictures)
{
  gboolean compressed = g_str_equal (format, "jpeg");
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw", "format",
      G_TYPE_STRING, compressed ? "I420" : format, "width", G_TYPE_INT, width,
      "height", G_TYPE_INT, height, "framerate", GST_TYPE_FRACTION, 30, 1,
      NULL);
  GstCaps *pushed = gst_caps_ref (caps);
  GstVideoInfo info;

  gst_video_info_from_caps (&info, caps);
  for (guint i = 0; i < N_PICTURES; i++) {
    pictures[i] = gst_buffer_new_allocate (NULL, info.size, NULL);
    /* So that a camera's JPEG of 1920x1080 has some 300 KB. */
    fill (&info, pictures[i], rand, compressed ? 4 : 16);
    if (compressed)
      pictures[i] = compress (caps, pictures[i], &pushed);
  }
  return pushed;
}

static GstHarness *
make_sink (const gchar * name, const gchar * url, GstCaps * caps)
{
  GstHarness *h;
  GstElement *sink = gst_element_factory_make (name, NULL);

  if (sink == NULL) {
    g_printerr ("there is no element %s\n", name);
    exit (77);
  }
  g_object_set (sink, "sync", FALSE, NULL);
  if (url != NULL)
    g_object_set (sink, "base-url", url, "task",
        "put the banana in the bowl", "model", "fault-model", "framerate", 1,
        1, NULL);
  h = gst_harness_new_with_element (sink, "sink", NULL);
  gst_object_unref (sink);
  gst_harness_play (h);
  gst_harness_set_src_caps (h, gst_caps_ref (caps));
  return h;
}

static Held
push (GstHarness * h, GstBuffer * picture, guint number)
{
  GstBuffer *buffer = gst_buffer_copy (picture);
  Held held;

  GST_BUFFER_PTS (buffer) =
      gst_util_uint64_scale_int (number, GST_SECOND, FRAMES_PER_SAMPLE);
  GST_BUFFER_DURATION (buffer) = GST_SECOND / FRAMES_PER_SAMPLE;
  held.wall = get_seconds (CLOCK_MONOTONIC);
  held.cpu = get_seconds (CLOCK_THREAD_CPUTIME_ID);
  if (gst_harness_push (h, buffer) != GST_FLOW_OK)
    abort ();
  held.cpu = get_seconds (CLOCK_THREAD_CPUTIME_ID) - held.cpu;
  held.wall = get_seconds (CLOCK_MONOTONIC) - held.wall;
  return held;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble difference = *(const gdouble *) a - *(const gdouble *) b;

  return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

/* What is at @part of the way from the least to the most. */
static gdouble
get_rank (GArray * values, gdouble part)
{
  g_array_sort (values, compare);
  return g_array_index (values, gdouble, (guint) (part * (values->len - 1)));
}

static void
bench (const gchar * format, guint width, guint height, guint n_samples,
    const gchar * url)
{
  GstBuffer *pictures[N_PICTURES];
  g_autoptr (GstCaps) caps = make_pictures (format, width, height, pictures);
  g_autoptr (GstHarness) sink = make_sink ("scoresink", url, caps);
  g_autoptr (GstHarness) fake = make_sink ("fakesink", NULL, caps);
  g_autoptr (GArray) sample_cpu = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autoptr (GArray) sample_wall = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autoptr (GArray) idle_cpu = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autoptr (GArray) fake_cpu = g_array_new (FALSE, FALSE, sizeof (gdouble));

  for (guint i = 0; i <= n_samples * FRAMES_PER_SAMPLE; i++) {
    GstBuffer *picture = pictures[i % N_PICTURES];
    Held faked = push (fake, picture, i);
    Held held = push (sink, picture, i);

    if (i == 0)
      continue;                 /* starts the episode, once */
    if (i % FRAMES_PER_SAMPLE == 0) {
      g_array_append_val (sample_cpu, held.cpu);
      g_array_append_val (sample_wall, held.wall);
    } else {
      g_array_append_val (idle_cpu, held.cpu);
      g_array_append_val (fake_cpu, faked.cpu);
    }
  }
  if (g_str_equal (format, "jpeg"))
    g_print ("(%" G_GSIZE_FORMAT " KB)\n",
        gst_buffer_get_size (pictures[0]) / 1000);
  g_print ("%-9s %4ux%-4u  %5.2f  %5.2f  %5.2f  %5.2f     %5.2f  %5.2f\n",
      format, width, height, get_rank (sample_cpu, 0.5) * 1e3,
      get_rank (sample_cpu, 0.9) * 1e3, get_rank (sample_wall, 0.5) * 1e3,
      get_rank (sample_wall, 0.9) * 1e3, get_rank (idle_cpu, 0.5) * 1e6,
      get_rank (fake_cpu, 0.5) * 1e6);
  for (guint i = 0; i < N_PICTURES; i++)
    gst_buffer_unref (pictures[i]);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const gchar *format;
    guint width, height;
  } cases[] = {
    {"I420", 640, 480}, {"I420", 1280, 720}, {"I420", 1920, 1080},
    {"NV12", 1920, 1080}, {"YUY2", 1920, 1080}, {"RGB", 1920, 1080},
    {"BGRx", 1920, 1080}, {"I420_10LE", 1920, 1080}, {"jpeg", 1920, 1080},
  };
  guint n_samples = argc > 1 ? (guint) atoi (argv[1]) : 60;
  g_autoptr (FaultServer) server = NULL;

  gst_init (NULL, NULL);
  server = fault_server_new ();
  fault_server_set_answer (server, good_model_answer, NULL);
  g_print ("the streaming thread, held by one frame of scoresink, %u samples\n"
      "                    sample, ms: CPU       wall       other, us: CPU\n"
      "                    median    p90 median    p90    median fakesink\n",
      MAX (n_samples, 1));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    bench (cases[i].format, cases[i].width, cases[i].height, MAX (n_samples,
            1), fault_server_get_base_url (server));
  return 0;
}
