/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scorerecorder.h"

#include <gst/score/score.h>
#include <gst/video/video.h>

#include "elements/scoreerrors.h"
#include "elements/scoreframes.h"
#include "elements/scoretask.h"
#include "elements/scorethrottle.h"
#include "elements/scoretimeline.h"
#include "elements/scoreutc.h"

GST_DEBUG_CATEGORY_STATIC (score_recorder_debug);
#define GST_CAT_DEFAULT score_recorder_debug

struct _GstScoreRecorder
{
  GstElement *element;
  GstClockTime episode_duration;        /* 0: none */
  GstScoreUtc utc;              /* of the streaming thread */

  /* Guards all that follows. Taken by the streaming thread and by whoever
   * emits an action signal; the engine's lock is taken under it. */
  GMutex lock;
  ScoreEngine *engine;          /* NULL once stopped */
  GstScoreFrames *frames;
  GstScoreTimeline timeline;
  gboolean throttled;
  gboolean untimed;             /* a frame without a time came; it was said */

  GstScoreTask tasks;

  /* The episode that the next frame begins, where it was announced. */
  gboolean starting;
  gchar *start_id;              /* or NULL */
  gboolean start_in_band;       /* among the frames, and so flushed with them */

  /* The open episode. */
  guint64 number;               /* 0: none is open */
  guint64 last_number;
  guint64 n_frames;             /* all that came, of episodes or not */
  guint64 disowned;             /* given up in silence, and not told of yet, or 0 */
  gboolean end_known;           /* upstream knows the last frame */
  gboolean explicit_start;      /* by event or signal, not by a first frame */
  gboolean between;             /* an explicit episode has ended: frames belong to none */
  gchar *id;
  gchar *task;                  /* NULL while unknown */
};

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (score_recorder_debug, "scorerecorder", 0,
        "episodes of a stream");
    g_once_init_leave (&done, 1);
  }
}

GstScoreRecorder *
gst_score_recorder_new (GstElement * element, const ScoreSettings * settings,
    ScoreEngine * engine)
{
  GstScoreRecorder *self = g_atomic_rc_box_new0 (GstScoreRecorder);

  init_debug ();
  self->element = element;
  self->engine = engine;
  self->episode_duration = settings->episode_duration;
  g_mutex_init (&self->lock);
  self->frames = gst_score_frames_new (settings, engine);
  gst_score_timeline_init (&self->timeline);
  gst_score_utc_init (&self->utc);
  gst_score_task_set_property (&self->tasks, settings->task);
  return self;
}

static void
clear (gpointer data)
{
  GstScoreRecorder *self = data;

  gst_score_frames_free (self->frames);
  gst_score_utc_clear (&self->utc);
  gst_score_task_clear (&self->tasks);
  g_free (self->start_id);
  g_free (self->id);
  g_free (self->task);
  g_mutex_clear (&self->lock);
}

GstScoreRecorder *
gst_score_recorder_ref (GstScoreRecorder * self)
{
  return g_atomic_rc_box_acquire (self);
}

