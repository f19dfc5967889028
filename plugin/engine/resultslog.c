/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/resultslog.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gst/score/gstscoreerror.h>

/* Neither a pipe that nobody reads nor a lock that nobody gives back may hold
 * the engine up. */
#define PATIENCE_MS 500
#define LOCK_STEP_MS 10

struct _ScoreResultsLog
{
  gint fd;
  gchar *location;
  gboolean is_file;             /* a pipe or device can be neither synced nor cut */
  gboolean torn;                /* the last line written is not whole */
};

/* Only what is no file makes one wait. */
static gboolean
wait_for_room (gint fd)
{
  struct pollfd room = { fd, POLLOUT, 0 };

  if (poll (&room, 1, PATIENCE_MS) > 0)
    return TRUE;
  errno = EAGAIN;
  return FALSE;
}

static gboolean
write_all (gint fd, const gchar * data, gsize length)
{
  while (length > 0) {
    gssize n = write (fd, data, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0 && errno == EAGAIN && wait_for_room (fd))
      continue;
    if (n <= 0)
      return FALSE;
    data += n;
    length -= (gsize) n;
  }
  return TRUE;
}

/* FALSE where somebody keeps the lock, or the file system has none. */
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

/* A line without its end is torn only where nobody is writing it just now. */
static gboolean
close_last_line (gint fd)
{
  struct stat facts;
  gchar last = '\n';
  gboolean locked = lock (fd), busy = !locked && errno == EWOULDBLOCK, done;

  done = fstat (fd, &facts) == 0
      && (facts.st_size == 0 || pread (fd, &last, 1, facts.st_size - 1) == 1)
      && (last == '\n' || busy || write_all (fd, "\n", 1));
  if (locked)
    flock (fd, LOCK_UN);
  return done;
}

static void
set_error (GError ** error, const gchar * what, const gchar * location)
{
  gint saved = errno;
  g_autofree gchar *name = g_filename_display_name (location);

  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "results-location: %s %s: %s", what, name, g_strerror (saved));
}

/* Not blocking, which means nothing to files: a pipe is opened and written to
 * without its reader. */
static gint
open_location (const gchar * location)
{
  const gint flags = O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  gint fd = open (location, O_RDWR | O_CREAT | flags, 0666);

  if (fd < 0 && (errno == EINVAL || errno == ENXIO || errno == EACCES))
    fd = open (location, O_WRONLY | flags);
  return fd;
}

ScoreResultsLog *
score_results_log_open (const gchar * location, GError ** error)
{
  g_autoptr (ScoreResultsLog) self = g_new0 (ScoreResultsLog, 1);
  struct stat facts;

  self->fd = open_location (location);
  if (self->fd < 0 || fstat (self->fd, &facts) < 0) {
    set_error (error, "cannot open", location);
    return NULL;
  }
  self->is_file = S_ISREG (facts.st_mode);
  if (self->is_file && !close_last_line (self->fd)) {
    set_error (error, "cannot read and write", location);
    return NULL;
  }
  self->location = g_strdup (location);
  return g_steal_pointer (&self);
}

void
score_results_log_close (ScoreResultsLog * self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->location);
  g_free (self);
}

/* What is written to a file that was removed is lost without a word, so it
 * begins anew. */
static gboolean
reopen_removed (ScoreResultsLog * self)
{
  struct stat facts;
  gint fd;

  if (!self->is_file || fstat (self->fd, &facts) < 0 || facts.st_nlink > 0)
    return TRUE;
  fd = open_location (self->location);
  if (fd < 0)
    return FALSE;
  close (self->fd);
  self->fd = fd;
  self->is_file = fstat (fd, &facts) == 0 && S_ISREG (facts.st_mode);
  return TRUE;
}

/* Elements of several processes may share a file, so a record that did not fit
 * is cut off again only while nobody else can have written. */
static gboolean
append_to_file (gint fd, const gchar * line, gsize length)
{
  gboolean locked = lock (fd), done;
  struct stat before = { 0, };
  gint saved;

  done = fstat (fd, &before) == 0 && write_all (fd, line, length)
      && fdatasync (fd) == 0;
  saved = errno;
  if (!done && (!locked || ftruncate (fd, before.st_size) < 0))
    write_all (fd, "\n", 1);
  if (locked)
    flock (fd, LOCK_UN);
  errno = saved;
  return done;
}

static gboolean
append_to_pipe (ScoreResultsLog * self, const gchar * line, gsize length)
{
  gboolean locked = lock (self->fd), done;
  gint saved;

  if (self->torn)
    self->torn = !write_all (self->fd, "\n", 1);
  done = !self->torn && write_all (self->fd, line, length);
  saved = errno;
  self->torn = !done;
  if (locked)
    flock (self->fd, LOCK_UN);
  errno = saved;
  return done;
}

gboolean
score_results_log_append (ScoreResultsLog * self, const GstScoreResult * result,
    GError ** error)
{
  g_autofree gchar *json = gst_score_result_to_json (result);
  g_autofree gchar *line = g_strconcat (json, "\n", NULL);
  gsize length = strlen (line);
  gboolean done = reopen_removed (self) && (self->is_file ?
      append_to_file (self->fd, line, length) :
      append_to_pipe (self, line, length));

  if (!done)
    set_error (error, "cannot write a record to", self->location);
  return done;
}
