/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/score.h>

G_BEGIN_DECLS

/* What waits for results, in the order in which it came: frames for that of
 * their episode, events and queries for the frames before them. The streaming
 * thread adds, the source task takes, the engine's thread brings results. */
typedef struct _GstScoreHold GstScoreHold;

/* An episode whose result is awaited. Refcounted. */
typedef struct _GstScoreHeldEpisode GstScoreHeldEpisode;

/* What may leave; one of the three. */
typedef struct
{
  GstBuffer *buffer;            /* writable but for its memory */
  GstEvent *event;
  GstQuery *query;              /* borrowed; to be answered with gst_score_hold_answer() */
  GstScoreHeldEpisode *episode; /* of the buffer, or NULL: of none */
  const gchar *task;            /* of the episode, or NULL: unknown */
  GstScoreResult *result;       /* the newest of the episode, or NULL */
  GstClockTime stream_time;     /* of the buffer */

  /* With GST_SCORE_HELD_EARLY nothing may leave: when the frame arrived that is
   * next, and for gst_score_hold_wait(). */
  GstClockTimeDiff arrival;
  guint64 stamp;
} GstScoreHeldItem;

typedef enum
{
  GST_SCORE_HELD_ITEM,
  GST_SCORE_HELD_FLUSHING,
  GST_SCORE_HELD_EARLY,         /* the next frame still waits for its result */
  GST_SCORE_HELD_TIMEOUT,       /* frames wait for an episode, and nothing has come */
  GST_SCORE_HELD_ERROR,         /* a frame could not be read back */
} GstScoreHeld;

/* See gst_score_frame_store_new(). */
GstScoreHold *gst_score_hold_new (const gchar * folder, guint64 memory, guint64 max_bytes);
void gst_score_hold_free (GstScoreHold * hold);

/* @number: never used twice; @id: may be. */
GstScoreHeldEpisode *gst_score_hold_begin (GstScoreHold * hold, guint64 number, const gchar * id);
void gst_score_held_episode_unref (GstScoreHeldEpisode * episode);
guint64 gst_score_held_episode_get_number (const GstScoreHeldEpisode * episode);
const gchar *gst_score_held_episode_get_id (const GstScoreHeldEpisode * episode);
/* A frame of it has left past the hold, without the final result. */
void gst_score_held_episode_set_left (GstScoreHeldEpisode * episode);
/* Once it is known. */
void gst_score_hold_set_task (GstScoreHold * hold, GstScoreHeldEpisode * episode, const gchar * task);
/* The newest that is known of it, or NULL. */
GstScoreResult *gst_score_hold_get_result (GstScoreHold * hold, GstScoreHeldEpisode * episode);
/* It was none: its frames leave as those outside every episode. */
void gst_score_hold_disown (GstScoreHold * hold, guint64 number);
/* A result, provisional or final, of the episode with this number. FALSE where
 * it does not wait for one. @left: whether frames have left without. */
gboolean gst_score_hold_resolve (GstScoreHold * hold, guint64 number,
    GstScoreResult * result, gboolean * left);

/* Take @buffer and @event, and let them go while flushing. @episode: NULL for a
 * frame of none. @arrival: see gst_score_hold_next_due(). */
gboolean gst_score_hold_add_buffer (GstScoreHold * hold, GstBuffer * buffer,
    GstScoreHeldEpisode * episode, GstClockTime stream_time,
    GstClockTimeDiff arrival, GError ** error);
void gst_score_hold_add_event (GstScoreHold * hold, GstEvent * event);
/* Waits until it is the query's turn and it was answered; FALSE where flushed. */
gboolean gst_score_hold_ask (GstScoreHold * hold, GstQuery * query);
void gst_score_hold_answer (GstScoreHold * hold, gboolean answer);

/* Waits for the next that may leave. @timeout: microseconds without any change,
 * while frames wait. */
GstScoreHeld gst_score_hold_next (GstScoreHold * hold, GstScoreHeldItem * item,
    gint64 timeout, GError ** error);
/* The same for frames that wait for so long only: what arrived up to @due leaves
 * with what is known. */
GstScoreHeld gst_score_hold_next_due (GstScoreHold * hold, GstScoreHeldItem * item,
    GstClockTimeDiff due, GError ** error);
void gst_score_held_item_clear (GstScoreHeldItem * item);
/* Until the time of @id, unless something has come since @stamp, or comes, that
 * may let a frame go: a result, a flush, or a wake. */
void gst_score_hold_wait (GstScoreHold * hold, guint64 stamp, GstClockID id);
/* For gst_score_hold_wait_room(); taken before what is due. */
guint64 gst_score_hold_get_stamp (GstScoreHold * hold);
/* Waits while a frame that arrived up to @due has not left, or until flushing.
 * FALSE where something has come since @stamp that may change what is due. */
gboolean gst_score_hold_wait_room (GstScoreHold * hold, GstClockTimeDiff due, guint64 stamp);
/* From any thread: what is due has changed. */
void gst_score_hold_wake (GstScoreHold * hold);

/* While flushing nothing leaves, and all waits return. */
void gst_score_hold_set_flushing (GstScoreHold * hold, gboolean flushing);
/* Drops everything, but what downstream must know after a flush as well is stored
 * on @pad, which may be NULL. */
void gst_score_hold_clear (GstScoreHold * hold, GstPad * pad);

/* Whether nothing waits, and nothing is on its way out. */
gboolean gst_score_hold_is_empty (GstScoreHold * hold);
void gst_score_hold_get_counts (GstScoreHold * hold, guint * n_frames,
    guint64 * bytes_in_memory, guint64 * bytes_in_file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstScoreHold, gst_score_hold_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstScoreHeldEpisode, gst_score_held_episode_unref)

G_END_DECLS
