/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/truthlog.h"

#include <errno.h>
#include <stdio.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

struct _ScoreTruthLog
{
  FILE *file;
  gchar *path;
};

static gboolean
fail (GError ** error, const gchar * what, const gchar * path, int code)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
      "cannot %s %s: %s", what, path, g_strerror (code));
  return FALSE;
}

ScoreTruthLog *
score_truth_log_open (const gchar * path, GError ** error)
{
  FILE *file = g_fopen (path, "w");
  ScoreTruthLog *self;

  if (file == NULL) {
    (void) fail (error, "open", path, errno);
    return NULL;
  }
  self = g_new0 (ScoreTruthLog, 1);
  self->file = file;
  self->path = g_strdup (path);
  return self;
}

void
score_truth_log_write (ScoreTruthLog * self, const gchar * episode_id,
    GstClockTime stream_time, gdouble progress)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  /* The locale must not choose the decimal point. */
  g_ascii_formatd (number, sizeof (number), "%.9g", progress);
  fprintf (self->file, "{\"episode_id\":\"%s\",\"stream_time\":%"
      G_GUINT64_FORMAT ",\"progress\":%s}\n", episode_id, stream_time, number);
}

gboolean
score_truth_log_flush (ScoreTruthLog * self, GError ** error)
{
  if (fflush (self->file) != 0)
    return fail (error, "write", self->path, errno);
  if (ferror (self->file))
    return fail (error, "write", self->path, EIO);
  return TRUE;
}

gboolean
score_truth_log_close (ScoreTruthLog * self, GError ** error)
{
  gboolean flushed = score_truth_log_flush (self, error);
  gboolean closed = fclose (self->file) == 0;

  if (flushed && !closed)
    (void) fail (error, "close", self->path, errno);
  g_free (self->path);
  g_free (self);
  return flushed && closed;
}
