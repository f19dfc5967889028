/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* The method topreward behind the engine, against a server that gives
 * log-probabilities, or does not, or goes wrong. */

#include <gst/score/gstscoreerror.h>
#include <math.h>
#include <string.h>

#include "engine/engine.h"
#include "engine/setup.h"
#include "faultserver.h"

#define ANSWER "{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":" \
    "\"True\"},\"finish_reason\":\"length\",\"logprobs\":{\"content\":[{" \
    "\"token\":\"True\",\"logprob\":-0.5,\"top_logprobs\":[]}]}}]}"
#define TOKENIZE "{\"tokens\":[2514]}"

typedef struct
{
  FaultServer *server;
  ScoreSettings *settings;
  ScoreEngine *engine;
  GPtrArray *results;           /* of GstScoreResult; guarded by lock */
  GMutex lock;
} Fixture;

static void
scored_cb (guint64 episode, GstScoreResult * result, gpointer user_data)
{
  Fixture *self = user_data;

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->results, gst_score_result_ref (result));
  g_mutex_unlock (&self->lock);
}

static void
warning_cb (const GError * error, gpointer user_data)
{
  g_error ("no warning was due: %s", error->message);
}

static gint
find_method (const gchar * nick)
{
  gint index = 0;

  while (score_method_list ()[index] != score_method_find (nick))
    index++;
  return index;
}

static ScoreSettings *
new_settings (const gchar * base_url)
{
  ScoreSettings *settings = score_settings_new ();

  settings->method = find_method ("topreward");
  settings->base_url = g_strdup (base_url);
  settings->model = g_strdup ("m");
  return settings;
}

static void
set_up (Fixture * self, gconstpointer data)
{
  self->server = fault_server_new ();
  self->results = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_score_result_unref);
  g_mutex_init (&self->lock);
  self->settings = new_settings (fault_server_get_base_url (self->server));
  fault_server_always (self->server, FAULT_BODY, ANSWER);
  fault_server_at_path (self->server, "/tokenize", FAULT_BODY, TOKENIZE);
}

static void
start (Fixture * self)
{
  static const ScoreEngineCallbacks callbacks = { scored_cb, warning_cb };
  g_autoptr (GError) error = NULL;

  self->engine = score_engine_new (self->settings, &callbacks, self, &error);
  g_assert_no_error (error);
  score_engine_begin (self->engine, 1, "one");
  score_engine_set_task (self->engine, 1, "put it there");
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  if (self->engine)
    score_engine_free (self->engine);
  score_settings_free (self->settings);
  g_ptr_array_unref (self->results);
  g_mutex_clear (&self->lock);
  fault_server_free (self->server);
}

static void
add_samples (Fixture * self, guint first, guint n)
{
  g_autoptr (GBytes) jpeg = g_bytes_new_static ("jpeg", 4);

  for (guint i = first; i < first + n; i++) {
    g_autoptr (ScoreSample) sample = score_sample_new (i, jpeg, 8, 8);

    sample->running_time = i * GST_SECOND / 2;
    score_engine_add_sample (self->engine, 1, sample);
  }
}

static const GstScoreResult *
end (Fixture * self)
{
  static const ScoreEpisodeFacts facts = { 0, };

  score_engine_end (self->engine, 1, &facts);
  g_assert_cmpint (score_engine_wait_drained (self->engine, -1), ==,
      SCORE_WAIT_DONE);
  g_assert_cmpuint (self->results->len, ==, 1);
  return g_ptr_array_index (self->results, 0);
}

/* Nobody has said yet that the episode is over. */
static void
asked_while_recording (Fixture * self, gconstpointer data)
{
  const GstScoreResult *result;

  start (self);
  add_samples (self, 0, 5);
  g_assert_true (fault_server_wait (self->server, FAULT_COUNT_ANSWERS, 3,
          NULL));
  add_samples (self, 5, 5);
  g_assert_true (fault_server_wait (self->server, FAULT_COUNT_ANSWERS, 4,
          NULL));
  g_assert_cmpuint (fault_server_count (self->server, FAULT_COUNT_REQUESTS),
      ==, 4);
  add_samples (self, 10, 2);
  result = end (self);
  g_assert_no_error (gst_score_result_get_error (result));
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 12);
  g_assert_cmpuint (gst_score_result_get_usage (result)->requests, ==, 12);
  /* the first one is shown twice */
  g_assert_cmpuint (gst_score_result_get_usage (result)->images, ==,
      12 * 13 / 2 + 1);
  g_assert_cmpfloat (gst_score_result_get_sample (result, 11)->raw_value, ==,
      -0.5);
}

