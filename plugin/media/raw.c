/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/raw.h"

#include <gst/score/gstscoreerror.h>

struct _ScoreRaw
{
  GstVideoInfo info;
  ScoreColour colour;
  gboolean direct;

  /* for what is not read directly; the size is that of the frames seen */
  GstVideoConverter *converter;
  GstVideoInfo plain_info;
  GstBuffer *plain;

  GstVideoFrame frame;
  GstVideoFrame plain_frame;
};

gboolean
score_raw_knows_format (GstVideoFormat format)
{
  const GstVideoFormatInfo *info = gst_video_format_get_info (format);

  if (info == NULL || format == GST_VIDEO_FORMAT_ENCODED
      || format == GST_VIDEO_FORMAT_UNKNOWN)
    return FALSE;
  /* the size of tiled planes is not what a stride says */
  return !GST_VIDEO_FORMAT_INFO_IS_TILED (info)
      && (GST_VIDEO_FORMAT_INFO_IS_YUV (info)
      || GST_VIDEO_FORMAT_INFO_IS_RGB (info)
      || GST_VIDEO_FORMAT_INFO_IS_GRAY (info));
}

static gboolean
fail (GError ** error, const gchar * what)
{
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE, "%s.", what);
  return FALSE;
}

ScoreRaw *
score_raw_new (const GstVideoInfo * info, GError ** error)
{
  ScoreRaw *self;

  if (!score_raw_knows_format (GST_VIDEO_INFO_FORMAT (info))) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
        "Video of format %s cannot be read.", GST_VIDEO_INFO_NAME (info));
    return NULL;
  }
  if (GST_VIDEO_INFO_INTERLACE_MODE (info) ==
      GST_VIDEO_INTERLACE_MODE_ALTERNATE) {
    fail (error, "Video with a field a buffer cannot be read");
    return NULL;
  }

  self = g_new0 (ScoreRaw, 1);
  self->info = *info;
  self->direct = score_picture_knows_format (info->finfo);
  score_colour_init (&self->colour, info);
  return self;
}

static void
drop_converter (ScoreRaw * self)
{
  g_clear_pointer (&self->converter, gst_video_converter_free);
  gst_clear_buffer (&self->plain);
}

void
score_raw_free (ScoreRaw * raw)
{
  g_return_if_fail (raw != NULL);

  drop_converter (raw);
  g_free (raw);
}

const ScoreColour *
score_raw_get_colour (const ScoreRaw * raw)
{
  return &raw->colour;
}

/* The format of whole bytes with the same kind of components. */
static GstVideoFormat
get_plain_format (const GstVideoFormatInfo * format)
{
  if (GST_VIDEO_FORMAT_INFO_IS_GRAY (format))
    return GST_VIDEO_FORMAT_GRAY8;
  if (GST_VIDEO_FORMAT_INFO_IS_RGB (format))
    return GST_VIDEO_FORMAT_RGBx;
  if (GST_VIDEO_FORMAT_INFO_H_SUB (format, 1) == 1)
    return GST_VIDEO_FORMAT_I420;
  if (GST_VIDEO_FORMAT_INFO_W_SUB (format, 1) == 2)
    return GST_VIDEO_FORMAT_Y41B;
  if (GST_VIDEO_FORMAT_INFO_W_SUB (format, 1) == 1)
    return GST_VIDEO_FORMAT_Y42B;
  return GST_VIDEO_FORMAT_Y444;
}

/* The colorimetry stays as it is on both sides, for the converter would mend
 * the matrix but not the range; both are mended together later. */
