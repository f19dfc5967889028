/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* draw-pictures FOLDER: writes the pictures of the documentation, with toy
 * episodes whose true progress stands for a model's. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <cairo.h>
#include <gst/gst.h>
#include <gst/score/score.h>
#include <math.h>

#define TASK "put the banana in the bowl"
#define COMPLETION_STATE "The banana lies in the bowl; the gripper is open " \
  "and clear of it."
#define FRAMERATE 30
#define SAMPLE_EVERY 15         /* frames */
#define LIVE_DELAY 30           /* frames that a provisional value is old */

typedef struct
{
  const gchar *properties;      /* of scoretestsrc */
  const gchar *overlay;         /* properties of scoreoverlay */
  GstScoreMetaStatus status;
  gboolean outcome_known, success;
  gint width, height;
  guint frame;                  /* which one is shown */
} Shot;

typedef struct
{
  const Shot *shot;
  GArray *truth;                /* gdouble, of every frame */
  guint n_seen;
  cairo_surface_t *surface;
} Run;

static const gchar *
describe (gdouble progress)
{
  if (progress < 0.2)
    return "The banana lies on the table; the open gripper is above it.";
  if (progress < 0.5)
    return "The gripper is closed around the banana.";
  if (progress < 0.9)
    return "The gripper carries the banana towards the bowl.";
  return "The banana is in the bowl and the gripper is open.";
}

/* Between two samples the value lies on the line that joins them. */
static gdouble
interpolate (const Run * run, guint n, guint * from)
{
  guint base = n / SAMPLE_EVERY * SAMPLE_EVERY;
  gdouble value = g_array_index (run->truth, gdouble, base);

  *from = base;
  return value + (g_array_index (run->truth, gdouble, n) - value)
      * (n - base) / SAMPLE_EVERY;
}

static void
attach_live (const Run * run, GstBuffer * buffer, guint n)
{
  guint sample = n < LIVE_DELAY ? 0
      : (n - LIVE_DELAY) / SAMPLE_EVERY * SAMPLE_EVERY;

  gst_score_meta_add (buffer, "e", GST_SCORE_META_PROVISIONAL,
      g_array_index (run->truth, gdouble, sample), FALSE,
      gst_util_uint64_scale (sample, GST_SECOND, FRAMERATE));
}

static void
attach_final (const Run * run, GstBuffer * buffer, guint n)
{
  guint sample;
  gdouble value = interpolate (run, n, &sample);
  GstCustomMeta *meta = gst_score_meta_add (buffer, "e", GST_SCORE_META_FINAL,
      value, n != sample, gst_util_uint64_scale (sample, GST_SECOND,
          FRAMERATE));

  if (run->shot->outcome_known)
    gst_score_meta_set_success (meta, run->shot->success);
}

static void
attach (const Run * run, GstBuffer * buffer, guint n)
{
  GstCustomMeta *meta;

  if (run->shot->status == GST_SCORE_META_PROVISIONAL)
    attach_live (run, buffer, n);
  else if (run->shot->status == GST_SCORE_META_FINAL)
    attach_final (run, buffer, n);
  else
    gst_score_meta_add (buffer, "e", run->shot->status, NAN, FALSE,
        GST_CLOCK_TIME_NONE);
  meta = gst_score_meta_get (buffer);
  gst_score_meta_set_task (meta, TASK);
  if (run->shot->status == GST_SCORE_META_PENDING
      || run->shot->status == GST_SCORE_META_FAILED)
    return;
  gst_score_meta_set_description (meta, describe (g_array_index (run->truth,
              gdouble, n)));
  gst_score_meta_set_completion_state (meta, COMPLETION_STATE);
}

static GstPadProbeReturn
attach_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Run *run = user_data;
  GstBuffer *buffer =
      gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  gdouble progress = 0.0;

  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  gst_score_truth_meta_get_progress (buffer, &progress);
  g_array_append_val (run->truth, progress);
  attach (run, buffer, run->truth->len - 1);
  return GST_PAD_PROBE_OK;
}

