/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

G_BEGIN_DECLS

/* Eight 16-bit numbers at once, in the vector types that gcc and clang share.
 * Only what they cannot say (the high half of a product, saturation) is
 * written for SSE2, with plain C beside it for other machines. */

#define SCORE_N_LANES 8

typedef guint16 ScoreWords __attribute__ ((vector_size (2 * SCORE_N_LANES)));
typedef gint16 ScoreShorts __attribute__ ((vector_size (2 * SCORE_N_LANES)));
typedef guint8 ScoreBytes __attribute__ ((vector_size (2 * SCORE_N_LANES)));

static inline ScoreWords
score_words_fill (guint16 value)
{
  return (ScoreWords) { value, value, value, value, value, value, value, value };
}

/* (a * factor) >> 16, without sign. */
static inline ScoreWords
score_words_multiply (ScoreWords a, guint16 factor)
{
#ifdef __SSE2__
  return (ScoreWords) _mm_mulhi_epu16 ((__m128i) a,
      _mm_set1_epi16 ((gint16) factor));
#else
  for (guint i = 0; i < SCORE_N_LANES; i++)
    a[i] = (guint16) (((guint32) a[i] * factor) >> 16);
  return a;
#endif
}

/* (a * factor) >> 16, with sign. */
static inline ScoreShorts
score_shorts_multiply (ScoreShorts a, gint16 factor)
{
#ifdef __SSE2__
  return (ScoreShorts) _mm_mulhi_epi16 ((__m128i) a, _mm_set1_epi16 (factor));
#else
  for (guint i = 0; i < SCORE_N_LANES; i++)
    a[i] = (gint16) (((gint32) a[i] * factor) >> 16);
  return a;
#endif
}

static inline ScoreWords
score_words_minimum (ScoreWords a, ScoreWords b)
{
#ifdef __SSE2__
  return a - (ScoreWords) _mm_subs_epu16 ((__m128i) a, (__m128i) b);
#else
  ScoreWords above = (ScoreWords) (a > b);

  return (a & ~above) | (b & above);
#endif
}

/* Sixteen bytes, clamped to 0..255. */
static inline ScoreBytes
score_shorts_pack (ScoreShorts low, ScoreShorts high)
{
#ifdef __SSE2__
  return (ScoreBytes) _mm_packus_epi16 ((__m128i) low, (__m128i) high);
#else
  ScoreBytes bytes = { 0 };

  for (guint i = 0; i < SCORE_N_LANES; i++) {
    bytes[i] = (guint8) CLAMP (low[i], 0, 255);
    bytes[i + SCORE_N_LANES] = (guint8) CLAMP (high[i], 0, 255);
  }
  return bytes;
#endif
}

/* The low eight bytes, each in the high half of its word: 8.8 fixed point. */
static inline ScoreWords
score_bytes_widen_low (ScoreBytes bytes)
{
  const ScoreBytes zero = { 0 };

#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  return (ScoreWords) __builtin_shufflevector (zero, bytes,
      0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
#else
  return (ScoreWords) __builtin_shufflevector (bytes, zero,
      0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
#endif
}

/* The same of the high eight bytes. */
static inline ScoreWords
score_bytes_widen_high (ScoreBytes bytes)
{
  const ScoreBytes zero = { 0 };

#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  return (ScoreWords) __builtin_shufflevector (zero, bytes,
      8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#else
  return (ScoreWords) __builtin_shufflevector (bytes, zero,
      8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#endif
}

static inline ScoreBytes
score_bytes_load (const guint8 * from)
{
  ScoreBytes bytes;

  memcpy (&bytes, from, sizeof bytes);
  return bytes;
}

static inline ScoreBytes
score_bytes_load_half (const guint8 * from)
{
  ScoreBytes bytes = { 0 };

  memcpy (&bytes, from, SCORE_N_LANES);
  return bytes;
}

#define SCORE_LOW_8(a, b) \
    __builtin_shufflevector (a, b, 0, 16, 1, 17, 2, 18, 3, 19, \
        4, 20, 5, 21, 6, 22, 7, 23)
#define SCORE_HIGH_8(a, b) \
    __builtin_shufflevector (a, b, 8, 24, 9, 25, 10, 26, 11, 27, \
        12, 28, 13, 29, 14, 30, 15, 31)
#define SCORE_LOW_16(a, b) \
    __builtin_shufflevector (a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define SCORE_HIGH_16(a, b) \
    __builtin_shufflevector (a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define SCORE_LOW_32(a, b) \
    __builtin_shufflevector (a, b, 0, 1, 8, 9, 2, 3, 10, 11)
#define SCORE_HIGH_32(a, b) \
    __builtin_shufflevector (a, b, 4, 5, 12, 13, 6, 7, 14, 15)
#define SCORE_LOW_64(a, b) \
    __builtin_shufflevector (a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define SCORE_HIGH_64(a, b) \
    __builtin_shufflevector (a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#define SCORE_EVEN(a, b) \
    __builtin_shufflevector (a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define SCORE_ODD(a, b) \
    __builtin_shufflevector (a, b, 1, 3, 5, 7, 9, 11, 13, 15)

static inline void
score_words_transpose (const ScoreWords in[SCORE_N_LANES],
    ScoreWords out[SCORE_N_LANES])
{
  ScoreWords a[SCORE_N_LANES], b[SCORE_N_LANES];

#pragma GCC unroll 4
  for (guint i = 0; i < 4; i++) {
    a[2 * i] = SCORE_LOW_16 (in[2 * i], in[2 * i + 1]);
    a[2 * i + 1] = SCORE_HIGH_16 (in[2 * i], in[2 * i + 1]);
  }
#pragma GCC unroll 2
  for (guint i = 0; i < 8; i += 4) {
    b[i] = SCORE_LOW_32 (a[i], a[i + 2]);
    b[i + 1] = SCORE_HIGH_32 (a[i], a[i + 2]);
    b[i + 2] = SCORE_LOW_32 (a[i + 1], a[i + 3]);
    b[i + 3] = SCORE_HIGH_32 (a[i + 1], a[i + 3]);
  }
#pragma GCC unroll 4
  for (guint i = 0; i < 4; i++) {
    out[2 * i] = SCORE_LOW_64 (b[i], b[i + 4]);
    out[2 * i + 1] = SCORE_HIGH_64 (b[i], b[i + 4]);
  }
}

G_END_DECLS
