/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "player.h"

#include <math.h>
#include <string.h>

Player *
player_new (const ScoreMethod * method, const ScoreMethodSettings * settings)
{
  return player_new_for_task (method, settings, PLAYER_TASK);
}

Player *
player_new_for_task (const ScoreMethod * method,
    const ScoreMethodSettings * settings, const gchar * task)
{
  Player *self = g_new0 (Player, 1);
  ScoreMethodSettings filled = { 0, };
  g_autoptr (GError) error = NULL;

  if (settings != NULL)
    filled = *settings;
  self->method = method;
  self->prompts = score_prompts_new (NULL, &error);
  g_assert_no_error (error);
  self->episode = score_episode_new ("episode-1");
  score_episode_set_task (self->episode, task);
  self->open = g_ptr_array_new_with_free_func ((GDestroyNotify)
      score_question_free);
  filled.prompts = self->prompts;
  if (filled.max_frames == 0)
    filled.max_frames = method->max_frames;
  self->run = method->begin (&filled, self->episode);
  return self;
}

void
player_free (Player * self)
{
  g_ptr_array_unref (self->open);
  self->method->free (self->run);
  score_episode_unref (self->episode);
  score_prompts_unref (self->prompts);
  g_free (self);
}

static void
add_one (Player * self)
{
  guint id = self->n_samples++;
  g_autofree gchar *content = g_strdup_printf ("sample %u", id);
  g_autoptr (GBytes) jpeg = g_bytes_new (content, strlen (content));
  g_autoptr (ScoreSample) sample = score_sample_new (id, jpeg, 64, 48);

  sample->timestamp = 10 * GST_SECOND + id * PLAYER_STEP;
  sample->stream_time = id * PLAYER_STEP;
  sample->running_time = 20 * GST_SECOND + id * PLAYER_STEP;
  score_episode_add_sample (self->episode, sample);
}

void
player_add (Player * self, guint n)
{
  for (guint i = 0; i < n; i++)
    add_one (self);
}

void
player_thin (Player * self)
{
  guint n_samples = score_episode_get_n_samples (self->episode), n = 0;
  g_autofree guint64 *ids = g_new (guint64, n_samples);

  for (guint i = 0; i < n_samples; i += 2)
    ids[n++] = score_episode_get_sample (self->episode, i)->id;
  score_episode_keep (self->episode, ids, n);
}

void
player_close (Player * self)
{
  score_episode_close (self->episode, NULL);
}

guint
player_ask (Player * self)
{
  ScoreQuestion *question;
  guint n = 0;

  while ((question = self->method->ask (self->run)) != NULL) {
    g_ptr_array_add (self->open, question);
    n++;
    g_assert_cmpuint (n, <, 20000);
  }
  self->n_asked += n;
  return n;
}

const ScoreRequest *
player_request (Player * self, guint index)
{
  const ScoreQuestion *question;

  g_assert_cmpuint (index, <, self->open->len);
  question = g_ptr_array_index (self->open, index);
  return question->request;
}

gboolean
player_give (Player * self, guint index, ScoreReply * reply, GError ** error)
{
  g_autoptr (ScoreReply) owned = reply;
  g_autoptr (ScoreQuestion) question = NULL;
  gboolean ok;

  g_assert_cmpuint (index, <, self->open->len);
  question = g_ptr_array_steal_index (self->open, index);
  ok = self->method->answer (self->run, question, owned, error);
  player_ask (self);
  return ok;
}

gboolean
player_reply (Player * self, guint index, const gchar * text, GError ** error)
{
  return player_give (self, index, score_reply_new (text), error);
}

GstScoreResult *
player_finish (Player * self, GError ** error)
{
  g_autoptr (GstScoreResultBuilder) builder =
      gst_score_result_builder_new ("episode-1", PLAYER_TASK);

  g_assert_true (self->method->is_done (self->run));
  if (!self->method->finish (self->run, builder, error))
    return NULL;
  return gst_score_result_builder_end (builder);
}

static void
dump_picture (GString * dump, GBytes * base64, guint width, guint height)
{
  g_string_append_printf (dump, "picture %ux%u %.*s\n", width, height,
      (gint) g_bytes_get_size (base64),
      (const gchar *) g_bytes_get_data (base64, NULL));
}

static void
dump_part (GString * dump, const ScorePart * part)
{
  if (part->kind == SCORE_PART_TEXT) {
    g_string_append_printf (dump, "=== text\n%s\n", part->text);
    return;
  }
  if (part->kind == SCORE_PART_JPEG) {
    g_string_append (dump, "=== ");
    dump_picture (dump, part->base64, part->width, part->height);
    return;
  }
  g_string_append_printf (dump, "=== video, %u frames, %g a second\n",
      part->frames->len, part->framerate);
  for (guint i = 0; i < part->frames->len; i++) {
    const ScoreStill *still = &g_array_index (part->frames, ScoreStill, i);

    dump_picture (dump, still->base64, still->width, still->height);
  }
}

gchar *
player_dump (const ScoreRequest * request)
{
  const gchar *schema = score_request_get_schema (request);
  const gchar *system = score_request_get_system (request);
  const gchar *token = score_request_get_token (request);
  GString *dump = g_string_new (NULL);

  g_string_append_printf (dump, "=== stage\n%s\n=== schema\n%s\n=== system\n%s"
      "\n", score_request_get_name (request), schema ? schema : "(none)",
      system ? system : "(none)");
  g_string_append_printf (dump, "=== answer\n%s, at most %u tokens, "
      "token \"%s\"%s%s\n", score_request_is_greedy (request) ? "the likeliest"
      : "any", score_request_get_max_tokens (request), token ? token : "",
      score_request_is_open_ended (request) ? ", open-ended" : "",
      score_request_has_prefixes (request) ? ", every beginning" : "");
  for (guint i = 0; i < score_request_get_n_parts (request); i++)
    dump_part (dump, score_request_get_part (request, i));
  return g_string_free (dump, FALSE);
}

void
player_assert_golden (const ScoreRequest * request, const gchar * name)
{
  g_autofree gchar *dump = player_dump (request);
  g_autofree gchar *file = g_strconcat (name, ".txt", NULL);
  g_autofree gchar *path =
      g_build_filename (g_getenv ("SCORE_TEST_DATA"), file, NULL);
  g_autofree gchar *golden = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("SCORE_UPDATE_GOLDEN"))
    g_file_set_contents (path, dump, -1, NULL);
  g_file_get_contents (path, &golden, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (dump, ==, golden);
}

void
player_assert_progress (const GstScoreResult * result, const gdouble * values,
    guint n)
{
  g_assert_cmpuint (gst_score_result_get_n_samples (result), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (gst_score_result_get_sample (result,
            i)->progress, values[i], 1e-9);
}
