/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscoremeta.h>
#include <gst/score/gstscoreenums-private.h>
#include <math.h>

#define FIELD_EPISODE_ID "episode-id"
#define FIELD_STATUS "status"
#define FIELD_PROGRESS "progress"
#define FIELD_INTERPOLATED "interpolated"
#define FIELD_SAMPLE_TIME "sample-time"
#define FIELD_TASK "task"
#define FIELD_DESCRIPTION "description"
#define FIELD_COMPLETION_STATE "completion-state"
#define FIELD_SUCCESS "success"

/* *INDENT-OFF* */
static const GEnumValue statuses[] = {
  { GST_SCORE_META_PENDING, "GST_SCORE_META_PENDING", "pending" },
  { GST_SCORE_META_PROVISIONAL, "GST_SCORE_META_PROVISIONAL", "provisional" },
  { GST_SCORE_META_FINAL, "GST_SCORE_META_FINAL", "final" },
  { GST_SCORE_META_FAILED, "GST_SCORE_META_FAILED", "failed" },
  { 0, NULL, NULL },
};
/* *INDENT-ON* */

GType
gst_score_meta_status_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstScoreMetaStatus", statuses));
  return type;
}

/* Every frame of a stream is annotated: neither the meta nor its fields are
 * looked up by name, and what the status is called is copied for none. */
static struct
{
  GQuark episode_id, status, progress, interpolated, sample_time, task,
      description, completion_state, success;
} quarks;
static const GstMetaInfo *score_info, *truth_info;
static const gchar *nicks[G_N_ELEMENTS (statuses)];

static void
make_quarks (void)
{
  quarks.episode_id = g_quark_from_static_string (FIELD_EPISODE_ID);
  quarks.status = g_quark_from_static_string (FIELD_STATUS);
  quarks.progress = g_quark_from_static_string (FIELD_PROGRESS);
  quarks.interpolated = g_quark_from_static_string (FIELD_INTERPOLATED);
  quarks.task = g_quark_from_static_string (FIELD_TASK);
  quarks.description = g_quark_from_static_string (FIELD_DESCRIPTION);
  quarks.completion_state = g_quark_from_static_string (FIELD_COMPLETION_STATE);
  quarks.sample_time = g_quark_from_static_string (FIELD_SAMPLE_TIME);
  quarks.success = g_quark_from_static_string (FIELD_SUCCESS);
  for (guint i = 0; statuses[i].value_nick != NULL; i++)
    nicks[statuses[i].value] = g_intern_static_string (statuses[i].value_nick);
}

/* Metas with a tag are dropped by whoever changes what the tag stands for; a
 * progress stays true whatever is done to the picture. */
static const GstMetaInfo *
register_without_tags (const gchar * name)
{
  static const gchar *no_tags[] = { NULL };
  const GstMetaInfo *info = gst_meta_get_info (name);

  return info != NULL ? info :
      gst_meta_register_custom (name, no_tags, NULL, NULL, NULL);
}

/**
 * gst_score_meta_init:
 *
 * Registers the two metas, so that gst_buffer_get_custom_meta() knows them. The
 * functions of this library call it by themselves. May be called from any thread
 * and any number of times, after gst_init().
 *
 * Since: 0.1
 */
void
gst_score_meta_init (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    make_quarks ();
    score_info = register_without_tags (GST_SCORE_META_NAME);
    truth_info = register_without_tags (GST_SCORE_TRUTH_META_NAME);
    g_once_init_leave (&done, 1);
  }
}

/* What is left of gst_buffer_get_custom_meta () where the name is known. */
static GstCustomMeta *
find (GstBuffer * buffer, const GstMetaInfo * info)
{
  return (GstCustomMeta *) gst_buffer_get_meta (buffer, info->api);
}

static GstCustomMeta *
add (GstBuffer * buffer, const GstMetaInfo * info)
{
  return (GstCustomMeta *) gst_buffer_add_meta (buffer, info, NULL);
}

static gboolean
is_progress (gdouble progress)
{
  return progress >= 0.0 && progress <= 1.0;
}

/* A frame that is annotated anew. */
static void
clear_values (GstStructure * structure)
{
  gst_structure_remove_fields (structure, FIELD_PROGRESS, FIELD_TASK,
      FIELD_DESCRIPTION, FIELD_COMPLETION_STATE, FIELD_SUCCESS, NULL);
}

/* To make the values here takes half the time of gst_structure_id_set (). */
static void
set_string (GstStructure * structure, GQuark field, const gchar * text)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  gst_structure_id_take_value (structure, field, &value);
}

