/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "frames.h"

#include <gst/video/video.h>

#include <string.h>

/* scoreoverlay behind a live scoreannotate: what the model is shown, the frame
 * that is kept for the end of the episode too, has nothing drawn on it. */

#define N_FRAMES 9              /* the last one is no sample before the end */
#define PREFIX "data:image/jpeg;base64,"

static GstHarness *
overlay_new (gboolean draws_compositions)
{
  GstHarness *harness = gst_harness_new ("scoreoverlay");

  if (draws_compositions)
    gst_harness_add_propose_allocation_meta (harness,
        GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL);
  gst_harness_set_src_caps_str (harness, FIXTURE_CAPS);
  return harness;
}

/* What came in still shares its memory with what the recorder keeps. */
static void
draw_on (GstHarness * overlay, GstBuffer * frame)
{
  g_autoptr (GstBuffer) out = NULL;

  fail_unless_equals_int (gst_harness_push (overlay, frame), GST_FLOW_OK);
  out = gst_harness_try_pull (overlay);
  fail_unless (out != NULL);
}

static guint64
count_drawn (GstHarness * overlay, const gchar * counter)
{
  g_autoptr (GstElement) element =
      gst_harness_find_element (overlay, "scoreoverlay");
  g_autoptr (GstStructure) stats = NULL;
  guint64 n = 0;

  g_object_get (element, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, counter, &n);
  return n;
}

static void
append_pictures (GPtrArray * pictures, const FaultRequest * request)
{
  g_autofree gchar *body = fault_request_dup_body (request);

  for (gchar * p = strstr (body, PREFIX); p != NULL; p = strstr (p, PREFIX)) {
    p += strlen (PREFIX);
    g_ptr_array_add (pictures, g_strndup (p, strcspn (p, "\"")));
  }
}

/* All pictures that were sent, in the order of the questions. */
static GPtrArray *
get_sent_pictures (Fixture * fixture)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func (g_free);
  guint n = fault_server_count (fixture->server, FAULT_COUNT_REQUESTS);

  for (guint i = 0; i < n; i++)
    append_pictures (pictures, fault_server_get_request (fixture->server, i));
  return pictures;
}

/* An episode with the overlay behind it, or without. */
static GPtrArray *
score_an_episode (GstHarness * overlay)
{
  g_autoptr (Fixture) fixture = annotate_new ("mode", "live", "provisional",
      "false", "object-cache", "false", "max-in-flight", "1", NULL);

  for (guint i = 0; i < N_FRAMES; i++) {
    GstBuffer *frame;

    fixture_push (fixture, 1);
    frame = gst_harness_try_pull (fixture->harness);
    fail_unless (frame != NULL);
    if (overlay != NULL)
      draw_on (overlay, frame);
    else
      gst_buffer_unref (frame);
  }
  fixture_push_eos (fixture);
  return get_sent_pictures (fixture);
}

static void
check_sent_pictures (gboolean draws_compositions, const gchar * counter)
{
  g_autoptr (GstHarness) overlay = overlay_new (draws_compositions);
  g_autoptr (GPtrArray) wanted = score_an_episode (NULL);
  g_autoptr (GPtrArray) sent = score_an_episode (overlay);

  fail_unless_equals_uint64 (count_drawn (overlay, counter), N_FRAMES);
  fail_unless (wanted->len >= 3);
  fail_unless_equals_int (sent->len, wanted->len);
  for (guint i = 0; i < wanted->len; i++)
    fail_unless_equals_string (g_ptr_array_index (sent, i),
        g_ptr_array_index (wanted, i));
}

GST_START_TEST (the_model_does_not_see_what_is_blended)
{
  check_sent_pictures (FALSE, "blended");
}

GST_END_TEST;

GST_START_TEST (the_model_does_not_see_what_is_attached)
{
  check_sent_pictures (TRUE, "attached");
}

GST_END_TEST;

static Suite *
annotate_overlay_suite (void)
{
  Suite *suite = suite_create ("annotate-overlay");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, the_model_does_not_see_what_is_blended);
  tcase_add_test (tc, the_model_does_not_see_what_is_attached);
  return suite;
}

GST_CHECK_MAIN (annotate_overlay);
