/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a method asks: text and pictures in order, and the shape of the answer.
 * Says nothing of a wire, a server or a key. Immutable once handed over;
 * atomically refcounted. */
typedef struct _ScoreRequest ScoreRequest;

typedef enum
{
  SCORE_PART_TEXT,
  SCORE_PART_JPEG,
} ScorePartKind;

typedef struct
{
  ScorePartKind kind;
  gchar *text;                  /* of a text part, UTF-8 */
  GBytes *base64;               /* of a picture: its JPEG in base64, shared */
  guint width, height;          /* of a picture */
} ScorePart;

/* @name: the stage, [A-Za-z0-9_-]{1,64}; names the schema on the wire.
 * @schema: JSON text of the portable subset (type, properties, required of all,
 * additionalProperties false, items, enum, description), or NULL for free text. */
ScoreRequest *score_request_new (const gchar * name, const gchar * schema);
ScoreRequest *score_request_ref (ScoreRequest * request);
void score_request_unref (ScoreRequest * request);

void score_request_set_system (ScoreRequest * request, const gchar * text);
void score_request_add_text (ScoreRequest * request, const gchar * text);
void score_request_add_jpeg (ScoreRequest * request, GBytes * base64,
    guint width, guint height);

const gchar *score_request_get_name (const ScoreRequest * request);
const gchar *score_request_get_schema (const ScoreRequest * request);
const gchar *score_request_get_system (const ScoreRequest * request);
guint score_request_get_n_parts (const ScoreRequest * request);
const ScorePart *score_request_get_part (const ScoreRequest * request, guint index);
guint score_request_get_n_images (const ScoreRequest * request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreRequest, score_request_unref)

G_END_DECLS
