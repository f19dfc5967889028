/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-list.h"

#include "manifest.h"
#include "run-confusion.h"
#include "run-ids.h"
#include "run-inputs.h"

#include <gst/score/gstscoreerror.h>
#include <string.h>

ScoreRunItem *
score_run_item_new (const gchar * id, const gchar * uri, const gchar * video,
    const gchar * task, guint line)
{
  ScoreRunItem *self = g_new0 (ScoreRunItem, 1);

  self->id = g_strdup (id);
  self->uri = g_strdup (uri);
  self->video = g_strdup (video);
  self->task = g_strdup (task);
  self->line = line;
  return self;
}

void
score_run_item_free (ScoreRunItem * self)
{
  g_free (self->id);
  g_free (self->uri);
  g_free (self->video);
  g_free (self->task);
  g_free (self);
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) score_run_item_free);
}

static gchar *
make_uri (const gchar * video, GError ** error)
{
  g_autofree gchar *whole = NULL;

  if (strstr (video, "://") != NULL)
    return g_strdup (video);
  whole = g_canonicalize_filename (video, NULL);
  return g_filename_to_uri (whole, NULL, error);
}

static GPtrArray *
read_manifest (const gchar * path, GError ** error)
{
  g_autoptr (ScoreManifest) manifest = score_manifest_load (path,
      SCORE_MANIFEST_NEED_VIDEOS, error);
  g_autoptr (GPtrArray) items = new_list ();

  if (manifest == NULL)
    return NULL;
  for (guint i = 0; i < score_manifest_get_n_entries (manifest); i++) {
    const ScoreManifestEntry *entry = score_manifest_get_entry (manifest, i);
    g_autofree gchar *uri = make_uri (entry->video, error);

    if (uri == NULL)
      return NULL;
    g_ptr_array_add (items, score_run_item_new (entry->id, uri, entry->video,
            entry->task, entry->line));
  }
  return g_steal_pointer (&items);
}

static GPtrArray *
read_inputs (const ScoreRunOptions * options, GError ** error)
{
  g_autoptr (GPtrArray) inputs = score_run_inputs_new (options->inputs, error);
  g_auto (GStrv) ids = NULL;
  GPtrArray *items;

  if (inputs == NULL)
    return NULL;
  ids = score_run_ids_new (inputs);
  items = new_list ();
  for (guint i = 0; i < inputs->len; i++) {
    const ScoreRunInput *input = g_ptr_array_index (inputs, i);

    g_ptr_array_add (items, score_run_item_new (ids[i], input->uri,
            input->video, options->task, 0));
  }
  return items;
}

static GPtrArray *
read_items (const ScoreRunOptions * options, GError ** error)
{
  if (options->manifest != NULL)
    return read_manifest (options->manifest, error);
  if (options->inputs == NULL || options->inputs[0] == NULL)
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "No video is named.");
  else if (options->task == NULL || *options->task == '\0')
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "The videos have no task.");
  else if (!g_utf8_validate (options->task, -1, NULL))
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "The task is not UTF-8.");
  else
    return read_inputs (options, error);
  return NULL;
}

/* By the video, so that it need not be decoded in two places. */
static GPtrArray *
take_part (GPtrArray * items, guint shard, guint n_shards)
{
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *part = new_list ();

  for (guint i = 0; i < items->len; i++) {
    const ScoreRunItem *item = g_ptr_array_index (items, i);
    guint place = GPOINTER_TO_UINT (g_hash_table_lookup (places, item->uri));

    if (place == 0) {
      place = g_hash_table_size (places) + 1;
      g_hash_table_insert (places, item->uri, GUINT_TO_POINTER (place));
    }
    if ((place - 1) % n_shards == shard - 1)
      g_ptr_array_add (part, score_run_item_new (item->id, item->uri,
              item->video, item->task, item->line));
  }
  return part;
}

GPtrArray *
score_run_list_new (const ScoreRunOptions * options, GError ** error)
{
  g_autoptr (GPtrArray) all = read_items (options, error);
  g_autoptr (GPtrArray) part = NULL;

  g_assert (options->shard >= 1 && options->shard <= options->n_shards);
  if (all == NULL)
    return NULL;
  part = take_part (all, options->shard, options->n_shards);
  if (!options->confusion)
    return g_steal_pointer (&part);
  return score_run_confusion_new (part, all);
}

GPtrArray *
score_run_list_group (GPtrArray * items)
{
  g_autoptr (GHashTable) by_uri = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *groups =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < items->len; i++) {
    ScoreRunItem *item = g_ptr_array_index (items, i);
    GPtrArray *group = g_hash_table_lookup (by_uri, item->uri);

    if (group == NULL) {
      group = g_ptr_array_new ();
      g_ptr_array_add (groups, group);
      g_hash_table_insert (by_uri, item->uri, group);
    }
    g_ptr_array_add (group, item);
  }
  return groups;
}
