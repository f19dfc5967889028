/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "export-records.h"

#include <errno.h>
#include <gst/score/gstscoreerror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static void
free_episode (gpointer data)
{
  ExportEpisode *episode = data;

  gst_score_result_unref (episode->result);
  g_free (episode->where);
  g_free (episode);
}

static const gchar *
get_id (const ExportEpisode * episode)
{
  return gst_score_result_get_episode_id (episode->result);
}

static gboolean
is_blank (const gchar * line, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isspace (line[i]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_line (GPtrArray * episodes, const gchar * line, gsize length,
    gchar * where, GError ** error)
{
  g_autofree gchar *place = where;
  g_autoptr (GError) failure = NULL;
  ExportEpisode *episode;
  GstScoreResult *result;

  if (is_blank (line, length))
    return TRUE;
  result = gst_score_result_new_from_json (line, (gssize) length, &failure);
  if (result == NULL) {
    g_set_error (error, failure->domain, failure->code, "%s: %s%s", place,
        failure->message, line[length - 1] == '\n' ? "" :
        " (The line has no end: was the file cut?)");
    return FALSE;
  }
  episode = g_new0 (ExportEpisode, 1);
  episode->result = result;
  episode->where = g_steal_pointer (&place);
  g_ptr_array_add (episodes, episode);
  return TRUE;
}

static gboolean
read_lines (GPtrArray * episodes, FILE * stream, const gchar * name,
    GError ** error)
{
  gchar *line = NULL;
  gsize size = 0;
  gssize length;
  guint number = 0;
  gboolean good = TRUE;

  while (good && (length = getline (&line, &size, stream)) > 0) {
    gsize skipped = number == 0 && g_str_has_prefix (line, BYTE_ORDER_MARK) ?
        strlen (BYTE_ORDER_MARK) : 0;

    number++;
    if ((gsize) length > skipped)
      good = add_line (episodes, line + skipped, (gsize) length - skipped,
          g_strdup_printf ("%s, line %u", name, number), error);
  }
  if (good && ferror (stream)) {
    good = FALSE;
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "%s cannot be read: %s", name, g_strerror (errno));
  }
  free (line);
  return good;
}

static gboolean
read_file (GPtrArray * episodes, const gchar * path, GError ** error)
{
  FILE *stream;
  gboolean good;

  if (g_str_equal (path, "-"))
    return read_lines (episodes, stdin, "standard input", error);
  stream = fopen (path, "re");
  if (stream == NULL) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "%s cannot be read: %s", path, g_strerror (errno));
    return FALSE;
  }
  good = read_lines (episodes, stream, path, error);
  fclose (stream);
  return good;
}

static gchar *
make_key (const ExportEpisode * episode)
{
  const gchar *task = gst_score_result_get_task (episode->result);

  return g_strdup_printf ("%s\n%s", get_id (episode), task ? task : "");
}

/* An episode that was asked about again has several records of its id and task:
 * the last one counts, unless only an earlier one was scored, and in the place of
 * the first. */
static void
drop_replaced (GPtrArray * episodes)
{
  g_autoptr (GHashTable) places =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  guint n_read = episodes->len;

  g_ptr_array_set_free_func (episodes, NULL);
  for (guint i = 0; i < n_read; i++) {
    ExportEpisode *episode = episodes->pdata[i], *earlier;
    gchar *key = make_key (episode);
    gpointer place = g_hash_table_lookup (places, key);

    if (place == NULL) {
      g_ptr_array_add (kept, episode);
      g_hash_table_insert (places, key, GUINT_TO_POINTER (kept->len));
      continue;
    }
    g_free (key);
    earlier = kept->pdata[GPOINTER_TO_UINT (place) - 1];
    if (gst_score_result_is_scored (episode->result)
        || !gst_score_result_is_scored (earlier->result)) {
      kept->pdata[GPOINTER_TO_UINT (place) - 1] = episode;
      episode = earlier;
    }
    free_episode (episode);
  }
  g_ptr_array_set_size (episodes, 0);
  g_ptr_array_set_free_func (episodes, free_episode);
  g_ptr_array_extend_and_steal (episodes, g_steal_pointer (&kept));
  if (episodes->len < n_read)
    g_printerr ("%s: %u records are left out for others of the same episode and"
        " task; --keep-all exports them too.\n", g_get_prgname (),
        n_read - episodes->len);
}

static gboolean
keep_ids (GPtrArray * episodes, const gchar * const *ids, GError ** error)
{
  for (guint i = 0; ids[i] != NULL; i++) {
    gboolean found = FALSE;

    for (guint k = 0; k < episodes->len && !found; k++)
      found = g_str_equal (get_id (episodes->pdata[k]), ids[i]);
    if (!found) {
      g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
          "--episode: no record is of the episode \"%s\".", ids[i]);
      return FALSE;
    }
  }
  for (guint k = episodes->len; k-- > 0;) {
    if (!g_strv_contains (ids, get_id (episodes->pdata[k])))
      g_ptr_array_remove_index (episodes, k);
  }
  return TRUE;
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  return strverscmp (get_id (*(ExportEpisode * const *) a),
      get_id (*(ExportEpisode * const *) b));
}

GPtrArray *
export_records_read (const gchar * const *files, const ExportChoice * choice,
    GError ** error)
{
  g_autoptr (GPtrArray) episodes =
      g_ptr_array_new_with_free_func (free_episode);

  for (guint i = 0; files[i] != NULL; i++) {
    if (!read_file (episodes, files[i], error))
      return NULL;
  }
  if (!choice->keep_all)
    drop_replaced (episodes);
  if (choice->sort)
    g_ptr_array_sort (episodes, compare_ids);
  /* Before others are left out: an episode has its index however it is chosen. */
  for (guint i = 0; i < episodes->len; i++)
    ((ExportEpisode *) episodes->pdata[i])->index = i;
  if (choice->ids != NULL && !keep_ids (episodes, choice->ids, error))
    return NULL;
  if (episodes->len == 0) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "%s holds no record.", files[0]);
    return NULL;
  }
  return g_steal_pointer (&episodes);
}
