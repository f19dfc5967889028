/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoreresult-private.h>
#include <gst/score/gstscoreerror.h>
#include <gst/score/gstscorejson-private.h>
#include <json-glib/json-glib.h>

#define SCHEMA_FAMILY "gst-score/"
#define MAX_FIELDS 256
#define MAX_QUOTED 200          /* bytes of the record that an error repeats */

/* An object of the record and where it stands. The first error stays; after it
 * the readers give nothing. */
typedef struct
{
  JsonObject *object;
  const gchar *path;            /* "" or something like "samples[3]." */
  GError **error;
} Reader;

/* *INDENT-OFF* */
static void fail (Reader * self, const gchar * name, const gchar * format, ...)
    G_GNUC_PRINTF (3, 4);
/* *INDENT-ON* */

static void
fail (Reader * self, const gchar * name, const gchar * format, ...)
{
  g_autofree gchar *what = NULL;
  va_list args;

  if (*self->error != NULL)
    return;
  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  if (strlen (what) > MAX_QUOTED)
    *g_utf8_find_prev_char (what, what + MAX_QUOTED) = '\0';
  g_set_error (self->error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
      "Member \"%s%s\" of the record %s.", self->path, name, what);
}

/* A member that is null is one that is missing. */
static JsonNode *
get_member (Reader * self, const gchar * name)
{
  JsonNode *node = json_object_get_member (self->object, name);

  if (*self->error != NULL || node == NULL || JSON_NODE_HOLDS_NULL (node))
    return NULL;
  return node;
}

static const gchar *
get_string (Reader * self, const gchar * name)
{
  JsonNode *node = get_member (self, name);

  if (node == NULL)
    return NULL;
  if (json_node_get_value_type (node) != G_TYPE_STRING) {
    fail (self, name, "must be a string");
    return NULL;
  }
  return json_node_get_string (node);
}

static const gchar *
get_required_string (Reader * self, const gchar * name)
{
  const gchar *text = get_string (self, name);

  if (text == NULL)
    fail (self, name, "is missing");
  return text;
}

static guint64
get_integer (Reader * self, const gchar * name, guint64 max, guint64 otherwise)
{
  JsonNode *node = get_member (self, name);

  if (node == NULL)
    return otherwise;
  if (json_node_get_value_type (node) != G_TYPE_INT64
      || json_node_get_int (node) < 0
      || (guint64) json_node_get_int (node) > max) {
    fail (self, name, "must be an integer from 0 to %" G_GUINT64_FORMAT, max);
    return otherwise;
  }
  return json_node_get_int (node);
}

static GstClockTime
get_time (Reader * self, const gchar * name)
{
  return get_integer (self, name, SCORE_MAX_INTEGER, GST_CLOCK_TIME_NONE);
}

/* NAN where the node is no finite number. */
static gdouble
read_number (JsonNode * node)
{
  gdouble value = NAN;

  if (json_node_get_value_type (node) == G_TYPE_INT64
      || json_node_get_value_type (node) == G_TYPE_DOUBLE)
    value = json_node_get_double (node);
  return isfinite (value) ? value : NAN;
}

static gdouble
get_number (Reader * self, const gchar * name)
{
  JsonNode *node = get_member (self, name);
  gdouble value = node != NULL ? read_number (node) : NAN;

  if (node != NULL && isnan (value))
    fail (self, name, "must be a finite number");
  return value;
}

static gdouble
get_fraction (Reader * self, const gchar * name, gdouble otherwise)
{
  JsonNode *node = get_member (self, name);
  gdouble value;

  if (node == NULL)
    return otherwise;
  value = read_number (node);
  if (!(value >= 0.0 && value <= 1.0)) {
    fail (self, name, "must be a number from 0 to 1");
    return otherwise;
  }
  return value;
}

static gboolean
get_boolean (Reader * self, const gchar * name)
{
  JsonNode *node = get_member (self, name);

  if (node == NULL)
    return FALSE;
  if (json_node_get_value_type (node) != G_TYPE_BOOLEAN) {
    fail (self, name, "must be true or false");
    return FALSE;
  }
  return json_node_get_boolean (node);
}

