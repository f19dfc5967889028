/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random.h"

static GstScoreResult *
new_result (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (77);
  g_autoptr (GstScoreResult) result = random_result (rand);

  while (!gst_score_result_is_scored (result)) {
    gst_score_result_unref (result);
    result = random_result (rand);
  }
  return g_steal_pointer (&result);
}

static GstMessage *
new_message (const GstScoreResult * result)
{
  return gst_score_message_new_result (NULL, GST_SCORE_MESSAGE_EPISODE, result);
}

static void
test_types (void)
{
  static const struct
  {
    GstScoreMessageType type;
    const gchar *name;
  } cases[] = {
    {GST_SCORE_MESSAGE_PROGRESS, "score/progress"},
    {GST_SCORE_MESSAGE_EPISODE, "score/episode"},
    {GST_SCORE_MESSAGE_LATE, "score/late"},
  };
  g_autoptr (GstScoreResult) result = new_result ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstMessage) message =
        gst_score_message_new_result (NULL, cases[i].type, result);
    GstScoreMessageType type = GST_SCORE_MESSAGE_EPISODE_STARTED;

    g_assert_true (gst_message_has_name (message, cases[i].name));
    g_assert_true (gst_score_message_is_score_message (message));
    g_assert_true (gst_score_message_parse_type (message, &type));
    g_assert_cmpint (type, ==, cases[i].type);
  }
}

static void
test_foreign_messages (void)
{
  g_autoptr (GstMessage) eos = gst_message_new_eos (NULL);
  g_autoptr (GstMessage) element = gst_message_new_element (NULL,
      gst_structure_new_empty ("level"));
  /* the name alone does not make it ours */
  g_autoptr (GstMessage) application = gst_message_new_application (NULL,
      gst_structure_new_empty ("score/episode"));
  GstMessage *messages[] = { eos, element, application };

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++) {
    GstScoreMessageType type = GST_SCORE_MESSAGE_LATE;
    g_autoptr (GError) error = NULL;

    g_assert_false (gst_score_message_is_score_message (messages[i]));
    g_assert_false (gst_score_message_parse_type (messages[i], &type));
    g_assert_cmpint (type, ==, GST_SCORE_MESSAGE_LATE);
    g_assert_false (gst_score_message_parse_episode_started (messages[i],
            NULL, NULL, NULL));
    g_assert_null (gst_score_message_parse_result (messages[i], &error));
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
  }
}

static void
test_episode_started (void)
{
  g_autoptr (GstElement) source = gst_pipeline_new ("camera");
  g_autoptr (GstMessage) message =
      gst_score_message_new_episode_started (GST_OBJECT (source), "e-1",
      "open the drawer", 1, 2, 3);
  const GstStructure *structure = gst_message_get_structure (message);
  g_autofree gchar *id = NULL;
  g_autofree gchar *task = NULL;
  GstClockTime stream_time = 0, running_time = 0;
  g_autoptr (GError) error = NULL;

  g_assert_true (GST_MESSAGE_SRC (message) == GST_OBJECT (source));
  g_assert_true (gst_score_message_parse_episode_started (message, &id, &task,
          &stream_time));
  g_assert_cmpstr (id, ==, "e-1");
  g_assert_cmpstr (task, ==, "open the drawer");
  g_assert_cmpuint (stream_time, ==, 2);
  g_assert_true (gst_structure_get_uint64 (structure, "running-time",
          &running_time));
  g_assert_cmpuint (running_time, ==, 3);
  g_assert_null (gst_score_message_parse_result (message, &error));
  g_assert_nonnull (error);
}

static void
test_episode_started_without_task (void)
{
  g_autoptr (GstMessage) message =
      gst_score_message_new_episode_started (NULL, "e-1", NULL,
      GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  gchar *task = (gchar *) "before";
  GstClockTime stream_time = 0;

  g_assert_true (gst_score_message_parse_episode_started (message, NULL, &task,
          &stream_time));
  g_assert_null (task);
  g_assert_cmpuint (stream_time, ==, GST_CLOCK_TIME_NONE);
}

static void
test_round_trip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);

  for (guint i = 0; i < 200; i++) {
    g_autoptr (GstScoreResult) result = random_result (rand);
    g_autoptr (GstMessage) message = new_message (result);
    g_autoptr (GError) error = NULL;
    g_autoptr (GstScoreResult) back =
        gst_score_message_parse_result (message, &error);

    g_assert_no_error (error);
    assert_results_equal (result, back);
  }
}

/* What gst-launch -m prints says everything. */
static void
test_text_round_trip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);

  for (guint i = 0; i < 100; i++) {
    g_autoptr (GstScoreResult) result = random_result (rand);
    g_autoptr (GstMessage) message = new_message (result);
    g_autofree gchar *text =
        gst_structure_to_string (gst_message_get_structure (message));
    GstStructure *structure = gst_structure_from_string (text, NULL);
    g_autoptr (GstMessage) copy = NULL;
    g_autoptr (GstScoreResult) back = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (structure);
    copy = gst_message_new_element (NULL, structure);
    back = gst_score_message_parse_result (copy, &error);
    g_assert_no_error (error);
    assert_results_equal (result, back);
  }
}

