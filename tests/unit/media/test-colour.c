/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/jpegcaps.h"
#include "picture-utils.h"

#include <math.h>
#include <string.h>

/* Eight bars over eight greys, in every format and every colorimetry. */

#define N_BARS 8
#define WIDTH 480
#define HEIGHT 96

static const gdouble bars[2][N_BARS][3] = {
  {
        {1, 1, 1}, {0.75, 0.75, 0}, {0, 0.75, 0.75}, {0, 0.75, 0},
        {0.75, 0, 0.75}, {0.75, 0, 0}, {0, 0, 0.75}, {0, 0, 0},
      },
  {
        {0, 0, 0}, {1. / 7, 1. / 7, 1. / 7}, {2. / 7, 2. / 7, 2. / 7},
        {3. / 7, 3. / 7, 3. / 7}, {4. / 7, 4. / 7, 4. / 7},
        {5. / 7, 5. / 7, 5. / 7}, {6. / 7, 6. / 7, 6. / 7}, {1, 1, 1},
      },
};

typedef struct
{
  const gchar *name;
  GstVideoColorMatrix matrix;
  gdouble kr, kb;
  gboolean limited;
} Colours;

static const Colours yuv_colours[] = {
  {"bt601-limited", GST_VIDEO_COLOR_MATRIX_BT601, 0.299, 0.114, TRUE},
  {"bt601-full", GST_VIDEO_COLOR_MATRIX_BT601, 0.299, 0.114, FALSE},
  {"bt709-limited", GST_VIDEO_COLOR_MATRIX_BT709, 0.2126, 0.0722, TRUE},
  {"bt709-full", GST_VIDEO_COLOR_MATRIX_BT709, 0.2126, 0.0722, FALSE},
  {"bt2020-limited", GST_VIDEO_COLOR_MATRIX_BT2020, 0.2627, 0.0593, TRUE},
  {"bt2020-full", GST_VIDEO_COLOR_MATRIX_BT2020, 0.2627, 0.0593, FALSE},
  {"smpte240m-limited", GST_VIDEO_COLOR_MATRIX_SMPTE240M, 0.212, 0.087, TRUE},
  {"smpte240m-full", GST_VIDEO_COLOR_MATRIX_SMPTE240M, 0.212, 0.087, FALSE},
};

static const Colours rgb_colours[] = {
  {"srgb-full", GST_VIDEO_COLOR_MATRIX_RGB, 0, 0, FALSE},
  {"srgb-limited", GST_VIDEO_COLOR_MATRIX_RGB, 0, 0, TRUE},
};

static const Colours grey_colours[] = {
  {"grey-full", GST_VIDEO_COLOR_MATRIX_BT601, 0.299, 0.114, FALSE},
  {"grey-limited", GST_VIDEO_COLOR_MATRIX_BT601, 0.299, 0.114, TRUE},
};

static void
get_yuv (const gdouble rgb[3], gdouble kr, gdouble kb, gdouble yuv[3])
{
  yuv[0] = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2];
  yuv[1] = (rgb[2] - yuv[0]) / (2 * (1 - kb));
  yuv[2] = (rgb[0] - yuv[0]) / (2 * (1 - kr));
}

/* What a sample of so many bits holds. */
static guint
quantise (gdouble value, gboolean chroma, gboolean limited, guint bits)
{
  gdouble unit = 1 << (bits - 8);
  gdouble most = (1 << bits) - 1;
  gdouble level;

  if (limited)
    level = (chroma ? 128 + 224 * value : 16 + 219 * value) * unit;
  else
    level = chroma ? 128 * unit + most * value : most * value;
  return (guint) CLAMP (lrint (level), 0, most);
}

static void
get_components (const Colours * colours, gboolean rgb, const gdouble bar[3],
    gdouble components[3])
{
  if (rgb)
    for (guint i = 0; i < 3; i++)
      components[i] = bar[i];
  else
    get_yuv (bar, colours->kr, colours->kb, components);
}

