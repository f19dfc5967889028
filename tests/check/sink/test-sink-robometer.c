/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A method and a server that were made for each other, and for nobody else. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <string.h>

#define HEALTHY "{\"status\":\"healthy\",\"available_gpus\":1,\"total_gpus\":1}"
#define CURVE "{\"outputs_preference\":null,\"outputs_progress\":{" \
    "\"progress_pred\":[[0.125,0.25,0.375,0.5,0.625,0.75,0.875,1.0]]}," \
    "\"outputs_success\":{\"success_probs\":[[0,0,0,0,0,0,0.25,0.75]]}}"

/* The two, and how the error begins and goes on. */
static const struct
{
  const gchar *method, *provider, *says;
} strangers[] = {
  {"robometer", "openai", "method: robometer needs the server of the Robometer "
        "model (provider=robometer and its base-url); provider openai is none"},
  {"robometer", "gemini", "method: robometer needs the server of the Robometer "
        "model (provider=robometer and its base-url); provider gemini is none"},
  {"score", "robometer", "method: score needs a model that sees pictures and "
        "answers in words; provider robometer is none"},
};

static gchar *
start_and_fail (Fixture * f)
{
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  fail_unless_equals_int (gst_element_set_state (f->sink, GST_STATE_PLAYING),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (f->bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_SETTINGS), "%s", error->message);
  fail_unless_equals_int (fault_server_count (f->server,
          FAULT_COUNT_REQUESTS), 0);
  gst_bus_set_flushing (f->bus, TRUE);
  return g_strdup (error->message);
}

GST_START_TEST (test_strangers)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("method",
      strangers[__i__].method, "provider", strangers[__i__].provider, NULL);
  g_autofree gchar *text = start_and_fail (f);

  fail_unless (g_str_has_prefix (text, strangers[__i__].says), "%s", text);
}

GST_END_TEST;

/* Also when nothing else is right: the reason is the one that helps. */
GST_START_TEST (test_strangers_without_an_address)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("method", "robometer",
      "provider", "openai", "base-url", "", NULL);
  g_autofree gchar *text = start_and_fail (f);

  fail_unless (g_str_has_prefix (text, strangers[0].says), "%s", text);
}

GST_END_TEST;

/* There is no public one that could be meant. */
GST_START_TEST (test_no_address)
{
  g_autoptr (Fixture) f = fixture_new_stopped ("method", "robometer",
      "base-url", "", "api-key", "sk-any", NULL);
  g_autofree gchar *text = start_and_fail (f);

  fail_unless (g_str_has_prefix (text, "base-url: not set, and there is no "
          "public robometer server"), "%s", text);
}

GST_END_TEST;

static Fixture *
new_robometer (const gchar * dense)
{
  Fixture *f = fixture_new_stopped ("method", "robometer", "dense", dense,
      "model", "", NULL);

  fault_server_at_path (f->server, "/health", FAULT_BODY, HEALTHY);
  fault_server_at_path (f->server, "/evaluate_batch_npy", FAULT_BODY, CURVE);
  g_object_set (f->sink, "base-url", fault_server_get_url (f->server), NULL);
  return f;
}

static const FaultRequest *
find_question (Fixture * f)
{
  for (guint i = 0; i < fault_server_count (f->server,
          FAULT_COUNT_REQUESTS); i++) {
    const FaultRequest *request = fault_server_get_request (f->server, i);

    if (g_str_equal (request->method, "POST"))
      return request;
  }
  fail ("no question was asked");
  return NULL;
}

static gboolean
body_has (const FaultRequest * request, const gchar * text)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (request->body, &size);

  return memmem (data, size, text, strlen (text)) != NULL;
}

/* Provider auto picks the one that can. 20 frames become 8 of them, and the
 * model is not asked for. */
