/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/jpegcaps.h"
#include "media/orient.h"
#include "picture-utils.h"

#include <gst/check/gstharness.h>
#include <gst/score/gstscoreerror.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstHarness, gst_harness_teardown);

static const gchar *direct_formats[] = {
  "I420", "YV12", "NV12", "NV21", "Y42B", "Y444", "GRAY8", "YUY2", "UYVY",
  "RGB", "BGR", "RGBx", "BGRx", "xRGB", "xBGR", "RGBA", "BGRA", "ARGB", "ABGR",
  "I420_10LE", "P010_10LE", "I422_10LE", "Y444_10LE", "I420_12LE", "NV16",
  "AYUV", "GRAY16_LE", "v210", "Y41B", "YUV9", "RGB16", "ARGB64", "GBR"
};

static const guint odd_sizes[][2] = {
  {319, 239}, {1, 1}, {2, 3}, {17, 5}, {1, 400}, {400, 1}, {64, 48}
};

static ScoreJpeg *
make_encoder (guint max_size, GstCaps * caps, GstVideoInfo * info)
{
  ScoreJpeg *jpeg = score_jpeg_new (max_size, 90);
  g_autoptr (GError) error = NULL;

  score_jpeg_set_caps (jpeg, caps, &error);
  g_assert_no_error (error);
  if (info)
    g_assert_true (gst_video_info_from_caps (info, caps));
  return jpeg;
}

static void
assert_size (GBytes * bytes, guint width, guint height, guint want_width,
    guint want_height)
{
  g_auto (DecodedJpeg) decoded = { 0 };

  decode_jpeg (bytes, &decoded);
  g_assert_cmpuint (width, ==, want_width);
  g_assert_cmpuint (height, ==, want_height);
  g_assert_cmpuint (decoded.width, ==, want_width);
  g_assert_cmpuint (decoded.height, ==, want_height);
  g_assert_cmpuint (decoded.h_sub, ==, 2);
  g_assert_cmpuint (decoded.v_sub, ==, 2);
}

