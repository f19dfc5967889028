/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an element would make results with, and that finding out asks nobody. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "run-origin.h"

#include "faultserver.h"

#include <gst/score/gstscoreerror.h>
#include <glib/gstdio.h>
#include <string.h>

static GstElement *
make_sink (FaultServer * server)
{
  GstElement *sink = gst_element_factory_make ("scoresink", NULL);

  g_assert_nonnull (sink);
  gst_object_ref_sink (sink);
  g_object_set (sink, "base-url", fault_server_get_base_url (server), NULL);
  return sink;
}

static void
assert_value (const ScoreRunOrigin * origin, const gchar * name,
    const gchar * value)
{
  g_assert_cmpstr (score_run_origin_get (origin, name), ==, value);
}

static void
test_defaults (void)
{
  g_autoptr (FaultServer) server = fault_server_new ();
  g_autoptr (GstElement) sink = make_sink (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (ScoreRunOrigin) origin = score_run_origin_probe (sink, &error);

  g_assert_no_error (error);
  assert_value (origin, "method", "score");
  assert_value (origin, "provider", "openai");
  assert_value (origin, "model", NULL);
  assert_value (origin, "framerate", "2");
  assert_value (origin, "max-frames", "32");
  assert_value (origin, "image-size", "512");
  assert_value (origin, "object-cache", "true");
  assert_value (origin, "temperature", NULL);
  assert_value (origin, "base-url", NULL);
  g_assert_nonnull (score_run_origin_get (origin, "prompts"));
  g_assert_cmpuint (fault_server_count (server, FAULT_COUNT_CONNECTIONS), ==,
      0);
}

static void
test_set (void)
{
  g_autoptr (FaultServer) server = fault_server_new ();
  g_autoptr (GstElement) sink = make_sink (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (ScoreRunOrigin) origin = NULL;

  gst_util_set_object_arg (G_OBJECT (sink), "method", "topreward");
  g_object_set (sink, "model", "m", "framerate", 30000, 1001, "max-frames", 7,
      "temperature", .25, "extra-body", "{\"a\":1}", "success-threshold", .5,
      "on-error", 1, NULL);
  origin = score_run_origin_probe (sink, &error);
  g_assert_no_error (error);
  assert_value (origin, "method", "topreward");
  assert_value (origin, "model", "m");
  assert_value (origin, "framerate", "29.97");
  assert_value (origin, "max-frames", "7");
  assert_value (origin, "temperature", "0.25");
  assert_value (origin, "success-threshold", "0.5");
  assert_value (origin, "topreward-normalize", "minmax");
  g_assert_nonnull (score_run_origin_get (origin, "extra-body-digest"));
}

/* Its server would be asked whether it is well. */
static void
test_robometer (void)
{
  g_autoptr (FaultServer) server = fault_server_new ();
  g_autoptr (GstElement) sink = make_sink (server);
  g_autoptr (GError) error = NULL, none = NULL;
  g_autoptr (ScoreRunOrigin) origin = NULL;

  gst_util_set_object_arg (G_OBJECT (sink), "method", "robometer");
  g_object_set (sink, "base-url", fault_server_get_url (server), NULL);
  origin = score_run_origin_probe (sink, &error);
  g_assert_no_error (error);
  assert_value (origin, "provider", "robometer");
  assert_value (origin, "framerate", "10");
  assert_value (origin, "max-frames", "8");
  g_assert_cmpuint (fault_server_count (server, FAULT_COUNT_CONNECTIONS), ==,
      0);
  g_object_set (sink, "base-url", "no url", NULL);
  g_assert_null (score_run_origin_probe (sink, &none));
  g_assert_nonnull (strstr (none->message, "base-url"));
}

/* Nothing of it comes to light. */
static void
test_leaves_nothing (void)
{
  g_autoptr (FaultServer) server = fault_server_new ();
  g_autoptr (GstElement) sink = make_sink (server);
  g_autofree gchar *folder = g_dir_make_tmp ("run-origin-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "results.jsonl", NULL);
  g_autofree gchar *samples = g_build_filename (folder, "samples", NULL);
  g_autoptr (ScoreRunOrigin) origin = NULL;
  GstState state;

  g_object_set (sink, "results-location", path, "samples-location", samples,
      NULL);
  origin = score_run_origin_probe (sink, NULL);
  g_assert_nonnull (origin);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  gst_element_get_state (sink, &state, NULL, 0);
  g_assert_cmpint (state, ==, GST_STATE_NULL);
}

static void
test_cannot_start (void)
{
  g_autoptr (FaultServer) server = fault_server_new ();
  g_autoptr (GstElement) sink = make_sink (server);
  g_autoptr (GError) error = NULL;

  g_object_set (sink, "prompt-location", "/nowhere", NULL);
  g_assert_null (score_run_origin_probe (sink, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "prompt-location"));
}

/* The same numbers from a message and from a record. */
static void
test_same_as_record (void)
{
  g_autoptr (FaultServer) server = fault_server_new ();
  g_autoptr (GstElement) sink = make_sink (server);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (ScoreRunOrigin) probed = NULL, recorded = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstScoreResult) told = NULL, record = NULL;
  g_autofree gchar *json = NULL, *one = NULL, *other = NULL;

  g_object_set (sink, "framerate", 3, 1, "temperature", 1.0, "seed",
      G_GINT64_CONSTANT (12), "model", "m", NULL);
  probed = score_run_origin_probe (sink, NULL);
  gst_element_set_bus (sink, bus);
  gst_element_set_state (sink, GST_STATE_PAUSED);
  g_signal_emit_by_name (sink, "start-episode", "t", "a");
  g_signal_emit_by_name (sink, "end-episode", NULL);
  while (told == NULL) {
    message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
        GST_MESSAGE_ELEMENT);
    g_assert_nonnull (message);
    told = gst_score_message_parse_result (message, NULL);
    gst_clear_message (&message);
  }
  gst_element_set_state (sink, GST_STATE_NULL);
  gst_element_set_bus (sink, NULL);
  json = gst_score_result_to_json (told);
  record = gst_score_result_new_from_json (json, -1, NULL);
  recorded = score_run_origin_new (record);
  one = score_run_origin_to_text (probed);
  other = score_run_origin_to_text (recorded);
  g_assert_cmpstr (one, ==, other);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-origin/defaults", test_defaults);
  g_test_add_func ("/run-origin/set", test_set);
  g_test_add_func ("/run-origin/robometer", test_robometer);
  g_test_add_func ("/run-origin/leaves-nothing", test_leaves_nothing);
  g_test_add_func ("/run-origin/cannot-start", test_cannot_start);
  g_test_add_func ("/run-origin/same-as-record", test_same_as_record);
  return g_test_run ();
}
