/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "vlm/json-scan.h"

G_BEGIN_DECLS

/* Reading JSON that nobody vouches for, by way of the scanner. */

/* @text has passed the scan. */
JsonNode *score_json_parse_scanned (const gchar * text, gsize length);
/* A whole document: any bytes, white space and a BOM around one value. */
JsonNode *score_json_parse_bytes (GBytes * bytes, ScoreJsonStatus * status);
JsonNode *score_json_parse_text (const gchar * text, ScoreJsonStatus * status);

/* NULL or 0 where the member is missing or of another type. Borrowed. */
JsonObject *score_json_object (JsonNode * node);
JsonObject *score_json_get_object (JsonObject * object, const gchar * name);
JsonArray *score_json_get_array (JsonObject * object, const gchar * name);
const gchar *score_json_get_string (JsonObject * object, const gchar * name);
guint64 score_json_get_count (JsonObject * object, const gchar * name);
JsonObject *score_json_get_element (JsonArray * array, guint index);
const gchar *score_json_node_string (JsonNode * node);
/* A finite number (not a boolean). */
gboolean score_json_node_number (JsonNode * node, gdouble * value);

/* @text as one line of valid UTF-8 of at most @max bytes: what may be shown of
 * somebody else's words. */
gchar *score_json_tame (const gchar * text, gssize length, gsize max);

G_END_DECLS