static void
assert_refused (ScoreJpeg * jpeg, GstBuffer * buffer)
{
  g_autoptr (GError) error = NULL;
  guint width = 77;

  g_assert_null (score_jpeg_encode (jpeg, buffer, &width, NULL, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_cmpuint (width, ==, 77);
}

static void
test_caps_of_template (void)
{
  g_autoptr (GstCaps) caps = score_jpeg_get_caps ();
  g_autoptr (GstCaps) jpeg = gst_caps_from_string ("image/jpeg");
  g_autoptr (GstCaps) gpu =
      gst_caps_from_string ("video/x-raw(memory:GLMemory),format=RGBA");

  for (guint i = 0; i < G_N_ELEMENTS (direct_formats); i++) {
    g_autoptr (GstCaps) raw = make_raw_caps (direct_formats[i], 64, 48, NULL, 1,
        1);

    g_assert_true (gst_caps_is_subset (raw, caps));
  }
  g_assert_true (gst_caps_is_subset (jpeg, caps));
  g_assert_false (gst_caps_can_intersect (gpu, caps));
}

static void
test_sizes_and_pixel_aspect_ratios (void)
{
  static const struct
  {
    guint width, height, par_n, par_d, max_size, want_width, want_height;
  } cases[] = {
    {640, 480, 1, 1, 512, 512, 384},
    {1920, 1080, 1, 1, 512, 512, 288},
    {480, 640, 1, 1, 512, 384, 512},
    {320, 240, 1, 1, 512, 320, 240},
    {512, 512, 1, 1, 512, 512, 512},
    {319, 239, 1, 1, 512, 319, 239},
    {319, 239, 1, 1, 100, 100, 75},
    {1, 1, 1, 1, 512, 1, 1},
    {1, 4000, 1, 1, 512, 1, 512},
    {4000, 1, 1, 1, 512, 512, 1},
    {2, 3, 1, 1, 512, 2, 3},
    {17, 5, 1, 1, 1, 1, 1},
    {640, 480, 2, 1, 512, 512, 192},
    {640, 480, 1, 2, 512, 320, 480},
    {720, 480, 10, 11, 1000, 655, 480},
    {720, 576, 16, 11, 512, 512, 282},
    {100, 2, 100, 1, 512, 100, 1},
    {2, 100, 1, 100, 512, 1, 100},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstCaps) caps = make_raw_caps ("I420", cases[i].width,
        cases[i].height, NULL, cases[i].par_n, cases[i].par_d);
    GstVideoInfo info;
    g_autoptr (ScoreJpeg) jpeg = make_encoder (cases[i].max_size, caps, &info);
    g_autoptr (GstBuffer) buffer = make_noise (&info, i);
    g_autoptr (GBytes) bytes = NULL;
    guint width, height;

    bytes = encode_or_fail (jpeg, buffer, &width, &height);
    assert_size (bytes, width, height, cases[i].want_width,
        cases[i].want_height);
    g_clear_pointer (&bytes, g_bytes_unref);
    score_jpeg_set_orientation (jpeg, GST_VIDEO_ORIENTATION_90R);
    bytes = encode_or_fail (jpeg, buffer, &width, &height);
    assert_size (bytes, width, height, cases[i].want_height,
        cases[i].want_width);
  }
}

/* Padding, strides and offsets must leave no trace. */
static void
test_padded_frames_of_every_format_and_size (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (direct_formats); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (odd_sizes); j++) {
      g_autoptr (GstCaps) caps = make_raw_caps (direct_formats[i],
          odd_sizes[j][0], odd_sizes[j][1], NULL, 1, 1);
      GstVideoInfo info;
      g_autoptr (ScoreJpeg) jpeg = make_encoder (300, caps, &info);
      g_autoptr (GstBuffer) buffer = make_noise (&info, 100 * i + j);
      g_autoptr (GBytes) plain = encode_or_fail (jpeg, buffer, NULL, NULL);

      for (guint k = 0; k < 3; k++) {
        g_autoptr (GstBuffer) padded = pad_frame (&info, buffer, k);
        g_autoptr (GBytes) bytes = encode_or_fail (jpeg, padded, NULL, NULL);

        if (!g_bytes_equal (plain, bytes))
          g_error ("%s of %ux%u is not the same when padded",
              direct_formats[i], odd_sizes[j][0], odd_sizes[j][1]);
      }
    }
  }
}

/* An exact copy of a plane, in memory that ends with its last sample. */
static void
test_nothing_is_read_behind_the_last_sample (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (odd_sizes); i++) {
    guint width = odd_sizes[i][0], height = odd_sizes[i][1];
    g_autoptr (GstCaps) caps = make_raw_caps ("RGB", width, height, NULL, 1, 1);
    GstVideoInfo info;
    g_autoptr (ScoreJpeg) jpeg = make_encoder (100, caps, &info);
    gsize offset[GST_VIDEO_MAX_PLANES] = { 0 };
    gint stride[GST_VIDEO_MAX_PLANES] = { (gint) (3 * width) };
    gsize size = 3 * (gsize) width * height;
    g_autoptr (GstBuffer) buffer = gst_buffer_new_wrapped (g_malloc0 (size),
        size);
    g_autoptr (GBytes) bytes = NULL;

    gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
        GST_VIDEO_FORMAT_RGB, width, height, 1, offset, stride);
    bytes = encode_or_fail (jpeg, buffer, NULL, NULL);
    g_assert_nonnull (bytes);
  }
}

