/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/score/gstscorejson-private.h>
#include <gst/score/gstscoreerror.h>
#include <math.h>

/* Where the check is; it stops at the first error. */
typedef struct
{
  const gchar *text, *at, *end;
  guint depth, n_values;
  GError **error;
} Check;

static gboolean
fail (Check * self, const gchar * what)
{
  g_set_error (self->error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
      "The text is not a JSON record: %s at byte %" G_GSIZE_FORMAT ".", what,
      (gsize) (self->at - self->text));
  return FALSE;
}

static void
skip_space (Check * self)
{
  while (self->at < self->end && (*self->at == ' ' || *self->at == '\t'
          || *self->at == '\n' || *self->at == '\r'))
    self->at++;
}

static gboolean
is_next (Check * self, gchar c)
{
  return self->at < self->end && *self->at == c;
}

static gboolean
take (Check * self, gchar c)
{
  if (!is_next (self, c))
    return FALSE;
  self->at++;
  return TRUE;
}

static guint
take_digits (Check * self)
{
  const gchar *start = self->at;

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  return self->at - start;
}

/* Reads the four digits after a backslash and u; -1 when they are not there. */
static gint
take_code_unit (Check * self)
{
  gint unit = 0;

  for (guint i = 0; i < 4; i++) {
    if (self->at == self->end || !g_ascii_isxdigit (*self->at))
      return -1;
    unit = unit * 16 + g_ascii_xdigit_value (*self->at++);
  }
  return unit;
}

static gboolean
check_unicode_escape (Check * self)
{
  gint unit = take_code_unit (self);

  /* a NUL would cut the string, half a pair would not be UTF-8 */
  if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff))
    return fail (self, "a bad \\u escape");
  if (unit >= 0xd800 && unit <= 0xdbff) {
    if (!take (self, '\\') || !take (self, 'u'))
      return fail (self, "half a surrogate pair");
    unit = take_code_unit (self);
    if (unit < 0xdc00 || unit > 0xdfff)
      return fail (self, "half a surrogate pair");
  }
  return TRUE;
}

static gboolean
check_escape (Check * self)
{
  if (take (self, 'u'))
    return check_unicode_escape (self);
  if (self->at == self->end || *self->at == '\0'
      || strchr ("\"\\/bfnrt", *self->at) == NULL)
    return fail (self, "a bad escape");
  self->at++;
  return TRUE;
}

static gboolean
check_string (Check * self)
{
  if (!take (self, '"'))
    return fail (self, "a missing string");
  while (self->at < self->end) {
    guchar c = *self->at;

    if (c < 0x20)
      return fail (self, "a control character in a string");
    self->at++;
    if (c == '"')
      return TRUE;
    if (c == '\\' && !check_escape (self))
      return FALSE;
  }
  return fail (self, "a string without an end");
}

/* The text is NUL-terminated past its end, so the number can be read in place. */
static gboolean
check_number_range (Check * self, const gchar * start, gboolean is_integer)
{
  gboolean fits;

  errno = 0;
  if (is_integer) {
    g_ascii_strtoll (start, NULL, 10);
    fits = errno != ERANGE;
  } else {
    fits = isfinite (g_ascii_strtod (start, NULL));
  }
  return fits || fail (self, "a number out of range");
}

static gboolean
check_number (Check * self)
{
  const gchar *start = self->at;
  gboolean is_integer = TRUE;

  take (self, '-');
  if (!take (self, '0') && take_digits (self) == 0)
    return fail (self, "something that is no value");
  if (take (self, '.')) {
    is_integer = FALSE;
    if (take_digits (self) == 0)
      return fail (self, "a bad number");
  }
  if (take (self, 'e') || take (self, 'E')) {
    is_integer = FALSE;
    if (!take (self, '+'))
      take (self, '-');
    if (take_digits (self) == 0)
      return fail (self, "a bad number");
  }
  return check_number_range (self, start, is_integer);
}

static gboolean
take_word (Check * self, const gchar * word)
{
  gsize length = strlen (word);

  if ((gsize) (self->end - self->at) < length
      || memcmp (self->at, word, length) != 0)
    return FALSE;
  self->at += length;
  return TRUE;
}

