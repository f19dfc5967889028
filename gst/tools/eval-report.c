/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "eval-output.h"

#include <string.h>

const EvalCountName eval_count_names[] = {
  {"records", "records", G_STRUCT_OFFSET (EvalCounts, records)},
  {"scored", "scored", G_STRUCT_OFFSET (EvalCounts, scored)},
  {"failed", "failed, left out", G_STRUCT_OFFSET (EvalCounts, failed)},
  {"missing", "without a record", G_STRUCT_OFFSET (EvalCounts, missing)},
  {"unlabelled", "without a label", G_STRUCT_OFFSET (EvalCounts, unlabelled)},
  {"other_task", "asked with another task", G_STRUCT_OFFSET (EvalCounts,
          other_task)},
  {"unknown", "not in the manifest", G_STRUCT_OFFSET (EvalCounts, unknown)},
  {"empty", "without a raw value", G_STRUCT_OFFSET (EvalCounts, empty)},
  {"replaced", "replaced further down", G_STRUCT_OFFSET (EvalCounts,
          replaced)},
  {"provisional", "provisional", G_STRUCT_OFFSET (EvalCounts, provisional)},
  {"minmax", "of min-max values", G_STRUCT_OFFSET (EvalCounts, minmax)},
  {"torn", "cut-off last line", G_STRUCT_OFFSET (EvalCounts, torn)},
  {NULL, NULL, 0},
};

EvalReport *
eval_report_new (const gchar * path, const ScoreManifest * manifest,
    const EvalSettings * settings, GError ** error)
{
  EvalFile *file = eval_file_load (path, manifest, error);
  EvalReport *self;

  if (file == NULL)
    return NULL;
  self = g_new0 (EvalReport, 1);
  self->file = file;
  self->table = eval_table_new (file, settings->n_replicates, settings->seed);
  self->confusion = eval_confusion_new (file, settings->n_replicates,
      settings->seed);
  return self;
}

void
eval_report_free (EvalReport * self)
{
  g_clear_pointer (&self->confusion, eval_confusion_free);
  eval_table_free (self->table);
  eval_file_free (self->file);
  g_free (self);
}

static void
add_table_notes (const EvalTable * table, GPtrArray * notes)
{
  if (table->overall->n_constant > 0)
    g_ptr_array_add (notes, g_strdup_printf ("The progress of %u episodes is"
            " the same all along, or of one sample: no order, their VOC counts"
            " as 0.", table->overall->n_constant));
}

static void
add_confusion_notes (const EvalConfusion * confusion, GPtrArray * notes)
{
  if (confusion->zero_columns > 0)
    g_ptr_array_add (notes, g_strdup_printf ("%u columns of the confusion"
            " matrix are all zero; their share counts as 0.",
            confusion->zero_columns));
  if (confusion->incomplete_columns > 0)
    g_ptr_array_add (notes, g_strdup_printf ("%u columns of the confusion"
            " matrix have a cell without a record; they have no share.",
            confusion->incomplete_columns));
}

GPtrArray *
eval_report_list_notes (const EvalReport * self)
{
  GPtrArray *notes = g_ptr_array_new_with_free_func (g_free);
  const EvalCounts *counts = &self->file->counts;

  if (counts->failed > 0)
    g_ptr_array_add (notes, g_strdup_printf ("%u records are of episodes that"
            " failed; they are left out of every figure, not counted as 0.",
            counts->failed));
  if (counts->missing > 0)
    g_ptr_array_add (notes, g_strdup_printf ("%u entries of the manifest have"
            " no record.", counts->missing));
  if (counts->minmax > 0)
    g_ptr_array_add (notes, g_strdup_printf ("%u episodes were scored with"
            " topreward-normalize=minmax, which orders the samples of an"
            " episode and says nothing of one episode against another.",
            counts->minmax));
  if (counts->torn > 0)
    g_ptr_array_add (notes, g_strdup ("The last line was not written to its"
            " end and is left out."));
  if (strstr (self->file->methods, ", ") != NULL
      || strstr (self->file->models, ", ") != NULL)
    g_ptr_array_add (notes, g_strdup ("The records are of different methods or"
            " models."));
  add_table_notes (self->table, notes);
  if (self->confusion != NULL)
    add_confusion_notes (self->confusion, notes);
  return notes;
}
