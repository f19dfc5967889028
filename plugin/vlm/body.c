/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vlm/body.h"

#include <gst/score/gstscoreerror.h>

#include "vlm/json-read.h"
#include "vlm/json-write.h"

/* For servers that do not enforce the schema, or do not show it to the model.
 * OpenAI wants the word JSON in a message for json_object. */
#define SCHEMA_IN_WORDS "Answer with one JSON object and nothing else: no " \
    "other text, no code fence. It must fit this JSON schema:\n"

ScoreStructured
score_body_get_structured (const ScoreServer * server,
    const ScoreQuirks * quirks, const ScoreRequest * request)
{
  ScoreStructured structured = server->structured;

  if (score_request_get_schema (request) == NULL)
    return SCORE_STRUCTURED_PROMPT;
  if (quirks != NULL && quirks->structured != SCORE_STRUCTURED_AUTO)
    structured = quirks->structured;
  return structured == SCORE_STRUCTURED_AUTO
      ? SCORE_STRUCTURED_JSON_SCHEMA : structured;
}

JsonNode *
score_body_parse_schema (const ScoreRequest * request, GError ** error)
{
  ScoreJsonStatus status;
  JsonNode *schema =
      score_json_parse_text (score_request_get_schema (request), &status);

  if (schema == NULL)
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "the schema of the question \"%s\" %s",
        score_request_get_name (request), score_json_status_to_string (status));
  return schema;
}

/* The text that has been written since the last picture becomes a segment. */
static void
flush_text (ScoreWire * wire, GString * text)
{
  g_ptr_array_add (wire->body, g_bytes_new (text->str, text->len));
  g_string_truncate (text, 0);
}

static void
append_text_part (GString * out, const ScorePartSyntax * syntax,
    const gchar * text)
{
  g_string_append (out, syntax->text_open);
  score_json_append_string (out, text);
  g_string_append (out, syntax->text_close);
}

/* The base64 stays where it is. */
static void
append_bytes (ScoreWire * wire, GString * out, const gchar * open,
    GBytes * base64, const gchar * close)
{
  g_string_append (out, open);
  flush_text (wire, out);
  g_ptr_array_add (wire->body, g_bytes_ref (base64));
  g_string_append (out, close);
}

/* A video as so many pictures, JPEGs in one URL, or the file that it was packed
 * into. */
static gboolean
append_video_part (ScoreWire * wire, GString * out,
    const ScorePartSyntax * syntax, const ScorePart * part,
    ScoreVideoTransport transport)
{
  gboolean one_url = transport == SCORE_VIDEO_JPEG_SEQUENCE;

  if (transport == SCORE_VIDEO_MP4) {
    if (syntax->file_open == NULL || part->packed == NULL)
      return FALSE;
    append_bytes (wire, out, syntax->file_open, part->packed,
        syntax->file_close);
    return TRUE;
  }
  if (one_url && syntax->sequence_open == NULL)
    return FALSE;
  for (guint i = 0; i < part->frames->len; i++) {
    GBytes *base64 = g_array_index (part->frames, ScoreStill, i).base64;

    if (i > 0)
      g_string_append_c (out, ',');
    append_bytes (wire, out, !one_url ? syntax->image_open :
        i == 0 ? syntax->sequence_open : "", base64,
        one_url ? "" : syntax->image_close);
  }
  g_string_append (out, one_url ? syntax->sequence_close : "");
  return TRUE;
}

static guint
find_last_text (const ScoreRequest * request)
{
  for (guint i = score_request_get_n_parts (request); i > 0; i--) {
    if (score_request_get_part (request, i - 1)->kind == SCORE_PART_TEXT)
      return i - 1;
  }
  return G_MAXUINT;
}

static gboolean
append_part (ScoreWire * wire, GString * out, const ScorePart * part,
    const ScorePartSyntax * syntax, ScoreVideoTransport transport)
{
  switch (part->kind) {
    case SCORE_PART_TEXT:
      append_text_part (out, syntax, part->text);
      return TRUE;
    case SCORE_PART_JPEG:
      append_bytes (wire, out, syntax->image_open, part->base64,
          syntax->image_close);
      return TRUE;
    case SCORE_PART_VIDEO:
    default:
      return append_video_part (wire, out, syntax, part, transport);
  }
}

