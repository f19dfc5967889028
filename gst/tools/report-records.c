/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "report-records.h"

#include <math.h>
#include <string.h>

static JsonNode *
get_value (JsonObject * object, const gchar * name)
{
  JsonNode *node = object == NULL ? NULL :
      json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

const gchar *
report_get_string (JsonObject * object, const gchar * name,
    const gchar * otherwise)
{
  JsonNode *node = get_value (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
      ? json_node_get_string (node) : otherwise;
}

gdouble
report_get_number (JsonObject * object, const gchar * name, gdouble otherwise)
{
  JsonNode *node = get_value (object, name);
  GType type = node == NULL ? G_TYPE_INVALID : json_node_get_value_type (node);

  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE
      ? json_node_get_double (node) : otherwise;
}

JsonObject *
report_get_object (JsonObject * object, const gchar * name)
{
  JsonNode *node = object == NULL ? NULL :
      json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
      ? json_node_get_object (node) : NULL;
}

JsonArray *
report_get_array (JsonObject * object, const gchar * name)
{
  JsonNode *node = object == NULL ? NULL :
      json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node)
      ? json_node_get_array (node) : NULL;
}

JsonNode *
report_parse_object (const gchar * text, gssize length)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (!json_parser_load_from_data (parser, text, length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root)
      ? json_node_ref (root) : NULL;
}

gdouble
report_get_time (JsonObject * sample)
{
  gdouble time = report_get_number (sample, "stream_time", NAN);

  if (isnan (time))
    time = report_get_number (sample, "running_time", NAN);
  return isnan (time) ? report_get_number (sample, "timestamp", NAN) : time;
}

static void
record_free (ReportRecord * self)
{
  json_node_unref (self->node);
  g_free (self);
}

GPtrArray *
report_records_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) record_free);
}

static void
take_label (ReportRecord * self, const ScoreManifest * manifest)
{
  const gchar *outcome = report_get_string (self->object, "outcome", NULL);

  self->label = SCORE_LABEL_NONE;
  if (manifest != NULL) {
    self->entry = score_manifest_find (manifest, self->id);
    if (self->entry != NULL)
      self->label = self->entry->label;
  } else if (outcome == NULL || !score_label_parse (outcome, &self->label)) {
    self->label = SCORE_LABEL_NONE;
  }
}

/* NULL where the line is no final record. */
static ReportRecord *
read_line (const gchar * text, gsize length, guint file,
    const ScoreManifest * manifest)
{
  g_autoptr (JsonNode) node = report_parse_object (text, length);
  JsonObject *object = node == NULL ? NULL : json_node_get_object (node);
  JsonNode *provisional = get_value (object, "provisional");
  ReportRecord *self;

  if (object == NULL || (provisional != NULL
          && json_node_get_boolean (provisional)))
    return NULL;
  self = g_new0 (ReportRecord, 1);
  self->file = file;
  self->object = object;
  self->node = g_steal_pointer (&node);
  self->id = report_get_string (object, "episode_id", "");
  self->task = report_get_string (object, "task", "");
  self->scored = g_str_equal (report_get_string (object, "status", ""),
      "scored");
  take_label (self, manifest);
  return self;
}

/* In the place of the one that it replaces, if it does. */
static void
add_record (GPtrArray * records, GHashTable * places, ReportRecord * record)
{
  g_autofree gchar *key = g_strconcat (record->task, "\n", record->id, NULL);
  gpointer place;
  ReportRecord *earlier;

  if (!g_hash_table_lookup_extended (places, key, NULL, &place)) {
    g_hash_table_insert (places, g_steal_pointer (&key),
        GUINT_TO_POINTER (records->len));
    g_ptr_array_add (records, record);
    return;
  }
  earlier = g_ptr_array_index (records, GPOINTER_TO_UINT (place));
  if (record->scored || !earlier->scored) {
    g_ptr_array_index (records, GPOINTER_TO_UINT (place)) = record;
    record = earlier;
  }
  record_free (record);
}

void
report_records_add (GPtrArray * records, const gchar * path, guint file,
    const ScoreManifest * manifest)
{
  g_autoptr (GHashTable) places =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree gchar *text = NULL;
  const gchar *at;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return;
  at = g_str_has_prefix (text, "\xef\xbb\xbf") ? text + 3 : text;
  for (const gchar * end = text + length; at < end;) {
    const gchar *stop = memchr (at, '\n', end - at);
    ReportRecord *record;

    if (stop == NULL)
      stop = end;
    record = read_line (at, stop - at, file, manifest);
    if (record != NULL)
      add_record (records, places, record);
    at = stop + 1;
  }
}