void
gst_score_recorder_unref (GstScoreRecorder * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* An episode is announced once its first frame and its task are known. */
static void
announce (GstScoreRecorder * self)
{
  const GstScoreTimes *first = gst_score_frames_get_first (self->frames);

  gst_score_post_in_order (self->engine,
      gst_score_message_new_episode_started (GST_OBJECT (self->element),
          self->id, self->task, first->timestamp, first->stream_time,
          first->running_time));
}

static void
set_task (GstScoreRecorder * self, const gchar * task)
{
  if (self->number == 0 || self->task != NULL || task == NULL)
    return;
  self->task = g_strdup (task);
  gst_score_frames_set_task (self->frames, task);
  score_engine_set_task (self->engine, self->number, task);
  if (gst_score_frames_get_n_frames (self->frames) > 0)
    announce (self);
}

static void
forget_start (GstScoreRecorder * self)
{
  self->starting = FALSE;
  self->start_in_band = FALSE;
  gst_score_task_set_start (&self->tasks, NULL, FALSE);
  g_clear_pointer (&self->start_id, g_free);
}

static void
open_episode (GstScoreRecorder * self)
{
  g_assert (self->number == 0);
  self->number = ++self->last_number;
  self->explicit_start = self->starting;
  self->between = self->end_known = FALSE;
  g_free (self->id);
  self->id = gst_score_task_is_text (self->start_id) ?
      g_steal_pointer (&self->start_id) : g_uuid_string_random ();
  GST_DEBUG_OBJECT (self->element, "episode %s begins", self->id);
  score_engine_begin (self->engine, self->number, self->id);
  gst_score_frames_begin (self->frames, self->number);
  g_clear_pointer (&self->task, g_free);
  set_task (self, gst_score_task_choose (&self->tasks));
  forget_start (self);
}

static void
close_episode (GstScoreRecorder * self, const gchar * outcome)
{
  if (self->number == 0)
    return;
  GST_DEBUG_OBJECT (self->element, "episode %s ends after %" G_GUINT64_FORMAT
      " frames", self->id, gst_score_frames_get_n_frames (self->frames));
  gst_score_frames_end (self->frames, outcome,
      self->throttled && !self->end_known ? gst_score_throttle_note
      (&self->timeline, gst_score_frames_get_end (self->frames)) : NULL);
  self->between = self->explicit_start;
  self->number = 0;
}

/* An episode that was never announced goes without a word. */
static void
drop_episode (GstScoreRecorder * self, GstScoreError code, const gchar * why)
{
  g_autoptr (GError) reason = NULL;

  if (self->number == 0)
    return;
  if (self->task != NULL && gst_score_frames_get_n_frames (self->frames) > 0)
    reason = g_error_new_literal (GST_SCORE_ERROR, code, why);
  else
    self->disowned = self->number;
  gst_score_frames_drop (self->frames, reason);
  self->between = self->explicit_start;
  self->number = 0;
}

/* Frames from before the first explicit start were no episode. */
static void
make_way (GstScoreRecorder * self)
{
  if (self->explicit_start)
    close_episode (self, NULL);
  else
    drop_episode (self, GST_SCORE_ERROR_DROPPED, "an episode was started "
        "explicitly; the frames before it belong to none");
}

/* Running time at which the open episode is cut; NONE where it is not. */
static GstClockTime
get_cut (const GstScoreRecorder * self)
{
  const GstScoreTimes *first = gst_score_frames_get_first (self->frames);

  if (self->number == 0 || self->episode_duration == 0 || self->explicit_start
      || !GST_CLOCK_TIME_IS_VALID (first->running_time))
    return GST_CLOCK_TIME_NONE;
  return first->running_time + self->episode_duration;
}

static void
cut_by_duration (GstScoreRecorder * self, const GstScoreTimes * times)
{
  GstClockTime cut = get_cut (self);

  if (GST_CLOCK_TIME_IS_VALID (cut) && times->running_time >= cut)
    close_episode (self, NULL);
}

static void
begin_as_due (GstScoreRecorder * self)
{
  if (self->starting) {
    make_way (self);
    open_episode (self);
  } else if (self->number == 0 && !self->between) {
    open_episode (self);
  }
}

static GstScoreRecorded
add_frame (GstScoreRecorder * self, GstBuffer * buffer,
    const GstScoreTimes * times)
{
  gboolean first = gst_score_frames_get_n_frames (self->frames) == 0;
  gboolean sampled = gst_score_frames_add (self->frames, buffer, times);

  if (!first)
    return sampled ? GST_SCORE_RECORD_SAMPLED : GST_SCORE_RECORD_NOTHING;
  if (self->task != NULL)
    announce (self);
  else
    gst_score_post_in_order (self->engine,
        gst_score_message_no_task (self->element));
  return GST_SCORE_RECORD_BEGAN;
}

/* Whether a frame without a time is to be complained of: once a run. */
static gboolean
notice_untimed (GstScoreRecorder * self)
{
  gboolean first = !self->untimed;

  self->untimed = TRUE;
  return first;
}

static guint64
take_disowned (GstScoreRecorder * self)
{
  guint64 disowned = self->disowned;

  self->disowned = 0;
  return disowned;
}

/* FALSE where the frame is of no episode. */
static gboolean
find_place (GstScoreRecorder * self, GstBuffer * buffer, GstScorePlace * place)
{
  static const GstScorePlace nowhere = { 0, NULL, NULL, 0, GST_SCORE_NO_TIMES };

  *place = nowhere;
  if (self->engine == NULL || !gst_score_timeline_read (&self->timeline, buffer,
          &place->times))
    return FALSE;
  gst_score_utc_fill (&self->utc, &place->times);
  cut_by_duration (self, &place->times);
  begin_as_due (self);
  place->disowned = take_disowned (self);
  place->episode = self->number;
  place->id = self->id;
  place->task = self->task;
  return self->number != 0;
}

static GstScoreRecorded
record (GstScoreRecorder * self, GstBuffer ** buffer, GstScorePlaceFunc func,
    gpointer user_data)
{
  GstScorePlace place;
  gboolean placed = find_place (self, *buffer, &place);

  if (func != NULL)
    *buffer = func (*buffer, &place, user_data);
  return placed ? add_frame (self, *buffer, &place.times) :
      GST_SCORE_RECORD_NOTHING;
}

static GstScoreRecorded
pass (GstScoreRecorder * self, GstBuffer ** buffer, GstScorePlaceFunc func,
    gpointer user_data)
{
  GstScoreRecorded recorded;
  gboolean complain = FALSE;

  gst_score_utc_look (&self->utc, self->element);
  g_mutex_lock (&self->lock);
  self->n_frames++;
  if (!gst_score_times_has_time (*buffer, &self->timeline.segment))
    complain = notice_untimed (self);
  recorded = record (self, buffer, func, user_data);
  g_mutex_unlock (&self->lock);
  if (complain)
    gst_element_post_message (self->element,
        gst_score_message_untimed (self->element));
  return recorded;
}

GstScoreRecorded
gst_score_recorder_add (GstScoreRecorder * self, GstBuffer * buffer)
{
  GstScoreRecorded recorded = pass (self, &buffer, NULL, NULL);

  if (recorded != GST_SCORE_RECORD_NOTHING)
    gst_score_recorder_sample (self);
  return recorded;
}

void
gst_score_recorder_sample (GstScoreRecorder * self)
{
  g_mutex_lock (&self->lock);
  if (self->engine != NULL)
    gst_score_frames_sample (self->frames);
  g_mutex_unlock (&self->lock);
}

GstBuffer *
gst_score_recorder_pass (GstScoreRecorder * self, GstBuffer * buffer,
    GstScorePlaceFunc func, gpointer user_data, gboolean * due)
{
  *due = pass (self, &buffer, func, user_data) != GST_SCORE_RECORD_NOTHING;
  return buffer;
}

gboolean
gst_score_recorder_set_caps (GstScoreRecorder * self, GstCaps * caps,
    GError ** error)
{
  gboolean done;

  g_mutex_lock (&self->lock);
  gst_score_timeline_set_caps (&self->timeline, caps);
  done = gst_score_frames_set_caps (self->frames, caps, error);
  g_mutex_unlock (&self->lock);
  return done;
}

static void
take_tags (GstScoreRecorder * self, GstEvent * event)
{
  GstVideoOrientationMethod orientation;
  GstTagList *tags;

  gst_event_parse_tag (event, &tags);
  if (gst_video_orientation_from_tag (tags, &orientation))
    gst_score_frames_set_orientation (self->frames, orientation);
  if (gst_score_task_take_tags (&self->tasks, tags))
    set_task (self, self->tasks.tag);
}

static void
begin_stream (GstScoreRecorder * self)
{
  close_episode (self, NULL);
  self->between = FALSE;
  g_clear_pointer (&self->tasks.tag, g_free);
  gst_score_frames_set_orientation (self->frames,
      GST_VIDEO_ORIENTATION_IDENTITY);
}

static void
react (GstScoreRecorder * self, GstEvent * event)
{
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      begin_stream (self);
      break;
    case GST_EVENT_SEGMENT:
      gst_score_timeline_set_segment (&self->timeline, event);
      break;
    case GST_EVENT_TAG:
      take_tags (self, event);
      break;
    case GST_EVENT_FLUSH_STOP:
      drop_episode (self, GST_SCORE_ERROR_DROPPED, "the stream was flushed");
      if (self->start_in_band)
        forget_start (self);
      break;
    case GST_EVENT_EOS:
    case GST_EVENT_SEGMENT_DONE:
      close_episode (self, NULL);
      break;
    default:
      break;
  }
}

