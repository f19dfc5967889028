/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* The JSON object that a successful response carries; NULL with
 * GST_SCORE_ERROR_BAD_REPLY. */
JsonNode *score_envelope_read (const ScoreResponse * response, GError ** error);
/* GST_SCORE_ERROR_BAD_REPLY with the request id behind. */
void score_envelope_fail (const ScoreResponse * response, GError ** error, const gchar * what);
/* A name out of the envelope that may be shown: one line, 200 bytes; or NULL. */
gchar *score_envelope_dup_name (JsonObject * object, const gchar * member);

G_END_DECLS
