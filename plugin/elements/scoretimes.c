/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scoretimes.h"

/* Seconds from 1900 (NTP) to 1970 (Unix). */
#define NTP_TO_UNIX (G_GUINT64_CONSTANT (2208988800) * GST_SECOND)

static GstClockTime
read_reference (GstBuffer * buffer, const gchar * caps_name)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple (caps_name);
  const GstReferenceTimestampMeta *meta =
      gst_buffer_get_reference_timestamp_meta (buffer, caps);

  return meta ? meta->timestamp : GST_CLOCK_TIME_NONE;
}

static GstClockTime
read_utc (GstBuffer * buffer)
{
  GstClockTime time;

  /* Most buffers have none; no caps are made for them. */
  if (gst_buffer_get_meta (buffer,
          GST_REFERENCE_TIMESTAMP_META_API_TYPE) == NULL)
    return GST_CLOCK_TIME_NONE;
  time = read_reference (buffer, "timestamp/x-unix");
  if (GST_CLOCK_TIME_IS_VALID (time))
    return time;
  time = read_reference (buffer, "timestamp/x-ntp");
  return GST_CLOCK_TIME_IS_VALID (time) && time > NTP_TO_UNIX ?
      time - NTP_TO_UNIX : GST_CLOCK_TIME_NONE;
}

static GstClockTime
get_time (GstBuffer * buffer)
{
  return GST_BUFFER_PTS_IS_VALID (buffer) ? GST_BUFFER_PTS (buffer) :
      GST_BUFFER_DTS (buffer);
}

gboolean
gst_score_times_has_time (GstBuffer * buffer, const GstSegment * segment)
{
  return GST_CLOCK_TIME_IS_VALID (get_time (buffer))
      && segment->format == GST_FORMAT_TIME;
}

gboolean
gst_score_times_read (GstScoreTimes * times, GstBuffer * buffer,
    const GstSegment * segment, GstClockTime frame_duration)
{
  GstClockTime time = get_time (buffer);

  if (!gst_score_times_has_time (buffer, segment))
    return FALSE;
  times->running_time = gst_segment_to_running_time (segment, GST_FORMAT_TIME,
      time);
  if (!GST_CLOCK_TIME_IS_VALID (times->running_time))
    return FALSE;
  times->timestamp = time;
  times->stream_time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME,
      time);
  times->duration = GST_BUFFER_DURATION_IS_VALID (buffer) ?
      GST_BUFFER_DURATION (buffer) : frame_duration;
  times->utc_time = read_utc (buffer);
  return TRUE;
}

void
gst_score_standstill_reset (GstScoreStandstill * self)
{
  self->time = GST_CLOCK_TIME_NONE;
  self->elapsed = 0;
  self->advancing = FALSE;
}

void
gst_score_standstill_mend (GstScoreStandstill * self, GstScoreTimes * times)
{
  GstClockTime lasts = GST_CLOCK_TIME_IS_VALID (times->duration) ?
      times->duration : 0;

  if (times->timestamp != self->time) {
    self->advancing = GST_CLOCK_TIME_IS_VALID (self->time);
    self->time = times->timestamp;
    self->elapsed = lasts;
    return;
  }
  self->advancing = FALSE;
  times->timestamp += self->elapsed;
  times->running_time += self->elapsed;
  if (GST_CLOCK_TIME_IS_VALID (times->stream_time))
    times->stream_time += self->elapsed;
  self->elapsed += lasts;
}
