/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/annotaterecord.h"

#include "elements/recordfile.h"
#include "elements/scoretimes.h"

struct _GstScoreAppliedRecord
{
  GstElement *element;
  GstPad *sinkpad;
  GstScoreTrack *track;
  gchar *location;

  GstSegment segment;
  guint64 n_frames, n_found;
  gboolean complained;
};

GstScoreAppliedRecord *
gst_score_applied_record_new (const gchar * location, GstElement * element,
    GstPad * sinkpad, GError ** error)
{
  GstScoreTrack *track = gst_score_record_file_read (location, error);
  GstScoreAppliedRecord *self;

  if (track == NULL)
    return NULL;
  self = g_new0 (GstScoreAppliedRecord, 1);
  self->element = element;
  self->sinkpad = sinkpad;
  self->track = track;
  self->location = g_strdup (location);
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  return self;
}

void
gst_score_applied_record_free (GstScoreAppliedRecord * self)
{
  if (self == NULL)
    return;
  gst_score_track_free (self->track);
  g_free (self->location);
  g_free (self);
}

/* Once is enough. */
static void
complain (GstScoreAppliedRecord * self, const gchar * why)
{
  if (self->complained)
    return;
  self->complained = TRUE;
  GST_ELEMENT_WARNING (self->element, STREAM, FAILED,
      ("scores-location: %s: is %s the record of another video?", why,
          self->location), (NULL));
}

/* Nothing has come of it, and who waits for a file must not take it for good. */
static void
refuse (GstScoreAppliedRecord * self)
{
  GST_ELEMENT_ERROR (self->element, STREAM, FAILED,
      ("scores-location: no frame of the stream falls into an episode of %s: "
          "is it the record of another video?", self->location), (NULL));
}

static void
compare_durations (GstScoreAppliedRecord * self)
{
  GstClockTime end = gst_score_track_get_end (self->track);
  g_autofree gchar *why = NULL;
  gint64 duration;

  if (gst_score_track_has_overlap (self->track))
    complain (self, "different episodes of the record cover the same time");
  if (!gst_pad_peer_query_duration (self->sinkpad, GST_FORMAT_TIME, &duration)
      || duration <= 0)
    return;
  if (end <= (GstClockTime) (duration + duration / 20) + GST_SECOND)
    return;
  why = g_strdup_printf ("the record's episodes end at %.1f s, and the stream "
      "is %.1f s long", end / (gdouble) GST_SECOND,
      duration / (gdouble) GST_SECOND);
  complain (self, why);
}

GstScoreResult *
gst_score_applied_record_find (GstScoreAppliedRecord * self,
    GstBuffer * buffer, GstClockTime * stream_time)
{
  GstScoreTimes times = GST_SCORE_NO_TIMES;
  GstScoreResult *result = NULL;

  if (self->n_frames++ == 0)
    compare_durations (self);
  if (gst_score_times_read (&times, buffer, &self->segment,
          GST_CLOCK_TIME_NONE))
    result = gst_score_track_find (self->track, times.stream_time);
  *stream_time = times.stream_time;
  self->n_found += result != NULL;
  return result;
}

void
gst_score_applied_record_event (GstScoreAppliedRecord * self, GstEvent * event)
{
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEGMENT:
      gst_event_copy_segment (event, &self->segment);
      break;
    case GST_EVENT_FLUSH_STOP:
      gst_segment_init (&self->segment, GST_FORMAT_TIME);
      break;
    case GST_EVENT_EOS:
      if (self->n_frames > 0 && self->n_found == 0)
        refuse (self);
      break;
    default:
      break;
  }
}
