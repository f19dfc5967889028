/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-describe.h"
#include "sim-judge.h"
#include "sim-request.h"

/* Puts every picture into words and judges the words, as the questions in several
 * stages do, for those that want numbers at once. So both are wrong alike. */
typedef struct _SimRater SimRater;

/* @pictures: of SimPicture. @eyes: with which noise they are seen. */
SimRater *sim_rater_new (const gchar * task, GArray * pictures,
    const SimDescribing * eyes, SimRandom * random);
void sim_rater_free (SimRater * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimRater, sim_rater_free)

/* Every picture as part of one video: an array of SimVerdict that frees its
 * reasons. */
GArray *sim_rater_all (const SimRater * self);
/* The last of a video made of the pictures @indices, NULL for the first @n; 0 of
 * no picture. */
gdouble sim_rater_last (const SimRater * self, const guint * indices, guint n);

/* Every picture whose progress is asked for, by itself, in the form of the schema
 * of @request; without one, in the list that the published prompt of GVL shows. */
gchar *sim_rate_frames (const SimRater * self, const SimRequest * request);

/* The final state by the rubric of RoboReward, 1 to 5. */
guint sim_rate_rubric (const SimRater * self);
/* The probability that a state of @progress is success. */
gdouble sim_rate_success (gdouble progress);
