/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreerror.h>

#include "method/method.h"

G_BEGIN_DECLS

/* A run of any method, its episode, and what it asked that was not answered yet.
 * The test plays the engine and the model. */
typedef struct
{
  const ScoreMethod *method;
  ScorePrompts *prompts;
  ScoreEpisode *episode;
  ScoreRun *run;
  GPtrArray *open;              /* of ScoreQuestion, in the order of asking */
  guint n_asked;
  guint n_samples;              /* made so far; the next id */
} Player;

#define PLAYER_STEP (500 * GST_MSECOND)
#define PLAYER_TASK "put the banana in the bowl"

/* @settings: the prompts are filled in; NULL: none but those. */
Player *player_new (const ScoreMethod * method, const ScoreMethodSettings * settings);
Player *player_new_for_task (const ScoreMethod * method, const ScoreMethodSettings * settings, const gchar * task);
void player_free (Player * player);
/* n samples more, half a second apart; each is a picture "sample ID". */
void player_add (Player * player, guint n);
/* Keeps every other sample, from the first on. */
void player_thin (Player * player);
void player_close (Player * player);
/* Asks until there is nothing to ask; gives how many were new. */
guint player_ask (Player * player);
const ScoreRequest *player_request (Player * player, guint index);
/* Answers the open question @index, then asks what can be asked. */
gboolean player_reply (Player * player, guint index, const gchar * text, GError ** error);
gboolean player_give (Player * player, guint index, ScoreReply * reply, GError ** error);
GstScoreResult *player_finish (Player * player, GError ** error);

/* The request as text that knows no server. */
gchar *player_dump (const ScoreRequest * request);
/* Holds it against tests/data/method/NAME.txt; SCORE_UPDATE_GOLDEN=1 writes it. */
void player_assert_golden (const ScoreRequest * request, const gchar * name);
void player_assert_progress (const GstScoreResult * result, const gdouble * values, guint n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Player, player_free)

G_END_DECLS
