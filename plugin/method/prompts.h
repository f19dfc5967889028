/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The texts of the questions: built in as a GResource, or from a folder of the
 * user's whose files replace those of the same name. Immutable, atomically
 * refcounted.
 *
 * name      file          placeholders (* must be there)
 * system    system.txt    none
 * objects   objects.txt   {task}* {count} {first} {last}
 * describe  describe.txt  {task}* {objects}* {count} {first} {last}
 * progress  progress.txt  {task}* {descriptions}* {objects} {count} {first} {last}
 * completion  completion.txt  {completion_state}*
 * repair    repair.txt    {problem}*
 * gvl         gvl.txt         {task}*
 * gvl-frames  gvl-frames.txt  {task}* {count} {first} {last}
 * roboreward  roboreward.txt  {task}*
 * topreward topreward.txt {task}*
 *
 * {task}          the instruction, on one line
 * {objects}       names joined by "; ", or "(none found)"
 * {count}         how many frames the question shows or lists
 * {first} {last}  the numbers of the first and the last of them
 * {descriptions}  a line "Frame N (t = 1.50 s): text" for each frame
 * {completion_state}  what 100 % looks like, in the words of an earlier answer, on one line
 * {problem}       what was wrong with the earlier answer, whole sentences
 *
 * A brace that is meant as such is written twice: {{ and }}. The questions keep
 * the lines "Task: {task}" and "Objects: {objects}" at the start of a line, so
 * that whoever reads a request finds them. */
typedef struct _ScorePrompts ScorePrompts;

/* No file of the user's may be longer, in bytes. */
#define SCORE_PROMPTS_MAX_FILE (256 * 1024)

/* GST_SCORE_ERROR_CONFIG naming prompt-location, the file, and the line where a
 * file is not UTF-8, empty, has an unknown placeholder or a stray brace, or
 * lacks a placeholder that must be there. A missing file means the built-in
 * text; a missing folder is an error. @location NULL: built-in. */
ScorePrompts *score_prompts_new (const gchar * location, GError ** error);
ScorePrompts *score_prompts_ref (ScorePrompts * prompts);
void score_prompts_unref (ScorePrompts * prompts);

/* Text @name ("describe") with {placeholder} replaced by the values given as
 * name, value pairs, NULL-terminated. One pass: braces inside a value stay as
 * they are. */
gchar *score_prompts_expand (const ScorePrompts * prompts, const gchar * name,
    ...) G_GNUC_NULL_TERMINATED G_GNUC_WARN_UNUSED_RESULT;
/* A stable hash of all texts, for the record: 16 hex digits. */
const gchar *score_prompts_get_digest (const ScorePrompts * prompts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScorePrompts, score_prompts_unref)

G_END_DECLS
