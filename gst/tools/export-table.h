/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "export-frames.h"

#include <stdio.h>

G_BEGIN_DECLS

typedef enum
{
  EXPORT_CSV,
  EXPORT_JSON,                  /* a JSON object a line */
  EXPORT_LEROBOT,
} ExportTableFormat;

/* Rows of frames, as one of the formats has them. */
typedef struct _ExportTable ExportTable;

/* Writes the line of the columns' names, where the format has one. */
ExportTable *export_table_new (ExportTableFormat format, FILE * out);
void export_table_add (ExportTable * self, const ExportEpisode * episode, const GArray * frames);
void export_table_free (ExportTable * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExportTable, export_table_free)

G_END_DECLS
