/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random.h"

static gboolean
toss (GRand * rand)
{
  return g_rand_boolean (rand);
}

/* Characters that JSON, GstStructure or UTF-8 are known to stumble over. */
gchar *
random_text (GRand * rand, guint max_length)
{
  static const gchar *const pieces[] = {
    "a", "Z", " ", "\"", "\\", "/", "\n", "\t", "\r", "\x01", "\x1f", "\x7f",
    ",", ";", "<", ">", "{", "}", "[", "]", "(string)", "NULL", "=", "%s", "'",
    "\303\251", "\342\202\254", "\360\237\244\226", "\342\200\250", "\\u0000",
  };
  GString *text = g_string_new (NULL);
  guint length = g_rand_int_range (rand, 0, max_length + 1);

  for (guint i = 0; i < length; i++)
    g_string_append (text,
        pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
  return g_string_free (text, FALSE);
}

static gchar *
random_text_or_null (GRand * rand)
{
  return toss (rand) ? random_text (rand, 12) : NULL;
}

static guint64
random_integer (GRand * rand)
{
  guint64 value = ((guint64) g_rand_int (rand) << 32) | g_rand_int (rand);

  return (value & G_MAXINT64) >> g_rand_int_range (rand, 0, 63);
}

static GstClockTime
random_time (GRand * rand)
{
  return toss (rand) ? random_integer (rand) : GST_CLOCK_TIME_NONE;
}

static gdouble
random_progress (GRand * rand)
{
  switch (g_rand_int_range (rand, 0, 6)) {
    case 0:
      return 0.0;
    case 1:
      return 1.0;
    case 2:
      return g_rand_int_range (rand, 0, 101) / 100.0;
    case 3:
      return G_MINDOUBLE;
    default:
      return g_rand_double (rand);
  }
}

static void
add_samples (GstScoreResultBuilder * builder, GRand * rand)
{
  guint n = g_rand_int_range (rand, 1, 40);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *description = random_text_or_null (rand);
    g_autofree gchar *reason = random_text_or_null (rand);
    GstScoreSample sample = GST_SCORE_SAMPLE_INIT;

    sample.index = toss (rand) ? i : g_rand_int (rand);
    sample.timestamp = random_time (rand);
    sample.stream_time = random_time (rand);
    sample.running_time = random_time (rand);
    sample.utc_time = random_time (rand);
    sample.progress = random_progress (rand);
    sample.flags = g_rand_int_range (rand, 0, 16);
    if (toss (rand))
      sample.raw_value = (g_rand_double (rand) - 0.9) * 1e3;
    if (toss (rand))
      sample.success_probability = random_progress (rand);
    sample.description = description;
    sample.reason = reason;
    gst_score_result_builder_add_sample (builder, &sample);
  }
}

static void
set_head (GstScoreResultBuilder * builder, GRand * rand)
{
  g_autofree gchar *method = random_text_or_null (rand);
  g_autofree gchar *provider = random_text_or_null (rand);
  g_autofree gchar *model = random_text_or_null (rand);
  g_autofree gchar *outcome = random_text_or_null (rand);
  g_autofree gchar *state = random_text_or_null (rand);
  GstClockTime timestamp = random_time (rand), stream_time = random_time (rand);
  GstClockTime running_time = random_time (rand), duration = random_time (rand);

  gst_score_result_builder_set_source (builder, method, provider, model);
  gst_score_result_builder_set_outcome (builder, outcome);
  gst_score_result_builder_set_completion_state (builder, state);
  gst_score_result_builder_set_times (builder, timestamp, stream_time,
      running_time, duration);
  gst_score_result_builder_set_n_frames (builder, random_integer (rand));
  gst_score_result_builder_set_provisional (builder, toss (rand));
  gst_score_result_builder_set_success_threshold (builder,
      random_progress (rand));
}

static void
set_lists (GstScoreResultBuilder * builder, GRand * rand)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (g_free);
  guint n_objects = g_rand_int_range (rand, 0, 5);
  guint n_notes = g_rand_int_range (rand, 0, 4);

  for (guint i = 0; i < n_objects; i++)
    g_ptr_array_add (objects, random_text (rand, 6));
  g_ptr_array_add (objects, NULL);
  gst_score_result_builder_set_objects (builder,
      (const gchar * const *) objects->pdata);
  for (guint i = 0; i < n_notes; i++) {
    g_autofree gchar *note = random_text (rand, 20);

    gst_score_result_builder_add_note (builder, note);
  }
}

