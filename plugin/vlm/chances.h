/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/reply.h"

G_BEGIN_DECLS

/* How the members are called in one dialect. */
typedef struct
{
  const gchar *token, *logprob;
} ScoreChanceNames;

/* Adds what @entry says of a token to the reply's chances; nothing where it says
 * nothing that is a log-probability. */
void score_chances_add (ScoreReply * reply, JsonObject * entry, const ScoreChanceNames * names);
/* The same of each of @entries, or of the first thousand. */
void score_chances_add_all (ScoreReply * reply, JsonArray * entries, const ScoreChanceNames * names);

G_END_DECLS
