/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What cannot work is said at the start, before anything is asked or paid for. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "ways.h"

#include <string.h>

/* The error begins with the property that is to be changed. */
static const struct
{
  const gchar *properties;      /* "name=value name=value" */
  const gchar *says;
} refusals[] = {
  {"method=score provider=robometer", "method: score needs "},
  {"method=gvl provider=robometer", "method: gvl needs "},
  {"method=topreward provider=robometer", "method: topreward needs "},
  {"method=roboreward provider=robometer", "method: roboreward needs "},
  {"method=robometer provider=openai", "method: robometer needs "},
  {"method=robometer provider=gemini", "method: robometer needs "},
  {"method=robometer dense=true provider=openai", "method: robometer needs "},
  {"method=robometer extra-body={\"a\":1}", "extra-body: "},
  {"method=robometer base-url=", "base-url: "},
  {"method=topreward provider=gemini topreward-chat-template=false",
      "topreward-chat-template: "},
  {"method=topreward provider=gemini video-transport=jpeg-sequence",
      "video-transport: provider gemini "},
  {"method=roboreward provider=gemini video-transport=jpeg-sequence",
      "video-transport: provider gemini "},
  {"method=roboreward dense=true provider=gemini video-transport=jpeg-sequence",
      "video-transport: provider gemini "},
  {"method=gvl gvl-context=/nonexistent/episodes", "gvl-context: "},
  {"method=score max-cost=1", "max-cost: what tokens cost is not known"},
  {"method=robometer max-cost=1 price-input=1",
      "max-cost: a robometer server "},
  {"method=roboreward prompt-location=/nonexistent/prompts",
      "prompt-location: "},
};

static void
set_properties (Fixture * f, const gchar * text)
{
  g_auto (GStrv) list = g_strsplit (text, " ", -1);

  for (guint i = 0; list[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (list[i], "=", 2);

    gst_util_set_object_arg (G_OBJECT (f->sink), pair[0], pair[1]);
  }
}

GST_START_TEST (test_refused_at_the_start)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("api-key", WATCH_KEY, NULL);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  set_properties (f, refusals[__i__].properties);
  fail_unless_equals_int (gst_element_set_state (f->sink, GST_STATE_PLAYING),
      GST_STATE_CHANGE_FAILURE);
  message = watch_pop (f, GST_MESSAGE_ERROR, NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_SETTINGS), "%s: %s",
      g_quark_to_string (error->domain), error->message);
  fail_unless (g_str_has_prefix (error->message, refusals[__i__].says), "%s",
      error->message);
  fail_unless_equals_int (fault_server_count (f->server,
          FAULT_COUNT_REQUESTS), 0);
}

GST_END_TEST;

/* A message that names the property helps: with another value it starts. */
GST_START_TEST (test_it_starts_when_that_is_mended)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("method", "topreward",
      "provider", "gemini", "video-transport", "jpeg-sequence", NULL);

  fail_unless_equals_int (gst_element_set_state (f->sink, GST_STATE_PLAYING),
      GST_STATE_CHANGE_FAILURE);
  gst_util_set_object_arg (G_OBJECT (f->sink), "video-transport", "images");
  fail_unless (gst_element_set_state (f->sink, GST_STATE_PLAYING) !=
      GST_STATE_CHANGE_FAILURE);
}

GST_END_TEST;

static Suite *
methods_refusals_suite (void)
{
  Suite *suite = suite_create ("methods-refusals");
  TCase *tc = tcase_create ("refusals");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_refused_at_the_start, 0,
      G_N_ELEMENTS (refusals));
  tcase_add_test (tc, test_it_starts_when_that_is_mended);
  return suite;
}

GST_CHECK_MAIN (methods_refusals);
