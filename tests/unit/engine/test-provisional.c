/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* Results of open episodes, before a server that can be made to think about them
 * for as long as the test wants. */

#include <gst/score/gstscoreerror.h>
#include <string.h>

#include "engine/engine.h"
#include "goodmodel.h"
#include "method/method.h"

#define MAX_JUDGED 64
#define N_EPISODES 30

typedef struct
{
  FaultServer *server;
  ScoreSettings *settings;
  ScoreEngine *engine;

  /* Guards what follows. */
  GMutex lock;
  GCond cond;
  GPtrArray *results;           /* of GstScoreResult, as they came */
  guint n_provisional, n_final;
  guint n_to_hold;              /* of the next questions without pictures */
  gboolean released;
  guint n_inside, n_peak;       /* questions without pictures being answered */
  guint n_judged;               /* that came */
  guint n_frames[MAX_JUDGED];   /* of each of them */
  gboolean nonsense;            /* is what they are answered */
} Fixture;

static void
scored_cb (guint64 episode, GstScoreResult * result, gpointer user_data)
{
  Fixture *self = user_data;

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->results, gst_score_result_ref (result));
  if (gst_score_result_is_provisional (result))
    self->n_provisional++;
  else
    self->n_final++;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
warning_cb (const GError * error, gpointer user_data)
{
  g_error ("no warning was due: %s", error->message);
}

static void
note_judged (Fixture * self, guint n_frames)
{
  self->n_frames[MIN (self->n_judged, MAX_JUDGED - 1)] = n_frames;
  self->n_judged++;
  self->n_inside++;
  self->n_peak = MAX (self->n_peak, self->n_inside);
  g_cond_broadcast (&self->cond);
  if (self->n_to_hold > 0) {
    self->n_to_hold--;
    while (!self->released)
      g_cond_wait (&self->cond, &self->lock);
  }
  self->n_inside--;
}

static gchar *
answer_cb (const FaultRequest * request, gpointer user_data)
{
  Fixture *self = user_data;
  gboolean nonsense;

  if (good_model_get_stage (request) != GOOD_MODEL_PROGRESS)
    return good_model_answer (request, NULL);
  g_mutex_lock (&self->lock);
  note_judged (self, good_model_count_frames (request));
  nonsense = self->nonsense;
  g_mutex_unlock (&self->lock);
  return nonsense ? g_strdup ("I would rather not say.")
      : good_model_answer (request, NULL);
}

static void
set_up (Fixture * self, gconstpointer data)
{
  self->server = fault_server_new ();
  fault_server_set_answer (self->server, answer_cb, self);
  self->results = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_score_result_unref);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->settings = score_settings_new ();
  self->settings->base_url =
      g_strdup (fault_server_get_base_url (self->server));
  self->settings->model = g_strdup ("m");
  self->settings->describe_batch = 2;
  self->settings->update_interval = 0;
}

static gboolean
start (Fixture * self)
{
  static const ScoreEngineCallbacks callbacks = { scored_cb, warning_cb };
  GError *error = NULL;

  self->engine = score_engine_new (self->settings, &callbacks, self, &error);
  g_assert_no_error (error);
  return score_engine_set_provisional (self->engine, TRUE);
}

static void
release (Fixture * self)
{
  g_mutex_lock (&self->lock);
  self->released = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  release (self);
  score_engine_free (self->engine);
  score_settings_free (self->settings);
  fault_server_free (self->server);
  g_ptr_array_unref (self->results);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
}

static void
begin (Fixture * self, guint64 episode)
{
  g_autofree gchar *id = g_strdup_printf ("%" G_GUINT64_FORMAT, episode);

  score_engine_begin (self->engine, episode, id);
  score_engine_set_task (self->engine, episode, "put it there");
}

