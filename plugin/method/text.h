/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @text as one line of valid UTF-8: control characters, line breaks and runs of
 * blanks become one blank, blanks at both ends go, and what is longer than
 * @max_bytes is cut between two characters and ends in "...". NULL is "". */
gchar *score_text_one_line (const gchar * text, gsize max_bytes) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
