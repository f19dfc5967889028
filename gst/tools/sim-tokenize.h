/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-dialect.h"

/* vLLM's POST /tokenize of a text, with the tokens of sim-tokens.h. NULL with
 * @fault filled when @body is not a good one. */
gchar *sim_tokenize_answer (const SimConfig * config, JsonObject * body,
    SimFault * fault);
