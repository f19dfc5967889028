/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-origin.h"

G_BEGIN_DECLS

typedef enum
{
  SCORE_RUN_NONE,               /* there is no record */
  SCORE_RUN_SCORED,
  SCORE_RUN_FAILED,             /* there are records, and none is scored */
} ScoreRunState;

/* What a file of records says was asked already. In run:
 *
 *   ledger = score_run_ledger_load (options->output, &error);
 *   if (!options->mix) {       (--mix: let what was asked differently be in one file)
 *     origin = score_run_origin_probe (a scoresink as the run's will be, &error);
 *     if (!score_run_ledger_check (ledger, origin, &error)) return 2;
 *   }
 *   if (!dry_run) score_run_ledger_mend (options->output, &n_cut, &error);
 *   for each item: score_run_ledger_find (ledger, item->id, item->task) …
 *   of the first result of the run, whose model is known by then:
 *     score_run_ledger_check (ledger, score_run_origin_new (result), &error) */
typedef struct _ScoreRunLedger ScoreRunLedger;

/* A file that is missing is one without records. A last line that a crash cut off is
 * passed over; any other that is no record is an error that names file and line. */
ScoreRunLedger *score_run_ledger_load (const gchar * path, GError ** error);
void score_run_ledger_free (ScoreRunLedger * ledger);

ScoreRunState score_run_ledger_find (const ScoreRunLedger * ledger, const gchar * id, const gchar * task);

/* Episodes and tasks that are in @state, whether anybody asks for them or not. */
guint score_run_ledger_count (const ScoreRunLedger * ledger, ScoreRunState state);

/* FALSE where a scored record was of another origin; the error is one line
 * that names the option, both values and what can be done. What failed does not
 * count: it may have failed for a setting that was mended since. */
gboolean score_run_ledger_check (const ScoreRunLedger * ledger, const ScoreRunOrigin * origin, GError ** error);

/* Takes the torn end off the file, so that it does not become a line among others
 * when the next record is appended; *cut is the number of bytes, 0: there was none.
 * Safe while other processes append. */
gboolean score_run_ledger_mend (const gchar * path, gsize * cut, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreRunLedger, score_run_ledger_free);

G_END_DECLS
