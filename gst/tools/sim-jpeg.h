/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

typedef struct
{
  guint width, height;          /* of the picture as it was sent */
  guint columns, rows;          /* of the pixels, at most about 1024 */
  guint8 *rgb;
} SimPixels;

void sim_pixels_clear (SimPixels * self);

/* FALSE when @jpeg is not a JPEG, broken, cut short or unreasonably big. */
gboolean sim_jpeg_decode (GBytes * jpeg, SimPixels * pixels);
