/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/scoreproperties.h"

G_BEGIN_DECLS

/* The properties that only scoreannotate has. The element guards them with its
 * object lock. */
typedef enum
{
  GST_SCORE_MODE_AUTO,
  GST_SCORE_MODE_LIVE,
  GST_SCORE_MODE_HOLD,
} GstScoreMode;

/* In numbers a boolean, or neither. */
typedef enum
{
  GST_SCORE_PROVISIONAL_FALSE = FALSE,
  GST_SCORE_PROVISIONAL_TRUE = TRUE,
  GST_SCORE_PROVISIONAL_AUTO,
} GstScoreProvisional;

typedef struct
{
  gint mode;                    /* of GstScoreMode */
  gchar *scores_location;       /* NULL: a model is asked */
  gint provisional;             /* of GstScoreProvisional */
  guint64 latency;              /* nanoseconds */
  guint64 hold_memory, max_hold_bytes;
  gchar *temp_directory;        /* NULL: $TMPDIR, else /var/tmp */
} GstScoreAnnotateSettings;

void gst_score_annotate_settings_install (GObjectClass * klass);
void gst_score_annotate_settings_init (GstScoreAnnotateSettings * settings);
void gst_score_annotate_settings_clear (GstScoreAnnotateSettings * settings);
/* FALSE where @id is none of these. */
gboolean gst_score_annotate_settings_set (GstScoreAnnotateSettings * settings,
    guint id, const GValue * value);
gboolean gst_score_annotate_settings_get (const GstScoreAnnotateSettings * settings,
    guint id, GValue * value);

G_END_DECLS