void
gst_score_recorder_set_task (GstScoreRecorder * self, const gchar * task)
{
  g_mutex_lock (&self->lock);
  gst_score_task_set_property (&self->tasks, task);
  g_mutex_unlock (&self->lock);
}

static void
prepare_start (GstScoreRecorder * self, const gchar * task, const gchar * id,
    gboolean task_wins)
{
  if (self->engine == NULL)
    return;
  if (self->number != 0 && self->explicit_start)
    close_episode (self, NULL);
  gst_score_task_set_start (&self->tasks, task, task_wins);
  g_free (self->start_id);
  self->start_id = g_strdup (id);
  self->start_in_band = FALSE;
  self->starting = TRUE;
}

void
gst_score_recorder_start_episode (GstScoreRecorder * self, const gchar * task,
    const gchar * id)
{
  g_mutex_lock (&self->lock);
  prepare_start (self, task, id, TRUE);
  g_mutex_unlock (&self->lock);
}

void
gst_score_recorder_end_episode (GstScoreRecorder * self, const gchar * outcome)
{
  g_mutex_lock (&self->lock);
  /* What was started has its result, if only that no frame came. */
  if (self->engine != NULL && self->starting)
    begin_as_due (self);
  if (self->engine != NULL)
    close_episode (self, outcome);
  g_mutex_unlock (&self->lock);
}

