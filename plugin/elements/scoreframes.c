/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scoreframes.h"

#include "elements/scoreexpected.h"
#include "media/jpeg.h"
#include "media/sampler.h"

struct _GstScoreFrames
{
  ScoreEngine *engine;
  ScoreSampler *sampler;
  ScoreJpeg *jpeg;
  GstScoreExpected *expected;   /* NULL: the user has said how long */
  GstClockTime expected_duration;       /* 0: not known */

  guint64 episode;
  gchar *task;                  /* or NULL */
  guint64 n_frames;
  guint n_dropped;              /* samples that were taken in vain */
  gboolean failed;              /* a frame could not be encoded */
  GstScoreTimes first, last;
  /* The newest frame where it is no sample yet: as it came, or as a JPEG where
   * the caps changed since. */
  GstBuffer *held;
  gboolean due;                 /* it is to be one, whatever comes after it */
  GBytes *held_jpeg;
  guint held_width, held_height;
};

static const GstScoreTimes no_times = GST_SCORE_NO_TIMES;

GstScoreFrames *
gst_score_frames_new (const ScoreSettings * settings, ScoreEngine * engine)
{
  GstScoreFrames *self = g_new0 (GstScoreFrames, 1);

  self->engine = engine;
  self->sampler = score_sampler_new (score_settings_get_step (settings),
      score_settings_get_max_samples (settings));
  self->jpeg = score_jpeg_new (settings->image_size, settings->jpeg_quality);
  score_jpeg_set_short_side (self->jpeg,
      score_settings_get_short_side (settings));
  self->expected_duration = settings->expected_duration;
  if (self->expected_duration == 0)
    self->expected = gst_score_expected_new ();
  self->first = self->last = no_times;
  return self;
}

static void
let_go (GstScoreFrames * self)
{
  gst_clear_buffer (&self->held);
  g_clear_pointer (&self->held_jpeg, g_bytes_unref);
  self->due = FALSE;
}

void
gst_score_frames_free (GstScoreFrames * self)
{
  if (self == NULL)
    return;
  let_go (self);
  score_sampler_free (self->sampler);
  score_jpeg_free (self->jpeg);
  gst_score_expected_free (self->expected);
  g_free (self->task);
  g_free (self);
}

static void
fail (GstScoreFrames * self, const GError * error)
{
  self->failed = TRUE;
  let_go (self);
  score_engine_fail (self->engine, self->episode, error);
}

static GBytes *
encode (GstScoreFrames * self, GstBuffer * buffer, guint * width,
    guint * height)
{
  g_autoptr (GError) error = NULL;
  GBytes *jpeg = score_jpeg_encode (self->jpeg, buffer, width, height, &error);

  if (jpeg == NULL)
    fail (self, error);
  return jpeg;
}

void
gst_score_frames_begin (GstScoreFrames * self, guint64 episode)
{
  let_go (self);
  score_sampler_reset (self->sampler);
  score_sampler_expect (self->sampler, self->expected_duration);
  self->episode = episode;
  g_clear_pointer (&self->task, g_free);
  self->n_frames = 0;
  self->n_dropped = 0;
  self->failed = FALSE;
  self->first = self->last = no_times;
}

void
gst_score_frames_set_task (GstScoreFrames * self, const gchar * task)
{
  g_free (self->task);
  self->task = g_strdup (task);
  if (self->expected != NULL && self->n_frames == 0)
    score_sampler_expect (self->sampler,
        gst_score_expected_get (self->expected, task));
}

/* From the first frame to the last: what the samples have to reach over. */
static void
learn (GstScoreFrames * self)
{
  if (self->expected != NULL && self->n_frames > 0
      && self->last.running_time > self->first.running_time)
    gst_score_expected_add (self->expected, self->task,
        self->last.running_time - self->first.running_time);
}

static void
hand_over (GstScoreFrames * self, guint64 id, GBytes * jpeg, guint width,
    guint height, const GstScoreTimes * times)
{
  g_autoptr (ScoreSample) sample = score_sample_new (id, jpeg, width, height);

  sample->timestamp = times->timestamp;
  sample->stream_time = times->stream_time;
  sample->running_time = times->running_time;
  sample->utc_time = times->utc_time;
  score_engine_add_sample (self->engine, self->episode, sample);
}

static void
take (GstScoreFrames * self, GstBuffer * buffer, const GstScoreTimes * times)
{
  g_autoptr (GBytes) jpeg = NULL;
  gboolean thinned = FALSE, stays;
  guint width, height, n, n_before;
  const guint64 *kept;
  guint64 id;

  score_sampler_get_kept (self->sampler, &n_before);
  id = score_sampler_take (self->sampler, times->running_time, &thinned);
  kept = score_sampler_get_kept (self->sampler, &n);
  stays = n > 0 && kept[n - 1] == id;
  if (thinned) {
    guint n_dropped = n_before - (stays ? n - 1 : n);

    self->n_dropped += n_dropped;
    score_engine_keep (self->engine, self->episode, kept, n, n_dropped);
  }
  if (!stays) {
    gst_buffer_replace (&self->held, buffer);
    return;
  }
  jpeg = encode (self, buffer, &width, &height);
  if (jpeg != NULL)
    hand_over (self, id, jpeg, width, height, times);
}

