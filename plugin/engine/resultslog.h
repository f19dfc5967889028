/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresult.h>

G_BEGIN_DECLS

/* The JSON Lines file of results: one record an episode, appended and synced
 * before anybody is told of it. One thread at a time. */
typedef struct _ScoreResultsLog ScoreResultsLog;

/* Opens @location for appending, created where it is missing; a last line that
 * a crash left without its end is closed first, so that the next record starts
 * on a line of its own. GST_SCORE_ERROR_CONFIG naming results-location. */
ScoreResultsLog *score_results_log_open (const gchar * location, GError ** error);
void score_results_log_close (ScoreResultsLog * log);

/* TRUE once the record is on the disk. A file that was removed meanwhile is made
 * anew. On failure nothing of it is left in the file; the error names
 * results-location. Waits for a pipe's reader or somebody else's lock no longer
 * than a second. */
gboolean score_results_log_append (ScoreResultsLog * log,
    const GstScoreResult * result, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreResultsLog, score_results_log_close)

G_END_DECLS
