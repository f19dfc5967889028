/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreerror.h>

#include "media/sampler.h"
#include "method/method.h"

G_BEGIN_DECLS

/* A run of method `topreward`, its episode, the sampler before it, and what was
 * asked and not answered yet. The test plays the camera, the engine and the
 * model, which judges by the frames it is shown and by nothing else. */
typedef struct
{
  ScoreMethodSettings settings;
  ScorePrompts *prompts;
  ScoreEpisode *episode;
  ScoreSampler *sampler;
  ScoreRun *run;                /* NULL: begun by bench_begin() */
  GPtrArray *open;              /* of ScoreQuestion, in the order of asking */
  guint n_asked, n_shown;       /* questions, and pictures in them */
} Bench;

#define BENCH_TASK "put the banana in the bowl"

/* At most @max_frames samples, one in half a second. */
Bench *bench_new (guint max_frames);
void bench_free (Bench * bench);
/* Begins the run; bench_new() leaves the settings to be changed. */
void bench_begin (Bench * bench);

/* So many frames, one in half a second; each may become a sample. */
void bench_record (Bench * bench, guint n);
/* The last frame is a sample in any case; it is the one before, where that
 * already is one. */
void bench_close (Bench * bench);
/* Asks until there is nothing to ask; gives how many were new. */
guint bench_ask (Bench * bench);

ScoreQuestion *bench_question (Bench * bench, guint index);
/* How many different frames the open question @index shows. */
guint bench_get_length (Bench * bench, guint index);
/* Answers the open question @index, then asks what can be asked. */
gboolean bench_reply (Bench * bench, guint index, ScoreReply * reply, GError ** error);
gboolean bench_reply_well (Bench * bench, guint index);
/* Answers whatever is open, the first or the last first. */
void bench_answer_all (Bench * bench, gboolean last_first);
/* "True" with this log-probability, and two less likely tokens. */
ScoreReply *reply_true (gdouble logprob);

GstScoreResult *bench_finish (Bench * bench, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)

G_END_DECLS
