/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scorestall.h"

#define SECONDS_TO_FAIL 3
#define SECONDS_TO_WARN 10
#define OPEN "max-size-buffers=0 max-size-bytes=0 max-size-time=0"

/* The levels that a queue has, and their limits; types differ. */
static const struct
{
  const gchar *level, *limit;
} levels[] = {
  {"current-level-buffers", "max-size-buffers"},
  {"current-level-bytes", "max-size-bytes"},
  {"current-level-time", "max-size-time"},
};

static guint64
get_number (GObject * object, const gchar * name)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) number = G_VALUE_INIT;

  g_object_get_property (object, name, &value);
  g_value_init (&number, G_TYPE_UINT64);
  return g_value_transform (&value, &number) ? g_value_get_uint64 (&number) : 0;
}

static gboolean
is_full (GObject * queue, GObject * limits)
{
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    guint64 level = get_number (queue, levels[i].level);
    guint64 limit = get_number (limits, levels[i].limit);

    if (limit > 0 && level >= limit)
      return TRUE;
  }
  return FALSE;
}

static gboolean
has (gpointer object, const gchar * name)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (object), name) !=
      NULL;
}

static gboolean
check_pad (GstElement * element, GstPad * pad, gpointer user_data)
{
  gboolean *full = user_data;

  if (has (pad, "current-level-time"))
    *full |= is_full (G_OBJECT (pad), G_OBJECT (element));
  return TRUE;
}

/* A queue, or a multiqueue, whose pads have the levels. */
static gboolean
is_full_queue (GstElement * element)
{
  gboolean full = FALSE;

  if (!has (element, "max-size-buffers") || !has (element, "max-size-bytes") ||
      !has (element, "max-size-time"))
    return FALSE;
  if (has (element, "current-level-time"))
    return is_full (G_OBJECT (element), G_OBJECT (element));
  gst_element_foreach_sink_pad (element, check_pad, &full);
  return full;
}

static GstElement *
ref_top (GstElement * element)
{
  GstObject *top = gst_object_ref (GST_OBJECT (element));
  GstObject *parent;

  while ((parent = gst_object_get_parent (top)) != NULL) {
    gst_object_unref (top);
    top = parent;
  }
  return GST_ELEMENT (top);
}

static gboolean
tries_to_run (GstElement * top)
{
  GstState state = GST_STATE_NULL;
  GstStateChangeReturn ret = gst_element_get_state (top, &state, NULL, 0);

  return ret == GST_STATE_CHANGE_ASYNC || state == GST_STATE_PLAYING;
}

static void
add_if_full (const GValue * item, gpointer user_data)
{
  GstElement *element = g_value_get_object (item);
  GString *names = user_data;

  if (is_full_queue (element))
    g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "",
        GST_OBJECT_NAME (element));
}

gchar *
gst_score_find_full_queues (GstElement * element)
{
  g_autoptr (GstElement) top = ref_top (element);
  GString *names = g_string_new (NULL);
  GstIterator *iterator;

  if (GST_IS_BIN (top) && tries_to_run (top)) {
    iterator = gst_bin_iterate_recurse (GST_BIN (top));
    while (gst_iterator_foreach (iterator, add_if_full, names) ==
        GST_ITERATOR_RESYNC) {
      g_string_truncate (names, 0);
      gst_iterator_resync (iterator);
    }
    gst_iterator_free (iterator);
  }
  return g_string_free (names, names->len == 0);
}

gboolean
gst_score_check_stall (GstElement * element, guint * n_seconds)
{
  g_autofree gchar *queues = gst_score_find_full_queues (element);

  ++*n_seconds;
  if (queues != NULL && *n_seconds >= SECONDS_TO_FAIL) {
    GST_ELEMENT_ERROR (element, STREAM, FAILED,
        ("The pipeline stands still: frames are held until their episode ends, "
            "and the rest of it cannot come because these queues are full: %s. "
            "Open them, or put an open queue behind them: queue " OPEN, queues),
        (NULL));
    return TRUE;
  }
  if (*n_seconds == SECONDS_TO_WARN)
    GST_ELEMENT_WARNING (element, STREAM, FAILED,
        ("No frame has come for %u seconds, while others are held until their "
            "episode ends. If another branch comes from the same demuxer, it "
            "needs a queue without limits: queue " OPEN, *n_seconds), (NULL));
  return FALSE;
}
