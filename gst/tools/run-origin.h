/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score.h>

G_BEGIN_DECLS

/* What has a say in a result, as names and values: method, provider, model,
 * success-threshold and the options of the record. Where the model is served
 * (base-url) and what it costs is none of it. Immutable. */
typedef struct _ScoreRunOrigin ScoreRunOrigin;

/* That of a result. */
ScoreRunOrigin *score_run_origin_new (const GstScoreResult * result);

/* That of the results that @scoresink would give, as its properties are: it is
 * started and has to score an episode without a frame, of which it asks nobody
 * anything. It must be in state NULL and in no bin, and is in NULL again afterwards,
 * without its results-location and samples-location, and with robometer without its
 * base-url: take one for this alone. The error is why it cannot be started, as the
 * element says it. The model is not known where the server is to choose it. */
ScoreRunOrigin *score_run_origin_probe (GstElement * scoresink, GError ** error);
void score_run_origin_free (ScoreRunOrigin * origin);

/* The value of @name ("max-frames"), or NULL. */
const gchar *score_run_origin_get (const ScoreRunOrigin * origin, const gchar * name);

/* All of it, for who wants to know whether two are the same. */
gchar *score_run_origin_to_text (const ScoreRunOrigin * origin);

/* The first difference, most important first, and both values, "unset" where there
 * is none; FALSE: there is none. A model that one of them does not know is none. */
gboolean score_run_origin_differ (const ScoreRunOrigin * one, const ScoreRunOrigin * other, const gchar ** name, const gchar ** one_value, const gchar ** other_value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreRunOrigin, score_run_origin_free);

G_END_DECLS
