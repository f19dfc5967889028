/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresult.h>

G_BEGIN_DECLS

/* One episode that is exported. */
typedef struct
{
  GstScoreResult *result;
  gchar *where;                 /* "results.jsonl, line 3" */
  guint index;                  /* its place among the episodes, from 0 */
} ExportEpisode;

/* Which of the records, and in which order. */
typedef struct
{
  const gchar *const *ids;      /* NULL: all */
  gboolean keep_all;            /* also records that another one replaces */
  gboolean sort;                /* by id, numbers in it by their value */
} ExportChoice;

/* The episodes of JSON Lines files of records, "-" being the standard input:
 * an array of ExportEpisode. NULL with an error that names file and line. */
GPtrArray *export_records_read (const gchar * const * files,
    const ExportChoice * choice, GError ** error);

G_END_DECLS
