/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/rubric.h"

#include <string.h>

#define KEYWORD "answer:"

static gboolean
is_word (gchar c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* The digits behind the first KEYWORD as a score; 0 where they are none. */
static guint
read_keyword (const gchar * text)
{
  for (; *text != '\0'; text++) {
    const gchar *p = text + strlen (KEYWORD);

    if (g_ascii_strncasecmp (text, KEYWORD, strlen (KEYWORD)) != 0)
      continue;
    while (g_ascii_isspace (*p))
      p++;
    if (g_ascii_isdigit (*p)) {
      while (*p == '0')
        p++;
      return *p >= '1' && *p <= '5' && !g_ascii_isdigit (p[1]) ? *p - '0' : 0;
    }
  }
  return 0;
}

static guint
read_last_digit (const gchar * text)
{
  guint score = 0;

  for (const gchar * p = text; *p != '\0'; p++) {
    gboolean starts = p == text || !is_word (p[-1]);

    if (starts && *p >= '1' && *p <= '5' && !is_word (p[1]))
      score = *p - '0';
  }
  return score;
}

guint
score_rubric_read (const gchar * text)
{
  guint score = read_keyword (text);

  return score > 0 ? score : read_last_digit (text);
}
