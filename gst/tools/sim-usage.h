/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What a request and its answer are counted as; the rules are those that the
 * providers document. */

/* About four bytes of English a token. */
guint sim_usage_text (gsize bytes);

/* OpenAI: one token a patch of 32 x 32 pixels, at most 1536 a picture; 85 with
 * detail "low". */
guint sim_usage_openai_picture (guint width, guint height,
    const gchar * detail);

/* Gemini: 280, 560 or 1120 by media resolution. Without one, 258 for a picture
 * of at most 384 x 384 pixels, else 258 for every tile of 768 x 768. */
guint sim_usage_gemini_picture (guint width, guint height,
    const gchar * resolution);

/* A frame of a video: two of them share the patches of a picture. */
guint sim_usage_openai_frame (guint width, guint height);
/* 70 whatever the size. */
guint sim_usage_gemini_frame (guint width, guint height);

/* The longest beginning of @text, in bytes, that is no more than @tokens and
 * ends between two characters. */
gsize sim_usage_cut (const gchar * text, guint tokens);
