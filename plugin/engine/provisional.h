/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/job.h"
#include "vlm/caller.h"

G_BEGIN_DECLS

/* Results of episodes that are still open: a question about what is known by
 * now, one in the air for an episode, and the next one when that is through and
 * more is known. They stand back behind all that final results need: they leave
 * only where there is room, give it up when it is wanted, are asked once, and
 * what goes wrong with them is dropped. Worker thread only. */
typedef struct _ScoreProvisional ScoreProvisional;

typedef struct
{
  /* A provisional result of an open episode. */
  void (*judged) (ScoreJob * job, GstScoreResult * result, gpointer user_data);
  /* A question of the job has ended, after judged where it was of use. */
  void (*ended) (ScoreJob * job, gpointer user_data);
} ScoreProvisionalCallbacks;

/* @setup and @caller are borrowed. @interval: least time of the stream between
 * two questions about an episode. */
ScoreProvisional *score_provisional_new (const ScoreSetup * setup,
    ScoreCaller * caller, GstClockTime interval, gdouble success_threshold,
    const ScoreProvisionalCallbacks * callbacks, gpointer user_data);
/* When none of its questions is open. */
void score_provisional_free (ScoreProvisional * provisional);

/* At first they are not wanted. */
void score_provisional_set_wanted (ScoreProvisional * provisional, gboolean wanted);
/* Asks about @job where that is due. */
void score_provisional_look (ScoreProvisional * provisional, ScoreJob * job);
/* Room is wanted: what is in the air is cancelled, to be asked again later. */
void score_provisional_give_way (ScoreProvisional * provisional);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreProvisional, score_provisional_free)

G_END_DECLS
