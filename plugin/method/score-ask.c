/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/score-private.h"

#include "method/rows.h"
#include "method/text.h"

/* Pictures in the question for the objects. */
#define MAX_OBJECT_FRAMES 4
#define NO_OBJECTS "(none found)"
#define NO_DESCRIPTION "(no description)"

/* The portable subset: see vlm/request.h. What a number is derived from comes
 * before the number, so that it is written first. */
/* *INDENT-OFF* */
static const gchar *const objects_schema =
    "{\"type\":\"object\",\"properties\":{"
      "\"objects\":{\"type\":\"array\","
        "\"description\":\"objects that the task speaks of and the pictures show\","
        "\"items\":{\"type\":\"string\"}}},"
    "\"required\":[\"objects\"],\"additionalProperties\":false}";

static const gchar *const describe_schema =
    "{\"type\":\"object\",\"properties\":{"
      "\"frames\":{\"type\":\"array\",\"items\":{"
        "\"type\":\"object\",\"properties\":{"
          "\"frame\":{\"type\":\"integer\","
            "\"description\":\"number on the picture's label\"},"
          "\"description\":{\"type\":\"string\","
            "\"description\":\"what is visible in this frame\"}},"
        "\"required\":[\"frame\",\"description\"],"
        "\"additionalProperties\":false}}},"
    "\"required\":[\"frames\"],\"additionalProperties\":false}";

static const gchar *const progress_schema =
    "{\"type\":\"object\",\"properties\":{"
      "\"completion_state\":{\"type\":\"string\","
        "\"description\":\"what is observed when the task is completely done\"},"
      "\"frames\":{\"type\":\"array\",\"items\":{"
        "\"type\":\"object\",\"properties\":{"
          "\"frame\":{\"type\":\"integer\","
            "\"description\":\"number of the frame\"},"
          "\"reason\":{\"type\":\"string\","
            "\"description\":\"the facts that decide, in one short sentence\"},"
          "\"progress\":{\"type\":\"number\","
            "\"description\":\"share of the task that is done, from 0 to 1\"}},"
        "\"required\":[\"frame\",\"reason\",\"progress\"],"
        "\"additionalProperties\":false}}},"
    "\"required\":[\"completion_state\",\"frames\"],"
    "\"additionalProperties\":false}";
/* *INDENT-ON* */

static ScoreBatch *
make_batch (ScoreStage stage, guint n)
{
  ScoreBatch *batch = g_new0 (ScoreBatch, 1);

  batch->stage = stage;
  batch->n = n;
  batch->ids = g_new0 (guint64, n);
  return batch;
}

static void
free_batch (gpointer data)
{
  ScoreBatch *batch = data;

  g_free (batch->ids);
  g_free (batch);
}

/* "Frame 3 (t = 1.50 s):", whatever the locale. */
static gchar *
make_label (ScoreStages * self, guint number, guint index)
{
  guint64 hundredths = (score_rows_get_elapsed (self->episode, index)
      + 5 * GST_MSECOND) / (10 * GST_MSECOND);

  return g_strdup_printf ("Frame %u (t = %" G_GUINT64_FORMAT ".%02u s):",
      number, hundredths / 100, (guint) (hundredths % 100));
}

static ScoreRequest *
make_request (ScoreStages * self, const gchar * name, const gchar * schema)
{
  ScoreRequest *request = score_request_new (name, schema);
  g_autofree gchar *system =
      score_prompts_expand (self->prompts, "system", NULL);

  score_request_set_system (request, system);
  return request;
}

/* The picture with its label in front, as number @position + 1. */
static void
add_picture (ScoreStages * self, ScoreRequest * request, ScoreBatch * batch,
    guint position, guint index)
{
  ScoreSample *sample = score_episode_get_sample (self->episode, index);
  g_autofree gchar *label = make_label (self, position + 1, index);

  score_request_add_text (request, label);
  score_request_add_jpeg (request, sample->base64, sample->width,
      sample->height);
  batch->ids[position] = sample->id;
}

static gchar *
join_objects (ScoreStages * self)
{
  if (!self->objects[0])
    return g_strdup (NO_OBJECTS);
  return g_strjoinv ("; ", self->objects);
}

/* One line a sample, and the samples' ids into @batch. */
static gchar *
join_descriptions (ScoreStages * self, ScoreBatch * batch,
    const guint * indices)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < batch->n; i++) {
    ScoreSample *sample = score_episode_get_sample (self->episode, indices[i]);
    ScoreFrame *frame = score_stages_get_frame (self, sample->id);
    g_autofree gchar *label = make_label (self, i + 1, indices[i]);

    batch->ids[i] = sample->id;
    g_string_append_printf (lines, "%s%s %s", i > 0 ? "\n" : "", label,
        frame && frame->description ? frame->description : NO_DESCRIPTION);
  }
  return g_string_free (lines, FALSE);
}

