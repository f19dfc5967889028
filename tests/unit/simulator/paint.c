/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "paint.h"

#include <string.h>
#include <turbojpeg.h>

#define WALL 0xe4e6e8
#define TABLE 0x5a5f69

static gdouble
get_scale (const Canvas * self)
{
  return MIN (self->width / 100.0, self->height / 56.25);
}

static void
set_pixel (Canvas * self, gint x, gint y, guint32 colour)
{
  guint8 *p;

  if (x < 0 || y < 0 || x >= (gint) self->width || y >= (gint) self->height)
    return;
  p = self->rgb + ((gsize) y * self->width + x) * 3;
  p[0] = colour >> 16;
  p[1] = colour >> 8;
  p[2] = colour;
}

void
canvas_box (Canvas * self, gdouble left, gdouble bottom, gdouble right,
    gdouble top, guint32 colour)
{
  gdouble scale = get_scale (self);
  gdouble x0 = (self->width - 100 * scale) / 2;
  gdouble y0 = (self->height - 56.25 * scale) / 2 + 44.25 * scale;

  gint top_row = MAX (0, y0 - top * scale + 0.5);
  gint left_column = MAX (0, x0 + left * scale + 0.5);
  gdouble bottom_row = MIN (self->height, y0 - bottom * scale);
  gdouble right_column = MIN (self->width, x0 + right * scale);

  for (gint y = top_row; y + 0.5 < bottom_row; y++) {
    for (gint x = left_column; x + 0.5 < right_column; x++)
      set_pixel (self, x, y, colour);
  }
}

void
canvas_init (Canvas * self, guint width, guint height)
{
  self->width = width;
  self->height = height;
  self->rgb = g_malloc ((gsize) width * height * 3);
  for (guint i = 0; i < width * height; i++)
    set_pixel (self, i % width, i / width, WALL);
  canvas_box (self, -1000, -1000, 1000, 0, TABLE);
}

void
canvas_clear (Canvas * self)
{
  g_clear_pointer (&self->rgb, g_free);
}

void
canvas_thing (Canvas * self, SimThing thing, gdouble x, gdouble bottom)
{
  static const struct
  {
    gdouble width, height;
    guint32 colour;
  } things[SIM_N_THINGS] = {
    [SIM_BANANA] = {9.0, 5.0, 0xfad21e},
    [SIM_CONE] = {7.0, 8.8, 0xd28c46},
    [SIM_CUP] = {8.6, 7.4, 0xd62828},
    [SIM_BLOCK] = {7.0, 6.4, 0x28aa46},
    [SIM_BOWL] = {16.0, 7.0, 0x285adc},
    [SIM_PLATE] = {18.0, 2.0, 0x1ebec8},
    [SIM_DRAWER] = {18.0, 9.0, 0x784820},
  };
  gdouble half = things[thing].width / 2;

  canvas_box (self, x - half, bottom, x + half, bottom + things[thing].height,
      things[thing].colour);
  if (thing == SIM_CONE)
    canvas_box (self, x - half, bottom + 3.5, x + half, bottom + 8.8, 0xff78b4);
}

void
canvas_gripper (Canvas * self, gdouble x, gdouble tip, gdouble gap)
{
  guint32 violet = 0x823cc8;

  canvas_box (self, x - 1.5, tip + 9, x + 1.5, 1000, 0x969ba0);
  canvas_box (self, x - gap / 2 - 1.5, tip, x - gap / 2, tip + 8, violet);
  canvas_box (self, x + gap / 2, tip, x + gap / 2 + 1.5, tip + 8, violet);
  canvas_box (self, x - 5, tip + 7, x + 5, tip + 9.4, violet);
}

void
canvas_mirror (Canvas * self)
{
  for (guint y = 0; y < self->height; y++) {
    guint8 *row = self->rgb + (gsize) y * self->width * 3;

    for (guint x = 0; x < self->width / 2; x++) {
      guint8 *a = row + x * 3, *b = row + (self->width - 1 - x) * 3;
      guint8 kept[3];

      memcpy (kept, a, 3);
      memcpy (a, b, 3);
      memcpy (b, kept, 3);
    }
  }
}

GBytes *
canvas_encode (const Canvas * self, int quality)
{
  tjhandle handle = tjInitCompress ();
  unsigned char *data = NULL;
  unsigned long size = 0;
  GBytes *bytes;

  g_assert_cmpint (tjCompress2 (handle, self->rgb, self->width, 0,
          self->height, TJPF_RGB, &data, &size, TJSAMP_420, quality, 0), ==, 0);
  bytes = g_bytes_new (data, size);
  tjFree (data);
  tjDestroy (handle);
  return bytes;
}

GBytes *
paint_frame (guint width, guint height, gdouble banana_x,
    gdouble banana_bottom, gdouble gripper_x, gdouble tip, gdouble gap)
{
  g_auto (Canvas) canvas;

  canvas_init (&canvas, width, height);
  canvas_gripper (&canvas, gripper_x, tip, gap);
  canvas_thing (&canvas, SIM_BANANA, banana_x, banana_bottom);
  canvas_thing (&canvas, SIM_BOWL, 80, 0);
  canvas_thing (&canvas, SIM_CUP, 50, 0);
  return canvas_encode (&canvas, 85);
}
