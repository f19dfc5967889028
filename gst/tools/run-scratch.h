/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A folder for what nobody wants to keep, in the one that is there for that (TMPDIR).
 * It is locked as long as this process lives: those that a killed process left are
 * removed when the next one makes its first. Any thread. */
gchar *score_run_scratch_new (GError ** error);
/* With all that is in it. */
void score_run_scratch_remove (const gchar * folder);

G_END_DECLS
