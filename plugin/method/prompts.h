/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The texts of the questions: built in as a GResource, or from a folder of the
 * user's whose files (objects.txt, describe.txt ...) replace those of the same
 * name. Immutable, atomically refcounted. */
typedef struct _ScorePrompts ScorePrompts;

/* GST_SCORE_ERROR_CONFIG naming prompt-location, the file, and the line where a
 * file is not UTF-8, empty, or has an unknown placeholder. A missing file means
 * the built-in text; a missing folder is an error. @location NULL: built-in. */
ScorePrompts *score_prompts_new (const gchar * location, GError ** error);
ScorePrompts *score_prompts_ref (ScorePrompts * prompts);
void score_prompts_unref (ScorePrompts * prompts);

/* Text @name with {placeholder} replaced by the values given as name, value
 * pairs, NULL-terminated. One pass: braces inside a value stay as they are. */
gchar *score_prompts_expand (const ScorePrompts * prompts, const gchar * name,
    ...) G_GNUC_NULL_TERMINATED G_GNUC_WARN_UNUSED_RESULT;
/* A stable hash of all texts, for the record: 16 hex digits. */
const gchar *score_prompts_get_digest (const ScorePrompts * prompts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScorePrompts, score_prompts_unref)

G_END_DECLS
