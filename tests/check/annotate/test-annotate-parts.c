/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/check/gstcheck.h>
#include <gst/score/gstscoreresultbuilder.h>
#include <gst/video/video.h>

#include "elements/annotatehold.h"
#include "elements/cuetext.h"
#include "elements/framestore.h"

static GstScoreResult *
make_result (const gchar * id, GstClockTime start, guint n_samples,
    const gdouble * progress, gboolean provisional)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new (id, "task");

  gst_score_result_builder_set_times (builder, start, start, start,
      n_samples * GST_SECOND);
  gst_score_result_builder_set_provisional (builder, provisional);
  for (guint i = 0; i < n_samples; i++) {
    GstScoreSample sample = GST_SCORE_SAMPLE_INIT;

    sample.stream_time = start + i * GST_SECOND;
    sample.progress = progress[i];
    gst_score_result_builder_add_sample (builder, &sample);
  }
  return gst_score_result_builder_end (builder);
}

static const gdouble curve[] = { 0.1, 0.5, 0.3, 0.3 };

/* Live, a value never comes from a sample after its frame. */
GST_START_TEST (the_newest_value_is_of_the_past)
{
  g_autoptr (GstScoreResult) result = make_result ("a", GST_SECOND, 4, curve,
      TRUE);
  GstScoreValue value;

  gst_score_value_newest (&value, NULL, GST_SECOND);
  fail_unless_equals_int (value.status, GST_SCORE_META_PENDING);
  gst_score_value_newest (&value, result, GST_SECOND - 1);
  fail_unless_equals_int (value.status, GST_SCORE_META_PENDING);
  fail_unless (isnan (value.progress));
  for (GstClockTime t = GST_SECOND; t < 7 * GST_SECOND; t += 70 * GST_MSECOND) {
    gst_score_value_newest (&value, result, t);
    fail_unless_equals_int (value.status, GST_SCORE_META_PROVISIONAL);
    fail_unless (value.sample_time <= t);
    fail_unless_equals_float (value.progress,
        curve[MIN (t / GST_SECOND - 1, 3)]);
    fail_unless_equals_int (value.interpolated, value.sample_time != t);
  }
}

GST_END_TEST;

/* Ids are the user's and may come twice, and results out of order, or after a
 * flush has forgotten who waited. */
GST_START_TEST (results_of_the_same_id_find_their_frames)
{
  g_autoptr (GstScoreHold) hold = gst_score_hold_new (NULL, 0, 0);
  g_autoptr (GstScoreHeldEpisode) first = gst_score_hold_begin (hold, 1, "a");
  g_autoptr (GstScoreHeldEpisode) second = gst_score_hold_begin (hold, 2, "a");
  g_autoptr (GstScoreHeldEpisode) third = NULL;
  g_autoptr (GstScoreResult) result = make_result ("a", 0, 4, curve, FALSE);
  g_autoptr (GstScoreResult) found = NULL;
  gboolean left = TRUE;

  fail_unless (gst_score_hold_resolve (hold, 2, result, &left));
  fail_if (left);
  fail_unless (gst_score_hold_get_result (hold, first) == NULL);
  found = gst_score_hold_get_result (hold, second);
  fail_unless (found == result);
  gst_score_hold_clear (hold, NULL);
  third = gst_score_hold_begin (hold, 3, "a");
  fail_if (gst_score_hold_resolve (hold, 1, result, &left));
  fail_if (gst_score_hold_resolve (hold, 2, result, &left));
  fail_unless (gst_score_hold_get_result (hold, third) == NULL);
}

GST_END_TEST;

static void
add_frame (GstScoreHold * hold, GstScoreHeldEpisode * episode, guint second)
{
  fail_unless (gst_score_hold_add_buffer (hold,
          gst_buffer_new_allocate (NULL, 10, NULL), episode,
          second * GST_SECOND, second * GST_SECOND, NULL));
}

/* What is due leaves with the newest that is known; a provisional value does
 * not end the wait for the final one. */
