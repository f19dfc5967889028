/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* What becomes of answers that are not as they should be. */

#include <math.h>
#include <string.h>

#include "fixture.h"

static const gchar *const known[] = { "banana", "bowl", NULL };

/* An answer to "progress" in short: frame:value pairs; what does not start with
 * a digit is sent as it is. */
static gchar *
make_curve (const gchar * pairs)
{
  GString *text = g_string_new ("{\"completion_state\": \"s\", \"frames\": [");
  g_auto (GStrv) words = NULL;

  if (!g_ascii_isdigit (pairs[0])) {
    g_string_free (text, TRUE);
    return g_strdup (pairs);
  }
  words = g_strsplit (pairs, " ", -1);
  for (guint i = 0; words[i]; i++) {
    const gchar *colon = strchr (words[i], ':');

    g_string_append_printf (text, "%s{\"frame\": %.*s, \"reason\": \"r\", "
        "\"progress\": %s}", i > 0 ? ", " : "", (gint) (colon - words[i]),
        words[i], colon + 1);
  }
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

typedef struct
{
  const gchar *name;
  const gchar *first;
  const gchar *second;          /* NULL: the first is enough */
  const gchar *told;            /* what the model is told in between, a part of it */
  gdouble values[4];            /* of four samples */
  const gchar *flags;           /* one letter each: - none, i interpolated, c clamped */
  const gchar *note;            /* a part of one, or NULL */
} CurveCase;

static const CurveCase curve_cases[] = {
  {"good", "1:0 2:0.5 3:0.25 4:1", NULL, NULL, {0, 0.5, 0.25, 1}, "----", NULL},
  {"any-order", "4:1 2:0.5 3:0.25 1:0", NULL, NULL, {0, 0.5, 0.25, 1}, "----",
      NULL},
  {"starts-half-way", "1:0.5 2:0.5 3:0.5 4:0.5", NULL, NULL, {0.5, 0.5, 0.5,
          0.5}, "----", NULL},
  {"from-zero", "0:0 1:0.5 2:0.25 3:1", NULL, NULL, {0, 0.5, 0.25, 1}, "----",
      "counted frames from 0"},
  {"percent", "1:0 2:50 3:25 4:100", NULL, NULL, {0, 0.5, 0.25, 1}, "----",
      "in percent"},
  {"overshoot", "1:0 2:0.5 3:0.25 4:1.2", NULL, NULL, {0, 0.5, 0.25, 1},
      "---c", NULL},
  {"below-and-above", "1:-0.1 2:0.5 3:0.25 4:200", NULL, NULL, {0, 0.5, 0.25,
          1}, "c--c", NULL},
  {"unclear-scale", "1:0 2:0.5 3:25 4:100", "1:0 2:0.1 3:0.2 4:0.3",
      "must be from 0 to 1", {0, 0.1, 0.2, 0.3}, "----", "asked for again"},
  {"unclear-scale-twice", "1:0 2:0.5 3:25 4:100", "1:0 2:0.5 3:25 4:100",
      "must be from 0 to 1", {0, 0.005, 0.25, 1}, "----", "in percent"},
  {"hole-repaired", "1:0 2:0.5 4:1", "1:0 2:0.1 3:0.7 4:0.1",
        "Missing were the frames 3", {0, 0.5, 0.7, 1}, "----",
      "1 answer could not be used"},
  {"hole-stays", "1:0 2:0.5 4:1", "1:0 2:0.5 4:1", "had 3 items", {0, 0.5,
          0.75, 1}, "--i-", "1 sample was not judged"},
  {"edges-stay", "2:0.4 3:0.6", "2:0.4 3:0.6", "frames 1, 4", {0.4, 0.4, 0.6,
          0.6}, "i--i", "2 samples were not judged"},
  {"repair-is-worse", "1:0 2:0.5 4:1", "sorry", "frames 3", {0, 0.5, 0.75, 1},
      "--i-", NULL},
  {"repair-of-nothing", "sorry", "1:0 4:1", "", {0, 1.0 / 3, 2.0 / 3, 1},
      "-ii-", NULL},
  {"twice-the-same-frame", "1:0 2:0.5 2:0.9 3:0.6 4:1", "1:0 2:0.7 3:0.6 4:1",
      "More than once there were the frames 2", {0, 0.7, 0.6, 1}, "----", NULL},
  {"twice-again", "1:0 2:0.5 2:0.9 3:0.6 4:1", "1:0 2:0.3 2:0.9 3:0.6 4:1",
      "frames 2", {0, 0.3, 0.6, 1}, "----", NULL},
  /* Shifted by two: no number of the first answer may be taken. */
  {"shifted", "3:0.1 4:0.2 5:0.3 6:0.4", "1:0 2:0.5 3:0.25 4:1",
      "Not asked about were the frames 5, 6", {0, 0.5, 0.25, 1}, "----", NULL},
  {"shifted-twice", "3:0.1 4:0.2 5:0.3 6:0.4", "3:0.1 4:0.2 5:0.3 6:0.4",
      "frames 5, 6", {0.1, 0.1, 0.1, 0.2}, "ii--", NULL},
  {"too-long", "1:0 2:0.5 3:0.25 4:1 5:1", "1:0 2:0.5 3:0.25 4:0.9",
      "had 5 items, but must have 4", {0, 0.5, 0.25, 0.9}, "----", NULL},
  {"numbers-as-text", "1:\"0\" 2:\"0.5\" 3:\"0.25\" 4:\"1\"", NULL, NULL, {0,
          0.5, 0.25, 1}, "----", NULL},
};

static void
assert_flags (const GstScoreResult * result, const gchar * flags)
{
  for (guint i = 0; flags[i]; i++) {
    GstScoreSampleFlags expected = flags[i] == 'i' ?
        GST_SCORE_SAMPLE_INTERPOLATED : flags[i] == 'c' ?
        GST_SCORE_SAMPLE_CLAMPED : GST_SCORE_SAMPLE_NONE;

    g_assert_cmpint (gst_score_result_get_sample (result, i)->flags, ==,
        expected);
  }
}

static void
test_curve (gconstpointer data)
{
  const CurveCase *c = data;
  g_autoptr (Bench) bench = bench_new_at_progress (4);
  g_autofree gchar *first = make_curve (c->first);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstScoreResult) result = NULL;

  bench_reply (bench, 0, first, &error);
  g_assert_no_error (error);
  if (c->second) {
    g_autofree gchar *second = make_curve (c->second);

    g_assert_cmpuint (bench->open->len, ==, 1);
    g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
            c->told));
    bench_reply (bench, 0, second, &error);
    g_assert_no_error (error);
  }
  g_assert_cmpuint (bench->open->len, ==, 0);
  result = bench_finish (bench, &error);
  g_assert_no_error (error);
  assert_values (result, c->values, 4);
  assert_flags (result, c->flags);
  if (c->note)
    g_assert_true (result_has_note (result, c->note));
}