static JsonArray *
get_array (Reader * self, const gchar * name)
{
  JsonNode *node = get_member (self, name);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    fail (self, name, "must be an array");
    return NULL;
  }
  return json_node_get_array (node);
}

static JsonObject *
get_object (Reader * self, const gchar * name)
{
  JsonNode *node = get_member (self, name);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    fail (self, name, "must be an object");
    return NULL;
  }
  return json_node_get_object (node);
}

/* Borrowed strings; never NULL. */
static GPtrArray *
get_strings (Reader * self, const gchar * name)
{
  JsonArray *array = get_array (self, name);
  guint length = array != NULL ? json_array_get_length (array) : 0;
  GPtrArray *strings = g_ptr_array_sized_new (length + 1);

  for (guint i = 0; i < length; i++) {
    JsonNode *node = json_array_get_element (array, i);

    if (json_node_get_value_type (node) == G_TYPE_STRING)
      g_ptr_array_add (strings, (gpointer) json_node_get_string (node));
    else
      fail (self, name, "must hold strings only");
  }
  g_ptr_array_add (strings, NULL);
  return strings;
}

static GstScoreSampleFlags
get_flags (Reader * self, const gchar * name)
{
  g_autoptr (GPtrArray) nicks = get_strings (self, name);
  GstScoreSampleFlags flags = GST_SCORE_SAMPLE_NONE;

  for (guint i = 0; i + 1 < nicks->len; i++) {
    if (!score_sample_flags_add (&flags, g_ptr_array_index (nicks, i)))
      fail (self, name, "has the unknown flag \"%s\"",
          (const gchar *) g_ptr_array_index (nicks, i));
  }
  return flags;
}

/* Additions to the format count up a second number, which readers may ignore. */
static void
check_schema (Reader * self)
{
  const gchar *schema = get_required_string (self, "schema");

  if (schema == NULL)
    return;
  if (!g_str_has_prefix (schema, SCHEMA_FAMILY))
    fail (self, "schema", "is \"%s\", not that of a gst-score record", schema);
  else if (!g_str_equal (schema, GST_SCORE_RECORD_SCHEMA)
      && !g_str_has_prefix (schema, GST_SCORE_RECORD_SCHEMA "."))
    fail (self, "schema", "is \"%s\"; only \"%s\" can be read", schema,
        GST_SCORE_RECORD_SCHEMA);
}

static void
read_error (Reader * self, GstScoreResultBuilder * builder)
{
  JsonObject *object = get_object (self, "error");
  Reader reader = { object, "error.", self->error };
  const gchar *nick, *message;
  GstScoreError code;

  if (object == NULL) {
    fail (self, "error", "is missing, though its status is failed");
    return;
  }
  nick = get_required_string (&reader, "code");
  message = get_required_string (&reader, "message");
  if (nick == NULL || message == NULL)
    return;
  if (gst_score_error_from_nick (nick, &code)) {
    g_autoptr (GError) error =
        g_error_new_literal (GST_SCORE_ERROR, code, message);

    gst_score_result_builder_set_error (builder, error);
  } else {
    fail (&reader, "code", "is the unknown \"%s\"", nick);
  }
}

static void
read_status (Reader * self, GstScoreResultBuilder * builder)
{
  const gchar *status = get_required_string (self, "status");

  if (status == NULL)
    return;
  if (g_str_equal (status, "failed"))
    read_error (self, builder);
  else if (!g_str_equal (status, "scored"))
    fail (self, "status", "must be scored or failed");
  else if (get_member (self, "error") != NULL)
    fail (self, "error", "is there, though its status is scored");
}

static void
read_sample (Reader * self, GstScoreResultBuilder * builder)
{
  GstScoreSample sample = GST_SCORE_SAMPLE_INIT;

  sample.index = get_integer (self, "index", G_MAXUINT, 0);
  sample.timestamp = get_time (self, "timestamp");
  sample.stream_time = get_time (self, "stream_time");
  sample.running_time = get_time (self, "running_time");
  sample.utc_time = get_time (self, "utc_time");
  sample.progress = get_fraction (self, "progress", NAN);
  sample.raw_value = get_number (self, "raw_value");
  sample.success_probability = get_fraction (self, "success_probability", NAN);
  sample.flags = get_flags (self, "flags");
  sample.description = get_string (self, "description");
  sample.reason = get_string (self, "reason");
  gst_score_result_builder_add_sample (builder, &sample);
}

