/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/annotatehold.h"

#include "elements/framestore.h"

struct _GstScoreHeldEpisode
{
  guint64 number;
  gchar *id;
  gint known;                   /* atomic: whether there is or was a result */
  gint left;                    /* atomic: whether frames left without the final one */

  /* Guarded by the hold's lock. */
  gchar *task;                  /* NULL while unknown; never changes then */
  gboolean resolved;            /* nothing more will be known of it */
  GstScoreResult *result;       /* NULL and resolved: no episode at all */
};

typedef struct
{
  GstScoreKeptFrame *frame;     /* or */
  GstEvent *event;              /* or */
  GstQuery *query;              /* borrowed from who waits */
  GstScoreHeldEpisode *episode; /* of the frame; NULL: of none */
  GstClockTime stream_time;
  GstClockTimeDiff arrival;
} Item;

struct _GstScoreHold
{
  GstScoreFrameStore *store;

  /* Guards all that follows; nothing is called under it but the store's ways
   * to give room back. */
  GMutex lock;
  GCond cond;                   /* any change */
  gboolean flushing;
  GQueue items;                 /* of Item */
  GQueue awaited;               /* of GstScoreHeldEpisode, unresolved */
  guint n_frames;
  gboolean leaving;             /* what was taken last may be under way still */
  guint64 n_changes;

  /* Of who waits for the time of the head. */
  GstClockID clock_id;          /* borrowed; NULL: nobody waits */
  guint64 n_wakes;

  GstQuery *asked;              /* whose answer is waited for */
  gboolean answered, answer;
};

GstScoreHold *
gst_score_hold_new (const gchar * folder, guint64 memory, guint64 max_bytes)
{
  GstScoreHold *self = g_new0 (GstScoreHold, 1);

  self->store = gst_score_frame_store_new (folder, memory, max_bytes);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->items);
  g_queue_init (&self->awaited);
  return self;
}

void
gst_score_hold_free (GstScoreHold * self)
{
  if (self == NULL)
    return;
  gst_score_hold_clear (self, NULL);
  gst_score_frame_store_free (self->store);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
changed (GstScoreHold * self)
{
  self->n_changes++;
  g_cond_broadcast (&self->cond);
}

/* What is more than that something was added. */
static void
wake_unlocked (GstScoreHold * self)
{
  changed (self);
  self->n_wakes++;
  if (self->clock_id != NULL)
    gst_clock_id_unschedule (self->clock_id);
}

static void
clear_episode (gpointer data)
{
  GstScoreHeldEpisode *episode = data;

  g_free (episode->id);
  g_free (episode->task);
  g_clear_pointer (&episode->result, gst_score_result_unref);
}

void
gst_score_held_episode_unref (GstScoreHeldEpisode * episode)
{
  g_atomic_rc_box_release_full (episode, clear_episode);
}

guint64
gst_score_held_episode_get_number (const GstScoreHeldEpisode * episode)
{
  return episode->number;
}

const gchar *
gst_score_held_episode_get_id (const GstScoreHeldEpisode * episode)
{
  return episode->id;
}

void
gst_score_held_episode_set_left (GstScoreHeldEpisode * episode)
{
  if (!g_atomic_int_get (&episode->left))
    g_atomic_int_set (&episode->left, TRUE);
}

GstScoreHeldEpisode *
gst_score_hold_begin (GstScoreHold * self, guint64 number, const gchar * id)
{
  GstScoreHeldEpisode *episode = g_atomic_rc_box_new0 (GstScoreHeldEpisode);

  episode->number = number;
  episode->id = g_strdup (id);
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->awaited, g_atomic_rc_box_acquire (episode));
  g_mutex_unlock (&self->lock);
  return episode;
}

void
gst_score_hold_set_task (GstScoreHold * self, GstScoreHeldEpisode * episode,
    const gchar * task)
{
  g_mutex_lock (&self->lock);
  if (episode->task == NULL)
    episode->task = g_strdup (task);
  g_mutex_unlock (&self->lock);
}

GstScoreResult *
gst_score_hold_get_result (GstScoreHold * self, GstScoreHeldEpisode * episode)
{
  GstScoreResult *result = NULL;

  if (!g_atomic_int_get (&episode->known))
    return NULL;
  g_mutex_lock (&self->lock);
  if (episode->result != NULL)
    result = gst_score_result_ref (episode->result);
  g_mutex_unlock (&self->lock);
  return result;
}

