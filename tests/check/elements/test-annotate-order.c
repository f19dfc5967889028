/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <string.h>

/* Live frames leave before they are sampled. */

typedef struct
{
  Fixture *fixture;
  guint64 n_samples;            /* when the newest frame left */
  gboolean end;                 /* the episode, while a frame is on its way */
  gboolean paint;               /* over every frame, in its place */
} Watch;

static GstBuffer *
paint (GstBuffer * buffer)
{
  GstMapInfo map;

  buffer = gst_buffer_make_writable (buffer);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  memset (map.data, 77, map.size);
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

static GstPadProbeReturn
left_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Watch *self = user_data;

  self->n_samples = fixture_get_stat (self->fixture, "samples");
  if (self->end)
    g_signal_emit_by_name (self->fixture->sink, "end-episode", NULL);
  if (self->paint)
    info->data = paint (info->data);
  return GST_PAD_PROBE_OK;
}

static Fixture *
new_fixture (Watch * watch, const gchar * mode)
{
  Fixture *f = fixture_new_of ("scoreannotate", "mode", mode, "framerate",
      "1/1", NULL);
  GstPad *src;

  fixture_start (f);
  src = gst_element_get_static_pad (f->sink, "src");
  watch->fixture = f;
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, left_cb, watch, NULL);
  gst_object_unref (src);
  return f;
}

GST_START_TEST (test_a_frame_leaves_before_it_is_sampled)
{
  Watch watch = { NULL, 99, FALSE };
  g_autoptr (Fixture) f = new_fixture (&watch, "live");

  fixture_push (f, 1);
  fail_unless_equals_uint64 (watch.n_samples, 0);
  fail_unless_equals_uint64 (fixture_get_stat (f, "samples"), 1);
  fixture_push (f, 10);
  fail_unless_equals_uint64 (watch.n_samples, 1);
  fail_unless_equals_uint64 (fixture_get_stat (f, "samples"), 2);
}

GST_END_TEST;

/* Neither an episode's first frame nor its last is lost when it ends between. */
GST_START_TEST (test_an_end_meanwhile_takes_the_frame)
{
  Watch watch = { NULL, 0, TRUE };
  g_autoptr (Fixture) f = new_fixture (&watch, "live");
  g_autoptr (GstScoreResult) result = NULL;

  fixture_push (f, 1);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (gst_score_result_get_n_frames (result), 1);
  fail_unless_equals_int (gst_score_result_get_n_samples (result), 1);
  fail_unless_equals_uint64 (fixture_get_stat (f, "samples"), 1);
}

GST_END_TEST;

/* The same samples in whichever mode. */
GST_START_TEST (test_samples_are_those_of_the_other_mode)
{
  static const gchar *const modes[] = { "live", "hold" };
  guint n_samples[2];

  for (guint i = 0; i < 2; i++) {
    Watch watch = { NULL, 0, FALSE };
    g_autoptr (Fixture) f = new_fixture (&watch, modes[i]);
    g_autoptr (GstScoreResult) result = NULL;

    fixture_push (f, 25);
    fixture_push_eos (f);
    result = fixture_pop_result (f);
    assert_scored (result);
    n_samples[i] = gst_score_result_get_n_samples (result);
    fail_unless_equals_uint64 (gst_score_result_get_sample (result,
            n_samples[i] - 1)->timestamp, 2400 * GST_MSECOND);
  }
  fail_unless_equals_int (n_samples[0], 4);
  fail_unless_equals_int (n_samples[1], 4);
}

GST_END_TEST;

static gint
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

/* What the model was shown, in some order. */
static gchar *
join_pictures (FaultServer * server)
{
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRegex) picture = g_regex_new ("base64,([^\"]*)", 0, 0, NULL);

  for (guint i = 0; i < fault_server_count (server, FAULT_COUNT_REQUESTS); i++) {
    g_autofree gchar *body = fault_request_dup_body (fault_server_get_request
        (server, i));
    g_autoptr (GMatchInfo) match = NULL;

    g_regex_match (picture, body, 0, &match);
    for (; g_match_info_matches (match); g_match_info_next (match, NULL))
      g_ptr_array_add (pictures, g_match_info_fetch (match, 1));
  }
  fail_unless (pictures->len >= 4);
  g_ptr_array_sort (pictures, compare_texts);
  g_ptr_array_add (pictures, NULL);
  return g_strjoinv ("\n", (gchar **) pictures->pdata);
}

/* Each frame a part of a larger memory. */
static void
push_parts (Fixture * fixture, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (GstBuffer) whole = fixture_make_frame (fixture);
    gsize size = gst_buffer_get_size (whole);
    GstBuffer *part;

    whole = gst_buffer_append (g_steal_pointer (&whole),
        gst_buffer_new_allocate (NULL, size, NULL));
    part = gst_buffer_copy_region (whole, GST_BUFFER_COPY_ALL, 0, size);
    fail_unless_equals_int (gst_harness_push (fixture->harness, part),
        GST_FLOW_OK);
  }
}

static gchar *
score_painted (const gchar * mode, gboolean parts, gboolean painted)
{
  Watch watch = { NULL, 0, FALSE, painted };
  g_autoptr (Fixture) f = new_fixture (&watch, mode);
  g_autoptr (GstScoreResult) result = NULL;

  if (parts)
    push_parts (f, 25);
  else
    fixture_push (f, 25);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  return join_pictures (f->server);
}

/* Who draws on the frames downstream, in place, does not draw on the samples. */
GST_START_TEST (test_the_sample_is_the_frame_as_it_came)
{
  g_autofree gchar *as_came = score_painted ("hold", FALSE, FALSE);
  g_autofree gchar *painted = score_painted ("live", FALSE, TRUE);
  g_autofree gchar *painted_part = score_painted ("live", TRUE, TRUE);

  fail_unless_equals_string (painted, as_came);
  fail_unless_equals_string (painted_part, as_came);
}

GST_END_TEST;

static Suite *
annotate_order_suite (void)
{
  Suite *suite = suite_create ("annotate-order");
  TCase *tc = tcase_create ("order");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_a_frame_leaves_before_it_is_sampled);
  tcase_add_test (tc, test_an_end_meanwhile_takes_the_frame);
  tcase_add_test (tc, test_the_sample_is_the_frame_as_it_came);
  tcase_add_test (tc, test_samples_are_those_of_the_other_mode);
  return suite;
}

GST_CHECK_MAIN (annotate_order);