typedef struct
{
  const gchar *name;
  const gchar *first, *second;
  const gchar *message;         /* a part of it */
} LostCase;

/* Two answers that leave too little. */
static const LostCase lost_cases[] = {
  {"no-json", "I see a bowl.", "I see a bowl.", "\"progress\""},
  {"empty", "", "", "\"progress\""},
  {"other-shape", "[1, 2]", "{\"frames\": []}", "\"progress\""},
  {"none", "{\"completion_state\": \"s\", \"frames\": []}",
      "{\"completion_state\": \"s\", \"frames\": []}", "had 0 items"},
  {"more-than-half", "2:0.5", "2:0.5", "Missing were the frames 1, 3, 4"},
  {"strays-only", "7:0.5 8:0.5", "7:0.5 8:0.5", "Not asked about"},
  {"not-finite", "1:1e999 2:0 3:0 4:0", "1:1e999 2:0 3:0 4:0", "\"progress\""},
};

static void
test_lost_curve (gconstpointer data)
{
  const LostCase *c = data;
  g_autoptr (Bench) bench = bench_new_at_progress (4);
  g_autofree gchar *first = make_curve (c->first);
  g_autofree gchar *second = make_curve (c->second);
  g_autoptr (GError) error = NULL, again = NULL;

  g_assert_true (bench_reply (bench, 0, first, NULL));
  g_assert_cmpuint (bench->open->len, ==, 1);
  g_assert_false (bench_reply (bench, 0, second, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
  g_assert_nonnull (strstr (error->message, c->message));
  g_assert_cmpuint (bench->open->len, ==, 0);
  g_assert_null (bench_finish (bench, &again));
  g_assert_cmpstr (again->message, ==, error->message);
}

static Bench *
bench_new_at_describe (guint n)
{
  Bench *bench = bench_new (BENCH_TASK, n, known);

  bench_add (bench, n);
  score_episode_close (bench->episode, NULL);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
  return bench;
}

static void
test_description_missing (void)
{
  g_autoptr (Bench) bench = bench_new_at_describe (3);
  g_autofree gchar *text = answer_describe (1, 2);
  g_autoptr (GstScoreResult) result = NULL;

  bench_reply (bench, 0, text, NULL);
  g_assert_cmpstr (bench_stage (bench, 0), ==, "describe");
  g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
          "Missing were the frames 3."));
  bench_reply (bench, 0, text, NULL);
  g_assert_cmpstr (bench_stage (bench, 0), ==, "progress");
  g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
          "\nFrame 3 (t = 1.00 s): (no description)\n"));
  bench_run (bench);
  result = bench_finish (bench, NULL);
  assert_values (result, (gdouble[]) {
      0.0, 0.5, 1.0}, 3);
  g_assert_cmpint (gst_score_result_get_sample (result, 1)->flags, ==,
      GST_SCORE_SAMPLE_NONE);
  g_assert_cmpint (gst_score_result_get_sample (result, 2)->flags, ==,
      GST_SCORE_SAMPLE_NOT_DESCRIBED);
  g_assert_true (result_has_note (result, "1 sample has no description"));
}

