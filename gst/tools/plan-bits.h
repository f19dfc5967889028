/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads bits, most significant first, of a NAL unit's payload: the emulation
 * prevention bytes (ITU-T H.264, 7.4.1) are passed over. What is read past the
 * end is 0 and sets the flag. */
typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;                     /* the byte that comes next */
  guint n_zeros;                /* zero bytes right before it */
  guint byte, n_bits;           /* what is left of the byte before */
  gboolean ended;
} ScorePlanBits;

void score_plan_bits_init (ScorePlanBits * bits, const guint8 * data, gsize size);
guint32 score_plan_bits_read (ScorePlanBits * bits, guint n);   /* 32 at most */
void score_plan_bits_skip (ScorePlanBits * bits, guint n);
/* Exp-Golomb codes, unsigned and (passed over) signed. */
guint32 score_plan_bits_read_ue (ScorePlanBits * bits);
gint32 score_plan_bits_read_se (ScorePlanBits * bits);

G_END_DECLS
