/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/picture.h"

#include <gst/score/gstscoreerror.h>

/* GStreamer's table gives the interleaved chroma of P010 and its deeper kin
 * the steps and offsets of NV12, in samples and not in bytes. */
static gboolean
has_word_pairs (const GstVideoFormatInfo * format, guint i)
{
  return i > 0 && GST_VIDEO_FORMAT_INFO_N_PLANES (format) == 2
      && GST_VIDEO_FORMAT_INFO_N_COMPONENTS (format) == 3
      && GST_VIDEO_FORMAT_INFO_DEPTH (format, i) > 8;
}

static gint
get_step (const GstVideoFormatInfo * format, guint i)
{
  if (has_word_pairs (format, i))
    return GST_VIDEO_FORMAT_INFO_PSTRIDE (format, i) > 0 ? 4 : 0;
  return GST_VIDEO_FORMAT_INFO_PSTRIDE (format, i);
}

static gint
get_offset (const GstVideoFormatInfo * format, guint i)
{
  if (has_word_pairs (format, i))
    return GST_VIDEO_FORMAT_INFO_POFFSET (format, i) > 0 ? 2 : 0;
  return GST_VIDEO_FORMAT_INFO_POFFSET (format, i);
}

static gboolean
knows_component (const GstVideoFormatInfo * format, guint i)
{
  const gboolean native = !!GST_VIDEO_FORMAT_INFO_IS_LE (format)
      == (G_BYTE_ORDER == G_LITTLE_ENDIAN);
  guint depth = GST_VIDEO_FORMAT_INFO_DEPTH (format, i);
  guint shift = GST_VIDEO_FORMAT_INFO_SHIFT (format, i);
  gint step = get_step (format, i);
  gint offset = get_offset (format, i);

  if (step <= 0 || offset < 0 || GST_VIDEO_FORMAT_INFO_W_SUB (format, i) > 2
      || GST_VIDEO_FORMAT_INFO_H_SUB (format, i) > 2)
    return FALSE;
  if (depth == 8)
    return shift == 0;
  return depth > 8 && depth + shift <= 16 && step % 2 == 0 && offset % 2 == 0
      && native;
}

/* The table leaves out where some formats have their components (Y212). */
static gboolean
overlap (const GstVideoFormatInfo * format, guint a, guint b)
{
  return GST_VIDEO_FORMAT_INFO_PLANE (format, a) ==
      GST_VIDEO_FORMAT_INFO_PLANE (format, b)
      && get_offset (format, a) == get_offset (format, b);
}

gboolean
score_picture_knows_format (const GstVideoFormatInfo * format)
{
  const guint strange = GST_VIDEO_FORMAT_FLAG_COMPLEX |
      GST_VIDEO_FORMAT_FLAG_PALETTE | GST_VIDEO_FORMAT_FLAG_TILED;
  guint n = GST_VIDEO_FORMAT_INFO_N_COMPONENTS (format);

  if ((GST_VIDEO_FORMAT_INFO_FLAGS (format) & strange) || n == 0)
    return FALSE;
  /* the table of GStreamer 1.22 takes U for V in this one */
  if (GST_VIDEO_FORMAT_INFO_FORMAT (format) == GST_VIDEO_FORMAT_VYUY)
    return FALSE;
  if (!GST_VIDEO_FORMAT_INFO_IS_GRAY (format)
      && (n < 3 || !(GST_VIDEO_FORMAT_INFO_IS_YUV (format)
              || GST_VIDEO_FORMAT_INFO_IS_RGB (format))))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    if (!knows_component (format, i))
      return FALSE;
    for (guint j = 0; j < i; j++)
      if (overlap (format, i, j))
        return FALSE;
  }
  return TRUE;
}

/* Whether n_rows of row_size bytes lie within what was mapped. Strides may be
 * negative. */
static gboolean
plane_is_complete (const GstVideoFrame * frame, guint plane, guint n_rows,
    gsize row_size)
{
  const guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);
  const GstMapInfo *map = &frame->map[frame->meta ? plane : 0];
  gint64 stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);
  gint64 last = stride * ((gint64) n_rows - 1);
  gint64 start, size;

  if (data == NULL || map->data == NULL)
    return FALSE;
  start = data - map->data;
  size = (gint64) map->size;
  return row_size <= (gsize) size && start + MIN (last, 0) >= 0
      && start + MAX (last, 0) <= size - (gint64) row_size;
}

