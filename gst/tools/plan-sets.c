/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-sets.h"

void
score_plan_sets_init (ScorePlanSets * sets)
{
  sets->known = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
      (GDestroyNotify) g_bytes_unref, NULL);
  sets->complete = FALSE;
}

void
score_plan_sets_clear (ScorePlanSets * sets)
{
  g_clear_pointer (&sets->known, g_hash_table_unref);
}

gboolean
score_plan_sets_add (ScorePlanSets * sets, const guint8 * set, gsize size)
{
  g_autoptr (GBytes) bytes = NULL;

  if (sets->complete) {
    bytes = g_bytes_new_static (set, size);
    return g_hash_table_contains (sets->known, bytes);
  }
  g_hash_table_add (sets->known, g_bytes_new (set, size));
  return TRUE;
}

void
score_plan_sets_end_header (ScorePlanSets * sets)
{
  sets->complete = g_hash_table_size (sets->known) > 0;
}

void
score_plan_sets_end_unit (ScorePlanSets * sets)
{
  sets->complete = TRUE;
}
