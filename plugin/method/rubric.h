/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The score 1 to 5 that a text gives as "ANSWER: 4", whatever the case; where that
 * is no such number, the last digit from 1 to 5 that stands alone. 0: none. */
guint score_rubric_read (const gchar * text);

G_END_DECLS
