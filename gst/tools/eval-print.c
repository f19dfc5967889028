/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "eval-bootstrap.h"
#include "eval-output.h"

#include <stdlib.h>
#include <string.h>

/* A line of the table: a heading, or a name with a cell for each file. */
typedef struct
{
  gchar *name;
  GPtrArray *cells;             /* of strings; NULL: a heading */
} Row;

typedef struct
{
  GPtrArray *reports;
  GPtrArray *rows;
} Table;

static void
row_free (Row * row)
{
  g_free (row->name);
  g_clear_pointer (&row->cells, g_ptr_array_unref);
  g_free (row);
}

/* Names come from files of other people: nothing in them moves the cursor. */
static gchar *
make_plain (const gchar * text)
{
  GString *plain = g_string_new (NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    g_string_append_unichar (plain, g_unichar_iscntrl (c) ? ' ' : c);
  }
  return g_string_free (plain, FALSE);
}

static void
add_heading (Table * self, const gchar * text)
{
  Row *row = g_new0 (Row, 1);

  row->name = make_plain (text);
  g_ptr_array_add (self->rows, row);
}

static Row *
add_row (Table * self, const gchar * name)
{
  Row *row = g_new0 (Row, 1);

  row->name = g_strdup (name);
  row->cells = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
add_figure (Row * row, const EvalFigure * figure)
{
  gchar *cell;

  if (figure == NULL || isnan (figure->value))
    cell = g_strdup ("-");
  else if (isnan (figure->low))
    cell = g_strdup_printf ("%.4f n=%u", figure->value, figure->n);
  else
    cell = g_strdup_printf ("%.4f [%.4f, %.4f] n=%u", figure->value,
        figure->low, figure->high, figure->n);
  g_ptr_array_add (row->cells, cell);
}

static gint
compare_scopes (gconstpointer a, gconstpointer b)
{
  const EvalScope *left = *(EvalScope * const *) a;
  const EvalScope *right = *(EvalScope * const *) b;
  gint order = strcmp (left->data_source, right->data_source);

  return order != 0 ? order : g_strcmp0 (left->task, right->task);
}

/* Of every file: the scope with these names, or NULL. */
static GPtrArray *
find_scopes (const Table * self, const gchar * data_source, const gchar * task)
{
  EvalScope names = {.data_source = data_source,.task = task };
  EvalScope *wanted = &names;
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < self->reports->len; i++) {
    const EvalReport *report = g_ptr_array_index (self->reports, i);
    GPtrArray *scopes = task ? report->table->tasks : report->table->sets;
    EvalScope **match = NULL;

    if (data_source == NULL)
      match = &report->table->overall;
    else if (scopes->len > 0)
      match = bsearch (&wanted, scopes->pdata, scopes->len, sizeof wanted,
          compare_scopes);
    g_ptr_array_add (found, match != NULL ? *match : NULL);
  }
  return found;
}

/* A metric that no file has is not worth a line. */
static gboolean
is_known (GPtrArray * scopes, guint metric)
{
  for (guint i = 0; i < scopes->len; i++) {
    const EvalScope *scope = g_ptr_array_index (scopes, i);

    if (scope != NULL && !isnan (scope->figures[metric].value))
      return TRUE;
  }
  return FALSE;
}

static void
add_scope (Table * self, const gchar * heading, const gchar * data_source,
    const gchar * task)
{
  g_autoptr (GPtrArray) scopes = find_scopes (self, data_source, task);
  guint n_metrics = task != NULL ? EVAL_RANKING_ACC + 1 : EVAL_N_METRICS;
  gboolean any = FALSE;

  for (guint m = 0; m < n_metrics; m++) {
    Row *row;

    if (!is_known (scopes, m))
      continue;
    if (!any)
      add_heading (self, heading);
    any = TRUE;
    row = add_row (self, eval_metric_get_name (m));
    for (guint i = 0; i < scopes->len; i++) {
      const EvalScope *scope = g_ptr_array_index (scopes, i);

      add_figure (row, scope != NULL ? &scope->figures[m] : NULL);
    }
  }
}

/* The sets, or the tasks, of all files, each once. */
static GPtrArray *
list_scopes (const Table * self, gboolean tasks)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  GPtrArray *once = g_ptr_array_new ();

  for (guint i = 0; i < self->reports->len; i++) {
    const EvalReport *report = g_ptr_array_index (self->reports, i);

    g_ptr_array_extend (all, tasks ? report->table->tasks
        : report->table->sets, NULL, NULL);
  }
  g_ptr_array_sort (all, compare_scopes);
  for (guint i = 0; i < all->len; i++) {
    gpointer scope = g_ptr_array_index (all, i);
    gpointer last = once->len > 0 ? g_ptr_array_index (once,
        once->len - 1) : NULL;

    if (last == NULL || compare_scopes (&last, &scope) != 0)
      g_ptr_array_add (once, scope);
  }
  return once;
}

