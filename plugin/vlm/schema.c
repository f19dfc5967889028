/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/schema.h"

#include <gst/score/gstscoreerror.h>

#include <math.h>

#include "vlm/json-read.h"
#include "vlm/json-write.h"

/* Where in the answer: "frames[2].progress"; empty at the root. */
typedef GString Path;

static JsonNode *conform (JsonNode * value, JsonObject * schema, Path * path,
    GError ** error);

static void
fail (GError ** error, const Path * path, const gchar * what)
{
  if (path->len == 0)
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
        "the answer %s", what);
  else
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
        "the member %s of the answer %s", path->str, what);
}

static const gchar *
get_kind (JsonNode * value)
{
  GType type;

  if (JSON_NODE_HOLDS_OBJECT (value))
    return "object";
  if (JSON_NODE_HOLDS_ARRAY (value))
    return "array";
  if (!JSON_NODE_HOLDS_VALUE (value))
    return "null";
  type = json_node_get_value_type (value);
  if (type == G_TYPE_STRING)
    return "string";
  return type == G_TYPE_BOOLEAN ? "boolean" : "number";
}

/* Not "0x10", not "inf", not "50 %". */
static gboolean
parse_number (const gchar * text, gdouble * number)
{
  g_autofree gchar *copy = g_strstrip (g_strdup (text));
  gchar *end;

  if (*copy == '\0' || copy[strspn (copy, "0123456789+-.eE")] != '\0')
    return FALSE;
  *number = g_ascii_strtod (copy, &end);
  return *end == '\0' && end != copy;
}

static gboolean
read_number (JsonNode * value, Path * path, gdouble * number, GError ** error)
{
  const gchar *text = score_json_node_string (value);

  *number = NAN;
  if (text != NULL ? !parse_number (text, number)
      : strcmp (get_kind (value), "number") != 0) {
    g_autofree gchar *what = g_strdup_printf ("must be a number but is %s",
        text != NULL ? "a text" : get_kind (value));

    fail (error, path, what);
    return FALSE;
  }
  if (text == NULL)
    *number = json_node_get_double (value);
  if (!isfinite (*number))
    fail (error, path, "must be a finite number");
  return isfinite (*number);
}

static JsonNode *
conform_number (JsonNode * value, Path * path, GError ** error)
{
  gdouble number;

  if (!read_number (value, path, &number, error))
    return NULL;
  return json_node_init_double (json_node_alloc (), number);
}

static JsonNode *
conform_integer (JsonNode * value, Path * path, GError ** error)
{
  gdouble number;

  if (!read_number (value, path, &number, error))
    return NULL;
  if (number != floor (number) || fabs (number) > 9007199254740992.0) {
    fail (error, path, "must be a whole number");
    return NULL;
  }
  return json_node_init_int (json_node_alloc (), (gint64) number);
}

