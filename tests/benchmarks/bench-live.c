/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/gst.h>
#include <math.h>
#include <time.h>

#include "simulator.h"

/* How much later a live frame leaves scoreannotate than identity, while a model
 * server takes five seconds for each answer: frames of 1280x720 at 30 a second,
 * two samples a second, each frame through the one and then the other.
 * Arguments: seconds (default 25), seconds an answer takes (default 5). */

#define WIDTH 1280
#define HEIGHT 720
#define N_PICTURES 16
#define FRAME_TIME (G_USEC_PER_SEC / 30)
#define BUDGET 1000.0

typedef struct
{
  GstElement *element;
  GstPad *src, *sink;
  gint64 left;                  /* when the newest frame did, nanoseconds */
  GArray *taken;                /* microseconds of each frame, gdouble */
} Side;

static Side *now_running;

static gint64
get_time (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static GstFlowReturn
take (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  now_running->left = get_time (CLOCK_MONOTONIC);
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static void
start (Side * self, GstElement * element)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (element, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (element, "src");
  g_autofree gchar *text = g_strdup_printf ("video/x-raw,format=I420,width=%d,"
      "height=%d,framerate=30/1", WIDTH, HEIGHT);
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  GstSegment segment;

  self->element = element;
  self->taken = g_array_new (FALSE, FALSE, sizeof (gdouble));
  self->src = gst_pad_new ("src", GST_PAD_SRC);
  self->sink = gst_pad_new ("sink", GST_PAD_SINK);
  gst_pad_link (self->src, sink);
  gst_pad_link (src, self->sink);
  gst_pad_set_chain_function (self->sink, take);
  gst_pad_set_active (self->src, TRUE);
  gst_pad_set_active (self->sink, TRUE);
  gst_element_set_state (element, GST_STATE_PLAYING);
  gst_pad_push_event (self->src, gst_event_new_stream_start ("live"));
  gst_pad_push_event (self->src, gst_event_new_caps (caps));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->src, gst_event_new_segment (&segment));
}

static void
stop (Side * self)
{
  gst_element_set_state (self->element, GST_STATE_NULL);
  gst_object_unref (self->element);
  gst_object_unref (self->src);
  gst_object_unref (self->sink);
  g_array_unref (self->taken);
}

/* A frame of its own, of memory that is shared, as a camera's is. */
static void
push (Side * self, GstBuffer * picture, guint n)
{
  GstBuffer *buffer = gst_buffer_copy (picture);
  gint64 begin = get_time (CLOCK_MONOTONIC);
  gdouble taken;

  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (n, GST_SECOND, 30);
  GST_BUFFER_DURATION (buffer) = GST_SECOND / 30;
  now_running = self;
  gst_pad_push (self->src, buffer);
  taken = (gdouble) (self->left - begin) / 1e3;
  g_array_append_val (self->taken, taken);
}

static void
make_pictures (GstBuffer ** pictures)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < N_PICTURES; i++) {
    GstMapInfo map;

    pictures[i] = gst_buffer_new_allocate (NULL, WIDTH * HEIGHT * 3 / 2, NULL);
    gst_buffer_map (pictures[i], &map, GST_MAP_WRITE);
    for (gsize k = 0; k < map.size; k++)
      map.data[k] = (guint8) (100 + k % WIDTH / 32
          + (guint) g_rand_int_range (rand, 0, 12));
    gst_buffer_unmap (pictures[i], &map);
  }
}

static void
wait_until (gint64 time)
{
  gint64 left = time - g_get_monotonic_time ();

  if (left > 0)
    g_usleep ((gulong) left);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gdouble one = *(const gdouble *) a, other = *(const gdouble *) b;

  return one < other ? -1 : one > other;
}

static gdouble
get_quantile (GArray * sorted, gdouble part)
{
  guint i = (guint) ceil (part * sorted->len);

  return g_array_index (sorted, gdouble, MAX (i, 1) - 1);
}

static void
print_row (const gchar * name, GArray * times)
{
  g_array_sort (times, compare);
  g_print ("%-26s %9.1f %9.1f %9.1f\n", name, get_quantile (times, 0.5),
      get_quantile (times, 0.99), get_quantile (times, 1));
}

static void
report (Side * base, Side * live)
{
  g_autoptr (GArray) later = g_array_new (FALSE, FALSE, sizeof (gdouble));
  gdouble last;

  for (guint i = 0; i < live->taken->len; i++) {
    gdouble more = g_array_index (live->taken, gdouble, i)
        - g_array_index (base->taken, gdouble, i);

    g_array_append_val (later, more);
  }
  g_print ("%-26s %9s %9s %9s  microseconds\n", "", "median", "99 %", "most");
  print_row ("identity", base->taken);
  print_row ("scoreannotate mode=live", live->taken);
  print_row ("later than identity", later);
  last = get_quantile (later, 0.99);
  g_print ("99 of 100 frames leave less than %.0f us later, budget %.0f: %s\n",
      ceil (last), BUDGET, last < BUDGET ? "kept" : "MISSED");
}

static GstElement *
make_annotate (const gchar * url)
{
  GstElement *element = gst_element_factory_make ("scoreannotate", NULL);

  gst_util_set_object_arg (G_OBJECT (element), "mode", "live");
  gst_util_set_object_arg (G_OBJECT (element), "framerate", "2/1");
  g_object_set (element, "base-url", url, "describe-batch", 4, "task",
      "put the banana in the bowl", NULL);
  return element;
}

int
main (int argc, char **argv)
{
  guint n_frames = 30 * (argc > 1 ? (guint) atoi (argv[1]) : 25);
  GstBuffer *pictures[N_PICTURES];
  Side base = { 0, }, live = { 0, };
  g_autoptr (Simulator) simulator = NULL;
  gint64 begin;

  gst_init (NULL, NULL);
  simulator = simulator_new (argc > 2 ? argv[2] : "5");
  if (simulator == NULL)
    return 1;
  make_pictures (pictures);
  start (&base, gst_element_factory_make ("identity", NULL));
  start (&live, make_annotate (simulator->url));
  begin = g_get_monotonic_time ();
  for (guint i = 0; i < n_frames; i++) {
    wait_until (begin + (gint64) i * FRAME_TIME);
    push (&base, pictures[i % N_PICTURES], i);
    push (&live, pictures[i % N_PICTURES], i);
  }
  report (&base, &live);
  stop (&live);
  stop (&base);
  for (guint i = 0; i < N_PICTURES; i++)
    gst_buffer_unref (pictures[i]);
  return 0;
}
