/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A tokenizer that no model has: the words that a yes-or-no answer can begin
 * with are a token each, with or without a blank in front, and everything else is
 * a token for every four bytes or so. */


#define SIM_N_WORDS 24

/* The words, the first two of which are "True" and "False". */
const gchar *sim_tokens_word (guint index);
guint sim_tokens_id (guint word, gboolean blank);
/* FALSE where @id is not one of the words. */
gboolean sim_tokens_find (guint id, guint * word, gboolean * blank);

typedef struct
{
  guint id;
  gsize at, size;               /* bytes of the text */
} SimToken;

/* One past the greatest number of a token. */
guint sim_tokens_end (void);

/* The tokens of @text: an array of SimToken. */
GArray *sim_tokens_split (const gchar * text);
