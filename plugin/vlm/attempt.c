/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/attempt.h"

#include <string.h>

#include "vlm/retry.h"

/* Shorter values are no secrets, and words of the message may be the same. */
#define MIN_SECRET_HEADER 8

static void
mask_header (ScoreFault * fault, const gchar * value)
{
  const gchar *space = strrchr (value, ' ');

  if (strlen (value) >= MIN_SECRET_HEADER)
    score_fault_mask (fault, value);
  /* "Bearer KEY", of which servers quote the key */
  if (space != NULL && strlen (space + 1) >= MIN_SECRET_HEADER)
    score_fault_mask (fault, space + 1);
}

/* Keys come in headers of the user's, too. */
static void
mask_secrets (ScoreFault * fault, const ScoreServer * server)
{
  if (server->api_key)
    score_fault_mask (fault, server->api_key);
  for (guint i = 0; server->extra_headers != NULL
      && server->extra_headers[i] != NULL
      && server->extra_headers[i + 1] != NULL; i += 2)
    mask_header (fault, server->extra_headers[i + 1]);
}

void
score_attempt_complete_fault (const ScoreServer * server,
    const ScoreResponse * response, ScoreFault * fault)
{
  gint64 hint;

  if (fault == NULL)
    return;
  hint = score_retry_hint (response, g_get_real_time () / G_USEC_PER_SEC);
  fault->retry_after = MAX (fault->retry_after, hint);
  mask_secrets (fault, server);
}

ScoreFault *
score_attempt_read_fault (const ScoreServer * server,
    const ScoreResponse * response)
{
  ScoreFault *fault = server->provider->parse_fault (response);

  score_attempt_complete_fault (server, response, fault);
  return fault;
}

GSource *
score_attempt_start_timer (GMainContext * context, gint64 wait,
    GSourceFunc func, gpointer user_data)
{
  gint64 ms = MAX (wait, 0) / 1000 + (wait % 1000 > 0 ? 1 : 0);
  GSource *source = g_timeout_source_new (MIN (ms, G_MAXINT));

  g_source_set_callback (source, func, user_data, NULL);
  g_source_attach (source, context);
  return source;
}

void
score_attempt_clear_source (GSource ** source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}
