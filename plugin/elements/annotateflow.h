/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/annotatehold.h"
#include "elements/annotateout.h"
#include "elements/annotaterecord.h"
#include "elements/annotatesettings.h"
#include "elements/scorehost.h"
#include "elements/scorestamp.h"

G_BEGIN_DECLS

/* scoreannotate in three files: gstscoreannotate.c is the element with its
 * properties, queries and states; annotateflow.c what happens to frames and
 * events; annotatedelay.c for how long live frames are held. */
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
  gboolean playing;
  gboolean src_active;          /* the source task may run */

  gint way;                     /* atomic, of Way; changes while streaming only once, from OPEN */
  gint has_latency;             /* atomic: whether latency is not 0 */
  gint marked;                  /* atomic: whether there are marks */

  /* From start to stop. */
  GstScoreHold *hold;
  GstScoreAppliedRecord *record;        /* of scores-location, or NULL */

  /* The streaming thread's. */
  GstScoreHeldEpisode *episode; /* of the newest frame that is of one, or NULL */
  gboolean has_task;            /* and whether it is told its task */
  gboolean delaying;            /* live: all go through the hold and the source task */
  gboolean upstream_asked, upstream_live;
  GstScoreStamp *stamp;         /* for frames that are not held */

  /* The source task's. */
  guint n_seconds_still;
};


/* Whether there is no need to look at frames, since a record has the values. */
gboolean gst_score_annotate_takes_any (GstScoreAnnotate * self);
Way gst_score_annotate_get_way (GstScoreAnnotate * self);
/* Settles mode=auto by asking upstream; WAY_OPEN where it does not say, as some
 * cameras do not before they run, unless it @must be settled. */
Way gst_score_annotate_decide (GstScoreAnnotate * self, gboolean must);
/* Once the way is settled, what `provisional` comes to. */
void gst_score_annotate_settle_provisional (GstScoreAnnotate * self);
/* FALSE where upstream does not say whether it is live. */
gboolean gst_score_annotate_ask_upstream (GstScoreAnnotate * self, gboolean * live);
/* From the streaming thread: what is in the hold leaves. */
void gst_score_annotate_run_task (GstScoreAnnotate * self);

GstFlowReturn gst_score_annotate_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer);
gboolean gst_score_annotate_sink_event (GstPad * pad, GstObject * parent, GstEvent * event);
gboolean gst_score_annotate_src_event (GstPad * pad, GstObject * parent, GstEvent * event);
gboolean gst_score_annotate_activate_src (GstPad * pad, GstObject * parent, GstPadMode mode, gboolean active);

/* Of the GstScoreHostFuncs. */
void gst_score_annotate_scored (GstElement * element, guint64 episode, GstScoreResult * result);
void gst_score_annotate_marked (GstElement * element, GstEvent * event);
void gst_score_annotate_drop_marks (GstScoreAnnotate * self);

G_END_DECLS
