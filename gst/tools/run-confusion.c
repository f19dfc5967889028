/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-confusion.h"

/* The distinct tasks, borrowed. */
static GPtrArray *
list_tasks (GPtrArray * all)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *tasks = g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++) {
    const ScoreRunItem *item = g_ptr_array_index (all, i);

    if (g_hash_table_add (seen, item->task))
      g_ptr_array_add (tasks, item->task);
  }
  return tasks;
}

static void
add (GPtrArray * list, const ScoreRunItem * item, const gchar * task)
{
  g_ptr_array_add (list, score_run_item_new (item->id, item->uri, item->video,
          task, item->line));
}

GPtrArray *
score_run_confusion_new (GPtrArray * items, GPtrArray * all)
{
  g_autoptr (GPtrArray) tasks = list_tasks (all);
  GPtrArray *list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) score_run_item_free);

  for (guint i = 0; i < items->len; i++) {
    const ScoreRunItem *item = g_ptr_array_index (items, i);

    add (list, item, item->task);
    for (guint k = 0; k < tasks->len; k++) {
      const gchar *task = g_ptr_array_index (tasks, k);

      if (!g_str_equal (task, item->task))
        add (list, item, task);
    }
  }
  return list;
}
