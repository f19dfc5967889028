/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/episode.h"

struct _ScoreEpisode
{
  gchar *id;
  gchar *task;
  gchar *outcome;
  GPtrArray *samples;
  guint n_dropped;
  gboolean closed;
};

ScoreEpisode *
score_episode_new (const gchar * id)
{
  ScoreEpisode *self;

  g_return_val_if_fail (id != NULL, NULL);

  self = g_rc_box_new0 (ScoreEpisode);
  self->id = g_strdup (id);
  self->samples =
      g_ptr_array_new_with_free_func ((GDestroyNotify) score_sample_unref);
  return self;
}

ScoreEpisode *
score_episode_ref (ScoreEpisode * episode)
{
  g_return_val_if_fail (episode != NULL, NULL);

  return g_rc_box_acquire (episode);
}

static void
clear_episode (gpointer data)
{
  ScoreEpisode *self = data;

  g_free (self->id);
  g_free (self->task);
  g_free (self->outcome);
  g_ptr_array_unref (self->samples);
}

void
score_episode_unref (ScoreEpisode * episode)
{
  g_return_if_fail (episode != NULL);

  g_rc_box_release_full (episode, clear_episode);
}

const gchar *
score_episode_get_id (const ScoreEpisode * episode)
{
  g_return_val_if_fail (episode != NULL, NULL);

  return episode->id;
}

const gchar *
score_episode_get_task (const ScoreEpisode * episode)
{
  g_return_val_if_fail (episode != NULL, NULL);

  return episode->task;
}

/* Copies first, for the new value may be the old one. */
static void
replace_string (gchar ** place, const gchar * value)
{
  gchar *copy = g_strdup (value);

  g_free (*place);
  *place = copy;
}

void
score_episode_set_task (ScoreEpisode * episode, const gchar * task)
{
  g_return_if_fail (episode != NULL);

  replace_string (&episode->task, task);
}

guint
score_episode_get_n_samples (const ScoreEpisode * episode)
{
  g_return_val_if_fail (episode != NULL, 0);

  return episode->samples->len;
}

ScoreSample *
score_episode_get_sample (const ScoreEpisode * episode, guint index)
{
  g_return_val_if_fail (episode != NULL, NULL);
  g_return_val_if_fail (index < episode->samples->len, NULL);

  return g_ptr_array_index (episode->samples, index);
}

void
score_episode_add_sample (ScoreEpisode * episode, ScoreSample * sample)
{
  guint place;

  g_return_if_fail (episode != NULL);
  g_return_if_fail (sample != NULL);
  g_return_if_fail (!episode->closed);

  for (place = episode->samples->len; place > 0; place--) {
    const ScoreSample *before = g_ptr_array_index (episode->samples, place - 1);

    g_return_if_fail (before->id != sample->id);
    if (before->id < sample->id)
      break;
  }
  g_ptr_array_insert (episode->samples, place, score_sample_ref (sample));
}

void
score_episode_keep (ScoreEpisode * episode, const guint64 * ids, guint n)
{
  guint next = 0, kept = 0;
  GPtrArray *samples;

  g_return_if_fail (episode != NULL);
  g_return_if_fail (ids != NULL || n == 0);

  samples = episode->samples;
  for (guint i = 0; i < samples->len; i++) {
    ScoreSample *sample = g_ptr_array_index (samples, i);

    while (next < n && ids[next] < sample->id)
      next++;
    if (next < n && ids[next] == sample->id) {
      samples->pdata[i] = samples->pdata[kept];
      samples->pdata[kept++] = sample;
    }
  }
  episode->n_dropped += samples->len - kept;
  g_ptr_array_set_size (samples, kept);
}

guint
score_episode_get_n_dropped (const ScoreEpisode * episode)
{
  g_return_val_if_fail (episode != NULL, 0);

  return episode->n_dropped;
}

void
score_episode_close (ScoreEpisode * episode, const gchar * outcome)
{
  g_return_if_fail (episode != NULL);

  episode->closed = TRUE;
  replace_string (&episode->outcome, outcome);
}

gboolean
score_episode_is_closed (const ScoreEpisode * episode)
{
  g_return_val_if_fail (episode != NULL, FALSE);

  return episode->closed;
}

const gchar *
score_episode_get_outcome (const ScoreEpisode * episode)
{
  g_return_val_if_fail (episode != NULL, NULL);

  return episode->outcome;
}
