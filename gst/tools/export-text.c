/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "export-text.h"

#include <string.h>

void
export_text_add_number (GString * out, gdouble number)
{
  static const gchar *const formats[] = { "%.15g", "%.16g", "%.17g" };
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_ascii_formatd (text, sizeof text, formats[i], number);
    if (g_ascii_strtod (text, NULL) == number)
      break;
  }
  g_string_append (out, text);
}

void
export_text_add_time (GString * out, GstClockTime time, const gchar * unknown)
{
  if (GST_CLOCK_TIME_IS_VALID (time))
    g_string_append_printf (out, "%" G_GUINT64_FORMAT, time);
  else
    g_string_append (out, unknown);
}

void
export_text_add_csv (GString * out, const gchar * text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length == 0)
    return;
  if (strpbrk (text, ",\"\r\n") == NULL && !g_ascii_isspace (text[0])
      && !g_ascii_isspace (text[length - 1])) {
    g_string_append (out, text);
    return;
  }
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++) {
    if (*text == '"')
      g_string_append_c (out, '"');
    g_string_append_c (out, *text);
  }
  g_string_append_c (out, '"');
}

void
export_text_add_json (GString * out, const gchar * text)
{
  if (text == NULL) {
    g_string_append (out, "null");
    return;
  }
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      g_string_append_printf (out, "\\%c", *text);
    else if ((guchar) * text < 0x20 || *text == 0x7f)
      g_string_append_printf (out, "\\u%04x", (guchar) * text);
    else
      g_string_append_c (out, *text);
  }
  g_string_append_c (out, '"');
}

/* An empty line ends a cue, so line ends and what else is no character become
 * one space. */
static gchar *
make_line (const gchar * text)
{
  GString *line = g_string_new (NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    if (!g_unichar_iscntrl (c) && !g_unichar_isspace (c))
      g_string_append_unichar (line, c);
    else if (line->len > 0 && line->str[line->len - 1] != ' ')
      g_string_append_c (line, ' ');
  }
  return g_strstrip (g_string_free (line, FALSE));
}

void
export_text_add_vtt (GString * out, const gchar * text)
{
  g_autofree gchar *line = make_line (text);

  for (const gchar * at = line; *at != '\0'; at++) {
    if (*at == '&')
      g_string_append (out, "&amp;");
    else if (*at == '<')
      g_string_append (out, "&lt;");
    else if (*at == '>')
      g_string_append (out, "&gt;");
    else
      g_string_append_c (out, *at);
  }
}

/* SRT has no way to escape. Players take <i> and {\an8} for markup, so that the
 * brackets become those that look like them. */
void
export_text_add_srt (GString * out, const gchar * text)
{
  g_autofree gchar *line = make_line (text);

  for (const gchar * at = line; *at != '\0'; at++) {
    if (*at == '<')
      g_string_append (out, "\u2039");
    else if (*at == '>')
      g_string_append (out, "\u203a");
    else if (*at == '{')
      g_string_append_c (out, '(');
    else if (*at == '}')
      g_string_append_c (out, ')');
    else
      g_string_append_c (out, *at);
  }
}
