/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Answers on disk, a file each, named by the hash of the question. Processes may
 * share the folder: a file is complete before it has its name, and what is found
 * damaged is as if it were not there. The least recently used go when there are
 * more than max_bytes of them. One thread at a time. */
typedef struct _ScoreAnswerCache ScoreAnswerCache;

/* The folder is made where it is missing, for the user alone. @max_bytes 0: no
 * limit. GST_SCORE_ERROR_CONFIG naming cache-location. */
ScoreAnswerCache *score_answer_cache_open (const gchar * location, guint64 max_bytes, GError ** error);
void score_answer_cache_close (ScoreAnswerCache * cache);

/* @key: a hash in hex. NULL: not there. What is found becomes the most recently used. */
GBytes *score_answer_cache_get (ScoreAnswerCache * cache, const gchar * key) G_GNUC_WARN_UNUSED_RESULT;
/* FALSE where it could not be written; the error names cache-location. What is
 * larger than max_bytes is not kept, which is no error. */
gboolean score_answer_cache_put (ScoreAnswerCache * cache, const gchar * key, GBytes * answer, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreAnswerCache, score_answer_cache_close)

G_END_DECLS