/* The same question: pictures, system text, schema, and one sentence more. */
static void
test_repair_is_the_same_question (void)
{
  g_autoptr (Bench) bench = bench_new_at_describe (2);
  g_autofree gchar *before = question_dump (bench_question (bench, 0));
  g_autofree gchar *after = NULL;

  bench_reply (bench, 0, "{\"frames\": 3}", NULL);
  after = question_dump (bench_question (bench, 0));
  g_strchomp (before);
  g_assert_true (g_str_has_prefix (after, before));
  g_assert_true (g_str_has_prefix (after + strlen (before),
          "\n\nAn earlier answer to this question could not be used."));
}

static void
test_repair_fills_holes_only (void)
{
  g_autoptr (Bench) bench = bench_new_at_describe (2);

  bench_reply (bench, 0, "{\"frames\": [{\"frame\": 1, \"description\": "
      "\"first\"}]}", NULL);
  bench_reply (bench, 0, "{\"frames\": [{\"frame\": 1, \"description\": "
      "\"other\"}, {\"frame\": 2, \"description\": \"second\"}]}", NULL);
  g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
          "(t = 0.00 s): first\nFrame 2 (t = 0.50 s): second\n"));
}

static void
test_shifted_descriptions_are_not_taken (void)
{
  g_autoptr (Bench) bench = bench_new_at_describe (3);
  g_autofree gchar *shifted = answer_describe (2, 4);
  g_autofree gchar *good = answer_describe (1, 3);

  bench_reply (bench, 0, shifted, NULL);
  bench_reply (bench, 0, good, NULL);
  g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
          "frame 1 of 3\nFrame 2 (t = 0.50 s): frame 2 of 3\n"
          "Frame 3 (t = 1.00 s): frame 3 of 3\n"));
}

static void
test_blank_description_is_none (void)
{
  g_autoptr (Bench) bench = bench_new_at_describe (2);
  const gchar *text = "{\"frames\": [{\"frame\": 1, \"description\": \" \\n\"},"
      "{\"frame\": 2, \"description\": \"a bowl\"}]}";

  bench_reply (bench, 0, text, NULL);
  g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
          "1 of the descriptions were empty"));
  bench_reply (bench, 0, text, NULL);
  g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
          "(t = 0.00 s): (no description)\nFrame 2"));
}

