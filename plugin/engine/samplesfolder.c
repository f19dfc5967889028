/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/samplesfolder.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gst/score/gstscoreerror.h>

#define NAME_SIZE 100           /* bytes of a folder's name, without its number */
#define MAX_NUMBER 10000

struct _ScoreSamplesFolder
{
  gchar *location;
};

static gboolean
fail (GError ** error, const gchar * what, const gchar * path, gint code)
{
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "samples-location: cannot %s %s: %s", what, path, g_strerror (code));
  return FALSE;
}

ScoreSamplesFolder *
score_samples_folder_open (const gchar * location, GError ** error)
{
  ScoreSamplesFolder *self;

  if (g_mkdir_with_parents (location, 0777) < 0) {
    fail (error, "make the folder", location, errno);
    return NULL;
  }
  if (g_access (location, W_OK | X_OK) < 0) {
    fail (error, "write into", location, errno);
    return NULL;
  }
  self = g_new0 (ScoreSamplesFolder, 1);
  self->location = g_strdup (location);
  return self;
}

void
score_samples_folder_close (ScoreSamplesFolder * self)
{
  if (self == NULL)
    return;
  g_free (self->location);
  g_free (self);
}

/* An id as a name that every file system takes and no shell trips over. */
static gchar *
make_name (const gchar * id)
{
  g_autofree gchar *start = g_strndup (id, NAME_SIZE);
  gchar *name = g_strcanon (g_steal_pointer (&start),
      G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '_');

  if (*name == '.' || *name == '-')
    *name = '_';
  if (*name != '\0')
    return name;
  g_free (name);
  return g_strdup ("episode");
}

static gboolean
write_file (const gchar * folder, const gchar * name, gconstpointer data,
    gsize size, GError ** error)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) why = NULL;

  if (g_file_set_contents_full (path, data, size, G_FILE_SET_CONTENTS_NONE,
          0666, &why))
    return TRUE;
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
      "samples-location: %s", why->message);
  return FALSE;
}

/* Methods that choose among the samples give results about some of them only. */
static const ScoreSample *
find_sample (const ScoreEpisode * episode, const GstScoreSample * row)
{
  for (guint i = 0; i < score_episode_get_n_samples (episode); i++) {
    const ScoreSample *sample = score_episode_get_sample (episode, i);

    if (sample->running_time == row->running_time
        && sample->timestamp == row->timestamp)
      return sample;
  }
  return NULL;
}

static gboolean
write_pictures (const gchar * folder, const GstScoreResult * result,
    const ScoreEpisode * episode, GError ** error)
{
  for (guint i = 0; i < gst_score_result_get_n_samples (result); i++) {
    const GstScoreSample *row = gst_score_result_get_sample (result, i);
    const ScoreSample *sample = find_sample (episode, row);
    g_autofree gchar *name = g_strdup_printf ("%05u.jpg", row->index);
    gsize size;
    gconstpointer data;

    if (sample == NULL)
      continue;
    data = g_bytes_get_data (sample->jpeg, &size);
    if (!write_file (folder, name, data, size, error))
      return FALSE;
  }
  return TRUE;
}

static void
remove_folder (const gchar * path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *file = g_build_filename (path, name, NULL);

    g_unlink (file);
  }
  g_clear_pointer (&dir, g_dir_close);
  g_rmdir (path);
}

/* Under the first name that nobody has: renaming onto a folder that holds
 * something fails. */
static gboolean
publish (ScoreSamplesFolder * self, const gchar * path, const gchar * name,
    GError ** error)
{
  for (guint i = 1; i <= MAX_NUMBER; i++) {
    g_autofree gchar *numbered = i == 1 ? g_strdup (name) :
        g_strdup_printf ("%s-%u", name, i);
    g_autofree gchar *target =
        g_build_filename (self->location, numbered, NULL);

    if (g_rename (path, target) == 0)
      return TRUE;
    if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
      break;
  }
  return fail (error, "name the folder", name, errno);
}

gboolean
score_samples_folder_add (ScoreSamplesFolder * self,
    const GstScoreResult * result, const ScoreEpisode * episode,
    GError ** error)
{
  g_autofree gchar *name = make_name (gst_score_result_get_episode_id (result));
  g_autofree gchar *hidden = g_strdup_printf (".%s-XXXXXX", name);
  g_autofree gchar *path = g_build_filename (self->location, hidden, NULL);
  g_autofree gchar *json = gst_score_result_to_json (result);

  if (g_mkdtemp_full (path, 0777) == NULL)
    return fail (error, "make a folder in", self->location, errno);
  if (write_pictures (path, result, episode, error)
      && write_file (path, "record.json", json, strlen (json), error)
      && publish (self, path, name, error))
    return TRUE;
  remove_folder (path);
  return FALSE;
}