static gboolean
is_required (JsonObject * schema, const gchar * name)
{
  JsonArray *required = score_json_get_array (schema, "required");
  guint n = required != NULL ? json_array_get_length (required) : 0;

  for (guint i = 0; i < n; i++) {
    if (g_strcmp0 (score_json_node_string (json_array_get_element (required,
                    i)), name) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
conform_member (JsonObject * out, JsonObject * in, JsonObject * schema,
    const gchar * name, JsonObject * member_schema, Path * path,
    GError ** error)
{
  JsonNode *value = json_object_get_member (in, name);
  gsize length = path->len;
  JsonNode *fit = NULL;

  if (value == NULL && !is_required (schema, name))
    return TRUE;
  g_string_append_printf (path, "%s%s", length > 0 ? "." : "", name);
  if (value == NULL)
    fail (error, path, "is missing");
  else
    fit = conform (value, member_schema, path, error);
  g_string_truncate (path, length);
  if (fit != NULL)
    json_object_set_member (out, name, fit);
  return fit != NULL;
}

static JsonNode *
conform_object (JsonNode * value, JsonObject * schema, Path * path,
    GError ** error)
{
  JsonObject *properties = score_json_get_object (schema, "properties");
  g_autoptr (JsonObject) out = NULL;
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *node;

  if (properties == NULL)
    out = score_json_copy (json_node_get_object (value));
  else
    out = json_object_new ();
  if (properties != NULL) {
    json_object_iter_init_ordered (&iter, properties);
    while (json_object_iter_next_ordered (&iter, &name, &node)) {
      if (!conform_member (out, json_node_get_object (value), schema, name,
              score_json_object (node), path, error))
        return NULL;
    }
  }
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, g_steal_pointer (&out));
  return node;
}

static JsonNode *
conform_array (JsonNode * value, JsonObject * schema, Path * path,
    GError ** error)
{
  JsonObject *items = score_json_get_object (schema, "items");
  JsonArray *in = json_node_get_array (value);
  g_autoptr (JsonArray) out = json_array_new ();
  gsize length = path->len;
  JsonNode *node;

  for (guint i = 0; i < json_array_get_length (in); i++) {
    g_string_append_printf (path, "[%u]", i);
    node = conform (json_array_get_element (in, i), items, path, error);
    g_string_truncate (path, length);
    if (node == NULL)
      return NULL;
    json_array_add_element (out, node);
  }
  node = json_node_new (JSON_NODE_ARRAY);
  json_node_take_array (node, g_steal_pointer (&out));
  return node;
}

static JsonNode *
conform_type (JsonNode * value, JsonObject * schema, const gchar * type,
    Path * path, GError ** error)
{
  g_autofree gchar *what = NULL;

  if (strcmp (type, "number") == 0)
    return conform_number (value, path, error);
  if (strcmp (type, "integer") == 0)
    return conform_integer (value, path, error);
  if (strcmp (type, get_kind (value)) != 0) {
    what = g_strdup_printf ("must be of type %s but is %s", type,
        get_kind (value));
    fail (error, path, what);
    return NULL;
  }
  if (strcmp (type, "object") == 0)
    return conform_object (value, schema, path, error);
  if (strcmp (type, "array") == 0)
    return conform_array (value, schema, path, error);
  return json_node_copy (value);
}

/* "type": ["number", "null"]; the error is that of the first. */
static JsonNode *
conform_any_type (JsonNode * value, JsonObject * schema, JsonArray * types,
    Path * path, GError ** error)
{
  g_autoptr (GError) first = NULL;

  for (guint i = 0; i < json_array_get_length (types); i++) {
    const gchar *type =
        score_json_node_string (json_array_get_element (types, i));
    JsonNode *fit = type != NULL ? conform_type (value, schema, type, path,
        first == NULL ? &first : NULL) : NULL;

    if (fit != NULL)
      return fit;
  }
  if (first != NULL)
    g_propagate_error (error, g_steal_pointer (&first));
  else
    fail (error, path, "cannot be held against the schema");
  return NULL;
}

static gboolean
is_in_enum (JsonNode * value, JsonArray * values)
{
  for (guint i = 0; i < json_array_get_length (values); i++) {
    JsonNode *allowed = json_array_get_element (values, i);
    gdouble a, b;

    if (json_node_equal (value, allowed))
      return TRUE;
    if (score_json_node_number (value, &a)
        && score_json_node_number (allowed, &b) && a == b)
      return TRUE;
  }
  return FALSE;
}

/* The allowed values are the schema's words, not the model's. */
static void
fail_enum (GError ** error, const Path * path, JsonNode * values)
{
  g_autoptr (GString) what = g_string_new ("must be one of ");

  score_json_append_node (what, values);
  fail (error, path, what->str);
}

static JsonNode *
conform (JsonNode * value, JsonObject * schema, Path * path, GError ** error)
{
  const gchar *type = score_json_get_string (schema, "type");
  JsonArray *types = score_json_get_array (schema, "type");
  JsonArray *values = score_json_get_array (schema, "enum");
  JsonNode *fit;

  if (type != NULL)
    fit = conform_type (value, schema, type, path, error);
  else if (types != NULL)
    fit = conform_any_type (value, schema, types, path, error);
  else
    fit = json_node_copy (value);
  if (fit == NULL || values == NULL || is_in_enum (fit, values))
    return fit;
  fail_enum (error, path, json_object_get_member (schema, "enum"));
  json_node_unref (fit);
  return NULL;
}

JsonNode *
score_schema_conform (JsonNode * value, JsonObject * schema, GError ** error)
{
  g_autoptr (GString) path = g_string_new (NULL);

  return conform (value, schema, path, error);
}
