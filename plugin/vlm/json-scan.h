/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* JSON that nobody vouches for. json-glib overflows the stack on deep nesting,
 * cuts strings at \u0000, wraps large integers and takes things that are no
 * JSON; so the text is scanned first, and only what passed is given to it. */
#define SCORE_JSON_MAX_DEPTH 64

typedef enum
{
  SCORE_JSON_OK,
  SCORE_JSON_EMPTY,             /* nothing but white space */
  SCORE_JSON_SYNTAX,
  SCORE_JSON_CUT,               /* ended in the middle of a value */
  SCORE_JSON_TOO_DEEP,
  SCORE_JSON_NOT_FINITE,        /* NaN or Infinity where a value belongs */
} ScoreJsonStatus;

/* Scans the one value at the start of @text, which is valid UTF-8. @used: bytes
 * of it, or how far the scan came. Escapes that json-glib cannot hold (\u0000,
 * lone surrogates) are overwritten by \ufffd in place, and integers beyond 64
 * bits by an overflowing number, so that they are seen as not finite. */
ScoreJsonStatus score_json_scan (gchar * text, gsize length, gsize * used);
/* A sentence's end: "... is not valid JSON". */
const gchar *score_json_status_to_string (ScoreJsonStatus status);

G_END_DECLS
