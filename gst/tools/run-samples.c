/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-samples.h"

#include <gst/score/score.h>
#include <gst/video/video.h>
#include <string.h>

#define RECORD "record.json"
#define LONGEST_GAP (60 * GST_SECOND)   /* between frames */
#define NAME_SIZE 100           /* bytes, as samples-location names its folders */

/* What an appsrc is to give. Of the thread that asks it for data, but for the
 * segment, which the same thread reads. */
typedef struct
{
  gchar *folder;
  GstScoreResult *record;
  GstSegment segment;
  gint fps_n, fps_d;            /* for the caps; 0/1: none */
  guint next;                   /* sample */
} Source;

static void
source_free (gpointer data)
{
  Source *self = data;

  g_free (self->folder);
  g_clear_pointer (&self->record, gst_score_result_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Source, source_free);

static gboolean
fail (const Source * self, GError ** error, const gchar * why)
{
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG, "%s: %s",
      self->folder, why);
  return FALSE;
}

static GstScoreResult *
read_record (const gchar * folder, GError ** error)
{
  g_autofree gchar *path = g_build_filename (folder, RECORD, NULL);
  g_autofree gchar *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  return gst_score_result_new_from_json (text, (gssize) length, error);
}

static gchar *
make_path (const Source * self, guint i)
{
  g_autofree gchar *name = g_strdup_printf ("%05u.jpg",
      gst_score_result_get_sample (self->record, i)->index);

  return g_build_filename (self->folder, name, NULL);
}

/* --- whether it makes the same episode --- */

static gboolean
has_times (const GstScoreSample * sample)
{
  return GST_CLOCK_TIME_IS_VALID (sample->timestamp)
      && GST_CLOCK_TIME_IS_VALID (sample->stream_time)
      && GST_CLOCK_TIME_IS_VALID (sample->running_time);
}

/* One segment has to say all times. */
static gboolean
check_sample (const Source * self, guint i, GError ** error)
{
  const GstScoreSample *first = gst_score_result_get_sample (self->record, 0);
  const GstScoreSample *sample = gst_score_result_get_sample (self->record, i);
  g_autofree gchar *path = make_path (self, i);
  GstClockTime passed;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return fail (self, error, "a picture is missing.");
  if (!has_times (sample) || sample->timestamp < first->timestamp)
    return fail (self, error, "the times are not all known.");
  passed = sample->timestamp - first->timestamp;
  if (sample->stream_time != first->stream_time + passed
      || sample->running_time != first->running_time + passed)
    return fail (self, error, "the times have more than one origin.");
  return TRUE;
}

static gboolean
check (const Source * self, GError ** error)
{
  guint n = gst_score_result_get_n_samples (self->record);

  if (n == 0)
    return fail (self, error, "there are no pictures.");
  for (guint i = 0; i < n; i++) {
    if (!check_sample (self, i, error))
      return FALSE;
  }
  return TRUE;
}

/* --- the frame rate --- */

static GArray *
get_times (const Source * self)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < gst_score_result_get_n_samples (self->record); i++)
    g_array_append_val (times, gst_score_result_get_sample (self->record,
            i)->running_time);
  return times;
}

static gboolean
come_all_back (const Source * self, GstElement * sink, const GArray * times)
{
  g_autoptr (GArray) samples = NULL;

  g_signal_emit_by_name (sink, "plan-samples", times, self->fps_n, self->fps_d,
      &samples);
  return samples != NULL && samples->len == times->len;
}

/* Of the video, which the record does not have; FALSE: there is no telling. */
static gboolean
guess_rate (Source * self, guint64 n_gaps)
{
  GstClockTime duration = gst_score_result_get_duration (self->record);

  if (n_gaps == 0 || !GST_CLOCK_TIME_IS_VALID (duration)
      || duration / n_gaps == 0 || duration / n_gaps > LONGEST_GAP)
    return FALSE;
  /* FALSE only says that it is none of the usual ones */
  gst_video_guess_framerate (duration / n_gaps, &self->fps_n, &self->fps_d);
  return self->fps_n > 0 && self->fps_d > 0;
}

/* Samples of a video with a frame rate were taken by whole frames, which those of
 * none are not, so that some might come too early. The duration is that of all frames
 * or, where the last one's is not known, of all but that. */
static gboolean
choose_rate (Source * self, GstElement * sink, GError ** error)
{
  g_autoptr (GArray) times = get_times (self);
  guint64 n_frames = gst_score_result_get_n_frames (self->record);

  self->fps_n = 0;
  self->fps_d = 1;
  if (come_all_back (self, sink, times))
    return TRUE;
  for (guint i = 0; i < MIN (n_frames, 2); i++) {
    if (guess_rate (self, n_frames - i) && come_all_back (self, sink, times))
      return TRUE;
  }
  return fail (self, error, "not all of its pictures would be taken again.");
}

static void
init_segment (Source * self)
{
  const GstScoreSample *first = gst_score_result_get_sample (self->record, 0);
  GstClockTime duration = gst_score_result_get_duration (self->record);

  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  self->segment.start = self->segment.position = first->timestamp;
  self->segment.time = first->stream_time;
  self->segment.base = first->running_time;
  if (GST_CLOCK_TIME_IS_VALID (duration))
    self->segment.stop = first->timestamp + duration;
}

/* --- the source --- */