static void
assert_field_type (const GstStructure * structure, const gchar * field,
    GType type)
{
  g_assert_true (gst_structure_has_field (structure, field));
  g_assert_cmpstr (g_type_name (gst_structure_get_field_type (structure,
              field)), ==, g_type_name (type));
}

static void
test_field_types (void)
{
  g_autoptr (GstScoreResult) result = new_result ();
  g_autoptr (GstMessage) message = new_message (result);
  const GstStructure *structure = gst_message_get_structure (message);

  assert_field_type (structure, "timestamp", G_TYPE_UINT64);
  assert_field_type (structure, "stream-time", G_TYPE_UINT64);
  assert_field_type (structure, "running-time", G_TYPE_UINT64);
  assert_field_type (structure, "duration", G_TYPE_UINT64);
  assert_field_type (structure, "n-frames", G_TYPE_UINT64);
  assert_field_type (structure, "episode-id", G_TYPE_STRING);
  assert_field_type (structure, "status", G_TYPE_STRING);
  assert_field_type (structure, "progress", G_TYPE_DOUBLE);
  assert_field_type (structure, "mean-progress", G_TYPE_DOUBLE);
  assert_field_type (structure, "success-threshold", G_TYPE_DOUBLE);
  assert_field_type (structure, "success", G_TYPE_BOOLEAN);
  assert_field_type (structure, "provisional", G_TYPE_BOOLEAN);
  assert_field_type (structure, "objects", GST_TYPE_ARRAY);
  assert_field_type (structure, "notes", GST_TYPE_ARRAY);
  assert_field_type (structure, "samples", GST_TYPE_ARRAY);
  g_assert_false (gst_structure_has_field (structure, "error-code"));
}

static void
test_sample_numbers (void)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("e", "t");
  GstScoreSample sample = GST_SCORE_SAMPLE_INIT;
  g_autoptr (GstScoreResult) result = NULL;
  g_autoptr (GstMessage) message = NULL;
  const GValue *samples;
  const GstStructure *with, *without;
  gdouble raw, probability;

  sample.progress = 0.5;
  gst_score_result_builder_add_sample (builder, &sample);
  sample.raw_value = -2.5;
  sample.success_probability = 0.25;
  gst_score_result_builder_add_sample (builder, &sample);
  result = gst_score_result_builder_end (builder);
  message = new_message (result);
  samples = gst_structure_get_value (gst_message_get_structure (message),
      "samples");
  without = gst_value_get_structure (gst_value_array_get_value (samples, 0));
  with = gst_value_get_structure (gst_value_array_get_value (samples, 1));
  g_assert_false (gst_structure_has_field (without, "raw-value"));
  g_assert_false (gst_structure_has_field (without, "success-probability"));
  g_assert_true (gst_structure_get (with, "raw-value", G_TYPE_DOUBLE, &raw,
          "success-probability", G_TYPE_DOUBLE, &probability, NULL));
  g_assert_cmpfloat (raw, ==, -2.5);
  g_assert_cmpfloat (probability, ==, 0.25);
}

static void
test_failed_has_no_progress_field (void)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("e", "t");
  g_autoptr (GError) error = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_AUTH, "The server refused the key.");
  g_autoptr (GstScoreResult) result = NULL;
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *structure;

  gst_score_result_builder_set_error (builder, error);
  result = gst_score_result_builder_end (builder);
  message = new_message (result);
  structure = gst_message_get_structure (message);
  g_assert_false (gst_structure_has_field (structure, "progress"));
  g_assert_false (gst_structure_has_field (structure, "mean-progress"));
  g_assert_cmpstr (gst_structure_get_string (structure, "error-code"), ==,
      "auth");
  g_assert_cmpstr (gst_structure_get_string (structure, "status"), ==,
      "failed");
}

/* Every field in turn gets a value of a type that no field has; what is not
 * derived from other fields must be missed. */
static void
test_damaged_fields (void)
{
  g_autoptr (GstScoreResult) result = new_result ();
  g_autoptr (GstMessage) message = new_message (result);
  const GstStructure *whole = gst_message_get_structure (message);

  for (gint i = 0; i < gst_structure_n_fields (whole); i++) {
    const gchar *field = gst_structure_nth_field_name (whole, i);
    GstStructure *damaged = gst_structure_copy (whole);
    g_autoptr (GstMessage) copy = NULL;
    g_autoptr (GstScoreResult) back = NULL;
    g_autoptr (GError) error = NULL;
    gboolean is_derived = g_str_equal (field, "success")
        || g_str_equal (field, "progress")
        || g_str_equal (field, "mean-progress");

    gst_structure_set (damaged, field, G_TYPE_INT64, (gint64) 3, NULL);
    copy = gst_message_new_element (NULL, damaged);
    back = gst_score_message_parse_result (copy, &error);
    g_assert_cmpint (back != NULL, ==, is_derived);
    if (!is_derived) {
      g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
      g_assert_nonnull (strstr (error->message, field));
    }
  }
}