static GstBuffer *
copy_part (const GstVideoInfo * info, GstBuffer * buffer,
    const GstVideoInfo * part_info, guint x, guint y)
{
  GstBuffer *part = gst_buffer_new_allocate (NULL, part_info->size, NULL);
  GstVideoFrame from, to;

  gst_buffer_memset (part, 0, 0, part_info->size);
  g_assert_true (gst_video_frame_map (&from, info, buffer, GST_MAP_READ));
  g_assert_true (gst_video_frame_map (&to, part_info, part, GST_MAP_WRITE));
  for (guint c = 0; c < 3; c++) {
    gint step = GST_VIDEO_FRAME_COMP_PSTRIDE (&to, c);
    guint left = x >> GST_VIDEO_FORMAT_INFO_W_SUB (info->finfo, c);
    guint top = y >> GST_VIDEO_FORMAT_INFO_H_SUB (info->finfo, c);

    for (gint row = 0; row < GST_VIDEO_FRAME_COMP_HEIGHT (&to, c); row++) {
      guint8 *dest = GST_VIDEO_FRAME_COMP_DATA (&to, c);
      const guint8 *source = GST_VIDEO_FRAME_COMP_DATA (&from, c);

      dest += row * GST_VIDEO_FRAME_COMP_STRIDE (&to, c);
      source += (top + row) * GST_VIDEO_FRAME_COMP_STRIDE (&from, c)
          + left * step;
      for (gint col = 0; col < GST_VIDEO_FRAME_COMP_WIDTH (&to, c); col++)
        dest[col * step] = source[col * step];
    }
  }
  gst_video_frame_unmap (&to);
  gst_video_frame_unmap (&from);
  return part;
}

static void
test_crop_is_the_part_alone (void)
{
  static const gchar *formats[] = { "I420", "NV12", "YUY2", "RGB", "AYUV" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GstCaps) caps = make_raw_caps (formats[i], 320, 240, "bt601", 1,
        1);
    g_autoptr (GstCaps) part_caps = make_raw_caps (formats[i], 200, 150,
        "bt601", 1, 1);
    GstVideoInfo info, part_info;
    g_autoptr (ScoreJpeg) jpeg = NULL;
    g_autoptr (ScoreJpeg) part_jpeg = NULL;
    g_autoptr (GstBuffer) buffer = NULL;
    g_autoptr (GstBuffer) part = NULL;
    g_autoptr (GBytes) cropped = NULL;
    g_autoptr (GBytes) want = NULL;
    GstVideoCropMeta *crop;

    if (g_str_equal (formats[i], "RGB")) {
      gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, "sRGB", NULL);
      gst_caps_set_simple (part_caps, "colorimetry", G_TYPE_STRING, "sRGB",
          NULL);
    }
    jpeg = make_encoder (128, caps, &info);
    part_jpeg = make_encoder (128, part_caps, &part_info);
    buffer = make_noise (&info, i);
    part = copy_part (&info, buffer, &part_info, 32, 18);
    crop = gst_buffer_add_video_crop_meta (buffer);
    crop->x = 32;
    crop->y = 18;
    crop->width = 200;
    crop->height = 150;
    cropped = encode_or_fail (jpeg, buffer, NULL, NULL);
    want = encode_or_fail (part_jpeg, part, NULL, NULL);
    g_assert_true (g_bytes_equal (cropped, want));

    crop->width = 300;
    assert_refused (jpeg, buffer);
    crop->width = G_MAXUINT;
    crop->x = 2;
    assert_refused (jpeg, buffer);
    crop->height = 0;
    assert_refused (jpeg, buffer);
  }
}

/* A decoder's frame is often larger than what its caps say is shown. */
static void
test_frame_larger_than_caps (void)
{
  g_autoptr (GstCaps) caps = make_raw_caps ("I420", 320, 180, NULL, 1, 1);
  GstVideoInfo info, coded;
  g_autoptr (ScoreJpeg) jpeg = make_encoder (512, caps, &info);
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstBuffer) part = NULL;
  g_autoptr (GBytes) want = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint width, height;

  gst_video_info_set_format (&coded, GST_VIDEO_FORMAT_I420, 320, 192);
  buffer = make_noise (&coded, 3);
  part = copy_part (&coded, buffer, &info, 0, 0);
  want = encode_or_fail (jpeg, part, NULL, NULL);
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_FORMAT_I420, 320, 192, 3, coded.offset, coded.stride);
  bytes = encode_or_fail (jpeg, buffer, &width, &height);
  assert_size (bytes, width, height, 320, 180);
  g_assert_true (g_bytes_equal (bytes, want));
}

