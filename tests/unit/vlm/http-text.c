/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http-text.h"

static GBytes *
find_body (const gchar * data, gsize length)
{
  const gchar *blank = g_strstr_len (data, length, "\n\n");
  gsize start = blank != NULL ? (gsize) (blank - data) + 2 : length;

  return g_bytes_new (data + start, length - start);
}

ScoreResponse *
http_text_parse (const gchar * data, gsize length)
{
  g_autoptr (GBytes) body = find_body (data, length);
  g_autofree gchar *raw = g_strndup (data, length - g_bytes_get_size (body));
  g_autofree gchar *head = g_utf8_make_valid (raw, -1);
  g_auto (GStrv) lines = g_strsplit (head, "\n", -1);
  guint64 status = 0;
  ScoreResponse *response;

  if (lines[0] != NULL && strchr (lines[0], ' ') != NULL)
    status = g_ascii_strtoull (strchr (lines[0], ' '), NULL, 10);
  response = score_response_new ((guint) MIN (status, 999), body);
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
    gchar *colon = strchr (lines[i], ':');

    if (colon == NULL)
      continue;
    *colon = '\0';
    score_response_set_header (response, lines[i], g_strstrip (colon + 1));
  }
  return response;
}
