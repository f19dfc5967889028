/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A model's own words, read with and without a schema. */
#include <gst/score/gstscoreerror.h>

#include <math.h>

#include "provider.h"
#include "vlm/json-read.h"

#define SCHEMA "{\"type\":\"object\",\"properties\":{\"frames\":{\"type\":" \
    "\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"frame\":" \
    "{\"type\":\"integer\"},\"progress\":{\"type\":\"number\"},\"text\":" \
    "{\"type\":\"string\"}},\"required\":[\"frame\"]}},\"objects\":{\"type\":" \
    "\"array\",\"items\":{\"type\":\"string\"}}},\"required\":[]}"

static void
check_frame (JsonObject * frame)
{
  g_assert_true (json_object_has_member (frame, "frame"));
  g_assert_cmpint (json_node_get_value_type (json_object_get_member (frame,
              "frame")), ==, G_TYPE_INT64);
  if (json_object_has_member (frame, "progress"))
    g_assert_true (isfinite (json_object_get_double_member (frame,
                "progress")));
  if (json_object_has_member (frame, "text"))
    g_assert_true (g_utf8_validate (json_object_get_string_member (frame,
                "text"), -1, NULL));
}

/* The criticals of json-glib on a wrong type are fatal here. */
static void
check_answer (JsonNode * node)
{
  JsonObject *root = json_node_get_object (node);
  JsonArray *frames = json_object_has_member (root, "frames")
      ? json_object_get_array_member (root, "frames") : NULL;

  for (guint i = 0; frames != NULL && i < json_array_get_length (frames); i++)
    check_frame (json_array_get_object_element (frames, i));
}

static void
read_with (const ScoreReply * reply, const gchar * schema)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = score_reply_read (reply, schema, &error);

  g_assert_cmpint (node != NULL, ==, error == NULL);
  if (error != NULL)
    g_assert_true (error->domain == GST_SCORE_ERROR
        && g_utf8_validate (error->message, -1, NULL));
  if (node != NULL && schema != NULL)
    check_answer (node);
}

/* What the scanner lets through, json-glib must take. */
static void
check_scanner (const gchar * text)
{
  g_autofree gchar *copy = g_strdup (text);
  g_autoptr (JsonNode) node = NULL;
  gsize used;
  ScoreJsonStatus status = score_json_scan (copy, strlen (copy), &used);

  g_assert_cmpuint (used, <=, strlen (copy));
  if (status != SCORE_JSON_OK)
    return;
  node = score_json_parse_scanned (copy, used);
  g_assert_nonnull (node);
}

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  g_autoptr (ScoreReply) reply = score_reply_new (text);

  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  check_scanner (reply->text);
  read_with (reply, NULL);
  read_with (reply, SCHEMA);
  return 0;
}
