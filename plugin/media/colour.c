/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/colour.h"

#include "media/lanes.h"

#include <math.h>

/* Differences from black or grey are taken times 128, factors in 1/32768, so
 * that the high half of a product is the result times 64. */

#define KR 0.299
#define KG 0.587
#define KB 0.114
#define N_LANES SCORE_N_LANES
#define CHUNK (2 * N_LANES)
/* One half, and what three truncated products lose. */
#define ROUNDING (32 + 1)

/* Rows R, G, B; columns Y, U, V; all of them 0..1 or -0.5..0.5. */
static void
get_rgb_from_yuv (gdouble kr, gdouble kb, gdouble matrix[3][3])
{
  const gdouble kg = 1 - kr - kb;
  const gdouble rgb[3][3] = {
    {1, 0, 2 * (1 - kr)},
    {1, -2 * (1 - kb) * kb / kg, -2 * (1 - kr) * kr / kg},
    {1, 2 * (1 - kb), 0},
  };

  memcpy (matrix, rgb, sizeof rgb);
}

static gint16
to_fixed (gdouble factor)
{
  g_assert (fabs (factor) < 1);
  return (gint16) CLAMP (lrint (factor * 32768), -32767, 32767);
}

static void
set_factors (ScoreColour * self, gdouble rgb[3][3], const gdouble scale[3],
    gdouble own)
{
  const gdouble jpeg[3][3] = {
    {KR, KG, KB},
    {-KR / (2 * (1 - KB)), -KG / (2 * (1 - KB)), 0.5},
    {0.5, -KG / (2 * (1 - KR)), -KB / (2 * (1 - KR))},
  };

  for (guint i = 0; i < 3; i++) {
    for (guint j = 0; j < 3; j++) {
      gdouble sum = 0;

      for (guint k = 0; k < 3; k++)
        sum += jpeg[i][k] * rgb[k][j];
      self->factors[i][j] = to_fixed (sum * scale[j] - (i == j ? own : 0));
    }
  }
}

static gboolean
is_identity (const ScoreColour * self)
{
  for (guint i = 0; i < 3; i++)
    for (guint j = 0; j < 3; j++)
      if (self->factors[i][j] != 0)
        return FALSE;
  return self->luma_offset == 0;
}

/* What the caps leave open is what GStreamer takes for a video of that size. */
static GstVideoColorimetry
get_colorimetry (const GstVideoInfo * info)
{
  GstVideoColorimetry colorimetry = info->colorimetry;
  GstVideoInfo usual;

  gst_video_info_set_format (&usual, GST_VIDEO_INFO_FORMAT (info),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));
  if (colorimetry.range == GST_VIDEO_COLOR_RANGE_UNKNOWN)
    colorimetry.range = usual.colorimetry.range;
  if (colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_UNKNOWN
      || colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_RGB)
    colorimetry.matrix = usual.colorimetry.matrix;
  return colorimetry;
}

void
score_colour_init (ScoreColour * colour, const GstVideoInfo * info)
{
  GstVideoColorimetry colorimetry = get_colorimetry (info);
  gboolean limited = colorimetry.range == GST_VIDEO_COLOR_RANGE_16_235;
  gdouble luma = limited ? 255.0 / 219 : 1, chroma = limited ? 255.0 / 224 : 1;
  gdouble kr = KR, kb = KB;

  *colour = (ScoreColour) {
  .luma_offset = limited ? 16 : 0};
  if (GST_VIDEO_INFO_IS_RGB (info)) {
    gdouble same[3][3] = { {1, 0, 0}, {0, 1, 0}, {0, 0, 1}
    };

    set_factors (colour, same, (gdouble[3]) {
        luma, luma, luma}
        , 0);
  } else {
    gdouble rgb[3][3];

    gst_video_color_matrix_get_Kr_Kb (colorimetry.matrix, &kr, &kb);
    get_rgb_from_yuv (kr, kb, rgb);
    set_factors (colour, rgb, (gdouble[3]) {
        luma, chroma, chroma}
        , 1);
  }
  colour->identity = is_identity (colour);
}

void
score_colour_init_jpeg (ScoreColour * colour, gboolean rgb)
{
  GstVideoInfo info;

  gst_video_info_set_format (&info, rgb ? GST_VIDEO_FORMAT_RGB :
      GST_VIDEO_FORMAT_I420, 1, 1);
  info.colorimetry.range = GST_VIDEO_COLOR_RANGE_0_255;
  if (!rgb)
    info.colorimetry.matrix = GST_VIDEO_COLOR_MATRIX_BT601;
  score_colour_init (colour, &info);
}

