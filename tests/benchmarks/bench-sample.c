/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/jpeg.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <turbojpeg.h>

/* What one sample costs the streaming thread, and what its JPEG alone costs,
 * measured in turns. Argument: rounds (default 21). */

#define SIDE 512
#define QUALITY 85
#define FRAMES_PER_ROUND 8

static gdouble
get_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gdouble) now.tv_sec + (gdouble) now.tv_nsec * 1e-9;
}

/* Moving patterns with some noise, so that a JPEG has an ordinary size. */
static GstBuffer *
make_frame (const GstVideoInfo * info, guint seed)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GstVideoFrame frame;

  if (!gst_video_frame_map (&frame, info, buffer, GST_MAP_WRITE))
    abort ();
  for (guint c = 0; c < GST_VIDEO_FRAME_N_COMPONENTS (&frame); c++) {
    gint width = GST_VIDEO_FRAME_COMP_WIDTH (&frame, c);
    gint height = GST_VIDEO_FRAME_COMP_HEIGHT (&frame, c);
    gint step = GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, c);

    for (gint y = 0; y < height; y++) {
      guint8 *row = GST_VIDEO_FRAME_COMP_DATA (&frame, c);

      row += y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, c);
      for (gint x = 0; x < width; x++) {
        gint wave = (x * 640 / width / 20 + y * 480 / height / 24) % 8;

        row[x * step] = (guint8) (40 + 20 * wave + g_rand_int_range (rand, 0,
                16));
      }
    }
  }
  gst_video_frame_unmap (&frame);
  return buffer;
}

static gdouble
time_samples (ScoreJpeg * jpeg, GstBuffer * buffer, gsize * size)
{
  gdouble start = get_seconds ();

  for (guint i = 0; i < FRAMES_PER_ROUND; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = score_jpeg_encode (jpeg, buffer, NULL, NULL,
        &error);

    if (bytes == NULL) {
      g_printerr ("%s\n", error->message);
      abort ();
    }
    *size = g_bytes_get_size (bytes);
  }
  return (get_seconds () - start) / FRAMES_PER_ROUND;
}

typedef struct
{
  tjhandle handle;
  guint8 *planes, *jpeg;
  unsigned long jpeg_size;
  int width, height;
} Bare;

/* The planes of the sample itself, so that both encode the same picture. */
static void
init_bare (Bare * self, GBytes * sample)
{
  tjhandle decoder = tjInitDecompress ();
  int subsampling, colourspace;
  gsize size;
  const guint8 *data = g_bytes_get_data (sample, &size);

  tjDecompressHeader3 (decoder, data, size, &self->width, &self->height,
      &subsampling, &colourspace);
  self->planes = g_malloc (tjBufSizeYUV2 (self->width, 4, self->height,
          subsampling));
  tjDecompressToYUV2 (decoder, data, size, self->planes, self->width, 4,
      self->height, 0);
  tjDestroy (decoder);
  self->handle = tjInitCompress ();
  self->jpeg_size = tjBufSize (self->width, self->height, TJSAMP_420);
  self->jpeg = g_malloc (self->jpeg_size);
}

static void
clear_bare (Bare * self)
{
  tjDestroy (self->handle);
  g_free (self->planes);
  g_free (self->jpeg);
}

static gdouble
time_bare (Bare * self)
{
  gdouble start = get_seconds ();

  for (guint i = 0; i < FRAMES_PER_ROUND; i++) {
    unsigned long size = self->jpeg_size;

    if (tjCompressFromYUV (self->handle, self->planes, self->width, 4,
            self->height, TJSAMP_420, &self->jpeg, &size, QUALITY,
            TJFLAG_NOREALLOC) != 0)
      abort ();
  }
  return (get_seconds () - start) / FRAMES_PER_ROUND;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gdouble difference = *(const gdouble *) a - *(const gdouble *) b;

  return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

static gdouble
get_median (gdouble * values, guint n)
{
  qsort (values, n, sizeof *values, compare);
  return values[n / 2];
}

static void
bench (const gchar * format, guint width, guint height, guint rounds)
{
  g_autoptr (ScoreJpeg) jpeg = score_jpeg_new (SIDE, QUALITY);
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw", "format",
      G_TYPE_STRING, format, "width", G_TYPE_INT, width, "height", G_TYPE_INT,
      height, "framerate", GST_TYPE_FRACTION, 30, 1, NULL);
  g_autofree gdouble *samples = g_new (gdouble, rounds);
  g_autofree gdouble *bares = g_new (gdouble, rounds);
  g_autofree gdouble *ratios = g_new (gdouble, rounds);
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GBytes) first = NULL;
  GstVideoInfo info;
  Bare bare;
  gsize size = 0;

  gst_video_info_from_caps (&info, caps);
  buffer = make_frame (&info, 1);
  if (!score_jpeg_set_caps (jpeg, caps, NULL))
    abort ();
  first = score_jpeg_encode (jpeg, buffer, NULL, NULL, NULL);
  init_bare (&bare, first);
  for (guint i = 0; i < rounds; i++) {
    samples[i] = time_samples (jpeg, buffer, &size);
    bares[i] = time_bare (&bare);
    ratios[i] = samples[i] / bares[i];
  }
  g_print ("%-9s %4ux%-4u  %5.2f ms  bare JPEG %5.2f ms  ratio %4.2f"
      "  %3" G_GSIZE_FORMAT " KB\n", format, width, height,
      get_median (samples, rounds) * 1e3, get_median (bares, rounds) * 1e3,
      get_median (ratios, rounds), size / 1024);
  clear_bare (&bare);
}

int
main (int argc, char **argv)
{
  static const gchar *formats[] = {
    "I420", "NV12", "YUY2", "RGB", "RGBx", "I420_10LE", "P010_10LE", "v210"
  };
  static const guint sizes[][2] = { {640, 480}, {1280, 720}, {1920, 1080} };
  guint rounds = argc > 1 ? (guint) atoi (argv[1]) : 21;

  gst_init (NULL, NULL);
  g_print ("one sample of side %d, quality %d, medians of %u rounds\n", SIDE,
      QUALITY, MAX (rounds, 1));
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sizes); j++)
      bench (formats[i], sizes[j][0], sizes[j][1], MAX (rounds, 1));
  return 0;
}
