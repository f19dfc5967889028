/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pictures as RGB, and the short side that they are made for. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/jpegheader.h"
#include "media/pixels.h"
#include "picture-utils.h"

#include <gst/score/gstscoreerror.h>
#include <math.h>
#include <string.h>
#include <turbojpeg.h>

/* Three slopes, each of one channel: a swap of any two is seen. */
static guint8 *
make_slopes (guint width, guint height, guint turn)
{
  guint8 *rgb = g_malloc (3 * (gsize) width * height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++) {
      guint8 *pixel = rgb + 3 * ((gsize) y * width + x);
      gdouble u = (x + 0.5) / width, v = (y + 0.5) / height;

      pixel[0] = (guint8) (40 + 180 * u);
      pixel[1] = (guint8) (220 - 180 * v);
      pixel[2] = (guint8) (20 + 30 * turn + 60 * u * v);
    }
  return rgb;
}

static GBytes *
make_picture (guint width, guint height, int subsampling, guint turn)
{
  g_autofree guint8 *rgb = make_slopes (width, height, turn);

  return make_jpeg (rgb, width, height, subsampling, 95, 0);
}

static gdouble
get_worst (const guint8 * a, const guint8 * b, gsize n)
{
  gdouble worst = 0;

  for (gsize i = 0; i < n; i++)
    worst = MAX (worst, fabs ((gdouble) a[i] - b[i]));
  return worst;
}

static GBytes *
make_pixels (GPtrArray * jpegs, guint * width, guint * height)
{
  g_autoptr (GError) error = NULL;
  GBytes *pixels = score_pixels_make (jpegs, width, height, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (pixels), ==,
      3 * (gsize) * width * *height * jpegs->len);
  return pixels;
}

static void
test_frames_one_after_another (void)
{
  static const int subsamplings[] = { TJSAMP_444, TJSAMP_420, TJSAMP_422 };
  g_autoptr (GPtrArray) jpegs =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GBytes) pixels = NULL;
  const guint8 *data;
  guint width, height;

  for (guint i = 0; i < 3; i++)
    g_ptr_array_add (jpegs, make_picture (61, 47, subsamplings[i], 2 * i));
  pixels = make_pixels (jpegs, &width, &height);
  g_assert_cmpuint (width, ==, 61);
  g_assert_cmpuint (height, ==, 47);
  data = g_bytes_get_data (pixels, NULL);
  for (guint i = 0; i < 3; i++) {
    g_autofree guint8 *want = make_slopes (61, 47, 2 * i);
    gsize size = 3 * 61 * 47;

    g_assert_cmpfloat (get_worst (data + i * size, want, size), <=, 8);
  }
}

static void
test_grey (void)
{
  g_autoptr (GPtrArray) jpegs = g_ptr_array_new ();
  g_autoptr (GBytes) jpeg = make_picture (40, 30, TJSAMP_GRAY, 0);
  g_autoptr (GBytes) pixels = NULL;
  const guint8 *data;
  guint width, height;

  g_ptr_array_add (jpegs, jpeg);
  pixels = make_pixels (jpegs, &width, &height);
  data = g_bytes_get_data (pixels, NULL);
  for (guint i = 0; i < 40 * 30; i++) {
    g_assert_cmpuint (data[3 * i], ==, data[3 * i + 1]);
    g_assert_cmpuint (data[3 * i], ==, data[3 * i + 2]);
  }
}

/* The caps changed within the episode. */
static void
test_other_sizes_are_made_the_first_ones (void)
{
  static const guint sizes[][2] = {
    {160, 120}, {320, 240}, {90, 70}, {120, 160}, {161, 121}, {1, 1}, {640, 16}
  };
  g_autoptr (GPtrArray) jpegs =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree guint8 *want = make_slopes (160, 120, 1);
  g_autoptr (GBytes) pixels = NULL;
  const gsize size = 3 * 160 * 120;
  const guint8 *data;
  guint width, height;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    g_ptr_array_add (jpegs, make_picture (sizes[i][0], sizes[i][1], TJSAMP_444,
            1));
  pixels = make_pixels (jpegs, &width, &height);
  g_assert_cmpuint (width, ==, 160);
  g_assert_cmpuint (height, ==, 120);
  data = g_bytes_get_data (pixels, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    const guint8 *frame = data + i * size;

    /* one pixel says little of a slope, but all of the picture has it */
    if (sizes[i][0] == 1) {
      for (gsize j = 3; j < size; j++)
        g_assert_cmpuint (frame[j], ==, frame[j - 3]);
      continue;
    }
    g_test_message ("%ux%u", sizes[i][0], sizes[i][1]);
    g_assert_cmpfloat (get_worst (frame, want, size), <=, 12);
  }
}

/* What a loop over every second pixel would make grey or black of. */
static void
test_shrinking_averages (void)
{
  g_autofree guint8 *stripes = g_malloc (3 * 128 * 64);
  g_autoptr (GPtrArray) jpegs =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GBytes) pixels = NULL;
  const guint8 *data;
  guint width, height;

  for (guint i = 0; i < 128 * 64; i++)
    memset (stripes + 3 * i, i % 2 ? 255 : 0, 3);
  g_ptr_array_add (jpegs, make_picture (32, 16, TJSAMP_444, 0));
  g_ptr_array_add (jpegs, make_jpeg (stripes, 128, 64, TJSAMP_444, 98, 0));
  pixels = make_pixels (jpegs, &width, &height);
  data = (const guint8 *) g_bytes_get_data (pixels, NULL) + 3 * 32 * 16;
  for (guint i = 0; i < 3 * 32 * 16; i++) {
    g_assert_cmpuint (data[i], >=, 110);
    g_assert_cmpuint (data[i], <=, 145);
  }
}

