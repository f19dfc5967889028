/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-source.h"

GST_DEBUG_CATEGORY_STATIC (score_plan_debug);
#define GST_CAT_DEFAULT score_plan_debug

/* What a planned bin does, owned by it. The streaming thread alone uses what
 * stands below the wanted frames. */
typedef struct
{
  GstElement *bin;              /* not reffed */
  GstElement *decoder;          /* in the bin */
  ScorePlanScan *scan;
  guint64 n_frames;             /* that are shown */
  GArray *wanted;               /* guint64: time stamps, ascending */
  guint next_unit;              /* that is to come to the decoder */
  guint next_wanted;            /* that is to come from it */
  gboolean failed;
} Source;

static void
source_free (gpointer data)
{
  Source *self = data;

  g_clear_pointer (&self->scan, score_plan_scan_free);
  g_clear_pointer (&self->wanted, g_array_unref);
  g_free (self);
}

static GstPadProbeReturn
fail (Source * self, const gchar * what)
{
  if (!self->failed)
    GST_ELEMENT_ERROR (self->bin, STREAM, DECODE, ("The video cannot be "
            "decoded in parts: %s; --decode=all decodes everything.", what),
        ("unit %u, frame %u", self->next_unit, self->next_wanted));
  self->failed = TRUE;
  return GST_PAD_PROBE_DROP;
}

/* Before the decoder. */
static GstPadProbeReturn
unit_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Source *self = user_data;
  const ScorePlan *plan = self->scan->plan;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  const ScorePlanUnit *unit;

  if (self->failed)
    return GST_PAD_PROBE_DROP;
  if (self->next_unit == score_plan_get_n_units (plan))
    return fail (self, "the file grows");
  unit = score_plan_get_unit (plan, self->next_unit++);
  if (GST_BUFFER_PTS (buffer) != unit->pts
      || gst_buffer_get_size (buffer) != unit->size)
    return fail (self, "the file has changed");
  return unit->flags & SCORE_PLAN_KEPT ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static gboolean
has_rate (const Source * self, GstEvent * event)
{
  GstCaps *caps;
  gint n, d;

  gst_event_parse_caps (event, &caps);
  return gst_structure_get_fraction (gst_caps_get_structure (caps, 0),
      "framerate", &n, &d) && n == self->scan->fps_n && d == self->scan->fps_d;
}

static GstPadProbeReturn
end (Source * self, GstPad * pad)
{
  if (self->failed)
    return GST_PAD_PROBE_DROP;
  if (self->next_wanted < self->wanted->len)
    return fail (self, "the decoder gives fewer frames than there are");
  gst_pad_push_event (pad, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new ("score/episode-frames", "n-frames", G_TYPE_UINT64,
              self->n_frames, NULL)));
  return GST_PAD_PROBE_OK;
}

/* Behind the decoder, which also gives what was decoded for others' sake. */
static GstPadProbeReturn
frame_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Source *self = user_data;
  GstClockTime pts = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)), next;

  if (self->failed || self->next_wanted == self->wanted->len)
    return GST_PAD_PROBE_DROP;
  next = g_array_index (self->wanted, guint64, self->next_wanted);
  if (pts < next)
    return GST_PAD_PROBE_DROP;
  if (pts > next)
    return fail (self, "the decoder leaves out a frame");
  self->next_wanted++;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
event_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Source *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    return end (self, pad);
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS && !has_rate (self, event))
    return fail (self, "the decoder gives another frame rate");
  return GST_PAD_PROBE_OK;
}

static void
pad_added_cb (GstElement * parsebin, GstPad * pad, gpointer user_data)
{
  Source *self = user_data;
  g_autoptr (GstPad) sinkpad =
      gst_element_get_static_pad (self->decoder, "sink");
  g_autofree gchar *stream_id = gst_pad_get_stream_id (pad);

  if (gst_pad_is_linked (sinkpad) || !score_plan_is_video (pad)
      || g_strcmp0 (stream_id, self->scan->stream_id) != 0)
    return;
  if (GST_PAD_LINK_FAILED (gst_pad_link (pad, sinkpad)))
    fail (self, "the decoder does not take it");
}

static void
no_more_pads_cb (GstElement * parsebin, gpointer user_data)
{
  Source *self = user_data;
  g_autoptr (GstPad) sinkpad =
      gst_element_get_static_pad (self->decoder, "sink");

  if (!gst_pad_is_linked (sinkpad))
    fail (self, "the file has changed");
}

/* The decoder that decoding everything would find. */
static gboolean
is_first_choice (const ScorePlanScan * scan)
{
  GList *all = gst_element_factory_list_get_elements
      (GST_ELEMENT_FACTORY_TYPE_DECODER, GST_RANK_MARGINAL);
  GList *able = gst_element_factory_list_filter (all, scan->caps, GST_PAD_SINK,
      TRUE);
  gboolean is_first = able != NULL
      && g_str_equal (GST_OBJECT_NAME (able->data), scan->decoder);

  gst_plugin_feature_list_free (able);
  gst_plugin_feature_list_free (all);
  return is_first;
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  guint64 one = *(const guint64 *) a, other = *(const guint64 *) b;

  return one < other ? -1 : one > other;
}