/* A line of GStreamer's unpacked formats: alpha first, 8 or 16 bits. */
static void
fill_line (gpointer line, const GstVideoFormatInfo * unpacked, guint bits,
    const Colours * colours, guint row, guint width)
{
  gboolean rgb = GST_VIDEO_FORMAT_INFO_IS_RGB (unpacked);
  gboolean wide = GST_VIDEO_FORMAT_INFO_BITS (unpacked) == 16;

  for (guint x = 0; x < width; x++) {
    gdouble components[3];

    get_components (colours, rgb, bars[row][x * N_BARS / width], components);
    for (guint i = 0; i < 4; i++) {
      guint value = wide ? 0xffff : 0xff;

      /* to the depth of the format, with the rest below left empty */
      if (i > 0)
        value = quantise (components[i - 1], !rgb && i > 1, colours->limited,
            bits) << ((wide ? 16 : 8) - bits);
      if (wide)
        ((guint16 *) line)[4 * x + i] = (guint16) value;
      else
        ((guint8 *) line)[4 * x + i] = (guint8) value;
    }
  }
}

static GstBuffer *
make_bars (const GstVideoInfo * info, const Colours * colours)
{
  const GstVideoFormatInfo *format = info->finfo;
  const GstVideoFormatInfo *unpacked =
      gst_video_format_get_info (format->unpack_format);
  guint bits = MAX (GST_VIDEO_FORMAT_INFO_DEPTH (format, 0), 8);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  g_autofree guint16 *line = g_new0 (guint16, 4 * WIDTH + 64);
  GstVideoFrame frame;

  gst_buffer_memset (buffer, 0, 0, info->size);
  g_assert_true (gst_video_frame_map (&frame, info, buffer, GST_MAP_WRITE));
  for (gint y = 0; y < HEIGHT; y++) {
    gpointer planes[GST_VIDEO_MAX_PLANES];
    gint strides[GST_VIDEO_MAX_PLANES];

    for (guint i = 0; i < GST_VIDEO_MAX_PLANES; i++) {
      planes[i] = frame.data[i];
      strides[i] = frame.info.stride[i];
    }
    fill_line (line, unpacked, bits, colours, y >= HEIGHT / 2, WIDTH);
    format->pack_func (format, GST_VIDEO_PACK_FLAG_NONE, line, 0, planes,
        strides, info->chroma_site, y, WIDTH);
  }
  gst_video_frame_unmap (&frame);
  return buffer;
}

static gdouble
get_tolerance (const GstVideoFormatInfo * format)
{
  guint depth = 8;

  for (guint i = 0; i < MIN (GST_VIDEO_FORMAT_INFO_N_COMPONENTS (format), 3);
      i++)
    depth = MIN (depth, GST_VIDEO_FORMAT_INFO_DEPTH (format, i));
  /* a sample of five bits is off by up to half of an 1/31 */
  return depth < 8 ? 2 + 255.0 / ((1 << depth) - 1) : 2;
}

static void
check_bars (GBytes * jpeg, gboolean grey, gdouble tolerance, const gchar * what)
{
  g_auto (DecodedJpeg) decoded = { 0 };

  decode_jpeg (jpeg, &decoded);
  g_assert_true (decoded.is_ycbcr);
  g_assert_cmpuint (decoded.h_sub, ==, 2);
  g_assert_cmpuint (decoded.v_sub, ==, 2);
  g_assert_false (decoded.is_progressive);
  for (guint row = 0; row < 2; row++) {
    for (guint i = 0; i < N_BARS; i++) {
      guint x = (2 * i + 1) * decoded.width / (2 * N_BARS);
      guint y = (2 * row + 1) * decoded.height / 4;
      gdouble yuv[3];

      get_yuv (bars[row][i], 0.299, 0.114, yuv);
      for (guint c = 0; c < 3; c++) {
        gdouble want = c == 0 ? 255 * yuv[0] : grey ? 128 : 128 + 255 * yuv[c];
        gdouble got = decoded_jpeg_get (&decoded, c, x, y);

        if (fabs (got - MIN (want, 255)) > tolerance)
          g_error ("%s: component %u of bar %u in row %u is %g and not %g",
              what, c, i, row, got, want);
      }
    }
  }
}

