/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-things.h"

#include <string.h>

typedef struct
{
  const gchar *name;
  const gchar *words[4];
  const gchar *preposition;
} Thing;

static const Thing things[SIM_N_THINGS] = {
  [SIM_BANANA] = {"banana", {"banana"}},
  [SIM_CONE] = {"ice cream cone", {"ice cream", "ice-cream", "cone"}},
  [SIM_CUP] = {"cup", {"cup", "mug"}},
  [SIM_BLOCK] = {"block", {"block", "cube"}},
  [SIM_BOWL] = {"bowl", {"bowl"}, "in"},
  [SIM_PLATE] = {"plate", {"plate", "dish"}, "on"},
  [SIM_DRAWER] = {"drawer", {"drawer"}, "in"},
};

const gchar *
sim_thing_name (SimThing thing)
{
  g_assert (thing >= 0 && thing < SIM_N_THINGS);
  return things[thing].name;
}

const gchar *
sim_thing_preposition (SimThing container)
{
  g_assert (container >= SIM_FIRST_CONTAINER && container < SIM_N_THINGS);
  return things[container].preposition;
}

static gboolean
is_whole_word (const gchar * text, const gchar * at, gsize len)
{
  if (at > text && g_ascii_isalnum (at[-1]))
    return FALSE;
  if (at[len] == 's')
    len++;
  return !g_ascii_isalnum (at[len]);
}

/* Byte offset of the first (or last) place in lower-case @text, or -1. */
static gssize
find_word (const gchar * text, const gchar * word, gboolean last)
{
  gssize found = -1;

  for (const gchar * p = text; (p = strstr (p, word)) != NULL; p++) {
    if (!is_whole_word (text, p, strlen (word)))
      continue;
    found = p - text;
    if (!last)
      break;
  }
  return found;
}

static gssize
find_thing (const gchar * text, SimThing thing, gboolean last)
{
  gssize best = -1;

  for (gsize i = 0; i < G_N_ELEMENTS (things[thing].words); i++) {
    gssize at;

    if (things[thing].words[i] == NULL)
      break;
    at = find_word (text, things[thing].words[i], last);
    if (at >= 0 && (best < 0 || (last ? at > best : at < best)))
      best = at;
  }
  return best;
}

SimThings
sim_things_in_text (const gchar * text)
{
  g_autofree gchar *lower = g_ascii_strdown (text, -1);
  SimThings found = 0;

  for (gint i = 0; i < SIM_N_THINGS; i++) {
    if (find_thing (lower, i, FALSE) >= 0)
      found |= SIM_BIT (i);
  }
  return found;
}

static SimThing
pick_thing (const gchar * text, SimThing from, SimThing to, gboolean last)
{
  g_autofree gchar *lower = g_ascii_strdown (text, -1);
  SimThing best = SIM_NOTHING;
  gssize best_at = -1;

  for (gint i = from; i < to; i++) {
    gssize at = find_thing (lower, i, last);

    if (at < 0 || (best_at >= 0 && (last ? at < best_at : at > best_at)))
      continue;
    best = i;
    best_at = at;
  }
  return best;
}

SimThing
sim_item_in_text (const gchar * text)
{
  return pick_thing (text, 0, SIM_FIRST_CONTAINER, FALSE);
}

SimThing
sim_container_in_text (const gchar * text)
{
  return pick_thing (text, SIM_FIRST_CONTAINER, SIM_N_THINGS, TRUE);
}
