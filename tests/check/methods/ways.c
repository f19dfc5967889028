/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "ways.h"

#include <string.h>

/* *INDENT-OFF* */
const Way ways[] = {
  {"gvl", "gvl", FALSE, ANSWER_JSON},
  {"gvl-gemini", "gvl", TRUE, ANSWER_JSON},
  {"roboreward", "roboreward", FALSE, ANSWER_WORDS},
  {"roboreward-gemini", "roboreward", TRUE, ANSWER_WORDS},
  {"roboreward-dense", "roboreward", FALSE, ANSWER_WORDS, "dense=true"},
  {"topreward", "topreward", FALSE, ANSWER_CHANCES},
  {"topreward-gemini", "topreward", TRUE, ANSWER_CHANCES},
  {"robometer", "robometer", FALSE, ANSWER_CURVE},
#define N_DIALECTS 8
  {"roboreward-mp4", "roboreward", FALSE, ANSWER_WORDS, "video-transport=mp4"},
  {"roboreward-sequence", "roboreward", FALSE, ANSWER_WORDS,
      "video-transport=jpeg-sequence"},
  {"roboreward-gemini-mp4", "roboreward", TRUE, ANSWER_WORDS,
      "video-transport=mp4"},
  {"roboreward-dense-mp4", "roboreward", FALSE, ANSWER_WORDS,
      "dense=true video-transport=mp4"},
  {"topreward-mp4", "topreward", FALSE, ANSWER_CHANCES, "video-transport=mp4"},
  {"topreward-open-ended", "topreward", FALSE, ANSWER_CHANCES,
      "topreward-chat-template=false"},
  {"topreward-prob", "topreward", FALSE, ANSWER_CHANCES,
      "topreward-normalize=prob"},
  {"robometer-dense", "robometer", FALSE, ANSWER_CURVE, "dense=true"},
  {"score", "score", FALSE, ANSWER_JSON},
  {"score-gemini", "score", TRUE, ANSWER_JSON},
};
/* *INDENT-ON* */

const guint n_ways = G_N_ELEMENTS (ways);
const guint n_dialects = N_DIALECTS;

static void
set_properties (GstElement * sink, const gchar * text)
{
  g_auto (GStrv) list = g_strsplit (text ? text : "", " ", -1);

  for (guint i = 0; list[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (list[i], "=", 2);

    gst_util_set_object_arg (G_OBJECT (sink), pair[0], pair[1]);
  }
}

Fixture *
way_new (const Way * way, const gchar * first, ...)
{
  Fixture *f = fixture_new_stopped ("method", way->method, "api-key",
      WATCH_KEY, NULL);
  va_list args;

  if (way->gemini)
    fixture_use_gemini (f);
  if (way->answer == ANSWER_CURVE)
    g_object_set (f->sink, "base-url", fault_server_get_url (f->server),
        "model", NULL, NULL);
  set_properties (f->sink, way->properties);
  va_start (args, first);
  for (const gchar * name = first; name; name = va_arg (args, const gchar *))
      gst_util_set_object_arg (G_OBJECT (f->sink), name,
        va_arg (args, const gchar *));
  va_end (args);
  return f;
}

static gboolean
is_question (const FaultRequest * request)
{
  return g_strcmp0 (request->method, "POST") == 0
      && !g_str_has_suffix (request->target, "/tokenize");
}

guint
way_count_questions (Fixture * f)
{
  const FaultRequest *request;
  guint n = 0;

  for (guint i = 0; (request = fault_server_get_request (f->server, i)); i++)
    n += is_question (request);
  return n;
}

guint
way_wait_question (Fixture * f)
{
  for (guint i = 0;; i++) {
    fail_unless (fault_server_wait (f->server, FAULT_COUNT_REQUESTS, i + 1,
            NULL), "no question came");
    if (is_question (fault_server_get_request (f->server, i)))
      return i + 1;
  }
}
