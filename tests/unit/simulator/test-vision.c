/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is seen in frames that the tests paint themselves. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "paint.h"
#include "sim-vision.h"

#include <math.h>
#include <string.h>

static const struct
{
  guint width, height;
} sizes[] = {
  {160, 90}, {160, 120}, {240, 320}, {512, 288}, {512, 512}, {640, 480},
  {1280, 720}, {1920, 1080}, {2560, 1440},
};

static void
look (GBytes * jpeg, SimScene * scene)
{
  SimPixels pixels;

  g_assert_true (sim_jpeg_decode (jpeg, &pixels));
  sim_vision_look (&pixels, scene);
  sim_pixels_clear (&pixels);
}

static gdouble
tolerance (guint i)
{
  return 0.4 + 130.0 / sizes[i].width;
}

static void
test_places (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GBytes) jpeg = paint_frame (sizes[i].width, sizes[i].height,
        20, 0, 62, 30, 11);
    gdouble near = 0.2 + 1.0 * 100 / sizes[i].width;
    SimScene scene;

    g_test_message ("%u x %u", sizes[i].width, sizes[i].height);
    look (jpeg, &scene);
    g_assert_true (scene.toy_world);
    g_assert_true (scene.things[SIM_BANANA].seen);
    g_assert_true (scene.things[SIM_BOWL].seen);
    g_assert_true (scene.things[SIM_CUP].seen);
    g_assert_false (scene.things[SIM_CONE].seen);
    g_assert_false (scene.things[SIM_BLOCK].seen);
    g_assert_false (scene.things[SIM_PLATE].seen);
    g_assert_false (scene.things[SIM_DRAWER].seen);
    g_assert_cmpfloat_with_epsilon (scene.things[SIM_BANANA].x, 20, near);
    g_assert_cmpfloat_with_epsilon (scene.things[SIM_BANANA].bottom, 0,
        tolerance (i));
    g_assert_cmpfloat_with_epsilon (scene.things[SIM_BOWL].x, 80, near);
    g_assert_true (scene.gripper);
    g_assert_cmpfloat_with_epsilon (scene.tip_x, 62, near);
    g_assert_cmpfloat_with_epsilon (scene.tip_height, 30, tolerance (i));
    g_assert_cmpfloat_with_epsilon (scene.gap, 11, tolerance (i));
    g_assert_cmpint (scene.held, ==, SIM_NOTHING);
  }
}

static void
test_held_and_let_go (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GBytes) held = paint_frame (sizes[i].width, sizes[i].height,
        30, 15, 30, 16.2, 9);
    g_autoptr (GBytes) around = paint_frame (sizes[i].width,
        sizes[i].height, 30, 0, 30, 1.2, 11.5);
    SimScene scene;

    g_test_message ("%u x %u", sizes[i].width, sizes[i].height);
    look (held, &scene);
    g_assert_cmpint (scene.held, ==, SIM_BANANA);
    g_assert_cmpfloat_with_epsilon (scene.things[SIM_BANANA].bottom, 15,
        tolerance (i));
    look (around, &scene);
    g_assert_cmpint (scene.held, ==, SIM_NOTHING);
  }
}

/* Where a red cup meets violet fingers, a small picture shows some pink. */
static void
test_no_ghosts_between_the_fingers (void)
{
  for (gint i = 0; i < 40; i++) {
    gdouble x = 30 + i * 0.37, bottom = 10 + i * 0.23;
    g_auto (Canvas) canvas;
    g_autoptr (GBytes) jpeg = NULL;
    SimScene scene;

    canvas_init (&canvas, 160, i % 2 ? 90 : 120);
    canvas_gripper (&canvas, x, bottom + 1.2, 8.6);
    canvas_thing (&canvas, SIM_CUP, x, bottom);
    canvas_thing (&canvas, SIM_BOWL, 80, 0);
    jpeg = canvas_encode (&canvas, 85);
    look (jpeg, &scene);
    g_assert_false (scene.things[SIM_CONE].seen);
    g_assert_cmpint (scene.held, ==, SIM_CUP);
  }
}

static void
test_smaller_of_two_at_one_place (void)
{
  g_auto (Canvas) canvas;
  g_autoptr (GBytes) jpeg = NULL;
  SimScene scene;

  canvas_init (&canvas, 512, 288);
  canvas_thing (&canvas, SIM_CUP, 30, 0);
  canvas_box (&canvas, 27, 1, 31, 5, 0xff78b4);
  canvas_thing (&canvas, SIM_BOWL, 80, 0);
  jpeg = canvas_encode (&canvas, 85);
  look (jpeg, &scene);
  g_assert_true (scene.things[SIM_CUP].seen);
  g_assert_false (scene.things[SIM_CONE].seen);
}

