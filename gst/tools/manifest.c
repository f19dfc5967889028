/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "manifest.h"
#include "csv.h"

#include <gst/score/gstscoreerror.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#define MAX_DEPTH 32            /* of a line of JSON; the parser is recursive */

enum
{
  COLUMN_ID,
  COLUMN_VIDEO,
  COLUMN_TASK,
  COLUMN_LABEL,
  COLUMN_SOURCE,
  COLUMN_PARTIAL,
  N_COLUMNS
};

static const gchar *const column_names[N_COLUMNS] = {
  "id", "video", "task", "quality_label", "data_source", "partial_success"
};

/* One entry as it was read, not looked at yet. */
typedef struct
{
  guint line;
  gchar *values[N_COLUMNS];     /* NULL: not given */
} Row;

struct _ScoreManifest
{
  gchar *path, *folder;
  ScoreManifestFlags flags;
  GPtrArray *entries;           /* of ScoreManifestEntry */
  GHashTable *by_id;            /* borrowed id to borrowed entry */
};

static void
row_clear (Row * row)
{
  for (guint i = 0; i < N_COLUMNS; i++)
    g_clear_pointer (&row->values[i], g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear);

static void
entry_free (ScoreManifestEntry * entry)
{
  g_free (entry->id);
  g_free (entry->task);
  g_free (entry->video);
  g_free (entry->data_source);
  g_free (entry);
}

void
score_manifest_free (ScoreManifest * self)
{
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->entries);
  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}

/* *INDENT-OFF* */
static gboolean fail (const Row * row, GError ** error, const gchar * format, ...)
    G_GNUC_PRINTF (3, 4);
/* *INDENT-ON* */

static gboolean
fail (const Row * row, GError ** error, const gchar * format, ...)
{
  g_autofree gchar *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG, "line %u: %s",
      row->line, what);
  return FALSE;
}

gboolean
score_label_parse (const gchar * text, ScoreLabel * label)
{
  static const struct
  {
    const gchar *spelling;
    ScoreLabel label;
  } spellings[] = {
    {"successful", SCORE_LABEL_SUCCESSFUL},
    {"success", SCORE_LABEL_SUCCESSFUL},
    {"suboptimal", SCORE_LABEL_SUBOPTIMAL},
    {"failure", SCORE_LABEL_FAILURE},
    {"failed", SCORE_LABEL_FAILURE},
    {"fail", SCORE_LABEL_FAILURE},
  };
  g_autofree gchar *trimmed = g_strstrip (g_strdup (text));

  for (gsize i = 0; i < G_N_ELEMENTS (spellings); i++) {
    if (g_ascii_strcasecmp (trimmed, spellings[i].spelling) == 0) {
      *label = spellings[i].label;
      return TRUE;
    }
  }
  return FALSE;
}

const gchar *
score_label_get_name (ScoreLabel label)
{
  static const gchar *const names[] = { "failure", "suboptimal", "successful" };

  g_assert (label >= 0 && label < SCORE_N_LABELS);
  return names[label];
}

static gboolean
parse_partial_success (const Row * row, gdouble * value, GError ** error)
{
  const gchar *text = row->values[COLUMN_PARTIAL];
  gchar *end;

  if (text == NULL)
    return TRUE;
  *value = g_ascii_strtod (text, &end);
  while (g_ascii_isspace (*end))
    end++;
  if (*end == '\0' && *value >= 0.0 && *value <= 1.0)
    return TRUE;
  return fail (row, error, "partial_success is \"%s\"; it must be a number from"
      " 0 to 1.", text);
}