static GArray *
get_wanted (const ScorePlan * plan)
{
  GArray *wanted = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < score_plan_get_n_units (plan); i++) {
    const ScorePlanUnit *unit = score_plan_get_unit (plan, i);

    if (unit->flags & SCORE_PLAN_WANTED)
      g_array_append_val (wanted, unit->pts);
  }
  g_array_sort (wanted, compare_times);
  return wanted;
}

/* The sink says which frames it would take. */
static const gchar *
choose (Source * self, GstElement * sink)
{
  ScorePlan *plan = self->scan->plan;
  g_autoptr (GArray) times = score_plan_get_times (plan);
  g_autoptr (GArray) samples = NULL;

  if (times == NULL)
    return "its frames cannot be told apart by their times";
  self->n_frames = times->len;
  g_signal_emit_by_name (sink, "plan-samples", times, self->scan->fps_n,
      self->scan->fps_d, &samples);
  if (samples == NULL || !score_plan_choose (plan, samples))
    return "which frames are samples cannot be known before";
  self->wanted = get_wanted (plan);
  return NULL;
}

static void
add_probes (Source * self, GstPad * srcpad)
{
  g_autoptr (GstPad) sinkpad =
      gst_element_get_static_pad (self->decoder, "sink");

  gst_pad_add_probe (sinkpad, GST_PAD_PROBE_TYPE_BUFFER, unit_cb, self, NULL);
  gst_pad_add_probe (srcpad, GST_PAD_PROBE_TYPE_BUFFER, frame_cb, self, NULL);
  gst_pad_add_probe (srcpad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, event_cb,
      self, NULL);
}

/* One thread: several videos are done at a time, and threads cost. */
static void
use_one_thread (GstElement * decoder)
{
  static const gchar *const names[] = { "max-threads", "threads" };
  GObjectClass *klass = G_OBJECT_GET_CLASS (decoder);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_object_class_find_property (klass, names[i]) != NULL)
      g_object_set (decoder, names[i], 1, NULL);
  }
}

static gboolean
build (Source * self, const gchar * path)
{
  GstElement *source = gst_element_factory_make ("filesrc", NULL);
  GstElement *parsebin = gst_element_factory_make ("parsebin", NULL);
  g_autoptr (GstPad) srcpad = NULL;

  self->decoder = gst_element_factory_make (self->scan->decoder, NULL);
  if (source == NULL || parsebin == NULL || self->decoder == NULL) {
    g_clear_pointer (&source, gst_object_unref);
    g_clear_pointer (&parsebin, gst_object_unref);
    gst_clear_object (&self->decoder);
    return FALSE;
  }
  g_object_set (source, "location", path, NULL);
  use_one_thread (self->decoder);
  gst_bin_add_many (GST_BIN (self->bin), source, parsebin, self->decoder, NULL);
  srcpad = gst_element_get_static_pad (self->decoder, "src");
  add_probes (self, srcpad);
  g_signal_connect (parsebin, "pad-added", G_CALLBACK (pad_added_cb), self);
  g_signal_connect (parsebin, "no-more-pads", G_CALLBACK (no_more_pads_cb),
      self);
  return gst_element_link (source, parsebin) && gst_element_add_pad (self->bin,
      gst_ghost_pad_new ("src", srcpad));
}

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (score_plan_debug, "scoreplan", 0,
        "what is decoded of a video");
    g_once_init_leave (&done, 1);
  }
}

/* Why not, or NULL. */
static const gchar *
prepare (Source * self, const gchar * path, GstElement * sink)
{
  const gchar *reason;

  if (!is_first_choice (self->scan))
    return "it is not known of its decoder what may be left out";
  if ((reason = choose (self, sink)) != NULL)
    return reason;
  return build (self, path) ? NULL : "elements are missing";
}

GstElement *
score_plan_source_new (const gchar * path, ScorePlanScan ** scan,
    GstElement * sink)
{
  g_autoptr (GstElement) bin = gst_object_ref_sink (gst_bin_new (NULL));
  Source *self = g_new0 (Source, 1);

  init_debug ();
  self->bin = bin;
  self->scan = *scan;
  g_object_set_data_full (G_OBJECT (bin), "score-plan", self, source_free);
  self->scan->reason = prepare (self, path, sink);
  if (self->scan->reason != NULL) {
    self->scan = NULL;
    return NULL;
  }
  *scan = NULL;
  GST_INFO ("%s: %u samples, %u of %u units decoded", path, self->wanted->len,
      score_plan_count (self->scan->plan, SCORE_PLAN_KEPT),
      score_plan_get_n_units (self->scan->plan));
  g_object_force_floating (G_OBJECT (bin));
  return g_steal_pointer (&bin);
}
