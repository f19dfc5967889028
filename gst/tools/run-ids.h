/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Gives every ScoreRunInput of @inputs an id: the file's name without its ending;
 * where names are alike, with as many folders before it as tell all of them apart,
 * and with the ending where they differ in nothing else. NULL-terminated. */
GStrv score_run_ids_new (GPtrArray * inputs);

G_END_DECLS
