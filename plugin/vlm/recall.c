/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/gst.h>
#include <string.h>

#include "vlm/question.h"

GST_DEBUG_CATEGORY_EXTERN (score_caller_debug);
#define GST_CAT_DEFAULT score_caller_debug

/* Of URL and body; headers are left out, and the key is one of them. */
static gchar *
hash (const ScoreWire * wire)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  /* with its end, so that it cannot flow into the body */
  g_checksum_update (checksum, (const guchar *) wire->url,
      strlen (wire->url) + 1);
  for (guint i = 0; wire->body != NULL && i < wire->body->len; i++) {
    gsize size;
    gconstpointer data =
        g_bytes_get_data (g_ptr_array_index (wire->body, i), &size);

    g_checksum_update (checksum, data, size);
  }
  return g_strdup (g_checksum_get_string (checksum));
}

/* As it is asked before anything was learned of the server, so that it is the
 * same question whatever was learned since. */
static gchar *
make_key (Question * question)
{
  static const ScoreQuirks none = { 0, };
  g_autoptr (ScoreWire) wire =
      score_caller_question_build (question, &none, NULL);

  return wire ? hash (wire) : NULL;
}

static ScoreReply *
parse (ScoreCaller * self, GBytes * body)
{
  g_autoptr (ScoreResponse) response = score_response_new (200, body);
  g_autoptr (ScoreFault) fault = NULL;
  g_autoptr (GError) error = NULL;

  return self->server->provider->parse (response, &fault, &error);
}

gboolean
score_caller_question_recall (Question * question)
{
  ScoreCaller *self = question->caller;
  g_autoptr (GBytes) body = NULL;
  ScoreReply *reply;

  if (self->recall == NULL || self->server->model == NULL || question->key)
    return FALSE;
  question->key = make_key (question);
  if (question->key == NULL)
    return FALSE;
  body = self->recall (question->key, self->recall_data);
  reply = body ? parse (self, body) : NULL;
  if (reply == NULL)
    return FALSE;
  GST_DEBUG ("question %" G_GUINT64_FORMAT " was answered before",
      question->number);
  memset (&reply->tokens, 0, sizeof reply->tokens);
  reply->recalled = TRUE;
  self->stats.recalled++;
  score_caller_question_end (question, reply, NULL);
  return TRUE;
}
