/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "picture-utils.h"

#include <gst/check/gstharness.h>
#include <gst/score/gstscoreerror.h>
#include <math.h>
#include <string.h>
#include <turbojpeg.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstHarness, gst_harness_teardown);

static const int subsamplings[] = {
  TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411, TJSAMP_GRAY
};

/* Soft waves: a picture that JPEG and any scaler keep. */
static void
get_wave (gdouble x, gdouble y, guint8 rgb[3])
{
  rgb[0] = (guint8) (128 + 90 * sin (7 * x + 2 * y));
  rgb[1] = (guint8) (128 + 90 * sin (5 * y + 1));
  rgb[2] = (guint8) (128 + 90 * cos (3 * x - 4 * y));
}

static guint8 *
make_waves (guint width, guint height)
{
  guint8 *rgb = g_malloc (3 * (gsize) width * height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      get_wave ((x + 0.5) / width, (y + 0.5) / height,
          rgb + 3 * ((gsize) y * width + x));
  return rgb;
}

static GBytes *
make_wave_jpeg (guint width, guint height, int subsampling, int flags)
{
  g_autofree guint8 *rgb = make_waves (width, height);

  return make_jpeg (rgb, width, height, subsampling, 95, flags);
}

static ScoreJpeg *
make_encoder (guint max_size, const gchar * caps_string)
{
  ScoreJpeg *jpeg = score_jpeg_new (max_size, 95);
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_string);

  g_assert_true (score_jpeg_set_caps (jpeg, caps, NULL));
  return jpeg;
}

static GBytes *
encode_bytes (ScoreJpeg * jpeg, GBytes * bytes, guint * width, guint * height)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new_wrapped_bytes (bytes);

  return encode_or_fail (jpeg, buffer, width, height);
}