static void
read_samples (Reader * self, GstScoreResultBuilder * builder)
{
  JsonArray *array = get_array (self, "samples");
  guint length = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < length && *self->error == NULL; i++) {
    JsonNode *node = json_array_get_element (array, i);
    g_autofree gchar *path = g_strdup_printf ("samples[%u].", i);
    Reader reader = { NULL, path, self->error };

    if (JSON_NODE_HOLDS_OBJECT (node)) {
      reader.object = json_node_get_object (node);
      read_sample (&reader, builder);
    } else {
      fail (self, "samples", "must hold objects only");
    }
  }
}

static void
read_notes (Reader * self, GstScoreResultBuilder * builder)
{
  g_autoptr (GPtrArray) notes = get_strings (self, "notes");

  for (guint i = 0; i + 1 < notes->len; i++)
    gst_score_result_builder_add_note (builder, g_ptr_array_index (notes, i));
}

static void
read_usage (Reader * self, GstScoreResultBuilder * builder)
{
  JsonObject *object = get_object (self, "usage");
  Reader reader = { object, "usage.", self->error };
  const ScoreUsageCounter *counter;
  GstScoreUsage usage = GST_SCORE_USAGE_INIT;

  if (object == NULL)
    return;
  for (counter = score_usage_counters; counter->name != NULL; counter++)
    SCORE_USAGE_COUNTER (&usage, counter) =
        get_integer (&reader, counter->name, SCORE_MAX_INTEGER, 0);
  usage.cost = get_number (&reader, "cost");
  gst_score_result_builder_set_usage (builder, &usage);
}

/* Members whose names the sender chose: they become quarks, so both their form
 * and their number are bounded. */
static GList *
get_fields (Reader * self)
{
  g_autoptr (GList) names = json_object_get_members (self->object);

  if (json_object_get_size (self->object) > MAX_FIELDS) {
    fail (self, "", "must not have more than %u members", MAX_FIELDS);
    return NULL;
  }
  for (GList * name = names; name != NULL; name = name->next) {
    if (!score_field_name_is_valid (name->data)) {
      fail (self, "", "has a member whose name is not allowed");
      return NULL;
    }
  }
  return g_steal_pointer (&names);
}

static void
read_latencies (Reader * self, GstScoreResultBuilder * builder)
{
  JsonObject *object = get_object (self, "latency");
  Reader reader = { object, "latency.", self->error };
  g_autoptr (GList) names = NULL;

  if (object == NULL)
    return;
  names = get_fields (&reader);
  for (GList * name = names; name != NULL; name = name->next) {
    GstClockTime latency = get_time (&reader, name->data);

    if (GST_CLOCK_TIME_IS_VALID (latency))
      gst_score_result_builder_set_latency (builder, name->data, latency);
  }
}

static void
add_option (GstStructure * options, const gchar * name, JsonNode * node)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (JSON_NODE_HOLDS_VALUE (node)) {
    json_node_get_value (node, &value);
  } else if (!JSON_NODE_HOLDS_NULL (node)) {
    g_value_init (&value, G_TYPE_STRING);
    g_value_take_string (&value, json_to_string (node, FALSE));
  }
  if (G_IS_VALUE (&value))
    gst_structure_set_value (options, name, &value);
}

static void
read_options (Reader * self, GstScoreResultBuilder * builder)
{
  JsonObject *object = get_object (self, "options");
  Reader reader = { object, "options.", self->error };
  g_autoptr (GstStructure) options = NULL;
  g_autoptr (GList) names = NULL;

  if (object == NULL)
    return;
  names = get_fields (&reader);
  options = gst_structure_new_empty ("options");
  for (GList * name = names; name != NULL; name = name->next)
    add_option (options, name->data, json_object_get_member (object,
            name->data));
  gst_score_result_builder_set_options (builder, options);
}

