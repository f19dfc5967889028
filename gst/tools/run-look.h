/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What the container says of a file's first video stream. */
typedef struct
{
  GstClockTime duration;        /* NONE: it does not say */
  gint width, height;           /* as it is shown; 0: not known */
  gint fps_n, fps_d;            /* 0/1: not known */
} ScoreRunLook;

/* Takes the beginning of the file apart and decodes nothing. FALSE where there is no
 * video in it that GStreamer can find. */
gboolean score_run_look (const gchar * path, ScoreRunLook * look);

G_END_DECLS