/* The frame is BGRx, which is what cairo calls RGB24. */
static GstPadProbeReturn
keep_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Run *run = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  if (run->n_seen++ != run->shot->frame)
    return GST_PAD_PROBE_OK;
  run->surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24,
      run->shot->width, run->shot->height);
  gst_buffer_extract (buffer, 0, cairo_image_surface_get_data (run->surface),
      (gsize) run->shot->width * run->shot->height * 4);
  cairo_surface_mark_dirty (run->surface);
  return GST_PAD_PROBE_OK;
}

static void
add_probe (GstElement * pipeline, const gchar * name, const gchar * pad_name,
    GstPadProbeCallback callback, Run * run)
{
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (pipeline), name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, pad_name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, callback, run, NULL);
}

static GstElement *
make_pipeline (const Shot * shot)
{
  g_autofree gchar *line = g_strdup_printf ("scoretestsrc name=src %s "
      "num-buffers=%u ! video/x-raw,width=%d,height=%d,framerate=%d/1 "
      "! scoreoverlay name=overlay %s ! videoconvert "
      "! video/x-raw,format=BGRx ! fakesink name=sink", shot->properties,
      shot->frame + 1, shot->width, shot->height, FRAMERATE, shot->overlay);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);

  if (error != NULL)
    g_error ("%s", error->message);
  return pipeline;
}

static cairo_surface_t *
take (const Shot * shot)
{
  g_autoptr (GstElement) pipeline = make_pipeline (shot);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  Run run = {.shot = shot };

  run.truth = g_array_new (FALSE, FALSE, sizeof (gdouble));
  add_probe (pipeline, "overlay", "sink", attach_cb, &run);
  add_probe (pipeline, "sink", "sink", keep_cb, &run);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_array_unref (run.truth);
  if (run.surface == NULL)
    g_error ("the episode has no frame %u", shot->frame);
  return run.surface;
}

/* Two in a row. */
static cairo_surface_t *
take_all (const Shot * shots, guint n)
{
  const gint gap = 8;
  gint width = shots[0].width, height = shots[0].height;
  cairo_surface_t *sheet = cairo_image_surface_create (CAIRO_FORMAT_RGB24,
      2 * width + gap, (gint) (n / 2) * (height + gap) - gap);
  cairo_t *cr = cairo_create (sheet);

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  for (guint i = 0; i < n; i++) {
    cairo_surface_t *picture = take (&shots[i]);

    cairo_set_source_surface (cr, picture, (gint) (i % 2) * (width + gap),
        (gint) (i / 2) * (height + gap));
    cairo_paint (cr);
    cairo_surface_destroy (picture);
  }
  cairo_destroy (cr);
  return sheet;
}

static void
save (cairo_surface_t * surface, const gchar * folder, const gchar * name)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  cairo_status_t status = cairo_surface_write_to_png (surface, path);

  if (status != CAIRO_STATUS_SUCCESS)
    g_error ("%s: %s", path, cairo_status_to_string (status));
  cairo_surface_destroy (surface);
  g_print ("%s\n", path);
}

int
main (int argc, char **argv)
{
  const Shot one = { "", "", GST_SCORE_META_FINAL, TRUE, TRUE, 1280, 720, 165 };
  const Shot states[] = {
    {"", "", GST_SCORE_META_PENDING, FALSE, FALSE, 640, 360, 20},
    {"", "", GST_SCORE_META_PROVISIONAL, FALSE, FALSE, 640, 360, 165},
    {"outcome=partial", "position=top-left", GST_SCORE_META_FINAL, TRUE, FALSE,
        640, 360, 220},
    {"", "elements=bar+task", GST_SCORE_META_FAILED, FALSE, FALSE, 640, 360,
        120},
  };

  gst_init (&argc, &argv);
  if (argc != 2) {
    g_printerr ("usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  save (take (&one), argv[1], "overlay.png");
  save (take_all (states, G_N_ELEMENTS (states)), argv[1],
      "overlay-states.png");
  return 0;
}
