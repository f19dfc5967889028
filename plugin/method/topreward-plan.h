/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "method/method.h"

G_BEGIN_DECLS

/* The arithmetic of the method `topreward`. */

/* Beginnings of an episode that are asked about, at most. */
#define SCORE_TOPREWARD_PREFIXES 15

/* Which beginnings of an episode of @n samples are asked about, as ascending
 * lengths up to @n; depends on nothing but @n and @max_frames (what the episode
 * may keep). @lengths has room for SCORE_TOPREWARD_PREFIXES.
 *
 * While the episode is recorded, only those are named that the plan holds
 * however long the episode becomes, as long as no sample of theirs is dropped. */
guint score_topreward_plan (guint n, guint max_frames, gboolean closed,
    guint * lengths);

/* Log-probabilities as progress; an episode's only one, or several that are all
 * the same, are 1 with @normalize SCORE_NORMALIZE_MINMAX. */
void score_topreward_normalize (ScoreNormalize normalize, const gdouble * logprobs,
    guint n, gdouble * progress);

/* Values of the samples 1 to @n, on the lines between those at @lengths, and held
 * at both ends; @n_lengths is not 0. */
void score_topreward_spread (const guint * lengths, const gdouble * progress,
    guint n_lengths, guint n, gdouble * values);

G_END_DECLS
