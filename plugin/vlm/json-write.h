/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* JSON as it goes on the wire: compact, order kept, shortest numbers, always
 * valid UTF-8. The same values always give the same bytes (prompt caches). */

/* In quotes; bytes that are no UTF-8 become U+FFFD. */
void score_json_append_string (GString * out, const gchar * text);
/* The shortest text that reads back as @value, which is finite. */
void score_json_append_double (GString * out, gdouble value);
void score_json_append_node (GString * out, JsonNode * node);
/* The members without the braces. */
void score_json_append_members (GString * out, JsonObject * object);

/* JSON merge patch (RFC 7396): objects are merged, null removes, anything else
 * replaces. @patch is not changed and not referenced afterwards. */
void score_json_merge (JsonObject * target, JsonObject * patch);
/* Deep: shares nothing with @object, whose reference count is not atomic. */
JsonObject *score_json_copy (JsonObject * object);

G_END_DECLS
