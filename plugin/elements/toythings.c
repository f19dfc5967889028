/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/toythings.h"

#include <math.h>

static const ScoreToyRgb banana = { 250, 210, 30 };
static const ScoreToyRgb banana_light = { 255, 228, 92 };
static const ScoreToyRgb banana_dark = { 222, 178, 22 };
static const ScoreToyRgb banana_end = { 176, 142, 24 };

static const ScoreToyRgb scoop = { 255, 120, 180 };
static const ScoreToyRgb scoop_light = { 255, 160, 204 };
static const ScoreToyRgb scoop_dark = { 236, 100, 162 };
static const ScoreToyRgb cone = { 210, 140, 70 };
static const ScoreToyRgb cone_dark = { 184, 118, 54 };

static const ScoreToyRgb cup = { 214, 40, 40 };
static const ScoreToyRgb cup_light = { 232, 74, 70 };
static const ScoreToyRgb cup_dark = { 176, 28, 30 };

static const ScoreToyRgb block = { 40, 170, 70 };
static const ScoreToyRgb block_light = { 74, 192, 100 };
static const ScoreToyRgb block_dark = { 28, 138, 54 };

static const ScoreToyRgb bowl = { 40, 90, 220 };
static const ScoreToyRgb bowl_light = { 76, 124, 236 };
static const ScoreToyRgb bowl_dark = { 26, 64, 172 };

static const ScoreToyRgb plate = { 30, 190, 200 };
static const ScoreToyRgb plate_light = { 86, 212, 220 };
static const ScoreToyRgb plate_dark = { 22, 156, 166 };

static const ScoreToyRgb drawer = { 120, 72, 32 };
static const ScoreToyRgb drawer_light = { 136, 83, 39 };
static const ScoreToyRgb drawer_dark = { 88, 51, 22 };
static const ScoreToyRgb drawer_inside = { 62, 36, 15 };
static const ScoreToyRgb knob = { 196, 199, 203 };
static const ScoreToyRgb knob_dark = { 138, 141, 146 };

static const ScoreToyRgb arm = { 150, 155, 160 };
static const ScoreToyRgb arm_light = { 176, 180, 184 };
static const ScoreToyRgb arm_dark = { 112, 116, 121 };
static const ScoreToyRgb gripper = { 130, 60, 200 };
static const ScoreToyRgb gripper_light = { 152, 88, 216 };
static const ScoreToyRgb gripper_dark = { 104, 46, 164 };

static const ScoreToyRgb shade = { 38, 40, 44 };

/* A parabola with a belly: thick in the middle, thin at both ends. */
#define BANANA_POINTS 17
#define BANANA_CURVE 0.185

/* Part of the banana between two heights across it, -1 under and 1 above. */
static void
add_banana (ScoreToyBrush * brush, ScoreToyPoint at, gdouble under,
    gdouble above, gdouble reach)
{
  ScoreToyPoint points[2 * BANANA_POINTS];

  for (gint i = 0; i < BANANA_POINTS; i++) {
    gdouble u = 2.0 * i / (BANANA_POINTS - 1) - 1.0;
    gdouble x = 3.95 * reach * u;
    gdouble slope = 2.0 * BANANA_CURVE * x;
    gdouble length = sqrt (1.0 + slope * slope);
    gdouble thick = 0.42 + 1.05 * (1.0 - reach * reach * u * u);
    gdouble h = 1.47 + BANANA_CURVE * x * x;

    points[i] = (ScoreToyPoint) {
    x - slope / length * thick * under, h + thick / length * under};
    points[2 * BANANA_POINTS - 1 - i] = (ScoreToyPoint) {
    x - slope / length * thick * above, h + thick / length * above};
  }
  score_toy_brush_add_polygon (brush, at, points, 2 * BANANA_POINTS);
}

