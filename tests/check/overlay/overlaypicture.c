/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The drawing against small pictures in tests/data/overlay. After a change that
 * is meant, look at what SCORE_UPDATE_PICTURES=1 writes there. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/overlaypicture.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000000000)
#define FONT "DejaVu Sans"
/* FreeType's versions differ in the grey of edges, never in where they are. */
#define FAR_OFF 80
#define MOST_FAR_OFF 0.004

static gboolean
has_font (void)
{
  g_autoptr (PangoFontMap) map = pango_cairo_font_map_new ();
  PangoFontFamily **families;
  gint n;
  gboolean found = FALSE;

  pango_font_map_list_families (map, &families, &n);
  for (gint i = 0; i < n; i++)
    found |= g_str_equal (pango_font_family_get_name (families[i]), FONT);
  g_free (families);
  return found;
}

static const gdouble values[] = { 0, 0.02, 0.05, 0.1, 0.18, 0.15, 0.3, 0.42,
  0.4, 0.55, 0.62, 0.6, 0.68, 0.72
};

static ScoreTrackPoint points[G_N_ELEMENTS (values)];

/* Seven seconds of an episode with a sample in every half of one. */
static void
fill_state (ScoreOverlayState * state, ScoreOverlayStatus status, gint width,
    gint height, ScoreOverlayPosition position)
{
  const ScoreOverlayLook look = { position, SCORE_OVERLAY_EVERYTHING,
    (gchar *) FONT, 1.0, 1.0
  };
  const ScoreOverlayCanvas canvas = { width, height, 1, 1 };

  memset (state, 0, sizeof (*state));
  state->look = look;
  state->canvas = canvas;
  state->status = status;
  state->progress = 728;
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    points[i].time = i * SECOND / 2;
    points[i].progress = values[i];
    points[i].sample = TRUE;
    points[i].provisional = status == SCORE_OVERLAY_PROVISIONAL;
  }
  state->points = points;
  state->n_points = G_N_ELEMENTS (points);
  score_overlay_state_set_times (state, 0, 7 * SECOND);
  state->task = (gchar *) "put the banana in the bowl";
  state->description = (gchar *) "The gripper holds the banana above the bowl.";
  state->completion_state =
      (gchar *) "The banana lies in the bowl and the gripper is open.";
}

static ScoreOverlayPicture *picture;

static cairo_surface_t *
draw_at (const ScoreOverlayState * state, gint * x, gint * y)
{
  ScoreOverlayState pruned = *state;

  score_overlay_state_prune (&pruned);
  return score_overlay_picture_draw (picture, &pruned, x, y);
}

static cairo_surface_t *
draw (const ScoreOverlayState * state)
{
  gint x, y;

  return draw_at (state, &x, &y);
}

static gint
channel_distance (guint32 a, guint32 b)
{
  gint most = 0;

  for (guint shift = 0; shift < 32; shift += 8)
    most = MAX (most, ABS ((gint) (a >> shift & 0xff)
            - (gint) (b >> shift & 0xff)));
  return most;
}

/* Share of pixels that are far off; 1 when the sizes differ by more than two
 * pixels. */
static gdouble
compare (cairo_surface_t * a, cairo_surface_t * b)
{
  gint width = cairo_image_surface_get_width (a);
  gint height = cairo_image_surface_get_height (a);
  guint64 n_far = 0;

  if (ABS (width - cairo_image_surface_get_width (b)) > 2
      || ABS (height - cairo_image_surface_get_height (b)) > 2)
    return 1.0;
  width = MIN (width, cairo_image_surface_get_width (b));
  height = MIN (height, cairo_image_surface_get_height (b));
  for (gint y = 0; y < height; y++) {
    const guint32 *p = (const guint32 *) (gpointer)
        (cairo_image_surface_get_data (a)
        + y * cairo_image_surface_get_stride (a));
    const guint32 *q = (const guint32 *) (gpointer)
        (cairo_image_surface_get_data (b)
        + y * cairo_image_surface_get_stride (b));

    for (gint x = 0; x < width; x++)
      n_far += channel_distance (p[x], q[x]) > FAR_OFF;
  }
  return (gdouble) n_far / ((gdouble) width * height);
}

