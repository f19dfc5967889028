/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <math.h>
#include <string.h>

#include "elements/toypaint.h"

/* What must hold of every world is tried with so many seeds. */
#define N_SEEDS 60
#define DURATION 8.0
#define FPS 30

static void
test_task_is_understood (void)
{
  static const struct
  {
    const gchar *text;
    ScoreToyTask task;
  } good[] = {
    {"put the banana in the bowl", {SCORE_TOY_BANANA, SCORE_TOY_BOWL}},
    {"Put a Banana into the Bowl.", {SCORE_TOY_BANANA, SCORE_TOY_BOWL}},
    {"put the ice cream cone on the plate",
        {SCORE_TOY_CONE, SCORE_TOY_PLATE}},
    {"put an ice-cream cone onto a plate", {SCORE_TOY_CONE, SCORE_TOY_PLATE}},
    {"put the cup inside the drawer", {SCORE_TOY_CUP, SCORE_TOY_DRAWER}},
    {"  PUT   BLOCK  IN  DRAWER! ", {SCORE_TOY_BLOCK, SCORE_TOY_DRAWER}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    ScoreToyTask task;

    g_test_message ("%s", good[i].text);
    g_assert_true (score_toy_task_parse (good[i].text, &task));
    g_assert_cmpint (task.object, ==, good[i].task.object);
    g_assert_cmpint (task.container, ==, good[i].task.container);
  }
}

static void
test_task_is_refused (void)
{
  static const gchar *const bad[] = {
    NULL, "", "put", "put the banana", "put the banana in the",
    "put the apple in the bowl",
    "put the bananas in the bowl", "put the banana under the bowl",
    "put the banana in the banana", "put the bowl in the drawer",
    "put the banana in the bowl and the cup on the plate",
    "take the banana in the bowl", "put the the banana in the bowl",
    "put the banana in the bowlx", "put the \xff in the bowl",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    ScoreToyTask task = { SCORE_TOY_CUP, SCORE_TOY_PLATE };

    g_test_message ("case %u", i);
    g_assert_false (score_toy_task_parse (bad[i], &task));
    g_assert_cmpint (task.object, ==, SCORE_TOY_CUP);
    g_assert_cmpint (task.container, ==, SCORE_TOY_PLATE);
  }
}

typedef void (*WorldFunc) (const ScoreToyWorld * world);

/* Every task with many seeds. */
static void
for_each_world (ScoreToyOutcome outcome, WorldFunc func)
{
  for (guint i = 0; i < SCORE_TOY_N_OBJECTS * SCORE_TOY_N_CONTAINERS; i++) {
    ScoreToyTask task = {
      (ScoreToyObject) (i % SCORE_TOY_N_OBJECTS),
      (ScoreToyContainer) (i / SCORE_TOY_N_OBJECTS)
    };

    for (guint seed = 0; seed < N_SEEDS; seed++) {
      ScoreToyWorld world;

      score_toy_world_init (&world, &task, outcome, seed, DURATION);
      func (&world);
    }
  }
}

typedef struct
{
  gdouble first, last, lowest, highest, step;
} Curve;

static Curve
trace (const ScoreToyWorld * world)
{
  Curve curve = {.lowest = 1.0 };
  gdouble before = 0.0;

  for (gint i = 0; i <= DURATION * FPS; i++) {
    gdouble progress = score_toy_world_get_progress (world, i / (gdouble) FPS);

    if (i == 0)
      curve.first = before = progress;
    curve.last = progress;
    curve.lowest = MIN (curve.lowest, progress);
    curve.highest = MAX (curve.highest, progress);
    curve.step = MAX (curve.step, fabs (progress - before));
    before = progress;
  }
  g_assert_cmpfloat (curve.lowest, >=, 0.0);
  g_assert_cmpfloat (curve.highest, <=, 1.0);
  /* No jump: a full second of this would be 1.2. */
  g_assert_cmpfloat (curve.step, <=, 0.04);
  return curve;
}

static void
check_success (const ScoreToyWorld * world)
{
  Curve curve = trace (world);

  g_assert_cmpfloat (curve.first, <=, 0.05);
  g_assert_cmpfloat (curve.last, >=, 0.95);
  g_assert_cmpfloat (curve.highest - curve.last, <=, 1e-9);
}

static void
check_partial (const ScoreToyWorld * world)
{
  Curve curve = trace (world);

  g_assert_cmpfloat (curve.first, <=, 0.05);
  g_assert_cmpfloat (curve.last, >=, 0.15);
  g_assert_cmpfloat (curve.last, <=, 0.4);
  g_assert_cmpfloat (curve.highest, >, curve.last + 0.1);
}

static void
check_failure (const ScoreToyWorld * world)
{
  Curve curve = trace (world);

  g_assert_cmpfloat (curve.first, <=, 0.05);
  g_assert_cmpfloat (curve.last, <=, 0.1);
  /* It did try. */
  g_assert_cmpfloat (curve.highest, >=, 0.08);
  g_assert_cmpfloat (curve.highest, <=, 0.16);
}

static void
check_nothing (const ScoreToyWorld * world)
{
  g_assert_cmpfloat (trace (world).highest, <=, 0.001);
}

static void
check_half_done (const ScoreToyWorld * world)
{
  Curve curve = trace (world);

  g_assert_cmpfloat (curve.first, >=, 0.25);
  g_assert_cmpfloat (curve.first, <=, 0.4);
  g_assert_cmpfloat (curve.last, >=, 0.95);
}

static void
test_truth_of_success (void)
{
  for_each_world (SCORE_TOY_SUCCESS, check_success);
}

static void
test_truth_of_partial (void)
{
  for_each_world (SCORE_TOY_PARTIAL, check_partial);
}

static void
test_truth_of_failure (void)
{
  for_each_world (SCORE_TOY_FAILURE, check_failure);
}

static void
test_truth_of_wrong_object (void)
{
  for_each_world (SCORE_TOY_WRONG_OBJECT, check_nothing);
}

static void
test_truth_of_static (void)
{
  for_each_world (SCORE_TOY_STATIC, check_nothing);
}

static void
test_truth_of_half_done (void)
{
  for_each_world (SCORE_TOY_HALF_DONE, check_half_done);
}

/* Where things may stand, and that no two of them stand in one another. */
static void
check_layout (const ScoreToyWorld * world)
{
  ScoreToySize target = score_toy_object_size (world->task.object);
  ScoreToySize other = score_toy_object_size (world->distractor);
  ScoreToySize room = score_toy_container_size (world->task.container);
  gdouble distance = world->container_x - world->target_start.x;

  g_assert_cmpint (world->distractor, !=, world->task.object);
  g_assert_cmpfloat (world->container_x, >=, 75.0);
  g_assert_cmpfloat (world->container_x, <=, 85.0);
  g_assert_cmpfloat (world->distractor_start.x, >=, 48.0);
  g_assert_cmpfloat (world->distractor_start.x, <=, 52.0);
  g_assert_cmpfloat (fabs (world->target_start.x - world->distractor_start.x),
      >=, (target.width + other.width) / 2);
  g_assert_cmpfloat (distance, >=, (target.width + room.width) / 2);
  g_assert_cmpfloat (world->home.x, >=, 58.0);
  g_assert_cmpfloat (world->home.x, <=, 66.0);
  g_assert_cmpfloat (world->home.h, >=, 36.0);
  g_assert_cmpfloat (world->home.h, <=, 40.0);
  if (world->outcome == SCORE_TOY_HALF_DONE) {
    g_assert_cmpfloat (distance, >=, 15.0);
    g_assert_cmpfloat (distance, <=, 20.0);
    return;
  }
  g_assert_cmpfloat (distance, >=, 45.0);
  g_assert_cmpfloat (world->target_start.x, >=, 12.0);
  g_assert_cmpfloat (world->target_start.x, <=,
      world->outcome == SCORE_TOY_WRONG_OBJECT ? 18.0 : 30.0);
}

static void
test_layout (void)
{
  for (gint outcome = SCORE_TOY_SUCCESS; outcome <= SCORE_TOY_HALF_DONE;
      outcome++)
    for_each_world ((ScoreToyOutcome) outcome, check_layout);
}

/* Whether a finger is in the thing; a little is a touch. */
static gboolean
finger_is_in (const ScoreToyPose * pose, ScoreToyObject kind, ScoreToyPoint at)
{
  ScoreToySize size = score_toy_object_size (kind);
  gdouble inner = pose->gap / 2;
  gdouble outer = inner + SCORE_TOY_FINGER_WIDTH;
  gdouble distance = fabs (pose->tip.x - at.x);

  if (pose->tip.h >= at.h + size.height)
    return FALSE;
  return distance + size.width / 2 > inner + 1e-6
      && distance - size.width / 2 < outer - 1e-6;
}

static void
check_motion (const ScoreToyWorld * world)
{
  ScoreToyPose before;

  score_toy_world_get_pose (world, 0.0, &before);
  for (gint i = 0; i <= DURATION * 100; i++) {
    gdouble moment = i / 100.0;
    ScoreToyPose pose;

    score_toy_world_get_pose (world, moment, &pose);
    g_assert_false (finger_is_in (&pose, world->task.object, pose.target));
    g_assert_false (finger_is_in (&pose, world->distractor, pose.distractor));
    g_assert_cmpfloat (pose.tip.h, >=, 1.0);
    g_assert_cmpfloat (pose.target.h, >=, -1e-9);
    g_assert_cmpfloat (pose.distractor.h, >=, -1e-9);
    /* Nothing is anywhere at once: at most 120 cm in a second. */
    g_assert_cmpfloat (fabs (pose.tip.x - before.tip.x), <=, 1.2);
    g_assert_cmpfloat (fabs (pose.target.x - before.target.x), <=, 1.2);
    g_assert_cmpfloat (fabs (pose.target.h - before.target.h), <=, 1.2);
    g_assert_cmpfloat (fabs (pose.distractor.x - before.distractor.x), <=, 1.2);
    /* A rest at both ends. */
    if (moment < 0.08 * DURATION || moment > 0.92 * DURATION)
      g_assert_cmpfloat (fabs (pose.tip.x - world->home.x), <, 1e-9);
    if (world->outcome == SCORE_TOY_WRONG_OBJECT)
      g_assert_cmpfloat (fabs (pose.tip.x - pose.target.x), >=, 30.0);
    before = pose;
  }
}

static void
test_motion (void)
{
  for (gint outcome = SCORE_TOY_SUCCESS; outcome <= SCORE_TOY_HALF_DONE;
      outcome++)
    for_each_world ((ScoreToyOutcome) outcome, check_motion);
}

static void
check_end (const ScoreToyWorld * world)
{
  ScoreToySize room = score_toy_container_size (world->task.container);
  gboolean wrong = world->outcome == SCORE_TOY_WRONG_OBJECT;
  ScoreToyPose pose;
  ScoreToyPoint placed, left;

  score_toy_world_get_pose (world, DURATION, &pose);
  placed = wrong ? pose.distractor : pose.target;
  left = wrong ? pose.target : pose.distractor;
  g_assert_false (pose.holding);
  g_assert_cmpfloat (fabs (placed.x - world->container_x), <=, room.width / 4);
  g_assert_cmpfloat (left.h, ==, 0.0);
}

static void
test_end_is_in_the_container (void)
{
  for_each_world (SCORE_TOY_SUCCESS, check_end);
  for_each_world (SCORE_TOY_HALF_DONE, check_end);
  for_each_world (SCORE_TOY_WRONG_OBJECT, check_end);
}

static void
check_short_of_goal (const ScoreToyWorld * world)
{
  ScoreToyPose pose;
  gdouble distance;

  score_toy_world_get_pose (world, DURATION, &pose);
  distance = world->container_x - pose.target.x;
  g_assert_cmpfloat (fabs (pose.target.h), <, 1e-9);
  g_assert_cmpfloat (distance, >=, 15.0);
  g_assert_cmpfloat (distance, <=, 28.0);
}

static void
test_partial_ends_short_of_the_container (void)
{
  for_each_world (SCORE_TOY_PARTIAL, check_short_of_goal);
}

/* Painting */

typedef struct
{
  GstVideoInfo info;
  GstBuffer *buffer;
  GstVideoFrame frame;
} Picture;

static void
picture_init (Picture * self, gint width, gint height)
{
  gst_video_info_set_format (&self->info, GST_VIDEO_FORMAT_I420,
      (guint) width, (guint) height);
  self->buffer = gst_buffer_new_allocate (NULL,
      GST_VIDEO_INFO_SIZE (&self->info), NULL);
  gst_buffer_memset (self->buffer, 0, 0, GST_VIDEO_INFO_SIZE (&self->info));
  g_assert_true (gst_video_frame_map (&self->frame, &self->info, self->buffer,
          GST_MAP_READWRITE));
}

static void
picture_clear (Picture * self)
{
  gst_video_frame_unmap (&self->frame);
  gst_buffer_unref (self->buffer);
}

static guint8
get_pixel (const Picture * self, gint plane, gint x, gint y)
{
  const guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (&self->frame, plane);

  return data[y * GST_VIDEO_FRAME_PLANE_STRIDE (&self->frame, plane) + x];
}

static gdouble
sum_plane (const Picture * self, gint plane)
{
  gdouble sum = 0.0;

  for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&self->frame, plane); y++)
    for (gint x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (&self->frame, plane); x++)
      sum += get_pixel (self, plane, x, y);
  return sum;
}

