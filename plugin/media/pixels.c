/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/pixels.h"

#include <gst/score/gstscoreerror.h>
#include <math.h>

#include "media/jpeg.h"
#include "media/jpegheader.h"

#define CHANNELS 3

typedef struct
{
  guint8 *data;
  guint width, height;
} Image;

/* Which source samples a destination sample is made of, and how much of each:
 * a tent, as wide as the larger of the two steps, so that it is linear
 * interpolation upwards and an average downwards. */
typedef struct
{
  guint first, n;
  gfloat *weights;
} Tap;

static gboolean
fail_memory (GError ** error)
{
  g_set_error_literal (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
      "There is no memory for the pixels of the episode.");
  return FALSE;
}

static gsize
get_size (guint width, guint height)
{
  return (gsize) width *height * CHANNELS;
}

static void
clear_taps (Tap * taps, guint n)
{
  for (guint i = 0; i < n; i++)
    g_free (taps[i].weights);
  g_free (taps);
}

static Tap *
make_taps (guint from, guint to)
{
  Tap *taps = g_new (Tap, to);
  gdouble step = (gdouble) from / to, reach = MAX (step, 1.0);

  for (guint i = 0; i < to; i++) {
    gdouble centre = (i + 0.5) * step - 0.5, sum = 0.0;
    gint low = (gint) MAX (0.0, ceil (centre - reach));
    gint high = (gint) MIN (from - 1.0, floor (centre + reach));

    taps[i].first = (guint) low;
    taps[i].n = (guint) (high - low + 1);
    taps[i].weights = g_new (gfloat, taps[i].n);
    for (gint j = low; j <= high; j++)
      sum += 1.0 - fabs (j - centre) / reach;
    for (gint j = low; j <= high; j++)
      taps[i].weights[j - low] =
          (gfloat) ((1.0 - fabs (j - centre) / reach) / sum);
  }
  return taps;
}

/* One row of @from, as wide as that of @to, into @row. */
static void
stretch_row (const Image * from, guint y, const Tap * taps, guint width,
    gfloat * row)
{
  const guint8 *source = from->data + get_size (from->width, y);

  for (guint x = 0; x < width; x++) {
    for (guint c = 0; c < CHANNELS; c++) {
      gfloat sum = 0.0f;

      for (guint i = 0; i < taps[x].n; i++)
        sum += taps[x].weights[i]
            * source[(taps[x].first + i) * CHANNELS + c];
      row[x * CHANNELS + c] = sum;
    }
  }
}

static void
stretch (const Image * from, const Image * to)
{
  Tap *across = make_taps (from->width, to->width);
  Tap *down = make_taps (from->height, to->height);
  guint length = to->width * CHANNELS;
  g_autofree gfloat *row = g_new (gfloat, length);
  g_autofree gfloat *sums = g_new (gfloat, length);

  for (guint y = 0; y < to->height; y++) {
    guint8 *out = to->data + get_size (to->width, y);

    for (guint x = 0; x < length; x++)
      sums[x] = 0.5f;
    for (guint i = 0; i < down[y].n; i++) {
      stretch_row (from, down[y].first + i, across, to->width, row);
      for (guint x = 0; x < length; x++)
        sums[x] += down[y].weights[i] * row[x];
    }
    for (guint x = 0; x < length; x++)
      out[x] = (guint8) CLAMP (sums[x], 0.0f, 255.0f);
  }
  clear_taps (across, to->width);
  clear_taps (down, to->height);
}

static gboolean
read_size (GBytes * jpeg, Image * image, GError ** error)
{
  ScoreJpegHeader header;
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);

  if (!score_jpeg_header_parse (&header, data, size, error))
    return FALSE;
  image->width = header.width;
  image->height = header.height;
  return TRUE;
}

static gboolean
decode_into (ScoreJpeg * decoder, GBytes * jpeg, const Image * image,
    GError ** error)
{
  Image own = { NULL };
  g_autofree guint8 *data = NULL;

  if (!read_size (jpeg, &own, error))
    return FALSE;
  if (own.width == image->width && own.height == image->height)
    return score_jpeg_decode (decoder, jpeg, image->data, error);
  own.data = data = g_try_malloc (get_size (own.width, own.height));
  if (data == NULL)
    return fail_memory (error);
  if (!score_jpeg_decode (decoder, jpeg, data, error))
    return FALSE;
  stretch (&own, image);
  return TRUE;
}

GBytes *
score_pixels_make (GPtrArray * jpegs, guint * width, guint * height,
    GError ** error)
{
  g_autoptr (ScoreJpeg) decoder = score_jpeg_new (G_MAXUINT, 100);
  g_autofree guint8 *pixels = NULL;
  Image image = { NULL };
  gsize size;

  g_return_val_if_fail (jpegs->len > 0, NULL);

  if (!read_size (g_ptr_array_index (jpegs, 0), &image, error))
    return NULL;
  size = get_size (image.width, image.height);
  pixels = g_try_malloc_n (jpegs->len, size);
  if (pixels == NULL) {
    fail_memory (error);
    return NULL;
  }
  for (guint i = 0; i < jpegs->len; i++) {
    image.data = pixels + i * size;
    if (!decode_into (decoder, g_ptr_array_index (jpegs, i), &image, error))
      return NULL;
  }
  *width = image.width;
  *height = image.height;
  return g_bytes_new_take (g_steal_pointer (&pixels), jpegs->len * size);
}
