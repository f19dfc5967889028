/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-vision.h"
#include "sim-colour.h"

#include <math.h>

#define WORLD_WIDTH 100.0
#define WORLD_HEIGHT 56.25
#define TABLE_HEIGHT 12.0
#define FINGER_WIDTH 1.5
#define FINGER_LENGTH 7.0

/* What a thing looks like: its colours and, in cm, between which sizes what can
 * be seen of it has to be. */
typedef struct
{
  SimColour colour, second;
  gdouble min_width, max_width, min_height, max_height;
  gdouble width, height;        /* when nothing hides it */
  gdouble min_area;             /* square cm of its colour */
} Look;

static const Look looks[SIM_N_THINGS] = {
  [SIM_BANANA] = {SIM_YELLOW, SIM_OTHER, 5, 12, 1.2, 9, 9.0, 5.0, 5},
  [SIM_CONE] = {SIM_PINK, SIM_TAN, 3.5, 11, 1.2, 13, 7.0, 8.8, 12},
  [SIM_CUP] = {SIM_RED, SIM_OTHER, 4, 12, 1.2, 12, 8.6, 7.4, 12},
  [SIM_BLOCK] = {SIM_GREEN, SIM_OTHER, 4, 12, 1.2, 11, 7.0, 6.4, 10},
  [SIM_BOWL] = {SIM_BLUE, SIM_OTHER, 11, 20, 2.5, 10, 16.0, 7.0, 40},
  [SIM_PLATE] = {SIM_CYAN, SIM_OTHER, 12, 23, 0.6, 4.5, 18.0, 2.0, 10},
  [SIM_DRAWER] = {SIM_BROWN, SIM_OTHER, 12, 23, 4, 13, 18.0, 9.0, 60},
};

typedef struct
{
  const guint8 *map;
  guint columns, rows;
  gdouble scale;                /* pixels a cm */
  gdouble left;                 /* of the world, in pixels */
  gdouble table;                /* row of the table's edge */
  gboolean sideways;            /* the table is a column: the picture lies */
} View;

static gdouble
view_x (const View * view, gdouble column)
{
  return (column - view->left) / view->scale;
}

static gdouble
view_height (const View * view, gdouble row)
{
  return (view->table - row) / view->scale;
}

static guint
count_in_row (const View * view, guint row, SimColour colour)
{
  const guint8 *p = view->map + (gsize) row * view->columns;
  guint n = 0;

  for (guint i = 0; i < view->columns; i++)
    n += p[i] == colour;
  return n;
}

/* The first row that is more table than wall, -1 without one. */
static gint
find_table_row (const View * view)
{
  for (guint row = view->rows / 4; row < view->rows; row++) {
    if (count_in_row (view, row, SIM_TABLE) >
        count_in_row (view, row, SIM_WALL) + view->columns / 4)
      return row;
  }
  return -1;
}

static guint
count_table_in_column (const View * view, guint column)
{
  guint n = 0;

  for (guint row = 0; row < view->rows; row++)
    n += view->map[(gsize) row * view->columns + column] == SIM_TABLE;
  return n;
}

/* The table fills the left or the right edge of a picture that lies on its
 * side, where it should fill the lower one. */
static gboolean
is_sideways (const View * view)
{
  guint edge = MAX (count_table_in_column (view, 0),
      count_table_in_column (view, view->columns - 1));

  return edge > 0.8 * view->rows
      && count_in_row (view, view->rows - 1, SIM_TABLE) < 0.8 * view->columns;
}

static void
init_view (View * view, const SimPixels * pixels, const guint8 * map)
{
  gdouble top, across, up;
  gint row;

  view->map = map;
  view->columns = pixels->columns;
  view->rows = pixels->rows;
  view->sideways = is_sideways (view);
  across = view->sideways ? view->rows : view->columns;
  up = view->sideways ? view->columns : view->rows;
  view->scale = MIN (across / WORLD_WIDTH, up / WORLD_HEIGHT);
  view->left = (view->columns - WORLD_WIDTH * view->scale) / 2;
  top = (view->rows - WORLD_HEIGHT * view->scale) / 2;
  view->table = top + (WORLD_HEIGHT - TABLE_HEIGHT) * view->scale;
  row = find_table_row (view);
  if (row >= 0 && fabs (row - view->table) > 2 + 2 * view->scale)
    view->table = row;
}

