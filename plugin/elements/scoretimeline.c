/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scoretimeline.h"

void
gst_score_timeline_init (GstScoreTimeline * self)
{
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  self->frame_duration = GST_CLOCK_TIME_NONE;
  self->end = GST_CLOCK_TIME_NONE;
  gst_score_standstill_reset (&self->standstill);
}

void
gst_score_timeline_set_caps (GstScoreTimeline * self, GstCaps * caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gint n, d;

  self->frame_duration = GST_CLOCK_TIME_NONE;
  if (gst_structure_get_fraction (s, "framerate", &n, &d) && n > 0 && d > 0)
    self->frame_duration = gst_util_uint64_scale_int (GST_SECOND, d, n);
}

void
gst_score_timeline_set_segment (GstScoreTimeline * self, GstEvent * event)
{
  GstSegment *segment = &self->segment;

  gst_event_copy_segment (event, segment);
  gst_score_standstill_reset (&self->standstill);
  self->end = GST_CLOCK_TIME_NONE;
  if (segment->format != GST_FORMAT_TIME)
    return;
  self->end = GST_CLOCK_TIME_IS_VALID (segment->stop) ?
      gst_segment_to_stream_time (segment, GST_FORMAT_TIME, segment->stop) :
      segment->duration;
}

gboolean
gst_score_timeline_read (GstScoreTimeline * self, GstBuffer * buffer,
    GstScoreTimes * times)
{
  if (!gst_score_times_read (times, buffer, &self->segment,
          self->frame_duration))
    return FALSE;
  gst_score_standstill_mend (&self->standstill, times);
  return TRUE;
}

gboolean
gst_score_timeline_is_end (const GstScoreTimeline * self,
    GstClockTime stream_time)
{
  GstClockTime half = GST_CLOCK_TIME_IS_VALID (self->frame_duration) ?
      self->frame_duration / 2 : 0;

  return GST_CLOCK_TIME_IS_VALID (self->end) &&
      GST_CLOCK_TIME_IS_VALID (stream_time) && stream_time + half >= self->end;
}
