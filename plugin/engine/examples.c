/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/examples.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gst/score/gstscoreerror.h>

#include "media/jpegheader.h"
#include "method/select.h"

#define MAX_FILE_BYTES (16 * 1024 * 1024)

static void
free_example (gpointer data)
{
  ScoreExample *example = data;

  g_free (example->task);
  g_array_unref (example->pictures);
  g_array_unref (example->progress);
  g_free (example);
}

static void
clear_still (gpointer data)
{
  ScoreStill *still = data;

  g_bytes_unref (still->jpeg);
  g_bytes_unref (still->base64);
}

static ScoreExample *
new_example (const gchar * task)
{
  ScoreExample *example = g_new0 (ScoreExample, 1);

  example->task = g_strdup (task);
  example->pictures = g_array_new (FALSE, FALSE, sizeof (ScoreStill));
  g_array_set_clear_func (example->pictures, clear_still);
  example->progress = g_array_new (FALSE, FALSE, sizeof (gdouble));
  return example;
}

void
score_examples_free (ScoreExamples * examples)
{
  if (examples == NULL)
    return;
  g_ptr_array_unref (examples->list);
  g_free (examples);
}

static gboolean
fail (GError ** error, const gchar * path, const gchar * why)
{
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "gvl-context: %s: %s", path, why);
  return FALSE;
}

/* Up to a byte more than fits, so that the caller sees that it does not. */
static gboolean
read_all (gint fd, GByteArray * into)
{
  guint8 block[65536];

  while (into->len <= MAX_FILE_BYTES) {
    gssize n = read (fd, block, MIN (sizeof block,
            MAX_FILE_BYTES + 1 - into->len));

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return n == 0;
    g_byte_array_append (into, block, n);
  }
  return TRUE;
}

/* Opened without blocking, so that a fifo cannot hold the start of an element. */
static GBytes *
read_file (const gchar * path, GError ** error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  gint fd = g_open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
  gint problem = fd < 0 ? errno : 0;
  struct stat info;

  if (fd >= 0) {
    if (fstat (fd, &info) < 0 || !S_ISREG (info.st_mode))
      problem = EINVAL;
    else if (!read_all (fd, data))
      problem = errno;
    close (fd);
  }
  if (problem != 0)
    fail (error, path, problem == EINVAL ? "not a regular file"
        : g_strerror (problem));
  else if (data->len > MAX_FILE_BYTES)
    fail (error, path, "the file is too large to be one of samples-location");
  else
    return g_byte_array_free_to_bytes (g_steal_pointer (&data));
  return NULL;
}

static gboolean
add_picture (ScoreExample * example, const gchar * folder,
    const GstScoreSample * sample, GError ** error)
{
  g_autofree gchar *name = g_strdup_printf ("%05u.jpg", sample->index);
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) jpeg = read_file (path, error);
  g_autoptr (GError) why = NULL;
  ScoreJpegHeader header = { 0, };
  ScoreStill still = { NULL, };
  gconstpointer data;
  gchar *base64;
  gsize size;

  if (jpeg == NULL)
    return FALSE;
  data = g_bytes_get_data (jpeg, &size);
  if (!score_jpeg_header_parse (&header, data, size, &why))
    return fail (error, path, why->message);
  base64 = g_base64_encode (data, size);
  still.jpeg = g_steal_pointer (&jpeg);
  still.base64 = g_bytes_new_take (base64, strlen (base64));
  still.width = header.width;
  still.height = header.height;
  g_array_append_val (example->pictures, still);
  g_array_append_val (example->progress, sample->progress);
  return TRUE;
}

