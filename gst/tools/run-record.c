/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gst/score/gstscoreerror.h>

/* A lock that nobody gives back must not end the run. */
#define PATIENCE_MS 2000
#define LOCK_STEP_MS 10

static gboolean
fail (const gchar * output, GError ** error)
{
  gint saved = errno;
  g_autofree gchar *name = g_filename_display_name (output);

  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "%s: records cannot be written: %s", name, g_strerror (saved));
  return FALSE;
}

static gint
open_output (const gchar * output)
{
  return open (output, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY,
      0666);
}

/* Where the file system has no locks, a record is a single write still. */
static gboolean
lock (gint fd)
{
  for (gint waited = 0; flock (fd, LOCK_EX | LOCK_NB) < 0;
      waited += LOCK_STEP_MS) {
    if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= PATIENCE_MS)
      return FALSE;
    g_usleep (LOCK_STEP_MS * 1000);
  }
  return TRUE;
}

static gboolean
write_all (gint fd, const gchar * data, gsize length)
{
  while (length > 0) {
    gssize n = write (fd, data, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    data += n;
    length -= (gsize) n;
  }
  return TRUE;
}

/* A crash may have left a line without its end. */
static gboolean
ends_with_a_line (gint fd, goffset size)
{
  gchar last = '\n';

  return size == 0 || (pread (fd, &last, 1, size - 1) == 1 && last == '\n');
}

/* With the lock held nobody else writes, so what did not fit is cut off again. */
static gboolean
append (gint fd, const gchar * line)
{
  struct stat before;

  if (fstat (fd, &before) < 0)
    return FALSE;
  if ((ends_with_a_line (fd, before.st_size) || write_all (fd, "\n", 1))
      && write_all (fd, line, strlen (line)) && fdatasync (fd) == 0)
    return TRUE;
  if (ftruncate (fd, before.st_size) < 0)
    write_all (fd, "\n", 1);
  return FALSE;
}

gboolean
score_run_record_check (const gchar * output, GError ** error)
{
  gint fd = open_output (output);
  struct stat facts;
  gboolean is_file;

  if (fd < 0 || fstat (fd, &facts) < 0) {
    if (fd >= 0)
      close (fd);
    return fail (output, error);
  }
  close (fd);
  is_file = S_ISREG (facts.st_mode);
  if (!is_file)
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "%s: records need a file, since a run goes on from what is in it.",
        output);
  return is_file;
}

gboolean
score_run_record_append (const gchar * output, const GstScoreResult * result,
    GError ** error)
{
  g_autofree gchar *json = gst_score_result_to_json (result);
  g_autofree gchar *line = g_strconcat (json, "\n", NULL);
  gint fd = open_output (output);
  gboolean locked, done;
  gint saved;

  if (fd < 0)
    return fail (output, error);
  locked = lock (fd);
  done = locked ? append (fd, line)
      : write_all (fd, line, strlen (line)) && fdatasync (fd) == 0;
  saved = errno;
  close (fd);
  errno = saved;
  return done || fail (output, error);
}
