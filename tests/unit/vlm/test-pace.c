/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <glib.h>
#include <string.h>

#include "vlm/pace.h"

#define SECOND G_TIME_SPAN_SECOND
#define MINUTE G_TIME_SPAN_MINUTE

static ScorePace *
new_pace (guint requests, guint tokens)
{
  const ScorePaceLimits limits = {.requests = requests,.tokens = tokens };

  return score_pace_new (&limits);
}

static ScoreRequest *
new_request (guint bytes, guint n_images)
{
  g_autofree gchar *text = g_strnfill (bytes, 'x');
  g_autoptr (GBytes) jpeg = g_bytes_new_static ("jpeg", 4);
  ScoreRequest *request = score_request_new ("probe", NULL);

  score_request_add_text (request, text);
  for (guint i = 0; i < n_images; i++)
    score_request_add_jpeg (request, jpeg, 8, 8);
  return request;
}

/* A server that allows so much in any minute, whenever it begins, and counts when
 * a request has come. */
typedef struct
{
  gint64 at;
  guint64 tokens;
} Arrival;

static gint
compare_arrivals (gconstpointer a, gconstpointer b)
{
  const Arrival *one = a, *other = b;

  return one->at < other->at ? -1 : one->at > other->at;
}

static void
find_fullest_minute (GArray * arrivals, guint * requests, guint64 * tokens)
{
  guint64 sum = 0;
  guint first = 0;

  *requests = 0;
  *tokens = 0;
  g_array_sort (arrivals, compare_arrivals);
  for (guint i = 0; i < arrivals->len; i++) {
    const Arrival *newest = &g_array_index (arrivals, Arrival, i);

    sum += newest->tokens;
    while (g_array_index (arrivals, Arrival, first).at + MINUTE <= newest->at)
      sum -= g_array_index (arrivals, Arrival, first++).tokens;
    *requests = MAX (*requests, i - first + 1);
    *tokens = MAX (*tokens, sum);
  }
}

typedef struct
{
  guint requests, tokens;       /* the limits */
  guint n_images, bytes;        /* of a question; of 1 to 2 times as many bytes */
  guint64 least, most;          /* tokens that the server counts */
  guint overshoot;              /* percent that guesses may be wrong by */
} Load;

/* Asks whatever may be asked, for ten minutes; answers come a second later, and a
 * request is up to 900 ms on its way. Returns how many were sent. */
static guint
play (const Load * load, guint32 seed, GArray * arrivals)
{
  g_autoptr (ScorePace) pace = new_pace (load->requests, load->tokens);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint n = 0;

  for (gint64 now = SECOND; now < 10 * MINUTE; n++) {
    g_autoptr (ScoreRequest) request = new_request ((guint)
        g_rand_double_range (rand, load->bytes, 2 * load->bytes + 1),
        load->n_images);
    Arrival arrival = {
      .tokens = (guint64) g_rand_double_range (rand, load->least,
          load->most + 1)
    };
    const ScoreTokens tokens = {.input_tokens = arrival.tokens };
    gint64 wait;
    guint64 number;

    while ((wait = score_pace_get_wait (pace,
                score_pace_estimate (pace, request), now)) > 0)
      now += wait + g_rand_int_range (rand, 0, 1500);
    number = score_pace_take (pace, request, now);
    arrival.at = now + g_rand_int_range (rand, 0, 900000);
    g_array_append_val (arrivals, arrival);
    score_pace_correct (pace, number, &tokens);
  }
  return n;
}

static const Load loads[] = {
  {1, 0, 0, 10, 1, 1},
  {7, 0, 0, 10, 1, 1},
  {60, 0, 0, 10, 1, 1},
  {601, 0, 0, 10, 1, 1},
  {5000, 0, 0, 10, 1, 1},
  {0, 30000, 8, 400, 2500, 2500},
  {0, 10000, 0, 400, 120, 120},
  {60, 30000, 8, 400, 2500, 2500},
  {0, 100000, 8, 4000, 1500, 3500, 10},
};

/* Never more than allowed, and hardly less: of tokens a question, for a guess that
 * is a little too high. */
static void
test_any_minute (gconstpointer data)
{
  const Load *load = data;
  guint64 mean = (load->least + load->most) / 2;
  gdouble allowed = MIN (load->requests ? load->requests : G_MAXUINT,
      load->tokens ? load->tokens / mean - 1 : G_MAXUINT);

  for (guint32 seed = 1; seed <= 5; seed++) {
    g_autoptr (GArray) arrivals = g_array_new (FALSE, FALSE, sizeof (Arrival));
    guint n = play (load, seed, arrivals), requests;
    guint64 tokens;

    find_fullest_minute (arrivals, &requests, &tokens);
    if (load->requests > 0)
      g_assert_cmpuint (requests, <=, load->requests);
    if (load->tokens > 0)
      g_assert_cmpuint (tokens, <=, (guint64) load->tokens *
          (100 + load->overshoot) / 100);
    g_assert_cmpfloat (n, >=, 0.95 * 10 * allowed);
  }
}

/* Not even after a rest; and a late timer is made good. */
static void
test_evenly_spread (void)
{
  g_autoptr (ScorePace) pace = new_pace (60, 0);

  for (guint round = 0; round < 3; round++) {
    gint64 now = (round + 1) * 10 * MINUTE;

    for (guint i = 0; i < 30; i++) {
      gint64 wait = score_pace_get_wait (pace, 0, now);

      if (i == 0)
        g_assert_cmpint (wait, ==, 0);
      else
        g_assert_cmpint (wait, >=, 900 * G_TIME_SPAN_MILLISECOND);
      now += wait + 20 * G_TIME_SPAN_MILLISECOND;
      score_pace_take (pace, NULL, now);
    }
    /* 61 / 60 s each, and not 20 ms more each time */
    g_assert_cmpint (now - (round + 1) * 10 * MINUTE, <=,
        29 * MINUTE / 59 + SECOND / 10);
  }
}