gboolean
score_frame_is_complete (const GstVideoFrame * frame)
{
  const GstVideoFormatInfo *format = frame->info.finfo;
  GstVideoInfo usual;

  if (!gst_video_info_set_format (&usual, GST_VIDEO_FRAME_FORMAT (frame),
          GST_VIDEO_FRAME_WIDTH (frame), GST_VIDEO_FRAME_HEIGHT (frame)))
    return FALSE;
  for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES (frame); plane++) {
    guint component = 0;
    guint n_rows = 1;

    while (component < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (format) - 1
        && GST_VIDEO_FORMAT_INFO_PLANE (format, component) != plane)
      component++;
    if (!GST_VIDEO_FORMAT_INFO_HAS_PALETTE (format) || plane == 0)
      n_rows = GST_VIDEO_FRAME_COMP_HEIGHT (frame, component);
    if (!plane_is_complete (frame, plane, n_rows,
            GST_VIDEO_INFO_PLANE_STRIDE (&usual, plane)))
      return FALSE;
  }
  return TRUE;
}

static void
set_component (ScoreComponent * self, const GstVideoFrame * frame, guint i)
{
  const GstVideoFormatInfo *format = frame->info.finfo;
  guint plane = GST_VIDEO_FORMAT_INFO_PLANE (format, i);

  self->plane = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);
  self->stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);
  self->offset = get_offset (format, i);
  self->step = get_step (format, i);
  self->depth = GST_VIDEO_FORMAT_INFO_DEPTH (format, i);
  self->shift = GST_VIDEO_FORMAT_INFO_SHIFT (format, i);
  self->h_sub = 1u << GST_VIDEO_FORMAT_INFO_W_SUB (format, i);
  self->v_sub = 1u << GST_VIDEO_FORMAT_INFO_H_SUB (format, i);
  self->width = GST_VIDEO_FRAME_COMP_WIDTH (frame, i);
  self->height = GST_VIDEO_FRAME_COMP_HEIGHT (frame, i);
}

static gboolean
set_crop (ScorePicture * self, const GstVideoFrame * frame,
    const GstVideoCropMeta * crop, GError ** error)
{
  guint width = GST_VIDEO_FRAME_WIDTH (frame);
  guint height = GST_VIDEO_FRAME_HEIGHT (frame);

  if (crop->width == 0 || crop->height == 0 || crop->x >= width
      || crop->y >= height || crop->width > width - crop->x
      || crop->height > height - crop->y) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
        "The crop of %ux%u pixels at %u,%u lies outside the frame of %ux%u.",
        crop->width, crop->height, crop->x, crop->y, width, height);
    return FALSE;
  }
  self->x = crop->x;
  self->y = crop->y;
  self->width = crop->width;
  self->height = crop->height;
  return TRUE;
}

gboolean
score_picture_from_frame (ScorePicture * picture, const GstVideoFrame * frame,
    guint width, guint height, const GstVideoCropMeta * crop, GError ** error)
{
  *picture = (ScorePicture) {
  0};
  picture->rgb = GST_VIDEO_INFO_IS_RGB (&frame->info);
  picture->n_components = GST_VIDEO_INFO_IS_GRAY (&frame->info) ? 1 : 3;
  picture->width = width;
  picture->height = height;
  for (guint i = 0; i < picture->n_components; i++) {
    ScoreComponent *component = &picture->components[i];

    set_component (component, frame, i);
    if (!plane_is_complete (frame,
            GST_VIDEO_FORMAT_INFO_PLANE (frame->info.finfo, i),
            component->height, (gsize) component->width * component->step)) {
      g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
          "The buffer is too small for a %s frame of %ux%u pixels.",
          GST_VIDEO_FORMAT_INFO_NAME (frame->info.finfo),
          GST_VIDEO_FRAME_WIDTH (frame), GST_VIDEO_FRAME_HEIGHT (frame));
      return FALSE;
    }
  }
  return crop == NULL || set_crop (picture, frame, crop, error);
}