static GstBuffer *
flip (GstBuffer * buffer, GstCaps * caps, const gchar * direction)
{
  g_autofree gchar *line = g_strdup_printf ("videoflip video-direction=%s",
      direction);
  g_autoptr (GstHarness) harness = gst_harness_new_parse (line);

  gst_harness_set_src_caps (harness, gst_caps_ref (caps));
  return gst_harness_push_and_pull (harness, gst_buffer_ref (buffer));
}

/* GStreamer's own videoflip says which way is which. */
static void
test_orientations_are_those_of_videoflip (void)
{
  static const struct
  {
    GstVideoOrientationMethod method;
    const gchar *direction;
  } cases[] = {
    {GST_VIDEO_ORIENTATION_IDENTITY, "identity"},
    {GST_VIDEO_ORIENTATION_90R, "90r"},
    {GST_VIDEO_ORIENTATION_180, "180"},
    {GST_VIDEO_ORIENTATION_90L, "90l"},
    {GST_VIDEO_ORIENTATION_HORIZ, "horiz"},
    {GST_VIDEO_ORIENTATION_VERT, "vert"},
    {GST_VIDEO_ORIENTATION_UL_LR, "ul-lr"},
    {GST_VIDEO_ORIENTATION_UR_LL, "ur-ll"},
  };
  g_autoptr (GstElementFactory) factory =
      gst_element_factory_find ("videoflip");
  g_autoptr (GstCaps) caps = make_raw_caps ("I420", 64, 48, "bt709", 1, 1);
  g_autoptr (GstCaps) turned = make_raw_caps ("I420", 48, 64, "bt709", 1, 1);
  GstVideoInfo info;
  g_autoptr (ScoreJpeg) jpeg = make_encoder (512, caps, &info);
  g_autoptr (GstBuffer) buffer = make_noise (&info, 5);

  if (factory == NULL) {
    g_test_skip ("videoflip is not installed");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gboolean transposed =
        score_turn_from_orientation (cases[i].method).transpose;
    g_autoptr (GstBuffer) flipped = flip (buffer, caps, cases[i].direction);
    g_autoptr (ScoreJpeg) plain = make_encoder (512,
        transposed ? turned : caps, NULL);
    g_autoptr (GBytes) want = encode_or_fail (plain, flipped, NULL, NULL);
    g_autoptr (GBytes) bytes = NULL;

    score_jpeg_set_orientation (jpeg, cases[i].method);
    bytes = encode_or_fail (jpeg, buffer, NULL, NULL);
    g_assert_true (g_bytes_equal (bytes, want));
  }
}

static void
test_same_frame_gives_same_bytes (void)
{
  g_autoptr (GstCaps) large = make_raw_caps ("NV12", 640, 480, NULL, 1, 1);
  g_autoptr (GstCaps) small = make_raw_caps ("RGB", 99, 33, NULL, 1, 1);
  GstVideoInfo large_info, small_info;
  g_autoptr (ScoreJpeg) jpeg = make_encoder (300, large, &large_info);
  g_autoptr (ScoreJpeg) other = make_encoder (300, small, &small_info);
  g_autoptr (GstBuffer) large_buffer = make_noise (&large_info, 1);
  g_autoptr (GstBuffer) small_buffer = make_noise (&small_info, 2);
  g_autoptr (GBytes) first = encode_or_fail (jpeg, large_buffer, NULL, NULL);
  g_autoptr (GBytes) small_first = encode_or_fail (other, small_buffer, NULL,
      NULL);

  for (guint i = 0; i < 5; i++) {
    g_autoptr (GBytes) again = NULL;
    g_autoptr (GBytes) small_again = NULL;

    g_assert_true (score_jpeg_set_caps (jpeg, small, NULL));
    score_jpeg_set_orientation (jpeg, GST_VIDEO_ORIENTATION_90L);
    g_bytes_unref (encode_or_fail (jpeg, small_buffer, NULL, NULL));
    score_jpeg_set_orientation (jpeg, GST_VIDEO_ORIENTATION_IDENTITY);
    small_again = encode_or_fail (jpeg, small_buffer, NULL, NULL);
    g_assert_true (g_bytes_equal (small_first, small_again));
    g_assert_true (score_jpeg_set_caps (jpeg, large, NULL));
    again = encode_or_fail (jpeg, large_buffer, NULL, NULL);
    g_assert_true (g_bytes_equal (first, again));
  }
}

