/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/objectcache.h"

struct _ScoreObjectCache
{
  GHashTable *entries;          /* task -> GStrv */
  GQueue order;                 /* tasks owned by entries, longest unused first */
  guint max_tasks;
};

ScoreObjectCache *
score_object_cache_new (guint max_tasks)
{
  ScoreObjectCache *self = g_new0 (ScoreObjectCache, 1);

  g_assert (max_tasks > 0);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) g_strfreev);
  g_queue_init (&self->order);
  self->max_tasks = max_tasks;
  return self;
}

void
score_object_cache_free (ScoreObjectCache * self)
{
  if (self == NULL)
    return;
  g_queue_clear (&self->order);
  g_hash_table_unref (self->entries);
  g_free (self);
}

static void
forget (ScoreObjectCache * self, const gchar * task)
{
  gpointer key;

  if (!g_hash_table_lookup_extended (self->entries, task, &key, NULL))
    return;
  g_queue_remove (&self->order, key);
  g_hash_table_remove (self->entries, key);
}

const gchar *const *
score_object_cache_get (ScoreObjectCache * self, const gchar * task)
{
  gpointer key, objects;

  if (!g_hash_table_lookup_extended (self->entries, task, &key, &objects))
    return NULL;
  g_queue_remove (&self->order, key);
  g_queue_push_tail (&self->order, key);
  return objects;
}

void
score_object_cache_put (ScoreObjectCache * self, const gchar * task,
    const gchar * const *objects)
{
  gchar *key = g_strdup (task);
  GStrv copy = g_strdupv ((gchar **) objects);

  forget (self, task);
  if (g_hash_table_size (self->entries) >= self->max_tasks)
    forget (self, g_queue_peek_head (&self->order));
  g_hash_table_insert (self->entries, key, copy);
  g_queue_push_tail (&self->order, key);
}
