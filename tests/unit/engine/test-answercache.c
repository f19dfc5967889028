/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <glib/gstdio.h>
#include <gst/gst.h>
#include <gst/score/gstscoreerror.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include "engine/answercache.h"

typedef struct
{
  gchar *folder;
} Fixture;

static void
set_up (Fixture * self, gconstpointer user_data)
{
  self->folder = g_dir_make_tmp ("answers-XXXXXX", NULL);
}

static GPtrArray *
list (const Fixture * self)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (self->folder, name, NULL));
  return names;
}

static void
tear_down (Fixture * self, gconstpointer user_data)
{
  g_autoptr (GPtrArray) names = list (self);

  for (guint i = 0; i < names->len; i++)
    g_remove (g_ptr_array_index (names, i));
  g_rmdir (self->folder);
  g_free (self->folder);
}

static ScoreAnswerCache *
open_cache (const Fixture * self, guint64 max_bytes)
{
  g_autoptr (GError) error = NULL;
  ScoreAnswerCache *cache =
      score_answer_cache_open (self->folder, max_bytes, &error);

  g_assert_no_error (error);
  return cache;
}

static gchar *
make_key (const gchar * question)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, question, -1);
}

static void
put (ScoreAnswerCache * cache, const gchar * question, const gchar * answer,
    gsize size)
{
  g_autofree gchar *key = make_key (question);
  g_autoptr (GBytes) bytes = g_bytes_new (answer, size);
  g_autoptr (GError) error = NULL;

  g_assert_true (score_answer_cache_put (cache, key, bytes, &error));
  g_assert_no_error (error);
}

static GBytes *
get (ScoreAnswerCache * cache, const gchar * question)
{
  g_autofree gchar *key = make_key (question);

  return score_answer_cache_get (cache, key);
}

static void
assert_answer (ScoreAnswerCache * cache, const gchar * question,
    const gchar * answer)
{
  g_autoptr (GBytes) found = get (cache, question);

  if (answer == NULL) {
    g_assert_null (found);
    return;
  }
  g_assert_nonnull (found);
  g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found),
      answer, strlen (answer));
}

/* As if it had been used that many seconds ago. */
static void
age (const Fixture * self, const gchar * question, gint seconds)
{
  g_autofree gchar *key = make_key (question);
  g_autofree gchar *name = g_strconcat (key, ".answer", NULL);
  g_autofree gchar *path = g_build_filename (self->folder, name, NULL);
  time_t then = g_get_real_time () / G_USEC_PER_SEC - seconds;
  struct utimbuf times = { then, then };

  g_assert_cmpint (g_utime (path, &times), ==, 0);
}

static void
test_is_kept (Fixture * self, gconstpointer user_data)
{
  g_autoptr (ScoreAnswerCache) cache = open_cache (self, 0);

  assert_answer (cache, "a", NULL);
  put (cache, "a", "answer", 6);
  put (cache, "empty", "", 0);
  assert_answer (cache, "a", "answer");
  assert_answer (cache, "empty", "");
  put (cache, "a", "another", 7);
  assert_answer (cache, "a", "another");
  g_clear_pointer (&cache, score_answer_cache_close);

  cache = open_cache (self, 0);
  assert_answer (cache, "a", "another");
}