static void
test_half_hidden_in_the_bowl (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GBytes) jpeg = paint_frame (sizes[i].width, sizes[i].height,
        81, 4.5, 62, 37, 11);
    SimScene scene;

    g_test_message ("%u x %u", sizes[i].width, sizes[i].height);
    look (jpeg, &scene);
    g_assert_true (sim_scene_is_inside (&scene, SIM_BANANA, SIM_BOWL));
    g_assert_false (sim_scene_is_inside (&scene, SIM_CUP, SIM_BOWL));
    g_assert_cmpfloat_with_epsilon (scene.things[SIM_BANANA].middle, 7,
        tolerance (i));
    g_assert_cmpfloat_with_epsilon (sim_scene_reach (&scene, SIM_BANANA),
        hypot (81 - 62, 37 - 7), tolerance (i));
  }
}

static void
test_every_thing (void)
{
  for (gint thing = 0; thing < SIM_N_THINGS; thing++) {
    g_auto (Canvas) canvas;
    g_autoptr (GBytes) jpeg = NULL;
    SimScene scene;

    canvas_init (&canvas, 512, 288);
    canvas_thing (&canvas, thing, 30, 0);
    jpeg = canvas_encode (&canvas, 75);
    look (jpeg, &scene);
    for (gint other = 0; other < SIM_N_THINGS; other++)
      g_assert_cmpint (scene.things[other].seen, ==, other == thing);
    g_assert_false (scene.gripper);
  }
}

static void
test_palm_above_the_picture (void)
{
  g_autoptr (GBytes) jpeg = paint_frame (640, 360, 20, 0, 62, 38, 11);
  SimScene scene;

  look (jpeg, &scene);
  g_assert_true (scene.gripper);
  g_assert_cmpfloat_with_epsilon (scene.tip_height, 38, 0.6);
  g_assert_cmpfloat_with_epsilon (scene.tip_x, 62, 0.6);
}

static void
test_closed_on_nothing (void)
{
  g_autoptr (GBytes) jpeg = paint_frame (512, 288, 20, 0, 30, 10, 0.8);
  SimScene scene;

  look (jpeg, &scene);
  g_assert_true (scene.gripper);
  g_assert_cmpfloat (scene.gap, <, 2);
  g_assert_cmpint (scene.held, ==, SIM_NOTHING);
}

static void
test_mirrored (void)
{
  g_auto (Canvas) canvas;
  g_autoptr (GBytes) jpeg = NULL;
  SimScene scene;

  canvas_init (&canvas, 512, 288);
  canvas_gripper (&canvas, 60, 30, 11);
  canvas_thing (&canvas, SIM_CONE, 20, 0);
  canvas_thing (&canvas, SIM_DRAWER, 80, 0);
  canvas_mirror (&canvas);
  jpeg = canvas_encode (&canvas, 85);
  look (jpeg, &scene);
  g_assert_cmpfloat_with_epsilon (scene.things[SIM_CONE].x, 80, 0.5);
  g_assert_cmpfloat_with_epsilon (scene.things[SIM_DRAWER].x, 20, 0.5);
  g_assert_cmpfloat_with_epsilon (scene.tip_x, 40, 0.5);
}

/* A picture that lies on its side has its things elsewhere, but it has them. */
static void
test_sideways (void)
{
  g_auto (Canvas) canvas;
  g_auto (Canvas) turned = { 288, 512, NULL };
  g_autoptr (GBytes) jpeg = NULL;
  SimScene scene;

  canvas_init (&canvas, 512, 288);
  canvas_thing (&canvas, SIM_CUP, 20, 0);
  canvas_thing (&canvas, SIM_BOWL, 80, 0);
  turned.rgb = g_malloc (512 * 288 * 3);
  for (guint i = 0; i < 512 * 288; i++)
    memcpy (turned.rgb + ((gsize) (i % 512) * 288 + 287 - i / 512) * 3,
        canvas.rgb + (gsize) i * 3, 3);
  jpeg = canvas_encode (&turned, 85);
  look (jpeg, &scene);
  g_assert_true (scene.things[SIM_CUP].seen);
  g_assert_true (scene.things[SIM_BOWL].seen);
  g_assert_false (sim_scene_is_inside (&scene, SIM_CUP, SIM_BOWL));
}

static void
test_poor_quality (void)
{
  g_auto (Canvas) canvas;
  g_autoptr (GBytes) jpeg = NULL;
  SimScene scene;

  canvas_init (&canvas, 320, 240);
  canvas_gripper (&canvas, 60, 30, 11);
  canvas_thing (&canvas, SIM_BLOCK, 20, 0);
  canvas_thing (&canvas, SIM_PLATE, 80, 0);
  jpeg = canvas_encode (&canvas, 40);
  look (jpeg, &scene);
  g_assert_cmpfloat_with_epsilon (scene.things[SIM_BLOCK].x, 20, 0.6);
  g_assert_cmpfloat_with_epsilon (scene.things[SIM_PLATE].x, 80, 0.6);
  g_assert_true (scene.gripper);
}

