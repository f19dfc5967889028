/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-scoretestsrc
 * @title: scoretestsrc
 *
 * Draws a toy tabletop on which a robot arm does a task, well or badly, and
 * knows at every frame how much of the task is done. It is to the score
 * elements what #videotestsrc is to video: demos, tests and benchmarks with a
 * known answer.
 *
 * The stream consists of episodes. Before the first frame of one comes the
 * serialized downstream event `score/episode-start` with the fields
 * `episode-id` and `task` (strings), after its last frame `score/episode-end`
 * with the field `outcome` (string). When #GstBaseSrc:num-buffers cuts an
 * episode short there is no outcome to tell, and EOS ends it. Every frame of an
 * episode carries a GstScoreTruthMeta with the episode's id and its true
 * progress.
 *
 * The frames are a function of task, outcome, seed, size and framerate: two
 * runs give the same bytes.
 *
 * ## Example
 * |[
 * gst-launch-1.0 scoretestsrc outcome=partial ! videoconvert ! autovideosink
 * ]|
 *
 * Since: 0.1
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/base/gstpushsrc.h>
#include <gst/score/gstscoremeta.h>
#include <gst/video/gstvideometa.h>
#include <gst/video/gstvideopool.h>
#include <gst/video/video.h>

#include "elements/frameclock.h"
#include "elements/gstscoreelements.h"
#include "elements/testsrcsettings.h"
#include "elements/toypaint.h"
#include "elements/truthlog.h"

GST_DEBUG_CATEGORY_STATIC (score_test_src_debug);
#define GST_CAT_DEFAULT score_test_src_debug

#define NO_EPISODE (-1)

#define GST_TYPE_SCORE_TEST_SRC (gst_score_test_src_get_type ())
G_DECLARE_FINAL_TYPE (GstScoreTestSrc, gst_score_test_src, GST, SCORE_TEST_SRC,
    GstPushSrc);

struct _GstScoreTestSrc
{
  GstPushSrc parent;

  ScoreTestSrcSettings properties;      /* protected by the object lock */
  gint flushed;                 /* atomic: the open episode was flushed away */

  /* From start to stop, of the streaming thread. The first three are set and
   * freed by change_state, while there is no such thread. */
  ScoreTestSrcSettings run;
  ScoreToyTask toy_task;
  ScoreTruthLog *log;
  GstVideoInfo info;
  ScoreToyPainter *painter;

  ScoreFrameClock clock;

  gint64 world_episode;         /* whose world it is, or NO_EPISODE */
  ScoreToyWorld world;
  gchar *episode_id;
  gint64 open_episode;          /* what was announced, or NO_EPISODE */
  GstEvent *announcement;       /* goes out just before the next buffer */
};

/* Progressive I420 with square pixels in one known colour space. */
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-raw, format=(string)I420, "
        "width=(int)[ 1, MAX ], height=(int)[ 1, MAX ], "
        "framerate=(fraction)[ 1/MAX, MAX ], "
        "pixel-aspect-ratio=(fraction)1/1, interlace-mode=(string)progressive, "
        "colorimetry=(string)bt601"));

G_DEFINE_FINAL_TYPE_WITH_CODE (GstScoreTestSrc, gst_score_test_src,
    GST_TYPE_PUSH_SRC,
    GST_DEBUG_CATEGORY_INIT (score_test_src_debug, "scoretestsrc", 0,
        "toy robot episodes"));
GST_ELEMENT_REGISTER_DEFINE (scoretestsrc, "scoretestsrc", GST_RANK_NONE,
    GST_TYPE_SCORE_TEST_SRC);

