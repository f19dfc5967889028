/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Checks that @text is JSON to the letter of RFC 8259 and within the bounds
 * below, before a parser that is both lenient and recursive sees it. */
#define SCORE_JSON_MAX_BYTES (16 * 1024 * 1024)
#define SCORE_JSON_MAX_DEPTH 32
#define SCORE_JSON_MAX_VALUES (256 * 1024)
gboolean score_json_check (const gchar * text, gsize length, GError ** error);

/* Writers append a member, or an element where @name is NULL, and the comma
 * before it. Members keep the order in which they are written. */
void score_json_begin (GString * out, const gchar * name, gchar bracket);
void score_json_end (GString * out, gchar bracket);
void score_json_add_string (GString * out, const gchar * name, const gchar * value);
void score_json_add_integer (GString * out, const gchar * name, gint64 value);
void score_json_add_double (GString * out, const gchar * name, gdouble value);
void score_json_add_boolean (GString * out, const gchar * name, gboolean value);

G_END_DECLS
