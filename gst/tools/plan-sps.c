/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-sps.h"

#include "plan-bits.h"

#define EXTENDED_ASPECT 255

static gboolean
has_chroma_format (guint profile)
{
  static const guint8 profiles[] = { 100, 110, 122, 244, 44, 83, 86, 118, 128,
    138, 139, 134, 135
  };

  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++) {
    if (profiles[i] == profile)
      return TRUE;
  }
  return FALSE;
}

static void
skip_scaling_list (ScorePlanBits * bits, guint n)
{
  gint last = 8, next = 8;

  for (guint i = 0; i < n && !bits->ended; i++) {
    if (next != 0)
      next = (last + score_plan_bits_read_se (bits)) & 0xff;
    last = next == 0 ? last : next;
  }
}

static void
skip_scaling_matrix (ScorePlanBits * bits, guint n_lists)
{
  for (guint i = 0; i < n_lists; i++) {
    if (score_plan_bits_read (bits, 1))
      skip_scaling_list (bits, i < 6 ? 16 : 64);
  }
}

static void
skip_chroma_format (ScorePlanBits * bits)
{
  guint format = score_plan_bits_read_ue (bits);

  if (format == 3)
    score_plan_bits_skip (bits, 1);
  score_plan_bits_read_ue (bits);       /* bit depths */
  score_plan_bits_read_ue (bits);
  score_plan_bits_skip (bits, 1);
  if (score_plan_bits_read (bits, 1))
    skip_scaling_matrix (bits, format == 3 ? 12 : 8);
}

/* The type of the picture order count; 2: as decoded. */
static guint
read_order_type (ScorePlanBits * bits)
{
  guint type = score_plan_bits_read_ue (bits);
  guint n;

  if (type == 0) {
    score_plan_bits_read_ue (bits);
  } else if (type == 1) {
    score_plan_bits_skip (bits, 1);
    score_plan_bits_read_se (bits);
    score_plan_bits_read_se (bits);
    n = score_plan_bits_read_ue (bits);
    for (guint i = 0; i < n && !bits->ended; i++)
      score_plan_bits_read_se (bits);
  }
  return type;
}

static void
skip_size (ScorePlanBits * bits)
{
  score_plan_bits_read_ue (bits);
  score_plan_bits_read_ue (bits);
}

static void
skip_crop (ScorePlanBits * bits)
{
  if (!score_plan_bits_read (bits, 1))
    return;
  for (guint i = 0; i < 4; i++)
    score_plan_bits_read_ue (bits);
}

static gboolean
skip_hrd (ScorePlanBits * bits)
{
  guint n;

  if (!score_plan_bits_read (bits, 1))
    return FALSE;
  n = score_plan_bits_read_ue (bits) + 1;
  score_plan_bits_skip (bits, 8);
  for (guint i = 0; i < n && !bits->ended; i++) {
    score_plan_bits_read_ue (bits);
    score_plan_bits_read_ue (bits);
    score_plan_bits_skip (bits, 1);
  }
  score_plan_bits_skip (bits, 20);
  return TRUE;
}

static void
skip_picture_facts (ScorePlanBits * bits)
{
  if (score_plan_bits_read (bits, 1)
      && score_plan_bits_read (bits, 8) == EXTENDED_ASPECT)
    score_plan_bits_skip (bits, 32);
  if (score_plan_bits_read (bits, 1))   /* overscan */
    score_plan_bits_skip (bits, 1);
  if (score_plan_bits_read (bits, 1)) { /* colours */
    score_plan_bits_skip (bits, 4);
    if (score_plan_bits_read (bits, 1))
      score_plan_bits_skip (bits, 24);
  }
  if (score_plan_bits_read (bits, 1))   /* where chroma samples lie */
    skip_size (bits);
  if (score_plan_bits_read (bits, 1))   /* rate */
    score_plan_bits_skip (bits, 65);
}

/* TRUE where it says how far pictures are reordered. */
static gboolean
read_usability (ScorePlanBits * bits)
{
  gboolean nal, vcl;

  skip_picture_facts (bits);
  nal = skip_hrd (bits);
  vcl = skip_hrd (bits);
  score_plan_bits_skip (bits, nal || vcl ? 2 : 1);
  return score_plan_bits_read (bits, 1);
}

gboolean
score_plan_sps_parse (ScorePlanSps * sps, const guint8 * nal, gsize size)
{
  ScorePlanBits bits;
  guint profile, order_type;

  score_plan_bits_init (&bits, nal, size);
  score_plan_bits_skip (&bits, 8);
  profile = score_plan_bits_read (&bits, 8);
  score_plan_bits_skip (&bits, 16);     /* constraints, level */
  score_plan_bits_read_ue (&bits);      /* id */
  if (has_chroma_format (profile))
    skip_chroma_format (&bits);
  score_plan_bits_read_ue (&bits);      /* length of frame numbers */
  order_type = read_order_type (&bits);
  score_plan_bits_read_ue (&bits);      /* reference frames */
  sps->gaps_allowed = score_plan_bits_read (&bits, 1);
  skip_size (&bits);
  sps->progressive = score_plan_bits_read (&bits, 1);
  if (!sps->progressive)
    score_plan_bits_skip (&bits, 1);
  score_plan_bits_skip (&bits, 1);      /* direct mode */
  skip_crop (&bits);
  sps->order_known = score_plan_bits_read (&bits, 1) && read_usability (&bits);
  if (order_type == 2)
    sps->order_known = TRUE;
  return !bits.ended;
}
