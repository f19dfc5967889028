/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "method/method.h"
#include "method/shuffle.h"

G_BEGIN_DECLS

/* Shared by the files of the method `gvl`; nobody else includes this. */

typedef struct
{
  ScoreRun run;
  ScorePrompts *prompts;
  ScoreEpisode *episode;
  const ScoreExamples *examples;        /* NULL: none */
  gchar *task;
  guint max_frames;

  /* The frames that are asked about, known once the episode is closed. */
  guint n;
  guint *indices;               /* of samples, in order of time */
  guint *order;                 /* shown[i] is chronological frame order[i] */
  gdouble *progress;            /* of chronological frames; NAN: not judged */
  gboolean *clamped;
  gchar **descriptions;

  gboolean asked, known, repaired, fractions;
  ScoreQuestion *repair;        /* to be asked next */
  GError *error;                /* the episode has failed */
} Gvl;

/* gvl-ask.c. @problem: what was wrong with the first answer, or NULL. */
ScoreQuestion *score_gvl_make_question (Gvl * self, const gchar * problem);

/* gvl-answer.c */
gboolean score_gvl_answer (ScoreRun * run, ScoreQuestion * question,
    const ScoreReply * reply, GError ** error);

#define SCORE_GVL_TEXT_SIZE 2000        /* bytes of a description, of the task */

G_END_DECLS
