/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/check/gstcheck.h>
#include <gst/score/gstscoreresultbuilder.h>

#include "elements/scorestamp.h"

/* Samples a second apart, some of them described. */
static GstScoreResult *
make_result (const gchar * id, guint n_samples, gboolean provisional)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new (id, "put the banana in the bowl");

  gst_score_result_builder_set_times (builder, 0, 0, 0, n_samples * GST_SECOND);
  gst_score_result_builder_set_provisional (builder, provisional);
  for (guint i = 0; i < n_samples; i++) {
    GstScoreSample sample = GST_SCORE_SAMPLE_INIT;

    sample.stream_time = i * GST_SECOND;
    sample.progress = i * 0.25;
    sample.description = i % 2 == 0 ? "a “banana” on the table" : NULL;
    gst_score_result_builder_add_sample (builder, &sample);
  }
  if (n_samples > 2)
    gst_score_result_builder_set_completion_state (builder,
        "The banana lies in the bowl.");
  return gst_score_result_builder_end (builder);
}

static const GstStructure *
get_structure (GstBuffer * buffer)
{
  GstCustomMeta *meta = gst_score_meta_get (buffer);

  fail_unless (meta != NULL);
  fail_unless_equals_int (gst_buffer_get_n_meta (buffer,
          gst_meta_get_info (GST_SCORE_META_NAME)->api), 1);
  return gst_custom_meta_get_structure (meta);
}

/* Whatever came before, it says what it says when it is written anew. */
static void
check (GstScoreStamp * stamp, GstBuffer * buffer, const gchar * id,
    const gchar * task, GstScoreResult * result, GstClockTime time)
{
  g_autoptr (GstBuffer) anew = gst_buffer_new ();
  GstScoreValue value;

  gst_score_value_newest (&value, result, time);
  gst_score_stamp_attach (stamp, buffer, &value, id, task, result);
  gst_score_value_attach (&value, anew, id, task, result);
  fail_unless (gst_structure_is_equal (get_structure (buffer),
          get_structure (anew)), "%" GST_PTR_FORMAT " is not %" GST_PTR_FORMAT,
      get_structure (buffer), get_structure (anew));
}

GST_START_TEST (it_says_the_same_as_one_written_anew)
{
  static const gchar *const ids[] = { "one", "two" };
  static const gchar *const tasks[] = { NULL, "put it away", "throw it away" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (GstScoreStamp) stamp = gst_score_stamp_new ();
  GstScoreResult *results[] = { NULL, make_result ("one", 2, TRUE),
    make_result ("one", 4, TRUE), make_result ("one", 4, FALSE)
  };

  for (guint i = 0; i < 3000; i++) {
    g_autoptr (GstBuffer) buffer = gst_buffer_new ();

    check (stamp, buffer, ids[g_rand_int_range (rand, 0, 40) / 39],
        tasks[g_rand_int_range (rand, 0, 20) / 9],
        results[g_rand_int_range (rand, 0, 12) / 3],
        g_rand_int_range (rand, 0, 8) * GST_SECOND / 2);
  }
  for (guint i = 1; i < G_N_ELEMENTS (results); i++)
    gst_score_result_unref (results[i]);
}

GST_END_TEST;

/* Not joined by a second meta, and nothing of the old value is left. */
GST_START_TEST (what_was_annotated_upstream_is_replaced)
{
  g_autoptr (GstScoreStamp) stamp = gst_score_stamp_new ();
  g_autoptr (GstScoreResult) result = make_result ("one", 4, FALSE);
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();

  check (stamp, buffer, "one", "put it away", result, 2 * GST_SECOND);
  check (stamp, buffer, "two", NULL, NULL, 2 * GST_SECOND);
}

GST_END_TEST;

/* Frames live longer than what was written on them first. */
GST_START_TEST (frames_outlive_the_stamp)
{
  GstScoreStamp *stamp = gst_score_stamp_new ();
  GstScoreResult *result = make_result ("one", 4, FALSE);
  g_autofree gchar *id = g_strdup ("one");
  g_autoptr (GstBuffer) one = gst_buffer_new ();
  g_autoptr (GstBuffer) other = gst_buffer_new ();
  g_autoptr (GstBuffer) copy = NULL;

  check (stamp, one, id, "put it away", result, 2 * GST_SECOND);
  check (stamp, other, id, "put it away", result, 2 * GST_SECOND);
  copy = gst_buffer_copy (other);
  id[0] = 'x';
  gst_score_result_unref (result);
  gst_score_stamp_free (stamp);
  gst_clear_buffer (&other);
  fail_unless_equals_string (gst_score_meta_get_episode_id (gst_score_meta_get
          (one)), "one");
  fail_unless_equals_string (gst_score_meta_get_description (gst_score_meta_get
          (copy)), "a “banana” on the table");
}

GST_END_TEST;

static Suite *
stamp_suite (void)
{
  Suite *s = suite_create ("stamp");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, it_says_the_same_as_one_written_anew);
  tcase_add_test (tc, what_was_annotated_upstream_is_replaced);
  tcase_add_test (tc, frames_outlive_the_stamp);
  return s;
}

GST_CHECK_MAIN (stamp);
