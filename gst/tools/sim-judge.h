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

/* One verdict a description, from the words alone, in their order: an array of
 * SimVerdict that frees its reasons. */
GArray *sim_judge (SimThing item, SimThing container,
    const gchar * const *descriptions, guint n);