static gboolean check_value (Check * self);

static gboolean
check_member (Check * self)
{
  skip_space (self);
  if (!check_string (self))
    return FALSE;
  skip_space (self);
  if (!take (self, ':'))
    return fail (self, "a missing colon");
  return check_value (self);
}

static gboolean
check_container (Check * self, gchar close)
{
  if (++self->depth > SCORE_JSON_MAX_DEPTH)
    return fail (self, "nesting too deep");

  self->at++;
  skip_space (self);
  if (!is_next (self, close)) {
    do {
      if (!(close == '}' ? check_member (self) : check_value (self)))
        return FALSE;
    } while (take (self, ','));
  }
  if (!take (self, close))
    return fail (self, "a missing comma or bracket");
  self->depth--;
  return TRUE;
}

static gboolean
check_value (Check * self)
{
  if (++self->n_values > SCORE_JSON_MAX_VALUES)
    return fail (self, "one value too many");

  skip_space (self);
  if (is_next (self, '{')) {
    if (!check_container (self, '}'))
      return FALSE;
  } else if (is_next (self, '[')) {
    if (!check_container (self, ']'))
      return FALSE;
  } else if (is_next (self, '"')) {
    if (!check_string (self))
      return FALSE;
  } else if (!take_word (self, "true") && !take_word (self, "false")
      && !take_word (self, "null") && !check_number (self)) {
    return FALSE;
  }
  skip_space (self);
  return TRUE;
}

/* @text has a NUL after its @length bytes. */
gboolean
score_json_check (const gchar * text, gsize length, GError ** error)
{
  Check self = { text, text, text + length, 0, 0, error };

  if (length > SCORE_JSON_MAX_BYTES)
    return fail (&self, "more than 16 MiB of text, too much");
  if (!g_utf8_validate_len (text, length, &self.at))
    return fail (&self, "invalid UTF-8");
  self.at = text;
  if (!check_value (&self))
    return FALSE;
  return self.at == self.end || fail (&self, "text after the record");
}

static void
append_quoted (GString * out, const gchar * text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++) {
    guchar c = *text;

    if (c == '"' || c == '\\')
      g_string_append_printf (out, "\\%c", c);
    else if (c == '\n')
      g_string_append (out, "\\n");
    else if (c == '\t')
      g_string_append (out, "\\t");
    else if (c < 0x20)
      g_string_append_printf (out, "\\u%04x", c);
    else
      g_string_append_c (out, c);
  }
  g_string_append_c (out, '"');
}

static void
begin_value (GString * out, const gchar * name)
{
  gchar last = out->len > 0 ? out->str[out->len - 1] : '{';

  if (last != '{' && last != '[')
    g_string_append_c (out, ',');
  if (name != NULL) {
    append_quoted (out, name);
    g_string_append_c (out, ':');
  }
}

void
score_json_begin (GString * out, const gchar * name, gchar bracket)
{
  begin_value (out, name);
  g_string_append_c (out, bracket);
}

void
score_json_end (GString * out, gchar bracket)
{
  g_string_append_c (out, bracket);
}

void
score_json_add_string (GString * out, const gchar * name, const gchar * value)
{
  begin_value (out, name);
  append_quoted (out, value);
}

void
score_json_add_integer (GString * out, const gchar * name, gint64 value)
{
  begin_value (out, name);
  g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
}

/* As few digits as read back equal. A decimal point or an exponent always tells
 * a reader that this is no integer. */
void
score_json_add_double (GString * out, const gchar * name, gdouble value)
{
  static const gchar *const formats[] = { "%.15g", "%.16g", "%.17g" };
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_assert (isfinite (value));

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_ascii_formatd (text, sizeof text, formats[i], value);
    if (g_ascii_strtod (text, NULL) == value)
      break;
  }
  begin_value (out, name);
  g_string_append (out, text);
  if (strpbrk (text, ".e") == NULL)
    g_string_append (out, ".0");
}

void
score_json_add_boolean (GString * out, const gchar * name, gboolean value)
{
  begin_value (out, name);
  g_string_append (out, value ? "true" : "false");
}
