/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* When a frame of a video is shown. */
typedef struct
{
  GstClockTime pts;             /* either may be GST_CLOCK_TIME_NONE */
  GstClockTime stream_time;
} ExportFrame;

/* The frames of a file's first video stream in the order in which they are
 * shown: an array of ExportFrame. The file is taken apart and not decoded; where
 * its packets have no time stamps of their own, it is decoded. NULL with an error
 * that names the file. */
GArray *export_demux_read (const gchar * path, GError ** error);

G_END_DECLS
