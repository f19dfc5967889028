/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresult.h>

#include "engine/settings.h"
#include "media/episode.h"
#include "vlm/reply.h"

G_BEGIN_DECLS

/* All that an engine writes to the disk: records, samples, answers, each where
 * its property is set. What cannot be written is a warning. Worker thread only. */
typedef struct _ScoreOutputs ScoreOutputs;

/* An error names the property. */
ScoreOutputs *score_outputs_open (const ScoreSettings * settings,
    void (*warning) (const GError * error, gpointer user_data),
    gpointer user_data, GError ** error);
void score_outputs_close (ScoreOutputs * outputs);

void score_outputs_add_result (ScoreOutputs * outputs, GstScoreResult * result, ScoreEpisode * episode);

gboolean score_outputs_has_answers (const ScoreOutputs * outputs);
/* Only what the method could use is to be kept: another try is to ask again. */
void score_outputs_keep_answer (ScoreOutputs * outputs, const ScoreReply * reply);
/* A ScoreCallerRecall of @outputs. */
GBytes *score_outputs_recall (const gchar * key, gpointer outputs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreOutputs, score_outputs_close)

G_END_DECLS
