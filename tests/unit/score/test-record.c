/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "random.h"

#define HEAD "\"schema\":\"gst-score/1\",\"episode_id\":\"e\","
#define SAMPLES "\"samples\":[{\"progress\":0.5}]"
#define SCORED "{" HEAD "\"status\":\"scored\"," SAMPLES
#define FAILED "{" HEAD "\"status\":\"failed\","

static GstScoreResult *
new_full_result (void)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("ep-7", "put the \"banana\" in the bowl");
  GstScoreSample sample = GST_SCORE_SAMPLE_INIT;
  const gchar *objects[] = { "banana", "bowl", NULL };
  GstScoreUsage usage = GST_SCORE_USAGE_INIT;
  g_autoptr (GstStructure) options = gst_structure_new ("options",
      "max-frames", G_TYPE_UINT, 32, "temperature", G_TYPE_DOUBLE, 1.0, NULL);

  usage.requests = 3;
  usage.images = 2;
  usage.input_tokens = 1200;
  gst_score_result_builder_set_source (builder, "score", "openai", "a-model");
  gst_score_result_builder_set_times (builder, 0, GST_SECOND,
      GST_CLOCK_TIME_NONE, 2 * GST_SECOND);
  gst_score_result_builder_set_n_frames (builder, 60);
  gst_score_result_builder_set_outcome (builder, "success");
  gst_score_result_builder_set_objects (builder, objects);
  gst_score_result_builder_set_completion_state (builder, "It lies in it.");
  gst_score_result_builder_add_note (builder, "One answer was repaired.");
  gst_score_result_builder_set_usage (builder, &usage);
  gst_score_result_builder_set_latency (builder, "describe", 1500000);
  gst_score_result_builder_set_options (builder, options);
  sample.timestamp = sample.stream_time = 0;
  sample.progress = 0.2;
  sample.description = "On the\ntable.";
  sample.flags = GST_SCORE_SAMPLE_CLAMPED | GST_SCORE_SAMPLE_INTERPOLATED;
  gst_score_result_builder_add_sample (builder, &sample);
  sample.index = 1;
  sample.progress = 1.0;
  sample.raw_value = -0.0625;
  sample.success_probability = 0.75;
  sample.flags = GST_SCORE_SAMPLE_FLOOR;
  sample.utc_time = G_GUINT64_CONSTANT (1700000000123456789);
  sample.description = NULL;
  gst_score_result_builder_add_sample (builder, &sample);
  return gst_score_result_builder_end (builder);
}

static void
test_golden (void)
{
  g_autoptr (GstScoreResult) result = new_full_result ();
  g_autofree gchar *json = gst_score_result_to_json (result);

  g_assert_cmpstr (json, ==,
      "{\"schema\":\"gst-score/1\",\"episode_id\":\"ep-7\","
      "\"task\":\"put the \\\"banana\\\" in the bowl\",\"method\":\"score\","
      "\"provider\":\"openai\",\"model\":\"a-model\",\"status\":\"scored\","
      "\"outcome\":\"success\",\"progress\":1.0,\"mean_progress\":0.6,"
      "\"success\":true,\"success_threshold\":0.9,\"timestamp\":0,"
      "\"stream_time\":1000000000,\"duration\":2000000000,\"n_frames\":60,"
      "\"objects\":[\"banana\",\"bowl\"],"
      "\"completion_state\":\"It lies in it.\",\"samples\":["
      "{\"index\":0,\"timestamp\":0,\"stream_time\":0,\"progress\":0.2,"
      "\"flags\":[\"interpolated\",\"clamped\"],"
      "\"description\":\"On the\\ntable.\"},"
      "{\"index\":1,\"timestamp\":0,\"stream_time\":0,"
      "\"utc_time\":1700000000123456789,\"progress\":1.0,"
      "\"raw_value\":-0.0625,\"success_probability\":0.75,"
      "\"flags\":[\"floor\"]}],"
      "\"notes\":[\"One answer was repaired.\"],"
      "\"usage\":{\"requests\":3,\"retries\":0,\"images\":2,"
      "\"input_tokens\":1200,\"cached_tokens\":0,\"output_tokens\":0,"
      "\"reasoning_tokens\":0,\"bytes_sent\":0,\"bytes_received\":0},"
      "\"latency\":{\"describe\":1500000},"
      "\"options\":{\"max-frames\":32,\"temperature\":1.0}}");
}

