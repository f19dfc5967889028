/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define REPORT_JPEG_SIDE 160    /* pixels of a small picture, at most */

/* A small picture of @jpeg, as JPEG; NULL where that is broken or no JPEG. */
GBytes *report_jpeg_shrink (const guint8 * jpeg, gsize size);

G_END_DECLS
