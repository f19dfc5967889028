/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresult.h>

G_BEGIN_DECLS

/* Whether records can be written to the file; makes it where it is missing. */
gboolean score_run_record_check (const gchar * output, GError ** error);

/* Appends a record beside those of scoresink, who write to the same file: under
 * the same lock, on a line of its own, on the disk when it returns TRUE. */
gboolean score_run_record_append (const gchar * output, const GstScoreResult * result,
    GError ** error);

G_END_DECLS
