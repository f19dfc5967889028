/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "eval-episode.h"

G_BEGIN_DECLS

/* What became of the records of a file. */
typedef struct
{
  guint records;                /* lines */
  guint provisional;            /* left out: a final one follows */
  guint replaced;               /* left out: scored again later */
  guint unknown;                /* left out: not in the manifest */
  guint failed;                 /* left out: of episodes that could not be scored */
  guint empty;                  /* left out: no value to rank by */
  guint other_task;             /* scored by another task than their own */
  guint scored;                 /* the rest: what the metrics are of */
  guint unlabelled;             /* of those */
  guint minmax;                 /* of those, by a method's numbers after min-max */
  guint missing;                /* entries of the manifest without a record */
  guint torn;                   /* a last line that was not written to its end */
} EvalCounts;

typedef struct
{
  gchar *path;
  gchar *methods, *models;      /* that the records name, sorted; "" : none */
  EvalCounts counts;
  GPtrArray *records;           /* of EvalEpisode; owns them */
  GPtrArray *episodes;          /* scored by their own task; borrowed, sorted */
  GPtrArray *others;            /* scored by another; borrowed, sorted */
} EvalFile;

/* Reads the records and joins them with @manifest, which must outlive the file,
 * or with their own fields where it is NULL. */
EvalFile *eval_file_load (const gchar * path, const ScoreManifest * manifest, GError ** error);
void eval_file_free (EvalFile * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvalFile, eval_file_free);

G_END_DECLS
