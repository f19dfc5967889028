/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-bits.h"

void
score_plan_bits_init (ScorePlanBits * bits, const guint8 * data, gsize size)
{
  *bits = (ScorePlanBits) {
  .data = data,.size = size};
}

static void
next_byte (ScorePlanBits * self)
{
  if (self->n_zeros >= 2 && self->at < self->size && self->data[self->at] == 3) {
    self->at++;
    self->n_zeros = 0;
  }
  self->n_bits = 8;
  if (self->at >= self->size) {
    self->byte = 0;
    self->ended = TRUE;
    return;
  }
  self->byte = self->data[self->at++];
  self->n_zeros = self->byte == 0 ? self->n_zeros + 1 : 0;
}

static guint
read_bit (ScorePlanBits * self)
{
  if (self->n_bits == 0)
    next_byte (self);
  self->n_bits--;
  return self->byte >> self->n_bits & 1;
}

guint32
score_plan_bits_read (ScorePlanBits * bits, guint n)
{
  guint32 value = 0;

  while (n-- > 0)
    value = value << 1 | read_bit (bits);
  return value;
}

void
score_plan_bits_skip (ScorePlanBits * bits, guint n)
{
  while (n-- > 0)
    read_bit (bits);
}

guint32
score_plan_bits_read_ue (ScorePlanBits * bits)
{
  guint n = 0;

  while (n < 32 && !bits->ended && read_bit (bits) == 0)
    n++;
  if (n == 32 || bits->ended) {
    bits->ended = TRUE;
    return 0;
  }
  return (1u << n) - 1 + score_plan_bits_read (bits, n);
}

gint32
score_plan_bits_read_se (ScorePlanBits * bits)
{
  guint32 code = score_plan_bits_read_ue (bits);

  return code & 1 ? (gint32) (code / 2 + 1) : -(gint32) (code / 2);
}
