/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What objects a task is about, kept from one episode to the next so that the
 * question is asked once (the paper's object caching). Belongs to one engine,
 * and so to one provider and model. Bounded: the task longest unused goes
 * first. One thread. */
typedef struct _ScoreObjectCache ScoreObjectCache;

ScoreObjectCache *score_object_cache_new (guint max_tasks);
void score_object_cache_free (ScoreObjectCache * cache);

/* NULL where the task is not known. Borrowed until the next call. */
const gchar *const *score_object_cache_get (ScoreObjectCache * cache,
    const gchar * task);
void score_object_cache_put (ScoreObjectCache * cache, const gchar * task,
    const gchar * const *objects);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreObjectCache, score_object_cache_free)

G_END_DECLS