static void
set_figures (GstScoreResultBuilder * builder, GRand * rand)
{
  g_autofree gchar *text = random_text (rand, 8);
  g_autoptr (GstStructure) options = gst_structure_new ("anything",
      "prompt-location", G_TYPE_STRING, text,
      "seed", G_TYPE_INT64, -(gint64) random_integer (rand),
      "max-frames", G_TYPE_UINT, g_rand_int (rand),
      "object-cache", G_TYPE_BOOLEAN, toss (rand),
      "temperature", G_TYPE_DOUBLE, (g_rand_double (rand) - 0.5) * 1e20,
      "round", G_TYPE_DOUBLE, (gdouble) g_rand_int_range (rand, -9, 9),
      "framerate", GST_TYPE_FRACTION, g_rand_int_range (rand, 1, 60), 1001,
      NULL);
  GstScoreUsage usage = GST_SCORE_USAGE_INIT;

  usage.requests = random_integer (rand);
  usage.retries = random_integer (rand);
  usage.images = random_integer (rand);
  usage.input_tokens = random_integer (rand);
  usage.cached_tokens = random_integer (rand);
  usage.output_tokens = random_integer (rand);
  usage.reasoning_tokens = random_integer (rand);
  usage.bytes_sent = random_integer (rand);
  usage.bytes_received = random_integer (rand);
  usage.rate_limited = toss (rand) ? random_integer (rand) : 0;
  if (toss (rand))
    usage.cost = g_rand_double (rand) * 100;
  if (toss (rand))
    gst_score_result_builder_set_usage (builder, &usage);
  if (toss (rand))
    gst_score_result_builder_set_options (builder, options);
  if (toss (rand)) {
    gst_score_result_builder_set_latency (builder, "describe",
        random_integer (rand));
    gst_score_result_builder_set_latency (builder, "total",
        random_integer (rand));
  }
}

GstScoreResult *
random_result (GRand * rand)
{
  g_autofree gchar *tail = random_text (rand, 6);
  g_autofree gchar *id = g_strconcat ("e", tail, NULL);
  g_autofree gchar *task = random_text_or_null (rand);
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new (id, task);

  set_head (builder, rand);
  set_lists (builder, rand);
  set_figures (builder, rand);
  if (g_rand_int_range (rand, 0, 4) == 0) {
    g_autofree gchar *message = random_text (rand, 20);
    g_autoptr (GError) error = g_error_new_literal (GST_SCORE_ERROR,
        g_rand_int_range (rand, 0, GST_SCORE_ERROR_CANCELLED + 1), message);

    gst_score_result_builder_set_error (builder, error);
  }
  add_samples (builder, rand);
  return gst_score_result_builder_end (builder);
}

static void
assert_doubles_equal (gdouble a, gdouble b)
{
  g_assert_cmpint (isnan (a), ==, isnan (b));
  if (!isnan (a))
    g_assert_true (a == b);
}

static void
assert_structures_equal (const GstStructure * a, const GstStructure * b)
{
  g_assert_cmpint (a == NULL, ==, b == NULL);
  if (a != NULL)
    g_assert_true (gst_structure_is_equal (a, b));
}

static void
assert_samples_equal (const GstScoreSample * a, const GstScoreSample * b)
{
  g_assert_cmpuint (a->index, ==, b->index);
  g_assert_cmpuint (a->timestamp, ==, b->timestamp);
  g_assert_cmpuint (a->stream_time, ==, b->stream_time);
  g_assert_cmpuint (a->running_time, ==, b->running_time);
  g_assert_cmpuint (a->utc_time, ==, b->utc_time);
  assert_doubles_equal (a->progress, b->progress);
  assert_doubles_equal (a->raw_value, b->raw_value);
  assert_doubles_equal (a->success_probability, b->success_probability);
  g_assert_cmpuint (a->flags, ==, b->flags);
  g_assert_cmpstr (a->description, ==, b->description);
  g_assert_cmpstr (a->reason, ==, b->reason);
}

