/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "manifest.h"

#include <gst/score/score.h>

G_BEGIN_DECLS

#define EVAL_N_TIMES 100        /* of tau_time_avg */

/* What episodes are ranked by, as floats, since that decides what ties. */
enum
{
  EVAL_LAST,
  EVAL_MEAN,
  EVAL_TIMES,
  EVAL_N_VALUES = EVAL_TIMES + EVAL_N_TIMES
};

/* What evaluation needs of a record, and what was said of the episode. */
typedef struct
{
  gchar *id, *task;             /* the record's; the task may be "" */
  gchar *method, *model;        /* or NULL */
  gboolean scored, provisional;
  gboolean is_raw;              /* ranked by the method's own numbers */
  gboolean is_minmax;           /* of values that only order one episode */
  gfloat values[EVAL_N_VALUES]; /* NAN: none */
  gdouble progress;             /* of the last sample */
  gdouble voc_spearman, voc_pearson;    /* NAN: not defined */

  ScoreLabel label;
  gdouble partial_success;
  const gchar *own_task;        /* borrowed from the manifest or from @task */
  const gchar *data_source;
} EvalEpisode;

EvalEpisode *eval_episode_new (const GstScoreResult * result);
void eval_episode_free (EvalEpisode * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvalEpisode, eval_episode_free);

G_END_DECLS
