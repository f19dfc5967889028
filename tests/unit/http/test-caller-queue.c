/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdlib.h>
#include <string.h>

#include "support.h"

/* The number in "question 7" of a request's body. */
static gint
read_question (Fixture * fixture, guint index)
{
  const FaultRequest *request = fault_server_get_request (fixture->server,
      index);
  g_autofree gchar *body = fault_request_dup_body (request);
  const gchar *found = strstr (body, "question ");

  g_assert_nonnull (found);
  return atoi (found + strlen ("question "));
}

static void
test_first_come_first_served (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[20] = { 0 };

  open_narrow_caller (&fixture, 1);
  ask_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    g_assert_no_error (outcomes[i].error);
    g_assert_cmpint (read_question (&fixture, i), ==, i);
    outcome_clear (&outcomes[i]);
  }
  g_assert_cmpuint (fault_server_count (fixture.server,
          FAULT_COUNT_CONNECTIONS), ==, 1);
}

static void
test_no_more_in_flight_than_allowed (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[30] = { 0 };
  ScoreCallerStats stats;

  open_narrow_caller (&fixture, 3);
  fault_server_hold (fixture.server);
  ask_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_BUSY, 3,
          fixture.context));
  score_caller_get_stats (fixture.caller, &stats);
  g_assert_cmpuint (stats.in_flight, ==, 3);
  g_assert_cmpuint (stats.waiting, ==, 27);
  fault_server_release (fixture.server);
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    g_assert_no_error (outcomes[i].error);
    outcome_clear (&outcomes[i]);
  }
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_PEAK), ==,
      3);
  g_assert_cmpuint (fault_server_count (fixture.server,
          FAULT_COUNT_CONNECTIONS), ==, 3);
}

static guint n_packed;

static GBytes *
pack_cb (const ScorePart * part, guint * width, guint * height, GError ** error)
{
  n_packed++;
  *width = *height = 1;
  return g_bytes_new_static ("RGB", 3);
}

static GBytes *
pack_in_vain_cb (const ScorePart * part, guint * width, guint * height,
    GError ** error)
{
  g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE, "torn");
  return NULL;
}