static void
set_status (GstStructure * structure, GstScoreMetaStatus status)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_interned_string (&value, nicks[status]);
  gst_structure_id_take_value (structure, quarks.status, &value);
}

static void
set_flag (GstStructure * structure, GQuark field, gboolean flag)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_BOOLEAN);
  g_value_set_boolean (&value, flag);
  gst_structure_id_take_value (structure, field, &value);
}

static void
set_time (GstStructure * structure, GQuark field, GstClockTime time)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_UINT64);
  g_value_set_uint64 (&value, time);
  gst_structure_id_take_value (structure, field, &value);
}

static void
set_progress (GstStructure * structure, gdouble progress)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_DOUBLE);
  g_value_set_double (&value, progress);
  gst_structure_id_take_value (structure, quarks.progress, &value);
}

/**
 * gst_score_meta_add:
 * @buffer: a writable #GstBuffer
 * @episode_id: what the frame's episode is called
 * @status: how far @progress can be trusted
 * @progress: progress of the frame from 0 to 1, or NAN when there is none
 * @interpolated: whether @progress lies between samples
 * @sample_time: stream time of the newest sample that @progress was computed from,
 *     in nanoseconds, or %GST_CLOCK_TIME_NONE
 *
 * Attaches the progress to a frame. Where the frame has a progress already, its
 * values are replaced, and its texts and its success are removed.
 *
 * Returns: (transfer none): the meta, owned by @buffer
 *
 * Since: 0.1
 */
GstCustomMeta *
gst_score_meta_add (GstBuffer * buffer, const gchar * episode_id,
    GstScoreMetaStatus status, gdouble progress, gboolean interpolated,
    GstClockTime sample_time)
{
  GstCustomMeta *meta;
  GstStructure *structure;

  g_return_val_if_fail (GST_IS_BUFFER (buffer), NULL);
  g_return_val_if_fail (gst_buffer_is_writable (buffer), NULL);
  g_return_val_if_fail (episode_id != NULL, NULL);
  g_return_val_if_fail (score_enum_get_nick (statuses, status) != NULL, NULL);
  g_return_val_if_fail (isnan (progress) || is_progress (progress), NULL);

  meta = gst_score_meta_get (buffer);
  if (meta != NULL)
    clear_values (gst_custom_meta_get_structure (meta));
  else
    meta = add (buffer, score_info);
  structure = gst_custom_meta_get_structure (meta);
  set_string (structure, quarks.episode_id, episode_id);
  set_status (structure, status);
  set_flag (structure, quarks.interpolated, interpolated);
  set_time (structure, quarks.sample_time, sample_time);
  if (!isnan (progress))
    set_progress (structure, progress);
  return meta;
}

/**
 * gst_score_meta_get:
 * @buffer: a #GstBuffer
 *
 * Gets the progress attached to a frame.
 *
 * Returns: (transfer none) (nullable): the meta, owned by @buffer, or %NULL
 *
 * Since: 0.1
 */
GstCustomMeta *
gst_score_meta_get (GstBuffer * buffer)
{
  g_return_val_if_fail (GST_IS_BUFFER (buffer), NULL);

  gst_score_meta_init ();
  return find (buffer, score_info);
}

static gboolean
is_score_meta (GstCustomMeta * meta)
{
  return meta != NULL && gst_custom_meta_has_name (meta, GST_SCORE_META_NAME);
}

/**
 * gst_score_meta_get_episode_id:
 * @meta: a meta of gst_score_meta_get()
 *
 * Gets what the frame's episode is called.
 *
 * Returns: (transfer none) (nullable): the episode's id, or %NULL when another
 *     program left it out
 *
 * Since: 0.1
 */
const gchar *
gst_score_meta_get_episode_id (GstCustomMeta * meta)
{
  g_return_val_if_fail (is_score_meta (meta), NULL);

  return gst_structure_get_string (gst_custom_meta_get_structure (meta),
      FIELD_EPISODE_ID);
}

/**
 * gst_score_meta_get_status:
 * @meta: a meta of gst_score_meta_get()
 *
 * Gets how far the progress can be trusted.
 *
 * Returns: the status; %GST_SCORE_META_PENDING when another program wrote one
 *     that is not known
 *
 * Since: 0.1
 */
GstScoreMetaStatus
gst_score_meta_get_status (GstCustomMeta * meta)
{
  const gchar *nick;
  gint status = GST_SCORE_META_PENDING;

  g_return_val_if_fail (is_score_meta (meta), GST_SCORE_META_PENDING);

  nick = gst_structure_get_string (gst_custom_meta_get_structure (meta),
      FIELD_STATUS);
  if (nick != NULL)
    score_enum_find_nick (statuses, nick, &status);
  return status;
}

