/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/episode.h"

#include <string.h>

static ScoreSample *
make_sample (guint64 id)
{
  g_autoptr (GBytes) jpeg = g_bytes_new (&id, sizeof id);

  return score_sample_new (id, jpeg, 4, 3);
}

static void
add_samples (ScoreEpisode * episode, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (ScoreSample) sample = make_sample (10 * (guint64) i);

    score_episode_add_sample (episode, sample);
  }
}

static void
assert_ids (const ScoreEpisode * episode, const guint64 * ids, guint n)
{
  g_assert_cmpuint (score_episode_get_n_samples (episode), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (score_episode_get_sample (episode, i)->id, ==, ids[i]);
}

static void
test_sample_has_no_times_at_first (void)
{
  g_autoptr (ScoreSample) sample = make_sample (7);

  g_assert_cmpuint (sample->id, ==, 7);
  g_assert_cmpuint (sample->width, ==, 4);
  g_assert_cmpuint (sample->height, ==, 3);
  g_assert_false (GST_CLOCK_TIME_IS_VALID (sample->timestamp));
  g_assert_false (GST_CLOCK_TIME_IS_VALID (sample->stream_time));
  g_assert_false (GST_CLOCK_TIME_IS_VALID (sample->running_time));
  g_assert_false (GST_CLOCK_TIME_IS_VALID (sample->utc_time));
}

static void
test_sample_base64_of_every_length (void)
{
  guint8 data[100];

  for (guint i = 0; i < sizeof data; i++)
    data[i] = (guint8) (i * 37 + 5);
  for (guint size = 0; size <= sizeof data; size++) {
    g_autoptr (GBytes) jpeg = g_bytes_new (data, size);
    g_autoptr (ScoreSample) sample = score_sample_new (0, jpeg, 1, 1);
    g_autofree gchar *text = g_base64_encode (data, size);

    g_assert_true (g_bytes_equal (sample->jpeg, jpeg));
    g_assert_cmpmem (g_bytes_get_data (sample->base64, NULL),
        g_bytes_get_size (sample->base64), text, strlen (text));
  }
}

static gpointer
ref_and_unref (gpointer data)
{
  for (guint i = 0; i < 10000; i++)
    score_sample_unref (score_sample_ref (data));
  return NULL;
}

static void
test_sample_is_shared_by_threads (void)
{
  g_autoptr (ScoreSample) sample = make_sample (1);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ref", ref_and_unref, sample);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (g_bytes_get_size (sample->jpeg), ==, sizeof (guint64));
}

static void
test_episode_starts_empty (void)
{
  g_autoptr (ScoreEpisode) episode = score_episode_new ("e1");

  g_assert_cmpstr (score_episode_get_id (episode), ==, "e1");
  g_assert_null (score_episode_get_task (episode));
  g_assert_null (score_episode_get_outcome (episode));
  g_assert_false (score_episode_is_closed (episode));
  assert_ids (episode, NULL, 0);
}

static void
test_episode_task_can_be_set_to_itself (void)
{
  g_autoptr (ScoreEpisode) episode = score_episode_new ("e1");

  score_episode_set_task (episode, "fold the towel");
  score_episode_set_task (episode, score_episode_get_task (episode));
  g_assert_cmpstr (score_episode_get_task (episode), ==, "fold the towel");
  score_episode_set_task (episode, NULL);
  g_assert_null (score_episode_get_task (episode));
}

static void
test_episode_orders_samples (void)
{
  g_autoptr (ScoreEpisode) episode = score_episode_new ("e1");
  const guint64 added[] = { 5, 1, 9, 3, 7 };
  const guint64 sorted[] = { 1, 3, 5, 7, 9 };

  for (guint i = 0; i < G_N_ELEMENTS (added); i++) {
    g_autoptr (ScoreSample) sample = make_sample (added[i]);

    score_episode_add_sample (episode, sample);
  }
  assert_ids (episode, sorted, G_N_ELEMENTS (sorted));
}

static void
test_episode_keeps_only_what_is_named (void)
{
  g_autoptr (ScoreEpisode) episode = score_episode_new ("e1");
  const guint64 ids[] = { 0, 5, 20, 40, 99 };
  const guint64 left[] = { 0, 20, 40 };

  add_samples (episode, 6);
  score_episode_keep (episode, ids, G_N_ELEMENTS (ids));
  assert_ids (episode, left, G_N_ELEMENTS (left));
  g_assert_cmpuint (score_episode_get_n_dropped (episode), ==, 3);
  score_episode_keep (episode, ids, G_N_ELEMENTS (ids));
  g_assert_cmpuint (score_episode_get_n_dropped (episode), ==, 3);
  score_episode_keep (episode, NULL, 0);
  assert_ids (episode, NULL, 0);
  g_assert_cmpuint (score_episode_get_n_dropped (episode), ==, 6);
}

static void
mark_freed (gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
test_episode_frees_what_it_drops (void)
{
  g_autoptr (ScoreEpisode) episode = score_episode_new ("e1");
  gboolean freed = FALSE;
  GBytes *jpeg = g_bytes_new_with_free_func ("x", 1, mark_freed, &freed);
  ScoreSample *sample = score_sample_new (3, jpeg, 1, 1);

  g_bytes_unref (jpeg);
  score_episode_add_sample (episode, sample);
  score_sample_unref (sample);
  g_assert_false (freed);
  score_episode_keep (episode, NULL, 0);
  g_assert_true (freed);
}

static void
test_episode_closes_with_outcome (void)
{
  g_autoptr (ScoreEpisode) episode = score_episode_new ("e1");
  g_autoptr (ScoreEpisode) again = score_episode_ref (episode);

  add_samples (episode, 2);
  score_episode_close (episode, "success");
  g_assert_true (score_episode_is_closed (again));
  g_assert_cmpstr (score_episode_get_outcome (again), ==, "success");
  g_assert_cmpuint (score_episode_get_n_samples (again), ==, 2);
}

static void
test_closed_episode_takes_no_sample (void)
{
  g_autoptr (ScoreEpisode) episode = score_episode_new ("e1");
  g_autoptr (ScoreSample) sample = make_sample (1);

  score_episode_close (episode, NULL);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*closed*");
  score_episode_add_sample (episode, sample);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (score_episode_get_n_samples (episode), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sample/has-no-times-at-first",
      test_sample_has_no_times_at_first);
  g_test_add_func ("/sample/base64-of-every-length",
      test_sample_base64_of_every_length);
  g_test_add_func ("/sample/is-shared-by-threads",
      test_sample_is_shared_by_threads);
  g_test_add_func ("/episode/starts-empty", test_episode_starts_empty);
  g_test_add_func ("/episode/task-can-be-set-to-itself",
      test_episode_task_can_be_set_to_itself);
  g_test_add_func ("/episode/orders-samples", test_episode_orders_samples);
  g_test_add_func ("/episode/keeps-only-what-is-named",
      test_episode_keeps_only_what_is_named);
  g_test_add_func ("/episode/frees-what-it-drops",
      test_episode_frees_what_it_drops);
  g_test_add_func ("/episode/closes-with-outcome",
      test_episode_closes_with_outcome);
  g_test_add_func ("/episode/closed-takes-no-sample",
      test_closed_episode_takes_no_sample);
  return g_test_run ();
}
