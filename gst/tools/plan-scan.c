/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-scan.h"

#include <glib/gstdio.h>
#include <gst/score/gstscoreerror.h>

#include "plan-codec.h"
#include "run-stall.h"

/* A demuxer that waits for what never comes would be waited for without end, and one
 * that gave up without a word for long. */
#define PATIENCE_SECONDS 10
#define STALLED_SECONDS 2

#define TS_SYNC 0x47
#define TS_PACKET 188

#define NOT_THE_STREAM "it has no video that can be looked at"

static const ScorePlanCodec *const codecs[] = {
  &score_plan_h264, &score_plan_h265, &score_plan_vp9, &score_plan_av1
};

/* One way through a file. The streaming thread writes what stands below the
 * sink; the caller reads it when the pipeline has ended. */
typedef struct
{
  GstElement *pipeline;
  GstElement *sink;
  ScorePlanScan *scan;
  const ScorePlanCodec *codec;
  gpointer state;
  GstSegment segment;
  gboolean has_pads;            /* something came of the file */
  gboolean is_linked, stopped;
  gboolean is_lossy;            /* of the caller: the demuxer has warned */
  gint n_seen;                  /* atomic: frames and events, to see it move */
} Scan;

void
score_plan_scan_free (ScorePlanScan * scan)
{
  g_return_if_fail (scan != NULL);

  score_plan_free (scan->plan);
  gst_clear_caps (&scan->caps);
  g_clear_error (&scan->failure);
  g_free (scan->stream_id);
  g_free (scan);
}

static void
scan_clear (Scan * self)
{
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->pipeline);
  if (self->state != NULL)
    self->codec->close (self->state);
  g_clear_pointer (&self->scan, score_plan_scan_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scan, scan_clear);

/* The first reason counts; what comes is still looked at for its time. */
static void
give_up (Scan * self, const gchar * reason)
{
  if (self->scan->reason == NULL)
    self->scan->reason = reason;
}

/* Nothing more can be learnt. */
static void
stop (Scan * self, const gchar * reason)
{
  give_up (self, reason);
  self->stopped = TRUE;
  gst_element_post_message (self->pipeline,
      gst_message_new_application (GST_OBJECT (self->pipeline),
          gst_structure_new_empty ("stopped")));
}

/* The time at which the decoder will show it. A frame that is shown in part is
 * moved, and it is the decoder that knows where to. */
static void
set_time (Scan * self, GstBuffer * buffer, ScorePlanUnit * unit)
{
  GstClockTime start = GST_BUFFER_PTS (buffer), stop = start;
  guint64 shown_from, shown_to;

  unit->pts = start;
  unit->time = GST_CLOCK_TIME_NONE;
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    stop += GST_BUFFER_DURATION (buffer);
  if (!gst_segment_clip (&self->segment, GST_FORMAT_TIME, start, stop,
          &shown_from, &shown_to))
    return;
  if (shown_from != start)
    give_up (self, "it begins within a frame");
  unit->time = gst_segment_to_running_time (&self->segment, GST_FORMAT_TIME,
      shown_from);
  if (!GST_CLOCK_TIME_IS_VALID (self->scan->last)
      || unit->time > self->scan->last)
    self->scan->last = unit->time;
}

static const gchar *
look (Scan * self, GstBuffer * buffer, ScorePlanUnit * unit)
{
  const gchar *reason;
  GstMapInfo map;

  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED)
      || GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DECODE_ONLY)
      || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return "a unit of it is damaged";
  unit->size = (guint32) map.size;
  reason = self->codec->look (self->state, map.data, map.size, unit);
  gst_buffer_unmap (buffer, &map);
  return reason;
}

static void
add_unit (Scan * self, GstBuffer * buffer, ScorePlanUnit * unit)
{
  const gchar *reason;

  if (self->state == NULL)
    reason = NOT_THE_STREAM;
  else if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT)
      && score_plan_get_n_units (self->scan->plan) > 0)
    reason = "it has gaps";
  else
    reason = look (self, buffer, unit);
  if (reason != NULL)
    give_up (self, reason);
  else
    score_plan_add (self->scan->plan, unit);
}