static gboolean
read_progress (GstCustomMeta * meta, gdouble * progress)
{
  gdouble value;

  if (!gst_structure_get_double (gst_custom_meta_get_structure (meta),
          FIELD_PROGRESS, &value) || !is_progress (value))
    return FALSE;
  if (progress != NULL)
    *progress = value;
  return TRUE;
}

/**
 * gst_score_meta_get_progress:
 * @meta: a meta of gst_score_meta_get()
 * @progress: (out) (optional): where to put the progress, from 0 to 1
 * @interpolated: (out) (optional): where to put whether it lies between samples
 *
 * Gets the progress of the frame. Where it returns %FALSE nothing is put
 * anywhere.
 *
 * Returns: %TRUE when there is a progress
 *
 * Since: 0.1
 */
gboolean
gst_score_meta_get_progress (GstCustomMeta * meta, gdouble * progress,
    gboolean * interpolated)
{
  gboolean between = FALSE;

  g_return_val_if_fail (is_score_meta (meta), FALSE);

  if (!read_progress (meta, progress))
    return FALSE;
  gst_structure_get_boolean (gst_custom_meta_get_structure (meta),
      FIELD_INTERPOLATED, &between);
  if (interpolated != NULL)
    *interpolated = between;
  return TRUE;
}

/**
 * gst_score_meta_get_sample_time:
 * @meta: a meta of gst_score_meta_get()
 *
 * Gets the stream time of the newest sample that the progress was computed from.
 * Less than the frame's own by the age of a provisional progress.
 *
 * Returns: nanoseconds, or %GST_CLOCK_TIME_NONE
 *
 * Since: 0.1
 */
GstClockTime
gst_score_meta_get_sample_time (GstCustomMeta * meta)
{
  GstClockTime time = GST_CLOCK_TIME_NONE;

  g_return_val_if_fail (is_score_meta (meta), GST_CLOCK_TIME_NONE);

  gst_structure_get_uint64 (gst_custom_meta_get_structure (meta),
      FIELD_SAMPLE_TIME, &time);
  return time;
}

static void
set_text (GstCustomMeta * meta, GQuark field, const gchar * text)
{
  GstStructure *structure;

  g_return_if_fail (is_score_meta (meta));
  g_return_if_fail (text == NULL || g_utf8_validate (text, -1, NULL));

  structure = gst_custom_meta_get_structure (meta);
  if (text == NULL)
    gst_structure_remove_field (structure, g_quark_to_string (field));
  else
    set_string (structure, field, text);
}

static const gchar *
get_text (GstCustomMeta * meta, const gchar * field)
{
  g_return_val_if_fail (is_score_meta (meta), NULL);

  return gst_structure_get_string (gst_custom_meta_get_structure (meta), field);
}

/**
 * gst_score_meta_set_task:
 * @meta: a meta of gst_score_meta_add()
 * @task: (nullable): the instruction of the episode, in UTF-8, or %NULL for none
 *
 * Says what the robot was told to do.
 *
 * Since: 0.1
 */
void
gst_score_meta_set_task (GstCustomMeta * meta, const gchar * task)
{
  set_text (meta, quarks.task, task);
}

/**
 * gst_score_meta_get_task:
 * @meta: a meta of gst_score_meta_get()
 *
 * Gets what the robot was told to do.
 *
 * Returns: (transfer none) (nullable): the text, or %NULL when there is none
 *
 * Since: 0.1
 */
const gchar *
gst_score_meta_get_task (GstCustomMeta * meta)
{
  return get_text (meta, FIELD_TASK);
}

/**
 * gst_score_meta_set_description:
 * @meta: a meta of gst_score_meta_add()
 * @description: (nullable): what is to be seen, in UTF-8, or %NULL for none
 *
 * Says what the model wrote of the newest sample that is not later than the frame.
 *
 * Since: 0.1
 */
void
gst_score_meta_set_description (GstCustomMeta * meta, const gchar * description)
{
  set_text (meta, quarks.description, description);
}

/**
 * gst_score_meta_get_description:
 * @meta: a meta of gst_score_meta_get()
 *
 * Gets what the model wrote of the newest sample that is not later than the frame.
 *
 * Returns: (transfer none) (nullable): the text, or %NULL when there is none
 *
 * Since: 0.1
 */
