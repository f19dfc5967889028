/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* The JSON around a text part and a picture in one dialect. */
typedef struct
{
  const gchar *text_open, *text_close;  /* around a quoted string */
  const gchar *image_open, *image_close;        /* around bare base64 */
  /* Around JPEGs in base64 with commas between, and around a file in base64;
   * NULL where the dialect has no such. */
  const gchar *sequence_open, *sequence_close;
  const gchar *file_open, *file_close;
} ScorePartSyntax;

/* How the answer's shape is asked for in the end; PROMPT too where the request
 * has no schema. */
ScoreStructured score_body_get_structured (const ScoreServer * server,
    const ScoreQuirks * quirks, const ScoreRequest * request);

/* The schema as an object to be put into the options, NULL with
 * GST_SCORE_ERROR_CONFIG where it is none. */
JsonNode *score_body_parse_schema (const ScoreRequest * request, GError ** error);

/* Puts the server's extra_headers and the body into @wire: the members of
 * @options merged with extra_body, then @opening, the parts, @closing and the
 * brace. The pictures stay where they are. FALSE with GST_SCORE_ERROR_CONFIG. */
gboolean score_body_fill (ScoreWire * wire, const ScoreServer * server,
    const ScoreRequest * request, ScoreStructured structured,
    JsonObject * options, const gchar * opening,
    const ScorePartSyntax * syntax, const gchar * closing, GError ** error);

/* Frames a second of the video in @request that travels as one, not as pictures;
 * 0 where there is none. */
gdouble score_body_get_framerate (const ScoreServer * server,
    const ScoreRequest * request);

void score_body_add_extra_headers (ScoreWire * wire, const ScoreServer * server);

G_END_DECLS
