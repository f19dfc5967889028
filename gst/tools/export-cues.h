/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "export-records.h"

#include <stdio.h>

G_BEGIN_DECLS

typedef enum
{
  EXPORT_VTT,
  EXPORT_SRT,
} ExportCueFormat;

typedef enum
{
  EXPORT_SAY_PERCENT,           /* "42%" */
  EXPORT_SAY_PROGRESS,          /* "0.420" */
  EXPORT_SAY_DESCRIPTION,       /* what the model saw */
} ExportCueText;

/* Subtitles of the episodes, an array of ExportEpisode: cues of constant text at
 * stream times, one after the other. Where there is nothing to say there is no
 * cue. FALSE with an error where two episodes cover the same time. */
gboolean export_cues_write (FILE * out, ExportCueFormat format,
    ExportCueText text, const GPtrArray * episodes, GError ** error);

G_END_DECLS