const gchar *
gst_score_meta_get_description (GstCustomMeta * meta)
{
  return get_text (meta, FIELD_DESCRIPTION);
}

/**
 * gst_score_meta_set_completion_state:
 * @meta: a meta of gst_score_meta_add()
 * @completion_state: (nullable): what the finished task looks like, in UTF-8, or %NULL for none
 *
 * Says what 100 % of the task looks like.
 *
 * Since: 0.1
 */
void
gst_score_meta_set_completion_state (GstCustomMeta * meta,
    const gchar * completion_state)
{
  set_text (meta, quarks.completion_state, completion_state);
}

/**
 * gst_score_meta_get_completion_state:
 * @meta: a meta of gst_score_meta_get()
 *
 * Gets what 100 % of the task looks like.
 *
 * Returns: (transfer none) (nullable): the text, or %NULL when there is none
 *
 * Since: 0.1
 */
const gchar *
gst_score_meta_get_completion_state (GstCustomMeta * meta)
{
  return get_text (meta, FIELD_COMPLETION_STATE);
}

/**
 * gst_score_meta_set_success:
 * @meta: a meta of gst_score_meta_add() whose status is %GST_SCORE_META_FINAL
 * @success: whether the episode reached its task
 *
 * Says whether the whole episode, of which this is a frame, was a success. Only a
 * final result knows, so a meta of another status is refused.
 *
 * Since: 0.1
 */
void
gst_score_meta_set_success (GstCustomMeta * meta, gboolean success)
{
  g_return_if_fail (is_score_meta (meta));
  g_return_if_fail (gst_score_meta_get_status (meta) == GST_SCORE_META_FINAL);

  set_flag (gst_custom_meta_get_structure (meta), quarks.success, success);
}

/**
 * gst_score_meta_get_success:
 * @meta: a meta of gst_score_meta_get()
 * @success: (out) (optional): where to put whether the episode reached its task;
 *     left alone when it is not known
 *
 * Gets whether the whole episode, of which this is a frame, was a success. Where
 * the status is not %GST_SCORE_META_FINAL it is not known.
 *
 * Returns: %TRUE when it is known
 *
 * Since: 0.1
 */
gboolean
gst_score_meta_get_success (GstCustomMeta * meta, gboolean * success)
{
  gboolean value;

  g_return_val_if_fail (is_score_meta (meta), FALSE);

  if (gst_score_meta_get_status (meta) != GST_SCORE_META_FINAL
      || !gst_structure_get_boolean (gst_custom_meta_get_structure (meta),
          FIELD_SUCCESS, &value))
    return FALSE;
  if (success != NULL)
    *success = value;
  return TRUE;
}

/**
 * gst_score_truth_meta_add:
 * @buffer: a writable #GstBuffer
 * @episode_id: what the frame's episode is called
 * @progress: true progress of the frame, from 0 to 1
 *
 * Attaches the true progress to a frame, as a simulated source knows it. Where
 * the frame has one already, its values are replaced.
 *
 * Returns: (transfer none): the meta, owned by @buffer
 *
 * Since: 0.1
 */
GstCustomMeta *
gst_score_truth_meta_add (GstBuffer * buffer, const gchar * episode_id,
    gdouble progress)
{
  GstCustomMeta *meta;
  GstStructure *structure;

  g_return_val_if_fail (GST_IS_BUFFER (buffer), NULL);
  g_return_val_if_fail (gst_buffer_is_writable (buffer), NULL);
  g_return_val_if_fail (episode_id != NULL, NULL);
  g_return_val_if_fail (is_progress (progress), NULL);

  gst_score_meta_init ();
  meta = find (buffer, truth_info);
  if (meta == NULL)
    meta = add (buffer, truth_info);
  structure = gst_custom_meta_get_structure (meta);
  set_string (structure, quarks.episode_id, episode_id);
  set_progress (structure, progress);
  return meta;
}

/**
 * gst_score_truth_meta_get_progress:
 * @buffer: a #GstBuffer
 * @progress: (out) (optional): where to put the true progress, from 0 to 1; left
 *     alone when there is none
 *
 * Gets the true progress of a frame that came from a simulated source.
 *
 * Returns: %TRUE when the frame has one
 *
 * Since: 0.1
 */
gboolean
gst_score_truth_meta_get_progress (GstBuffer * buffer, gdouble * progress)
{
  GstCustomMeta *meta;

  g_return_val_if_fail (GST_IS_BUFFER (buffer), FALSE);

  gst_score_meta_init ();
  meta = find (buffer, truth_info);
  return meta != NULL && read_progress (meta, progress);
}
