/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

#include "elements/scoretimes.h"
#include "engine/engine.h"

G_BEGIN_DECLS

/* The frames of the open episode: chooses samples, encodes them, hands them to
 * the engine, and holds the newest frame in case it is the last. No
 * locks; the recorder's lock guards it. */
typedef struct _GstScoreFrames GstScoreFrames;

/* @engine is borrowed. */
GstScoreFrames *gst_score_frames_new (const ScoreSettings * settings, ScoreEngine * engine);
void gst_score_frames_free (GstScoreFrames * frames);

/* GST_SCORE_ERROR_ENCODE where such caps cannot be encoded. */
gboolean gst_score_frames_set_caps (GstScoreFrames * frames, GstCaps * caps, GError ** error);
void gst_score_frames_set_orientation (GstScoreFrames * frames, GstVideoOrientationMethod orientation);

void gst_score_frames_begin (GstScoreFrames * frames, guint64 episode);
/* What the open episode is about: where earlier ones of the task tell how long it
 * will be, and it has no frame yet, its samples are spaced for that. */
void gst_score_frames_set_task (GstScoreFrames * frames, const gchar * task);
/* TRUE when the frame is to be a sample; it becomes one with the next call of
 * gst_score_frames_sample(), and at the latest when the episode ends. */
gboolean gst_score_frames_add (GstScoreFrames * frames, GstBuffer * buffer, const GstScoreTimes * times);
/* Encodes the newest frame if it is to be a sample. */
void gst_score_frames_sample (GstScoreFrames * frames);
/* Ends the episode with what was seen of it. */
void gst_score_frames_end (GstScoreFrames * frames, const gchar * outcome, const gchar * note);
/* Gives it up; @reason NULL: in silence. */
void gst_score_frames_drop (GstScoreFrames * frames, const GError * reason);

/* Where upstream knows how many there are, and left some out. */
void gst_score_frames_raise_n_frames (GstScoreFrames * frames, guint64 n_frames);
guint64 gst_score_frames_get_n_frames (const GstScoreFrames * frames);
/* Running time at which the next sample is due; NONE: with the next frame. */
GstClockTime gst_score_frames_get_next (const GstScoreFrames * frames);
/* Stream time at which the newest frame ends; NONE where unknown. */
GstClockTime gst_score_frames_get_end (const GstScoreFrames * frames);
/* Of the episode's first frame; NONE before it. */
const GstScoreTimes *gst_score_frames_get_first (const GstScoreFrames * frames);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstScoreFrames, gst_score_frames_free)

G_END_DECLS
