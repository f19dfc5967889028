/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstbasesink.h>

#include "engine/engine.h"

G_BEGIN_DECLS

/* Waits until every episode has its result, or for *@timeout microseconds and
 * then gives them up, after which *@timeout is -1: no limit. Either done or
 * interrupted. */
ScoreWait gst_score_drain (ScoreEngine * engine, gint64 * timeout);

/* Where a sink's streaming thread waits for the engine. These two are called
 * with the preroll lock, as render and the serialized events are, and let it go
 * while they wait, so that no state change waits for them; not GST_FLOW_OK when the
 * sink is flushed or stopped meanwhile. */

/* Back-pressure: live input loses the oldest waiting episodes, other input
 * waits with @buffer until there is room. */
GstFlowReturn gst_score_wait_room (GstBaseSink * sink, GstBuffer * buffer,
    ScoreEngine * engine);
/* Holds @eos back until every episode has its result, or for @timeout
 * microseconds and then gives them up; -1: no limit. */
GstFlowReturn gst_score_wait_drained (GstBaseSink * sink, GstEvent * eos,
    ScoreEngine * engine, gint64 timeout);

G_END_DECLS
