/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-options.h"

G_BEGIN_DECLS

/* A question of run: how far does this video get with this task. */
typedef struct
{
  gchar *id;                    /* of the episode: the record's */
  gchar *uri;
  gchar *video;                 /* as the user wrote it */
  gchar *task;
  guint line;                   /* of the manifest; 0: of the command line */
} ScoreRunItem;

ScoreRunItem *score_run_item_new (const gchar * id, const gchar * uri, const gchar * video, const gchar * task, guint line);
void score_run_item_free (ScoreRunItem * item);

/* What @options say is to be asked, whether it was asked or not: an array of
 * ScoreRunItem that owns them, in the order of the manifest or of the command line.
 * No two have both the same id and the same task.
 *
 * A part (shard) is every n_shards-th video, counted from the shard-th one; all that
 * is asked about a video is in the same part. That depends on the list of videos
 * alone. A part may be empty. */
GPtrArray *score_run_list_new (const ScoreRunOptions * options, GError ** error);

/* The same items by their videos: an array of arrays of ScoreRunItem, which borrow
 * them. Videos are in the order of their first item, items in their own. */
GPtrArray *score_run_list_group (GPtrArray * items);

G_END_DECLS
