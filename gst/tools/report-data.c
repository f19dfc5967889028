/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "report-data.h"
#include "report-page.h"
#include "report-records.h"

#include <math.h>

#define SPARKS 24               /* points of a small curve in the index */

/* What the records of a file used. */
typedef struct
{
  guint n, n_cost;              /* records that say; of them with a cost */
  gdouble requests, images, input, cached, output, cost;
  gdouble priced;               /* tokens of the records with a cost */
} Usage;

static void
add_number (JsonBuilder * out, const gchar * name, gdouble value)
{
  if (name != NULL)
    json_builder_set_member_name (out, name);
  if (!isfinite (value))
    json_builder_add_null_value (out);
  else
    json_builder_add_double_value (out, value);
}

static void
add_integer (JsonBuilder * out, const gchar * name, gint64 value)
{
  if (name != NULL)
    json_builder_set_member_name (out, name);
  json_builder_add_int_value (out, value);
}

/* Left out where there is none. */
static void
add_string (JsonBuilder * out, const gchar * name, const gchar * value)
{
  if (value == NULL || *value == '\0')
    return;
  json_builder_set_member_name (out, name);
  json_builder_add_string_value (out, value);
}

static void
add_boolean (JsonBuilder * out, const gchar * name, gboolean value)
{
  json_builder_set_member_name (out, name);
  json_builder_add_boolean_value (out, value);
}

/* --- the files --- */

static void
sum_usage (const ReportData * data, guint file, Usage * sum)
{
  for (guint i = 0; i < data->records->len; i++) {
    const ReportRecord *record = g_ptr_array_index (data->records, i);
    JsonObject *usage = report_get_object (record->object, "usage");
    gdouble cost = report_get_number (usage, "cost", NAN), input, output;

    if (record->file != file || usage == NULL)
      continue;
    input = report_get_number (usage, "input_tokens", 0.0);
    output = report_get_number (usage, "output_tokens", 0.0);
    sum->n++;
    sum->requests += report_get_number (usage, "requests", 0.0);
    sum->images += report_get_number (usage, "images", 0.0);
    sum->cached += report_get_number (usage, "cached_tokens", 0.0);
    sum->input += input;
    sum->output += output;
    if (isnan (cost))
      continue;
    sum->n_cost++;
    sum->cost += cost;
    sum->priced += input + output;
  }
}

/* A price that was given is of all records, a cost in the records of those that
 * have one. */
static void
add_costs (JsonBuilder * out, const Usage * usage, gdouble price)
{
  gdouble tokens = usage->input + usage->output;

  if (!isnan (price)) {
    add_string (out, "price_from", "option");
    add_number (out, "price", price);
    add_number (out, "cost", price * tokens / 1e6);
    add_integer (out, "n_cost", usage->n);
  } else if (usage->n_cost > 0) {
    add_string (out, "price_from", "records");
    add_number (out, "price", usage->priced > 0.0
        ? usage->cost / usage->priced * 1e6 : NAN);
    add_number (out, "cost", usage->cost);
    add_integer (out, "n_cost", usage->n_cost);
  }
}

static void
add_file (JsonBuilder * out, const ReportData * data, guint file)
{
  const EvalReport *report = g_ptr_array_index (data->reports, file);
  g_autofree gchar *path = g_filename_display_name (report->file->path);
  g_autofree gchar *name = g_filename_display_basename (report->file->path);
  Usage usage = { 0 };

  sum_usage (data, file, &usage);
  json_builder_begin_object (out);
  add_string (out, "name", name);
  add_string (out, "path", path);
  add_integer (out, "n_usage", usage.n);
  add_number (out, "requests", usage.requests);
  add_number (out, "images", usage.images);
  add_number (out, "input_tokens", usage.input);
  add_number (out, "cached_tokens", usage.cached);
  add_number (out, "output_tokens", usage.output);
  add_costs (out, &usage, data->prices[file]);
  json_builder_end_object (out);
}

/* --- the index --- */

/* The curve in a few numbers from 0 to 100. */
static void
add_sparks (JsonBuilder * out, JsonArray * samples)
{
  guint length = samples == NULL ? 0 : json_array_get_length (samples);
  guint n = MIN (length, SPARKS);

  json_builder_set_member_name (out, "spark");
  json_builder_begin_array (out);
  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (samples,
        n == 1 ? 0 : i * (length - 1) / (n - 1));
    gdouble progress = !JSON_NODE_HOLDS_OBJECT (node) ? NAN :
        report_get_number (json_node_get_object (node), "progress", NAN);

    if (!isnan (progress))
      json_builder_add_int_value (out,
          (gint) round (CLAMP (progress, 0.0, 1.0) * 100.0));
  }
  json_builder_end_array (out);
}

/* The last progress and the mean one, from the samples, as the library and eval
 * take them whatever the record says. */