static void
assert_refused (ScoreJpeg * jpeg, GBytes * bytes)
{
  g_autoptr (GstBuffer) buffer = g_bytes_get_size (bytes) == 0 ?
      gst_buffer_new () : gst_buffer_new_wrapped_bytes (bytes);
  g_autoptr (GError) error = NULL;

  g_assert_null (score_jpeg_encode (jpeg, buffer, NULL, NULL, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
}

/* The PSNR of a JPEG's colours against the waves it shows. */
static gdouble
compare_with_waves (GBytes * bytes, gboolean grey, gdouble * luma)
{
  g_auto (DecodedJpeg) decoded = { 0 };
  gdouble squares[2] = { 0 };

  decode_jpeg (bytes, &decoded);
  for (guint y = 0; y < decoded.height; y++) {
    for (guint x = 0; x < decoded.width; x++) {
      guint8 rgb[3];
      gdouble want[3], off[3];

      get_wave ((x + 0.5) / decoded.width, (y + 0.5) / decoded.height, rgb);
      want[0] = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
      want[1] = grey ? 128 : 128 + (rgb[2] - want[0]) / 1.772;
      want[2] = grey ? 128 : 128 + (rgb[0] - want[0]) / 1.402;
      for (guint c = 0; c < 3; c++)
        off[c] = decoded_jpeg_get (&decoded, c, x, y) - want[c];
      squares[0] += off[0] * off[0];
      squares[1] += (off[1] * off[1] + off[2] * off[2]) / 2;
    }
  }
  *luma = 10 * log10 (65025.0 * decoded.width * decoded.height / squares[0]);
  return 10 * log10 (65025.0 * decoded.width * decoded.height / squares[1]);
}

static void
assert_waves (GBytes * bytes, gboolean grey, const gchar * what)
{
  gdouble luma, chroma = compare_with_waves (bytes, grey, &luma);

  if (luma < 38 || chroma < 36)
    g_error ("%s: %.1f dB luma, %.1f dB chroma", what, luma, chroma);
}

static void
test_small_enough_passes_untouched (void)
{
  g_autoptr (ScoreJpeg) jpeg =
      make_encoder (200, "image/jpeg,width=200,height=150");

  for (guint i = 0; i < G_N_ELEMENTS (subsamplings); i++) {
    for (guint progressive = 0; progressive < 2; progressive++) {
      g_autoptr (GBytes) bytes = make_wave_jpeg (200, 150, subsamplings[i],
          progressive ? TJFLAG_PROGRESSIVE : 0);
      guint width, height;
      g_autoptr (GBytes) out = encode_bytes (jpeg, bytes, &width, &height);

      g_assert_true (g_bytes_equal (bytes, out));
      g_assert_cmpuint (width, ==, 200);
      g_assert_cmpuint (height, ==, 150);
    }
  }
}

static void
test_padding_behind_the_end_is_left_out (void)
{
  g_autoptr (ScoreJpeg) jpeg = make_encoder (200, "image/jpeg");
  g_autoptr (GBytes) bytes = make_wave_jpeg (200, 150, TJSAMP_422, 0);
  gsize size = g_bytes_get_size (bytes);

  for (guint i = 0; i < 3; i++) {
    guint8 *padded = g_malloc (size + 1000);
    g_autoptr (GBytes) in = NULL;
    g_autoptr (GBytes) out = NULL;

    memcpy (padded, g_bytes_get_data (bytes, NULL), size);
    memset (padded + size, i == 0 ? 0 : i == 1 ? 0xff : 0xd9, 1000);
    in = g_bytes_new_take (padded, size + 1000);
    out = encode_bytes (jpeg, in, NULL, NULL);
    g_assert_true (g_bytes_equal (bytes, out));
  }
}

static void
test_size_is_taken_from_the_jpeg (void)
{
  g_autoptr (ScoreJpeg) jpeg =
      make_encoder (100, "image/jpeg,width=64,height=64");
  g_autoptr (GBytes) bytes = make_wave_jpeg (400, 300, TJSAMP_420, 0);
  guint width, height;
  g_autoptr (GBytes) out = encode_bytes (jpeg, bytes, &width, &height);

  g_assert_cmpuint (width, ==, 100);
  g_assert_cmpuint (height, ==, 75);
  assert_waves (out, FALSE, "400x300 to 100x75");
}

/* Sizes that end within blocks, scales with and without the DCT's help. */
static void
test_large_ones_are_scaled (void)
{
  static const guint sizes[][3] = {
    {640, 480, 512}, {640, 480, 320}, {641, 479, 200}, {1280, 720, 160},
    {333, 777, 99}, {1000, 300, 150}, {650, 490, 630}
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (ScoreJpeg) jpeg = make_encoder (sizes[i][2], "image/jpeg");

    for (guint j = 0; j < G_N_ELEMENTS (subsamplings); j++) {
      for (guint progressive = 0; progressive < 2; progressive++) {
        g_autoptr (GBytes) bytes = make_wave_jpeg (sizes[i][0], sizes[i][1],
            subsamplings[j], progressive ? TJFLAG_PROGRESSIVE : 0);
        g_autofree gchar *what = g_strdup_printf ("%ux%u to %u, sampling %d",
            sizes[i][0], sizes[i][1], sizes[i][2], subsamplings[j]);
        guint width, height;
        g_autoptr (GBytes) out = encode_bytes (jpeg, bytes, &width, &height);

        g_assert_cmpuint (MAX (width, height), ==, sizes[i][2]);
        assert_waves (out, subsamplings[j] == TJSAMP_GRAY, what);
      }
    }
  }
}

/* The DCT's scaling is not exact area, but has to be near to it. */
static void
test_dct_scaling_is_like_area_scaling (void)
{
  g_autofree guint8 *rgb = make_waves (960, 720);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ScoreJpeg) packed = make_encoder (240, "image/jpeg");
  g_autoptr (GstCaps) caps = make_raw_caps ("RGB", 960, 720, "sRGB", 1, 1);
  g_autoptr (ScoreJpeg) raw = score_jpeg_new (240, 95);
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GBytes) a = NULL;
  g_autoptr (GBytes) b = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  g_auto (DecodedJpeg) first = { 0 };
  g_auto (DecodedJpeg) second = { 0 };
  gdouble squares = 0;

  for (gsize i = 0; i < 3 * 960 * 720; i++)
    rgb[i] = (guint8) CLAMP (rgb[i] + g_rand_int_range (rand, -20, 21), 0, 255);
  bytes = make_jpeg (rgb, 960, 720, TJSAMP_420, 97, 0);
  g_assert_true (score_jpeg_set_caps (raw, caps, NULL));
  buffer = gst_buffer_new_memdup (rgb, 3 * 960 * 720);
  a = encode_bytes (packed, bytes, NULL, NULL);
  b = encode_or_fail (raw, buffer, NULL, NULL);
  decode_jpeg (a, &first);
  decode_jpeg (b, &second);
  g_assert_cmpuint (first.width, ==, second.width);
  g_assert_cmpuint (first.height, ==, second.height);
  for (guint y = 0; y < first.height; y++)
    for (guint x = 0; x < first.width; x++) {
      gdouble off = (gdouble) decoded_jpeg_get (&first, 0, x, y)
          - decoded_jpeg_get (&second, 0, x, y);

      squares += off * off;
    }
  g_assert_cmpfloat (10 * log10 (65025.0 * first.width * first.height
          / squares), >=, 36);
}

