/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreerror.h>

#include "method/method.h"

G_BEGIN_DECLS

/* Shared by the files of the method `score`; nobody else includes this. */

#define SCORE_NAME_SIZE 100     /* bytes of an object's name */
#define SCORE_MAX_OBJECTS 32
#define SCORE_TEXT_SIZE 2000    /* bytes of a description, a reason, the task ... */
#define SCORE_PROBLEM_SIZE 600  /* bytes of what a model is told of its mistake */

typedef enum
{
  SCORE_STAGE_OBJECTS,
  SCORE_STAGE_DESCRIBE,
  SCORE_STAGE_PROGRESS,
} ScoreStage;

typedef enum
{
  SCORE_FRAME_ASKED,            /* its description is under way */
  SCORE_FRAME_DESCRIBED,
  SCORE_FRAME_MISSING,          /* the model gave none, asked twice */
} ScoreFrameState;

/* What is known of one sample. */
typedef struct
{
  guint64 id;
  ScoreFrameState state;
  gchar *description;
  gdouble progress;             /* NAN: none yet */
  gboolean clamped;
  gchar *reason;
} ScoreFrame;

/* Which samples a question is about, in its order; the question's tag. */
typedef struct
{
  ScoreStage stage;
  gboolean repair;              /* this is the second and last time of asking */
  guint n;
  guint64 *ids;
} ScoreBatch;

typedef struct
{
  ScoreRun run;
  ScorePrompts *prompts;
  ScoreEpisode *episode;
  gchar *task;
  guint batch;

  gboolean objects_asked;
  GStrv objects;                /* NULL: not known yet */
  GHashTable *frames;           /* id -> ScoreFrame, of kept samples that were asked about */
  guint n_dropped;              /* of the episode, when @frames was last cleared of them */
  GQueue repairs;               /* of ScoreQuestion, to be asked next */
  gboolean progress_asked, progress_known;
  gchar *completion_state;
  GError *error;                /* the episode has failed */

  guint n_in_vain, n_repairs;
  gboolean from_zero, percent, too_many_objects;

  guint n_described;            /* descriptions that were taken, of dropped samples too */
  gchar *first_state;           /* completion state of the first provisional answer, or NULL */
} ScoreStages;

/* score-ask.c: the questions. */
ScoreQuestion *score_stages_ask_objects (ScoreStages * self);
/* @indices of the samples to describe, in order. */
ScoreQuestion *score_stages_ask_describe (ScoreStages * self,
    const guint * indices, guint n);
ScoreQuestion *score_stages_ask_progress (ScoreStages * self);
/* Of the samples at @indices, which are described, before the episode has ended. */
ScoreQuestion *score_stages_ask_so_far (ScoreStages * self, const guint * indices,
    guint n);
/* The same question, with the sentence that says what was wrong. */
ScoreQuestion *score_stages_ask_again (ScoreStages * self,
    const ScoreQuestion * question, const gchar * problem);

/* score-answer.c: the answers. */
gboolean score_stages_answer (ScoreRun * run, ScoreQuestion * question,
    const ScoreReply * reply, GError ** error);
/* FALSE when nobody waits for the answer any more. */
gboolean score_stages_wants (ScoreStages * self, const ScoreBatch * batch);
GStrv score_stages_clean_objects (const gchar * const *names, gboolean * too_many);

/* score-sofar.c: provisional results. */
guint score_stages_get_known (ScoreRun * run, GstClockTime * newest);
ScoreQuestion *score_stages_next_so_far (ScoreRun * run);
gboolean score_stages_judge_so_far (ScoreRun * run, const ScoreQuestion * question,
    const ScoreReply * reply, GstScoreResultBuilder * builder, GError ** error);

/* score.c */
ScoreFrame *score_stages_get_frame (ScoreStages * self, guint64 id);    /* NULL: dropped or not asked about */
/* Forgets the samples that the episode has dropped. */
void score_stages_forget_dropped (ScoreStages * self);

G_END_DECLS