static inline ScoreShorts
center (ScoreWords widened, gint black)
{
  return (ScoreShorts) (widened >> 1) - (gint16) (black << 7);
}

/* Luma's own part times 64. */
static inline ScoreShorts
fix_luma (const ScoreColour * self, ScoreWords widened)
{
  ScoreShorts luma = center (widened, self->luma_offset);

  return (luma >> 1) + score_shorts_multiply (luma, self->factors[0][0]);
}

static inline void
fix_luma_chunk (const ScoreColour * self, guint8 * y, ScoreShorts low,
    ScoreShorts high)
{
  ScoreBytes bytes = score_bytes_load (y);

  low += fix_luma (self, score_bytes_widen_low (bytes));
  high += fix_luma (self, score_bytes_widen_high (bytes));
  bytes = score_shorts_pack ((low + ROUNDING) >> 6, (high + ROUNDING) >> 6);
  memcpy (y, &bytes, sizeof bytes);
}

static inline ScoreShorts
fix_chroma_chunk (const gint16 factors[3], guint own, guint8 * u, guint8 * v,
    guint8 * dest)
{
  ScoreShorts first =
      center (score_bytes_widen_low (score_bytes_load_half (u)), 128);
  ScoreShorts second =
      center (score_bytes_widen_low (score_bytes_load_half (v)), 128);
  ScoreShorts sum = score_shorts_multiply (first, factors[1])
      + score_shorts_multiply (second, factors[2]);
  ScoreBytes bytes;

  if (dest) {
    sum += (own == 1 ? first : second) >> 1;
    bytes = score_shorts_pack (((sum + ROUNDING) >> 6) + 128, sum);
    memcpy (dest, &bytes, N_LANES);
  }
  return sum;
}

/* A component's own part alone: black becomes base. */
static void
stretch (guint8 * data, gsize stride, guint width, guint height, gint black,
    gint16 base, gint16 factor)
{
  for (guint row = 0; row < height; row++, data += stride) {
    for (guint x = 0; x < width; x += CHUNK) {
      ScoreBytes bytes = score_bytes_load (data + x);
      ScoreShorts low = center (score_bytes_widen_low (bytes), black);
      ScoreShorts high = center (score_bytes_widen_high (bytes), black);

      low = (low >> 1) + score_shorts_multiply (low, factor) + ROUNDING;
      high = (high >> 1) + score_shorts_multiply (high, factor) + ROUNDING;
      bytes = score_shorts_pack ((low >> 6) + base, (high >> 6) + base);
      memcpy (data + x, &bytes, sizeof bytes);
    }
  }
}

/* The matrix is JPEG's already, as mostly in standard definition. */
static gboolean
is_range_alone (const ScoreColour * self)
{
  for (guint i = 0; i < 3; i++)
    for (guint j = 0; j < 3; j++)
      if (i != j && self->factors[i][j] != 0)
        return FALSE;
  return TRUE;
}

static void
fix_range (const ScoreColour * self, ScorePlanes * planes)
{
  guint width = (planes->width + 1) / 2, height = (planes->height + 1) / 2;

  stretch (planes->y, planes->luma_stride, planes->width, planes->height,
      self->luma_offset, 0, self->factors[0][0]);
  stretch (planes->u, planes->chroma_stride, width, height, 128, 128,
      self->factors[1][1]);
  stretch (planes->v, planes->chroma_stride, width, height, 128, 128,
      self->factors[2][2]);
}

static void
fix_range_and_matrix (const ScoreColour * self, ScorePlanes * planes)
{
  /* A copy stays in registers, for no byte that is written can be of it. */
  const ScoreColour local = *self;

  for (guint row = 0; row < (planes->height + 1) / 2; row++) {
    for (guint x = 0; x < planes->width; x += CHUNK) {
      guint8 *y = planes->y + 2 * row * planes->luma_stride + x;
      guint8 *u = planes->u + row * planes->chroma_stride + x / 2;
      guint8 *v = planes->v + row * planes->chroma_stride + x / 2;
      guint8 made[N_LANES];
      ScoreShorts hue;

      hue = fix_chroma_chunk (local.factors[0], 0, u, v, NULL);
      fix_luma_chunk (&local, y, SCORE_LOW_16 (hue, hue),
          SCORE_HIGH_16 (hue, hue));
      fix_luma_chunk (&local, y + planes->luma_stride,
          SCORE_LOW_16 (hue, hue), SCORE_HIGH_16 (hue, hue));
      fix_chroma_chunk (local.factors[1], 1, u, v, made);
      fix_chroma_chunk (local.factors[2], 2, u, v, v);
      memcpy (u, made, sizeof made);
    }
  }
}

