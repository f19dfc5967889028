/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A shuffle that the same texts always give, on every machine and with every
 * version of the libraries. */
typedef struct
{
  guint64 state;
} ScoreShuffle;

/* Seeded by the SHA-256 of the two texts. */
void score_shuffle_init (ScoreShuffle * shuffle, const gchar * one, const gchar * other);
/* Puts 0 .. n - 1 into @order, every order as likely as any other. */
void score_shuffle_fill (ScoreShuffle * shuffle, guint * order, guint n);

G_END_DECLS