static cairo_surface_t *
load (const gchar * name)
{
  g_autofree gchar *path = g_test_build_filename (G_TEST_DIST, "data",
      "overlay", name, NULL);
  cairo_surface_t *surface = cairo_image_surface_create_from_png (path);

  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  return surface;
}

static void
compare_with_file (cairo_surface_t * drawn, const gchar * name)
{
  g_autofree gchar *path = g_test_build_filename (G_TEST_DIST, "data",
      "overlay", name, NULL);
  cairo_surface_t *wanted;
  gdouble share;

  if (g_getenv ("SCORE_UPDATE_PICTURES"))
    cairo_surface_write_to_png (drawn, path);
  wanted = load (name);
  share = compare (drawn, wanted);
  g_test_message ("%s: %.2f %% of the pixels are far off", name, 100 * share);
  if (share > MOST_FAR_OFF) {
    g_autofree gchar *seen = g_test_build_filename (G_TEST_BUILT, name, NULL);

    cairo_surface_write_to_png (drawn, seen);
    g_test_message ("written: %s", seen);
  }
  g_assert_cmpfloat (share, <=, MOST_FAR_OFF);
  cairo_surface_destroy (wanted);
}

typedef struct
{
  const gchar *name;
  ScoreOverlayStatus status;
  ScoreOverlayOutcome outcome;
  gint width, height;
  gint par_n, par_d;
  ScoreOverlayPosition position;
  const gchar *task, *description, *completion_state;   /* NULL: as it is */
  guint elements;               /* 0: all */
} Case;

#define LONG_TASK "pick up the small red cube that lies beside the blue mug, " \
  "carry it around the bottle without touching it and place it in the left " \
  "compartment of the open wooden drawer"
#define LONG_DESCRIPTION "The gripper is closed around the red cube and hangs " \
  "about ten centimetres above the drawer; the bottle stands upright between " \
  "the mug and the drawer, and the left compartment is empty."
#define LONG_STATE "The red cube lies flat in the left compartment of the " \
  "drawer, the bottle stands where it stood, the gripper is open, and the " \
  "arm is back over the edge of the table."
#define RTL_TASK "ضع الموزة في الوعاء"
#define RTL_DESCRIPTION "המלקחיים אוחזים בבננה מעל הקערה (bowl) והקערה ריקה."
#define RTL_STATE "الموزة داخل الوعاء والقابض مفتوح."

/* *INDENT-OFF* */
static const Case cases[] = {
  {"strip-final.png", SCORE_OVERLAY_FINAL, 0, 854, 480, 1, 1,
    SCORE_OVERLAY_BOTTOM, NULL, NULL, NULL},
  {"strip-provisional.png", SCORE_OVERLAY_PROVISIONAL, 0, 854, 480, 1, 1,
    SCORE_OVERLAY_BOTTOM, NULL, NULL, NULL},
  {"strip-pending.png", SCORE_OVERLAY_PENDING, 0, 854, 480, 1, 1,
    SCORE_OVERLAY_TOP, NULL, NULL, NULL},
  {"strip-failed.png", SCORE_OVERLAY_FAILED, 0, 854, 480, 1, 1,
    SCORE_OVERLAY_BOTTOM, NULL, NULL, NULL},
  {"card-success.png", SCORE_OVERLAY_FINAL, SCORE_OVERLAY_OUTCOME_SUCCESS,
    640, 480, 1, 1, SCORE_OVERLAY_TOP_LEFT, NULL, NULL, NULL},
  {"card-no-success.png", SCORE_OVERLAY_FINAL,
    SCORE_OVERLAY_OUTCOME_NO_SUCCESS, 640, 480, 1, 1,
    SCORE_OVERLAY_BOTTOM_RIGHT, NULL, NULL, NULL},
  {"card-failed.png", SCORE_OVERLAY_FAILED, 0, 640, 480, 1, 1,
    SCORE_OVERLAY_TOP_LEFT, NULL, NULL, NULL},
  {"long-text.png", SCORE_OVERLAY_FINAL, 0, 1280, 720, 1, 1,
    SCORE_OVERLAY_BOTTOM, LONG_TASK, LONG_DESCRIPTION, LONG_STATE},
  {"right-to-left.png", SCORE_OVERLAY_FINAL, 0, 640, 480, 1, 1,
    SCORE_OVERLAY_TOP_RIGHT, RTL_TASK, RTL_DESCRIPTION, RTL_STATE},
  {"160-lines.png", SCORE_OVERLAY_PROVISIONAL, 0, 284, 160, 1, 1,
    SCORE_OVERLAY_BOTTOM, NULL, NULL, NULL},
  {"wide-pixels.png", SCORE_OVERLAY_FINAL, 0, 720, 576, 64, 45,
    SCORE_OVERLAY_BOTTOM, NULL, NULL, NULL},
  {"strip-curve.png", SCORE_OVERLAY_FINAL, 0, 854, 480, 1, 1,
    SCORE_OVERLAY_BOTTOM, NULL, NULL, NULL, SCORE_OVERLAY_CURVE},
  {"strip-bar-curve.png", SCORE_OVERLAY_FINAL, 0, 854, 480, 1, 1,
    SCORE_OVERLAY_BOTTOM, NULL, NULL, NULL,
    SCORE_OVERLAY_BAR | SCORE_OVERLAY_CURVE},
};
/* *INDENT-ON* */

