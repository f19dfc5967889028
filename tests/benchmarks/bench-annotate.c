/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/gst.h>
#include <time.h>

/* What scoreannotate mode=live takes of the streaming thread for a frame that is
 * no sample, beside identity, in turns; and that no frame is copied. Nobody
 * answers at the model server, which is asked by a thread of its own.
 * Argument: frames in each of the rounds (default 4000). */

#define N_ROUNDS 15
#define PICTURE (64 * 48 * 3 / 2)
#define CAPS "video/x-raw,format=I420,width=64,height=48,framerate=30/1"

typedef struct
{
  const gchar *name;
  GstElement *element;
  GstPad *src, *sink;
  guint64 frame;
  GstBuffer *pushed;
  guint64 n_copies;
  gdouble taken[N_ROUNDS];      /* microseconds a frame */
} Side;

static Side *now_running;

static GstFlowReturn
take (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  now_running->n_copies += buffer != now_running->pushed;
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static gdouble
get_cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gdouble) now.tv_sec + (gdouble) now.tv_nsec * 1e-9;
}

static void
start (Side * self, GstElement * element, const gchar * name)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstSegment segment;

  self->name = name;
  self->element = element;
  self->src = gst_pad_new ("src", GST_PAD_SRC);
  self->sink = gst_pad_new ("sink", GST_PAD_SINK);
  gst_pad_link (self->src, gst_element_get_static_pad (element, "sink"));
  gst_pad_link (gst_element_get_static_pad (element, "src"), self->sink);
  gst_pad_set_chain_function (self->sink, take);
  gst_pad_set_active (self->src, TRUE);
  gst_pad_set_active (self->sink, TRUE);
  gst_element_set_state (element, GST_STATE_PLAYING);
  gst_pad_push_event (self->src, gst_event_new_stream_start (name));
  gst_pad_push_event (self->src, gst_event_new_caps (caps));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->src, gst_event_new_segment (&segment));
}

static GstElement *
make_annotate (void)
{
  GstElement *element = gst_element_factory_make ("scoreannotate", NULL);

  gst_util_set_object_arg (G_OBJECT (element), "mode", "live");
  gst_util_set_object_arg (G_OBJECT (element), "framerate", "1/1000");
  g_object_set (element, "base-url", "http://127.0.0.1:1/v1", "model", "none",
      "task", "put the banana in the bowl", NULL);
  return element;
}

static gdouble
run (Side * self, guint n_frames)
{
  GstBuffer **frames = g_new (GstBuffer *, n_frames);
  gdouble begin, taken;

  now_running = self;
  for (guint i = 0; i < n_frames; i++) {
    frames[i] = gst_buffer_new_allocate (NULL, PICTURE, NULL);
    gst_buffer_memset (frames[i], 0, 128, PICTURE);
    GST_BUFFER_PTS (frames[i]) =
        gst_util_uint64_scale (self->frame++, GST_SECOND, 30);
  }
  begin = get_cpu_seconds ();
  for (guint i = 0; i < n_frames; i++) {
    self->pushed = frames[i];
    gst_pad_push (self->src, frames[i]);
  }
  taken = (get_cpu_seconds () - begin) * 1e6 / n_frames;
  g_free (frames);
  return taken;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gdouble one = *(const gdouble *) a, other = *(const gdouble *) b;

  return one < other ? -1 : one > other;
}

int
main (int argc, char **argv)
{
  guint n_frames = argc > 1 ? (guint) atoi (argv[1]) : 4000;
  Side base = { 0, }, live = { 0, };
  gdouble over[N_ROUNDS];

  gst_init (NULL, NULL);
  start (&base, gst_element_factory_make ("identity", NULL), "identity");
  start (&live, make_annotate (), "scoreannotate mode=live");
  run (&base, n_frames);
  run (&live, n_frames);
  for (guint i = 0; i < N_ROUNDS; i++) {
    base.taken[i] = run (&base, n_frames);
    live.taken[i] = run (&live, n_frames);
    over[i] = live.taken[i] - base.taken[i];
  }
  qsort (base.taken, N_ROUNDS, sizeof (gdouble), compare);
  qsort (live.taken, N_ROUNDS, sizeof (gdouble), compare);
  qsort (over, N_ROUNDS, sizeof (gdouble), compare);
  g_print ("%-28s %6.3f us a frame\n", base.name, base.taken[N_ROUNDS / 2]);
  g_print ("%-28s %6.3f us a frame, %" G_GUINT64_FORMAT " copies\n", live.name,
      live.taken[N_ROUNDS / 2], live.n_copies);
  g_print ("%-28s %6.3f us a frame (budget 0.5; quartiles %.3f to %.3f)\n",
      "over identity", over[N_ROUNDS / 2], over[N_ROUNDS / 4],
      over[3 * N_ROUNDS / 4]);
  gst_element_set_state (live.element, GST_STATE_NULL);
  gst_element_set_state (base.element, GST_STATE_NULL);
  return live.n_copies > 0;
}
