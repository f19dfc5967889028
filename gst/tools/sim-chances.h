/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* How likely a token is as the whole answer. */
typedef struct
{
  gchar *token;
  guint id;
  gdouble logprob;              /* natural logarithm */
} SimChance;

/* The chances of an answer to "is it True or not", the likeliest first, of every
 * word of sim-tokens.h with and without a blank in front: an array of SimChance
 * that frees its tokens. P(True) rises with @odds, natural logarithm of
 * P(True) / P(False). @blank: the answer goes on with the text of the question, so
 * that a blank comes first. */
GArray *sim_chances_make (gdouble odds, gboolean blank);

/* Of each token of a @text that is certain: a GPtrArray of such arrays, each of
 * one element. */
GPtrArray *sim_chances_certain (const gchar * text);

/* Of all that there are in @chances, what a request wants to hear: the first @n
 * or, where @ids (of guint) is not NULL, these. What is not a word is very
 * unlikely. */
GArray *sim_chances_pick (GArray * chances, guint n, GArray * ids);

/* The log-odds of a statement that is @progress true. */
gdouble sim_chances_odds (gdouble progress);

/* A constant of @task between -@nats and @nats: what a model that was never
 * calibrated adds to the odds of one task and not of another. */
gdouble sim_chances_offset (gint64 seed, const gchar * task, gdouble nats);