/* A wall and a table and little else: no photograph looks like that. */
static gboolean
is_toy_world (const View * view)
{
  gsize n = (gsize) view->columns * view->rows;
  gsize wall = 0, table = 0;

  if (view->columns < 48 || view->rows < 27)
    return FALSE;
  for (gsize i = 0; i < n; i++) {
    wall += view->map[i] == SIM_WALL;
    table += view->map[i] == SIM_TABLE;
  }
  return wall > 0.40 * n && table > 0.10 * n && wall + table > 0.65 * n;
}

static void
take_patch (const View * view, const SimPatch * patch, SimBox * box)
{
  box->seen = TRUE;
  box->area = patch->area / (view->scale * view->scale);
  box->x = view_x (view, (patch->left + patch->right) / 2.0);
  box->width = (patch->right - patch->left) / view->scale;
  box->top = view_height (view, patch->top);
  box->bottom = view_height (view, patch->bottom);
}

static gboolean
is_close (const SimPatch * a, const SimPatch * b, guint by)
{
  return a->left < b->right + by && b->left < a->right + by
      && a->top < b->bottom + by && b->top < a->bottom + by;
}

static const SimPatch *
find_seed (GArray * patches, SimColour colour)
{
  for (guint i = 0; i < patches->len; i++) {
    const SimPatch *patch = &g_array_index (patches, SimPatch, i);

    if (patch->colour == colour)
      return patch;
  }
  return NULL;
}

static SimPatch
join_patches (const SimPatch * a, const SimPatch * b)
{
  SimPatch joined = *a;

  joined.left = MIN (a->left, b->left);
  joined.right = MAX (a->right, b->right);
  joined.top = MIN (a->top, b->top);
  joined.bottom = MAX (a->bottom, b->bottom);
  joined.area = a->area + b->area;
  return joined;
}

/* The biggest patch of the colour of @look, grown by what lies beside it of the
 * same thing: fingers and edges can cut a thing in two. */
static gboolean
find_patch (const View * view, GArray * patches, const Look * look,
    SimPatch * found)
{
  const SimPatch *seed = find_seed (patches, look->colour);
  guint near = ceil (view->scale);

  if (seed == NULL)
    return FALSE;
  *found = *seed;
  for (guint i = 0; i < patches->len; i++) {
    const SimPatch *patch = &g_array_index (patches, SimPatch, i);
    SimPatch joined = join_patches (found, patch);

    if (patch == seed || patch->area * 12 < seed->area
        || !is_close (found, patch, near))
      continue;
    if ((patch->colour == look->colour || patch->colour == look->second)
        && joined.right - joined.left <= look->max_width * view->scale)
      *found = joined;
  }
  return TRUE;
}

/* Small pictures blur what is small: half a pixel of grace at each edge. */
static gboolean
has_shape (const View * view, const SimPatch * patch, const Look * look)
{
  gdouble grace = 1.0 / view->scale;
  gdouble across = (patch->right - patch->left) / view->scale;
  gdouble up = (patch->bottom - patch->top) / view->scale;
  gdouble width = view->sideways ? up : across;
  gdouble height = view->sideways ? across : up;

  return width >= look->min_width - grace && width <= look->max_width + grace
      && height >= look->min_height - grace
      && height <= look->max_height + grace
      && patch->area >= look->min_area * view->scale * view->scale
      && patch->area >= 0.3 * (patch->right - patch->left)
      * (patch->bottom - patch->top);
}

static gdouble
measure_box (const SimBox * box)
{
  return box->width * (box->top - box->bottom);
}

