/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* draw-pictures FOLDER [WANTED]: writes the pictures of the documentation, with
 * toy episodes whose true progress stands for a model's. With a folder of
 * pictures that are WANTED it fails where those look different. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <cairo.h>
#include <gst/gst.h>
#include <gst/score/score.h>
#include <math.h>
#include <pango/pangocairo.h>

#define TASK "put the banana in the bowl"
#define COMPLETION_STATE "The banana lies in the bowl; the gripper is open " \
  "and clear of it."
#define FRAMERATE 30
#define SAMPLE_EVERY 15         /* frames */
#define FONT "DejaVu Sans"
/* FreeType's versions differ in the grey of edges, never in where they are. */
#define FAR_OFF 80
#define MOST_FAR_OFF 0.001
#define LIVE_DELAY 30           /* frames that a provisional value is old */

typedef struct
{
  const gchar *properties;      /* of scoretestsrc */
  const gchar *overlay;         /* properties of scoreoverlay */
  GstScoreMetaStatus status;
  gboolean outcome_known, success;
  gint width, height;
  guint frame;                  /* which one is shown */
  const gchar *description;     /* NULL: as the progress says */
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
  gst_score_meta_set_description (meta, run->shot->description ?
      run->shot->description :
      describe (g_array_index (run->truth, gdouble, n)));
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
      "! scoreoverlay name=overlay font=\"" FONT "\" %s ! videoconvert "
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

static gboolean
is_far_off (guint32 a, guint32 b)
{
  for (guint shift = 0; shift < 24; shift += 8)
    if (ABS ((gint) (a >> shift & 0xff) - (gint) (b >> shift & 0xff)) > FAR_OFF)
      return TRUE;
  return FALSE;
}

/* Share of pixels that are far off. */
static gdouble
compare (cairo_surface_t * a, cairo_surface_t * b)
{
  gint width = cairo_image_surface_get_width (a);
  gint height = cairo_image_surface_get_height (a);
  guint64 n_far = 0;

  if (width != cairo_image_surface_get_width (b)
      || height != cairo_image_surface_get_height (b))
    return 1.0;
  for (gint y = 0; y < height; y++) {
    const guint32 *p = (const guint32 *) (gpointer)
        (cairo_image_surface_get_data (a)
        + y * cairo_image_surface_get_stride (a));
    const guint32 *q = (const guint32 *) (gpointer)
        (cairo_image_surface_get_data (b)
        + y * cairo_image_surface_get_stride (b));

    for (gint x = 0; x < width; x++)
      n_far += is_far_off (p[x], q[x]);
  }
  return (gdouble) n_far / ((gdouble) width * height);
}

static gboolean
is_wanted (cairo_surface_t * surface, const gchar * folder, const gchar * name)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  cairo_surface_t *wanted = cairo_image_surface_create_from_png (path);
  gdouble share = 1.0;

  if (cairo_surface_status (wanted) == CAIRO_STATUS_SUCCESS)
    share = compare (surface, wanted);
  cairo_surface_destroy (wanted);
  g_print ("%.2f %% far off: %s\n", 100 * share, path);
  return share <= MOST_FAR_OFF;
}

/* Takes @surface. Returns whether it looks as wanted. */
static gboolean
save (cairo_surface_t * surface, char **folders, const gchar * name)
{
  g_autofree gchar *path = g_build_filename (folders[0], name, NULL);
  cairo_status_t status = cairo_surface_write_to_png (surface, path);
  gboolean good = TRUE;

  if (status != CAIRO_STATUS_SUCCESS)
    g_error ("%s: %s", path, cairo_status_to_string (status));
  g_print ("%s\n", path);
  if (folders[1] != NULL)
    good = is_wanted (surface, folders[1], name);
  cairo_surface_destroy (surface);
  return good;
}

static gboolean
has_font (void)
{
  g_autoptr (PangoFontMap) map = pango_cairo_font_map_new ();
  PangoFontFamily **families;
  gint n;
  gboolean found = FALSE;

  pango_font_map_list_families (map, &families, &n);
  for (gint i = 0; i < n; i++)
    found |= g_str_equal (pango_font_family_get_name (families[i]), FONT);
  g_free (families);
  return found;
}

int
main (int argc, char **argv)
{
  const Shot one = { "", "", GST_SCORE_META_FINAL, TRUE, TRUE, 1280, 720, 165 };
  const Shot states[] = {
    {"", "", GST_SCORE_META_PENDING, FALSE, FALSE, 640, 360, 20},
    {"", "", GST_SCORE_META_PROVISIONAL, FALSE, FALSE, 640, 360, 165},
    {"outcome=partial", "position=top-left", GST_SCORE_META_FINAL, TRUE, FALSE,
        640, 360, 220, "The banana lies on the table beside the bowl; the "
          "open gripper is above."},
    {"", "elements=bar+task", GST_SCORE_META_FAILED, FALSE, FALSE, 640, 360,
        120},
  };
  gboolean good;

  gst_init (&argc, &argv);
  if (argc != 2 && argc != 3) {
    g_printerr ("usage: %s FOLDER [WANTED]\n", argv[0]);
    return 2;
  }
  if (!has_font ()) {
    g_printerr ("the font " FONT " is not installed\n");
    return 77;
  }
  good = save (take (&one), argv + 1, "overlay.png");
  good &= save (take_all (states, G_N_ELEMENTS (states)), argv + 1,
      "overlay-states.png");
  return good ? 0 : 1;
}