/* While the server holds its breath, no more are on the wire than allowed. */
static void
bounded_by_max_in_flight (Fixture * self, gconstpointer data)
{
  self->settings->max_in_flight = 2;
  self->settings->max_frames = 12;
  start (self);
  fault_server_at_path (self->server, "/tokenize", FAULT_STATUS, "404");
  add_samples (self, 0, 12);
  g_assert_no_error (gst_score_result_get_error (end (self)));
  g_assert_cmpuint (fault_server_count (self->server, FAULT_COUNT_PEAK), <=, 2);
}

static void
assert_failure (Fixture * self, const gchar * start_of_message)
{
  const GError *error;

  start (self);
  add_samples (self, 0, 3);
  error = gst_score_result_get_error (end (self));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_true (g_str_has_prefix (error->message, start_of_message));
  g_assert_true (isnan (gst_score_result_get_progress (g_ptr_array_index
              (self->results, 0))));
}

/* Quietly: no log-probabilities in the answer. */
static void
server_without_chances (Fixture * self, gconstpointer data)
{
  fault_server_always (self->server, FAULT_TEXT, "True");
  assert_failure (self, "method: the server gives no log-probabilities");
}

static void
server_that_refuses_chances (Fixture * self, gconstpointer data)
{
  fault_server_always (self->server, FAULT_REFUSES, "logprobs");
  assert_failure (self, "method: the server gives no log-probabilities");
}

static void
server_that_refuses_an_open_end (Fixture * self, gconstpointer data)
{
  self->settings->topreward_chat_template = FALSE;
  fault_server_always (self->server, FAULT_REFUSES, "continue_final_message");
  assert_failure (self, "topreward-chat-template: ");
}

/* Whatever goes wrong, there is one result, and no number that no model gave. */
static void
every_fault (Fixture * self, gconstpointer data)
{
  FaultKind kind = GPOINTER_TO_UINT (data);
  const GstScoreResult *result;

  self->settings->timeout = 1;
  self->settings->retries = 0;
  fault_server_at_path (self->server, "/tokenize", kind, NULL);
  fault_server_always (self->server, kind, NULL);
  start (self);
  add_samples (self, 0, 3);
  result = end (self);
  g_assert_nonnull (gst_score_result_get_error (result));
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_true (isnan (gst_score_result_get_sample (result, i)->progress));
}

static void
gemini_has_no_open_end (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreSettings) settings = new_settings (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ScoreSetup) setup = NULL;

  settings->topreward_chat_template = FALSE;
  g_free (settings->model);
  settings->model = g_strdup ("gemini-2.0-flash");
  settings->api_key = g_strdup ("none-at-all");
  g_assert_null (score_setup_new (settings, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_true (g_str_has_prefix (error->message,
          "topreward-chat-template: provider gemini"));
  g_clear_error (&error);
  settings->topreward_chat_template = TRUE;
  setup = score_setup_new (settings, &error);
  g_assert_no_error (error);
}

static void
options_are_recorded (Fixture * self, gconstpointer data)
{
  g_autoptr (ScoreSetup) setup = score_setup_new (self->settings, NULL);
  g_autoptr (ScoreSetup) other = NULL;
  gboolean template = FALSE;

  g_assert_true (gst_structure_get_boolean (setup->options,
          "topreward-chat-template", &template));
  g_assert_true (template);
  g_assert_cmpstr (gst_structure_get_string (setup->options,
          "topreward-normalize"), ==, "minmax");
  g_assert_cmpstr (gst_structure_get_string (setup->options,
          "video-transport"), ==, "images");
  self->settings->method = find_method ("score");
  other = score_setup_new (self->settings, NULL);
  g_assert_false (gst_structure_has_field (other->options,
          "topreward-normalize"));
}

#define ADD(name, func) \
    g_test_add ("/engine-topreward/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  ADD ("asked-while-recording", asked_while_recording);
  ADD ("bounded-by-max-in-flight", bounded_by_max_in_flight);
  ADD ("server-without-chances", server_without_chances);
  ADD ("server-that-refuses-chances", server_that_refuses_chances);
  ADD ("server-that-refuses-an-open-end", server_that_refuses_an_open_end);
  ADD ("gemini-has-no-open-end", gemini_has_no_open_end);
  ADD ("options-are-recorded", options_are_recorded);
  for (FaultKind kind = 0; kind < FAULT_N_KINDS; kind++) {
    g_autofree gchar *path = g_strdup_printf ("/engine-topreward/fault/%s",
        fault_kind_get_nick (kind));

    if (kind == FAULT_BODY || kind == FAULT_TEXT)
      continue;                 /* do what they are told */
    g_test_add (path, Fixture, GUINT_TO_POINTER (kind), set_up, every_fault,
        tear_down);
  }
  return g_test_run ();
}