/* How much of @a is no further than @by from @b, square cm. */
static gdouble
measure_overlap (const SimBox * a, const SimBox * b, gdouble by)
{
  gdouble across = MIN (a->x + a->width / 2, b->x + b->width / 2 + by) -
      MAX (a->x - a->width / 2, b->x - b->width / 2 - by);
  gdouble up = MIN (a->top, b->top + by) - MAX (a->bottom, b->bottom - by);

  return MAX (across, 0) * MAX (up, 0);
}

/* Two items are never at the same place: where red meets violet, it looks pink.
 */
static void
drop_ghosts (SimScene * scene)
{
  for (gint i = 0; i < SIM_FIRST_CONTAINER; i++) {
    for (gint j = 0; j < SIM_FIRST_CONTAINER; j++) {
      SimBox *ghost = &scene->things[i], *box = &scene->things[j];

      if (i != j && ghost->seen && box->seen && ghost->area < box->area
          && measure_overlap (ghost, box,
              scene->blur) > 0.4 * measure_box (ghost))
        ghost->seen = FALSE;
    }
  }
}

static void
find_things (const View * view, GArray * patches, SimScene * scene)
{
  for (gint i = 0; i < SIM_N_THINGS; i++) {
    SimPatch patch;
    SimBox *box = &scene->things[i];

    if (!find_patch (view, patches, &looks[i], &patch)
        || !has_shape (view, &patch, &looks[i]))
      continue;
    take_patch (view, &patch, box);
    box->middle = (box->top + box->bottom) / 2;
  }
  drop_ghosts (scene);
}

static guint
count_violet (const View * view, const SimPatch * patch, guint row)
{
  const guint8 *p = view->map + (gsize) row * view->columns;
  guint n = 0;

  for (guint i = patch->left; i < patch->right; i++)
    n += p[i] == SIM_VIOLET;
  return n;
}

/* The row where the broad palm ends and the two narrow fingers begin; the top
 * row when there is no palm. */
static guint
find_palm_end (const View * view, const SimPatch * patch)
{
  guint broad = 6.5 * view->scale;
  guint row = patch->top;

  while (row < patch->bottom && count_violet (view, patch, row) < broad)
    row++;
  if (row == patch->bottom)
    return patch->top;
  while (row < patch->bottom && count_violet (view, patch, row) >= broad)
    row++;
  return row;
}

/* When the palm is above the picture, the fingers hang into it one by one. */
static gboolean
find_gripper_patch (const View * view, GArray * patches, SimPatch * found)
{
  const SimPatch *seed = find_seed (patches, SIM_VIOLET);

  if (seed == NULL)
    return FALSE;
  *found = *seed;
  for (guint i = 0; i < patches->len; i++) {
    const SimPatch *patch = &g_array_index (patches, SimPatch, i);
    SimPatch joined = join_patches (found, patch);

    if (patch->colour == SIM_VIOLET && patch != seed
        && patch->area * 3 >= seed->area && patch->top < found->bottom
        && found->top < patch->bottom
        && joined.right - joined.left <= 18 * view->scale)
      *found = joined;
  }
  return found->right - found->left >= 2.0 * view->scale
      && found->right - found->left <= 18 * view->scale
      && found->bottom - found->top >= 1.5 * view->scale
      && found->bottom - found->top <= 17 * view->scale;
}

/* Mean column of what is violet left and right of the gripper's axis; less is
 * mistaken for a finger there than at the tips. */
static gboolean
find_fingers (const View * view, const SimPatch * patch, guint palm,
    gdouble * left, gdouble * right)
{
  gdouble axis = (patch->left + patch->right) / 2.0;
  gdouble sums[2] = { 0, 0 };
  guint n[2] = { 0, 0 };
  guint from = palm;
  guint to = palm + ceil (0.6 * FINGER_LENGTH * view->scale);

  /* The palm's lower edge is not sharp. */
  if (palm > patch->top)
    from += MAX (1, 0.12 * FINGER_LENGTH * view->scale);
  for (guint row = from; row < MIN (to, patch->bottom); row++) {
    for (guint i = patch->left; i < patch->right; i++) {
      guint side = i + 0.5 > axis;

      if (view->map[(gsize) row * view->columns + i] != SIM_VIOLET)
        continue;
      sums[side] += i + 0.5;
      n[side]++;
    }
  }
  if (n[0] == 0 || n[1] == 0)
    return FALSE;
  *left = sums[0] / n[0];
  *right = sums[1] / n[1];
  return TRUE;
}