static void
gst_score_test_src_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstScoreTestSrc *self = GST_SCORE_TEST_SRC (object);
  gboolean known;

  if (id == SCORE_TEST_SRC_PROP_IS_LIVE) {
    gst_base_src_set_live (GST_BASE_SRC (self), g_value_get_boolean (value));
    return;
  }
  GST_OBJECT_LOCK (self);
  known = score_test_src_settings_set (&self->properties, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_score_test_src_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstScoreTestSrc *self = GST_SCORE_TEST_SRC (object);
  gboolean known;

  if (id == SCORE_TEST_SRC_PROP_IS_LIVE) {
    g_value_set_boolean (value, gst_base_src_is_live (GST_BASE_SRC (self)));
    return;
  }
  GST_OBJECT_LOCK (self);
  known = score_test_src_settings_get (&self->properties, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_score_test_src_finalize (GObject * object)
{
  GstScoreTestSrc *self = GST_SCORE_TEST_SRC (object);

  score_test_src_settings_clear (&self->properties);
  score_test_src_settings_clear (&self->run);
  G_OBJECT_CLASS (gst_score_test_src_parent_class)->finalize (object);
}

/* Life cycle */

static gboolean
open_log (GstScoreTestSrc * self)
{
  g_autoptr (GError) error = NULL;

  if (self->run.truth_location == NULL)
    return TRUE;
  self->log = score_truth_log_open (self->run.truth_location, &error);
  if (self->log == NULL)
    GST_ELEMENT_ERROR (self, RESOURCE, OPEN_WRITE,
        ("The file of the property truth-location cannot be written."),
        ("%s", error->message));
  return self->log != NULL;
}

static void
warn_of_log (GstScoreTestSrc * self, const GError * error)
{
  GST_ELEMENT_WARNING (self, RESOURCE, WRITE,
      ("The file of the property truth-location is not complete."),
      ("%s", error->message));
}

static void
close_log (GstScoreTestSrc * self)
{
  g_autoptr (GError) error = NULL;

  if (self->log != NULL
      && !score_truth_log_close (g_steal_pointer (&self->log), &error))
    warn_of_log (self, error);
}

static gboolean
prepare (GstScoreTestSrc * self)
{
  GST_OBJECT_LOCK (self);
  score_test_src_settings_copy (&self->properties, &self->run);
  GST_OBJECT_UNLOCK (self);
  if (!score_toy_task_parse (self->run.task, &self->toy_task)) {
    GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS,
        ("The property task is \"%s\", which the toy world does not know.",
            self->run.task ? self->run.task : ""),
        ("it knows: %s", SCORE_TOY_TASK_GRAMMAR));
    return FALSE;
  }
  return open_log (self);
}

/* Not in start: when that fails, the base class posts a second error, which
 * says that nobody told the reason. */
static GstStateChangeReturn
gst_score_test_src_change_state (GstElement * element,
    GstStateChange transition)
{
  GstScoreTestSrc *self = GST_SCORE_TEST_SRC (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !prepare (self))
    return GST_STATE_CHANGE_FAILURE;
  result =
      GST_ELEMENT_CLASS (gst_score_test_src_parent_class)->change_state
      (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || result == GST_STATE_CHANGE_FAILURE)
    close_log (self);
  return result;
}

static gboolean
gst_score_test_src_start (GstBaseSrc * base)
{
  GstScoreTestSrc *self = GST_SCORE_TEST_SRC (base);

  gst_video_info_init (&self->info);
  score_frame_clock_init (&self->clock);
  self->world_episode = NO_EPISODE;
  self->open_episode = NO_EPISODE;
  g_atomic_int_set (&self->flushed, FALSE);
  GST_INFO_OBJECT (self, "%s: %s, seed %u", self->run.task,
      score_test_src_outcome_get_nick (self->run.outcome), self->run.seed);
  return TRUE;
}

static gboolean
gst_score_test_src_stop (GstBaseSrc * base)
{
  GstScoreTestSrc *self = GST_SCORE_TEST_SRC (base);

  g_clear_pointer (&self->painter, score_toy_painter_free);
  g_clear_pointer (&self->episode_id, g_free);
  gst_clear_event (&self->announcement);
  return TRUE;
}

/* Caps and memory */

static GstCaps *
gst_score_test_src_fixate (GstBaseSrc * base, GstCaps * caps)
{
  GstStructure *structure;

  caps = gst_caps_make_writable (caps);
  structure = gst_caps_get_structure (caps, 0);
  gst_structure_fixate_field_nearest_int (structure, "width", 640);
  gst_structure_fixate_field_nearest_int (structure, "height", 480);
  gst_structure_fixate_field_nearest_fraction (structure, "framerate", 30, 1);
  return GST_BASE_SRC_CLASS (gst_score_test_src_parent_class)->fixate (base,
      caps);
}

static gboolean
gst_score_test_src_set_caps (GstBaseSrc * base, GstCaps * caps)
{
  GstScoreTestSrc *self = GST_SCORE_TEST_SRC (base);
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, caps)) {
    GST_WARNING_OBJECT (self, "cannot understand %" GST_PTR_FORMAT, caps);
    return FALSE;
  }
  score_frame_clock_set_framerate (&self->clock, info.fps_n, info.fps_d);
  self->info = info;
  g_clear_pointer (&self->painter, score_toy_painter_free);
  self->painter = score_toy_painter_new (&info);
  return TRUE;
}