static void
fill_case (ScoreOverlayState * state, const Case * c)
{
  fill_state (state, c->status, c->width, c->height, c->position);
  state->outcome = c->outcome;
  state->canvas.par_n = c->par_n;
  state->canvas.par_d = c->par_d;
  if (c->elements != 0)
    state->look.elements = c->elements;
  if (c->task) {
    state->task = (gchar *) c->task;
    state->description = (gchar *) c->description;
    state->completion_state = (gchar *) c->completion_state;
  }
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  ScoreOverlayState state;
  cairo_surface_t *drawn;

  if (!has_font ()) {
    g_test_skip ("the font " FONT " is not installed");
    return;
  }
  fill_case (&state, c);
  drawn = draw (&state);
  g_assert_nonnull (drawn);
  compare_with_file (drawn, c->name);
  cairo_surface_destroy (drawn);
}

static void
assert_differ (const ScoreOverlayState * a, const ScoreOverlayState * b)
{
  cairo_surface_t *first = draw (a), *second = draw (b);

  g_assert_cmpfloat (compare (first, second), >, MOST_FAR_OFF);
  cairo_surface_destroy (first);
  cairo_surface_destroy (second);
}

/* The tolerance does not hide what people must see. */
static void
test_what_differs_looks_different (void)
{
  ScoreOverlayState a, b;

  fill_state (&a, SCORE_OVERLAY_FINAL, 854, 480, SCORE_OVERLAY_BOTTOM);
  fill_state (&b, SCORE_OVERLAY_PROVISIONAL, 854, 480, SCORE_OVERLAY_BOTTOM);
  assert_differ (&a, &b);
  b = a;
  b.progress = 400;
  assert_differ (&a, &b);
  b = a;
  b.task = (gchar *) "open the drawer";
  assert_differ (&a, &b);
  b = a;
  b.description = (gchar *) "The arm is still.";
  assert_differ (&a, &b);
}

static void
assert_same (const ScoreOverlayState * a, const ScoreOverlayState * b)
{
  cairo_surface_t *first = draw (a), *second = draw (b);
  gsize size = (gsize) cairo_image_surface_get_stride (first)
      * cairo_image_surface_get_height (first);

  g_assert_cmpint (cairo_image_surface_get_height (first), ==,
      cairo_image_surface_get_height (second));
  g_assert_cmpmem (cairo_image_surface_get_data (first), size,
      cairo_image_surface_get_data (second), size);
  cairo_surface_destroy (first);
  cairo_surface_destroy (second);
}

