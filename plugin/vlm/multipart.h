/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vlm/provider.h"

G_BEGIN_DECLS

/* A body of multipart/form-data (RFC 7578). The same parts always give the same
 * bytes, and the bytes of files are shared, not copied. */
typedef struct _ScoreMultipart ScoreMultipart;

ScoreMultipart *score_multipart_new (void);
void score_multipart_free (ScoreMultipart * multipart);

/* @name and @filename are ASCII without quotes, backslashes or line breaks. */
void score_multipart_add_field (ScoreMultipart * multipart, const gchar * name, const gchar * value);
/* The file is @head and then @data. */
void score_multipart_add_file (ScoreMultipart * multipart, const gchar * name,
    const gchar * filename, GBytes * head, GBytes * data);

/* Puts the body and its type, with a boundary that is in no part, into @wire. */
void score_multipart_fill (ScoreMultipart * multipart, ScoreWire * wire);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScoreMultipart, score_multipart_free)

G_END_DECLS