static void
add_progress (JsonBuilder * out, JsonArray * samples)
{
  guint length = samples == NULL ? 0 : json_array_get_length (samples), n = 0;
  gdouble last = NAN, sum = 0.0;

  for (guint i = 0; i < length; i++) {
    JsonNode *node = json_array_get_element (samples, i);
    gdouble progress = !JSON_NODE_HOLDS_OBJECT (node) ? NAN :
        report_get_number (json_node_get_object (node), "progress", NAN);

    if (isnan (progress))
      continue;
    last = progress;
    sum += progress;
    n++;
  }
  add_number (out, "progress", last);
  add_number (out, "mean", n > 0 ? sum / n : NAN);
}

/* What people said is of the episode's own words, not of others that it was asked
 * about with. */
static void
add_labels (JsonBuilder * out, const ReportRecord * record)
{
  const ScoreManifestEntry *entry = record->entry;

  if (entry != NULL)
    add_string (out, "set", entry->data_source);
  if (entry != NULL && *record->task != '\0'
      && !g_str_equal (entry->task, record->task)) {
    add_string (out, "own", entry->task);
    return;
  }
  if (record->label != SCORE_LABEL_NONE)
    add_string (out, "label", score_label_get_name (record->label));
  if (entry != NULL && !isnan (entry->partial_success))
    add_number (out, "partial", entry->partial_success);
}

static void
add_record (JsonBuilder * out, const ReportRecord * record, gint media)
{
  JsonObject *object = record->object;
  JsonArray *samples = report_get_array (object, "samples");

  json_builder_begin_object (out);
  add_integer (out, "f", record->file);
  add_string (out, "id", record->id);
  add_string (out, "task", *record->task != '\0' || record->entry == NULL
      ? record->task : record->entry->task);
  add_boolean (out, "scored", record->scored);
  add_labels (out, record);
  add_string (out, "method", report_get_string (object, "method", NULL));
  add_string (out, "model", report_get_string (object, "model", NULL));
  if (record->scored)
    add_progress (out, samples);
  else
    add_string (out, "error", report_get_string (report_get_object (object,
                "error"), "code", NULL));
  add_number (out, "duration", report_get_number (object, "duration", NAN));
  add_integer (out, "n", samples == NULL ? 0 : json_array_get_length (samples));
  add_sparks (out, samples);
  if (media >= 0)
    add_integer (out, "media", media);
  json_builder_end_object (out);
}

/* The block of what is known of the episode, which its records share; -1: nothing. */
static gint
add_media (GString * blocks, GHashTable * places, const ReportData * data,
    const gchar * id)
{
  g_autoptr (JsonNode) media = NULL;
  g_autofree gchar *name = NULL;
  gpointer place;

  if (g_hash_table_lookup_extended (places, id, NULL, &place))
    return GPOINTER_TO_INT (place);
  media = report_media_describe (data->media, id);
  if (media == NULL) {
    g_hash_table_insert (places, (gpointer) id, GINT_TO_POINTER (-1));
    return -1;
  }
  place = GINT_TO_POINTER (g_hash_table_size (places));
  g_hash_table_insert (places, (gpointer) id, place);
  name = g_strdup_printf ("m%d", GPOINTER_TO_INT (place));
  report_page_add_block (blocks, name, media);
  return GPOINTER_TO_INT (place);
}

static void
add_records (JsonBuilder * out, GString * blocks, const ReportData * data)
{
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);

  json_builder_set_member_name (out, "episodes");
  json_builder_begin_array (out);
  for (guint i = 0; i < data->records->len; i++) {
    const ReportRecord *record = g_ptr_array_index (data->records, i);
    g_autofree gchar *name = g_strdup_printf ("e%u", i);

    report_page_add_block (blocks, name, record->node);
    add_record (out, record, add_media (blocks, places, data, record->id));
  }
  json_builder_end_array (out);
}

static void
add_evaluation (JsonBuilder * out, const ReportData * data)
{
  g_autofree gchar *text = eval_print_json (data->reports, &data->settings);
  JsonNode *node = report_parse_object (text, -1);

  g_assert (node != NULL);
  json_builder_set_member_name (out, "eval");
  json_builder_add_value (out, node);
}

gchar *
report_data_print (const ReportData * data)
{
  g_autoptr (JsonBuilder) out = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  GString *blocks = g_string_new (NULL);

  json_builder_begin_object (out);
  add_evaluation (out, data);
  add_boolean (out, "has_manifest", data->has_manifest);
  add_boolean (out, "has_samples", data->has_samples);
  add_integer (out, "broken", report_media_get_n_broken (data->media));
  json_builder_set_member_name (out, "files");
  json_builder_begin_array (out);
  for (guint i = 0; i < data->reports->len; i++)
    add_file (out, data, i);
  json_builder_end_array (out);
  add_records (out, blocks, data);
  json_builder_end_object (out);
  root = json_builder_get_root (out);
  report_page_add_block (blocks, "data", root);
  return g_string_free (blocks, FALSE);
}
