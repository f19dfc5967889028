/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scoreplan.h"

#include "media/sampler.h"

static gboolean
do_ascend (const GArray * times)
{
  for (guint i = 1; i < times->len; i++) {
    if (g_array_index (times, guint64, i) <=
        g_array_index (times, guint64, i - 1))
      return FALSE;
  }
  return TRUE;
}

/* As frames come, the last of which is the last. */
static void
show_all (ScoreSampler * sampler, const GArray * times, GArray * time_of_id)
{
  guint64 id, last;

  for (guint i = 0; i < times->len; i++) {
    guint64 time = g_array_index (times, guint64, i);

    if (score_sampler_wants (sampler, time)) {
      score_sampler_take (sampler, time, NULL);
      g_array_append_val (time_of_id, time);
    }
  }
  if (times->len == 0)
    return;
  last = g_array_index (times, guint64, times->len - 1);
  if (score_sampler_finish (sampler, last, &id))
    g_array_append_val (time_of_id, last);
}

GArray *
gst_score_plan_samples (const ScoreSettings * settings, const GArray * times,
    gint fps_n, gint fps_d)
{
  g_autoptr (ScoreSampler) sampler = NULL;
  g_autoptr (GArray) time_of_id = NULL;
  GArray *samples;
  const guint64 *kept;
  guint n;

  g_return_val_if_fail (settings != NULL, NULL);
  g_return_val_if_fail (times != NULL, NULL);

  if (settings->episode_duration > 0 || !do_ascend (times))
    return NULL;
  sampler = score_sampler_new (score_settings_get_step (settings),
      score_settings_get_max_samples (settings));
  if (fps_n > 0 && fps_d > 0)
    score_sampler_set_frame_rate (sampler, (guint) fps_n, (guint) fps_d);
  time_of_id = g_array_new (FALSE, FALSE, sizeof (guint64));
  show_all (sampler, times, time_of_id);
  kept = score_sampler_get_kept (sampler, &n);
  samples = g_array_sized_new (FALSE, FALSE, sizeof (guint64), n);
  for (guint i = 0; i < n; i++)
    g_array_append_val (samples, g_array_index (time_of_id, guint64, kept[i]));
  return samples;
}
