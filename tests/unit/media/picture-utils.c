/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "picture-utils.h"

#include <string.h>
#include <turbojpeg.h>

static gboolean
has_progressive_marker (const guint8 * data, gsize size)
{
  for (gsize i = 2; i + 4 < size && data[i] == 0xff;
      i += 2 + (data[i + 2] << 8 | data[i + 3]))
    if (data[i + 1] == 0xc2)
      return TRUE;
  return FALSE;
}

void
decode_jpeg (GBytes * jpeg, DecodedJpeg * decoded)
{
  tjhandle handle = tjInitDecompress ();
  int width, height, subsampling, colourspace;
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  int strides[3];

  memset (decoded, 0, sizeof *decoded);
  g_assert_cmpint (tjDecompressHeader3 (handle, data, size, &width, &height,
          &subsampling, &colourspace), ==, 0);
  decoded->width = width;
  decoded->height = height;
  decoded->n_planes = subsampling == TJSAMP_GRAY ? 1 : 3;
  decoded->h_sub = tjMCUWidth[subsampling] / 8;
  decoded->v_sub = tjMCUHeight[subsampling] / 8;
  decoded->is_ycbcr = colourspace == TJCS_YCbCr;
  decoded->is_progressive = has_progressive_marker (data, size);
  for (guint i = 0; i < decoded->n_planes; i++) {
    strides[i] = tjPlaneWidth (i, width, subsampling);
    decoded->strides[i] = strides[i];
    decoded->planes[i] =
        g_malloc (tjPlaneSizeYUV (i, width, 0, height, subsampling));
  }
  g_assert_cmpint (tjDecompressToYUVPlanes (handle, data, size,
          decoded->planes, width, strides, height, TJFLAG_ACCURATEDCT), ==, 0);
  tjDestroy (handle);
}

void
decoded_jpeg_clear (DecodedJpeg * decoded)
{
  for (guint i = 0; i < 3; i++)
    g_clear_pointer (&decoded->planes[i], g_free);
}

guint
decoded_jpeg_get (const DecodedJpeg * decoded, guint plane, guint x, guint y)
{
  guint h_sub = plane > 0 ? decoded->h_sub : 1;
  guint v_sub = plane > 0 ? decoded->v_sub : 1;

  if (plane >= decoded->n_planes)
    return 128;
  return decoded->planes[plane][y / v_sub * decoded->strides[plane]
      + x / h_sub];
}

static GBytes *
compress (const guint8 * pixels, guint width, guint height, int format,
    int subsampling, int quality, int flags)
{
  tjhandle handle = tjInitCompress ();
  unsigned char *data = NULL;
  unsigned long size = 0;
  GBytes *bytes;

  g_assert_cmpint (tjCompress2 (handle, pixels, width, 0, height, format, &data,
          &size, subsampling, quality, flags), ==, 0);
  bytes = g_bytes_new (data, size);
  tjFree (data);
  tjDestroy (handle);
  return bytes;
}

GBytes *
make_jpeg (const guint8 * rgb, guint width, guint height, int subsampling,
    int quality, int flags)
{
  return compress (rgb, width, height, TJPF_RGB, subsampling, quality, flags);
}

GBytes *
make_cmyk_jpeg (const guint8 * cmyk, guint width, guint height)
{
  return compress (cmyk, width, height, TJPF_CMYK, TJSAMP_444, 98, 0);
}

GstCaps *
make_raw_caps (const gchar * format, guint width, guint height,
    const gchar * colorimetry, guint par_n, guint par_d)
{
  GstCaps *caps = gst_caps_new_simple ("video/x-raw",
      "format", G_TYPE_STRING, format, "width", G_TYPE_INT, width,
      "height", G_TYPE_INT, height, "framerate", GST_TYPE_FRACTION, 30, 1,
      "pixel-aspect-ratio", GST_TYPE_FRACTION, par_n, par_d, NULL);

  if (colorimetry)
    gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, colorimetry, NULL);
  return caps;
}

GstBuffer *
make_noise (const GstVideoInfo * info, guint32 seed)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = (guint8) g_rand_int_range (rand, 16, 236);
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

/* Whole rows, for gst_video_frame_copy() leaves out the last byte of a YUY2 row
 * of odd width. */
static void
copy_plane (GstVideoFrame * to, const GstVideoFrame * from, guint plane)
{
  gsize size = GST_VIDEO_FRAME_PLANE_STRIDE (from, plane);
  gint comp[GST_VIDEO_MAX_COMPONENTS];

  gst_video_format_info_component (from->info.finfo, plane, comp);
  for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (from, comp[0]); y++)
    memcpy ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (to, plane)
        + (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (to, plane),
        (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (from, plane) + y * size,
        size);
}

GstBuffer *
pad_frame (const GstVideoInfo * info, GstBuffer * buffer, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0 };
  gint stride[GST_VIDEO_MAX_PLANES] = { 0 };
  gsize size = g_rand_int_range (rand, 0, 40);
  GstVideoFrame from, to;
  GstBuffer *padded;

  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++) {
    gint comp[GST_VIDEO_MAX_COMPONENTS];

    gst_video_format_info_component (info->finfo, i, comp);
    offset[i] = size;
    stride[i] = GST_VIDEO_INFO_PLANE_STRIDE (info, i)
        + g_rand_int_range (rand, 0, 50);
    size += (gsize) stride[i] * GST_VIDEO_INFO_COMP_HEIGHT (info, comp[0])
        + g_rand_int_range (rand, 0, 100);
  }
  padded = gst_buffer_new_allocate (NULL, size, NULL);
  gst_buffer_memset (padded, 0, 0xee, size);
  gst_buffer_add_video_meta_full (padded, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (info), GST_VIDEO_INFO_WIDTH (info),
      GST_VIDEO_INFO_HEIGHT (info), GST_VIDEO_INFO_N_PLANES (info), offset,
      stride);
  g_assert_true (gst_video_frame_map (&from, info, buffer, GST_MAP_READ));
  g_assert_true (gst_video_frame_map (&to, info, padded, GST_MAP_WRITE));
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++)
    copy_plane (&to, &from, i);
  gst_video_frame_unmap (&to);
  gst_video_frame_unmap (&from);
  return padded;
}

GBytes *
encode_or_fail (ScoreJpeg * jpeg, GstBuffer * buffer, guint * width,
    guint * height)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = score_jpeg_encode (jpeg, buffer, width, height, &error);

  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  return bytes;
}
