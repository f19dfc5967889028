/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/shrink.h"
#include "picture-utils.h"

#include <math.h>
#include <string.h>

/* The shrinker against the exact mean of the area under every pixel, in double
 * precision and in the plainest way. */

typedef struct
{
  guint width, height;
  guint h_sub, v_sub;           /* of the chroma */
  guint strides[3];
  guint8 *planes[3];
} Source;

static void
init_source (Source * self, guint width, guint height, guint h_sub,
    guint v_sub, GRand * rand)
{
  self->width = width;
  self->height = height;
  self->h_sub = h_sub;
  self->v_sub = v_sub;
  for (guint i = 0; i < 3; i++) {
    guint w = i == 0 ? width : (width + h_sub - 1) / h_sub;
    guint h = i == 0 ? height : (height + v_sub - 1) / v_sub;

    self->strides[i] = w;
    /* not a byte more, so that a sanitizer sees every step too far */
    self->planes[i] = g_malloc ((gsize) w * h);
    for (gsize k = 0; k < (gsize) w * h; k++)
      self->planes[i][k] = (guint8) g_rand_int_range (rand, 0, 256);
  }
}

static void
clear_source (Source * self)
{
  for (guint i = 0; i < 3; i++)
    g_free (self->planes[i]);
}

static void
make_picture (const Source * source, ScorePicture * picture)
{
  *picture = (ScorePicture) {
  .n_components = 3,.width = source->width,.height = source->height};
  for (guint i = 0; i < 3; i++) {
    ScoreComponent *component = &picture->components[i];
    guint h_sub = i == 0 ? 1 : source->h_sub;
    guint v_sub = i == 0 ? 1 : source->v_sub;

    component->plane = source->planes[i];
    component->stride = source->strides[i];
    component->step = 1;
    component->depth = 8;
    component->h_sub = h_sub;
    component->v_sub = v_sub;
    component->width = (source->width + h_sub - 1) / h_sub;
    component->height = (source->height + v_sub - 1) / v_sub;
  }
}

/* Where a point of the turned picture lies in the source, both from 0 to 1. */
static void
turn_back (GstVideoOrientationMethod method, gdouble u, gdouble v, gdouble * x,
    gdouble * y)
{
  switch (method) {
    case GST_VIDEO_ORIENTATION_90R:
      *x = v, *y = 1 - u;
      break;
    case GST_VIDEO_ORIENTATION_180:
      *x = 1 - u, *y = 1 - v;
      break;
    case GST_VIDEO_ORIENTATION_90L:
      *x = 1 - v, *y = u;
      break;
    case GST_VIDEO_ORIENTATION_HORIZ:
      *x = 1 - u, *y = v;
      break;
    case GST_VIDEO_ORIENTATION_VERT:
      *x = u, *y = 1 - v;
      break;
    case GST_VIDEO_ORIENTATION_UL_LR:
      *x = v, *y = u;
      break;
    case GST_VIDEO_ORIENTATION_UR_LL:
      *x = 1 - v, *y = 1 - u;
      break;
    default:
      *x = u, *y = v;
      break;
  }
}

static gdouble
get_overlap (gdouble from, gdouble to, guint sample, guint sub, guint length)
{
  gdouble start = (gdouble) sample * sub;
  gdouble end = MIN (start + sub, length);

  return MAX (0, MIN (to, end) - MAX (from, start));
}

/* x0..y1 in pixels of the source. */
static gdouble
average (const Source * self, guint plane, gdouble x0, gdouble y0, gdouble x1,
    gdouble y1)
{
  guint h_sub = plane == 0 ? 1 : self->h_sub;
  guint v_sub = plane == 0 ? 1 : self->v_sub;
  gdouble sum = 0, area = 0;

  for (guint y = (guint) (y0 / v_sub);
      y * v_sub < y1 && y * v_sub < self->height; y++) {
    gdouble dy = get_overlap (y0, y1, y, v_sub, self->height);

    for (guint x = (guint) (x0 / h_sub);
        x * h_sub < x1 && x * h_sub < self->width; x++) {
      gdouble part = dy * get_overlap (x0, x1, x, h_sub, self->width);

      sum += part * self->planes[plane][y * self->strides[plane] + x];
      area += part;
    }
  }
  return sum / area;
}

