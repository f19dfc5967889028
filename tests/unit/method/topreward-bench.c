/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "topreward-bench.h"

#include <string.h>

#define STEP (500 * GST_MSECOND)

Bench *
bench_new (guint max_frames)
{
  Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GError) error = NULL;

  bench->prompts = score_prompts_new (NULL, &error);
  g_assert_no_error (error);
  bench->settings.prompts = bench->prompts;
  bench->settings.max_frames = max_frames;
  bench->settings.chat_template = TRUE;
  bench->episode = score_episode_new ("episode-1");
  score_episode_set_task (bench->episode, BENCH_TASK);
  bench->sampler = score_sampler_new (STEP, max_frames);
  bench->open = g_ptr_array_new_with_free_func (
      (GDestroyNotify) score_question_free);
  return bench;
}

void
bench_begin (Bench * bench)
{
  bench->run = score_method_topreward.begin (&bench->settings, bench->episode);
}

void
bench_free (Bench * bench)
{
  g_ptr_array_unref (bench->open);
  if (bench->run)
    score_method_topreward.free (bench->run);
  score_sampler_free (bench->sampler);
  score_episode_unref (bench->episode);
  score_prompts_unref (bench->prompts);
  g_free (bench);
}

static void
add_sample (Bench * bench, guint64 id, GstClockTime time)
{
  g_autofree gchar *content = g_strdup_printf ("at %" G_GUINT64_FORMAT, time);
  g_autoptr (GBytes) jpeg = g_bytes_new (content, strlen (content));
  g_autoptr (ScoreSample) sample = score_sample_new (id, jpeg, 64, 48);

  sample->timestamp = sample->stream_time = sample->running_time = time;
  score_episode_add_sample (bench->episode, sample);
  if (bench->run)
    bench_ask (bench);
}

/* As the elements do it: first what goes, then what comes. */
static void
take_frame (Bench * bench, GstClockTime time)
{
  gboolean thinned = FALSE;
  const guint64 *kept;
  guint64 id;
  guint n;

  if (!score_sampler_wants (bench->sampler, time))
    return;
  id = score_sampler_take (bench->sampler, time, &thinned);
  kept = score_sampler_get_kept (bench->sampler, &n);
  if (thinned)
    score_episode_keep (bench->episode, kept, n);
  if (thinned && bench->run)
    bench_ask (bench);
  if (kept[n - 1] == id)
    add_sample (bench, id, time);
}

static GstClockTime
get_last_time (Bench * bench)
{
  guint n = score_episode_get_n_samples (bench->episode);

  return n > 0 ? score_episode_get_sample (bench->episode,
      n - 1)->running_time : 0;
}

void
bench_record (Bench * bench, guint n)
{
  GstClockTime next = get_last_time (bench)
      + (score_episode_get_n_samples (bench->episode) > 0 ? STEP : 0);

  for (guint i = 0; i < n; i++)
    take_frame (bench, next + i * STEP);
}

void
bench_close (Bench * bench)
{
  GstClockTime time = get_last_time (bench) + STEP / 5;
  guint64 id;

  if (score_sampler_finish (bench->sampler, time, &id))
    add_sample (bench, id, time);
  score_episode_close (bench->episode, NULL);
  if (bench->run)
    bench_ask (bench);
}

guint
bench_ask (Bench * bench)
{
  ScoreQuestion *question;
  guint n = 0;

  while ((question = score_method_topreward.ask (bench->run)) != NULL) {
    g_ptr_array_add (bench->open, question);
    bench->n_asked++;
    bench->n_shown += score_request_get_n_images (question->request);
    g_assert_cmpuint (++n, <=, 20);
  }
  return n;
}

ScoreQuestion *
bench_question (Bench * bench, guint index)
{
  g_assert_cmpuint (index, <, bench->open->len);
  return g_ptr_array_index (bench->open, index);
}

static const GArray *
get_frames (const ScoreQuestion * question)
{
  const ScorePart *part = score_request_get_part (question->request, 0);

  g_assert_cmpint (part->kind, ==, SCORE_PART_VIDEO);
  return part->frames;
}

static GBytes *
get_frame (const GArray * frames, guint index)
{
  return g_array_index (frames, ScoreStill, index).base64;
}

guint
bench_get_length (Bench * bench, guint index)
{
  const GArray *frames = get_frames (bench_question (bench, index));

  g_assert_cmpuint (frames->len, >=, 2);
  return frames->len == 2 && get_frame (frames, 0) == get_frame (frames, 1)
      ? 1 : frames->len;
}

/* Any number would do that follows from the frames alone. */
static gdouble
judge (const ScoreQuestion * question)
{
  const GArray *frames = get_frames (question);
  guint hash = 0;

  for (guint i = 0; i < frames->len; i++)
    hash = hash * 31 + g_bytes_hash (get_frame (frames, i));
  return -(hash % 1000) / 100.0;
}

ScoreReply *
reply_true (gdouble logprob)
{
  ScoreReply *reply = score_reply_new ("True");

  score_reply_add_chance (reply, "True", logprob);
  score_reply_add_chance (reply, "False", logprob - 1);
  score_reply_add_chance (reply, "The", logprob - 2);
  return reply;
}

gboolean
bench_reply (Bench * bench, guint index, ScoreReply * reply, GError ** error)
{
  g_autoptr (ScoreReply) taken = reply;
  g_autoptr (ScoreQuestion) question = NULL;
  gboolean ok;

  g_assert_cmpuint (index, <, bench->open->len);
  question = g_ptr_array_steal_index (bench->open, index);
  ok = score_method_topreward.answer (bench->run, question, taken, error);
  bench_ask (bench);
  return ok;
}

gboolean
bench_reply_well (Bench * bench, guint index)
{
  return bench_reply (bench, index,
      reply_true (judge (bench_question (bench, index))), NULL);
}

void
bench_answer_all (Bench * bench, gboolean last_first)
{
  while (bench->open->len > 0)
    g_assert_true (bench_reply_well (bench,
            last_first ? bench->open->len - 1 : 0));
}

GstScoreResult *
bench_finish (Bench * bench, GError ** error)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("episode-1", BENCH_TASK);

  g_assert_true (score_method_topreward.is_done (bench->run));
  if (!score_method_topreward.finish (bench->run, builder, error))
    return NULL;
  return gst_score_result_builder_end (builder);
}
