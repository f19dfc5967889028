/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score.h>

#include "engine/engine.h"

G_BEGIN_DECLS

/* The one place where errors of GST_SCORE_ERROR become bus messages. Call with
 * no lock held. */

/* A bad setting at start: an element error. */
void gst_score_post_start_error (GstElement * element, const GError * error);
/* Something that lost no episode: an element warning. */
void gst_score_post_warning (GstElement * element, const GError * error);
/* An episode that failed: a warning with details, or an error where @fatal.
 * Nothing for those that were cancelled by stopping the element. */
void gst_score_post_failure (GstElement * element, GstScoreResult * result, gboolean fatal);

/* Warnings to be posted: an episode has begun of which no task is known, which
 * is said at once, since the end where it fails of that may be far; frames come
 * without time stamps, and so have no place among the samples. */
GstMessage *gst_score_message_no_task (GstElement * element);
GstMessage *gst_score_message_untimed (GstElement * element);
/* Posts the warning that provisional results were asked for of a method that has
 * none. */
void gst_score_post_no_provisional (GstElement * element);
/* Posts @message from the engine's thread, where no lock is held: what is said of
 * an episode's beginning so comes before its result. Takes the message; any lock may
 * be held. */
void gst_score_post_in_order (ScoreEngine * engine, GstMessage * message);

G_END_DECLS
