/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a fault server does with a request. */
typedef enum
{
  FAULT_NONE,                   /* the good answer */
  FAULT_SLOW,                   /* the good answer after "MS" milliseconds */
  FAULT_GZIP,                   /* the good answer, compressed */
  FAULT_TEXT,                   /* the detail is the model's text */
  FAULT_BODY,                   /* the detail is the whole body, as it is */

  /* statuses */
  FAULT_STATUS,                 /* "STATUS[;Name: value]...": an error of that status; 401 and 403 quote the key */
  FAULT_QUOTA,                  /* 429 that will not go away */
  FAULT_REFUSES,                /* 400 that names "MEMBER" if the body has it, else the good answer */
  FAULT_REDIRECT,               /* "STATUS" (307) to another port that counts who comes */
  FAULT_EARLY,                  /* 413 and the end before the body was read */
  FAULT_ERROR_200,              /* an error in a body of status 200 */

  /* the connection */
  FAULT_HANG,                   /* no answer at all */
  FAULT_HANG_BODY,              /* headers and half the body, then nothing */
  FAULT_DRIP,                   /* the good answer byte by byte, one in "MS" (20) milliseconds */
  FAULT_RESET,                  /* RST instead of an answer */
  FAULT_CLOSE,                  /* the end instead of an answer */
  FAULT_CLOSE_AFTER,            /* the good answer, then the end without a word */
  FAULT_HALF_STATUS,            /* the end in the middle of the status line */
  FAULT_HALF_HEADERS,           /* the end in the middle of the headers; "reset": as RST */
  FAULT_TRUNCATED,              /* the end before Content-Length is reached */
  FAULT_TRUNCATED_CHUNKED,      /* the end before the last chunk */
  FAULT_GARBAGE,                /* not HTTP */

  /* the body as bytes */
  FAULT_BOGUS_GZIP,
  FAULT_TRUNCATED_GZIP,
  FAULT_BOMB,                   /* gzip of "MB" (512) megabytes of blanks */
  FAULT_ENDLESS,                /* chunks for ever */
  FAULT_HUGE,                   /* Content-Length of 10 GB */
  FAULT_EMPTY,                  /* no body */
  FAULT_NOT_JSON,               /* a page of HTML */
  FAULT_CUT_JSON,               /* the first half of the good body */
  FAULT_DEEP,                   /* 70,000 nested arrays */
  FAULT_BAD_UTF8,               /* in the model's text */

  /* the answer */
  FAULT_NULL_CONTENT,           /* no text: content null, no parts */
  FAULT_REFUSAL,                /* the model declines (openai); the prompt is blocked (gemini) */
  FAULT_FILTERED,               /* a filter cut the text */
  FAULT_LENGTH,                 /* the output limit cut the text in half */
  FAULT_DEEP_TEXT,              /* the text is 70,000 nested arrays */
  FAULT_PROSE,                  /* the text has no JSON */
  FAULT_WRONG_LENGTH,           /* the last item of the first array is missing */
  FAULT_NAN,                    /* the last number of the text is NaN */
  FAULT_INFINITE,               /* the last number of the text is 1e999 */
  FAULT_FENCES,                 /* the good text in a fence of Markdown */
  FAULT_THINK,                  /* the good text after <think>...</think> with braces in it */
  FAULT_N_KINDS,
} FaultKind;

/* "hang-body" of FAULT_HANG_BODY: for names of tests. */
const gchar *fault_kind_get_nick (FaultKind kind);

G_END_DECLS