static void
test_pixel_aspect_ratio_and_orientation_make_it_anew (void)
{
  g_autoptr (ScoreJpeg) wide =
      make_encoder (200, "image/jpeg,pixel-aspect-ratio=2/1");
  g_autoptr (ScoreJpeg) turned = make_encoder (200, "image/jpeg");
  g_autoptr (GBytes) bytes = make_wave_jpeg (200, 150, TJSAMP_422, 0);
  guint width, height;
  g_autoptr (GBytes) out = encode_bytes (wide, bytes, &width, &height);
  g_autoptr (GBytes) upright = NULL;
  g_autoptr (GBytes) back = NULL;

  g_assert_cmpuint (width, ==, 200);
  g_assert_cmpuint (height, ==, 75);
  assert_waves (out, FALSE, "2:1");

  score_jpeg_set_orientation (turned, GST_VIDEO_ORIENTATION_90R);
  upright = encode_bytes (turned, bytes, &width, &height);
  g_assert_cmpuint (width, ==, 150);
  g_assert_cmpuint (height, ==, 200);
  score_jpeg_set_orientation (turned, GST_VIDEO_ORIENTATION_90L);
  back = encode_bytes (turned, upright, &width, &height);
  g_assert_cmpuint (width, ==, 200);
  assert_waves (back, FALSE, "there and back");
}

/* Drops the Huffman tables, as MJPEG cameras do. */
static GBytes *
strip_huffman_tables (GBytes * bytes)
{
  GByteArray *out = g_byte_array_new ();
  gsize size, at = 2;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  g_byte_array_append (out, data, 2);
  while (data[at + 1] != 0xda) {
    gsize length = 2 + (data[at + 2] << 8 | data[at + 3]);

    if (data[at + 1] != 0xc4)
      g_byte_array_append (out, data + at, length);
    at += length;
  }
  g_byte_array_append (out, data + at, size - at);
  g_assert_cmpuint (out->len, <, size);
  return g_byte_array_free_to_bytes (out);
}

static void
test_missing_huffman_tables_are_put_in (void)
{
  g_autoptr (ScoreJpeg) jpeg = make_encoder (200, "image/jpeg");
  g_autoptr (GBytes) bytes = make_wave_jpeg (200, 152, TJSAMP_422, 0);
  g_autoptr (GBytes) stripped = strip_huffman_tables (bytes);
  /* leaves tables of its own behind in a decoder */
  g_autoptr (GBytes) other = make_wave_jpeg (300, 150, TJSAMP_420,
      TJFLAG_PROGRESSIVE);

  for (guint i = 0; i < 3; i++) {
    g_autoptr (GBytes) scaled = encode_bytes (jpeg, other, NULL, NULL);
    g_autoptr (GBytes) out = encode_bytes (jpeg, stripped, NULL, NULL);

    g_assert_false (g_bytes_equal (out, stripped));
    assert_waves (out, FALSE, "without tables");
    assert_waves (scaled, FALSE, "progressive");
  }
}