static void
settle (GstScoreHold * self, GList * link)
{
  GstScoreHeldEpisode *episode = link->data;

  episode->resolved = TRUE;
  g_queue_delete_link (&self->awaited, link);
  gst_score_held_episode_unref (episode);
  wake_unlocked (self);
}

/* Not by id: those are the user's, and may come twice. */
static GList *
find_awaited (GstScoreHold * self, guint64 number)
{
  for (GList * link = self->awaited.head; link != NULL; link = link->next) {
    const GstScoreHeldEpisode *episode = link->data;

    if (episode->number == number)
      return link;
  }
  return NULL;
}

void
gst_score_hold_disown (GstScoreHold * self, guint64 number)
{
  GstScoreHeldEpisode *episode;
  GList *link;

  g_mutex_lock (&self->lock);
  link = find_awaited (self, number);
  if (link != NULL) {
    episode = link->data;
    g_clear_pointer (&episode->result, gst_score_result_unref);
    settle (self, link);
  }
  g_mutex_unlock (&self->lock);
}

gboolean
gst_score_hold_resolve (GstScoreHold * self, guint64 number,
    GstScoreResult * result, gboolean * left)
{
  GstScoreHeldEpisode *episode;
  GList *link;

  *left = FALSE;
  g_mutex_lock (&self->lock);
  link = find_awaited (self, number);
  if (link != NULL) {
    episode = link->data;
    g_clear_pointer (&episode->result, gst_score_result_unref);
    episode->result = gst_score_result_ref (result);
    g_atomic_int_set (&episode->known, TRUE);
    *left = g_atomic_int_get (&episode->left);
    if (!gst_score_result_is_provisional (result))
      settle (self, link);
  }
  g_mutex_unlock (&self->lock);
  return link != NULL;
}

static Item *
new_item (GstScoreHold * self)
{
  Item *item = g_new0 (Item, 1);

  item->stream_time = GST_CLOCK_TIME_NONE;
  g_queue_push_tail (&self->items, item);
  changed (self);
  return item;
}

/* A query belongs to who waits for its answer. */
static void
free_item (GstScoreHold * self, Item * item)
{
  if (item->frame != NULL)
    gst_score_frame_store_drop (self->store, item->frame);
  gst_clear_event (&item->event);
  g_clear_pointer (&item->episode, gst_score_held_episode_unref);
  g_free (item);
}

/* What does not fit in goes with no lock held: somebody may ask for its end. */
gboolean
gst_score_hold_add_buffer (GstScoreHold * self, GstBuffer * buffer,
    GstScoreHeldEpisode * episode, GstClockTime stream_time,
    GstClockTimeDiff arrival, GError ** error)
{
  GstScoreKeptFrame *frame;
  Item *item;

  frame = gst_score_frame_store_put (self->store, buffer, error);
  if (frame == NULL)
    return FALSE;
  g_mutex_lock (&self->lock);
  if (!self->flushing) {
    item = new_item (self);
    item->frame = g_steal_pointer (&frame);
    item->episode = episode ? g_atomic_rc_box_acquire (episode) : NULL;
    item->stream_time = stream_time;
    item->arrival = arrival;
    self->n_frames++;
  }
  g_mutex_unlock (&self->lock);
  if (frame != NULL)
    gst_score_frame_store_drop (self->store, frame);
  return TRUE;
}

void
gst_score_hold_add_event (GstScoreHold * self, GstEvent * event)
{
  g_mutex_lock (&self->lock);
  if (!self->flushing)
    new_item (self)->event = g_steal_pointer (&event);
  g_mutex_unlock (&self->lock);
  gst_clear_event (&event);
}

static void
withdraw (GstScoreHold * self, GstQuery * query)
{
  for (GList * link = self->items.head; link != NULL; link = link->next) {
    Item *item = link->data;

    if (item->query == query) {
      g_queue_delete_link (&self->items, link);
      free_item (self, item);
      return;
    }
  }
}

gboolean
gst_score_hold_ask (GstScoreHold * self, GstQuery * query)
{
  gboolean answer;

  g_mutex_lock (&self->lock);
  self->asked = query;
  self->answered = self->answer = FALSE;
  if (!self->flushing)
    new_item (self)->query = query;
  /* One that has left is with the task, which answers in any case. */
  while (!self->answered && !(self->flushing && self->asked == query))
    g_cond_wait (&self->cond, &self->lock);
  if (!self->answered)
    withdraw (self, query);
  answer = self->answered && self->answer;
  self->asked = NULL;
  g_mutex_unlock (&self->lock);
  return answer;
}

