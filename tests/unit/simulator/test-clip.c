/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The walk through a video file, and through what only looks like one. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "body.h"
#include "sim-clip.h"

#include <string.h>

#define N_SAMPLES 7
#define MOST 100

static GBytes *samples[N_SAMPLES];

static GBytes *
make_sample (guint number)
{
  gsize size = 10 + 3 * number;
  guint8 *data = g_malloc (size);

  memset (data, number, size);
  data[0] = 0xff;
  data[1] = 0xd8;
  return g_bytes_new_take (data, size);
}

static void
assert_samples (GBytes * file, guint n)
{
  gchar *problem = NULL;
  g_autoptr (GPtrArray) found = sim_clip_read_file (file, MOST, &problem);

  g_assert_null (problem);
  g_assert_nonnull (found);
  g_assert_cmpuint (found->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_true (g_bytes_equal (g_ptr_array_index (found, i), samples[i]));
}

static void
test_samples (void)
{
  for (guint n = 1; n <= N_SAMPLES; n++) {
    for (guint in_chunk = 1; in_chunk <= N_SAMPLES; in_chunk++) {
      g_autoptr (GBytes) narrow = make_movie (samples, n, in_chunk, "jpeg",
          FALSE);
      g_autoptr (GBytes) wide = make_movie (samples, n, in_chunk, "mjpa", TRUE);

      assert_samples (narrow, n);
      assert_samples (wide, n);
    }
  }
}

static void
assert_problem (GBytes * file, guint most, const gchar * words)
{
  gchar *problem = NULL;
  g_autofree gchar *kept = NULL;

  g_assert_null (sim_clip_read_file (file, most, &problem));
  kept = problem;
  g_assert_nonnull (strstr (problem, words));
}

static void
test_problems (void)
{
  g_autoptr (GBytes) movie = make_movie (samples, N_SAMPLES, 2, "jpeg", FALSE);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) text = g_bytes_new_static ("not a movie at all", 18);

  assert_problem (movie, N_SAMPLES - 1, "more than 6 frames");
  assert_problem (empty, MOST, "not an MP4");
  assert_problem (text, MOST, "not an MP4");
}

/* Many samples that are all the same bytes would make a lot of work of a small
 * file. */
static void
test_samples_over_one_another (void)
{
  g_autoptr (GBytes) movie = make_movie (samples, 4, 1, "jpeg", FALSE);
  gsize size;
  const guint8 *data = g_bytes_get_data (movie, &size);
  const guint8 *sizes = memmem (data, size, "stsz", 4);
  g_autofree guint8 *copy = g_memdup2 (data, size);
  g_autoptr (GBytes) folded = NULL;
  guint32 each = GUINT32_TO_BE ((guint32) size / 2), n = GUINT32_TO_BE (4);
  guint8 *at = copy + (sizes - data) + 8;

  memcpy (at, &each, 4);
  memcpy (at + 4, &n, 4);
  folded = g_bytes_new (copy, size);
  assert_problem (folded, MOST, "frames of codec");
}

/* Broken in every way that a seed thinks of: an answer or a problem, and never a
 * byte from outside the file. */
static void
test_broken (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (41);
  g_autoptr (GBytes) movie = make_movie (samples, N_SAMPLES, 3, "jpeg", TRUE);
  gsize size;
  const guint8 *data = g_bytes_get_data (movie, &size);
  guint n_read = 0;

  for (guint i = 0; i < 20000; i++) {
    gsize length = g_rand_boolean (random) ? size
        : (gsize) g_rand_int_range (random, 0, size);
    guint8 *copy = g_memdup2 (data, MAX (length, 1));
    g_autoptr (GBytes) broken = NULL;
    g_autoptr (GPtrArray) found = NULL;
    gchar *problem = NULL;

    for (gint j = g_rand_int_range (random, 0, 4); length > 0 && j > 0; j--)
      copy[g_rand_int_range (random, 0, length)] = g_rand_boolean (random)
          ? 0xff : g_rand_int (random);
    broken = g_bytes_new_take (copy, length);
    found = sim_clip_read_file (broken, MOST, &problem);
    g_assert_true ((found == NULL) != (problem == NULL));
    n_read += found != NULL;
    g_free (problem);
  }
  g_test_message ("%u of 20000 could be read", n_read);
  g_assert_cmpuint (n_read, >, 100);
  g_assert_cmpuint (n_read, <, 15000);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < N_SAMPLES; i++)
    samples[i] = make_sample (i);
  g_test_add_func ("/clip/samples", test_samples);
  g_test_add_func ("/clip/problems", test_problems);
  g_test_add_func ("/clip/samples-over-one-another",
      test_samples_over_one_another);
  g_test_add_func ("/clip/broken", test_broken);
  status = g_test_run ();
  for (guint i = 0; i < N_SAMPLES; i++)
    g_bytes_unref (samples[i]);
  return status;
}
