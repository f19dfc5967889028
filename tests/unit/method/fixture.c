/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fixture.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "method/score-private.h"

Bench *
bench_new (const gchar * task, guint batch, const gchar * const *objects)
{
  Bench *bench = g_new0 (Bench, 1);
  ScoreMethodSettings settings = { NULL, batch, objects };
  g_autoptr (GError) error = NULL;

  bench->prompts = score_prompts_new (NULL, &error);
  g_assert_no_error (error);
  bench->episode = score_episode_new ("episode-1");
  score_episode_set_task (bench->episode, task);
  bench->open = g_ptr_array_new_with_free_func (
      (GDestroyNotify) score_question_free);
  settings.prompts = bench->prompts;
  bench->run = score_method_score.begin (&settings, bench->episode);
  return bench;
}

void
bench_free (Bench * bench)
{
  g_ptr_array_unref (bench->open);
  score_method_score.free (bench->run);
  score_episode_unref (bench->episode);
  score_prompts_unref (bench->prompts);
  g_free (bench);
}

static void
add_one (Bench * bench)
{
  guint id = bench->n_samples++;
  g_autofree gchar *content = g_strdup_printf ("sample %u", id);
  g_autoptr (GBytes) jpeg = g_bytes_new (content, strlen (content));
  g_autoptr (ScoreSample) sample = score_sample_new (id, jpeg, 64, 48);

  sample->timestamp = 10 * GST_SECOND + id * BENCH_STEP;
  sample->stream_time = id * BENCH_STEP;
  sample->running_time = 20 * GST_SECOND + id * BENCH_STEP;
  score_episode_add_sample (bench->episode, sample);
}

void
bench_add (Bench * bench, guint n)
{
  for (guint i = 0; i < n; i++)
    add_one (bench);
}

void
bench_thin (Bench * bench)
{
  guint n_samples = score_episode_get_n_samples (bench->episode), n = 0;
  g_autofree guint64 *ids = g_new (guint64, n_samples);

  for (guint i = 0; i < n_samples; i += 2)
    ids[n++] = score_episode_get_sample (bench->episode, i)->id;
  score_episode_keep (bench->episode, ids, n);
}

guint
bench_ask (Bench * bench)
{
  guint n = 0;
  ScoreQuestion *question;

  while ((question = score_method_score.ask (bench->run)) != NULL) {
    g_ptr_array_add (bench->open, question);
    n++;
    g_assert_cmpuint (n, <, 20000);
  }
  return n;
}

ScoreQuestion *
bench_question (Bench * bench, guint index)
{
  g_assert_cmpuint (index, <, bench->open->len);
  return g_ptr_array_index (bench->open, index);
}

const gchar *
bench_stage (Bench * bench, guint index)
{
  if (index >= bench->open->len)
    return NULL;
  return score_request_get_name (bench_question (bench, index)->request);
}

gboolean
bench_reply_finish (Bench * bench, guint index, const gchar * text,
    ScoreFinish finish, const gchar * refusal, GError ** error)
{
  g_autoptr (ScoreReply) reply = score_reply_new (text);
  g_autoptr (ScoreQuestion) question = NULL;
  gboolean ok;

  g_assert_cmpuint (index, <, bench->open->len);
  question = g_ptr_array_steal_index (bench->open, index);
  reply->finish = finish;
  reply->refusal = g_strdup (refusal);
  ok = score_method_score.answer (bench->run, question, reply, error);
  bench_ask (bench);
  return ok;
}

gboolean
bench_reply (Bench * bench, guint index, const gchar * text, GError ** error)
{
  return bench_reply_finish (bench, index, text, SCORE_FINISH_STOP, NULL,
      error);
}

void
bench_run (Bench * bench)
{
  bench_ask (bench);
  while (bench->open->len > 0) {
    g_autofree gchar *text = answer_well (bench_question (bench, 0));
    g_autoptr (GError) error = NULL;

    bench_reply (bench, 0, text, &error);
    g_assert_no_error (error);
  }
}

