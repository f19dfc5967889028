/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "eval-file.h"
#include "eval-lines.h"

/* Results files are appended to: what failed may be scored further down. */
static gboolean
is_better (const EvalEpisode * later, const EvalEpisode * earlier)
{
  return later->scored || !earlier->scored;
}

/* The final records, one for each episode and task, by "task\nid". */
static GHashTable *
choose_records (EvalFile * self)
{
  GHashTable *chosen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);

  for (guint i = 0; i < self->records->len; i++) {
    EvalEpisode *episode = g_ptr_array_index (self->records, i);
    g_autofree gchar *key = g_strconcat (episode->task, "\n", episode->id,
        NULL);
    EvalEpisode *earlier = g_hash_table_lookup (chosen, key);

    if (episode->provisional) {
      self->counts.provisional++;
      continue;
    }
    if (earlier != NULL)
      self->counts.replaced++;
    if (earlier == NULL || is_better (episode, earlier))
      g_hash_table_insert (chosen, g_steal_pointer (&key), episode);
  }
  return chosen;
}

/* FALSE where the manifest does not know the episode. */
static gboolean
join (EvalEpisode * episode, const ScoreManifest * manifest)
{
  const ScoreManifestEntry *entry;

  if (manifest == NULL)
    return TRUE;
  entry = score_manifest_find (manifest, episode->id);
  if (entry == NULL)
    return FALSE;
  episode->own_task = entry->task;
  episode->data_source = entry->data_source;
  episode->label = entry->label;
  episode->partial_success = entry->partial_success;
  return TRUE;
}

static void
sort_in (EvalFile * self, EvalEpisode * episode)
{
  EvalCounts *counts = &self->counts;

  if (!episode->scored) {
    counts->failed++;
  } else if (isnan (episode->values[EVAL_LAST])) {
    counts->empty++;
  } else if (*episode->task != '\0'
      && !g_str_equal (episode->task, episode->own_task)) {
    counts->other_task++;
    g_ptr_array_add (self->others, episode);
  } else {
    counts->scored++;
    counts->unlabelled += episode->label == SCORE_LABEL_NONE;
    counts->minmax += episode->is_minmax;
    g_ptr_array_add (self->episodes, episode);
  }
}

/* By data set, task and id, so that nothing depends on the order of a file. */
static gint
compare_episodes (gconstpointer a, gconstpointer b)
{
  const EvalEpisode *left = *(EvalEpisode * const *) a;
  const EvalEpisode *right = *(EvalEpisode * const *) b;
  gint order = g_strcmp0 (left->data_source, right->data_source);

  if (order == 0)
    order = g_strcmp0 (left->own_task, right->own_task);
  if (order == 0)
    order = g_strcmp0 (left->id, right->id);
  return order != 0 ? order : g_strcmp0 (left->task, right->task);
}

/* Every name once, sorted. */
static gchar *
list_names (EvalFile * self, gsize offset)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GList) sorted = NULL;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->records->len; i++) {
    const gchar *name = G_STRUCT_MEMBER (gchar *,
        g_ptr_array_index (self->records, i), offset);

    if (name != NULL)
      g_hash_table_add (names, (gpointer) name);
  }
  sorted = g_list_sort (g_hash_table_get_keys (names),
      (GCompareFunc) g_strcmp0);
  for (GList * name = sorted; name != NULL; name = name->next)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
        (const gchar *) name->data);
  return g_string_free (text, FALSE);
}

/* How many entries no record of @seen ids belongs to. */
static guint
count_missing (const ScoreManifest * manifest, GHashTable * seen)
{
  guint n = score_manifest_get_n_entries (manifest), missing = 0;

  for (guint i = 0; i < n; i++)
    missing += !g_hash_table_contains (seen,
        score_manifest_get_entry (manifest, i)->id);
  return missing;
}

static void
join_all (EvalFile * self, const ScoreManifest * manifest)
{
  g_autoptr (GHashTable) chosen = choose_records (self);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, chosen);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    EvalEpisode *episode = value;

    if (join (episode, manifest)) {
      sort_in (self, episode);
      g_hash_table_add (seen, episode->id);
    } else {
      self->counts.unknown++;
    }
  }
  if (manifest != NULL)
    self->counts.missing = count_missing (manifest, seen);
  g_ptr_array_sort (self->episodes, compare_episodes);
  g_ptr_array_sort (self->others, compare_episodes);
}

/* Nothing in common with the manifest is a mistake of the caller. */
static gboolean
check (EvalFile * self, GError ** error)
{
  const EvalEpisode *first;

  if (self->records->len == 0) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
        "%s has no records.", self->path);
    return FALSE;
  }
  first = g_ptr_array_index (self->records, 0);
  if (self->counts.unknown > 0 && self->counts.unknown
      + self->counts.replaced + self->counts.provisional
      == self->counts.records) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "No record of %s is in the manifest; the first is of the episode"
        " \"%s\".", self->path, first->id);
    return FALSE;
  }
  return TRUE;
}

EvalFile *
eval_file_load (const gchar * path, const ScoreManifest * manifest,
    GError ** error)
{
  g_autoptr (EvalFile) self = g_new0 (EvalFile, 1);

  self->path = g_strdup (path);
  self->episodes = g_ptr_array_new ();
  self->others = g_ptr_array_new ();
  self->records = eval_lines_load (path, &self->counts.torn, error);
  if (self->records == NULL)
    return NULL;
  self->counts.records = self->records->len;
  self->methods = list_names (self, G_STRUCT_OFFSET (EvalEpisode, method));
  self->models = list_names (self, G_STRUCT_OFFSET (EvalEpisode, model));
  join_all (self, manifest);
  if (!check (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
eval_file_free (EvalFile * self)
{
  g_ptr_array_unref (self->episodes);
  g_ptr_array_unref (self->others);
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_free (self->methods);
  g_free (self->models);
  g_free (self->path);
  g_free (self);
}