static void
add_buffer (Scan * self, GstBuffer * buffer)
{
  ScorePlanUnit unit = { 0, };

  if (self->stopped)
    return;
  if (!GST_BUFFER_PTS_IS_VALID (buffer)
      || self->segment.format != GST_FORMAT_TIME) {
    self->scan->last = GST_CLOCK_TIME_NONE;
    stop (self, "its frames have no time stamps of their own");
    return;
  }
  set_time (self, buffer, &unit);
  if (self->scan->reason == NULL)
    add_unit (self, buffer, &unit);
}

static const ScorePlanCodec *
find_codec (GstCaps * caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);

  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (gst_structure_has_name (s, codecs[i]->caps))
      return codecs[i];
  }
  return NULL;
}

static const gchar *
open_codec (Scan * self, GstCaps * caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  const gchar *interlaced = gst_structure_get_string (s, "interlace-mode");
  ScorePlanScan *scan = self->scan;
  const gchar *reason = NULL;

  scan->caps = gst_caps_ref (caps);
  if (!gst_structure_get_fraction (s, "framerate", &scan->fps_n, &scan->fps_d))
    return "its frame rate is not known";
  self->codec = find_codec (caps);
  if (self->codec == NULL)
    return "it is not known of its codec what may be left out";
  if (interlaced != NULL && !g_str_equal (interlaced, "progressive"))
    return "it is interlaced";
  self->state = self->codec->open (caps, &reason);
  scan->decoder = self->codec->decoder;
  return reason;
}

static void
take_caps (Scan * self, GstEvent * event)
{
  const gchar *reason;
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  if (self->scan->caps == NULL)
    reason = open_codec (self, caps);
  else
    reason = gst_caps_is_equal (self->scan->caps, caps) ? NULL :
        "its format changes";
  if (reason != NULL)
    give_up (self, reason);
}

static void
take_segment (Scan * self, GstEvent * event)
{
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  if (self->segment.format != GST_FORMAT_UNDEFINED
      && !gst_segment_is_equal (&self->segment, segment))
    give_up (self, "it is made of several pieces");
  gst_segment_copy_into (segment, &self->segment);
}

static void
take_event (Scan * self, GstEvent * event)
{
  const gchar *stream_id;

  if (GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START) {
    gst_event_parse_stream_start (event, &stream_id);
    g_free (self->scan->stream_id);
    self->scan->stream_id = g_strdup (stream_id);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT) {
    take_segment (self, event);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    take_caps (self, event);
  }
}

static GstPadProbeReturn
probe_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Scan *self = user_data;

  g_atomic_int_inc (&self->n_seen);
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER) {
    add_buffer (self, GST_PAD_PROBE_INFO_BUFFER (info));
  } else if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

    for (guint i = 0; i < gst_buffer_list_length (list); i++)
      add_buffer (self, gst_buffer_list_get (list, i));
  } else {
    take_event (self, GST_PAD_PROBE_INFO_EVENT (info));
  }
  return GST_PAD_PROBE_OK;
}

gboolean
score_plan_is_video (GstPad * pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const gchar *name;

  if (caps == NULL)
    caps = gst_pad_query_caps (pad, NULL);
  if (gst_caps_is_empty (caps) || gst_caps_is_any (caps))
    return FALSE;
  name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  return g_str_has_prefix (name, "video/") || g_str_has_prefix (name, "image/");
}

static void
pad_added_cb (GstElement * element, GstPad * pad, gpointer user_data)
{
  Scan *self = user_data;
  g_autoptr (GstPad) sinkpad = gst_element_get_static_pad (self->sink, "sink");

  self->has_pads = TRUE;
  if (!self->is_linked && score_plan_is_video (pad))
    self->is_linked = GST_PAD_LINK_SUCCESSFUL (gst_pad_link (pad, sinkpad));
}

/* Without a linked sink no EOS would come. */
static void
no_more_pads_cb (GstElement * element, gpointer user_data)
{
  Scan *self = user_data;

  if (!self->is_linked)
    stop (self, NOT_THE_STREAM);
}