static gboolean
gst_score_test_src_decide_allocation (GstBaseSrc * base, GstQuery * query)
{
  GstScoreTestSrc *self = GST_SCORE_TEST_SRC (base);
  g_autoptr (GstBufferPool) pool = NULL;
  guint size = 0, min = 0, max = 0;
  gboolean proposed = gst_query_get_n_allocation_pools (query) > 0;
  GstStructure *config;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  if (proposed)
    gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, &min, &max);
  if (pool == NULL)
    pool = gst_video_buffer_pool_new ();
  size = MAX (size, (guint) GST_VIDEO_INFO_SIZE (&self->info));

  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, caps, size, min, max);
  if (gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL))
    gst_buffer_pool_config_add_option (config,
        GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_buffer_pool_set_config (pool, config);

  if (proposed)
    gst_query_set_nth_allocation_pool (query, 0, pool, size, min, max);
  else
    gst_query_add_allocation_pool (query, pool, size, min, max);
  return
      GST_BASE_SRC_CLASS (gst_score_test_src_parent_class)->decide_allocation
      (base, query);
}

/* Time */

static void
gst_score_test_src_get_times (GstBaseSrc * base, GstBuffer * buffer,
    GstClockTime * start, GstClockTime * end)
{
  *start = *end = GST_CLOCK_TIME_NONE;
  if (!gst_base_src_is_live (base))
    return;
  *start = GST_BUFFER_PTS (buffer);
  *end = *start + GST_BUFFER_DURATION (buffer);
}

static gboolean
gst_score_test_src_is_seekable (GstBaseSrc * base)
{
  return !gst_base_src_is_live (base);
}

static gboolean
gst_score_test_src_do_seek (GstBaseSrc * base, GstSegment * segment)
{
  GstScoreTestSrc *self = GST_SCORE_TEST_SRC (base);

  segment->time = segment->start;
  score_frame_clock_seek (&self->clock, segment->position);
  return TRUE;
}

/* An episode has a direction. Refused before the base class sees the seek,
 * which would have flushed by the time that do_seek could say so. */
static gboolean
goes_backwards (GstEvent * event)
{
  gdouble rate;

  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK)
    return FALSE;
  gst_event_parse_seek (event, &rate, NULL, NULL, NULL, NULL, NULL, NULL);
  return rate < 0.0;
}

/* From downstream. */
static gboolean
gst_score_test_src_event (GstBaseSrc * base, GstEvent * event)
{
  return !goes_backwards (event)
      && GST_BASE_SRC_CLASS (gst_score_test_src_parent_class)->event (base,
      event);
}

/* From the application. */
static gboolean
gst_score_test_src_send_event (GstElement * element, GstEvent * event)
{
  if (goes_backwards (event)) {
    gst_event_unref (event);
    return FALSE;
  }
  return GST_ELEMENT_CLASS (gst_score_test_src_parent_class)->send_event
      (element, event);
}

