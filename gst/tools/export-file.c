/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "export-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct _ExportFile
{
  gchar *path;                  /* a link's target, so that the link stays */
  gchar *beside;                /* NULL where the stream is the file itself */
  FILE *stream;
};

static gboolean
fail (const ExportFile * self, gint code, GError ** error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
      "%s cannot be written: %s", self->path, g_strerror (code));
  return FALSE;
}

/* As fopen() would make it, unless the file is there already. */
static gint
make_beside (ExportFile * self, const struct stat *old)
{
  g_autofree gchar *template = g_strconcat (self->path, ".XXXXXX", NULL);
  mode_t mask = umask (0);
  mode_t mode = old != NULL ? old->st_mode & 0777 : 0666 & ~mask;
  gint fd;

  umask (mask);
  fd = g_mkstemp_full (template, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    return fd;
  self->beside = g_steal_pointer (&template);
  if (fchmod (fd, mode) != 0) {
    gint code = errno;

    close (fd);
    errno = code;
    return -1;
  }
  return fd;
}

static gboolean
open_path (ExportFile * self, GError ** error)
{
  struct stat old;
  gboolean exists = stat (self->path, &old) == 0;
  gchar *target = exists ? realpath (self->path, NULL) : NULL;
  gint fd;

  if (target != NULL) {
    g_free (self->path);
    self->path = g_strdup (target);
    free (target);
  }
  if (exists && S_ISDIR (old.st_mode))
    return fail (self, EISDIR, error);
  if (exists && !S_ISREG (old.st_mode))
    fd = open (self->path, O_WRONLY | O_CLOEXEC);
  else
    fd = make_beside (self, exists ? &old : NULL);
  if (fd < 0)
    return fail (self, errno, error);
  self->stream = fdopen (fd, "w");
  if (self->stream == NULL) {
    gint code = errno;

    close (fd);
    return fail (self, code, error);
  }
  return TRUE;
}

ExportFile *
export_file_open (const gchar * path, GError ** error)
{
  g_autoptr (ExportFile) self = g_new0 (ExportFile, 1);

  if (g_str_equal (path, "-")) {
    self->path = g_strdup ("standard output");
    self->stream = stdout;
    return g_steal_pointer (&self);
  }
  self->path = g_strdup (path);
  if (!open_path (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

FILE *
export_file_get_stream (ExportFile * self)
{
  return self->stream;
}

gboolean
export_file_commit (ExportFile * self, GError ** error)
{
  /* The reason of an earlier error is gone with its errno. */
  gboolean broken = ferror (self->stream) != 0;

  if (fflush (self->stream) != 0 || broken)
    return fail (self, broken ? EIO : errno, error);
  if (self->beside == NULL)
    return TRUE;
  if (fsync (fileno (self->stream)) != 0
      || g_rename (self->beside, self->path) != 0)
    return fail (self, errno, error);
  g_clear_pointer (&self->beside, g_free);
  return TRUE;
}

void
export_file_free (ExportFile * self)
{
  if (self == NULL)
    return;
  if (self->stream != NULL && self->stream != stdout)
    fclose (self->stream);
  if (self->beside != NULL)
    g_unlink (self->beside);
  g_free (self->beside);
  g_free (self->path);
  g_free (self);
}
