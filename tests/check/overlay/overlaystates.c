/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <math.h>

/* As long as one frame comes again, it is drawn again only when it looks
 * different. */
static guint64
drawings_after (GstHarness * h, GstScoreMetaStatus status, gdouble progress)
{
  gst_buffer_unref (overlay_pass (h,
          overlay_scored_frame (h, 0, status, progress)));
  return overlay_stat (h, "drawings");
}

GST_START_TEST (test_every_status_looks_different)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);
  const GstScoreMetaStatus statuses[] = { GST_SCORE_META_PENDING,
    GST_SCORE_META_PROVISIONAL, GST_SCORE_META_FINAL, GST_SCORE_META_FAILED
  };
  g_autoptr (GPtrArray) seen =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    GstBuffer *out = overlay_pass (h, overlay_scored_frame (h, 0, statuses[i],
            i == 1 || i == 2 ? 0.5 : NAN));

    for (guint k = 0; k < seen->len; k++)
      fail_if (overlay_same_bytes (out, g_ptr_array_index (seen, k)));
    g_ptr_array_add (seen, out);
  }
}

GST_END_TEST;

/* Whatever a program wrote into the meta. */
GST_START_TEST (test_no_number_where_there_is_no_result)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);

  fail_unless_equals_uint64 (drawings_after (h, GST_SCORE_META_FAILED, 0.2), 1);
  fail_unless_equals_uint64 (drawings_after (h, GST_SCORE_META_FAILED, 0.9), 1);
  fail_unless_equals_uint64 (drawings_after (h, GST_SCORE_META_FAILED, NAN), 1);
  fail_unless_equals_uint64 (drawings_after (h, GST_SCORE_META_PENDING, 0.2),
      2);
  fail_unless_equals_uint64 (drawings_after (h, GST_SCORE_META_PENDING, NAN),
      2);
  /* a provisional meta without a value is pending */
  fail_unless_equals_uint64 (drawings_after (h, GST_SCORE_META_PROVISIONAL,
          NAN), 2);
  fail_unless_equals_uint64 (drawings_after (h, GST_SCORE_META_PROVISIONAL,
          0.2), 3);
}

GST_END_TEST;

GST_START_TEST (test_success_is_shown)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);
  const gboolean outcomes[] = { TRUE, FALSE };

  fail_unless_equals_uint64 (drawings_after (h, GST_SCORE_META_FINAL, 0.5), 1);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    GstBuffer *frame = overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5);

    gst_score_meta_set_success (gst_score_meta_get (frame), outcomes[i]);
    gst_buffer_unref (overlay_pass (h, frame));
    fail_unless_equals_uint64 (overlay_stat (h, "drawings"), i + 2);
  }
}

GST_END_TEST;

GST_START_TEST (test_texts_are_shown)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);
  GstBuffer *frame;

  fail_unless_equals_uint64 (drawings_after (h, GST_SCORE_META_FINAL, 0.5), 1);
  frame = overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5);
  gst_score_meta_set_description (gst_score_meta_get (frame), "A bowl.");
  gst_buffer_unref (overlay_pass (h, frame));
  fail_unless_equals_uint64 (overlay_stat (h, "drawings"), 2);
  frame = overlay_scored_frame (h, 0, GST_SCORE_META_FINAL, 0.5);
  gst_score_meta_set_completion_state (gst_score_meta_get (frame), "A bowl.");
  gst_buffer_unref (overlay_pass (h, frame));
  fail_unless_equals_uint64 (overlay_stat (h, "drawings"), 3);
}

GST_END_TEST;

/* As another program may leave it. */
GST_START_TEST (test_a_damaged_meta_is_pending)
{
  g_autoptr (GstHarness) h = overlay_new ("", FIXTURE_CAPS);
  GstBuffer *frame = overlay_frame (h, 0);
  GstCustomMeta *meta;

  gst_score_meta_init ();
  meta = gst_buffer_add_custom_meta (frame, GST_SCORE_META_NAME);
  gst_structure_set (gst_custom_meta_get_structure (meta),
      "progress", G_TYPE_DOUBLE, 7.0, "status", G_TYPE_STRING, "great",
      "task", G_TYPE_INT, 5, "sample-time", G_TYPE_UINT64, G_MAXUINT64 - 1,
      NULL);
  GST_BUFFER_PTS (frame) = GST_CLOCK_TIME_NONE;
  gst_buffer_unref (overlay_pass (h, frame));
  fail_unless_equals_uint64 (overlay_stat (h, "blended"), 1);
}

GST_END_TEST;

/* What the toy knows becomes what a model would have said. */
static GstPadProbeReturn
score_truly (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *buffer =
      gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  gdouble progress;

  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  if (gst_score_truth_meta_get_progress (buffer, &progress))
    gst_score_meta_add (buffer, "toy", GST_SCORE_META_FINAL, progress,
        (GST_BUFFER_OFFSET (buffer) % 5) != 0, GST_BUFFER_PTS (buffer));
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (test_a_toy_episode_is_drawn_to_its_end)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline =
      gst_parse_launch ("scoretestsrc num-episodes=2 ! "
      "video/x-raw,width=320,height=240,framerate=10/1 ! identity name=i "
      "! scoreoverlay name=o ! videoconvert ! fakesink", &error);
  g_autoptr (GstElement) identity = NULL;
  g_autoptr (GstElement) overlay = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstStructure) stats = NULL;
  guint64 frames = 0, blended = 0, drawings = 0;

  g_assert_no_error (error);
  identity = gst_bin_get_by_name (GST_BIN (pipeline), "i");
  overlay = gst_bin_get_by_name (GST_BIN (pipeline), "o");
  pad = gst_element_get_static_pad (identity, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, score_truly, NULL, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  g_object_get (overlay, "stats", &stats, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_structure_get (stats, "frames", G_TYPE_UINT64, &frames,
      "blended", G_TYPE_UINT64, &blended,
      "drawings", G_TYPE_UINT64, &drawings, NULL);
  fail_unless (frames > 20);
  fail_unless_equals_uint64 (blended, frames);
  fail_unless (drawings > 10 && drawings <= frames);
}

GST_END_TEST;

static Suite *
overlay_states_suite (void)
{
  Suite *suite = suite_create ("overlaystates");
  TCase *tc = tcase_create ("states");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_every_status_looks_different);
  tcase_add_test (tc, test_no_number_where_there_is_no_result);
  tcase_add_test (tc, test_success_is_shown);
  tcase_add_test (tc, test_texts_are_shown);
  tcase_add_test (tc, test_a_damaged_meta_is_pending);
  tcase_add_test (tc, test_a_toy_episode_is_drawn_to_its_end);
  return suite;
}

GST_CHECK_MAIN (overlay_states);