static void
test_pending_and_failed_show_no_number (void)
{
  const ScoreOverlayStatus silent[] = {
    SCORE_OVERLAY_PENDING, SCORE_OVERLAY_FAILED
  };

  for (guint i = 0; i < G_N_ELEMENTS (silent); i++) {
    ScoreOverlayState a, b;

    fill_state (&a, silent[i], 640, 480, SCORE_OVERLAY_TOP_LEFT);
    b = a;
    b.progress = 10;
    b.n_points = 3;
    score_overlay_state_set_times (&b, 0, 2 * SECOND);
    assert_same (&a, &b);
    score_overlay_state_prune (&a);
    score_overlay_state_prune (&b);
    g_assert_true (score_overlay_state_equal (&a, &b));
  }
}

static void
test_switched_off_parts_do_not_count (void)
{
  ScoreOverlayState a, b;

  fill_state (&a, SCORE_OVERLAY_FINAL, 640, 480, SCORE_OVERLAY_TOP_LEFT);
  a.look.elements = SCORE_OVERLAY_BAR;
  b = a;
  b.task = b.description = b.completion_state = (gchar *) "other";
  b.n_points = 2;
  score_overlay_state_set_times (&b, 0, 3 * SECOND);
  score_overlay_state_prune (&a);
  score_overlay_state_prune (&b);
  g_assert_true (score_overlay_state_equal (&a, &b));
  b.progress++;
  g_assert_false (score_overlay_state_equal (&a, &b));
}

static void
test_a_copy_is_equal_and_independent (void)
{
  ScoreOverlayState a, copy = { 0 };

  fill_state (&a, SCORE_OVERLAY_FINAL, 640, 480, SCORE_OVERLAY_TOP_LEFT);
  score_overlay_state_assign (&copy, &a);
  g_assert_true (score_overlay_state_equal (&a, &copy));
  points[3].progress = 0.9;
  g_assert_false (score_overlay_state_equal (&a, &copy));
  score_overlay_state_assign (&copy, &a);
  g_assert_true (score_overlay_state_equal (&a, &copy));
  score_overlay_state_clear (&copy);
}

static void
assert_inside (const ScoreOverlayState * state)
{
  gint x, y;
  cairo_surface_t *drawn = draw_at (state, &x, &y);

  g_assert_nonnull (drawn);
  g_assert_cmpint (x, >=, 0);
  g_assert_cmpint (y, >=, 0);
  g_assert_cmpint (x + cairo_image_surface_get_width (drawn), <=,
      state->canvas.width);
  g_assert_cmpint (y + cairo_image_surface_get_height (drawn), <=,
      state->canvas.height);
  cairo_surface_destroy (drawn);
}

static void
test_inside_the_picture (void)
{
  const gint sizes[][2] = { {32, 32}, {64, 32}, {213, 160}, {284, 160},
  {320, 240}, {480, 854}, {640, 480}, {1280, 720}, {3840, 2160}, {2160, 3840}
  };
  ScoreOverlayState state;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (gint position = SCORE_OVERLAY_TOP_LEFT;
        position <= SCORE_OVERLAY_BOTTOM_RIGHT; position++) {
      fill_state (&state, SCORE_OVERLAY_FINAL, sizes[i][0], sizes[i][1],
          position);
      state.task = (gchar *) LONG_TASK;
      state.description = (gchar *) LONG_DESCRIPTION;
      assert_inside (&state);
      state.look.scale = 4.0;
      assert_inside (&state);
    }
}

/* Caps may say anything. */
static void
test_pixels_of_any_shape (void)
{
  const gint shapes[][2] = { {55, 11}, {60, 3}, {36, 2}, {38, 1}, {1, 60},
  {G_MAXINT, 1}, {1, G_MAXINT}, {G_MAXINT, G_MAXINT - 1}
  };
  const gint sizes[][2] = { {1508, 1155}, {328, 339}, {328, 144}, {385, 310},
  {3840, 2160}
  };
  ScoreOverlayState state;

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
      for (gint position = SCORE_OVERLAY_TOP_LEFT;
          position <= SCORE_OVERLAY_BOTTOM_RIGHT; position++) {
        fill_state (&state, SCORE_OVERLAY_PROVISIONAL, sizes[k][0],
            sizes[k][1], position);
        state.canvas.par_n = shapes[i][0];
        state.canvas.par_d = shapes[i][1];
        state.look.scale = 0.25 * (1 << k);
        if (score_overlay_state_is_visible (&state))
          assert_inside (&state);
      }
}

