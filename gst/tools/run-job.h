/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-list.h"
#include "run-settings.h"

#include <gst/score/gstscoreresult.h>

G_BEGIN_DECLS

/* One pipeline that scores one video. Lives on the main context, and ends with
 * exactly one record in the output, scored or failed. */
typedef struct _ScoreRunJob ScoreRunJob;

/* @user_data is that of score_run_job_new(); the job may not be freed from within. */
typedef void (*ScoreRunJobFunc) (ScoreRunJob * job, gpointer user_data);

/* @item, @options, @settings: borrowed. @done is called once, from the main
 * context and never from within score_run_job_start(). */
ScoreRunJob *score_run_job_new (const ScoreRunItem * item, const ScoreRunOptions * options,
    const ScoreRunSettings * settings, ScoreRunJobFunc done, gpointer user_data);
/* Stops where it is; what was asked until then is lost. */
void score_run_job_free (ScoreRunJob * self);
/* Before the start: keeps what it sends below a folder; sends what was kept in an
 * episode's folder in place of the video, where that makes the same episode. */
void score_run_job_keep_samples (ScoreRunJob * self, const gchar * location);
void score_run_job_take_samples (ScoreRunJob * self, const gchar * folder);
void score_run_job_start (ScoreRunJob * self);

const ScoreRunItem *score_run_job_get_item (const ScoreRunJob * self);
/* Of a job that is done. */
GstScoreResult *score_run_job_get_result (const ScoreRunJob * self);
/* Whether the video was read to its end. */
gboolean score_run_job_was_read (const ScoreRunJob * self);
/* Why the result is not in the output, or NULL where it is. */
const gchar *score_run_job_get_loss (const ScoreRunJob * self);
/* What the elements warned of, as it is to be shown: a list that may be empty. */
const GPtrArray *score_run_job_get_warnings (const ScoreRunJob * self);
/* Microseconds from the start to the end. */
gint64 score_run_job_get_elapsed (const ScoreRunJob * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreRunJob, score_run_job_free);

G_END_DECLS
