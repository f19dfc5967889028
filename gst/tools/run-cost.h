/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-look.h"
#include "run-origin.h"

G_BEGIN_DECLS

/* What an episode costs, by the arithmetic of its method. */
typedef struct
{
  gdouble samples;              /* that are judged */
  gdouble outgrown;             /* 1: asked about on the way, there would be more */
  gdouble calls, images;
  gdouble input_tokens, output_tokens;
} ScoreRunCost;

/* How the questions of a run are put. */
typedef struct
{
  GstElement *sink;             /* borrowed */
  const gchar *method;          /* borrowed from the origin */
  gdouble framerate;
  guint max_frames;
  guint image_size, describe_batch;
  gboolean dense;
  gboolean as_video;            /* video-transport is not images */
  gboolean is_gemini;           /* counts any picture alike */
  guint n_examples;             /* of gvl-context */
} ScoreRunQuestions;

/* @sink: a scoresink with the settings of the run, which says what would be samples. */
void score_run_questions_init (ScoreRunQuestions * self, const ScoreRunOrigin * origin, GstElement * sink);

/* Of a video as it was looked at, and nothing asked in vain; what is not known of it
 * is taken for as many samples as there may be, of 4:3, at 30 frames a second. */
void score_run_cost_init (ScoreRunCost * self, const ScoreRunQuestions * questions, const ScoreRunLook * look);
void score_run_cost_add (ScoreRunCost * self, const ScoreRunCost * other, gdouble times);

G_END_DECLS