void
gst_score_hold_answer (GstScoreHold * self, gboolean answer)
{
  g_mutex_lock (&self->lock);
  self->answered = TRUE;
  self->answer = answer;
  changed (self);
  g_mutex_unlock (&self->lock);
}

static gboolean
may_leave (const Item * item)
{
  return item != NULL && (item->episode == NULL || item->episode->resolved);
}

/* With the lock. */
static GstScoreHeld
wait_for_head (GstScoreHold * self, gint64 timeout)
{
  gint64 end = g_get_monotonic_time () + timeout;
  guint64 n_changes = self->n_changes;

  while (!self->flushing && !may_leave (g_queue_peek_head (&self->items))) {
    if (n_changes != self->n_changes) {
      n_changes = self->n_changes;
      end = g_get_monotonic_time () + timeout;
    }
    if (g_queue_is_empty (&self->items))
      g_cond_wait (&self->cond, &self->lock);
    else if (!g_cond_wait_until (&self->cond, &self->lock, end))
      return GST_SCORE_HELD_TIMEOUT;
  }
  return self->flushing ? GST_SCORE_HELD_FLUSHING : GST_SCORE_HELD_ITEM;
}

/* With the lock. After a wait @due is of the past. */
static GstScoreHeld
wait_for_due (GstScoreHold * self, GstClockTimeDiff due)
{
  const Item *head;

  while (!self->flushing && g_queue_is_empty (&self->items)) {
    g_cond_wait (&self->cond, &self->lock);
    due = G_MININT64;
  }
  if (self->flushing)
    return GST_SCORE_HELD_FLUSHING;
  head = g_queue_peek_head (&self->items);
  return may_leave (head) || head->arrival <= due ? GST_SCORE_HELD_ITEM :
      GST_SCORE_HELD_EARLY;
}

static void
take_episode (const Item * item, GstScoreHeldItem * out)
{
  GstScoreHeldEpisode *episode = item->episode;

  if (episode == NULL || (episode->resolved && episode->result == NULL))
    return;
  out->episode = g_atomic_rc_box_acquire (episode);
  out->task = episode->task;
  if (episode->result != NULL)
    out->result = gst_score_result_ref (episode->result);
  if (!episode->resolved)
    gst_score_held_episode_set_left (episode);
}

/* With the lock. */
static Item *
take_head (GstScoreHold * self, GstScoreHeldItem * out)
{
  Item *item = g_queue_pop_head (&self->items);

  out->event = g_steal_pointer (&item->event);
  out->query = item->query;
  out->stream_time = item->stream_time;
  if (item->query != NULL)
    self->asked = NULL;
  if (item->frame != NULL)
    self->n_frames--;
  take_episode (item, out);
  self->leaving = TRUE;
  g_cond_broadcast (&self->cond);
  return item;
}

/* With what @item has of memory. */
static GstScoreHeld
give (GstScoreHold * self, Item * item, GstScoreHeldItem * out, GError ** error)
{
  GstScoreHeld held = GST_SCORE_HELD_ITEM;

  if (item->frame != NULL) {
    out->buffer = gst_score_frame_store_take (self->store,
        g_steal_pointer (&item->frame), error);
    if (out->buffer == NULL)
      held = GST_SCORE_HELD_ERROR;
  }
  free_item (self, item);
  return held;
}

GstScoreHeld
gst_score_hold_next (GstScoreHold * self, GstScoreHeldItem * out,
    gint64 timeout, GError ** error)
{
  static const GstScoreHeldItem nothing = { 0, };
  GstScoreHeld held;
  Item *item = NULL;

  *out = nothing;
  g_mutex_lock (&self->lock);
  self->leaving = FALSE;
  held = wait_for_head (self, timeout);
  if (held == GST_SCORE_HELD_ITEM)
    item = take_head (self, out);
  g_mutex_unlock (&self->lock);
  return item ? give (self, item, out, error) : held;
}