static void
assert_usage_equal (const GstScoreUsage * a, const GstScoreUsage * b)
{
  g_assert_cmpint (a == NULL, ==, b == NULL);
  if (a == NULL)
    return;
  g_assert_cmpuint (a->requests, ==, b->requests);
  g_assert_cmpuint (a->retries, ==, b->retries);
  g_assert_cmpuint (a->images, ==, b->images);
  g_assert_cmpuint (a->input_tokens, ==, b->input_tokens);
  g_assert_cmpuint (a->cached_tokens, ==, b->cached_tokens);
  g_assert_cmpuint (a->output_tokens, ==, b->output_tokens);
  g_assert_cmpuint (a->reasoning_tokens, ==, b->reasoning_tokens);
  g_assert_cmpuint (a->bytes_sent, ==, b->bytes_sent);
  g_assert_cmpuint (a->bytes_received, ==, b->bytes_received);
  g_assert_cmpuint (a->rate_limited, ==, b->rate_limited);
  g_assert_cmpint (isnan (a->cost), ==, isnan (b->cost));
  if (!isnan (a->cost))
    g_assert_cmpfloat (a->cost, ==, b->cost);
}

#define ASSERT_SAME_TEXT(a, b, getter) \
  g_assert_cmpstr (gst_score_result_##getter (a), ==, gst_score_result_##getter (b))
#define ASSERT_SAME_NUMBER(a, b, getter) \
  g_assert_cmpuint (gst_score_result_##getter (a), ==, gst_score_result_##getter (b))
#define ASSERT_SAME_DOUBLE(a, b, getter) \
  assert_doubles_equal (gst_score_result_##getter (a), gst_score_result_##getter (b))

static void
assert_errors_equal (const GError * a, const GError * b)
{
  g_assert_cmpint (a == NULL, ==, b == NULL);
  if (a == NULL)
    return;
  g_assert_true (g_error_matches (b, a->domain, a->code));
  g_assert_cmpstr (a->message, ==, b->message);
}

void
assert_results_equal (const GstScoreResult * a, const GstScoreResult * b)
{
  ASSERT_SAME_TEXT (a, b, get_episode_id);
  ASSERT_SAME_TEXT (a, b, get_task);
  ASSERT_SAME_TEXT (a, b, get_method);
  ASSERT_SAME_TEXT (a, b, get_provider);
  ASSERT_SAME_TEXT (a, b, get_model);
  ASSERT_SAME_TEXT (a, b, get_outcome);
  ASSERT_SAME_TEXT (a, b, get_completion_state);
  ASSERT_SAME_NUMBER (a, b, is_scored);
  ASSERT_SAME_NUMBER (a, b, is_provisional);
  ASSERT_SAME_NUMBER (a, b, is_success);
  ASSERT_SAME_NUMBER (a, b, get_timestamp);
  ASSERT_SAME_NUMBER (a, b, get_stream_time);
  ASSERT_SAME_NUMBER (a, b, get_running_time);
  ASSERT_SAME_NUMBER (a, b, get_duration);
  ASSERT_SAME_NUMBER (a, b, get_n_frames);
  ASSERT_SAME_NUMBER (a, b, get_n_samples);
  ASSERT_SAME_DOUBLE (a, b, get_progress);
  ASSERT_SAME_DOUBLE (a, b, get_mean_progress);
  ASSERT_SAME_DOUBLE (a, b, get_success_threshold);
  assert_errors_equal (gst_score_result_get_error (a),
      gst_score_result_get_error (b));
  for (guint i = 0; i < gst_score_result_get_n_samples (a); i++)
    assert_samples_equal (gst_score_result_get_sample (a, i),
        gst_score_result_get_sample (b, i));
  g_assert_cmpstrv (gst_score_result_get_objects (a),
      gst_score_result_get_objects (b));
  g_assert_cmpstrv (gst_score_result_get_notes (a),
      gst_score_result_get_notes (b));
  assert_usage_equal (gst_score_result_get_usage (a),
      gst_score_result_get_usage (b));
  assert_structures_equal (gst_score_result_get_latencies (a),
      gst_score_result_get_latencies (b));
  assert_structures_equal (gst_score_result_get_options (a),
      gst_score_result_get_options (b));
}
