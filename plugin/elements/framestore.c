/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/framestore.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Old frames leave the file in the order in which they came, so what is behind
 * them can be given back to the file system. */
#define HOLE (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)

/* The flags of a buffer; the lower ones are those of every mini object. */
#define BUFFER_FLAGS (~(guint) (GST_MINI_OBJECT_FLAG_LAST - 1))

struct _GstScoreFrameStore
{
  gchar *folder;
  guint64 memory, max_bytes;

  GMutex lock;                  /* guards what follows; not held while reading or writing */
  gint fd;                      /* -1: no frame has gone into a file yet */
  guint64 in_memory, in_file;
  goffset end;                  /* of the file */
};

struct _GstScoreKeptFrame
{
  GstBuffer *buffer;            /* whole, or without its memory */
  gsize size;
  goffset offset;               /* in the file; -1: in memory */
  GArray *sizes;                /* gsize of each memory in the file */
  guint flags;                  /* of a buffer in the file */
};

GstScoreFrameStore *
gst_score_frame_store_new (const gchar * folder, guint64 memory,
    guint64 max_bytes)
{
  GstScoreFrameStore *self = g_new0 (GstScoreFrameStore, 1);
  const gchar *tmpdir = g_getenv ("TMPDIR");

  if (folder == NULL || *folder == '\0')
    folder = tmpdir != NULL && *tmpdir != '\0' ? tmpdir : "/var/tmp";
  self->folder = g_strdup (folder);
  self->memory = memory;
  self->max_bytes = max_bytes;
  self->fd = -1;
  g_mutex_init (&self->lock);
  return self;
}

void
gst_score_frame_store_free (GstScoreFrameStore * self)
{
  if (self == NULL)
    return;
  g_assert (self->in_memory == 0 && self->in_file == 0);
  if (self->fd >= 0)
    close (self->fd);
  g_mutex_clear (&self->lock);
  g_free (self->folder);
  g_free (self);
}

static void
free_kept (GstScoreKeptFrame * frame)
{
  gst_clear_buffer (&frame->buffer);
  g_clear_pointer (&frame->sizes, g_array_unref);
  g_free (frame);
}

static void
set_file_error (GstScoreFrameStore * self, GError ** error, const gchar * what,
    gint code)
{
  g_set_error (error, GST_RESOURCE_ERROR, errno == ENOSPC ?
      GST_RESOURCE_ERROR_NO_SPACE_LEFT : code,
      "temp-directory: cannot %s the temporary file in %s: %s", what,
      self->folder, g_strerror (errno));
}

static gint
open_named (const gchar * folder)
{
  g_autofree gchar *name = g_build_filename (folder, "gst-score-XXXXXX", NULL);
  gint fd = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    unlink (name);
  return fd;
}

