/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "faultwire.h"

#define MAX_BODY (512 * 1024 * 1024)

void
fault_request_free (FaultRequest * request)
{
  g_free (request->method);
  g_free (request->target);
  g_clear_pointer (&request->headers, g_hash_table_unref);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request);
}

const gchar *
fault_request_get_header (const FaultRequest * request, const gchar * name)
{
  return g_hash_table_lookup (request->headers, name);
}

gchar *
fault_request_dup_body (const FaultRequest * request)
{
  gsize size;
  const gchar *data = g_bytes_get_data (request->body, &size);

  return g_strndup (data ? data : "", size);
}

static gchar *
read_line (FaultConnection * connection)
{
  gchar *line = g_data_input_stream_read_line (connection->in, NULL,
      connection->stop, NULL);

  return line ? g_strchomp (line) : NULL;
}

FaultRequest *
fault_request_read_head (FaultConnection * connection)
{
  g_autoptr (FaultRequest) request = g_new0 (FaultRequest, 1);
  g_autofree gchar *first = read_line (connection);
  g_auto (GStrv) words = first ? g_strsplit (first, " ", 3) : NULL;

  if (words == NULL || g_strv_length (words) != 3)
    return NULL;
  request->method = g_strdup (words[0]);
  request->target = g_strdup (words[1]);
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_free);
  request->connection = connection->number;
  for (;;) {
    g_autofree gchar *line = read_line (connection);
    gchar *colon;

    if (line == NULL)
      return NULL;
    if (*line == '\0')
      break;
    colon = strchr (line, ':');
    if (colon == NULL)
      return NULL;
    *colon = '\0';
    g_hash_table_insert (request->headers, g_ascii_strdown (line, -1),
        g_strdup (g_strchug (colon + 1)));
  }
  return g_steal_pointer (&request);
}

gboolean
fault_request_read_body (FaultConnection * connection, FaultRequest * request)
{
  const gchar *length = fault_request_get_header (request, "content-length");
  gsize size = length ? g_ascii_strtoull (length, NULL, 10) : 0, got;
  g_autofree gchar *data = NULL;

  if (size > MAX_BODY)
    return FALSE;
  data = g_malloc (size + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (connection->in), data, size,
          &got, connection->stop, NULL) || got != size)
    return FALSE;
  request->body = g_bytes_new_take (g_steal_pointer (&data), size);
  return TRUE;
}
