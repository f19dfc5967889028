/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/scoretrack.h"

G_BEGIN_DECLS

/* The way out of scoreannotate: its source pad and the request pads beside it.
 * Everything that is pushed is pushed here, by one thread at a time. Embedded in
 * the element. */
typedef struct
{
  GstElement *element;
  GstPad *video;

  /* Protected by the element's object lock. */
  GstPad *text, *json;          /* NULL where not requested; reffed */
  GQueue late;                  /* of GstScoreResult, to go out on json */

  /* Of who pushes. */
  GstClockTime last_pts, last_duration;
} GstScoreOut;

void gst_score_out_init (GstScoreOut * out, GstElement * element, GstPad * video);
void gst_score_out_clear (GstScoreOut * out);
void gst_score_out_reset (GstScoreOut * out);

/* Takes @pad, NULL where there is one of its kind already. */
GstPad *gst_score_out_add_pad (GstScoreOut * out, GstPadTemplate * templ);
void gst_score_out_remove_pad (GstScoreOut * out, GstPad * pad);

/* A frame with its value (NULL: of no episode). Puts the value on @buffer, which
 * it takes and which is writable, unless it is there already: @attach FALSE.
 * @result: of its episode, whose future is then known where @exact. */
typedef struct
{
  GstClockTime stream_time, duration;   /* the duration may be NONE */
  const GstScoreValue *value;
  const gchar *episode_id, *task;       /* the task may be NULL */
  GstScoreResult *result;
  gboolean exact, attach;
} GstScoreOutFrame;

GstFlowReturn gst_score_out_push (GstScoreOut * out, GstBuffer * buffer, const GstScoreOutFrame * frame);
/* Takes @event. */
gboolean gst_score_out_push_event (GstScoreOut * out, GstEvent * event);
/* From any thread: a result that came too late for its frames, or is provisional. */
void gst_score_out_add_late (GstScoreOut * out, GstScoreResult * result);

G_END_DECLS
