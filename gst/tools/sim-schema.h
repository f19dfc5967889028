/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-request.h"

/* Which question a schema belongs to, by the names of its properties. */
SimStage sim_schema_stage (JsonObject * schema);

/* The answer "I can not tell" to any schema: empty lists and texts, false and 0.
 * (transfer full) */
JsonNode *sim_schema_blank (JsonObject * schema);

/* What a strict server has against @schema, NULL when nothing. */
gchar *sim_schema_complain (JsonObject * schema);
