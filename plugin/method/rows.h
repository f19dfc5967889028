/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreresultbuilder.h>

#include "media/episode.h"
#include "vlm/request.h"

G_BEGIN_DECLS

/* What every method makes of an episode's samples: rows of the result, pictures
 * of a question, times. */

/* A row of the result about @sample, with its times and without any progress. */
void score_row_init (GstScoreSample * row, const ScoreSample * sample, guint index);
/* All samples of @episode without progress, as failed episodes have them. */
void score_rows_add_bare (GstScoreResultBuilder * builder, const ScoreEpisode * episode);
/* Rows of the @n samples at @indices of @episode, ascending, with @progress (all
 * of them numbers); flagged as interpolated where @filled (or NULL) says so. */
void score_rows_add (GstScoreResultBuilder * builder, const ScoreEpisode * episode,
    const guint * indices, const gdouble * progress, const gboolean * filled, guint n);

/* The note "@n of what @one or @many says"; none where @n is 0. */
void score_rows_note_count (GstScoreResultBuilder * builder, guint n, const gchar * one,
    const gchar * many);

/* Nanoseconds from the first sample of @episode to sample @index, on the first
 * clock that both were told of. */
GstClockTime score_rows_get_elapsed (const ScoreEpisode * episode, guint index);
/* The sample as a frame of a video; borrowed. */
ScoreStill score_rows_get_still (const ScoreEpisode * episode, guint index);

G_END_DECLS