gboolean
gst_score_frames_add (GstScoreFrames * self, GstBuffer * buffer,
    const GstScoreTimes * times)
{
  if (self->n_frames++ == 0)
    self->first = *times;
  self->last = *times;
  if (self->failed)
    return FALSE;
  g_clear_pointer (&self->held_jpeg, g_bytes_unref);
  gst_buffer_replace (&self->held, buffer);
  self->due = score_sampler_wants (self->sampler, times->running_time);
  return self->due;
}

void
gst_score_frames_sample (GstScoreFrames * self)
{
  g_autoptr (GstBuffer) buffer = NULL;

  if (!self->due)
    return;
  self->due = FALSE;
  buffer = g_steal_pointer (&self->held);
  take (self, buffer, &self->last);
}

/* The held frame is of the caps and the orientation so far. */
static void
encode_held (GstScoreFrames * self)
{
  g_autoptr (GstBuffer) held = NULL;

  gst_score_frames_sample (self);
  held = g_steal_pointer (&self->held);
  if (held != NULL)
    self->held_jpeg = encode (self, held, &self->held_width,
        &self->held_height);
}

static void
set_frame_rate (GstScoreFrames * self, GstCaps * caps)
{
  gint n = 0, d = 1;

  gst_structure_get_fraction (gst_caps_get_structure (caps, 0), "framerate",
      &n, &d);
  score_sampler_set_frame_rate (self->sampler, MAX (n, 0), MAX (d, 1));
}

gboolean
gst_score_frames_set_caps (GstScoreFrames * self, GstCaps * caps,
    GError ** error)
{
  encode_held (self);
  set_frame_rate (self, caps);
  return score_jpeg_set_caps (self->jpeg, caps, error);
}

void
gst_score_frames_set_orientation (GstScoreFrames * self,
    GstVideoOrientationMethod orientation)
{
  encode_held (self);
  score_jpeg_set_orientation (self->jpeg, orientation);
}

/* The last frame of an episode is always a sample. */
static void
take_last (GstScoreFrames * self)
{
  guint64 id;

  encode_held (self);
  if (self->held_jpeg != NULL && score_sampler_finish (self->sampler,
          self->last.running_time, &id))
    hand_over (self, id, self->held_jpeg, self->held_width, self->held_height,
        &self->last);
  let_go (self);
}

static void
fill_facts (const GstScoreFrames * self, ScoreEpisodeFacts * facts)
{
  GstClockTime end = self->last.running_time;

  if (GST_CLOCK_TIME_IS_VALID (self->last.duration))
    end += self->last.duration;
  facts->timestamp = self->first.timestamp;
  facts->stream_time = self->first.stream_time;
  facts->running_time = self->first.running_time;
  facts->duration = self->n_frames == 0 || end < self->first.running_time ?
      0 : end - self->first.running_time;
  facts->n_frames = self->n_frames;
}

void
gst_score_frames_end (GstScoreFrames * self, const gchar * outcome,
    const gchar * note)
{
  ScoreEpisodeFacts facts = { 0, };

  take_last (self);
  learn (self);
  fill_facts (self, &facts);
  facts.n_dropped = self->n_dropped;
  facts.outcome = outcome;
  facts.note = note;
  score_engine_end (self->engine, self->episode, &facts);
}

void
gst_score_frames_drop (GstScoreFrames * self, const GError * reason)
{
  ScoreEpisodeFacts facts = { 0, };

  let_go (self);
  fill_facts (self, &facts);
  score_engine_drop (self->engine, self->episode, &facts, reason);
}

void
gst_score_frames_raise_n_frames (GstScoreFrames * self, guint64 n_frames)
{
  self->n_frames = MAX (self->n_frames, n_frames);
}

guint64
gst_score_frames_get_n_frames (const GstScoreFrames * self)
{
  return self->n_frames;
}

GstClockTime
gst_score_frames_get_next (const GstScoreFrames * self)
{
  return score_sampler_get_next (self->sampler);
}

GstClockTime
gst_score_frames_get_end (const GstScoreFrames * self)
{
  if (!GST_CLOCK_TIME_IS_VALID (self->last.stream_time) ||
      !GST_CLOCK_TIME_IS_VALID (self->last.duration))
    return GST_CLOCK_TIME_NONE;
  return self->last.stream_time + self->last.duration;
}

const GstScoreTimes *
gst_score_frames_get_first (const GstScoreFrames * self)
{
  return &self->first;
}