GstScoreHeld
gst_score_hold_next_due (GstScoreHold * self, GstScoreHeldItem * out,
    GstClockTimeDiff due, GError ** error)
{
  static const GstScoreHeldItem nothing = { 0, };
  GstScoreHeld held;
  Item *item = NULL;

  *out = nothing;
  g_mutex_lock (&self->lock);
  self->leaving = FALSE;
  held = wait_for_due (self, due);
  if (held == GST_SCORE_HELD_ITEM)
    item = take_head (self, out);
  else if (held == GST_SCORE_HELD_EARLY)
    out->arrival = ((Item *) g_queue_peek_head (&self->items))->arrival;
  out->stamp = self->n_wakes;
  g_mutex_unlock (&self->lock);
  return item ? give (self, item, out, error) : held;
}

void
gst_score_hold_wait (GstScoreHold * self, guint64 stamp, GstClockID id)
{
  g_mutex_lock (&self->lock);
  if (self->n_wakes == stamp) {
    self->clock_id = id;
    g_mutex_unlock (&self->lock);
    gst_clock_id_wait (id, NULL);
    g_mutex_lock (&self->lock);
    self->clock_id = NULL;
  }
  g_mutex_unlock (&self->lock);
}

/* With the lock. */
static gboolean
is_behind (GstScoreHold * self, GstClockTimeDiff due)
{
  for (GList * link = self->items.head; link != NULL; link = link->next) {
    const Item *item = link->data;

    if (item->frame != NULL)
      return item->arrival <= due;
  }
  return FALSE;
}

guint64
gst_score_hold_get_stamp (GstScoreHold * self)
{
  guint64 stamp;

  g_mutex_lock (&self->lock);
  stamp = self->n_wakes;
  g_mutex_unlock (&self->lock);
  return stamp;
}

gboolean
gst_score_hold_wait_room (GstScoreHold * self, GstClockTimeDiff due,
    guint64 stamp)
{
  gboolean room;

  g_mutex_lock (&self->lock);
  while (!self->flushing && self->n_wakes == stamp && is_behind (self, due))
    g_cond_wait (&self->cond, &self->lock);
  room = self->flushing || !is_behind (self, due);
  g_mutex_unlock (&self->lock);
  return room;
}

void
gst_score_hold_wake (GstScoreHold * self)
{
  g_mutex_lock (&self->lock);
  wake_unlocked (self);
  g_mutex_unlock (&self->lock);
}

void
gst_score_held_item_clear (GstScoreHeldItem * item)
{
  gst_clear_buffer (&item->buffer);
  gst_clear_event (&item->event);
  g_clear_pointer (&item->result, gst_score_result_unref);
  g_clear_pointer (&item->episode, gst_score_held_episode_unref);
  item->task = NULL;
  item->query = NULL;
}

void
gst_score_hold_set_flushing (GstScoreHold * self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  wake_unlocked (self);
  g_mutex_unlock (&self->lock);
}

static void
keep_sticky (GstEvent * event, GstPad * pad)
{
  if (GST_EVENT_IS_STICKY (event) && GST_EVENT_TYPE (event) != GST_EVENT_SEGMENT
      && GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    gst_pad_store_sticky_event (pad, event);
}

void
gst_score_hold_clear (GstScoreHold * self, GstPad * pad)
{
  GQueue items;

  g_mutex_lock (&self->lock);
  items = self->items;
  g_queue_init (&self->items);
  self->n_frames = 0;
  g_queue_clear_full (&self->awaited,
      (GDestroyNotify) gst_score_held_episode_unref);
  g_mutex_unlock (&self->lock);
  while (!g_queue_is_empty (&items)) {
    Item *item = g_queue_pop_head (&items);

    if (item->event != NULL && pad != NULL)
      keep_sticky (item->event, pad);
    free_item (self, item);
  }
}

gboolean
gst_score_hold_is_empty (GstScoreHold * self)
{
  gboolean empty;

  g_mutex_lock (&self->lock);
  empty = g_queue_is_empty (&self->items) && !self->leaving;
  g_mutex_unlock (&self->lock);
  return empty;
}

void
gst_score_hold_get_counts (GstScoreHold * self, guint * n_frames,
    guint64 * bytes_in_memory, guint64 * bytes_in_file)
{
  g_mutex_lock (&self->lock);
  *n_frames = self->n_frames;
  g_mutex_unlock (&self->lock);
  gst_score_frame_store_get_bytes (self->store, bytes_in_memory, bytes_in_file);
}
