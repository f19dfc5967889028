/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/annotatehold.h"
#include "elements/annotateout.h"
#include "elements/annotaterecord.h"
#include "elements/annotatesettings.h"
#include "elements/scorehost.h"

G_BEGIN_DECLS

/* scoreannotate in two files: gstscoreannotate.c is the element with its
 * properties, queries and states; annotateflow.c what happens to frames and
 * events. */
#define GST_TYPE_SCORE_ANNOTATE (gst_score_annotate_get_type ())
G_DECLARE_FINAL_TYPE (GstScoreAnnotate, gst_score_annotate, GST,
    SCORE_ANNOTATE, GstElement);

/* What becomes of frames. */
typedef enum
{
  WAY_OPEN,                     /* mode=auto, and upstream has not been asked */
  WAY_LIVE,
  WAY_HOLD,
  WAY_RECORD,                   /* scores-location */
} Way;

struct _GstScoreAnnotate
{
  GstElement parent;

  GstPad *sinkpad, *srcpad;
  GstScoreHost host;
  GstScoreOut out;

  /* Protected by the object lock. */
  GstScoreAnnotateSettings settings;
  GstFlowReturn flow;           /* of the source task */
  GQueue marks;                 /* events of the application, to go before the next frame */
  guint64 n_late;

  gint way;                     /* atomic, of Way; changes while streaming only once, from OPEN */
  gint marked;                  /* atomic: whether there are marks */

  /* From start to stop. */
  GstScoreHold *hold;
  GstScoreAppliedRecord *record;        /* of scores-location, or NULL */

  /* The streaming thread's. */
  GstScoreHeldEpisode *episode; /* of the newest frame that is of one, or NULL */

  /* The source task's. */
  guint n_seconds_still;
};


/* Whether there is no need to look at frames, since a record has the values. */
gboolean gst_score_annotate_takes_any (GstScoreAnnotate * self);
Way gst_score_annotate_get_way (GstScoreAnnotate * self);
/* Settles mode=auto by asking upstream; WAY_OPEN where it does not say, as some
 * cameras do not before they run, unless it @must be settled. */
Way gst_score_annotate_decide (GstScoreAnnotate * self, gboolean must);

GstFlowReturn gst_score_annotate_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer);
gboolean gst_score_annotate_sink_event (GstPad * pad, GstObject * parent, GstEvent * event);
gboolean gst_score_annotate_src_event (GstPad * pad, GstObject * parent, GstEvent * event);
gboolean gst_score_annotate_activate_src (GstPad * pad, GstObject * parent, GstPadMode mode, gboolean active);

/* Of the GstScoreHostFuncs. */
void gst_score_annotate_scored (GstElement * element, guint64 episode, GstScoreResult * result);
void gst_score_annotate_marked (GstElement * element, GstEvent * event);
void gst_score_annotate_drop_marks (GstScoreAnnotate * self);

G_END_DECLS
