/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-schema.h"

#include <string.h>

#define MAX_DEPTH 10

static JsonObject *
get_property (JsonObject * schema, const gchar * name)
{
  return sim_json_object (sim_json_object (schema, "properties"), name);
}

/* Its only or, of several, its first type, in lower case as JSON Schema has it;
 * OpenAPI has it in upper case. */
static gchar *
read_type (JsonObject * schema)
{
  const gchar *type = sim_json_string (schema, "type");
  JsonArray *types = sim_json_array (schema, "type");

  if (type == NULL && types && json_array_get_length (types) > 0) {
    JsonNode *first = json_array_get_element (types, 0);

    if (json_node_get_value_type (first) == G_TYPE_STRING)
      type = json_node_get_string (first);
  }
  if (type == NULL)
    type = sim_json_object (schema, "properties") ? "object" : "string";
  return g_ascii_strdown (type, -1);
}

static gboolean
is_number (JsonObject * schema, gboolean * whole)
{
  g_autofree gchar *type = read_type (schema);

  *whole = g_str_equal (type, "integer");
  return *whole || g_str_equal (type, "number");
}

static gboolean
is_percent (JsonObject * schema, const gchar * name)
{
  gdouble most;

  if (sim_json_number (schema, "maximum", &most))
    return most > 1;
  return strstr (name, "percent") != NULL;
}

/* Takes @name for what it says, where nothing else was taken for it. */
static void
take_name (SimFrameNames * names, const gchar * name, JsonObject * schema)
{
  g_autofree gchar *lower = g_ascii_strdown (name, -1);
  g_autofree gchar *type = read_type (schema);
  gboolean whole;

  if (is_number (schema, &whole)) {
    if (names->progress == NULL && (strstr (lower, "progress")
            || strstr (lower, "percent") || strstr (lower, "completion"))) {
      names->progress = name;
      names->percent = whole || is_percent (schema, lower);
      names->whole = whole;
    } else if (names->frame == NULL && strstr (lower, "frame")) {
      names->frame = name;
    }
  } else if (g_str_equal (type, "string") && names->description == NULL
      && strstr (lower, "descri")) {
    names->description = name;
  }
}

static gboolean
read_item (JsonObject * list, SimFrameNames * names)
{
  JsonObject *item = sim_json_object (list, "items");
  JsonObject *properties = sim_json_object (item, "properties");
  g_autoptr (GList) members =
      properties ? json_object_get_members (properties) : NULL;

  *names = (SimFrameNames) {
  .item = item};
  for (GList * l = members; l; l = l->next) {
    JsonObject *property = sim_json_object (properties, l->data);

    if (property)
      take_name (names, l->data, property);
  }
  return names->frame && names->progress;
}

gboolean
sim_schema_frames (JsonObject * schema, SimFrameNames * names)
{
  JsonObject *properties = sim_json_object (schema, "properties");
  g_autoptr (GList) members =
      properties ? json_object_get_members (properties) : NULL;

  if (read_item (schema, names))
    return TRUE;
  for (GList * l = members; l; l = l->next) {
    if (read_item (sim_json_object (properties, l->data), names)) {
      names->list = l->data;
      return TRUE;
    }
  }
  return FALSE;
}

SimStage
sim_schema_stage (JsonObject * schema)
{
  JsonObject *frame =
      sim_json_object (get_property (schema, "frames"), "items");

  if (frame && get_property (frame, "progress"))
    return SIM_STAGE_PROGRESS;
  if (frame && get_property (frame, "description"))
    return SIM_STAGE_DESCRIBE;
  if (get_property (schema, "objects"))
    return SIM_STAGE_OBJECTS;
  return SIM_STAGE_OTHER;
}

