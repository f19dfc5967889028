/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "export-demux.h"
#include "export-records.h"

G_BEGIN_DECLS

/* Where the frames of the episodes are looked for; one of the three is set. */
typedef struct
{
  const gchar *video;           /* the file that holds all episodes */
  const gchar *videos;          /* a folder with a file an episode, by its id */
  guint64 rate_num, rate_den;   /* frames a second of all episodes */
} ExportSource;

typedef struct _ExportFrames ExportFrames;

ExportFrames *export_frames_new (const ExportSource * source);
void export_frames_free (ExportFrames * self);
/* "30", "29.97" or "30000/1001". */
gboolean export_frames_parse_rate (const gchar * text, ExportSource * source);
/* The frames of an episode, an array of ExportFrame. What is doubtful is said on
 * the standard error. NULL with an error where the video cannot be read or is of
 * something else. */
GArray *export_frames_get (ExportFrames * self, const ExportEpisode * episode, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExportFrames, export_frames_free)

G_END_DECLS