static void
check_format (GstVideoFormat format, const Colours * colours, guint max_size)
{
  const GstVideoFormatInfo *info = gst_video_format_get_info (format);
  GstVideoColorimetry colorimetry = {
    colours->limited ? GST_VIDEO_COLOR_RANGE_16_235 :
        GST_VIDEO_COLOR_RANGE_0_255,
    colours->matrix, GST_VIDEO_TRANSFER_BT709, GST_VIDEO_COLOR_PRIMARIES_BT709
  };
  g_autofree gchar *text = gst_video_colorimetry_to_string (&colorimetry);
  g_autofree gchar *what = g_strdup_printf ("%s %s at %u",
      GST_VIDEO_FORMAT_INFO_NAME (info), colours->name, max_size);
  g_autoptr (GstCaps) caps =
      make_raw_caps (GST_VIDEO_FORMAT_INFO_NAME (info), WIDTH, HEIGHT, text, 1,
      1);
  g_autoptr (ScoreJpeg) jpeg = score_jpeg_new (max_size, 98);
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GstVideoInfo video;

  g_assert_true (gst_video_info_from_caps (&video, caps));
  g_assert_cmpint (video.colorimetry.range, ==, colorimetry.range);
  buffer = make_bars (&video, colours);
  g_assert_true (score_jpeg_set_caps (jpeg, caps, NULL));
  bytes = encode_or_fail (jpeg, buffer, NULL, NULL);
  check_bars (bytes, GST_VIDEO_FORMAT_INFO_IS_GRAY (info),
      get_tolerance (info), what);
}

static void
check_all (const Colours * colours, guint n, guint flag)
{
  g_autoptr (GstCaps) caps = score_jpeg_get_caps ();
  const GValue *formats =
      gst_structure_get_value (gst_caps_get_structure (caps, 0), "format");
  guint n_checked = 0;

  for (guint i = 0; i < gst_value_list_get_size (formats); i++) {
    GstVideoFormat format = gst_video_format_from_string (g_value_get_string
        (gst_value_list_get_value (formats, i)));
    const GstVideoFormatInfo *info = gst_video_format_get_info (format);

    if (!(GST_VIDEO_FORMAT_INFO_FLAGS (info) & flag)
        || GST_VIDEO_FORMAT_INFO_HAS_PALETTE (info))
      continue;
    for (guint j = 0; j < n; j++) {
      check_format (format, &colours[j], WIDTH);
      check_format (format, &colours[j], 400);
    }
    n_checked++;
  }
  g_assert_cmpuint (n_checked, >=, flag == GST_VIDEO_FORMAT_FLAG_GRAY ? 2 : 20);
}

static void
test_yuv_bars (void)
{
  check_all (yuv_colours, G_N_ELEMENTS (yuv_colours),
      GST_VIDEO_FORMAT_FLAG_YUV);
}

static void
test_rgb_bars (void)
{
  check_all (rgb_colours, G_N_ELEMENTS (rgb_colours),
      GST_VIDEO_FORMAT_FLAG_RGB);
}

static void
test_grey_bars (void)
{
  check_all (grey_colours, G_N_ELEMENTS (grey_colours),
      GST_VIDEO_FORMAT_FLAG_GRAY);
}

