/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-random.h"
#include "sim-vision.h"

typedef struct
{
  SimThing item, container;     /* what the question names, or SIM_NOTHING */
  gdouble noise;                /* standard deviation of every length, cm */
  gdouble hallucinate;          /* probability of a description that is not so */
} SimDescribing;

/* One or two sentences on what is visible of the named things in one picture,
 * never on whether the task is done. */
gchar *sim_describe (const SimDescribing * self, const SimScene * scene,
    SimRandom * random);

/* One sentence on everything that is visible. */
gchar *sim_describe_all (const SimScene * scene);
