/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "elements/toyworld.h"

G_BEGIN_DECLS

/* The properties of scoretestsrc, as values. */
typedef struct {
  gchar *task;
  ScoreToyOutcome outcome;
  guint seed;
  gint num_episodes;
  GstClockTime episode_duration;
  GstClockTime episode_gap;
  gchar *truth_location;
} ScoreTestSrcSettings;

/* is-live is kept by GstBaseSrc; the element sets and gets it by this id. */
#define SCORE_TEST_SRC_PROP_IS_LIVE 1

GType score_test_src_outcome_get_type (void);
const gchar *score_test_src_outcome_get_nick (ScoreToyOutcome outcome);

void score_test_src_settings_install (GObjectClass * object_class);
void score_test_src_settings_init (ScoreTestSrcSettings * self);
void score_test_src_settings_clear (ScoreTestSrcSettings * self);
/* Over what the copy held before. */
void score_test_src_settings_copy (const ScoreTestSrcSettings * self, ScoreTestSrcSettings * copy);
/* FALSE when there is no such property. */
gboolean score_test_src_settings_set (ScoreTestSrcSettings * self, guint id, const GValue * value);
gboolean score_test_src_settings_get (const ScoreTestSrcSettings * self, guint id, GValue * value);
/* Of all episodes and the gaps between them; NONE when they never end. */
GstClockTime score_test_src_settings_get_total (const ScoreTestSrcSettings * self);

G_END_DECLS
