/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "export-frames.h"

#include <gst/score/gstscoreerror.h>
#include <math.h>
#include <string.h>

#define MAX_RATE 100000
#define MAX_FRAMES (10 * 1000 * 1000)   /* four days at 30 a second */
/* Containers round times; no two frames are as near as this. */
#define NEAR (GST_USECOND)

struct _ExportFrames
{
  ExportSource source;
  GArray *of_video;             /* of source.video, read once */
};

ExportFrames *
export_frames_new (const ExportSource * source)
{
  ExportFrames *self = g_new0 (ExportFrames, 1);

  self->source = *source;
  return self;
}

void
export_frames_free (ExportFrames * self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->of_video, g_array_unref);
  g_free (self);
}

gboolean
export_frames_parse_rate (const gchar * text, ExportSource * source)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  guint64 num, den;
  gdouble rate;
  gchar *end;

  if (parts[0] != NULL && parts[1] != NULL) {
    if (!g_ascii_string_to_unsigned (parts[0], 10, 1, G_MAXINT32, &num, NULL)
        || !g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXINT32, &den,
            NULL) || num / den > MAX_RATE)
      return FALSE;
  } else {
    rate = g_ascii_strtod (text, &end);
    if (end == text || *end != '\0' || !(rate >= 1e-3 && rate <= MAX_RATE))
      return FALSE;
    num = (guint64) round (rate * 1e6);
    den = 1000000;
  }
  source->rate_num = num;
  source->rate_den = den;
  return TRUE;
}

static GstClockTime
get_last_sample (const GstScoreResult * result)
{
  GstClockTime last = GST_CLOCK_TIME_NONE;

  for (guint i = 0; i < gst_score_result_get_n_samples (result); i++) {
    GstClockTime time = gst_score_result_get_sample (result, i)->stream_time;

    if (GST_CLOCK_TIME_IS_VALID (time)
        && (!GST_CLOCK_TIME_IS_VALID (last) || time > last))
      last = time;
  }
  return last;
}

static void
warn (const ExportEpisode * episode, const gchar * what)
{
  g_printerr ("%s: %s: the episode \"%s\" %s\n", g_get_prgname (),
      episode->where, gst_score_result_get_episode_id (episode->result), what);
}

/* Frames that the decoder was told to leave out are not counted in n_frames. */
static void
compare_rate (const ExportFrames * self, const ExportEpisode * episode)
{
  guint64 n_frames = gst_score_result_get_n_frames (episode->result);
  GstClockTime duration = gst_score_result_get_duration (episode->result);
  gdouble expected;

  if (!GST_CLOCK_TIME_IS_VALID (duration) || n_frames == 0)
    return;
  expected = (gdouble) duration / GST_SECOND * (gdouble) self->source.rate_num
      / (gdouble) self->source.rate_den;
  if (fabs (expected - (gdouble) n_frames) > MAX (1.5, 0.02 * expected)) {
    g_autofree gchar *what = g_strdup_printf ("has %" G_GUINT64_FORMAT
        " frames in %.3f s, which are not as many as --framerate says; --video"
        " reads their times.", n_frames, (gdouble) duration / GST_SECOND);

    warn (episode, what);
  }
}

static GstClockTime
later (GstClockTime time, GstClockTime by)
{
  return GST_CLOCK_TIME_IS_VALID (time) ? time + by : time;
}

static GArray *
get_by_rate (const ExportFrames * self, const ExportEpisode * episode,
    GError ** error)
{
  guint64 n_frames = gst_score_result_get_n_frames (episode->result);
  GArray *frames;

  if (n_frames > MAX_FRAMES) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "%s: an episode of %" G_GUINT64_FORMAT " frames is more than can be"
        " exported.", episode->where, n_frames);
    return NULL;
  }
  compare_rate (self, episode);
  frames = g_array_new (FALSE, FALSE, sizeof (ExportFrame));
  for (guint64 i = 0; i < n_frames; i++) {
    GstClockTime since = gst_util_uint64_scale_round (i * GST_SECOND,
        self->source.rate_den, self->source.rate_num);
    ExportFrame frame = {
      later (gst_score_result_get_timestamp (episode->result), since),
      later (gst_score_result_get_stream_time (episode->result), since),
    };

    g_array_append_val (frames, frame);
  }
  return frames;
}

/* The frames of @all that lie in the episode: all of them where it has no times,
 * which is so when it failed early. */