/* A triangle between pixels must bring exactly its area in light. */
static void
test_canvas_covers_by_area (void)
{
  static const gdouble triangle[3][2] = {
    {3.3, 2.7}, {25.9, 8.4}, {9.1, 21.6}
  };
  const ScoreToyColour white = { 200, 200, 200 };
  const gdouble area = 0.5 * ((25.9 - 3.3) * (21.6 - 2.7)
      - (9.1 - 3.3) * (8.4 - 2.7));
  ScoreToyCanvas *canvas = score_toy_canvas_new (31, 25);
  Picture picture;

  picture_init (&picture, 31, 25);
  score_toy_canvas_add_contour (canvas, triangle, 3);
  score_toy_canvas_fill (canvas, &picture.frame, white, 1.0);
  g_assert_cmpfloat (fabs (sum_plane (&picture, 0) / 200.0 - area), <, 1.0);
  g_assert_cmpfloat (fabs (sum_plane (&picture, 1) / 50.0 - area), <, 3.0);
  g_assert_cmpint (get_pixel (&picture, 0, 12, 10), ==, 200);
  g_assert_cmpint (get_pixel (&picture, 0, 2, 2), ==, 0);
  picture_clear (&picture);
  score_toy_canvas_free (canvas);
}

/* Shapes that hang over every edge, and over all of them, are cut. */
static void
test_canvas_cuts_at_the_edges (void)
{
  const ScoreToyColour white = { 200, 200, 200 };
  ScoreToyCanvas *canvas = score_toy_canvas_new (7, 5);

  for (gint x = -9; x <= 9; x++) {
    for (gint y = -7; y <= 7; y++) {
      const gdouble box[4][2] = {
        {x, y}, {x + 7.0, y}, {x + 7.0, y + 5.0}, {x, y + 5.0}
      };
      gint width = MAX (7 - ABS (x), 0), height = MAX (5 - ABS (y), 0);
      Picture picture;

      picture_init (&picture, 7, 5);
      score_toy_canvas_add_contour (canvas, box, 4);
      score_toy_canvas_fill (canvas, &picture.frame, white, 1.0);
      g_assert_cmpfloat (sum_plane (&picture, 0), ==, 200.0 * width * height);
      picture_clear (&picture);
    }
  }
  score_toy_canvas_free (canvas);
}