/* FALSE where the dialect has no way for a part. */
static gboolean
append_parts (ScoreWire * wire, GString * out, const ScoreRequest * request,
    const ScorePartSyntax * syntax, ScoreVideoTransport transport,
    const gchar * last_words)
{
  guint n = score_request_get_n_parts (request);
  guint last = find_last_text (request);
  gboolean first = TRUE;

  for (guint i = 0; i < n; i++) {
    const ScorePart *part = score_request_get_part (request, i);
    g_autofree gchar *longer = NULL;

    /* servers refuse empty texts */
    if (part->kind == SCORE_PART_TEXT && *part->text == '\0' && i != last)
      continue;
    if (!first)
      g_string_append_c (out, ',');
    first = FALSE;
    if (i == last && last_words != NULL) {
      longer = g_strconcat (part->text, *part->text != '\0' ? "\n\n" : "",
          last_words, NULL);
      append_text_part (out, syntax, longer);
    } else if (!append_part (wire, out, part, syntax, transport)) {
      return FALSE;
    }
  }
  if (last == G_MAXUINT && last_words != NULL) {
    g_string_append (out, n > 0 ? "," : "");
    append_text_part (out, syntax, last_words);
  }
  return TRUE;
}

gdouble
score_body_get_framerate (const ScoreServer * server,
    const ScoreRequest * request)
{
  guint n = score_request_get_n_parts (request);

  for (guint i = 0; i < n && server->video_transport != SCORE_VIDEO_IMAGES; i++) {
    const ScorePart *part = score_request_get_part (request, i);

    if (part->kind == SCORE_PART_VIDEO)
      return part->framerate;
  }
  return 0.0;
}

void
score_body_add_extra_headers (ScoreWire * wire, const ScoreServer * server)
{
  for (guint i = 0; server->extra_headers != NULL
      && server->extra_headers[i] != NULL
      && server->extra_headers[i + 1] != NULL; i += 2)
    score_wire_add_header (wire, server->extra_headers[i],
        server->extra_headers[i + 1]);
}

static gboolean
merge_extra_body (JsonObject * options, JsonObject * extra, GError ** error)
{
  static const gchar *const ours[] = { "messages", "contents" };

  for (guint i = 0; i < G_N_ELEMENTS (ours); i++) {
    if (json_object_has_member (extra, ours[i])) {
      g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
          "extra-body: \"%s\" cannot be set from outside", ours[i]);
      return FALSE;
    }
  }
  score_json_merge (options, extra);
  return TRUE;
}

gboolean
score_body_fill (ScoreWire * wire, const ScoreServer * server,
    const ScoreRequest * request, ScoreStructured structured,
    JsonObject * options, const gchar * opening,
    const ScorePartSyntax * syntax, const gchar * closing, GError ** error)
{
  const gchar *schema = score_request_get_schema (request);
  g_autofree gchar *words = NULL;
  g_autoptr (GString) out = g_string_new ("{");

  if (server->extra_body != NULL
      && !merge_extra_body (options, server->extra_body, error))
    return FALSE;
  if (schema != NULL && structured != SCORE_STRUCTURED_JSON_SCHEMA)
    words = g_strconcat (SCHEMA_IN_WORDS, schema, NULL);

  score_json_append_members (out, options);
  if (json_object_get_size (options) > 0)
    g_string_append_c (out, ',');
  g_string_append (out, opening);
  if (!append_parts (wire, out, request, syntax, server->video_transport,
          words)) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_CONFIG,
        "video-transport: provider %s has no such way for a video",
        server->provider->nick);
    return FALSE;
  }
  g_string_append (out, closing);
  g_string_append_c (out, '}');
  flush_text (wire, out);

  wire->content_type = "application/json";
  score_body_add_extra_headers (wire, server);
  return TRUE;
}
