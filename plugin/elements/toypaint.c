/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/toypaint.h"

#include "elements/toythings.h"

struct _ScoreToyPainter
{
  GstVideoInfo info;
  ScoreToyBrush *brush;
  GstBuffer *background;        /* wall and table */
};

static void
paint_background (ScoreToyPainter * self)
{
  static const ScoreToyRgb wall = { 228, 230, 232 };
  static const ScoreToyRgb skirting = { 206, 208, 211 };
  static const ScoreToyRgb table = { 90, 95, 105 };
  static const ScoreToyRgb edge = { 108, 113, 122 };
  GstVideoFrame frame;

  if (!gst_video_frame_map (&frame, &self->info, self->background,
          GST_MAP_WRITE))
    g_assert_not_reached ();
  score_toy_brush_set_frame (self->brush, &frame);
  /* Under the table too, or its upper edge would be mixed with nothing. */
  score_toy_brush_paint_band (self->brush, -1e5, 1e5, wall);
  score_toy_brush_paint_band (self->brush, 0.0, 0.5, skirting);
  score_toy_brush_paint_band (self->brush, -1e5, 0.0, table);
  score_toy_brush_paint_band (self->brush, -0.35, 0.0, edge);
  gst_video_frame_unmap (&frame);
}

ScoreToyPainter *
score_toy_painter_new (const GstVideoInfo * info)
{
  ScoreToyPainter *self = g_new0 (ScoreToyPainter, 1);
  gint width = GST_VIDEO_INFO_WIDTH (info);
  gint height = GST_VIDEO_INFO_HEIGHT (info);

  g_assert (GST_VIDEO_INFO_FORMAT (info) == GST_VIDEO_FORMAT_I420);
  self->info = *info;
  self->brush = score_toy_brush_new (width, height);
  self->background = gst_buffer_new_allocate (NULL,
      GST_VIDEO_INFO_SIZE (info), NULL);
  gst_buffer_memset (self->background, 0, 0, GST_VIDEO_INFO_SIZE (info));
  paint_background (self);
  return self;
}

void
score_toy_painter_free (ScoreToyPainter * self)
{
  score_toy_brush_free (self->brush);
  gst_buffer_unref (self->background);
  g_free (self);
}

static void
copy_background (ScoreToyPainter * self, GstVideoFrame * frame)
{
  GstVideoFrame background;

  if (!gst_video_frame_map (&background, &self->info, self->background,
          GST_MAP_READ))
    g_assert_not_reached ();
  gst_video_frame_copy (frame, &background);
  gst_video_frame_unmap (&background);
}

void
score_toy_painter_paint (ScoreToyPainter * self, GstVideoFrame * frame,
    const ScoreToyWorld * world, const ScoreToyPose * pose)
{
  ScoreToyBrush *brush = self->brush;
  const ScoreToyTask *task = &world->task;
  gdouble target_width = score_toy_object_size (task->object).width;
  gdouble distractor_width = score_toy_object_size (world->distractor).width;

  copy_background (self, frame);
  score_toy_brush_set_frame (brush, frame);
  score_toy_paint_shadow (brush, world->container_x, 0.0,
      score_toy_container_size (task->container).width);
  score_toy_paint_shadow (brush, pose->tip.x, pose->tip.h, 10.0);
  score_toy_paint_shadow (brush, pose->target.x, pose->target.h, target_width);
  score_toy_paint_shadow (brush, pose->distractor.x, pose->distractor.h,
      distractor_width);

  /* The robot is behind the things, so that it never hides one. */
  score_toy_paint_container_back (brush, task->container, world->container_x);
  score_toy_paint_robot (brush, pose->tip, pose->gap);
  score_toy_paint_object (brush, world->distractor, pose->distractor);
  score_toy_paint_object (brush, task->object, pose->target);
  score_toy_paint_container_front (brush, task->container, world->container_x);
}