/* Only the thread that puts opens the file. */
static gboolean
open_file (GstScoreFrameStore * self, GError ** error)
{
  gint fd = -1;

  if (self->fd >= 0)
    return TRUE;
#ifdef O_TMPFILE
  fd = open (self->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#endif
  if (fd < 0)
    fd = open_named (self->folder);
  if (fd < 0) {
    set_file_error (self, error, "create", GST_RESOURCE_ERROR_OPEN_READ_WRITE);
    return FALSE;
  }
  g_mutex_lock (&self->lock);
  self->fd = fd;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
write_at (gint fd, const guint8 * data, gsize size, goffset offset)
{
  while (size > 0) {
    gssize n = pwrite (fd, data, size, offset);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    data += n;
    size -= (gsize) n;
    offset += n;
  }
  return TRUE;
}

static gboolean
read_at (gint fd, guint8 * data, gsize size, goffset offset)
{
  while (size > 0) {
    gssize n = pread (fd, data, size, offset);

    if (n < 0 && errno == EINTR)
      continue;
    if (n == 0)
      errno = EIO;
    if (n <= 0)
      return FALSE;
    data += n;
    size -= (gsize) n;
    offset += n;
  }
  return TRUE;
}

/* Where the buffers of a pool are counted, keeping one would stop upstream. */
static gboolean
is_of_small_pool (GstBuffer * buffer)
{
  GstStructure *config;
  guint max = 0;

  if (buffer->pool == NULL)
    return FALSE;
  config = gst_buffer_pool_get_config (buffer->pool);
  gst_buffer_pool_config_get_params (config, NULL, NULL, NULL, &max);
  gst_structure_free (config);
  return max > 0;
}

static GstScoreKeptFrame *
keep_in_memory (GstBuffer * buffer, gsize size)
{
  GstScoreKeptFrame *frame = g_new0 (GstScoreKeptFrame, 1);

  frame->size = size;
  frame->offset = -1;
  frame->buffer = buffer;
  if (is_of_small_pool (buffer)) {
    frame->buffer = gst_buffer_copy_deep (buffer);
    gst_buffer_unref (buffer);
  }
  return frame;
}

/* A parent keeps the memory alive that has gone into the file. */
static gboolean
drop_parent (GstBuffer * buffer, GstMeta ** meta, gpointer user_data)
{
  if ((*meta)->info->api == GST_PARENT_BUFFER_META_API_TYPE)
    *meta = NULL;
  return TRUE;
}

/* The buffer with all its metas, those of its memory too, but no memory. */
static GstBuffer *
make_shell (GstBuffer * buffer)
{
  GstBuffer *shell = buffer;

  if (buffer->pool != NULL || !gst_buffer_is_writable (buffer)) {
    shell = gst_buffer_copy (buffer);
    gst_buffer_unref (buffer);
  }
  gst_buffer_foreach_meta (shell, drop_parent, NULL);
  gst_buffer_remove_all_memory (shell);
  return shell;
}

static gboolean
write_memory (GstScoreFrameStore * self, GstScoreKeptFrame * frame,
    GstMemory * memory, goffset * offset)
{
  GstMapInfo map;
  gboolean done;
  gsize size;

  if (!gst_memory_map (memory, &map, GST_MAP_READ)) {
    errno = EFAULT;
    return FALSE;
  }
  size = map.size;
  done = write_at (self->fd, map.data, size, *offset);
  gst_memory_unmap (memory, &map);
  g_array_append_val (frame->sizes, size);
  *offset += size;
  return done;
}

static gboolean
write_frame (GstScoreFrameStore * self, GstScoreKeptFrame * frame,
    GstBuffer * buffer)
{
  goffset offset = frame->offset;

  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    if (!write_memory (self, frame, gst_buffer_peek_memory (buffer, i),
            &offset))
      return FALSE;
  }
  return TRUE;
}

/* The room in the file was counted already. */
static GstScoreKeptFrame *
keep_in_file (GstScoreFrameStore * self, GstBuffer * buffer, gsize size,
    goffset offset, GError ** error)
{
  GstScoreKeptFrame *frame = g_new0 (GstScoreKeptFrame, 1);

  frame->size = size;
  frame->offset = offset;
  frame->sizes = g_array_new (FALSE, FALSE, sizeof (gsize));
  if (!open_file (self, error) || !write_frame (self, frame, buffer)) {
    if (error != NULL && *error == NULL)
      set_file_error (self, error, "write", GST_RESOURCE_ERROR_WRITE);
    gst_buffer_unref (buffer);
    gst_score_frame_store_drop (self, frame);
    return NULL;
  }
  frame->flags = GST_BUFFER_FLAGS (buffer) & BUFFER_FLAGS;
  frame->buffer = make_shell (buffer);
  return frame;
}

/* TRUE with @offset (-1: memory) where there is room. */
static gboolean
reserve (GstScoreFrameStore * self, gsize size, goffset * offset,
    GError ** error)
{
  g_mutex_lock (&self->lock);
  if (self->max_bytes > 0 &&
      self->in_memory + self->in_file + size > self->max_bytes) {
    g_mutex_unlock (&self->lock);
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT,
        "The frames of one episode have grown past max-hold-bytes (%"
        G_GUINT64_FORMAT "). Score long episodes in two steps: first ... ! "
        "scoresink results-location=FILE, then ... ! scoreannotate "
        "scores-location=FILE, which holds nothing back; or raise "
        "max-hold-bytes", self->max_bytes);
    return FALSE;
  }
  *offset = -1;
  if (self->in_memory + size <= self->memory) {
    self->in_memory += size;
  } else {
    *offset = self->end;
    self->end += size;
    self->in_file += size;
  }
  g_mutex_unlock (&self->lock);
  return TRUE;
}

