/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "goodmodel.h"

#include <string.h>

GoodModelStage
good_model_get_stage (const FaultRequest * request)
{
  g_autofree gchar *body = fault_request_dup_body (request);

  if (strstr (body, "completion_state") != NULL)
    return GOOD_MODEL_PROGRESS;
  if (strstr (body, "\\\"objects\\\": an array") != NULL)
    return GOOD_MODEL_OBJECTS;
  return GOOD_MODEL_DESCRIBE;
}

/* Frames are labelled "Frame N (t = ...", beside pictures or descriptions. */
guint
good_model_count_frames (const FaultRequest * request)
{
  g_autofree gchar *body = fault_request_dup_body (request);
  g_autoptr (GRegex) label = g_regex_new ("Frame (\\d+) \\(t = ", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n = 0;

  g_regex_match (label, body, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    n++;
  return n;
}

static gchar *
describe (guint n)
{
  GString *text = g_string_new ("{\"frames\":[");

  for (guint i = 1; i <= n; i++)
    g_string_append_printf (text, "%s{\"frame\":%u,\"description\":"
        "\"The banana lies on the table.\"}", i > 1 ? "," : "", i);
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

static gchar *
judge (guint n)
{
  GString *text = g_string_new ("{\"completion_state\":"
      "\"The banana lies in the bowl.\",\"frames\":[");

  for (guint i = 1; i <= n; i++) {
    gchar number[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd (number, sizeof number, "%.4f",
        n > 1 ? (i - 1) / (n - 1.0) : 1.0);
    g_string_append_printf (text, "%s{\"frame\":%u,\"reason\":\"so it is\","
        "\"progress\":%s}", i > 1 ? "," : "", i, number);
  }
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

gchar *
good_model_answer (const FaultRequest * request, gpointer user_data)
{
  guint n = good_model_count_frames (request);

  switch (good_model_get_stage (request)) {
    case GOOD_MODEL_OBJECTS:
      return g_strdup ("{\"objects\":[\"banana\",\"bowl\"]}");
    case GOOD_MODEL_DESCRIBE:
      return describe (n);
    case GOOD_MODEL_PROGRESS:
    default:
      return judge (n);
  }
}
