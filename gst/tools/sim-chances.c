/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-chances.h"
#include "sim-random.h"
#include "sim-tokens.h"

#include <math.h>
#include <string.h>

/* From a task that is not begun to one that is done, in nats. */
#define ODDS 10.0
/* Share of the words that are neither True nor False; each of them has half of
 * what the one before it has. */
#define OTHERS 0.01
/* Share of other spellings of a word, and of those with a blank where none
 * belongs or without one where one does. */
#define SPELLINGS 0.02
#define BLANKS 0.001
#define NEVER -30.0

static void
clear_chance (gpointer data)
{
  g_free (((SimChance *) data)->token);
}

static GArray *
new_chances (void)
{
  GArray *chances = g_array_new (FALSE, TRUE, sizeof (SimChance));

  g_array_set_clear_func (chances, clear_chance);
  return chances;
}

/* log (1 / (1 + exp (-x))) without overflow. */
static gdouble
log_sigmoid (gdouble x)
{
  return x < 0 ? x - log1p (exp (x)) : -log1p (exp (-x));
}

/* The words come as True, False, true, false, TRUE, FALSE, others. */
static gdouble
weigh_word (guint word, gdouble odds)
{
  gdouble truth = log_sigmoid (word % 2 == 0 ? odds : -odds);

  if (word < 2)
    return truth + log1p (-OTHERS) + log1p (-SPELLINGS);
  if (word < 6)
    return truth + log1p (-OTHERS) + log (SPELLINGS / 2);
  return log (OTHERS) - (word - 5) * G_LN2;
}

static gint
compare_chances (gconstpointer a, gconstpointer b)
{
  const SimChance *first = a, *second = b;

  if (first->logprob != second->logprob)
    return first->logprob < second->logprob ? 1 : -1;
  return first->id < second->id ? -1 : first->id > second->id;
}

GArray *
sim_chances_make (gdouble odds, gboolean blank)
{
  GArray *chances = new_chances ();

  for (guint i = 0; i < 2 * SIM_N_WORDS; i++) {
    guint word = i / 2;
    gboolean with_blank = i % 2 == 1;
    SimChance chance = {
      .token = g_strconcat (with_blank ? " " : "", sim_tokens_word (word),
          NULL),
      .id = sim_tokens_id (word, with_blank)
    };

    chance.logprob = weigh_word (word, odds)
        + (with_blank == !!blank ? log1p (-BLANKS) : log (BLANKS));
    g_array_append_val (chances, chance);
  }
  g_array_sort (chances, compare_chances);
  return chances;
}

static void
add_chance (GArray * chances, const gchar * token, gsize size, guint id,
    gdouble logprob)
{
  SimChance chance = { g_strndup (token, size), id, logprob };

  g_array_append_val (chances, chance);
}

GPtrArray *
sim_chances_certain (const gchar * text)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_array_unref);
  g_autoptr (GArray) tokens = sim_tokens_split (text);

  for (guint i = 0; i < tokens->len; i++) {
    const SimToken *token = &g_array_index (tokens, SimToken, i);
    GArray *chances = new_chances ();

    add_chance (chances, text + token->at, token->size, token->id, 0);
    g_ptr_array_add (list, chances);
  }
  return list;
}

static const SimChance *
find_chance (GArray * chances, guint id)
{
  for (guint i = 0; i < chances->len; i++) {
    const SimChance *chance = &g_array_index (chances, SimChance, i);

    if (chance->id == id)
      return chance;
  }
  return NULL;
}

GArray *
sim_chances_pick (GArray * chances, guint n, GArray * ids)
{
  GArray *picked = new_chances ();

  for (guint i = 0; ids == NULL && i < MIN (n, chances->len); i++) {
    const SimChance *chance = &g_array_index (chances, SimChance, i);

    add_chance (picked, chance->token, strlen (chance->token), chance->id,
        chance->logprob);
  }
  for (guint i = 0; ids && i < ids->len; i++) {
    guint id = g_array_index (ids, guint, i);
    const SimChance *chance = find_chance (chances, id);
    const gchar *token = chance ? chance->token : "\357\277\275";

    add_chance (picked, token, strlen (token), id,
        chance ? chance->logprob : NEVER);
  }
  return picked;
}

gdouble
sim_chances_odds (gdouble progress)
{
  return ODDS * (progress - 0.5);
}

gdouble
sim_chances_offset (gint64 seed, const gchar * task, gdouble nats)
{
  SimRandom random;

  sim_random_init (&random, sim_hash (seed, task, strlen (task)));
  return nats * (2 * sim_random_unit (&random) - 1);
}