static void
test_canvas_leaves_holes (void)
{
  static const gdouble outer[4][2] = { {1, 1}, {9, 1}, {9, 9}, {1, 9} };
  static const gdouble inner[4][2] = { {3, 3}, {3, 7}, {7, 7}, {7, 3} };
  const ScoreToyColour white = { 200, 200, 200 };
  ScoreToyCanvas *canvas = score_toy_canvas_new (10, 10);
  Picture picture;

  picture_init (&picture, 10, 10);
  score_toy_canvas_add_contour (canvas, outer, 4);
  score_toy_canvas_add_contour (canvas, inner, 4);
  score_toy_canvas_fill (canvas, &picture.frame, white, 1.0);
  g_assert_cmpfloat (sum_plane (&picture, 0), ==, 200.0 * (64 - 16));
  g_assert_cmpint (get_pixel (&picture, 0, 5, 5), ==, 0);
  g_assert_cmpint (get_pixel (&picture, 0, 2, 5), ==, 200);
  picture_clear (&picture);
  score_toy_canvas_free (canvas);
}

/* How many square centimetres of the picture have nearly this colour. */
static gdouble
measure_colour (const Picture * picture, ScoreToyColour colour, gdouble scale)
{
  gint n = 0;

  for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&picture->frame, 1); y++) {
    for (gint x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (&picture->frame, 1); x++) {
      gint du = get_pixel (picture, 1, x, y) - colour.u;
      gint dv = get_pixel (picture, 2, x, y) - colour.v;

      n += du * du + dv * dv < 14 * 14;
    }
  }
  return 4.0 * n / (scale * scale);
}

