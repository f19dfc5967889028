/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "support.h"

#define ENOUGH (5 * G_TIME_SPAN_SECOND)

static void
test_hundred_in_turn_share_one (void)
{
  g_auto (Fixture) fixture = { NULL };

  fixture_init (&fixture);
  for (guint i = 0; i < 100; i++) {
    g_auto (Outcome) outcome = { 0 };

    fetch (&fixture, ENOUGH, &outcome);
    g_assert_no_error (outcome.error);
  }
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_REQUESTS),
      ==, 100);
  g_assert_cmpuint (fault_server_count (fixture.server,
          FAULT_COUNT_CONNECTIONS), ==, 1);
}

/* The server answers nobody until as many as may be there are there. */
static void
test_many_at_once_take_no_more_than_allowed (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[40] = { 0 };
  g_autoptr (ScoreWire) wire = NULL;

  fixture_init (&fixture);      /* four */
  wire = new_wire (&fixture);
  fault_server_hold (fixture.server);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    start (&fixture, wire, ENOUGH, NULL, &outcomes[i]);
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_BUSY, 4,
          fixture.context));
  fault_server_release (fixture.server);
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));

  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    g_assert_no_error (outcomes[i].error);
    outcome_clear (&outcomes[i]);
  }
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_PEAK), ==,
      4);
  g_assert_cmpuint (fault_server_count (fixture.server,
          FAULT_COUNT_CONNECTIONS), ==, 4);
}

/* Faults of a connection that has served before. */
static const struct
{
  const gchar *name;
  FaultKind first, second;      /* after a good answer */
  gboolean is_answered;
  guint requests;               /* for two sends */
  const gchar *detail;          /* of the first */
} reused[] = {
  {"close", FAULT_CLOSE, FAULT_NONE, TRUE, 3},
  {"reset", FAULT_RESET, FAULT_NONE, TRUE, 3},
  {"close-twice", FAULT_CLOSE, FAULT_CLOSE, FALSE, 3},
  {"reset-twice", FAULT_RESET, FAULT_RESET, FALSE, 3},
  {"half-status", FAULT_HALF_STATUS, FAULT_NONE, FALSE, 2},
  {"half-headers", FAULT_HALF_HEADERS, FAULT_NONE, FALSE, 2},
  {"half-headers-reset", FAULT_HALF_HEADERS, FAULT_NONE, FALSE, 2, "reset"},
  {"truncated", FAULT_TRUNCATED, FAULT_NONE, FALSE, 2},
  {"garbage", FAULT_GARBAGE, FAULT_NONE, FALSE, 2},
};

/* A question may cost money: sent again once, and only if nothing was said. */
static void
test_reused (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) good = { 0 }, bad = { 0 };

  fixture_init (&fixture);
  fault_server_next (fixture.server, FAULT_NONE, NULL);
  fault_server_next (fixture.server, reused[i].first, reused[i].detail);
  fault_server_next (fixture.server, reused[i].second, NULL);
  fetch (&fixture, ENOUGH, &good);
  g_assert_no_error (good.error);
  fetch (&fixture, ENOUGH, &bad);

  if (reused[i].is_answered)
    g_assert_no_error (bad.error);
  else
    assert_error (bad.error, GST_SCORE_ERROR_UNREACHABLE, reused[i].name);
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_REQUESTS),
      ==, reused[i].requests);
  if (reused[i].requests == 3)
    g_assert_cmpuint (fault_server_get_request (fixture.server,
            2)->connection, ==, 2);
}

static void
test_silence_is_not_sent_again (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) good = { 0 }, bad = { 0 };

  fixture_init (&fixture);
  fault_server_next (fixture.server, FAULT_NONE, NULL);
  fault_server_next (fixture.server, FAULT_HANG, NULL);
  fetch (&fixture, ENOUGH, &good);
  fetch (&fixture, 100 * MS, &bad);
  assert_error (bad.error, GST_SCORE_ERROR_TIMEOUT, "hang");
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_REQUESTS),
      ==, 2);
}

/* The server hangs up after each answer; nobody notices. */
static void
test_connections_that_die_idle (void)
{
  g_auto (Fixture) fixture = { NULL };

  fixture_init (&fixture);
  fault_server_always (fixture.server, FAULT_CLOSE_AFTER, NULL);
  for (guint i = 0; i < 30; i++) {
    g_auto (Outcome) outcome = { 0 };

    fetch (&fixture, ENOUGH, &outcome);
    g_assert_no_error (outcome.error);
  }
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_REQUESTS),
      ==, 30);
}

