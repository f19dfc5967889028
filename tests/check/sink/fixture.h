/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/score/score.h>

#include "faultserver.h"
#include "goodmodel.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstHarness, gst_harness_teardown);

#define FIXTURE_CAPS "video/x-raw,format=I420,width=64,height=48,framerate=10/1"

/* A scoresink in PLAYING before a fault server that answers as a good model,
 * with frames pushed by the test. */
typedef struct
{
  FaultServer *server;
  GstElement *sink;             /* the element, whatever it is */
  GstBus *bus;
  GstHarness *harness;          /* NULL where the sink could not start */
  guint64 next_frame;
} Fixture;

/* @properties: name, value, ... NULL, as in gst-launch-1.0, beside base-url,
 * model, and a short back-off. The input is not live. */
Fixture *fixture_new (const gchar * properties, ...) G_GNUC_NULL_TERMINATED;
void fixture_free (Fixture * fixture);

/* The same in two steps, for what is set between them. */
Fixture *fixture_new_stopped (const gchar * properties, ...) G_GNUC_NULL_TERMINATED;
/* Another element that scores, stopped. */
Fixture *fixture_new_of (const gchar * factory, const gchar * properties, ...) G_GNUC_NULL_TERMINATED;
void fixture_use_gemini (Fixture * fixture);
void fixture_start (Fixture * fixture);

/* Frames of a tenth of a second. */
void fixture_push (Fixture * fixture, guint n);
GstFlowReturn fixture_push_one (Fixture * fixture);
GstBuffer *fixture_make_frame (Fixture * fixture);
/* Serialized custom event; fields as in gst_structure_new_from_string(). */
void fixture_push_custom (Fixture * fixture, const gchar * structure);
void fixture_push_eos (Fixture * fixture);
/* A segment from 0, as is due after a flush. */
void fixture_push_segment (Fixture * fixture);
/* From a thread of their own; what they returned is the thread's result. */
GThread *fixture_push_eos_elsewhere (Fixture * fixture);
GThread *fixture_push_one_elsewhere (Fixture * fixture);

/* The next message of these types within ten seconds, or the test fails. */
GstMessage *fixture_pop (Fixture * fixture, GstMessageType types);
/* The next score/episode. */
GstScoreResult *fixture_pop_result (Fixture * fixture);
/* Text of the next error or warning. */
gchar *fixture_pop_complaint (Fixture * fixture, GstMessageType type);
/* How many score/episode are on the bus now; they are taken off. */
guint fixture_count_results (Fixture * fixture);
/* That every episode that was announced has exactly one result among the
 * messages on the bus now, which are taken off; returns how many. */
guint fixture_assert_each_once (Fixture * fixture);
guint64 fixture_get_stat (Fixture * fixture, const gchar * name);
/* Until a counter is at least @n. */
void fixture_wait_stat (Fixture * fixture, const gchar * name, guint64 n);

/* What counts as a second here: longer under valgrind. Microseconds. */
gint64 fixture_get_second (void);

/* That a statement takes less than a second. */
#define assert_quick(statement) G_STMT_START { \
    gint64 quick_start = g_get_monotonic_time (); \
    statement; \
    fail_unless (g_get_monotonic_time () - quick_start < \
        fixture_get_second (), "%s took %" G_GINT64_FORMAT " us", #statement, \
        g_get_monotonic_time () - quick_start); \
  } G_STMT_END

#define assert_scored(result) G_STMT_START { \
    const GError *scored_error = gst_score_result_get_error (result); \
    fail_unless (scored_error == NULL, "not scored: %s", \
        scored_error ? scored_error->message : ""); \
  } G_STMT_END
#define assert_failed(result, wanted) G_STMT_START { \
    const GError *failed_error = gst_score_result_get_error (result); \
    fail_unless (failed_error != NULL, "scored"); \
    fail_unless (g_error_matches (failed_error, GST_SCORE_ERROR, wanted), \
        "%s", failed_error->message); \
  } G_STMT_END

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free);

G_END_DECLS
