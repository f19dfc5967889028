/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-scoreoverlay
 * @title: scoreoverlay
 *
 * Draws what the GstScoreMeta of the frames says: a bar with the number, the
 * curve of the episode so far with the samples as points, the task, what the
 * model sees and what the finished task looks like. Values that may still change
 * are hollow and dashed; pending and failed episodes say so and show no number.
 * A frame without the meta passes untouched.
 *
 * Where downstream takes a GstVideoOverlayComposition the picture is attached to
 * the frame, else it is blended into it. It is drawn anew only when something in
 * it changed.
 *
 * ## Example
 * |[
 * gst-launch-1.0 filesrc location=episode.mp4 ! decodebin ! videoconvert \
 *   ! scoreannotate scores-location=results.jsonl ! scoreoverlay \
 *   ! videoconvert ! autovideosink
 * ]|
 *
 * Since: 0.1
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoremeta.h>
#include <gst/video/gstvideofilter.h>
#include <gst/video/video.h>

#include "elements/gstscoreelements.h"
#include "elements/overlaycaps.h"
#include "elements/overlaylook.h"
#include "elements/overlaymeta.h"
#include "elements/overlaypicture.h"

GST_DEBUG_CATEGORY_STATIC (score_overlay_debug);
#define GST_CAT_DEFAULT score_overlay_debug

#define GST_TYPE_SCORE_OVERLAY (gst_score_overlay_get_type ())
G_DECLARE_FINAL_TYPE (GstScoreOverlay, gst_score_overlay, GST, SCORE_OVERLAY,
    GstVideoFilter);

enum
{
  PROP_STATS = SCORE_OVERLAY_PROP_LAST,
};

struct _GstScoreOverlay
{
  GstVideoFilter parent;

  /* protected by the object lock */
  ScoreOverlayLook look;
  gboolean look_changed;
  gboolean refused;             /* downstream does not keep its caps' promise */
  gboolean must_ask;            /* whether it draws compositions */
  guint64 n_frames, n_untouched, n_drawings, n_attached, n_blended;

  /* of the streaming thread, from start to stop */
  ScoreOverlayLook shown_look;
  ScoreOverlayCanvas canvas;
  gboolean attach;
  ScoreTrack *track;
  ScoreOverlayPicture *picture;
  ScoreOverlayState drawn;      /* what composition shows */
  gboolean is_drawn, has_curve;
  GstVideoOverlayComposition *composition;      /* NULL: nothing to be seen */
  GstVideoOverlayComposition *current;  /* for this frame; not owned */
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (SCORE_OVERLAY_CAPS));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (SCORE_OVERLAY_CAPS));

G_DEFINE_FINAL_TYPE_WITH_CODE (GstScoreOverlay, gst_score_overlay,
    GST_TYPE_VIDEO_FILTER,
    GST_DEBUG_CATEGORY_INIT (score_overlay_debug, "scoreoverlay", 0,
        "progress drawn on video"));
GST_ELEMENT_REGISTER_DEFINE (scoreoverlay, "scoreoverlay", GST_RANK_NONE,
    GST_TYPE_SCORE_OVERLAY);

static GstStructure *
make_stats (GstScoreOverlay * self)
{
  return gst_structure_new ("application/x-score-overlay-stats",
      "frames", G_TYPE_UINT64, self->n_frames,
      "untouched", G_TYPE_UINT64, self->n_untouched,
      "drawings", G_TYPE_UINT64, self->n_drawings,
      "attached", G_TYPE_UINT64, self->n_attached,
      "blended", G_TYPE_UINT64, self->n_blended, NULL);
}

