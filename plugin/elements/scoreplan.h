/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/settings.h"

G_BEGIN_DECLS

/* Which frames of an episode will be its samples, where all are known before:
 * @times (guint64), the running times of all its frames, ascending; the frame rate
 * is that of their caps, 0/1 where it is not known. Running times of the samples;
 * NULL where @times do not ascend or an episode ends by its duration. */
GArray *gst_score_plan_samples (const ScoreSettings * settings, const GArray * times,
    gint fps_n, gint fps_d);

G_END_DECLS
