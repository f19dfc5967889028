/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scoreexpected.h"

#define N_TASKS 64
#define N_EPISODES 8

typedef struct
{
  gchar *task;
  GstClockTime durations[N_EPISODES];   /* a ring; 0: none */
  guint next;
} Memory;

struct _GstScoreExpected
{
  GQueue memories;              /* of Memory: the last used first */
};

GstScoreExpected *
gst_score_expected_new (void)
{
  GstScoreExpected *self = g_new0 (GstScoreExpected, 1);

  g_queue_init (&self->memories);
  return self;
}

static void
memory_free (gpointer data)
{
  Memory *memory = data;

  g_free (memory->task);
  g_free (memory);
}

void
gst_score_expected_free (GstScoreExpected * self)
{
  if (self == NULL)
    return;
  g_queue_clear_full (&self->memories, memory_free);
  g_free (self);
}

static GList *
find (const GstScoreExpected * self, const gchar * task)
{
  for (GList * item = self->memories.head; item != NULL; item = item->next) {
    if (g_str_equal (((const Memory *) item->data)->task, task))
      return item;
  }
  return NULL;
}

/* Moved to the front; the one that was used least recently makes room. */
static Memory *
use (GstScoreExpected * self, const gchar * task)
{
  GList *item = find (self, task);
  Memory *memory;

  if (item != NULL) {
    g_queue_unlink (&self->memories, item);
    g_queue_push_head_link (&self->memories, item);
    return item->data;
  }
  if (g_queue_get_length (&self->memories) == N_TASKS)
    memory_free (g_queue_pop_tail (&self->memories));
  memory = g_new0 (Memory, 1);
  memory->task = g_strdup (task);
  g_queue_push_head (&self->memories, memory);
  return memory;
}

void
gst_score_expected_add (GstScoreExpected * self, const gchar * task,
    GstClockTime duration)
{
  Memory *memory;

  if (task == NULL || !GST_CLOCK_TIME_IS_VALID (duration) || duration == 0)
    return;
  memory = use (self, task);
  memory->durations[memory->next++ % N_EPISODES] = duration;
}

GstClockTime
gst_score_expected_get (const GstScoreExpected * self, const gchar * task)
{
  GList *item = task ? find (self, task) : NULL;
  GstClockTime longest = 0;

  if (item == NULL)
    return 0;
  for (guint i = 0; i < N_EPISODES; i++)
    longest = MAX (longest, ((const Memory *) item->data)->durations[i]);
  return longest;
}
