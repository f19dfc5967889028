/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "eval-confusion.h"
#include "eval-table.h"

G_BEGIN_DECLS

/* All that is known of one results file. */
typedef struct
{
  EvalFile *file;
  EvalTable *table;
  EvalConfusion *confusion;     /* or NULL */
} EvalReport;

typedef struct
{
  guint n_replicates;
  guint64 seed;
} EvalSettings;

EvalReport *eval_report_new (const gchar * path, const ScoreManifest * manifest, const EvalSettings * settings, GError ** error);
void eval_report_free (EvalReport * self);

/* The counts in the order in which they are shown. */
typedef struct
{
  const gchar *name;            /* of the JSON member */
  const gchar *words;
  gsize offset;                 /* in EvalCounts */
} EvalCountName;

extern const EvalCountName eval_count_names[];  /* ends with a NULL name */

#define EVAL_COUNT(counts, entry) \
  G_STRUCT_MEMBER (guint, counts, (entry)->offset)

/* What a reader must know of the figures; strings. */
GPtrArray *eval_report_list_notes (const EvalReport * self);

/* @reports are EvalReport, one a column. */
gchar *eval_print_table (GPtrArray * reports, const EvalSettings * settings);
gchar *eval_print_json (GPtrArray * reports, const EvalSettings * settings);

G_END_DECLS
