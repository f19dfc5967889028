/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-list.h"
#include "run-origin.h"

G_BEGIN_DECLS

/* What it would take to ask @items (of ScoreRunItem: those that are left to be
 * asked), as text for the standard output: episodes, calls, pictures, tokens and,
 * where prices are given, cost, and what is assumed. Opens the files that are on
 * this machine, decodes nothing and calls nobody. @sink: a scoresink with the settings
 * of the run. @n_before: items of the list that are not asked again. */
gchar *score_run_dry (const ScoreRunOptions * options, const ScoreRunOrigin * origin, GstElement * sink, GPtrArray * items, guint n_before);

G_END_DECLS