static void
check_flat (GBytes * bytes, guint x, guint y, guint r, guint g, guint b)
{
  g_auto (DecodedJpeg) decoded = { 0 };
  gdouble luma = 0.299 * r + 0.587 * g + 0.114 * b;
  const gdouble want[3] =
      { luma, 128 + (b - luma) / 1.772, 128 + (r - luma) / 1.402 };

  decode_jpeg (bytes, &decoded);
  g_assert_true (decoded.is_ycbcr);
  for (guint c = 0; c < 3; c++)
    g_assert_cmpfloat (fabs (decoded_jpeg_get (&decoded, c, x, y)
            - MIN (want[c], 255)), <=, 3);
}

/* Four colours in the corners, as ink that is missing. */
static void
test_cmyk_becomes_ycbcr (void)
{
  g_autoptr (ScoreJpeg) jpeg = make_encoder (64, "image/jpeg");
  g_autofree guint8 *pixels = g_malloc (64 * 64 * 4);
  static const guint8 corners[4][4] = {
    {255, 255, 255, 255}, {200, 40, 80, 255}, {255, 255, 255, 60},
    {100, 220, 180, 128}
  };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) out = NULL;
  guint width, height;

  for (guint i = 0; i < 64 * 64; i++)
    memcpy (pixels + 4 * i, corners[i % 64 / 32 + i / 64 / 32 * 2], 4);
  bytes = make_cmyk_jpeg (pixels, 64, 64);
  out = encode_bytes (jpeg, bytes, &width, &height);
  g_assert_cmpuint (width, ==, 64);
  check_flat (out, 16, 16, 255, 255, 255);
  check_flat (out, 48, 16, 200, 40, 80);
  check_flat (out, 16, 48, 60, 60, 60);
  check_flat (out, 48, 48, 50, 110, 90);
}

/* jpegenc writes RGB as it is; few models' decoders expect that. */
static void
test_rgb_jpeg_becomes_ycbcr (void)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find ("jpegenc");
  g_autoptr (GstHarness) harness = NULL;
  g_autoptr (ScoreJpeg) jpeg = make_encoder (96, "image/jpeg");
  g_autofree guint8 *rgb = make_waves (96, 96);
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GBytes) out = NULL;

  if (factory == NULL) {
    g_test_skip ("jpegenc is not installed");
    return;
  }
  harness = gst_harness_new_parse ("jpegenc quality=98");
  gst_harness_set_src_caps (harness, make_raw_caps ("RGB", 96, 96, "sRGB", 1,
          1));
  buffer = gst_harness_push_and_pull (harness,
      gst_buffer_new_memdup (rgb, 3 * 96 * 96));
  out = encode_or_fail (jpeg, buffer, NULL, NULL);
  assert_waves (out, FALSE, "RGB");
}

static void
test_broken_ones_are_refused (void)
{
  g_autoptr (ScoreJpeg) jpeg = make_encoder (100, "image/jpeg");
  g_autoptr (GBytes) good = make_wave_jpeg (200, 150, TJSAMP_420, 0);
  gsize size = g_bytes_get_size (good);
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) text = g_bytes_new_static ("this is no JPEG", 15);
  g_autoptr (GBytes) ends = g_bytes_new_static ("\xff\xd8\xff\xd9", 4);
  g_autoptr (GBytes) out = NULL;

  assert_refused (jpeg, empty);
  assert_refused (jpeg, text);
  assert_refused (jpeg, ends);
  for (gsize length = 1; length < size; length += 97) {
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (good, 0, length);

    assert_refused (jpeg, cut);
  }
  out = encode_bytes (jpeg, good, NULL, NULL);
  assert_waves (out, FALSE, "after broken ones");
}

