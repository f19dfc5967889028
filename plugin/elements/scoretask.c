/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/scoretask.h"

void
gst_score_task_clear (GstScoreTask * self)
{
  g_clear_pointer (&self->property, g_free);
  g_clear_pointer (&self->tag, g_free);
  g_clear_pointer (&self->start, g_free);
}

gboolean
gst_score_task_is_text (const gchar * text)
{
  return text != NULL && *text != '\0' && g_utf8_validate (text, -1, NULL);
}

void
gst_score_task_set_property (GstScoreTask * self, const gchar * text)
{
  g_free (self->property);
  self->property = g_strdup (text);
}

void
gst_score_task_set_start (GstScoreTask * self, const gchar * text,
    gboolean wins)
{
  g_free (self->start);
  self->start = g_strdup (text);
  self->start_wins = wins;
}

gboolean
gst_score_task_take_tags (GstScoreTask * self, const GstTagList * tags)
{
  static const gchar *const names[] = {
    GST_TAG_TITLE, GST_TAG_COMMENT, GST_TAG_DESCRIPTION
  };
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names) && text == NULL; i++)
    gst_tag_list_get_string (tags, names[i], &text);
  if (!gst_score_task_is_text (text))
    return FALSE;
  g_free (self->tag);
  self->tag = g_steal_pointer (&text);
  return TRUE;
}

const gchar *
gst_score_task_choose (const GstScoreTask * self)
{
  const gchar *const order[] = {
    self->start_wins ? self->start : NULL, self->property, self->start,
    self->tag
  };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    if (gst_score_task_is_text (order[i]))
      return order[i];
  }
  return NULL;
}
