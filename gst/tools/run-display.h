/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-job.h"
#include "run-totals.h"

G_BEGIN_DECLS

/* What a run shows: a bar where the standard output is a terminal, else a line a
 * video; complaints on the standard error; a summary. With --quiet complaints
 * alone. */
typedef struct _ScoreRunDisplay ScoreRunDisplay;

/* @n_items: to be asked about. */
ScoreRunDisplay *score_run_display_new (const ScoreRunOptions * options, guint n_items);
void score_run_display_free (ScoreRunDisplay * self);

void score_run_display_add (ScoreRunDisplay * self, const ScoreRunJob * job);
/* A sentence on the standard error, with the name of the program. */
void score_run_display_complain (ScoreRunDisplay * self, const gchar * format, ...) G_GNUC_PRINTF (2, 3);
/* Draws the bar again, so that the time goes on. */
void score_run_display_refresh (ScoreRunDisplay * self);
/* The table and the summary. @n_before: items that had their record before;
 * @n_failed_before: those of them that had failed. */
void score_run_display_end (ScoreRunDisplay * self, guint n_before, guint n_failed_before);

const ScoreRunTotals *score_run_display_get_totals (const ScoreRunDisplay * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreRunDisplay, score_run_display_free);

G_END_DECLS
