/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/* Getters that answer "not there" for what has another type, where those of
 * json-glib log criticals. */
JsonObject *sim_json_object (JsonObject * object, const gchar * name);
JsonArray *sim_json_array (JsonObject * object, const gchar * name);
const gchar *sim_json_string (JsonObject * object, const gchar * name);
gboolean sim_json_boolean (JsonObject * object, const gchar * name);
gboolean sim_json_number (JsonObject * object, const gchar * name,
    gdouble * value);
/* Like sim_json_object (), of the first name that is there. */
JsonObject *sim_json_either_object (JsonObject * object, const gchar * name,
    const gchar * other);
const gchar *sim_json_either_string (JsonObject * object, const gchar * name,
    const gchar * other);
JsonObject *sim_json_element (JsonArray * array, guint index);

/* Parses @text, of @size bytes, when it is one JSON object that is not nested
 * deeper and has no more values than is safe; else NULL. */
JsonNode *sim_json_parse (const gchar * text, gsize size);

/* The first JSON object inside @text that has a member "properties". */
JsonNode *sim_json_find_schema (const gchar * text);

/* Takes @object. */
gchar *sim_json_print (JsonObject * object);