static void
read_members (Reader * self, GstScoreResultBuilder * builder)
{
  g_autoptr (GPtrArray) objects = get_strings (self, "objects");

  gst_score_result_builder_set_source (builder, get_string (self, "method"),
      get_string (self, "provider"), get_string (self, "model"));
  gst_score_result_builder_set_provisional (builder,
      get_boolean (self, "provisional"));
  gst_score_result_builder_set_outcome (builder, get_string (self, "outcome"));
  gst_score_result_builder_set_success_threshold (builder,
      get_fraction (self, "success_threshold",
          SCORE_DEFAULT_SUCCESS_THRESHOLD));
  gst_score_result_builder_set_times (builder, get_time (self, "timestamp"),
      get_time (self, "stream_time"), get_time (self, "running_time"),
      get_time (self, "duration"));
  gst_score_result_builder_set_n_frames (builder,
      get_integer (self, "n_frames", SCORE_MAX_INTEGER, 0));
  gst_score_result_builder_set_objects (builder,
      (const gchar * const *) objects->pdata);
  gst_score_result_builder_set_completion_state (builder,
      get_string (self, "completion_state"));
  read_samples (self, builder);
  read_notes (self, builder);
  read_usage (self, builder);
  read_latencies (self, builder);
  read_options (self, builder);
  read_status (self, builder);
}

/* These follow from the samples; only their types are looked at. */
static void
check_derived (Reader * self)
{
  get_fraction (self, "progress", NAN);
  get_fraction (self, "mean_progress", NAN);
  get_boolean (self, "success");
}

static GstScoreResult *
read_record (Reader * self)
{
  g_autoptr (GstScoreResultBuilder) builder = NULL;
  g_autoptr (GstScoreResult) result = NULL;
  const gchar *id;

  check_schema (self);
  id = get_required_string (self, "episode_id");
  if (id != NULL && *id == '\0')
    fail (self, "episode_id", "must not be empty");
  if (*self->error != NULL)
    return NULL;

  builder = gst_score_result_builder_new (id, get_string (self, "task"));
  read_members (self, builder);
  check_derived (self);
  if (*self->error != NULL)
    return NULL;

  result = gst_score_result_builder_end (builder);
  if (!gst_score_result_is_scored (result)
      && g_str_equal (get_string (self, "status"), "scored")) {
    fail (self, "status", "is scored, but there is no progress: %s",
        gst_score_result_get_error (result)->message);
    return NULL;
  }
  return g_steal_pointer (&result);
}

/**
 * gst_score_result_new_from_json:
 * @json: a record
 * @length: bytes of @json, or -1 when it ends with a NUL
 * @error: return location for a #GError
 *
 * Reads what gst_score_result_to_json() has written. `schema`, `episode_id` and
 * `status` must be there, with `error` for a failed episode and at least one
 * sample for a scored one. Members that are not known are ignored; a known
 * member of the wrong type is an error that names it. `progress`,
 * `mean_progress` and `success` are computed anew from the samples.
 *
 * A record of another major version of the schema is refused, and so are text of
 * more than 16 MiB, more than 32 levels of nesting, and JSON that is not to the
 * letter of RFC 8259.
 *
 * Returns: (transfer full): the result, or %NULL with an error of
 *     %GST_SCORE_ERROR_BAD_REPLY
 *
 * Since: 0.1
 */
GstScoreResult *
gst_score_result_new_from_json (const gchar * json, gssize length,
    GError ** error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree gchar *text = NULL;
  Reader reader = { NULL, "", &failure };
  GstScoreResult *result;
  JsonNode *root;

  g_return_val_if_fail (json != NULL, NULL);
  g_return_val_if_fail (length >= -1, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (length < 0)
    length = strlen (json);
  /* one byte more than fits is enough to be refused */
  length = MIN (length, SCORE_JSON_MAX_BYTES + 1);
  text = g_malloc (length + 1);
  memcpy (text, json, length);
  text[length] = '\0';
  if (!score_json_check (text, length, error))
    return NULL;

  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, length, &failure)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
        "The text is not a JSON record: %s", failure->message);
    return NULL;
  }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
        "The record is not a JSON object.");
    return NULL;
  }
  reader.object = json_node_get_object (root);
  result = read_record (&reader);
  if (result == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return result;
}