/* A second apart. */
static void
add_samples (Fixture * self, guint64 episode, guint first, guint n)
{
  g_autoptr (GBytes) jpeg = g_bytes_new_static ("jpeg", 4);

  for (guint i = first; i < first + n; i++) {
    g_autoptr (ScoreSample) sample = score_sample_new (i, jpeg, 8, 8);

    sample->timestamp = 5 * GST_SECOND + i * GST_SECOND;
    sample->stream_time = sample->running_time = i * GST_SECOND;
    score_engine_add_sample (self->engine, episode, sample);
  }
}

static void
end (Fixture * self, guint64 episode)
{
  static const ScoreEpisodeFacts facts = { 0, };

  score_engine_end (self->engine, episode, &facts);
}

static void
drain (Fixture * self)
{
  g_assert_cmpint (score_engine_wait_drained (self->engine, -1), ==,
      SCORE_WAIT_DONE);
}

static void
wait_for (Fixture * self, const guint * count, guint n)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&self->lock);
  while (*count < n)
    g_assert_true (g_cond_wait_until (&self->cond, &self->lock, deadline));
  g_mutex_unlock (&self->lock);
}

static guint
read_count (Fixture * self, const guint * count)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = *count;
  g_mutex_unlock (&self->lock);
  return n;
}

static GstScoreResult *
get_result (Fixture * self, guint index)
{
  GstScoreResult *result;

  g_mutex_lock (&self->lock);
  g_assert_cmpuint (index, <, self->results->len);
  result = g_ptr_array_index (self->results, index);
  g_mutex_unlock (&self->lock);
  return result;
}

static guint64
get_stat (Fixture * self, const gchar * name)
{
  g_autoptr (GstStructure) stats = score_engine_get_stats (self->engine);
  guint64 value = 0;
  guint small = 0;

  if (gst_structure_get_uint (stats, name, &small))
    return small;
  g_assert_true (gst_structure_get_uint64 (stats, name, &value));
  return value;
}

typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean done;
} Turn;

static void
turn_cb (gpointer data)
{
  Turn *turn = data;

  g_mutex_lock (&turn->lock);
  turn->done = TRUE;
  g_cond_signal (&turn->cond);
  g_mutex_unlock (&turn->lock);
}

/* Until the worker has done what was asked of it before. */
static void
wait_turn (Fixture * self)
{
  Turn turn = { 0, };

  g_mutex_init (&turn.lock);
  g_cond_init (&turn.cond);
  score_engine_call (self->engine, turn_cb, &turn, NULL);
  g_mutex_lock (&turn.lock);
  while (!turn.done)
    g_cond_wait (&turn.cond, &turn.lock);
  g_mutex_unlock (&turn.lock);
  g_mutex_clear (&turn.lock);
  g_cond_clear (&turn.cond);
}

/* Until the worker has sent @n_sent requests, and has read all answers but those
 * of @n_open of them. */
static void
wait_sent (Fixture * self, guint n_sent, guint n_open)
{
  do
    wait_turn (self);
  while (get_stat (self, "requests") < n_sent
      || get_stat (self, "in-flight") != n_open);
}

static void
before_the_final_one (Fixture * self, gconstpointer data)
{
  GstScoreResult *early, *final;

  g_assert_true (start (self));
  begin (self, 1);
  add_samples (self, 1, 0, 4);
  wait_for (self, &self->n_provisional, 2);
  early = get_result (self, 1);
  g_assert_true (gst_score_result_is_provisional (early));
  g_assert_true (gst_score_result_is_scored (early));
  g_assert_cmpuint (gst_score_result_get_n_samples (early), ==, 4);
  g_assert_cmpfloat (gst_score_result_get_progress (early), ==, 1);
  g_assert_cmpuint (gst_score_result_get_stream_time (early), ==, 0);
  g_assert_cmpuint (gst_score_result_get_timestamp (early), ==, 5 * GST_SECOND);
  g_assert_cmpuint (gst_score_result_get_duration (early), ==, 3 * GST_SECOND);
  g_assert_cmpstr (gst_score_result_get_model (early), ==, "m");

  add_samples (self, 1, 4, 1);
  end (self, 1);
  drain (self);
  g_assert_cmpuint (self->n_final, ==, 1);
  final = get_result (self, self->results->len - 1);
  g_assert_no_error (gst_score_result_get_error (final));
  g_assert_false (gst_score_result_is_provisional (final));
  g_assert_cmpuint (gst_score_result_get_n_samples (final), ==, 5);
  g_assert_cmpuint (get_stat (self, "episodes-scored"), ==, 1);
  /* objects, 3 batches, the end, and those in between: all are paid for */
  g_assert_cmpuint (gst_score_result_get_usage (final)->requests, ==,
      5 + self->n_judged - 1);
  g_assert_cmpuint (get_stat (self, "requests"), ==,
      gst_score_result_get_usage (final)->requests);
}

