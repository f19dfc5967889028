/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/sampler.h"

#define MAX_TIME (GST_CLOCK_TIME_NONE - 1)
#define MAX_ALIGNED (MAX_TIME / 4)

struct _ScoreSampler
{
  GstClockTime first_step;
  GstClockTime step;
  guint max_samples;
  guint rate_n, rate_d;
  guint n;
  guint64 next_id;
  guint64 *ids;
  GstClockTime *times;
};

ScoreSampler *
score_sampler_new (GstClockTime step, guint max_samples)
{
  ScoreSampler *self;

  g_return_val_if_fail (step > 0 && GST_CLOCK_TIME_IS_VALID (step), NULL);
  g_return_val_if_fail (max_samples >= 2, NULL);

  self = g_new0 (ScoreSampler, 1);
  self->first_step = step;
  self->max_samples = max_samples;
  self->ids = g_new (guint64, max_samples);
  self->times = g_new (GstClockTime, max_samples);
  score_sampler_reset (self);
  return self;
}

void
score_sampler_free (ScoreSampler * sampler)
{
  g_return_if_fail (sampler != NULL);

  g_free (sampler->ids);
  g_free (sampler->times);
  g_free (sampler);
}

void
score_sampler_set_frame_rate (ScoreSampler * sampler, guint n, guint d)
{
  g_return_if_fail (sampler != NULL);

  sampler->rate_n = d > 0 ? n : 0;
  sampler->rate_d = d;
}

void
score_sampler_reset (ScoreSampler * sampler)
{
  g_return_if_fail (sampler != NULL);

  sampler->step = sampler->first_step;
  sampler->n = 0;
  sampler->next_id = 0;
}

static GstClockTime
add_saturated (GstClockTime a, GstClockTime b)
{
  return a > MAX_TIME - b ? MAX_TIME : a + b;
}

void
score_sampler_expect (ScoreSampler * sampler, GstClockTime duration)
{
  g_return_if_fail (sampler != NULL);
  g_return_if_fail (sampler->n == 0);

  if (!GST_CLOCK_TIME_IS_VALID (duration))
    return;
  /* one sample a step and one at the start; the last place is kept free */
  while (duration / sampler->step + 1 > sampler->max_samples - 1
      && sampler->step <= duration)
    sampler->step = add_saturated (sampler->step, sampler->step);
}

/* @time, from the episode's start, in frames, half to even. */
static guint64
count_frames (const ScoreSampler * self, GstClockTime time)
{
  const guint64 second = self->rate_d * GST_SECOND;
  guint64 halves = gst_util_uint64_scale (2 * time, self->rate_n, second);
  guint64 frames = halves / 2;
  gboolean is_half = halves % 2 == 1
      && gst_util_uint64_scale_ceil (2 * time, self->rate_n, second) == halves;

  return is_half ? frames + frames % 2 : frames + halves % 2;
}

/* When step @k begins, from the episode's start. */
static GstClockTime
get_slot (const ScoreSampler * self, guint64 k)
{
  GstClockTime time = k > MAX_TIME / self->step ? MAX_TIME : k * self->step;

  if (self->rate_n == 0 || time > MAX_ALIGNED)
    return time;
  if (gst_util_uint64_scale (self->step, self->rate_n,
          self->rate_d * GST_SECOND) == 0)
    return time;                /* every frame is a sample */
  return gst_util_uint64_scale (count_frames (self, time),
      self->rate_d * GST_SECOND, self->rate_n);
}

/* The earliest time of the sample after one at @last. */
static GstClockTime
get_next (const ScoreSampler * self, GstClockTime last)
{
  GstClockTime tolerance = MIN (SCORE_SAMPLER_TOLERANCE, self->step / 2);
  GstClockTime reached = add_saturated (last - self->times[0], tolerance);
  guint64 k = reached / self->step;
  GstClockTime next;

  while (k > 0 && get_slot (self, k) > reached)
    k--;
  do
    next = get_slot (self, ++k);
  while (next <= reached && next < MAX_TIME);
  return MAX (add_saturated (self->times[0], next - tolerance),
      add_saturated (last, MAX (self->step / 2, 1)));
}

GstClockTime
score_sampler_get_next (const ScoreSampler * sampler)
{
  g_return_val_if_fail (sampler != NULL, GST_CLOCK_TIME_NONE);

  if (sampler->n == 0)
    return GST_CLOCK_TIME_NONE;
  return get_next (sampler, sampler->times[sampler->n - 1]);
}

GstClockTime
score_sampler_get_step (const ScoreSampler * sampler)
{
  g_return_val_if_fail (sampler != NULL, GST_CLOCK_TIME_NONE);

  return sampler->step;
}

gboolean
score_sampler_wants (const ScoreSampler * sampler, GstClockTime time)
{
  g_return_val_if_fail (sampler != NULL, FALSE);

  if (!GST_CLOCK_TIME_IS_VALID (time))
    return FALSE;
  if (sampler->n == 0)
    return TRUE;
  return time >= score_sampler_get_next (sampler);
}

/* Walks from the first sample and keeps what the longer step would have taken. */
static void
keep_one_a_step (ScoreSampler * self)
{
  guint kept = 1;

  for (guint i = 1; i < self->n; i++) {
    if (self->times[i] < get_next (self, self->times[kept - 1]))
      continue;
    self->times[kept] = self->times[i];
    self->ids[kept] = self->ids[i];
    kept++;
  }
  self->n = kept;
}

static void
thin (ScoreSampler * self, guint room)
{
  while (self->n > room && self->step < MAX_TIME) {
    self->step = add_saturated (self->step, self->step);
    keep_one_a_step (self);
  }
  self->n = MIN (self->n, room);
}

static guint64
append (ScoreSampler * self, GstClockTime time)
{
  self->ids[self->n] = self->next_id;
  self->times[self->n] = time;
  self->n++;
  return self->next_id++;
}

guint64
score_sampler_take (ScoreSampler * sampler, GstClockTime time,
    gboolean * thinned)
{
  guint room;
  guint64 id;

  g_return_val_if_fail (sampler != NULL, 0);
  g_return_val_if_fail (score_sampler_wants (sampler, time), 0);
  g_return_val_if_fail (sampler->n < sampler->max_samples, 0);

  room = sampler->max_samples - 1;      /* the last place is the last frame's */
  id = append (sampler, time);
  if (thinned)
    *thinned = sampler->n > room;
  if (sampler->n > room)
    thin (sampler, room);
  return id;
}

gboolean
score_sampler_finish (ScoreSampler * sampler, GstClockTime time, guint64 * id)
{
  guint64 given;

  g_return_val_if_fail (sampler != NULL, FALSE);

  if (!GST_CLOCK_TIME_IS_VALID (time) || sampler->n == sampler->max_samples)
    return FALSE;
  if (sampler->n > 0 && time <= sampler->times[sampler->n - 1])
    return FALSE;
  given = append (sampler, time);
  if (id)
    *id = given;
  return TRUE;
}

const guint64 *
score_sampler_get_kept (const ScoreSampler * sampler, guint * n)
{
  g_return_val_if_fail (sampler != NULL, NULL);
  g_return_val_if_fail (n != NULL, NULL);

  *n = sampler->n;
  return sampler->ids;
}
