/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/scale.h"

#include "media/lanes.h"

/* Sixteen destination rows are made at a time. Their source rows are summed
 * first, for that touches every byte of the picture and runs along the memory;
 * the sums are then transposed, so that summing columns is the same operation
 * on sixteen rows at once.
 *
 * Values are 8.8 fixed point in 16 bits and every product keeps its high half,
 * which loses half a unit on average: the sums start with what will be lost.
 * 255 plus both starts plus the rounding just fits 16 bits, hence the bounds. */

#define N_LANES SCORE_N_LANES
#define N_ROWS (2 * N_LANES)
/* Blocks go down some rows before they go on along them, which the machine
 * does not foresee by itself. */
#define AHEAD 512
#define BLOCK_LANES (8 * N_LANES)
#define MAX_START 63
/* More taps than the starts can make up for go the slow and exact way. */
#define MAX_TAPS (2 * MAX_START)

typedef guint16 Word __attribute__((aligned (1), may_alias));
typedef guint64 Pair __attribute__((vector_size (2 * N_LANES)));

struct _ScoreScaler
{
  guint16 *sums;                /* N_ROWS rows of the width of the source */
  ScoreWords *columns;          /* the same, transposed: two a lane */
  guint capacity;               /* in lanes */
};

ScoreScaler *
score_scaler_new (void)
{
  return g_new0 (ScoreScaler, 1);
}

void
score_scaler_free (ScoreScaler * scaler)
{
  g_return_if_fail (scaler != NULL);

  g_aligned_free (scaler->sums);
  g_aligned_free (scaler->columns);
  g_free (scaler);
}

static void
ensure_capacity (ScoreScaler * self, guint n_lanes)
{
  guint padded = (n_lanes + BLOCK_LANES - 1) / BLOCK_LANES * BLOCK_LANES;

  if (padded <= self->capacity)
    return;
  g_aligned_free (self->sums);
  g_aligned_free (self->columns);
  self->sums = g_aligned_alloc0 (padded, N_ROWS * sizeof (guint16), 64);
  self->columns = g_aligned_alloc0 (padded, 2 * sizeof (ScoreWords), 64);
  self->capacity = padded;
}

static void
sum_byte_rows (guint16 * sums, const ScoreLanes * lanes, const guint8 * rows,
    const guint16 * weights, guint taps)
{
  const guint16 start = (guint16) (taps / 2);
  guint x = 0;

  for (; x + BLOCK_LANES <= lanes->n_lanes; x += BLOCK_LANES) {
    ScoreWords sum[BLOCK_LANES / N_LANES];
    const guint8 *row = rows + x;

#pragma GCC unroll 8
    for (guint j = 0; j < G_N_ELEMENTS (sum); j++)
      sum[j] = score_words_fill (start);
    for (guint i = 0; i < taps; i++, row += lanes->stride) {
      __builtin_prefetch (row + AHEAD);
#pragma GCC unroll 4
      for (guint j = 0; j < G_N_ELEMENTS (sum); j += 2) {
        ScoreBytes bytes = score_bytes_load (row + j * N_LANES);

        sum[j] += score_words_multiply (score_bytes_widen_low (bytes),
            weights[i]);
        sum[j + 1] += score_words_multiply (score_bytes_widen_high (bytes),
            weights[i]);
      }
    }
#pragma GCC unroll 8
    for (guint j = 0; j < G_N_ELEMENTS (sum); j++)
      memcpy (sums + x + j * N_LANES, &sum[j], sizeof sum[j]);
  }
  for (; x < lanes->n_lanes; x++) {
    guint sum = start;

    for (guint i = 0; i < taps; i++)
      sum += (((guint) rows[x + i * lanes->stride] << 8) * weights[i]) >> 16;
    sums[x] = (guint16) sum;
  }
}

static inline guint16
read_word (const guint8 * lane, const ScoreLanes * lanes)
{
  guint word = (guint16) (*(const Word *) lane << lanes->left_shift);

  return (guint16) MIN (word & lanes->mask, lanes->most);
}

static inline ScoreWords
read_words (const guint8 * lane, const ScoreLanes * lanes)
{
  ScoreWords words;

  memcpy (&words, lane, sizeof words);
  words = (words << lanes->left_shift) & lanes->mask;
  return score_words_minimum (words, score_words_fill (lanes->most));
}

