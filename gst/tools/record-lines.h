/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score.h>

G_BEGIN_DECLS

/* Makes of the record on @line, from 1, what its reader wants. Called from several
 * threads at a time. */
typedef gpointer (*ScoreRecordFunc) (const GstScoreResult * result, guint line);

/* Reads the records of a file, as many at a time as there are processors, and gives
 * what @take made of them in the order of the file; @free is for those. A last line
 * without its end that cannot be read was cut off by a crash: it counts in @torn and
 * is no error. An error names file and line. */
GPtrArray *score_record_lines_load (const gchar * path, ScoreRecordFunc take, GDestroyNotify free, guint * torn, GError ** error);

/* Whether this is how a record begins, or the beginning of that. */
gboolean score_record_lines_is_begun (const gchar * text, gsize length);

G_END_DECLS