static void
assert_nothing (const Canvas * canvas)
{
  g_autoptr (GBytes) jpeg = canvas_encode (canvas, 85);
  SimScene scene;

  look (jpeg, &scene);
  g_assert_false (scene.toy_world);
  g_assert_false (scene.gripper);
  for (gint i = 0; i < SIM_N_THINGS; i++)
    g_assert_false (scene.things[i].seen);
}

/* The right colours and shapes in another place are not the toy world. */
static void
test_toys_without_their_world (void)
{
  static const guint32 grounds[] =
      { 0xffffff, 0x000000, 0x5a5f69, 0xe4e6e8, 0xc0a080 };

  for (gsize i = 0; i < G_N_ELEMENTS (grounds); i++) {
    g_auto (Canvas) canvas;

    canvas_init (&canvas, 512, 288);
    canvas_box (&canvas, -1000, -1000, 1000, 1000, grounds[i]);
    canvas_thing (&canvas, SIM_BANANA, 20, 0);
    canvas_thing (&canvas, SIM_BOWL, 80, 0);
    canvas_gripper (&canvas, 60, 30, 11);
    assert_nothing (&canvas);
  }
}

static void
test_noise_is_nothing (void)
{
  g_auto (Canvas) canvas;
  guint32 state = 1;

  canvas_init (&canvas, 512, 288);
  for (gsize i = 0; i < (gsize) 512 * 288 * 3; i++) {
    state = state * 1664525 + 1013904223;
    canvas.rgb[i] = state >> 24;
  }
  assert_nothing (&canvas);
}

/* The right colours in another shape are not the toys. */
static void
test_shapes_count (void)
{
  g_auto (Canvas) canvas;
  g_autoptr (GBytes) jpeg = NULL;
  SimScene scene;

  canvas_init (&canvas, 512, 288);
  canvas_box (&canvas, 10, 0, 14, 16, 0xfad21e);
  canvas_box (&canvas, 30, 0, 58, 3, 0x28aa46);
  canvas_box (&canvas, 70, 0, 79, 6, 0x285adc);
  canvas_box (&canvas, 85, 20, 86, 34, 0x823cc8);
  jpeg = canvas_encode (&canvas, 85);
  look (jpeg, &scene);
  g_assert_true (scene.toy_world);
  g_assert_false (scene.gripper);
  for (gint i = 0; i < SIM_N_THINGS; i++)
    g_assert_false (scene.things[i].seen);
}

static void
test_broken_pictures (void)
{
  g_autoptr (GBytes) good = paint_frame (320, 180, 20, 0, 62, 30, 11);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (good, 0,
      g_bytes_get_size (good) / 2);
  g_autoptr (GBytes) headless = g_bytes_new_from_bytes (good, 100,
      g_bytes_get_size (good) - 100);
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) text = g_bytes_new_static ("not a picture", 13);
  GBytes *const broken[] = { cut, headless, empty, text };

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++) {
    SimPixels pixels;

    g_assert_false (sim_jpeg_decode (broken[i], &pixels));
    g_assert_null (pixels.rgb);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vision/places", test_places);
  g_test_add_func ("/vision/held-and-let-go", test_held_and_let_go);
  g_test_add_func ("/vision/no-ghosts-between-the-fingers",
      test_no_ghosts_between_the_fingers);
  g_test_add_func ("/vision/smaller-of-two-at-one-place",
      test_smaller_of_two_at_one_place);
  g_test_add_func ("/vision/half-hidden-in-the-bowl",
      test_half_hidden_in_the_bowl);
  g_test_add_func ("/vision/every-thing", test_every_thing);
  g_test_add_func ("/vision/palm-above-the-picture",
      test_palm_above_the_picture);
  g_test_add_func ("/vision/closed-on-nothing", test_closed_on_nothing);
  g_test_add_func ("/vision/mirrored", test_mirrored);
  g_test_add_func ("/vision/sideways", test_sideways);
  g_test_add_func ("/vision/poor-quality", test_poor_quality);
  g_test_add_func ("/vision/toys-without-their-world",
      test_toys_without_their_world);
  g_test_add_func ("/vision/noise-is-nothing", test_noise_is_nothing);
  g_test_add_func ("/vision/shapes-count", test_shapes_count);
  g_test_add_func ("/vision/broken-pictures", test_broken_pictures);
  return g_test_run ();
}