static GArray *
cut (GArray * all, const GstScoreResult * result)
{
  GstClockTime start = gst_score_result_get_stream_time (result);
  GstClockTime duration = gst_score_result_get_duration (result);
  GstClockTime last = get_last_sample (result);
  GstClockTime end = 0;
  GArray *frames;

  if (!GST_CLOCK_TIME_IS_VALID (start))
    return g_array_ref (all);
  if (GST_CLOCK_TIME_IS_VALID (duration))
    end = start + duration;
  if (GST_CLOCK_TIME_IS_VALID (last))
    end = MAX (end, last + 2 * NEAR);
  frames = g_array_new (FALSE, FALSE, sizeof (ExportFrame));
  for (guint i = 0; i < all->len; i++) {
    const ExportFrame *frame = &g_array_index (all, ExportFrame, i);

    if (frame->stream_time + NEAR >= start && frame->stream_time + NEAR < end)
      g_array_append_val (frames, *frame);
  }
  return frames;
}

static GArray *
get_by_video (GArray * all, const gchar * video, const ExportEpisode * episode,
    GError ** error)
{
  GArray *frames = cut (all, episode->result);
  GstClockTime last = get_last_sample (episode->result);

  if (frames->len == 0 && gst_score_result_is_scored (episode->result)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "%s: no frame of %s lies in the episode \"%s\"; is it the record of"
        " another video?", episode->where, video,
        gst_score_result_get_episode_id (episode->result));
    g_array_unref (frames);
    return NULL;
  }
  if (GST_CLOCK_TIME_IS_VALID (last) && frames->len > 0 && last > NEAR +
      g_array_index (frames, ExportFrame, frames->len - 1).stream_time)
    warn (episode, "goes on after the end of its video; is it the record of"
        " another one, or was the video cut?");
  return frames;
}

static GArray *
get_from_shared (const ExportFrames * self, const ExportEpisode * episode,
    GError ** error)
{
  if (GST_CLOCK_TIME_IS_VALID (gst_score_result_get_stream_time
          (episode->result)))
    return get_by_video (self->of_video, self->source.video, episode, error);
  warn (episode, "has no times, so that none of the video's frames are known to"
      " be its own.");
  return g_array_new (FALSE, FALSE, sizeof (ExportFrame));
}

/* An id is somebody's text: it must not lead out of the folder. */
static gboolean
is_inside (const gchar * id)
{
  g_auto (GStrv) parts = g_strsplit (id, "/", -1);

  return !g_path_is_absolute (id)
      && !g_strv_contains ((const gchar * const *) parts, "..");
}

static gboolean
is_name_of (const gchar * file, const gchar * name)
{
  const gchar *dot = strrchr (file, '.');

  return dot != NULL && (gsize) (dot - file) == strlen (name)
      && g_str_has_prefix (file, name);
}

/* The only file whose name is that of the episode but for the extension. */
static gchar *
search (const gchar * path, GError ** error)
{
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autofree gchar *name = g_path_get_basename (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autofree gchar *found = NULL;
  const gchar *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL) {
    if (!is_name_of (file, name))
      continue;
    if (found != NULL) {
      g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
          "--videos: %s and %s are both videos of the episode.", found, file);
      return NULL;
    }
    found = g_build_filename (folder, file, NULL);
  }
  if (dir != NULL && found == NULL)
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "--videos: there is no file %s with any extension.", path);
  return g_steal_pointer (&found);
}

static gchar *
find_video (const ExportFrames * self, const ExportEpisode * episode,
    GError ** error)
{
  const gchar *id = gst_score_result_get_episode_id (episode->result);
  g_autofree gchar *path = g_build_filename (self->source.videos, id, NULL);
  gchar *found;

  if (!is_inside (id)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "%s: the episode id \"%s\" leads out of the folder of --videos.",
        episode->where, id);
    return NULL;
  }
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&path);
  found = search (path, error);
  if (found == NULL)
    g_prefix_error (error, "%s: ", episode->where);
  return found;
}

GArray *
export_frames_get (ExportFrames * self, const ExportEpisode * episode,
    GError ** error)
{
  g_autofree gchar *video = NULL;
  g_autoptr (GArray) all = NULL;

  if (self->source.rate_num > 0)
    return get_by_rate (self, episode, error);
  if (self->source.video != NULL) {
    if (self->of_video == NULL)
      self->of_video = export_demux_read (self->source.video, error);
    return self->of_video == NULL ? NULL :
        get_from_shared (self, episode, error);
  }
  video = find_video (self, episode, error);
  if (video == NULL)
    return NULL;
  all = export_demux_read (video, error);
  return all == NULL ? NULL : get_by_video (all, video, episode, error);
}