static void
take_frames (GstScoreRecorder * self, const GstStructure * s)
{
  guint64 n_frames = 0;

  gst_structure_get_uint64 (s, "n-frames", &n_frames);
  g_mutex_lock (&self->lock);
  self->end_known = TRUE;
  if (self->number != 0)
    gst_score_frames_raise_n_frames (self->frames, n_frames);
  g_mutex_unlock (&self->lock);
}

static gboolean
handle_custom (GstScoreRecorder * self, GstEvent * event, gboolean in_band)
{
  const GstStructure *s = gst_event_get_structure (event);

  if (s == NULL)
    return FALSE;
  if (gst_structure_has_name (s, GST_SCORE_EVENT_EPISODE_START)) {
    g_mutex_lock (&self->lock);
    prepare_start (self, gst_structure_get_string (s, "task"),
        gst_structure_get_string (s, "episode-id"), FALSE);
    self->start_in_band = in_band;
    g_mutex_unlock (&self->lock);
    return TRUE;
  }
  if (gst_structure_has_name (s, GST_SCORE_EVENT_EPISODE_END)) {
    gst_score_recorder_end_episode (self, gst_structure_get_string (s,
            "outcome"));
    return TRUE;
  }
  if (in_band && gst_structure_has_name (s, GST_SCORE_EVENT_EPISODE_FRAMES)) {
    take_frames (self, s);
    return TRUE;
  }
  return FALSE;
}

gboolean
gst_score_recorder_handle_custom (GstScoreRecorder * self, GstEvent * event)
{
  return handle_custom (self, event, FALSE);
}

void
gst_score_recorder_event (GstScoreRecorder * self, GstEvent * event)
{
  if (handle_custom (self, event, TRUE))
    return;
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
    gst_score_utc_renew (&self->utc);
  g_mutex_lock (&self->lock);
  if (self->engine != NULL)
    react (self, event);
  g_mutex_unlock (&self->lock);
}

/* After this nothing reaches the engine any more. */
void
gst_score_recorder_stop (GstScoreRecorder * self)
{
  g_mutex_lock (&self->lock);
  drop_episode (self, GST_SCORE_ERROR_CANCELLED,
      "the element was stopped before the episode ended");
  self->engine = NULL;
  g_mutex_unlock (&self->lock);
}

GstStructure *
gst_score_recorder_get_stats (GstScoreRecorder * self)
{
  GstStructure *stats = NULL;

  g_mutex_lock (&self->lock);
  if (self->engine != NULL) {
    stats = score_engine_get_stats (self->engine);
    gst_structure_set (stats, "frames", G_TYPE_UINT64, self->n_frames, NULL);
  }
  g_mutex_unlock (&self->lock);
  return stats;
}

gboolean
gst_score_recorder_is_open (GstScoreRecorder * self)
{
  gboolean open;

  g_mutex_lock (&self->lock);
  open = self->number != 0;
  g_mutex_unlock (&self->lock);
  return open;
}

guint64
gst_score_recorder_take_disowned (GstScoreRecorder * self)
{
  guint64 disowned;

  g_mutex_lock (&self->lock);
  disowned = take_disowned (self);
  g_mutex_unlock (&self->lock);
  return disowned;
}

guint64
gst_score_recorder_get_n_frames (GstScoreRecorder * self)
{
  guint64 n_frames;

  g_mutex_lock (&self->lock);
  n_frames = self->n_frames;
  g_mutex_unlock (&self->lock);
  return n_frames;
}

GstClockTime
gst_score_recorder_get_next (GstScoreRecorder * self,
    GstClockTime * frame_duration)
{
  GstClockTime next = GST_CLOCK_TIME_NONE;

  g_mutex_lock (&self->lock);
  *frame_duration = self->timeline.frame_duration;
  /* Only where the decoder knows the times as they are here. */
  if (self->number != 0 && self->timeline.standstill.advancing)
    next = gst_score_frames_get_next (self->frames);
  /* The first frame after a cut is wanted whatever was before it. */
  if (GST_CLOCK_TIME_IS_VALID (next))
    next = MIN (next, get_cut (self));
  g_mutex_unlock (&self->lock);
  return next;
}

void
gst_score_recorder_set_throttled (GstScoreRecorder * self, gboolean throttled)
{
  g_mutex_lock (&self->lock);
  self->throttled = throttled;
  g_mutex_unlock (&self->lock);
}