static ScoreRequest *
new_video (ScorePacker packer)
{
  ScoreRequest *request = score_request_new ("progress", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("jpeg", 4);
  const ScoreStill still = { bytes, bytes, 1, 1 };

  score_request_add_text (request, "question 1");
  score_request_add_video (request, &still, 1, 1.0);
  score_request_set_packer (request, packer);
  return request;
}

static void
answered_cb (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->times++;
  outcome->reply = score_caller_ask_finish (outcome->caller, result,
      &outcome->cost, &outcome->error);
}

static ScoreServer *
new_robometer (Fixture * fixture)
{
  ScoreServer *server = score_server_new ();

  server->provider = &score_provider_robometer;
  server->base_url = g_strdup (fault_server_get_url (fixture->server));
  fault_server_at_path (fixture->server, "/health", FAULT_BODY,
      "{\"status\":\"healthy\"}");
  fault_server_at_path (fixture->server, "/evaluate_batch_npy", FAULT_BODY,
      "{\"outputs_progress\":{\"progress_pred\":[[0.25]]}}");
  return server;
}

/* What waits takes no memory for the videos that it will send. */
static void
test_packed_when_it_leaves (void)
{
  ScoreCallerOptions options = CALLER_OPTIONS;
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[10] = { 0 };

  n_packed = 0;
  options.max_in_flight = options.http.max_connections = 1;
  fixture_init_bare (&fixture);
  open_caller (&fixture, new_robometer (&fixture), &options);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    g_autoptr (ScoreRequest) request = new_video (pack_cb);

    outcomes[i].caller = fixture.caller;
    score_caller_ask_async (fixture.caller, request, 0, NULL, answered_cb,
        &outcomes[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    await (&fixture, &outcomes[i]);
    g_assert_no_error (outcomes[i].error);
    g_assert_cmpuint (n_packed, <=, i + 2);
    outcome_clear (&outcomes[i]);
  }
  g_assert_cmpuint (n_packed, ==, G_N_ELEMENTS (outcomes));
}

static void
test_cannot_be_packed (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (ScoreRequest) request = new_video (pack_in_vain_cb);

  fixture_init_bare (&fixture);
  open_caller (&fixture, new_robometer (&fixture), NULL);
  outcome.caller = fixture.caller;
  score_caller_ask_async (fixture.caller, request, 0, NULL, answered_cb,
      &outcome);
  await (&fixture, &outcome);
  g_assert_error (outcome.error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
  g_assert_cmpuint (outcome.cost.requests, ==, 0);
}

/* The first waits for its retry, and the others have its place meanwhile. */
static void
test_back_off_holds_no_slot (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[3] = { 0 };
  ScoreCallerOptions options = CALLER_OPTIONS;

  fixture_init_bare (&fixture);
  options.max_in_flight = options.http.max_connections = 1;
  options.retry.backoff_max = 0.3;
  open_caller (&fixture, NULL, &options);
  fault_server_next (fixture.server, FAULT_STATUS, "500;Retry-After: 5");
  ask_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  await_many (&fixture, &outcomes[1], 2);
  g_assert_cmpuint (outcomes[0].times, ==, 0);
  await (&fixture, &outcomes[0]);
  g_assert_no_error (outcomes[0].error);
  g_assert_cmpint (outcomes[0].cost.time_waiting, >=, 300 * MS);
  g_assert_cmpint (outcomes[0].cost.time_asking, <, 300 * MS);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    outcome_clear (&outcomes[i]);
}

/* Who comes back from a pause goes before those who came later. */
static void
test_retry_goes_before_later_ones (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[10] = { 0 };

  open_narrow_caller (&fixture, 1);
  fault_server_next (fixture.server, FAULT_STATUS, "429");
  ask_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    outcome_clear (&outcomes[i]);
  g_assert_cmpint (read_question (&fixture, 0), ==, 0);
  for (guint i = 1; i <= G_N_ELEMENTS (outcomes); i++)
    g_assert_cmpint (read_question (&fixture, i), ==, i - 1);
}

/* One is told to wait, and nobody sends anything until then. */
static void
test_pause_is_for_everybody (gconstpointer data)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[6] = { 0 };
  ScoreCallerOptions options = CALLER_OPTIONS;
  gint64 first, second;

  fixture_init_bare (&fixture);
  options.max_in_flight = options.http.max_connections = 1;
  options.retry.backoff_max = 0.25;
  open_caller (&fixture, NULL, &options);
  fault_server_next (fixture.server, FAULT_STATUS, data);
  ask_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    g_assert_no_error (outcomes[i].error);
    outcome_clear (&outcomes[i]);
  }
  first = fault_server_get_request (fixture.server, 0)->arrived;
  second = fault_server_get_request (fixture.server, 1)->arrived;
  g_assert_cmpint (second - first, >=, 200 * MS);
  g_assert_cmpuint (count_requests (&fixture), ==, 7);
}

/* A date, and no Date of the server's to hold it against. */
static void
test_pause_until_a_date (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) then = g_date_time_add_seconds (now, 90);
  g_autofree gchar *status = g_date_time_format (then,
      "429;Retry-After: %a, %d %b %Y %H:%M:%S GMT");

  test_pause_is_for_everybody (status);
}

/* The gate closes again for the second 429, though it was open. */
static void
test_pause_can_be_made_longer (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[3] = { 0 };
  ScoreCallerOptions options = CALLER_OPTIONS;

  fixture_init_bare (&fixture);
  options.max_in_flight = options.http.max_connections = 1;
  options.retry.backoff_max = 0.1;
  open_caller (&fixture, NULL, &options);
  fault_server_next_times (fixture.server, 2, FAULT_STATUS,
      "429;retry-after-ms: 100");
  ask_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    g_assert_no_error (outcomes[i].error);
    outcome_clear (&outcomes[i]);
  }
  for (guint i = 1; i < 3; i++)
    g_assert_cmpint (fault_server_get_request (fixture.server, i)->arrived -
        fault_server_get_request (fixture.server, i - 1)->arrived, >=, 99 * MS);
}

/* Giving up does not mean that the next may hammer on. */
static void
test_pause_without_retries (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[2] = { 0 };
  ScoreCallerOptions options = CALLER_OPTIONS;

  fixture_init_bare (&fixture);
  options.max_in_flight = options.http.max_connections = 1;
  options.retry.retries = 0;
  options.retry.backoff_max = 0.2;
  open_caller (&fixture, NULL, &options);
  fault_server_next (fixture.server, FAULT_STATUS, "429;Retry-After: 30");
  ask_many (&fixture, outcomes, 2);
  await_many (&fixture, outcomes, 2);
  assert_error (outcomes[0].error, GST_SCORE_ERROR_RATE_LIMITED, "429");
  g_assert_no_error (outcomes[1].error);
  g_assert_cmpint (outcomes[1].ended - outcomes[0].ended, >=, 190 * MS);
  for (guint i = 0; i < 2; i++)
    outcome_clear (&outcomes[i]);
}

/* Deadlines */

