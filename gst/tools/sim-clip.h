/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The JPEGs of a video that is part of a request, in their order, at most @most
 * of them: a GPtrArray of GBytes. @type "video/jpeg": @data is base64 JPEGs with
 * commas between; "video/mp4" and "video/quicktime": a file in base64, of moving
 * JPEG. NULL with *@problem, a sentence to free, for anything else. */
GPtrArray *sim_clip_read (const gchar * type, const gchar * data, guint most,
    gchar ** problem);

/* The same of the bytes of a file. */
GPtrArray *sim_clip_read_file (GBytes * file, guint most, gchar ** problem);
