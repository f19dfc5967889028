/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A question that is put together part by part, in either dialect. */
typedef struct
{
  gboolean gemini;
  GString *text;
  guint n_parts;
} Body;

void body_begin (Body * self, gboolean gemini);
void body_text (Body * self, const gchar * text);
void body_picture (Body * self, GBytes * jpeg);
/* @data: what comes behind "base64,". */
void body_video (Body * self, const gchar * type, const gchar * data);
/* What a request has beside its parts: members of the object, of Gemini's
 * generationConfig, or NULL. Ends the question. */
gchar *body_end (Body * self, const gchar * members);

gchar *encode_bytes (GBytes * bytes);
/* data of "video/jpeg". */
gchar *encode_frames (GBytes * const *jpegs, guint n);
/* A QuickTime file of moving JPEG, @in_chunk samples a chunk. @codec: four
 * letters. */
GBytes *make_movie (GBytes * const *jpegs, guint n, guint in_chunk,
    const gchar * codec, gboolean wide);

/* A moment of a toy episode, 0 to 1: the banana is reached, lifted, carried to the
 * bowl and let go of. */
GBytes *paint_moment (gdouble moment);
