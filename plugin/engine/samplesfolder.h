/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresult.h>

#include "media/episode.h"

G_BEGIN_DECLS

/* The folder of samples-location: a folder an episode, which holds record.json and
 * the picture of sample N of the record as NNNNN.jpg. It appears whole, or not at
 * all; an episode whose id is taken gets a number behind it. One thread at a time. */
typedef struct _ScoreSamplesFolder ScoreSamplesFolder;

/* Made where it is missing. GST_SCORE_ERROR_CONFIG naming samples-location. */
ScoreSamplesFolder *score_samples_folder_open (const gchar * location, GError ** error);
void score_samples_folder_close (ScoreSamplesFolder * folder);
/* @episode: what @result was made of. The error names samples-location. */
gboolean score_samples_folder_add (ScoreSamplesFolder * folder,
    const GstScoreResult * result, const ScoreEpisode * episode, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreSamplesFolder, score_samples_folder_close)

G_END_DECLS