static void
paint_banana (ScoreToyBrush * brush, ScoreToyPoint at)
{
  gdouble end = 1.47 + BANANA_CURVE * 3.95 * 3.95;

  add_banana (brush, at, -1.0, 1.0, 1.0);
  score_toy_brush_paint (brush, banana, 1.0);
  add_banana (brush, at, -1.0, -0.45, 0.96);
  score_toy_brush_paint (brush, banana_dark, 0.8);
  add_banana (brush, at, 0.2, 0.55, 0.9);
  score_toy_brush_paint (brush, banana_light, 0.9);
  score_toy_brush_add_capsule (brush, (ScoreToyPoint) {
      at.x + 3.92, at.h + end - 0.05}, 0.42, (ScoreToyPoint) {
      at.x + 4.14, at.h + end + 0.25}, 0.34);
  score_toy_brush_paint (brush, banana_end, 1.0);
  score_toy_brush_add_ellipse (brush, at.x - 4.05, at.h + end + 0.08, 0.36,
      0.36);
  score_toy_brush_paint (brush, banana_end, 1.0);
}

static void
paint_waffle (ScoreToyBrush * brush, ScoreToyPoint at)
{
  static const ScoreToyPoint lines[][2] = {
    {{-2.9, 3.6}, {-0.3, 0.3}}, {{-1.2, 4.4}, {1.3, 0.3}},
    {{0.9, 4.4}, {2.2, 1.8}},
    {{2.9, 3.6}, {0.3, 0.3}}, {{1.2, 4.4}, {-1.3, 0.3}},
    {{-0.9, 4.4}, {-2.2, 1.8}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    score_toy_brush_add_capsule (brush, (ScoreToyPoint) {
        at.x + lines[i][0].x, at.h + lines[i][0].h}
        , 0.13, (ScoreToyPoint) {
        at.x + lines[i][1].x, at.h + lines[i][1].h}
        , 0.13);
    score_toy_brush_paint (brush, cone_dark, 0.8);
  }
}

static void
paint_cone (ScoreToyBrush * brush, ScoreToyPoint at)
{
  static const ScoreToyPoint wafer[] = {
    {-1.6, 0.0}, {1.6, 0.0}, {3.3, 4.7}, {-3.3, 4.7}
  };

  score_toy_brush_add_ellipse (brush, at.x, at.h + 5.3, 3.5, 3.5);
  score_toy_brush_paint (brush, scoop, 1.0);
  score_toy_brush_add_polygon (brush, at, wafer, G_N_ELEMENTS (wafer));
  score_toy_brush_paint (brush, cone, 1.0);
  paint_waffle (brush, at);
  /* Soft ice hangs over the edge. */
  for (gint i = -2; i <= 2; i++) {
    score_toy_brush_add_ellipse (brush, at.x + 1.35 * i,
        at.h + 4.2 - 0.25 * (i & 1), 0.78, 0.72);
    score_toy_brush_paint (brush, scoop_dark, 1.0);
  }
  score_toy_brush_add_ellipse (brush, at.x, at.h + 5.5, 3.35, 1.1);
  score_toy_brush_paint (brush, scoop, 1.0);
  score_toy_brush_add_ellipse (brush, at.x - 1.1, at.h + 6.9, 1.0, 0.75);
  score_toy_brush_paint (brush, scoop_light, 0.9);
}

static void
paint_cup (ScoreToyBrush * brush, ScoreToyPoint at)
{
  static const ScoreToyPoint body[] = {
    {-3.0, 0.35}, {-2.7, 0.0}, {2.7, 0.0}, {3.0, 0.35}, {3.25, 6.9}, {-3.25,
        6.9}
  };
  static const ScoreToyPoint light[] = {
    {-2.2, 0.7}, {-1.2, 0.7}, {-1.2, 6.2}, {-2.3, 6.2}
  };
  static const ScoreToyPoint dark[] = {
    {1.7, 0.0}, {2.7, 0.0}, {3.0, 0.35}, {3.25, 6.9}, {1.9, 6.9}
  };
  ScoreToyPoint middle = { at.x - 1.05, at.h };

  score_toy_brush_add_ellipse (brush, middle.x + 3.2, at.h + 3.7, 2.15, 2.2);
  score_toy_brush_add_hole (brush, middle.x + 3.2, at.h + 3.7, 1.25, 1.3);
  score_toy_brush_paint (brush, cup_dark, 1.0);
  score_toy_brush_add_polygon (brush, middle, body, G_N_ELEMENTS (body));
  score_toy_brush_paint (brush, cup, 1.0);
  score_toy_brush_add_polygon (brush, middle, dark, G_N_ELEMENTS (dark));
  score_toy_brush_paint (brush, cup_dark, 0.6);
  score_toy_brush_add_polygon (brush, middle, light, G_N_ELEMENTS (light));
  score_toy_brush_paint (brush, cup_light, 0.9);
  score_toy_brush_add_ellipse (brush, middle.x, at.h + 6.9, 3.25, 0.5);
  score_toy_brush_paint (brush, cup_light, 1.0);
  score_toy_brush_add_ellipse (brush, middle.x, at.h + 6.88, 2.85, 0.34);
  score_toy_brush_paint (brush, cup_dark, 1.0);
}

static void
paint_block (ScoreToyBrush * brush, ScoreToyPoint at)
{
  static const ScoreToyPoint side[] = {
    {2.5, 0.0}, {3.5, 0.0}, {3.5, 6.4}, {2.5, 5.4}
  };
  static const ScoreToyPoint top[] = {
    {-3.5, 6.4}, {-2.5, 5.4}, {2.5, 5.4}, {3.5, 6.4}
  };

  score_toy_brush_add_box (brush, at.x - 3.5, at.h, 7.0, 6.4, 0.25);
  score_toy_brush_paint (brush, block, 1.0);
  score_toy_brush_add_polygon (brush, at, side, G_N_ELEMENTS (side));
  score_toy_brush_paint (brush, block_dark, 0.9);
  score_toy_brush_add_polygon (brush, at, top, G_N_ELEMENTS (top));
  score_toy_brush_paint (brush, block_light, 1.0);
}

void
score_toy_paint_object (ScoreToyBrush * brush, ScoreToyObject object,
    ScoreToyPoint at)
{
  static void (*const painters[SCORE_TOY_N_OBJECTS]) (ScoreToyBrush *,
      ScoreToyPoint) = {
    [SCORE_TOY_BANANA] = paint_banana,[SCORE_TOY_CONE] = paint_cone,
    [SCORE_TOY_CUP] = paint_cup,[SCORE_TOY_BLOCK] = paint_block,
  };

  painters[object] (brush, at);
}

static void
paint_plate (ScoreToyBrush * brush, gdouble x)
{
  static const ScoreToyPoint body[] = {
    {-4.6, 0.0}, {4.6, 0.0}, {5.2, 0.5}, {9.0, 1.7}, {9.0, 2.0}, {-9.0, 2.0},
    {-9.0, 1.7}, {-5.2, 0.5}
  };

  score_toy_brush_add_polygon (brush, (ScoreToyPoint) {
      x, 0.0}, body, G_N_ELEMENTS (body));
  score_toy_brush_paint (brush, plate, 1.0);
  score_toy_brush_add_box (brush, x - 4.6, 0.0, 9.2, 0.4, 0.0);
  score_toy_brush_paint (brush, plate_dark, 1.0);
  score_toy_brush_add_ellipse (brush, x, 1.9, 9.0, 0.3);
  score_toy_brush_paint (brush, plate_light, 1.0);
}

void
score_toy_paint_container_back (ScoreToyBrush * brush,
    ScoreToyContainer container, gdouble x)
{
  switch (container) {
    case SCORE_TOY_BOWL:
      score_toy_brush_add_ellipse (brush, x, 6.75, 8.0, 0.5);
      score_toy_brush_paint (brush, bowl_dark, 1.0);
      break;
    case SCORE_TOY_DRAWER:
      score_toy_brush_add_box (brush, x - 8.7, 7.0, 17.4, 2.0, 0.15);
      score_toy_brush_paint (brush, drawer_dark, 1.0);
      score_toy_brush_add_box (brush, x - 8.1, 7.0, 16.2, 1.65, 0.1);
      score_toy_brush_paint (brush, drawer_inside, 1.0);
      break;
    case SCORE_TOY_PLATE:
    default:
      paint_plate (brush, x);
      break;
  }
}

static void
paint_bowl_front (ScoreToyBrush * brush, gdouble x)
{
  score_toy_brush_add_box (brush, x - 3.6, 0.0, 7.2, 1.0, 0.2);
  score_toy_brush_paint (brush, bowl_dark, 1.0);
  score_toy_brush_add_basin (brush, x, 6.75, 8.0, 6.4, 0.5);
  score_toy_brush_paint (brush, bowl, 1.0);
  score_toy_brush_add_capsule (brush, (ScoreToyPoint) {
      x - 6.1, 5.1}, 0.5, (ScoreToyPoint) {
      x - 4.4, 2.7}, 0.35);
  score_toy_brush_paint (brush, bowl_light, 0.8);
}

static void
paint_drawer_front (ScoreToyBrush * brush, gdouble x)
{
  score_toy_brush_add_box (brush, x - 9.0, 0.0, 18.0, 7.9, 0.25);
  score_toy_brush_paint (brush, drawer, 1.0);
  score_toy_brush_add_box (brush, x - 7.8, 1.0, 15.6, 5.9, 0.25);
  score_toy_brush_paint (brush, drawer_dark, 1.0);
  score_toy_brush_add_box (brush, x - 7.5, 1.3, 15.0, 5.3, 0.2);
  score_toy_brush_paint (brush, drawer_light, 1.0);
  score_toy_brush_add_capsule (brush, (ScoreToyPoint) {
      x - 2.2, 3.85}, 0.5, (ScoreToyPoint) {
      x + 2.2, 3.85}, 0.5);
  score_toy_brush_paint (brush, knob_dark, 1.0);
  score_toy_brush_add_capsule (brush, (ScoreToyPoint) {
      x - 2.2, 4.0}, 0.4, (ScoreToyPoint) {
      x + 2.2, 4.0}, 0.4);
  score_toy_brush_paint (brush, knob, 1.0);
}

void
score_toy_paint_container_front (ScoreToyBrush * brush,
    ScoreToyContainer container, gdouble x)
{
  if (container == SCORE_TOY_BOWL)
    paint_bowl_front (brush, x);
  else if (container == SCORE_TOY_DRAWER)
    paint_drawer_front (brush, x);
}

/* The arm hangs from a column and bends to the right. */
#define SHOULDER_X 50.0
#define SHOULDER_H 78.0
#define LINK_LENGTH 40.0

static ScoreToyPoint
find_elbow (ScoreToyPoint wrist)
{
  gdouble dx = wrist.x - SHOULDER_X, dh = wrist.h - SHOULDER_H;
  gdouble distance = sqrt (dx * dx + dh * dh);
  gdouble rest = LINK_LENGTH * LINK_LENGTH - distance * distance / 4;
  gdouble out = sqrt (MAX (rest, 0.0)) / MAX (distance, 1e-6);

  return (ScoreToyPoint) {
  SHOULDER_X + dx / 2 - dh * out, SHOULDER_H + dh / 2 + dx * out};
}

static void
paint_link (ScoreToyBrush * brush, ScoreToyPoint from, gdouble from_radius,
    ScoreToyPoint to, gdouble to_radius)
{
  score_toy_brush_add_capsule (brush, from, from_radius, to, to_radius);
  score_toy_brush_paint (brush, arm, 1.0);
  score_toy_brush_add_capsule (brush, from, from_radius * 0.35, to,
      to_radius * 0.35);
  score_toy_brush_paint (brush, arm_light, 0.8);
}

static void
paint_joint (ScoreToyBrush * brush, ScoreToyPoint at, gdouble radius)
{
  score_toy_brush_add_ellipse (brush, at.x, at.h, radius, radius);
  score_toy_brush_paint (brush, arm_dark, 1.0);
  score_toy_brush_add_ellipse (brush, at.x, at.h, radius * 0.62, radius * 0.62);
  score_toy_brush_paint (brush, arm_light, 1.0);
  score_toy_brush_add_ellipse (brush, at.x, at.h, radius * 0.28, radius * 0.28);
  score_toy_brush_paint (brush, arm_dark, 1.0);
}

static void
paint_finger (ScoreToyBrush * brush, ScoreToyPoint tip, gdouble gap, gint side)
{
  gdouble inner = tip.x + side * gap / 2;
  gdouble left = side > 0 ? inner : inner - SCORE_TOY_FINGER_WIDTH;
  gdouble rail = tip.h + SCORE_TOY_FINGER_LENGTH + 0.4;

  /* The fingers ride on a rail behind the palm. */
  score_toy_brush_add_box (brush, MIN (tip.x, inner), rail,
      fabs (inner - tip.x) + 0.5, 1.2, 0.1);
  score_toy_brush_paint (brush, gripper_dark, 1.0);
  score_toy_brush_add_box (brush, left, tip.h, SCORE_TOY_FINGER_WIDTH,
      SCORE_TOY_FINGER_LENGTH + 1.8, 0.4);
  score_toy_brush_paint (brush, gripper, 1.0);
  score_toy_brush_add_box (brush, left + 0.35, tip.h + 0.8, 0.35,
      SCORE_TOY_FINGER_LENGTH - 1.2, 0.15);
  score_toy_brush_paint (brush, gripper_light, 0.8);
}

void
score_toy_paint_robot (ScoreToyBrush * brush, ScoreToyPoint tip, gdouble gap)
{
  gdouble palm = tip.h + SCORE_TOY_FINGER_LENGTH;
  ScoreToyPoint shoulder = { SHOULDER_X, SHOULDER_H };
  ScoreToyPoint wrist = { tip.x, palm + 5.4 };
  ScoreToyPoint elbow = find_elbow (wrist);

  score_toy_brush_add_box (brush, SHOULDER_X - 3.2, SHOULDER_H, 6.4, 1000.0,
      0.0);
  score_toy_brush_paint (brush, arm_dark, 1.0);
  paint_link (brush, shoulder, 3.2, elbow, 2.6);
  paint_joint (brush, shoulder, 3.6);
  paint_link (brush, elbow, 2.6, wrist, 1.8);
  paint_joint (brush, elbow, 3.0);
  score_toy_brush_add_box (brush, tip.x - 1.5, palm + 2.0, 3.0, 3.4, 0.2);
  score_toy_brush_paint (brush, arm, 1.0);
  paint_joint (brush, wrist, 2.1);

  paint_finger (brush, tip, gap, -1);
  paint_finger (brush, tip, gap, 1);
  score_toy_brush_add_box (brush, tip.x - 5.0, palm, 10.0, 2.4, 0.5);
  score_toy_brush_paint (brush, gripper, 1.0);
  score_toy_brush_add_box (brush, tip.x - 4.4, palm + 1.6, 8.8, 0.35, 0.15);
  score_toy_brush_paint (brush, gripper_light, 0.8);
}

void
score_toy_paint_shadow (ScoreToyBrush * brush, gdouble x, gdouble h,
    gdouble width)
{
  gdouble strength = 0.34 * (1.0 - h / 22.0);

  if (strength <= 0.0)
    return;
  for (gint i = 0; i < 3; i++) {
    gdouble grow = 0.82 + 0.14 * i + 0.01 * h;

    score_toy_brush_add_basin (brush, x, 0.0, width / 2 * grow,
        0.35 + 0.3 * i, 0.0);
    score_toy_brush_paint (brush, shade, strength / (i + 1));
  }
}