static ScoreToyColour
colour_of (ScoreToyObject object)
{
  switch (object) {
    case SCORE_TOY_BANANA:
      return score_toy_colour (250, 210, 30);
    case SCORE_TOY_CONE:
      return score_toy_colour (255, 120, 180);
    case SCORE_TOY_CUP:
      return score_toy_colour (214, 40, 40);
    case SCORE_TOY_BLOCK:
    case SCORE_TOY_N_OBJECTS:
    default:
      return score_toy_colour (40, 170, 70);
  }
}

/* What lies in a container must still be seen: 40 % of it, or more. */
static void
test_things_stay_visible (void)
{
  Picture picture;
  ScoreToyPainter *painter;

  picture_init (&picture, 640, 360);
  painter = score_toy_painter_new (&picture.info);
  for (guint i = 0; i < SCORE_TOY_N_OBJECTS * SCORE_TOY_N_CONTAINERS; i++) {
    ScoreToyTask task = {
      (ScoreToyObject) (i % SCORE_TOY_N_OBJECTS),
      (ScoreToyContainer) (i / SCORE_TOY_N_OBJECTS)
    };
    ScoreToyWorld world;
    ScoreToyPose pose;
    gdouble before;

    score_toy_world_init (&world, &task, SCORE_TOY_SUCCESS, 1, DURATION);
    score_toy_world_get_pose (&world, 0.0, &pose);
    score_toy_painter_paint (painter, &picture.frame, &world, &pose);
    before = measure_colour (&picture, colour_of (task.object), 6.4);
    g_assert_cmpfloat (before, >=, 15.0);

    score_toy_world_get_pose (&world, DURATION, &pose);
    score_toy_painter_paint (painter, &picture.frame, &world, &pose);
    g_assert_cmpfloat (measure_colour (&picture, colour_of (task.object), 6.4),
        >=, 0.4 * before);
  }
  score_toy_painter_free (painter);
  picture_clear (&picture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/toy/task/understood", test_task_is_understood);
  g_test_add_func ("/toy/task/refused", test_task_is_refused);
  g_test_add_func ("/toy/truth/success", test_truth_of_success);
  g_test_add_func ("/toy/truth/partial", test_truth_of_partial);
  g_test_add_func ("/toy/truth/failure", test_truth_of_failure);
  g_test_add_func ("/toy/truth/wrong-object", test_truth_of_wrong_object);
  g_test_add_func ("/toy/truth/static", test_truth_of_static);
  g_test_add_func ("/toy/truth/half-done", test_truth_of_half_done);
  g_test_add_func ("/toy/world/layout", test_layout);
  g_test_add_func ("/toy/world/motion", test_motion);
  g_test_add_func ("/toy/world/end-in-container", test_end_is_in_the_container);
  g_test_add_func ("/toy/world/partial-ends-short",
      test_partial_ends_short_of_the_container);
  g_test_add_func ("/toy/canvas/area", test_canvas_covers_by_area);
  g_test_add_func ("/toy/canvas/edges", test_canvas_cuts_at_the_edges);
  g_test_add_func ("/toy/canvas/holes", test_canvas_leaves_holes);
  g_test_add_func ("/toy/paint/visible", test_things_stay_visible);
  return g_test_run ();
}
