/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-inputs.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <glob.h>
#include <gst/score/gstscoreerror.h>
#include <stdio.h>
#include <string.h>

#define TS_PACKET 188           /* bytes of a packet of an MPEG transport stream */

/* What is being put together. */
typedef struct
{
  GPtrArray *inputs;            /* of ScoreRunInput */
  GHashTable *seen;             /* borrowed URIs of them */
  GHashTable *folders;          /* "device:inode" of those that are open */
} Collection;

static void
input_free (gpointer data)
{
  ScoreRunInput *input = data;

  g_free (input->video);
  g_free (input->uri);
  g_free (input->place);
  g_free (input);
}

static gboolean
fail (GError ** error, const gchar * format, const gchar * name)
{
  g_autofree gchar *shown = g_filename_display_name (name);

  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "%s \"%s\".", format, shown);
  return FALSE;
}

/* Takes @uri and @place. */
static void
add (Collection * self, const gchar * video, gchar * uri, gchar * place)
{
  ScoreRunInput *input = g_new0 (ScoreRunInput, 1);

  input->video = g_strdup (video);
  input->uri = uri;
  input->place = place;
  if (g_hash_table_contains (self->seen, uri)) {
    input_free (input);
    return;
  }
  g_ptr_array_add (self->inputs, input);
  g_hash_table_add (self->seen, input->uri);
}

static gboolean
add_file (Collection * self, const gchar * path, GError ** error)
{
  g_autofree gchar *whole = g_canonicalize_filename (path, NULL);
  gchar *uri = g_filename_to_uri (whole, NULL, error);

  if (uri == NULL)
    return FALSE;
  add (self, path, uri, g_steal_pointer (&whole));
  return TRUE;
}

static gboolean
add_uri (Collection * self, const gchar * text, GError ** error)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_PARSE_RELAXED, NULL);

  if (uri == NULL)
    return fail (error, "this is no URI:", text);
  add (self, text, g_strdup (text), g_strconcat (g_uri_get_host (uri) ?
          g_uri_get_host (uri) : "", g_uri_get_path (uri), NULL));
  return TRUE;
}

/* Many files that are none end in .ts, too. */
static gboolean
is_transport_stream (const gchar * path)
{
  guint8 start[TS_PACKET + 1];
  FILE *file = fopen (path, "rbe");
  gsize n = 0;

  if (file != NULL) {
    n = fread (start, 1, sizeof start, file);
    fclose (file);
  }
  return n == sizeof start && start[0] == 0x47 && start[TS_PACKET] == 0x47;
}

static gboolean
is_video (const gchar * path)
{
  static const gchar *const endings[] = {
    "mp4", "m4v", "mov", "qt", "mkv", "webm", "avi", "mpg", "mpeg", "m2ts",
    "mts", "m2v", "vob", "flv", "wmv", "asf", "ogv", "ogg", "mxf", "3gp",
    "3g2", "mjpeg", "mjpg", "h264", "264", "h265", "265", "hevc", "ivf", "y4m",
    NULL
  };
  const gchar *dot = strrchr (path, '.');
  g_autofree gchar *ending = NULL;

  if (dot == NULL || strchr (dot, G_DIR_SEPARATOR) != NULL)
    return FALSE;
  ending = g_ascii_strdown (dot + 1, -1);
  if (g_str_equal (ending, "ts"))
    return is_transport_stream (path);
  return g_strv_contains (endings, ending);
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(gchar * const *) a, *(gchar * const *) b);
}

static gboolean walk (Collection * self, const gchar * folder,
    GPtrArray * paths, GError ** error);

static gboolean
look_at (Collection * self, gchar * path, GPtrArray * paths, GError ** error)
{
  g_autofree gchar *owned = path;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return walk (self, path, paths, error);
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && is_video (path))
    g_ptr_array_add (paths, g_steal_pointer (&owned));
  return TRUE;
}

static gboolean
list (Collection * self, const gchar * folder, GPtrArray * paths,
    GError ** error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  const gchar *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL) {
    if (*name != '.' && !look_at (self, g_build_filename (folder, name, NULL),
            paths, error))
      return FALSE;
  }
  return TRUE;
}

/* A link may lead back to a folder that this one is in. */
static gboolean
walk (Collection * self, const gchar * folder, GPtrArray * paths,
    GError ** error)
{
  g_autofree gchar *key = NULL;
  GStatBuf facts;
  gboolean done;

  if (g_stat (folder, &facts) < 0)
    return fail (error, "cannot read the folder", folder);
  key = g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
      (guint64) facts.st_dev, (guint64) facts.st_ino);
  if (g_hash_table_contains (self->folders, key))
    return TRUE;
  g_hash_table_add (self->folders, key);
  done = list (self, folder, paths, error);
  g_hash_table_remove (self->folders, key);
  return done;
}

static gboolean
add_sorted (Collection * self, GPtrArray * paths, GError ** error)
{
  g_ptr_array_sort (paths, compare_paths);
  for (guint i = 0; i < paths->len; i++) {
    if (!add_file (self, g_ptr_array_index (paths, i), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_folder (Collection * self, const gchar * folder, GError ** error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!walk (self, folder, paths, error))
    return FALSE;
  if (paths->len == 0)
    return fail (error, "there is no video in the folder", folder);
  return add_sorted (self, paths, error);
}

static gboolean
add_matches (Collection * self, const gchar * pattern, GError ** error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  glob_t found = { 0 };
  gboolean good = TRUE;

  /* the order of glob() is that of the locale */
  if (glob (pattern, GLOB_NOSORT | GLOB_BRACE, NULL, &found) == 0) {
    for (gsize i = 0; i < found.gl_pathc && good; i++)
      good = look_at (self, g_strdup (found.gl_pathv[i]), paths, error);
  }
  globfree (&found);
  if (good && paths->len == 0)
    return fail (error, "there is no video that fits", pattern);
  return good && add_sorted (self, paths, error);
}

/* One that is not there is a video that cannot be read, as others are. */
static gboolean
add_path (Collection * self, const gchar * path, GError ** error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return add_folder (self, path, error);
  if (!g_file_test (path, G_FILE_TEST_EXISTS) && strpbrk (path, "*?[{") != NULL)
    return add_matches (self, path, error);
  return add_file (self, path, error);
}

static gboolean
add_input (Collection * self, const gchar * text, GError ** error)
{
  g_autofree gchar *path = NULL;

  if (!g_file_test (text, G_FILE_TEST_EXISTS) && strstr (text, "://") != NULL) {
    if (!g_str_has_prefix (text, "file://"))
      return add_uri (self, text, error);
    path = g_filename_from_uri (text, NULL, error);
    return path != NULL && add_path (self, path, error);
  }
  return add_path (self, text, error);
}

GPtrArray *
score_run_inputs_new (gchar ** inputs, GError ** error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (input_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) folders = g_hash_table_new (g_str_hash, g_str_equal);
  Collection self = { list, seen, folders };

  for (; *inputs != NULL; inputs++) {
    if (!add_input (&self, *inputs, error))
      return NULL;
  }
  return g_steal_pointer (&list);
}