/* Four dead connections at once, a limit of four, and room for the retries. */
static void
test_whole_pool_dies (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome good[4] = { 0 }, bad[4] = { 0 };
  g_autoptr (ScoreWire) wire = NULL;

  fixture_init (&fixture);
  wire = new_wire (&fixture);
  fault_server_next_times (fixture.server, 4, FAULT_NONE, NULL);
  fault_server_next_times (fixture.server, 4, FAULT_RESET, NULL);
  fault_server_hold (fixture.server);
  for (guint i = 0; i < 4; i++)
    start (&fixture, wire, ENOUGH, NULL, &good[i]);
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_BUSY, 4,
          fixture.context));
  fault_server_release (fixture.server);
  await_many (&fixture, good, 4);
  for (guint i = 0; i < 4; i++)
    start (&fixture, wire, ENOUGH, NULL, &bad[i]);
  await_many (&fixture, bad, 4);

  for (guint i = 0; i < 4; i++) {
    g_assert_no_error (bad[i].error);
    outcome_clear (&good[i]);
    outcome_clear (&bad[i]);
  }
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_REQUESTS),
      ==, 12);
}

/* Of two idle connections one has just died; nothing says that the other has
 * not, so the second attempt must not try its luck there. */
static void
test_second_attempt_takes_a_new_connection (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome good[2] = { 0 };
  g_auto (Outcome) again = { 0 };
  g_autoptr (ScoreWire) wire = NULL;

  fixture_init (&fixture);
  wire = new_wire (&fixture);
  fault_server_next_times (fixture.server, 2, FAULT_NONE, NULL);
  fault_server_next (fixture.server, FAULT_CLOSE, NULL);
  fault_server_hold (fixture.server);
  for (guint i = 0; i < 2; i++)
    start (&fixture, wire, ENOUGH, NULL, &good[i]);
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_BUSY, 2,
          fixture.context));
  fault_server_release (fixture.server);
  await_many (&fixture, good, 2);
  fetch (&fixture, ENOUGH, &again);

  g_assert_no_error (again.error);
  g_assert_cmpuint (fault_server_get_request (fixture.server, 2)->connection,
      <=, 2);
  g_assert_cmpuint (fault_server_get_request (fixture.server, 3)->connection,
      ==, 3);
  for (guint i = 0; i < 2; i++)
    outcome_clear (&good[i]);
}

static void
cancel_soon (Fixture * fixture, GCancellable * cancellable, FaultCount what)
{
  g_assert_true (fault_server_wait (fixture->server, what, 1,
          fixture->context));
  g_cancellable_cancel (cancellable);
}

typedef enum
{
  CANCEL_BEFORE,
  CANCEL_AT_ONCE,
  CANCEL_CONNECTED,
  CANCEL_ASKED,
  CANCEL_HEADERS,
  CANCEL_BODY,
  CANCEL_QUEUED,
  N_MOMENTS,
} Moment;

static const gchar *const moments[N_MOMENTS] = { "before", "at-once",
  "connected", "asked", "headers", "body", "queued",
};

static void
cancel_at (Fixture * fixture, Moment moment, GCancellable * cancellable)
{
  switch (moment) {
    case CANCEL_AT_ONCE:
    case CANCEL_QUEUED:
      g_cancellable_cancel (cancellable);
      break;
    case CANCEL_CONNECTED:
      cancel_soon (fixture, cancellable, FAULT_COUNT_CONNECTIONS);
      break;
    case CANCEL_ASKED:
      cancel_soon (fixture, cancellable, FAULT_COUNT_REQUESTS);
      break;
    case CANCEL_HEADERS:
    case CANCEL_BODY:
      cancel_soon (fixture, cancellable, FAULT_COUNT_ANSWERS);
      break;
    case CANCEL_BEFORE:
    case N_MOMENTS:
    default:
      break;
  }
}

static void
test_cancel (gconstpointer data)
{
  const Moment moment = GPOINTER_TO_UINT (data);
  const ScoreHttpOptions options = {.max_connections = 1,
    .max_response_bytes = G_MAXSIZE,.ssl_strict = TRUE
  };
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 }, other = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) other_cancellable = g_cancellable_new ();
  g_autoptr (ScoreWire) wire = NULL;

  fixture_init_with (&fixture, &options);
  fault_server_always (fixture.server, moment == CANCEL_BODY ? FAULT_ENDLESS :
      moment == CANCEL_HEADERS ? FAULT_HANG_BODY : FAULT_HANG, NULL);
  wire = new_wire (&fixture);
  if (moment == CANCEL_BEFORE)
    g_cancellable_cancel (cancellable);
  if (moment == CANCEL_QUEUED) {
    start (&fixture, wire, ENOUGH, other_cancellable, &other);
    g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_REQUESTS, 1,
            fixture.context));
  }
  start (&fixture, wire, ENOUGH, cancellable, &outcome);
  cancel_at (&fixture, moment, cancellable);
  await (&fixture, &outcome);
  assert_error (outcome.error, GST_SCORE_ERROR_CANCELLED, moments[moment]);
  if (moment == CANCEL_QUEUED) {
    g_assert_cmpuint (other.times, ==, 0);
    g_cancellable_cancel (other_cancellable);
    await (&fixture, &other);
  }
  drain (fixture.context);
  g_assert_cmpuint (outcome.times, ==, 1);
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

