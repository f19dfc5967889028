/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/scoretimes.h"
#include "engine/engine.h"

G_BEGIN_DECLS

/* Turns what arrives on a pad into episodes of an engine: boundaries (stream,
 * custom events, action signals, duration), the task, orientation, times.
 * Shared by scoresink and scoreannotate.
 *
 * Buffers and serialized events come from the streaming thread, the rest from
 * any; a lock inside keeps them apart. Messages are posted with no lock held. */
typedef struct _GstScoreRecorder GstScoreRecorder;

#define GST_SCORE_EVENT_EPISODE_START "score/episode-start"
#define GST_SCORE_EVENT_EPISODE_END "score/episode-end"
#define GST_SCORE_EVENT_EPISODE_FRAMES "score/episode-frames"

typedef enum
{
  GST_SCORE_RECORD_NOTHING,     /* the frame belongs to no episode, or is no sample */
  GST_SCORE_RECORD_BEGAN,       /* an episode began with this frame, which is its first sample */
  GST_SCORE_RECORD_SAMPLED,
} GstScoreRecorded;

/* @element: messages are posted on it; not reffed. @engine: borrowed until
 * gst_score_recorder_stop(). Refcounted, so that a signal may still be on its
 * way while the element stops. */
GstScoreRecorder *gst_score_recorder_new (GstElement * element,
    const ScoreSettings * settings, ScoreEngine * engine);
GstScoreRecorder *gst_score_recorder_ref (GstScoreRecorder * recorder);
void gst_score_recorder_unref (GstScoreRecorder * recorder);
/* Cancels the open episode; whatever is called afterwards does nothing. */
void gst_score_recorder_stop (GstScoreRecorder * recorder);

gboolean gst_score_recorder_set_caps (GstScoreRecorder * recorder, GstCaps * caps, GError ** error);
/* Looks at an event of the pad; does not take it. */
void gst_score_recorder_event (GstScoreRecorder * recorder, GstEvent * event);
GstScoreRecorded gst_score_recorder_add (GstScoreRecorder * recorder, GstBuffer * buffer);

/* Where a frame belongs. */
typedef struct
{
  guint64 episode;              /* its number; 0: to none */
  const gchar *id, *task;       /* of the episode; the task may be NULL still */
  guint64 disowned;             /* an episode given up in silence before this frame, or 0 */
  GstScoreTimes times;          /* of the frame; all NONE where it has none */
} GstScorePlace;

/* Told of a frame's place before it is sampled; takes the frame and gives it
 * back. Called under the recorder's lock, must not call the recorder. */
typedef GstBuffer *(*GstScorePlaceFunc) (GstBuffer * buffer, const GstScorePlace * place, gpointer user_data);
/* The same, where the frame goes on afterwards. Takes @buffer, gives back what
 * @func gave. Where it is to be a sample, it is @due: gst_score_recorder_sample()
 * is called then, once the frame is where it goes. */
GstBuffer *gst_score_recorder_pass (GstScoreRecorder * recorder, GstBuffer * buffer,
    GstScorePlaceFunc func, gpointer user_data, gboolean * due);
/* Encodes the newest frame, which is held, if that is due still: an episode that
 * ends meanwhile has done so. */
void gst_score_recorder_sample (GstScoreRecorder * recorder);

/* The same of an episode that was given up after the last frame. */
guint64 gst_score_recorder_take_disowned (GstScoreRecorder * recorder);

/* A change of the property counts from the next episode on. */
void gst_score_recorder_set_task (GstScoreRecorder * recorder, const gchar * task);
/* The action signals and the custom events: the start takes effect with the
 * next frame, the end at once. @task and @id may be NULL. */
void gst_score_recorder_start_episode (GstScoreRecorder * recorder, const gchar * task, const gchar * id);
void gst_score_recorder_end_episode (GstScoreRecorder * recorder, const gchar * outcome);
/* If @event (of any direction) is one of our custom ones, does as it says. */
gboolean gst_score_recorder_handle_custom (GstScoreRecorder * recorder, GstEvent * event);

gboolean gst_score_recorder_is_open (GstScoreRecorder * recorder);

/* For the decoder throttle: when the next frame is wanted (running time; NONE:
 * now), how long a frame lasts at its normal rate (NONE: unknown). */
GstClockTime gst_score_recorder_get_next (GstScoreRecorder * recorder, GstClockTime * frame_duration);
/* The engine's, and "frames"; NULL once stopped. */
GstStructure *gst_score_recorder_get_stats (GstScoreRecorder * recorder);
guint64 gst_score_recorder_get_n_frames (GstScoreRecorder * recorder);
/* Kept in the records of episodes that end without their last frame being known. */
void gst_score_recorder_set_throttled (GstScoreRecorder * recorder, gboolean throttled);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstScoreRecorder, gst_score_recorder_unref)

G_END_DECLS
