/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-jpeg.h"

#include <string.h>
#include <turbojpeg.h>

#define MAX_PIXELS (64 * 1024 * 1024)
#define ENOUGH 1024

void
sim_pixels_clear (SimPixels * self)
{
  g_clear_pointer (&self->rgb, g_free);
}

/* Nothing on the table is small: a big picture is halved while decoding. */
static void
choose_size (SimPixels * pixels)
{
  guint longer = MAX (pixels->width, pixels->height);
  tjscalingfactor factor = { 1, longer > 4 * ENOUGH ? 8
        : longer > 2 * ENOUGH ? 4 : longer > ENOUGH ? 2 : 1
  };

  pixels->columns = TJSCALED ((int) pixels->width, factor);
  pixels->rows = TJSCALED ((int) pixels->height, factor);
}

static gboolean
decode (tjhandle handle, GBytes * jpeg, SimPixels * pixels)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  int width, height, subsampling, colours;

  if (tjDecompressHeader3 (handle, data, size, &width, &height, &subsampling,
          &colours) != 0)
    return FALSE;
  if (width < 1 || height < 1 || (gint64) width * height > MAX_PIXELS)
    return FALSE;
  pixels->width = width;
  pixels->height = height;
  choose_size (pixels);
  pixels->rgb = g_malloc ((gsize) pixels->columns * pixels->rows * 3);
  if (tjDecompress2 (handle, data, size, pixels->rgb, pixels->columns, 0,
          pixels->rows, TJPF_RGB, 0) == 0)
    return TRUE;
  /* Stray bytes are harmless, a missing end is not. */
  return tjGetErrorCode (handle) == TJERR_WARNING
      && strstr (tjGetErrorStr2 (handle), "remature end") == NULL;
}

gboolean
sim_jpeg_decode (GBytes * jpeg, SimPixels * pixels)
{
  tjhandle handle = tjInitDecompress ();
  gboolean done;

  *pixels = (SimPixels) {
  0};
  if (handle == NULL)
    return FALSE;
  done = g_bytes_get_size (jpeg) > 0 && decode (handle, jpeg, pixels);
  tjDestroy (handle);
  if (!done)
    sim_pixels_clear (pixels);
  return done;
}
