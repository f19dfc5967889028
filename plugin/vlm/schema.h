/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Holds @value against @schema of the portable subset (type, properties,
 * required, items, enum) and gives what fits as a new tree: numbers given as
 * strings converted, members the schema does not name left out. NULL with
 * GST_SCORE_ERROR_BAD_REPLY whose message says where and what, in a sentence
 * that a model can act on; it never repeats the model's own words. */
JsonNode *score_schema_conform (JsonNode * value, JsonObject * schema, GError ** error);

G_END_DECLS
