/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Who says what an episode's task is, and who of them is heard. Plain value,
 * zeroed at first; the recorder's lock guards it. */
typedef struct
{
  gchar *property;
  gchar *tag;                   /* of the stream; NULL for none */
  gchar *start;                 /* of the start that is to come; NULL for none */
  gboolean start_wins;          /* over the property: it came by a signal */
} GstScoreTask;

void gst_score_task_clear (GstScoreTask * self);
void gst_score_task_set_property (GstScoreTask * self, const gchar * text);
void gst_score_task_set_start (GstScoreTask * self, const gchar * text, gboolean wins);
/* Title, else comment, else description. FALSE where there is none of them. */
gboolean gst_score_task_take_tags (GstScoreTask * self, const GstTagList * tags);
/* Of what is set now; NULL where nobody says. */
const gchar *gst_score_task_choose (const GstScoreTask * self);

/* Not empty, and UTF-8. */
gboolean gst_score_task_is_text (const gchar * text);

G_END_DECLS