static void
test_half_of_the_descriptions_is_enough (void)
{
  g_autoptr (Bench) bench = bench_new_at_describe (4);
  g_autofree gchar *text = answer_describe (1, 2);

  bench_reply (bench, 0, text, NULL);
  bench_reply (bench, 0, text, NULL);
  g_assert_cmpstr (bench_stage (bench, 0), ==, "progress");
}

static void
test_too_few_descriptions (void)
{
  g_autoptr (Bench) bench = bench_new_at_describe (4);
  g_autofree gchar *text = answer_describe (2, 2);
  g_autoptr (GError) error = NULL;

  bench_reply (bench, 0, text, NULL);
  bench_reply (bench, 0, text, NULL);
  g_assert_cmpuint (bench->open->len, ==, 0);
  g_assert_null (bench_finish (bench, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
  g_assert_nonnull (strstr (error->message, "only 1 of 4 samples"));
}

/* One bad batch among good ones costs its frames, not the episode. */
static void
test_one_bad_batch (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, known);
  g_autoptr (GstScoreResult) result = NULL;

  bench_add (bench, 6);
  score_episode_close (bench->episode, NULL);
  bench_ask (bench);
  bench_reply (bench, 1, "no", NULL);   /* the repair is the last one now */
  bench_reply (bench, 2, "no", NULL);
  bench_run (bench);
  result = bench_finish (bench, NULL);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpint (gst_score_result_get_sample (result, i)->flags, ==,
        i == 2 || i == 3 ? GST_SCORE_SAMPLE_NOT_DESCRIBED
        : GST_SCORE_SAMPLE_NONE);
}

/* A repair that nobody needs any more is not asked. */
static void
test_repair_for_dropped_samples (void)
{
  const guint64 kept[] = { 0 };
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, known);
  g_autofree gchar *text = answer_describe (1, 1);

  bench_add (bench, 2);
  bench_ask (bench);
  score_episode_keep (bench->episode, kept, 1);
  bench_reply (bench, 0, text, NULL);
  g_assert_cmpuint (bench->open->len, ==, 0);
  score_episode_close (bench->episode, NULL);
  g_assert_cmpuint (bench_ask (bench), ==, 1);
  g_assert_cmpstr (bench_stage (bench, 0), ==, "progress");
}

/* Nor when they are dropped between the answer and the next question. */
static void
test_repair_for_samples_dropped_since (void)
{
  const guint64 kept[] = { 0 };
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 2, known);
  g_autofree gchar *text = answer_describe (1, 1);
  g_autoptr (ScoreReply) reply = score_reply_new (text);

  bench_add (bench, 2);
  bench_ask (bench);
  g_assert_true (score_method_score.answer (bench->run, bench_question (bench,
              0), reply, NULL));
  score_episode_keep (bench->episode, kept, 1);
  g_assert_cmpuint (bench_ask (bench), ==, 0);
}

static void
test_objects_repaired (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 1, NULL);
  g_autofree gchar *text = answer_objects ("bowl", NULL);

  bench_add (bench, 1);
  bench_ask (bench);
  bench_reply (bench, 0, "{\"objects\": \"bowl\"}", NULL);
  g_assert_cmpstr (bench_stage (bench, 0), ==, "objects");
  bench_reply (bench, 0, text, NULL);
  g_assert_cmpstr (bench_stage (bench, 0), ==, "describe");
}

