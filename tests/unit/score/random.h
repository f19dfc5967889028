/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score.h>

G_BEGIN_DECLS

/* A result with everything in it that can be there, the same for the same seed. */
GstScoreResult *random_result (GRand * rand);
gchar *random_text (GRand * rand, guint max_length);

/* Both have the same value, seen through every getter. */
void assert_results_equal (const GstScoreResult * a, const GstScoreResult * b);

G_END_DECLS
