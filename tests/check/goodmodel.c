/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "goodmodel.h"

#include <stdlib.h>
#include <string.h>

#define JPEG_START "/9j/"       /* in base64 */
#define CURVE_SHAPE "\"frames_shape\":["

/* Words that are in the questions of one kind only; the first that fits. */
static const struct
{
  const gchar *words;
  GoodModelStage stage;
} marks[] = {
  {"task_completion_percentage", GOOD_MODEL_GVL},
  {"discrete progress score reward", GOOD_MODEL_REWARD},
  {"Decide whether the above statement", GOOD_MODEL_PREFIX},
  {"completion_state", GOOD_MODEL_PROGRESS},
  {"\\\"objects\\\": an array", GOOD_MODEL_OBJECTS},
};

GoodModelStage
good_model_get_stage (const FaultRequest * request)
{
  g_autofree gchar *body = fault_request_dup_body (request);

  if (g_str_has_suffix (request->target, "/evaluate_batch_npy"))
    return GOOD_MODEL_CURVE;
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++) {
    if (strstr (body, marks[i].words) != NULL)
      return marks[i].stage;
  }
  return GOOD_MODEL_DESCRIBE;
}

static guint
count_matches (const gchar * body, const gchar * pattern)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n = 0;

  g_regex_match (regex, body, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    n++;
  return n;
}

/* The array stands behind the task, and has zeros in it. */
static guint
count_rows (const FaultRequest * request)
{
  gsize size;
  const gchar *data = g_bytes_get_data (request->body, &size);
  const gchar *shape = data ? g_strstr_len (data, size, CURVE_SHAPE) : NULL;

  return shape ? strtoul (shape + strlen (CURVE_SHAPE), NULL, 10) : 0;
}

/* Frames are labelled "Frame N (t = ...", beside pictures or descriptions, or
 * "Frame N:"; those of a video are not. */
guint
good_model_count_frames (const FaultRequest * request)
{
  g_autofree gchar *body = fault_request_dup_body (request);

  switch (good_model_get_stage (request)) {
    case GOOD_MODEL_CURVE:
      return count_rows (request);
    case GOOD_MODEL_GVL:
      return count_matches (body, "\"Frame \\d+:\"");
    case GOOD_MODEL_REWARD:
    case GOOD_MODEL_PREFIX:
      return MAX (count_matches (body, "[\",]" JPEG_START), 1);
    case GOOD_MODEL_OBJECTS:
    case GOOD_MODEL_DESCRIBE:
    case GOOD_MODEL_PROGRESS:
    default:
      return count_matches (body, "Frame (\\d+) \\(t = ");
  }
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

static gchar *
judge_gvl (guint n)
{
  GString *text = g_string_new ("{\"frames\":[");

  for (guint i = 1; i <= n; i++)
    g_string_append_printf (text, "%s{\"frame\":%u,\"description\":"
        "\"The banana lies on the table.\",\"task_completion_percentage\":%u}",
        i > 1 ? "," : "", i, n > 1 ? 100 * (i - 1) / (n - 1) : 100);
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

static gchar *
draw_curve (guint n)
{
  GString *text = g_string_new ("[");

  for (guint i = 1; i <= n; i++) {
    gchar number[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd (number, sizeof number, "%.4f", i / (gdouble) n);
    g_string_append_printf (text, "%s%s", i > 1 ? "," : "", number);
  }
  g_string_append (text, "]");
  return g_string_free (text, FALSE);
}

/* From -2 up; the other token has what is left, or less. */
static gchar *
weigh (guint n)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (number, sizeof number, "%.4f", -2.0 / MAX (n, 1));
  return g_strdup_printf ("{\"True\":%s,\"False\":-4.5}", number);
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
    case GOOD_MODEL_GVL:
      return judge_gvl (n);
    case GOOD_MODEL_REWARD:
      return g_strdup ("ANSWER: 4");
    case GOOD_MODEL_PREFIX:
      return weigh (n);
    case GOOD_MODEL_CURVE:
      return draw_curve (n);
    case GOOD_MODEL_PROGRESS:
    default:
      return judge (n);
  }
}
