/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A block of data for a script to read: inert whatever its strings hold, since no
 * character of HTML's is in it. */
void report_page_add_block (GString * blocks, const gchar * name, JsonNode * data);

/* The page around the blocks. @title is plain text. */
gchar *report_page_build (const gchar * title, const gchar * blocks);

G_END_DECLS