static gboolean
make_converter (ScoreRaw * self, gint width, gint height)
{
  GstVideoInfo in;

  if (!gst_video_info_set_format (&in, GST_VIDEO_INFO_FORMAT (&self->info),
          width, height)
      || !gst_video_info_set_format (&self->plain_info,
          get_plain_format (self->info.finfo), width, height))
    return FALSE;
  in.colorimetry = self->info.colorimetry;
  in.chroma_site = self->info.chroma_site;
  self->plain_info.colorimetry = in.colorimetry;
  self->plain_info.chroma_site = in.chroma_site;
  self->converter = gst_video_converter_new (&in, &self->plain_info,
      gst_structure_new ("options",
          GST_VIDEO_CONVERTER_OPT_DITHER_METHOD, GST_TYPE_VIDEO_DITHER_METHOD,
          GST_VIDEO_DITHER_NONE,
          GST_VIDEO_CONVERTER_OPT_CHROMA_MODE, GST_TYPE_VIDEO_CHROMA_MODE,
          GST_VIDEO_CHROMA_MODE_NONE,
          GST_VIDEO_CONVERTER_OPT_MATRIX_MODE, GST_TYPE_VIDEO_MATRIX_MODE,
          GST_VIDEO_MATRIX_MODE_NONE, NULL));
  self->plain = gst_buffer_new_allocate (NULL, self->plain_info.size, NULL);
  return self->converter != NULL && self->plain != NULL;
}

static gboolean
ensure_converter (ScoreRaw * self)
{
  gint width = GST_VIDEO_FRAME_WIDTH (&self->frame);
  gint height = GST_VIDEO_FRAME_HEIGHT (&self->frame);

  if (self->converter && width == GST_VIDEO_INFO_WIDTH (&self->plain_info)
      && height == GST_VIDEO_INFO_HEIGHT (&self->plain_info))
    return TRUE;
  drop_converter (self);
  if (make_converter (self, width, height))
    return TRUE;
  drop_converter (self);
  return FALSE;
}

static gboolean
convert (ScoreRaw * self, GError ** error)
{
  if (!score_frame_is_complete (&self->frame)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
        "The buffer is too small for a %s frame of %dx%d pixels.",
        GST_VIDEO_INFO_NAME (&self->info),
        GST_VIDEO_FRAME_WIDTH (&self->frame),
        GST_VIDEO_FRAME_HEIGHT (&self->frame));
    return FALSE;
  }
  if (!ensure_converter (self)
      || !gst_video_frame_map (&self->plain_frame, &self->plain_info,
          self->plain, GST_MAP_READWRITE)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
        "Video of format %s cannot be converted.",
        GST_VIDEO_INFO_NAME (&self->info));
    return FALSE;
  }
  gst_video_converter_frame (self->converter, &self->frame, &self->plain_frame);
  return TRUE;
}

/* gst_video_frame_map() takes it for a programmer's mistake when the meta does
 * not go with the caps, but it comes from other elements. */
static gboolean
meta_goes_with_caps (const ScoreRaw * self, GstBuffer * buffer)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  return meta == NULL || (meta->format == GST_VIDEO_INFO_FORMAT (&self->info)
      && meta->width >= (guint) GST_VIDEO_INFO_WIDTH (&self->info)
      && meta->height >= (guint) GST_VIDEO_INFO_HEIGHT (&self->info)
      && meta->n_planes == GST_VIDEO_INFO_N_PLANES (&self->info));
}

gboolean
score_raw_map (ScoreRaw * raw, GstBuffer * buffer, ScorePicture * picture,
    GError ** error)
{
  const GstVideoFrame *frame = &raw->frame;

  if (!meta_goes_with_caps (raw, buffer))
    return fail (error, "The buffer's layout does not go with the caps");
  if (!gst_video_frame_map (&raw->frame, &raw->info, buffer, GST_MAP_READ)) {
    raw->frame = (GstVideoFrame) GST_VIDEO_FRAME_INIT;
    return fail (error, "The buffer cannot be read, or is too small");
  }
  if (!raw->direct) {
    if (!convert (raw, error)) {
      score_raw_unmap (raw);
      return FALSE;
    }
    frame = &raw->plain_frame;
  }
  if (!score_picture_from_frame (picture, frame,
          GST_VIDEO_INFO_WIDTH (&raw->info), GST_VIDEO_INFO_HEIGHT (&raw->info),
          gst_buffer_get_video_crop_meta (buffer), error)) {
    score_raw_unmap (raw);
    return FALSE;
  }
  return TRUE;
}

void
score_raw_unmap (ScoreRaw * raw)
{
  gst_video_frame_unmap (&raw->plain_frame);
  gst_video_frame_unmap (&raw->frame);
  raw->plain_frame = (GstVideoFrame) GST_VIDEO_FRAME_INIT;
  raw->frame = (GstVideoFrame) GST_VIDEO_FRAME_INIT;
}