/* Of a URI only where it is a file's. */
static gboolean
is_there (const gchar * video)
{
  g_autofree gchar *path = NULL;

  if (strstr (video, "://") == NULL)
    return g_file_test (video, G_FILE_TEST_IS_REGULAR);
  if (!g_str_has_prefix (video, "file://"))
    return TRUE;
  path = g_filename_from_uri (video, NULL, NULL);
  return path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

/* Paths are relative to the manifest, URIs stay what they are. */
static gboolean
take_video (const ScoreManifest * self, const Row * row, gchar ** video,
    GError ** error)
{
  const gchar *text = row->values[COLUMN_VIDEO];
  gboolean needed = (self->flags & SCORE_MANIFEST_NEED_VIDEOS) != 0;

  if (text == NULL)
    return !needed || fail (row, error, "no video is named.");
  if (strstr (text, "://") != NULL || g_path_is_absolute (text))
    *video = g_strdup (text);
  else
    *video = g_build_filename (self->folder, text, NULL);
  if (needed && !is_there (*video))
    return fail (row, error, "there is no file \"%s\".", *video);
  return TRUE;
}

/* White space says as little as nothing at all. */
static void
drop_empty_values (Row * row)
{
  for (guint i = 0; i < N_COLUMNS; i++) {
    const gchar *text = row->values[i];

    while (text != NULL && g_ascii_isspace (*text))
      text++;
    if (text != NULL && *text == '\0')
      g_clear_pointer (&row->values[i], g_free);
  }
}

static gboolean
check_row (const ScoreManifest * self, const Row * row, GError ** error)
{
  const ScoreManifestEntry *other;

  for (guint i = 0; i < N_COLUMNS; i++) {
    if (row->values[i] && !g_utf8_validate (row->values[i], -1, NULL))
      return fail (row, error, "%s is not UTF-8.", column_names[i]);
  }
  if (row->values[COLUMN_ID] == NULL)
    return fail (row, error, "the id is missing or empty.");
  if (row->values[COLUMN_TASK] == NULL)
    return fail (row, error, "the task is missing or empty.");
  other = g_hash_table_lookup (self->by_id, row->values[COLUMN_ID]);
  if (other != NULL)
    return fail (row, error, "the id \"%s\" is already that of line %u.",
        other->id, other->line);
  return TRUE;
}

static gboolean
take_row (ScoreManifest * self, Row * row, GError ** error)
{
  ScoreLabel label = SCORE_LABEL_NONE;
  gdouble partial_success = NAN;
  g_autofree gchar *video = NULL;
  ScoreManifestEntry *entry;

  drop_empty_values (row);
  if (!check_row (self, row, error) || !take_video (self, row, &video, error)
      || !parse_partial_success (row, &partial_success, error))
    return FALSE;
  if (row->values[COLUMN_LABEL]
      && !score_label_parse (row->values[COLUMN_LABEL], &label))
    return fail (row, error, "the label \"%s\" is not known; there are"
        " successful (success), suboptimal and failure (fail, failed).",
        row->values[COLUMN_LABEL]);

  entry = g_new0 (ScoreManifestEntry, 1);
  entry->line = row->line;
  entry->id = g_steal_pointer (&row->values[COLUMN_ID]);
  entry->task = g_steal_pointer (&row->values[COLUMN_TASK]);
  entry->video = g_steal_pointer (&video);
  entry->data_source = row->values[COLUMN_SOURCE] ?
      g_steal_pointer (&row->values[COLUMN_SOURCE]) : g_strdup ("");
  entry->label = label;
  entry->partial_success = partial_success;
  g_ptr_array_add (self->entries, entry);
  g_hash_table_insert (self->by_id, entry->id, entry);
  return TRUE;
}

/* --- JSON Lines --- */

static gboolean
is_too_deep (const gchar * text)
{
  gboolean quoted = FALSE;
  guint depth = 0;

  for (; *text != '\0'; text++) {
    if (*text == '\\' && quoted && text[1] != '\0')
      text++;
    else if (*text == '"')
      quoted = !quoted;
    else if (!quoted && (*text == '{' || *text == '['))
      depth++;
    else if (!quoted && depth > 0 && (*text == '}' || *text == ']'))
      depth--;
    if (depth > MAX_DEPTH)
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_member (Row * row, guint column, JsonNode * node, GError ** error)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (json_node_get_value_type (node) == G_TYPE_STRING) {
    row->values[column] = json_node_dup_string (node);
  } else if (json_node_get_value_type (node) == G_TYPE_INT64) {
    row->values[column] =
        g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  } else if (json_node_get_value_type (node) == G_TYPE_DOUBLE) {
    row->values[column] =
        g_strdup (g_ascii_dtostr (number, sizeof number,
            json_node_get_double (node)));
  } else {
    return fail (row, error, "%s must be a string or a number.",
        column_names[column]);
  }
  return TRUE;
}

/* The parser takes the first of several and says nothing of the others. */
static gboolean
is_followed (const gchar * text)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  for (; *text != '\0'; text++) {
    if (in_string && *text == '\\' && text[1] != '\0')
      text++;
    else if (*text == '"')
      in_string = !in_string;
    else if (!in_string && (*text == '{' || *text == '['))
      depth++;
    else if (!in_string && (*text == '}' || *text == ']') && --depth == 0)
      break;
  }
  return *text != '\0' && text[1] != '\0';
}

static gboolean
read_json_line (JsonParser * parser, const gchar * text, Row * row,
    GError ** error)
{
  g_autoptr (GError) failure = NULL;
  JsonNode *root;

  if (is_too_deep (text))
    return fail (row, error, "the JSON is nested too deeply.");
  if (!json_parser_load_from_data (parser, text, -1, &failure))
    return fail (row, error, "this is no JSON: %s.", failure->message);
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return fail (row, error, "this is no JSON object.");
  if (is_followed (text))
    return fail (row, error, "something follows the JSON object; every line"
        " has one, and lines end with a line feed.");
  for (guint i = 0; i < N_COLUMNS; i++) {
    if (!read_member (row, i, json_object_get_member (json_node_get_object
                (root), column_names[i]), error))
      return FALSE;
  }
  return TRUE;
}

/* @text is changed: its lines are cut in place. */
static gboolean
read_json (ScoreManifest * self, gchar * text, GError ** error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gchar *next;

  for (guint line = 1; text != NULL; text = next, line++) {
    g_auto (Row) row = { line, {NULL}
    };

    next = strchr (text, '\n');
    if (next != NULL)
      *next++ = '\0';
    if (*g_strstrip (text) == '\0')
      continue;
    if (!read_json_line (parser, text, &row, error)
        || !take_row (self, &row, error))
      return FALSE;
  }
  return TRUE;
}

/* --- CSV --- */

/* Which field is which column; columns of other names are passed over. */
static gboolean
read_names (GPtrArray * fields, guint line, gint * where, GError ** error)
{
  Row row = { line, {NULL} };

  for (guint i = 0; i < N_COLUMNS; i++)
    where[i] = -1;
  for (guint k = 0; k < fields->len; k++) {
    const gchar *name = g_strstrip (g_ptr_array_index (fields, k));

    for (guint i = 0; i < N_COLUMNS; i++) {
      if (!g_str_equal (name, column_names[i]))
        continue;
      if (where[i] >= 0)
        return fail (&row, error, "the column %s is there twice.", name);
      where[i] = k;
    }
  }
  if (where[COLUMN_ID] < 0 || where[COLUMN_TASK] < 0)
    return fail (&row, error, "the first line must name the columns, id and"
        " task among them.");
  return TRUE;
}

static gboolean
read_csv (ScoreManifest * self, const gchar * text, gsize length,
    GError ** error)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) failure = NULL;
  gint where[N_COLUMNS];
  guint line = 1, n_names;
  ScoreCsv csv;

  score_csv_init (&csv, text, length);
  if (score_csv_next (&csv, fields, &line, &failure)
      && !read_names (fields, line, where, error))
    return FALSE;
  n_names = fields->len;
  while (failure == NULL && score_csv_next (&csv, fields, &line, &failure)) {
    g_auto (Row) row = { line, {NULL}
    };

    if (fields->len != n_names)
      return fail (&row, error, "there are %u fields, and %u columns.",
          fields->len, n_names);
    for (guint i = 0; i < N_COLUMNS; i++) {
      if (where[i] >= 0)
        row.values[i] = g_strdup (g_ptr_array_index (fields, where[i]));
    }
    if (!take_row (self, &row, error))
      return FALSE;
  }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
