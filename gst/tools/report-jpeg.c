/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "report-jpeg.h"

#include <string.h>
#include <turbojpeg.h>

#define MAX_PIXELS (64 * 1024 * 1024)
#define QUALITY 62

typedef struct
{
  int columns, rows;
  guint8 *rgb;
} Pixels;

static void
pixels_clear (Pixels * self)
{
  g_free (self->rgb);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pixels, pixels_clear);

/* The largest that fits of the sizes that the DCT gives for nothing; of a picture
 * that is too big for all of them the smallest. */
static void
choose_size (Pixels * pixels, int width, int height)
{
  int n, best = 0;
  tjscalingfactor *factors = tjGetScalingFactors (&n);
  tjscalingfactor least = { 1, 8 };

  pixels->columns = TJSCALED (width, least);
  pixels->rows = TJSCALED (height, least);
  for (int i = 0; i < n; i++) {
    int columns = TJSCALED (width, factors[i]);
    int rows = TJSCALED (height, factors[i]);

    if (factors[i].num > factors[i].denom || columns <= best
        || MAX (columns, rows) > REPORT_JPEG_SIDE)
      continue;
    best = pixels->columns = columns;
    pixels->rows = rows;
  }
}

/* Cameras leave stray bytes in their pictures; a missing end is not harmless. */
static gboolean
is_harmless (tjhandle handle)
{
  return tjGetErrorCode (handle) == TJERR_WARNING
      && strstr (tjGetErrorStr2 (handle), "remature end") == NULL;
}

static gboolean
decode (const guint8 * jpeg, gsize size, Pixels * pixels)
{
  tjhandle handle = tjInitDecompress ();
  int width, height, subsampling, colours;
  gboolean done = FALSE;

  if (handle == NULL)
    return FALSE;
  if (tjDecompressHeader3 (handle, jpeg, size, &width, &height, &subsampling,
          &colours) == 0 && width > 0 && height > 0
      && (gint64) width * height <= MAX_PIXELS) {
    choose_size (pixels, width, height);
    pixels->rgb = g_malloc ((gsize) pixels->columns * pixels->rows * 3);
    done = tjDecompress2 (handle, jpeg, size, pixels->rgb, pixels->columns, 0,
        pixels->rows, TJPF_RGB, 0) == 0 || is_harmless (handle);
  }
  tjDestroy (handle);
  return done;
}

static GBytes *
encode (const Pixels * pixels)
{
  tjhandle handle = tjInitCompress ();
  unsigned char *data = NULL;
  unsigned long size = 0;
  GBytes *jpeg = NULL;

  if (handle == NULL)
    return NULL;
  if (tjCompress2 (handle, pixels->rgb, pixels->columns, 0, pixels->rows,
          TJPF_RGB, &data, &size, TJSAMP_420, QUALITY, 0) == 0)
    jpeg = g_bytes_new (data, size);
  tjFree (data);
  tjDestroy (handle);
  return jpeg;
}

GBytes *
report_jpeg_shrink (const guint8 * jpeg, gsize size)
{
  g_auto (Pixels) pixels = { 0 };

  if (size == 0 || !decode (jpeg, size, &pixels))
    return NULL;
  return encode (&pixels);
}