static void
sum_word_rows (guint16 * sums, const ScoreLanes * lanes, const guint8 * rows,
    const guint16 * weights, guint taps)
{
  const guint16 start = (guint16) (taps / 2);
  guint x = 0;

  for (; x + BLOCK_LANES <= lanes->n_lanes; x += BLOCK_LANES) {
    ScoreWords sum[BLOCK_LANES / N_LANES];
    const guint8 *row = rows + 2 * x;

#pragma GCC unroll 8
    for (guint j = 0; j < G_N_ELEMENTS (sum); j++)
      sum[j] = score_words_fill (start);
    for (guint i = 0; i < taps; i++, row += lanes->stride) {
      __builtin_prefetch (row + AHEAD);
      __builtin_prefetch (row + AHEAD + BLOCK_LANES);
#pragma GCC unroll 8
      for (guint j = 0; j < G_N_ELEMENTS (sum); j++)
        sum[j] += score_words_multiply (read_words (row + 2 * j * N_LANES,
                lanes), weights[i]);
    }
#pragma GCC unroll 8
    for (guint j = 0; j < G_N_ELEMENTS (sum); j++)
      memcpy (sums + x + j * N_LANES, &sum[j], sizeof sum[j]);
  }
  for (; x < lanes->n_lanes; x++) {
    guint sum = start;

    for (guint i = 0; i < taps; i++)
      sum += ((guint) read_word (rows + 2 * x + i * lanes->stride, lanes)
          * weights[i]) >> 16;
    sums[x] = (guint16) sum;
  }
}

static inline void
transpose_block (const guint16 * sums, guint capacity, ScoreWords * columns)
{
  ScoreWords rows[N_LANES], turned[N_LANES];

#pragma GCC unroll 8
  for (guint i = 0; i < N_LANES; i++)
    memcpy (&rows[i], sums + i * capacity, sizeof rows[i]);
  score_words_transpose (rows, turned);
#pragma GCC unroll 8
  for (guint i = 0; i < N_LANES; i++)
    columns[2 * i] = turned[i];
}

static void
transpose_sums (ScoreScaler * self, guint n_lanes)
{
  for (guint x = 0; x < n_lanes; x += N_LANES) {
    const guint16 *sums = self->sums + x;
    ScoreWords *columns = self->columns + 2 * x;

    transpose_block (sums, self->capacity, columns);
    transpose_block (sums + N_LANES * self->capacity, self->capacity,
        columns + 1);
  }
}

static inline void
interleave (const ScoreBytes in[N_LANES], ScoreBytes out[N_LANES])
{
#pragma GCC unroll 4
  for (guint i = 0; i < 4; i++) {
    out[2 * i] = SCORE_LOW_8 (in[i], in[i + 4]);
    out[2 * i + 1] = SCORE_HIGH_8 (in[i], in[i + 4]);
  }
}

/* Eight columns of sixteen bytes into sixteen rows of eight, one after another.
 * To interleave with what is half of them away turns the number of a byte,
 * three bits of column before four of row, to the left by a bit. */
static inline void
transpose_bytes (const ScoreBytes in[N_LANES], ScoreBytes out[N_LANES])
{
  ScoreBytes a[N_LANES], b[N_LANES];

  interleave (in, a);
  interleave (a, b);
  interleave (b, out);
}

static inline void
store_rows (const ScoreBytes rows[N_LANES], guint8 * data, gsize stride,
    guint n_rows)
{
#pragma GCC unroll 16
  for (guint i = 0; i < n_rows; i++, data += stride) {
    guint64 row = ((Pair) rows[i / 2])[i % 2];

    memcpy (data, &row, sizeof row);
  }
}

/* Turns eight columns of sixteen rows into rows of bytes. */
static inline void
store_columns (const ScoreBytes columns[N_LANES], guint8 * data, gsize stride,
    guint n_rows)
{
  ScoreBytes rows[N_LANES];

  transpose_bytes (columns, rows);
  if (n_rows == N_ROWS)         /* mostly, and then nothing is counted */
    store_rows (rows, data, stride, N_ROWS);
  else
    store_rows (rows, data, stride, n_rows);
}

/* The sum of a cell's columns, for sixteen rows. */
static inline ScoreBytes
sum_taps (const ScoreWords * column, guint step, const guint16 * weights,
    guint taps)
{
  ScoreWords low = score_words_fill ((guint16) (taps / 2 + 0x80));
  ScoreWords high = low;

#pragma GCC unroll 4
  for (guint i = 0; i < taps; i++, column += step) {
    low += score_words_multiply (column[0], weights[i]);
    high += score_words_multiply (column[1], weights[i]);
  }
  return score_shorts_pack ((ScoreShorts) (low >> 8),
      (ScoreShorts) (high >> 8));
}

