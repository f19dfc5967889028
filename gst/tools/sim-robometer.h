/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-dialect.h"

/* The evaluation server of Robometer: a form with arrays in, curves out. */

typedef struct
{
  gchar *json;                  /* the answer */
  guint frames, prompt_tokens;
} SimCurves;

/* Answers a form as POST /evaluate_batch_npy has it. FALSE with @fault filled when
 * it is not a good one. */
gboolean sim_robometer_answer (const SimConfig * config, GBytes * body,
    const gchar * boundary, SimCurves * curves, SimFault * fault);

/* Frames that a beginning of a video is thinned to, as the reference does. */
#define SIM_STEP_FRAMES 4

/* Which of the first @length frames these are; some more than once where there are
 * fewer. */
void sim_robometer_thin (guint length, guint indices[SIM_STEP_FRAMES]);

gchar *sim_robometer_health (const SimConfig * config);
gchar *sim_robometer_info (const SimConfig * config);
gchar *sim_robometer_complain (const SimFault * fault);
