/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How well an episode went, as a person said; the order is that of rank. */
typedef enum
{
  SCORE_LABEL_NONE = -1,
  SCORE_LABEL_FAILURE,
  SCORE_LABEL_SUBOPTIMAL,
  SCORE_LABEL_SUCCESSFUL,
} ScoreLabel;

#define SCORE_N_LABELS 3

typedef enum
{
  SCORE_MANIFEST_NONE = 0,
  SCORE_MANIFEST_NEED_VIDEOS = 1 << 0,  /* every entry names a file that is there */
} ScoreManifestFlags;

typedef struct
{
  guint line;                   /* of the manifest, from 1 */
  gchar *id, *task;             /* never empty */
  gchar *video;                 /* a path, or a URI; NULL: none given */
  gchar *data_source;           /* "" : none given */
  ScoreLabel label;
  gdouble partial_success;      /* 0 to 1, NAN: none given */
} ScoreManifestEntry;

/* What a data set consists of. The entries keep the order of the file. */
typedef struct _ScoreManifest ScoreManifest;

/* Reads JSON Lines, or CSV with a line of names. An error names file and line. */
ScoreManifest *score_manifest_load (const gchar * path, ScoreManifestFlags flags, GError ** error);
void score_manifest_free (ScoreManifest * self);

guint score_manifest_get_n_entries (const ScoreManifest * self);
const ScoreManifestEntry *score_manifest_get_entry (const ScoreManifest * self, guint index);
const ScoreManifestEntry *score_manifest_find (const ScoreManifest * self, const gchar * id);

/* Takes the spellings that are in use, whatever their case; FALSE: an unknown one. */
gboolean score_label_parse (const gchar * text, ScoreLabel * label);
const gchar *score_label_get_name (ScoreLabel label);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreManifest, score_manifest_free);

G_END_DECLS
