/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoreerror.h>

#include "engine/engine.h"
#include "faultserver.h"

typedef struct
{
  FaultServer *server;
  ScoreSettings *settings;
  ScoreEngine *engine;
  GHashTable *results;          /* id -> GError or NULL; guarded by lock */
  guint n_twice;
  GMutex lock;
} Fixture;

static void
scored_cb (guint64 episode, GstScoreResult * result, gpointer user_data)
{
  Fixture *self = user_data;
  const GError *error = gst_score_result_get_error (result);

  g_mutex_lock (&self->lock);
  if (!g_hash_table_insert (self->results,
          g_strdup (gst_score_result_get_episode_id (result)),
          error ? g_error_copy (error) : NULL))
    self->n_twice++;
  g_mutex_unlock (&self->lock);
}

static void
warning_cb (const GError * error, gpointer user_data)
{
  g_error ("no warning was due: %s", error->message);
}

static void
free_error (gpointer error)
{
  if (error != NULL)
    g_error_free (error);
}

static void
set_up (Fixture * self, gconstpointer data)
{
  static const ScoreEngineCallbacks callbacks = { scored_cb, warning_cb };
  GError *error = NULL;

  self->server = fault_server_new ();
  self->results = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      free_error);
  g_mutex_init (&self->lock);
  self->settings = score_settings_new ();
  self->settings->base_url =
      g_strdup (fault_server_get_base_url (self->server));
  self->settings->model = g_strdup ("fault-model");
  self->engine = score_engine_new (self->settings, &callbacks, self, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  score_engine_free (self->engine);
  score_settings_free (self->settings);
  g_hash_table_unref (self->results);
  g_mutex_clear (&self->lock);
  fault_server_free (self->server);
}

static void
add_samples (Fixture * self, guint64 episode, guint n)
{
  g_autoptr (GBytes) jpeg = g_bytes_new_static ("jpeg", 4);

  for (guint i = 0; i < n; i++) {
    g_autoptr (ScoreSample) sample = score_sample_new (i, jpeg, 8, 8);

    sample->running_time = i * GST_SECOND;
    score_engine_add_sample (self->engine, episode, sample);
  }
}

static void
begin (Fixture * self, guint64 episode)
{
  g_autofree gchar *id = g_strdup_printf ("%" G_GUINT64_FORMAT, episode);

  score_engine_begin (self->engine, episode, id);
  score_engine_set_task (self->engine, episode, "put it there");
}

static const ScoreEpisodeFacts facts = { 0, };

static void
drop (Fixture * self, guint64 episode)
{
  g_autoptr (GError) reason = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_DROPPED, "not wanted");

  score_engine_drop (self->engine, episode, &facts, reason);
}

/* Whoever waits for all results, such as the end of a stream, does so for the
 * one of an episode that was dropped in the middle of a question, too. */
static void
a_dropped_episode_is_waited_for (Fixture * self, gconstpointer data)
{
  fault_server_hold (self->server);
  for (guint64 episode = 1; episode <= 20; episode++) {
    begin (self, episode);
    add_samples (self, episode, 8);
    g_assert_true (fault_server_wait (self->server, FAULT_COUNT_REQUESTS,
            (guint) episode, NULL));
    drop (self, episode);
    g_assert_cmpint (score_engine_wait_drained (self->engine, -1), ==,
        SCORE_WAIT_DONE);
    g_mutex_lock (&self->lock);
    g_assert_cmpuint (g_hash_table_size (self->results), ==, episode);
    g_mutex_unlock (&self->lock);
  }
  fault_server_release (self->server);
}

#define MANY 10000

static guint64
get_count (const GstStructure * stats, const gchar * name)
{
  guint64 count = 0;

  g_assert_true (gst_structure_get_uint64 (stats, name, &count));
  return count;
}

/* One result each, whichever way they end, and none for those that were never
 * announced. */
static void
many_episodes (Fixture * self, gconstpointer data)
{
  g_autoptr (GstStructure) stats = NULL;

  for (guint64 episode = 1; episode <= MANY; episode++) {
    begin (self, episode);
    if (episode % 4 == 0)
      score_engine_drop (self->engine, episode, &facts, NULL);
    else if (episode % 4 == 1)
      drop (self, episode);
    else
      score_engine_end (self->engine, episode, &facts);
    if (episode % 1000 == 0)
      score_engine_make_room (self->engine);
  }
  g_assert_cmpint (score_engine_wait_drained (self->engine, -1), ==,
      SCORE_WAIT_DONE);
  g_assert_cmpuint (g_hash_table_size (self->results), ==, MANY / 4 * 3);
  g_assert_cmpuint (self->n_twice, ==, 0);
  score_engine_stop (self->engine);
  stats = score_engine_get_stats (self->engine);
  g_assert_cmpuint (get_count (stats, "episodes"), ==, MANY);
  g_assert_cmpuint (get_count (stats, "episodes-failed") +
      get_count (stats, "episodes-dropped"), ==, MANY / 4 * 3);
}

#define ADD(name, func) \
    g_test_add ("/engine/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  ADD ("a-dropped-episode-is-waited-for", a_dropped_episode_is_waited_for);
  ADD ("many-episodes", many_episodes);
  return g_test_run ();
}