static void
test_buffer_is_neither_changed_nor_kept (void)
{
  g_autoptr (GstCaps) caps = make_raw_caps ("I420", 64, 48, NULL, 1, 1);
  GstVideoInfo info;
  g_autoptr (ScoreJpeg) jpeg = make_encoder (64, caps, &info);
  g_autoptr (GstBuffer) buffer = make_noise (&info, 1);
  g_autoptr (GstBuffer) copy = gst_buffer_copy_deep (buffer);
  GstMapInfo a, b;

  g_bytes_unref (encode_or_fail (jpeg, buffer, NULL, NULL));
  g_assert_cmpint (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer), ==, 1);
  g_assert_true (gst_buffer_map (buffer, &a, GST_MAP_READ));
  g_assert_true (gst_buffer_map (copy, &b, GST_MAP_READ));
  g_assert_cmpmem (a.data, a.size, b.data, b.size);
  gst_buffer_unmap (buffer, &a);
  gst_buffer_unmap (copy, &b);
}

static void
test_small_buffers_are_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (direct_formats); i++) {
    g_autoptr (GstCaps) caps = make_raw_caps (direct_formats[i], 64, 48, NULL,
        1, 1);
    GstVideoInfo info;
    g_autoptr (ScoreJpeg) jpeg = make_encoder (64, caps, &info);
    g_autoptr (GstBuffer) empty = gst_buffer_new ();
    g_autoptr (GstBuffer) small = gst_buffer_new_allocate (NULL, info.size - 1,
        NULL);
    g_autoptr (GBytes) good = NULL;
    g_autoptr (GstBuffer) buffer = make_noise (&info, i);

    assert_refused (jpeg, empty);
    assert_refused (jpeg, small);
    good = encode_or_fail (jpeg, buffer, NULL, NULL);
    g_assert_nonnull (good);
  }
}

static void
test_wrong_metas_are_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (direct_formats); i++) {
    g_autoptr (GstCaps) caps = make_raw_caps (direct_formats[i], 64, 48, NULL,
        1, 1);
    GstVideoInfo info;
    g_autoptr (ScoreJpeg) jpeg = make_encoder (64, caps, &info);
    GstVideoFormat format = GST_VIDEO_INFO_FORMAT (&info);
    guint n = GST_VIDEO_INFO_N_PLANES (&info);

    for (guint kind = 0; kind < 6; kind++) {
      g_autoptr (GstBuffer) buffer = make_noise (&info, i);
      GstVideoMeta *meta = gst_buffer_add_video_meta_full (buffer,
          GST_VIDEO_FRAME_FLAG_NONE, format, 64, 48, n, info.offset,
          info.stride);

      switch (kind) {
        case 0:
          meta->width = 32;
          break;
        case 1:
          meta->height = 96;    /* rows that are not there */
          meta->width = 6400;
          break;
        case 2:
          meta->format = GST_VIDEO_FORMAT_NV61;
          break;
        case 3:
          meta->stride[n - 1] += 1000;
          break;
        case 4:
          meta->offset[n - 1] = info.size + 10;
          break;
        default:
          meta->stride[0] = -meta->stride[0];
          break;
      }
      assert_refused (jpeg, buffer);
    }
  }
}

static gpointer
refuse_map (GstMemory * memory, gsize size, GstMapFlags flags)
{
  return NULL;
}

