/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-options.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* The properties that every scoresink of a run gets, read and checked. */
typedef struct _ScoreRunSettings ScoreRunSettings;

/* Reads values as gst-launch-1.0 does. An error (G_OPTION_ERROR) names the
 * property; values that may be secret are not in it. */
ScoreRunSettings *score_run_settings_new (const ScoreRunOptions * options, GError ** error);
void score_run_settings_free (ScoreRunSettings * self);

/* A scoresink of a run, floating, on its way to @output; NULL: nowhere. */
GstElement *score_run_settings_make_sink (const ScoreRunSettings * self, const gchar * output);

/* US dollars that a run may cost, of -p max-cost; 0: any number. Each element has
 * that limit, and counts for itself alone. */
gdouble score_run_settings_get_max_cost (const ScoreRunSettings * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreRunSettings, score_run_settings_free);

G_END_DECLS
