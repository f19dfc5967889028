/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/json-write.h"

#include <math.h>

static void
append_escaped (GString * out, gchar c)
{
  static const gchar from[] = "\"\\\b\f\n\r\t";
  static const gchar to[] = "\"\\bfnrt";
  const gchar *found = strchr (from, c);

  if (found != NULL)
    g_string_append_printf (out, "\\%c", to[found - from]);
  else
    g_string_append_printf (out, "\\u%04x", (guint) (guchar) c);
}

static gboolean
must_escape (gchar c)
{
  return c == '"' || c == '\\' || (guchar) c < 0x20;
}

static void
append_valid (GString * out, const gchar * text)
{
  const gchar *start = text;

  g_string_append_c (out, '"');
  for (; *text != '\0'; text++) {
    if (!must_escape (*text))
      continue;
    g_string_append_len (out, start, text - start);
    append_escaped (out, *text);
    start = text + 1;
  }
  g_string_append_len (out, start, text - start);
  g_string_append_c (out, '"');
}

void
score_json_append_string (GString * out, const gchar * text)
{
  g_autofree gchar *valid = NULL;

  if (g_utf8_validate (text, -1, NULL)) {
    append_valid (out, text);
    return;
  }
  valid = g_utf8_make_valid (text, -1);
  append_valid (out, valid);
}

void
score_json_append_double (GString * out, gdouble value)
{
  static const gchar *const formats[] = { "%.15g", "%.16g", "%.17g" };
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_return_if_fail (isfinite (value));

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_ascii_formatd (text, sizeof text, formats[i], value);
    if (g_ascii_strtod (text, NULL) == value)
      break;
  }
  g_string_append (out, text);
}

static void
append_array (GString * out, JsonArray * array)
{
  guint length = json_array_get_length (array);

  g_string_append_c (out, '[');
  for (guint i = 0; i < length; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    score_json_append_node (out, json_array_get_element (array, i));
  }
  g_string_append_c (out, ']');
}

void
score_json_append_members (GString * out, JsonObject * object)
{
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *node;
  gboolean first = TRUE;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    if (!first)
      g_string_append_c (out, ',');
    first = FALSE;
    score_json_append_string (out, name);
    g_string_append_c (out, ':');
    score_json_append_node (out, node);
  }
}

static void
append_value (GString * out, JsonNode * node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    score_json_append_string (out, json_node_get_string (node));
  else if (type == G_TYPE_BOOLEAN)
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
  else if (type == G_TYPE_INT64)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else if (isfinite (json_node_get_double (node)))
    score_json_append_double (out, json_node_get_double (node));
  else
    g_string_append (out, "null");
}

void
score_json_append_node (GString * out, JsonNode * node)
{
  switch (json_node_get_node_type (node)) {
    case JSON_NODE_OBJECT:
      g_string_append_c (out, '{');
      score_json_append_members (out, json_node_get_object (node));
      g_string_append_c (out, '}');
      break;
    case JSON_NODE_ARRAY:
      append_array (out, json_node_get_array (node));
      break;
    case JSON_NODE_VALUE:
      append_value (out, node);
      break;
    case JSON_NODE_NULL:
    default:
      g_string_append (out, "null");
      break;
  }
}

static JsonNode *
copy_node (JsonNode * node)
{
  JsonNode *copy;
  JsonArray *array, *elements;

  if (JSON_NODE_HOLDS_OBJECT (node)) {
    copy = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (copy, score_json_copy (json_node_get_object (node)));
    return copy;
  }
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return json_node_copy (node);
  elements = json_node_get_array (node);
  array = json_array_new ();
  for (guint i = 0; i < json_array_get_length (elements); i++)
    json_array_add_element (array,
        copy_node (json_array_get_element (elements, i)));
  copy = json_node_new (JSON_NODE_ARRAY);
  json_node_take_array (copy, array);
  return copy;
}

JsonObject *
score_json_copy (JsonObject * object)
{
  JsonObject *copy = json_object_new ();
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    json_object_set_member (copy, name, copy_node (node));
  return copy;
}

static void
merge_object (JsonObject * target, const gchar * name, JsonObject * patch)
{
  JsonNode *there = json_object_get_member (target, name);

  if (there == NULL || !JSON_NODE_HOLDS_OBJECT (there)) {
    json_object_set_object_member (target, name, json_object_new ());
    there = json_object_get_member (target, name);
  }
  score_json_merge (json_node_get_object (there), patch);
}

void
score_json_merge (JsonObject * target, JsonObject * patch)
{
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, patch);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    if (JSON_NODE_HOLDS_NULL (node))
      json_object_remove_member (target, name);
    else if (JSON_NODE_HOLDS_OBJECT (node))
      merge_object (target, name, json_node_get_object (node));
    else
      json_object_set_member (target, name, copy_node (node));
  }
}