GST_START_TEST (test_an_episode)
{
  g_autoptr (Fixture) f = new_robometer (__i__ ? "true" : "false");
  g_autoptr (GstScoreResult) result = NULL;
  const FaultRequest *question;
  gboolean dense;

  fixture_start (f);
  fixture_push (f, 20);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless_equals_string (gst_score_result_get_provider (result),
      "robometer");
  fail_unless_equals_string (gst_score_result_get_method (result), "robometer");
  fail_unless_equals_string (gst_score_result_get_model (result), "robometer");
  fail_unless_equals_int (gst_score_result_get_n_samples (result), 8);
  for (guint i = 0; i < 8; i++) {
    const GstScoreSample *sample = gst_score_result_get_sample (result, i);

    fail_unless_equals_float (sample->progress, (i + 1) / 8.0);
    fail_unless_equals_float (sample->success_probability,
        i == 7 ? 0.75 : i == 6 ? 0.25 : 0.0);
  }
  fail_unless_equals_uint64 (gst_score_result_get_sample (result,
          7)->stream_time, 19 * 100 * GST_MSECOND);
  fail_unless (gst_structure_get_boolean (gst_score_result_get_options (result),
          "dense", &dense));
  fail_unless_equals_int (dense, __i__);

  question = find_question (f);
  fail_unless_equals_string (question->target, "/evaluate_batch_npy");
  fail_unless (body_has (question, "\"frames_shape\":[8,48,64,3]"));
  fail_unless_equals_int (body_has (question, "use_frame_steps"), __i__);
  fail_unless_equals_int (gst_score_result_get_usage (result)->images, 8);
  fail_unless_equals_int (gst_score_result_get_usage (result)->requests, 1);
}

GST_END_TEST;

/* Shorter than the server's answer: the number that fits is unknown. */
GST_START_TEST (test_wrong_number_of_values)
{
  g_autoptr (Fixture) f = new_robometer ("false");
  g_autoptr (GstScoreResult) result = NULL;

  fixture_start (f);
  fixture_push (f, 3);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_failed (result, GST_SCORE_ERROR_BAD_REPLY);
  fail_unless (strstr (gst_score_result_get_error (result)->message,
          "8 values of progress for 3 frames") != NULL);
}

GST_END_TEST;

GST_START_TEST (test_ill_server_is_a_warning)
{
  g_autoptr (Fixture) f = new_robometer ("false");
  g_autoptr (GstScoreResult) result = NULL;
  g_autofree gchar *text = NULL;

  fault_server_at_path (f->server, "/health", FAULT_BODY,
      "{\"status\":\"loading\"}");
  fixture_start (f);
  text = fixture_pop_complaint (f, GST_MESSAGE_WARNING);
  fail_unless (strstr (text, "loading") != NULL, "%s", text);
  fixture_push (f, 20);
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
}

GST_END_TEST;

/* Frames of another size after a caps change are made the first ones. */
GST_START_TEST (test_caps_change)
{
  g_autoptr (Fixture) f = new_robometer ("false");
  g_autoptr (GstScoreResult) result = NULL;
  GstBuffer *buffer;

  fixture_start (f);
  fixture_push (f, 10);
  gst_harness_set_src_caps_str (f->harness,
      "video/x-raw,format=GRAY8,width=32,height=32,framerate=10/1");
  for (guint i = 0; i < 10; i++) {
    buffer = gst_buffer_new_allocate (NULL, 32 * 32, NULL);
    gst_buffer_memset (buffer, 0, 200, 32 * 32);
    GST_BUFFER_PTS (buffer) = f->next_frame++ * 100 * GST_MSECOND;
    GST_BUFFER_DURATION (buffer) = 100 * GST_MSECOND;
    fail_unless_equals_int (gst_harness_push (f->harness, buffer), GST_FLOW_OK);
  }
  fixture_push_eos (f);
  result = fixture_pop_result (f);
  assert_scored (result);
  fail_unless (body_has (find_question (f), "\"frames_shape\":[8,48,64,3]"));
}

GST_END_TEST;

static Suite *
sink_robometer_suite (void)
{
  Suite *suite = suite_create ("sink-robometer");
  TCase *tc = tcase_create ("robometer");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_strangers, 0, G_N_ELEMENTS (strangers));
  tcase_add_test (tc, test_strangers_without_an_address);
  tcase_add_test (tc, test_no_address);
  tcase_add_loop_test (tc, test_an_episode, 0, 2);
  tcase_add_test (tc, test_wrong_number_of_values);
  tcase_add_test (tc, test_ill_server_is_a_warning);
  tcase_add_test (tc, test_caps_change);
  return suite;
}

GST_CHECK_MAIN (sink_robometer);