read_text (ScoreManifest * self, gchar * text, gsize length, GError ** error)
{
  const gchar *start;

  if (strlen (text) != length) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "this is no text: there is a zero byte in it.");
    return FALSE;
  }
  if (g_str_has_prefix (text, "\xef\xbb\xbf")) {
    text += 3;
    length -= 3;
  }
  start = text + strspn (text, " \t\r\n");
  if (*start == '{')
    return read_json (self, text, error);
  return read_csv (self, text, length, error);
}

ScoreManifest *
score_manifest_load (const gchar * path, ScoreManifestFlags flags,
    GError ** error)
{
  g_autoptr (ScoreManifest) self = NULL;
  g_autofree gchar *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  self = g_new0 (ScoreManifest, 1);
  self->path = g_strdup (path);
  self->folder = g_path_get_dirname (path);
  self->flags = flags;
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  if (!read_text (self, text, length, error)) {
    g_prefix_error (error, "%s, ", path);
    return NULL;
  }
  if (self->entries->len == 0) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "%s has no entries.", path);
    return NULL;
  }
  return g_steal_pointer (&self);
}

guint
score_manifest_get_n_entries (const ScoreManifest * self)
{
  return self->entries->len;
}

const ScoreManifestEntry *
score_manifest_get_entry (const ScoreManifest * self, guint index)
{
  g_assert (index < self->entries->len);
  return g_ptr_array_index (self->entries, index);
}

const ScoreManifestEntry *
score_manifest_find (const ScoreManifest * self, const gchar * id)
{
  return g_hash_table_lookup (self->by_id, id);
}
