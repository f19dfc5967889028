/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "eval-bootstrap.h"
#include "eval-output.h"

#include <json-glib/json-glib.h>

/* What is not defined is null. */
static void
add_number (JsonBuilder * out, const gchar * name, gdouble value)
{
  if (name != NULL)
    json_builder_set_member_name (out, name);
  if (isnan (value))
    json_builder_add_null_value (out);
  else
    json_builder_add_double_value (out, value);
}

static void
add_integer (JsonBuilder * out, const gchar * name, guint64 value)
{
  if (name != NULL)
    json_builder_set_member_name (out, name);
  json_builder_add_int_value (out, value);
}

static void
add_string (JsonBuilder * out, const gchar * name, const gchar * value)
{
  if (name != NULL)
    json_builder_set_member_name (out, name);
  json_builder_add_string_value (out, value);
}

static void
add_figure (JsonBuilder * out, const gchar * name, const EvalFigure * figure)
{
  json_builder_set_member_name (out, name);
  json_builder_begin_object (out);
  add_number (out, "value", figure->value);
  add_integer (out, "n", figure->n);
  add_number (out, "low", figure->low);
  add_number (out, "high", figure->high);
  json_builder_end_object (out);
}

static void
add_metrics (JsonBuilder * out, const EvalScope * scope)
{
  add_integer (out, "episodes", scope->n);
  json_builder_set_member_name (out, "labels");
  json_builder_begin_object (out);
  for (guint label = 0; label < SCORE_N_LABELS; label++)
    add_integer (out, score_label_get_name (label), scope->n_labels[label]);
  json_builder_end_object (out);
  add_integer (out, "constant", scope->n_constant);
  json_builder_set_member_name (out, "metrics");
  json_builder_begin_object (out);
  for (guint m = 0; m < EVAL_N_METRICS; m++)
    add_figure (out, eval_metric_get_name (m), &scope->figures[m]);
  json_builder_end_object (out);
}

static void
add_set (JsonBuilder * out, const EvalTable * table, const EvalScope * set)
{
  json_builder_begin_object (out);
  add_string (out, "data_source", set->data_source);
  add_metrics (out, set);
  json_builder_set_member_name (out, "tasks");
  json_builder_begin_array (out);
  for (guint i = set->first_task; i < set->first_task + set->n_tasks; i++) {
    const EvalScope *task = g_ptr_array_index (table->tasks, i);

    json_builder_begin_object (out);
    add_string (out, "task", task->task);
    add_metrics (out, task);
    json_builder_end_object (out);
  }
  json_builder_end_array (out);
  json_builder_end_object (out);
}

static void
add_tasks (JsonBuilder * out, const gchar * name, GPtrArray * tasks, guint n)
{
  json_builder_set_member_name (out, name);
  json_builder_begin_array (out);
  for (guint i = 0; i < n; i++)
    add_string (out, NULL, g_ptr_array_index (tasks, i));
  json_builder_end_array (out);
}

/* Of the means, or of how many records they are of. */
static void
add_cells (JsonBuilder * out, const EvalConfusion * self, gboolean counts)
{
  json_builder_set_member_name (out, counts ? "counts" : "matrix");
  json_builder_begin_array (out);
  for (guint row = 0; row < self->tasks->len; row++) {
    json_builder_begin_array (out);
    for (guint column = 0; column < self->n_columns; column++) {
      gsize cell = (gsize) row * self->n_columns + column;

      if (counts)
        add_integer (out, NULL, self->counts[cell]);
      else
        add_number (out, NULL, self->cells[cell]);
    }
    json_builder_end_array (out);
  }
  json_builder_end_array (out);
}

static void
add_confusion (JsonBuilder * out, const EvalConfusion * self)
{
  ScoreConfusion matrix = { self->tasks->len, self->n_columns, self->cells };

  json_builder_set_member_name (out, "confusion");
  json_builder_begin_object (out);
  add_tasks (out, "languages", self->tasks, self->tasks->len);
  add_tasks (out, "videos", self->tasks, self->n_columns);
  add_cells (out, self, FALSE);
  add_cells (out, self, TRUE);
  json_builder_set_member_name (out, "shares");
  json_builder_begin_array (out);
  for (guint column = 0; column < self->n_columns; column++)
    add_number (out, NULL, score_confusion_get_share (&matrix, column));
  json_builder_end_array (out);
  add_integer (out, "zero_columns", self->zero_columns);
  add_integer (out, "incomplete_columns", self->incomplete_columns);
  json_builder_set_member_name (out, "metrics");
  json_builder_begin_object (out);
  for (guint m = 0; m < EVAL_N_CONFUSION; m++)
    add_figure (out, eval_confusion_get_name (m), &self->figures[m]);
  json_builder_end_object (out);
  json_builder_end_object (out);
}

static void
add_head (JsonBuilder * out, const EvalReport * report)
{
  g_autoptr (GPtrArray) notes = eval_report_list_notes (report);
  g_autofree gchar *path = g_filename_display_name (report->file->path);

  add_string (out, "file", path);
  add_string (out, "method", report->file->methods);
  add_string (out, "model", report->file->models);
  json_builder_set_member_name (out, "counts");
  json_builder_begin_object (out);
  for (const EvalCountName * name = eval_count_names; name->name; name++)
    add_integer (out, name->name, EVAL_COUNT (&report->file->counts, name));
  json_builder_end_object (out);
  json_builder_set_member_name (out, "notes");
  json_builder_begin_array (out);
  for (guint i = 0; i < notes->len; i++)
    add_string (out, NULL, g_ptr_array_index (notes, i));
  json_builder_end_array (out);
}

static void
add_report (JsonBuilder * out, const EvalReport * report)
{
  const EvalTable *table = report->table;

  json_builder_begin_object (out);
  add_head (out, report);
  json_builder_set_member_name (out, "overall");
  json_builder_begin_object (out);
  add_metrics (out, table->overall);
  json_builder_end_object (out);
  json_builder_set_member_name (out, "data_sources");
  json_builder_begin_array (out);
  for (guint i = 0; i < table->sets->len; i++)
    add_set (out, table, g_ptr_array_index (table->sets, i));
  json_builder_end_array (out);
  if (report->confusion != NULL)
    add_confusion (out, report->confusion);
  json_builder_end_object (out);
}

gchar *
eval_print_json (GPtrArray * reports, const EvalSettings * settings)
{
  g_autoptr (JsonBuilder) out = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree gchar *text = NULL;

  json_builder_begin_object (out);
  add_string (out, "schema", "gst-score-eval/1");
  json_builder_set_member_name (out, "bootstrap");
  json_builder_begin_object (out);
  add_integer (out, "replicates", settings->n_replicates);
  add_integer (out, "seed", settings->seed);
  add_number (out, "level", EVAL_LEVEL);
  json_builder_end_object (out);
  json_builder_set_member_name (out, "results");
  json_builder_begin_array (out);
  for (guint i = 0; i < reports->len; i++)
    add_report (out, g_ptr_array_index (reports, i));
  json_builder_end_array (out);
  json_builder_end_object (out);
  root = json_builder_get_root (out);
  text = json_to_string (root, TRUE);
  return g_strconcat (text, "\n", NULL);
}