static void
none_unless_wanted (Fixture * self, gconstpointer data)
{
  start (self);
  score_engine_set_provisional (self->engine, FALSE);
  begin (self, 1);
  add_samples (self, 1, 0, 8);
  wait_sent (self, 5, 0);
  end (self, 1);
  drain (self);
  g_assert_cmpuint (self->n_judged, ==, 1);
  g_assert_cmpuint (self->results->len, ==, 1);
}

static void
not_of_every_method (Fixture * self, gconstpointer data)
{
  while (score_method_list ()[self->settings->method]
      != score_method_find ("gvl"))
    self->settings->method++;
  g_assert_false (start (self));
  begin (self, 1);
  add_samples (self, 1, 0, 8);
  end (self, 1);
  drain (self);
  g_assert_cmpuint (self->results->len, ==, 1);
}

/* While the first is thought about two more batches come; what is asked then is
 * about all of it, at once. */
static void
one_in_the_air_and_the_newest_next (Fixture * self, gconstpointer data)
{
  self->n_to_hold = 1;
  start (self);
  begin (self, 1);
  add_samples (self, 1, 0, 2);
  wait_for (self, &self->n_judged, 1);
  add_samples (self, 1, 2, 4);
  wait_sent (self, 5, 1);
  g_assert_cmpuint (read_count (self, &self->n_judged), ==, 1);
  release (self);
  wait_for (self, &self->n_provisional, 2);
  g_assert_cmpuint (self->n_frames[0], ==, 2);
  g_assert_cmpuint (self->n_frames[1], ==, 6);
  g_assert_cmpuint (gst_score_result_get_n_samples (get_result (self, 1)), ==,
      6);
  wait_sent (self, 6, 0);
  g_assert_cmpuint (self->n_judged, ==, 2);
  g_assert_cmpuint (self->n_peak, ==, 1);
  end (self, 1);
  drain (self);
}

static void
not_before_the_interval (Fixture * self, gconstpointer data)
{
  self->settings->update_interval = 4 * GST_SECOND;
  start (self);
  begin (self, 1);
  add_samples (self, 1, 0, 2);
  wait_for (self, &self->n_provisional, 1);
  add_samples (self, 1, 2, 2);
  wait_sent (self, 4, 0);
  g_assert_cmpuint (self->n_judged, ==, 1);
  add_samples (self, 1, 4, 2);
  wait_for (self, &self->n_provisional, 2);
  g_assert_cmpuint (self->n_frames[1], ==, 6);
  end (self, 1);
  drain (self);
}

/* Whatever is needed for the final result has the slot at once. */
static void
gives_way (Fixture * self, gconstpointer data)
{
  GstScoreResult *final;

  self->settings->max_in_flight = 1;
  self->n_to_hold = 1;
  start (self);
  begin (self, 1);
  add_samples (self, 1, 0, 2);
  wait_for (self, &self->n_judged, 1);
  add_samples (self, 1, 2, 2);
  /* the first is still held, and the second batch described nevertheless */
  wait_for (self, &self->n_provisional, 1);
  g_assert_cmpuint (self->n_frames[1], ==, 4);
  g_assert_cmpuint (get_stat (self, "errors"), ==, 0);
  release (self);
  end (self, 1);
  drain (self);
  final = get_result (self, self->results->len - 1);
  g_assert_no_error (gst_score_result_get_error (final));
  /* what gave way was paid for */
  g_assert_cmpuint (gst_score_result_get_usage (final)->requests, ==, 6);
}

