/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/testsrcsettings.h"

#define DEFAULT_TASK "put the banana in the bowl"
#define DEFAULT_OUTCOME SCORE_TOY_SUCCESS
#define DEFAULT_SEED 0
#define DEFAULT_NUM_EPISODES 1
#define DEFAULT_EPISODE_DURATION (8 * GST_SECOND)
#define DEFAULT_EPISODE_GAP 0
#define DEFAULT_IS_LIVE FALSE

#define MIN_DURATION GST_MSECOND
#define MAX_DURATION (G_GUINT64_CONSTANT (86400) * GST_SECOND)

enum
{
  PROP_0,
  PROP_IS_LIVE = SCORE_TEST_SRC_PROP_IS_LIVE,
  PROP_TASK,
  PROP_OUTCOME,
  PROP_SEED,
  PROP_NUM_EPISODES,
  PROP_EPISODE_DURATION,
  PROP_EPISODE_GAP,
  PROP_TRUTH_LOCATION,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static const GEnumValue outcome_values[] = {
  {SCORE_TOY_SUCCESS, "The object is put where the task says", "success"},
  {SCORE_TOY_PARTIAL, "The object is let go on the table before its goal",
      "partial"},
  {SCORE_TOY_FAILURE, "The gripper closes on nothing", "failure"},
  {SCORE_TOY_WRONG_OBJECT, "Another object is put where the task says",
      "wrong-object"},
  {SCORE_TOY_STATIC, "Nothing moves", "static"},
  {SCORE_TOY_HALF_DONE, "The object starts near its goal, then success",
      "half-done-at-start"},
  {0, NULL, NULL}
};

GType
score_test_src_outcome_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreTestSrcOutcome", outcome_values));
  return (GType) type;
}

const gchar *
score_test_src_outcome_get_nick (ScoreToyOutcome outcome)
{
  return outcome_values[outcome].value_nick;
}

static void
install_episode_properties (void)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_READY;

  /**
   * GstScoreTestSrc:task:
   *
   * What the robot is to do: "put the {banana|ice cream cone|cup|block}
   * {in|into|on|onto} the {bowl|plate|drawer}". Any other text is an error at
   * start. The episode-start events carry it as it was written.
   *
   * Since: 0.1
   */
  properties[PROP_TASK] = g_param_spec_string ("task", "Task",
      "What the robot is to do: " SCORE_TOY_TASK_GRAMMAR, DEFAULT_TASK, flags);

  /**
   * GstScoreTestSrc:outcome:
   *
   * How the episodes go: success, partial (let go on the table before the
   * goal), failure (closes on nothing), wrong-object, static (nothing moves),
   * half-done-at-start (the object starts near its goal; then success).
   *
   * Since: 0.1
   */
  properties[PROP_OUTCOME] = g_param_spec_enum ("outcome", "Outcome",
      "How the episodes go", score_test_src_outcome_get_type (),
      DEFAULT_OUTCOME, flags);

  /**
   * GstScoreTestSrc:seed:
   *
   * Of the places and movements of the first episode; each following episode
   * takes the next one.
   *
   * Since: 0.1
   */
  properties[PROP_SEED] = g_param_spec_uint ("seed", "Seed",
      "Of places and movements; each following episode takes the next",
      0, G_MAXUINT, DEFAULT_SEED, flags);

  /**
   * GstScoreTestSrc:num-episodes:
   *
   * How many episodes come before EOS; -1: they never end.
   *
   * Since: 0.1
   */
  properties[PROP_NUM_EPISODES] = g_param_spec_int ("num-episodes",
      "Number of episodes", "How many episodes come before EOS (-1: endless)",
      -1, G_MAXINT, DEFAULT_NUM_EPISODES, flags);
}

