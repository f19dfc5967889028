/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/text.h"

#include <string.h>

#define ELLIPSIS "..."

static gboolean
is_blank (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_iscntrl (c) || c == 0x2028
      || c == 0x2029;
}

static void
cut (GString * line, gsize max_bytes)
{
  gsize room =
      max_bytes > strlen (ELLIPSIS) ? max_bytes - strlen (ELLIPSIS) : 0;
  const gchar *end = g_utf8_find_prev_char (line->str, line->str + room + 1);

  g_string_truncate (line, end ? end - line->str : 0);
  g_string_append (line, ELLIPSIS);
}

gchar *
score_text_one_line (const gchar * text, gsize max_bytes)
{
  g_autofree gchar *valid = g_utf8_make_valid (text ? text : "", -1);
  GString *line = g_string_new (NULL);
  gboolean blank = FALSE;

  for (const gchar * p = valid; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (is_blank (c)) {
      blank = TRUE;
      continue;
    }
    if (blank && line->len > 0)
      g_string_append_c (line, ' ');
    blank = FALSE;
    g_string_append_unichar (line, c);
    if (line->len > max_bytes) {
      cut (line, max_bytes);
      break;
    }
  }
  return g_string_free (line, FALSE);
}
