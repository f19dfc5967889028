/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sim-tokens.h"
#include "sim-random.h"

#include <string.h>

#define FIRST_WORD 1000
#define FIRST_OTHER 2000
#define N_OTHERS 30000
#define PIECE 4                 /* bytes */

static const gchar *const words[SIM_N_WORDS] = {
  "True", "False", "true", "false", "TRUE", "FALSE", "Yes", "No", "The", "It",
  "This", "I", "Not", "Partially", "Unclear", "Correct", "Incorrect", "A", "In",
  "Based", "Maybe", "Almost", "Done", "There"
};

const gchar *
sim_tokens_word (guint index)
{
  g_assert (index < SIM_N_WORDS);
  return words[index];
}

guint
sim_tokens_id (guint word, gboolean blank)
{
  return FIRST_WORD + 2 * word + (blank ? 1 : 0);
}

gboolean
sim_tokens_find (guint id, guint * word, gboolean * blank)
{
  if (id < FIRST_WORD || id >= FIRST_WORD + 2 * SIM_N_WORDS)
    return FALSE;
  *word = (id - FIRST_WORD) / 2;
  *blank = (id - FIRST_WORD) % 2 == 1;
  return TRUE;
}

/* Bytes of the longest word at @text that ends there, 0 without one. */
static gsize
match_word (const gchar * text, guint * id)
{
  gboolean blank = *text == ' ';
  gsize longest = 0;

  for (guint i = 0; i < SIM_N_WORDS; i++) {
    gsize length = strlen (words[i]);

    if (length > longest && strncmp (text + blank, words[i], length) == 0
        && !g_ascii_isalnum (text[blank + length])) {
      longest = length;
      *id = sim_tokens_id (i, blank);
    }
  }
  return longest > 0 ? longest + blank : 0;
}

static gsize
take_piece (const gchar * text, guint * id)
{
  const gchar *end = text;

  while (*end && end - text < PIECE)
    end = g_utf8_next_char (end);
  *id = FIRST_OTHER + sim_hash (0, text, end - text) % N_OTHERS;
  return end - text;
}

guint
sim_tokens_end (void)
{
  return FIRST_OTHER + N_OTHERS;
}

GArray *
sim_tokens_split (const gchar * text)
{
  GArray *tokens = g_array_new (FALSE, TRUE, sizeof (SimToken));
  SimToken token = { 0 };

  for (; text[token.at]; token.at += token.size) {
    token.size = match_word (text + token.at, &token.id);
    if (token.size == 0)
      token.size = take_piece (text + token.at, &token.id);
    g_array_append_val (tokens, token);
  }
  return tokens;
}
