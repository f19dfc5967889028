/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/envelope.h"

#include <gst/score/gstscoreerror.h>

#include "vlm/json-read.h"

#define MAX_NAME 200

void
score_envelope_fail (const ScoreResponse * response, GError ** error,
    const gchar * what)
{
  g_autofree gchar *id =
      score_json_tame (score_response_get_header (response, "x-request-id"),
      -1, MAX_NAME);

  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY,
      "the server's answer %s%s%s%s", what, *id != '\0' ? " (request id " : "",
      id, *id != '\0' ? ")" : "");
}

JsonNode *
score_envelope_read (const ScoreResponse * response, GError ** error)
{
  ScoreJsonStatus status;
  g_autoptr (JsonNode) root = score_json_parse_bytes (response->body, &status);

  if (root == NULL) {
    score_envelope_fail (response, error, score_json_status_to_string (status));
    return NULL;
  }
  if (score_json_object (root) == NULL) {
    score_envelope_fail (response, error, "is no JSON object");
    return NULL;
  }
  return g_steal_pointer (&root);
}

gchar *
score_envelope_dup_name (JsonObject * object, const gchar * member)
{
  const gchar *name = score_json_get_string (object, member);

  return name != NULL && *name != '\0'
      ? score_json_tame (name, -1, MAX_NAME) : NULL;
}
