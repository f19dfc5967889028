/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>

G_BEGIN_DECLS

/* A pipeline of scoretestsrc and fakesink that notes what passes. */

#define SMALL "video/x-raw,width=96,height=54,framerate=30/1"
#define PATIENCE (30 * GST_SECOND)

/* What came out of a run, in order. */
typedef struct {
  GstElement *pipeline;
  GstElement *src;
  GString *story;               /* frames as dots, events by their names */
  GChecksum *checksum;          /* of all bytes */
  GArray *progress;             /* of frames with truth */
  GPtrArray *episodes;          /* the ids that the frames tell */
  guint n_frames;
  guint n_without_truth;
  GstClockTime next;            /* when the next frame must begin */
  gboolean gapless;
} Run;

/* properties: as gst-launch takes them. */
Run *run_new (const gchar * caps, const gchar * properties);
void run_free (Run * self);
/* Fails the test when no such message comes. */
GstMessage *wait_for (Run * self, GstMessageType types);
void play_to_eos (Run * self);
Run *run_to_eos (const gchar * caps, const gchar * properties);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Run, run_free)

G_END_DECLS