/* Later episodes want their descriptions, too. */
static void
gives_way_to_another_episode (Fixture * self, gconstpointer data)
{
  self->settings->max_in_flight = 1;
  self->settings->object_cache = FALSE;
  self->n_to_hold = 1;
  start (self);
  begin (self, 1);
  add_samples (self, 1, 0, 2);
  wait_for (self, &self->n_judged, 1);
  begin (self, 2);
  add_samples (self, 2, 0, 2);
  end (self, 2);
  wait_for (self, &self->n_final, 1);
  release (self);
  end (self, 1);
  drain (self);
  g_assert_cmpuint (self->n_final, ==, 2);
}

/* It has no say in when the final result comes. */
static void
the_end_does_not_wait (Fixture * self, gconstpointer data)
{
  self->n_to_hold = 1;
  start (self);
  begin (self, 1);
  add_samples (self, 1, 0, 2);
  wait_for (self, &self->n_judged, 1);
  end (self, 1);
  drain (self);
  g_assert_cmpuint (self->results->len, ==, 1);
  g_assert_no_error (gst_score_result_get_error (get_result (self, 0)));
  g_assert_cmpuint (get_stat (self, "errors"), ==, 0);
}

static void
dropped_in_the_air (Fixture * self, gconstpointer data)
{
  static const ScoreEpisodeFacts facts = { 0, };
  g_autoptr (GError) reason = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_DROPPED, "not wanted");

  self->n_to_hold = 2;
  start (self);
  begin (self, 1);
  begin (self, 2);
  add_samples (self, 1, 0, 2);
  add_samples (self, 2, 0, 2);
  wait_for (self, &self->n_judged, 2);
  score_engine_drop (self->engine, 1, &facts, reason);
  score_engine_drop (self->engine, 2, &facts, NULL);
  drain (self);
  g_assert_cmpuint (self->results->len, ==, 1);
  g_assert_error (gst_score_result_get_error (get_result (self, 0)),
      GST_SCORE_ERROR, GST_SCORE_ERROR_DROPPED);
}

static void
stopped_in_the_air (Fixture * self, gconstpointer data)
{
  self->n_to_hold = 1;
  start (self);
  begin (self, 1);
  add_samples (self, 1, 0, 2);
  wait_for (self, &self->n_judged, 1);
  score_engine_stop (self->engine);
  g_assert_cmpuint (self->results->len, ==, 1);
  g_assert_error (gst_score_result_get_error (get_result (self, 0)),
      GST_SCORE_ERROR, GST_SCORE_ERROR_CANCELLED);
}

static void
nonsense_is_dropped (Fixture * self, gconstpointer data)
{
  self->nonsense = TRUE;
  start (self);
  begin (self, 1);
  add_samples (self, 1, 0, 2);
  wait_for (self, &self->n_judged, 1);
  wait_sent (self, 3, 0);
  self->nonsense = FALSE;
  end (self, 1);
  drain (self);
  g_assert_cmpuint (self->n_judged, ==, 2);
  g_assert_cmpuint (self->results->len, ==, 1);
  g_assert_no_error (gst_score_result_get_error (get_result (self, 0)));
  g_assert_null (gst_score_result_get_notes (get_result (self, 0))[0]);
}