static void
gst_score_overlay_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstScoreOverlay *self = GST_SCORE_OVERLAY (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = score_overlay_look_set (&self->look, id, value);
  self->look_changed = TRUE;
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_score_overlay_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstScoreOverlay *self = GST_SCORE_OVERLAY (object);
  gboolean known = TRUE;

  GST_OBJECT_LOCK (self);
  if (id == PROP_STATS)
    g_value_take_boxed (value, make_stats (self));
  else
    known = score_overlay_look_get (&self->look, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
forget_drawing (GstScoreOverlay * self)
{
  g_clear_pointer (&self->composition, gst_video_overlay_composition_unref);
  score_overlay_state_clear (&self->drawn);
  self->is_drawn = FALSE;
  self->current = NULL;
}

static void
gst_score_overlay_finalize (GObject * object)
{
  GstScoreOverlay *self = GST_SCORE_OVERLAY (object);

  score_overlay_look_clear (&self->look);
  G_OBJECT_CLASS (gst_score_overlay_parent_class)->finalize (object);
}

static gboolean
gst_score_overlay_start (GstBaseTransform * trans)
{
  GstScoreOverlay *self = GST_SCORE_OVERLAY (trans);

  GST_OBJECT_LOCK (self);
  self->look_changed = TRUE;
  self->refused = FALSE;
  self->n_frames = self->n_untouched = self->n_drawings = 0;
  self->n_attached = self->n_blended = 0;
  GST_OBJECT_UNLOCK (self);
  self->attach = FALSE;
  self->track = score_track_new ();
  self->picture = score_overlay_picture_new ();
  return TRUE;
}

static gboolean
gst_score_overlay_stop (GstBaseTransform * trans)
{
  GstScoreOverlay *self = GST_SCORE_OVERLAY (trans);

  forget_drawing (self);
  g_clear_pointer (&self->track, score_track_free);
  g_clear_pointer (&self->picture, score_overlay_picture_free);
  score_overlay_look_clear (&self->shown_look);
  return TRUE;
}

static GstCaps *
gst_score_overlay_transform_caps (GstBaseTransform * trans,
    GstPadDirection direction, GstCaps * caps, GstCaps * filter)
{
  return score_overlay_caps_transform (direction, caps, filter);
}

static GstCaps *
gst_score_overlay_fixate_caps (GstBaseTransform * trans,
    GstPadDirection direction, GstCaps * caps, GstCaps * othercaps)
{
  GstScoreOverlay *self = GST_SCORE_OVERLAY (trans);
  g_autoptr (GstCaps) choice = othercaps;
  gboolean attach;

  if (direction == GST_PAD_SRC)
    return gst_caps_fixate (g_steal_pointer (&choice));
  GST_OBJECT_LOCK (self);
  attach = !self->refused;
  GST_OBJECT_UNLOCK (self);
  attach = attach && score_overlay_caps_peer_asks (trans->srcpad);
  return score_overlay_caps_choose (g_steal_pointer (&choice), attach);
}

static gboolean
gst_score_overlay_set_info (GstVideoFilter * filter, GstCaps * incaps,
    GstVideoInfo * in_info, GstCaps * outcaps, GstVideoInfo * out_info)
{
  GstScoreOverlay *self = GST_SCORE_OVERLAY (filter);

  self->canvas.width = GST_VIDEO_INFO_WIDTH (in_info);
  self->canvas.height = GST_VIDEO_INFO_HEIGHT (in_info);
  self->canvas.par_n = MAX (GST_VIDEO_INFO_PAR_N (in_info), 1);
  self->canvas.par_d = MAX (GST_VIDEO_INFO_PAR_D (in_info), 1);
  GST_OBJECT_LOCK (self);
  self->must_ask = TRUE;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static gboolean
gst_score_overlay_src_event (GstBaseTransform * trans, GstEvent * event)
{
  GstScoreOverlay *self = GST_SCORE_OVERLAY (trans);

  if (GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE) {
    GST_OBJECT_LOCK (self);
    self->refused = FALSE;
    self->must_ask = TRUE;
    GST_OBJECT_UNLOCK (self);
  }
  return GST_BASE_TRANSFORM_CLASS (gst_score_overlay_parent_class)->src_event
      (trans, event);
}

static void
update_look (GstScoreOverlay * self)
{
  GST_OBJECT_LOCK (self);
  if (self->look_changed) {
    score_overlay_look_assign (&self->shown_look, &self->look);
    self->look_changed = FALSE;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
count (GstScoreOverlay * self, guint64 * counter)
{
  GST_OBJECT_LOCK (self);
  (*counter)++;
  GST_OBJECT_UNLOCK (self);
}

static gint64
get_stream_time (GstScoreOverlay * self, GstBuffer * buffer)
{
  const GstSegment *segment = &GST_BASE_TRANSFORM (self)->segment;
  GstClockTime time = GST_CLOCK_TIME_NONE;

  if (segment->format == GST_FORMAT_TIME && GST_BUFFER_PTS_IS_VALID (buffer))
    time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME,
        GST_BUFFER_PTS (buffer));
  return time > G_MAXINT64 ? SCORE_TRACK_NO_TIME : (gint64) time;
}

static GstVideoOverlayComposition *
compose (cairo_surface_t * surface, gint x, gint y)
{
  gint width = cairo_image_surface_get_width (surface);
  gint height = cairo_image_surface_get_height (surface);
  gsize size = (gsize) cairo_image_surface_get_stride (surface) * height;
  g_autoptr (GstBuffer) pixels = NULL;
  GstVideoOverlayRectangle *rectangle;
  GstVideoOverlayComposition *composition;

  pixels = gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY,
      cairo_image_surface_get_data (surface), size, 0, size, surface,
      (GDestroyNotify) cairo_surface_destroy);
  gst_buffer_add_video_meta (pixels, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, width, height);
  rectangle = gst_video_overlay_rectangle_new_raw (pixels, x, y, width, height,
      GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);
  composition = gst_video_overlay_composition_new (rectangle);
  gst_video_overlay_rectangle_unref (rectangle);
  return composition;
}

static void
draw (GstScoreOverlay * self, const ScoreOverlayState * state)
{
  cairo_surface_t *surface;
  gint x = 0, y = 0;

  score_overlay_state_assign (&self->drawn, state);
  self->is_drawn = TRUE;
  g_clear_pointer (&self->composition, gst_video_overlay_composition_unref);
  surface = score_overlay_picture_draw (self->picture, &self->drawn, &x, &y);
  if (surface != NULL)
    self->composition = compose (surface, x, y);
  self->has_curve = score_overlay_picture_has_curve (self->picture);
  count (self, &self->n_drawings);
}

/* A curve that had no room will have none as long as all else is the same. */
static gboolean
looks_as_drawn (GstScoreOverlay * self, const ScoreOverlayState * state)
{
  ScoreOverlayState now = *state, drawn = self->drawn;

  if (!self->is_drawn)
    return FALSE;
  if (!self->has_curve) {
    score_overlay_state_drop_curve (&now);
    score_overlay_state_drop_curve (&drawn);
  }
  return score_overlay_state_equal (&now, &drawn);
}

static GstVideoOverlayComposition *
choose_composition (GstScoreOverlay * self, GstBuffer * buffer)
{
  GstCustomMeta *meta = gst_score_meta_get (buffer);
  ScoreOverlayState state = { 0 };

  if (meta == NULL)
    return NULL;
  update_look (self);
  state.look = self->shown_look;
  state.canvas = self->canvas;
  score_overlay_meta_read (meta, get_stream_time (self, buffer), self->track,
      &state);
  if (!score_overlay_state_is_visible (&state))
    return NULL;
  if (!looks_as_drawn (self, &state))
    draw (self, &state);
  return self->composition;
}

static gboolean
ask_for_compositions (GstScoreOverlay * self, GstCaps * caps)
{
  GstPad *srcpad = GST_BASE_TRANSFORM_SRC_PAD (self);
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, FALSE);

  return gst_pad_peer_query (srcpad, query)
      && gst_query_find_allocation_meta (query,
      GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL);
}

/* Downstream's caps promised to draw what its answer does not. NULL where there
 * is no other way: frames that cannot be written to, or with pictures that
 * upstream has attached. */
static GstCaps *
find_plain_caps (GstScoreOverlay * self, GstCaps * caps)
{
  g_autoptr (GstCaps) incaps =
      gst_pad_get_current_caps (GST_BASE_TRANSFORM_SINK_PAD (self));

  if (incaps == NULL || score_overlay_caps_has_feature (incaps))
    return NULL;
  return score_overlay_caps_peer_takes_plain (GST_BASE_TRANSFORM_SRC_PAD (self),
      caps);
}

static void
go_back_to_plain_caps (GstScoreOverlay * self, GstCaps * caps)
{
  g_autoptr (GstCaps) plain = find_plain_caps (self, caps);

  if (plain == NULL) {
    self->attach = TRUE;
    return;
  }
  GST_INFO_OBJECT (self, "downstream draws no compositions");
  GST_OBJECT_LOCK (self);
  self->refused = TRUE;
  GST_OBJECT_UNLOCK (self);
  gst_base_transform_update_src_caps (GST_BASE_TRANSFORM (self), plain);
}

/* Caps tell what can be, the answer to the allocation query what is. The base
 * class asks nothing for elements that work in place. */
static void
choose_way (GstScoreOverlay * self)
{
  GstPad *srcpad = GST_BASE_TRANSFORM_SRC_PAD (self);
  g_autoptr (GstCaps) caps = NULL;
  gboolean must_ask;

  GST_OBJECT_LOCK (self);
  must_ask = self->must_ask;
  self->must_ask = FALSE;
  GST_OBJECT_UNLOCK (self);
  if (!must_ask || !(caps = gst_pad_get_current_caps (srcpad)))
    return;
  self->attach = ask_for_compositions (self, caps);
  if (GST_PAD_IS_FLUSHING (srcpad)) {
    GST_OBJECT_LOCK (self);
    self->must_ask = TRUE;
    GST_OBJECT_UNLOCK (self);
  } else if (!self->attach && score_overlay_caps_has_feature (caps)) {
    go_back_to_plain_caps (self, caps);
  }
  GST_DEBUG_OBJECT (self, "%s", self->attach ? "attaching" : "blending");
}

/* Runs before a buffer is made writable, so that one with nothing to be drawn
 * on it is passed on as it came. A copy shares the memory until it is blended
 * into. */
static GstFlowReturn
gst_score_overlay_prepare_output_buffer (GstBaseTransform * trans,
    GstBuffer * input, GstBuffer ** output)
{
  GstScoreOverlay *self = GST_SCORE_OVERLAY (trans);

  count (self, &self->n_frames);
  self->current = choose_composition (self, input);
  if (self->current == NULL)
    count (self, &self->n_untouched);
  else
    choose_way (self);
  if (self->current == NULL || gst_buffer_is_writable (input))
    *output = input;
  else
    *output = gst_buffer_copy (input);
  return GST_FLOW_OK;
}

/* Beside what is attached already. */
static void
attach (GstScoreOverlay * self, GstBuffer * buffer)
{
  GstVideoOverlayCompositionMeta *meta =
      gst_buffer_get_video_overlay_composition_meta (buffer);
  GstVideoOverlayComposition *both;

  if (meta == NULL) {
    gst_buffer_add_video_overlay_composition_meta (buffer, self->current);
    return;
  }
  both = gst_video_overlay_composition_copy (meta->overlay);
  for (guint i = 0; i < gst_video_overlay_composition_n_rectangles
      (self->current); i++)
    gst_video_overlay_composition_add_rectangle (both,
        gst_video_overlay_composition_get_rectangle (self->current, i));
  gst_buffer_remove_video_overlay_composition_meta (buffer, meta);
  gst_buffer_add_video_overlay_composition_meta (buffer, both);
  gst_video_overlay_composition_unref (both);
}

static GstFlowReturn
gst_score_overlay_transform_ip (GstBaseTransform * trans, GstBuffer * buffer)
{
  GstScoreOverlay *self = GST_SCORE_OVERLAY (trans);

  if (self->current == NULL)
    return GST_FLOW_OK;
  if (self->attach) {
    attach (self, buffer);
    count (self, &self->n_attached);
    return GST_FLOW_OK;
  }
  /* maps the frame and calls transform_frame_ip */
  return GST_BASE_TRANSFORM_CLASS (gst_score_overlay_parent_class)->transform_ip
      (trans, buffer);
}

static GstFlowReturn
gst_score_overlay_transform_frame_ip (GstVideoFilter * filter,
    GstVideoFrame * frame)
{
  GstScoreOverlay *self = GST_SCORE_OVERLAY (filter);

  if (!gst_video_overlay_composition_blend (self->current, frame)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, (NULL),
        ("cannot draw into a frame of the format %s",
            gst_video_format_to_string (GST_VIDEO_FRAME_FORMAT (frame))));
    return GST_FLOW_ERROR;
  }
  count (self, &self->n_blended);
  return GST_FLOW_OK;
}

static void
gst_score_overlay_class_init (GstScoreOverlayClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);
  GstVideoFilterClass *filter_class = GST_VIDEO_FILTER_CLASS (klass);

  object_class->set_property = gst_score_overlay_set_property;
  object_class->get_property = gst_score_overlay_get_property;
  object_class->finalize = gst_score_overlay_finalize;
  score_overlay_look_install_properties (object_class);
  /**
   * GstScoreOverlay:stats:
   *
   * Counters since the start (all guint64): `frames`, `untouched` (had nothing
   * to be drawn on them), `drawings` (of the picture, which is used again for
   * frames that look the same), `attached` and `blended` frames.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics", "Counters since the start",
          GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  gst_element_class_set_static_metadata (element_class,
      "Progress overlay", "Filter/Effect/Video",
      "Draws the progress that frames carry: bar, curve, task and descriptions",
      "The gst-score authors");
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);

  trans_class->start = gst_score_overlay_start;
  trans_class->stop = gst_score_overlay_stop;
  trans_class->transform_caps = gst_score_overlay_transform_caps;
  trans_class->fixate_caps = gst_score_overlay_fixate_caps;
  trans_class->src_event = gst_score_overlay_src_event;
  trans_class->prepare_output_buffer = gst_score_overlay_prepare_output_buffer;
  trans_class->transform_ip = gst_score_overlay_transform_ip;
  filter_class->set_info = gst_score_overlay_set_info;
  filter_class->transform_frame_ip = gst_score_overlay_transform_frame_ip;
}

static void
gst_score_overlay_init (GstScoreOverlay * self)
{
  score_overlay_look_init (&self->look);
  gst_base_transform_set_in_place (GST_BASE_TRANSFORM (self), TRUE);
}
