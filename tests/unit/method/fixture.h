/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreerror.h>

#include "method/method.h"

G_BEGIN_DECLS

/* A run of method `score`, its episode, and what it asked that was not answered
 * yet. The test plays the engine and the model. */
typedef struct
{
  ScorePrompts *prompts;
  ScoreEpisode *episode;
  ScoreRun *run;
  GPtrArray *open;              /* of ScoreQuestion, in the order of asking */
  guint n_samples;              /* made so far; the next id */
} Bench;

#define BENCH_STEP (500 * GST_MSECOND)
#define BENCH_TASK "put the banana in the bowl"

Bench *bench_new (const gchar * task, guint batch, const gchar * const *objects);
void bench_free (Bench * bench);

/* n samples more, half a second apart. */
void bench_add (Bench * bench, guint n);
/* Keeps every other sample, from the first on. */
void bench_thin (Bench * bench);
/* Asks until there is nothing to ask; gives how many were new. */
guint bench_ask (Bench * bench);
/* The name of the open question @index, or NULL. */
const gchar *bench_stage (Bench * bench, guint index);
ScoreQuestion *bench_question (Bench * bench, guint index);
/* Answers the open question @index; then asks what can be asked. */
gboolean bench_reply (Bench * bench, guint index, const gchar * text, GError ** error);
gboolean bench_reply_finish (Bench * bench, guint index, const gchar * text,
    ScoreFinish finish, const gchar * refusal, GError ** error);
/* Answers well whatever is open until nothing is. */
void bench_run (Bench * bench);
/* Objects and @n samples known, all described, closed: the question that is
 * open is the one for the progress. */
Bench *bench_new_at_progress (guint n);
GstScoreResult *bench_finish (Bench * bench, GError ** error);
GstScoreResult *bench_describe_failure (Bench * bench);

/* Good answers. Frame n is described as "frame n of m". */
gchar *answer_objects (const gchar * name, ...) G_GNUC_NULL_TERMINATED;
gchar *answer_describe (guint first, guint last);
gchar *answer_progress (guint first, guint last);       /* from 0 to 1 in even steps */
gchar *answer_well (const ScoreQuestion * question);

guint question_count_frames (const ScoreQuestion * question);
const gchar *question_last_text (const ScoreQuestion * question);
/* The whole request as text; no wire, no server. */
gchar *question_dump (const ScoreQuestion * question);

gboolean result_has_note (const GstScoreResult * result, const gchar * part);
void assert_values (const GstScoreResult * result, const gdouble * values, guint n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)

G_END_DECLS
