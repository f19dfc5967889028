/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "engine/budget.h"
#include "vlm/caller.h"

G_BEGIN_DECLS

/* Adds the counters of what was asked to the element's stats. */
void score_call_stats_fill (GstStructure * stats, const ScoreCallerStats * calls, const ScorePrices * prices);

G_END_DECLS