GST_START_TEST (due_frames_leave_with_the_newest_value)
{
  g_autoptr (GstScoreHold) hold = gst_score_hold_new (NULL, 1000, 0);
  g_autoptr (GstScoreHeldEpisode) episode = gst_score_hold_begin (hold, 1, "a");
  g_autoptr (GstScoreResult) soon = make_result ("a", 0, 2, curve, TRUE);
  g_autoptr (GstScoreResult) final = make_result ("a", 0, 4, curve, FALSE);
  GstScoreHeldItem item;
  gboolean left;

  for (guint i = 0; i < 3; i++)
    add_frame (hold, episode, i);
  fail_unless_equals_int (gst_score_hold_next_due (hold, &item, -1, NULL),
      GST_SCORE_HELD_EARLY);
  fail_unless_equals_int64 (item.arrival, 0);
  fail_unless (gst_score_hold_resolve (hold, 1, soon, &left) && !left);
  fail_unless_equals_int (gst_score_hold_next_due (hold, &item, -1, NULL),
      GST_SCORE_HELD_EARLY);
  fail_unless_equals_int (gst_score_hold_next_due (hold, &item, 0, NULL),
      GST_SCORE_HELD_ITEM);
  fail_unless (item.result == soon && item.episode == episode);
  gst_score_held_item_clear (&item);
  fail_unless_equals_int (gst_score_hold_next_due (hold, &item, 0, NULL),
      GST_SCORE_HELD_EARLY);
  fail_unless (gst_score_hold_resolve (hold, 1, final, &left) && left);
  for (guint i = 1; i < 3; i++) {
    fail_unless_equals_int (gst_score_hold_next_due (hold, &item, 0, NULL),
        GST_SCORE_HELD_ITEM);
    fail_unless (item.result == final);
    fail_unless_equals_uint64 (item.stream_time, i * GST_SECOND);
    gst_score_held_item_clear (&item);
  }
}

GST_END_TEST;

/* Whose last reference goes while the hold is used. */
typedef struct
{
  GstScoreHold *hold;
  gint n_gone, answered;
} Gone;

static gpointer
ask_for_counts (gpointer user_data)
{
  Gone *gone = user_data;
  guint64 bytes;
  guint n;

  gst_score_hold_get_counts (gone->hold, &n, &bytes, &bytes);
  g_atomic_int_inc (&gone->answered);
  return NULL;
}

/* Whoever made the buffer may ask anything when it goes. */
static void
gone_cb (gpointer user_data, GstMiniObject * object)
{
  Gone *gone = user_data;
  GThread *thread = g_thread_new ("asks", ask_for_counts, gone);
  gint64 end = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  while (g_atomic_int_get (&gone->answered) == gone->n_gone) {
    fail_unless (g_get_monotonic_time () < end, "the hold is locked");
    g_thread_yield ();
  }
  g_thread_join (thread);
  gone->n_gone++;
}

GST_START_TEST (what_comes_while_flushing_goes_without_a_lock)
{
  g_autoptr (GstScoreHold) hold = gst_score_hold_new (NULL, 1000, 0);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 10, NULL);
  GstEvent *event = gst_event_new_gap (0, 1);
  Gone gone = { hold, 0, 0 };

  gst_mini_object_weak_ref (GST_MINI_OBJECT (buffer), gone_cb, &gone);
  gst_mini_object_weak_ref (GST_MINI_OBJECT (event), gone_cb, &gone);
  gst_score_hold_set_flushing (hold, TRUE);
  fail_unless (gst_score_hold_add_buffer (hold, buffer, NULL, 0, 0, NULL));
  gst_score_hold_add_event (hold, event);
  fail_unless_equals_int (gone.n_gone, 2);
}

GST_END_TEST;

