/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdio.h>

G_BEGIN_DECLS

/* What is written beside its name and gets it when it is complete. */
typedef struct _ExportFile ExportFile;

/* "-" is the standard output. A device or a pipe is written to as it is. */
ExportFile *export_file_open (const gchar * path, GError ** error);
/* Errors of writing are told by export_file_commit(). */
FILE *export_file_get_stream (ExportFile * self);
gboolean export_file_commit (ExportFile * self, GError ** error);
/* Without a commit nothing is left, and what had the name before still has it. */
void export_file_free (ExportFile * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExportFile, export_file_free)

G_END_DECLS