static void
test_nothing_to_be_seen (void)
{
  ScoreOverlayState state;

  fill_state (&state, SCORE_OVERLAY_FINAL, 640, 480, SCORE_OVERLAY_TOP);
  state.look.elements = 0;
  g_assert_null (draw (&state));
  fill_state (&state, SCORE_OVERLAY_FINAL, 640, 480, SCORE_OVERLAY_TOP);
  state.look.opacity = 0;
  g_assert_null (draw (&state));
  fill_state (&state, SCORE_OVERLAY_FINAL, 16, 16, SCORE_OVERLAY_TOP);
  g_assert_null (draw (&state));
}

static void
test_sizes_follow_the_height (void)
{
  ScoreOverlayState small, large;
  cairo_surface_t *first, *second;
  gdouble ratio;

  fill_state (&small, SCORE_OVERLAY_FINAL, 854, 480, SCORE_OVERLAY_TOP_LEFT);
  fill_state (&large, SCORE_OVERLAY_FINAL, 3843, 2160, SCORE_OVERLAY_TOP_LEFT);
  first = draw (&small);
  second = draw (&large);
  ratio = (gdouble) cairo_image_surface_get_height (second)
      / cairo_image_surface_get_height (first);
  g_assert_cmpfloat (fabs (ratio - 4.5), <, 0.05);
  ratio = (gdouble) cairo_image_surface_get_width (second)
      / cairo_image_surface_get_width (first);
  g_assert_cmpfloat (fabs (ratio - 4.5), <, 0.05);
  cairo_surface_destroy (first);
  cairo_surface_destroy (second);
}

static void
test_the_axis_is_longer_than_the_episode (void)
{
  const gint64 lengths[] = { 0, 1, SECOND / 2, 6 * SECOND, 61 * SECOND,
    3601 * SECOND, 1000000 * SECOND, G_MAXINT64
  };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    ScoreOverlayState state = { 0 };

    score_overlay_state_set_times (&state, 0, lengths[i]);
    g_assert_cmpint (state.span, >=, SECOND);
    g_assert_cmpint (state.elapsed, >=, 0);
    g_assert_cmpint (state.elapsed, <=, SCORE_OVERLAY_SPAN_STEPS);
    if (lengths[i] >= 6 * SECOND && lengths[i] < G_MAXINT64)
      g_assert_cmpint (state.elapsed, >=, SCORE_OVERLAY_SPAN_STEPS / 2);
  }
}

int
main (int argc, char **argv)
{
  gint status;

  g_test_init (&argc, &argv, NULL);
  picture = score_overlay_picture_new ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/picture/%s", cases[i].name);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/picture/what-differs-looks-different",
      test_what_differs_looks_different);
  g_test_add_func ("/picture/pending-and-failed-show-no-number",
      test_pending_and_failed_show_no_number);
  g_test_add_func ("/picture/switched-off-parts-do-not-count",
      test_switched_off_parts_do_not_count);
  g_test_add_func ("/picture/a-copy-is-equal",
      test_a_copy_is_equal_and_independent);
  g_test_add_func ("/picture/inside-the-picture", test_inside_the_picture);
  g_test_add_func ("/picture/pixels-of-any-shape", test_pixels_of_any_shape);
  g_test_add_func ("/picture/nothing-to-be-seen", test_nothing_to_be_seen);
  g_test_add_func ("/picture/sizes-follow-the-height",
      test_sizes_follow_the_height);
  g_test_add_func ("/picture/the-axis",
      test_the_axis_is_longer_than_the_episode);
  status = g_test_run ();
  score_overlay_picture_free (picture);
  return status;
}
