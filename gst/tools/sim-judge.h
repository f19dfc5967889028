/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-things.h"

typedef struct
{
  gdouble progress;
  gchar *reason;
} SimVerdict;

/* What "done" looks like; SIM_NOTHING for what the task does not name. */
gchar *sim_judge_completion_state (SimThing item, SimThing container);

/* Who reads descriptions of one task. */
typedef struct _SimJudge SimJudge;

SimJudge *sim_judge_new (SimThing item, SimThing container);
void sim_judge_free (SimJudge * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimJudge, sim_judge_free)

/* One verdict a description, from the words alone, in their order: an array of
 * SimVerdict that frees its reasons. */
GArray *sim_judge_read (const SimJudge * self,
    const gchar * const *descriptions, guint n);
/* The same, read once. */
GArray *sim_judge (SimThing item, SimThing container,
    const gchar * const *descriptions, guint n);