static gboolean
answer_duration (GstScoreTestSrc * self, GstQuery * query)
{
  GstClockTime duration;
  GstFormat format;

  gst_query_parse_duration (query, &format, NULL);
  if (format != GST_FORMAT_TIME)
    return FALSE;
  GST_OBJECT_LOCK (self);
  duration = score_test_src_settings_get_total (&self->properties);
  GST_OBJECT_UNLOCK (self);
  gst_query_set_duration (query, format, (gint64) duration);
  return TRUE;
}

static gboolean
gst_score_test_src_query (GstBaseSrc * base, GstQuery * query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_DURATION
      && answer_duration (GST_SCORE_TEST_SRC (base), query))
    return TRUE;
  return GST_BASE_SRC_CLASS (gst_score_test_src_parent_class)->query (base,
      query);
}

/* Episodes */

static void
enter_episode (GstScoreTestSrc * self, gint64 episode)
{
  const ScoreTestSrcSettings *run = &self->run;
  guint seed = run->seed + (guint) episode;

  if (self->world_episode == episode)
    return;
  score_toy_world_init (&self->world, &self->toy_task, run->outcome, seed,
      (gdouble) run->episode_duration / GST_SECOND);
  g_free (self->episode_id);
  self->episode_id = g_strdup_printf ("toy-%s-%u",
      score_test_src_outcome_get_nick (run->outcome), seed);
  self->world_episode = episode;
}

static void
announce_end (GstScoreTestSrc * self)
{
  if (self->open_episode == NO_EPISODE)
    return;
  GST_DEBUG_OBJECT (self, "episode %" G_GINT64_FORMAT " ends",
      self->open_episode);
  self->open_episode = NO_EPISODE;
  gst_pad_push_event (GST_BASE_SRC_PAD (self),
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new ("score/episode-end", "outcome", G_TYPE_STRING,
              score_test_src_outcome_get_nick (self->run.outcome), NULL)));
}

static void
announce_start (GstScoreTestSrc * self, gint64 episode)
{
  GST_DEBUG_OBJECT (self, "episode %s begins", self->episode_id);
  self->open_episode = episode;
  gst_clear_event (&self->announcement);
  self->announcement = gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_structure_new ("score/episode-start",
          "episode-id", G_TYPE_STRING, self->episode_id,
          "task", G_TYPE_STRING, self->run.task, NULL));
}

static void
announce (GstScoreTestSrc * self, gint64 episode)
{
  if (g_atomic_int_compare_and_exchange (&self->flushed, TRUE, FALSE)) {
    self->open_episode = NO_EPISODE;
    gst_clear_event (&self->announcement);
  }
  if (self->open_episode == episode)
    return;
  announce_end (self);
  if (episode != NO_EPISODE)
    announce_start (self, episode);
}

static void
flush_log (GstScoreTestSrc * self)
{
  g_autoptr (GError) error = NULL;

  if (self->log != NULL && !score_truth_log_flush (self->log, &error))
    warn_of_log (self, error);
}

/* The base class sends the segment only after it was given the buffer, so what
 * must come between the two waits for the buffer at the pad. */
static GstPadProbeReturn
watch_pad_cb (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstScoreTestSrc *self = GST_SCORE_TEST_SRC (user_data);

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    if (self->announcement != NULL)
      gst_pad_push_event (pad, g_steal_pointer (&self->announcement));
    return GST_PAD_PROBE_OK;
  }
  if (GST_EVENT_TYPE (info->data) == GST_EVENT_FLUSH_STOP)
    g_atomic_int_set (&self->flushed, TRUE);
  else if (GST_EVENT_TYPE (info->data) == GST_EVENT_EOS)
    flush_log (self);
  return GST_PAD_PROBE_OK;
}

/* Frames */

static void
tell_truth (GstScoreTestSrc * self, GstBuffer * buffer, gdouble seconds)
{
  gdouble progress = score_toy_world_get_progress (&self->world, seconds);

  gst_score_truth_meta_add (buffer, self->episode_id, progress);
  if (self->log != NULL)
    score_truth_log_write (self->log, self->episode_id,
        gst_segment_to_stream_time (&GST_BASE_SRC (self)->segment,
            GST_FORMAT_TIME, GST_BUFFER_PTS (buffer)), progress);
}

