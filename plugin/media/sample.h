/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A frame that was kept: its times, and the JPEG that every question, method
 * and retry sends. Immutable once made, atomically refcounted, holds no
 * reference to the buffer it came from. */
typedef struct _ScoreSample ScoreSample;

struct _ScoreSample
{
  guint64 id;                   /* names the sample within its episode, ascending with time */
  GstClockTime timestamp;       /* the buffer's PTS; NONE where it had none */
  GstClockTime stream_time;
  GstClockTime running_time;
  GstClockTime utc_time;        /* since the Unix epoch; NONE where unknown */
  guint width, height;          /* of the JPEG */
  GBytes *jpeg;
  GBytes *base64;               /* of the JPEG, made once; no trailing NUL */
};

ScoreSample *score_sample_new (guint64 id, GBytes * jpeg, guint width,
    guint height);              /* takes its own reference to jpeg; times start as NONE and are set by the maker before sharing */
ScoreSample *score_sample_ref (ScoreSample * sample);
void score_sample_unref (ScoreSample * sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreSample, score_sample_unref)

G_END_DECLS
