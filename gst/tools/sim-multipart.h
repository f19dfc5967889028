/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A part of multipart/form-data. */
typedef struct
{
  gchar *name;
  gchar *filename;              /* NULL: a field of text */
  GBytes *body;                 /* shares the memory of the whole */
} SimPart;

/* More than this in one form are refused, as Starlette does. */
#define SIM_MULTIPART_MOST 1000

/* All parts of @bytes: a GPtrArray of SimPart. NULL with *@problem, a sentence to
 * free, when it is cut short, malformed or has too many. */
GPtrArray *sim_multipart_read (GBytes * bytes, const gchar * boundary,
    gchar ** problem);
