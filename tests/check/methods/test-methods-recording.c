/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be asked while frames still come is asked then. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "ways.h"

#include <string.h>

/* Of a tenth of a second each: two samples of every method here. */
#define FRAMES_BEFORE 11
#define FRAMES_AFTER 10

static gboolean
asks_early (const Way * way)
{
  return g_str_equal (way->method, "score")
      || g_str_equal (way->method, "topreward")
      || (g_str_equal (way->method, "roboreward") && way->properties != NULL
      && strstr (way->properties, "dense=true") != NULL);
}

/* Whoever pushes the frames has more of them and has not said that it is the end,
 * so nothing but the frames can have brought the question. It is answered, too. */
GST_START_TEST (test_asked_before_the_last_frame)
{
  const Way *way = &ways[__i__];
  g_autoptr (Fixture) f = NULL;
  g_autoptr (GstScoreResult) result = NULL;
  guint early;

  if (!asks_early (way))
    return;
  f = way_new (way, "describe-batch", "1", NULL);
  fixture_start (f);
  fixture_push (f, FRAMES_BEFORE);
  early = way_wait_question (f);
  fail_unless (fault_server_wait (f->server, FAULT_COUNT_ANSWERS, early, NULL));
  fail_unless_equals_int (fixture_get_stat (f, "episodes-waiting"), 0);
  early = way_count_questions (f);
  fixture_push (f, FRAMES_AFTER);
  fixture_push_eos (f);
  result = watch_pop_result (f);
  assert_scored (result);
  gst_message_unref (watch_pop (f, GST_MESSAGE_EOS, NULL));
  fail_unless (way_count_questions (f) > early);
}

GST_END_TEST;

/* The others know what to ask at the end only, and cost nothing before. */
GST_START_TEST (test_nothing_is_asked_too_early)
{
  const Way *way = &ways[__i__];
  g_autoptr (Fixture) f = NULL;
  g_autoptr (GstScoreResult) result = NULL;

  if (asks_early (way))
    return;
  f = way_new (way, NULL, NULL);
  fixture_start (f);
  fixture_push (f, FRAMES_BEFORE + FRAMES_AFTER);
  fixture_wait_stat (f, "samples", 1);
  fail_unless_equals_int (way_count_questions (f), 0);
  fixture_push_eos (f);
  result = watch_pop_result (f);
  assert_scored (result);
  fail_unless_equals_int (way_count_questions (f), 1);
}

GST_END_TEST;

static Suite *
methods_recording_suite (void)
{
  Suite *suite = suite_create ("methods-recording");
  TCase *tc = tcase_create ("recording");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_asked_before_the_last_frame, 0, n_ways);
  tcase_add_loop_test (tc, test_nothing_is_asked_too_early, 0, n_ways);
  return suite;
}

GST_CHECK_MAIN (methods_recording);
