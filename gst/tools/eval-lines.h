/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "eval-episode.h"

G_BEGIN_DECLS

/* Reads the records of a file, as many at a time as there are processors, in the
 * order of the file. A last line without its end that cannot be read was cut off
 * by a crash: it counts in @torn and is no error. */
GPtrArray *eval_lines_load (const gchar * path, guint * torn, GError ** error);

G_END_DECLS
