/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a task of the toy world can speak of. */
typedef enum {
  SCORE_TOY_BANANA,
  SCORE_TOY_CONE,
  SCORE_TOY_CUP,
  SCORE_TOY_BLOCK,
  SCORE_TOY_N_OBJECTS,
} ScoreToyObject;

typedef enum {
  SCORE_TOY_BOWL,
  SCORE_TOY_PLATE,
  SCORE_TOY_DRAWER,
  SCORE_TOY_N_CONTAINERS,
} ScoreToyContainer;

typedef struct {
  ScoreToyObject object;
  ScoreToyContainer container;
} ScoreToyTask;

/* What score_toy_task_parse() understands, for messages. */
#define SCORE_TOY_TASK_GRAMMAR \
    "put the {banana|ice cream cone|cup|block} {in|into|on|onto} the {bowl|plate|drawer}"

/* FALSE, with task untouched, when the text is not of that grammar. Case,
 * punctuation and articles do not matter. */
gboolean score_toy_task_parse (const gchar * text, ScoreToyTask * task);

G_END_DECLS