ScoreQuestion *
score_stages_ask_objects (ScoreStages * self)
{
  guint n_samples = score_episode_get_n_samples (self->episode);
  guint n = MIN (n_samples, MAX_OBJECT_FRAMES);
  ScoreRequest *request = make_request (self, "objects", objects_schema);
  ScoreBatch *batch = make_batch (SCORE_STAGE_OBJECTS, n);
  g_autofree gchar *count = g_strdup_printf ("%u", n);
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < n; i++)
    add_picture (self, request, batch, i,
        n > 1 ? i * (n_samples - 1) / (n - 1) : 0);
  text = score_prompts_expand (self->prompts, "objects", "task", self->task,
      "count", count, "first", "1", "last", count, NULL);
  score_request_add_text (request, text);
  return score_question_new (request, batch, free_batch);
}

ScoreQuestion *
score_stages_ask_describe (ScoreStages * self, const guint * indices, guint n)
{
  ScoreRequest *request = make_request (self, "describe", describe_schema);
  ScoreBatch *batch = make_batch (SCORE_STAGE_DESCRIBE, n);
  g_autofree gchar *count = g_strdup_printf ("%u", n);
  g_autofree gchar *objects = join_objects (self);
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < n; i++)
    add_picture (self, request, batch, i, indices[i]);
  text = score_prompts_expand (self->prompts, "describe", "task", self->task,
      "objects", objects, "count", count, "first", "1", "last", count, NULL);
  score_request_add_text (request, text);
  return score_question_new (request, batch, free_batch);
}

static gchar *
word_progress (ScoreStages * self, ScoreBatch * batch, const guint * indices)
{
  g_autofree gchar *count = g_strdup_printf ("%u", batch->n);
  g_autofree gchar *objects = join_objects (self);
  g_autofree gchar *descriptions = join_descriptions (self, batch, indices);

  return score_prompts_expand (self->prompts, "progress", "task", self->task,
      "objects", objects, "descriptions", descriptions, "count", count,
      "first", "1", "last", count, NULL);
}

ScoreQuestion *
score_stages_ask_progress (ScoreStages * self)
{
  guint n = score_episode_get_n_samples (self->episode);
  ScoreRequest *request = make_request (self, "progress", progress_schema);
  ScoreBatch *batch = make_batch (SCORE_STAGE_PROGRESS, n);
  g_autofree guint *indices = g_new (guint, n);
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < n; i++)
    indices[i] = i;
  text = word_progress (self, batch, indices);
  score_request_add_text (request, text);
  return score_question_new (request, batch, free_batch);
}

ScoreQuestion *
score_stages_ask_so_far (ScoreStages * self, const guint * indices, guint n)
{
  ScoreRequest *request = make_request (self, "provisional", progress_schema);
  ScoreBatch *batch = make_batch (SCORE_STAGE_PROGRESS, n);
  g_autofree gchar *text = word_progress (self, batch, indices);

  if (self->first_state) {
    g_autofree gchar *state = score_prompts_expand (self->prompts,
        "completion", "completion_state", self->first_state, NULL);
    g_autofree gchar *both = g_strdup_printf ("%s\n\n%s", text, state);

    score_request_add_text (request, both);
  } else {
    score_request_add_text (request, text);
  }
  return score_question_new (request, batch, free_batch);
}

static void
copy_part (ScoreRequest * request, const ScorePart * part)
{
  if (part->kind == SCORE_PART_TEXT)
    score_request_add_text (request, part->text);
  else
    score_request_add_jpeg (request, part->base64, part->width, part->height);
}

static ScoreBatch *
copy_batch (const ScoreBatch * batch)
{
  ScoreBatch *copy = make_batch (batch->stage, batch->n);

  for (guint i = 0; i < batch->n; i++)
    copy->ids[i] = batch->ids[i];
  return copy;
}

ScoreQuestion *
score_stages_ask_again (ScoreStages * self, const ScoreQuestion * question,
    const gchar * problem)
{
  const ScoreRequest *old = question->request;
  ScoreRequest *request = score_request_new (score_request_get_name (old),
      score_request_get_schema (old));
  ScoreBatch *batch = copy_batch (question->tag);
  guint last = score_request_get_n_parts (old) - 1;
  g_autofree gchar *line = score_text_one_line (problem, SCORE_PROBLEM_SIZE);
  g_autofree gchar *repair = score_prompts_expand (self->prompts, "repair",
      "problem", line, NULL);
  g_autofree gchar *text = g_strdup_printf ("%s\n\n%s",
      score_request_get_part (old, last)->text, repair);

  score_request_set_system (request, score_request_get_system (old));
  for (guint i = 0; i < last; i++)
    copy_part (request, score_request_get_part (old, i));
  score_request_add_text (request, text);
  batch->repair = TRUE;
  return score_question_new (request, batch, free_batch);
}