GST_START_TEST (later_episodes_hide_earlier_ones)
{
  g_autoptr (GstScoreTrack) track = gst_score_track_new ();
  g_autoptr (GstScoreResult) a = make_result ("a", 0, 4, curve, FALSE);
  g_autoptr (GstScoreResult) b = make_result ("b", 6 * GST_SECOND, 2, curve,
      FALSE);
  g_autoptr (GstScoreResult) again = make_result ("a", 2 * GST_SECOND, 2, curve,
      FALSE);

  gst_score_track_add (track, a);
  gst_score_track_add (track, b);
  fail_unless (gst_score_track_find (track, 0) == a);
  fail_unless (gst_score_track_find (track, 4 * GST_SECOND - 1) == a);
  fail_unless (gst_score_track_find (track, 4 * GST_SECOND) == NULL);
  fail_unless (gst_score_track_find (track, 6 * GST_SECOND) == b);
  fail_unless (gst_score_track_find (track, 5 * GST_SECOND) == NULL);
  fail_unless (gst_score_track_find (track, 8 * GST_SECOND) == NULL);
  fail_unless (gst_score_track_find (track, GST_CLOCK_TIME_NONE) == NULL);
  fail_if (gst_score_track_has_overlap (track));
  gst_score_track_add (track, again);
  fail_unless (gst_score_track_find (track, GST_SECOND) == a);
  fail_unless (gst_score_track_find (track, 2 * GST_SECOND) == again);
  fail_if (gst_score_track_has_overlap (track));
  fail_unless_equals_uint64 (gst_score_track_get_end (track), 8 * GST_SECOND);
}

GST_END_TEST;

/* The end of a text is found to the nanosecond. */
GST_START_TEST (a_text_lasts_until_it_changes)
{
  g_autoptr (GstScoreResult) result = make_result ("a", 0, 4, curve, FALSE);

  fail_unless_equals_uint64 (gst_score_cue_text_until (GST_SCORE_TEXT_PERCENT,
          result, 2 * GST_SECOND, "30%"), 4 * GST_SECOND);
  for (GstClockTime t = 0; t < 4 * GST_SECOND;) {
    g_autofree gchar *text = NULL, *last = NULL, *next = NULL;
    GstScoreValue value;
    GstClockTime until;

    gst_score_value_exact (&value, result, t);
    text = gst_score_cue_text (GST_SCORE_TEXT_PERCENT, &value, "a");
    until = gst_score_cue_text_until (GST_SCORE_TEXT_PERCENT, result, t, text);
    gst_score_value_exact (&value, result, until - 1);
    last = gst_score_cue_text (GST_SCORE_TEXT_PERCENT, &value, "a");
    fail_unless_equals_string (last, text);
    gst_score_value_exact (&value, result, until);
    next = gst_score_cue_text (GST_SCORE_TEXT_PERCENT, &value, "a");
    fail_unless (until == 4 * GST_SECOND || !g_str_equal (next, text));
    fail_unless (until > t);
    t = until;
  }
}

GST_END_TEST;

static GstBuffer *
make_buffer (void)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 100, NULL);

  gst_buffer_memset (buffer, 0, 7, 100);
  gst_buffer_append_memory (buffer, gst_allocator_alloc (NULL, 50, NULL));
  gst_buffer_memset (buffer, 100, 9, 50);
  GST_BUFFER_PTS (buffer) = 1;
  GST_BUFFER_DTS (buffer) = 2;
  GST_BUFFER_DURATION (buffer) = 3;
  GST_BUFFER_OFFSET (buffer) = 4;
  GST_BUFFER_OFFSET_END (buffer) = 5;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT |
      GST_VIDEO_BUFFER_FLAG_INTERLACED);
  gst_buffer_add_video_meta (buffer, 0, GST_VIDEO_FORMAT_GRAY8, 15, 10);
  gst_score_truth_meta_add (buffer, "a", 0.5);
  return buffer;
}