GstScoreKeptFrame *
gst_score_frame_store_put (GstScoreFrameStore * self, GstBuffer * buffer,
    GError ** error)
{
  gsize size = gst_buffer_get_size (buffer);
  goffset offset;

  if (!reserve (self, size, &offset, error)) {
    gst_buffer_unref (buffer);
    return NULL;
  }
  if (offset < 0)
    return keep_in_memory (buffer, size);
  return keep_in_file (self, buffer, size, offset, error);
}

/* Gives the room back, of an empty file all of it. Where that cannot be done
 * the file is only larger than it need be. */
static void
shrink_file (GstScoreFrameStore * self, const GstScoreKeptFrame * frame)
{
  if (self->in_file == 0 && ftruncate (self->fd, 0) == 0)
    self->end = 0;
#ifdef FALLOC_FL_PUNCH_HOLE
  else if (frame->size > 0 &&
      fallocate (self->fd, HOLE, frame->offset, frame->size) < 0)
    errno = 0;
#endif
}

static void
release (GstScoreFrameStore * self, const GstScoreKeptFrame * frame)
{
  g_mutex_lock (&self->lock);
  if (frame->offset < 0) {
    self->in_memory -= frame->size;
  } else {
    self->in_file -= frame->size;
    if (self->fd >= 0)
      shrink_file (self, frame);
  }
  g_mutex_unlock (&self->lock);
}

static gboolean
read_frame (GstScoreFrameStore * self, GstScoreKeptFrame * frame)
{
  goffset offset = frame->offset;

  for (guint i = 0; i < frame->sizes->len; i++) {
    gsize size = g_array_index (frame->sizes, gsize, i);
    GstMemory *memory = gst_allocator_alloc (NULL, size, NULL);
    GstMapInfo map;
    gboolean done;

    if (memory == NULL || !gst_memory_map (memory, &map, GST_MAP_WRITE)) {
      errno = ENOMEM;
      return FALSE;
    }
    done = read_at (self->fd, map.data, size, offset);
    gst_memory_unmap (memory, &map);
    gst_buffer_append_memory (frame->buffer, memory);
    if (!done)
      return FALSE;
    offset += size;
  }
  return TRUE;
}

GstBuffer *
gst_score_frame_store_take (GstScoreFrameStore * self,
    GstScoreKeptFrame * frame, GError ** error)
{
  GstBuffer *buffer = NULL;

  if (frame->offset >= 0) {
    if (!read_frame (self, frame)) {
      set_file_error (self, error, "read", GST_RESOURCE_ERROR_READ);
      gst_score_frame_store_drop (self, frame);
      return NULL;
    }
    /* That the memory is new is nothing that anybody needs to know. */
    GST_BUFFER_FLAG_UNSET (frame->buffer, BUFFER_FLAGS);
    GST_BUFFER_FLAG_SET (frame->buffer, frame->flags);
  }
  buffer = gst_buffer_make_writable (g_steal_pointer (&frame->buffer));
  gst_score_frame_store_drop (self, frame);
  return buffer;
}

void
gst_score_frame_store_drop (GstScoreFrameStore * self,
    GstScoreKeptFrame * frame)
{
  release (self, frame);
  free_kept (frame);
}

void
gst_score_frame_store_get_bytes (GstScoreFrameStore * self,
    guint64 * in_memory, guint64 * in_file)
{
  g_mutex_lock (&self->lock);
  if (in_memory != NULL)
    *in_memory = self->in_memory;
  if (in_file != NULL)
    *in_file = self->in_file;
  g_mutex_unlock (&self->lock);
}
