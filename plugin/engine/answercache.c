/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/answercache.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <gst/gst.h>
#include <gst/score/gstscoreerror.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (score_answer_cache_debug);
#define GST_CAT_DEFAULT score_answer_cache_debug

/* First line of a file: what it is, and the hash of what follows. */
#define MAGIC "gst-score-answer 1 "
#define HASH_SIZE 64
#define HEADER_SIZE (sizeof MAGIC - 1 + HASH_SIZE + 1)
#define SUFFIX ".answer"
#define LEFT_OVER_SECONDS 3600

struct _ScoreAnswerCache
{
  gchar *location;
  guint64 max_bytes;
  guint64 bytes;                /* at the last look, and what was written since */
};

/* A file of the cache, when it is thinned out. */
typedef struct
{
  gchar *path;
  gint64 used;                  /* microseconds */
  guint64 size;
} Entry;

static void
entry_free (Entry * entry)
{
  g_free (entry->path);
  g_free (entry);
}

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *left = *(const Entry * const *) a;
  const Entry *right = *(const Entry * const *) b;

  if (left->used != right->used)
    return left->used < right->used ? -1 : 1;
  return strcmp (left->path, right->path);
}

/* What a process that was killed has not finished: nobody writes for so long. */
static gboolean
is_left_over (const gchar * name, const GStatBuf * status)
{
  return strstr (name, SUFFIX ".") != NULL && S_ISREG (status->st_mode)
      && status->st_mtim.tv_sec + LEFT_OVER_SECONDS
      < g_get_real_time () / G_USEC_PER_SEC;
}

/* NULL for what is no file of the cache, or is gone by now. */
static Entry *
look_at (ScoreAnswerCache * self, const gchar * name)
{
  g_autofree gchar *path = g_build_filename (self->location, name, NULL);
  GStatBuf status;
  Entry *entry;

  if (g_lstat (path, &status) < 0)
    return NULL;
  if (is_left_over (name, &status))
    g_unlink (path);
  if (!g_str_has_suffix (name, SUFFIX) || !S_ISREG (status.st_mode))
    return NULL;
  entry = g_new0 (Entry, 1);
  entry->path = g_steal_pointer (&path);
  entry->used = (gint64) status.st_mtim.tv_sec * G_USEC_PER_SEC
      + status.st_mtim.tv_nsec / 1000;
  entry->size = status.st_size;
  return entry;
}

/* All files, and sets the sum of their sizes. */
static GPtrArray *
list (ScoreAnswerCache * self)
{
  GPtrArray *entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  g_autoptr (GDir) folder = g_dir_open (self->location, 0, NULL);
  const gchar *name;

  self->bytes = 0;
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    Entry *entry = look_at (self, name);

    if (entry == NULL)
      continue;
    self->bytes += entry->size;
    g_ptr_array_add (entries, entry);
  }
  return entries;
}

/* Down to nine tenths, so that not every new answer has to look at all. */
static void
thin_out (ScoreAnswerCache * self)
{
  g_autoptr (GPtrArray) entries = list (self);
  guint64 aim = self->max_bytes - self->max_bytes / 10;

  if (self->bytes <= self->max_bytes)
    return;
  g_ptr_array_sort (entries, compare_entries);
  for (guint i = 0; i < entries->len && self->bytes > aim; i++) {
    const Entry *entry = g_ptr_array_index (entries, i);

    if (g_unlink (entry->path) == 0 || errno == ENOENT)
      self->bytes -= entry->size;
  }
}

static gboolean
fail (GError ** error, const gchar * what, const gchar * path, gint code)
{
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "cache-location: cannot %s %s: %s", what, path, g_strerror (code));
  return FALSE;
}

ScoreAnswerCache *
score_answer_cache_open (const gchar * location, guint64 max_bytes,
    GError ** error)
{
  ScoreAnswerCache *self;

  g_return_val_if_fail (location != NULL, NULL);

  GST_DEBUG_CATEGORY_INIT (score_answer_cache_debug, "scorecache", 0,
      "answers on disk");
  if (g_mkdir_with_parents (location, 0700) < 0) {
    fail (error, "make the folder", location, errno);
    return NULL;
  }
  if (g_access (location, R_OK | W_OK | X_OK) < 0) {
    fail (error, "write into", location, errno);
    return NULL;
  }
  self = g_new0 (ScoreAnswerCache, 1);
  self->location = g_strdup (location);
  self->max_bytes = max_bytes;
  if (max_bytes > 0)
    thin_out (self);
  return self;
}

void
score_answer_cache_close (ScoreAnswerCache * self)
{
  if (self == NULL)
    return;
  g_free (self->location);
  g_free (self);
}

static gchar *
get_path (ScoreAnswerCache * self, const gchar * key)
{
  g_autofree gchar *name = g_strconcat (key, SUFFIX, NULL);

  return g_build_filename (self->location, name, NULL);
}

static gboolean
is_whole (const gchar * text, gsize size)
{
  g_autofree gchar *hash = NULL;

  if (size < HEADER_SIZE || !g_str_has_prefix (text, MAGIC)
      || text[HEADER_SIZE - 1] != '\n')
    return FALSE;
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
      (const guchar *) text + HEADER_SIZE, size - HEADER_SIZE);
  return strncmp (hash, text + sizeof MAGIC - 1, HASH_SIZE) == 0;
}

GBytes *
score_answer_cache_get (ScoreAnswerCache * self, const gchar * key)
{
  g_autofree gchar *path = get_path (self, key);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = NULL;
  gchar *text;
  gsize size;

  if (!g_file_get_contents (path, &text, &size, &error)) {
    if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      GST_WARNING ("%s", error->message);
    return NULL;
  }
  file = g_bytes_new_take (text, size);
  if (!is_whole (text, size)) {
    GST_WARNING ("%s is damaged and goes", path);
    g_unlink (path);
    return NULL;
  }
  (void) utimensat (AT_FDCWD, path, NULL, 0);
  return g_bytes_new_from_bytes (file, HEADER_SIZE, size - HEADER_SIZE);
}

static GString *
make_file (GBytes * answer)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (answer, &size);
  g_autofree gchar *hash =
      g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, answer);
  GString *text = g_string_sized_new (HEADER_SIZE + size);

  g_string_append_printf (text, MAGIC "%s\n", hash);
  g_string_append_len (text, data, size);
  return text;
}

gboolean
score_answer_cache_put (ScoreAnswerCache * self, const gchar * key,
    GBytes * answer, GError ** error)
{
  g_autofree gchar *path = get_path (self, key);
  g_autoptr (GString) text = make_file (answer);
  g_autoptr (GError) why = NULL;

  if (self->max_bytes > 0 && text->len > self->max_bytes)
    return TRUE;
  if (!g_file_set_contents_full (path, text->str, text->len,
          G_FILE_SET_CONTENTS_CONSISTENT, 0600, &why)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "cache-location: %s", why->message);
    return FALSE;
  }
  self->bytes += text->len;
  if (self->max_bytes > 0 && self->bytes > self->max_bytes)
    thin_out (self);
  return TRUE;
}
