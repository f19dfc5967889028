/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-jpeg.h"
#include "sim-things.h"

/* Toy frames painted by the tests themselves: plain boxes, no elements needed. */
typedef struct
{
  guint width, height;
  guint8 *rgb;
} Canvas;

void canvas_init (Canvas * self, guint width, guint height);
void canvas_clear (Canvas * self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Canvas, canvas_clear)

/* In cm: x from the left edge of the world, heights over the table top. */
void canvas_box (Canvas * self, gdouble left, gdouble bottom, gdouble right,
    gdouble top, guint32 colour);
void canvas_thing (Canvas * self, SimThing thing, gdouble x, gdouble bottom);
void canvas_gripper (Canvas * self, gdouble x, gdouble tip, gdouble gap);
void canvas_mirror (Canvas * self);

GBytes *canvas_encode (const Canvas * self, int quality);

/* A whole frame: banana and bowl, and the gripper 30 cm over the table. The
 * bowl hides what is behind it. */
GBytes *paint_frame (guint width, guint height, gdouble banana_x,
    gdouble banana_bottom, gdouble gripper_x, gdouble tip, gdouble gap);
