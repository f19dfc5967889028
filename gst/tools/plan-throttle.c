/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-throttle.h"

/* Decoders round, and drop what ends before the time they are told. */
#define MARGIN_FRAMES 3

typedef struct
{
  GstClockTime limit;           /* running time */
} Throttle;

static GstPadProbeReturn
limit_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  const Throttle *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstClockTime timestamp;
  GstClockTimeDiff diff;
  gdouble proportion;
  GstQOSType type;

  if (GST_EVENT_TYPE (event) != GST_EVENT_QOS)
    return GST_PAD_PROBE_OK;
  gst_event_parse_qos (event, &type, &proportion, &diff, &timestamp);
  if (type != GST_QOS_TYPE_THROTTLE || timestamp <= self->limit)
    return GST_PAD_PROBE_OK;
  info->data = gst_event_new_qos (type, proportion, diff, self->limit);
  gst_event_unref (event);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
end_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    gst_pad_push_event (pad, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
            gst_structure_new_empty ("score/episode-frames")));
  return GST_PAD_PROBE_OK;
}

static void
pad_added_cb (GstElement * bin, GstPad * pad, gpointer user_data)
{
  const Throttle *self = user_data;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, limit_cb,
      g_memdup2 (self, sizeof *self), g_free);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, end_cb, NULL,
      NULL);
}

static void
free_throttle (gpointer data, GClosure * closure)
{
  g_free (data);
}

gboolean
score_plan_throttle (GstElement * bin, const ScorePlanScan * scan)
{
  Throttle *self;
  GstClockTime margin;

  if (!GST_CLOCK_TIME_IS_VALID (scan->last) || scan->fps_n <= 0)
    return FALSE;
  margin = gst_util_uint64_scale_int (MARGIN_FRAMES * GST_SECOND, scan->fps_d,
      scan->fps_n);
  self = g_new0 (Throttle, 1);
  self->limit = scan->last - MIN (margin, scan->last);
  g_signal_connect_data (bin, "pad-added", G_CALLBACK (pad_added_cb), self,
      free_throttle, 0);
  return TRUE;
}