static void
add_scopes (Table * self)
{
  g_autoptr (GPtrArray) sets = list_scopes (self, FALSE);
  g_autoptr (GPtrArray) tasks = list_scopes (self, TRUE);

  add_scope (self, "overall, the mean over data sets", NULL, NULL);
  for (guint i = 0; sets->len > 1 && i < sets->len; i++) {
    const EvalScope *set = g_ptr_array_index (sets, i);
    g_autofree gchar *heading = g_strdup_printf ("data set %s",
        *set->data_source != '\0' ? set->data_source : "without a name");

    add_scope (self, heading, set->data_source, NULL);
  }
  for (guint i = 0; i < tasks->len; i++) {
    const EvalScope *task = g_ptr_array_index (tasks, i);
    g_autofree gchar *heading = g_strdup_printf ("task \"%s\"%s%s", task->task,
        *task->data_source != '\0' ? " of " : "", task->data_source);

    add_scope (self, heading, task->data_source, task->task);
  }
}

static void
add_confusion (Table * self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->reports->len; i++)
    any |= ((EvalReport *) g_ptr_array_index (self->reports,
            i))->confusion != NULL;
  if (!any)
    return;
  add_heading (self, "confusion, videos by the words of tasks");
  for (guint m = 0; m < EVAL_N_CONFUSION; m++) {
    Row *row = add_row (self, eval_confusion_get_name (m));

    for (guint i = 0; i < self->reports->len; i++) {
      const EvalReport *report = g_ptr_array_index (self->reports, i);

      add_figure (row, report->confusion ? &report->confusion->figures[m]
          : NULL);
    }
  }
}

static void
add_head (Table * self)
{
  Row *file = add_row (self, "file"), *method = add_row (self, "method");
  Row *model = add_row (self, "model");

  for (guint i = 0; i < self->reports->len; i++) {
    const EvalReport *report = g_ptr_array_index (self->reports, i);
    g_autofree gchar *name = g_filename_display_basename (report->file->path);

    g_ptr_array_add (file->cells, make_plain (name));
    g_ptr_array_add (method->cells, make_plain (report->file->methods));
    g_ptr_array_add (model->cells, make_plain (report->file->models));
  }
  for (const EvalCountName * name = eval_count_names; name->name; name++) {
    gboolean shown = name == eval_count_names || g_str_equal (name->name,
        "scored") || g_str_equal (name->name, "failed");
    Row *row;

    for (guint i = 0; i < self->reports->len; i++)
      shown |= EVAL_COUNT (&((EvalReport *) g_ptr_array_index (self->reports,
                  i))->file->counts, name) > 0;
    if (!shown)
      continue;
    row = add_row (self, name->words);
    for (guint i = 0; i < self->reports->len; i++)
      g_ptr_array_add (row->cells, g_strdup_printf ("%u",
              EVAL_COUNT (&((EvalReport *) g_ptr_array_index (self->reports,
                          i))->file->counts, name)));
  }
}

/* The width of column @column, 0 being that of the names. */
static guint
get_width (const Table * self, guint column)
{
  glong width = 0;

  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = g_ptr_array_index (self->rows, i);

    if (row->cells == NULL)
      continue;
    width = MAX (width, g_utf8_strlen (column == 0 ? row->name
            : g_ptr_array_index (row->cells, column - 1), -1));
  }
  return width;
}

static void
append_cell (GString * out, const gchar * text, guint width)
{
  glong length = g_utf8_strlen (text, -1);

  g_string_append (out, text);
  for (glong i = length; i < (glong) width + 2; i++)
    g_string_append_c (out, ' ');
}

static void
append_rows (const Table * self, GString * out)
{
  guint n = self->reports->len;
  g_autofree guint *widths = g_new (guint, n + 1);

  for (guint i = 0; i <= n; i++)
    widths[i] = get_width (self, i);
  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = g_ptr_array_index (self->rows, i);

    if (row->cells == NULL) {
      g_string_append_printf (out, "\n%s\n", row->name);
      continue;
    }
    append_cell (out, row->name, widths[0]);
    for (guint k = 0; k < n; k++)
      append_cell (out, g_ptr_array_index (row->cells, k), widths[k + 1]);
    while (out->str[out->len - 1] == ' ')
      g_string_truncate (out, out->len - 1);
    g_string_append_c (out, '\n');
  }
}

static void
append_notes (const Table * self, GString * out)
{
  for (guint i = 0; i < self->reports->len; i++) {
    const EvalReport *report = g_ptr_array_index (self->reports, i);
    g_autoptr (GPtrArray) notes = eval_report_list_notes (report);
    g_autofree gchar *name = g_filename_display_basename (report->file->path);
    g_autofree gchar *plain = make_plain (name);

    for (guint k = 0; k < notes->len; k++)
      g_string_append_printf (out, "%s: %s\n", plain,
          (const gchar *) g_ptr_array_index (notes, k));
  }
}

gchar *
eval_print_table (GPtrArray * reports, const EvalSettings * settings)
{
  GString *out = g_string_new (NULL);
  Table self = { reports, NULL };

  self.rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);
  add_head (&self);
  add_scopes (&self);
  add_confusion (&self);
  append_rows (&self, out);
  g_string_append_c (out, '\n');
  if (settings->n_replicates > 0)
    g_string_append_printf (out, "In brackets: %g %% intervals of %u bootstrap"
        " replicates, seed %" G_GUINT64_FORMAT ". n: episodes.\n",
        EVAL_LEVEL * 100.0, settings->n_replicates, settings->seed);
  append_notes (&self, out);
  g_ptr_array_unref (self.rows);
  return g_string_free (out, FALSE);
}
