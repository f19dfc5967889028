/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-json.h"

#include <string.h>

#define MAX_DEPTH 64
/* Every value takes a hundred bytes and more once it is parsed. */
#define MAX_VALUES 300000

static JsonNode *
get_node (JsonObject * object, const gchar * name, JsonNodeType type)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && json_node_get_node_type (node) == type ? node : NULL;
}

JsonObject *
sim_json_object (JsonObject * object, const gchar * name)
{
  JsonNode *node = get_node (object, name, JSON_NODE_OBJECT);

  return node ? json_node_get_object (node) : NULL;
}

JsonArray *
sim_json_array (JsonObject * object, const gchar * name)
{
  JsonNode *node = get_node (object, name, JSON_NODE_ARRAY);

  return node ? json_node_get_array (node) : NULL;
}

const gchar *
sim_json_string (JsonObject * object, const gchar * name)
{
  JsonNode *node = get_node (object, name, JSON_NODE_VALUE);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

gboolean
sim_json_boolean (JsonObject * object, const gchar * name)
{
  JsonNode *node = get_node (object, name, JSON_NODE_VALUE);

  return node && json_node_get_value_type (node) == G_TYPE_BOOLEAN
      && json_node_get_boolean (node);
}

gboolean
sim_json_number (JsonObject * object, const gchar * name, gdouble * value)
{
  JsonNode *node = get_node (object, name, JSON_NODE_VALUE);
  GType type = node ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *value = json_node_get_double (node);
  return TRUE;
}

JsonObject *
sim_json_either_object (JsonObject * object, const gchar * name,
    const gchar * other)
{
  JsonObject *found = sim_json_object (object, name);

  return found ? found : sim_json_object (object, other);
}

const gchar *
sim_json_either_string (JsonObject * object, const gchar * name,
    const gchar * other)
{
  const gchar *found = sim_json_string (object, name);

  return found ? found : sim_json_string (object, other);
}

JsonObject *
sim_json_element (JsonArray * array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Bytes from the bracket at @text to the one that closes it, 0 when there is
 * none, the nesting is deeper than the recursive parser can take, or there is more
 * in it than anybody asks. */
static gsize
measure_value (const gchar * text, gsize size)
{
  guint depth = 0, values = 0;
  gboolean quoted = FALSE;

  for (gsize i = 0; i < size && values < MAX_VALUES; i++) {
    if (quoted) {
      if (text[i] == '\\')
        i++;
      else if (text[i] == '"')
        quoted = FALSE;
    } else if (text[i] == '"') {
      quoted = TRUE;
    } else if (text[i] == ',') {
      values++;
    } else if (text[i] == '{' || text[i] == '[') {
      values++;
      if (++depth > MAX_DEPTH)
        return 0;
    } else if (text[i] == '}' || text[i] == ']') {
      if (depth == 0)
        return 0;
      if (--depth == 0)
        return i + 1;
    }
  }
  return 0;
}

static JsonNode *
parse_object (const gchar * text, gsize size)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (!json_parser_load_from_data (parser, text, size, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  return json_parser_steal_root (parser);
}

JsonNode *
sim_json_parse (const gchar * text, gsize size)
{
  gsize length;

  while (size > 0 && g_ascii_isspace (*text)) {
    text++;
    size--;
  }
  while (size > 0 && g_ascii_isspace (text[size - 1]))
    size--;
  if (size == 0 || *text != '{' || !g_utf8_validate (text, size, NULL))
    return NULL;
  length = measure_value (text, size);
  return length == size ? parse_object (text, size) : NULL;
}

JsonNode *
sim_json_find_schema (const gchar * text)
{
  const gchar *p = text, *end = text + strlen (text);

  while ((p = strchr (p, '{')) != NULL) {
    gsize length = measure_value (p, end - p);
    g_autoptr (JsonNode) node = length > 0 ? parse_object (p, length) : NULL;

    if (node && sim_json_object (json_node_get_object (node), "properties"))
      return g_steal_pointer (&node);
    p += node ? length : 1;
  }
  return NULL;
}

gchar *
sim_json_print (JsonObject * object)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (root, object);
  return json_to_string (root, FALSE);
}