static gboolean
paint (GstScoreTestSrc * self, GstBuffer * buffer, gdouble seconds)
{
  GstVideoFrame frame;
  ScoreToyPose pose;

  if (!gst_video_frame_map (&frame, &self->info, buffer, GST_MAP_WRITE)) {
    GST_ELEMENT_ERROR (self, RESOURCE, WRITE, (NULL),
        ("cannot map the memory of a frame"));
    return FALSE;
  }
  score_toy_world_get_pose (&self->world, seconds, &pose);
  score_toy_painter_paint (self->painter, &frame, &self->world, &pose);
  gst_video_frame_unmap (&frame);
  return TRUE;
}

static GstFlowReturn
gst_score_test_src_fill (GstPushSrc * push, GstBuffer * buffer)
{
  GstScoreTestSrc *self = GST_SCORE_TEST_SRC (push);
  GstClockTime period = self->run.episode_duration + self->run.episode_gap;
  GstClockTime total = score_test_src_settings_get_total (&self->run);
  GstClockTime time, end, offset;
  gboolean inside;

  time = score_frame_clock_get_time (&self->clock, &end);
  if (GST_CLOCK_TIME_IS_VALID (total) && time >= total) {
    announce (self, NO_EPISODE);
    return GST_FLOW_EOS;
  }

  /* In the gap everything stays as the episode before left it. */
  enter_episode (self, (gint64) (time / period));
  offset = time % period;
  inside = offset < self->run.episode_duration;
  announce (self, inside ? self->world_episode : NO_EPISODE);

  GST_BUFFER_PTS (buffer) = time;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (buffer) = end - time;
  GST_BUFFER_OFFSET (buffer) = self->clock.n_frames;
  GST_BUFFER_OFFSET_END (buffer) = self->clock.n_frames + 1;
  if (!paint (self, buffer, (gdouble) offset / GST_SECOND))
    return GST_FLOW_ERROR;
  if (inside)
    tell_truth (self, buffer, (gdouble) offset / GST_SECOND);
  score_frame_clock_advance (&self->clock);
  GST_LOG_OBJECT (self, "frame at %" GST_TIME_FORMAT, GST_TIME_ARGS (time));
  return GST_FLOW_OK;
}

static void
gst_score_test_src_class_init (GstScoreTestSrcClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);
  GstPushSrcClass *push_class = GST_PUSH_SRC_CLASS (klass);

  object_class->set_property = gst_score_test_src_set_property;
  object_class->get_property = gst_score_test_src_get_property;
  object_class->finalize = gst_score_test_src_finalize;
  score_test_src_settings_install (object_class);

  gst_element_class_set_static_metadata (element_class,
      "Toy robot episodes", "Source/Video",
      "Draws a toy robot doing a task, with the true progress of every frame",
      "The gst-score authors");
  gst_element_class_add_static_pad_template (element_class, &src_template);

  element_class->change_state = gst_score_test_src_change_state;
  element_class->send_event = gst_score_test_src_send_event;
  base_class->start = gst_score_test_src_start;
  base_class->stop = gst_score_test_src_stop;
  base_class->fixate = gst_score_test_src_fixate;
  base_class->set_caps = gst_score_test_src_set_caps;
  base_class->decide_allocation = gst_score_test_src_decide_allocation;
  base_class->get_times = gst_score_test_src_get_times;
  base_class->is_seekable = gst_score_test_src_is_seekable;
  base_class->do_seek = gst_score_test_src_do_seek;
  base_class->event = gst_score_test_src_event;
  base_class->query = gst_score_test_src_query;
  push_class->fill = gst_score_test_src_fill;
}

static void
gst_score_test_src_init (GstScoreTestSrc * self)
{
  score_test_src_settings_init (&self->properties);
  self->world_episode = self->open_episode = NO_EPISODE;
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_pad_add_probe (GST_BASE_SRC_PAD (self), GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      watch_pad_cb, self, NULL);
}
