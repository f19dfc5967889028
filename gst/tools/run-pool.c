/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-pool.h"

#include "run-samples.h"
#include "run-scratch.h"

/* What is asked about one video. The first item decodes it and, where there are
 * others, keeps what it sends; the others send the same once it has ended. */
typedef struct
{
  GPtrArray *items;             /* of ScoreRunItem; borrowed */
  guint n_begun, n_ended;
  gchar *location;              /* where samples are kept; NULL: nowhere */
  gboolean is_temporary;        /* and are not the user's */
  gchar *folder;                /* what the others are given; NULL: the video */
} Group;

struct _ScoreRunPool
{
  const ScoreRunOptions *options;
  const ScoreRunSettings *settings;
  ScoreRunPoolFunc done;
  gpointer user_data;

  GPtrArray *videos;            /* of arrays, which own nothing */
  GPtrArray *groups;            /* of Group: those that have begun and not ended */
  guint next;                   /* video */
  guint n_begun;
  gboolean no_more;
  GPtrArray *running;           /* of ScoreRunJob */
  GPtrArray *ended;             /* the same; not to be freed within their calls */
};

static void
group_free (gpointer data)
{
  Group *group = data;

  if (group->is_temporary)
    score_run_scratch_remove (group->location);
  g_ptr_array_unref (group->items);
  g_free (group->location);
  g_free (group->folder);
  g_free (group);
}

ScoreRunPool *
score_run_pool_new (GPtrArray * items, const ScoreRunOptions * options,
    const ScoreRunSettings * settings, ScoreRunPoolFunc done,
    gpointer user_data)
{
  ScoreRunPool *self = g_new0 (ScoreRunPool, 1);

  self->options = options;
  self->settings = settings;
  self->done = done;
  self->user_data = user_data;
  self->videos = score_run_list_group (items);
  self->groups = g_ptr_array_new_with_free_func (group_free);
  self->running = g_ptr_array_new_with_free_func
      ((GDestroyNotify) score_run_job_free);
  self->ended = g_ptr_array_new_with_free_func
      ((GDestroyNotify) score_run_job_free);
  return self;
}

void
score_run_pool_free (ScoreRunPool * self)
{
  g_ptr_array_unref (self->running);
  g_ptr_array_unref (self->ended);
  g_ptr_array_unref (self->groups);
  g_ptr_array_unref (self->videos);
  g_free (self);
}

/* Without a folder every item decodes the video for itself. */
static Group *
add_group (ScoreRunPool * self, GPtrArray * items)
{
  Group *group = g_new0 (Group, 1);

  group->items = g_ptr_array_ref (items);
  if (items->len > 1 && self->options->samples != NULL) {
    group->location = g_strdup (self->options->samples);
  } else if (items->len > 1) {
    group->location = score_run_scratch_new (NULL);
    group->is_temporary = group->location != NULL;
  }
  g_ptr_array_add (self->groups, group);
  return group;
}

static gboolean
is_ready (const Group * group)
{
  return group->n_begun < group->items->len && (group->n_begun == 0
      || group->n_ended > 0 || group->location == NULL);
}

/* What has begun goes first, so that little is kept; NULL: nothing can begin now. */
static Group *
find_group (ScoreRunPool * self)
{
  if (self->no_more || self->running->len >= (guint) self->options->jobs)
    return NULL;
  for (guint i = 0; i < self->groups->len; i++) {
    if (is_ready (g_ptr_array_index (self->groups, i)))
      return g_ptr_array_index (self->groups, i);
  }
  if (self->next == self->videos->len)
    return NULL;
  return add_group (self, g_ptr_array_index (self->videos, self->next++));
}

static Group *
find_group_of (ScoreRunPool * self, const ScoreRunItem * item)
{
  for (guint i = 0; i < self->groups->len; i++) {
    Group *group = g_ptr_array_index (self->groups, i);

    if (g_ptr_array_find (group->items, item, NULL))
      return group;
  }
  return NULL;
}

/* Samples are whole where the video came to its end. */
static void
end_item (ScoreRunPool * self, const ScoreRunJob * job)
{
  const ScoreRunItem *item = score_run_job_get_item (job);
  Group *group = find_group_of (self, item);

  g_assert (group != NULL);
  if (group->n_ended++ == 0 && group->location != NULL
      && score_run_job_was_read (job))
    group->folder = score_run_samples_find (group->location, item->id,
        item->task);
  if (group->n_ended == group->items->len)
    g_ptr_array_remove_fast (self->groups, group);
}

static void
job_done_cb (ScoreRunJob * job, gpointer user_data)
{
  ScoreRunPool *self = user_data;
  guint index;

  self->done (job, self->user_data);
  end_item (self, job);
  if (g_ptr_array_find (self->running, job, &index))
    g_ptr_array_add (self->ended,
        g_ptr_array_steal_index_fast (self->running, index));
}

static void
begin_next (ScoreRunPool * self, Group * group)
{
  const ScoreRunItem *item = g_ptr_array_index (group->items, group->n_begun++);
  ScoreRunJob *job = score_run_job_new (item, self->options, self->settings,
      job_done_cb, self);

  self->n_begun++;
  if (group->n_begun == 1 && group->location != NULL)
    score_run_job_keep_samples (job, group->location);
  else if (group->folder != NULL)
    score_run_job_take_samples (job, group->folder);
  g_ptr_array_add (self->running, job);
  score_run_job_start (job);
}

void
score_run_pool_run (ScoreRunPool * self)
{
  Group *group;

  for (;;) {
    while ((group = find_group (self)) != NULL)
      begin_next (self, group);
    if (self->running->len == 0)
      break;
    g_main_context_iteration (NULL, TRUE);
    g_ptr_array_set_size (self->ended, 0);
  }
}

void
score_run_pool_begin_no_more (ScoreRunPool * self)
{
  self->no_more = TRUE;
}

guint
score_run_pool_get_n_begun (const ScoreRunPool * self)
{
  return self->n_begun;
}

guint
score_run_pool_get_n_running (const ScoreRunPool * self)
{
  return self->running->len;
}