static GBytes *
encode_flat (const gchar * format, guint width, guint height,
    const gchar * colorimetry, guint8 y, guint8 u, guint8 v)
{
  g_autoptr (GstCaps) caps = make_raw_caps (format, width, height, colorimetry,
      1, 1);
  g_autoptr (ScoreJpeg) jpeg = score_jpeg_new (512, 95);
  g_autoptr (GstBuffer) buffer = NULL;
  const guint8 values[3] = { y, u, v };
  GstVideoInfo info;
  GstVideoFrame frame;

  g_assert_true (gst_video_info_from_caps (&info, caps));
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  g_assert_true (gst_video_frame_map (&frame, &info, buffer, GST_MAP_WRITE));
  for (guint i = 0; i < 3; i++)
    memset (GST_VIDEO_FRAME_PLANE_DATA (&frame, i), values[i],
        (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (&frame, i)
        * GST_VIDEO_FRAME_COMP_HEIGHT (&frame, i));
  gst_video_frame_unmap (&frame);
  g_assert_true (score_jpeg_set_caps (jpeg, caps, NULL));
  return encode_or_fail (jpeg, buffer, NULL, NULL);
}

static void
check_flat (guint width, guint height, const gchar * colorimetry,
    const guint8 yuv[3], const guint8 want[3])
{
  g_autoptr (GBytes) bytes = encode_flat ("I420", width, height, colorimetry,
      yuv[0], yuv[1], yuv[2]);
  g_auto (DecodedJpeg) decoded = { 0 };

  decode_jpeg (bytes, &decoded);
  for (guint c = 0; c < 3; c++) {
    gint got = decoded_jpeg_get (&decoded, c, decoded.width / 2,
        decoded.height / 2);

    g_assert_cmpint (ABS (got - want[c]), <=, 1);
  }
}

static void
test_white_of_limited_sd_is_white (void)
{
  const guint8 white[] = { 235, 128, 128 };
  g_autoptr (GBytes) bytes = encode_flat ("I420", 640, 480, "bt601", 235, 128,
      128);
  g_auto (DecodedJpeg) decoded = { 0 };

  decode_jpeg (bytes, &decoded);
  for (guint y = 0; y < decoded.height; y += 7)
    for (guint x = 0; x < decoded.width; x += 7)
      g_assert_cmpuint (decoded_jpeg_get (&decoded, 0, x, y), >=, 253);
  check_flat (1280, 720, NULL, white, (const guint8[]) { 255, 128, 128 });
}

/* Pure red as each matrix stores it, where the caps do not say which. */
static void
test_unknown_colours_are_those_of_the_size (void)
{
  check_flat (640, 480, NULL, (const guint8[]) { 81, 90, 240 },
      (const guint8[]) { 76, 85, 255 });
  check_flat (1280, 720, NULL, (const guint8[]) { 63, 102, 240 },
      (const guint8[]) { 76, 85, 255 });
}

static void
test_values_out_of_range_are_clamped (void)
{
  check_flat (64, 48, "bt601", (const guint8[]) { 255, 255, 0 },
      (const guint8[]) { 255, 255, 0 });
  check_flat (64, 48, "bt709", (const guint8[]) { 0, 128, 128 },
      (const guint8[]) { 0, 128, 128 });
}

/* All ones is more than 255 where white is 235, and must not become black. */
static void
test_deep_values_out_of_range_are_clamped (void)
{
  static const gchar *formats[] = { "I420_10LE", "P010_10LE", "Y444_16LE" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GstCaps) caps = make_raw_caps (formats[i], 640, 480, "bt601", 1,
        1);
    g_autoptr (ScoreJpeg) jpeg = score_jpeg_new (100, 95);
    g_autoptr (GstBuffer) buffer = NULL;
    g_autoptr (GBytes) bytes = NULL;
    g_auto (DecodedJpeg) decoded = { 0 };
    GstVideoInfo info;

    g_assert_true (gst_video_info_from_caps (&info, caps));
    buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
    gst_buffer_memset (buffer, 0, 0xff, info.size);
    g_assert_true (score_jpeg_set_caps (jpeg, caps, NULL));
    bytes = encode_or_fail (jpeg, buffer, NULL, NULL);
    decode_jpeg (bytes, &decoded);
    for (guint c = 0; c < 3; c++)
      g_assert_cmpuint (decoded_jpeg_get (&decoded, c, 50, 30), >=, 253);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/colour/yuv-bars", test_yuv_bars);
  g_test_add_func ("/colour/rgb-bars", test_rgb_bars);
  g_test_add_func ("/colour/grey-bars", test_grey_bars);
  g_test_add_func ("/colour/white-of-limited-sd-is-white",
      test_white_of_limited_sd_is_white);
  g_test_add_func ("/colour/unknown-colours-are-those-of-the-size",
      test_unknown_colours_are_those_of_the_size);
  g_test_add_func ("/colour/values-out-of-range-are-clamped",
      test_values_out_of_range_are_clamped);
  g_test_add_func ("/colour/deep-values-out-of-range-are-clamped",
      test_deep_values_out_of_range_are_clamped);
  return g_test_run ();
}
