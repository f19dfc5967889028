/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a method asks: text and pictures in order, and the shape of the answer.
 * Says nothing of a wire, a server or a key. Immutable once handed over;
 * atomically refcounted. */
typedef struct _ScoreRequest ScoreRequest;

/* What a method needs of a provider and a provider says it can do. */
typedef enum
{
  SCORE_ABILITY_CHAT = 1 << 0,  /* text and pictures in, text out */
  SCORE_ABILITY_CHANCES = 1 << 1,       /* log-probabilities of the answer's first token */
  SCORE_ABILITY_CURVE = 1 << 2, /* a task and a video in, a progress for every frame out */
  SCORE_ABILITY_OPEN_END = 1 << 3,      /* a turn of the user's that the model goes on with */
} ScoreAbilities;

typedef enum
{
  SCORE_PART_TEXT,
  SCORE_PART_JPEG,
  SCORE_PART_VIDEO,
} ScorePartKind;

/* A frame of a video. Borrowed where it is passed, kept by reference. */
typedef struct
{
  GBytes *jpeg;
  GBytes *base64;               /* of the JPEG, shared */
  guint width, height;
} ScoreStill;

typedef struct
{
  ScorePartKind kind;
  gchar *text;                  /* of a text part, UTF-8 */
  GBytes *base64;               /* of a picture: its JPEG in base64, shared */
  guint width, height;          /* of a picture */
  GArray *frames;               /* of a video: ScoreStill in order of time, one or more */
  gdouble framerate;            /* of a video: frames a second, as the model is to take it */
  /* Of a video: what the engine made of the frames for a provider that cannot
   * do with them as they are (engine/prepare.h): a whole file in base64, or RGB
   * pixels, frame after frame, row after row, all of packed_width x
   * packed_height. NULL: nothing. */
  GBytes *packed;
  guint packed_width, packed_height;
} ScorePart;

/* Makes what is packed of a video part; NULL with an error. */
typedef GBytes *(*ScorePacker) (const ScorePart * part, guint * width,
    guint * height, GError ** error);

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

/* Pictures that belong together as a moving one. How they travel is the
 * server's matter: see ScoreVideoTransport. */
void score_request_add_video (ScoreRequest * request, const ScoreStill * frames,
    guint n_frames, gdouble framerate);
void score_request_pack_video (ScoreRequest * request, guint part, GBytes * packed,
    guint width, guint height);
/* Only by the engine, before the request is handed over: its videos are to be
 * packed, but not before it leaves, for a question may wait for long. */
void score_request_set_packer (ScoreRequest * request, ScorePacker packer);
/* Only by the caller, around the building of a wire, which keeps what it needs. */
gboolean score_request_pack (ScoreRequest * request, GError ** error);
void score_request_unpack (ScoreRequest * request);
/* What the method prescribes, unless the user set temperature or max-tokens:
 * the likeliest answer, of @max_tokens at most (0: no limit). */
void score_request_set_greedy (ScoreRequest * request, guint max_tokens);
/* Asks for the log-probabilities of the first token of the answer, @token (" True")
 * and the likeliest others; they come as the reply's chances. */
void score_request_want_token (ScoreRequest * request, const gchar * token);
/* The user's turn is not ended: the model goes on with its last text, without the
 * turn-taking of a chat template. */
void score_request_set_open_ended (ScoreRequest * request);
/* Every beginning of the video is to be judged by itself (SCORE_ABILITY_CURVE). */
void score_request_set_prefixes (ScoreRequest * request);

gboolean score_request_is_greedy (const ScoreRequest * request);
guint score_request_get_max_tokens (const ScoreRequest * request);
const gchar *score_request_get_token (const ScoreRequest * request);    /* NULL: not wanted */
gboolean score_request_is_open_ended (const ScoreRequest * request);
gboolean score_request_has_prefixes (const ScoreRequest * request);

const gchar *score_request_get_name (const ScoreRequest * request);
const gchar *score_request_get_schema (const ScoreRequest * request);
const gchar *score_request_get_system (const ScoreRequest * request);
guint score_request_get_n_parts (const ScoreRequest * request);
const ScorePart *score_request_get_part (const ScoreRequest * request, guint index);
guint score_request_get_n_images (const ScoreRequest * request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreRequest, score_request_unref)

G_END_DECLS
