/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "elements/cuetext.h"

G_BEGIN_DECLS

/* The request pads text_src and json_src: what is said of a frame beside it.
 * Driven by whoever pushes the frames, one thread at a time; only the properties
 * are any thread's. */
#define GST_TYPE_SCORE_TEXT_PAD (gst_score_text_pad_get_type ())
G_DECLARE_FINAL_TYPE (GstScoreTextPad, gst_score_text_pad, GST,
    SCORE_TEXT_PAD, GstPad);
#define GST_TYPE_SCORE_JSON_PAD (gst_score_json_pad_get_type ())
G_DECLARE_FINAL_TYPE (GstScoreJsonPad, gst_score_json_pad, GST,
    SCORE_JSON_PAD, GstPad);

GstPadTemplate *gst_score_text_pad_template (void);
GstPadTemplate *gst_score_json_pad_template (void);

/* A frame, and what is known of it. */
typedef struct
{
  GstClockTime pts, dts, duration;      /* the duration is known */
  GstClockTime stream_time;
  const GstScoreValue *value;   /* NULL: it is of no episode */
  const gchar *episode_id;
  GstScoreResult *result;       /* the final one where all its frames are still to come, else NULL */
} GstScoreCue;

/* Before the frame is pushed. Stream start, caps and segment are made from those
 * of @video, the pad of the frames. */
GstFlowReturn gst_score_side_pad_push (GstPad * pad, GstPad * video, const GstScoreCue * cue);
/* A result of the past, on a JSON pad; elsewhere nothing. */
GstFlowReturn gst_score_side_pad_push_late (GstPad * pad, GstPad * video, GstScoreResult * result);
/* An event of the frames' pad, not taken: EOS, GAP, a flush are passed on. */
void gst_score_side_pad_event (GstPad * pad, GstPad * video, GstEvent * event);

G_END_DECLS
