/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* A response as text: "HTTP/1.1 STATUS", header lines, an empty line, the body
 * (any bytes). Also reads what a fuzzer makes of it. */
ScoreResponse *http_text_parse (const gchar * data, gsize length);

G_END_DECLS