/* For the usual numbers of taps there is no loop. */
static inline ScoreBytes
sum_cell (const ScoreWords * column, guint step, const guint16 * weights,
    guint taps)
{
  switch (taps) {
    case 2:
      return sum_taps (column, step, weights, 2);
    case 3:
      return sum_taps (column, step, weights, 3);
    default:
      return sum_taps (column, step, weights, taps);
  }
}

static void
sum_columns (const ScoreScaler * self, const ScoreTarget * target, guint y,
    guint n_rows)
{
  /* Copies stay in registers, for no byte that is written can be of them. */
  const ScoreTarget local = *target;
  const ScoreAxis axis = *local.horizontal;
  const ScoreWords *columns = self->columns + 2 * local.first_lane;
  const guint step = 2 * local.lanes_per_sample;
  guint8 *data = local.data + y * local.stride;

  for (guint x = 0; x < axis.n_cells; x += N_LANES, data += N_LANES) {
    const guint n = MIN (N_LANES, axis.n_cells - x);
    ScoreBytes made[N_LANES] = { {0} };

    for (guint i = 0; i < n; i++) {
      guint offset = axis.offset[x + i];

      made[i] = sum_cell (columns + axis.first[x + i] * step, step,
          axis.weights + offset, axis.offset[x + i + 1] - offset);
    }
    store_columns (made, data, local.stride, n_rows);
  }
}

static guint
read_lane (const ScoreLanes * lanes, const guint8 * row, guint lane)
{
  return lanes->wide ? read_word (row + 2 * lane, lanes)
      : (guint) row[lane] << 8;
}

static guint8
average_area (const ScoreLanes * lanes, const ScoreAxis * vertical,
    const ScoreTarget * target, guint cx, guint cy)
{
  const ScoreAxis *horizontal = target->horizontal;
  guint64 sum = G_GUINT64_CONSTANT (0x80) << 32;

  for (guint j = vertical->offset[cy]; j < vertical->offset[cy + 1]; j++) {
    guint y = vertical->first[cy] + j - vertical->offset[cy];
    const guint8 *row = lanes->rows + (gssize) y * lanes->stride;

    for (guint i = horizontal->offset[cx]; i < horizontal->offset[cx + 1]; i++) {
      guint x = horizontal->first[cx] + i - horizontal->offset[cx];
      guint64 w = (guint64) vertical->weights[j] * horizontal->weights[i];

      sum += w * read_lane (lanes, row,
          target->first_lane + x * target->lanes_per_sample);
    }
  }
  return (guint8) (sum >> 40);
}

static void
average_areas (const ScoreLanes * lanes, const ScoreAxis * vertical,
    const ScoreTarget * target)
{
  for (guint y = 0; y < vertical->n_cells; y++)
    for (guint x = 0; x < target->horizontal->n_cells; x++)
      target->data[y * target->stride + x] =
          average_area (lanes, vertical, target, x, y);
}

static void
make_rows (ScoreScaler * self, const ScoreLanes * lanes,
    const ScoreAxis * vertical, guint y, guint n_rows)
{
  for (guint i = 0; i < n_rows; i++) {
    const guint8 *rows =
        lanes->rows + (gssize) vertical->first[y + i] * lanes->stride;
    guint offset = vertical->offset[y + i];
    guint taps = vertical->offset[y + i + 1] - offset;
    guint16 *sums = self->sums + i * self->capacity;

    if (lanes->wide)
      sum_word_rows (sums, lanes, rows, vertical->weights + offset, taps);
    else
      sum_byte_rows (sums, lanes, rows, vertical->weights + offset, taps);
  }
  transpose_sums (self, lanes->n_lanes);
}

void
score_scaler_run (ScoreScaler * scaler, const ScoreLanes * lanes,
    const ScoreAxis * vertical, const ScoreTarget * targets, guint n_targets)
{
  guint max_taps = vertical->max_taps;

  for (guint i = 0; i < n_targets; i++)
    max_taps = MAX (max_taps, targets[i].horizontal->max_taps);
  if (max_taps > MAX_TAPS) {
    for (guint i = 0; i < n_targets; i++)
      average_areas (lanes, vertical, &targets[i]);
    return;
  }

  ensure_capacity (scaler, lanes->n_lanes);
  for (guint y = 0; y < vertical->n_cells; y += N_ROWS) {
    guint n_rows = MIN (N_ROWS, vertical->n_cells - y);

    make_rows (scaler, lanes, vertical, y, n_rows);
    for (guint i = 0; i < n_targets; i++)
      sum_columns (scaler, &targets[i], y, n_rows);
  }
}
