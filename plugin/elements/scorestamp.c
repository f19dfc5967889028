/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scorestamp.h"

typedef struct
{
  GQuark name;
  GValue value;                 /* of a text: none */
} Field;

struct _GstScoreStamp
{
  const GstMetaInfo *info;

  /* What the newest meta was made of. */
  GstScoreValue value;
  gchar *episode_id, *task;
  GstScoreResult *result;

  /* No frame, only its meta; NULL before the first. */
  GstBuffer *carrier;
  const GstStructure *structure;        /* the carrier's */
  GArray *fields;               /* of Field, the same */
};

GstScoreStamp *
gst_score_stamp_new (void)
{
  GstScoreStamp *self = g_new0 (GstScoreStamp, 1);

  gst_score_meta_init ();
  self->info = gst_meta_get_info (GST_SCORE_META_NAME);
  self->fields = g_array_new (FALSE, FALSE, sizeof (Field));
  return self;
}

static void
forget (GstScoreStamp * self)
{
  g_clear_pointer (&self->episode_id, g_free);
  g_clear_pointer (&self->task, g_free);
  g_clear_pointer (&self->result, gst_score_result_unref);
  gst_clear_buffer (&self->carrier);
  g_array_set_size (self->fields, 0);
}

void
gst_score_stamp_free (GstScoreStamp * self)
{
  if (self == NULL)
    return;
  forget (self);
  g_array_unref (self->fields);
  g_free (self);
}

/* Of the same result: the sample's progress is the same, too. */
static gboolean
is_same_value (const GstScoreValue * a, const GstScoreValue * b)
{
  return a->status == b->status && a->sample == b->sample
      && a->sample_time == b->sample_time && a->interpolated == b->interpolated
      && (a->progress == b->progress || (isnan (a->progress)
          && isnan (b->progress)));
}

static gboolean
is_same (const GstScoreStamp * self, const GstScoreValue * value,
    const gchar * episode_id, const gchar * task, const GstScoreResult * result)
{
  return self->carrier != NULL && self->result == result
      && is_same_value (&self->value, value)
      && g_str_equal (self->episode_id, episode_id)
      && g_strcmp0 (self->task, task) == 0;
}

/* A number may be copied by assignment, and a text that is none. */
static gboolean
add_field (GQuark name, const GValue * value, gpointer user_data)
{
  GstScoreStamp *self = user_data;
  Field field = { name, G_VALUE_INIT };

  if (G_VALUE_TYPE (value) == G_TYPE_STRING)
    g_value_init (&field.value, G_TYPE_STRING);
  else
    field.value = *value;
  g_array_append_val (self->fields, field);
  return TRUE;
}

static void
make (GstScoreStamp * self, const GstScoreValue * value,
    const gchar * episode_id, const gchar * task, GstScoreResult * result)
{
  forget (self);
  self->value = *value;
  self->episode_id = g_strdup (episode_id);
  self->task = g_strdup (task);
  self->result = result ? gst_score_result_ref (result) : NULL;
  self->carrier = gst_buffer_new ();
  gst_score_value_attach (value, self->carrier, episode_id, task, result);
  self->structure = gst_custom_meta_get_structure (gst_score_meta_get
      (self->carrier));
  gst_structure_foreach (self->structure, add_field, self);
}

static gboolean
copy_text (GQuark name, GValue * value, gpointer structure)
{
  if (G_VALUE_TYPE (value) == G_TYPE_STRING)
    g_value_copy (gst_structure_id_get_value (structure, name), value);
  return TRUE;
}

/* A structure looks through every text that it is given, but not through one
 * that comes into its place afterwards; these were looked through once. */
static void
copy_fields (const GstScoreStamp * self, GstStructure * to)
{
  for (guint i = 0; i < self->fields->len; i++) {
    const Field *field = &g_array_index (self->fields, Field, i);
    GValue value = field->value;

    gst_structure_id_take_value (to, field->name, &value);
  }
  gst_structure_map_in_place (to, copy_text, (gpointer) self->structure);
}

void
gst_score_stamp_attach (GstScoreStamp * self, GstBuffer * buffer,
    const GstScoreValue * value, const gchar * episode_id, const gchar * task,
    GstScoreResult * result)
{
  GstMeta *meta;

  /* Annotated upstream: that value is replaced. */
  if (gst_score_meta_get (buffer) != NULL) {
    gst_score_value_attach (value, buffer, episode_id, task, result);
    return;
  }
  if (!is_same (self, value, episode_id, task, result))
    make (self, value, episode_id, task, result);
  meta = gst_buffer_add_meta (buffer, self->info, NULL);
  copy_fields (self, gst_custom_meta_get_structure ((GstCustomMeta *) meta));
}
