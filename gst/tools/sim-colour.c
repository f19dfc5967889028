/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-colour.h"

#include <math.h>

typedef struct
{
  SimColour colour;
  gdouble hue_from, hue_to;     /* degrees; from > to wraps around red */
  gdouble min_saturation;
  gdouble min_value, max_value;
} Window;

/* Wide enough for 4:2:0, H.264 and JPEG, narrow enough that the mixture of two
 * neighbours at an edge falls between the windows. */
static const Window windows[] = {
  {SIM_VIOLET, 250, 294, 0.33, 0.45, 1.01},
  {SIM_YELLOW, 39, 66, 0.33, 0.62, 1.01},
  {SIM_PINK, 314, 349, 0.28, 0.80, 1.01},
  {SIM_TAN, 17, 39, 0.40, 0.64, 0.97},
  {SIM_RED, 349, 14, 0.53, 0.45, 0.97},
  {SIM_GREEN, 112, 160, 0.40, 0.40, 0.90},
  {SIM_BLUE, 203, 244, 0.45, 0.50, 1.01},
  {SIM_CYAN, 166, 201, 0.40, 0.52, 0.97},
  {SIM_BROWN, 15, 38, 0.46, 0.28, 0.60},
};

static gboolean
is_near (gint red, gint green, gint blue, const gint * colour, gint by)
{
  return ABS (red - colour[0]) <= by && ABS (green - colour[1]) <= by
      && ABS (blue - colour[2]) <= by;
}

static gdouble
measure_hue (gdouble red, gdouble green, gdouble blue, gdouble max,
    gdouble chroma)
{
  gdouble hue;

  if (max == red)
    hue = (green - blue) / chroma;
  else if (max == green)
    hue = 2 + (blue - red) / chroma;
  else
    hue = 4 + (red - green) / chroma;
  return hue < 0 ? hue * 60 + 360 : hue * 60;
}

static gboolean
is_hue_in (const Window * window, gdouble hue)
{
  if (window->hue_from > window->hue_to)
    return hue >= window->hue_from || hue < window->hue_to;
  return hue >= window->hue_from && hue < window->hue_to;
}

SimColour
sim_colour_of (guint8 red, guint8 green, guint8 blue)
{
  /* Between what they are and what they become when video of limited range is
   * taken for full range, as many encoders do. */
  static const gint wall[] = { 220, 222, 224 };
  static const gint table[] = { 91, 96, 105 };
  gint max = MAX (red, MAX (green, blue));
  gint min = MIN (red, MIN (green, blue));
  gdouble hue, saturation, value;

  if (is_near (red, green, blue, wall, 22))
    return SIM_WALL;
  if (is_near (red, green, blue, table, 16))
    return SIM_TABLE;
  if (max < 70 || (max - min) * 4 < max)
    return SIM_OTHER;
  hue = measure_hue (red, green, blue, max, max - min);
  saturation = (gdouble) (max - min) / max;
  value = max / 255.0;
  for (gsize i = 0; i < G_N_ELEMENTS (windows); i++) {
    const Window *window = &windows[i];

    if (saturation >= window->min_saturation && value >= window->min_value
        && value < window->max_value && is_hue_in (window, hue))
      return window->colour;
  }
  return SIM_OTHER;
}

guint8 *
sim_colour_map (const SimPixels * pixels)
{
  gsize n = (gsize) pixels->columns * pixels->rows;
  guint8 *map = g_malloc (n);
  const guint8 *rgb = pixels->rgb;

  for (gsize i = 0; i < n; i++, rgb += 3)
    map[i] = sim_colour_of (rgb[0], rgb[1], rgb[2]);
  return map;
}

/* Grows @patch from the pixel at @start; what belongs to it is cleared in
 * @left, so that it is found once. */
static void
flood_patch (guint8 * left, guint columns, guint rows, guint start,
    GArray * stack, SimPatch * patch)
{
  patch->colour = left[start];
  patch->left = columns;
  patch->top = rows;
  left[start] = SIM_OTHER;
  g_array_set_size (stack, 0);
  g_array_append_val (stack, start);
  while (stack->len > 0) {
    guint at = g_array_index (stack, guint, stack->len - 1);
    guint x = at % columns, y = at / columns;
    const guint next[] = { at - 1, at + 1, at - columns, at + columns };
    const gboolean inside[] = { x > 0, x + 1 < columns, y > 0, y + 1 < rows };

    g_array_set_size (stack, stack->len - 1);
    patch->area++;
    patch->left = MIN (patch->left, x);
    patch->right = MAX (patch->right, x + 1);
    patch->top = MIN (patch->top, y);
    patch->bottom = MAX (patch->bottom, y + 1);
    for (gsize i = 0; i < G_N_ELEMENTS (next); i++) {
      if (inside[i] && left[next[i]] == patch->colour) {
        left[next[i]] = SIM_OTHER;
        g_array_append_val (stack, next[i]);
      }
    }
  }
}

static gint
compare_patches (gconstpointer a, gconstpointer b)
{
  const SimPatch *first = a, *second = b;

  if (first->area != second->area)
    return first->area < second->area ? 1 : -1;
  return first->left < second->left ? -1 : first->left > second->left;
}

GArray *
sim_colour_patches (const guint8 * map, guint columns, guint rows,
    guint min_area)
{
  gsize n = (gsize) columns * rows;
  g_autofree guint8 *left = g_memdup2 (map, n);
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint));
  GArray *patches = g_array_new (FALSE, TRUE, sizeof (SimPatch));

  for (gsize i = 0; i < n; i++) {
    SimPatch patch = { 0 };

    if (left[i] <= SIM_TABLE)
      continue;
    flood_patch (left, columns, rows, i, stack, &patch);
    if (patch.area >= min_area)
      g_array_append_val (patches, patch);
  }
  g_array_sort (patches, compare_patches);
  return patches;
}