/* What is missing must not be made up of grey, even with an end in place. */
static void
test_half_a_picture_is_refused (void)
{
  g_autoptr (ScoreJpeg) jpeg = make_encoder (100, "image/jpeg");
  g_autoptr (GBytes) good = make_wave_jpeg (200, 150, TJSAMP_420, 0);
  gsize size = g_bytes_get_size (good) / 2;
  guint8 *half = g_memdup2 (g_bytes_get_data (good, NULL), size);
  g_autoptr (GBytes) bytes = NULL;

  half[size - 2] = 0xff;
  half[size - 1] = 0xd9;
  bytes = g_bytes_new_take (half, size);
  assert_refused (jpeg, bytes);
}

static void
test_sizes_that_lie_are_refused (void)
{
  g_autoptr (ScoreJpeg) jpeg = make_encoder (100, "image/jpeg");
  g_autoptr (GBytes) good = make_wave_jpeg (200, 150, TJSAMP_420, 0);
  gsize size, at = 2;
  guint8 *data = g_memdup2 (g_bytes_get_data (good, &size),
      g_bytes_get_size (good));
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);

  while (data[at + 1] != 0xc0)
    at += 2 + (data[at + 2] << 8 | data[at + 3]);
  memset (data + at + 5, 0xff, 4);
  assert_refused (jpeg, bytes);
  memset (data + at + 5, 0, 2);
  assert_refused (jpeg, bytes);
}

static void
mutate (GRand * rand, GByteArray * data)
{
  guint n = g_rand_int_range (rand, 1, 6);

  for (guint i = 0; i < n && data->len > 8; i++) {
    guint at = g_rand_int_range (rand, 0, data->len);
    guint length;

    /* most of what can go wrong is in the headers */
    if (g_rand_boolean (rand))
      at %= MIN (data->len, 700);
    length = g_rand_int_range (rand, 1, 40);
    length = MIN (length, data->len - at);
    switch (g_rand_int_range (rand, 0, 5)) {
      case 0:
        data->data[at] ^= 1u << g_rand_int_range (rand, 0, 8);
        break;
      case 1:
        data->data[at] = (guint8) g_rand_int (rand);
        break;
      case 2:
        g_byte_array_remove_range (data, at, length);
        break;
      case 3:
        memset (data->data + at, g_rand_boolean (rand) ? 0xff : 0, length);
        break;
      default:
        if (g_rand_int_range (rand, 0, 4) == 0)
          g_byte_array_set_size (data, MAX (at, 1));
        else
          memmove (data->data + at, data->data, MIN (length, at));
        break;
    }
  }
}

static void
test_mutated_ones_do_no_harm (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (99);
  g_autoptr (ScoreJpeg) jpeg = make_encoder (40, "image/jpeg");
  guint n_made = 0, n_refused = 0;
  GBytes *seeds[2 * G_N_ELEMENTS (subsamplings)];

  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    seeds[i] = make_wave_jpeg (72, 50, subsamplings[i / 2],
        i % 2 ? TJFLAG_PROGRESSIVE : 0);
  for (guint i = 0; i < 6000; i++) {
    GBytes *seed = seeds[g_rand_int_range (rand, 0, G_N_ELEMENTS (seeds))];
    GByteArray *data = g_byte_array_new ();
    g_autoptr (GBytes) out = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GstBuffer) buffer = NULL;
    g_autoptr (GBytes) bytes = NULL;
    guint width, height;

    g_byte_array_append (data, g_bytes_get_data (seed, NULL),
        g_bytes_get_size (seed));
    mutate (rand, data);
    bytes = g_byte_array_free_to_bytes (data);
    buffer = gst_buffer_new_wrapped_bytes (bytes);
    out = score_jpeg_encode (jpeg, buffer, &width, &height, &error);
    if (out == NULL) {
      g_autoptr (GBytes) after = NULL;

      g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
      after = encode_bytes (jpeg, seed, NULL, NULL);
      n_refused++;
    } else if (!g_bytes_equal (out, bytes) && MAX (width, height) == 40) {
      g_auto (DecodedJpeg) decoded = { 0 };

      decode_jpeg (out, &decoded);
      g_assert_cmpuint (decoded.width, ==, width);
      g_assert_cmpuint (decoded.height, ==, height);
      n_made++;
    }
  }
  g_assert_cmpuint (n_made, >, 300);
  g_assert_cmpuint (n_refused, >, 500);
  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++) {
    g_autoptr (ScoreJpeg) fresh = make_encoder (40, "image/jpeg");
    g_autoptr (GBytes) out = encode_bytes (jpeg, seeds[i], NULL, NULL);
    g_autoptr (GBytes) want = encode_bytes (fresh, seeds[i], NULL, NULL);

    g_assert_true (g_bytes_equal (out, want));
    g_bytes_unref (seeds[i]);
  }
}

