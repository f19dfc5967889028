/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media/sample.h"

G_BEGIN_DECLS

/* One attempt at one task: what was seen of it so far. Confined to one thread
 * (the engine's worker); plain value, no locks. */
typedef struct _ScoreEpisode ScoreEpisode;

ScoreEpisode *score_episode_new (const gchar * id);
ScoreEpisode *score_episode_ref (ScoreEpisode * episode);
void score_episode_unref (ScoreEpisode * episode);

const gchar *score_episode_get_id (const ScoreEpisode * episode);
/* NULL while the task is not known yet. */
const gchar *score_episode_get_task (const ScoreEpisode * episode);
void score_episode_set_task (ScoreEpisode * episode, const gchar * task);

/* Samples in order of their times. */
guint score_episode_get_n_samples (const ScoreEpisode * episode);
ScoreSample *score_episode_get_sample (const ScoreEpisode * episode, guint index);      /* borrowed */
void score_episode_add_sample (ScoreEpisode * episode, ScoreSample * sample);   /* takes its own reference */
/* Keeps only the samples whose ids are among the n ascending ones. */
void score_episode_keep (ScoreEpisode * episode, const guint64 * ids, guint n);
guint score_episode_get_n_dropped (const ScoreEpisode * episode);       /* dropped by score_episode_keep() so far */

/* A closed episode gets no more samples. */
void score_episode_close (ScoreEpisode * episode, const gchar * outcome);
gboolean score_episode_is_closed (const ScoreEpisode * episode);
const gchar *score_episode_get_outcome (const ScoreEpisode * episode);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreEpisode, score_episode_unref)

G_END_DECLS
