/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads comma-separated values as RFC 4180 has them, from text in memory that
 * outlives the reader. Lines end with LF, CRLF or CR; empty ones are passed over;
 * what is quoted may hold line breaks, and quotes written twice. */
typedef struct
{
  const gchar *at, *end;
  guint line;                   /* of what is at @at, from 1 */
} ScoreCsv;

void score_csv_init (ScoreCsv * self, const gchar * text, gsize length);

/* Puts the fields of the next row into @fields, which frees its elements, and the
 * line that it begins on into @line. FALSE at the end, and with @error set where
 * the text is no CSV. */
gboolean score_csv_next (ScoreCsv * self, GPtrArray * fields, guint * line, GError ** error);

G_END_DECLS