Bench *
bench_new_at_progress (guint n)
{
  const gchar *const objects[] = { "banana", "bowl", NULL };
  Bench *bench = bench_new (BENCH_TASK, n, objects);
  g_autofree gchar *text = answer_describe (1, n);
  g_autoptr (GError) error = NULL;

  bench_add (bench, n);
  score_episode_close (bench->episode, NULL);
  bench_ask (bench);
  bench_reply (bench, 0, text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (bench_stage (bench, 0), ==, "progress");
  return bench;
}

GstScoreResult *
bench_finish (Bench * bench, GError ** error)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("episode-1", BENCH_TASK);

  g_assert_true (score_method_score.is_done (bench->run));
  if (!score_method_score.finish (bench->run, builder, error))
    return NULL;
  return gst_score_result_builder_end (builder);
}

GstScoreResult *
bench_describe_failure (Bench * bench)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("episode-1", BENCH_TASK);
  g_autoptr (GError) error = g_error_new_literal (GST_SCORE_ERROR,
      GST_SCORE_ERROR_TIMEOUT, "no answer");

  score_method_score.describe_failure (bench->run, builder);
  gst_score_result_builder_set_error (builder, error);
  return gst_score_result_builder_end (builder);
}

gchar *
answer_objects (const gchar * name, ...)
{
  GString *text = g_string_new ("{\"objects\": [");
  va_list names;

  va_start (names, name);
  for (; name; name = va_arg (names, const gchar *))
      g_string_append_printf (text, "%s\"%s\"",
        g_str_has_suffix (text->str, "[") ? "" : ", ", name);
  va_end (names);
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

gchar *
answer_describe (guint first, guint last)
{
  GString *text = g_string_new ("{\"frames\": [");

  for (guint i = first; i <= last; i++)
    g_string_append_printf (text,
        "%s{\"frame\": %u, \"description\": \"frame %u of %u\"}",
        i > first ? ", " : "", i, i, last);
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

gchar *
answer_progress (guint first, guint last)
{
  GString *text = g_string_new ("{\"completion_state\": \"banana in bowl\", "
      "\"frames\": [");
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = first; i <= last; i++)
    g_string_append_printf (text,
        "%s{\"frame\": %u, \"reason\": \"reason %u\", \"progress\": %s}",
        i > first ? ", " : "", i, i, g_ascii_dtostr (number, sizeof (number),
            last > 1 ? (i - 1) / (gdouble) (last - 1) : 1.0));
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

gchar *
answer_well (const ScoreQuestion * question)
{
  const gchar *stage = score_request_get_name (question->request);
  guint n = question_count_frames (question);

  if (g_str_equal (stage, "objects"))
    return answer_objects ("banana", "bowl", NULL);
  if (g_str_equal (stage, "describe"))
    return answer_describe (1, n);
  g_assert_cmpstr (stage, ==, "progress");
  return answer_progress (1, n);
}

guint
question_count_frames (const ScoreQuestion * question)
{
  const ScoreBatch *batch = question->tag;

  return batch->n;
}

const gchar *
question_last_text (const ScoreQuestion * question)
{
  const ScorePart *part = score_request_get_part (question->request,
      score_request_get_n_parts (question->request) - 1);

  g_assert_cmpint (part->kind, ==, SCORE_PART_TEXT);
  return part->text;
}

gchar *
question_dump (const ScoreQuestion * question)
{
  const ScoreRequest *request = question->request;
  GString *dump = g_string_new (NULL);

  g_string_append_printf (dump, "=== stage\n%s\n=== schema\n%s\n=== system\n%s"
      "\n", score_request_get_name (request),
      score_request_get_schema (request), score_request_get_system (request));
  for (guint i = 0; i < score_request_get_n_parts (request); i++) {
    const ScorePart *part = score_request_get_part (request, i);

    if (part->kind == SCORE_PART_TEXT)
      g_string_append_printf (dump, "=== text\n%s\n", part->text);
    else
      g_string_append_printf (dump, "=== picture %ux%u %.*s\n", part->width,
          part->height, (gint) g_bytes_get_size (part->base64),
          (const gchar *) g_bytes_get_data (part->base64, NULL));
  }
  return g_string_free (dump, FALSE);
}

gboolean
result_has_note (const GstScoreResult * result, const gchar * part)
{
  const gchar *const *notes = gst_score_result_get_notes (result);

  for (guint i = 0; notes && notes[i]; i++) {
    if (strstr (notes[i], part))
      return TRUE;
  }
  return FALSE;
}

void
assert_values (const GstScoreResult * result, const gdouble * values, guint n)
{
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (gst_score_result_get_sample (result,
            i)->progress, values[i], 1e-9);
}
