/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-job.h"

G_BEGIN_DECLS

/* Some videos at a time, in their order. What is asked about the same video is of
 * the same pictures: it is decoded once. */
typedef struct _ScoreRunPool ScoreRunPool;

/* Told of every job that is done, as each ends. */
typedef void (*ScoreRunPoolFunc) (const ScoreRunJob * job, gpointer user_data);

/* @items: of ScoreRunItem, borrowed as all else. */
ScoreRunPool *score_run_pool_new (GPtrArray * items, const ScoreRunOptions * options,
    const ScoreRunSettings * settings, ScoreRunPoolFunc done, gpointer user_data);
void score_run_pool_free (ScoreRunPool * self);

/* Iterates the default main context until every job is done, or, once it was told
 * to begin no more, those that had begun. */
void score_run_pool_run (ScoreRunPool * self);
void score_run_pool_begin_no_more (ScoreRunPool * self);

/* Items that were begun, and those under way. */
guint score_run_pool_get_n_begun (const ScoreRunPool * self);
guint score_run_pool_get_n_running (const ScoreRunPool * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreRunPool, score_run_pool_free);

G_END_DECLS