static gdouble
get_expected (const Source * source, GstVideoOrientationMethod method,
    const ScorePlanes * planes, guint plane, guint x, guint y)
{
  guint cell = plane == 0 ? 1 : 2;
  gdouble u0 = x * cell, v0 = y * cell;
  gdouble u1 = MIN (u0 + cell, planes->width);
  gdouble v1 = MIN (v0 + cell, planes->height);
  gdouble ax, ay, bx, by;

  turn_back (method, u0 / planes->width, v0 / planes->height, &ax, &ay);
  turn_back (method, u1 / planes->width, v1 / planes->height, &bx, &by);
  return average (source, plane, MIN (ax, bx) * source->width,
      MIN (ay, by) * source->height, MAX (ax, bx) * source->width,
      MAX (ay, by) * source->height);
}

typedef struct
{
  gdouble squares;
  gdouble sum;
  gdouble most;
  guint64 n;
} Difference;

static void
compare (const Source * source, GstVideoOrientationMethod method,
    const ScorePlanes * planes, Difference * difference)
{
  const guint8 *data[3] = { planes->y, planes->u, planes->v };

  for (guint i = 0; i < 3; i++) {
    guint width = i == 0 ? planes->width : (planes->width + 1) / 2;
    guint height = i == 0 ? planes->height : (planes->height + 1) / 2;
    gsize stride = i == 0 ? planes->luma_stride : planes->chroma_stride;

    for (guint y = 0; y < height; y++) {
      for (guint x = 0; x < width; x++) {
        gdouble off = data[i][y * stride + x]
            - get_expected (source, method, planes, i, x, y);

        difference->squares += off * off;
        difference->sum += off;
        difference->most = MAX (difference->most, fabs (off));
        difference->n++;
      }
    }
  }
}

static void
check_padding (const ScorePlanes * planes)
{
  const guint8 *last = planes->y + (planes->height - 1) * planes->luma_stride;

  for (guint y = 0; y < planes->height && planes->width % 2 == 1; y++) {
    const guint8 *row = planes->y + y * planes->luma_stride;

    g_assert_cmpuint (row[planes->width], ==, row[planes->width - 1]);
  }
  if (planes->height % 2 == 1)
    g_assert_cmpmem (last, planes->width, last + planes->luma_stride,
        planes->width);
}

/* Gives the PSNR. */
static gdouble
check_shrink (ScoreShrinker * shrinker, const Source * source, guint width,
    guint height, GstVideoOrientationMethod method)
{
  ScoreTurn turn = score_turn_from_orientation (method);
  Difference difference = { 0 };
  const ScorePlanes *planes;
  ScorePicture picture;
  ScoreColour colour;

  make_picture (source, &picture);
  score_colour_init_jpeg (&colour, FALSE);
  g_assert_true (colour.identity);
  planes = score_shrinker_run (shrinker, &picture, width, height, turn,
      &colour);
  g_assert_cmpuint (planes->width, ==, turn.transpose ? height : width);
  g_assert_cmpuint (planes->height, ==, turn.transpose ? width : height);
  compare (source, method, planes, &difference);
  check_padding (planes);
  if (difference.most > 1.1)
    g_error ("%ux%u to %ux%u, orientation %d: off by %g", source->width,
        source->height, width, height, method, difference.most);
  /* what products lose has to be made up for */
  if (difference.n > 20000)
    g_assert_cmpfloat (fabs (difference.sum / (gdouble) difference.n), <, 0.02);
  return 10 * log10 (255 * 255 * (gdouble) difference.n
      / MAX (difference.squares, 1e-9));
}

static void
test_random_sizes_subsamplings_and_turns (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (ScoreShrinker) shrinker = score_shrinker_new ();

  for (guint i = 0; i < 600; i++) {
    guint width = g_rand_int_range (rand, 1, 200);
    guint height = g_rand_int_range (rand, 1, 200);
    guint h_sub = 1u << g_rand_int_range (rand, 0, 3);
    guint v_sub = 1u << g_rand_int_range (rand, 0, 3);
    Source source;

    init_source (&source, width, height, h_sub, v_sub, rand);
    check_shrink (shrinker, &source, g_rand_int_range (rand, 1, width + 1),
        g_rand_int_range (rand, 1, height + 1), i % 8);
    clear_source (&source);
  }
}

static void
test_nothing_changes_at_the_same_size (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);
  g_autoptr (ScoreShrinker) shrinker = score_shrinker_new ();
  Source source;

  for (guint odd = 0; odd < 2; odd++) {
    init_source (&source, 64 + odd, 48 + odd, 2, 2, rand);
    g_assert_cmpfloat (check_shrink (shrinker, &source, 64 + odd, 48 + odd,
            GST_VIDEO_ORIENTATION_IDENTITY), >, 100);
    clear_source (&source);
  }
}

