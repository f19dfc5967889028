/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* How long the episodes of a task were. Remembers some of the last ones of some of
 * the last tasks. No locks. */
typedef struct _GstScoreExpected GstScoreExpected;

GstScoreExpected *gst_score_expected_new (void);
void gst_score_expected_free (GstScoreExpected * expected);

void gst_score_expected_add (GstScoreExpected * expected, const gchar * task, GstClockTime duration);
/* The longest of the last episodes of @task, 0 where there was none: a little too
 * long costs a few samples, a little too short every other one. */
GstClockTime gst_score_expected_get (const GstScoreExpected * expected, const gchar * task);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstScoreExpected, gst_score_expected_free)

G_END_DECLS