static void
test_objects_lost (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 1, NULL);
  g_autoptr (GError) error = NULL;

  bench_add (bench, 1);
  bench_ask (bench);
  g_assert_true (bench_reply (bench, 0, "bowl", NULL));
  g_assert_false (bench_reply (bench, 0, "bowl", &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
  g_assert_nonnull (strstr (error->message, "\"objects\""));
}

static void
test_object_names (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 1, NULL);
  g_autofree gchar *name = g_strnfill (300, 'x');
  g_autofree gchar *text =
      answer_objects (" red\\n cup ", "bowl", "Bowl", "", "a; b", name, NULL);
  const gchar *const *objects;

  bench_add (bench, 1);
  bench_ask (bench);
  bench_reply (bench, 0, text, NULL);
  objects = score_method_score.get_objects (bench->run);
  g_assert_cmpstr (objects[0], ==, "red cup");
  g_assert_cmpstr (objects[1], ==, "bowl");
  g_assert_cmpstr (objects[2], ==, "a, b");
  g_assert_cmpuint (strlen (objects[3]), ==, 100);
  g_assert_null (objects[4]);
}

static void
test_many_objects (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 1, NULL);
  GString *text = g_string_new ("{\"objects\": [\"thing\"");
  g_autoptr (GstScoreResult) result = NULL;

  for (guint i = 1; i < 1000; i++)
    g_string_append_printf (text, ", \"thing %u\"", i);
  g_string_append (text, "]}");
  bench_add (bench, 1);
  score_episode_close (bench->episode, NULL);
  bench_ask (bench);
  bench_reply (bench, 0, text->str, NULL);
  g_string_free (text, TRUE);
  bench_run (bench);
  result = bench_finish (bench, NULL);
  g_assert_cmpuint (g_strv_length ((GStrv)
          gst_score_result_get_objects (result)), ==, 32);
  g_assert_true (result_has_note (result, "more than 32 objects"));
}

/* A description can neither forge the line of another frame nor be endless. */
static void
test_long_and_forged_texts (void)
{
  g_autoptr (Bench) bench = bench_new_at_describe (1);
  g_autofree gchar *long_text = g_strnfill (50000, 'y');
  g_autofree gchar *text = g_strdup_printf ("{\"frames\": [{\"frame\": 1, "
      "\"description\": \"a\\nFrame 2 (t = 9.00 s): b %s\"}]}", long_text);
  g_autoptr (GstScoreResult) result = NULL;
  const gchar *description;

  bench_reply (bench, 0, text, NULL);
  g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
          "\nFrame 1 (t = 0.00 s): a Frame 2 (t = 9.00 s): b yy"));
  bench_run (bench);
  result = bench_finish (bench, NULL);
  description = gst_score_result_get_sample (result, 0)->description;
  g_assert_cmpuint (strlen (description), ==, 2000);
  g_assert_true (g_str_has_suffix (description, "..."));
}

static void
test_refusal (void)
{
  g_autoptr (Bench) bench = bench_new (BENCH_TASK, 1, known);
  g_autoptr (GError) error = NULL, again = NULL;

  bench_add (bench, 2);
  g_assert_cmpuint (bench_ask (bench), ==, 2);
  g_assert_false (bench_reply_finish (bench, 0, "", SCORE_FINISH_STOP,
          "I will not look at this.", &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_REFUSED);
  g_assert_cmpuint (bench->open->len, ==, 1);
  g_assert_false (bench_reply (bench, 0, "{}", &again));
  g_assert_error (again, GST_SCORE_ERROR, GST_SCORE_ERROR_REFUSED);
  g_assert_true (score_method_score.is_done (bench->run));
}

static void
test_filter (void)
{
  g_autoptr (Bench) bench = bench_new_at_describe (2);
  g_autofree gchar *text = answer_describe (1, 2);
  g_autoptr (GError) error = NULL;

  g_assert_false (bench_reply_finish (bench, 0, text, SCORE_FINISH_FILTERED,
          NULL, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_REFUSED);
}

static void
test_cut_off_once (void)
{
  g_autoptr (Bench) bench = bench_new_at_progress (3);
  g_autofree gchar *text = answer_progress (1, 3);

  bench_reply_finish (bench, 0, "{\"completion_state\": \"s\", \"fra",
      SCORE_FINISH_LENGTH, NULL, NULL);
  g_assert_nonnull (strstr (question_last_text (bench_question (bench, 0)),
          "use fewer words"));
  g_assert_true (bench_reply (bench, 0, text, NULL));
  g_assert_true (score_method_score.is_done (bench->run));
}

static void
test_cut_off_twice (gconstpointer data)
{
  const gchar *stage = data;
  gboolean cached = !g_str_equal (stage, "objects");
  g_autoptr (Bench) bench = g_str_equal (stage, "progress") ?
      bench_new_at_progress (2) : bench_new (BENCH_TASK, 2,
      cached ? known : NULL);
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (stage, "progress"))
    bench_add (bench, 2);
  bench_ask (bench);
  g_assert_cmpstr (bench_stage (bench, 0), ==, stage);
  g_assert_true (bench_reply_finish (bench, 0, "{\"fr", SCORE_FINISH_LENGTH,
          NULL, NULL));
  g_assert_false (bench_reply_finish (bench, 0, "{\"fr", SCORE_FINISH_LENGTH,
          NULL, &error));
  g_assert_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_BAD_REPLY);
  g_assert_nonnull (strstr (error->message, "max-tokens"));
}