static JsonNode *
make_blank (JsonObject * schema, guint depth)
{
  JsonArray *words = sim_json_array (schema, "enum");
  g_autofree gchar *type = NULL;
  JsonNode *node;

  if (words && json_array_get_length (words) > 0)
    return json_node_copy (json_array_get_element (words, 0));
  type = read_type (schema);
  if (g_str_equal (type, "object")) {
    JsonObject *object = json_object_new ();
    JsonObject *properties = sim_json_object (schema, "properties");
    g_autoptr (GList) names =
        properties ? json_object_get_members (properties) : NULL;

    for (GList * l = names; l && depth < MAX_DEPTH; l = l->next) {
      JsonObject *property = sim_json_object (properties, l->data);

      if (property)
        json_object_set_member (object, l->data,
            make_blank (property, depth + 1));
    }
    node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (node, object);
    return node;
  }
  if (g_str_equal (type, "array")) {
    node = json_node_new (JSON_NODE_ARRAY);
    json_node_take_array (node, json_array_new ());
    return node;
  }
  if (g_str_equal (type, "null"))
    return json_node_new (JSON_NODE_NULL);
  node = json_node_new (JSON_NODE_VALUE);
  if (g_str_equal (type, "boolean"))
    json_node_set_boolean (node, FALSE);
  else if (g_str_equal (type, "integer") || g_str_equal (type, "number"))
    json_node_set_int (node, 0);
  else
    json_node_set_string (node, "");
  return node;
}

JsonNode *
sim_schema_blank (JsonObject * schema)
{
  return make_blank (schema, 0);
}

/* What strict mode does not take. */
static const gchar *const refused[] = {
  "allOf", "oneOf", "not", "if", "then", "else", "contains", "minContains",
  "maxContains", "minProperties", "maxProperties", "patternProperties",
  "prefixItems", "propertyNames", "uniqueItems", "dependentRequired",
  "dependentSchemas", "unevaluatedItems", "unevaluatedProperties", "default",
  NULL
};

static gboolean
lists_name (JsonArray * array, const gchar * name)
{
  for (guint i = 0; array && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);

    if (json_node_get_value_type (node) == G_TYPE_STRING
        && g_str_equal (json_node_get_string (node), name))
      return TRUE;
  }
  return FALSE;
}

static gchar *complain (JsonObject * schema, guint depth);

static gchar *
complain_of_object (JsonObject * schema, guint depth)
{
  JsonObject *properties = sim_json_object (schema, "properties");
  JsonArray *required = sim_json_array (schema, "required");
  JsonNode *more = json_object_get_member (schema, "additionalProperties");
  g_autoptr (GList) names = NULL;

  if (more == NULL || json_node_get_value_type (more) != G_TYPE_BOOLEAN
      || json_node_get_boolean (more))
    return
        g_strdup ("'additionalProperties' is required to be supplied and to be"
        " false.");
  names = properties ? json_object_get_members (properties) : NULL;
  for (GList * l = names; l; l = l->next) {
    JsonObject *property = sim_json_object (properties, l->data);
    gchar *complaint;

    if (!lists_name (required, l->data))
      return g_strdup_printf ("'required' is required to be supplied and to be"
          " an array including every key in properties. Missing '%s'.",
          (const gchar *) l->data);
    complaint = property ? complain (property, depth + 1)
        : g_strdup ("a property is not an object.");
    if (complaint)
      return complaint;
  }
  return NULL;
}

static gchar *
complain (JsonObject * schema, guint depth)
{
  g_autofree gchar *type = read_type (schema);

  if (depth > MAX_DEPTH)
    return g_strdup ("the schema is nested too deeply.");
  for (guint i = 0; refused[i]; i++) {
    if (json_object_has_member (schema, refused[i]))
      return g_strdup_printf ("'%s' is not permitted.", refused[i]);
  }
  if (g_str_equal (type, "object"))
    return complain_of_object (schema, depth);
  if (g_str_equal (type, "array")) {
    JsonObject *items = sim_json_object (schema, "items");

    return items ? complain (items, depth + 1)
        : g_strdup ("array schema missing items.");
  }
  return NULL;
}

gchar *
sim_schema_complain (JsonObject * schema)
{
  if (g_strcmp0 (sim_json_string (schema, "type"), "object") != 0)
    return g_strdup ("schema must be of type \"object\".");
  return complain (schema, 0);
}