static void
test_buffer_that_cannot_be_mapped_is_refused (void)
{
  g_autoptr (GstCaps) raw = make_raw_caps ("I420", 64, 48, NULL, 1, 1);
  g_autoptr (GstCaps) packed = gst_caps_from_string ("image/jpeg");
  GstAllocator *allocator = gst_allocator_find (GST_ALLOCATOR_SYSMEM);
  GstMemory *memory = gst_allocator_alloc (allocator, 64 * 48 * 2, NULL);
  GstMemoryMapFunction map = allocator->mem_map;
  GstMemoryMapFullFunction map_full = allocator->mem_map_full;
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  g_autoptr (ScoreJpeg) jpeg = make_encoder (64, raw, NULL);

  gst_buffer_append_memory (buffer, memory);
  allocator->mem_map = refuse_map;
  allocator->mem_map_full = NULL;
  assert_refused (jpeg, buffer);
  g_assert_true (score_jpeg_set_caps (jpeg, packed, NULL));
  assert_refused (jpeg, buffer);
  allocator->mem_map = map;
  allocator->mem_map_full = map_full;
  gst_object_unref (allocator);
}

static void
test_caps_that_are_refused (void)
{
  static const gchar *refused[] = {
    "video/x-raw(memory:GLMemory),format=RGBA,width=64,height=48",
    "video/x-raw,format=I420",
    "video/x-raw,format=NV12_64Z32,width=64,height=48",
    "video/x-h264,width=64,height=48",
    "video/x-raw(format:Interlaced),format=I420,width=64,height=48",
  };
  g_autoptr (GstCaps) good = make_raw_caps ("I420", 64, 48, NULL, 1, 1);
  GstVideoInfo info;
  g_autoptr (ScoreJpeg) jpeg = make_encoder (64, good, &info);
  g_autoptr (GstBuffer) buffer = make_noise (&info, 1);

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (refused[i]);
    g_autoptr (GError) error = NULL;

    g_assert_false (score_jpeg_set_caps (jpeg, caps, &error));
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE);
    assert_refused (jpeg, buffer);
  }
  g_assert_true (score_jpeg_set_caps (jpeg, good, NULL));
  g_bytes_unref (encode_or_fail (jpeg, buffer, NULL, NULL));
}

static void
test_frame_before_caps_is_refused (void)
{
  g_autoptr (ScoreJpeg) jpeg = score_jpeg_new (64, 90);
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 100, NULL);

  assert_refused (jpeg, buffer);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpeg/caps-of-template", test_caps_of_template);
  g_test_add_func ("/jpeg/sizes-and-pixel-aspect-ratios",
      test_sizes_and_pixel_aspect_ratios);
  g_test_add_func ("/jpeg/padded-frames-of-every-format-and-size",
      test_padded_frames_of_every_format_and_size);
  g_test_add_func ("/jpeg/nothing-is-read-behind-the-last-sample",
      test_nothing_is_read_behind_the_last_sample);
  g_test_add_func ("/jpeg/crop-is-the-part-alone", test_crop_is_the_part_alone);
  g_test_add_func ("/jpeg/frame-larger-than-caps", test_frame_larger_than_caps);
  g_test_add_func ("/jpeg/orientations-are-those-of-videoflip",
      test_orientations_are_those_of_videoflip);
  g_test_add_func ("/jpeg/same-frame-gives-same-bytes",
      test_same_frame_gives_same_bytes);
  g_test_add_func ("/jpeg/buffer-is-neither-changed-nor-kept",
      test_buffer_is_neither_changed_nor_kept);
  g_test_add_func ("/jpeg/small-buffers-are-refused",
      test_small_buffers_are_refused);
  g_test_add_func ("/jpeg/wrong-metas-are-refused",
      test_wrong_metas_are_refused);
  g_test_add_func ("/jpeg/buffer-that-cannot-be-mapped-is-refused",
      test_buffer_that_cannot_be_mapped_is_refused);
  g_test_add_func ("/jpeg/caps-that-are-refused", test_caps_that_are_refused);
  g_test_add_func ("/jpeg/frame-before-caps-is-refused",
      test_frame_before_caps_is_refused);
  return g_test_run ();
}