/* Until the next picture, or the end of the episode. */
static GstClockTime
get_duration (const Source * self, guint i)
{
  const GstScoreSample *sample = gst_score_result_get_sample (self->record, i);

  if (i + 1 < gst_score_result_get_n_samples (self->record))
    return gst_score_result_get_sample (self->record, i + 1)->timestamp
        - sample->timestamp;
  if (GST_CLOCK_TIME_IS_VALID (self->segment.stop)
      && self->segment.stop > sample->timestamp)
    return self->segment.stop - sample->timestamp;
  return GST_CLOCK_TIME_NONE;
}

static GstBuffer *
read_picture (const Source * self, guint i, GError ** error)
{
  const GstScoreSample *sample = gst_score_result_get_sample (self->record, i);
  g_autofree gchar *path = make_path (self, i);
  GstBuffer *buffer;
  gchar *data;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, error))
    return NULL;
  buffer = gst_buffer_new_wrapped (data, size);
  GST_BUFFER_PTS (buffer) = sample->timestamp;
  GST_BUFFER_DURATION (buffer) = get_duration (self, i);
  if (GST_CLOCK_TIME_IS_VALID (sample->utc_time)) {
    g_autoptr (GstCaps) unix_time =
        gst_caps_new_empty_simple ("timestamp/x-unix");

    gst_buffer_add_reference_timestamp_meta (buffer, unix_time,
        sample->utc_time, GST_CLOCK_TIME_NONE);
  }
  return buffer;
}

static void
need_data_cb (GstElement * appsrc, guint length, gpointer user_data)
{
  Source *self = user_data;
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow;

  if (self->next < gst_score_result_get_n_samples (self->record))
    buffer = read_picture (self, self->next++, &error);
  if (error != NULL)
    GST_ELEMENT_ERROR (appsrc, RESOURCE, READ, ("%s", error->message), (NULL));
  if (buffer != NULL)
    g_signal_emit_by_name (appsrc, "push-buffer", buffer, &flow);
  else
    g_signal_emit_by_name (appsrc, "end-of-stream", &flow);
}

/* An appsrc knows no segment but one that begins at 0. */
static GstPadProbeReturn
segment_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  const Source *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstEvent *ours;

  if (GST_EVENT_TYPE (event) != GST_EVENT_SEGMENT)
    return GST_PAD_PROBE_OK;
  ours = gst_event_new_segment (&self->segment);
  gst_event_set_seqnum (ours, gst_event_get_seqnum (event));
  gst_event_unref (event);
  GST_PAD_PROBE_INFO_DATA (info) = ours;
  return GST_PAD_PROBE_OK;
}

static GstCaps *
make_caps (const Source * self)
{
  GstCaps *caps = gst_caps_new_empty_simple ("image/jpeg");

  if (self->fps_n > 0)
    gst_caps_set_simple (caps, "framerate", GST_TYPE_FRACTION, self->fps_n,
        self->fps_d, NULL);
  return caps;
}

static GstElement *
make_element (Source * self, GError ** error)
{
  GstElement *appsrc = gst_element_factory_make ("appsrc", NULL);
  g_autoptr (GstCaps) caps = make_caps (self);
  g_autoptr (GstPad) pad = NULL;

  if (appsrc == NULL) {
    fail (self, error, "GStreamer has no element appsrc; are its base plugins"
        " installed?");
    return NULL;
  }
  g_object_set (appsrc, "caps", caps, "format", GST_FORMAT_TIME, NULL);
  g_object_set_data_full (G_OBJECT (appsrc), "score-samples", self,
      source_free);
  g_signal_connect (appsrc, "need-data", G_CALLBACK (need_data_cb), self);
  pad = gst_element_get_static_pad (appsrc, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, segment_cb,
      self, NULL);
  return appsrc;
}

GstElement *
score_run_samples_source_new (const gchar * folder, GstElement * sink,
    GError ** error)
{
  g_autoptr (Source) self = g_new0 (Source, 1);
  GstElement *element;

  self->folder = g_strdup (folder);
  self->record = read_record (folder, error);
  if (self->record == NULL || !check (self, error)
      || !choose_rate (self, sink, error))
    return NULL;
  init_segment (self);
  element = make_element (self, error);
  if (element != NULL)
    g_steal_pointer (&self);
  return element;
}

/* --- folders --- */

/* As samples-location names the folder of an episode. */
static gchar *
make_name (const gchar * id)
{
  g_autofree gchar *name = g_strndup (id, NAME_SIZE);

  g_strcanon (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '_');
  if (*name == '.' || *name == '-')
    *name = '_';
  return *name != '\0' ? g_steal_pointer (&name) : g_strdup ("episode");
}

static gboolean
is_of (const gchar * folder, const gchar * id, const gchar * task)
{
  g_autoptr (GstScoreResult) record = read_record (folder, NULL);

  return record != NULL
      && g_strcmp0 (gst_score_result_get_episode_id (record), id) == 0
      && g_strcmp0 (gst_score_result_get_task (record), task) == 0;
}

gchar *
score_run_samples_find (const gchar * location, const gchar * id,
    const gchar * task)
{
  g_autofree gchar *name = make_name (id);
  gchar *found = NULL;

  for (guint i = 1;; i++) {
    g_autofree gchar *numbered = i == 1 ? g_strdup (name)
        : g_strdup_printf ("%s-%u", name, i);
    g_autofree gchar *path = g_build_filename (location, numbered, NULL);

    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      return found;
    if (is_of (path, id, task)) {
      g_free (found);
      found = g_steal_pointer (&path);
    }
  }
}
