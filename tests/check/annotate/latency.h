/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gsttestclock.h>

#include "frames.h"

G_BEGIN_DECLS

#define LATENCY (500 * GST_MSECOND)
#define FRAME (100 * GST_MSECOND)

/* A scoreannotate whose live frames may wait for LATENCY of a clock that only
 * the test moves. @name, @value: another property, or NULL. */
Fixture *latency_new (const gchar * name, const gchar * value);
GstTestClock *latency_ref_clock (Fixture * fixture);
void latency_set_time (Fixture * fixture, GstClockTime time);
void latency_set (Fixture * fixture, GstClockTime latency);

/* Each frame at its time. */
void latency_push (Frames * frames, guint n);
/* Lets the time come for which the first of the frames waits. */
void latency_pass (Fixture * fixture, GstClockTime expected);
GstBuffer *latency_pull (Fixture * fixture);
/* That none has left, and @n are held. */
void latency_assert_waits (Fixture * fixture, guint n);
/* Of score/late on the bus; all messages of elements are taken off. */
guint latency_count_late (Fixture * fixture);

G_END_DECLS
