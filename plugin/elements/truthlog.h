/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The true progress of every frame, as JSON Lines: episode_id, stream_time in
 * nanoseconds, progress. Buffered; errors of writing show when it is flushed. */
typedef struct _ScoreTruthLog ScoreTruthLog;

ScoreTruthLog *score_truth_log_open (const gchar * path, GError ** error);
void score_truth_log_write (ScoreTruthLog * self, const gchar * episode_id, GstClockTime stream_time, gdouble progress);
gboolean score_truth_log_flush (ScoreTruthLog * self, GError ** error);
/* Frees it also when it fails. */
gboolean score_truth_log_close (ScoreTruthLog * self, GError ** error);

G_END_DECLS