static void
test_is_the_users_alone (Fixture * self, gconstpointer user_data)
{
  g_autofree gchar *inner = g_build_filename (self->folder, "new", NULL);
  g_autoptr (ScoreAnswerCache) cache = open_cache (self, 0);
  g_autoptr (ScoreAnswerCache) other = score_answer_cache_open (inner, 0, NULL);
  g_autoptr (GPtrArray) names = NULL;
  GStatBuf status;

  g_assert_nonnull (other);
  g_assert_cmpint (g_stat (inner, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_rmdir (inner), ==, 0);
  put (cache, "a", "answer", 6);
  names = list (self);
  g_assert_cmpuint (names->len, ==, 1);
  g_assert_cmpint (g_stat (g_ptr_array_index (names, 0), &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

/* A byte that changed, an end that is missing, nothing at all. */
static void
test_damaged_is_not_there (Fixture * self, gconstpointer user_data)
{
  g_autoptr (ScoreAnswerCache) cache = open_cache (self, 0);

  for (guint i = 0; i < 3; i++) {
    g_autoptr (GPtrArray) names = NULL, left = NULL;
    g_autofree gchar *text = NULL;
    gsize size;

    put (cache, "a", "answer", 6);
    names = list (self);
    g_assert_cmpuint (names->len, ==, 1);
    g_assert_true (g_file_get_contents (names->pdata[0], &text, &size, NULL));
    text[size - 2]++;
    g_assert_true (g_file_set_contents (names->pdata[0], text,
            i == 0 ? size : i == 1 ? size - 1 : 0, NULL));
    assert_answer (cache, "a", NULL);
    left = list (self);
    g_assert_cmpuint (left->len, ==, 0);
  }
}

static guint64
sum (const Fixture * self)
{
  g_autoptr (GPtrArray) names = list (self);
  guint64 bytes = 0;

  for (guint i = 0; i < names->len; i++) {
    GStatBuf status;

    g_assert_cmpint (g_stat (names->pdata[i], &status), ==, 0);
    bytes += status.st_size;
  }
  return bytes;
}

/* Ten answers of 1,000 bytes and a header each: the eleventh is too many, and the
 * two go that were not used for the longest time. */
static void
test_the_least_recently_used_go (Fixture * self, gconstpointer user_data)
{
  g_autoptr (ScoreAnswerCache) cache = open_cache (self, 11000);
  g_autofree gchar *answer = g_strnfill (1000, 'x');
  static const gchar *const names[] = {
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    put (cache, names[i], answer, 1000);
    age (self, names[i], 1000 - (gint) i);
  }
  assert_answer (cache, "0", answer);
  put (cache, "10", answer, 1000);
  g_assert_cmpuint (sum (self), <=, 11000);
  assert_answer (cache, "0", answer);
  assert_answer (cache, "1", NULL);
  assert_answer (cache, "2", NULL);
  assert_answer (cache, "3", answer);
  assert_answer (cache, "10", answer);
}

static void
test_what_is_too_large_is_not_kept (Fixture * self, gconstpointer user_data)
{
  g_autoptr (ScoreAnswerCache) cache = open_cache (self, 500);
  g_autofree gchar *answer = g_strnfill (500, 'x');

  put (cache, "small", "answer", 6);
  put (cache, "large", answer, 500);
  assert_answer (cache, "large", NULL);
  assert_answer (cache, "small", "answer");
}

/* What others put there counts, and other files are left alone. */
static void
test_is_shared (Fixture * self, gconstpointer user_data)
{
  g_autofree gchar *stranger = g_build_filename (self->folder, "notes", NULL);
  g_autofree gchar *answer = g_strnfill (1000, 'x');
  g_autoptr (ScoreAnswerCache) one = open_cache (self, 0);
  g_autoptr (ScoreAnswerCache) other = open_cache (self, 0);
  g_autoptr (ScoreAnswerCache) small = NULL;

  g_assert_true (g_file_set_contents (stranger, answer, 1000, NULL));
  put (one, "a", answer, 1000);
  put (other, "b", answer, 1000);
  assert_answer (other, "a", answer);
  assert_answer (one, "b", answer);
  age (self, "a", 10);
  small = open_cache (self, 1500);
  assert_answer (small, "a", NULL);
  assert_answer (small, "b", answer);
  g_assert_true (g_file_test (stranger, G_FILE_TEST_EXISTS));
}

/* What a killed process was writing goes, unless somebody may be writing it. */
static void
test_leftovers_go (Fixture * self, gconstpointer user_data)
{
  g_autofree gchar *old = g_build_filename (self->folder,
      "a.answer.ABCDEF", NULL);
  g_autofree gchar *new = g_build_filename (self->folder,
      "b.answer.ABCDEF", NULL);
  time_t then = g_get_real_time () / G_USEC_PER_SEC - 7200;
  struct utimbuf times = { then, then };
  g_autoptr (ScoreAnswerCache) cache = NULL;

  g_assert_true (g_file_set_contents (old, "x", 1, NULL));
  g_assert_true (g_file_set_contents (new, "x", 1, NULL));
  g_assert_cmpint (g_utime (old, &times), ==, 0);
  cache = open_cache (self, 1000);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (new, G_FILE_TEST_EXISTS));
}

static void
test_errors_name_the_property (Fixture * self, gconstpointer user_data)
{
  g_autofree gchar *file = g_build_filename (self->folder, "file", NULL);
  g_autofree gchar *key = make_key ("a");
  g_autoptr (ScoreAnswerCache) cache = NULL;
  g_autoptr (GBytes) answer = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL, gone = NULL;
  g_autofree gchar *inner = g_build_filename (self->folder, "inner", NULL);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_null (score_answer_cache_open (file, 0, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG);
  g_assert_true (g_str_has_prefix (error->message, "cache-location: "));
  g_assert_nonnull (strstr (error->message, file));

  cache = score_answer_cache_open (inner, 0, NULL);
  g_assert_cmpint (g_rmdir (inner), ==, 0);
  g_assert_false (score_answer_cache_put (cache, key, answer, &gone));
  g_assert_true (g_str_has_prefix (gone->message, "cache-location: "));
  g_assert_null (score_answer_cache_get (cache, key));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const gchar *path;
    void (*func) (Fixture * self, gconstpointer user_data);
  } tests[] = {
    {"/answercache/is-kept", test_is_kept},
    {"/answercache/is-the-users-alone", test_is_the_users_alone},
    {"/answercache/damaged-is-not-there", test_damaged_is_not_there},
    {"/answercache/the-least-recently-used-go",
        test_the_least_recently_used_go},
    {"/answercache/what-is-too-large-is-not-kept",
        test_what_is_too_large_is_not_kept},
    {"/answercache/is-shared", test_is_shared},
    {"/answercache/leftovers-go", test_leftovers_go},
    {"/answercache/errors-name-the-property", test_errors_name_the_property},
  };

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