static gboolean
build (Scan * self, const gchar * path)
{
  GstElement *source = gst_element_factory_make ("filesrc", NULL);
  GstElement *bin = gst_element_factory_make ("parsebin", NULL);
  g_autoptr (GstPad) sinkpad = NULL;

  self->sink = gst_element_factory_make ("fakesink", NULL);
  if (source == NULL || bin == NULL || self->sink == NULL) {
    g_clear_pointer (&source, gst_object_unref);
    g_clear_pointer (&bin, gst_object_unref);
    gst_clear_object (&self->sink);
    return FALSE;
  }
  gst_bin_add_many (GST_BIN (self->pipeline), source, bin, self->sink, NULL);
  g_object_set (source, "location", path, NULL);
  g_object_set (self->sink, "sync", FALSE, "qos", FALSE, "enable-last-sample",
      FALSE, NULL);
  sinkpad = gst_element_get_static_pad (self->sink, "sink");
  gst_pad_add_probe (sinkpad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      probe_cb, self, NULL);
  g_signal_connect (bin, "pad-added", G_CALLBACK (pad_added_cb), self);
  g_signal_connect (bin, "no-more-pads", G_CALLBACK (no_more_pads_cb), self);
  return gst_element_link (source, bin);
}

/* NULL when nothing has come out for too long. A demuxer warns of packets that are
 * not there; what a decoder makes of the rest hangs on all that it decoded before. */
static GstMessage *
wait_for_end (Scan * self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  guint n_still = 0, n_stalled = 0;

  while (n_still < PATIENCE_SECONDS && n_stalled < STALLED_SECONDS) {
    gint before = g_atomic_int_get (&self->n_seen);
    GstMessage *message = gst_bus_timed_pop_filtered (bus, GST_SECOND,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_APPLICATION |
        GST_MESSAGE_WARNING);

    if (message != NULL && GST_MESSAGE_TYPE (message) != GST_MESSAGE_WARNING)
      return message;
    if (message != NULL) {
      self->is_lossy = TRUE;
      gst_message_unref (message);
      continue;
    }
    n_still = g_atomic_int_get (&self->n_seen) == before ? n_still + 1 : 0;
    n_stalled = n_still > 0 && score_run_is_stalled (self->pipeline) ?
        n_stalled + 1 : 0;
  }
  return NULL;
}

/* Where nothing at all came of the file, for no want of a plug-in: streams of which
 * none is linked, as sound alone, are an error, too, but not the file's. */
static void
take_failure (Scan * self, GstMessage * message)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  if (self->has_pads || error->domain == GST_CORE_ERROR
      || g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_CODEC_NOT_FOUND)
      || g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_TYPE_NOT_FOUND))
    return;
  self->scan->failure = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_ENCODE, error->message);
}

static void
play (Scan * self)
{
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  message = wait_for_end (self);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  if (message == NULL || GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS) {
    give_up (self, "it cannot be read to its end");
    self->scan->last = GST_CLOCK_TIME_NONE;
  }
  if (self->is_lossy) {
    give_up (self, "a part of it is lost");
    self->scan->last = GST_CLOCK_TIME_NONE;
  }
  if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    take_failure (self, message);
  if (self->state == NULL)
    give_up (self, NOT_THE_STREAM);
  if (self->scan->reason == NULL)
    self->scan->reason = self->codec->finish (self->state, self->scan->plan);
}

/* A transport stream has packets of one size; what is left of one that was cut
 * off ends in a damaged picture, and what a decoder makes of that hangs on all that
 * it decoded before. Other containers leave such a picture out. */
static gboolean
is_cut_off (const gchar * path)
{
  FILE *file = g_fopen (path, "rb");
  gint first;
  GStatBuf info;

  if (file == NULL)
    return FALSE;
  first = fgetc (file);
  fclose (file);
  return first == TS_SYNC && g_stat (path, &info) == 0
      && info.st_size % TS_PACKET != 0;
}

ScorePlanScan *
score_plan_scan (const gchar * path)
{
  g_auto (Scan) self = { NULL, };

  self.pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self.scan = g_new0 (ScorePlanScan, 1);
  self.scan->plan = score_plan_new ();
  self.scan->last = GST_CLOCK_TIME_NONE;
  self.scan->fps_d = 1;
  gst_segment_init (&self.segment, GST_FORMAT_UNDEFINED);
  if (is_cut_off (path))
    give_up (&self, "it is cut off");
  else if (build (&self, path))
    play (&self);
  else
    give_up (&self, "GStreamer's base plugins are missing");
  return g_steal_pointer (&self.scan);
}
