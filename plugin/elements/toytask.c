/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/toytask.h"

#include <string.h>

typedef struct
{
  const gchar *words;
  gint value;
} ToyName;

static const ToyName objects[] = {
  {"banana", SCORE_TOY_BANANA},
  {"ice cream cone", SCORE_TOY_CONE},
  {"icecream cone", SCORE_TOY_CONE},
  {"cone", SCORE_TOY_CONE},
  {"cup", SCORE_TOY_CUP},
  {"block", SCORE_TOY_BLOCK},
};

static const ToyName prepositions[] = {
  {"in", 0}, {"into", 0}, {"inside", 0}, {"on", 0}, {"onto", 0},
};

static const ToyName containers[] = {
  {"bowl", SCORE_TOY_BOWL},
  {"plate", SCORE_TOY_PLATE},
  {"drawer", SCORE_TOY_DRAWER},
};

/* Lower case, one blank between two words, nothing else. */
static gchar *
normalise (const gchar * text)
{
  GString *plain = g_string_new (NULL);

  for (const gchar * c = text; *c; c++) {
    if (g_ascii_isalnum (*c))
      g_string_append_c (plain, g_ascii_tolower (*c));
    else if (plain->len > 0 && plain->str[plain->len - 1] != ' ')
      g_string_append_c (plain, ' ');
  }
  if (plain->len > 0 && plain->str[plain->len - 1] == ' ')
    g_string_truncate (plain, plain->len - 1);
  return g_string_free (plain, FALSE);
}

/* Moves the cursor past the words, if they come next as whole words. */
static gboolean
take_words (const gchar ** cursor, const gchar * words)
{
  gsize length = strlen (words);

  if (strncmp (*cursor, words, length) != 0)
    return FALSE;
  if ((*cursor)[length] != ' ' && (*cursor)[length] != '\0')
    return FALSE;
  *cursor += length;
  if (**cursor == ' ')
    *cursor += 1;
  return TRUE;
}

static gboolean
take_name (const gchar ** cursor, const ToyName * names, guint n, gint * value)
{
  for (guint i = 0; i < n; i++) {
    if (take_words (cursor, names[i].words)) {
      *value = names[i].value;
      return TRUE;
    }
  }
  return FALSE;
}

static void
skip_article (const gchar ** cursor)
{
  (void) (take_words (cursor, "the") || take_words (cursor, "an")
      || take_words (cursor, "a"));
}

gboolean
score_toy_task_parse (const gchar * text, ScoreToyTask * task)
{
  g_autofree gchar *plain = NULL;
  const gchar *cursor;
  gint object, preposition, container;

  if (text == NULL)
    return FALSE;
  plain = normalise (text);
  cursor = plain;
  if (!take_words (&cursor, "put"))
    return FALSE;
  skip_article (&cursor);
  if (!take_name (&cursor, objects, G_N_ELEMENTS (objects), &object))
    return FALSE;
  if (!take_name (&cursor, prepositions, G_N_ELEMENTS (prepositions),
          &preposition))
    return FALSE;
  skip_article (&cursor);
  if (!take_name (&cursor, containers, G_N_ELEMENTS (containers), &container))
    return FALSE;
  if (*cursor != '\0')
    return FALSE;

  task->object = (ScoreToyObject) object;
  task->container = (ScoreToyContainer) container;
  return TRUE;
}