static void
check_round (GstScoreFrameStore * store, GstBuffer * buffer)
{
  g_autoptr (GstBuffer) copy = gst_buffer_copy_deep (buffer);
  g_autoptr (GError) error = NULL;
  GstScoreKeptFrame *frame = gst_score_frame_store_put (store, buffer, &error);
  g_autoptr (GstBuffer) back = NULL;
  GstVideoMeta *meta;
  GstMapInfo map;

  g_assert_no_error (error);
  back = gst_score_frame_store_take (store, frame, &error);
  g_assert_no_error (error);
  fail_unless (gst_buffer_is_writable (back));
  fail_unless_equals_int (gst_buffer_n_memory (back), 2);
  fail_unless_equals_int (gst_buffer_get_size (back), 150);
  gst_buffer_map (copy, &map, GST_MAP_READ);
  fail_unless_equals_int (gst_buffer_memcmp (back, 0, map.data, 150), 0);
  gst_buffer_unmap (copy, &map);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (back), 2);
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET_END (back), 5);
  fail_unless_equals_int (GST_BUFFER_FLAGS (back), GST_BUFFER_FLAGS (copy));
  meta = gst_buffer_get_video_meta (back);
  fail_unless (meta != NULL && meta->buffer == back);
  fail_unless_equals_int (meta->width, 15);
  fail_unless (gst_score_truth_meta_get_progress (back, NULL));
}

/* In memory, in the file, and in the file while another holds the buffer. */
GST_START_TEST (buffers_come_back_whole)
{
  g_autoptr (GstScoreFrameStore) memory = gst_score_frame_store_new (NULL,
      1000, 0);
  g_autoptr (GstScoreFrameStore) on_disk = gst_score_frame_store_new (NULL, 0,
      0);
  g_autoptr (GstBuffer) shared = make_buffer ();

  check_round (memory, make_buffer ());
  check_round (on_disk, make_buffer ());
  check_round (on_disk, gst_buffer_ref (shared));
  fail_unless_equals_int (gst_buffer_n_memory (shared), 2);
}

GST_END_TEST;

/* In and out in any order, the file never mixes frames up. */
GST_START_TEST (room_in_the_file_is_used_again)
{
  g_autoptr (GstScoreFrameStore) store = gst_score_frame_store_new (NULL, 5000,
      0);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  GQueue kept = G_QUEUE_INIT;
  guint8 in = 0, out = 0;
  guint64 bytes;

  for (guint i = 0; i < 2000; i++) {
    if (g_rand_boolean (rand) || g_queue_is_empty (&kept)) {
      GstBuffer *buffer = gst_buffer_new_allocate (NULL, 900 + in, NULL);

      gst_buffer_memset (buffer, 0, in++, -1);
      g_queue_push_tail (&kept, gst_score_frame_store_put (store, buffer,
              NULL));
    } else {
      g_autoptr (GstBuffer) buffer = gst_score_frame_store_take (store,
          g_queue_pop_head (&kept), NULL);
      guint8 bytes_of[900];

      fail_unless_equals_int (gst_buffer_get_size (buffer), 900 + out);
      memset (bytes_of, out++, sizeof bytes_of);
      fail_unless_equals_int (gst_buffer_memcmp (buffer, 0, bytes_of,
              sizeof bytes_of), 0);
    }
  }
  while (!g_queue_is_empty (&kept))
    gst_score_frame_store_drop (store, g_queue_pop_head (&kept));
  gst_score_frame_store_get_bytes (store, NULL, &bytes);
  fail_unless_equals_uint64 (bytes, 0);
}

GST_END_TEST;

static Suite *
annotate_parts_suite (void)
{
  Suite *s = suite_create ("annotate-parts");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, the_newest_value_is_of_the_past);
  tcase_add_test (tc, results_of_the_same_id_find_their_frames);
  tcase_add_test (tc, due_frames_leave_with_the_newest_value);
  tcase_add_test (tc, what_comes_while_flushing_goes_without_a_lock);
  tcase_add_test (tc, later_episodes_hide_earlier_ones);
  tcase_add_test (tc, a_text_lasts_until_it_changes);
  tcase_add_test (tc, buffers_come_back_whole);
  tcase_add_test (tc, room_in_the_file_is_used_again);
  return s;
}

GST_CHECK_MAIN (annotate_parts);
