/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "latency.h"

Fixture *
latency_new (const gchar * name, const gchar * value)
{
  Fixture *self = annotate_new ("mode", "live", "latency", "500000000", name,
      value, NULL);

  gst_harness_set_live (self->harness, TRUE);
  gst_harness_use_testclock (self->harness);
  return self;
}

GstTestClock *
latency_ref_clock (Fixture * fixture)
{
  return gst_harness_get_testclock (fixture->harness);
}

void
latency_set_time (Fixture * fixture, GstClockTime time)
{
  fail_unless (gst_harness_set_time (fixture->harness, time));
}

void
latency_set (Fixture * fixture, GstClockTime latency)
{
  g_object_set (fixture->sink, "latency", latency, NULL);
}

void
latency_push (Frames * frames, guint n)
{
  for (guint i = 0; i < n; i++) {
    latency_set_time (frames->fixture, frames->fixture->next_frame * FRAME);
    frames_push (frames, 1);
  }
}

void
latency_pass (Fixture * fixture, GstClockTime expected)
{
  g_autoptr (GstTestClock) clock = latency_ref_clock (fixture);
  GstClockID id, processed;

  gst_test_clock_wait_for_next_pending_id (clock, &id);
  fail_unless_equals_uint64 (gst_clock_id_get_time (id), expected);
  gst_test_clock_set_time (clock, expected);
  processed = gst_test_clock_process_next_clock_id (clock);
  fail_unless (processed == id);
  gst_clock_id_unref (processed);
  gst_clock_id_unref (id);
}

GstBuffer *
latency_pull (Fixture * fixture)
{
  GstBuffer *buffer = gst_harness_pull (fixture->harness);

  fail_unless (buffer != NULL);
  return buffer;
}

guint
latency_count_late (Fixture * fixture)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ELEMENT))) {
    n += gst_message_has_name (message, "score/late");
    gst_message_unref (message);
  }
  return n;
}

void
latency_assert_waits (Fixture * fixture, guint n)
{
  fail_unless (gst_harness_try_pull (fixture->harness) == NULL);
  fail_unless_equals_int (fixture_get_stat (fixture, "frames-held"), n);
}