static void
test_golden_failure (void)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("ep-8", NULL);
  g_autoptr (GError) error = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_RATE_LIMITED, "The quota is used up.");
  g_autoptr (GstScoreResult) result = NULL;
  g_autofree gchar *json = NULL;

  gst_score_result_builder_set_error (builder, error);
  gst_score_result_builder_set_provisional (builder, TRUE);
  result = gst_score_result_builder_end (builder);
  json = gst_score_result_to_json (result);
  g_assert_cmpstr (json, ==,
      "{\"schema\":\"gst-score/1\",\"episode_id\":\"ep-8\","
      "\"status\":\"failed\",\"provisional\":true,"
      "\"error\":{\"code\":\"rate-limited\","
      "\"message\":\"The quota is used up.\"},\"success\":false,"
      "\"success_threshold\":0.9,\"n_frames\":0,\"objects\":[],\"samples\":[],"
      "\"notes\":[]}");
}

static void
test_round_trip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20);

  for (guint i = 0; i < 300; i++) {
    g_autoptr (GstScoreResult) result = random_result (rand);
    g_autofree gchar *json = gst_score_result_to_json (result);
    g_autoptr (GError) error = NULL;
    g_autoptr (GstScoreResult) back =
        gst_score_result_new_from_json (json, -1, &error);
    g_autofree gchar *again = NULL;

    g_assert_no_error (error);
    assert_results_equal (result, back);
    again = gst_score_result_to_json (back);
    g_assert_cmpstr (json, ==, again);
    g_assert_null (strchr (json, '\n'));
    g_assert_true (g_utf8_validate (json, -1, NULL));
  }
}

static void
test_length_bounds_the_text (void)
{
  const gchar *json = SCORED "}{trailing";
  g_autoptr (GError) error = NULL;
  g_autoptr (GstScoreResult) result =
      gst_score_result_new_from_json (json, strlen (SCORED "}"), &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (gst_score_result_get_progress (result), ==, 0.5);
}

/* Records as another program or a later version may write them. */
static void
test_tolerated (void)
{
  static const gchar *const records[] = {
    SCORED "}",
    " \t\r\n" SCORED "} \n",
    SCORED ",\"cost\":{\"usd\":[0.1,{\"a\":null}]},\"x\":true}",
    SCORED ",\"task\":null,\"objects\":null,\"usage\":null,\"latency\":null,"
        "\"options\":null,\"notes\":null,\"error\":null,\"timestamp\":null}",
    "{\"schema\":\"gst-score/1.3\",\"episode_id\":\"e\",\"status\":\"scored\","
        SAMPLES "}",
    "{" HEAD "\"status\":\"scored\",\"samples\":[{\"progress\":1},"
        "{\"progress\":5e-1,\"new\":{}}]}",
    SCORED ",\"options\":{\"list\":[1,\"a\"],\"none\":null}}",
    FAILED "\"error\":{\"code\":\"auth\",\"message\":\"\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (records); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GstScoreResult) result =
        gst_score_result_new_from_json (records[i], -1, &error);

    g_assert_no_error (error);
    g_assert_nonnull (result);
  }
}

static void
test_escapes_are_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstScoreResult) result =
      gst_score_result_new_from_json (SCORED
      ",\"task\":\"\\u00e9\\ud83e\\udd16\\/\\b\\f\\n\\r\\t\\\"\\\\\"}", -1,
      &error);

  g_assert_no_error (error);
  g_assert_cmpstr (gst_score_result_get_task (result), ==,
      "\303\251\360\237\244\226/\b\f\n\r\t\"\\");
}

