/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "eval-output.h"
#include "report-media.h"

G_BEGIN_DECLS

/* Everything that a page is of. */
typedef struct
{
  GPtrArray *reports;           /* of EvalReport, one a results file */
  EvalSettings settings;
  GPtrArray *records;           /* of ReportRecord */
  ReportMedia *media;
  gdouble *prices;              /* US dollars a million tokens, a file; NAN: none */
  gboolean has_manifest, has_samples;
} ReportData;

/* The blocks of the page: "data", "e0" and so on, a record each, and "m0" and so on,
 * what is known of an episode beside its records. */
gchar *report_data_print (const ReportData * data);

G_END_DECLS
