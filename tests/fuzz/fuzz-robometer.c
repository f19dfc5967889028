/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "provider.h"

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  fuzz_provider (&score_provider_robometer, data, size);
  return 0;
}
