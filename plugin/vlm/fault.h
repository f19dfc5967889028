/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* Reads the error of any server: the shapes of OpenAI, Gemini, vLLM, llama.cpp,
 * Ollama and FastAPI differ so little, and proxies mix them so much, that one
 * reader serves all dialects. Never NULL. */
ScoreFault *score_fault_read (const ScoreResponse * response);
/* The same where the body was found to be an error inside a success; @error is
 * its error member. */
ScoreFault *score_fault_read_member (const ScoreResponse * response, JsonNode * error);

G_END_DECLS
