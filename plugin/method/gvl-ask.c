/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/gvl-private.h"

#include "method/rows.h"
#include "method/text.h"

#define PROBLEM_SIZE 600        /* bytes */

/* The portable subset: see vlm/request.h. */
/* *INDENT-OFF* */
static const gchar *const schema =
    "{\"type\":\"object\",\"properties\":{"
      "\"frames\":{\"type\":\"array\",\"items\":{"
        "\"type\":\"object\",\"properties\":{"
          "\"frame\":{\"type\":\"integer\","
            "\"description\":\"number on the picture's label\"},"
          "\"description\":{\"type\":\"string\","
            "\"description\":\"what is visible in this frame\"},"
          "\"task_completion_percentage\":{\"type\":\"number\","
            "\"description\":\"from 0 to 100\"}},"
        "\"required\":[\"frame\",\"description\","
          "\"task_completion_percentage\"],"
        "\"additionalProperties\":false}}},"
    "\"required\":[\"frames\"],\"additionalProperties\":false}";
/* *INDENT-ON* */

static void
add_sample (Gvl * self, ScoreRequest * request, guint chronological)
{
  const ScoreSample *sample = score_episode_get_sample (self->episode,
      self->indices[chronological]);

  score_request_add_jpeg (request, sample->base64, sample->width,
      sample->height);
}

static void
add_example (ScoreRequest * request, ScoreShuffle * shuffle, guint number,
    const ScoreExample * example)
{
  guint n = example->pictures->len;
  g_autofree guint *order = g_new (guint, n);
  g_autofree gchar *task = score_text_one_line (example->task,
      SCORE_GVL_TEXT_SIZE);

  score_shuffle_fill (shuffle, order, n);
  for (guint i = 0; i < n; i++) {
    const ScoreStill *still =
        &g_array_index (example->pictures, ScoreStill, order[i]);
    gdouble progress = g_array_index (example->progress, gdouble, order[i]);
    g_autofree gchar *label = g_strdup_printf ("Example %u, of the task \"%s\" "
        "(task completion percentage: %d):", number, task,
        (gint) (progress * 100.0 + 0.5));

    score_request_add_text (request, label);
    score_request_add_jpeg (request, still->base64, still->width,
        still->height);
  }
}

static void
add_frames (Gvl * self, ScoreRequest * request)
{
  for (guint i = 0; i < self->n; i++) {
    g_autofree gchar *label = g_strdup_printf ("Frame %u:", i + 1);

    score_request_add_text (request, label);
    add_sample (self, request, self->order[i]);
  }
}

static void
add_repair (Gvl * self, ScoreRequest * request, const gchar * problem)
{
  g_autofree gchar *line = score_text_one_line (problem, PROBLEM_SIZE);
  g_autofree gchar *text = score_prompts_expand (self->prompts, "repair",
      "problem", line, NULL);

  score_request_add_text (request, text);
}

/* The same texts in the same order give the same question, whenever it is asked. */
ScoreQuestion *
score_gvl_make_question (Gvl * self, const gchar * problem)
{
  ScoreRequest *request = score_request_new ("gvl", schema);
  g_autofree gchar *count = g_strdup_printf ("%u", self->n);
  g_autofree gchar *opening = score_prompts_expand (self->prompts, "gvl",
      "task", self->task, NULL);
  g_autofree gchar *rules = score_prompts_expand (self->prompts, "gvl-frames",
      "task", self->task, "count", count, "first", "1", "last", count, NULL);
  ScoreShuffle shuffle;

  score_shuffle_init (&shuffle, score_episode_get_id (self->episode),
      self->task);
  score_shuffle_fill (&shuffle, self->order, self->n);
  score_request_add_text (request, opening);
  add_sample (self, request, 0);
  score_request_add_text (request, rules);
  for (guint i = 0; self->examples != NULL && i < self->examples->list->len;
      i++)
    add_example (request, &shuffle, i + 1,
        g_ptr_array_index (self->examples->list, i));
  add_frames (self, request);
  if (problem != NULL)
    add_repair (self, request, problem);
  return score_question_new (request, GINT_TO_POINTER (problem != NULL), NULL);
}