static void
test_deadline_on_the_wire (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  open_narrow_caller (&fixture, 1);
  fault_server_always (fixture.server, FAULT_HANG, NULL);
  ask (&fixture, "question 0", in_ms (100), NULL, &outcome);
  await (&fixture, &outcome);
  assert_error (outcome.error, GST_SCORE_ERROR_TIMEOUT, "wire");
  g_assert_cmpuint (count_requests (&fixture), ==, 1);
}

static void
test_deadline_in_the_queue (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) first = { 0 }, second = { 0 };

  open_narrow_caller (&fixture, 1);
  fault_server_hold (fixture.server);
  ask (&fixture, "question 0", 0, NULL, &first);
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_BUSY, 1,
          fixture.context));
  ask (&fixture, "question 1", in_ms (50), NULL, &second);
  await (&fixture, &second);
  assert_error (second.error, GST_SCORE_ERROR_TIMEOUT, "queue");
  g_assert_cmpuint (second.cost.requests, ==, 0);
  fault_server_release (fixture.server);
  await (&fixture, &first);
  g_assert_no_error (first.error);
  g_assert_cmpuint (count_requests (&fixture), ==, 1);
}

static void
test_deadline_behind_the_gate (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) first = { 0 }, second = { 0 };
  ScoreCallerOptions options = CALLER_OPTIONS;
  gint64 begun = g_get_monotonic_time ();

  fixture_init_bare (&fixture);
  options.max_in_flight = options.http.max_connections = 1;
  options.retry.backoff_max = 60;
  open_caller (&fixture, NULL, &options);
  fault_server_next (fixture.server, FAULT_STATUS, "429;Retry-After: 60");
  ask (&fixture, "question 0", in_ms (200), NULL, &first);
  ask (&fixture, "question 1", in_ms (200), NULL, &second);
  await (&fixture, &first);
  await (&fixture, &second);
  /* The first knows at once that there is no time; the second is late. */
  assert_error (first.error, GST_SCORE_ERROR_RATE_LIMITED, "no time left");
  assert_error (second.error, GST_SCORE_ERROR_TIMEOUT, "gate");
  g_assert_cmpint (second.ended - begun, <, 3 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (count_requests (&fixture), ==, 1);
}

static void
test_deadline_that_has_passed (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  open_narrow_caller (&fixture, 1);
  ask (&fixture, "question 0", g_get_monotonic_time () - 1, NULL, &outcome);
  await (&fixture, &outcome);
  assert_error (outcome.error, GST_SCORE_ERROR_TIMEOUT, "passed");
  g_assert_cmpuint (count_requests (&fixture), ==, 0);
}

static void
add_queue_tests (void)
{
  static const gchar *const pauses[] = { "429;Retry-After: 30",
    "429;retry-after-ms: 250", "503;Retry-After: 30", "529;Retry-After: 30"
  };

  g_test_add_func ("/caller/queue/first-come-first-served",
      test_first_come_first_served);
  g_test_add_func ("/caller/queue/no-more-in-flight-than-allowed",
      test_no_more_in_flight_than_allowed);
  g_test_add_func ("/caller/queue/back-off-holds-no-slot",
      test_back_off_holds_no_slot);
  g_test_add_func ("/caller/queue/retry-goes-before-later-ones",
      test_retry_goes_before_later_ones);
  for (guint i = 0; i < G_N_ELEMENTS (pauses); i++) {
    g_autofree gchar *path = g_strdup_printf ("/caller/pause/everybody/%u-%.3s",
        i, pauses[i]);

    g_test_add_data_func (path, pauses[i], test_pause_is_for_everybody);
  }
  g_test_add_func ("/caller/pause/until-a-date", test_pause_until_a_date);
  g_test_add_func ("/caller/pause/can-be-made-longer",
      test_pause_can_be_made_longer);
  g_test_add_func ("/caller/pause/without-retries", test_pause_without_retries);
}

int
main (int argc, char **argv)
{
  init_tests (&argc, &argv);
  add_queue_tests ();
  g_test_add_func ("/caller/queue/packed-when-it-leaves",
      test_packed_when_it_leaves);
  g_test_add_func ("/caller/queue/cannot-be-packed", test_cannot_be_packed);
  g_test_add_func ("/caller/deadline/on-the-wire", test_deadline_on_the_wire);
  g_test_add_func ("/caller/deadline/in-the-queue", test_deadline_in_the_queue);
  g_test_add_func ("/caller/deadline/behind-the-gate",
      test_deadline_behind_the_gate);
  g_test_add_func ("/caller/deadline/that-has-passed",
      test_deadline_that_has_passed);
  return g_test_run ();
}
