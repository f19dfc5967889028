/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

int LLVMFuzzerTestOneInput (const uint8_t * data, size_t size);

/* Gives @data, a response as text (tests/unit/vlm/http-text.h), to everything
 * of @provider that reads responses, and checks what must hold of any. */
void fuzz_provider (const ScoreProvider * provider, const uint8_t * data, size_t size);

G_END_DECLS
