/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/pixels.h"

#include <gst/score/gstscoreerror.h>

GBytes *
score_pixels_make (GPtrArray * jpegs, guint * width, guint * height,
    GError ** error)
{
  g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
      "not there yet");
  return NULL;
}
