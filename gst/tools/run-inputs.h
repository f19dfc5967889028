/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A video that the command line names, by itself or with others. */
typedef struct
{
  gchar *video;                 /* as it was written, or found in a folder */
  gchar *uri;
  gchar *place;                 /* what ids are made of: the path, or host and path */
} ScoreRunInput;

/* The videos that @inputs name, each once: files, folders with all that is below
 * them, patterns (where there is no file of that very name) and URIs, in the order
 * of @inputs, those of a folder or pattern by the bytes of their paths. The names
 * in folders that begin with a dot are passed over, and so is what is no video by
 * its name; a file that is named itself is always taken, also where it is missing.
 * GST_SCORE_ERROR_CONFIG where a folder or a pattern stands for nothing. */
GPtrArray *score_run_inputs_new (gchar ** inputs, GError ** error);

G_END_DECLS