static void
find_gripper (const View * view, GArray * patches, SimScene * scene)
{
  SimPatch patch;
  gdouble left, right;
  guint palm;

  if (!find_gripper_patch (view, patches, &patch))
    return;
  palm = find_palm_end (view, &patch);
  if (palm == patch.top && patch.top > 1)
    return;
  /* In a small picture the colour of what is held can swallow a finger. */
  if (!find_fingers (view, &patch, palm, &left, &right)) {
    left = patch.left + FINGER_WIDTH / 2 * view->scale;
    right = patch.right - FINGER_WIDTH / 2 * view->scale;
  }
  scene->gripper = TRUE;
  scene->tip_x = view_x (view, (left + right) / 2);
  scene->tip_height = palm > patch.top
      ? view_height (view, palm) - FINGER_LENGTH
      : view_height (view, patch.bottom);
  scene->gap = (right - left) / view->scale - FINGER_WIDTH;
}

static gboolean
is_in_any (const SimScene * scene, SimThing thing)
{
  for (gint c = SIM_FIRST_CONTAINER; c < SIM_N_THINGS; c++) {
    if (sim_scene_is_inside (scene, thing, c))
      return TRUE;
  }
  return FALSE;
}

/* Open fingers stand off the thing between them by 2 cm and more, closed ones
 * touch it; what is up in the air between them does not float there. */
static gboolean
is_held (const SimScene * scene, SimThing thing)
{
  const SimBox *box = &scene->things[thing];

  if (!box->seen || !scene->gripper || scene->gap < 2.5
      || fabs (box->x - scene->tip_x) > 2.5
      || box->top < scene->tip_height + 0.5
      || box->bottom > scene->tip_height + FINGER_LENGTH)
    return FALSE;
  return scene->gap < looks[thing].width + 1.1
      || (box->bottom > 2.5 && !is_in_any (scene, thing));
}

/* The front of a bowl hides the lower part of what is in it, so its middle is
 * reckoned from its top. */
static void
complete_hidden (SimScene * scene)
{
  for (gint i = 0; i < SIM_FIRST_CONTAINER; i++) {
    SimBox *box = &scene->things[i];

    if (is_in_any (scene, i))
      box->middle = MIN (box->middle, box->top - looks[i].height / 2);
  }
}

void
sim_vision_look (const SimPixels * pixels, SimScene * scene)
{
  g_autofree guint8 *map = sim_colour_map (pixels);
  g_autoptr (GArray) patches = NULL;
  View view;

  *scene = (SimScene) {
  .held = SIM_NOTHING};
  init_view (&view, pixels, map);
  if (!is_toy_world (&view))
    return;
  scene->toy_world = TRUE;
  scene->blur = 2 / view.scale;
  patches = sim_colour_patches (map, view.columns, view.rows,
      MAX (3, 0.4 * view.scale * view.scale));
  find_things (&view, patches, scene);
  find_gripper (&view, patches, scene);
  for (gint i = 0; i < SIM_FIRST_CONTAINER; i++) {
    if (scene->held == SIM_NOTHING && is_held (scene, i))
      scene->held = i;
  }
  complete_hidden (scene);
}

gboolean
sim_scene_is_inside (const SimScene * scene, SimThing item, SimThing container)
{
  const SimBox *box = &scene->things[item], *into = &scene->things[container];

  return box->seen && into->seen && fabs (box->x - into->x) < into->width / 2
      && box->bottom - into->top < 1.0 + scene->blur
      && box->top > into->top - 1.0;
}

gdouble
sim_scene_reach (const SimScene * scene, SimThing thing)
{
  const SimBox *box = &scene->things[thing];

  return hypot (scene->tip_x - box->x, scene->tip_height - box->middle);
}
