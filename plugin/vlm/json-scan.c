/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/json-scan.h"

#include <errno.h>

/* What the scanner waits for. */
typedef enum
{
  EXPECT_VALUE,
  EXPECT_VALUE_OR_END,          /* after [ */
  EXPECT_NAME,
  EXPECT_NAME_OR_END,           /* after { */
  EXPECT_NEXT,                  /* after a value: comma or end */
} Expect;

typedef struct
{
  gchar *text;
  gsize length, at;
  guint depth;
  guint64 objects;              /* bit n: level n is an object */
} Scan;

G_STATIC_ASSERT (SCORE_JSON_MAX_DEPTH <= 64);

static gboolean
is_end (const Scan * self)
{
  return self->at >= self->length;
}

static void
skip_blanks (Scan * self)
{
  while (!is_end (self) && strchr (" \t\r\n", self->text[self->at]) != NULL
      && self->text[self->at] != '\0')
    self->at++;
}

static gint
read_hex4 (const Scan * self, gsize at)
{
  gint value = 0;

  if (at + 4 > self->length)
    return -1;
  for (guint i = 0; i < 4; i++) {
    gint digit = g_ascii_xdigit_value (self->text[at + i]);

    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

static gboolean
is_low_surrogate_at (const Scan * self, gsize at)
{
  gint low;

  if (at + 6 > self->length || self->text[at] != '\\'
      || self->text[at + 1] != 'u')
    return FALSE;
  low = read_hex4 (self, at + 2);
  return low >= 0xdc00 && low <= 0xdfff;
}

/* At the backslash of \uXXXX. */
static ScoreJsonStatus
scan_unicode_escape (Scan * self)
{
  gint code = read_hex4 (self, self->at + 2);

  if (self->at + 6 > self->length)
    return SCORE_JSON_CUT;
  if (code < 0)
    return SCORE_JSON_SYNTAX;
  if (code >= 0xd800 && code <= 0xdbff
      && is_low_surrogate_at (self, self->at + 6)) {
    self->at += 12;
    return SCORE_JSON_OK;
  }
  if (code == 0 || (code >= 0xd800 && code <= 0xdfff))
    memcpy (self->text + self->at, "\\ufffd", 6);
  self->at += 6;
  return SCORE_JSON_OK;
}

static ScoreJsonStatus
scan_escape (Scan * self)
{
  if (self->at + 1 >= self->length)
    return SCORE_JSON_CUT;
  if (self->text[self->at + 1] == 'u')
    return scan_unicode_escape (self);
  if (strchr ("\"\\/bfnrt", self->text[self->at + 1]) == NULL)
    return SCORE_JSON_SYNTAX;
  self->at += 2;
  return SCORE_JSON_OK;
}

/* At the opening quote. Raw line breaks are let through: small models write
 * them, and nothing else can be meant. */
static ScoreJsonStatus
scan_string (Scan * self)
{
  self->at++;
  while (!is_end (self)) {
    gchar c = self->text[self->at];

    if (c == '"') {
      self->at++;
      return SCORE_JSON_OK;
    }
    if (c == '\\') {
      ScoreJsonStatus status = scan_escape (self);

      if (status != SCORE_JSON_OK)
        return status;
    } else {
      self->at++;
    }
  }
  return SCORE_JSON_CUT;
}

static gsize
skip_digits (Scan * self)
{
  gsize start = self->at;

  while (!is_end (self) && g_ascii_isdigit (self->text[self->at]))
    self->at++;
  return self->at - start;
}

static ScoreJsonStatus
fail_number (const Scan * self)
{
  return is_end (self) ? SCORE_JSON_CUT : SCORE_JSON_SYNTAX;
}

/* json-glib would wrap it to -1; nineteen digits leave room for this. */
static void
replace_huge_integer (Scan * self, gsize start)
{
  gsize digits = self->at - start;
  gboolean negative = self->text[start] == '-';
  g_autofree gchar *copy = NULL;

  if (digits < 19)
    return;
  copy = g_strndup (self->text + start, digits);
  errno = 0;
  (void) g_ascii_strtoll (copy, NULL, 10);
  if (errno != ERANGE)
    return;
  memset (self->text + start, ' ', digits);
  if (negative)
    memcpy (self->text + start, "-1e999", 6);
  else
    memcpy (self->text + start, "1e999", 5);
}

static ScoreJsonStatus
scan_number (Scan * self)
{
  gsize start = self->at;
  gboolean integer = TRUE;

  if (self->text[self->at] == '-')
    self->at++;
  if (!is_end (self) && self->text[self->at] == '0')
    self->at++;
  else if (skip_digits (self) == 0)
    return !is_end (self) && self->text[self->at] == 'I'
        ? SCORE_JSON_NOT_FINITE : fail_number (self);
  if (!is_end (self) && self->text[self->at] == '.') {
    integer = FALSE;
    self->at++;
    if (skip_digits (self) == 0)
      return fail_number (self);
  }
  if (!is_end (self) && (self->text[self->at] | 0x20) == 'e') {
    integer = FALSE;
    self->at++;
    if (!is_end (self) && strchr ("+-", self->text[self->at]) != NULL)
      self->at++;
    if (skip_digits (self) == 0)
      return fail_number (self);
  }
  if (!is_end (self) && (g_ascii_isalnum (self->text[self->at])
          || self->text[self->at] == '.'))
    return SCORE_JSON_SYNTAX;
  if (integer)
    replace_huge_integer (self, start);
  return SCORE_JSON_OK;
}

static ScoreJsonStatus
scan_word (Scan * self)
{
  static const struct
  {
    const gchar *word;
    ScoreJsonStatus status;
  } words[] = {
    {"true", SCORE_JSON_OK},
    {"false", SCORE_JSON_OK},
    {"null", SCORE_JSON_OK},
    {"NaN", SCORE_JSON_NOT_FINITE},
    {"nan", SCORE_JSON_NOT_FINITE},
    {"Infinity", SCORE_JSON_NOT_FINITE},
    {"inf", SCORE_JSON_NOT_FINITE},
  };
  gsize left = self->length - self->at;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    gsize size = strlen (words[i].word);
    gsize n = MIN (size, left);

    if (strncmp (self->text + self->at, words[i].word, n) != 0)
      continue;
    if (n < size)
      return SCORE_JSON_CUT;
    if (n < left && g_ascii_isalnum (self->text[self->at + n]))
      return SCORE_JSON_SYNTAX;
    self->at += n;
    return words[i].status;
  }
  return SCORE_JSON_SYNTAX;
}

static gboolean
is_in_object (const Scan * self)
{
  return (self->objects >> (self->depth - 1)) & 1;
}

static ScoreJsonStatus
open_level (Scan * self, Expect * expect)
{
  gboolean object = self->text[self->at] == '{';
  guint64 bit;

  if (self->depth == SCORE_JSON_MAX_DEPTH)
    return SCORE_JSON_TOO_DEEP;
  bit = G_GUINT64_CONSTANT (1) << self->depth++;
  self->objects = object ? self->objects | bit : self->objects & ~bit;
  *expect = object ? EXPECT_NAME_OR_END : EXPECT_VALUE_OR_END;
  self->at++;
  return SCORE_JSON_OK;
}

static ScoreJsonStatus
close_level (Scan * self, Expect * expect)
{
  if ((self->text[self->at] == '}') != is_in_object (self))
    return SCORE_JSON_SYNTAX;
  self->depth--;
  self->at++;
  *expect = EXPECT_NEXT;
  return SCORE_JSON_OK;
}

static ScoreJsonStatus
scan_value (Scan * self, Expect * expect)
{
  gchar c = self->text[self->at];

  if (c == '{' || c == '[')
    return open_level (self, expect);
  *expect = EXPECT_NEXT;
  if (c == '"')
    return scan_string (self);
  if (c == '-' || g_ascii_isdigit (c))
    return scan_number (self);
  return scan_word (self);
}

static ScoreJsonStatus
scan_name (Scan * self, Expect * expect)
{
  ScoreJsonStatus status;

  if (self->text[self->at] != '"')
    return SCORE_JSON_SYNTAX;
  status = scan_string (self);
  if (status != SCORE_JSON_OK)
    return status;
  skip_blanks (self);
  if (is_end (self))
    return SCORE_JSON_CUT;
  if (self->text[self->at] != ':')
    return SCORE_JSON_SYNTAX;
  self->at++;
  *expect = EXPECT_VALUE;
  return SCORE_JSON_OK;
}

static ScoreJsonStatus
scan_step (Scan * self, Expect * expect)
{
  gchar c = self->text[self->at];

  if ((c == ']' || c == '}') && *expect != EXPECT_VALUE
      && *expect != EXPECT_NAME && self->depth > 0)
    return close_level (self, expect);
  switch (*expect) {
    case EXPECT_NAME:
    case EXPECT_NAME_OR_END:
      return scan_name (self, expect);
    case EXPECT_NEXT:
      if (c != ',')
        return SCORE_JSON_SYNTAX;
      self->at++;
      *expect = is_in_object (self) ? EXPECT_NAME : EXPECT_VALUE;
      return SCORE_JSON_OK;
    case EXPECT_VALUE:
    case EXPECT_VALUE_OR_END:
    default:
      return scan_value (self, expect);
  }
}

ScoreJsonStatus
score_json_scan (gchar * text, gsize length, gsize * used)
{
  Scan scan = {.text = text,.length = length };
  Expect expect = EXPECT_VALUE;
  ScoreJsonStatus status = SCORE_JSON_OK;

  do {
    skip_blanks (&scan);
    if (is_end (&scan)) {
      status = scan.depth > 0 ? SCORE_JSON_CUT : SCORE_JSON_EMPTY;
      break;
    }
    status = scan_step (&scan, &expect);
  } while (status == SCORE_JSON_OK && (scan.depth > 0
          || expect != EXPECT_NEXT));

  if (used != NULL)
    *used = scan.at;
  return status;
}

const gchar *
score_json_status_to_string (ScoreJsonStatus status)
{
  switch (status) {
    case SCORE_JSON_OK:
      return "is valid JSON";
    case SCORE_JSON_EMPTY:
      return "is empty";
    case SCORE_JSON_CUT:
      return "ends in the middle of its JSON";
    case SCORE_JSON_TOO_DEEP:
      return "is nested too deeply";
    case SCORE_JSON_NOT_FINITE:
      return "holds NaN or Infinity where a number is needed";
    case SCORE_JSON_SYNTAX:
    default:
      return "is not valid JSON";
  }
}
