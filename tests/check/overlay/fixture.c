/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <math.h>
#include <string.h>

GstHarness *
overlay_new (const gchar * properties, const gchar * caps)
{
  g_autofree gchar *line = g_strdup_printf ("scoreoverlay %s", properties);
  GstHarness *harness = gst_harness_new_parse (line);

  gst_harness_set_src_caps_str (harness, caps);
  return harness;
}

void
overlay_convert (const GstVideoInfo * from_info, GstBuffer * from,
    const GstVideoInfo * to_info, GstBuffer * to)
{
  GstVideoConverter *converter = gst_video_converter_new ((GstVideoInfo *)
      from_info, (GstVideoInfo *) to_info, NULL);
  GstVideoFrame source, target;

  fail_unless (converter != NULL);
  fail_unless (gst_video_frame_map (&source, from_info, from, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&target, to_info, to, GST_MAP_WRITE));
  gst_video_converter_frame (converter, &source, &target);
  gst_video_frame_unmap (&target);
  gst_video_frame_unmap (&source);
  gst_video_converter_free (converter);
}

static void
make_rgba_info (GstVideoInfo * rgba, const GstVideoInfo * like)
{
  gst_video_info_set_format (rgba, GST_VIDEO_FORMAT_RGBA,
      GST_VIDEO_INFO_WIDTH (like), GST_VIDEO_INFO_HEIGHT (like));
  rgba->fps_n = like->fps_n;
  rgba->fps_d = like->fps_d;
  rgba->par_n = like->par_n;
  rgba->par_d = like->par_d;
}

static GstBuffer *
make_grey (const GstVideoInfo * info)
{
  GstVideoInfo rgba;
  g_autoptr (GstBuffer) grey = NULL;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  GstMapInfo map;

  make_rgba_info (&rgba, info);
  grey = gst_buffer_new_allocate (NULL, rgba.size, NULL);
  fail_unless (gst_buffer_map (grey, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = i % 4 == 3 ? 0xff : 0x80;
  gst_buffer_unmap (grey, &map);
  gst_buffer_memset (buffer, 0, 0, info->size);
  overlay_convert (&rgba, grey, info, buffer);
  return buffer;
}

GstBuffer *
overlay_frame (GstHarness * harness, guint n)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (harness->srcpad);
  GstVideoInfo info;
  GstBuffer *buffer;

  fail_unless (gst_video_info_from_caps (&info, caps));
  buffer = make_grey (&info);
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (n, GST_SECOND, 30);
  GST_BUFFER_DURATION (buffer) = GST_SECOND / 30;
  return buffer;
}

GstBuffer *
overlay_scored_frame (GstHarness * harness, guint n,
    GstScoreMetaStatus status, gdouble progress)
{
  GstBuffer *buffer = overlay_frame (harness, n);
  GstCustomMeta *meta = gst_score_meta_add (buffer, "e", status, progress,
      FALSE, GST_BUFFER_PTS (buffer));

  gst_score_meta_set_task (meta, "put the banana in the bowl");
  return buffer;
}

GstBuffer *
overlay_pass (GstHarness * harness, GstBuffer * buffer)
{
  GstBuffer *out;

  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  out = gst_harness_try_pull (harness);
  fail_unless (out != NULL);
  return out;
}

guint64
overlay_stat (GstHarness * harness, const gchar * name)
{
  g_autoptr (GstElement) element =
      gst_harness_find_element (harness, "scoreoverlay");
  g_autoptr (GstStructure) stats = NULL;
  guint64 value;

  g_object_get (element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, name, &value));
  return value;
}

void
overlay_set (GstHarness * harness, const gchar * name, const gchar * value)
{
  g_autoptr (GstElement) element =
      gst_harness_find_element (harness, "scoreoverlay");

  gst_util_set_object_arg (G_OBJECT (element), name, value);
}

gboolean
overlay_same_bytes (GstBuffer * a, GstBuffer * b)
{
  GstMapInfo map;
  gboolean same;

  if (gst_buffer_get_size (a) != gst_buffer_get_size (b))
    return FALSE;
  fail_unless (gst_buffer_map (b, &map, GST_MAP_READ));
  same = gst_buffer_memcmp (a, 0, map.data, map.size) == 0;
  gst_buffer_unmap (b, &map);
  return same;
}

guint8 *
overlay_to_rgba (GstBuffer * buffer, const GstVideoInfo * info)
{
  GstVideoInfo rgba;
  g_autoptr (GstBuffer) converted = NULL;
  guint8 *pixels;

  make_rgba_info (&rgba, info);
  converted = gst_buffer_new_allocate (NULL, rgba.size, NULL);
  overlay_convert (info, buffer, &rgba, converted);
  pixels = g_malloc (rgba.size);
  gst_buffer_extract (converted, 0, pixels, rgba.size);
  return pixels;
}

GstVideoOverlayRectangle *
overlay_get_rectangle (GstBuffer * buffer)
{
  GstVideoOverlayCompositionMeta *meta =
      gst_buffer_get_video_overlay_composition_meta (buffer);

  fail_unless (meta != NULL);
  return gst_video_overlay_composition_get_rectangle (meta->overlay,
      gst_video_overlay_composition_n_rectangles (meta->overlay) - 1);
}
