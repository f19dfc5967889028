/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/json-read.h"

#include <math.h>

JsonNode *
score_json_parse_scanned (const gchar * text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (!json_parser_load_from_data (parser, text, length, NULL))
    return NULL;
  return json_parser_steal_root (parser);
}

static JsonNode *
parse_document (gchar * text, gsize length, ScoreJsonStatus * status)
{
  gsize used, end;
  JsonNode *root;

  *status = score_json_scan (text, length, &used);
  if (*status != SCORE_JSON_OK)
    return NULL;
  end = used + strspn (text + used, " \t\r\n");
  *status = SCORE_JSON_SYNTAX;
  if (end < length)
    return NULL;
  root = score_json_parse_scanned (text, used);
  if (root != NULL)
    *status = SCORE_JSON_OK;
  return root;
}

JsonNode *
score_json_parse_bytes (GBytes * bytes, ScoreJsonStatus * status)
{
  gsize size = 0;
  const gchar *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  g_autofree gchar *text = size > 0 ? g_utf8_make_valid (data, size) : NULL;
  gsize bom;

  if (text == NULL) {
    *status = SCORE_JSON_EMPTY;
    return NULL;
  }
  bom = g_str_has_prefix (text, "\xef\xbb\xbf") ? 3 : 0;
  return parse_document (text + bom, strlen (text + bom), status);
}

JsonNode *
score_json_parse_text (const gchar * text, ScoreJsonStatus * status)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return score_json_parse_bytes (bytes, status);
}

JsonObject *
score_json_object (JsonNode * node)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
      ? json_node_get_object (node) : NULL;
}

JsonObject *
score_json_get_object (JsonObject * object, const gchar * name)
{
  return object != NULL
      ? score_json_object (json_object_get_member (object, name)) : NULL;
}

JsonArray *
score_json_get_array (JsonObject * object, const gchar * name)
{
  JsonNode *node =
      object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node)
      ? json_node_get_array (node) : NULL;
}

const gchar *
score_json_node_string (JsonNode * node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING
      ? json_node_get_string (node) : NULL;
}

const gchar *
score_json_get_string (JsonObject * object, const gchar * name)
{
  return object != NULL
      ? score_json_node_string (json_object_get_member (object, name)) : NULL;
}

gboolean
score_json_node_number (JsonNode * node, gdouble * value)
{
  GType type;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  type = json_node_get_value_type (node);
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *value = json_node_get_double (node);
  return isfinite (*value);
}

guint64
score_json_get_count (JsonObject * object, const gchar * name)
{
  gdouble value;

  if (object == NULL
      || !score_json_node_number (json_object_get_member (object, name),
          &value))
    return 0;
  return value > 0 && value < 1e15 ? (guint64) value : 0;
}

JsonObject *
score_json_get_element (JsonArray * array, guint index)
{
  return array != NULL && index < json_array_get_length (array)
      ? score_json_object (json_array_get_element (array, index)) : NULL;
}

gchar *
score_json_tame (const gchar * text, gssize length, gsize max)
{
  g_autofree gchar *valid = NULL;
  g_autoptr (GString) line = g_string_new (NULL);
  gboolean blank = FALSE;

  if (text == NULL)
    return g_strdup ("");
  if (length < 0)
    length = strlen (text);
  /* far more than is kept; cut first, a body may have 50 MB */
  valid = g_utf8_make_valid (text, MIN ((gsize) length, max * 16));
  for (const gchar * p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gsize size = g_utf8_next_char (p) - p;

    if (g_unichar_isspace (c) || g_unichar_iscntrl (c)) {
      blank = line->len > 0;
      continue;
    }
    if (line->len + size + (blank ? 1 : 0) > max)
      break;
    if (blank)
      g_string_append_c (line, ' ');
    blank = FALSE;
    g_string_append_len (line, p, size);
  }
  return g_string_free (g_steal_pointer (&line), FALSE);
}
