/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folders that go, at the latest when the next process makes one. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-scratch.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "/run-scratch/"

/* Fills one, and is killed. */
static void
test_leave (void)
{
  g_autofree gchar *folder = NULL, *below = NULL, *file = NULL;

  if (!g_test_subprocess ())
    return;
  folder = score_run_scratch_new (NULL);
  below = g_build_filename (folder, "a", NULL);
  file = g_build_filename (below, "00000.jpg", NULL);
  g_assert_cmpint (g_mkdir (below, 0777), ==, 0);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  _exit (0);
}

/* Makes one, and with it removes what is left. */
static void
test_clean (void)
{
  g_autofree gchar *folder = NULL;

  if (!g_test_subprocess ())
    return;
  folder = score_run_scratch_new (NULL);
  score_run_scratch_remove (folder);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

static guint
count (const gchar * folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
make_old (const gchar * folder)
{
  const struct timespec times[2] = { {1000000000, 0}, {1000000000, 0} };
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  }
}

static void
run (const gchar * name)
{
  g_test_trap_subprocess (name, 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_killed (void)
{
  const gchar *folder = g_getenv ("TMPDIR");
  g_autofree gchar *ours = NULL, *other = NULL;

  run (NAME "leave");
  g_assert_cmpuint (count (folder), ==, 1);
  /* it might be of somebody who has not got round to locking it */
  run (NAME "clean");
  g_assert_cmpuint (count (folder), ==, 1);
  /* that of a process that lives stays, and what has another name */
  ours = score_run_scratch_new (NULL);
  other = g_build_filename (folder, "other", NULL);
  g_assert_cmpint (g_mkdir (other, 0777), ==, 0);
  make_old (folder);
  run (NAME "clean");
  g_assert_cmpuint (count (folder), ==, 2);
  g_assert_true (g_file_test (ours, G_FILE_TEST_IS_DIR));
  score_run_scratch_remove (ours);
  g_assert_cmpint (g_rmdir (other), ==, 0);
  g_assert_cmpuint (count (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autofree gchar *folder = NULL;
  int status;

  /* The process that started this one says where; g_get_tmp_dir () would not look
   * a second time. */
  if (g_getenv ("SCORE_SCRATCH") == NULL) {
    folder = g_mkdtemp (g_strdup ("/tmp/run-scratch-XXXXXX"));
    g_assert_nonnull (folder);
    g_setenv ("TMPDIR", folder, TRUE);
    g_setenv ("SCORE_SCRATCH", "1", TRUE);
  }
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (NAME "leave", test_leave);
  g_test_add_func (NAME "clean", test_clean);
  g_test_add_func (NAME "killed", test_killed);
  status = g_test_run ();
  if (folder != NULL)
    g_assert_cmpint (g_rmdir (folder), ==, 0);
  return status;
}