/* Whatever the handles were used for before, the same picture gives the same
 * bytes. */
static void
test_mixed_use_leaves_no_trace (void)
{
  g_autoptr (ScoreJpeg) jpeg = make_encoder (128, "image/jpeg");
  GBytes *inputs[2 * G_N_ELEMENTS (subsamplings) + 1];
  GBytes *outputs[G_N_ELEMENTS (inputs)];
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < G_N_ELEMENTS (inputs) - 1; i++)
    inputs[i] = make_wave_jpeg (200 + i, 150, subsamplings[i / 2],
        i % 2 ? TJFLAG_PROGRESSIVE : 0);
  inputs[G_N_ELEMENTS (inputs) - 1] = strip_huffman_tables (inputs[4]);
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++) {
    g_autoptr (ScoreJpeg) fresh = make_encoder (128, "image/jpeg");

    outputs[i] = encode_bytes (fresh, inputs[i], NULL, NULL);
  }
  for (guint i = 0; i < 200; i++) {
    guint which = g_rand_int_range (rand, 0, G_N_ELEMENTS (inputs));
    g_autoptr (GBytes) out = encode_bytes (jpeg, inputs[which], NULL, NULL);

    g_assert_true (g_bytes_equal (out, outputs[which]));
  }
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++) {
    assert_waves (outputs[i], i / 2 == 5, "mixed");
    g_bytes_unref (inputs[i]);
    g_bytes_unref (outputs[i]);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpeg-input/small-enough-passes-untouched",
      test_small_enough_passes_untouched);
  g_test_add_func ("/jpeg-input/padding-behind-the-end-is-left-out",
      test_padding_behind_the_end_is_left_out);
  g_test_add_func ("/jpeg-input/size-is-taken-from-the-jpeg",
      test_size_is_taken_from_the_jpeg);
  g_test_add_func ("/jpeg-input/large-ones-are-scaled",
      test_large_ones_are_scaled);
  g_test_add_func ("/jpeg-input/dct-scaling-is-like-area-scaling",
      test_dct_scaling_is_like_area_scaling);
  g_test_add_func ("/jpeg-input/par-and-orientation-make-it-anew",
      test_pixel_aspect_ratio_and_orientation_make_it_anew);
  g_test_add_func ("/jpeg-input/missing-huffman-tables-are-put-in",
      test_missing_huffman_tables_are_put_in);
  g_test_add_func ("/jpeg-input/cmyk-becomes-ycbcr", test_cmyk_becomes_ycbcr);
  g_test_add_func ("/jpeg-input/rgb-jpeg-becomes-ycbcr",
      test_rgb_jpeg_becomes_ycbcr);
  g_test_add_func ("/jpeg-input/broken-ones-are-refused",
      test_broken_ones_are_refused);
  g_test_add_func ("/jpeg-input/half-a-picture-is-refused",
      test_half_a_picture_is_refused);
  g_test_add_func ("/jpeg-input/sizes-that-lie-are-refused",
      test_sizes_that_lie_are_refused);
  g_test_add_func ("/jpeg-input/mutated-ones-do-no-harm",
      test_mutated_ones_do_no_harm);
  g_test_add_func ("/jpeg-input/mixed-use-leaves-no-trace",
      test_mixed_use_leaves_no_trace);
  return g_test_run ();
}