static void
test_no_limit_is_no_wait (void)
{
  g_autoptr (ScorePace) pace = new_pace (0, 0);
  g_autoptr (ScoreRequest) request = new_request (1000000, 100);
  const ScoreTokens tokens = {.input_tokens = 5 };

  for (guint i = 0; i < 1000; i++) {
    guint64 number;

    g_assert_cmpint (score_pace_get_wait (pace, score_pace_estimate (pace,
                request), SECOND), ==, 0);
    number = score_pace_take (pace, request, SECOND);
    g_assert_cmpuint (number, >, 0);
    score_pace_correct (pace, number, &tokens);
    score_pace_refund (pace, number);
  }
}

/* The first guess is too high rather than too low; the answer mends it, for
 * questions of its kind. */
static void
test_guesses_become_better (void)
{
  g_autoptr (ScorePace) pace = new_pace (0, 1000000);
  g_autoptr (ScoreRequest) pictures = new_request (400, 8);
  g_autoptr (ScoreRequest) words = new_request (4000, 0);
  guint64 first = score_pace_estimate (pace, pictures);
  guint64 first_words = score_pace_estimate (pace, words);
  const ScoreTokens tokens = {.input_tokens = 2200,.output_tokens = 300 };
  guint64 number;

  g_assert_cmpuint (first, ==, 100 + 8000 + 500);
  g_assert_cmpuint (first_words, ==, 1000 + 500);
  number = score_pace_take (pace, pictures, SECOND);
  score_pace_correct (pace, number, &tokens);
  g_assert_cmpuint (score_pace_estimate (pace, pictures), >=, 2499);
  g_assert_cmpuint (score_pace_estimate (pace, pictures), <=, 2500);
  g_assert_cmpuint (score_pace_estimate (pace, words), ==, first_words);
}

/* A question that waits is let go when the one before it took less than was
 * thought, or nothing. */
static void
test_corrections_shorten_the_wait (void)
{
  g_autoptr (ScoreRequest) request = new_request (4000, 0);
  const ScoreTokens few = {.input_tokens = 150 };
  const ScoreTokens none = { 0, };

  for (guint i = 0; i < 3; i++) {
    g_autoptr (ScorePace) pace = new_pace (0, 3000);
    guint64 number = score_pace_take (pace, request, SECOND);
    gint64 before = score_pace_get_wait (pace, 1500, SECOND), after;

    g_assert_cmpint (before, >, 30 * SECOND);
    if (i == 0)
      score_pace_correct (pace, number, &few);
    else if (i == 1)
      score_pace_refund (pace, number);
    else
      score_pace_correct (pace, number, &none);
    after = score_pace_get_wait (pace, 1500, SECOND);
    if (i == 2)
      g_assert_cmpint (after, ==, before);
    else
      g_assert_cmpint (after, <, i == 0 ? 4 * SECOND : SECOND / 10);
  }
}

/* Larger than the whole minute: it goes when nothing else is in it. */
static void
test_too_large_goes_by_itself (void)
{
  g_autoptr (ScorePace) pace = new_pace (0, 1000);

  g_assert_cmpint (score_pace_get_wait (pace, 5000, SECOND), ==, 0);
  {
    g_autoptr (ScoreRequest) request = new_request (18000, 0);

    score_pace_take (pace, request, SECOND);
  }
  g_assert_cmpint (score_pace_get_wait (pace, 1, SECOND), ==, 61 * SECOND);
  g_assert_cmpint (score_pace_get_wait (pace, 5000, 62 * SECOND), ==, 0);
}

/* What left the window long ago cannot be corrected, and is not missed. */
static void
test_late_corrections (void)
{
  g_autoptr (ScorePace) pace = new_pace (1000, 100000);
  g_autoptr (ScoreRequest) request = new_request (40, 0);
  const ScoreTokens tokens = {.input_tokens = 90000 };
  guint64 numbers[500];
  gint64 now = SECOND;

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    now += SECOND;
    g_assert_cmpint (score_pace_get_wait (pace, 510, now), ==, 0);
    numbers[i] = score_pace_take (pace, request, now);
    g_assert_true (i == 0 || numbers[i] == numbers[i - 1] + 1);
  }
  for (guint i = 0; i < 430; i++)
    score_pace_correct (pace, numbers[i], &tokens);
  g_assert_cmpint (score_pace_get_wait (pace, 510, now + SECOND), ==, 0);
  score_pace_correct (pace, numbers[499], &tokens);
  g_assert_cmpint (score_pace_get_wait (pace, 510, now + SECOND), >, SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (loads); i++) {
    g_autofree gchar *path = g_strdup_printf
        ("/pace/any-minute/%u-requests-%u-tokens-%u-images", loads[i].requests,
        loads[i].tokens, loads[i].n_images);

    g_test_add_data_func (path, &loads[i], test_any_minute);
  }
  g_test_add_func ("/pace/evenly-spread", test_evenly_spread);
  g_test_add_func ("/pace/no-limit-is-no-wait", test_no_limit_is_no_wait);
  g_test_add_func ("/pace/guesses-become-better", test_guesses_become_better);
  g_test_add_func ("/pace/corrections-shorten-the-wait",
      test_corrections_shorten_the_wait);
  g_test_add_func ("/pace/too-large-goes-by-itself",
      test_too_large_goes_by_itself);
  g_test_add_func ("/pace/late-corrections", test_late_corrections);
  return g_test_run ();
}