static void
test_damaged_structures (void)
{
  static const struct
  {
    const gchar *text;
    const gchar *complaint;
  } cases[] = {
    {"score/episode", "episode-id"},
    {"score/episode, episode-id=(string)\"\"", "episode-id"},
    {"score/episode, episode-id=e", "status"},
    {"score/episode, episode-id=e, status=done", "scored or failed"},
    {"score/episode, episode-id=e, status=scored", "progress is missing"},
    {"score/episode, episode-id=e, status=failed", "error-code"},
    {"score/episode, episode-id=e, status=failed, error-code=auth",
        "error-message"},
    {"score/episode, episode-id=e, status=failed, error-code=x, "
          "error-message=m", "not known"},
    {"score/episode, episode-id=e, status=scored, objects=<1, 2>", "objects"},
    {"score/episode, episode-id=e, status=scored, samples=<a>", "samples"},
    {"score/episode, episode-id=e, status=scored, samples=(structure)"
          "< \"sample, progress=(double)2;\" >", "from 0 to 1"},
    {"score/episode, episode-id=e, status=scored, samples=(structure)"
          "< \"sample, success-probability=(double)-1;\" >", "from 0 to 1"},
    {"score/episode, episode-id=e, status=scored, samples=(structure)"
          "< \"sample, raw-value=(string)low;\" >", "raw-value"},
    {"score/episode, episode-id=e, status=scored, samples=(structure)"
          "< \"sample, flags=(string)< shiny >;\" >", "unknown flag"},
    {"score/episode, episode-id=e, status=scored, "
          "usage=(structure)\"usage, images=(string)many;\"", "images"},
    {"score/episode, episode-id=e, status=scored, "
          "latency=(structure)\"latency, a=(string)b;\"", "\"a\""},
    {"score/episode, episode-id=e, status=scored, "
          "latency=(structure)\"latency, 1a=(guint64)1;\"", "name"},
    {"score/episode, episode-id=e, status=scored, success-threshold=7.0",
        "success-threshold"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstStructure *structure = gst_structure_from_string (cases[i].text, NULL);
    g_autoptr (GstMessage) message = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (structure);
    message = gst_message_new_element (NULL, structure);
    g_assert_null (gst_score_message_parse_result (message, &error));
    g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
    if (strstr (error->message, cases[i].complaint) == NULL)
      g_error ("\"%s\" does not speak of \"%s\"", error->message,
          cases[i].complaint);
  }
}

static void
test_damaged_episode_started (void)
{
  static const gchar *const texts[] = {
    "score/episode-started",
    "score/episode-started, episode-id=(int)3",
    "score/episode-started, episode-id=e, task=(int)3",
    "score/episode-started, episode-id=e, stream-time=(string)now",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GstMessage) message = gst_message_new_element (NULL,
        gst_structure_from_string (texts[i], NULL));
    gchar *id = NULL, *task = NULL;

    g_assert_false (gst_score_message_parse_episode_started (message, &id,
            &task, NULL));
    g_assert_null (id);
    g_assert_null (task);
  }
}

static void
test_wrong_use_is_refused (void)
{
  g_autoptr (GstScoreResult) result = new_result ();

  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*assertion*");
  g_assert_null (gst_score_message_new_result (NULL,
          GST_SCORE_MESSAGE_EPISODE_STARTED, result));
  g_test_expect_message ("gst-score", G_LOG_LEVEL_CRITICAL, "*assertion*");
  g_assert_null (gst_score_message_new_episode_started (NULL, "", NULL, 0, 0,
          0));
  g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/types", test_types);
  g_test_add_func ("/message/foreign", test_foreign_messages);
  g_test_add_func ("/message/episode-started", test_episode_started);
  g_test_add_func ("/message/episode-started-without-task",
      test_episode_started_without_task);
  g_test_add_func ("/message/round-trip", test_round_trip);
  g_test_add_func ("/message/text-round-trip", test_text_round_trip);
  g_test_add_func ("/message/field-types", test_field_types);
  g_test_add_func ("/message/sample-numbers", test_sample_numbers);
  g_test_add_func ("/message/failed-has-no-progress-field",
      test_failed_has_no_progress_field);
  g_test_add_func ("/message/damaged-fields", test_damaged_fields);
  g_test_add_func ("/message/damaged-structures", test_damaged_structures);
  g_test_add_func ("/message/damaged-episode-started",
      test_damaged_episode_started);
  g_test_add_func ("/message/wrong-use-is-refused", test_wrong_use_is_refused);
  return g_test_run ();
}
