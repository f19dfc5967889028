/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-scratch.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define PREFIX "gst-score-samples-"
#define GRACE 60                /* seconds in which a new one may not be locked yet */

static GMutex lock;
static GHashTable *locks;       /* folder to descriptor + 1; guarded by lock */

static void
remove_all (const gchar * folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR)
        && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      remove_all (path);
    else
      g_unlink (path);
  }
  g_rmdir (folder);
}

/* -1: somebody has it, or it is none. The lock goes with the process, however that
 * ends. */
static gint
take_lock (const gchar * folder)
{
  gint fd = open (folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) < 0) {
    close (fd);
    return -1;
  }
  return fd;
}

static gboolean
is_old (const gchar * folder)
{
  GStatBuf facts;

  return g_lstat (folder, &facts) == 0 && facts.st_uid == getuid ()
      && facts.st_mtime + GRACE < time (NULL);
}

static void
sweep (void)
{
  g_autoptr (GDir) dir = g_dir_open (g_get_tmp_dir (), 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (g_get_tmp_dir (), name, NULL);
    gint fd;

    if (!g_str_has_prefix (name, PREFIX) || !is_old (path)
        || (fd = take_lock (path)) < 0)
      continue;
    remove_all (path);
    close (fd);
  }
}

gchar *
score_run_scratch_new (GError ** error)
{
  gchar *folder;

  g_mutex_lock (&lock);
  if (locks == NULL) {
    locks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    sweep ();
  }
  folder = g_dir_make_tmp (PREFIX "XXXXXX", error);
  if (folder != NULL)
    g_hash_table_insert (locks, g_strdup (folder),
        GINT_TO_POINTER (take_lock (folder) + 1));
  g_mutex_unlock (&lock);
  return folder;
}

void
score_run_scratch_remove (const gchar * folder)
{
  gint fd;

  remove_all (folder);
  g_mutex_lock (&lock);
  fd = locks == NULL ? -1 :
      GPOINTER_TO_INT (g_hash_table_lookup (locks, folder)) - 1;
  if (locks != NULL)
    g_hash_table_remove (locks, folder);
  g_mutex_unlock (&lock);
  if (fd >= 0)
    close (fd);
}