static void
test_psnr_at_usual_sizes (void)
{
  static const guint sizes[][4] = {
    {640, 480, 512, 384}, {1280, 720, 512, 288}, {1920, 1080, 512, 288},
    {320, 239, 300, 224}, {3840, 2160, 256, 144}
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);
  g_autoptr (ScoreShrinker) shrinker = score_shrinker_new ();

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    Source source;

    init_source (&source, sizes[i][0], sizes[i][1], 2, 2, rand);
    g_assert_cmpfloat (check_shrink (shrinker, &source, sizes[i][2],
            sizes[i][3], GST_VIDEO_ORIENTATION_IDENTITY), >=, 55);
    clear_source (&source);
  }
}

/* Hundreds of samples to a pixel are past what 16 bits can sum. */
static void
test_very_long_pictures (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (10);
  g_autoptr (ScoreShrinker) shrinker = score_shrinker_new ();
  Source source;

  init_source (&source, 1, 4000, 2, 2, rand);
  check_shrink (shrinker, &source, 1, 512, GST_VIDEO_ORIENTATION_IDENTITY);
  check_shrink (shrinker, &source, 1, 1, GST_VIDEO_ORIENTATION_90R);
  clear_source (&source);
  init_source (&source, 4000, 3, 2, 2, rand);
  for (guint width = 1; width < 64; width++)
    check_shrink (shrinker, &source, width, 1 + width % 3, width % 8);
  clear_source (&source);
}

/* All white is where sums come nearest to too large. */
static void
test_flat_pictures_stay_flat (void)
{
  static const guint8 values[] = { 0, 1, 127, 128, 254, 255 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  g_autoptr (ScoreShrinker) shrinker = score_shrinker_new ();

  for (guint i = 0; i < 20 * G_N_ELEMENTS (values); i++) {
    guint width = g_rand_int_range (rand, 1, 900);
    guint height = g_rand_int_range (rand, 1, 400);
    Source source;

    init_source (&source, width, height, 2, 2, rand);
    memset (source.planes[0], values[i % G_N_ELEMENTS (values)],
        (gsize) width * height);
    for (guint c = 1; c < 3; c++)
      memset (source.planes[c], values[i % G_N_ELEMENTS (values)],
          (gsize) ((width + 1) / 2) * ((height + 1) / 2));
    g_assert_cmpfloat (check_shrink (shrinker, &source,
            g_rand_int_range (rand, 1, MIN (width, 40) + 1),
            g_rand_int_range (rand, 1, MIN (height, 40) + 1), i % 8), >, 100);
    clear_source (&source);
  }
}

static void
test_part_of_a_picture (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (12);
  g_autoptr (ScoreShrinker) shrinker = score_shrinker_new ();
  Source source;
  ScorePicture picture;
  ScoreColour colour;
  const ScorePlanes *planes;

  init_source (&source, 101, 77, 2, 2, rand);
  make_picture (&source, &picture);
  picture.x = 13;
  picture.y = 7;
  picture.width = 50;
  picture.height = 40;
  score_colour_init_jpeg (&colour, FALSE);
  planes = score_shrinker_run (shrinker, &picture, 20, 16, (ScoreTurn) {
      0}, &colour);
  for (guint y = 0; y < 16; y++)
    for (guint x = 0; x < 20; x++)
      g_assert_cmpfloat (fabs (planes->y[y * planes->luma_stride + x]
              - average (&source, 0, 13 + x * 2.5, 7 + y * 2.5,
                  13 + x * 2.5 + 2.5, 7 + y * 2.5 + 2.5)), <, 1.1);
  for (guint y = 0; y < 8; y++)
    for (guint x = 0; x < 10; x++)
      g_assert_cmpfloat (fabs (planes->v[y * planes->chroma_stride + x]
              - average (&source, 2, 13 + x * 5, 7 + y * 5, 18 + x * 5,
                  12 + y * 5)), <, 1.1);
  clear_source (&source);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scale/random-sizes-subsamplings-and-turns",
      test_random_sizes_subsamplings_and_turns);
  g_test_add_func ("/scale/nothing-changes-at-the-same-size",
      test_nothing_changes_at_the_same_size);
  g_test_add_func ("/scale/psnr-at-usual-sizes", test_psnr_at_usual_sizes);
  g_test_add_func ("/scale/very-long-pictures", test_very_long_pictures);
  g_test_add_func ("/scale/flat-pictures-stay-flat",
      test_flat_pictures_stay_flat);
  g_test_add_func ("/scale/part-of-a-picture", test_part_of_a_picture);
  return g_test_run ();
}
