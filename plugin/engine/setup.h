/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/budget.h"
#include "engine/settings.h"
#include "method/method.h"
#include "vlm/caller.h"

G_BEGIN_DECLS

/* What settings come down to once they have been checked: everything the engine
 * is made from. Reads key files and the environment; asks no network. */
typedef struct
{
  const ScoreMethod *method;
  ScoreMethodSettings method_settings;  /* borrows from here; without objects */
  ScorePrompts *prompts;
  ScoreExamples *examples;      /* NULL: none */
  ScoreServer *server;          /* resolved */
  ScoreCallerOptions caller;
  ScoreBudget budget;
  GstStructure *options;        /* for the record: every setting that influenced the result; no secrets */
} ScoreSetup;

/* GST_SCORE_ERROR_CONFIG whose message starts with the property to change. */
ScoreSetup *score_setup_new (const ScoreSettings * settings, GError ** error);
void score_setup_free (ScoreSetup * setup);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreSetup, score_setup_free)

G_END_DECLS
