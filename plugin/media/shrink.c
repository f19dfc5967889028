/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/shrink.h"

#include "media/scale.h"

#include <math.h>

/* An interleaved pass over words costs as much as over the bytes in them, so
 * one that wants only every other byte takes words and is done in half. */

typedef struct
{
  guint8 *data;
  gsize size;
} Block;

/* One component on its way. */
typedef struct
{
  ScoreAxis horizontal, vertical;
  Block scaled, turned;
  guint width, height;          /* scaled, before the turn */
  gsize stride, turned_stride;
} Lane;

struct _ScoreShrinker
{
  ScoreScaler *scaler;
  Lane lanes[3];
  Block made[3];                /* what is made of RGB, and grey's chroma */
  ScorePlanes planes;
};

ScoreShrinker *
score_shrinker_new (void)
{
  ScoreShrinker *self = g_new0 (ScoreShrinker, 1);

  self->scaler = score_scaler_new ();
  return self;
}

void
score_shrinker_free (ScoreShrinker * shrinker)
{
  g_return_if_fail (shrinker != NULL);

  for (guint i = 0; i < 3; i++) {
    score_axis_clear (&shrinker->lanes[i].horizontal);
    score_axis_clear (&shrinker->lanes[i].vertical);
    g_aligned_free (shrinker->lanes[i].scaled.data);
    g_aligned_free (shrinker->lanes[i].turned.data);
    g_aligned_free (shrinker->made[i].data);
  }
  score_scaler_free (shrinker->scaler);
  g_free (shrinker);
}

/* Room for one column and one row more, and for chunks of 16 columns. */
static gsize
get_stride (guint width)
{
  return ((gsize) width + 1 + 15) / 16 * 16;
}

static guint8 *
ensure_block (Block * self, gsize stride, guint height)
{
  gsize size = stride * ((gsize) height + 1);

  if (size > self->size) {
    g_aligned_free (self->data);
    self->data = g_aligned_alloc0 (size, 1, 64);
    self->size = size;
  }
  return self->data;
}

/* The memory from the first sample that is shown, and the part of an axis. */
typedef struct
{
  guint first;
  gdouble start, extent;
  guint limit;
} Part;

static Part
get_part (gdouble position, gdouble length, guint sub, guint n_samples)
{
  Part part;

  part.first = MIN ((guint) (position / sub), n_samples - 1);
  part.start = position / sub - part.first;
  part.extent = length / sub;
  part.limit = n_samples - part.first;
  part.limit = MIN (part.limit, (guint) ceil (part.start + part.extent));
  return part;
}

/* What makes all ones of a deep full-range component the 255 of a byte. */
static guint
get_total (const ScoreComponent * component, gboolean full_range)
{
  gdouble most = (1 << component->depth) - 1;

  if (component->depth == 8 || !full_range)
    return 65536;
  return (guint) lrint (65536.0 * 255 * 256 /
      (most * (1 << (16 - component->depth))));
}

/* A component may start with a cell of one pixel where the picture will be
 * reversed, for 4:2:0 counts its pairs from the top left. */
static void
set_lane (Lane * self, const ScorePicture * picture, guint index,
    guint width, guint height, ScoreTurn turn, gboolean full_range)
{
  const ScoreComponent *component = &picture->components[index];
  guint cell = picture->rgb || index == 0 ? 1 : 2;
  Part x = get_part (picture->x, picture->width, component->h_sub,
      component->width);
  Part y = get_part (picture->y, picture->height, component->v_sub,
      component->height);

  score_axis_set (&self->horizontal, width, cell,
      cell == 2 && turn.flip_x ? width % 2 : 0, x.start, x.extent, x.limit,
      65536);
  score_axis_set (&self->vertical, height, cell,
      cell == 2 && turn.flip_y ? height % 2 : 0, y.start, y.extent, y.limit,
      get_total (component, full_range));
  self->width = self->horizontal.n_cells;
  self->height = self->vertical.n_cells;
  self->stride = get_stride (self->width);
  ensure_block (&self->scaled, self->stride, self->height);
}

/* Whether two components can be taken in one pass over the same memory. */
static gboolean
share_pass (const ScorePicture * picture, guint a, guint b)
{
  const ScoreComponent *first = &picture->components[a];
  const ScoreComponent *second = &picture->components[b];

  return first->plane == second->plane && first->step == second->step
      && first->depth == second->depth && first->shift == second->shift
      && first->h_sub == second->h_sub && first->v_sub == second->v_sub
      && (picture->rgb || (a == 0) == (b == 0));
}

static gboolean
use_words (const ScorePicture * picture, const guint * members, guint n)
{
  const ScoreComponent *component = &picture->components[members[0]];

  if (component->depth > 8)
    return TRUE;
  if (component->step % 2 == 1)
    return FALSE;
  for (guint i = 1; i < n; i++)
    if (picture->components[members[i]].offset % 2 != component->offset % 2)
      return FALSE;
  return TRUE;
}