void
score_colour_fix_yuv (const ScoreColour * colour, ScorePlanes * planes)
{
  if (colour->identity)
    return;
  if (is_range_alone (colour))
    fix_range (colour, planes);
  else
    fix_range_and_matrix (colour, planes);
}

static inline ScoreShorts
sum_rgb (const gint16 factors[3], ScoreShorts r, ScoreShorts g, ScoreShorts b)
{
  return (score_shorts_multiply (r, factors[0])
      + score_shorts_multiply (g, factors[1])
      + score_shorts_multiply (b, factors[2]) + ROUNDING) >> 6;
}

static inline void
make_luma_chunk (const ScoreColour * self, const ScoreBytes rgb[3], guint8 * y)
{
  ScoreShorts low[3], high[3];
  ScoreBytes bytes;

  for (guint i = 0; i < 3; i++) {
    low[i] = center (score_bytes_widen_low (rgb[i]), self->luma_offset);
    high[i] = center (score_bytes_widen_high (rgb[i]), self->luma_offset);
  }
  bytes = score_shorts_pack (sum_rgb (self->factors[0], low[0], low[1], low[2]),
      sum_rgb (self->factors[0], high[0], high[1], high[2]));
  memcpy (y, &bytes, sizeof bytes);
}

/* The means of 2x2 pixels. */
static inline ScoreShorts
average_squares (const ScoreColour * self, ScoreBytes top, ScoreBytes bottom)
{
  ScoreWords low = (score_bytes_widen_low (top) >> 2)
      + (score_bytes_widen_low (bottom) >> 2);
  ScoreWords high = (score_bytes_widen_high (top) >> 2)
      + (score_bytes_widen_high (bottom) >> 2);

  return center (SCORE_EVEN (low, high) + SCORE_ODD (low, high),
      self->luma_offset);
}

static inline void
make_chunk (const ScoreColour * self, const ScoreBytes top[3],
    const ScoreBytes bottom[3], guint8 * u, guint8 * v)
{
  ScoreShorts rgb[3];
  ScoreBytes bytes;

  for (guint i = 0; i < 3; i++)
    rgb[i] = average_squares (self, top[i], bottom[i]);
  bytes = score_shorts_pack (sum_rgb (self->factors[1], rgb[0], rgb[1], rgb[2])
      + 128, sum_rgb (self->factors[2], rgb[0], rgb[1], rgb[2]) + 128);
  memcpy (u, &bytes, N_LANES);
  memcpy (v, (const guint8 *) &bytes + N_LANES, N_LANES);
}

void
score_colour_fix_rgb (const ScoreColour * colour, guint8 * const rgb[3],
    ScorePlanes * planes)
{
  const gsize stride = planes->luma_stride;

  for (guint i = 0; i < 3 && planes->width % 2 == 1; i++)
    for (guint row = 0; row < planes->height; row++)
      rgb[i][row * stride + planes->width] =
          rgb[i][row * stride + planes->width - 1];

  for (guint row = 0; row < planes->height; row += 2) {
    guint next = MIN (row + 1, planes->height - 1);

    for (guint x = 0; x < planes->width; x += CHUNK) {
      gsize chroma = row / 2 * planes->chroma_stride + x / 2;
      ScoreBytes top[3], bottom[3];

      for (guint i = 0; i < 3; i++) {
        top[i] = score_bytes_load (rgb[i] + row * stride + x);
        bottom[i] = score_bytes_load (rgb[i] + next * stride + x);
      }
      make_luma_chunk (colour, top, planes->y + row * stride + x);
      make_luma_chunk (colour, bottom, planes->y + (row + 1) * stride + x);
      make_chunk (colour, top, bottom, planes->u + chroma, planes->v + chroma);
    }
  }
}

void
score_colour_clear_chroma (ScorePlanes * planes)
{
  gsize size = planes->chroma_stride * ((planes->height + 1) / 2);

  memset (planes->u, 128, size);
  memset (planes->v, 128, size);
}

void
score_colour_pad (ScorePlanes * planes)
{
  guint8 *last = planes->y + (planes->height - 1) * planes->luma_stride;

  for (guint row = 0; row < planes->height && planes->width % 2 == 1; row++) {
    guint8 *end = planes->y + row * planes->luma_stride + planes->width;

    end[0] = end[-1];
  }
  if (planes->height % 2 == 1)
    memcpy (last + planes->luma_stride, last, planes->luma_stride);
}
