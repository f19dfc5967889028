/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* One JSON line a request; no pictures, no text, no key. */
typedef struct _SimLog SimLog;

typedef struct
{
  guint64 number;
  const gchar *dialect;
  const gchar *model;           /* or NULL */
  const gchar *stage;           /* or NULL */
  guint status;
  guint images;
  guint prompt_tokens, completion_tokens;
  gsize bytes;
  gdouble ms;
} SimLogEntry;

SimLog *sim_log_open (const gchar * path, GError ** error);
void sim_log_free (SimLog * self);
void sim_log_write (SimLog * self, const SimLogEntry * entry);