/* Many, from another thread, while they are under way in all stages. */
static void
test_cancel_from_another_thread (void)
{
  g_auto (Fixture) fixture = { NULL };
  Outcome outcomes[50] = { 0 };
  g_autoptr (ScoreWire) wire = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread;

  fixture_init (&fixture);
  fault_server_next_times (fixture.server, 20, FAULT_NONE, NULL);
  fault_server_always (fixture.server, FAULT_HANG, NULL);
  wire = new_wire (&fixture);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    start (&fixture, wire, ENOUGH, cancellable, &outcomes[i]);
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_REQUESTS, 10,
          fixture.context));
  thread = g_thread_new ("canceller", cancel_thread, cancellable);
  await_many (&fixture, outcomes, G_N_ELEMENTS (outcomes));
  g_thread_join (thread);
  drain (fixture.context);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    g_assert_cmpuint (outcomes[i].times, ==, 1);
    if (outcomes[i].error)
      assert_error (outcomes[i].error, GST_SCORE_ERROR_CANCELLED, "thread");
    outcome_clear (&outcomes[i]);
  }
}

static void
test_cancel_after_the_end_does_nothing (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (ScoreWire) wire = NULL;

  fixture_init (&fixture);
  wire = new_wire (&fixture);
  start (&fixture, wire, ENOUGH, cancellable, &outcome);
  await (&fixture, &outcome);
  g_cancellable_cancel (cancellable);
  drain (fixture.context);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (outcome.times, ==, 1);
}

/* The time counts from the call on, also for who finds no free connection. */
static void
test_deadline_in_the_queue (void)
{
  const ScoreHttpOptions options = {.max_connections = 1,
    .max_response_bytes = 1000,.ssl_strict = TRUE
  };
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) first = { 0 }, second = { 0 };
  g_autoptr (ScoreWire) wire = NULL;

  fixture_init_with (&fixture, &options);
  fault_server_always (fixture.server, FAULT_HANG, NULL);
  wire = new_wire (&fixture);
  start (&fixture, wire, 300 * MS, NULL, &first);
  g_assert_true (fault_server_wait (fixture.server, FAULT_COUNT_REQUESTS, 1,
          fixture.context));
  start (&fixture, wire, 50 * MS, NULL, &second);
  await (&fixture, &second);
  assert_error (second.error, GST_SCORE_ERROR_TIMEOUT, "queued");
  g_assert_cmpuint (first.times, ==, 0);
  await (&fixture, &first);
  g_assert_cmpuint (fault_server_count (fixture.server, FAULT_COUNT_REQUESTS),
      ==, 1);
}

static void
test_no_time_at_all (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_auto (Outcome) outcome = { 0 };

  fixture_init (&fixture);
  fault_server_hold (fixture.server);
  fetch (&fixture, 0, &outcome);
  assert_error (outcome.error, GST_SCORE_ERROR_TIMEOUT, "zero");
}

int
main (int argc, char **argv)
{
  init_tests (&argc, &argv);
  g_test_add_func ("/http/connections/hundred-in-turn-share-one",
      test_hundred_in_turn_share_one);
  g_test_add_func ("/http/connections/many-at-once-take-no-more-than-allowed",
      test_many_at_once_take_no_more_than_allowed);
  for (guint i = 0; i < G_N_ELEMENTS (reused); i++) {
    g_autofree gchar *path = g_strconcat ("/http/reused/", reused[i].name,
        NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_reused);
  }
  g_test_add_func ("/http/reused/silence-is-not-sent-again",
      test_silence_is_not_sent_again);
  g_test_add_func ("/http/reused/connections-that-die-idle",
      test_connections_that_die_idle);
  g_test_add_func ("/http/reused/whole-pool-dies", test_whole_pool_dies);
  g_test_add_func ("/http/reused/second-attempt-takes-a-new-connection",
      test_second_attempt_takes_a_new_connection);
  for (guint i = 0; i < N_MOMENTS; i++) {
    g_autofree gchar *path = g_strconcat ("/http/cancel/", moments[i], NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_cancel);
  }
  g_test_add_func ("/http/cancel/from-another-thread",
      test_cancel_from_another_thread);
  g_test_add_func ("/http/cancel/after-the-end-does-nothing",
      test_cancel_after_the_end_does_nothing);
  g_test_add_func ("/http/deadline/in-the-queue", test_deadline_in_the_queue);
  g_test_add_func ("/http/deadline/no-time-at-all", test_no_time_at_all);
  return g_test_run ();
}