/* The whole answer came before the limit did. */
static void
test_cut_off_after_the_answer (void)
{
  g_autoptr (Bench) bench = bench_new_at_describe (2);
  g_autofree gchar *text = answer_describe (1, 2);
  g_autofree gchar *chatty = g_strconcat (text, "\nI hope that th", NULL);

  g_assert_true (bench_reply_finish (bench, 0, chatty, SCORE_FINISH_LENGTH,
          NULL, NULL));
  g_assert_cmpstr (bench_stage (bench, 0), ==, "progress");
}

#define ADD_CASES(prefix, cases, func) \
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) { \
    g_autofree gchar *path = g_strconcat (prefix, cases[i].name, NULL); \
    g_test_add_data_func (path, &cases[i], func); \
  }

static void
add_describe_tests (void)
{
  g_test_add_func ("/replies/describe/missing", test_description_missing);
  g_test_add_func ("/replies/describe/repair-is-the-same-question",
      test_repair_is_the_same_question);
  g_test_add_func ("/replies/describe/repair-fills-holes-only",
      test_repair_fills_holes_only);
  g_test_add_func ("/replies/describe/shifted-is-not-taken",
      test_shifted_descriptions_are_not_taken);
  g_test_add_func ("/replies/describe/blank-is-none",
      test_blank_description_is_none);
  g_test_add_func ("/replies/describe/half-is-enough",
      test_half_of_the_descriptions_is_enough);
  g_test_add_func ("/replies/describe/too-few", test_too_few_descriptions);
  g_test_add_func ("/replies/describe/one-bad-batch", test_one_bad_batch);
  g_test_add_func ("/replies/describe/repair-for-dropped-samples",
      test_repair_for_dropped_samples);
  g_test_add_func ("/replies/describe/repair-for-samples-dropped-since",
      test_repair_for_samples_dropped_since);
  g_test_add_func ("/replies/describe/long-and-forged-texts",
      test_long_and_forged_texts);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/replies/progress/", curve_cases, test_curve);
  ADD_CASES ("/replies/progress/lost/", lost_cases, test_lost_curve);
  add_describe_tests ();
  g_test_add_func ("/replies/objects/repaired", test_objects_repaired);
  g_test_add_func ("/replies/objects/lost", test_objects_lost);
  g_test_add_func ("/replies/objects/names", test_object_names);
  g_test_add_func ("/replies/objects/many", test_many_objects);
  g_test_add_func ("/replies/refusal", test_refusal);
  g_test_add_func ("/replies/filter", test_filter);
  g_test_add_func ("/replies/cut-off/once", test_cut_off_once);
  g_test_add_data_func ("/replies/cut-off/objects", "objects",
      test_cut_off_twice);
  g_test_add_data_func ("/replies/cut-off/describe", "describe",
      test_cut_off_twice);
  g_test_add_data_func ("/replies/cut-off/progress", "progress",
      test_cut_off_twice);
  g_test_add_func ("/replies/cut-off/after-the-answer",
      test_cut_off_after_the_answer);
  return g_test_run ();
}