/* Asked once, whatever `retries` says, and not counted among the errors. */
static void
a_failure_is_dropped (Fixture * self, gconstpointer data)
{
  start (self);
  fault_server_next_times (self->server, 2, FAULT_NONE, NULL);
  fault_server_next (self->server, GPOINTER_TO_UINT (data), "500");
  begin (self, 1);
  add_samples (self, 1, 0, 2);
  wait_sent (self, 3, 0);
  add_samples (self, 1, 2, 2);
  wait_for (self, &self->n_provisional, 1);
  g_assert_cmpuint (fault_server_count (self->server, FAULT_COUNT_REQUESTS),
      ==, 5);
  end (self, 1);
  drain (self);
  g_assert_cmpuint (get_stat (self, "errors"), ==, 0);
  g_assert_cmpuint (get_stat (self, "retries"), ==, 0);
  g_assert_cmpuint (self->n_final, ==, 1);
  g_assert_no_error (gst_score_result_get_error (get_result (self, 1)));
}

/* However the last answers and the ends fall: one final result, and nothing of
 * the episode after it. */
static void
assert_order (Fixture * self, guint n_episodes)
{
  g_autoptr (GHashTable) over = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->results->len; i++) {
    const GstScoreResult *result = g_ptr_array_index (self->results, i);
    gchar *id = (gchar *) gst_score_result_get_episode_id (result);

    g_assert_false (g_hash_table_contains (over, id));
    if (!gst_score_result_is_provisional (result)) {
      g_assert_no_error (gst_score_result_get_error (result));
      g_hash_table_add (over, id);
    }
  }
  g_assert_cmpuint (g_hash_table_size (over), ==, n_episodes);
}

static void
ends_at_any_moment (Fixture * self, gconstpointer data)
{
  GRand *dice = g_rand_new_with_seed (7);

  self->settings->max_in_flight = GPOINTER_TO_UINT (data);
  self->settings->max_queued_episodes = 1000;
  start (self);
  for (guint64 episode = 1; episode <= N_EPISODES; episode++) {
    guint turns = g_rand_int_range (dice, 0, 40);

    begin (self, episode);
    add_samples (self, episode, 0, 6);
    for (guint i = 0; i < turns; i++)
      wait_turn (self);
    end (self, episode);
  }
  g_rand_free (dice);
  drain (self);
  assert_order (self, N_EPISODES);
  g_assert_cmpuint (get_stat (self, "errors"), ==, 0);
}

#define ADD(name, func) ADD_WITH (name, func, NULL)
#define ADD_WITH(name, func, data) \
    g_test_add ("/engine-provisional/" name, Fixture, data, set_up, func, \
        tear_down)

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  ADD ("before-the-final-one", before_the_final_one);
  ADD ("none-unless-wanted", none_unless_wanted);
  ADD ("not-of-every-method", not_of_every_method);
  ADD ("one-in-the-air-and-the-newest-next",
      one_in_the_air_and_the_newest_next);
  ADD ("not-before-the-interval", not_before_the_interval);
  ADD ("gives-way", gives_way);
  ADD ("gives-way-to-another-episode", gives_way_to_another_episode);
  ADD ("the-end-does-not-wait", the_end_does_not_wait);
  ADD ("dropped-in-the-air", dropped_in_the_air);
  ADD ("stopped-in-the-air", stopped_in_the_air);
  ADD ("nonsense-is-dropped", nonsense_is_dropped);
  ADD_WITH ("a-failure-is-dropped/status", a_failure_is_dropped,
      GUINT_TO_POINTER (FAULT_STATUS));
  ADD_WITH ("a-failure-is-dropped/truncated", a_failure_is_dropped,
      GUINT_TO_POINTER (FAULT_TRUNCATED));
  ADD_WITH ("a-failure-is-dropped/no-json", a_failure_is_dropped,
      GUINT_TO_POINTER (FAULT_NOT_JSON));
  ADD_WITH ("ends-at-any-moment/1", ends_at_any_moment, GUINT_TO_POINTER (1));
  ADD_WITH ("ends-at-any-moment/8", ends_at_any_moment, GUINT_TO_POINTER (8));
  return g_test_run ();
}