typedef struct
{
  const gchar *json;
  const gchar *complaint;
} BadRecord;

static void
assert_refused (const gchar * json, gssize length, const gchar * complaint)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (gst_score_result_new_from_json (json, length, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
  if (strstr (error->message, complaint) == NULL)
    g_error ("\"%s\" does not speak of \"%s\"", error->message, complaint);
  g_assert_cmpuint (strlen (error->message), <, 400);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
assert_all_refused (const BadRecord * records, guint n)
{
  for (guint i = 0; i < n; i++)
    assert_refused (records[i].json, -1, records[i].complaint);
}

static void
test_not_json (void)
{
  static const BadRecord records[] = {
    {"", "no value at byte 0"},
    {" \n", "no value at byte 2"},
    {"hello", "no value"},
    {"{", "missing string"},
    {"{}{}", "text after the record"},
    {"{'a':1}", "missing string"},
    {"{\"a\" 1}", "missing colon"},
    {"{\"a\":1,}", "missing string"},
    {"{\"a\":[1,]}", "no value"},
    {"{\"a\":[1 2]}", "missing comma or bracket"},
    {"{\"a\":[1}", "missing comma or bracket"},
    {"{\"a\":010}", "missing comma or bracket"},
    {"{\"a\":0x10}", "missing comma or bracket"},
    {"{\"a\":+1}", "no value"},
    {"{\"a\":-}", "no value"},
    {"{\"a\":1.}", "bad number"},
    {"{\"a\":1e}", "bad number"},
    {"{\"a\":.5}", "no value"},
    {"{\"a\":NaN}", "no value"},
    {"{\"a\":Infinity}", "no value"},
    {"{\"a\":1e999}", "out of range"},
    {"{\"a\":9223372036854775808}", "out of range"},
    {"{\"a\":-9223372036854775809}", "out of range"},
    {"{\"a\":1} // done", "text after the record"},
    {"/* record */ {}", "no value"},
    {"var a = {}", "no value"},
    {"{\"a\":tru}", "no value"},
    {"{\"a\":\"b}", "without an end"},
    {"{\"a\":\"\t\"}", "control character"},
    {"{\"a\":\"\\x41\"}", "bad escape"},
    {"{\"a\":\"\\u12g4\"}", "bad \\u escape"},
    {"{\"a\":\"\\u0000\"}", "bad \\u escape"},
    {"{\"a\":\"\\udc00\"}", "bad \\u escape"},
    {"{\"a\":\"\\ud800\"}", "surrogate"},
    {"{\"a\":\"\\ud800\\u0041\"}", "surrogate"},
    {"{\"a\":\"\xff\"}", "invalid UTF-8 at byte 6"},
    {"[]", "not a JSON object"},
    {"null", "not a JSON object"},
    {"\"record\"", "not a JSON object"},
  };

  assert_all_refused (records, G_N_ELEMENTS (records));
}

static void
test_not_a_record (void)
{
  static const BadRecord records[] = {
    {"{}", "\"schema\" of the record is missing"},
    {"{\"schema\":1}", "\"schema\" of the record must be a string"},
    {"{\"schema\":\"gst-score/2\"}", "only \"gst-score/1\" can be read"},
    {"{\"schema\":\"gst-score/10\"}", "only \"gst-score/1\" can be read"},
    {"{\"schema\":\"other/1\"}", "not that of a gst-score record"},
    {"{\"schema\":\"gst-score/1\"}", "\"episode_id\" of the record is missing"},
    {"{\"schema\":\"gst-score/1\",\"episode_id\":\"\"}", "not be empty"},
    {"{" HEAD SAMPLES "}", "\"status\" of the record is missing"},
    {"{" HEAD "\"status\":\"done\"}", "scored or failed"},
    {"{" HEAD "\"status\":\"scored\"}", "no sample"},
    {"{" HEAD "\"status\":\"scored\",\"samples\":[{\"index\":4}]}", "Sample 4"},
    {SCORED ",\"error\":{\"code\":\"auth\",\"message\":\"m\"}}", "\"error\""},
    {FAILED SAMPLES "}", "\"error\" of the record is missing"},
    {FAILED "\"error\":\"auth\"}", "\"error\" of the record must be an object"},
    {FAILED "\"error\":{\"message\":\"m\"}}", "\"error.code\""},
    {FAILED "\"error\":{\"code\":\"auth\"}}", "\"error.message\""},
    {FAILED "\"error\":{\"code\":\"x\",\"message\":\"m\"}}", "unknown \"x\""},
  };

  assert_all_refused (records, G_N_ELEMENTS (records));
}

static void
test_wrong_type (void)
{
  static const BadRecord records[] = {
    {SCORED ",\"task\":1}", "\"task\" of the record must be a string"},
    {SCORED ",\"method\":[]}", "\"method\""},
    {SCORED ",\"provider\":{}}", "\"provider\""},
    {SCORED ",\"model\":true}", "\"model\""},
    {SCORED ",\"outcome\":0}", "\"outcome\""},
    {SCORED ",\"completion_state\":0.5}", "\"completion_state\""},
    {SCORED ",\"provisional\":1}", "\"provisional\""},
    {SCORED ",\"success\":\"yes\"}", "\"success\""},
    {SCORED ",\"progress\":\"0.5\"}", "\"progress\""},
    {SCORED ",\"progress\":1.5}", "\"progress\""},
    {SCORED ",\"mean_progress\":[]}", "\"mean_progress\""},
    {SCORED ",\"success_threshold\":-0.1}", "\"success_threshold\""},
    {SCORED ",\"timestamp\":-1}", "\"timestamp\""},
    {SCORED ",\"stream_time\":1.0}", "\"stream_time\""},
    {SCORED ",\"running_time\":\"1\"}", "\"running_time\""},
    {SCORED ",\"duration\":{}}", "\"duration\""},
    {SCORED ",\"n_frames\":1e3}", "\"n_frames\""},
    {SCORED ",\"objects\":\"cup\"}", "\"objects\""},
    {SCORED ",\"objects\":[\"cup\",1]}", "\"objects\""},
    {SCORED ",\"objects\":[[]]}", "\"objects\""},
    {SCORED ",\"notes\":[null]}", "\"notes\""},
    {SCORED ",\"usage\":[]}", "\"usage\" of the record must be an object"},
    {SCORED ",\"usage\":{\"retries\":0.5}}", "\"usage.retries\""},
    {SCORED ",\"usage\":{\"cost\":\"1 $\"}}", "\"usage.cost\""},
    {SCORED ",\"latency\":3}", "\"latency\""},
    {SCORED ",\"latency\":{\"ask\":\"1 s\"}}", "\"latency.ask\""},
    {SCORED ",\"latency\":{\"a b\":1}}", "name is not allowed"},
    {SCORED ",\"options\":[]}", "\"options\""},
    {SCORED ",\"options\":{\"\":1}}", "name is not allowed"},
    {"{" HEAD "\"status\":7}", "\"status\""},
    {"{" HEAD "\"status\":\"scored\",\"samples\":{}}", "\"samples\""},
    {"{" HEAD "\"status\":\"scored\",\"samples\":[1]}", "\"samples\""},
    {"{" HEAD "\"status\":\"scored\",\"samples\":[{\"progress\":0},"
          "{\"progress\":\"1\"}]}", "\"samples[1].progress\""},
    {"{" HEAD "\"status\":\"scored\",\"samples\":[{\"progress\":0,"
          "\"raw_value\":\"-1\"}]}", "\"samples[0].raw_value\""},
    {"{" HEAD "\"status\":\"scored\",\"samples\":[{\"progress\":0,"
          "\"success_probability\":1.1}]}",
        "\"samples[0].success_probability\""},
    {"{" HEAD "\"status\":\"scored\",\"samples\":[{\"progress\":1.0001}]}",
        "from 0 to 1"},
    {"{" HEAD "\"status\":\"scored\",\"samples\":[{\"progress\":0,"
          "\"index\":4294967296}]}", "\"samples[0].index\""},
    {"{" HEAD "\"status\":\"scored\",\"samples\":[{\"progress\":0,"
          "\"flags\":[\"shiny\"]}]}", "unknown flag \"shiny\""},
    {"{" HEAD "\"status\":\"scored\",\"samples\":[{\"progress\":0,"
          "\"reason\":3}]}", "\"samples[0].reason\""},
  };

  assert_all_refused (records, G_N_ELEMENTS (records));
}

static gchar *
repeat (const gchar * text, guint n)
{
  GString *all = g_string_sized_new (strlen (text) * n + 1);

  while (n-- > 0)
    g_string_append (all, text);
  return g_string_free (all, FALSE);
}

static void
test_deep_nesting (void)
{
  g_autofree gchar *arrays = repeat ("[", 1000000);
  g_autofree gchar *objects = repeat ("{\"a\":", 1000000);
  g_autofree gchar *allowed = repeat ("[", 31);
  g_autofree gchar *closed = repeat ("]", 31);
  g_autofree gchar *fits = g_strconcat (SCORED, ",\"x\":", allowed, closed,
      "}", NULL);
  g_autofree gchar *deeper = g_strconcat (SCORED, ",\"x\":[", allowed, closed,
      "]}", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstScoreResult) result = NULL;

  assert_refused (arrays, -1, "nesting too deep");
  assert_refused (objects, -1, "nesting too deep");
  assert_refused (deeper, -1, "nesting too deep");
  result = gst_score_result_new_from_json (fits, -1, &error);
  g_assert_no_error (error);
}

static void
test_too_large (void)
{
  g_autofree gchar *spaces = g_strnfill (16 * 1024 * 1024 + 1, ' ');
  g_autofree gchar *values = repeat ("1,", 300000);
  g_autofree gchar *many = g_strconcat ("[", values, "1]", NULL);
  GString *options = g_string_new (SCORED ",\"options\":{\"a\":0");

  assert_refused (spaces, -1, "too much");
  assert_refused (many, -1, "one value too many");
  for (guint i = 0; i < 256; i++)
    g_string_append_printf (options, ",\"a%u\":0", i);
  g_string_append (options, "}}");
  assert_refused (options->str, options->len, "more than 256 members");
  g_string_free (options, TRUE);
}

static void
test_embedded_nul (void)
{
  assert_refused (SCORED "}\0", strlen (SCORED "}") + 1, "invalid UTF-8");
  assert_refused ("{\"a\":\"\0\"}", 9, "invalid UTF-8");
}

static void
test_long_words_are_not_repeated (void)
{
  g_autofree gchar *word = repeat ("\303\251", 100000);
  g_autofree gchar *json = g_strconcat ("{\"schema\":\"gst-score/", word,
      "\"}", NULL);

  assert_refused (json, -1, "\"schema\"");
}

/* A record cut anywhere is an error, never a crash or half a result. */
static void
test_truncated (void)
{
  g_autoptr (GstScoreResult) result = new_full_result ();
  g_autofree gchar *json = gst_score_result_to_json (result);

  for (gsize length = 0; length < strlen (json); length++)
    assert_refused (json, length, "");
}

static void
test_mutated (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (GstScoreResult) result = new_full_result ();
  g_autofree gchar *json = gst_score_result_to_json (result);
  gsize length = strlen (json);
  guint read = 0;

  for (guint i = 0; i < 5000; i++) {
    g_autofree gchar *copy = g_strdup (json);
    g_autoptr (GstScoreResult) back = NULL;
    g_autoptr (GError) error = NULL;

    copy[g_rand_int_range (rand, 0, length)] = g_rand_int_range (rand, 1, 256);
    back = gst_score_result_new_from_json (copy, length, &error);
    g_assert_cmpint (back != NULL, ==, error == NULL);
    if (back != NULL) {
      g_autofree gchar *again = gst_score_result_to_json (back);

      g_assert_true (g_utf8_validate (again, -1, NULL));
      read++;
    }
  }
  g_assert_cmpuint (read, >, 100);
}

#define USAGE(more) SCORED ",\"usage\":{\"requests\":2" more "}}"

/* What no price is known of has no cost, as records of old have none; and no
 * cost is not the same as a cost of nothing. */
static void
test_cost (void)
{
  static const struct
  {
    const gchar *json, *written;
  } cases[] = {
    {USAGE (""), NULL},
    {USAGE (",\"cost\":0"), "\"cost\":0.0}"},
    {USAGE (",\"cost\":0.0125"), "\"bytes_received\":0,\"cost\":0.0125}"},
    {USAGE (",\"rate_limited\":4,\"cost\":3"),
        "\"rate_limited\":4,\"cost\":3.0}"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GstScoreResult) result =
        gst_score_result_new_from_json (cases[i].json, -1, &error);
    g_autofree gchar *json = NULL;

    g_assert_no_error (error);
    json = gst_score_result_to_json (result);
    g_assert_cmpint (isnan (gst_score_result_get_usage (result)->cost), ==,
        cases[i].written == NULL);
    if (cases[i].written != NULL)
      g_assert_nonnull (strstr (json, cases[i].written));
    else
      g_assert_null (strstr (json, "cost"));
    if (i < 3)
      g_assert_null (strstr (json, "rate_limited"));
  }
}

static void
test_numbers_are_short (void)
{
  static const struct
  {
    gdouble value;
    const gchar *text;
  } cases[] = {
    {0.1, "0.1,"}, {0.3, "0.3,"}, {1.0 / 3, "0.3333333333333333,"},
    {0.1 + 0.2, "0.30000000000000004,"}, {1.0, "1.0,"}, {0.0, "0.0,"},
    {1e-7, "1e-07,"}, {0.9999999999999999, "0.9999999999999999,"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstScoreResultBuilder) builder =
        gst_score_result_builder_new ("e", NULL);
    GstScoreSample sample = GST_SCORE_SAMPLE_INIT;
    g_autoptr (GstScoreResult) result = NULL;
    g_autofree gchar *json = NULL;
    g_autofree gchar *member = g_strconcat ("\"progress\":", cases[i].text,
        NULL);

    sample.progress = cases[i].value;
    gst_score_result_builder_add_sample (builder, &sample);
    result = gst_score_result_builder_end (builder);
    json = gst_score_result_to_json (result);
    g_assert_nonnull (strstr (json, member));
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/golden", test_golden);
  g_test_add_func ("/record/golden-failure", test_golden_failure);
  g_test_add_func ("/record/round-trip", test_round_trip);
  g_test_add_func ("/record/length-bounds-the-text",
      test_length_bounds_the_text);
  g_test_add_func ("/record/tolerated", test_tolerated);
  g_test_add_func ("/record/escapes-are-read", test_escapes_are_read);
  g_test_add_func ("/record/not-json", test_not_json);
  g_test_add_func ("/record/not-a-record", test_not_a_record);
  g_test_add_func ("/record/wrong-type", test_wrong_type);
  g_test_add_func ("/record/deep-nesting", test_deep_nesting);
  g_test_add_func ("/record/too-large", test_too_large);
  g_test_add_func ("/record/embedded-nul", test_embedded_nul);
  g_test_add_func ("/record/long-words-are-not-repeated",
      test_long_words_are_not_repeated);
  g_test_add_func ("/record/truncated", test_truncated);
  g_test_add_func ("/record/mutated", test_mutated);
  g_test_add_func ("/record/cost", test_cost);
  g_test_add_func ("/record/numbers-are-short", test_numbers_are_short);
  return g_test_run ();
}
