/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "watch.h"

#include <string.h>

static void
assert_discreet (GstMessage * message)
{
  const GstStructure *s = gst_message_get_structure (message);
  g_autofree gchar *text = s ? gst_structure_to_string (s) : g_strdup ("");

  fail_unless (strstr (text, WATCH_KEY) == NULL, "%s", text);
  fail_unless (strstr (text, "/9j/") == NULL, "%s", text);
  fail_unless (strstr (text, "[[[[[[[[") == NULL);
  fail_unless (strlen (text) < 16384, "%s", text);
}

GstMessage *
watch_pop (Fixture * f, GstMessageType type, const gchar * name)
{
  while (TRUE) {
    GstMessage *message = fixture_pop (f, GST_MESSAGE_ANY);

    assert_discreet (message);
    if (GST_MESSAGE_TYPE (message) == type &&
        (name == NULL || gst_message_has_name (message, name)))
      return message;
    gst_message_unref (message);
  }
}

GstScoreResult *
watch_pop_result (Fixture * f)
{
  g_autoptr (GstMessage) message = watch_pop (f, GST_MESSAGE_ELEMENT,
      "score/episode");

  return gst_score_message_parse_result (message, NULL);
}

static void
get_bus_code (GstScoreError code, GQuark * domain, gint * bus_code)
{
  *domain = code >= GST_SCORE_ERROR_BAD_REPLY
      && code != GST_SCORE_ERROR_BUDGET ? GST_STREAM_ERROR : GST_RESOURCE_ERROR;
  switch (code) {
    case GST_SCORE_ERROR_CONFIG:
      *bus_code = GST_RESOURCE_ERROR_SETTINGS;
      break;
    case GST_SCORE_ERROR_AUTH:
      *bus_code = GST_RESOURCE_ERROR_NOT_AUTHORIZED;
      break;
    case GST_SCORE_ERROR_RATE_LIMITED:
      *bus_code = GST_RESOURCE_ERROR_BUSY;
      break;
    case GST_SCORE_ERROR_UNREACHABLE:
      *bus_code = GST_RESOURCE_ERROR_OPEN_READ;
      break;
    case GST_SCORE_ERROR_TIMEOUT:
      *bus_code = GST_RESOURCE_ERROR_READ;
      break;
    case GST_SCORE_ERROR_BUDGET:
      *bus_code = GST_RESOURCE_ERROR_NO_SPACE_LEFT;
      break;
    default:
      *bus_code = GST_STREAM_ERROR_DECODE;
      break;
  }
}

void
watch_check_warning (Fixture * f, GstScoreError expected, const gchar * helps,
    const gchar * id)
{
  g_autoptr (GstMessage) message = watch_pop (f, GST_MESSAGE_WARNING, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;
  const GstStructure *details = NULL;
  GQuark domain;
  gint code;

  get_bus_code (expected, &domain, &code);
  gst_message_parse_warning (message, &error, &debug);
  gst_message_parse_warning_details (message, &details);
  fail_unless (g_error_matches (error, domain, code), "%s %d: %s",
      g_quark_to_string (error->domain), error->code, error->message);
  fail_unless (strstr (error->message, helps) != NULL, "%s", error->message);
  fail_unless (strstr (error->message, id) != NULL, "%s", error->message);
  fail_unless (strlen (error->message) < 1024, "%s", error->message);
  fail_unless (strstr (debug, WATCH_KEY) == NULL, "%s", debug);
  fail_unless (details != NULL);
  fail_unless_equals_string (gst_structure_get_string (details, "episode-id"),
      id);
  fail_unless_equals_string (gst_structure_get_string (details, "error-code"),
      gst_score_error_to_nick (expected));
}
