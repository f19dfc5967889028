/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "plan-scan.h"

G_BEGIN_DECLS

/* For videos of which it is not known what may be left out: decoder-throttle of
 * the sink, who says when the next sample is wanted, and the decoder takes it from
 * there. The sink does not know of the last frame, which is a sample, too: so the
 * decoder is never told to leave out what the scan found last, and the sink is told
 * that it has it.
 *
 * FALSE where the last frame is not known. @bin: gets its source pad later. */
gboolean score_plan_throttle (GstElement * bin, const ScorePlanScan * scan);

G_END_DECLS
