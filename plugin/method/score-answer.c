/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "method/score-private.h"

#include <math.h>

#include "method/align.h"
#include "method/curve.h"
#include "method/text.h"

#define CUT_OFF "It was cut off because it was too long: use fewer words in " \
    "every text."

static gboolean
contains (GPtrArray * names, const gchar * name)
{
  for (guint i = 0; i < names->len; i++) {
    if (g_ascii_strcasecmp (g_ptr_array_index (names, i), name) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Names fit for a list that is joined by "; ". */
GStrv
score_stages_clean_objects (const gchar * const *names, gboolean * too_many)
{
  GPtrArray *clean = g_ptr_array_new ();

  *too_many = FALSE;
  for (guint i = 0; names[i]; i++) {
    gchar *name = score_text_one_line (names[i], SCORE_NAME_SIZE);
    gboolean wanted;

    g_strdelimit (name, ";", ',');
    wanted = *name && !contains (clean, name);
    if (wanted && clean->len == SCORE_MAX_OBJECTS)
      *too_many = TRUE;
    if (wanted && !*too_many)
      g_ptr_array_add (clean, name);
    else
      g_free (name);
  }
  g_ptr_array_add (clean, NULL);
  return (GStrv) g_ptr_array_free (clean, FALSE);
}

/* The functions that read an answer give NULL, or what is wrong with it in
 * sentences for the model; what is right of it has been taken then. */
static gchar *
take_objects (ScoreStages * self, const ScoreBatch * batch, JsonObject * root)
{
  JsonArray *array = json_object_get_array_member (root, "objects");
  guint n = json_array_get_length (array);
  g_autofree const gchar **names = g_new0 (const gchar *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = json_array_get_string_element (array, i);
  self->objects = score_stages_clean_objects (names, &self->too_many_objects);
  return NULL;
}

static ScoreFrame *
get_open_frame (ScoreStages * self, guint64 id)
{
  ScoreFrame *frame = score_stages_get_frame (self, id);

  return frame && frame->state == SCORE_FRAME_ASKED ? frame : NULL;
}

/* FALSE when there is nothing in the text. */
static gboolean
take_description (ScoreStages * self, guint64 id, JsonObject * item)
{
  ScoreFrame *frame = get_open_frame (self, id);
  g_autofree gchar *text =
      score_text_one_line (json_object_get_string_member (item, "description"),
      SCORE_TEXT_SIZE);

  if (*text == '\0')
    return FALSE;
  if (frame) {
    frame->state = SCORE_FRAME_DESCRIBED;
    frame->description = g_steal_pointer (&text);
    self->n_described++;
  }
  return TRUE;
}

static ScoreAlignment *
align_frames (ScoreStages * self, const ScoreBatch * batch, JsonObject * root)
{
  ScoreAlignment *alignment =
      score_align (json_object_get_array_member (root, "frames"), batch->n,
      batch->repair);

  self->from_zero |= alignment->from_zero;
  return alignment;
}

static gchar *
take_descriptions (ScoreStages * self, const ScoreBatch * batch,
    JsonObject * root)
{
  g_autoptr (ScoreAlignment) alignment = align_frames (self, batch, root);
  guint n_blank = 0;

  /* Where frames are named that were not shown, the other numbers may be
   * shifted too: not to be believed as long as one can ask again. */
  if (alignment->strays && !batch->repair)
    return g_steal_pointer (&alignment->problem);
  for (guint i = 0; i < batch->n; i++) {
    if (alignment->items[i]
        && !take_description (self, batch->ids[i], alignment->items[i]))
      n_blank++;
  }
  if (n_blank > 0 && !alignment->problem)
    return g_strdup_printf ("%u of the descriptions were empty.", n_blank);
  return g_steal_pointer (&alignment->problem);
}

static void
take_progress (ScoreFrame * frame, JsonObject * item, gdouble value)
{
  frame->progress = CLAMP (value, 0.0, 1.0);
  frame->clamped = value < 0.0 || value > 1.0;
  frame->reason =
      score_text_one_line (json_object_get_string_member (item, "reason"),
      SCORE_TEXT_SIZE);
}

static gdouble *
read_values (const ScoreAlignment * alignment)
{
  gdouble *values = g_new (gdouble, alignment->n);

  for (guint i = 0; i < alignment->n; i++)
    values[i] = alignment->items[i] ?
        json_object_get_double_member (alignment->items[i], "progress") : NAN;
  return values;
}

static void
take_completion_state (ScoreStages * self, JsonObject * root)
{
  g_autofree gchar *text =
      score_text_one_line (json_object_get_string_member (root,
          "completion_state"), SCORE_TEXT_SIZE);

  if (*text) {
    g_free (self->completion_state);
    self->completion_state = g_steal_pointer (&text);
  }
}

static gchar *
take_curve (ScoreStages * self, const ScoreBatch * batch, JsonObject * root)
{
  g_autoptr (ScoreAlignment) alignment = align_frames (self, batch, root);
  g_autofree gdouble *values = read_values (alignment);
  ScoreScale scale = score_curve_guess_scale (values, batch->n);

  if (alignment->strays && !batch->repair)
    return g_steal_pointer (&alignment->problem);
  if (scale == SCORE_SCALE_UNCLEAR && !batch->repair)
    return g_strdup ("Some numbers in \"progress\" were above 1; each must be "
        "from 0 to 1.");
  take_completion_state (self, root);
  self->percent |= scale != SCORE_SCALE_UNIT;
  for (guint i = 0; i < batch->n; i++) {
    ScoreFrame *frame = score_stages_get_frame (self, batch->ids[i]);

    if (frame && isnan (frame->progress) && alignment->items[i])
      take_progress (frame, alignment->items[i],
          scale == SCORE_SCALE_UNIT ? values[i] : values[i] / 100.0);
  }
  return g_steal_pointer (&alignment->problem);
}

static gchar *
take_answer (ScoreStages * self, const ScoreBatch * batch, JsonObject * root)
{
  switch (batch->stage) {
    case SCORE_STAGE_OBJECTS:
      return take_objects (self, batch, root);
    case SCORE_STAGE_DESCRIBE:
      return take_descriptions (self, batch, root);
    case SCORE_STAGE_PROGRESS:
    default:
      return take_curve (self, batch, root);
  }
}

static guint
count_open (ScoreStages * self, const ScoreBatch * batch)
{
  guint n = 0;

  for (guint i = 0; i < batch->n; i++)
    n += get_open_frame (self, batch->ids[i]) != NULL;
  return n;
}

/* Frames of the question that are still there and have no progress. */
static guint
count_unjudged (ScoreStages * self, const ScoreBatch * batch, guint * n_kept)
{
  guint n = 0;

  *n_kept = 0;
  for (guint i = 0; i < batch->n; i++) {
    ScoreFrame *frame = score_stages_get_frame (self, batch->ids[i]);

    *n_kept += frame != NULL;
    n += frame && isnan (frame->progress);
  }
  return n;
}

gboolean
score_stages_wants (ScoreStages * self, const ScoreBatch * batch)
{
  switch (batch->stage) {
    case SCORE_STAGE_OBJECTS:
      return self->objects == NULL;
    case SCORE_STAGE_DESCRIBE:
      return count_open (self, batch) > 0;
    case SCORE_STAGE_PROGRESS:
    default:
      return !self->progress_known;
  }
}

static gboolean
fail_cut_off (ScoreStages * self, const gchar * stage, GError ** error)
{
  return score_method_fail (&self->error, g_error_new (GST_SCORE_ERROR,
          GST_SCORE_ERROR_BAD_REPLY, "the model's answer to the question "
          "\"%s\" was cut off by the limit on its length, twice: raise "
          "max-tokens, or lower describe-batch or max-frames", stage), error);
}

static gboolean
fail_unusable (ScoreStages * self, const gchar * stage, const gchar * problem,
    GError ** error)
{
  g_autofree gchar *line = score_text_one_line (problem, SCORE_PROBLEM_SIZE);

  return score_method_fail (&self->error, g_error_new (GST_SCORE_ERROR,
          GST_SCORE_ERROR_BAD_REPLY, "the model's answer to the question "
          "\"%s\" cannot be used, asked twice: %s", stage, line), error);
}

static void
give_up_descriptions (ScoreStages * self, const ScoreBatch * batch)
{
  for (guint i = 0; i < batch->n; i++) {
    ScoreFrame *frame = get_open_frame (self, batch->ids[i]);

    if (frame)
      frame->state = SCORE_FRAME_MISSING;
  }
}

static gboolean
settle_progress (ScoreStages * self, const ScoreBatch * batch,
    const gchar * problem, GError ** error)
{
  guint n_kept, n_unjudged = count_unjudged (self, batch, &n_kept);

  if (2 * n_unjudged > n_kept)
    return fail_unusable (self, "progress", problem, error);
  self->progress_known = TRUE;
  return TRUE;
}

/* The last word on a question: makes do with what was taken of its answers, or
 * fails the episode. @problem: what is wrong with the last of them, or NULL. */
static gboolean
settle (ScoreStages * self, const ScoreQuestion * question,
    const gchar * problem, gboolean cut_off, GError ** error)
{
  const ScoreBatch *batch = question->tag;
  const gchar *stage = score_request_get_name (question->request);
  guint n_kept;

  switch (batch->stage) {
    case SCORE_STAGE_OBJECTS:
      if (self->objects)
        return TRUE;
      break;
    case SCORE_STAGE_DESCRIBE:
      if (!cut_off || count_open (self, batch) < batch->n) {
        give_up_descriptions (self, batch);
        return TRUE;
      }
      break;
    case SCORE_STAGE_PROGRESS:
    default:
      if (!cut_off || 2 * count_unjudged (self, batch, &n_kept) <= n_kept)
        return settle_progress (self, batch, problem, error);
      break;
  }
  return cut_off ? fail_cut_off (self, stage, error)
      : fail_unusable (self, stage, problem, error);
}

static void
ask_again (ScoreStages * self, const ScoreQuestion * question,
    const gchar * problem)
{
  self->n_repairs++;
  g_queue_push_tail (&self->repairs,
      score_stages_ask_again (self, question, problem));
}

static gboolean
fail_refused (ScoreStages * self, GError * problem, GError ** error)
{
  if (!problem)
    problem = g_error_new_literal (GST_SCORE_ERROR, GST_SCORE_ERROR_REFUSED,
        "a safety filter of the server stopped the model's answer");
  return score_method_fail (&self->error, problem, error);
}

static gboolean
use_answer (ScoreStages * self, const ScoreQuestion * question,
    const ScoreReply * reply, GError ** error)
{
  const ScoreBatch *batch = question->tag;
  g_autoptr (GError) unreadable = NULL;
  g_autoptr (JsonNode) node = score_reply_read (reply,
      score_request_get_schema (question->request), &unreadable);
  g_autofree gchar *problem = NULL;
  gboolean cut_off = !node && reply->finish == SCORE_FINISH_LENGTH;

  if (g_error_matches (unreadable, GST_SCORE_ERROR, GST_SCORE_ERROR_REFUSED))
    return fail_refused (self, g_steal_pointer (&unreadable), error);
  if (reply->finish == SCORE_FINISH_FILTERED)
    return fail_refused (self, NULL, error);

  if (node)
    problem = take_answer (self, batch, json_node_get_object (node));
  else
    problem = g_strdup (cut_off ? CUT_OFF : unreadable->message);
  if (problem && !batch->repair && score_stages_wants (self, batch)) {
    ask_again (self, question, problem);
    return TRUE;
  }
  return settle (self, question, problem, cut_off, error);
}

gboolean
score_stages_answer (ScoreRun * run, ScoreQuestion * question,
    const ScoreReply * reply, GError ** error)
{
  ScoreStages *self = (ScoreStages *) run;

  score_stages_forget_dropped (self);
  if (self->error)
    return score_method_fail (&self->error, NULL, error);
  if (!score_stages_wants (self, question->tag))
    return TRUE;
  return use_answer (self, question, reply, error);
}