static void
install_stream_properties (void)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_READY;

  /**
   * GstScoreTestSrc:episode-duration:
   *
   * How long an episode is, in nanoseconds, from 1 ms to a day. The movements
   * fill it, but for a short rest at both ends.
   *
   * Since: 0.1
   */
  properties[PROP_EPISODE_DURATION] = g_param_spec_uint64 ("episode-duration",
      "Episode duration", "How long an episode is, in nanoseconds",
      MIN_DURATION, MAX_DURATION, DEFAULT_EPISODE_DURATION, flags);

  /**
   * GstScoreTestSrc:episode-gap:
   *
   * Time between two episodes, in nanoseconds, up to a day. Nothing moves in
   * it, no episode is open, and the frames carry no truth.
   *
   * Since: 0.1
   */
  properties[PROP_EPISODE_GAP] = g_param_spec_uint64 ("episode-gap",
      "Episode gap", "Time between two episodes, in nanoseconds",
      0, MAX_DURATION, DEFAULT_EPISODE_GAP, flags);

  /**
   * GstScoreTestSrc:is-live:
   *
   * Whether frames come by the clock, as from a camera. A live source cannot
   * be sought in.
   *
   * Since: 0.1
   */
  properties[PROP_IS_LIVE] = g_param_spec_boolean ("is-live", "Is live",
      "Whether frames come by the clock, as from a camera", DEFAULT_IS_LIVE,
      flags);

  /**
   * GstScoreTestSrc:truth-location:
   *
   * A file that gets the true progress of every frame as JSON Lines with
   * `episode_id`, `stream_time` in nanoseconds and `progress`. Written anew at
   * every start, complete at EOS. Frames that a seek gives again are written
   * again. NULL: no file.
   *
   * Since: 0.1
   */
  properties[PROP_TRUTH_LOCATION] = g_param_spec_string ("truth-location",
      "Truth location",
      "File for the true progress of every frame (JSON Lines)", NULL, flags);
}

void
score_test_src_settings_install (GObjectClass * object_class)
{
  install_episode_properties ();
  install_stream_properties ();
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gst_type_mark_as_plugin_api (score_test_src_outcome_get_type (), 0);
}

void
score_test_src_settings_init (ScoreTestSrcSettings * self)
{
  *self = (ScoreTestSrcSettings) {
  .task = g_strdup (DEFAULT_TASK),.outcome = DEFAULT_OUTCOME,.seed =
        DEFAULT_SEED,.num_episodes = DEFAULT_NUM_EPISODES,.episode_duration =
        DEFAULT_EPISODE_DURATION,.episode_gap = DEFAULT_EPISODE_GAP};
}

void
score_test_src_settings_clear (ScoreTestSrcSettings * self)
{
  g_clear_pointer (&self->task, g_free);
  g_clear_pointer (&self->truth_location, g_free);
}

void
score_test_src_settings_copy (const ScoreTestSrcSettings * self,
    ScoreTestSrcSettings * copy)
{
  score_test_src_settings_clear (copy);
  *copy = *self;
  copy->task = g_strdup (self->task);
  copy->truth_location = g_strdup (self->truth_location);
}

gboolean
score_test_src_settings_set (ScoreTestSrcSettings * self, guint id,
    const GValue * value)
{
  switch (id) {
    case PROP_TASK:
      g_free (self->task);
      self->task = g_value_dup_string (value);
      break;
    case PROP_OUTCOME:
      self->outcome = (ScoreToyOutcome) g_value_get_enum (value);
      break;
    case PROP_SEED:
      self->seed = g_value_get_uint (value);
      break;
    case PROP_NUM_EPISODES:
      self->num_episodes = g_value_get_int (value);
      break;
    case PROP_EPISODE_DURATION:
      self->episode_duration = g_value_get_uint64 (value);
      break;
    case PROP_EPISODE_GAP:
      self->episode_gap = g_value_get_uint64 (value);
      break;
    case PROP_TRUTH_LOCATION:
      g_free (self->truth_location);
      self->truth_location = g_value_dup_string (value);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}

gboolean
score_test_src_settings_get (const ScoreTestSrcSettings * self, guint id,
    GValue * value)
{
  switch (id) {
    case PROP_TASK:
      g_value_set_string (value, self->task);
      break;
    case PROP_OUTCOME:
      g_value_set_enum (value, (gint) self->outcome);
      break;
    case PROP_SEED:
      g_value_set_uint (value, self->seed);
      break;
    case PROP_NUM_EPISODES:
      g_value_set_int (value, self->num_episodes);
      break;
    case PROP_EPISODE_DURATION:
      g_value_set_uint64 (value, self->episode_duration);
      break;
    case PROP_EPISODE_GAP:
      g_value_set_uint64 (value, self->episode_gap);
      break;
    case PROP_TRUTH_LOCATION:
      g_value_set_string (value, self->truth_location);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}

GstClockTime
score_test_src_settings_get_total (const ScoreTestSrcSettings * self)
{
  GstClockTime period = self->episode_duration + self->episode_gap;
  GstClockTime before_last;

  if (self->num_episodes < 0)
    return GST_CLOCK_TIME_NONE;
  if (self->num_episodes == 0)
    return 0;
  before_last = gst_util_uint64_scale ((guint64) self->num_episodes - 1,
      period, 1);
  /* So many that no time can hold them are endless, too. */
  if (before_last > G_MAXINT64)
    return GST_CLOCK_TIME_NONE;
  return before_last + self->episode_duration;
}
