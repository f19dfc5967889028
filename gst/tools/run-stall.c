/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-stall.h"

static gboolean
has_thread (GstPad * pad)
{
  GstTask *task;
  gboolean started;

  GST_OBJECT_LOCK (pad);
  task = GST_PAD_TASK (pad);
  started = task != NULL && gst_task_get_state (task) == GST_TASK_STARTED;
  GST_OBJECT_UNLOCK (pad);
  return started;
}

static gint
compare_pad (const GValue * item, const GValue * unused)
{
  return has_thread (g_value_get_object (item)) ? 0 : 1;
}

static gboolean
finds (GstIterator * iterator, GCompareFunc compare)
{
  g_auto (GValue) found = G_VALUE_INIT;
  gboolean result;

  result = gst_iterator_find_custom (iterator, compare, &found, NULL);
  gst_iterator_free (iterator);
  return result;
}

static gint
compare_element (const GValue * item, const GValue * unused)
{
  return finds (gst_element_iterate_pads (g_value_get_object (item)),
      (GCompareFunc) compare_pad) ? 0 : 1;
}

gboolean
score_run_is_stalled (GstElement * bin)
{
  return !finds (gst_bin_iterate_recurse (GST_BIN (bin)),
      (GCompareFunc) compare_element);
}