static void
set_words (ScoreLanes * lanes, const ScoreComponent * component,
    gboolean full_range)
{
  lanes->wide = TRUE;
  if (component->depth > 8) {
    lanes->left_shift = 16 - component->depth - component->shift;
    lanes->mask = (guint16) (0xffff << (16 - component->depth));
    lanes->most = full_range ? 0xffff : 0xff00;
  } else {
    gboolean high = (component->offset % 2 == 1)
        == (G_BYTE_ORDER == G_LITTLE_ENDIAN);

    lanes->left_shift = high ? 0 : 8;
    lanes->mask = 0xff00;
    lanes->most = 0xff00;
  }
}

static void
run_pass (ScoreShrinker * self, const ScorePicture * picture,
    const guint * members, guint n, gboolean full_range)
{
  const ScoreComponent *component = &picture->components[members[0]];
  const Lane *lane = &self->lanes[members[0]];
  Part x = get_part (picture->x, picture->width, component->h_sub,
      component->width);
  Part y = get_part (picture->y, picture->height, component->v_sub,
      component->height);
  ScoreLanes lanes = { 0 };
  ScoreTarget targets[3];
  guint lane_size;

  lanes.rows = component->plane + (gssize) y.first * component->stride
      + (gsize) x.first * component->step;
  lanes.stride = component->stride;
  if (use_words (picture, members, n))
    set_words (&lanes, component, full_range);
  lane_size = lanes.wide ? 2 : 1;
  lanes.n_lanes = x.limit * component->step / lane_size;
  for (guint i = 0; i < n; i++) {
    Lane *target = &self->lanes[members[i]];

    targets[i].first_lane = picture->components[members[i]].offset / lane_size;
    targets[i].lanes_per_sample = component->step / lane_size;
    targets[i].horizontal = &target->horizontal;
    targets[i].data = target->scaled.data;
    targets[i].stride = target->stride;
  }
  score_scaler_run (self->scaler, &lanes, &lane->vertical, targets, n);
}

static void
scale_components (ScoreShrinker * self, const ScorePicture * picture,
    gboolean full_range)
{
  gboolean done[3] = { FALSE };

  for (guint i = 0; i < picture->n_components; i++) {
    guint members[3], n = 0;

    if (done[i])
      continue;
    for (guint j = i; j < picture->n_components; j++) {
      if (share_pass (picture, i, j)) {
        members[n++] = j;
        done[j] = TRUE;
      }
    }
    run_pass (self, picture, members, n, full_range);
  }
}

static void
turn_component (Lane * self, ScoreTurn turn, guint8 ** data, gsize * stride)
{
  guint width = turn.transpose ? self->height : self->width;
  guint height = turn.transpose ? self->width : self->height;

  *data = self->scaled.data;
  *stride = self->stride;
  if (!turn.flip_x && !turn.flip_y && !turn.transpose)
    return;
  *stride = get_stride (width);
  *data = ensure_block (&self->turned, *stride, height);
  score_turn_plane (turn, self->scaled.data, self->stride, self->width,
      self->height, *data, *stride);
}

static void
make_planes (ScoreShrinker * self, guint8 * data[3], gsize stride[3],
    const ScorePicture * picture, const ScoreColour * colour)
{
  ScorePlanes *planes = &self->planes;
  guint chroma_height = (planes->height + 1) / 2;

  planes->y = data[0];
  planes->u = data[1];
  planes->v = data[2];
  planes->luma_stride = stride[0];
  planes->chroma_stride = stride[1];
  if (picture->n_components == 1 || picture->rgb) {
    planes->chroma_stride = get_stride ((planes->width + 1) / 2);
    planes->u = ensure_block (&self->made[1], planes->chroma_stride,
        chroma_height);
    planes->v = ensure_block (&self->made[2], planes->chroma_stride,
        chroma_height);
  }
  if (picture->n_components == 1)
    score_colour_clear_chroma (planes);
  if (picture->rgb) {
    planes->y = ensure_block (&self->made[0], stride[0], planes->height);
    score_colour_fix_rgb (colour, data, planes);
  } else {
    score_colour_fix_yuv (colour, planes);
  }
  score_colour_pad (planes);
}

const ScorePlanes *
score_shrinker_run (ScoreShrinker * shrinker, const ScorePicture * picture,
    guint width, guint height, ScoreTurn turn, const ScoreColour * colour)
{
  guint8 *data[3] = { NULL };
  gsize stride[3] = { 0 };
  gboolean full_range = colour->luma_offset == 0;

  g_return_val_if_fail (width > 0 && height > 0, NULL);

  for (guint i = 0; i < picture->n_components; i++)
    set_lane (&shrinker->lanes[i], picture, i, width, height, turn, full_range);
  scale_components (shrinker, picture, full_range);
  for (guint i = 0; i < picture->n_components; i++)
    turn_component (&shrinker->lanes[i], turn, &data[i], &stride[i]);
  shrinker->planes.width = turn.transpose ? height : width;
  shrinker->planes.height = turn.transpose ? width : height;
  make_planes (shrinker, data, stride, picture, colour);
  return &shrinker->planes;
}