static void
test_damage_is_an_error (void)
{
  g_autoptr (GBytes) whole = make_picture (64, 48, TJSAMP_420, 0);
  gsize size;
  const guint8 *data = g_bytes_get_data (whole, &size);

  for (guint i = 0; i < 6; i++) {
    g_autoptr (GPtrArray) jpegs = g_ptr_array_new ();
    g_autoptr (GBytes) cut = g_bytes_new (data, size * i / 6);
    g_autoptr (GError) error = NULL;
    guint width, height;

    if (i % 2 == 1)
      g_ptr_array_add (jpegs, whole);
    g_ptr_array_add (jpegs, cut);
    g_assert_null (score_pixels_make (jpegs, &width, &height, &error));
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
  }
}

/* Size of the picture, of the two bounds, and of what must come out. */
static const guint short_sides[][6] = {
  {640, 480, 512, 240, 320, 240},
  {480, 640, 512, 240, 240, 320},
  {1280, 720, 512, 240, 427, 240},
  {1920, 240, 512, 240, 512, 64},
  {320, 240, 512, 240, 320, 240},
  {200, 100, 512, 240, 200, 100},
  {640, 480, 512, 0, 512, 384},
  {640, 480, 100, 240, 100, 75},
  {241, 241, 512, 240, 240, 240},
};

static ScoreJpeg *
make_encoder (const guint row[6], GstCaps * caps)
{
  ScoreJpeg *jpeg = score_jpeg_new (row[2], 95);

  score_jpeg_set_short_side (jpeg, row[3]);
  g_assert_true (score_jpeg_set_caps (jpeg, caps, NULL));
  return jpeg;
}

static void
assert_size (GBytes * bytes, guint width, guint height, const guint row[6])
{
  ScoreJpegHeader header;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  g_assert_true (score_jpeg_header_parse (&header, data, size, NULL));
  g_assert_cmpuint (header.width, ==, width);
  g_assert_cmpuint (header.height, ==, height);
  g_assert_cmpuint (width, ==, row[4]);
  g_assert_cmpuint (height, ==, row[5]);
}

static void
test_short_side_of_raw_video (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (short_sides); i++) {
    const guint *row = short_sides[i];
    g_autoptr (GstCaps) caps = make_raw_caps ("I420", row[0], row[1], NULL, 1,
        1);
    g_autoptr (ScoreJpeg) jpeg = make_encoder (row, caps);
    GstVideoInfo info;
    g_autoptr (GstBuffer) buffer = NULL;
    g_autoptr (GBytes) bytes = NULL;
    guint width, height;

    g_assert_true (gst_video_info_from_caps (&info, caps));
    buffer = make_noise (&info, i);
    bytes = encode_or_fail (jpeg, buffer, &width, &height);
    assert_size (bytes, width, height, row);
  }
}

/* A JPEG that is small enough passes as it is. */
static void
test_short_side_of_jpegs (void)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string ("image/jpeg");

  for (guint i = 0; i < G_N_ELEMENTS (short_sides); i++) {
    const guint *row = short_sides[i];
    g_autoptr (ScoreJpeg) jpeg = make_encoder (row, caps);
    g_autoptr (GBytes) in = make_picture (row[0], row[1], TJSAMP_420, 0);
    g_autoptr (GstBuffer) buffer = gst_buffer_new_wrapped_bytes (in);
    guint width, height;
    g_autoptr (GBytes) bytes = encode_or_fail (jpeg, buffer, &width, &height);
    gboolean same = row[0] == row[4] && row[1] == row[5];

    assert_size (bytes, width, height, row);
    g_assert_cmpint (g_bytes_equal (in, bytes), ==, same);
  }
}

/* Shown, a pixel is twice as wide as it is high: 320x240 is 320x120. */
static void
test_short_side_is_that_which_is_shown (void)
{
  static const guint row[6] = { 320, 240, 512, 60, 160, 60 };
  g_autoptr (GstCaps) caps =
      gst_caps_from_string ("image/jpeg,pixel-aspect-ratio=2/1");
  g_autoptr (ScoreJpeg) jpeg = make_encoder (row, caps);
  g_autoptr (GBytes) in = make_picture (320, 240, TJSAMP_420, 0);
  g_autoptr (GstBuffer) buffer = gst_buffer_new_wrapped_bytes (in);
  guint width, height;
  g_autoptr (GBytes) bytes = encode_or_fail (jpeg, buffer, &width, &height);

  assert_size (bytes, width, height, row);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pixels/frames-one-after-another",
      test_frames_one_after_another);
  g_test_add_func ("/pixels/grey", test_grey);
  g_test_add_func ("/pixels/other-sizes-are-made-the-first-ones",
      test_other_sizes_are_made_the_first_ones);
  g_test_add_func ("/pixels/shrinking-averages", test_shrinking_averages);
  g_test_add_func ("/pixels/damage-is-an-error", test_damage_is_an_error);
  g_test_add_func ("/pixels/short-side-of-raw-video",
      test_short_side_of_raw_video);
  g_test_add_func ("/pixels/short-side-of-jpegs", test_short_side_of_jpegs);
  g_test_add_func ("/pixels/short-side-is-that-which-is-shown",
      test_short_side_is_that_which_is_shown);
  return g_test_run ();
}
