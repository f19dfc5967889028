/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-config.h"
#include "sim-request.h"

typedef struct
{
  gchar *text;
  gboolean cut;                 /* by the limit of the request */
  SimStage stage;
  GPtrArray *chances;           /* of each token, see sim-chances.h; or NULL */
  guint text_tokens, picture_tokens, answer_tokens;
  guint video_tokens;           /* of the picture_tokens, those of videos */
} SimAnswer;

void sim_answer_clear (SimAnswer * self);

/* Answers from nothing but @request, with the weaknesses that @config gives
 * @model. */
void sim_answer (const SimConfig * config, const SimModel * model,
    SimRequest * request, SimAnswer * answer);
