/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "method/method.h"

G_BEGIN_DECLS

#define SCORE_EXAMPLES_MAX_EPISODES 16
#define SCORE_EXAMPLES_MAX_PICTURES 8   /* of an episode, evenly spaced */

/* Episodes that were written by samples-location: @location is the folder of one,
 * or a folder of such folders, taken in the order of their names. Only scored ones
 * have a progress to show; others are an error, as is a folder without any.
 * GST_SCORE_ERROR_CONFIG naming gvl-context and the file. */
ScoreExamples *score_examples_load (const gchar * location, GError ** error);
/* Of all that is shown; tells sets of examples apart without naming them. */
gchar *score_examples_make_digest (const ScoreExamples * examples);
void score_examples_free (ScoreExamples * examples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreExamples, score_examples_free)

G_END_DECLS