static GstScoreResult *
read_record (const gchar * path, GError ** error)
{
  g_autoptr (GBytes) json = read_file (path, error);
  g_autoptr (GstScoreResult) result = NULL;
  g_autoptr (GError) why = NULL;
  gconstpointer data;
  gsize size;

  if (json == NULL)
    return NULL;
  data = g_bytes_get_data (json, &size);
  result = gst_score_result_new_from_json (data, size, &why);
  if (result == NULL) {
    fail (error, path, why->message);
    return NULL;
  }
  if (gst_score_result_get_error (result) != NULL
      || gst_score_result_get_n_samples (result) == 0) {
    fail (error, path, "the episode was not scored, so that it has no progress "
        "to show");
    return NULL;
  }
  return g_steal_pointer (&result);
}

static gboolean
add_episode (ScoreExamples * self, const gchar * folder, GError ** error)
{
  g_autofree gchar *path = g_build_filename (folder, "record.json", NULL);
  g_autoptr (GstScoreResult) result = read_record (path, error);
  guint indices[SCORE_EXAMPLES_MAX_PICTURES], n;
  ScoreExample *example;

  if (result == NULL)
    return FALSE;
  example = new_example (gst_score_result_get_task (result));
  g_ptr_array_add (self->list, example);
  n = score_select_even (gst_score_result_get_n_samples (result),
      G_N_ELEMENTS (indices), indices);
  for (guint i = 0; i < n; i++) {
    if (!add_picture (example, folder, gst_score_result_get_sample (result,
                indices[i]), error))
      return FALSE;
  }
  return TRUE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

/* Folders in @location that hold a record, in the order of their names. */
static GPtrArray *
list_episodes (const gchar * location)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);
  GDir *dir = g_dir_open (location, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *record =
        g_build_filename (location, name, "record.json", NULL);

    if (*name != '.' && g_file_test (record, G_FILE_TEST_EXISTS))
      g_ptr_array_add (folders, g_build_filename (location, name, NULL));
  }
  g_clear_pointer (&dir, g_dir_close);
  g_ptr_array_sort (folders, compare_names);
  return folders;
}

ScoreExamples *
score_examples_load (const gchar * location, GError ** error)
{
  g_autoptr (ScoreExamples) self = g_new0 (ScoreExamples, 1);
  g_autofree gchar *record = g_build_filename (location, "record.json", NULL);
  g_autoptr (GPtrArray) folders = NULL;

  self->list = g_ptr_array_new_with_free_func (free_example);
  if (g_file_test (record, G_FILE_TEST_EXISTS))
    return add_episode (self, location, error) ? g_steal_pointer (&self) : NULL;
  folders = list_episodes (location);
  if (folders->len == 0 || folders->len > SCORE_EXAMPLES_MAX_EPISODES) {
    fail (error, location, folders->len == 0 ? "no folder of an episode, as "
        "samples-location writes them, nor a folder of such" : "more than 16 "
        "episodes; examples are shown with every question, so take a few");
    return NULL;
  }
  for (guint i = 0; i < folders->len; i++) {
    if (!add_episode (self, g_ptr_array_index (folders, i), error))
      return NULL;
  }
  return g_steal_pointer (&self);
}

static void
update_digest (GChecksum * checksum, const ScoreExample * example)
{
  if (example->task != NULL)
    g_checksum_update (checksum, (const guchar *) example->task, -1);
  for (guint i = 0; i < example->pictures->len; i++) {
    const ScoreStill *still = &g_array_index (example->pictures, ScoreStill, i);
    gchar number[G_ASCII_DTOSTR_BUF_SIZE] = { 0, };

    g_ascii_dtostr (number, sizeof number,
        g_array_index (example->progress, gdouble, i));
    g_checksum_update (checksum, (const guchar *) number, sizeof number);
    g_checksum_update (checksum, g_bytes_get_data (still->jpeg, NULL),
        g_bytes_get_size (still->jpeg));
  }
}

gchar *
score_examples_make_digest (const ScoreExamples * examples)
{
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gchar *digest;

  for (guint i = 0; i < examples->list->len; i++)
    update_digest (checksum, g_ptr_array_index (examples->list, i));
  digest = g_strndup (g_checksum_get_string (checksum), 16);
  g_checksum_free (checksum);
  return digest;
}
