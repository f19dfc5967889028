/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scorethrottle.h"

/* Decoders compare a frame's start, rounded, with the time they are told; with
 * less than two frames of margin they leave out the very frame that is wanted. In
 * slow motion a frame lasts longer in running time, which is what they count. */
static GstClockTime
get_margin (GstClockTime frame_duration, gdouble rate)
{
  gdouble slowness = 1.0 / CLAMP (ABS (rate), 0.001, 1.0);

  return (GstClockTime) (frame_duration * 2.5 * slowness);
}

/* A difference of 0 means the same to every version of GstVideoDecoder; with a
 * positive one they disagree by a factor of two. */
static GstEvent *
make_event (GstClockTime want)
{
  return gst_event_new_qos (GST_QOS_TYPE_THROTTLE, 1.0, 0, want);
}

GstEvent *
gst_score_throttle_event (GstClockTime next, GstClockTime now,
    GstClockTime frame_duration, gdouble rate)
{
  GstClockTime margin;

  if (!GST_CLOCK_TIME_IS_VALID (next) || !GST_CLOCK_TIME_IS_VALID (now) ||
      !GST_CLOCK_TIME_IS_VALID (frame_duration))
    return NULL;
  margin = get_margin (frame_duration, rate);
  if (next < margin || next - margin <= now)
    return NULL;
  return make_event (next - margin);
}

GstEvent *
gst_score_throttle_reset_event (void)
{
  return make_event (0);
}

const gchar *
gst_score_throttle_note (const GstScoreTimeline * timeline,
    GstClockTime last_end)
{
  if (gst_score_timeline_is_end (timeline, last_end))
    return NULL;
  return "decoder-throttle: the decoder may have left out the last frame";
}
